/* pista list: what came, one line a thread. */

#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "base/json.h"
#include "book.h"
#include "cmd.h"
#include "seat.h"
#include "holes.h"
#include "say.h"

#define JSON_MAX (1024 * 1024)
#define PREVIEW 60 /* code points */

static const char usage[] =
    "usage: pista list [--all] [--json]\n"
    "\n"
    "Lists the letters of the local copy, newest last: number, day, kind, "
    "story,\n"
    "language, files, state and first words. Works without the network. A "
    "letter\n"
    "that is missing or taken away, without an announcement, is listed too; "
    "`pista\n"
    "sync' says what can be done.\n"
    "\n"
    "  --all                  also deleted letters, the desk's own, and what "
    "could\n"
    "                         not be opened\n"
    "  --json                 one JSON object a line\n" HOME_USAGE;

static bool
is_shown(const struct seat *d, const struct book *b,
    const struct book_letter *l, bool is_all)
{
	if (is_all || holes_is_one(d, b, l))
		return true;
	return l->head != NULL && !letter_is_from_desk(l->head->tip.kind) &&
	       !l->is_deleted && !l->is_repeat;
}

/* The state a reader of the list looks for. */
static const char *
state_of(
    const struct seat *d, const struct book *b, const struct book_letter *l)
{
	if (l->is_deleted)
		return "deleted";
	if (holes_is_one(d, b, l))
		return l->entry.held == 0 ? "missing" : "taken away";
	if (l->err != 0)
		return "unreadable";
	if (letter_is_from_desk(l->head->tip.kind))
		return "desk";
	if (!l->is_own)
		return "claims to belong";
	return l->is_answered ? "answered" : "new";
}

static size_t
files_of(const struct book_letter *l)
{
	return l->head != NULL && l->head->entries_n > 1
		   ? l->head->entries_n - 1
		   : 0;
}

static void
print_line(
    const struct seat *d, const struct book *b, const struct book_letter *l)
{
	const struct letter_tip *tip;
	char thread[9] = "";

	printf("%5llu  ", (unsigned long long)l->entry.seq);
	say_day(stdout, l->entry.day);
	if (l->head == NULL) {
		printf("  %s: %s\n", state_of(d, b, l),
		    l->entry.held == 0 ? "the server gave nothing of it"
				       : err_text(l->err));
		return;
	}
	tip = &l->head->tip;
	hex_write(thread, tip->thread.thread, 4);
	printf("  t:%s  %-10s  %-8s  ", thread, letter_kind_text(tip->kind),
	    state_of(d, b, l));
	say_line(stdout, tip->lang, 8);
	printf("  ");
	say_line(stdout, tip->story.n > 0 ? tip->story : TEXT("-"), 24);
	if (files_of(l) > 0)
		printf(
		    "  %zu file%s", files_of(l), files_of(l) == 1 ? "" : "s");
	printf("  ");
	say_line(stdout, (struct text){ l->message, l->message_n }, PREVIEW);
	printf("\n");
}

static void
set_text(json_t *o, const char *name, struct text t)
{
	if (t.n > 0)
		json_object_set_new(o, name, json_stringn(t.p, t.n));
}

static int
print_json(
    const struct seat *d, const struct book *b, const struct book_letter *l)
{
	json_t *o = json_object();
	char thread[2 * THREAD_SIZE + 1] = "", day[16];
	struct buf out;
	int err;

	buf_init(&out, JSON_MAX);
	day_write(day, l->entry.day);
	json_object_set_new(o, "seq", json_integer((json_int_t)l->entry.seq));
	json_object_set_new(o, "day", json_string(day));
	json_object_set_new(o, "state", json_string(state_of(d, b, l)));
	json_object_set_new(o, "size", json_integer((json_int_t)l->entry.size));
	if (l->head != NULL) {
		hex_write(thread, l->head->tip.thread.thread, THREAD_SIZE);
		json_object_set_new(o, "thread", json_string(thread));
		json_object_set_new(o, "kind",
		    json_string(letter_kind_text(l->head->tip.kind)));
		set_text(o, "story", l->head->tip.story);
		set_text(o, "lang", l->head->tip.lang);
		set_text(o, "desk", l->head->tip.desk);
		json_object_set_new(
		    o, "files", json_integer((json_int_t)files_of(l)));
		set_text(
		    o, "message", (struct text){ l->message, l->message_n });
	}
	json_put(&out, o, JSON_COMPACT);
	json_decref(o);
	if ((err = buf_finish(&out)) == 0)
		puts(buf_cstr(&out));
	buf_fini(&out);
	return err;
}

int
cmd_list(int argc, char **argv)
{
	static const struct option options[] = {
		{ "all", no_argument, NULL, 'a' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		SEAT_OPTIONS,
		{ 0 },
	};
	struct book *book = NULL;
	struct seat d;
	int option, status, err;
	bool is_all = false, is_json = false;
	size_t i, shown = 0;

	seat_init(&d, "list");
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'a')
			is_all = true;
		else if (option == 'j')
			is_json = true;
		else if (option == 'h')
			return cmd_help(usage);
		else if (!seat_option(&d, option, optarg))
			return cmd_misused("list", NULL);
	}
	if ((status = seat_open(&d, false)) != 0)
		goto out;
	if ((err = book_open(&d, &book)) != 0) {
		status = say_error("list", "the local copy", err, NULL);
		goto out;
	}
	for (i = 0; i < book->n; i++) {
		if (!is_shown(&d, book, &book->letters[i], is_all))
			continue;
		shown++;
		if (!is_json)
			print_line(&d, book, &book->letters[i]);
		else if (print_json(&d, book, &book->letters[i]) != 0)
			status = say_error("list", "output", ERR_NOMEM, NULL);
	}
	if (shown == 0 && !is_json)
		puts("No letters yet. `pista sync' brings new ones.");
out:
	book_free(&book);
	seat_close(&d);
	return status;
}
