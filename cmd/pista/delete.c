/* pista delete: letters out of the inbox, announced to colleagues first. */

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "book.h"
#include "cmd.h"
#include "seat.h"
#include "events.h"
#include "say.h"
#include "sync.h"

#define BODY_MAX (64 * 1024)
#define LETTERS_MAX 256

static const char usage[] =
    "usage: pista delete NUMBER…\n"
    "       pista delete --undo NUMBER…\n"
    "\n"
    "Takes letters out of the inbox, for everyone at the newsroom. The desk "
    "is\n"
    "told first, so that nobody mistakes the gap for an attack. Their bytes "
    "stay on\n"
    "the server for 14 days, in which --undo brings them back, and are then\n"
    "overwritten.\n"
    "\n"
    "  --undo                 take the deletion back\n" SEAT_USAGE;

/* {"delete":[…],"restore":[]} or the other way round */
static void
put_request(struct buf *b, const struct event *events, size_t n, bool is_undo)
{
	size_t i;

	buf_puts(b, is_undo ? "{\"delete\":[],\"restore\":[" : "{\"delete\":[");
	for (i = 0; i < n; i++)
		buf_putf(b, "%s%llu", i > 0 ? "," : "",
		    (unsigned long long)events[i].seq);
	buf_puts(b, is_undo ? "]}" : "],\"restore\":[]}");
}

/* The copy sees at once that they are there again. */
static int
announce_back(struct seat *d, const struct event *events, size_t n)
{
	size_t i;
	int err = 0;

	for (i = 0; i < n && err == 0; i++)
		err = mirror_set_state(d->mirror, events[i].seq, false, false);
	if (err != 0)
		return say_error("delete", "the local copy", err, NULL);
	return events_post(d, events, n);
}

static int
post(struct seat *d, const struct event *events, size_t n, bool is_undo)
{
	struct http_call call = { .method = "POST",
		.path = "/v1/inbox/delete",
		.type = "application/json" };
	struct buf body, answer;
	int err, status = 0;

	/* Announced first: a deletion nobody announced would alarm colleagues.
	 * A restored letter is announced once it is back. */
	if (!is_undo && (status = events_post(d, events, n)) != 0)
		return status;
	buf_init(&body, BODY_MAX);
	buf_init(&answer, BODY_MAX);
	put_request(&body, events, n, is_undo);
	call.body = body.p;
	call.body_n = body.n;
	if ((err = buf_finish(&body)) != 0 ||
	    (err = http_client_fetch(d->client, &call, &answer)) != 0)
		status = place_say_error("delete", &d->place, &call, err);
	else if (is_undo)
		status = announce_back(d, events, n);
	buf_fini(&body);
	buf_fini(&answer);
	return status;
}

static int
delete_letters(struct seat *d, char **names, size_t n, bool is_undo)
{
	struct event *events = mem_new(LETTERS_MAX, sizeof(*events));
	struct book *book = NULL;
	struct book_letter *l;
	uint64_t seq;
	size_t i;
	int err, status;

	if (events == NULL)
		return say_error("delete", "the letters", ERR_NOMEM, NULL);
	if ((status = sync_run(d, NULL)) != 0)
		goto out;
	if ((err = book_open(d, &book)) != 0) {
		status = say_error("delete", "the local copy", err, NULL);
		goto out;
	}
	for (i = 0; i < n; i++) {
		/* Numbers only: a thread prefix would be too easy to mistype. */
		if (text_to_u64(text_from(names[i]), INT64_MAX, &seq) != 0 ||
		    (err = book_find(book, names[i], &l)) != 0) {
			status = say_error("delete", names[i], ERR_NOT_FOUND,
			    "nothing was changed; `pista list --all' shows the "
			    "numbers");
			goto out;
		}
		events[i].kind = is_undo ? EVENT_RESTORED : EVENT_DELETED;
		events[i].seq = l->entry.seq;
		memcpy(events[i].digest, l->entry.digest, 32);
	}
	if ((status = post(d, events, n, is_undo)) == 0)
		printf(is_undo ? "%zu letter%s brought back.\n"
			       : "%zu letter%s deleted; `pista delete --undo' "
				 "works for 14 days.\n",
		    n, n == 1 ? "" : "s");
out:
	book_free(&book);
	mem_free(events);
	return status;
}

int
cmd_delete(int argc, char **argv)
{
	static const struct option options[] = {
		{ "undo", no_argument, NULL, 'u' },
		{ "help", no_argument, NULL, 'h' },
		SEAT_OPTIONS,
		{ 0 },
	};
	struct seat d;
	bool is_undo = false;
	int option, status;

	seat_init(&d, "delete");
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'u')
			is_undo = true;
		else if (option == 'h')
			return cmd_help(usage);
		else if (!seat_option(&d, option, optarg))
			return cmd_misused("delete", NULL);
	}
	if (optind == argc)
		return cmd_misused("delete", "name the letters by number");
	if (argc - optind > LETTERS_MAX)
		return cmd_misused(
		    "delete", "at most %d letters at once", LETTERS_MAX);
	if ((status = seat_open(&d, true)) == 0)
		status = delete_letters(
		    &d, argv + optind, (size_t)(argc - optind), is_undo);
	seat_close(&d);
	return status;
}
