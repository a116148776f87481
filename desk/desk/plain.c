#include "desk/plain.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"

/* What one chunk gives, behind the byte that waited. */
#define OUT_SIZE (AGE_CHUNK_SIZE + 1)

struct plain {
	struct mirror *mirror;
	struct mirror_entry letter;
	uint32_t number;
	struct open_file *file;
	struct letter_reader *reader;
	uint64_t begin, chunk; /* of the payload; the next one */
	bool has_entry, is_checked;
	struct letter_entry entry;
	uint8_t *sealed; /* one chunk, opened in its place; secret */
	uint8_t *out;    /* what of it is ours; secret */
	size_t out_n, taken;
};

static int
on_head(void *ctx, const struct letter_head *head)
{
	struct plain *p = ctx;

	if (p->number >= head->entries_n)
		return ERR_NOT_FOUND;
	p->entry = head->entries[p->number];
	p->has_entry = true;
	return 0;
}

static int
on_bytes(void *ctx, const struct letter_entry *entry, size_t number,
    const uint8_t *bytes, size_t n)
{
	struct plain *p = ctx;

	(void)entry;
	if (number != p->number)
		return 0;
	if (n == 0) {
		p->is_checked = true;
		return 0;
	}
	must(n <= OUT_SIZE - p->out_n);
	memcpy(p->out + p->out_n, bytes, n);
	p->out_n += n;
	return 0;
}

static int
open_head(struct plain *p, const uint8_t key[static AGE_FILE_KEY_SIZE])
{
	uint8_t *head = mem_new(AGE_HEADER_MAX + AGE_NONCE_SIZE, 1);
	size_t n, size, scan = 0;
	int err;

	if (head == NULL)
		return ERR_NOMEM;
	if ((err = mirror_read(p->mirror, p->letter.seq, 0, head,
		 AGE_HEADER_MAX + AGE_NONCE_SIZE, &n)) == 0 &&
	    (err = age_header_find_end(head, n, &scan, &size)) == 0) {
		size += AGE_NONCE_SIZE;
		err = size > n ? ERR_AGAIN
			       : open_file_new_key(key, head, size, &p->file);
		p->begin = size;
	}
	mem_free(head);
	return err == ERR_AGAIN ? ERR_BUSY : err;
}

/* The next chunk, into the letter's reader. */
static int
step(struct plain *p)
{
	uint64_t at = p->begin + p->chunk * AGE_CHUNK_SEALED;
	size_t n = AGE_CHUNK_SEALED, got;
	bool is_last;
	int err;

	if (at >= p->letter.size)
		return ERR_TRUNCATED;
	is_last = p->letter.size - at <= AGE_CHUNK_SEALED;
	if (is_last)
		n = (size_t)(p->letter.size - at);
	if ((err = mirror_read(
		 p->mirror, p->letter.seq, at, p->sealed, n, &got)) != 0)
		return err;
	if (got < n)
		return ERR_BUSY;
	if ((err = open_chunk(
		 p->file, p->chunk, p->sealed, n, is_last, p->sealed)) != 0)
		return err;
	p->chunk++;
	return letter_reader_put(
	    p->reader, p->sealed, n - (AGE_CHUNK_SEALED - AGE_CHUNK_SIZE));
}

int
plain_new(struct mirror *m, struct book *b, const uint8_t newsroom[static 16],
    uint64_t seq, uint32_t number, struct plain **ret_plain)
{
	static const struct letter_handler handler = { on_head, on_bytes };
	uint8_t key[AGE_FILE_KEY_SIZE];
	struct plain *p;
	int err;

	if ((p = mem_new(1, sizeof(*p))) == NULL)
		return ERR_NOMEM;
	p->mirror = m;
	p->number = number;
	if ((p->sealed = secret_new(AGE_CHUNK_SEALED)) == NULL ||
	    (p->out = secret_new(OUT_SIZE)) == NULL) {
		err = ERR_NOMEM;
		goto out;
	}
	if ((err = mirror_get(m, seq, &p->letter)) != 0 ||
	    (err = book_key(b, seq, key)) != 0 ||
	    (err = open_head(p, key)) != 0 ||
	    (err = letter_reader_new(newsroom, &handler, p, &p->reader)) != 0)
		goto out;
	while (err == 0 && !p->has_entry)
		err = step(p);
	if (err != 0)
		goto out;
	*ret_plain = p;
	p = NULL;
out:
	secret_wipe(key, sizeof(key));
	plain_free(&p);
	return err;
}

void
plain_free(struct plain **plain)
{
	struct plain *p = *plain;

	if (p == NULL)
		return;
	letter_reader_free(&p->reader);
	open_file_free(&p->file);
	secret_free(&p->sealed);
	secret_free(&p->out);
	mem_free(p);
	*plain = NULL;
}

const struct letter_entry *
plain_entry(const struct plain *p)
{
	return &p->entry;
}

int
plain_read(struct plain *p, uint8_t *out, size_t n, size_t *ret_n)
{
	size_t have;
	int err;

	for (;;) {
		/* The last byte waits for the check. */
		have = p->out_n - p->taken;
		if (!p->is_checked && have > 0)
			have--;
		if (have > 0 || p->is_checked)
			break;
		/* At most one byte is left: it moves to the front. */
		if (p->out_n > 0)
			p->out[0] = p->out[p->out_n - 1];
		p->out_n -= p->taken;
		p->taken = 0;
		if ((err = step(p)) != 0)
			return err;
	}
	if (n > have)
		n = have;
	memcpy(out, p->out + p->taken, n);
	p->taken += n;
	*ret_n = n;
	return 0;
}
