/* pista sync: the inbox of the server into the local copy, every link checked. */

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "cmd.h"
#include "seat.h"
#include "say.h"
#include "sync.h"

static const char usage[] =
    "usage: pista sync [--json]\n"
    "\n"
    "Sends what waits, brings new letters from the desk into the local copy, "
    "still\n"
    "sealed, and\n"
    "checks that the server has hidden, changed or reordered nothing it "
    "showed\n"
    "before. Letters above 1 MB come with their beginning; `pista export' "
    "brings\n"
    "the rest. Letters that are missing or were deleted, and nobody on the "
    "masthead\n"
    "announced it, are named, and the exit status is 1.\n"
    "\n"
    "  --json                 print the result as JSON\n" SEAT_USAGE;

struct showing {
	struct say_progress progress;
	const char *what;
};

/* One line for each thing that goes on. */
static int
show(void *ctx, const char *what, uint64_t done, uint64_t total)
{
	struct showing *s = ctx;

	if (what != s->what) {
		say_progress_end(&s->progress);
		say_progress_begin(&s->progress, what);
		s->what = what;
	}
	say_progress(&s->progress, done, total, 0);
	return 0;
}

int
sync_once(struct seat *d, struct sync_report *ret_report)
{
	struct showing s = { 0 };
	const struct sync_options options = { .client = d->client,
		.mirror = d->mirror,
		.newsroom = d->place.newsroom,
		.pin = &d->place.pin,
		.progress = show,
		.ctx = &s };
	int err;

	say_progress_begin(&s.progress, "letters");
	err = sync_round(&options, ret_report);
	say_progress_end(&s.progress);
	return err;
}

static int
say_line_of(const struct seat *d, const char *words)
{
	fprintf(stderr, "pista: %s: %s\n", d->command, words);
	return CMD_FAILED;
}

int
sync_say_error(const struct seat *d, const struct sync_report *r, int err)
{
	bool is_board = strcmp(r->doing, "board") == 0;

	if (err == ERR_CONFLICT && r->differs != 0) {
		fprintf(stderr,
		    "pista: %s: the server's inbox differs from what it showed "
		    "before, at letter "
		    "%llu. Nothing here was changed. The server was rolled "
		    "back, or lies: tell "
		    "your administrator\n",
		    d->command, (unsigned long long)r->differs);
		return CMD_FAILED;
	}
	if (err == ERR_DIGEST && is_board)
		return say_line_of(d,
		    "the server's board differs from what it showed before, or "
		    "does not follow it. Nothing of it was kept. The server "
		    "was rolled back, or lies: tell your administrator");
	if (err == ERR_DIGEST)
		return say_error(d->command, "a letter from the server", err,
		    "it was not kept; tell your administrator");
	if (mirror_is_damaged(d->mirror))
		return say_line_of(d,
		    "the local copy is damaged; run this again, and it is "
		    "fetched anew");
	if (err == ERR_CONFLICT && r->refused != 0)
		return say_line_of(d,
		    "something for the board waited for an edition that is "
		    "over; it is made again when you next say something");
	return place_say_error(d->command, &d->place, &r->call, err);
}

int
sync_run(struct seat *d, struct sync_result *ret_result)
{
	struct sync_report report;
	struct holes holes;
	int err, status;

	err = sync_once(d, &report);
	if (err == ERR_FORMAT && mirror_is_damaged(d->mirror)) {
		if ((status = seat_recover(d)) != 0)
			return status;
		err = sync_once(d, &report);
	}
	/* All else of the round was done. */
	if (err == ERR_CONFLICT && report.refused != 0) {
		(void)sync_say_error(d, &report, err);
		err = 0;
	}
	if (err != 0)
		return sync_say_error(d, &report, err);
	if ((err = holes_find(d, &holes)) != 0) {
		holes_fini(&holes);
		return say_error(d->command, "the local copy", err, NULL);
	}
	holes_warn(&holes, d->command);
	if (ret_result == NULL)
		holes_fini(&holes);
	else
		*ret_result = (struct sync_result){ report.added, report.bytes,
			report.newest, holes };
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
