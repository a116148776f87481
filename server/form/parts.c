#include "form/parts.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/json.h"

struct view_site
parts_site(const struct form *f)
{
	struct page_place place = form_place(f);
	struct view_site s;

	view_site(&s, &place, f->lang);
	return s;
}

static const char *
lang_of(const struct form *f)
{
	return page_language(f->lang);
}

struct text
parts_typed(const struct form *f, struct parts *p, enum post_field field)
{
	struct text t = post_text(f->post, field);

	p->bytes += t.n;
	return t;
}

struct text
parts_token(const struct form *f, struct parts *p)
{
	hex_write(p->token, f->token, sizeof(f->token));
	return (struct text){ p->token, sizeof(p->token) };
}

struct text
parts_digits(const struct form *f)
{
	return text_from(f->secret->digits);
}

struct text
parts_grouped(const struct form *f)
{
	size_t list;

	if (receipt_list_of(text_from(lang_of(f)), &list) == 0)
		return TEXT("");
	return text_from(f->secret->grouped);
}

size_t
parts_desks(const struct form *f, struct parts *p)
{
	struct text chosen = post_text(f->post, POST_DESK);
	size_t n = f->card == NULL ? 0 : f->card->desks_n;

	if (n < 2)
		return 0;
	for (size_t i = 0; i < n; i++) {
		const struct masthead_desk *d = &f->card->desks[i];

		p->desks[i] = (struct view_choice){ .id = d->id,
			.name = masthead_say(
			    f->card, d->names, text_from(lang_of(f))),
			.is_chosen = text_is_equal(d->id, chosen) };
		p->bytes += d->id.n + p->desks[i].name.n;
	}
	return n;
}

size_t
parts_stories(const struct form *f, struct parts *p)
{
	struct text chosen = post_text(f->post, POST_STORY);
	size_t n = 0;

	for (size_t i = 0; f->stories != NULL && i < f->stories->n; i++) {
		const struct story *s = &f->stories->story[i];

		if (n == PAGE_STORIES_MAX)
			break;
		p->stories[n++] = (struct view_choice){ .id = s->id,
			.name = s->title,
			.lang = s->lang,
			.is_chosen = text_is_equal(s->id, chosen) };
		p->bytes += s->id.n + s->title.n + s->lang.n;
	}
	return n;
}

const struct story *
parts_story(const struct form *f, struct parts *p)
{
	static const struct story none;
	const struct story *s = NULL;
	struct text id = post_text(f->post, POST_STORY);

	if (f->stories != NULL && id.n > 0)
		s = stories_find(f->stories, id);
	if (s == NULL)
		return &none;
	p->bytes += s->title.n + s->lang.n;
	return s;
}

int
parts_next(const struct form *f, struct parts *p, size_t *ret_hours)
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

size_t
parts_promise(const struct form *f)
{
	struct text desk = post_text(f->post, POST_DESK);
	char name[64] = { 0 };
	json_t *policy, *days;
	uint64_t n = 0;

	if (f->card == NULL || f->card->desks_n == 0)
		return 0;
	if (desk.n == 0)
		desk = f->card->desks[0].id;
	if (desk.n >= sizeof(name) ||
	    json_object_of(f->card->root, "policy", &policy) != 0 ||
	    json_object_of(policy, "promise_days", &days) != 0)
		return 0;
	memcpy(name, desk.p, desk.n);
	(void)json_u64(days, name, UINT32_MAX, &n);
	return (size_t)n;
}

struct view_cut
parts_cut(const struct form *f, struct parts *p, bool is_sent)
{
	struct view_cut v = cut_view(f, &p->cut, is_sent);

	p->bytes += v.part.n + v.of.n + v.have.n + v.received.n + v.missing.n;
	return v;
}

bool
parts_is_named(const struct form *f)
{
	return text_is(post_text(f->post, POST_NAMES), "yes");
}

enum view_gate
parts_gate(struct form *f, struct parts *p, size_t *ret_wrong)
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
