/*
 * A file that a person has cut and adds part by part: the numbers they typed,
 * and which parts came on this visit. The server keeps nothing, so the page
 * carries that; it is no promise to anybody but the person.
 */
#ifndef PISTA_FORM_CUT_H
#define PISTA_FORM_CUT_H

#include "form/form.h"

#define CUT_LIST_MAX 4096 /* "1–2, 4–5": 333 such pairs are the longest */

/* The pages' texts. */
struct cut_texts {
	char n[4], of[4];
	char have[4 + 1 + 2 * FORM_CUT_SIZE];
	char received[CUT_LIST_MAX], missing[CUT_LIST_MAX];
};

/* Reads the fields into f->cut. */
void cut_read(struct form *f);
/* What the next form of the page is filled with: what was typed, or, where
 * is_sent, what comes next. Texts are borrowed from t. */
struct view_cut cut_view(
    const struct form *f, struct cut_texts *t, bool is_sent);

#endif
