/* pistad-keep: the database and the editions. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "crypto/random.h"
#include "keep/keep.h"
#include "store/store.h"
#include "wire/child.h"

#define LOCK_TRIES 50
#define LOCK_WAIT_MS 100

/* What opens a file when it is used first. */
static int
warm(const struct wire_start *start)
{
	int err;

	(void)start;
	if ((err = crypto_init()) != 0)
		return err;
	return store_warm();
}

_Noreturn static void
stop(const struct child *c, const char *what, int err)
{
	fprintf(stderr, "pistad-keep: %s in %s: %s\n", what, c->start.directory,
	    err_text(err));
	exit(EXIT_FAILURE);
}

/* The keep of a pistad that has just been killed may still be finishing. */
static int
open_store(const struct child *c, struct store **ret_store)
{
	int err, tries = LOCK_TRIES;

	while ((err = store_open_sqlite(
		    KEEP_DATABASE, c->start.newsroom, ret_store)) == ERR_BUSY &&
	       tries-- > 0)
		(void)poll(NULL, 0, LOCK_WAIT_MS);
	return err;
}

int
main(void)
{
	static struct keep keep;
	struct store *store;
	struct child child;
	bool is_over = false;
	int err;

	child_begin(WIRE_KEEP, CHILD_CONTROL + 1, warm, &child);
	/* The directory of the database is the working directory now. */
	if ((err = open_store(&child, &store)) != 0)
		stop(&child, KEEP_DATABASE, err);
	if ((err = keep_open(&keep, child.control, &child.start, store)) != 0)
		stop(&child, "what stands", err);
	child_ready(&child);
	while (!is_over) {
		if ((err = keep_turn(&keep, &is_over)) != 0)
			stop(&child, "waiting for work", err);
	}
	keep_close(&keep);
	store_close(&store);
	wire_peer_free(&child.control);
	return EXIT_SUCCESS;
}
