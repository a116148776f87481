#include "form/act.h"

#include "form/answer.h"
#include "base/err.h"
#include "form/read.h"
#include "form/send.h"

/* What came is given back with the reason, on the page it came from. */
static void
give_back(struct form *f, enum view_problem problem)
{
	struct text what = post_text(f->post, POST_DO);

	if (problem == PROBLEM_CLOSED) {
		answer_closed(f);
	} else if (text_is(what, "send")) {
		if (!f->has_receipt)
			form_new_receipt(f);
		answer_write(f, problem);
	} else if (!f->has_receipt) {
		answer_error(f, 400);
	} else if (text_is(what, "follow")) {
		answer_follow(f, problem);
	} else if (text_is(what, "withdraw")) {
		answer_withdraw(f, problem);
	} else {
		answer_sent(f, SENT_NOTHING, problem, false);
	}
}

static void
send_letter(struct form *f, enum view_sent_what sent, bool is_gated)
{
	enum view_problem problem = letter_out_finish(f);

	if (problem == PROBLEM_NONE)
		answer_sent(f, f->cut.part.n > 0 ? SENT_PART : sent,
		    PROBLEM_NONE, is_gated);
	else
		give_back(f, problem);
}

static void
act_new(struct form *f)
{
	if (!form_is_open(f)) {
		answer_closed(f);
		return;
	}
	form_new_receipt(f);
	answer_write(f, PROBLEM_NONE);
}

static void
act_send(struct form *f)
{
	send_letter(f, SENT_LETTER, true);
}

static void
act_add(struct form *f)
{
	send_letter(f, SENT_FILE, false);
}

static void
act_follow(struct form *f)
{
	send_letter(f, SENT_LETTER, false);
}

static void
act_check(struct form *f)
{
	if (f->has_receipt)
		answer_sent(f, SENT_NOTHING, PROBLEM_NONE, true);
	else
		answer_error(f, 400);
}

static void
act_withdraw(struct form *f)
{
	if (text_is(post_text(f->post, POST_SURE), "yes"))
		send_letter(f, SENT_WITHDRAWAL, false);
	else if (!f->has_receipt)
		answer_error(f, 400);
	else if (!form_is_open(f))
		answer_closed(f);
	else
		answer_withdraw(f, PROBLEM_NONE);
}

static void
act_read(struct form *f)
{
	struct secret_arena *arena = NULL;
	struct board_answers *answers = NULL;
	int err;

	if (form_front(f) == FRONT_CDN) {
		answer_closed(f);
		return;
	}
	if ((err = receipt_read(post_text(f->post, POST_WORDS), f->list,
		 &f->secret->reading)) != 0) {
		answer_words(f, err);
		return;
	}
	form_set_receipt(f, f->secret->reading.value);
	if ((err = form_keys(f)) != 0 ||
	    (err = secret_arena_new(READ_ARENA, &arena)) != 0)
		goto out;
	if ((answers = secret_take(f->arena, sizeof(*answers))) == NULL) {
		err = ERR_NOMEM;
		goto out;
	}
	if ((err = board_read(f, arena, answers)) == 0)
		answer_answers(f, answers);
out:
	if (err != 0)
		answer_error(f, 503);
	secret_arena_free(&arena);
}

static const struct {
	const char *name;
	void (*run)(struct form *f);
} acts[] = {
	{ "new", act_new },
	{ "send", act_send },
	{ "check", act_check },
	{ "add", act_add },
	{ "read", act_read },
	{ "follow", act_follow },
	{ "withdraw", act_withdraw },
};

void
act(struct form *f)
{
	int err = post_finish(f->post);
	struct text what = post_text(f->post, POST_DO);

	form_settle(f);
	if (err != 0) {
		letter_out_drop(f, PROBLEM_OURS);
		if (post_text(f->post, POST_MESSAGE).n > 0)
			give_back(f, PROBLEM_OURS);
		else
			answer_error(f, err == ERR_LIMIT ? 413 : 400);
		return;
	}
	for (size_t i = 0; i < sizeof(acts) / sizeof(*acts); i++) {
		if (!text_is(what, acts[i].name))
			continue;
		acts[i].run(f);
		return;
	}
	answer_error(f, 400);
}

void
act_stop(struct form *f, enum view_problem problem)
{
	f->is_stopped = true;
	(void)post_finish(f->post);
	form_settle(f);
	letter_out_drop(f, problem);
	give_back(f, problem);
}
