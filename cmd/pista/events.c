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
post_some(struct seat *d, const struct letter_tip *tip, struct text lines,
    struct http_call *ret_call)
{
	struct outbox *o = NULL;
	int err;

	if ((err = outbox_new(d->card, tip, lines, &o)) == 0 &&
	    (err = outbox_finish(o, NULL, SEAT_SIGN_SEED(d))) == 0)
		err = outbox_post(o, d->client, "/v1/inbox", NULL, ret_call);
	outbox_free(&o);
	return err;
}

/* As many events as one letter takes. */
static size_t
put_some(struct buf *lines, const struct event *events, size_t n)
{
	size_t i, end;

	for (i = 0; i < n && lines->err == 0; i++) {
		end = lines->n;
		event_put(lines, &events[i]);
		if (lines->err == ERR_LIMIT && i > 0) {
			lines->err = 0;
			lines->n = end;
			break;
		}
	}
	return i;
}

int
events_post(struct seat *d, const struct event *events, size_t n)
{
	struct http_call call = { 0 };
	struct letter_tip tip = {
		.kind = LETTER_EVENTS,
		.channel = TEXT("desk"),
		.lang = masthead_language(d->card, 0),
		.day = day_today(),
	};
	struct buf lines;
	size_t part;
	int err, status = 0;

	ed25519_public(tip.author, SEAT_SIGN_SEED(d));
	tip.desk = own_desk(d->card, tip.author);
	if ((err = mirror_last(d->mirror, &tip.seen_seq, tip.seen_link)) != 0)
		return say_error(d->command, "the local copy", err, NULL);
	buf_init(&lines, LETTER_TEXT_MAX);
	while (n > 0 && status == 0) {
		buf_clear(&lines);
		part = put_some(&lines, events, n);
		if ((err = buf_finish(&lines)) != 0)
			status = say_error(d->command, "the event", err, NULL);
		else if ((err = post_some(d, &tip, buf_text(&lines), &call)) !=
			 0)
			status =
			    place_say_error(d->command, &d->place, &call, err);
		events += part;
		n -= part;
	}
	buf_fini(&lines);
	return status;
}
