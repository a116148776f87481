/*
 * The book as it stands, sealed, so that the next unlocking need not open every
 * letter again: the database's own bytes as an age file. It counts only when
 * this program wrote it about the past that the mirror tells.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "book/local.h"
#include "book/query.h"
#include "book/schema.h"
#include "os/replace.h"
#include "seal/seal.h"

#define PATH_SIZE 4096
#define PIECE 65536
#define SNAPSHOT_MAX 2147483391 /* the most that SQLite holds at once */

static int
path_of(char out[static PATH_SIZE], const char *directory, const char *name)
{
	int n = snprintf(out, PATH_SIZE, "%s/%s", directory, name);

	return n > 0 && n < PATH_SIZE ? 0 : ERR_LIMIT;
}

/* One chunk after the other: the whole is never there twice. */
static int
write_sealed(struct seal *seal, struct replace *r, struct text plain)
{
	struct text head = seal_head(seal);
	uint8_t *chunk;
	uint64_t index = 0;
	size_t n;
	int err;

	if ((chunk = mem_new(1, AGE_CHUNK_SEALED)) == NULL)
		return ERR_NOMEM;
	err = replace_put(r, head.p, head.n);
	while (err == 0 && plain.n > 0) {
		n = plain.n < AGE_CHUNK_SIZE ? plain.n : AGE_CHUNK_SIZE;
		err = seal_put(seal, index++, (const uint8_t *)plain.p, n,
		    n == plain.n, chunk);
		if (err == 0)
			err = replace_put(r, chunk, n + 16);
		plain.p += n;
		plain.n -= n;
	}
	mem_free(chunk);
	return err;
}

static int
save_snapshot(struct book *b, const char *path)
{
	struct open_identities *own = NULL;
	struct age_recipient to;
	struct replace *r = NULL;
	struct seal *seal = NULL;
	struct text plain;
	int err;

	if ((err = doc_index(b, true)) != 0 || (err = book_write_row(b)) != 0 ||
	    (err = local_identity(b->ids, b->newsroom, "book", &own)) != 0)
		return err;
	open_identity_recipient(own, 0, &to);
	plain = sql_bytes(&b->sql);
	must(plain.n > 0);
	if ((err = seal_new(&to, 1, 0, &seal)) == 0 &&
	    (err = replace_begin(path, &r)) == 0 &&
	    (err = write_sealed(seal, r, plain)) == 0)
		err = replace_commit(r, 0600);
	replace_free(&r);
	seal_free(&seal);
	open_identities_free(&own);
	return err;
}

int
book_save(struct book *b, const char *directory)
{
	char path[PATH_SIZE];
	int err;

	if ((err = path_of(path, directory, "keys.age")) != 0 ||
	    (err = keys_save(b, path)) != 0 ||
	    (err = path_of(path, directory, "book.age")) != 0)
		return err;
	return save_snapshot(b, path);
}

/* Plaintext as it comes out of the file. */
struct loading {
	uint8_t *p; /* of SQLite */
	size_t n, size;
};

static int
take(void *ctx, const uint8_t *p, size_t n)
{
	struct loading *l = ctx;

	if (n > l->size - l->n)
		return ERR_FORMAT;
	memcpy(l->p + l->n, p, n);
	l->n += n;
	return 0;
}

static int
read_file(int fd, struct open_stream *s)
{
	uint8_t *piece;
	ssize_t n;
	int err = 0;

	if ((piece = mem_new(1, PIECE)) == NULL)
		return ERR_NOMEM;
	while (err == 0 && (n = read(fd, piece, PIECE)) != 0) {
		if (n > 0)
			err = open_stream_put(s, piece, (size_t)n);
		else if (errno != EINTR)
			err = err_from_errno(errno);
	}
	mem_free(piece);
	return err != 0 ? err : open_stream_finish(s);
}

static int
load_bytes(struct book *b, const char *path, struct loading *l)
{
	struct open_identities *own = NULL;
	struct open_stream *s = NULL;
	struct stat st;
	int fd, err;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW)) < 0)
		return err_from_errno(errno);
	if (fstat(fd, &st) != 0 || st.st_size <= 0 ||
	    st.st_size > SNAPSHOT_MAX) {
		err = ERR_FORMAT;
		goto out;
	}
	l->size = (size_t)st.st_size;
	if ((l->p = sqlite3_malloc64(l->size)) == NULL) {
		err = ERR_NOMEM;
		goto out;
	}
	if ((err = local_identity(b->ids, b->newsroom, "book", &own)) == 0 &&
	    (err = open_stream_new(own, TEXT(""), take, l, &s)) == 0)
		err = read_file(fd, s);
out:
	open_stream_free(&s);
	open_identities_free(&own);
	close(fd);
	return err;
}

static int
check_versions(struct sql *s)
{
	int64_t application = 0, schema = 0;
	int err;

	if ((err = sql_number(s, &application, "PRAGMA application_id", "")) !=
		0 ||
	    (err = sql_number(s, &schema, "PRAGMA user_version", "")) != 0)
		return err;
	return application == BOOK_APPLICATION && schema == BOOK_SCHEMA
		   ? 0
		   : ERR_VERSION;
}

/* Another past than the one this member saw before is no small thing. */
static int
check_past(struct book *b, struct book_past *ret_past)
{
	struct mirror_entry e;
	int err;

	if (b->seq == 0)
		return 0;
	ret_past->seq = b->seq;
	memcpy(ret_past->link, b->link, sizeof(b->link));
	if ((err = mirror_get(b->mirror, b->seq, &e)) != 0)
		return err;
	return memcmp(e.link, b->link, sizeof(b->link)) == 0 ? 0 : ERR_CONFLICT;
}

static int
load_snapshot(struct book *b, const char *path, struct book_past *ret_past)
{
	struct loading l = { 0 };
	struct sql sql = { 0 };
	int err;

	if ((err = load_bytes(b, path, &l)) != 0) {
		if (l.p != NULL) {
			secret_wipe(l.p, l.n);
			sqlite3_free(l.p);
		}
		return err;
	}
	if ((err = sql_open_bytes(&sql, l.p, l.n, l.size)) != 0 ||
	    (err = check_versions(&sql)) != 0) {
		sql_close(&sql);
		return err;
	}
	sql_close(&b->sql);
	b->sql = sql;
	if ((err = view_init(b)) == 0 && (err = found_init(b)) == 0 &&
	    (err = book_read_row(b)) == 0 &&
	    (err = check_past(b, ret_past)) == 0)
		err = card_load_newest(b);
	return err;
}

/* As before anything was loaded. */
static int
empty(struct book *b)
{
	static const struct book_mark nothing;
	int err;

	sql_close(&b->sql);
	masthead_free(&b->card);
	b->card_seq = 0;
	book_set_mark(b, &nothing);
	if ((err = sql_open(&b->sql)) != 0)
		return err;
	return book_fill_empty(b);
}

int
book_load(struct book *b, const char *directory, bool *ret_is_fresh)
{
	struct book_past past = { 0 };
	char path[PATH_SIZE];
	int err;

	must(b->seq == 0);
	if ((err = path_of(path, directory, "book.age")) != 0)
		return err;
	err = load_snapshot(b, path, &past);
	b->version++;
	if (err == 0) {
		*ret_is_fresh = true;
		return 0;
	}
	/* A mirror that cannot be asked now does not speak against it. */
	if (err == ERR_NOMEM || err == ERR_BUSY || (err = empty(b)) != 0)
		return err;
	*ret_is_fresh = false;
	if ((err = book_set_past(b, &past)) != 0 ||
	    (err = path_of(path, directory, "keys.age")) != 0)
		return err;
	return keys_load(b, path);
}
