/* pista sync: the inbox of the server into the local copy, every link checked. */

#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "base/json.h"
#include "book.h"
#include "chain/chain.h"
#include "cmd.h"
#include "desk.h"
#include "fetch.h"
#include "say.h"
#include "sync.h"

#define LIST_MAX (1024 * 1024)
#define LIST_ITEMS 1000

static const char usage[] =
    "usage: pista sync [--json]\n"
    "\n"
    "Brings new letters from the desk into the local copy, still sealed, and\n"
    "checks that the server has hidden, changed or reordered nothing it "
    "showed\n"
    "before. Letters above 1 MB come with their beginning; `pista export' "
    "brings\n"
    "the rest.\n"
    "\n"
    "  --json                 print the result as JSON\n" DESK_USAGE;

struct sync {
	struct desk *desk;
	uint64_t seq; /* newest checked entry */
	uint8_t link[32];
	uint64_t added, bytes, holes;
	struct http_call call;
};

static int
entry_read(const json_t *o, struct mirror_entry *ret_entry)
{
	struct mirror_entry e = { 0 };
	struct text state;
	uint64_t type;
	int err;

	if ((err = json_u64(o, "seq", INT64_MAX, &e.seq)) != 0 ||
	    (err = json_u64(o, "type", 255, &type)) != 0 ||
	    (err = json_day(o, "day", &e.day)) != 0 ||
	    (err = json_u64(o, "size", INT64_MAX, &e.size)) != 0 ||
	    (err = json_hex(o, "digest", e.digest, 32)) != 0 ||
	    (err = json_hex(o, "link", e.link, 32)) != 0 ||
	    (err = json_text(o, "state", 16, &state)) != 0)
		return err;
	e.type = (uint8_t)type;
	e.is_gone = text_is(state, "gone");
	*ret_entry = e;
	return 0;
}

/* The next entry must follow the chain from where the copy ends. */
static int
take_entry(struct sync *s, const struct mirror_entry *e)
{
	uint8_t link[32];
	int err;

	if (e->seq != s->seq + 1)
		return ERR_CONFLICT;
	chain_link(link, s->desk->place.newsroom, s->link, e->seq, e->type,
	    e->day, e->digest);
	if (memcmp(link, e->link, 32) != 0)
		return ERR_DIGEST;
	if ((err = mirror_add(s->desk->mirror, e)) != 0)
		return err;
	memcpy(s->link, link, 32);
	s->seq = e->seq;
	s->added++;
	s->holes += e->is_gone;
	return 0;
}

/* One page of the list; *ret_n entries of it. */
static int
take_page(struct sync *s, size_t *ret_n)
{
	struct mirror_entry e;
	char path[64];
	struct buf page;
	json_t *root = NULL, *list, *item;
	size_t i;
	int err;

	buf_init(&page, LIST_MAX);
	snprintf(path, sizeof(path), "/v1/inbox?after=%llu",
	    (unsigned long long)s->seq);
	s->call = (struct http_call){ .method = "GET", .path = path };
	if ((err = http_client_fetch(s->desk->client, &s->call, &page)) != 0 ||
	    (err = json_read(buf_text(&page), LIST_MAX, &root)) != 0 ||
	    (err = json_list(root, "entries", LIST_ITEMS, &list)) != 0 ||
	    (err = mirror_begin(s->desk->mirror)) != 0)
		goto out;
	json_array_foreach (list, i, item) {
		if ((err = entry_read(item, &e)) != 0 ||
		    (err = take_entry(s, &e)) != 0)
			break;
	}
	if (err == 0)
		*ret_n = json_array_size(list);
	else
		s->call.title[0] = '\0';
	if (mirror_commit(s->desk->mirror) != 0 && err == 0)
		err = ERR_IO;
out:
	json_decref(root);
	buf_fini(&page);
	return err;
}

/* Is the entry the copy ends with still what the server has there? */
static int
check_end(struct sync *s)
{
	struct mirror_entry mine, theirs;
	char path[64];
	struct buf page;
	json_t *root = NULL, *list;
	int err;

	if ((err = mirror_last(s->desk->mirror, &s->seq, s->link)) != 0 ||
	    s->seq == 0)
		return err;
	buf_init(&page, LIST_MAX);
	snprintf(path, sizeof(path), "/v1/inbox?after=%llu",
	    (unsigned long long)s->seq - 1);
	s->call = (struct http_call){ .method = "GET", .path = path };
	if ((err = http_client_fetch(s->desk->client, &s->call, &page)) != 0 ||
	    (err = json_read(buf_text(&page), LIST_MAX, &root)) != 0 ||
	    (err = json_list(root, "entries", LIST_ITEMS, &list)) != 0)
		goto out;
	if (json_array_size(list) == 0) {
		err = ERR_CONFLICT;
	} else if ((err = mirror_get(s->desk->mirror, s->seq, &mine)) == 0 &&
		   (err = entry_read(json_array_get(list, 0), &theirs)) == 0) {
		if (theirs.seq != mine.seq ||
		    memcmp(theirs.link, mine.link, 32) != 0)
			err = ERR_CONFLICT;
	}
out:
	json_decref(root);
	buf_fini(&page);
	return err;
}

struct wanted {
	uint64_t seq[LIST_ITEMS];
	size_t n;
	uint64_t after;
};

static int
want(void *ctx, const struct mirror_entry *e)
{
	struct wanted *w = ctx;

	if (e->seq > w->after && !e->is_gone && e->held == 0 &&
	    w->n < LIST_ITEMS)
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
			    w.seq[i], false, NULL, NULL, &s->call);
			/* Deleted since it was listed, or kept back. */
			if (err == ERR_NOT_FOUND) {
				err = 0;
				s->holes++;
			}
			if (err == 0 && (err = mirror_get(s->desk->mirror,
					     w.seq[i], &e)) == 0)
				s->bytes += e.held;
			say_progress(&progress, ++done, s->added, 0);
			w.after = w.seq[i];
		}
		if (mirror_commit(s->desk->mirror) != 0 && err == 0)
			err = ERR_IO;
	} while (err == 0 && w.n == LIST_ITEMS);
	say_progress_end(&progress);
	return err;
}

/* Holes are accepted when a colleague announced them or they are old. */
static void
warn_holes(struct sync *s, const struct book *book)
{
	uint32_t retention = s->desk->card->retention_days;
	const struct book_letter *l;
	size_t i;

	for (i = 0; i < book->n; i++) {
		l = &book->letters[i];
		if (l->entry.held > 0 || l->is_deleted ||
		    (retention > 0 && l->entry.day + retention <= day_today()))
			continue;
		fprintf(stderr,
		    "pista: sync: WARNING: letter %llu is missing on the "
		    "server and nobody on the "
		    "masthead deleted it; tell your administrator\n",
		    (unsigned long long)l->entry.seq);
	}
}

static int
take_all(struct sync *s)
{
	size_t n = 1;
	int err = 0;

	while (err == 0 && n > 0)
		err = take_page(s, &n);
	return err;
}

/* Who announces a deletion does so first, but maybe behind what was listed. */
static int
take_announcements(struct sync *s)
{
	int err = take_all(s);

	return err != 0 ? err : fetch_all(s);
}

static int
say_sync_error(const struct sync *s, int err)
{
	const struct desk *d = s->desk;

	if (err == ERR_CONFLICT ||
	    (err == ERR_DIGEST && s->call.title[0] == '\0')) {
		fprintf(stderr,
		    "pista: %s: the server's inbox differs from what it showed "
		    "before, at letter "
		    "%llu. Nothing here was changed. The server was rolled "
		    "back, or lies: tell "
		    "your administrator\n",
		    d->command, (unsigned long long)s->seq);
		return 1;
	}
	return place_say_error(d->command, &d->place, &s->call, err);
}

int
sync_run(struct desk *d, struct sync_result *ret_result)
{
	struct sync s = { .desk = d };
	struct book *book = NULL;
	int err = check_end(&s);

	if (err != 0 || (err = take_all(&s)) != 0)
		return say_sync_error(&s, err);
	if ((err = fetch_all(&s)) == 0 && s.holes > 0)
		err = take_announcements(&s);
	if (err == ERR_DIGEST)
		return say_error(d->command, "a letter from the server", err,
		    "it was not kept; tell your administrator");
	if (err != 0)
		return place_say_error(d->command, &d->place, &s.call, err);
	if (s.holes > 0 && book_open(d->mirror, d->ids, d->place.newsroom,
			       d->card, &book) == 0)
		warn_holes(&s, book);
	book_free(&book);
	*ret_result = (struct sync_result){ s.added, s.bytes, s.seq };
	return 0;
}

int
cmd_sync(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		DESK_OPTIONS,
		{ 0 },
	};
	struct sync_result r;
	struct desk d;
	int option, status, is_json = 0;

	desk_init(&d, "sync");
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'j')
			is_json = 1;
		else if (option == 'h')
			return cmd_help(usage);
		else if (!desk_option(&d, option, optarg))
			return cmd_misused("sync", NULL);
	}
	if (optind < argc)
		return cmd_misused(
		    "sync", "%s: takes no further words", argv[optind]);
	if ((status = desk_open(&d, true)) == 0 &&
	    (status = sync_run(&d, &r)) == 0) {
		if (is_json)
			printf(
			    "{\"new\":%llu,\"bytes\":%llu,\"newest\":%llu}\n",
			    (unsigned long long)r.added,
			    (unsigned long long)r.bytes,
			    (unsigned long long)r.newest);
		else if (r.added == 0)
			printf("Nothing new; %llu entries, all in order.\n",
			    (unsigned long long)r.newest);
		else
			printf("%llu new, %llu entries in all, all in order. "
			       "`pista list' shows them.\n",
			    (unsigned long long)r.added,
			    (unsigned long long)r.newest);
	}
	desk_close(&d);
	return status;
}
