/* pista alarms: what is not as it should be, and what to do about it. */

#include "member/alarms.h"

#include <stdio.h>

#include "base/err.h"
#include "cmd.h"
#include "member/show.h"
#include "member/work.h"
#include "options.h"
#include "say.h"

#define NAMED_MAX 20 /* numbers in one warning */
#define OTHERS_MAX 5
#define WITHHELD_MAX 100
#define DIGITS 8 /* of a thread */

static const char usage[] =
    "usage: pista alarms [--json]\n"
    "\n"
    "Says what is not as it should be: letters that are missing or were deleted\n"
    "while nobody announced it, answers on the board that nobody here wrote down,\n"
    "colleagues who were shown another past, letters by somebody who has left.\n"
    "Works without the network; `pista sync' looks again.\n"
    "\n"
    "  --json                 one JSON object a line\n" HOME_USAGE;

static int
note(struct alarms *a, struct mirror *mirror, const json_t *alarm)
{
	struct text kind = show_text_of(alarm, "kind");
	uint64_t seq = show_number_of(alarm, "seq");
	struct mirror_entry e = { 0 };
	json_t *lists[2] = { NULL, NULL };
	size_t i;
	int err;

	if (text_is(kind, "missing"))
		lists[0] = a->missing;
	else if (text_is(kind, "gone"))
		lists[0] = a->gone;
	else if (text_is(kind, "deleted"))
		lists[0] = a->deleted;
	else
		return 0;
	if (lists[0] == a->deleted) {
		if ((err = mirror_get(mirror, seq, &e)) != 0)
			return err;
		if (e.held < e.size)
			lists[1] = a->risked;
	}
	for (i = 0; i < 2; i++)
		if (lists[i] != NULL && json_array_append_new(lists[i],
					    json_integer((json_int_t)seq)) != 0)
			return ERR_NOMEM;
	return 0;
}

static bool
has_number(const json_t *list, uint64_t n)
{
	const json_t *v;
	size_t i;

	json_array_foreach (list, i, v) {
		if (json_integer_value(v) == (json_int_t)n)
			return true;
	}
	return false;
}

/* What the server was asked for and did not give. */
static int
add_withheld(struct alarms *a, struct mirror *mirror)
{
	uint64_t seqs[WITHHELD_MAX];
	struct mirror_entry e;
	size_t i, n;
	int err;

	if ((err = mirror_wanted(mirror, 0, seqs, WITHHELD_MAX, &n)) != 0)
		return err;
	for (i = 0; i < n; i++) {
		if ((err = mirror_get(mirror, seqs[i], &e)) != 0)
			return err;
		if (!e.is_deleted && !has_number(a->missing, seqs[i]) &&
		    json_array_append_new(
			a->missing, json_integer((json_int_t)seqs[i])) != 0)
			return ERR_NOMEM;
	}
	return 0;
}

int
alarms_find(struct book *book, struct mirror *mirror, bool is_complete,
    struct alarms *ret_alarms)
{
	struct alarms *a = ret_alarms;
	const json_t *alarm;
	size_t i;
	int err;

	*a = (struct alarms){ NULL, json_array(), json_array(), json_array(),
		json_array() };
	if (a->missing == NULL || a->deleted == NULL || a->risked == NULL ||
	    a->gone == NULL)
		return ERR_NOMEM;
	if ((err = book_alarms(book, &a->all)) != 0)
		return err;
	json_array_foreach (json_object_get(a->all, "alarms"), i, alarm) {
		if ((err = note(a, mirror, alarm)) != 0)
			return err;
	}
	return is_complete ? add_withheld(a, mirror) : 0;
}

void
alarms_fini(struct alarms *a)
{
	json_decref(a->all);
	json_decref(a->missing);
	json_decref(a->deleted);
	json_decref(a->risked);
	json_decref(a->gone);
	*a = (struct alarms){ 0 };
}

bool
alarms_has_grave(const struct alarms *a)
{
	const json_t *alarm;
	struct text kind;
	size_t i;

	if (json_array_size(a->missing) > 0)
		return true;
	json_array_foreach (json_object_get(a->all, "alarms"), i, alarm) {
		kind = show_text_of(alarm, "kind");
		if (!text_is(kind, "left") && !text_is(kind, "forged"))
			return true;
	}
	return false;
}

static void
put_numbers(const json_t *list)
{
	size_t i, n = json_array_size(list);

	for (i = 0; i < n && i < NAMED_MAX; i++)
		fprintf(stderr, " %lld",
		    (long long)json_integer_value(json_array_get(list, i)));
}

/* "letter 3 is", "letters 3 4 5 and 7 more are" */
static bool
warn(const char *command, const json_t *list)
{
	size_t n = json_array_size(list);

	if (n == 0)
		return false;
	fprintf(
	    stderr, "pista: %s: WARNING: letter%s", command, n == 1 ? "" : "s");
	put_numbers(list);
	if (n > NAMED_MAX)
		fprintf(stderr, " and %zu more", n - NAMED_MAX);
	fputs(n == 1 ? " is " : " are ", stderr);
	return true;
}

/* Numbers stand together above; everything else is a sentence of the book. */
static bool
is_a_list(struct text kind)
{
	return text_is(kind, "missing") || text_is(kind, "gone") ||
	       text_is(kind, "deleted");
}

static void
warn_others(const json_t *alarms, const char *command)
{
	const json_t *alarm;
	size_t i, n = 0;

	json_array_foreach (alarms, i, alarm) {
		if (is_a_list(show_text_of(alarm, "kind")) || n++ >= OTHERS_MAX)
			continue;
		fprintf(stderr, "pista: %s: WARNING: ", command);
		say_line(stderr, show_text_of(alarm, "text"), SIZE_MAX);
		fputc('\n', stderr);
	}
	if (n > OTHERS_MAX)
		fprintf(stderr,
		    "pista: %s: WARNING: and %zu more, which `pista alarms' "
		    "lists\n",
		    command, n - OTHERS_MAX);
}

void
alarms_warn(const struct alarms *a, const char *command)
{
	static const char nobody[] =
	    "and nobody on the masthead announced it; tell your "
	    "administrator.";

	if (warn(command, a->missing))
		fprintf(stderr,
		    "missing on the server, %s Nothing of it is here\n",
		    nobody);
	if (warn(command, a->gone))
		fprintf(stderr,
		    "gone from the server, %s What is here stays here\n",
		    nobody);
	if (warn(command, a->deleted)) {
		fprintf(stderr,
		    "deleted on the server, %s For 14 days after the "
		    "deletion `pista delete --undo",
		    nobody);
		put_numbers(a->deleted);
		fputs("' brings back what it names\n", stderr);
	}
	if (warn(command, a->risked))
		fputs("AT RISK: only the beginning is here. Bring it back as "
		      "said, or save the rest\nwith `pista export' now\n",
		    stderr);
	warn_others(json_object_get(a->all, "alarms"), command);
}

static void
show_alarm(const json_t *alarm)
{
	struct text thread = show_text_of(alarm, "thread");
	uint64_t seq = show_number_of(alarm, "seq");

	say_cell(stdout, show_text_of(alarm, "day"), 12);
	say_line(stdout, show_text_of(alarm, "text"), SIZE_MAX);
	if (thread.n > DIGITS)
		printf(" (t:%.*s)", DIGITS, thread.p);
	else if (seq > 0)
		printf(" (letter %llu)", (unsigned long long)seq);
	putchar('\n');
}

static int
print(const json_t *alarms, bool is_json)
{
	const json_t *alarm;
	int status = CMD_OK;
	size_t i;

	if (json_array_size(alarms) == 0 && !is_json)
		puts(
		    "All in order, as far as is known here. `pista sync' looks "
		    "again.");
	json_array_foreach (alarms, i, alarm) {
		if (!is_json)
			show_alarm(alarm);
		else if (status == CMD_OK)
			status = show_json("alarms", alarm);
	}
	return status;
}

int
cmd_alarms(int argc, char **argv)
{
	struct alarms alarms = { 0 };
	struct work w;
	bool is_json = false;
	const struct own_option own[] = {
		{ "json", .is = &is_json },
		{ 0 },
	};
	int status, err;

	work_init(&w, "alarms");
	if (!options_read_seat(&w.seat, usage, own, &argc, &argv, &status))
		return status;
	if (argc > 0)
		return cmd_misused(
		    "alarms", "%s: takes no further words", argv[0]);
	if ((status = work_open(&w)) != 0)
		goto out;
	err = alarms_find(w.book, w.seat.mirror, false, &alarms);
	status = err != 0
		     ? say_error("alarms", "the local copy", err, NULL)
		     : print(json_object_get(alarms.all, "alarms"), is_json);
	alarms_fini(&alarms);
out:
	work_fini(&w);
	return status;
}
