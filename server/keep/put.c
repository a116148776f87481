#include "base/cursor.h"
#include "base/day.h"
#include "base/err.h"
#include "keep/keep.h"

#define TEXT_CHUNKS 2 /* what a letter without large files takes at most */

int
put_begin(struct peer *p, const struct wire_message *m)
{
	struct job *j;
	int err;

	err = job_new(p, m->request, false, &j);
	if (err == ERR_EXISTS)
		return err;
	if (err != 0) {
		peer_fail(p, m->request, err, 0);
		return 0;
	}
	err = store_put_begin(p->keep->store, m->body, m->n, &j->put);
	j->is_touched = true;
	if (err != 0)
		job_fail(p, j, err);
	return 0;
}

int
put_chunk(struct peer *p, const struct wire_message *m)
{
	uint64_t max = p->keep->policy.letter_max, index;
	struct job *j = job_find(p, m->request);
	struct cursor c;
	int err;

	cursor_init(&c, m->body, m->n);
	index = cursor_u64(&c);
	if (c.err != 0 || (j != NULL && j->is_post))
		return ERR_FORMAT;
	if (j == NULL || j->has_failed)
		return 0;
	j->is_touched = true;
	/* What fails here may have spoilt the batch, which a sync undoes. */
	p->keep->is_dirty = true;
	if (j->upload != NULL)
		j->upload->is_touched = true;
	if (max > 0 && index > max / STORE_CHUNK_SIZE)
		err = ERR_LIMIT;
	else if (j->upload != NULL && !upload_is_next(j->upload, index))
		err = ERR_CONFLICT;
	else if (index >= TEXT_CHUNKS && keep_is_full(p->keep))
		err = ERR_FULL;
	else
		err = store_put_chunk(p->keep->store, j->put, index, c.p, c.n);
	if (err == ERR_FULL)
		upload_make_room(p->keep);
	if (err != 0) {
		job_fail(p, j, err);
		return 0;
	}
	if (j->upload != NULL)
		upload_fed(j->upload);
	p->keep->staged += c.n;
	return 0;
}

int
put_commit(struct peer *p, const struct wire_message *m)
{
	struct job *j = job_find(p, m->request);
	uint64_t max = p->keep->policy.letter_max, chunks, size, reserved;
	bool is_repeat;
	uint8_t once[16];
	struct cursor c;
	int err;

	cursor_init(&c, m->body, m->n);
	chunks = cursor_u64(&c);
	cursor_copy(&c, once, sizeof(once));
	size = cursor_u64(&c);
	reserved = cursor_u64(&c);
	if (cursor_finish(&c) != 0 || reserved != 0 ||
	    (j != NULL && j->is_post))
		return ERR_FORMAT;
	if (j == NULL) {
		peer_fail(p, m->request, ERR_NOT_FOUND, 0);
		return 0;
	}
	if (j->has_failed) {
		job_free(p, j);
		return 0;
	}
	err = max > 0 && size > max
		  ? ERR_LIMIT
		  : store_put_commit(p->keep->store, j->put, chunks, size, once,
			day_today(), &is_repeat);
	if (err != 0)
		job_fail(p, j, err);
	else
		peer_promise(p, m->request, is_repeat);
	if (err == 0 && j->upload != NULL)
		upload_committed(p->keep, j->upload);
	job_free(p, j);
	return 0;
}

int
put_drop(struct peer *p, const struct wire_message *m)
{
	struct job *j = job_find(p, m->request);

	if (j != NULL)
		job_free(p, j);
	return 0;
}
