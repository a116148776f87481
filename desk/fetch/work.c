#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/secret.h"
#include "fetch/fetch.h"
#include "os/process.h"
#include "sync/contact.h"
#include "sync/fetch.h"
#include "sync/sync.h"

#define TICK_MS 2000   /* how soon the outbox is looked at */
#define DRILL_MS 3000  /* between the rounds of a drill newsroom */
#define AGAIN_MS 15000 /* after a failure; then twice as long each time */
#define AGAIN_MAX_MS 900000
#define DRILL_AGAIN_MAX_MS 30000
#define MINUTE_MS 60000
#define LONG_MS 3600000

void
work_take_key(struct fetch *f)
{
	if (!f->has_new_seed)
		return;
	f->has_new_seed = false;
	f->is_asked = true;
	if (f->has_seed && secret_is_equal(f->seed, f->new_seed, 32)) {
		secret_wipe(f->new_seed, 32);
		return;
	}
	http_client_free(&f->client);
	memcpy(f->seed, f->new_seed, 32);
	secret_wipe(f->new_seed, 32);
	f->has_seed = true;
}

/* Opens the mirror, anew when somebody else has put another in its place; a
 * damaged one makes room, and the desk is told. */
static int
open_mirror(struct fetch *f)
{
	struct fetch_round r = { .err = ERR_FORMAT,
		.at = (uint64_t)time(NULL) };
	struct mirror_recovery recovery;
	int err = 0;

	if (f->mirror != NULL && mirror_is_moved(f->mirror))
		mirror_close(&f->mirror);
	if (f->mirror == NULL)
		err = mirror_open(
		    FETCH_MIRROR, NULL, f->start.newsroom, &f->mirror);
	else if (mirror_is_damaged(f->mirror))
		err = ERR_FORMAT;
	if (err != ERR_FORMAT)
		return err;
	if ((err = mirror_recover(FETCH_MIRROR, NULL, f->start.newsroom,
		 &f->mirror, &recovery)) != 0)
		return err;
	f->has_changed = true;
	if (recovery.number > 0)
		talk_round(
		    f, &r, "the local copy was damaged and is fetched again");
	return 0;
}

/* The newsroom's masthead is not older than the one known here. */
static int
check_masthead(struct fetch *f)
{
	struct masthead *card = NULL;
	int err;

	err = contact_card(
	    f->client, &f->pin, f->start.newsroom, FETCH_MASTHEAD, &card);
	masthead_free(&card);
	return err;
}

/* A server that keeps us waiting keeps nobody else waiting. */
static int
on_tick(void *ctx)
{
	return talk_listen(ctx, 0);
}

static int
prepare(struct fetch *f)
{
	int err;

	if ((err = open_mirror(f)) != 0)
		return err;
	if (f->client != NULL)
		return 0;
	err = contact_client(f->start.address, f->start.proxy,
	    f->start.newsroom, f->seed, &f->client);
	if (err == 0)
		http_client_set_tick(f->client, on_tick, f);
	return err;
}

static int
on_round_progress(void *ctx, const char *what, uint64_t done, uint64_t total)
{
	(void)what;
	return talk_progress(ctx, done, total);
}

static int
go(struct fetch *f, struct sync_report *report)
{
	struct sync_options o = { .newsroom = f->start.newsroom,
		.pin = &f->pin,
		.progress = on_round_progress,
		.ctx = f,
		.is_quick = process_now_ms() < f->next_long };
	int err;

	report->doing = "local copy";
	if ((err = prepare(f)) != 0)
		return err;
	if (mirror_tray_last(f->mirror, &f->out_seen) != 0)
		f->out_seen = 0;
	report->doing = "masthead";
	if ((err = check_masthead(f)) != 0)
		return err;
	o.client = f->client;
	o.mirror = f->mirror;
	err = sync_round(&o, report);
	if (err == 0 && !o.is_quick)
		f->next_long = process_now_ms() + LONG_MS;
	return err;
}

static uint64_t
wait_of(const struct fetch *f)
{
	uint64_t rounds = f->start.minutes > 0
			      ? (uint64_t)f->start.minutes * MINUTE_MS
			      : DRILL_MS;
	uint64_t most =
	    f->start.minutes > 0 ? AGAIN_MAX_MS : DRILL_AGAIN_MAX_MS;
	uint64_t again = f->start.minutes > 0 ? AGAIN_MS : DRILL_MS;

	if (f->failures == 0)
		return rounds;
	for (unsigned i = 1; i < f->failures && again < most; i++)
		again *= 2;
	return again < most ? again : most;
}

static void
round_now(struct fetch *f)
{
	struct sync_report report = { 0 };
	struct fetch_round r = { 0 };
	int err;

	f->is_asked = false;
	f->letter = 0;
	err = go(f, &report);
	if (f->is_over)
		return;
	r = (struct fetch_round){ .err = err,
		.added = report.added,
		.sent = report.sent,
		.newest = report.newest,
		.differs = report.differs,
		.refused = report.refused,
		.at = (uint64_t)time(NULL) };
	/* What is damaged is put right by the round that follows, but not for
	 * ever on a disk that damages it again. */
	if (f->mirror != NULL && mirror_is_damaged(f->mirror) &&
	    f->failures == 0)
		f->is_asked = true;
	if (err == 0 || report.refused != 0)
		f->failures = 0;
	else if (f->failures < 16)
		f->failures++;
	f->next_round = process_now_ms() + wait_of(f);
	f->has_changed = f->has_changed || report.added > 0 ||
			 report.bytes > 0 || report.sent > 0;
	talk_round(f, &r, err != 0 ? report.doing : NULL);
}

static int
on_letter_progress(void *ctx, uint64_t done, uint64_t total)
{
	return talk_progress(ctx, done, total);
}

static void
bring_whole(struct fetch *f, uint64_t seq)
{
	struct fetch_round r = { 0 };
	struct http_call call;
	int err;

	f->letter = seq;
	if ((err = prepare(f)) == 0)
		err = fetch_letter(
		    f->client, f->mirror, seq, on_letter_progress, f, &call);
	f->letter = 0;
	if (f->is_over)
		return;
	if (err != 0) {
		r = (struct fetch_round){ .err = err,
			.at = (uint64_t)time(NULL) };
		talk_round(f, &r, "letter");
	}
	talk_end_of_letter(f, seq);
}

/* Something was laid out since a round began. */
static bool
has_new_out(struct fetch *f)
{
	uint64_t last;

	return f->mirror != NULL && mirror_tray_last(f->mirror, &last) == 0 &&
	       last > f->out_seen;
}

void
work_when_due(struct fetch *f)
{
	uint64_t seq;

	if (!f->has_seed || f->is_over)
		return;
	if (f->is_asked || process_now_ms() >= f->next_round ||
	    has_new_out(f)) {
		round_now(f);
		return;
	}
	if (f->whole_n == 0)
		return;
	seq = f->whole[0];
	bring_whole(f, seq);
	/* More may have come behind it meanwhile. */
	f->whole_n--;
	memmove(f->whole, f->whole + 1, f->whole_n * sizeof(*f->whole));
}

int
work_wait(const struct fetch *f)
{
	uint64_t now = process_now_ms();

	if (!f->has_seed)
		return f->has_round || f->has_changed ? TICK_MS : -1;
	if (f->is_asked || f->whole_n > 0 || now >= f->next_round)
		return 0;
	return f->next_round - now < TICK_MS ? (int)(f->next_round - now)
					     : TICK_MS;
}
