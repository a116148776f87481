/*
 * A stream worked through chunk by chunk by several threads: read in order,
 * written in order. Each thread reads a batch, works on it in place and waits
 * for its turn to write, so that the copying is shared as well.
 */
#ifndef PISTA_CMD_FILES_BULK_H
#define PISTA_CMD_FILES_BULK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "files/input.h"
#include "files/output.h"

#define BULK_THREADS_MAX 16

/* Who failed, to name the right file. */
enum bulk_part { BULK_READ, BULK_WORK, BULK_WRITE };

struct bulk {
	size_t piece_in;  /* bytes of a full chunk before the work */
	size_t piece_out; /* and after it */

	struct input *input;
	struct output *output;

	/* Turns one chunk of n bytes into *ret_n bytes where it stands. A
	 * stream of no bytes is one empty chunk. */
	int (*work)(void *hand, uint64_t index, uint8_t *p, size_t n,
	    bool is_last, size_t *ret_n);
	void *hands[BULK_THREADS_MAX]; /* one a thread */
	unsigned threads;
};

/* As many threads as processors, at most four: beyond that the copying is
 * what takes the time. */
unsigned bulk_threads(void);

/* The first error in the order of the stream; *ret_part is set with it. What
 * was written before is right. */
int bulk_run(const struct bulk *job, enum bulk_part *ret_part);

#endif
