/* What everybody may know of the newsroom: its card and its stories. */
#include <string.h>

#include "base/cursor.h"
#include "base/err.h"
#include "chain/chain.h"
#include "masthead/masthead.h"
#include "store/backend.h"

/* A card entry's bytes are what its digest covers: u32 length, JSON, minisig. */
#define CARD_MAX (4 + MASTHEAD_MAX + MINISIG_MAX)

static int
write_card(struct store *s, const struct entry_row *e, struct text json,
    struct text minisig)
{
	struct buf b;
	int err;

	buf_init(&b, CARD_MAX);
	buf_put_u32(&b, (uint32_t)json.n);
	buf_put_text(&b, json);
	buf_put_text(&b, minisig);
	if ((err = buf_finish(&b)) == 0)
		err = store_body_write(s, e->body, b.p, b.n);
	buf_fini(&b);
	return store_spoil(s, err);
}

int
store_card_put(struct store *s, struct text json, struct text minisig,
    uint64_t serial, uint32_t day)
{
	struct entry_row e = { .type = CHAIN_CARD,
		.size = 4 + json.n + minisig.n };
	struct place_row p;
	int err;

	if (s->failed != 0)
		return s->failed;
	if (json.n == 0 || json.n > MASTHEAD_MAX || minisig.n > MINISIG_MAX)
		return ERR_LIMIT;
	if ((err = s->ops->place_get(s->back, VIEW_STAGED, &p)) != 0)
		return err;
	if (serial <= p.serial)
		return ERR_SERIAL;
	if ((err = store_stage(s)) != 0)
		return err;
	store_entry_next(s, day, &e);
	e.body = (int64_t)e.seq;
	masthead_digest(e.digest, json, minisig);
	if ((err = write_card(s, &e, json, minisig)) != 0 ||
	    (err = store_entry_add(s, &e)) != 0)
		return err;
	p.card = e.seq;
	p.serial = serial;
	return store_spoil(s, s->ops->place_put(s->back, &p));
}

/* n bytes of the card's body from offset on, appended to b. */
static int
append(struct store *s, const struct entry_row *e, uint64_t offset, uint64_t n,
    struct buf *b)
{
	uint8_t part[4096];
	size_t got;
	int err;

	for (; n > 0; offset += got, n -= got) {
		size_t want = n < sizeof(part) ? (size_t)n : sizeof(part);

		if ((err = store_body_read(s, e->body, 0, e->size, offset, part,
			 want, &got)) != 0)
			return err;
		if (got == 0)
			return ERR_FORMAT;
		buf_put(b, part, got);
	}
	return buf_finish(b);
}

int
store_card_get(struct store *s, struct buf *ret_json, struct buf *ret_minisig,
    uint64_t *ret_serial)
{
	struct place_row p;
	struct entry_row e;
	uint8_t length[4];
	uint64_t json_n;
	size_t n;
	int err;

	if ((err = s->ops->place_get(s->back, VIEW_SYNCED, &p)) != 0)
		return err;
	*ret_serial = p.serial;
	if (p.card == 0)
		return 0;
	if ((err = s->ops->entry_get(s->back, VIEW_SYNCED, p.card, &e)) != 0 ||
	    (err = store_body_read(
		 s, e.body, 0, e.size, 0, length, sizeof(length), &n)) != 0)
		return err;
	json_n = u32_read(length);
	if (n != sizeof(length) || json_n > e.size - sizeof(length))
		return ERR_FORMAT;
	if ((err = append(s, &e, sizeof(length), json_n, ret_json)) != 0)
		return err;
	return append(s, &e, sizeof(length) + json_n,
	    e.size - sizeof(length) - json_n, ret_minisig);
}

int
store_stories_put(struct store *s, struct text json)
{
	int err;

	if (json.n > STORIES_MAX)
		return ERR_LIMIT;
	if ((err = store_stage(s)) != 0)
		return err;
	return store_spoil(s, s->ops->stories_put(s->back, json));
}

int
store_stories_get(struct store *s, struct buf *ret_json)
{
	return s->ops->stories_get(s->back, ret_json);
}

int
store_due_put(struct store *s, uint64_t due)
{
	struct place_row p;
	int err;

	if ((err = store_stage(s)) != 0 ||
	    (err = s->ops->place_get(s->back, VIEW_STAGED, &p)) != 0)
		return err;
	p.due = due;
	return store_spoil(s, s->ops->place_put(s->back, &p));
}

int
store_due_get(struct store *s, uint64_t *ret_due)
{
	struct place_row p;
	int err;

	if ((err = s->ops->place_get(s->back, VIEW_SYNCED, &p)) != 0)
		return err;
	*ret_due = p.due;
	return 0;
}
