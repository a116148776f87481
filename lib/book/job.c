/*
 * Opening one letter as far as its text goes. Whoever fetched the bytes faces the
 * network and is not believed: header and chunks are held against the digest
 * that the chain names before anything is opened.
 */
#include <string.h>

#include "base/err.h"
#include "base/secret.h"
#include "book/inside.h"
#include "chain/chain.h"

#define TEXT_CHUNKS 2 /* hold all of a letter's text */
#define BEGIN_MAX                          \
	(AGE_HEADER_MAX + AGE_NONCE_SIZE + \
	    TEXT_CHUNKS * (size_t)AGE_CHUNK_SEALED)
#define WHOLE_MAX (512 * 1024) /* larger ones are read by their leaves */
#define LEAVES_MAX (64 * 1024 * 1024)
#define CLEAN_MAX (4 * LETTER_TEXT_MAX) /* a byte may become a U+FFFD */
#define PIECE 65536
#define TAG_SIZE (AGE_CHUNK_SEALED - AGE_CHUNK_SIZE)

static int
read_bytes(struct mirror *m, uint64_t seq, uint64_t offset, size_t want,
    struct buf *out)
{
	uint8_t piece[PIECE];
	size_t n, part;
	int err;

	while (want > 0) {
		part = want < sizeof(piece) ? want : sizeof(piece);
		if ((err = mirror_read(m, seq, offset, piece, part, &n)) != 0)
			return err;
		buf_put(out, piece, n);
		offset += n;
		want -= n;
		if (n < part)
			break;
	}
	return buf_finish(out);
}

/* Leaves of a letter that is all here, but too long to be looked at whole: as the
 * mirror keeps them, from chunk 1 on. */
static int
hash_leaves(struct mirror *m, const struct mirror_entry *e, size_t head,
    struct buf *leaves)
{
	uint8_t hash[HASH_SIZE];
	struct buf chunk;
	uint64_t at;
	int err = 0;

	buf_init(&chunk, AGE_CHUNK_SEALED);
	for (at = head + AGE_CHUNK_SEALED; at < e->held && err == 0;
	     at += AGE_CHUNK_SEALED) {
		buf_clear(&chunk);
		if ((err = read_bytes(
			 m, e->seq, at, AGE_CHUNK_SEALED, &chunk)) != 0)
			break;
		hash_once(hash, chunk.p, chunk.n);
		buf_put(leaves, hash, sizeof(hash));
		err = buf_finish(leaves);
	}
	buf_fini(&chunk);
	return err;
}

static int
head_size(const struct buf *b, size_t *ret_n)
{
	size_t scan = 0, n;
	int err;

	if ((err = age_header_find_end(b->p, b->n, &scan, &n)) != 0)
		return err == ERR_AGAIN ? ERR_TRUNCATED : err;
	if (n + AGE_NONCE_SIZE > b->n)
		return ERR_TRUNCATED;
	*ret_n = n + AGE_NONCE_SIZE;
	return 0;
}

int
job_read(struct job *j, struct mirror *m, const struct mirror_entry *e)
{
	uint64_t want = e->size <= WHOLE_MAX ? e->size : BEGIN_MAX;
	size_t head;
	int err;

	j->entry = *e;
	if ((err = read_bytes(m, e->seq, 0, (size_t)want, &j->sealed)) != 0 ||
	    e->held == 0 || e->held <= j->sealed.n)
		goto leaves;
	/* More is here than was read. */
	if (e->held < e->size || head_size(&j->sealed, &head) != 0)
		goto leaves;
	err = mirror_leaves_get(m, e->seq, &j->leaves);
	if (err == 0 && j->leaves.n == 0)
		err = hash_leaves(m, e, head, &j->leaves);
	return err;
leaves:
	if (err == 0 && j->sealed.n < e->size)
		err = mirror_leaves_get(m, e->seq, &j->leaves);
	return err == ERR_NOT_FOUND ? 0 : err;
}

/* Chunk index of what is sealed, cut where the file ends. */
static struct text
chunk_at(const struct job *j, size_t head, size_t index)
{
	size_t at = head + index * AGE_CHUNK_SEALED;
	struct text t = { 0 };

	if (at >= j->sealed.n)
		return t;
	t.p = (const char *)j->sealed.p + at;
	t.n = j->sealed.n - at;
	if (t.n > AGE_CHUNK_SEALED)
		t.n = AGE_CHUNK_SEALED;
	return t;
}

static int
check_whole(const struct job *j, size_t head)
{
	struct chain_digest d;
	uint8_t hash[HASH_SIZE], digest[HASH_SIZE];
	struct text chunk = chunk_at(j, head, 0);
	size_t i;

	chain_digest_init(&d, j->sealed.p, head);
	hash_once(hash, chunk.p, chunk.n);
	chain_digest_chunk0(&d, hash, chunk.n);
	for (i = 1; (chunk = chunk_at(j, head, i)).n > 0; i++) {
		hash_once(hash, chunk.p, chunk.n);
		chain_digest_leaf(&d, hash, chunk.n);
	}
	chain_digest_finish(&d, digest);
	return memcmp(digest, j->entry.digest, sizeof(digest)) == 0
		   ? 0
		   : ERR_DIGEST;
}

/* Header and first chunks by the hashes that together make the digest. */
static int
check_begin(const struct job *j, size_t head)
{
	const struct buf *l = &j->leaves;
	uint8_t first[HASH_SIZE], chunk0[HASH_SIZE], hash[HASH_SIZE];
	uint8_t digest[HASH_SIZE];
	struct text chunk;
	size_t i;

	if (l->n % HASH_SIZE != 0 || l->n < (TEXT_CHUNKS - 1) * HASH_SIZE ||
	    j->sealed.n < head + TEXT_CHUNKS * (size_t)AGE_CHUNK_SEALED)
		return ERR_TRUNCATED;
	chunk = chunk_at(j, head, 0);
	hash_once(first, j->sealed.p, head);
	hash_once(chunk0, chunk.p, chunk.n);
	hash_once(hash, l->p, l->n);
	chain_digest_parts(digest, j->entry.size, first, chunk0, hash);
	if (memcmp(digest, j->entry.digest, sizeof(digest)) != 0)
		return ERR_DIGEST;
	for (i = 1; i < TEXT_CHUNKS; i++) {
		chunk = chunk_at(j, head, i);
		hash_once(hash, chunk.p, chunk.n);
		if (memcmp(hash, l->p + (i - 1) * HASH_SIZE, HASH_SIZE) != 0)
			return ERR_DIGEST;
	}
	return 0;
}

static int
open_with_key(struct job *j, struct job_tools *t, size_t head)
{
	if (t->file == NULL)
		return open_file_new_key(j->key, j->sealed.p, head, &t->file);
	return open_file_again(t->file, j->key, j->sealed.p, head);
}

static int
find_key(struct job *j, struct job_tools *t, size_t head)
{
	int err = ERR_NO_KEY;

	if (j->has_key)
		err = open_with_key(j, t, head);
	if (err == ERR_AUTH || (err == ERR_NO_KEY && !j->is_known_shut)) {
		open_file_free(&t->file);
		err = open_file_new(t->ids, j->sealed.p, head, &t->file);
		if (err == 0)
			open_file_key(t->file, j->key);
	}
	return err;
}

/* Fed to the letter's reader until its message is complete. */
struct reading {
	struct job *job;
	bool is_done;
	bool has_files;
};

static int
take_head(void *ctx, const struct letter_head *head)
{
	struct reading *r = ctx;

	r->has_files = head->entries_n > 1;
	return 0;
}

static int
take_bytes(void *ctx, const struct letter_entry *entry, size_t number,
    const uint8_t *p, size_t n)
{
	struct reading *r = ctx;

	(void)entry;
	if (number > 0)
		return ERR_CLOSED;
	if (n == 0)
		r->is_done = true;
	buf_put(&r->job->message, p, n);
	return buf_finish(&r->job->message);
}

static const struct letter_handler handler = { take_head, take_bytes };

static int
read_letter(
    struct job *j, struct job_tools *t, size_t head, const struct reading *r)
{
	struct text chunk;
	size_t i, used = 0;
	bool is_last;
	int err = 0;

	for (i = 0; err == 0 && (chunk = chunk_at(j, head, i)).n > 0; i++) {
		is_last =
		    head + i * AGE_CHUNK_SEALED + chunk.n == j->entry.size;
		used = chunk.n > used ? chunk.n : used;
		if (chunk.n < TAG_SIZE)
			err = ERR_FORMAT;
		else
			err = open_chunk(t->file, i, (const uint8_t *)chunk.p,
			    chunk.n, is_last, t->plain);
		if (err == 0)
			err = letter_reader_put(
			    t->reader, t->plain, chunk.n - TAG_SIZE);
		if (err == 0 && is_last)
			err = letter_reader_finish(t->reader);
		if (is_last)
			break;
		/* Files behind the text are not looked at; where there are
		 * none, nothing may be so long. */
		if (i + 1 == TEXT_CHUNKS) {
			if (err == 0 && !r->has_files)
				err = ERR_FORMAT;
			break;
		}
	}
	secret_wipe(t->plain, used < AGE_CHUNK_SIZE ? used : AGE_CHUNK_SIZE);
	if (err == ERR_CLOSED && r->is_done)
		err = 0;
	return err == 0 && !r->is_done ? ERR_FORMAT : err;
}

static int
prepare(struct job_tools *t, struct reading *r)
{
	if (t->plain == NULL && (t->plain = secret_new(AGE_CHUNK_SIZE)) == NULL)
		return ERR_NOMEM;
	if (t->reader == NULL)
		return letter_reader_new(t->newsroom, &handler, r, &t->reader);
	letter_reader_reset(t->reader, r);
	return 0;
}

void
job_tools_fini(struct job_tools *t)
{
	letter_reader_free(&t->reader);
	open_file_free(&t->file);
	secret_free(&t->plain);
}

static int
open_sealed(struct job *j, struct job_tools *t)
{
	struct reading r = { .job = j };
	size_t head;
	int err;

	if ((err = head_size(&j->sealed, &head)) != 0)
		return err;
	if (!j->is_unlisted)
		err = j->sealed.n == j->entry.size ? check_whole(j, head)
						   : check_begin(j, head);
	if (err != 0 || (err = find_key(j, t, head)) != 0 ||
	    (err = prepare(t, &r)) != 0 ||
	    (err = read_letter(j, t, head, &r)) != 0)
		return err;
	j->head = letter_reader_take_head(t->reader);
	return 0;
}

/* What costs time and needs no table. */
static void
digest_text(struct job *j)
{
	enum letter_kind kind = j->head->tip.kind;

	text_clean(&j->text, buf_text(&j->message));
	if (kind == LETTER_TIP || kind == LETTER_DRILL)
		j->near = near_hash(buf_text(&j->text), &j->has_near);
	j->err = buf_finish(&j->text);
}

void
job_open(struct job *j, struct job_tools *t)
{
	int err;

	j->state = LETTER_WAITING;
	if (j->sealed.n == 0)
		return;
	err = open_sealed(j, t);
	if (err == 0) {
		j->state = LETTER_OPEN;
		digest_text(j);
	} else if (err == ERR_NO_KEY)
		j->state = LETTER_NO_KEY;
	else if (err == ERR_DIGEST)
		j->state = LETTER_DAMAGED;
	else if (is_grave(err))
		j->err = err;
	else if (err != ERR_TRUNCATED || j->sealed.n == j->entry.size)
		j->state = LETTER_JUNK;
}

static void
wipe(struct buf *b)
{
	if (b->n > 0)
		secret_wipe(b->p, b->n);
	buf_clear(b);
}

void
job_init(struct job *j)
{
	*j = (struct job){ 0 };
	buf_init(&j->sealed, WHOLE_MAX + BEGIN_MAX);
	buf_init(&j->leaves, LEAVES_MAX);
	buf_init(&j->message, LETTER_TEXT_MAX);
	buf_init(&j->text, CLEAN_MAX);
}

void
job_clear(struct job *j)
{
	letter_head_free(&j->head);
	buf_clear(&j->sealed);
	buf_clear(&j->leaves);
	wipe(&j->message);
	wipe(&j->text);
	secret_wipe(j->key, sizeof(j->key));
	j->has_key = j->is_known_shut = j->is_unlisted = j->has_near = false;
	j->state = LETTER_WAITING;
	j->err = 0;
}

void
job_fini(struct job *j)
{
	letter_head_free(&j->head);
	buf_fini(&j->sealed);
	buf_fini(&j->leaves);
	buf_fini(&j->message);
	buf_fini(&j->text);
	secret_wipe(j->key, sizeof(j->key));
}
