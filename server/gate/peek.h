/* What gate has to know about a request: form post or anything else. */
#ifndef PISTA_GATE_PEEK_H
#define PISTA_GATE_PEEK_H

#include "base/text.h"

/* Bytes after which no request is undecided: POST, the longest prefix. */
#define PEEK_MAX 128

enum peek_verdict {
	PEEK_MORE, /* the bytes so far could still become a form post */
	PEEK_FORM,
	PEEK_REST
};

/*
 * Looks at the first bytes of a connection, at most PEEK_MAX. A form post is
 * exactly "POST PREFIX/ "; with a query it is none, and web refuses it.
 */
enum peek_verdict peek(struct text head, struct text prefix);

#endif
