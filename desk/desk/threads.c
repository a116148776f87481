/* What the page reads of the book. */
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "desk/desk.h"
#include "desk/round.h"
#include "desk/routes.h"

#define WORD_MAX 200
#define QUERY_MAX 1000
#define LIST_MAX 1000
#define WORDS 8

static const char *const orders[] = {
	[BOOK_DUE] = "due",
	[BOOK_NEWEST] = "newest",
	[BOOK_OLDEST] = "oldest",
};

static int
read_order(const char *word, enum book_order *ret_order)
{
	for (size_t i = 0; i < sizeof(orders) / sizeof(*orders); i++)
		if (word == NULL || strcmp(word, orders[i]) == 0) {
			*ret_order = (enum book_order)i;
			return 0;
		}
	return ERR_FORMAT;
}

/* A number that may be missing. */
static int
read_size(const struct ask *a, const char *name, uint64_t max, size_t *ret_n)
{
	uint64_t value = 0;
	int err = ask_number(a, name, max, &value);

	if (err != 0 && err != ERR_NOT_FOUND)
		return err;
	*ret_n = (size_t)value;
	return 0;
}

int
threads_list(struct desk *d, struct ask *a, json_t **ret_out)
{
	static const char *const names[WORDS] = { "view", "desk", "story",
		"lang", "label", "member", "kind", "words" };
	struct book_query q = { 0 };
	const char **to[WORDS] = { &q.view, &q.desk, &q.story, &q.lang,
		&q.label, &q.member, &q.kind, &q.words };
	char *values[WORDS + 1] = { NULL };
	int err = 0;

	for (size_t i = 0; i < WORDS && err == 0; i++) {
		err = ask_parameter(a, names[i],
		    to[i] == &q.words ? QUERY_MAX : WORD_MAX, &values[i]);
		/* An empty field of a form asks for anything. */
		if (err == 0 && values[i] != NULL && values[i][0] != '\0')
			*to[i] = values[i];
	}
	if (q.view == NULL)
		q.view = "queue";
	if (err == 0 &&
	    (err = ask_parameter(a, "order", WORD_MAX, &values[WORDS])) == 0 &&
	    (err = read_order(values[WORDS], &q.order)) == 0 &&
	    (err = read_size(a, "skip", INT32_MAX, &q.skip)) == 0 &&
	    (err = read_size(a, "limit", LIST_MAX, &q.limit)) == 0)
		err = book_list(d->book, &q, ret_out);
	for (size_t i = 0; i <= WORDS; i++)
		mem_free(values[i]);
	return err;
}

static bool
put_draft(json_t *out, const char *name, struct text draft)
{
	return json_object_set_new(out, name, json_stringn(draft.p, draft.n)) ==
	       0;
}

static int
put_drafts(
    struct desk *d, const uint8_t thread[static THREAD_SIZE], json_t *out)
{
	return put_draft(
		   out, "draft", memo_draft(d->memo, MEMO_ANSWER, thread)) &&
		       put_draft(out, "note_draft",
			   memo_draft(d->memo, MEMO_NOTE, thread))
		   ? 0
		   : ERR_NOMEM;
}

int
threads_show(struct desk *d, struct ask *a, json_t **ret_out)
{
	uint8_t thread[THREAD_SIZE];
	struct book_part part = { 0 };
	struct text id;
	json_t *out = NULL;
	char *cursor;
	int err;

	if (http_query_find(http_request_head(a->request)->query, "id", &id) !=
		0 ||
	    hex_read(id, thread, sizeof(thread)) != 0)
		return ERR_FORMAT;
	if ((err = ask_parameter(a, "before", WORD_MAX, &cursor)) != 0)
		return err;
	part.cursor = cursor;
	err = book_show(d->book, thread, &part, &out);
	if (err == 0 && cursor == NULL)
		err = put_drafts(d, thread, out);
	mem_free(cursor);
	if (err != 0)
		json_decref(out);
	else
		*ret_out = out;
	return err;
}

static bool
has_seen(const json_t *shown, struct text me)
{
	const json_t *seen = json_object_get(shown, "seen"), *one;
	size_t i;

	json_array_foreach (seen, i, one)
		if (json_is_string(one) && text_is(me, json_string_value(one)))
			return true;
	return false;
}

int
threads_open(struct desk *d, struct ask *a, json_t **ret_out)
{
	const struct masthead_member *me = book_me(d->book);
	const struct event opened = { .kind = EVENT_OPENED };
	struct book_thread thread;
	uint64_t handle;
	json_t *shown;
	bool is_seen;
	int err;

	(void)ret_out;
	if ((err = ask_thread(a, a->in, &thread)) != 0)
		return err;
	if (me == NULL)
		return ERR_DENIED;
	if ((err = book_row(d->book, thread.thread, &shown)) != 0)
		return err;
	is_seen = has_seen(shown, me->id);
	json_decref(shown);
	if (is_seen)
		return 0;
	/* Before the board was heard of nobody can be told: the next time. */
	err = dispatch_tell(d->dispatch, &thread, STRIP_OPENED);
	if (err == ERR_AGAIN)
		return 0;
	if (err != 0 ||
	    (err = dispatch_event(d->dispatch, &thread, &opened, &handle)) != 0)
		return err;
	return round_acted(d);
}
