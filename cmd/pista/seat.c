#include "seat.h"

#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "base/secret.h"
#include "masthead/member.h"
#include "say.h"

#define WARN_DAYS 5
#define MIRROR_FILE HOME_INBOX "/mirror.db"
#define OUTBOX_FILE HOME_MEMBER "/outbox.db"

void
seat_init(struct seat *d, const char *command)
{
	*d = (struct seat){ .command = command };
	home_init(&d->home);
}

/* Whoever became a member without an address gives it once. */
static int
remember_address(struct seat *d)
{
	struct place stored;
	int err = place_load(&d->home, &stored);

	if (err != 0 || stored.address[0] != '\0')
		return err;
	return place_save(&d->home, &d->place);
}

/* What is stored, under what the command line said. */
static int
load_place(struct seat *d)
{
	struct place stored;
	int err = place_load(&d->home, &stored);

	if (err != 0)
		return err;
	if (d->place.address[0] != '\0')
		memcpy(
		    stored.address, d->place.address, sizeof(stored.address));
	if (d->place.proxy[0] != '\0')
		memcpy(stored.proxy, d->place.proxy, sizeof(stored.proxy));
	d->place = stored;
	return 0;
}

static int
unlock(struct seat *d)
{
	int err = home_identity(&d->home, &d->ids);

	if (err != 0)
		return err;
	if ((d->seeds = secret_new(64)) == NULL)
		return ERR_NOMEM;
	member_sign_seed(open_identity_secret(d->ids, 0), d->place.newsroom,
	    SEAT_SIGN_SEED(d));
	member_request_seed(open_identity_secret(d->ids, 0), d->place.newsroom,
	    SEAT_REQUEST_SEED(d));
	return 0;
}

static void
warn_expiry(const struct seat *d)
{
	uint32_t today = day_today();

	if (masthead_is_current(d->card, today) == ERR_EXPIRED)
		fputs("pista: the masthead has expired: the page is closed "
		      "until the "
		      "administrator runs `pista masthead publish'\n",
		    stderr);
	else if (d->card->expires < today + WARN_DAYS)
		fprintf(stderr,
		    "pista: the masthead expires in %u days; the administrator "
		    "renews it with "
		    "`pista masthead publish'\n",
		    (unsigned)(d->card->expires - today));
}

static int
reach(struct seat *d)
{
	int err;

	masthead_free(&d->card);
	if ((err = place_client(&d->place, SEAT_REQUEST_SEED(d), &d->client)) ==
	    0)
		err = place_masthead(
		    d->client, &d->place, &d->home, false, &d->card);
	if (err == 0)
		err = remember_address(d);
	if (err == 0)
		warn_expiry(d);
	return err;
}

static int
say_unreached(const struct seat *d, int err)
{
	if (err == ERR_NOT_FOUND) {
		fprintf(stderr,
		    "pista: %s: no masthead has been published there yet; the "
		    "administrator does "
		    "that with `pista masthead publish'\n",
		    d->command);
		return 1;
	}
	if (err == ERR_SERIAL || err == ERR_CONFLICT || err == ERR_SIGNATURE ||
	    err == ERR_NEWSROOM) {
		fprintf(stderr,
		    "pista: %s: the masthead of the server %s; nothing was "
		    "taken. The server may be\nmisled or hostile: tell your "
		    "administrator\n",
		    d->command,
		    err == ERR_CONFLICT ? "is not the one known by its serial"
					: err_text(err));
		return 1;
	}
	return place_say_error(d->command, &d->place, NULL, err);
}

/* What may be over in a while. */
static bool
is_passing(int err)
{
	return err == ERR_CLOSED || err == ERR_BUSY || err == ERR_IO;
}

int
seat_connect(struct seat *d)
{
	int err;

	if (d->card != NULL && d->client != NULL)
		return 0;
	if (d->place.address[0] == '\0')
		return say_error(d->command, "the desk's address",
		    ERR_NOT_FOUND, "give it once with --to ADDRESS");
	if ((err = reach(d)) == 0)
		return 0;
	/* What can wait goes on with the card that is known. */
	if (d->can_wait && is_passing(err) &&
	    place_remembered(&d->home, &d->place, &d->card) == 0) {
		(void)say_unreached(d, err);
		http_client_free(&d->client);
		return 0;
	}
	return say_unreached(d, err);
}

static void
say_recovered(const struct seat *d, const struct mirror_recovery *r)
{
	if (r->number > 0)
		fprintf(stderr,
		    "pista: %s: the local copy was damaged. It was moved "
		    "to " MIRROR_FILE
		    ".damaged-%u, and `pista sync' fetches a new one. Your "
		    "keys are not touched\n",
		    d->command, r->number);
	if (r->own_number > 0)
		fprintf(stderr,
		    "pista: %s: the file with what waits to be sent was "
		    "damaged. It was moved to " OUTBOX_FILE ".damaged-%u\n",
		    d->command, r->own_number);
	if (r->saved > 0)
		fprintf(stderr,
		    "pista: %s: %llu things that waited to be sent were "
		    "saved\n",
		    d->command, (unsigned long long)r->saved);
	if (!r->is_whole)
		fprintf(stderr,
		    "pista: %s: what waited to be sent could not all be read: "
		    "look whether your last answers and notes arrived\n",
		    d->command);
}

int
seat_recover(struct seat *d)
{
	struct mirror_recovery r;
	char path[HOME_PATH_MAX], own[HOME_PATH_MAX];
	int err;

	if ((err = home_path(&d->home, MIRROR_FILE, path)) == 0 &&
	    (err = home_path(&d->home, OUTBOX_FILE, own)) == 0)
		err = mirror_recover(
		    path, own, d->place.newsroom, &d->mirror, &r);
	if (err != 0)
		return say_error(d->command, "the local copy " MIRROR_FILE, err,
		    "it is damaged and could not be made anew");
	say_recovered(d, &r);
	return 0;
}

static int
open_mirror(struct seat *d)
{
	const char *advice = NULL;
	char path[HOME_PATH_MAX], own[HOME_PATH_MAX];
	int err;

	if ((err = home_path(&d->home, MIRROR_FILE, path)) == 0 &&
	    (err = home_path(&d->home, OUTBOX_FILE, own)) == 0)
		err = mirror_open(path, own, d->place.newsroom, &d->mirror);
	if (err == ERR_FORMAT)
		return seat_recover(d);
	if (err == ERR_BUSY)
		advice = "another program holds it; try again";
	else if (err == ERR_VERSION)
		advice = "a newer pista made it";
	return err == 0 ? 0
			: say_error(d->command, "the local copy " MIRROR_FILE,
			      err, advice);
}

int
seat_open(struct seat *d, bool has_network)
{
	int err;

	if (home_open(&d->home, d->command) != 0)
		return 1;
	if ((err = load_place(d)) != 0 || (err = home_inbox(&d->home)) != 0)
		return say_error(d->command, "your newsroom", err,
		    "`pista setup' or `pista member new' makes you a member");
	if ((err = unlock(d)) != 0)
		return say_error(d->command, "your identity", err, NULL);
	if (has_network) {
		if ((err = seat_connect(d)) != 0)
			return err;
	} else if ((err = place_remembered(&d->home, &d->place, &d->card)) !=
		   0) {
		return say_error(
		    d->command, "the masthead", err, "run `pista sync' first");
	}
	return open_mirror(d);
}

void
seat_close(struct seat *d)
{
	mirror_close(&d->mirror);
	masthead_free(&d->card);
	http_client_free(&d->client);
	secret_free(&d->seeds);
	open_identities_free(&d->ids);
	home_fini(&d->home);
}
