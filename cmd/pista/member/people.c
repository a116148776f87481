/* pista people: who is there, who is away, who has left. */

#include <stdio.h>

#include "base/err.h"
#include "cmd.h"
#include "member/show.h"
#include "member/work.h"
#include "options.h"
#include "say.h"

static const char usage[] =
    "usage: pista people [--json]\n"
    "\n"
    "Lists members with their desks, how many open threads they have and when they\n"
    "are away; the desks; and who has left while threads are still theirs. Works\n"
    "without the network.\n"
    "\n"
    "  --json                 print it as JSON\n" HOME_USAGE;

static void
show_member(const json_t *member)
{
	const json_t *away = json_object_get(member, "away");
	struct text deputy = show_text_of(away, "deputy");

	say_cell(stdout, show_text_of(member, "id"), 12);
	fputs("  ", stdout);
	say_cell(stdout, show_text_of(member, "name"), 24);
	printf("  %4llu open  ",
	    (unsigned long long)show_number_of(member, "open"));
	show_names(json_object_get(member, "desks"), 0);
	if (show_is(member, "is_me"))
		fputs("  (you)", stdout);
	if (away != NULL) {
		fputs("  away ", stdout);
		say_line(stdout, show_text_of(away, "from"), 10);
		fputs(" to ", stdout);
		say_line(stdout, show_text_of(away, "until"), 10);
	}
	if (deputy.n > 0) {
		fputs(", ask ", stdout);
		say_line(stdout, deputy, MASTHEAD_ID_MAX);
	}
	putchar('\n');
}

static void
show_desk(const json_t *desk)
{
	json_t *names = json_object_get(desk, "names");
	const json_t *name = json_object_iter_value(json_object_iter(names));

	fputs("desk ", stdout);
	say_cell(stdout, show_text_of(desk, "id"), 12);
	fputs("  ", stdout);
	show_names(json_object_get(desk, "members"), 0);
	/* Whichever language comes first: ids are what commands take. */
	fputs("  ", stdout);
	say_line(stdout, text_from(json_string_value(name)), MASTHEAD_NAME_MAX);
	putchar('\n');
}

/* What to do about somebody who has left, not only that they have. */
static void
show_leaver(const json_t *leaver)
{
	struct text id = show_text_of(leaver, "id");
	uint64_t n = show_number_of(leaver, "threads");

	say_line(stdout, show_text_of(leaver, "name"), MASTHEAD_NAME_MAX);
	fputs(" (", stdout);
	say_line(stdout, id, MASTHEAD_ID_MAX);
	printf(") has left; %llu thread%s still theirs.\n",
	    (unsigned long long)n, n == 1 ? " is" : "s are");
	if (n == 0)
		return;
	fputs("  `pista list all --member ", stdout);
	say_line(stdout, id, MASTHEAD_ID_MAX);
	puts("' lists them, `pista assign NUMBER MEMBER'\n"
	     "  gives each to somebody else. What they could read they may "
	     "have kept.");
}

static void
show_people(const json_t *people)
{
	const json_t *left = json_object_get(people, "left"), *one;
	size_t i;

	json_array_foreach (json_object_get(people, "members"), i, one)
		show_member(one);
	putchar('\n');
	json_array_foreach (json_object_get(people, "desks"), i, one)
		show_desk(one);
	if (json_array_size(left) > 0)
		putchar('\n');
	json_array_foreach (left, i, one)
		show_leaver(one);
}

int
cmd_people(int argc, char **argv)
{
	json_t *people = NULL;
	struct work w;
	bool is_json = false;
	const struct own_option own[] = {
		{ "json", .is = &is_json },
		{ 0 },
	};
	int status, err;

	work_init(&w, "people");
	if (!options_read_seat(&w.seat, usage, own, &argc, &argv, &status))
		return status;
	if (argc > 0)
		return cmd_misused(
		    "people", "%s: takes no further words", argv[0]);
	if ((status = work_open(&w)) != 0)
		goto out;
	if ((err = book_people(w.book, &people)) != 0)
		status = say_error("people", "the local copy", err, NULL);
	else if (is_json)
		status = show_json("people", people);
	else
		show_people(people);
	json_decref(people);
out:
	work_fini(&w);
	return status;
}
