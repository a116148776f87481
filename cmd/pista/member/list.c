/* pista list: the queue, one line a thread. */

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "cmd.h"
#include "letter/letter.h"
#include "member/alarms.h"
#include "member/filter.h"
#include "member/show.h"
#include "member/work.h"
#include "options.h"
#include "say.h"

#define LETTERS_AT_ONCE 1000
#define PREVIEW 60 /* code points */
#define DIGITS 8   /* of a thread */

static const char usage[] =
    "usage: pista list [VIEW] [--json] [FILTERS]\n"
    "       pista list --all [--json]\n"
    "\n"
    "Lists threads, what is due first above: number, age, what is due and when,\n"
    "state, language, story, files, whose it is, marks and words (the safe line, or\n"
    "the source's first). Works without the network. VIEW is one of\n"
    "\n"
    "  queue        neither parked, closed nor in the bin (the default)\n"
    "  mine         assigned to you      unassigned   to nobody\n"
    "  due          within 7 days        came-back    the source wrote again\n"
    "  parked, closed, bin, danger, plant, alarm, all\n"
    "\n" FILTER_USAGE
    "  --all                  every letter by itself instead: also deleted ones, the\n"
    "                         desk's own, and what could not be opened\n" HOME_USAGE;

/* What became of a letter, in words. */
static const char *
state_of(const json_t *letter)
{
	struct text state = show_text_of(letter, "state");
	struct text kind = show_text_of(letter, "kind");
	enum letter_kind known;

	if (show_is(letter, "announced"))
		return "deleted";
	if (text_is(state, "missing"))
		return "missing";
	if (show_is(letter, "deleted") || show_is(letter, "gone"))
		return "taken away";
	if (text_is(kind, "card"))
		return "card";
	if (!text_is(state, "open"))
		return json_string_value(json_object_get(letter, "state"));
	if (letter_kind_read(kind, &known) == 0 && letter_is_from_desk(known))
		return "desk";
	if (show_is(letter, "repeat"))
		return "repeat";
	return show_is(letter, "own") ? "open" : "claims to belong";
}

static void
print_letter(const json_t *letter)
{
	struct text thread = show_text_of(letter, "thread");

	printf("%5llu  ", (unsigned long long)show_number_of(letter, "seq"));
	say_cell(stdout, show_text_of(letter, "day"), 10);
	printf("  %s", thread.n > 0 ? "t:" : "  ");
	say_cell(stdout,
	    (struct text){ thread.p, thread.n < DIGITS ? thread.n : DIGITS },
	    DIGITS);
	printf("  ");
	say_cell(stdout, show_text_of(letter, "kind"), 10);
	printf("  ");
	say_cell(stdout, show_text_of(letter, "state"), 16);
	printf("  ");
	say_line(stdout, text_trim(show_text_of(letter, "message")), PREVIEW);
	putchar('\n');
}

static int
list_letters(struct work *w, bool is_json)
{
	json_t *page;
	const json_t *letters;
	json_t *letter;
	uint64_t after = 0;
	size_t i, n = LETTERS_AT_ONCE;
	int err, status = CMD_OK;

	while (n == LETTERS_AT_ONCE && status == CMD_OK) {
		if ((err = book_letters(
			 w->book, after, LETTERS_AT_ONCE, &page)) != 0)
			return say_error("list", "the local copy", err, NULL);
		letters = json_object_get(page, "letters");
		n = json_array_size(letters);
		json_array_foreach (letters, i, letter) {
			after = show_number_of(letter, "seq");
			(void)json_object_set_new(
			    letter, "state", json_string(state_of(letter)));
			if (!is_json)
				print_letter(letter);
			else if (status == CMD_OK)
				status = show_json("list", letter);
		}
		json_decref(page);
	}
	if (after == 0 && !is_json)
		puts("No letters yet. `pista sync' brings new ones.");
	return status;
}

static const char *
none_of(const char *view)
{
	if (strcmp(view, "queue") == 0)
		return "Nothing in the queue. `pista sync' brings new letters, "
		       "`pista list all' shows\nold ones.";
	return "None. `pista list all' shows everything.";
}

static int
list(struct work *w, struct filter *f, bool is_all)
{
	struct alarms alarms = { 0 };
	int err, status;

	if (f->query.view == NULL)
		f->query.view = "queue";
	status = is_all ? list_letters(w, f->is_json)
			: filter_show(f, w, none_of(f->query.view));
	err = alarms_find(w->book, w->seat.mirror, false, &alarms);
	if (err == 0)
		alarms_warn(&alarms, "list");
	else if (status == CMD_OK)
		status = say_error("list", "the local copy", err, NULL);
	alarms_fini(&alarms);
	return status;
}

int
cmd_list(int argc, char **argv)
{
	struct filter f = { 0 };
	struct work w;
	bool is_all = false;
	const struct own_option own[] = {
		{ "all", .is = &is_all },
		FILTER_OPTIONS(&f),
		{ 0 },
	};
	int status;

	work_init(&w, "list");
	if (!options_read_seat(&w.seat, usage, own, &argc, &argv, &status))
		return status;
	if ((status = filter_check(&f, "list")) != 0)
		return status;
	if (argc > 1)
		return cmd_misused("list", "one view at a time");
	if (argc > 0 && (status = filter_view(&f, "list", argv[0])) != 0)
		return status;
	if ((status = work_open(&w)) == 0)
		status = list(&w, &f, is_all);
	work_fini(&w);
	return status;
}
