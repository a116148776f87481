/* pista status: open, parked, closed, bin. */

#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "base/secret.h"
#include "cmd.h"
#include "member/dayarg.h"
#include "member/work.h"
#include "typed.h"

static const char usage[] =
    "usage: pista status NUMBER|THREAD open|bin\n"
    "       pista status NUMBER|THREAD parked [--until DAY]\n"
    "       pista status NUMBER|THREAD closed [--tell] <REASON\n"
    "\n"
    "Moves a thread in the queue. Closing wants a reason, one line of standard\n"
    "input, for whoever asks in a year. Parked and closed threads come back by\n"
    "themselves when the source writes again.\n"
    "\n"
    "  --until DAY            parked till then: 2026-12-24, or +7 for a week\n"
    "  --reason               a reason on standard input with any status\n"
    "  --tell                 closed: tell the source, with the next edition\n" SEAT_USAGE;

struct move {
	const char *thread, *to;
	char *reason;
	uint32_t until;
	bool has_reason, is_told;
};

static int
move(struct work *w, const struct move *m)
{
	struct event e = { .kind = EVENT_STATUS,
		.value = text_from(m->to),
		.reason = text_from(m->reason),
		.until = m->until };
	struct book_thread t;
	int status, err;

	if ((status = work_begin(w)) != 0 ||
	    (status = work_thread(w, m->thread, &t)) != 0 ||
	    (status = work_event(w, &t, &e, m->to)) != 0)
		return status;
	if (m->is_told &&
	    (err = dispatch_tell(w->dispatch, &t, STRIP_CLOSED)) != 0)
		return work_say_error(w, m->thread, err);
	if ((status = work_end(w)) != 0)
		return status;
	printf("Thread %llu: %s%s.\n", (unsigned long long)t.seq, m->to,
	    m->is_told ? ", and the source is told" : "");
	return 0;
}

/* The options and words fit together. */
static int
check(struct move *m)
{
	static const char *const known[] = { "open", "parked", "closed",
		"bin" };
	size_t i;

	for (i = 0; i < 4; i++)
		if (strcmp(m->to, known[i]) == 0)
			break;
	if (i == 4)
		return cmd_misused(
		    "status", "%s: it is open, parked, closed or bin", m->to);
	if (m->until != 0 && strcmp(m->to, "parked") != 0)
		return cmd_misused("status", "--until goes with parked");
	if (m->until != 0 && m->until <= day_today())
		return cmd_misused("status", "--until wants a day to come");
	if (strcmp(m->to, "closed") == 0)
		m->has_reason = true;
	else if (m->is_told)
		return cmd_misused("status",
		    "--tell goes with closed; `pista tell' says other things");
	return CMD_OK;
}

int
cmd_status(int argc, char **argv)
{
	static const struct option options[] = {
		{ "until", required_argument, NULL, 'u' },
		{ "reason", no_argument, NULL, 'r' },
		{ "tell", no_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		SEAT_OPTIONS,
		{ 0 },
	};
	struct move m = { 0 };
	struct work w;
	int option, status;

	work_init(&w, "status");
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'u') {
			if ((status = dayarg("status", optarg, &m.until)) != 0)
				return status;
		} else if (option == 'r')
			m.has_reason = true;
		else if (option == 't')
			m.is_told = true;
		else if (option == 'h')
			return cmd_help(usage);
		else if (!seat_option(&w.seat, option, optarg))
			return cmd_misused("status", NULL);
	}
	if (argc - optind != 2)
		return cmd_misused("status", "name a thread, then its status");
	m.thread = argv[optind];
	m.to = argv[optind + 1];
	if ((status = check(&m)) != 0)
		return status;
	if (m.has_reason)
		status =
		    typed_line("status", "Reason", EVENT_VALUE_MAX, &m.reason);
	if (status == 0)
		status = move(&w, &m);
	secret_free(&m.reason);
	work_fini(&w);
	return status;
}
