/* pista tell: a status for the source, without words. */

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "cmd.h"
#include "member/work.h"
#include "options.h"
#include "say.h"

static const char usage[] =
    "usage: pista tell NUMBER|THREAD STATUS\n"
    "\n"
    "Tells the source how it stands, with the next edition of the board; only the\n"
    "receipt shows it. STATUS is one of\n"
    "\n"
    "  opened         read (`pista read' tells it by itself)\n"
    "  working        somebody is working on it\n"
    "  write-again    the newsroom would like to hear more\n"
    "  closed         nothing more will come (`pista status' can tell it too)\n"
    "  published      it has become a story\n"
    "\n" SEAT_USAGE;

/* What an answer tells by itself cannot be said without one. */
static const struct {
	const char *word;
	enum strip_code code;
} statuses[] = {
	{ "opened", STRIP_OPENED },
	{ "working", STRIP_WORKING },
	{ "write-again", STRIP_WRITE_AGAIN },
	{ "closed", STRIP_CLOSED },
	{ "published", STRIP_PUBLISHED },
};
#define STATUSES_N (sizeof(statuses) / sizeof(statuses[0]))

static int
tell(struct work *w, const char *thread, enum strip_code code)
{
	struct book_thread t;
	int status, err;

	if ((status = work_begin(w)) != 0 ||
	    (status = work_thread(w, thread, &t)) != 0)
		return status;
	if ((err = dispatch_tell(w->dispatch, &t, code)) != 0)
		return work_say_error(w, thread, err);
	if ((status = work_end(w)) != 0)
		return status;
	printf(
	    "The source of thread %llu is told. ", (unsigned long long)t.seq);
	say_next_edition(stdout, w->seat.card);
	return 0;
}

int
cmd_tell(int argc, char **argv)
{
	struct work w;
	size_t i;
	int status;

	work_init(&w, "tell");
	if (!options_read_seat(&w.seat, usage, NULL, &argc, &argv, &status))
		return status;
	if (argc != 2)
		return cmd_misused("tell", "name a thread, then a status");
	for (i = 0; i < STATUSES_N; i++)
		if (strcmp(argv[1], statuses[i].word) == 0)
			break;
	if (i == STATUSES_N)
		return cmd_misused(
		    "tell", "%s: there is no such status", argv[1]);
	status = tell(&w, argv[0], statuses[i].code);
	work_fini(&w);
	return status;
}
