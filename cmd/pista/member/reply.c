/* pista reply: an answer, sealed to the source of one thread. */

#include <stdio.h>
#include <unistd.h>

#include "base/err.h"
#include "base/secret.h"
#include "cmd.h"
#include "member/work.h"
#include "options.h"
#include "os/term.h"
#include "say.h"
#include "typed.h"

static const char usage[] =
    "usage: pista reply NUMBER|THREAD [--ask] [--by NAME] [--file F] <TEXT\n"
    "\n"
    "Seals an answer to the source of a thread and hands it to the server, which\n"
    "shows it with the next edition of the board. Only the receipt opens it. The\n"
    "text comes from standard input (end with Ctrl-D) or from a file. Colleagues\n"
    "see that it was answered, and while you write at a terminal, that you are.\n"
    "\n"
    "  --ask                  it asks something: the source is told to write again\n"
    "  --by NAME              signature line (default: your name on the masthead)\n"
    "  --file F               read the text from F\n"
    "  --json                 print the result as JSON\n" SEAT_USAGE;

struct reply {
	const char *file, *thread, *by;
	bool is_json, is_question;
	char *text; /* secret memory */
	size_t text_n;
};

/* Two people who answer the same source at once make a newsroom look as if it
 * did not know what it does. */
static int
warn_of_others(const struct work *w, const struct book_thread *t)
{
	const struct masthead_member *me = book_me(w->book);
	const json_t *id;
	json_t *thread = NULL;
	size_t i;
	int err = book_row(w->book, t->thread, &thread);

	if (err != 0)
		return work_say_error(w, "the thread", err);
	json_array_foreach (json_object_get(thread, "answering"), i, id) {
		if (text_is(me->id, json_string_value(id)))
			continue;
		fputs("pista: reply: ", stderr);
		say_line(
		    stderr, text_from(json_string_value(id)), MASTHEAD_ID_MAX);
		fputs(" is writing an answer too\n", stderr);
	}
	json_decref(thread);
	return 0;
}

/* Colleagues learn it at once: that is what it is for. */
static int
say_answering(struct work *w, const struct book_thread *t, bool is_off)
{
	struct event e = { .kind = EVENT_ANSWERING, .is_off = is_off };
	int status;

	if ((status = work_event(w, t, &e, "your answer")) != 0)
		return status;
	return work_send(w);
}

static int
read_text(struct work *w, struct reply *r, const struct book_thread *t)
{
	bool is_typed = r->file == NULL && term_is_tty(STDIN_FILENO);
	int status = 0;

	if (is_typed && (status = say_answering(w, t, false)) != 0)
		return status;
	status = typed_text("reply", "answer", r->file, DISPATCH_ANSWER_MAX,
	    "send it in several answers", &r->text, &r->text_n);
	if (status != 0 && is_typed)
		(void)say_answering(w, t, true);
	return status;
}

static void
say_done(const struct work *w, const struct reply *r,
    const struct book_thread *t, uint32_t parts)
{
	if (r->is_json) {
		printf("{\"seq\":%llu,\"parts\":%u,\"sent\":%s}\n",
		    (unsigned long long)t->seq, parts,
		    w->round.is_offline ? "false" : "true");
		return;
	}
	printf("Sealed in %u part%s%s. ", parts, parts == 1 ? "" : "s",
	    w->round.is_offline ? "" : " and handed over");
	say_next_edition(stdout, w->seat.card);
}

static int
reply(struct work *w, struct reply *r)
{
	struct book_thread t;
	uint32_t parts;
	int err, status;

	if ((status = work_begin(w)) != 0 ||
	    (status = work_thread(w, r->thread, &t)) != 0 ||
	    (status = warn_of_others(w, &t)) != 0 ||
	    (status = read_text(w, r, &t)) != 0)
		return status;
	if ((err = dispatch_answer(w->dispatch, &t,
		 (struct text){ r->text, r->text_n }, text_from(r->by),
		 r->is_question, &parts)) != 0)
		return say_error("reply", "the answer", err,
		    err == ERR_LIMIT ? "send it in several answers" : NULL);
	if ((status = work_end(w)) == 0)
		say_done(w, r, &t, parts);
	return status;
}

int
cmd_reply(int argc, char **argv)
{
	struct reply r = { 0 };
	struct work w;
	const struct own_option own[] = {
		{ "ask", .is = &r.is_question },
		{ "by", .word = &r.by },
		{ "file", .word = &r.file },
		{ "json", .is = &r.is_json },
		{ 0 },
	};
	int status;

	work_init(&w, "reply");
	if (!options_read_seat(&w.seat, usage, own, &argc, &argv, &status))
		return status;
	if (argc != 1)
		return cmd_misused("reply", "name one letter or thread");
	r.thread = argv[0];
	status = reply(&w, &r);
	secret_free(&r.text);
	work_fini(&w);
	return status;
}
