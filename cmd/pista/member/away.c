/* pista away: when a member is not there, and who is instead. */

#include <stdio.h>

#include "base/day.h"
#include "base/err.h"
#include "cmd.h"
#include "member/dayarg.h"
#include "member/work.h"
#include "options.h"

static const char usage[] =
    "usage: pista away FROM UNTIL [--deputy MEMBER]\n"
    "       pista away --back\n"
    "\n"
    "Tells your colleagues on which days you do not look at your threads, and who\n"
    "does instead. Days are 2026-12-24, today, or +7 for seven days from now.\n"
    "\n"
    "  --deputy MEMBER        id of the one who looks after your threads\n"
    "  --back                 you are there after all\n" SEAT_USAGE;

static int
away(struct work *w, const struct event *e)
{
	char from[DAY_TEXT_SIZE + 1], until[DAY_TEXT_SIZE + 1];
	int status;

	if ((status = work_begin(w)) != 0 ||
	    (status = work_event(w, NULL, e,
		 e->value.n > 0 ? e->value.p : "these days")) != 0 ||
	    (status = work_end(w)) != 0)
		return status;
	day_write(from, e->from);
	day_write(until, e->until);
	if (e->until < e->from)
		puts("You are there.");
	else
		printf("You are away from %s until %s.\n", from, until);
	return 0;
}

/* FROM and UNTIL, or neither. */
static int
read_days(char **words, int n, bool is_back, struct event *e)
{
	int status;

	if (is_back) {
		if (n > 0 || e->value.n > 0)
			return cmd_misused("away", "--back stands alone");
		/* An end before the beginning takes it back. */
		e->from = day_today();
		e->until = e->from - 1;
		return CMD_OK;
	}
	if (n != 2)
		return cmd_misused("away", "name the first and the last day");
	if ((status = dayarg("away", words[0], &e->from)) != 0 ||
	    (status = dayarg("away", words[1], &e->until)) != 0)
		return status;
	if (e->until < e->from)
		return cmd_misused("away", "the last day is before the first");
	return CMD_OK;
}

int
cmd_away(int argc, char **argv)
{
	struct event e = { .kind = EVENT_AWAY };
	struct work w;
	const char *deputy = NULL;
	bool is_back = false;
	const struct own_option own[] = {
		{ "deputy", .word = &deputy },
		{ "back", .is = &is_back },
		{ 0 },
	};
	int status;

	work_init(&w, "away");
	if (!options_read_seat(&w.seat, usage, own, &argc, &argv, &status))
		return status;
	e.value = text_from(deputy);
	status = read_days(argv, argc, is_back, &e);
	if (status != 0)
		return status;
	status = away(&w, &e);
	work_fini(&w);
	return status;
}
