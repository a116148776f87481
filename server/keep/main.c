/* pistad-keep: the database and the editions. */
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "crypto/random.h"
#include "keep/keep.h"
#include "wire/child.h"

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

int
main(void)
{
	static struct keep keep;
	struct child child;
	int err;

	child_begin(WIRE_KEEP, CHILD_CONTROL + 1, warm, &child);
	if ((err = keep_open(&keep, child.control, &child.start)) != 0) {
		fprintf(stderr, "pistad-keep: the database %s/%s: %s\n",
		    child.start.directory, KEEP_DATABASE, err_text(err));
		return EXIT_FAILURE;
	}
	child_ready(&child);
	err = keep_run(&keep);
	keep_close(&keep);
	wire_peer_free(&child.control);
	if (err != 0) {
		fprintf(stderr, "pistad-keep: %s\n", err_text(err));
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
