#include "book/roster.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "chain/chain.h"

struct card {
	uint64_t seq;
	uint8_t (*sign)[32];
	size_t n;
};

struct roster {
	struct card *cards; /* by seq */
	size_t n, cap;
};

struct reading {
	struct mirror *m;
	const struct masthead_pin *pin;
	const uint8_t *newsroom;
	struct roster *roster;
	uint8_t *frame;
};

static int
add_card(struct roster *r, uint64_t seq, const struct masthead *m)
{
	struct card card = { .seq = seq, .n = m->members_n }, *more;
	size_t i;

	if (r->n == r->cap) {
		r->cap = r->cap == 0 ? 16 : r->cap * 2;
		if ((more = mem_resize(r->cards, r->cap, sizeof(*more))) ==
		    NULL)
			return ERR_NOMEM;
		r->cards = more;
	}
	if (card.n > 0 &&
	    (card.sign = mem_new(card.n, sizeof(*card.sign))) == NULL)
		return ERR_NOMEM;
	for (i = 0; i < card.n; i++)
		memcpy(card.sign[i], m->members[i].sign, 32);
	r->cards[r->n++] = card;
	return 0;
}

static int
read_card(void *ctx, const struct mirror_entry *e)
{
	struct reading *r = ctx;
	struct masthead *m = NULL;
	struct text json, minisig;
	size_t n;
	int err;

	if (e->type != CHAIN_CARD || e->held == 0)
		return 0;
	if ((err = mirror_read(
		 r->m, e->seq, 0, r->frame, MASTHEAD_FRAME_MAX, &n)) != 0)
		return err;
	err = masthead_frame_read(
	    (struct text){ (const char *)r->frame, n }, &json, &minisig);
	if (err == 0)
		err = masthead_read(
		    json, minisig, r->pin, r->newsroom, e->day, &m);
	if (err == 0)
		err = add_card(r->roster, e->seq, m);
	masthead_free(&m);
	return err == ERR_NOMEM ? err : 0;
}

int
roster_new(struct mirror *m, const struct masthead_pin *pin,
    const uint8_t newsroom[static 16], struct roster **ret_roster)
{
	struct reading r = { .m = m, .pin = pin, .newsroom = newsroom };
	int err = ERR_NOMEM;

	r.roster = mem_new(1, sizeof(*r.roster));
	r.frame = mem_new(1, MASTHEAD_FRAME_MAX);
	if (r.roster != NULL && r.frame != NULL)
		err = mirror_each(m, read_card, &r);
	mem_free(r.frame);
	if (err != 0)
		roster_free(&r.roster);
	else
		*ret_roster = r.roster;
	return err;
}

void
roster_free(struct roster **roster)
{
	struct roster *r = *roster;
	size_t i;

	if (r == NULL)
		return;
	for (i = 0; i < r->n; i++)
		mem_free(r->cards[i].sign);
	mem_free(r->cards);
	mem_free(r);
	*roster = NULL;
}

static bool
lists(const struct card *c, const uint8_t sign[static 32])
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (memcmp(c->sign[i], sign, 32) == 0)
			return true;
	return false;
}

bool
roster_has(const struct roster *r, uint64_t seq, const uint8_t sign[static 32])
{
	size_t i = r->n;

	while (i > 0 && r->cards[i - 1].seq > seq)
		i--;
	return i > 0 && lists(&r->cards[i - 1], sign);
}

uint64_t
roster_joined(const struct roster *r, const uint8_t sign[static 32])
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (lists(&r->cards[i], sign))
			return r->cards[i].seq;
	return 0;
}
