#include <string.h>

#include "base/cursor.h"
#include "base/day.h"
#include "base/err.h"
#include "keep/keep.h"

int
place_get(struct peer *p, const struct wire_message *m)
{
	if (m->n != 0)
		return ERR_FORMAT;
	p->push_request = m->request;
	peer_push(p, PUSH_ALL);
	return 0;
}

/* A card that is signed by the pinned key, for this newsroom, and current. */
static int
check_card(const struct keep *k, struct text json, struct text minisig,
    uint64_t serial)
{
	uint32_t today = day_today();
	struct masthead *m;
	int err;

	err =
	    masthead_read(json, minisig, &k->pin, k->start.newsroom, today, &m);
	if (err != 0)
		return err;
	if (m->serial != serial)
		err = ERR_FORMAT;
	else
		err = masthead_is_current(m, today);
	masthead_free(&m);
	return err;
}

int
place_card_put(struct peer *p, const struct wire_message *m)
{
	struct keep *k = p->keep;
	struct text json, minisig;
	uint64_t serial;
	struct cursor c;
	uint32_t n;
	int err;

	cursor_init(&c, m->body, m->n);
	serial = cursor_u64(&c);
	n = cursor_u32(&c);
	json = (struct text){ (const char *)cursor_take(&c, n), n };
	if (c.err != 0)
		return ERR_FORMAT;
	minisig = (struct text){ (const char *)c.p, c.n };
	if ((err = check_card(k, json, minisig, serial)) == 0)
		err = store_card_put(
		    k->store, json, minisig, serial, day_today());
	if (err != 0) {
		peer_fail(p, m->request, err, 0);
		return 0;
	}
	k->is_place_staged = true;
	peer_promise(p, m->request, false);
	return 0;
}

int
place_stories_put(struct peer *p, const struct wire_message *m)
{
	struct text json = { (const char *)m->body, m->n };
	struct keep *k = p->keep;
	struct stories *s;
	int err;

	if ((err = stories_read(json, &s)) == 0) {
		stories_free(&s);
		err = store_stories_put(k->store, json);
	}
	if (err != 0) {
		peer_fail(p, m->request, err, 0);
		return 0;
	}
	k->is_place_staged = true;
	peer_promise(p, m->request, false);
	return 0;
}

/* What the card orders. One that does not verify (the pin was changed) orders
 * nothing, and nobody who gets it will seal to it. */
static void
load_policy(struct keep *k, struct text json, struct text minisig)
{
	struct masthead *m;

	k->policy = (struct policy){ 0 };
	if (json.n == 0 || masthead_read(json, minisig, &k->pin,
			       k->start.newsroom, day_today(), &m) != 0)
		return;
	k->policy.is_known = true;
	k->policy.hours = m->edition_hours;
	k->policy.seconds = m->edition_seconds;
	k->policy.retention_days = m->retention_days;
	k->policy.letter_max = m->letter_max;
	masthead_free(&m);
}

int
place_load(struct keep *k)
{
	struct buf json, minisig;
	uint64_t serial;
	int err;

	buf_init(&json, MASTHEAD_MAX);
	buf_init(&minisig, MINISIG_MAX);
	buf_clear(&k->card);
	buf_clear(&k->stories);
	if ((err = store_card_get(k->store, &json, &minisig, &serial)) != 0 ||
	    (err = store_stories_get(k->store, &k->stories)) != 0)
		goto out;
	if (json.n > 0) {
		buf_put_u32(&k->card, (uint32_t)json.n);
		buf_put_text(&k->card, buf_text(&json));
		buf_put_text(&k->card, buf_text(&minisig));
	}
	if ((err = buf_finish(&k->card)) != 0)
		goto out;
	load_policy(k, buf_text(&json), buf_text(&minisig));
out:
	buf_fini(&json);
	buf_fini(&minisig);
	return err;
}
