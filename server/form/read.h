/* The board, read with a receipt. */
#ifndef PISTA_FORM_READ_H
#define PISTA_FORM_READ_H

#include "form/form.h"

#define READ_PIECES_MAX 64                      /* slots opened for one page */
#define READ_ARENA (READ_PIECES_MAX * 3 * 4096) /* locked bytes */

/* What the board holds for a thread, newest answer first. */
struct board_answers {
	bool is_unreachable; /* keep did not answer */
	bool is_broken;      /* an edition or slot is missing or changed */
	bool is_late;        /* the next edition should be out */
	bool has_more;       /* answers that the pattern leaves for later */
	int status;          /* enum strip_code of the newest word, or 0 */
	struct view_answer answer[READ_PIECES_MAX];
	size_t n;
	size_t bytes; /* of all answers' texts */
};

/* Takes memory for the texts from arena. The form has its keys. ERR_NOMEM. */
int board_read(struct form *f, struct secret_arena *arena,
    struct board_answers *ret_answers);

#endif
