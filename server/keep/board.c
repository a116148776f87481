#include "base/cursor.h"
#include "base/err.h"
#include "keep/keep.h"

#define SLOTS_MAX (32 * SLOT_SIZE)
/* What may wait: two full editions. */
#define WAITING_MAX (2 * EDITION_SLOTS_MAX)

int
board_list(struct peer *p, const struct wire_message *m)
{
	uint32_t oldest, newest, day;
	uint8_t hash[32], body[8];
	struct buf b;
	int err;

	if (m->n != 0)
		return ERR_FORMAT;
	err = store_edition_range(p->keep->store, &oldest, &newest, &day, hash);
	if (err != 0) {
		peer_fail(p, m->request, err, 0);
		return 0;
	}
	buf_init_fixed(&b, body, sizeof(body));
	buf_put_u32(&b, oldest);
	buf_put_u32(&b, newest);
	peer_data(p, m->request, &b);
	return 0;
}

int
board_index(struct peer *p, const struct wire_message *m)
{
	uint32_t number;
	struct cursor c;
	struct buf b;
	int err;

	cursor_init(&c, m->body, m->n);
	number = cursor_u32(&c);
	if (cursor_finish(&c) != 0)
		return ERR_FORMAT;
	buf_init(&b, KEEP_INDEX_MAX);
	err = store_edition_index(p->keep->store, number, &b);
	if (err == 0)
		peer_data(p, m->request, &b);
	else
		peer_fail(p, m->request, err, 0);
	buf_fini(&b);
	return 0;
}

int
board_slots(struct peer *p, const struct wire_message *m)
{
	static uint8_t bytes[SLOTS_MAX];
	uint32_t number, offset;
	uint64_t total;
	struct cursor c;
	size_t n;
	int err;

	cursor_init(&c, m->body, m->n);
	number = cursor_u32(&c);
	offset = cursor_u32(&c);
	if (cursor_finish(&c) != 0)
		return ERR_FORMAT;
	err = store_edition_slots(
	    p->keep->store, number, offset, bytes, sizeof(bytes), &n, &total);
	if (err == 0)
		peer_send(p, WIRE_DATA, m->request,
		    (struct text){ (const char *)bytes, n },
		    (struct text){ 0 });
	else
		peer_fail(p, m->request, err, 0);
	return 0;
}

/* Whether it may wait with the others. */
static int
check_post(struct keep *k, const struct board_post *post)
{
	if (post->slots_n == 0 && post->strips_n == 0)
		return ERR_FORMAT;
	if (k->slots + post->slots_n > WAITING_MAX || k->posts >= WAITING_MAX)
		return ERR_BUSY;
	return keep_is_full(k) ? ERR_FULL : 0;
}

/* The whole post is here. */
static void
take_post(struct peer *p, struct job *j)
{
	struct keep *k = p->keep;
	struct board_post post;
	int err;

	err = board_post_read(j->post.p, j->post.n, &post);
	if (err == 0 && post.strips_n > 0 && post.edition != k->newest + 1) {
		/* A strip entry speaks of one edition and is worthless in
		 * another. */
		peer_fail(p, j->request, ERR_CONFLICT, k->newest + 1);
		return;
	}
	if (err == 0)
		err = check_post(k, &post);
	if (err == 0)
		err = store_board_post(k->store, post.slots, post.slots_n,
		    post.strips, post.strips_n, post.attest);
	if (err != 0) {
		peer_fail(p, j->request, err, 0);
		return;
	}
	k->posts++;
	k->slots += post.slots_n;
	peer_promise(p, j->request, false);
}

int
board_post(struct peer *p, const struct wire_message *m)
{
	struct job *j = job_find(p, m->request);
	bool is_last = (m->flags & WIRE_MORE) == 0;
	int err;

	if (j != NULL && !j->is_post)
		return ERR_FORMAT;
	if (j == NULL && (err = job_new(p, m->request, true, &j)) != 0) {
		if (is_last)
			peer_fail(p, m->request, err, 0);
		return 0;
	}
	if (!j->has_failed) {
		buf_put(&j->post, m->body, m->n);
		if ((err = buf_finish(&j->post)) != 0)
			job_fail(p, j, err);
		else if (is_last)
			take_post(p, j);
	}
	if (is_last)
		job_free(p, j);
	return 0;
}
