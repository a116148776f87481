#include "form/answer.h"

#include "base/err.h"
#include "crypto/random.h"
#include "form/give.h"
#include "form/parts.h"

static struct parts *
parts_new(struct form *f)
{
	struct parts *p = secret_new(sizeof(*p));

	if (p == NULL)
		answer_error(f, 503);
	return p;
}

void
answer_write(struct form *f, enum view_problem problem)
{
	enum letter_terms terms = LETTER_ANONYMOUS;
	struct view_write v;
	struct parts *p = parts_new(f);
	const struct story *story;
	struct buf b;

	if (p == NULL)
		return;
	story = parts_story(f, p);
	view_words(p->words, f->secret->numbers, f->list);
	v = (struct view_write){ .site = parts_site(f),
		.problem = (int)problem,
		.words = p->words,
		.words_n = RECEIPT_WORDS,
		.words_lang = receipt_list_language(f->list),
		.grouped = parts_grouped(f),
		.digits = parts_digits(f),
		.token = parts_token(f, p),
		.pos1 = f->position[0] + 1u,
		.pos2 = f->position[1] + 1u,
		.pos3 = f->position[2] + 1u,
		.w1 = parts_typed(f, p, POST_W1),
		.w2 = parts_typed(f, p, POST_W2),
		.w3 = parts_typed(f, p, POST_W3),
		.story = parts_typed(f, p, POST_STORY),
		.story_title = story->title,
		.story_lang = story->lang,
		.stories = p->stories,
		.stories_n = parts_stories(f, p),
		.passage = parts_typed(f, p, POST_PASSAGE),
		.message = parts_typed(f, p, POST_MESSAGE),
		.desks = p->desks,
		.desks_n = parts_desks(f, p),
		.desk = parts_typed(f, p, POST_DESK),
		.name = parts_typed(f, p, POST_NAME),
		.contact = parts_typed(f, p, POST_CONTACT),
		.file_max = f->file_max,
		.names = parts_is_named(f) };
	v.has_person = v.name.n + v.contact.n > 0;
	(void)letter_terms_read(post_text(f->post, POST_TERMS), &terms);
	v.terms = (int)terms;
	give_begin(&b, p->bytes);
	page_put_write(&b, f->lang, &v);
	give(f, 200, &b);
	secret_free(&p);
}

void
answer_sent(struct form *f, enum view_sent_what sent, enum view_problem problem,
    bool is_gated)
{
	struct view_sent v;
	struct parts *p = parts_new(f);
	struct buf b;

	if (p == NULL)
		return;
	/* What is sent from this page is another letter; a file that did not
	 * arrive is tried again as the same. */
	if (problem == PROBLEM_NONE)
		random_bytes(f->token, sizeof(f->token));
	v = (struct view_sent){ .site = parts_site(f),
		.problem = (int)problem,
		.sent = (int)sent,
		.digits = parts_digits(f),
		.token = parts_token(f, p),
		.desk = parts_typed(f, p, POST_DESK),
		.file_max = f->file_max,
		.names = parts_is_named(f),
		.cut = parts_cut(f, p, sent == SENT_PART) };
	/* Parts are the way out. */
	if (problem == PROBLEM_FILE_LARGE || problem == PROBLEM_SLOW)
		v.cut.is_open = true;
	if (is_gated) {
		view_words(p->words, f->secret->numbers, f->list);
		v.words = p->words;
		v.words_n = RECEIPT_WORDS;
		v.words_lang = receipt_list_language(f->list);
		v.grouped = parts_grouped(f);
		v.pos1 = f->position[0] + 1u;
		v.pos2 = f->position[1] + 1u;
		v.pos3 = f->position[2] + 1u;
		v.wrong = p->wrong;
		v.gate = (int)parts_gate(f, p, &v.wrong_n);
	}
	v.promise = parts_promise(f);
	v.has_promise_of_one = v.promise == 1;
	v.next = parts_next(f, p, &v.next_hours);
	v.next_time = p->next_time;
	v.next_day = p->next_day;
	give_begin(&b, p->bytes);
	page_put_sent(&b, f->lang, &v);
	give(f, 200, &b);
	secret_free(&p);
}

void
answer_answers(struct form *f, const struct board_answers *answers)
{
	struct view_answers v;
	struct parts *p = parts_new(f);
	struct buf b;

	if (p == NULL)
		return;
	random_bytes(f->token, sizeof(f->token));
	v = (struct view_answers){ .site = parts_site(f),
		.is_broken = answers->is_broken,
		.is_late = answers->is_late,
		.is_unreachable = answers->is_unreachable,
		.status = answers->status,
		.answers = answers->answer,
		.answers_n = answers->n,
		.has_none = answers->n == 0 && !answers->is_unreachable,
		.has_more = answers->has_more,
		.is_open = form_is_open(f),
		.digits = parts_digits(f),
		.token = parts_token(f, p),
		.desks = p->desks,
		.desks_n = parts_desks(f, p),
		.file_max = f->file_max };
	if (!v.is_late)
		v.next = parts_next(f, p, &v.next_hours);
	v.next_time = p->next_time;
	v.next_day = p->next_day;
	give_begin(&b, p->bytes + answers->bytes + answers->n * 128);
	page_put_answers(&b, f->lang, &v);
	give(f, 200, &b);
	secret_free(&p);
}

void
answer_follow(struct form *f, enum view_problem problem)
{
	struct view_follow v;
	struct parts *p = parts_new(f);
	struct buf b;

	if (p == NULL)
		return;
	v = (struct view_follow){ .site = parts_site(f),
		.problem = (int)problem,
		.digits = parts_digits(f),
		.token = parts_token(f, p),
		.message = parts_typed(f, p, POST_MESSAGE),
		.desks = p->desks,
		.desks_n = parts_desks(f, p),
		.desk = parts_typed(f, p, POST_DESK),
		.file_max = f->file_max,
		.names = parts_is_named(f),
		.cut = parts_cut(f, p, false) };
	give_begin(&b, p->bytes);
	page_put_follow(&b, f->lang, &v);
	give(f, 200, &b);
	secret_free(&p);
}

void
answer_withdraw(struct form *f, enum view_problem problem)
{
	struct view_withdraw v;
	struct parts *p = parts_new(f);
	struct buf b;

	if (p == NULL)
		return;
	v = (struct view_withdraw){ .site = parts_site(f),
		.problem = (int)problem,
		.digits = parts_digits(f),
		.token = parts_token(f, p),
		.message = parts_typed(f, p, POST_MESSAGE),
		.desks = p->desks,
		.desks_n = parts_desks(f, p),
		.desk = parts_typed(f, p, POST_DESK),
		.file_max = f->file_max };
	give_begin(&b, p->bytes);
	page_put_withdraw(&b, f->lang, &v);
	give(f, 200, &b);
	secret_free(&p);
}

void
answer_words(struct form *f, int err)
{
	const struct receipt_reading *r = &f->secret->reading;
	struct view_words v;
	struct parts *p = parts_new(f);
	struct buf b;

	if (p == NULL)
		return;
	v = (struct view_words){ .site = parts_site(f),
		.fault = WORDS_COUNT,
		.number = r->words,
		.typed = parts_typed(f, p, POST_WORDS) };
	if (err == ERR_WORD) {
		v.fault = WORDS_UNKNOWN;
		v.number = r->unknown + 1;
		v.word = text_from(r->unknown_word);
		p->bytes += v.word.n;
	} else if (err == ERR_CHECK) {
		v.fault = r->is_offer ? WORDS_OFFER : WORDS_APART;
		if (r->is_offer)
			form_set_receipt(f, r->value);
		view_words(p->words,
		    r->is_offer ? f->secret->numbers : r->numbers, r->list);
		v.words = p->words;
		v.words_n = RECEIPT_WORDS;
		v.words_lang = receipt_list_language(r->list);
		v.digits = parts_digits(f);
	}
	give_begin(&b, p->bytes);
	page_put_words(&b, f->lang, &v);
	give(f, 200, &b);
	secret_free(&p);
}

void
answer_closed(struct form *f)
{
	struct page_place place = form_place(f);
	struct view_closed v;
	struct parts *p = parts_new(f);
	struct buf b;

	if (p == NULL)
		return;
	v = (struct view_closed){ .site = parts_site(f),
		.message = parts_typed(f, p, POST_MESSAGE),
		.is_readable = f->card != NULL && form_front(f) != FRONT_CDN,
		.ways = p->ways };
	v.ways_n = view_ways(p->ways, &place, f->lang);
	for (size_t i = 0; i < v.ways_n; i++)
		p->bytes += p->ways[i].name.n + p->ways[i].address.n +
			    p->ways[i].reveals.n;
	give_begin(&b, p->bytes);
	page_put_closed(&b, f->lang, &v);
	give(f, 200, &b);
	secret_free(&p);
}

void
answer_error(struct form *f, unsigned status)
{
	struct page_place place = form_place(f);
	struct buf b;

	give_begin(&b, 0);
	(void)page_error(&b, status, &place);
	give(f, status, &b);
}
