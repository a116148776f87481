#include "desk/opening.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/secret.h"
#include "desk/round.h"
#include "desk/routes.h"
#include "masthead/member.h"
#include "os/file.h"
#include "os/process.h"

#define PASSPHRASE_MAX 4096
#define IDENTITY_MAX (256 * 1024)
#define TAKE_AT_ONCE 512
#define HELPERS 3        /* threads that open letters */
#define LEAVE_MS 300     /* for the last answers to go out */
#define TRY_MORE_MS 1000 /* longer with every wrong passphrase */
#define TRY_MS_MAX 30000

static int
read_identity(struct text passphrase, struct open_identities **ret_ids)
{
	struct text sealed;
	uint8_t *in = NULL;
	char *p = NULL;
	size_t n;
	int err;

	if ((err = file_read(DESK_IDENTITY, IDENTITY_MAX, &in, &n)) != 0)
		return err;
	sealed = (struct text){ (const char *)in, n };
	if ((err = open_secret(sealed, passphrase, &p, &n)) == 0)
		err = open_identities_read((struct text){ p, n }, ret_ids);
	secret_free(&p);
	mem_free(in);
	return err;
}

/* A damaged copy makes place for a new one, which fetch fills again. */
static int
open_mirror(struct desk *d)
{
	struct mirror_recovery recovery;
	const uint8_t *newsroom = d->start.newsroom;
	int err = mirror_open(DESK_MIRROR, DESK_OUTBOX, newsroom, &d->mirror);

	if (err == ERR_FORMAT)
		err = mirror_recover(
		    DESK_MIRROR, DESK_OUTBOX, newsroom, &d->mirror, &recovery);
	if (err == 0)
		mirror_set_patience(d->mirror, DESK_PATIENCE_MS);
	return err;
}

static int
open_all(struct desk *d)
{
	const uint8_t *identity = open_identity_secret(d->ids, 0);
	const uint8_t *newsroom = d->start.newsroom;
	struct masthead_pin pin;
	int err;

	memcpy(pin.key_id, d->start.pin, sizeof(pin.key_id));
	memcpy(pin.pk, d->start.pin + sizeof(pin.key_id), sizeof(pin.pk));
	if ((d->seeds = secret_new(64)) == NULL)
		return ERR_NOMEM;
	member_sign_seed(identity, newsroom, DESK_SIGN_SEED(d));
	member_request_seed(identity, newsroom, DESK_REQUEST_SEED(d));
	if ((err = undo_init(&d->undo)) != 0 || (err = open_mirror(d)) != 0 ||
	    (err = book_new(&(struct book_options){ .newsroom = newsroom,
				.pin = &pin,
				.mirror = d->mirror,
				.ids = d->ids,
				.sign_seed = DESK_SIGN_SEED(d),
				.threads = HELPERS },
		 &d->book)) != 0)
		return err;
	return dispatch_new(&(struct dispatch_options){ .book = d->book,
				.mirror = d->mirror,
				.newsroom = newsroom,
				.sign_seed = DESK_SIGN_SEED(d) },
	    &d->dispatch);
}

/* What open_all made, or some of it. */
static void
close_all(struct desk *d)
{
	dispatch_free(&d->dispatch);
	book_free(&d->book);
	mirror_close(&d->mirror);
	undo_fini(&d->undo);
	secret_free(&d->seeds);
}

void
opening_forget(struct desk *d)
{
	memo_close(&d->memo);
	bring_stop(&d->bring);
	close_all(d);
	open_identities_free(&d->ids);
	secret_free(&d->passphrase);
}

/* What went wrong, and what a person can do; nothing more will come. */
static void
give_up(struct desk *d, const char *what, int err)
{
	opening_forget(d);
	d->phase = PHASE_CLOSED;
	snprintf(d->closed, sizeof(d->closed), "%s: %s", what, err_text(err));
	desk_changed(d);
}

static void
answer(struct desk *d, int err, uint64_t now)
{
	struct ask *a = d->trying;
	uint64_t late = d->tries * (uint64_t)TRY_MORE_MS;

	d->trying = NULL;
	if (a == NULL)
		return;
	if (err == 0) {
		ask_answer(a, NULL);
	} else if (err != ERR_PASSPHRASE) {
		ask_error(a, err);
	} else {
		a->late = err;
		ask_wait(a, now + (late < TRY_MS_MAX ? late : TRY_MS_MAX));
	}
}

/* Takes a second, which scrypt is for. */
static void
try_passphrase(struct desk *d)
{
	int err = read_identity(text_from(d->passphrase), &d->ids);
	uint64_t now = process_now_ms();

	secret_free(&d->passphrase);
	d->is_wrong = err == ERR_PASSPHRASE;
	if (err == ERR_PASSPHRASE) {
		d->tries++;
		d->free_at = now + d->tries * (uint64_t)TRY_MORE_MS;
		d->phase = PHASE_LOCKED;
		answer(d, err, now);
	} else if (err != 0) {
		answer(d, err, now);
		give_up(d, "your identity", err);
	} else {
		d->tries = 0;
		d->phase = PHASE_OPENING;
		answer(d, 0, now);
	}
	desk_changed(d);
}

static void
alarm_file(struct desk *d, const char *kind, const char *what, unsigned number,
    const char *words)
{
	const struct book_alarm a = { .kind = kind,
		.key = what != NULL ? what : kind,
		.what = what,
		.number = number,
		.words = words };

	(void)book_alarm(d->book, &a);
}

/* What was damaged, and what became of it: whoever put the copy right, here
 * the person learns of it. */
static void
tell_damage(struct desk *d, bool is_memo)
{
	unsigned number = mirror_aside(DESK_MIRROR);
	unsigned own = mirror_aside(DESK_OUTBOX);
	char copy[160], waiting[160];

	snprintf(copy, sizeof(copy),
	    "the local copy was damaged and comes again; the damaged one "
	    "is " DESK_MIRROR ".damaged-%u",
	    number);
	snprintf(waiting, sizeof(waiting),
	    "the file with what waits to be sent was damaged and is "
	    "now " DESK_OUTBOX
	    ".damaged-%u; look whether your last answers arrived",
	    own);
	alarm_file(d, "copy", NULL, number, number > 0 ? copy : NULL);
	alarm_file(d, "copy", "waiting", own, own > 0 ? waiting : NULL);
	alarm_file(d, "copy", "shut", 0,
	    d->start.reason == DESK_REASON_SHUT
		? "something took this program's rights to the local copy away"
		: NULL);
	alarm_file(d, "drafts", NULL, 0,
	    is_memo ? "the file with your drafts was damaged and is now "
		      "drafts.age.damaged"
		    : NULL);
}

static void
open_memo(struct desk *d, uint64_t now)
{
	bool is_damaged;
	int err = memo_open(&(struct memo_options){ .path = DESK_DRAFTS,
				.newsroom = d->start.newsroom,
				.ids = d->ids,
				.book = d->book },
	    &is_damaged, &d->memo);

	if (err != 0) {
		give_up(d, "your drafts", err);
		return;
	}
	tell_damage(d, is_damaged);
	(void)mirror_settle(d->mirror);
	d->phase = PHASE_READY;
	d->chores.used_at = now;
	d->chores.is_indexing = d->chores.is_edition = true;
	d->chores.round_at = now;
	d->chores.saved_at = now;
	round_ask(d);
	desk_changed(d);
}

bool
opening_is_shut(void)
{
	return access(DESK_INBOX, R_OK | W_OK | X_OK) != 0 && errno == EACCES;
}

void
opening_close_lost(struct desk *d)
{
	opening_close(
	    d, opening_is_shut() ? DESK_REASON_SHUT : DESK_REASON_START);
}

static void
fail_to_open(struct desk *d, int err)
{
	if (opening_is_shut() ||
	    (d->mirror != NULL && mirror_is_damaged(d->mirror)))
		opening_close_lost(d);
	else
		give_up(d, "the local copy of the inbox", err);
}

static int
load(struct desk *d)
{
	bool is_fresh = false;
	int err;

	round_unlocked(d);
	if ((err = book_load(d->book, DESK_DIRECTORY, &is_fresh)) != 0)
		return err;
	d->chores.saved_seq = is_fresh ? book_seq(d->book) : 0;
	desk_changed(d);
	return 0;
}

static void
open_book(struct desk *d, uint64_t now)
{
	int err;

	/* While fetch is writing the page is served, and it is tried again. */
	if (d->book == NULL) {
		if ((err = open_all(d)) == 0)
			err = load(d);
		if (err == ERR_BUSY)
			close_all(d);
		else if (err != 0)
			fail_to_open(d, err);
		return;
	}
	err = book_take(d->book, TAKE_AT_ONCE, &d->left);
	if (err == ERR_BUSY)
		return;
	if (err != 0) {
		fail_to_open(d, err);
		return;
	}
	d->opened = book_seq(d->book);
	d->chores.used_at = now;
	if (d->left == 0)
		open_memo(d, now);
	desk_changed(d);
}

void
opening_step(struct desk *d, uint64_t now)
{
	/* The page first learns that its passphrase is being tried. */
	if (d->phase == PHASE_UNLOCKING && !d->is_shown)
		d->is_shown = true;
	else if (d->phase == PHASE_UNLOCKING)
		try_passphrase(d);
	else if (d->phase == PHASE_OPENING)
		open_book(d, now);
}

static void
save(struct desk *d)
{
	int err = round_flush(d);

	if (err != 0 && (err = memo_save(d->memo)) != 0)
		fprintf(stderr, "pista-desk: your drafts: %s\n", err_text(err));
	/* Without the snapshot the next unlocking only takes longer. */
	if ((err = book_save(d->book, DESK_DIRECTORY)) != 0)
		fprintf(
		    stderr, "pista-desk: the snapshot: %s\n", err_text(err));
	round_ask(d);
}

void
opening_close(struct desk *d, enum desk_reason reason)
{
	if (d->leave_at != 0)
		return;
	if (d->phase == PHASE_READY)
		save(d);
	opening_forget(d);
	d->phase = PHASE_LOCKED;
	d->lock_reason = reason;
	d->is_wrong = false;
	/* Saving may have taken longer than that. */
	d->leave_at = process_now_ms() + LEAVE_MS;
	desk_changed(d);
}

int
opening_unlock(struct desk *d, struct ask *a, json_t **ret_out)
{
	struct text given;
	int err;

	(void)ret_out;
	if ((err = json_text(a->in, "passphrase", PASSPHRASE_MAX, &given)) != 0)
		return err;
	if (d->phase != PHASE_LOCKED || d->leave_at != 0 ||
	    process_now_ms() < d->free_at)
		return ERR_BUSY;
	if (given.n == 0)
		return ERR_PASSPHRASE;
	if ((d->passphrase = secret_new(given.n + 1)) == NULL)
		return ERR_NOMEM;
	memcpy(d->passphrase, given.p, given.n);
	d->phase = PHASE_UNLOCKING;
	d->is_shown = false;
	d->trying = a;
	desk_changed(d);
	return ASK_LATER;
}

int
opening_lock(struct desk *d, struct ask *a, json_t **ret_out)
{
	(void)a, (void)ret_out;
	opening_close(d, DESK_REASON_ASKED);
	return 0;
}

/* Nothing is saved, nothing is tidied up, nothing is answered. */
int
opening_panic(struct desk *d, struct ask *a, json_t **ret_out)
{
	(void)a, (void)ret_out;
	(void)wire_send_empty(d->launch, WIRE_DESK_PANIC, 0);
	_exit(EXIT_FAILURE);
}
