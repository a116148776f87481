/* pista replies: the answers that a receipt opens. */

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/day.h"
#include "base/err.h"
#include "base/json.h"
#include "base/secret.h"
#include "cmd.h"
#include "say.h"
#include "source/board_read.h"
#include "source/reach.h"

#define NAME "replies"
#define DAY_SECONDS 86400u
#define JSON_MAX (8u << 20)

static const char usage[] =
    "usage: pista replies --to ADDRESS --pin KEY [--receipt-file F] [--json]\n"
    "\n"
    "Shows the newsroom's answers to a receipt; the terminal asks for its nine\n"
    "words. What is fetched does not depend on whether there is an answer. The\n"
    "board is checked: a missing, changed or late edition is told.\n"
    "\n"
    "  --json                 print the result as JSON\n" REACH_USAGE;

/* Everything that must be in locked memory. */
struct secrets {
	uint8_t value[RECEIPT_VALUE_SIZE];
	struct thread_keys keys;
};

static const char *
status_text(enum strip_code code)
{
	switch (code) {
	case STRIP_OPENED:
		return "opened";
	case STRIP_WORKING:
		return "being worked on";
	case STRIP_ANSWERED:
		return "answered";
	case STRIP_WRITE_AGAIN:
		return "please write again";
	case STRIP_CLOSED:
		return "closed";
	case STRIP_PUBLISHED:
		return "published";
	}
	return "unknown";
}

/* A late board may be a board that is held back. */
static bool
is_late(const struct masthead *m, const struct board_read *b)
{
	uint64_t due;

	if (m->edition_seconds > 0)
		return false;
	if (b->n == 0)
		return m->issued + 1 < day_today();
	/* The day by which the newest edition should have come out. */
	due = masthead_last_hour(
	    m->edition_hours, (uint64_t)time(NULL) - EDITION_LATE_SECONDS);
	return b->editions[b->n - 1].head.day < due / DAY_SECONDS;
}

/* Part number `part` of the answer with this id, or NULL. */
static const struct answer *
find_part(const struct board_read *b, const struct answer *of, uint32_t part)
{
	size_t i;

	for (i = 0; i < b->parts_n; i++)
		if (b->parts[i].answer.part == part &&
		    memcmp(b->parts[i].answer.id, of->id, sizeof(of->id)) == 0)
			return &b->parts[i].answer;
	return NULL;
}

/* The first part that came stands for the whole answer. */
static bool
is_first(const struct board_read *b, size_t i)
{
	size_t k;

	for (k = 0; k < i; k++)
		if (memcmp(b->parts[k].answer.id, b->parts[i].answer.id,
			ANSWER_ID_SIZE) == 0)
			return false;
	return true;
}

static void
print_answer(const struct board_read *b, const struct answer *a)
{
	const struct answer *part;
	uint32_t i, missing = 0;

	say_day(stdout, a->day);
	printf("  ");
	say_line(stdout, a->by.n > 0 ? a->by : TEXT("the desk"), ANSWER_BY_MAX);
	printf("\n\n");
	for (i = 1; i <= a->parts; i++) {
		if ((part = find_part(b, a, i)) != NULL)
			say_text(stdout,
			    i == a->parts ? text_trim(part->text) : part->text);
		else
			missing++;
	}
	printf("\n\n");
	if (missing > 0)
		printf("[%u of %u parts of this answer are not here yet; look "
		       "again later]\n\n",
		    missing, a->parts);
}

static void
print_warnings(const struct reach *r, const struct board_read *b)
{
	if (b->wrong != 0)
		fprintf(stderr,
		    "pista: replies: WARNING: edition %u of the board %s. An "
		    "answer may be kept from\nyou: try again, then ask the "
		    "newsroom on another way\n",
		    b->wrong,
		    b->wrong_err == ERR_NOT_FOUND ? "is missing"
						  : "was changed");
	if (b->unopened > 0)
		fprintf(stderr,
		    "pista: replies: WARNING: %zu slot%s of the board marked "
		    "for you cannot be opened.\nAn answer may have been "
		    "damaged: ask the newsroom on another way\n",
		    b->unopened, b->unopened == 1 ? "" : "s");
	if (is_late(r->card, b))
		fputs("pista: replies: WARNING: the board is late: the newest "
		      "edition should have come\nout already. Look again in "
		      "some hours\n",
		    stderr);
	if (b->has_more)
		fputs("pista: replies: there is more for you in older "
		      "editions; it cannot be taken at once\nwithout showing "
		      "which is yours\n",
		    stderr);
}

static int
print(const struct reach *r, const struct board_read *b)
{
	size_t i, n = 0;

	for (i = 0; i < b->parts_n; i++)
		if (is_first(b, i)) {
			print_answer(b, &b->parts[i].answer);
			n++;
		}
	if (b->has_code)
		printf("The newsroom says: %s.\n", status_text(b->code));
	if (n == 0)
		printf("No answer for this receipt yet. ");
	else
		printf("%zu answer%s. ", n, n == 1 ? "" : "s");
	say_next_edition(stdout, r->card);
	return CMD_OK;
}

static json_t *
answer_json(const struct board_read *b, const struct answer *a)
{
	char id[2 * ANSWER_ID_SIZE + 1] = "", day[DAY_TEXT_SIZE + 1];
	json_t *o = json_object();
	const struct answer *part;
	struct buf text;
	bool is_whole = true;
	uint32_t i;

	buf_init(&text, JSON_MAX);
	for (i = 1; i <= a->parts; i++) {
		if ((part = find_part(b, a, i)) != NULL)
			buf_put_text(&text, part->text);
		else
			is_whole = false;
	}
	hex_write(id, a->id, ANSWER_ID_SIZE);
	day_write(day, a->day);
	(void)json_object_set_new(o, "id", json_string(id));
	(void)json_object_set_new(o, "day", json_string(day));
	if (a->by.n > 0)
		(void)json_object_set_new(
		    o, "by", json_stringn(a->by.p, a->by.n));
	(void)json_object_set_new(
	    o, "text", json_stringn((const char *)text.p, text.n));
	(void)json_object_set_new(o, "whole", json_boolean(is_whole));
	buf_fini(&text);
	return o;
}

static int
print_json(const struct reach *r, const struct board_read *b)
{
	json_t *o = json_object(), *answers = json_array();
	struct buf out;
	size_t i;
	int err;

	for (i = 0; i < b->parts_n; i++)
		if (is_first(b, i))
			(void)json_array_append_new(
			    answers, answer_json(b, &b->parts[i].answer));
	(void)json_object_set_new(o, "answers", answers);
	(void)json_object_set_new(
	    o, "editions", json_integer((json_int_t)b->n));
	(void)json_object_set_new(o, "late", json_boolean(is_late(r->card, b)));
	(void)json_object_set_new(
	    o, "wrong", b->wrong != 0 ? json_integer(b->wrong) : json_null());
	(void)json_object_set_new(
	    o, "unopened", json_integer((json_int_t)b->unopened));
	(void)json_object_set_new(o, "more", json_boolean(b->has_more));
	(void)json_object_set_new(o, "status",
	    b->has_code ? json_string(status_text(b->code)) : json_null());
	buf_init(&out, JSON_MAX);
	json_put(&out, o, JSON_COMPACT);
	if ((err = buf_finish(&out)) == 0)
		puts(buf_cstr(&out));
	buf_fini(&out);
	json_decref(o);
	return err == 0 ? CMD_OK : say_error(NAME, "output", err, NULL);
}

static int
read_board(struct reach *r, const struct thread_keys *keys, bool is_json)
{
	struct board_read *b = NULL;
	struct http_call call = { 0 };
	int err, status;

	err = board_read_new(r->client, r->card->newsroom, keys, &b, &call);
	if (err == ERR_DIGEST || err == ERR_NEWSROOM ||
	    (err == ERR_FORMAT && call.status == 200))
		return say_error(NAME, "the board", err,
		    "it was changed on the way or by its server; ask the "
		    "newsroom on another way");
	if (err != 0)
		return place_say_error(NAME, &r->place, &call, err);
	if (masthead_is_current(r->card, day_today()) != 0)
		fputs("pista: replies: the newsroom's masthead has expired: it "
		      "takes no new letters just now\n",
		    stderr);
	status = is_json ? print_json(r, b) : print(r, b);
	print_warnings(r, b);
	board_read_free(&b);
	return status;
}

static int
run(struct reach *r, bool is_json)
{
	struct secrets *s = NULL;
	size_t list;
	int err, status;

	if ((status = reach_open(r)) != CMD_OK)
		return status;
	if ((s = secret_new(sizeof(*s))) == NULL)
		return say_error(NAME, "start", ERR_NOMEM, NULL);
	if (receipt_list_of(masthead_language(r->card, 0), &list) != 0)
		list = 0;
	status = receipt_in_read(&r->receipt, NAME, list, s->value);
	if (status == CMD_OK &&
	    (err = receipt_keys(s->value, r->card->newsroom, &s->keys)) != 0)
		status = say_error(NAME, "the receipt", err, NULL);
	if (status == CMD_OK)
		status = read_board(r, &s->keys, is_json);
	secret_free(&s);
	return status;
}

int
cmd_replies(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		REACH_OPTIONS,
		{ 0 },
	};
	struct reach r;
	bool is_json = false;
	int option, status;

	if (cmd_wants_help(argc, argv))
		return cmd_help(usage);
	reach_init(&r, NAME);
	while ((option = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (option == 'j')
			is_json = true;
		else if (!reach_option(&r, option, optarg))
			return cmd_misused(NAME, NULL);
	}
	if (optind < argc)
		return cmd_misused(NAME,
		    "%s: a receipt never goes on the command line",
		    argv[optind]);
	status = run(&r, is_json);
	reach_close(&r);
	return status;
}
