/* The result of one opened letter into the tables. */
#include "base/err.h"
#include "book/inside.h"

bool
is_grave(int err)
{
	switch (err) {
	case ERR_NOMEM:
	case ERR_SYS:
	case ERR_IO:
	case ERR_FULL:
	case ERR_BUSY:
		return true;
	default:
		return false;
	}
}

static int
set_state(struct book *b, uint64_t seq, enum letter_state state)
{
	return sql_run(&b->sql, "UPDATE letter SET state = ? WHERE seq = ?",
	    "il", (int)state, seq);
}

static int
set_open(struct book *b, const struct job *j)
{
	int err;

	if ((err = sql_run(&b->sql,
		 "UPDATE letter SET state = ?, key = ? WHERE seq = ?", "ibl",
		 (int)LETTER_OPEN, j->key, sizeof(j->key), j->entry.seq)) != 0)
		return err;
	return sql_run(
	    &b->sql, "DELETE FROM granted WHERE seq = ?", "l", j->entry.seq);
}

/* A granted key that was none; another may have come. */
static int
refuse_key(struct book *b, const struct job *j)
{
	int err;

	if ((err = sql_run(&b->sql,
		 "DELETE FROM granted WHERE seq = ? AND key = ?", "lb",
		 j->entry.seq, j->key, sizeof(j->key))) != 0)
		return err;
	return sql_run(&b->sql,
	    "INSERT OR IGNORE INTO again SELECT seq FROM granted"
	    " WHERE seq = ?",
	    "l", j->entry.seq);
}

int
apply_job(struct book *b, struct job *j)
{
	enum letter_state state = j->state;
	int err;

	if (j->err != 0)
		return j->err;
	if (state == LETTER_NO_KEY && j->has_key &&
	    (err = refuse_key(b, j)) != 0)
		return err;
	if (state != LETTER_OPEN)
		return set_state(b, j->entry.seq, state);
	if ((err = set_open(b, j)) != 0)
		return err;
	if (!letter_is_from_desk(j->head->tip.kind))
		return source_apply(b, j);
	if ((err = desk_apply(b, j, &state)) != 0 || state == LETTER_OPEN)
		return err;
	return set_state(b, j->entry.seq, state);
}

/* Whose thread a letter is in folds anew. */
static int
touch_letter(struct book *b, uint64_t seq)
{
	int64_t thread = 0;
	int err;

	err = sql_number(&b->sql, &thread,
	    "SELECT thread FROM letter WHERE seq = ? AND thread IS NOT NULL",
	    "l", seq);
	if (err != 0)
		return err == ERR_NOT_FOUND ? 0 : err;
	return thread_touch(b, thread);
}

/* What is deleted on purpose and gone from the server goes here too. */
static int
forget_text(struct book *b, uint64_t seq)
{
	int64_t doc;
	int err;

	err = sql_number(&b->sql, &doc,
	    "SELECT doc FROM letter WHERE seq = ? AND doc IS NOT NULL"
	    " AND announced = 1 AND gone = 1",
	    "l", seq);
	if (err != 0)
		return err == ERR_NOT_FOUND ? 0 : err;
	if ((err = doc_drop(b, doc)) != 0 ||
	    (err = sql_run(
		 &b->sql, "DELETE FROM file WHERE seq = ?", "l", seq)) != 0)
		return err;
	return sql_run(&b->sql,
	    "UPDATE letter SET doc = NULL, key = NULL, passage = NULL,"
	    " name = NULL, contact = NULL WHERE seq = ?",
	    "l", seq);
}

int
apply_announced(struct book *b, uint64_t seq)
{
	int err;

	if ((err = sql_run(&b->sql,
		 "UPDATE letter SET announced = coalesce((SELECT kind = ?"
		 " FROM event WHERE target = ? AND kind IN (?, ?)"
		 " ORDER BY " EVENT_TO_ALL(" DESC") " LIMIT 1), 0)"
						    " WHERE seq = ?",
		 "iliil", EVENT_DELETED, seq, EVENT_DELETED, EVENT_RESTORED,
		 seq)) != 0 ||
	    (err = forget_text(b, seq)) != 0)
		return err;
	return touch_letter(b, seq);
}
