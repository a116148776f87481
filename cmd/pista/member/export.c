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
#include "letter/read.h"
#include "member/cut.h"
#include "member/opened.h"
#include "member/saved.h"
#include "options.h"
#include "say.h"
#include "seat.h"
#include "sync/fetch.h"

#define PIECE 65536

static const char usage[] =
    "usage: pista export NUMBER --to-dir DIR [--file N] [--sealed]\n"
    "\n"
    "Saves a letter's message and files into DIR, which is made when missing;\n"
    "nothing there is overwritten. What is not in the local copy yet is fetched\n"
    "and checked. A file that came in parts is joined when all are here; else the\n"
    "parts that are here are saved. Files may be built to attack whoever opens them:\n"
    "open them on a machine without a network, never on this one.\n"
    "\n"
    "  --to-dir DIR           where to\n"
    "  --file N               only file N (as `pista read' numbers them; 0 is the\n"
    "                         message)\n"
    "  --sealed               the letter as it is stored, for stock age and tar\n" SEAT_USAGE;

struct export
{
	struct seat *desk;
	struct mirror_entry entry;
	const char *dir;
	struct saved out;
	long only; /* -1: everything */
	bool is_sealed;
	bool is_part;    /* the letter's file is one, left for later */
	bool is_joining; /* one part behind the other */
};

/* Names come from the letter's own numbering, never from the source. */
static void
name_file(const struct export *x, const struct letter_entry *entry,
    char ret_name[static 64])
{
	const char *last = strrchr(entry->path, '/');
	const char *dot = strrchr(entry->path, '.');

	last = last != NULL ? last + 1 : entry->path;
	if (x->is_joining)
		snprintf(ret_name, 64, "%llu-joined%s",
		    (unsigned long long)x->entry.seq, dot != NULL ? dot : "");
	else
		snprintf(ret_name, 64, "%llu-%s",
		    (unsigned long long)x->entry.seq, last);
}

static int
take_bytes(void *ctx, const struct letter_entry *entry, size_t number,
    const uint8_t *p, size_t n)
{
	struct export *x = ctx;
	char name[64];
	int err = 0;

	if (x->only >= 0 && (size_t)x->only != number)
		return 0;
	if (x->only < 0 && letter_has_part(entry)) {
		x->is_part = true;
		return 0;
	}
	if (!saved_is_open(&x->out)) {
		name_file(x, entry, name);
		err = saved_begin(&x->out, name);
	}
	if (err == 0 && n > 0)
		return saved_put(&x->out, p, n);
	return err == 0 && !x->is_joining ? saved_finish(&x->out) : err;
}

static int
take_plain(void *ctx, const uint8_t *p, size_t n)
{
	return letter_reader_put(ctx, p, n);
}

static int
take_sealed(void *ctx, const uint8_t *p, size_t n)
{
	struct export *x = ctx;

	return saved_put(&x->out, p, n);
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
	if ((err = saved_begin(&x->out, name)) == 0 &&
	    (err = each_piece(x, take_sealed, x)) == 0)
		err = saved_finish(&x->out);
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

/* One part of a file, also of another letter than the one named. */
static int
save_part(struct export *x, struct book *book, uint64_t seq)
{
	uint8_t key[AGE_FILE_KEY_SIZE];
	int err;

	if ((err = mirror_get(x->desk->mirror, seq, &x->entry)) != 0)
		return err;
	if (fetch(x) != 0)
		return ERR_AGAIN;
	if ((err = book_key(book, seq, key)) == 0)
		err = save_opened(x, key);
	secret_wipe(key, sizeof(key));
	return err;
}

static int
save_file(struct export *x, struct book *book, const json_t *file)
{
	uint64_t seq;
	int err = 0;

	x->only = 1;
	x->is_joining = cut_is_whole(file);
	for (size_t i = 0; err == 0 && (seq = cut_seq(file, i)) != 0; i++)
		err = save_part(x, book, seq);
	if (err == 0 && x->is_joining)
		err = saved_finish(&x->out);
	if (err != 0)
		return err;
	cut_print(file);
	if (x->is_joining)
		printf(": joined into %s\n", x->out.name);
	else
		puts(": not joined, saved as they are");
	return 0;
}

/* The file that the letter holds a part of. */
static int
save_parts(struct export *x)
{
	struct book *book = NULL;
	struct book_thread t;
	json_t *list = NULL;
	const json_t *file;
	char name[24];
	int err;

	if (opened_book(x->desk, &book) != 0)
		return ERR_AGAIN;
	snprintf(name, sizeof(name), "%llu", (unsigned long long)x->entry.seq);
	if ((err = book_find(book, name, &t)) != 0 ||
	    (err = book_cut(book, t.thread, &list)) != 0)
		goto out;
	if ((file = cut_find(list, x->entry.seq)) != NULL) {
		err = save_file(x, book, file);
		goto out;
	}
	x->only = 1;
	if ((err = save_part(x, book, x->entry.seq)) == 0)
		puts("This part counts for no file: it was sent again, or only "
		     "claims to belong.");
out:
	json_decref(list);
	book_free(&book);
	return err;
}

static int
save(struct export *x)
{
	int err;

	if (mkdir(x->dir, 0700) != 0 && errno != EEXIST)
		return say_error("export", x->dir, err_from_errno(errno), NULL);
	x->out.dir_fd = open(x->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (x->out.dir_fd < 0)
		return say_error("export", x->dir, err_from_errno(errno), NULL);
	err = x->is_sealed ? save_sealed(x) : save_opened(x, NULL);
	if (err == ERR_NO_KEY)
		err = save_granted(x);
	if (err == 0 && x->is_part)
		err = save_parts(x);
	/* What is half written helps nobody. */
	saved_drop(&x->out);
	close(x->out.dir_fd);
	if (err == ERR_AGAIN)
		return 1; /* and it was said why */
	if (err != 0)
		return say_error("export",
		    x->out.errnum != 0 ? x->out.name : "the letter", err,
		    err == ERR_EXISTS
			? "nothing is overwritten, choose another directory"
			: NULL);
	if (x->out.files == 0)
		return say_error("export", "that file", ERR_NOT_FOUND, NULL);
	printf("%zu file%s in %s. Open them on a machine without a network.\n",
	    x->out.files, x->out.files == 1 ? "" : "s", x->dir);
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

static int
read_number(const char *file, long *ret_number)
{
	uint64_t number;

	if (text_to_u64(text_from(file), LETTER_FILES_MAX, &number) != 0)
		return cmd_misused("export", "--file %s: no such number", file);
	*ret_number = (long)number;
	return CMD_OK;
}

int
cmd_export(int argc, char **argv)
{
	struct seat d;
	struct export x = { .desk = &d, .out = { .fd = -1 }, .only = -1 };
	const char *file = NULL;
	const struct own_option own[] = {
		{ "to-dir", .word = &x.dir },
		{ "file", .word = &file },
		{ "sealed", .is = &x.is_sealed },
		{ 0 },
	};
	int status;

	seat_init(&d, "export");
	if (!options_read_seat(&d, usage, own, &argc, &argv, &status))
		return status;
	if (file != NULL && (status = read_number(file, &x.only)) != CMD_OK)
		return status;
	if (argc != 1 || x.dir == NULL)
		return cmd_misused(
		    "export", "name one letter and --to-dir DIR");
	if ((status = seat_open(&d, false)) == 0)
		status = export_letter(&x, argv[0]);
	seat_close(&d);
	return status;
}
