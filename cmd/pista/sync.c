/* pista sync: the inbox of the server into the local copy, every link checked. */

#include <stdio.h>

#include "base/err.h"
#include "base/json.h"
#include "cmd.h"
#include "seat.h"
#include "sync/fetch.h"
#include "sync/listing.h"
#include "say.h"
#include "sync.h"

#define BATCH 1000 /* letters a transaction */

static const char usage[] =
    "usage: pista sync [--json]\n"
    "\n"
    "Brings new letters from the desk into the local copy, still sealed, and\n"
    "checks that the server has hidden, changed or reordered nothing it "
    "showed\n"
    "before. Letters above 1 MB come with their beginning; `pista export' "
    "brings\n"
    "the rest. Letters that are missing or were deleted, and nobody on the "
    "masthead\n"
    "announced it, are named, and the exit status is 1.\n"
    "\n"
    "  --json                 print the result as JSON\n" SEAT_USAGE;

struct sync {
	struct seat *desk;
	struct listing listing;
	uint64_t bytes;
	bool has_refused; /* the server kept bytes back */
};

struct wanted {
	uint64_t seq[BATCH];
	size_t n;
	uint64_t after;
};

static int
want(void *ctx, const struct mirror_entry *e)
{
	struct wanted *w = ctx;

	if (e->seq > w->after && !e->is_gone && e->held == 0 && w->n < BATCH)
		w->seq[w->n++] = e->seq;
	return 0;
}

/* The bytes of everything that has none yet, in small transactions: what was
 * fetched before a cut stays. */
static int
fetch_all(struct sync *s)
{
	struct wanted w = { 0 };
	struct say_progress progress;
	struct mirror_entry e;
	uint64_t done = 0;
	size_t i;
	int err;

	say_progress_begin(&progress, "letters");
	do {
		w.n = 0;
		if ((err = mirror_each(s->desk->mirror, want, &w)) != 0 ||
		    (err = mirror_begin(s->desk->mirror)) != 0)
			break;
		for (i = 0; i < w.n && err == 0; i++) {
			err = fetch_letter(s->desk->client, s->desk->mirror,
			    w.seq[i], false, NULL, NULL, &s->listing.call);
			/* Deleted since it was listed, or kept back. */
			if (err == ERR_NOT_FOUND) {
				err = 0;
				s->has_refused = true;
			}
			if (err == 0 && (err = mirror_get(s->desk->mirror,
					     w.seq[i], &e)) == 0)
				s->bytes += e.held;
			say_progress(&progress, ++done, s->listing.added, 0);
			w.after = w.seq[i];
		}
		if (mirror_commit(s->desk->mirror) != 0 && err == 0)
			err = ERR_IO;
	} while (err == 0 && w.n == BATCH);
	say_progress_end(&progress);
	return err;
}

/* Who announces a deletion does so first, but maybe behind what was listed. */
static int
take_announcements(struct sync *s)
{
	int err = listing_take(&s->listing);

	return err != 0 ? err : fetch_all(s);
}

static int
say_sync_error(const struct sync *s, int err)
{
	const struct seat *d = s->desk;

	if (s->listing.differs != 0) {
		fprintf(stderr,
		    "pista: %s: the server's inbox differs from what it showed "
		    "before, at letter "
		    "%llu. Nothing here was changed. The server was rolled "
		    "back, or lies: tell "
		    "your administrator\n",
		    d->command, (unsigned long long)s->listing.differs);
		return CMD_FAILED;
	}
	if (err == ERR_DIGEST)
		return say_error(d->command, "a letter from the server", err,
		    "it was not kept; tell your administrator");
	return place_say_error(d->command, &d->place, &s->listing.call, err);
}

int
sync_run(struct seat *d, struct sync_result *ret_result)
{
	struct sync s = { .desk = d,
		.listing = { .client = d->client,
		    .mirror = d->mirror,
		    .newsroom = d->place.newsroom,
		    .retention_days = d->card->retention_days } };
	struct holes holes;
	int err;

	if ((err = listing_check(&s.listing)) != 0 ||
	    (err = listing_take(&s.listing)) != 0 ||
	    (err = fetch_all(&s)) != 0 ||
	    (s.has_refused && (err = take_announcements(&s)) != 0))
		return say_sync_error(&s, err);
	if ((err = holes_find(d, &holes)) != 0) {
		holes_fini(&holes);
		return say_error(d->command, "the local copy", err, NULL);
	}
	holes_warn(&holes, d->command);
	if (ret_result == NULL)
		holes_fini(&holes);
	else
		*ret_result = (struct sync_result){ s.listing.added, s.bytes,
			s.listing.seq, holes };
	return CMD_OK;
}

static int
print_json(const struct sync_result *r)
{
	json_t *o = json_pack("{s:I, s:I, s:I, s:O, s:O, s:O, s:O}", "new",
	    (json_int_t)r->added, "bytes", (json_int_t)r->bytes, "newest",
	    (json_int_t)r->newest, "missing", r->holes.missing, "deleted",
	    r->holes.deleted, "at_risk", r->holes.risked, "gone",
	    r->holes.gone);

	if (o == NULL || json_dumpf(o, stdout, JSON_COMPACT) != 0) {
		json_decref(o);
		return say_error("sync", "output", ERR_NOMEM, NULL);
	}
	json_decref(o);
	putchar('\n');
	return CMD_OK;
}

static void
print(const struct sync_result *r)
{
	const char *order = holes_has_any(&r->holes)
				? "NOT all in order: see the warnings"
				: "all in order";

	if (r->added == 0)
		printf("Nothing new; %llu entries, %s.\n",
		    (unsigned long long)r->newest, order);
	else
		printf("%llu new, %llu entries in all, %s. `pista list' shows "
		       "them.\n",
		    (unsigned long long)r->added, (unsigned long long)r->newest,
		    order);
}

int
cmd_sync(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		SEAT_OPTIONS,
		{ 0 },
	};
	struct sync_result r;
	struct seat d;
	int option, status, is_json = 0;

	seat_init(&d, "sync");
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'j')
			is_json = 1;
		else if (option == 'h')
			return cmd_help(usage);
		else if (!seat_option(&d, option, optarg))
			return cmd_misused("sync", NULL);
	}
	if (optind < argc)
		return cmd_misused(
		    "sync", "%s: takes no further words", argv[optind]);
	if ((status = seat_open(&d, true)) == CMD_OK &&
	    (status = sync_run(&d, &r)) == CMD_OK) {
		if (is_json)
			status = print_json(&r);
		else
			print(&r);
		if (holes_has_any(&r.holes))
			status = CMD_FAILED;
		holes_fini(&r.holes);
	}
	seat_close(&d);
	return status;
}
