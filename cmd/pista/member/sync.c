/* pista sync: the inbox of the server into the local copy, every link checked.
 */

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "cmd.h"
#include "member/alarms.h"
#include "member/show.h"
#include "member/sync.h"
#include "member/work.h"
#include "options.h"
#include "say.h"

static const char usage[] =
    "usage: pista sync [--json]\n"
    "\n"
    "Sends what waits, brings new letters from the desk into the local copy, still\n"
    "sealed, and checks that the server has hidden, changed or reordered nothing it\n"
    "showed before. Letters above 1 MB come with their beginning; `pista export'\n"
    "brings the rest. Whatever is not in order, such as letters that are missing or\n"
    "were deleted while nobody on the masthead announced it, is named, and the exit\n"
    "status is 1.\n"
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

static int
print_json(const struct round *r, const struct alarms *a)
{
	json_t *o = json_pack("{s:I, s:I, s:I, s:I, s:O, s:O, s:O, s:O, s:O}",
	    "new", (json_int_t)r->added, "bytes", (json_int_t)r->bytes,
	    "newest", (json_int_t)r->newest, "waiting", (json_int_t)r->waiting,
	    "missing", a->missing, "deleted", a->deleted, "at_risk", a->risked,
	    "gone", a->gone, "alarms", json_object_get(a->all, "alarms"));
	int status;

	if (o == NULL)
		return say_error("sync", "output", ERR_NOMEM, NULL);
	status = show_json("sync", o);
	json_decref(o);
	return status;
}

static void
print(const struct round *r, const struct alarms *a)
{
	const char *order = alarms_has_grave(a)
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
	if (r->waiting > 0)
		printf("%llu things wait to be sent.\n",
		    (unsigned long long)r->waiting);
}

static int
sync_all(struct work *w, bool is_json)
{
	struct alarms alarms;
	int err, status;

	if ((status = work_sync(w)) != 0)
		return status;
	if ((err = alarms_find(w->book, w->seat.mirror, true, &alarms)) != 0)
		status = say_error("sync", "the local copy", err, NULL);
	else {
		alarms_warn(&alarms, "sync");
		if (is_json)
			status = print_json(&w->round, &alarms);
		else
			print(&w->round, &alarms);
		if (alarms_has_grave(&alarms))
			status = CMD_FAILED;
	}
	alarms_fini(&alarms);
	return status;
}

int
cmd_sync(int argc, char **argv)
{
	struct work w;
	bool is_json = false;
	const struct own_option own[] = {
		{ "json", .is = &is_json },
		{ 0 },
	};
	int status;

	work_init(&w, "sync");
	if (!options_read_seat(&w.seat, usage, own, &argc, &argv, &status))
		return status;
	if (argc > 0)
		return cmd_misused(
		    "sync", "%s: takes no further words", argv[0]);
	status = sync_all(&w, is_json);
	work_fini(&w);
	return status;
}
