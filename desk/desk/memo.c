#include "desk/memo.h"

#include <stdio.h>
#include <string.h>

#include "base/cursor.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "book/local.h"
#include "crypto/random.h"

#define FILE_MAX (64 * 1024 * 1024)
#define LINE_MAX (256 * 1024)
#define LINES_MAX 10000
#define FILE_NAME "drafts"
#define ASIDE_MAX 256

static const char *const members[MEMO_KINDS] = { "drafts", "notes" };

struct memo {
	struct memo_options o;
	json_t *drafts[MEMO_KINDS]; /* {hex of thread: text} */
	json_t *canned;
};

static int
pend(void *ctx, size_t number, const struct event *e)
{
	uint64_t handle;
	int err = book_pend(ctx, e, &handle);

	(void)number;
	/* What no longer makes sense is no reason to lose the rest. */
	return err == ERR_NOMEM ? err : 0;
}

/* Forgets what the snapshot says is pending: this file is newer. */
static int
forget(void *ctx, uint64_t handle, const struct event *e)
{
	(void)e;
	buf_put_u64(ctx, handle);
	return buf_finish(ctx);
}

static int
take_pending(struct memo *m, const json_t *lines)
{
	struct buf old;
	size_t i;
	json_t *line;
	int err;

	buf_init(&old, LINES_MAX * sizeof(uint64_t));
	err = book_each_pending(m->o.book, forget, &old);
	for (i = 0; err == 0 && i < old.n; i += sizeof(uint64_t))
		err = book_unpend(m->o.book, u64_read(old.p + i));
	buf_fini(&old);
	json_array_foreach (lines, i, line) {
		if (err != 0)
			break;
		err = !json_is_string(line)
			  ? ERR_FORMAT
			  : events_read(text_from(json_string_value(line)),
				pend, m->o.book);
	}
	return err;
}

static int
take(struct memo *m, struct text json)
{
	json_t *root = NULL, *drafts[MEMO_KINDS], *canned, *pending;
	int err;

	if ((err = json_read(json, FILE_MAX, &root)) != 0)
		return err;
	for (size_t i = 0; i < MEMO_KINDS && err == 0; i++)
		err = json_object_of(root, members[i], &drafts[i]);
	if (err == 0 &&
	    (err = json_list(root, "canned", MEMO_CANNED_MAX, &canned)) == 0 &&
	    (err = json_list(root, "pending", LINES_MAX, &pending)) == 0 &&
	    (err = take_pending(m, pending)) == 0) {
		for (size_t i = 0; i < MEMO_KINDS; i++) {
			json_decref(m->drafts[i]);
			m->drafts[i] = json_incref(drafts[i]);
		}
		json_decref(m->canned);
		m->canned = json_incref(canned);
	}
	json_decref(root);
	return err;
}

static int
load(struct memo *m)
{
	struct buf plain;
	int err;

	buf_init(&plain, FILE_MAX);
	err = local_read(m->o.ids, m->o.newsroom, FILE_NAME, m->o.path, &plain);
	if (err == 0)
		err = take(m, buf_text(&plain));
	buf_fini(&plain);
	return err == ERR_NOT_FOUND ? 0 : err;
}

int
memo_open(
    const struct memo_options *o, bool *ret_is_damaged, struct memo **ret_memo)
{
	char aside[ASIDE_MAX];
	struct memo *m;
	int err;

	if ((m = mem_new(1, sizeof(*m))) == NULL)
		return ERR_NOMEM;
	m->o = *o;
	for (size_t i = 0; i < MEMO_KINDS; i++)
		m->drafts[i] = json_object();
	m->canned = json_array();
	if (m->drafts[MEMO_ANSWER] == NULL || m->drafts[MEMO_NOTE] == NULL ||
	    m->canned == NULL) {
		memo_close(&m);
		return ERR_NOMEM;
	}
	if ((err = load(m)) == ERR_NOMEM || err == ERR_IO) {
		memo_close(&m);
		return err;
	}
	*ret_is_damaged = err != 0;
	if (err != 0) {
		snprintf(aside, sizeof(aside), "%s.damaged", m->o.path);
		(void)rename(m->o.path, aside);
	}
	*ret_memo = m;
	return 0;
}

void
memo_close(struct memo **memo)
{
	struct memo *m = *memo;

	if (m == NULL)
		return;
	for (size_t i = 0; i < MEMO_KINDS; i++)
		json_decref(m->drafts[i]);
	json_decref(m->canned);
	mem_free(m);
	*memo = NULL;
}

static int
put_pending(void *ctx, uint64_t handle, const struct event *e)
{
	struct buf line;
	int err;

	(void)handle;
	buf_init(&line, LINE_MAX);
	event_put(&line, e);
	if ((err = buf_finish(&line)) == 0 &&
	    json_array_append_new(
		ctx, json_stringn((const char *)line.p, line.n)) != 0)
		err = ERR_NOMEM;
	buf_fini(&line);
	return err;
}

int
memo_save(struct memo *m)
{
	json_t *root = NULL, *pending = json_array();
	struct buf plain;
	int err = ERR_NOMEM;

	buf_init(&plain, FILE_MAX);
	if (pending == NULL ||
	    (err = book_each_pending(m->o.book, put_pending, pending)) != 0)
		goto out;
	root = json_pack("{s:i,s:O,s:O,s:O,s:O}", "version", 1, "drafts",
	    m->drafts[MEMO_ANSWER], "notes", m->drafts[MEMO_NOTE], "canned",
	    m->canned, "pending", pending);
	if (root == NULL) {
		err = ERR_NOMEM;
		goto out;
	}
	json_put(&plain, root, JSON_COMPACT);
	if ((err = buf_finish(&plain)) == 0)
		err = local_write(m->o.ids, m->o.newsroom, FILE_NAME, m->o.path,
		    buf_text(&plain));
out:
	json_decref(root);
	json_decref(pending);
	buf_fini(&plain);
	return err;
}

static void
name_of(char out[static 2 * THREAD_SIZE + 1],
    const uint8_t thread[static THREAD_SIZE])
{
	hex_write(out, thread, THREAD_SIZE);
	out[2 * THREAD_SIZE] = '\0';
}

struct text
memo_draft(const struct memo *m, enum memo_kind kind,
    const uint8_t thread[static THREAD_SIZE])
{
	char name[2 * THREAD_SIZE + 1];
	struct text draft;

	name_of(name, thread);
	if (json_text(m->drafts[kind], name, SIZE_MAX, &draft) != 0)
		return TEXT("");
	return draft;
}

int
memo_set_draft(struct memo *m, enum memo_kind kind,
    const uint8_t thread[static THREAD_SIZE], struct text text)
{
	char name[2 * THREAD_SIZE + 1];
	json_t *drafts = m->drafts[kind];

	name_of(name, thread);
	if (text.n == 0) {
		(void)json_object_del(drafts, name);
		return 0;
	}
	if (json_object_size(drafts) >= MEMO_DRAFTS_MAX &&
	    !json_has(drafts, name))
		return ERR_LIMIT;
	return json_object_set_new(
		   drafts, name, json_stringn(text.p, text.n)) == 0
		   ? 0
		   : ERR_NOMEM;
}

json_t *
memo_canned(const struct memo *m)
{
	return m->canned;
}

static int
find(const struct memo *m, struct text id, size_t *ret_at)
{
	struct text there;

	for (size_t i = 0; i < json_array_size(m->canned); i++)
		if (json_text(json_array_get(m->canned, i), "id", MEMO_ID_MAX,
			&there) == 0 &&
		    text_is_equal(there, id)) {
			*ret_at = i;
			return 0;
		}
	return ERR_NOT_FOUND;
}

int
memo_set_canned(struct memo *m, struct text id, struct text lang,
    struct text title, struct text text, char ret_id[static MEMO_ID_MAX + 1])
{
	uint8_t random[8];
	json_t *one;
	size_t at = json_array_size(m->canned);
	int err;

	if (id.n > 0 && (err = find(m, id, &at)) != 0)
		return err;
	if (id.n == 0 && at >= MEMO_CANNED_MAX)
		return ERR_LIMIT;
	random_bytes(random, sizeof(random));
	memset(ret_id, 0, MEMO_ID_MAX + 1);
	if (id.n > 0)
		memcpy(ret_id, id.p, id.n);
	else
		hex_write(ret_id, random, sizeof(random));
	if (text.n == 0) {
		(void)json_array_remove(m->canned, at);
		return 0;
	}
	one = json_pack("{s:s,s:s%,s:s%,s:s%,s:b}", "id", ret_id, "lang",
	    lang.p, lang.n, "title", title.p, title.n, "text", text.p, text.n,
	    "own", 1);
	if (at < json_array_size(m->canned))
		err = json_array_set_new(m->canned, at, one);
	else
		err = json_array_append_new(m->canned, one);
	return err == 0 ? 0 : ERR_NOMEM;
}
