/*
 * Pages: what a person sees after a post. Each is built in locked memory,
 * filled so that its size tells nothing, and given to the connection.
 */
#ifndef PISTA_FORM_ANSWER_H
#define PISTA_FORM_ANSWER_H

#include "form/form.h"
#include "form/read.h"

/* The receipt and the letter's form; with a problem, filled with what came. */
void answer_write(struct form *f, enum view_problem problem);
/* What was sent, or why a file was not; the receipt where is_gated. */
void answer_sent(struct form *f, enum view_sent_what sent,
    enum view_problem problem, bool is_gated);
void answer_answers(struct form *f, const struct board_answers *answers);
void answer_follow(struct form *f, enum view_problem problem);
void answer_withdraw(struct form *f, enum view_problem problem);
/* Words that are no receipt: what f->secret->reading says of them. */
void answer_words(struct form *f, int err);
/* No letters are taken; a text that came is given back. */
void answer_closed(struct form *f);
void answer_error(struct form *f, unsigned status);

#endif
