/* pista reply: an answer, sealed to the source of one thread. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/day.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "board/edition.h"
#include "book.h"
#include "cmd.h"
#include "crypto/ed25519.h"
#include "crypto/random.h"
#include "seat.h"
#include "events.h"
#include "say.h"
#include "sync.h"
#include "typed.h"

#define TEXT_MAX EVENT_TEXT_MAX
#define POST_SLOTS 8 /* what every post has at least, answers or not */

static const char usage[] =
    "usage: pista reply NUMBER|THREAD [--by NAME] [--file F] <TEXT\n"
    "\n"
    "Seals an answer to the source of a thread and hands it to the server, "
    "which\n"
    "shows it with the next edition of the board. Only the receipt opens it. "
    "The\n"
    "text comes from standard input (end with Ctrl-D) or from a file.\n"
    "\n"
    "  --by NAME              signature line (default: your name on the "
    "masthead)\n"
    "  --file F               read the text from F\n"
    "  --json                 print the result as JSON\n" SEAT_USAGE;

struct reply {
	const char *file, *thread, *by;
	bool is_json;
	char *text; /* secret memory */
	size_t text_n;
};

static int
read_text(struct reply *r)
{
	FILE *f = NULL;
	int status;

	if (r->file != NULL && (f = fopen(r->file, "re")) == NULL)
		return say_error("reply", r->file, err_from_errno(errno), NULL);
	status =
	    typed_read("reply", "answer", f != NULL ? fileno(f) : STDIN_FILENO,
		TEXT_MAX, "send it in several answers", &r->text, &r->text_n);
	if (f != NULL)
		fclose(f);
	if (status == CMD_OK &&
	    text_trim((struct text){ r->text, r->text_n }).n == 0)
		return say_error("reply", "the answer", ERR_FORMAT,
		    "it is empty, nothing was sent");
	return status;
}

/* All parts and filler, shuffled, as the body of one post; the event says which
 * slots are the answer's. */
static int
seal_slots(const struct seat *d, const struct thread_public *to,
    const struct answer *answer, struct event *event, struct buf *body)
{
	static const uint8_t no_attest[EDITION_ATTEST_SIZE];
	/* Which edition it is matters only to status entries, and it has
	 * none. */
	struct board_post post = { .edition = 1, .attest = no_attest };
	size_t i, n = answer->parts < POST_SLOTS ? POST_SLOTS : answer->parts;
	uint8_t *slots;
	int err = 0;

	if ((slots = mem_new(n, SLOT_SIZE)) == NULL)
		return ERR_NOMEM;
	for (i = 0; i < n && err == 0; i++)
		err = i < answer->parts
			  ? slot_seal_answer(slots + i * SLOT_SIZE, to,
				d->place.newsroom, answer, i + 1)
			  : slot_seal_filler(
				slots + i * SLOT_SIZE, d->place.newsroom);
	if (err == 0) {
		for (i = 0; i < answer->parts; i++)
			memcpy(event->slots[i], slots + i * SLOT_SIZE,
			    sizeof(event->slots[i]));
		event->slots_n = answer->parts;
		random_shuffle(slots, n, SLOT_SIZE);
		post.slots = slots;
		post.slots_n = (uint32_t)n;
		board_post_put(body, &post);
		err = buf_finish(body);
	}
	mem_free(slots);
	return err;
}

static int
send_answer(struct seat *d, const struct reply *r, const struct book_letter *l)
{
	const struct masthead_member *me;
	struct answer answer = { .part = 1,
		.day = day_today(),
		.serial = d->card->serial,
		.text = { r->text, r->text_n } };
	struct http_call call = { .method = "POST",
		.path = "/v1/board",
		.type = "application/octet-stream" };
	struct event event = { .kind = EVENT_ANSWERED,
		.seq = l->entry.seq,
		.day = answer.day,
		.text = answer.text };
	struct buf body, answered;
	uint8_t own[ED25519_PUBLIC_SIZE];
	int err, status;

	buf_init(&body, BOARD_POST_SLOTS_MAX * SLOT_SIZE + 4096);
	buf_init(&answered, 256);
	ed25519_public(own, SEAT_SIGN_SEED(d));
	me = masthead_by_sign(d->card, own);
	answer.by = r->by != NULL ? text_from(r->by)
		    : me != NULL  ? me->name
				  : TEXT("");
	random_bytes(answer.id, sizeof(answer.id));
	answer.parts = (uint32_t)answer_parts(&answer);
	if (answer.parts == 0) {
		status = say_error("reply", "the answer", ERR_LIMIT,
		    "send it in several answers");
		goto out;
	}
	if ((err = seal_slots(
		 d, &l->head->tip.thread, &answer, &event, &body)) != 0) {
		status = say_error("reply", "sealing", err, NULL);
		goto out;
	}
	call.body = body.p;
	call.body_n = body.n;
	if ((err = http_client_fetch(d->client, &call, &answered)) != 0) {
		status = place_say_error("reply", &d->place, &call, err);
		goto out;
	}
	memcpy(event.digest, l->entry.digest, 32);
	memcpy(event.answer, answer.id, sizeof(event.answer));
	event.parts = answer.parts;
	event.by = answer.by;
	status = events_post(d, &event, 1);
	if (r->is_json)
		printf("{\"seq\":%llu,\"parts\":%u}\n",
		    (unsigned long long)l->entry.seq, answer.parts);
	else {
		printf("Sealed in %u part%s and handed over. ", answer.parts,
		    answer.parts == 1 ? "" : "s");
		say_next_edition(stdout, d->card);
	}
out:
	buf_fini(&body);
	buf_fini(&answered);
	return status;
}

static int
reply(struct seat *d, struct reply *r)
{
	struct book *book = NULL;
	struct book_letter *l;
	int err, status;

	if ((status = sync_run(d, NULL)) != 0)
		return status;
	if ((err = book_open(d, &book)) != 0)
		return say_error("reply", "the local copy", err, NULL);
	if ((err = book_find(book, r->thread, &l)) != 0)
		status = say_error("reply", r->thread, err,
		    err == ERR_CONFLICT
			? "several threads begin so: give more digits"
			: "`pista list' shows what there is");
	else if (l->head == NULL || letter_is_from_desk(l->head->tip.kind))
		status = say_error(
		    "reply", r->thread, ERR_UNSUPPORTED, "it has no source");
	else
		status = send_answer(d, r, l);
	book_free(&book);
	return status;
}

int
cmd_reply(int argc, char **argv)
{
	static const struct option options[] = {
		{ "by", required_argument, NULL, 'b' },
		{ "file", required_argument, NULL, 'f' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		SEAT_OPTIONS,
		{ 0 },
	};
	struct reply r = { 0 };
	struct seat d;
	int option, status;

	seat_init(&d, "reply");
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'b')
			r.by = optarg;
		else if (option == 'f')
			r.file = optarg;
		else if (option == 'j')
			r.is_json = true;
		else if (option == 'h')
			return cmd_help(usage);
		else if (!seat_option(&d, option, optarg))
			return cmd_misused("reply", NULL);
	}
	if (argc - optind != 1)
		return cmd_misused("reply", "name one letter or thread");
	r.thread = argv[optind];
	if ((status = seat_open(&d, true)) == 0 &&
	    (status = read_text(&r)) == 0)
		status = reply(&d, &r);
	secret_free(&r.text);
	seat_close(&d);
	return status;
}
