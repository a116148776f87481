#include "pickup/auth.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "http/desk.h"
#include "http/problem.h"

struct auth {
	const struct station *station;
	struct desk_nonces *nonces;
};

int
auth_new(const struct station *s, struct auth **ret_auth)
{
	struct auth *a;
	int err;

	if ((a = mem_new(1, sizeof(*a))) == NULL)
		return ERR_NOMEM;
	a->station = s;
	if ((err = desk_nonces_new(desk_minute(), &a->nonces)) != 0) {
		auth_free(&a);
		return err;
	}
	*ret_auth = a;
	return 0;
}

void
auth_free(struct auth **auth)
{
	if (*auth == NULL)
		return;
	desk_nonces_free(&(*auth)->nonces);
	mem_free(*auth);
	*auth = NULL;
}

static int
refuse(const struct auth *a, struct http_request *r, int err)
{
	switch (err) {
	case ERR_AGAIN:
		http_problem_with(r, 401,
		    "The server has just started. Sign again with a nonce "
		    "that begins with its number.",
		    "start", desk_nonces_start(a->nonces));
		break;
	case ERR_EXPIRED:
	case ERR_NOT_YET:
		http_problem(
		    r, 401, "The clocks differ by more than five minutes.");
		break;
	case ERR_REPLAY:
		http_problem(r, 401, "This very request came before.");
		break;
	case ERR_BUSY:
	case ERR_NOMEM:
		http_problem_err(r, err);
		break;
	default:
		http_problem(r, 401, "This is not signed by a member.");
		break;
	}
	return err;
}

int
auth_check(
    struct auth *a, struct http_request *r, uint8_t ret_body[static HASH_SIZE])
{
	const struct wire_start *start = &a->station->child.start;
	const struct http_head *h = http_request_head(r);
	struct desk_request q = { .origin = text_from(start->origin),
		.method = text_from(http_method_text(h->method)),
		.target = h->target };
	struct desk_signature s;
	int err;

	if (a->station->place.card == NULL) {
		http_problem(r, 503, "The newsroom has no card yet.");
		return ERR_CLOSED;
	}
	if (q.origin.n == 0)
		q.origin = TEXT(DESK_ORIGIN_UNIX);
	memcpy(q.newsroom, start->newsroom, sizeof(q.newsroom));
	if ((err = desk_fields_read(h, &s)) != 0)
		return refuse(a, r, err);
	if (masthead_by_request(a->station->place.card, s.member) == NULL)
		return refuse(a, r, ERR_DENIED);
	if ((err = desk_verify(&q, &s)) != 0)
		return refuse(a, r, err);
	/* Only now: strangers must not fill the memory for nonces. */
	err = desk_nonces_take(a->nonces, s.nonce, s.minute, desk_minute());
	if (err != 0)
		return refuse(a, r, err);
	memcpy(ret_body, s.body, HASH_SIZE);
	return 0;
}

bool
auth_is_member(const struct auth *a, const struct http_head *h)
{
	const struct masthead *card = a->station->place.card;
	struct desk_signature s;

	return card != NULL && desk_fields_read(h, &s) == 0 &&
	       masthead_by_request(card, s.member) != NULL;
}
