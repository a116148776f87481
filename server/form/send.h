/*
 * A letter on its way: sealed as it streams in, chunk by chunk to keep. Once
 * something went wrong the rest is dropped and `problem` says what.
 */
#ifndef PISTA_FORM_SEND_H
#define PISTA_FORM_SEND_H

#include "form/form.h"

/* Files of the form go here. */
extern const struct post_files letter_out_files;

/* Memory comes from the form's arena. ERR_NOMEM. */
int letter_out_new(struct form *f);
/* Without the file that is still coming. Drops the put at keep. */
void letter_out_drop(struct form *f, enum view_problem problem);
/* What went wrong so far; PROBLEM_NONE when nothing did. */
enum view_problem letter_out_problem(const struct form *f);
/* All fields and files are here: seals what is left and waits for keep's word.
 * PROBLEM_NONE: the letter is kept. */
enum view_problem letter_out_finish(struct form *f);

#endif
