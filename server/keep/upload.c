/* Uploads: puts that wait for their source to come back (tus). */
#include <string.h>

#include "base/cursor.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "crypto/random.h"
#include "keep/keep.h"

#define EXPIRE_SECONDS ((uint64_t)UPLOAD_HOURS * 3600)

static struct upload *
find(struct keep *k, const uint8_t id[static UPLOAD_ID_SIZE])
{
	struct upload *u = k->uploads;

	while (u != NULL && !secret_is_equal(u->id, id, UPLOAD_ID_SIZE))
		u = u->next;
	return u;
}

/* Drops the put as well, unless it has become a letter or is gone. */
static void
end(struct keep *k, struct upload *u)
{
	struct upload **at = &k->uploads;

	if (u->job != NULL) {
		u->job->upload = NULL;
		job_fail(u->peer, u->job, ERR_NOT_FOUND);
	} else if (u->head_n > 0 && !u->is_letter) {
		(void)store_put_drop(k->store, u->put);
	}
	k->is_sweeping = true;
	while (*at != u)
		at = &(*at)->next;
	*at = u->next;
	k->uploads_n--;
	mem_free(u);
}

/* What is lost with an upload: nothing, the news that it arrived, its bytes. */
enum loss { LOSS_NONE, LOSS_NEWS, LOSS_BYTES };

static enum loss
loss_of(const struct upload *u)
{
	if (u->is_letter)
		return LOSS_NEWS;
	return u->head_n > 0 ? LOSS_BYTES : LOSS_NONE;
}

/* Among those nobody feeds, and with at least that loss, the one that is lost
 * the most easily; of these the one heard of the longest ago. */
static struct upload *
first_to_go(const struct keep *k, enum loss least)
{
	struct upload *found = NULL;

	for (struct upload *u = k->uploads; u != NULL; u = u->next) {
		if (u->job != NULL || loss_of(u) < least)
			continue;
		if (found == NULL || loss_of(u) < loss_of(found) ||
		    (loss_of(u) == loss_of(found) && u->heard < found->heard))
			found = u;
	}
	return found;
}

void
upload_make_room(struct keep *k)
{
	struct upload *u = first_to_go(k, LOSS_BYTES);

	/* One at a time: its bytes are there until they are swept. */
	if (u != NULL && !k->is_sweeping)
		end(k, u);
}

int
upload_new(struct peer *p, const struct wire_message *m)
{
	struct keep *k = p->keep;
	uint64_t max = k->policy.letter_max;
	struct upload *u;
	struct cursor c;
	uint64_t size;

	cursor_init(&c, m->body, m->n);
	size = cursor_u64(&c);
	if (m->n != 24)
		return ERR_FORMAT;
	if (max > 0 && size > max) {
		peer_fail(p, m->request, ERR_LIMIT, 0);
		return 0;
	}
	if (k->uploads_n == UPLOADS_MAX) {
		if ((u = first_to_go(k, LOSS_NONE)) == NULL) {
			peer_fail(p, m->request, ERR_BUSY, 0);
			return 0;
		}
		end(k, u);
	}
	if ((u = mem_new(1, sizeof(*u))) == NULL) {
		peer_fail(p, m->request, ERR_NOMEM, 0);
		return 0;
	}
	random_bytes(u->id, sizeof(u->id));
	u->size = size;
	cursor_copy(&c, u->once, sizeof(u->once));
	u->heard = k->now;
	u->next = k->uploads;
	k->uploads = u;
	k->uploads_n++;
	peer_send(p, WIRE_DATA, m->request,
	    (struct text){ (const char *)u->id, sizeof(u->id) },
	    (struct text){ 0 });
	return 0;
}

int
upload_ask(struct peer *p, const struct wire_message *m)
{
	struct upload *u;
	uint8_t body[25 + sizeof(u->once)];

	if (m->n != UPLOAD_ID_SIZE)
		return ERR_FORMAT;
	if ((u = find(p->keep, m->body)) == NULL) {
		peer_fail(p, m->request, ERR_NOT_FOUND, 0);
		return 0;
	}
	u64_write(body, u->size);
	u64_write(body + 8, u->head_n);
	u64_write(body + 16, u->chunks);
	/* Until it is durable it may come to nothing. */
	body[24] = u->is_letter && !u->is_touched;
	memcpy(body + 25, u->once, sizeof(u->once));
	peer_send(p, WIRE_DATA, m->request,
	    (struct text){ (const char *)body, sizeof(body) },
	    (struct text){ 0 });
	return 0;
}

/* A source whose connection broke is back before we know: the new connection
 * is the one that counts. */
static void
take_from(struct upload *u)
{
	struct job *j = u->job;

	if (j == NULL)
		return;
	j->upload = NULL;
	j->has_failed = true;
	peer_fail(u->peer, j->request, ERR_CONFLICT, 0);
	upload_released(u);
}

int
upload_open(struct peer *p, const struct wire_message *m)
{
	struct keep *k = p->keep;
	struct upload *u;
	struct job *j;
	int err;

	if (m->n < UPLOAD_ID_SIZE)
		return ERR_FORMAT;
	if ((u = find(k, m->body)) == NULL || u->is_letter)
		err = u == NULL ? ERR_NOT_FOUND : ERR_CONFLICT;
	else if ((u->head_n > 0) == (m->n > UPLOAD_ID_SIZE))
		err = ERR_CONFLICT;
	else if ((err = job_new(p, m->request, false, &j)) == ERR_EXISTS)
		return err;
	if (err != 0) {
		peer_fail(p, m->request, err, 0);
		return 0;
	}
	take_from(u);
	if (u->head_n == 0) {
		err = store_put_begin(k->store, m->body + UPLOAD_ID_SIZE,
		    m->n - UPLOAD_ID_SIZE, &u->put);
		if (err != 0) {
			job_fail(p, j, err);
			return 0;
		}
		u->head_n = m->n - UPLOAD_ID_SIZE;
		u->is_touched = true;
	}
	j->put = u->put;
	j->upload = u;
	u->job = j;
	u->peer = p;
	u->heard = k->now;
	return 0;
}

int
upload_end(struct peer *p, const struct wire_message *m)
{
	struct upload *u;

	if (m->n != UPLOAD_ID_SIZE)
		return ERR_FORMAT;
	if ((u = find(p->keep, m->body)) == NULL) {
		peer_fail(p, m->request, ERR_NOT_FOUND, 0);
		return 0;
	}
	end(p->keep, u);
	peer_promise(p, m->request, false);
	return 0;
}

bool
upload_is_next(const struct upload *u, uint64_t index)
{
	return index == u->chunks;
}

void
upload_fed(struct upload *u)
{
	u->chunks++;
	u->heard = u->peer->keep->now;
}

void
upload_committed(struct keep *k, struct upload *u)
{
	u->is_letter = true;
	u->is_touched = true;
	/* The bytes of a repeat are nobody's. */
	k->is_sweeping = true;
}

void
upload_released(struct upload *u)
{
	u->job = NULL;
	u->peer = NULL;
}

void
upload_settle(struct keep *k, int err)
{
	struct upload *next;

	for (struct upload *u = k->uploads; u != NULL; u = next) {
		next = u->next;
		if (u->is_touched && err != 0)
			end(k, u);
		else
			u->is_touched = false;
	}
}

void
upload_expire(struct keep *k)
{
	struct upload *next;

	for (struct upload *u = k->uploads; u != NULL; u = next) {
		next = u->next;
		if (u->job == NULL && k->now > u->heard + EXPIRE_SECONDS)
			end(k, u);
	}
}

void
upload_free_all(struct keep *k)
{
	while (k->uploads != NULL)
		end(k, k->uploads);
}
