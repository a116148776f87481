#include "form/keep.h"

#include <poll.h>

#include "base/cursor.h"
#include "base/err.h"

/* A form puts one letter, and asks one thing at a time. */
#define PUT_REQUEST 1
#define ASK_REQUEST 2

/* keep died or speaks nonsense: what has not been acknowledged is lost, and
 * the source is told. */
static int
gone(struct form *f)
{
	wire_peer_free(&f->keep);
	return ERR_CLOSED;
}

static int
send_out(struct form *f, const struct wire_out *out)
{
	if (f->keep == NULL)
		return ERR_CLOSED;
	return wire_send(f->keep, out) == 0 ? 0 : gone(f);
}

static int
receive(struct form *f, struct wire_message *ret_m)
{
	if (f->keep == NULL)
		return ERR_CLOSED;
	return wire_receive(f->keep, ret_m) == 0 ? 0 : gone(f);
}

static int
fail_of(struct form *f, const struct wire_message *m)
{
	uint32_t detail;
	int fail;

	return wire_fail_read(m, &fail, &detail) == 0 ? fail : gone(f);
}

static void
read_card(struct form *f, const struct wire_message *m)
{
	struct masthead_pin pin;
	struct text json, minisig;
	struct cursor c;
	uint32_t n;

	cursor_init(&c, m->body, m->n);
	n = cursor_u32(&c);
	json = (struct text){ (const char *)cursor_take(&c, n), n };
	minisig = (struct text){ (const char *)c.p, c.n };
	if (c.err != 0)
		return;
	cursor_init(&c, f->child.start.pin, sizeof(f->child.start.pin));
	cursor_copy(&c, pin.key_id, sizeof(pin.key_id));
	cursor_copy(&c, pin.pk, sizeof(pin.pk));
	(void)masthead_read(
	    json, minisig, &pin, f->child.start.newsroom, f->today, &f->card);
}

static void
read_next(struct form *f, const struct wire_message *m)
{
	struct cursor c;

	cursor_init(&c, m->body, m->n);
	(void)cursor_u32(&c);
	(void)cursor_u32(&c);
	f->next.time = cursor_u64(&c);
	f->next.is_known = cursor_finish(&c) == 0;
}

void
keep_place(struct form *f)
{
	const struct wire_out out = {
		.type = WIRE_PLACE_GET, .request = ASK_REQUEST, .fd = -1
	};
	struct wire_message m;

	if (send_out(f, &out) != 0)
		return;
	for (int i = 0; i < 3; i++) {
		if (receive(f, &m) != 0)
			return;
		if (m.type == WIRE_CARD)
			read_card(f, &m);
		else if (m.type == WIRE_STORIES)
			(void)stories_read(
			    (struct text){ (const char *)m.body, m.n },
			    &f->stories);
		else if (m.type == WIRE_NEXT)
			read_next(f, &m);
		else {
			(void)gone(f);
			return;
		}
	}
}

int
keep_ask(struct form *f, enum wire_type type, const void *body, size_t n,
    struct wire_message *ret_answer)
{
	const struct wire_out out = { .type = type,
		.request = ASK_REQUEST,
		.part1 = body,
		.part1_n = n,
		.fd = -1 };
	int err;

	if ((err = send_out(f, &out)) != 0 ||
	    (err = receive(f, ret_answer)) != 0)
		return err;
	if (ret_answer->request != ASK_REQUEST)
		return gone(f);
	if (ret_answer->type == WIRE_FAIL)
		return fail_of(f, ret_answer);
	return ret_answer->type == WIRE_DATA ? 0 : gone(f);
}

int
keep_put_begin(struct form *f, struct text head)
{
	const struct wire_out out = { .type = WIRE_PUT_BEGIN,
		.request = PUT_REQUEST,
		.part1 = head.p,
		.part1_n = head.n,
		.fd = -1 };

	return send_out(f, &out);
}

/* What keep says to a put, when it says something now. */
static int
hear(struct form *f, int timeout)
{
	struct pollfd p = { .events = POLLIN };
	struct wire_message m;
	int err;

	if (f->keep == NULL)
		return ERR_CLOSED;
	p.fd = wire_peer_fd(f->keep);
	if (poll(&p, 1, timeout) == 0)
		return ERR_AGAIN;
	if ((err = receive(f, &m)) != 0)
		return err;
	if (m.request != PUT_REQUEST)
		return gone(f);
	if (m.type == WIRE_FAIL)
		return fail_of(f, &m);
	return m.type == WIRE_DONE ? 0 : gone(f);
}

int
keep_put_chunk(struct form *f, uint64_t index, const uint8_t *sealed, size_t n)
{
	uint8_t number[8];
	const struct wire_out out = { .type = WIRE_PUT_CHUNK,
		.request = PUT_REQUEST,
		.part1 = number,
		.part1_n = sizeof(number),
		.part2 = sealed,
		.part2_n = n,
		.fd = -1 };
	int err;

	u64_write(number, index);
	if ((err = send_out(f, &out)) != 0)
		return err;
	/* Nothing is to be heard before the commit but a refusal. */
	err = hear(f, 0);
	if (err == ERR_AGAIN)
		return 0;
	return err != 0 ? err : gone(f);
}

int
keep_put_commit(struct form *f, uint64_t chunks, const uint8_t once[static 16],
    uint64_t bytes)
{
	uint8_t body[40] = { 0 };
	const struct wire_out out = { .type = WIRE_PUT_COMMIT,
		.request = PUT_REQUEST,
		.part1 = body,
		.part1_n = sizeof(body),
		.fd = -1 };
	struct buf b;
	int err;

	buf_init_fixed(&b, body, sizeof(body));
	buf_put_u64(&b, chunks);
	buf_put(&b, once, 16);
	buf_put_u64(&b, bytes);
	if ((err = send_out(f, &out)) != 0)
		return err;
	return hear(f, -1);
}

void
keep_put_drop(struct form *f)
{
	const struct wire_out out = {
		.type = WIRE_PUT_DROP, .request = PUT_REQUEST, .fd = -1
	};

	(void)send_out(f, &out);
}
