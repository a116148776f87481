#include "member/opened.h"

#include "base/err.h"
#include "files/bulk.h"
#include "say.h"

#define BATCH 500 /* entries between two looks at the clock */
/* From so many new entries on, opening them again next time costs more than
 * writing them down. */
#define SAVE_FROM 200

static int
directory_of(const struct seat *d, char ret_path[static HOME_PATH_MAX])
{
	return home_path(&d->home, "member", ret_path);
}

/* Everything new; *ret_n: how much that was. */
static int
take(struct book *book, uint64_t *ret_n)
{
	struct say_progress progress;
	uint64_t left = 1, done = 0;
	int err = 0;

	say_progress_begin(&progress, "opening");
	while (err == 0 && left > 0) {
		err = book_take(book, BATCH, &left);
		done += BATCH;
		say_progress(&progress, done, done + left, 0);
	}
	say_progress_end(&progress);
	*ret_n = done;
	return err;
}

static int
say_failed(const struct seat *d, int err)
{
	const char *advice = NULL;

	if (mirror_is_damaged(d->mirror))
		advice = "it is damaged; `pista sync' fetches it anew";
	else if (err == ERR_NOMEM)
		advice = "close other programs and try again";
	return say_error(d->command, "the local copy", err, advice);
}

int
opened_more(struct seat *d, struct book *book)
{
	uint64_t n;
	int err = take(book, &n);

	return err == 0 ? 0 : say_failed(d, err);
}

int
opened_book(struct seat *d, struct book **ret_book)
{
	struct book_options options = { .newsroom = d->place.newsroom,
		.pin = &d->place.pin,
		.mirror = d->mirror,
		.ids = d->ids,
		.sign_seed = SEAT_SIGN_SEED(d),
		.threads = bulk_threads() };
	char directory[HOME_PATH_MAX];
	struct book *b = NULL;
	uint64_t before, n;
	bool is_fresh = false;
	int err;

	if ((err = directory_of(d, directory)) != 0 ||
	    (err = book_new(&options, &b)) != 0 ||
	    (err = book_load(b, directory, &is_fresh)) != 0)
		goto out;
	before = book_seq(b);
	if ((err = take(b, &n)) != 0)
		goto out;
	/* A snapshot that cannot be written, on a full disk, costs time and
	 * nothing else. */
	if (!is_fresh || book_seq(b) - before >= SAVE_FROM)
		(void)book_save(b, directory);
	*ret_book = b;
	b = NULL;
out:
	book_free(&b);
	return err == 0 ? 0 : say_failed(d, err);
}

int
opened_dispatch(
    struct seat *d, struct book *book, struct dispatch **ret_dispatch)
{
	struct dispatch_options options = { .book = book,
		.mirror = d->mirror,
		.newsroom = d->place.newsroom,
		.sign_seed = SEAT_SIGN_SEED(d) };
	int err = dispatch_new(&options, ret_dispatch);

	return err == 0 ? 0 : say_failed(d, err);
}
