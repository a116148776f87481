#include "letter/write.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "crypto/hash.h"
#include "letter/tar.h"
#include "letter/tip.h"

/*
 * The plaintext is cut into chunks, and a chunk is sealed as soon as nothing in
 * it can change any more. Two can change late:
 *
 *   chunk 0, because tip.json names the size and hash of everything behind it:
 *     it stays in `first` until finish;
 *   the chunk with the tar header of the file that streams past, because the
 *     header names the file's size: it stays in `held` until the file ends.
 *     Where that chunk is chunk 0, or is still being filled when the file
 *     ends, nothing more is held.
 *
 * All other chunks are filled in `current` and leave at once. tip.json is 4096
 * bytes or 16384 by whether there is a file, so nothing is laid out before the
 * first byte of the first file, or finish.
 */
enum state { BETWEEN, NAMED, IN_FILE, FINISHING, DONE };

struct letter_writer {
	struct letter_tip tip;
	struct text message;
	uint8_t token[16];
	uint64_t max;
	struct seal *seal;
	letter_sink *sink;
	void *ctx;

	enum state state;
	int err;
	size_t tip_size; /* 0 until laid out */
	uint64_t pos;    /* plaintext so far */
	uint64_t total;  /* plaintext at last, known when finishing */
	struct letter_entry entries[LETTER_FILES_MAX + 1];
	size_t entries_n;
	struct letter_entry file; /* the one being named or written */
	const char *extension;
	struct hash hash;
	uint64_t header_at;
	bool is_held;
	uint8_t *first, *held, *current; /* a sealed chunk each */
};

int
letter_writer_new(const struct letter_tip *tip, struct text message,
    const uint8_t token[static 16], uint64_t max, struct seal *seal,
    letter_sink *sink, void *ctx, struct secret_arena *arena,
    struct letter_writer **ret_writer)
{
	struct letter_writer *w;
	struct letter_entry *e;

	if (message.n > LETTER_TEXT_MAX ||
	    letter_padded(TAR_BLOCK + LETTER_TIP_SMALL + TAR_BLOCK +
			  tar_blocks(message.n) + TAR_END) > max)
		return ERR_LIMIT;
	if (!text_is_utf8(message))
		return ERR_FORMAT;
	if ((w = secret_take(arena, sizeof(*w))) == NULL ||
	    (w->first = secret_take(arena, AGE_CHUNK_SEALED)) == NULL ||
	    (w->held = secret_take(arena, AGE_CHUNK_SEALED)) == NULL ||
	    (w->current = secret_take(arena, AGE_CHUNK_SEALED)) == NULL)
		return ERR_NOMEM;
	w->tip = *tip;
	w->message = message;
	memcpy(w->token, token, sizeof(w->token));
	w->max = max;
	w->seal = seal;
	w->sink = sink;
	w->ctx = ctx;

	e = &w->entries[0];
	snprintf(e->path, sizeof(e->path), "message.txt");
	snprintf(e->type, sizeof(e->type), "%s", letter_type("txt"));
	e->size = message.n;
	hash_once(e->hash, message.p, message.n);
	w->entries_n = 1;
	*ret_writer = w;
	return 0;
}

/* Seals in place and hands over. */
static int
send_chunk(struct letter_writer *w, uint64_t index, uint8_t *p, size_t n)
{
	bool is_last =
	    w->state == FINISHING && index == (w->total - 1) / AGE_CHUNK_SIZE;
	int err;

	if ((err = seal_put(w->seal, index, p, n, is_last, p)) != 0)
		return err;
	return w->sink(
	    w->ctx, index, p, n + AGE_CHUNK_SEALED - AGE_CHUNK_SIZE, is_last);
}

static int
chunk_is_full(struct letter_writer *w, uint64_t index)
{
	uint8_t *full = w->current;

	if (index == 0)
		return w->state == FINISHING
			   ? send_chunk(w, 0, w->first, AGE_CHUNK_SIZE)
			   : 0;
	if (w->state == IN_FILE && index == w->header_at / AGE_CHUNK_SIZE) {
		w->current = w->held;
		w->held = full;
		w->is_held = true;
		return 0;
	}
	return send_chunk(w, index, full, AGE_CHUNK_SIZE);
}

/* Appends n bytes of plaintext, zeros when p is NULL. */
static int
append(struct letter_writer *w, const uint8_t *p, uint64_t n)
{
	int err;

	while (n > 0) {
		uint64_t index = w->pos / AGE_CHUNK_SIZE;
		size_t at = (size_t)(w->pos % AGE_CHUNK_SIZE);
		size_t step = AGE_CHUNK_SIZE - at;
		uint8_t *to = (index == 0 ? w->first : w->current) + at;

		if (step > n)
			step = (size_t)n;
		if (p != NULL) {
			memcpy(to, p, step);
			p += step;
		} else {
			memset(to, 0, step);
		}
		n -= step;
		w->pos += step;
		if (at + step == AGE_CHUNK_SIZE &&
		    (err = chunk_is_full(w, index)) != 0)
			return err;
	}
	return 0;
}

static int
append_header(struct letter_writer *w, const char *path, uint64_t size)
{
	uint8_t header[TAR_BLOCK];

	tar_header(header, path, size);
	return append(w, header, sizeof(header));
}

/* Up to the next whole block. */
static int
append_padding(struct letter_writer *w)
{
	return append(w, NULL, tar_blocks(w->pos) - w->pos);
}

static int
lay_out(struct letter_writer *w, size_t tip_size)
{
	int err;

	w->tip_size = tip_size;
	if ((err = append_header(w, "tip.json", tip_size)) != 0 ||
	    (err = append(w, NULL, tip_size)) != 0 ||
	    (err = append_header(w, w->entries[0].path, w->message.n)) != 0 ||
	    (err = append(w, (const uint8_t *)w->message.p, w->message.n)) != 0)
		return err;
	return append_padding(w);
}

/* The last component: where a file lay says too much about its owner. */
static struct text
base_name(struct text path)
{
	size_t n = 0;

	while (n < path.n && path.p[path.n - n - 1] != '/' &&
	       path.p[path.n - n - 1] != '\\')
		n++;
	return (struct text){ path.p + path.n - n, n };
}

int
letter_file_begin(struct letter_writer *w, const struct letter_file *file)
{
	struct text ext_name = file->ext_name;
	struct buf b;

	must(w->state == BETWEEN || w->err != 0);
	if (w->err != 0)
		return w->err;
	memset(&w->file, 0, sizeof(w->file));
	w->file.part = file->part;
	w->file.is_clean = file->is_clean;
	if (letter_has_part(&w->file)) {
		if (!letter_is_part(w->tip.kind, file->part.n, file->part.of))
			return w->err = ERR_FORMAT;
		ext_name = letter_whole_name(ext_name);
	}
	buf_init_fixed(&b, w->file.name, LETTER_NAME_MAX);
	if (file->name.n > 0)
		tip_clean(&b, base_name(file->name), LETTER_NAME_MAX, true);
	w->extension = letter_extension(ext_name);
	w->state = NAMED;
	return 0;
}

static int
first_byte(struct letter_writer *w)
{
	struct letter_entry *e = &w->file;
	int err;

	if (w->entries_n > 1 &&
	    (letter_has_part(e) || letter_has_part(&w->entries[1])))
		return ERR_FORMAT;
	if (w->tip_size == 0 && (err = lay_out(w, LETTER_TIP_LARGE)) != 0)
		return err;
	snprintf(e->path, sizeof(e->path), "files/%zu.%s", w->entries_n,
	    w->extension);
	snprintf(e->type, sizeof(e->type), "%s", letter_type(w->extension));
	hash_init(&w->hash, HASH_SIZE);
	w->header_at = w->pos;
	w->is_held = false;
	w->state = IN_FILE;
	return append(w, NULL, TAR_BLOCK);
}

static int
put_in_file(struct letter_writer *w, const uint8_t *p, size_t n)
{
	int err;

	if (w->state == NAMED && (err = first_byte(w)) != 0)
		return err;
	if (n > LETTER_ENTRY_MAX - w->file.size ||
	    letter_padded(tar_blocks(w->pos + n) + TAR_END) > w->max)
		return ERR_LIMIT;
	hash_put(&w->hash, p, n);
	w->file.size += n;
	return append(w, p, n);
}

int
letter_file_put(struct letter_writer *w, const uint8_t *p, size_t n)
{
	must(w->state == NAMED || w->state == IN_FILE || w->err != 0);
	if (w->err != 0 || n == 0)
		return w->err;
	if (w->entries_n > LETTER_FILES_MAX)
		return ERR_LIMIT;
	return w->err = put_in_file(w, p, n);
}

static int
end_file(struct letter_writer *w)
{
	uint64_t index = w->header_at / AGE_CHUNK_SIZE;
	size_t at = (size_t)(w->header_at % AGE_CHUNK_SIZE);
	uint8_t *chunk = index == 0   ? w->first
			 : w->is_held ? w->held
				      : w->current;
	int err;

	hash_finish(&w->hash, w->file.hash);
	tar_header(chunk + at, w->file.path, w->file.size);
	w->entries[w->entries_n++] = w->file;
	w->state = BETWEEN;
	if (w->is_held &&
	    (err = send_chunk(w, index, w->held, AGE_CHUNK_SIZE)) != 0)
		return err;
	w->is_held = false;
	return append_padding(w);
}

int
letter_file_end(struct letter_writer *w)
{
	must(w->state == NAMED || w->state == IN_FILE || w->err != 0);
	if (w->err != 0)
		return w->err;
	if (w->state == NAMED) {
		w->state = BETWEEN;
		return 0;
	}
	return w->err = end_file(w);
}

static void
make_id(const struct letter_writer *w, uint8_t ret_id[static LETTER_ID_SIZE])
{
	struct hash h;

	hash_init(&h, HASH_SIZE_128);
	hash_put_text(&h, "pista/v1 id");
	hash_put(&h, w->token, sizeof(w->token));
	for (size_t i = 0; i < w->entries_n; i++)
		hash_put(&h, w->entries[i].hash, HASH_SIZE);
	hash_finish(&h, ret_id);
}

static void
write_tip(struct letter_writer *w, const uint8_t id[static LETTER_ID_SIZE],
    const uint8_t *mark_seed, const uint8_t *member_seed)
{
	uint8_t *p = w->first + TAR_BLOCK;
	struct tip_sigs sigs;

	tip_write(p, w->tip_size, &w->tip, id, w->entries, w->entries_n);
	must(tip_sigs_find(p, w->tip_size, &sigs) == 0);
	if (mark_seed != NULL)
		tip_sign(p, w->tip_size, &sigs, TIP_MARK, mark_seed);
	if (member_seed != NULL)
		tip_sign(p, w->tip_size, &sigs, TIP_MEMBER, member_seed);
}

static int
pad_and_send(struct letter_writer *w)
{
	size_t rest;
	int err;

	w->total = letter_padded(w->pos + TAR_END);
	w->state = FINISHING;
	if (w->pos >= AGE_CHUNK_SIZE &&
	    (err = send_chunk(w, 0, w->first, AGE_CHUNK_SIZE)) != 0)
		return err;
	if ((err = append(w, NULL, w->total - w->pos)) != 0)
		return err;
	rest = (size_t)(w->total % AGE_CHUNK_SIZE);
	if (rest == 0)
		return 0;
	return send_chunk(w, w->total / AGE_CHUNK_SIZE,
	    w->total < AGE_CHUNK_SIZE ? w->first : w->current, rest);
}

int
letter_writer_finish(struct letter_writer *w, const uint8_t *mark_seed,
    const uint8_t *member_seed, uint8_t ret_id[static LETTER_ID_SIZE])
{
	uint8_t id[LETTER_ID_SIZE];

	must(w->state == BETWEEN || w->err != 0);
	if (w->err != 0)
		return w->err;
	make_id(w, id);
	if (w->tip_size == 0)
		w->err = lay_out(w, LETTER_TIP_SMALL);
	if (w->err != 0)
		return w->err;
	write_tip(w, id, mark_seed, member_seed);
	if ((w->err = pad_and_send(w)) != 0)
		return w->err;
	w->state = DONE;
	memcpy(ret_id, id, sizeof(id));
	return 0;
}
