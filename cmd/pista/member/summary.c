/* pista summary: one line that may be shown instead of the source's words. */

#include <stdio.h>

#include "base/secret.h"
#include "cmd.h"
#include "member/work.h"
#include "options.h"
#include "typed.h"

static const char usage[] =
    "usage: pista summary NUMBER|THREAD <TEXT\n"
    "       pista summary --remove NUMBER|THREAD\n"
    "\n"
    "Sets the safe line of a thread, from standard input: what it is about, without\n"
    "a word that points to the source. `pista list' shows it instead of the source's\n"
    "first words.\n"
    "\n"
    "  --remove               takes it away\n" SEAT_USAGE;

static int
summarize(struct work *w, const char *thread, bool is_off)
{
	struct event e = { .kind = EVENT_SUMMARY };
	struct book_thread t;
	char *line = NULL;
	int status;

	if (!is_off && (status = typed_line("summary", "Safe line",
			    EVENT_VALUE_MAX, &line)) != 0)
		return status;
	e.value = text_from(line);
	if ((status = work_begin(w)) == 0 &&
	    (status = work_thread(w, thread, &t)) == 0 &&
	    (status = work_event(w, &t, &e, "the line")) == 0 &&
	    (status = work_end(w)) == 0)
		printf("Thread %llu has %s safe line.\n",
		    (unsigned long long)t.seq, is_off ? "no" : "a new");
	secret_free(&line);
	return status;
}

int
cmd_summary(int argc, char **argv)
{
	struct work w;
	bool is_off = false;
	const struct own_option own[] = {
		{ "remove", .is = &is_off },
		{ 0 },
	};
	int status;

	work_init(&w, "summary");
	if (!options_read_seat(&w.seat, usage, own, &argc, &argv, &status))
		return status;
	if (argc != 1)
		return cmd_misused("summary",
		    "name one thread; the text comes from standard input");
	status = summarize(&w, argv[0], is_off);
	work_fini(&w);
	return status;
}
