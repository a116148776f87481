#include "sync/sync.h"

#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "base/mem.h"
#include "sync/fetch.h"
#include "sync/listing.h"
#include "sync/round.h"

#define WANTED_AT_ONCE 1000
#define STORIES_BYTES_MAX (128 * 1024)

int
round_progress(struct round *r, uint64_t done, uint64_t total)
{
	if (r->o->progress == NULL)
		return 0;
	return r->o->progress(r->o->ctx, r->report.doing, done, total);
}

/* What the newest masthead here says about how long things live. The server
 * gave it; without one that is signed, everything lives for ever. */
static int
read_policy(struct round *r)
{
	struct masthead *card = NULL;
	struct text json, minisig;
	struct mirror_entry e;
	uint8_t *frame;
	size_t n;
	int err;

	err = mirror_newest_card(r->o->mirror, &e);
	if (err == ERR_NOT_FOUND)
		return 0;
	if (err != 0)
		return err;
	if (e.size > MASTHEAD_FRAME_MAX)
		return 0;
	if ((frame = mem_new(1, (size_t)e.size)) == NULL)
		return ERR_NOMEM;
	err = mirror_read(r->o->mirror, e.seq, 0, frame, (size_t)e.size, &n);
	if (err == 0 &&
	    masthead_frame_read((struct text){ (const char *)frame, n }, &json,
		&minisig) == 0 &&
	    masthead_read(json, minisig, r->o->pin, r->o->newsroom, day_today(),
		&card) == 0) {
		r->retention_days = card->retention_days;
		r->is_drill = card->edition_seconds > 0;
	}
	masthead_free(&card);
	mem_free(frame);
	return err;
}

static int
told(void *ctx, uint64_t seq, uint64_t bytes)
{
	struct round *r = ctx;

	(void)seq;
	r->report.bytes += bytes;
	if (bytes == 0)
		r->has_refused = true;
	r->fetched++;
	return round_progress(r, r->fetched,
	    r->fetched < r->report.added ? r->report.added : r->fetched);
}

/* The bytes of everything that has none yet. */
static int
fetch_all(struct round *r)
{
	uint64_t after = 0, *seqs;
	size_t n = 0;
	int err;

	if ((seqs = mem_new(WANTED_AT_ONCE, sizeof(*seqs))) == NULL)
		return ERR_NOMEM;
	do {
		if ((err = mirror_wanted(
			 r->o->mirror, after, seqs, WANTED_AT_ONCE, &n)) != 0)
			break;
		if (n > 0) {
			after = seqs[n - 1];
			err = fetch_letters(r->o->client, r->o->mirror, seqs, n,
			    told, r, &r->report.call);
		}
	} while (err == 0 && n == WANTED_AT_ONCE);
	mem_free(seqs);
	return err;
}

static int
take_list(struct round *r)
{
	struct listing l = { .client = r->o->client,
		.mirror = r->o->mirror,
		.newsroom = r->o->newsroom,
		.retention_days = r->retention_days,
		.is_quick = r->o->is_quick };
	int err = listing_check(&l);

	if (err == 0)
		err = listing_take(&l);
	r->report.call = l.call;
	r->report.differs = l.differs;
	r->report.added += l.added;
	r->report.newest = l.seq;
	return err;
}

/* Who announces a deletion does so first, but maybe behind what was listed. */
static int
take_letters(struct round *r)
{
	int err;

	r->report.doing = "letters";
	if ((err = fetch_all(r)) != 0 || !r->has_refused)
		return err;
	r->report.doing = "list";
	if ((err = take_list(r)) != 0)
		return err;
	r->report.doing = "letters";
	return fetch_all(r);
}

static int
take_stories(struct round *r)
{
	struct http_call *call = &r->report.call;
	struct stories *stories = NULL;
	struct buf now, before;
	int err;

	buf_init(&now, STORIES_BYTES_MAX);
	buf_init(&before, STORIES_BYTES_MAX);
	*call = (struct http_call){ .method = "GET", .path = "/v1/stories" };
	if ((err = http_client_fetch(r->o->client, call, &now)) == 0 &&
	    (err = stories_read(buf_text(&now), &stories)) == 0 &&
	    (err = mirror_stories(r->o->mirror, &before)) == 0 &&
	    !text_is_equal(buf_text(&now), buf_text(&before)))
		err = mirror_set_stories(r->o->mirror, buf_text(&now));
	stories_free(&stories);
	buf_fini(&now);
	buf_fini(&before);
	return err;
}

static int
do_all(struct round *r)
{
	int err;

	r->report.doing = "sending";
	if ((err = read_policy(r)) != 0 || (err = round_send(r)) != 0)
		return err;
	r->report.doing = "list";
	if ((err = take_list(r)) != 0 || (err = take_letters(r)) != 0)
		return err;
	r->report.doing = "board";
	if ((err = round_board(r)) != 0)
		return err;
	r->report.doing = "stories";
	return take_stories(r);
}

int
sync_round(const struct sync_options *o, struct sync_report *ret_report)
{
	struct round r = { .o = o };
	int err = do_all(&r);

	if (err == 0 && r.later != 0) {
		err = r.later;
		r.report.call = r.later_call;
		r.report.doing = "sending";
	}
	*ret_report = r.report;
	return err;
}
