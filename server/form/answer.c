#include "form/answer.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/day.h"
#include "base/err.h"
#include "crypto/random.h"
#include "form/give.h"

/* What several pages show, and the memory it stands in. */
struct parts {
	struct view_word words[RECEIPT_WORDS];
	struct view_choice desks[MASTHEAD_DESKS_MAX];
	struct view_choice stories[PAGE_STORIES_MAX];
	struct view_wrong wrong[FORM_GATE];
	struct view_way ways[PAGE_WAYS_MAX];
	char token[2 * FORM_TOKEN_SIZE];
	char next_time[8];
	char next_day[DAY_TEXT_SIZE + 1];
	size_t bytes; /* of texts, for the size of the page */
};

static struct view_site
site(const struct form *f)
{
	struct page_place place = form_place(f);
	struct view_site s;

	view_site(&s, &place, f->lang);
	return s;
}

static const char *
lang(const struct form *f)
{
	return page_language(f->lang);
}

/* What was typed into a field, counted for the size of the page. */
static struct text
typed(const struct form *f, struct parts *p, enum post_field field)
{
	struct text t = post_text(f->post, field);

	p->bytes += t.n;
	return t;
}

static struct text
token(const struct form *f, struct parts *p)
{
	hex_write(p->token, f->token, sizeof(f->token));
	return (struct text){ p->token, sizeof(p->token) };
}

static struct text
digits(const struct form *f)
{
	return text_from(f->secret->digits);
}

static size_t
put_desks(const struct form *f, struct parts *p)
{
	struct text chosen = post_text(f->post, POST_DESK);
	size_t n = f->card == NULL ? 0 : f->card->desks_n;

	if (n < 2)
		return 0;
	for (size_t i = 0; i < n; i++) {
		const struct masthead_desk *d = &f->card->desks[i];

		p->desks[i] = (struct view_choice){ .id = d->id,
			.name =
			    masthead_say(f->card, d->names, text_from(lang(f))),
			.is_chosen = text_is_equal(d->id, chosen) };
		p->bytes += d->id.n + p->desks[i].name.n;
	}
	return n;
}

static size_t
put_stories(const struct form *f, struct parts *p)
{
	struct text chosen = post_text(f->post, POST_STORY);
	size_t n = 0;

	for (size_t i = 0; f->stories != NULL && i < f->stories->n; i++) {
		const struct story *s = &f->stories->story[i];

		if (n == PAGE_STORIES_MAX)
			break;
		p->stories[n++] = (struct view_choice){ .id = s->id,
			.name = s->title,
			.is_chosen = text_is_equal(s->id, chosen) };
		p->bytes += s->id.n + s->title.n;
	}
	return n;
}

/* The title of the story the form came with, when it is one of ours. */
static struct text
story_title(const struct form *f, struct parts *p)
{
	const struct story *s = NULL;
	struct text id = post_text(f->post, POST_STORY);

	if (f->stories != NULL && id.n > 0)
		s = stories_find(f->stories, id);
	if (s == NULL)
		return (struct text){ "", 0 };
	p->bytes += s->title.n;
	return s->title;
}

static int
put_next(const struct form *f, struct parts *p, size_t *ret_hours)
{
	uint64_t now = (uint64_t)time(NULL), at = f->next.time;

	if (!f->next.is_known)
		return NEXT_UNKNOWN;
	if (at == 0)
		return NEXT_UNTIMED;
	snprintf(p->next_time, sizeof(p->next_time), "%02u:%02u",
	    (unsigned)(at / 3600 % 24), (unsigned)(at / 60 % 60));
	day_write(p->next_day, (uint32_t)(at / 86400));
	if (at < now + 3600)
		return NEXT_SOON;
	*ret_hours = (size_t)((at - now + 1800) / 3600);
	return *ret_hours < 2 ? NEXT_HOUR : NEXT_HOURS;
}

static bool
is_named(const struct form *f)
{
	return text_is(post_text(f->post, POST_NAMES), "yes");
}

/* The same page type for everything that has parts: built, rendered, given,
 * and the parts wiped. */
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
	struct view_write v;
	struct parts *p = parts_new(f);
	struct buf b;

	if (p == NULL)
		return;
	view_words(p->words, f->secret->numbers, f->list);
	v = (struct view_write){ .site = site(f),
		.problem = (int)problem,
		.words = p->words,
		.words_n = RECEIPT_WORDS,
		.words_lang = lang(f),
		.digits = digits(f),
		.token = token(f, p),
		.pos1 = f->position[0] + 1u,
		.pos2 = f->position[1] + 1u,
		.pos3 = f->position[2] + 1u,
		.w1 = typed(f, p, POST_W1),
		.w2 = typed(f, p, POST_W2),
		.w3 = typed(f, p, POST_W3),
		.story = typed(f, p, POST_STORY),
		.story_title = story_title(f, p),
		.stories = p->stories,
		.stories_n = put_stories(f, p),
		.passage = typed(f, p, POST_PASSAGE),
		.message = typed(f, p, POST_MESSAGE),
		.desks = p->desks,
		.desks_n = put_desks(f, p),
		.desk = typed(f, p, POST_DESK),
		.name = typed(f, p, POST_NAME),
		.contact = typed(f, p, POST_CONTACT),
		.file_max = f->file_max,
		.names = is_named(f) };
	v.has_person = v.name.n + v.contact.n > 0;
	v.terms = LETTER_ANONYMOUS;
	{
		enum letter_terms terms;

		if (letter_terms_read(post_text(f->post, POST_TERMS), &terms) ==
		    0)
			v.terms = (int)terms;
	}
	give_begin(&b, p->bytes);
	page_put_write(&b, f->lang, &v);
	give(f, 200, &b);
	secret_free(&p);
}

/* Compares what was typed with the receipt. Nothing typed is wrong too. */
static enum view_gate
pass_gate(struct form *f, struct parts *p, size_t *ret_wrong)
{
	static const enum post_field field[FORM_GATE] = { POST_W1, POST_W2,
		POST_W3 };
	struct text all = post_text(f->post, POST_ALL);
	size_t n = 0;

	*ret_wrong = 0;
	if (all.n > 0)
		return receipt_read(all, f->list, &f->secret->reading) == 0 &&
			       secret_is_equal(f->secret->reading.value,
				   f->secret->value, RECEIPT_VALUE_SIZE)
			   ? GATE_RIGHT
			   : GATE_WRONG;
	for (size_t i = 0; i < FORM_GATE; i++) {
		struct text word = post_text(f->post, field[i]);

		if (receipt_is_word(
			word, f->list, f->secret->numbers[f->position[i]]))
			continue;
		p->wrong[n++] =
		    (struct view_wrong){ .number = f->position[i] + 1u,
			    .typed = word };
		p->bytes += word.n;
	}
	*ret_wrong = n;
	return n == 0 ? GATE_RIGHT : GATE_WRONG;
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
	v = (struct view_sent){ .site = site(f),
		.problem = (int)problem,
		.sent = (int)sent,
		.digits = digits(f),
		.token = token(f, p),
		.desk = typed(f, p, POST_DESK),
		.file_max = f->file_max,
		.names = is_named(f) };
	if (is_gated) {
		view_words(p->words, f->secret->numbers, f->list);
		v.words = p->words;
		v.words_n = RECEIPT_WORDS;
		v.words_lang = lang(f);
		v.pos1 = f->position[0] + 1u;
		v.pos2 = f->position[1] + 1u;
		v.pos3 = f->position[2] + 1u;
		v.wrong = p->wrong;
		v.gate = (int)pass_gate(f, p, &v.wrong_n);
	}
	v.next = put_next(f, p, &v.next_hours);
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
	v = (struct view_answers){ .site = site(f),
		.is_broken = answers->is_broken,
		.is_late = answers->is_late,
		.is_unreachable = answers->is_unreachable,
		.status = answers->status,
		.answers = answers->answer,
		.answers_n = answers->n,
		.has_none = answers->n == 0 && !answers->is_unreachable,
		.has_more = answers->has_more,
		.is_open = form_is_open(f),
		.digits = digits(f),
		.token = token(f, p),
		.desks = p->desks,
		.desks_n = put_desks(f, p),
		.file_max = f->file_max };
	if (!v.is_late)
		v.next = put_next(f, p, &v.next_hours);
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
	v = (struct view_follow){ .site = site(f),
		.problem = (int)problem,
		.digits = digits(f),
		.token = token(f, p),
		.message = typed(f, p, POST_MESSAGE),
		.desks = p->desks,
		.desks_n = put_desks(f, p),
		.desk = typed(f, p, POST_DESK),
		.file_max = f->file_max,
		.names = is_named(f) };
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
	v = (struct view_withdraw){ .site = site(f),
		.problem = (int)problem,
		.digits = digits(f),
		.token = token(f, p),
		.message = typed(f, p, POST_MESSAGE),
		.desks = p->desks,
		.desks_n = put_desks(f, p),
		.desk = typed(f, p, POST_DESK),
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
	v = (struct view_words){ .site = site(f),
		.fault = WORDS_COUNT,
		.number = r->words,
		.typed = typed(f, p, POST_WORDS) };
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
		v.digits = digits(f);
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
	v = (struct view_closed){ .site = site(f),
		.message = typed(f, p, POST_MESSAGE),
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
