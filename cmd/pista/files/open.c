/* pista open: any age file that is sealed to an identity or a passphrase. */

#include "open/open.h"

#include <getopt.h>

#include "base/err.h"
#include "base/mem.h"
#include "cmd.h"
#include "files/bulk.h"
#include "files/identities.h"
#include "files/output.h"
#include "home.h"
#include "say.h"

#define NAME "open"
#define TAG_SIZE (AGE_CHUNK_SEALED - AGE_CHUNK_SIZE)
#define HEAD_PIECE 4096
#define HEAD_MAX (AGE_HEADER_MAX + HEAD_PIECE)

static const char usage[] =
    "usage: pista open -i IDENTITY [-o OUT] [IN]\n"
    "       pista open [-p] [-o OUT] [IN]\n"
    "\n"
    "Opens IN (or standard input), an age file in either of its forms.\n"
    "\n"
    "  -i, --identity F          the file with your identity, which may be\n"
    "                            sealed with a passphrase itself; repeat\n"
    "  -p, --passphrase          IN is sealed with a passphrase\n"
    "      --passphrase-file F   read it from F (only you may read it), or\n"
    "      --passphrase-fd N     from a descriptor; otherwise you are asked\n"
    "  -o, --output OUT          write to OUT, which appears when all of IN\n"
    "                            turned out to be right\n"
    "      --threads N           work with N threads (default: one a\n"
    "                            processor, at most 4)\n";

struct options {
	const char *identities[IDENTITIES_FILES_MAX];
	size_t n;
	const char *out;
	unsigned threads;
	struct home home; /* for the passphrase only */
};

struct stream {
	struct input input;
	struct output output;
	struct buf head; /* header and nonce */
	struct open_file *file;
};

static int
read_option(struct options *o, int option)
{
	uint64_t n;

	switch (option) {
	case 'i':
		if (o->n == IDENTITIES_FILES_MAX)
			return cmd_misused(NAME, "at most %d identity files",
			    IDENTITIES_FILES_MAX);
		o->identities[o->n++] = optarg;
		return CMD_OK;
	case 'p':
		/* The file says so itself. */
		return CMD_OK;
	case 'o':
		o->out = optarg;
		return CMD_OK;
	case 't':
		if (text_to_u64(text_from(optarg), BULK_THREADS_MAX, &n) != 0 ||
		    n == 0)
			return cmd_misused(
			    NAME, "--threads takes 1 to %d", BULK_THREADS_MAX);
		o->threads = (unsigned)n;
		return CMD_OK;
	default:
		return home_option(&o->home, option, optarg)
			   ? CMD_OK
			   : cmd_misused(NAME, NULL);
	}
}

/* Reads header and nonce; what came behind them goes back to the input. */
static int
read_head(struct stream *s)
{
	uint8_t piece[HEAD_PIECE];
	struct age_header h;
	size_t n, size = 0, scan = 0;
	int err, found = ERR_AGAIN;

	if ((err = input_detect_armor(&s->input)) != 0)
		return err;
	for (;;) {
		err = input_read(&s->input, piece, sizeof(piece), &n);
		if (err != 0)
			return err;
		buf_put(&s->head, piece, n);
		if ((err = buf_finish(&s->head)) != 0)
			return err;
		if (found != 0)
			found = age_header_find_end(
			    s->head.p, s->head.n, &scan, &size);
		if (found == 0 && s->head.n >= size + AGE_NONCE_SIZE)
			break;
		if (n == 0 || found == ERR_LIMIT) {
			err = age_header_parse(s->head.p, s->head.n, &h);
			return err == 0 || err == ERR_AGAIN ? ERR_TRUNCATED
							    : err;
		}
	}
	size += AGE_NONCE_SIZE;
	err = input_give_back(&s->input, s->head.p + size, s->head.n - size);
	s->head.n = size;
	return err;
}

/* The right key for this file, by what its header asks for. */
static int
find_key(struct stream *s, struct options *o, const struct identities *ids)
{
	struct age_header h;
	struct text passphrase;
	int err;

	err = age_header_parse(s->head.p, s->head.n, &h);
	if (err != 0)
		return say_error(NAME, s->input.name, err, NULL);
	if (!age_header_is_passphrase(&h)) {
		if (o->n == 0)
			return say_error(NAME, s->input.name, ERR_NO_KEY,
			    "name your identity with -i FILE");
		err = identities_open(ids, s->head.p, s->head.n, &s->file);
	} else {
		if (home_passphrase(
			&o->home, s->input.name, false, &passphrase) != 0)
			return CMD_FAILED;
		err = open_file_new_passphrase(
		    passphrase, OPEN_LOG_N_MAX, s->head.p, s->head.n, &s->file);
	}
	return err == 0 ? CMD_OK : say_error(NAME, s->input.name, err, NULL);
}

static int
work(void *hand, uint64_t index, uint8_t *p, size_t n, bool is_last,
    size_t *ret_n)
{
	*ret_n = n < TAG_SIZE ? 0 : n - TAG_SIZE;
	return open_chunk(hand, index, p, n, is_last, p);
}

static int
open_payload(struct stream *s, unsigned threads)
{
	struct bulk job = { .piece_in = AGE_CHUNK_SEALED,
		.piece_out = AGE_CHUNK_SIZE,
		.input = &s->input,
		.output = &s->output,
		.work = work,
		.threads = threads };
	struct open_file *hands[BULK_THREADS_MAX] = { NULL };
	enum bulk_part part = BULK_WRITE;
	unsigned i;
	int err = 0;

	for (i = 0; i < threads && err == 0; i++) {
		err = open_file_copy(s->file, &hands[i]);
		job.hands[i] = hands[i];
	}
	if (err == 0)
		err = bulk_run(&job, &part);
	for (i = 0; i < threads; i++)
		open_file_free(&hands[i]);
	if (err == 0)
		err = output_commit(&s->output);
	if (err == 0)
		return CMD_OK;
	if (part == BULK_WRITE)
		return say_error(
		    NAME, s->output.name, err, output_advice(&s->output, err));
	return say_error(NAME, s->input.name, err,
	    err == ERR_AUTH ? "it may have been cut" : NULL);
}

static int
run(struct options *o, const struct identities *ids, const char *in)
{
	struct stream *s;
	int err, status = CMD_FAILED;

	if ((s = mem_new(1, sizeof(*s))) == NULL)
		return say_error(NAME, "start", ERR_NOMEM, NULL);
	s->output.fd = -1;
	buf_init(&s->head, HEAD_MAX);
	if ((err = input_open(&s->input, in)) != 0 ||
	    (err = read_head(s)) != 0) {
		status = say_error(NAME, s->input.name, err, NULL);
		goto out;
	}
	if ((status = find_key(s, o, ids)) != CMD_OK)
		goto out;
	err = output_open(&s->output, o->out, OUTPUT_PLAIN, &s->input);
	if (err != 0)
		status = say_error(
		    NAME, s->output.name, err, output_advice(&s->output, err));
	else
		status = open_payload(s, o->threads);
out:
	open_file_free(&s->file);
	output_close(&s->output);
	input_close(&s->input);
	buf_fini(&s->head);
	mem_free(s);
	return status;
}

int
cmd_open(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "identity", required_argument, NULL, 'i' },
		{ "passphrase", no_argument, NULL, 'p' },
		{ "passphrase-file", required_argument, NULL,
		    HOME_PASSPHRASE_FILE },
		{ "passphrase-fd", required_argument, NULL,
		    HOME_PASSPHRASE_FD },
		{ "output", required_argument, NULL, 'o' },
		{ "threads", required_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct options o = { .threads = bulk_threads() };
	struct identities ids = { .n = 0 };
	int option, status = CMD_OK;
	size_t i;

	home_init(&o.home);
	while (
	    (option = getopt_long(argc, argv, "i:po:h", longs, NULL)) != -1) {
		if (option == 'h')
			return cmd_help(usage);
		if ((status = read_option(&o, option)) != CMD_OK)
			return status;
	}
	if (argc - optind > 1)
		return cmd_misused(NAME, "one file at a time");
	for (i = 0; i < o.n && status == CMD_OK; i++)
		status = identities_add(&ids, NAME, o.identities[i], &o.home);
	if (status == CMD_OK)
		status = run(&o, &ids, argv[optind]);
	identities_fini(&ids);
	home_fini(&o.home);
	return status;
}
