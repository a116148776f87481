#include "relay/place.h"

#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "http/problem.h"

#define JSON_TYPE "application/json"
#define TEXT_TYPE "text/plain; charset=utf-8"

void
place_init(struct place *p, const struct wire_start *start)
{
	*p = (struct place){ .version = 1 };
	memcpy(p->newsroom, start->newsroom, sizeof(p->newsroom));
	memcpy(p->pin.key_id, start->pin, sizeof(p->pin.key_id));
	memcpy(
	    p->pin.pk, start->pin + sizeof(p->pin.key_id), sizeof(p->pin.pk));
}

void
place_fini(struct place *p)
{
	masthead_free(&p->card);
	stories_free(&p->stories);
	http_answer_free(&p->json);
	http_answer_free(&p->minisig);
	http_answer_free(&p->list);
}

static int
answer_of(const char *type, struct text t, struct http_answer **ret_answer)
{
	return http_answer_new(200, type, t.p, t.n, HTTP_COPY, ret_answer);
}

static void
replace_answer(struct http_answer **to, struct http_answer *by)
{
	http_answer_free(to);
	*to = by;
}

static int
take_card(struct place *p, struct text body)
{
	struct http_answer *json_answer = NULL, *minisig_answer = NULL;
	struct text json, minisig;
	struct masthead *card = NULL;
	int err;

	if ((err = masthead_frame_read(body, &json, &minisig)) != 0 ||
	    (err = masthead_read(
		 json, minisig, &p->pin, p->newsroom, day_today(), &card)) != 0)
		return err;
	if (p->card != NULL && card->serial <= p->card->serial) {
		masthead_free(&card);
		return ERR_SERIAL;
	}
	if ((err = answer_of(JSON_TYPE, json, &json_answer)) != 0 ||
	    (err = answer_of(TEXT_TYPE, minisig, &minisig_answer)) != 0) {
		http_answer_free(&json_answer);
		masthead_free(&card);
		return err;
	}
	replace_answer(&p->json, json_answer);
	replace_answer(&p->minisig, minisig_answer);
	masthead_free(&p->card);
	p->card = card;
	return 0;
}

static int
take_stories(struct place *p, struct text json)
{
	struct http_answer *answer = NULL;
	struct stories *stories = NULL;
	int err;

	if (json.n == 0)
		return ERR_NOT_FOUND;
	if ((err = stories_read(json, &stories)) != 0)
		return err;
	if ((err = answer_of(JSON_TYPE, json, &answer)) != 0) {
		stories_free(&stories);
		return err;
	}
	replace_answer(&p->list, answer);
	stories_free(&p->stories);
	p->stories = stories;
	return 0;
}

void
place_take(struct place *p, const struct wire_message *m)
{
	const struct text body = { (const char *)m->body, m->n };
	int err = ERR_NOT_FOUND;

	if (m->type == WIRE_CARD)
		err = take_card(p, body);
	else if (m->type == WIRE_STORIES)
		err = take_stories(p, body);
	if (err == 0)
		p->version++;
}

bool
place_answer(const struct place *p, struct http_request *r, struct text path)
{
	struct http_answer *a;

	if (text_is(path, "/masthead.json"))
		a = p->json;
	else if (text_is(path, "/masthead.json.minisig"))
		a = p->minisig;
	else if (text_is(path, "/v1/stories"))
		a = p->list;
	else
		return false;
	if (http_request_head(r)->method > HTTP_HEAD)
		http_problem_method(r, "GET, HEAD");
	else if (a != NULL)
		http_answer(r, a);
	else if (text_is(path, "/v1/stories"))
		http_reply(r, 200, JSON_TYPE, "[]", 2);
	else
		http_problem(r, 404, "There is no card yet.");
	return true;
}
