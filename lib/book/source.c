/* What a source wrote, into the tables. */

#include "base/err.h"
#include "book/inside.h"

#define EXTRA_MAX (16 * 1024)

int
thread_number(struct book *b, const uint8_t thread[static THREAD_SIZE],
    int64_t *ret_thread)
{
	int err;

	err =
	    sql_number(&b->sql, ret_thread, "SELECT n FROM thread WHERE id = ?",
		"b", thread, (size_t)THREAD_SIZE);
	if (err != ERR_NOT_FOUND)
		return err;
	if ((err = sql_run(&b->sql, "INSERT INTO thread (id) VALUES (?)", "b",
		 thread, (size_t)THREAD_SIZE)) == 0)
		*ret_thread = sqlite3_last_insert_rowid(b->sql.db);
	return err;
}

int
thread_touch(struct book *b, int64_t thread)
{
	return sql_run(
	    &b->sql, "INSERT OR IGNORE INTO dirty VALUES (?)", "l", thread);
}

static int
put_files(struct book *b, const struct job *j)
{
	const struct letter_entry *e;
	size_t i;
	int err = 0;

	for (i = 1; i < j->head->entries_n && err == 0; i++) {
		e = &j->head->entries[i];
		err = sql_run(&b->sql,
		    "INSERT OR REPLACE INTO file"
		    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		    "llslbsiii", j->entry.seq, (uint64_t)i, e->type, e->size,
		    e->hash, sizeof(e->hash), e->name, (int)e->part.n,
		    (int)e->part.of, (int)e->is_clean);
	}
	return err;
}

static void
line(struct buf *b, struct text t)
{
	if (t.n == 0)
		return;
	buf_put_text(b, t);
	buf_put(b, "\n", 1);
}

/* Message, and what else of the letter people look for. */
static int
put_texts(struct book *b, const struct job *j, int64_t thread, int64_t *ret_doc)
{
	const struct letter_tip *tip = &j->head->tip;
	struct buf extra;
	size_t i;
	int err;

	buf_init(&extra, EXTRA_MAX);
	line(&extra, tip->story);
	line(&extra, tip->passage);
	line(&extra, tip->name);
	line(&extra, tip->contact);
	for (i = 1; i < j->head->entries_n; i++)
		line(&extra, text_from(j->head->entries[i].name));
	if ((err = buf_finish(&extra)) == 0)
		err = doc_put(
		    b, thread, buf_text(&j->text), buf_text(&extra), ret_doc);
	if (err == 0 && j->has_near)
		err = near_add(b, thread, j->near);
	buf_fini(&extra);
	return err;
}

static int
put_thread(struct book *b, const struct job *j, int64_t thread)
{
	const struct thread_public *keys = &j->head->tip.thread;

	return sql_run(&b->sql,
	    "UPDATE thread SET reply = ?, slot = ?, mark = ? WHERE n = ?",
	    "bbbl", keys->reply, (size_t)32, keys->slot, (size_t)32, keys->mark,
	    (size_t)32, thread);
}

int
source_apply(struct book *b, const struct job *j)
{
	static const char text[] =
	    "UPDATE letter SET kind = ?, thread = ?, id = ?, mark = ?,"
	    " terms = ?, doc = ?, story = ?, passage = ?, name = ?,"
	    " contact = ?, channel = ?, lang = ?, desk = ? WHERE seq = ?";
	const struct letter_tip *tip = &j->head->tip;
	int64_t thread, doc;
	int err;

	if ((err = thread_number(b, tip->thread.thread, &thread)) != 0 ||
	    (err = put_thread(b, j, thread)) != 0 ||
	    (err = put_files(b, j)) != 0 ||
	    (err = put_texts(b, j, thread, &doc)) != 0 ||
	    (err = sql_run(&b->sql, text, "ilbiiltttttttl", (int)tip->kind,
		 thread, j->head->id, (size_t)LETTER_ID_SIZE,
		 (int)j->head->mark, (int)tip->terms, doc, tip->story,
		 tip->passage, tip->name, tip->contact, tip->channel, tip->lang,
		 tip->desk, j->entry.seq)) != 0 ||
	    (err = event_resolve(b, j->entry.seq, thread)) != 0)
		return err;
	return thread_touch(b, thread);
}
