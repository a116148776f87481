/* Files of letters, on their way to the page or to a disk. */
#ifndef PISTA_DESK_FILE_H
#define PISTA_DESK_FILE_H

#include "desk/ask.h"

/* GET /v1/file: what the ticket names, once. */
void file_answer(struct ask *a);
void file_end(struct saving **saving);

#endif
