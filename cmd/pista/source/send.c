/* pista send: a tip from a terminal, sealed here. */

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/day.h"
#include "base/err.h"
#include "base/secret.h"
#include "cmd.h"
#include "say.h"
#include "source/about.h"
#include "source/outbox.h"
#include "source/reach.h"
#include "typed.h"

#define NAME "send"

static const char usage[] =
    "usage: pista send --to ADDRESS --pin KEY [OPTIONS] <MESSAGE\n"
    "\n"
    "Seals a tip on this machine and sends it. The message comes from standard\n"
    "input. You get a receipt of nine words: write it on paper, it is the only way\n"
    "to read the answer (`pista replies'). With --receipt-file, --receipt-fd or\n"
    "--follow-up you write more under a receipt you have.\n"
    "\n"
    "  --file F               attach a file; repeat. Files can name their author in\n"
    "                         what they carry inside: remove it first\n"
    "  --file-names           send the files' names too\n"
    "  --story ID             the story it is about\n"
    "  --desk ID              which desk (default: the first)\n"
    "  --lang L               language of the message, and of the receipt\n"
    "  --terms T              anonymous, background or on-record\n"
    "  --about-file F         what you want known of yourself, in a file only you\n"
    "                         may read: lines like `name: Eva', `contact: …' (outside\n"
    "                         Pista), `passage: …' (of the story). Without it the\n"
    "                         terminal asks\n"
    "  --follow-up            more to a tip you sent; asks for its receipt\n"
    "  --withdraw             asks the newsroom not to use your tip\n"
    "  --json                 the result, with the receipt, as JSON\n" REACH_USAGE;

enum {
	OPT_FILE = 'f',
	OPT_FILE_NAMES = 'F',
	OPT_STORY = 's',
	OPT_DESK = 'd',
	OPT_LANG = 'l',
	OPT_TERMS = 't',
	OPT_ABOUT = 'a',
	OPT_FOLLOW_UP = 'u',
	OPT_WITHDRAW = 'w',
	OPT_JSON = 'j'
};

/* Everything that must be in locked memory. */
struct secrets {
	uint8_t value[RECEIPT_VALUE_SIZE];
	struct thread_keys keys;
};

struct send {
	struct reach reach;
	struct letter_tip tip;
	struct about about;
	const char *files[LETTER_FILES_MAX];
	size_t files_n;
	const char *lang;
	bool has_file_names, is_json;
	size_t list; /* of words */
	struct secrets *secrets;
	char *message; /* secret memory */
	size_t message_n;
};

static int
read_message(struct send *s)
{
	int status = typed_read(NAME, "message", STDIN_FILENO, LETTER_TEXT_MAX,
	    "it may have 64 kB; put more into a file and attach it",
	    &s->message, &s->message_n);

	if (status == CMD_OK && s->files_n == 0 &&
	    s->tip.kind != LETTER_WITHDRAWAL &&
	    text_trim((struct text){ s->message, s->message_n }).n == 0)
		return say_error(NAME, "the message", ERR_FORMAT,
		    "it is empty, nothing was sent");
	return status;
}

/* The language that was named, that of this terminal, or the newsroom's. */
static void
settle_language(struct send *s)
{
	const char *env = getenv("LANG");
	const struct masthead *m = s->reach.card;
	struct text lang, mine = text_from(env);
	size_t i;

	s->tip.lang = masthead_language(m, 0);
	if (mine.n > 2)
		mine.n = 2;
	for (i = 0; (lang = masthead_language(m, i)).n > 0; i++)
		if (text_is_equal(lang, mine))
			s->tip.lang = lang;
	if (s->lang != NULL)
		s->tip.lang = text_from(s->lang);
	if (receipt_list_of(s->tip.lang, &s->list) != 0)
		s->list = 0;
}

static bool
is_follow_up(const struct send *s)
{
	return s->tip.kind != LETTER_TIP;
}

static int
settle_receipt(struct send *s)
{
	int err, status;

	if ((s->secrets = secret_new(sizeof(*s->secrets))) == NULL)
		return say_error(NAME, "start", ERR_NOMEM, NULL);
	if (!is_follow_up(s))
		receipt_random(s->secrets->value);
	else if ((status = receipt_in_read(&s->reach.receipt, NAME, s->list,
		      s->secrets->value)) != CMD_OK)
		return status;
	err = receipt_keys(
	    s->secrets->value, s->reach.card->newsroom, &s->secrets->keys);
	if (err != 0)
		return say_error(NAME, "the receipt", err, NULL);
	s->tip.thread = s->secrets->keys.pub;
	return CMD_OK;
}

/* Whoever reads a letter could then speak for its source. */
static int
check_no_receipt(const struct send *s)
{
	const struct text texts[] = { { s->message, s->message_n },
		s->tip.passage, s->tip.name, s->tip.contact };
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (receipt_is_in(texts[i], s->secrets->value)) {
			fputs("pista: send: your text contains your receipt. "
			      "Whoever reads it could then write in your\n"
			      "name: take the nine words out. Nothing was "
			      "sent.\n",
			    stderr);
			return CMD_FAILED;
		}
	return CMD_OK;
}

static int
say_seal_error(const struct send *s, const char *subject, int err)
{
	const char *advice = "nothing was sent";

	if (err == ERR_EXPIRED)
		advice = "the newsroom takes nothing until it renews it; try "
			 "again tomorrow. Nothing was sent";
	else if (err == ERR_NOT_FOUND && s->tip.desk.n > 0)
		advice = "no such desk, or nobody sits there; leave --desk "
			 "out";
	return say_error(NAME, subject, err, advice);
}

static int
seal(struct send *s, struct outbox **ret_outbox)
{
	struct say_progress progress;
	struct outbox *o = NULL;
	size_t i;
	int err = outbox_new(s->reach.card, &s->tip,
	    (struct text){ s->message, s->message_n }, &o);

	if (err != 0)
		return say_seal_error(
		    s, err == ERR_NOT_FOUND ? "the desk" : "the masthead", err);
	say_progress_begin(&progress, "sealing");
	for (i = 0; i < s->files_n && err == 0; i++)
		err = outbox_file(o, s->files[i], s->has_file_names, &progress);
	say_progress_end(&progress);
	if (err != 0) {
		outbox_free(&o);
		return say_seal_error(s, s->files[i - 1], err);
	}
	err = outbox_finish(
	    o, is_follow_up(s) ? s->secrets->keys.mark_seed : NULL, NULL);
	if (err != 0) {
		outbox_free(&o);
		return say_seal_error(s, "the letter", err);
	}
	*ret_outbox = o;
	return CMD_OK;
}

/* Before the letter goes: a receipt lost in a cut would lose the answer. */
static int
show_receipt(const struct send *s)
{
	int err;

	puts("Your receipt. Write these nine words on paper, with their "
	     "numbers:\n");
	err = receipt_print(s->secrets->value, s->list);
	if (err != 0)
		return say_error(NAME, "output", err, "nothing was sent");
	puts("\nThey are the only way to read the answer. Nobody can give "
	     "them to you again.\n");
	return CMD_OK;
}

/* {"sent":true,"receipt":"…"}, the receipt only when it is new. */
static int
print_json(const struct send *s)
{
	struct buf b;
	uint8_t *p;

	if ((p = secret_new(1024)) == NULL)
		return say_error(NAME, "output", ERR_NOMEM, NULL);
	buf_init_fixed(&b, p, 1024);
	buf_puts(&b, "{\"sent\":true");
	if (!is_follow_up(s)) {
		buf_puts(&b, ",\"receipt\":\"");
		receipt_spell(&b, s->secrets->value, s->list);
		buf_puts(&b, "\"");
	}
	buf_puts(&b, "}\n");
	fwrite(b.p, 1, b.n, stdout);
	secret_free(&p);
	return CMD_OK;
}

static int
post(struct send *s, struct outbox *o)
{
	struct say_progress progress;
	struct http_call call;
	int err;

	say_progress_begin(&progress, "sending");
	err = outbox_post(o, s->reach.client, "/v1/letters", &progress, &call);
	say_progress_end(&progress);
	if (err != 0) {
		(void)place_say_error(NAME, &s->reach.place, &call, err);
		if (!is_follow_up(s) && !s->is_json)
			puts("It was not sent, as far as can be told from "
			     "here. Send it again; the receipt above is "
			     "void.");
		return CMD_FAILED;
	}
	if (s->is_json)
		return print_json(s);
	printf("Sent, ");
	say_size(stdout, outbox_size(o));
	printf(" sealed. ");
	say_next_edition(stdout, s->reach.card);
	puts("Read them with `pista replies' and your receipt. Only an answer "
	     "proves that somebody\nread your letter.");
	return CMD_OK;
}

static int
run(struct send *s)
{
	struct outbox *o = NULL;
	int status;

	if ((status = reach_open(&s->reach)) != CMD_OK)
		return status;
	settle_language(s);
	if ((status = settle_receipt(s)) != CMD_OK ||
	    (status = about_read(&s->about, NAME, !is_follow_up(s), &s->tip)) !=
		CMD_OK ||
	    (status = read_message(s)) != CMD_OK ||
	    (status = check_no_receipt(s)) != CMD_OK ||
	    (status = seal(s, &o)) != CMD_OK)
		return status;
	if (!is_follow_up(s) && !s->is_json)
		status = show_receipt(s);
	if (status == CMD_OK)
		status = post(s, o);
	outbox_free(&o);
	return status;
}

static int
take_option(struct send *s, int option, const char *arg)
{
	struct letter_tip *tip = &s->tip;

	switch (option) {
	case OPT_FILE:
		if (s->files_n == LETTER_FILES_MAX)
			return cmd_misused(
			    NAME, "at most %d files", LETTER_FILES_MAX);
		s->files[s->files_n++] = arg;
		break;
	case OPT_FILE_NAMES:
		s->has_file_names = true;
		break;
	case OPT_STORY:
		tip->story = text_from(arg);
		break;
	case OPT_DESK:
		tip->desk = text_from(arg);
		break;
	case OPT_LANG:
		s->lang = arg;
		break;
	case OPT_TERMS:
		if (letter_terms_read(text_from(arg), &tip->terms) != 0)
			return cmd_misused(NAME,
			    "--terms takes anonymous, background or "
			    "on-record");
		break;
	case OPT_ABOUT:
		s->about.file = arg;
		break;
	case OPT_FOLLOW_UP:
		if (tip->kind == LETTER_TIP)
			tip->kind = LETTER_FOLLOW_UP;
		break;
	case OPT_WITHDRAW:
		tip->kind = LETTER_WITHDRAWAL;
		break;
	case OPT_JSON:
		s->is_json = true;
		break;
	default:
		if (!reach_option(&s->reach, option, arg))
			return cmd_misused(NAME, NULL);
	}
	return CMD_OK;
}

int
cmd_send(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "file", required_argument, NULL, OPT_FILE },
		{ "file-names", no_argument, NULL, OPT_FILE_NAMES },
		{ "story", required_argument, NULL, OPT_STORY },
		{ "desk", required_argument, NULL, OPT_DESK },
		{ "lang", required_argument, NULL, OPT_LANG },
		{ "terms", required_argument, NULL, OPT_TERMS },
		{ "about-file", required_argument, NULL, OPT_ABOUT },
		{ "follow-up", no_argument, NULL, OPT_FOLLOW_UP },
		{ "withdraw", no_argument, NULL, OPT_WITHDRAW },
		{ "json", no_argument, NULL, OPT_JSON },
		REACH_OPTIONS,
		{ 0 },
	};
	struct send s = { .tip = { .kind = LETTER_TIP,
			      .channel = TEXT("command-line") } };
	int option, status = CMD_OK;

	if (cmd_wants_help(argc, argv))
		return cmd_help(usage);
	reach_init(&s.reach, NAME);
	s.tip.day = day_today();
	while (status == CMD_OK &&
	       (option = getopt_long(argc, argv, "", longs, NULL)) != -1)
		status = take_option(&s, option, optarg);
	if (status == CMD_OK && optind < argc)
		status = cmd_misused(NAME,
		    "%s: the message comes from standard input", argv[optind]);
	if (receipt_in_is_given(&s.reach.receipt) && s.tip.kind == LETTER_TIP)
		s.tip.kind = LETTER_FOLLOW_UP;
	if (status == CMD_OK)
		status = run(&s);
	secret_free(&s.secrets);
	secret_free(&s.message);
	about_fini(&s.about);
	reach_close(&s.reach);
	return status;
}
