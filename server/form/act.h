/* What a form asks for is done here. */
#ifndef PISTA_FORM_ACT_H
#define PISTA_FORM_ACT_H

#include "form/form.h"

/* The body is complete: does it and answers. */
void act(struct form *f);
/* The body will not be waited for: answers with why, and the text. */
void act_stop(struct form *f, enum view_problem problem);

#endif
