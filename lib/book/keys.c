/*
 * File keys that are known before a letter is opened: granted by a colleague, or
 * kept from the last time, sealed, so that a book that must be made anew needs
 * no X25519. Letters that did not open are kept in mind too.
 */
#include <string.h>

#include "base/cursor.h"
#include "base/err.h"
#include "base/secret.h"
#include "book/inside.h"
#include "book/local.h"

#define MAGIC "pista/v1 keys\n"
#define DIGEST_PREFIX 8
#define ROW (8 + DIGEST_PREFIX + 1 + AGE_FILE_KEY_SIZE)
#define KEYS_MAX (256 * 1024 * 1024)

static int
find_granted(struct book *b, struct job *j)
{
	sqlite3_stmt *st = sql_ask(&b->sql,
	    "SELECT key FROM letter WHERE seq = ?1 AND key IS NOT NULL"
	    " UNION ALL SELECT key FROM granted WHERE seq = ?1",
	    "l", j->entry.seq);
	int row;

	if ((row = sql_row(st)) <= 0)
		return row;
	sql_copy(st, 0, j->key, sizeof(j->key));
	j->has_key = true;
	sql_end(st);
	return 0;
}

static int
find_kept(struct book *b, struct job *j)
{
	sqlite3_stmt *st = sql_ask(&b->sql,
	    "SELECT digest, key FROM kept WHERE seq = ?", "l", j->entry.seq);
	uint8_t digest[DIGEST_PREFIX];
	int row;

	if ((row = sql_row(st)) <= 0)
		return row;
	sql_copy(st, 0, digest, sizeof(digest));
	if (memcmp(digest, j->entry.digest, sizeof(digest)) == 0) {
		j->has_key = sqlite3_column_bytes(st, 1) == sizeof(j->key);
		j->is_known_shut = !j->has_key;
		if (j->has_key)
			sql_copy(st, 1, j->key, sizeof(j->key));
	}
	sql_end(st);
	return 0;
}

int
key_find(struct book *b, struct job *j)
{
	int err;

	if ((err = find_granted(b, j)) != 0 || j->has_key)
		return err;
	return find_kept(b, j);
}

static int
put_rows(struct book *b, struct buf *out)
{
	static const uint8_t none[AGE_FILE_KEY_SIZE];
	sqlite3_stmt *st = sql_ask(&b->sql,
	    "SELECT seq, digest, key FROM letter WHERE key IS NOT NULL"
	    " OR state = ?",
	    "i", LETTER_NO_KEY);
	uint8_t digest[32], key[AGE_FILE_KEY_SIZE];
	bool has_key;
	int row;

	while ((row = sql_row(st)) > 0) {
		sql_copy(st, 1, digest, sizeof(digest));
		has_key = sqlite3_column_bytes(st, 2) == sizeof(key);
		if (has_key)
			sql_copy(st, 2, key, sizeof(key));
		buf_put_u64(out, sql_u64(st, 0));
		buf_put(out, digest, DIGEST_PREFIX);
		buf_put_u8(out, has_key);
		buf_put(out, has_key ? key : none, sizeof(key));
	}
	secret_wipe(key, sizeof(key));
	return row;
}

int
keys_save(struct book *b, const char *path)
{
	struct buf out;
	uint8_t ids[32];
	int err;

	buf_init(&out, KEYS_MAX);
	book_hash_ids(b, ids);
	buf_puts(&out, MAGIC);
	buf_put(&out, ids, sizeof(ids));
	if ((err = put_rows(b, &out)) == 0 && (err = buf_finish(&out)) == 0)
		err = local_write(
		    b->ids, b->newsroom, "keys", path, buf_text(&out));
	buf_fini(&out);
	return err;
}

static int
keep_rows(struct book *b, struct text in)
{
	uint8_t ids[32], now[32], key[AGE_FILE_KEY_SIZE];
	const uint8_t *digest;
	struct cursor c;
	uint64_t seq;
	bool is_same, has_key;
	int err = 0;

	cursor_init(&c, in.p, in.n);
	if (!text_has_prefix(in, MAGIC))
		return ERR_VERSION;
	(void)cursor_take(&c, strlen(MAGIC));
	cursor_copy(&c, ids, sizeof(ids));
	book_hash_ids(b, now);
	is_same = memcmp(ids, now, sizeof(ids)) == 0;
	while (err == 0 && c.n >= ROW) {
		seq = cursor_u64(&c);
		digest = cursor_take(&c, DIGEST_PREFIX);
		has_key = cursor_u8(&c) != 0;
		cursor_copy(&c, key, sizeof(key));
		/* What other identities could not open, these may. */
		if (has_key || is_same)
			err = sql_run(&b->sql,
			    "INSERT OR REPLACE INTO kept VALUES (?, ?, ?)",
			    "lbb", seq, digest, (size_t)DIGEST_PREFIX,
			    has_key ? key : NULL,
			    (size_t)(has_key ? sizeof(key) : 0));
	}
	secret_wipe(key, sizeof(key));
	return err != 0 ? err : cursor_finish(&c);
}

int
keys_load(struct book *b, const char *path)
{
	struct book_mark mark;
	struct buf in;
	int err;

	buf_init(&in, KEYS_MAX);
	err = local_read(b->ids, b->newsroom, "keys", path, &in);
	if (err == 0 && (err = book_begin(b, &mark)) == 0)
		err = book_end(b, &mark, keep_rows(b, buf_text(&in)));
	buf_fini(&in);
	/* Without keys it takes longer, nothing else. */
	return err == ERR_NOMEM ? err : 0;
}
