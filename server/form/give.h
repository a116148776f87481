/* Bytes to the person: in turn through the HTTP server, or out of turn. */
#ifndef PISTA_FORM_GIVE_H
#define PISTA_FORM_GIVE_H

#include "base/buf.h"
#include "form/form.h"

/* An empty page buffer of locked memory, for texts of n bytes in all. NULL
 * memory stays in the buffer as its error. */
void give_begin(struct buf *b, size_t n);
/* Fills the page and answers with it. Takes b. */
void give(struct form *f, unsigned status, struct buf *b);

/* Behind an answer out of turn: reads on and drops, so that one who still sends
 * gets to read it (closing a socket with unread bytes destroys what is on its
 * way). Ends when they do, after so many seconds, fewer when others wait for a
 * form, or when the parent wants to end. */
void give_linger(struct form *f, unsigned seconds);

#endif
