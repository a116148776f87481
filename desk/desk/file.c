#include "desk/file.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/secret.h"
#include "desk/desk.h"
#include "desk/joined.h"
#include "desk/pages.h"
#include "desk/plain.h"
#include "desk/round.h"
#include "desk/routes.h"
#include "os/process.h"

#define TEXT_MAX (256 * 1024)
#define NAME_MAX_HERE 80

struct saving {
	struct joined *joined;
};

static int
open_file(
    struct desk *d, uint64_t seq, uint64_t number, struct plain **ret_plain)
{
	return plain_new(d->mirror, d->book, d->start.newsroom, seq,
	    (uint32_t)number, ret_plain);
}

/* U+FFFD for what is no UTF-8: a source's file is what it is. */
static void
put_clean(struct buf *b, struct text t)
{
	uint32_t point;
	int n;

	while (t.n > 0) {
		n = text_next(t, &point);
		if (n > 0)
			buf_put(b, t.p, (size_t)n);
		else
			buf_puts(b, "\xef\xbf\xbd");
		n = n > 0 ? n : 1;
		t.p += n;
		t.n -= (size_t)n;
	}
}

/* At most TEXT_MAX bytes, as far as they are here. */
static int
read_text(struct plain *p, uint8_t *out, size_t *ret_n, bool *ret_is_cut)
{
	size_t n = 0, got = 1;
	int err = 0;

	while (err == 0 && got > 0 && n < TEXT_MAX) {
		err = plain_read(p, out + n, TEXT_MAX - n, &got);
		n += err == 0 ? got : 0;
	}
	if (err != 0 && err != ERR_BUSY)
		return err;
	*ret_is_cut = n < plain_entry(p)->size;
	*ret_n = n;
	return 0;
}

int
file_text(struct desk *d, struct ask *a, json_t **ret_out)
{
	struct plain *plain = NULL;
	uint8_t *bytes = NULL;
	uint64_t seq, number;
	struct buf clean;
	bool is_cut;
	size_t n;
	int err;

	buf_init(&clean, 3 * TEXT_MAX);
	if ((err = ask_number(a, "seq", INT64_MAX, &seq)) != 0 ||
	    (err = ask_number(a, "n", LETTER_FILES_MAX + 1, &number)) != 0) {
		err = ERR_FORMAT;
		goto out;
	}
	if ((err = open_file(d, seq, number, &plain)) != 0)
		goto out;
	if (strcmp(plain_entry(plain)->type, "text/plain") != 0) {
		err = ERR_UNSUPPORTED;
		goto out;
	}
	if ((bytes = secret_new(TEXT_MAX)) == NULL) {
		err = ERR_NOMEM;
		goto out;
	}
	if ((err = read_text(plain, bytes, &n, &is_cut)) != 0)
		goto out;
	/* A cut through a character is no fault of the text. */
	if (is_cut)
		while (n > 0 && (bytes[n - 1] & 0xc0) == 0x80)
			n--;
	if (is_cut && n > 0 && bytes[n - 1] >= 0xc0)
		n--;
	put_clean(&clean, (struct text){ (const char *)bytes, n });
	if ((err = buf_finish(&clean)) == 0)
		*ret_out = json_pack("{s:s%,s:b}", "text",
		    clean.n > 0 ? (const char *)clean.p : "", clean.n, "cut",
		    is_cut);
out:
	plain_free(&plain);
	secret_free(&bytes);
	buf_fini(&clean);
	return err;
}

static int
want(struct desk *d, uint64_t seq)
{
	struct mirror_entry e;
	int err;

	if ((err = mirror_get(d->mirror, seq, &e)) != 0)
		return err;
	return e.is_gone ? ERR_NOT_FOUND : bring_add(&d->bring, seq);
}

static int
want_all(struct desk *d, const json_t *list)
{
	const json_t *one;
	size_t i;
	int err = 0;

	json_array_foreach (list, i, one) {
		if (!json_is_integer(one) || json_integer_value(one) <= 0)
			return ERR_FORMAT;
		/* Those that are there come all the same. */
		err = want(d, (uint64_t)json_integer_value(one));
		if (err != 0 && err != ERR_NOT_FOUND)
			return err;
	}
	return 0;
}

int
file_fetch(struct desk *d, struct ask *a, json_t **ret_out)
{
	json_t *list;
	uint64_t seq;
	bool stop;
	int err;

	(void)ret_out;
	if ((err = ask_bool(a->in, "stop", &stop)) != 0)
		return err;
	if (stop) {
		bring_stop(&d->bring);
	} else if (json_has(a->in, "seqs")) {
		if ((err = json_list(a->in, "seqs", LETTER_PARTS_MAX, &list)) ==
		    0)
			err = want_all(d, list);
	} else if ((err = json_u64(a->in, "seq", INT64_MAX, &seq)) == 0) {
		err = want(d, seq);
	}
	round_bring(d);
	desk_changed(d);
	return err;
}

int
file_save(struct desk *d, struct ask *a, json_t **ret_out)
{
	char ticket[2 * DOOR_TICKET_SIZE + 1];
	struct joined *joined = NULL;
	uint64_t seq, number = JOINED;
	int err;

	if ((err = json_u64(a->in, "seq", INT64_MAX, &seq)) != 0 ||
	    (json_has(a->in, "n") && (err = json_u64(a->in, "n",
					  LETTER_FILES_MAX + 1, &number)) != 0))
		return err;
	err = joined_new(d, seq, (uint32_t)number, &joined);
	joined_free(&joined);
	if (err == ERR_BUSY)
		ask_problem(a, 409, "busy", "Bring all of the letter first.");
	if (err != 0)
		return err;
	door_ticket(&d->door, seq, (uint32_t)number, process_now_ms(), ticket);
	*ret_out = json_pack("{s:s}", "ticket", ticket);
	return 0;
}

static int
pull(struct http_request *r, uint64_t offset, uint8_t *out, size_t n,
    size_t *ret_n)
{
	struct ask *a = http_request_ctx(r);

	(void)offset;
	/* What has been promised is longer than what there is. */
	if (a->desk->phase != PHASE_READY)
		return ERR_CLOSED;
	return joined_read(a->saving->joined, out, n, ret_n);
}

static int
answer(struct ask *a)
{
	const struct joined *j = a->saving->joined;
	char name[NAME_MAX_HERE], field[NAME_MAX_HERE + 32];
	struct http_answer *out = NULL;
	int err;

	joined_name(j, name, sizeof(name));
	snprintf(field, sizeof(field), "attachment; filename=\"%s\"", name);
	if ((err = http_answer_new_pull(200, "application/octet-stream",
		 joined_size(j), pull, &out)) == 0 &&
	    (err = pages_guard(out)) == 0 &&
	    (err = http_answer_set(out, "Content-Disposition", field)) == 0)
		http_answer(a->request, out);
	http_answer_free(&out);
	return err;
}

void
file_answer(struct ask *a)
{
	struct desk *d = a->desk;
	struct text ticket;
	uint32_t number;
	uint64_t seq;
	int err;

	if (http_query_find(
		http_request_head(a->request)->query, "ticket", &ticket) != 0 ||
	    door_use_ticket(
		&d->door, ticket, process_now_ms(), &seq, &number) != 0 ||
	    d->phase != PHASE_READY) {
		ask_problem(a, 403, "token", "This ticket is used or old.");
		return;
	}
	if ((a->saving = mem_new(1, sizeof(*a->saving))) == NULL)
		err = ERR_NOMEM;
	else if ((err = joined_new(d, seq, number, &a->saving->joined)) == 0)
		err = answer(a);
	if (err != 0)
		ask_error(a, err);
}

void
file_end(struct saving **saving)
{
	if (*saving == NULL)
		return;
	joined_free(&(*saving)->joined);
	mem_free(*saving);
	*saving = NULL;
}
