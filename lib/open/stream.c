#include "open/open.h"

#include <string.h>

#include "age/armor.h"
#include "base/err.h"
#include "base/secret.h"

/* Armor is decoded in pieces of this many bytes. */
#define ARMOR_PIECE 4096
#define TAG_SIZE (AGE_CHUNK_SEALED - AGE_CHUNK_SIZE)

struct open_stream {
	const struct open_identities *ids;
	struct text passphrase;
	const uint8_t *key; /* of the file; NULL: to be found */
	open_sink *sink;
	void *ctx;
	enum open_stage stage;
	int err; /* the first one; nothing is taken after it */
	bool is_begun;
	bool is_armored;
	struct armor_reader armor;
	struct buf head;  /* the header, up to its nonce */
	size_t scan;      /* how far head was searched for its end */
	size_t head_size; /* with the nonce; 0 until the end is found */
	struct open_file *file;
	uint64_t index;
	bool is_ended; /* the last chunk was opened */
	size_t held;   /* bytes in sealed */
	uint8_t sealed[AGE_CHUNK_SEALED];
	uint8_t plain[AGE_CHUNK_SIZE];
};

int
open_stream_new(const struct open_identities *ids, struct text passphrase,
    open_sink *sink, void *ctx, struct open_stream **ret_stream)
{
	struct open_stream *s;

	if ((s = secret_new(sizeof(*s))) == NULL)
		return ERR_NOMEM;
	s->ids = ids;
	s->passphrase = passphrase;
	s->sink = sink;
	s->ctx = ctx;
	s->stage = OPEN_HEADER;
	buf_init(&s->head, AGE_HEADER_MAX + AGE_NONCE_SIZE);
	*ret_stream = s;
	return 0;
}

int
open_stream_new_key(const uint8_t key[static AGE_FILE_KEY_SIZE],
    open_sink *sink, void *ctx, struct open_stream **ret_stream)
{
	int err = open_stream_new(NULL, TEXT(""), sink, ctx, ret_stream);

	if (err == 0)
		(*ret_stream)->key = key;
	return err;
}

void
open_stream_free(struct open_stream **stream)
{
	if (*stream == NULL)
		return;
	open_file_free(&(*stream)->file);
	buf_fini(&(*stream)->head);
	secret_free(stream);
}

enum open_stage
open_stream_stage(const struct open_stream *s)
{
	return s->stage;
}

/* The header is whole: finds the key. */
static int
begin_payload(struct open_stream *s)
{
	struct age_header h;
	int err;

	if ((err = age_header_parse(s->head.p, s->head.n, &h)) != 0)
		return err == ERR_AGAIN ? ERR_FORMAT : err;
	if (s->key != NULL)
		err = open_file_new_key(s->key, s->head.p, s->head.n, &s->file);
	else if (!age_header_is_passphrase(&h) && s->ids != NULL)
		err = open_file_new(s->ids, s->head.p, s->head.n, &s->file);
	else if (s->passphrase.n > 0)
		err = open_file_new_passphrase(s->passphrase, OPEN_LOG_N_MAX,
		    s->head.p, s->head.n, &s->file);
	else
		err = ERR_NO_KEY;
	if (err == 0)
		s->stage = OPEN_PAYLOAD;
	return err;
}

/* Takes bytes of the header; says how many. */
static int
put_head(struct open_stream *s, const uint8_t *p, size_t n, size_t *ret_used)
{
	struct age_header h;
	size_t room, size;
	int err;

	room = s->head_size == 0 ? AGE_HEADER_MAX : s->head_size;
	if (n > room - s->head.n)
		n = room - s->head.n;
	buf_put(&s->head, p, n);
	if ((err = buf_finish(&s->head)) != 0)
		return err;
	*ret_used = n;
	if (s->head_size == 0) {
		err =
		    age_header_find_end(s->head.p, s->head.n, &s->scan, &size);
		/* What is no age file is refused now, not 128 KiB later. */
		if (err == ERR_AGAIN || err == ERR_LIMIT)
			err = age_header_parse(s->head.p, s->head.n, &h);
		if (err != 0)
			return err == ERR_AGAIN ? 0 : err;
		s->head_size = size + AGE_NONCE_SIZE;
		/* Bytes behind the nonce go back to the caller. */
		if (s->head.n > s->head_size) {
			*ret_used = n - (s->head.n - s->head_size);
			s->head.n = s->head_size;
		}
	}
	return s->head.n == s->head_size ? begin_payload(s) : 0;
}

/*
 * Opens what is held and gives it on. Whether a full chunk is the last shows
 * in its seal alone; so it is given on before what is behind it is known, as
 * stock age does and its test vectors demand.
 */
static int
open_held(struct open_stream *s)
{
	int err = ERR_AUTH;

	if (s->held == AGE_CHUNK_SEALED)
		err = open_chunk(
		    s->file, s->index, s->sealed, s->held, false, s->plain);
	if (err == ERR_AUTH) {
		err = open_chunk(
		    s->file, s->index, s->sealed, s->held, true, s->plain);
		s->is_ended = err == 0;
	}
	if (err == 0 && s->held > TAG_SIZE)
		err = s->sink(s->ctx, s->plain, s->held - TAG_SIZE);
	s->index++;
	s->held = 0;
	return err;
}

static int
put_payload(struct open_stream *s, const uint8_t *p, size_t n, size_t *ret_used)
{
	if (s->is_ended)
		return ERR_FORMAT;
	if (n > AGE_CHUNK_SEALED - s->held)
		n = AGE_CHUNK_SEALED - s->held;
	memcpy(s->sealed + s->held, p, n);
	s->held += n;
	*ret_used = n;
	return s->held == AGE_CHUNK_SEALED ? open_held(s) : 0;
}

static int
put_binary(struct open_stream *s, const uint8_t *p, size_t n)
{
	size_t used;
	int err;

	while (n > 0) {
		used = 0;
		if (s->stage == OPEN_PAYLOAD)
			err = put_payload(s, p, n, &used);
		else
			err = put_head(s, p, n, &used);
		if (err != 0)
			return err;
		p += used;
		n -= used;
	}
	return 0;
}

static int
put_armored(struct open_stream *s, const uint8_t *p, size_t n)
{
	uint8_t bytes[ARMOR_PIECE];
	struct buf out;
	size_t m;
	int err, broken;

	for (; n > 0; p += m, n -= m) {
		m = n < ARMOR_PIECE ? n : ARMOR_PIECE;
		buf_init_fixed(&out, bytes, sizeof(bytes));
		broken = armor_read(&s->armor, p, m, &out);
		/* What stands before a fault of the armor counts first. */
		if ((err = put_binary(s, bytes, out.n)) != 0)
			return err;
		if (broken != 0) {
			s->stage = OPEN_ARMOR;
			return broken;
		}
	}
	return 0;
}

int
open_stream_put(struct open_stream *s, const uint8_t *p, size_t n)
{
	if (s->err != 0 || n == 0)
		return s->err;
	if (!s->is_begun) {
		/* Every binary file begins with "age-encryption.org/". */
		s->is_begun = true;
		s->is_armored = p[0] != 'a';
	}
	s->err = s->is_armored ? put_armored(s, p, n) : put_binary(s, p, n);
	return s->err;
}

/* A header that was not to be finished, or that is not there to its end. */
static int
say_what_lacks(const struct open_stream *s)
{
	struct age_header h;
	int err = age_header_parse(s->head.p, s->head.n, &h);

	return err == 0 || err == ERR_AGAIN ? ERR_TRUNCATED : err;
}

int
open_stream_finish(struct open_stream *s)
{
	if (s->err != 0)
		return s->err;
	if (s->is_armored && (s->err = armor_read_finish(&s->armor)) != 0)
		s->stage = OPEN_ARMOR;
	else if (s->stage == OPEN_HEADER)
		s->err = say_what_lacks(s);
	else if (s->held > 0)
		s->err = open_held(s);
	else if (!s->is_ended)
		s->err = ERR_TRUNCATED;
	return s->err;
}

static int
collect(void *ctx, const uint8_t *p, size_t n)
{
	struct buf *b = ctx;

	buf_put(b, p, n);
	return buf_finish(b);
}

int
open_secret(
    struct text sealed, struct text passphrase, char **ret_p, size_t *ret_n)
{
	struct open_stream *s = NULL;
	struct buf b;
	char *p;
	int err;

	/* What a file holds is shorter than the file. */
	if ((p = secret_new(sealed.n + 1)) == NULL)
		return ERR_NOMEM;
	buf_init_fixed(&b, p, sealed.n);
	if ((err = open_stream_new(NULL, passphrase, collect, &b, &s)) != 0 ||
	    (err = open_stream_put(s, (const uint8_t *)sealed.p, sealed.n)) !=
		0 ||
	    (err = open_stream_finish(s)) != 0)
		goto out;
	*ret_p = p;
	*ret_n = b.n;
	p = NULL;
out:
	open_stream_free(&s);
	secret_free(&p);
	return err;
}
