#include "source/outbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/day.h"
#include "base/err.h"
#include "base/mem.h"
#include "crypto/hash.h"
#include "crypto/random.h"

#define PIECE 65536
#define TRIES 5

struct outbox {
	struct letter_tip tip;
	struct secret_arena *arena;
	struct seal *seal;
	struct letter_writer *writer;
	FILE *file; /* sealed bytes, in place */
	uint64_t size;
	uint8_t id[LETTER_ID_SIZE];
	/* while posting */
	uint64_t sent;
	struct say_progress *progress;
};

static int
write_at(struct outbox *o, uint64_t offset, const void *p, size_t n)
{
	const char *from = p;
	ssize_t done;

	while (n > 0) {
		done = pwrite(fileno(o->file), from, n, (off_t)offset);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return err_from_errno(errno);
		from += done;
		n -= (size_t)done;
		offset += (uint64_t)done;
	}
	if (offset > o->size)
		o->size = offset;
	return 0;
}

static int
take_chunk(
    void *ctx, uint64_t index, const uint8_t *sealed, size_t n, bool is_last)
{
	struct outbox *o = ctx;

	(void)is_last;
	return write_at(
	    o, seal_head(o->seal).n + index * AGE_CHUNK_SEALED, sealed, n);
}

int
outbox_new(const struct masthead *card, const struct letter_tip *tip,
    struct text message, struct outbox **ret_outbox)
{
	struct age_recipient to[AGE_STANZAS_MAX];
	uint8_t token[16];
	struct outbox *o;
	struct text head;
	size_t n;
	int err;

	if ((err = masthead_is_current(card, day_today())) != 0 ||
	    (err = masthead_recipients(card, tip->desk, to, &n)) != 0)
		return err;
	if ((o = mem_new(1, sizeof(*o))) == NULL)
		return ERR_NOMEM;
	o->tip = *tip;
	memcpy(o->tip.newsroom, card->newsroom, 16);
	memcpy(o->tip.card, card->hash, 32);
	random_bytes(token, sizeof(token));
	if ((o->file = tmpfile()) == NULL) {
		err = err_from_errno(errno);
		goto out;
	}
	if ((err = secret_arena_new(LETTER_WRITER_ARENA, &o->arena)) != 0 ||
	    (err = seal_new(to, n, seal_fill(n), &o->seal)) != 0)
		goto out;
	head = seal_head(o->seal);
	if ((err = write_at(o, 0, head.p, head.n)) != 0)
		goto out;
	if ((err = letter_writer_new(&o->tip, message, token,
		 seal_plain_max(o->seal, card->letter_max), o->seal, take_chunk,
		 o, o->arena, &o->writer)) != 0)
		goto out;
	*ret_outbox = o;
	o = NULL;
out:
	outbox_free(&o);
	return err;
}

void
outbox_free(struct outbox **outbox)
{
	struct outbox *o = *outbox;

	if (o == NULL)
		return;
	if (o->file != NULL)
		fclose(o->file);
	seal_free(&o->seal);
	secret_arena_free(&o->arena);
	mem_free(o);
	*outbox = NULL;
}

int
outbox_file(struct outbox *o, const char *path, bool has_name,
    struct say_progress *progress)
{
	const char *name = strrchr(path, '/');
	struct letter_file file = { 0 };
	uint8_t *piece = NULL;
	struct stat st;
	uint64_t done = 0;
	ssize_t n;
	int fd, err;

	name = name != NULL ? name + 1 : path;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return err_from_errno(errno);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		err = ERR_UNSUPPORTED;
		goto out;
	}
	if ((piece = secret_new(PIECE)) == NULL) {
		err = ERR_NOMEM;
		goto out;
	}
	file.ext_name = text_from(name);
	if (has_name)
		file.name = file.ext_name;
	err = letter_file_begin(o->writer, &file);
	while (err == 0 && (n = read(fd, piece, PIECE)) != 0) {
		if (n < 0) {
			err = errno == EINTR ? 0 : err_from_errno(errno);
			continue;
		}
		err = letter_file_put(o->writer, piece, (size_t)n);
		done += (uint64_t)n;
		say_progress(progress, done, (uint64_t)st.st_size, 1);
	}
	if (err == 0)
		err = letter_file_end(o->writer);
out:
	secret_free(&piece);
	close(fd);
	return err;
}

int
outbox_finish(
    struct outbox *o, const uint8_t *mark_seed, const uint8_t *member_seed)
{
	int err =
	    letter_writer_finish(o->writer, mark_seed, member_seed, o->id);

	/* Everything is sealed: the plaintext parts can go now. */
	seal_free(&o->seal);
	o->writer = NULL;
	secret_arena_free(&o->arena);
	return err;
}

uint64_t
outbox_size(const struct outbox *o)
{
	return o->size;
}

static int
read_sealed(void *ctx, void *out, size_t n, size_t *ret_n)
{
	struct outbox *o = ctx;
	ssize_t got = pread(fileno(o->file), out, n, (off_t)o->sent);

	if (got < 0)
		return err_from_errno(errno);
	o->sent += (uint64_t)got;
	*ret_n = (size_t)got;
	return 0;
}

static int
tell_progress(void *ctx, uint64_t done, uint64_t total)
{
	struct outbox *o = ctx;

	if (o->progress != NULL)
		say_progress(o->progress, done, total, 1);
	return 0;
}

static int
hash_all(struct outbox *o, uint8_t ret_hash[static 32])
{
	uint8_t piece[PIECE];
	struct hash h;
	size_t n = 0;
	int err;

	hash_init(&h, HASH_SIZE);
	o->sent = 0;
	do {
		if ((err = read_sealed(o, piece, sizeof(piece), &n)) != 0)
			return err;
		hash_put(&h, piece, n);
	} while (n > 0);
	hash_finish(&h, ret_hash);
	return 0;
}

int
outbox_post(struct outbox *o, struct http_client *c, const char *path,
    struct say_progress *progress, struct http_call *ret_call)
{
	uint8_t once[16], hash[32];
	char key[33] = "";
	int err, try;

	letter_once(once, o->tip.thread.thread, o->id);
	hex_write(key, once, sizeof(once));
	if ((err = hash_all(o, hash)) != 0)
		return err;
	o->progress = progress;
	for (try = 0; try < TRIES; try++) {
		if (try > 0)
			nanosleep(&(struct timespec){ .tv_sec = try }, NULL);
		o->sent = 0;
		*ret_call = (struct http_call){ .method = "POST",
			.path = path,
			.type = "application/octet-stream",
			.idempotency_key = key,
			.body_n = o->size,
			.read = read_sealed,
			.body_hash = hash,
			.progress = tell_progress,
			.ctx = o };
		err = http_client_call(c, ret_call);
		if (err != ERR_CLOSED && err != ERR_BUSY)
			break;
	}
	return err;
}
