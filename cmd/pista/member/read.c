/* pista read: one thread, as a person reads it. */

#include <stdio.h>

#include "base/day.h"
#include "base/err.h"
#include "cmd.h"
#include "member/opened.h"
#include "member/show.h"
#include "member/thread.h"
#include "member/work.h"
#include "options.h"
#include "say.h"

static const char usage[] =
    "usage: pista read NUMBER|THREAD [--json] [--unseen]\n"
    "\n"
    "Shows a thread, oldest first: the source's words, terms, each file with type,\n"
    "size and digest, what the desk noted, did and answered. Files are not opened;\n"
    "`pista export' saves them. THREAD is what `pista read' shows, or at least its\n"
    "first four digits. Works without the network; the next `pista sync' tells the\n"
    "source that the tip was opened, and colleagues who has read it.\n"
    "\n"
    "  --unseen               tell nobody\n"
    "  --json                 print it as JSON\n" HOME_USAGE;

static bool
has_seen(const json_t *thread, struct text me)
{
	const json_t *seen = json_object_get(thread, "seen"), *id;
	size_t i;

	json_array_foreach (seen, i, id) {
		if (text_is(me, json_string_value(id)))
			return true;
	}
	return false;
}

/* Whoever reads need not be able to say so: with a masthead that is not current
 * nothing is sealed, and before the first look at the board no status. */
static bool
is_no_matter(int err)
{
	return err == ERR_EXPIRED || err == ERR_NOT_YET || err == ERR_AGAIN;
}

/* To colleagues the first time this member reads it, to the source the first
 * time anybody does. Bins and closed threads hear nothing. */
static int
mark_opened(struct work *w, const struct book_thread *t, const json_t *thread,
    bool *ret_is_told)
{
	const struct masthead_member *me = book_me(w->book);
	struct event e = { .kind = EVENT_OPENED };
	struct text state = show_text_of(thread, "state");
	bool is_told = show_text_of(thread, "told").n == 0 &&
		       (text_is(state, "new") || text_is(state, "open"));
	uint64_t handle;
	int err;

	if (me == NULL || has_seen(thread, me->id))
		return 0;
	if (opened_dispatch(&w->seat, w->book, &w->dispatch) != 0)
		return 1;
	err = dispatch_event(w->dispatch, t, &e, &handle);
	if (err == 0 && is_told) {
		err = dispatch_tell(w->dispatch, t, STRIP_OPENED);
		*ret_is_told = err == 0;
	}
	if (err == 0 || err == ERR_AGAIN)
		err = dispatch_flush(w->dispatch);
	if (err == 0)
		return 0;
	*ret_is_told = false;
	return is_no_matter(err) ? 0
				 : work_say_error(w, "marking it as read", err);
}

/* A part after the other: a thread may be long. *ret_thread is the first part,
 * with what stands above it. */
static int
print_parts(struct work *w, const struct book_thread *t, json_t **ret_thread)
{
	struct book_part part = { .is_forward = true };
	json_t *now = NULL, *next;
	int err;

	if ((err = book_show(w->book, t->thread, &part, ret_thread)) != 0)
		return err;
	thread_print_top(*ret_thread, day_today());
	for (now = json_incref(*ret_thread);; now = next) {
		thread_print_items(now);
		part.cursor = json_string_value(json_object_get(now, "more"));
		if (part.cursor == NULL)
			break;
		if ((err = book_show(w->book, t->thread, &part, &next)) != 0)
			break;
		json_decref(now);
	}
	json_decref(now);
	if (err == 0)
		thread_print_end(*ret_thread);
	return err;
}

static int
read_thread(struct work *w, const char *name, bool is_json, bool is_unseen)
{
	struct book_thread t;
	json_t *thread = NULL;
	bool is_told = false;
	int err, status;

	if ((status = work_thread(w, name, &t)) != 0)
		return status;
	err = is_json ? book_show(w->book, t.thread, NULL, &thread)
		      : print_parts(w, &t, &thread);
	if (err != 0) {
		json_decref(thread);
		return say_error("read", name, err, NULL);
	}
	if (is_json)
		status = show_json("read", thread);
	if (status == 0 && !is_unseen)
		status = mark_opened(w, &t, thread, &is_told);
	if (is_told && !is_json)
		puts("The source learns with the next `pista sync' that it was "
		     "opened.");
	json_decref(thread);
	return status;
}

int
cmd_read(int argc, char **argv)
{
	struct work w;
	bool is_json = false, is_unseen = false;
	const struct own_option own[] = {
		{ "json", .is = &is_json },
		{ "unseen", .is = &is_unseen },
		{ 0 },
	};
	int status;

	work_init(&w, "read");
	if (!options_read_seat(&w.seat, usage, own, &argc, &argv, &status))
		return status;
	if (argc != 1)
		return cmd_misused("read", "name one letter or thread");
	if ((status = work_open(&w)) == 0)
		status = read_thread(&w, argv[0], is_json, is_unseen);
	work_fini(&w);
	return status;
}
