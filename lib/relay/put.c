#include "relay/put.h"

#include <string.h>

#include "age/age.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "crypto/hash.h"
#include "http/problem.h"
#include "letter/letter.h"
#include "relay/job.h"
#include "relay/upload.h"

#define ONCE_SIZE 16
#define STEP 4096 /* bytes taken at once while looking for the header's end */

struct put {
	struct job job;
	struct link_call call;
	uint8_t once[ONCE_SIZE];
	bool is_upload;
	uint8_t id[PUT_ID_SIZE]; /* of the upload */
	bool is_hashed;
	uint8_t expected[HASH_SIZE];
	struct hash hash;
	uint64_t size;   /* of the age file */
	uint64_t head_n; /* of that, header and nonce */
	uint64_t wanted; /* bytes of payload still to come */
	struct buf head;
	size_t scan;
	uint8_t *chunk;
	size_t chunk_n;
	uint64_t index;
	enum {
		PUT_IDLE,
		PUT_HEAD,   /* the head waits to be sent */
		PUT_CHUNK,  /* the chunk does */
		PUT_COMMIT, /* the end does */
		PUT_ASKED,  /* keep has it all and will say */
		PUT_OVER,   /* answered */
	} state;
	bool is_begun;
};

static void
fail(struct put *p, int err)
{
	link_end(&p->call, p->is_begun);
	p->state = PUT_OVER;
	http_problem_err(p->job.request, err);
}

static int
send_chunk(struct put *p)
{
	uint8_t index[8];
	int err;

	u64_write(index, p->index);
	err = link_send(&p->call, WIRE_PUT_CHUNK, 0, index, sizeof(index),
	    p->chunk, p->chunk_n);
	if (err == 0) {
		p->index++;
		p->chunk_n = 0;
	}
	return err;
}

static int
send_commit(struct put *p)
{
	uint8_t body[40] = { 0 };

	u64_write(body, p->index);
	memcpy(body + 8, p->once, sizeof(p->once));
	u64_write(body + 24, p->size);
	return link_send(
	    &p->call, WIRE_PUT_COMMIT, 0, body, sizeof(body), NULL, 0);
}

static int
send_head(struct put *p)
{
	int err = p->is_upload ? link_send(&p->call, WIRE_UPLOAD_OPEN, 0, p->id,
				     sizeof(p->id), p->head.p, p->head.n)
			       : link_send(&p->call, WIRE_PUT_BEGIN, 0,
				     p->head.p, p->head.n, NULL, 0);

	if (err == 0) {
		p->is_begun = true;
		buf_fini(&p->head);
	}
	return err;
}

/* Sends what stands ready. Paused when there is no room for it. */
static void
flush(struct put *p)
{
	int err = 0;

	switch (p->state) {
	case PUT_HEAD:
		err = send_head(p);
		break;
	case PUT_CHUNK:
		err = send_chunk(p);
		break;
	case PUT_COMMIT:
		err = send_commit(p);
		break;
	case PUT_IDLE:
	case PUT_ASKED:
	case PUT_OVER:
		return;
	}
	if (err == ERR_AGAIN)
		http_request_pause(p->job.request);
	else if (err != 0)
		fail(p, err);
	else if (p->state == PUT_COMMIT)
		p->state = PUT_ASKED;
	else
		p->state = PUT_IDLE;
}

static void
on_ready(struct link_call *c)
{
	struct put *p = c->ctx;

	flush(p);
	if (p->state == PUT_IDLE)
		http_request_resume(p->job.request);
}

static void
on_answer(struct link_call *c, const struct wire_message *m)
{
	struct put *p = c->ctx;
	uint32_t detail;
	int err = ERR_IO;

	if (m->type == WIRE_DONE && p->state == PUT_ASKED && m->n == 1) {
		link_end(c, false);
		p->state = PUT_OVER;
		if (p->is_upload)
			upload_answer(p->job.request, 204, p->size);
		else
			http_reply(p->job.request, m->body[0] != 0 ? 200 : 201,
			    "application/json", "{}", 2);
		return;
	}
	if (m->type == WIRE_FAIL)
		(void)wire_fail_read(m, &err, &detail);
	fail(p, err);
}

/* The header is whole: everything a server may know of a letter is checked
 * here. */
static int
check_head(struct put *p, size_t size)
{
	struct age_header h;
	uint64_t plain;
	int err;

	if ((err = age_header_parse(p->head.p, size, &h)) != 0 ||
	    (err = age_header_is_letter(&h)) != 0)
		return err == ERR_AGAIN ? ERR_FORMAT : err;
	size += AGE_NONCE_SIZE;
	if (size > AGE_HEADER_MAX)
		return ERR_LIMIT;
	if (p->size < size)
		return ERR_TRUNCATED;
	p->head_n = size;
	p->wanted = p->size - size;
	if ((err = age_plain_size(p->wanted, &plain)) != 0)
		return err;
	return letter_is_padded_size(plain) ? 0 : ERR_FORMAT;
}

/* Takes bytes into the head until it is whole; the first of the payload may
 * come along and go into the chunk. */
static int
take_head(struct put *p, const uint8_t *bytes, size_t n)
{
	size_t size, extra;
	int err;

	buf_put(&p->head, bytes, n);
	if ((err = buf_finish(&p->head)) != 0)
		return err;
	err = age_header_find_end(p->head.p, p->head.n, &p->scan, &size);
	if (err == ERR_AGAIN)
		return 0;
	if (err != 0)
		return err;
	if (p->head.n < size + AGE_NONCE_SIZE)
		return 0;
	if ((err = check_head(p, size)) != 0)
		return err;
	if ((p->chunk = mem_new(AGE_CHUNK_SEALED, 1)) == NULL)
		return ERR_NOMEM;
	extra = p->head.n - size - AGE_NONCE_SIZE;
	must(extra <= p->wanted);
	memcpy(p->chunk, p->head.p + p->head.n - extra, extra);
	p->chunk_n = extra;
	p->wanted -= extra;
	p->head.n -= extra;
	p->state = PUT_HEAD;
	return 0;
}

/* Bytes of the chunk that is being filled. */
static size_t
chunk_room(const struct put *p)
{
	size_t room = AGE_CHUNK_SEALED - p->chunk_n;

	return p->wanted < room ? (size_t)p->wanted : room;
}

static size_t
put_body(struct job *j, const uint8_t *bytes, size_t n)
{
	struct put *p = (struct put *)j;
	size_t used = 0, part;
	int err;

	/* Of what keep has whole the last byte comes again, for the end. */
	if (p->is_upload && p->is_begun && p->wanted == 0 &&
	    p->state == PUT_IDLE)
		return n;
	while (used < n && p->state == PUT_IDLE) {
		part = n - used;
		if (p->chunk == NULL) {
			part = part < STEP ? part : STEP;
			err = take_head(p, bytes + used, part);
			if (err != 0) {
				fail(p, err);
				return n;
			}
		} else {
			part = part < chunk_room(p) ? part : chunk_room(p);
			memcpy(p->chunk + p->chunk_n, bytes + used, part);
			p->chunk_n += part;
			p->wanted -= part;
			if (chunk_room(p) == 0)
				p->state = PUT_CHUNK;
		}
		if (p->is_hashed)
			hash_put(&p->hash, bytes + used, part);
		used += part;
		flush(p);
	}
	return p->state == PUT_OVER ? n : used;
}

/* The connection brought what it had; whole chunks are kept. */
static void
pause_upload(struct put *p)
{
	uint64_t offset = 0;

	/* All of it came and is no letter. */
	if (!p->is_begun && p->head.n == p->size) {
		fail(p, ERR_FORMAT);
		return;
	}
	if (p->is_begun)
		offset = p->head_n + p->index * AGE_CHUNK_SEALED;
	link_end(&p->call, p->is_begun);
	p->state = PUT_OVER;
	upload_answer(p->job.request, 204, offset);
}

static void
put_end(struct job *j)
{
	struct put *p = (struct put *)j;
	uint8_t hash[HASH_SIZE];

	if (p->is_upload && (!p->is_begun || p->wanted > 0)) {
		pause_upload(p);
		return;
	}
	if (!p->is_begun || p->wanted > 0) {
		fail(p, ERR_TRUNCATED);
		return;
	}
	if (p->is_hashed) {
		hash_finish(&p->hash, hash);
		if (!secret_is_equal(hash, p->expected, sizeof(hash))) {
			fail(p, ERR_DIGEST);
			return;
		}
	}
	p->state = PUT_COMMIT;
	flush(p);
	if (p->state == PUT_ASKED)
		http_request_pause(p->job.request);
}

static void
put_free(struct job *j)
{
	struct put *p = (struct put *)j;

	/* What was committed stays, also when nobody waits for the answer. */
	link_end(&p->call, p->is_begun && p->state != PUT_ASKED);
	buf_fini(&p->head);
	mem_free(p->chunk);
	mem_free(p);
}

static const struct job_kind put_kind = {
	.body = put_body, .end = put_end, .free = put_free
};

void
put_start(struct http_request *r, struct link *l, const struct masthead *card,
    const uint8_t *body_hash)
{
	const struct http_head *h = http_request_head(r);
	struct put *p;
	int err;

	if (h->content_length > card->letter_max) {
		http_problem_err(r, ERR_LIMIT);
		return;
	}
	if ((p = mem_new(1, sizeof(*p))) == NULL) {
		http_problem_err(r, ERR_NOMEM);
		return;
	}
	buf_init(&p->head, AGE_HEADER_MAX + AGE_NONCE_SIZE + STEP);
	p->size = h->content_length;
	p->call = (struct link_call){
		.ready = on_ready, .answer = on_answer, .ctx = p
	};
	if (hex_read(h->idempotency_key, p->once, sizeof(p->once)) != 0) {
		http_problem(r, 400,
		    "An Idempotency-Key of 32 hexadecimal digits is needed.");
		put_free(&p->job);
		return;
	}
	if ((err = link_begin(l, &p->call)) != 0) {
		http_problem_err(r, err);
		put_free(&p->job);
		return;
	}
	if (body_hash != NULL) {
		p->is_hashed = true;
		memcpy(p->expected, body_hash, sizeof(p->expected));
		hash_init(&p->hash, HASH_SIZE);
	}
	job_start(&p->job, &put_kind, r);
}

/* What keep has not got of the payload; nothing when only the end is missing. */
static uint64_t
payload_left(const struct put *p)
{
	uint64_t all = p->size - p->head_n;
	uint64_t done = p->index * AGE_CHUNK_SEALED;

	return done < all ? all - done : 0;
}

void
put_resume(
    struct http_request *r, struct link *l, const struct put_upload *upload)
{
	struct put *p;
	int err;

	if ((p = mem_new(1, sizeof(*p))) == NULL) {
		http_problem_err(r, ERR_NOMEM);
		return;
	}
	buf_init(&p->head, AGE_HEADER_MAX + AGE_NONCE_SIZE + STEP);
	p->is_upload = true;
	memcpy(p->id, upload->id, sizeof(p->id));
	memcpy(p->once, upload->once, sizeof(p->once));
	p->size = upload->size;
	p->head_n = upload->head_n;
	p->index = upload->chunks;
	p->call = (struct link_call){
		.ready = on_ready, .answer = on_answer, .ctx = p
	};
	err = link_begin(l, &p->call);
	if (err == 0 && p->head_n > 0 &&
	    (p->chunk = mem_new(AGE_CHUNK_SEALED, 1)) == NULL)
		err = ERR_NOMEM;
	if (err != 0) {
		http_problem_err(r, err);
		put_free(&p->job);
		return;
	}
	job_start(&p->job, &put_kind, r);
	if (p->head_n > 0) {
		p->wanted = payload_left(p);
		p->state = PUT_HEAD;
		flush(p);
	}
	/* The question it asked first may have paused it; without room for the
	 * answer to that it stays so. */
	if (p->state == PUT_IDLE)
		http_request_resume(r);
}
