#include "events.h"

#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "crypto/ed25519.h"
#include "outbox.h"
#include "say.h"

/* The desk this member sits at; the first when at none. */
static struct text
own_desk(const struct masthead *m, const uint8_t sign[static 32])
{
	const struct masthead_desk *desk;
	size_t i, k;

	for (i = 0; i < m->desks_n; i++) {
		desk = &m->desks[i];
		for (k = 0; k < desk->members_n; k++)
			if (memcmp(m->members[desk->members[k]].sign, sign,
				32) == 0)
				return desk->id;
	}
	return m->desks[0].id;
}

static int
post_some(struct seat *d, struct letter_tip *tip, struct http_call *ret_call)
{
	struct outbox *o = NULL;
	int err;

	if ((err = outbox_new(d->card, tip, TEXT(""), &o)) == 0 &&
	    (err = outbox_finish(o, NULL, SEAT_SIGN_SEED(d))) == 0)
		err = outbox_post(o, d->client, "/v1/inbox", NULL, ret_call);
	outbox_free(&o);
	return err;
}

int
events_post(struct seat *d, const struct letter_event *events, size_t n)
{
	struct http_call call = { 0 };
	struct letter_tip tip = {
		.kind = LETTER_EVENTS,
		.channel = TEXT("desk"),
		.lang = masthead_language(d->card, 0),
		.day = day_today(),
	};
	size_t part;
	int err;

	ed25519_public(tip.author, SEAT_SIGN_SEED(d));
	tip.desk = own_desk(d->card, tip.author);
	if ((err = mirror_last(d->mirror, &tip.seen_seq, tip.seen_link)) != 0)
		return say_error(d->command, "the local copy", err, NULL);
	while (n > 0) {
		part = n < LETTER_EVENTS_MAX ? n : LETTER_EVENTS_MAX;
		tip.events = events;
		tip.events_n = part;
		if ((err = post_some(d, &tip, &call)) != 0)
			return place_say_error(
			    d->command, &d->place, &call, err);
		events += part;
		n -= part;
	}
	return 0;
}
