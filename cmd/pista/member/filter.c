#include "member/filter.h"

#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "cmd.h"
#include "member/show.h"
#include "say.h"

#define PAGE 1000 /* threads a query */
#define LIMIT 100

static const char *const views[] = { "queue", "mine", "unassigned", "due",
	"came-back", "parked", "closed", "bin", "danger", "plant", "alarm",
	"all" };
static const char *const orders[] = {
	[BOOK_DUE] = "due", [BOOK_NEWEST] = "newest", [BOOK_OLDEST] = "oldest"
};

static int
set_order(struct filter *f, const char *command)
{
	size_t i;

	for (i = 0; i < sizeof(orders) / sizeof(*orders); i++)
		if (strcmp(f->order, orders[i]) == 0) {
			f->query.order = (enum book_order)i;
			return CMD_OK;
		}
	return cmd_misused(
	    command, "--order %s: it is due, newest or oldest", f->order);
}

int
filter_check(struct filter *f, const char *command)
{
	if (f->most != NULL &&
	    text_to_u64(text_from(f->most), UINT32_MAX, &f->limit) != 0)
		return cmd_misused(
		    command, "--limit %s: no such number", f->most);
	return f->order != NULL ? set_order(f, command) : CMD_OK;
}

int
filter_view(struct filter *f, const char *command, const char *view)
{
	size_t i;

	for (i = 0; i < sizeof(views) / sizeof(*views); i++)
		if (strcmp(view, views[i]) == 0) {
			f->query.view = view;
			return 0;
		}
	return cmd_misused(command, "%s: there is no such view", view);
}

/* "me" and a missing limit, once it is known who that is. */
static int
complete(struct filter *f, const struct work *w, char *ret_id, size_t id_max)
{
	const struct masthead_member *me = book_me(w->book);

	if (f->most == NULL && !f->is_json)
		f->limit = LIMIT;
	if (f->query.view == NULL)
		f->query.view = "all";
	if (f->query.member == NULL || strcmp(f->query.member, "me") != 0)
		return 0;
	if (me == NULL)
		return say_error(w->seat.command, "your key", ERR_DENIED,
		    "it is not in the newest masthead: nothing is yours");
	snprintf(ret_id, id_max, "%.*s", (int)me->id.n, me->id.p);
	f->query.member = ret_id;
	return 0;
}

static int
say_failed(const struct work *w, int err)
{
	return say_error(w->seat.command,
	    err == ERR_FORMAT ? "these words" : "the local copy", err,
	    err == ERR_FORMAT ? "words, \"phrases in quotes\", and beginnings "
				"with a * behind"
			      : NULL);
}

static int
show_page(const struct filter *f, const struct work *w, const json_t *threads)
{
	const json_t *thread;
	size_t i;
	int status = 0;

	if (!f->is_json) {
		show_threads(threads, day_today(), f->query.skip == 0);
		return 0;
	}
	json_array_foreach (threads, i, thread) {
		if (status == 0)
			status = show_json(w->seat.command, thread);
	}
	return status;
}

int
filter_show(struct filter *f, struct work *w, const char *none)
{
	char me[MASTHEAD_ID_MAX + 1];
	json_t *page = NULL;
	const json_t *threads;
	uint64_t total = 0, left;
	size_t n;
	int err, status = complete(f, w, me, sizeof(me));

	left = f->limit > 0 ? f->limit : UINT64_MAX;
	for (n = PAGE; status == 0 && n == PAGE && left > 0; left -= n) {
		f->query.limit = left < PAGE ? (size_t)left : PAGE;
		if ((err = book_list(w->book, &f->query, &page)) != 0)
			return say_failed(w, err);
		threads = json_object_get(page, "threads");
		total = show_number_of(page, "total");
		n = json_array_size(threads);
		if (n > 0)
			status = show_page(f, w, threads);
		f->query.skip += n;
		json_decref(page);
	}
	if (status == 0 && !f->is_json && f->query.skip == 0)
		puts(none);
	else if (status == 0 && !f->is_json && total > f->query.skip)
		printf("%llu more; --limit 0 shows all.\n",
		    (unsigned long long)(total - f->query.skip));
	return status;
}
