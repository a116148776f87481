/* pista export: a letter's words and files out of the sealed copy. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/secret.h"
#include "chain/chain.h"
#include "cmd.h"
#include "seat.h"
#include "sync/fetch.h"
#include "letter/read.h"
#include "opened.h"
#include "say.h"

#define PIECE 65536

static const char usage[] =
    "usage: pista export NUMBER --to-dir DIR [--file N] [--sealed]\n"
    "\n"
    "Saves a letter's message and files into DIR, which is made when missing;\n"
    "nothing there is overwritten. What is not in the local copy yet is "
    "fetched\n"
    "and checked. Files may be built to attack whoever opens them: open them "
    "on a\n"
    "machine without a network, never on this one.\n"
    "\n"
    "  --to-dir DIR           where to\n"
    "  --file N               only file N (as `pista read' numbers them; 0 is "
    "the\n"
    "                         message)\n"
    "  --sealed               the letter as it is stored, for stock age and "
    "tar\n" SEAT_USAGE;

struct export
{
	struct seat *desk;
	struct mirror_entry entry;
	const char *dir;
	int dir_fd, fd;
	long only; /* -1: everything */
	bool is_sealed;
	char name[64],
	    part[80]; /* file being written, and its name till then */
	size_t files;
	int errnum;
};

static int
fail(struct export *x)
{
	x->errnum = errno;
	return err_from_errno(errno);
}

static int
create(struct export *x, const char *name)
{
	snprintf(x->name, sizeof(x->name), "%s", name);
	snprintf(x->part, sizeof(x->part), "%s.part", x->name);
	if (faccessat(x->dir_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
		errno = EEXIST;
		return fail(x);
	}
	/* Somebody may have interrupted the last one. */
	(void)unlinkat(x->dir_fd, x->part, 0);
	x->fd = openat(x->dir_fd, x->part,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return x->fd < 0 ? fail(x) : 0;
}

static int
write_out(struct export *x, const uint8_t *p, size_t n)
{
	ssize_t done;

	while (n > 0) {
		done = write(x->fd, p, n);
		if (done < 0 && errno != EINTR)
			return fail(x);
		if (done > 0) {
			p += done;
			n -= (size_t)done;
		}
	}
	return 0;
}

static int
finish_file(struct export *x)
{
	int err = fsync(x->fd) != 0 ? fail(x) : 0;

	close(x->fd);
	x->fd = -1;
	if (err == 0 && renameat(x->dir_fd, x->part, x->dir_fd, x->name) != 0)
		err = fail(x);
	if (err != 0)
		(void)unlinkat(x->dir_fd, x->part, 0);
	x->files += err == 0;
	return err;
}

/* Names come from the letter's own numbering, never from the source. */
static int
take_bytes(void *ctx, const struct letter_entry *entry, size_t number,
    const uint8_t *p, size_t n)
{
	struct export *x = ctx;
	char name[64];
	int err = 0;

	if (x->only >= 0 && (size_t)x->only != number)
		return 0;
	if (x->fd < 0) {
		const char *last = strrchr(entry->path, '/');

		snprintf(name, sizeof(name), "%llu-%s",
		    (unsigned long long)x->entry.seq,
		    last != NULL ? last + 1 : entry->path);
		err = create(x, name);
	}
	if (err == 0)
		err = n > 0 ? write_out(x, p, n) : finish_file(x);
	return err;
}

static int
take_plain(void *ctx, const uint8_t *p, size_t n)
{
	return letter_reader_put(ctx, p, n);
}

static int
take_sealed(void *ctx, const uint8_t *p, size_t n)
{
	return write_out(ctx, p, n);
}

/* Every byte of the entry from the local copy to sink. */
static int
each_piece(struct export *x, int (*sink)(void *ctx, const uint8_t *p, size_t n),
    void *ctx)
{
	uint8_t piece[PIECE];
	uint64_t offset = 0;
	size_t n = 1;
	int err = 0;

	while (err == 0 && n > 0) {
		err = mirror_read(x->desk->mirror, x->entry.seq, offset, piece,
		    sizeof(piece), &n);
		if (err == 0 && n > 0)
			err = sink(ctx, piece, n);
		offset += n;
	}
	return err;
}

static int
put_stream(void *ctx, const uint8_t *p, size_t n)
{
	return open_stream_put(ctx, p, n);
}

/* key NULL: the member's identities open it. */
static int
save_opened(struct export *x, const uint8_t *key)
{
	static const struct letter_handler handler = { NULL, take_bytes };
	struct letter_reader *reader = NULL;
	struct open_stream *stream = NULL;
	int err;

	if ((err = letter_reader_new(
		 x->desk->place.newsroom, &handler, x, &reader)) == 0 &&
	    (err = key != NULL
		       ? open_stream_new_key(key, take_plain, reader, &stream)
		       : open_stream_new(x->desk->ids, TEXT(""), take_plain,
			     reader, &stream)) == 0 &&
	    (err = each_piece(x, put_stream, stream)) == 0 &&
	    (err = open_stream_finish(stream)) == 0)
		err = letter_reader_finish(reader);
	open_stream_free(&stream);
	letter_reader_free(&reader);
	return err;
}

/* A letter of another desk, whose key came with a grant. */
static int
save_granted(struct export *x)
{
	uint8_t key[AGE_FILE_KEY_SIZE];
	struct book *book = NULL;
	int err;

	if (opened_book(x->desk, &book) != 0)
		return ERR_NO_KEY;
	if ((err = book_key(book, x->entry.seq, key)) == 0)
		err = save_opened(x, key);
	secret_wipe(key, sizeof(key));
	book_free(&book);
	return err == ERR_NOT_FOUND ? ERR_NO_KEY : err;
}

static int
save_sealed(struct export *x)
{
	char name[64];
	int err;

	snprintf(name, sizeof(name), "%llu.tar.age",
	    (unsigned long long)x->entry.seq);
	if ((err = create(x, name)) == 0 &&
	    (err = each_piece(x, take_sealed, x)) == 0)
		err = finish_file(x);
	return err;
}

static int
show(void *ctx, uint64_t done, uint64_t total)
{
	say_progress(ctx, done, total, 1);
	return 0;
}

static int
fetch(struct export *x)
{
	struct say_progress progress;
	struct http_call call;
	int err;

	if (x->entry.held == x->entry.size)
		return 0;
	if ((err = seat_connect(x->desk)) != 0)
		return err;
	say_progress_begin(&progress, "fetching");
	err = fetch_letter(x->desk->client, x->desk->mirror, x->entry.seq, show,
	    &progress, &call);
	say_progress_end(&progress);
	if (err == ERR_DIGEST)
		return say_error("export", "a part of the letter", err,
		    "it was not kept; tell your administrator");
	return err != 0 ? place_say_error("export", &x->desk->place, &call, err)
			: 0;
}

static int
save(struct export *x)
{
	int err;

	if (mkdir(x->dir, 0700) != 0 && errno != EEXIST)
		return say_error("export", x->dir, err_from_errno(errno), NULL);
	x->dir_fd = open(x->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (x->dir_fd < 0)
		return say_error("export", x->dir, err_from_errno(errno), NULL);
	err = x->is_sealed ? save_sealed(x) : save_opened(x, NULL);
	if (err == ERR_NO_KEY)
		err = save_granted(x);
	/* What is half written helps nobody. */
	if (x->fd >= 0) {
		close(x->fd);
		unlinkat(x->dir_fd, x->part, 0);
	}
	close(x->dir_fd);
	if (err != 0)
		return say_error("export",
		    x->errnum != 0 ? x->name : "the letter", err,
		    err == ERR_EXISTS
			? "nothing is overwritten, choose another directory"
			: NULL);
	if (x->files == 0)
		return say_error("export", "that file", ERR_NOT_FOUND, NULL);
	printf("%zu file%s in %s. Open them on a machine without a network.\n",
	    x->files, x->files == 1 ? "" : "s", x->dir);
	return 0;
}

static int
export_letter(struct export *x, const char *name)
{
	uint64_t seq;
	int err, status;

	if (text_to_u64(text_from(name), INT64_MAX, &seq) != 0)
		return cmd_misused(
		    "export", "%s: name the letter by its number", name);
	if ((err = mirror_get(x->desk->mirror, seq, &x->entry)) != 0)
		return say_error(
		    "export", name, err, "`pista list' shows what there is");
	if (x->entry.type != CHAIN_LETTER ||
	    (x->entry.is_gone && x->entry.held == 0))
		return say_error("export", name, ERR_NOT_FOUND,
		    "there is no letter to save");
	if ((status = fetch(x)) != 0)
		return status;
	return save(x);
}

int
cmd_export(int argc, char **argv)
{
	static const struct option options[] = {
		{ "to-dir", required_argument, NULL, 'd' },
		{ "file", required_argument, NULL, 'f' },
		{ "sealed", no_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		SEAT_OPTIONS,
		{ 0 },
	};
	struct seat d;
	struct export x = { .desk = &d, .fd = -1, .only = -1 };
	uint64_t number;
	int option, status;

	seat_init(&d, "export");
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'd')
			x.dir = optarg;
		else if (option == 's')
			x.is_sealed = true;
		else if (option == 'h')
			return cmd_help(usage);
		else if (option == 'f') {
			if (text_to_u64(text_from(optarg), LETTER_FILES_MAX,
				&number) != 0)
				return cmd_misused("export",
				    "--file %s: no such number", optarg);
			x.only = (long)number;
		} else if (!seat_option(&d, option, optarg))
			return cmd_misused("export", NULL);
	}
	if (argc - optind != 1 || x.dir == NULL)
		return cmd_misused(
		    "export", "name one letter and --to-dir DIR");
	if ((status = seat_open(&d, false)) == 0)
		status = export_letter(&x, argv[optind]);
	seat_close(&d);
	return status;
}
