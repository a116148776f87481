/* pista seal: any file to any recipients, as plain age. */

#include "seal/seal.h"

#include <getopt.h>
#include <stdio.h>

#include "base/err.h"
#include "base/mem.h"
#include "cmd.h"
#include "files/bulk.h"
#include "files/output.h"
#include "home.h"
#include "os/file.h"
#include "say.h"

#define NAME "seal"
#define RECIPIENTS_FILE_MAX (64 * 1024)
#define TAG_SIZE (AGE_CHUNK_SEALED - AGE_CHUNK_SIZE)

static const char usage[] =
    "usage: pista seal -r RECIPIENT [-a] [-o OUT] [IN]\n"
    "       pista seal -p [-a] [-o OUT] [IN]\n"
    "\n"
    "Seals IN (or standard input) as an age file that stock age opens too.\n"
    "\n"
    "  -r, --recipient R         seal to the public key R (age1…); repeat\n"
    "  -R, --recipients-file F   seal to every key in F, one a line, # for\n"
    "                            comments; repeat\n"
    "  -p, --passphrase          seal with a passphrase instead\n"
    "      --passphrase-file F   read it from F (only you may read it), or\n"
    "      --passphrase-fd N     from a descriptor; otherwise you are asked\n"
    "  -a, --armor               write text instead of bytes\n"
    "  -o, --output OUT          write to OUT, which appears when it is whole\n"
    "      --threads N           work with N threads (default: one a\n"
    "                            processor, at most 4)\n";

struct options {
	struct age_recipient to[AGE_STANZAS_MAX];
	size_t n;
	bool is_passphrase;
	bool is_armored;
	const char *out;
	unsigned threads;
	struct home home; /* for the passphrase only */
};

static int
add_recipient(struct options *o, struct text line)
{
	if (o->n == AGE_STANZAS_MAX)
		return ERR_LIMIT;
	return age_recipient_read(line, &o->to[o->n++]);
}

static int
add_argument(struct options *o, const char *arg)
{
	int err = add_recipient(o, text_from(arg));

	if (err == ERR_LIMIT)
		return cmd_misused(
		    NAME, "at most %d recipients", AGE_STANZAS_MAX);
	if (err != 0)
		return say_error(
		    NAME, arg, err, "a recipient looks like age1…");
	return CMD_OK;
}

static int
add_lines(struct options *o, struct text rest, unsigned *line_number)
{
	struct text line;
	int err;

	while (rest.n > 0) {
		++*line_number;
		line = text_trim(text_cut(&rest, '\n'));
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if ((err = add_recipient(o, line)) != 0)
			return err;
	}
	return 0;
}

static int
add_file(struct options *o, const char *path)
{
	uint8_t *p = NULL;
	unsigned line = 0;
	char where[512];
	size_t n = 0;
	int err;

	err = file_read(path, RECIPIENTS_FILE_MAX, &p, &n);
	if (err != 0)
		return say_error(NAME, path, err, NULL);
	err = add_lines(o, (struct text){ (const char *)p, n }, &line);
	mem_free(p);
	if (err == 0)
		return CMD_OK;
	(void)snprintf(where, sizeof(where), "%.400s: line %u", path, line);
	return say_error(NAME, where, err, NULL);
}

static int
read_option(struct options *o, int option)
{
	uint64_t n;

	switch (option) {
	case 'r':
		return add_argument(o, optarg);
	case 'R':
		return add_file(o, optarg);
	case 'p':
		o->is_passphrase = true;
		return CMD_OK;
	case 'a':
		o->is_armored = true;
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
		if (!home_option(&o->home, option, optarg))
			return cmd_misused(NAME, NULL);
		o->is_passphrase = true;
		return CMD_OK;
	}
}

static int
make_seal(struct options *o, struct seal **ret_seal)
{
	struct text passphrase;
	int err;

	if (!o->is_passphrase) {
		err = seal_new(o->to, o->n, 0, ret_seal);
		return err == 0 ? CMD_OK
				: say_error(NAME, "the recipients", err, NULL);
	}
	if (home_passphrase(&o->home, "the file", true, &passphrase) != 0)
		return CMD_FAILED;
	err = seal_new_passphrase(passphrase, SEAL_LOG_N, ret_seal);
	return err == 0 ? CMD_OK : say_error(NAME, "the passphrase", err, NULL);
}

struct stream {
	struct input input;
	struct output output;
};

static int
work(void *hand, uint64_t index, uint8_t *p, size_t n, bool is_last,
    size_t *ret_n)
{
	*ret_n = n + TAG_SIZE;
	return seal_hand_put(hand, index, p, n, is_last, p);
}

static int
seal_stream(struct seal *seal, struct stream *s, unsigned threads)
{
	struct bulk job = { .piece_in = AGE_CHUNK_SIZE,
		.piece_out = AGE_CHUNK_SEALED,
		.input = &s->input,
		.output = &s->output,
		.work = work,
		.threads = threads };
	struct seal_hand *hands[BULK_THREADS_MAX] = { NULL };
	struct text head = seal_head(seal);
	enum bulk_part part = BULK_WRITE;
	unsigned i;
	int err;

	err = output_write(&s->output, (const uint8_t *)head.p, head.n);
	for (i = 0; i < threads && err == 0; i++) {
		err = seal_hand_new(seal, &hands[i]);
		job.hands[i] = hands[i];
	}
	if (err == 0)
		err = bulk_run(&job, &part);
	for (i = 0; i < threads; i++)
		seal_hand_free(&hands[i]);
	if (err == 0)
		err = output_commit(&s->output);
	if (err == 0)
		return CMD_OK;
	return say_error(NAME,
	    part == BULK_WRITE ? s->output.name : s->input.name, err, NULL);
}

static int
run(struct options *o, const char *in)
{
	struct stream *s;
	struct seal *seal = NULL;
	int err, status = CMD_FAILED;

	if ((s = mem_new(1, sizeof(*s))) == NULL)
		return say_error(NAME, "start", ERR_NOMEM, NULL);
	s->output.fd = -1;
	if ((err = input_open(&s->input, in)) != 0) {
		status = say_error(NAME, s->input.name, err, NULL);
		goto out;
	}
	err = output_open(&s->output, o->out,
	    o->is_armored ? OUTPUT_ARMORED : OUTPUT_SEALED, &s->input);
	if (err != 0) {
		status = say_error(
		    NAME, s->output.name, err, output_advice(&s->output, err));
		goto out;
	}
	if ((status = make_seal(o, &seal)) == CMD_OK)
		status = seal_stream(seal, s, o->threads);
out:
	seal_free(&seal);
	output_close(&s->output);
	input_close(&s->input);
	mem_free(s);
	return status;
}

int
cmd_seal(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "recipient", required_argument, NULL, 'r' },
		{ "recipients-file", required_argument, NULL, 'R' },
		{ "passphrase", no_argument, NULL, 'p' },
		{ "passphrase-file", required_argument, NULL,
		    HOME_PASSPHRASE_FILE },
		{ "passphrase-fd", required_argument, NULL,
		    HOME_PASSPHRASE_FD },
		{ "armor", no_argument, NULL, 'a' },
		{ "output", required_argument, NULL, 'o' },
		{ "threads", required_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct options o = { .threads = bulk_threads() };
	int option, status;

	home_init(&o.home);
	while ((option = getopt_long(argc, argv, "r:R:pao:h", longs, NULL)) !=
	       -1) {
		if (option == 'h')
			return cmd_help(usage);
		if ((status = read_option(&o, option)) != CMD_OK)
			return status;
	}
	if (argc - optind > 1)
		return cmd_misused(NAME, "one file at a time");
	if (o.is_passphrase && o.n > 0)
		return cmd_misused(
		    NAME, "either recipients or a passphrase, not both");
	if (!o.is_passphrase && o.n == 0)
		return cmd_misused(
		    NAME, "say to whom: -r RECIPIENT, -R FILE or -p");
	status = run(&o, argv[optind]);
	home_fini(&o.home);
	return status;
}
