/* From the passphrase to the opened book, and back. */
#ifndef PISTA_DESK_OPENING_H
#define PISTA_DESK_OPENING_H

#include "desk/desk.h"

/* The next piece of unlocking or opening. */
void opening_step(struct desk *d, uint64_t now);

/* Saves, forgets everything, and says why; the process ends soon after. */
void opening_close(struct desk *d, enum desk_reason reason);

/* fetch owns the directory with the copy as much as we do, and may take our
 * rights to it. The launcher gives them back to the next desk. */
bool opening_is_shut(void);
/* Closes because the copy is shut, gone or damaged: put right at the next
 * unlocking. */
void opening_close_lost(struct desk *d);

/* Wipes and frees what came with the passphrase. */
void opening_forget(struct desk *d);

#endif
