/* pista grant: hand a thread over to another desk. */

#include <stdio.h>

#include "base/err.h"
#include "cmd.h"
#include "member/work.h"
#include "options.h"

static const char usage[] = "usage: pista grant NUMBER|THREAD DESK\n"
			    "\n"
			    "Hands a thread over: the members of DESK can open "
			    "its letters from then on,\n"
			    "with its notes, answers and state, and what the "
			    "source writes later reaches\n"
			    "them too. Nothing is sealed again, and who could "
			    "read it before still can.\n"
			    "`pista people' lists the desks.\n"
			    "\n" SEAT_USAGE;

static int
grant(struct work *w, const char *thread, const char *desk)
{
	struct book_thread t;
	int status, err;

	if ((status = work_begin(w)) != 0 ||
	    (status = work_thread(w, thread, &t)) != 0)
		return status;
	if ((err = dispatch_hand_over(w->dispatch, &t, text_from(desk))) != 0)
		return work_say_error(w, desk, err);
	if ((status = work_end(w)) == 0)
		printf("Thread %llu is with the desk %s now.\n",
		    (unsigned long long)t.seq, desk);
	return status;
}

int
cmd_grant(int argc, char **argv)
{
	struct work w;
	int status;

	work_init(&w, "grant");
	if (!options_read_seat(&w.seat, usage, NULL, &argc, &argv, &status))
		return status;
	if (argc != 2)
		return cmd_misused("grant", "name a thread, then a desk");
	status = grant(&w, argv[0], argv[1]);
	work_fini(&w);
	return status;
}
