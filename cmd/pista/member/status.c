/* pista status: open, parked, closed, bin. */

#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "base/secret.h"
#include "cmd.h"
#include "member/dayarg.h"
#include "member/work.h"
#include "options.h"
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
	struct move m = { 0 };
	const char *until = NULL;
	struct work w;
	const struct own_option own[] = {
		{ "until", .word = &until },
		{ "reason", .is = &m.has_reason },
		{ "tell", .is = &m.is_told },
		{ 0 },
	};
	int status;

	work_init(&w, "status");
	if (!options_read_seat(&w.seat, usage, own, &argc, &argv, &status))
		return status;
	if (until != NULL && (status = dayarg("status", until, &m.until)) != 0)
		return status;
	if (argc != 2)
		return cmd_misused("status", "name a thread, then its status");
	m.thread = argv[0];
	m.to = argv[1];
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
