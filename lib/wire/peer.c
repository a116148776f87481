#include "wire/wire.h"

#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "os/sock.h"
#include "wire/table.h"

#define FLAGS_KNOWN WIRE_MORE

struct wire_peer {
	int fd;
	enum wire_role self, other;
	uint8_t newsroom[16];
	uint16_t used[WIRE_EDGES]; /* of the edges that have a budget */
	size_t size;
	uint8_t buf[]; /* header and the largest body this edge carries */
};

int
wire_peer_new(int fd, enum wire_role self, enum wire_role other,
    const uint8_t newsroom[static 16], struct wire_peer **ret_peer)
{
	size_t size = WIRE_HEADER_SIZE + wire_body_max_between(other, self);
	struct wire_peer *p;

	must(fd >= 0 && self != other);
	if ((p = mem_new(1, sizeof(*p) + size)) == NULL)
		return ERR_NOMEM;
	p->fd = fd;
	p->self = self;
	p->other = other;
	memcpy(p->newsroom, newsroom, sizeof(p->newsroom));
	p->size = size;
	*ret_peer = p;
	return 0;
}

void
wire_peer_free(struct wire_peer **peer)
{
	if (*peer == NULL)
		return;
	close((*peer)->fd);
	mem_free(*peer);
	*peer = NULL;
}

int
wire_peer_fd(const struct wire_peer *p)
{
	return p->fd;
}

/* The first word to a child tells it its newsroom; until then it knows none
 * and takes nothing else. */
static bool
is_start(enum wire_type type)
{
	return type == WIRE_START || type == WIRE_DESK_START ||
	       type == WIRE_FETCH_START;
}

/* Counts one use of an edge; false when its budget is spent. */
static bool
spend(struct wire_peer *p, int edge)
{
	if (wire_edges[edge].times == 0)
		return true;
	if (p->used[edge] >= wire_edges[edge].times)
		return false;
	p->used[edge]++;
	return true;
}

static int
check(struct wire_peer *p, size_t n, int fd, struct wire_message *m)
{
	struct cursor c;
	uint32_t length;
	uint8_t type;
	int edge;

	if (n < WIRE_HEADER_SIZE)
		return ERR_TRUNCATED;
	cursor_init(&c, p->buf, n);
	if (cursor_u8(&c) != WIRE_VERSION)
		return ERR_VERSION;
	type = cursor_u8(&c);
	m->flags = cursor_u16(&c);
	length = cursor_u32(&c);
	m->request = cursor_u64(&c);
	cursor_copy(&c, m->newsroom, sizeof(m->newsroom));

	if ((edge = wire_edge_find(p->other, p->self, type)) < 0)
		return ERR_DENIED;
	m->type = (enum wire_type)type;
	if ((m->flags & ~FLAGS_KNOWN) != 0)
		return ERR_FORMAT;
	if (length > wire_body_max(m->type))
		return ERR_LIMIT;
	if (length != c.n)
		return length > c.n ? ERR_TRUNCATED : ERR_FORMAT;
	if (wire_has_descriptor(m->type) != (fd >= 0))
		return ERR_FORMAT;
	if (!is_start(m->type) &&
	    memcmp(m->newsroom, p->newsroom, sizeof(m->newsroom)) != 0)
		return ERR_NEWSROOM;
	if (!spend(p, edge))
		return ERR_REPLAY;
	m->body = p->buf + WIRE_HEADER_SIZE;
	m->n = length;
	m->fd = fd;
	return 0;
}

int
wire_receive(struct wire_peer *p, struct wire_message *ret_message)
{
	struct wire_message m = { .fd = -1 };
	size_t n;
	int fd, err;

	if ((err = sock_receive(p->fd, p->buf, p->size, &n, &fd)) != 0)
		return err;
	if ((err = check(p, n, fd, &m)) != 0) {
		if (fd >= 0)
			close(fd);
		return err;
	}
	if (is_start(m.type))
		memcpy(p->newsroom, m.newsroom, sizeof(p->newsroom));
	*ret_message = m;
	return 0;
}

int
wire_send(struct wire_peer *p, const struct wire_out *out)
{
	uint8_t head[WIRE_HEADER_SIZE];
	int edge = wire_edge_find(p->self, p->other, out->type);
	struct buf b;
	int err;

	must(edge >= 0);
	must(out->part1_n <= WIRE_BODY_MAX && out->part2_n <= WIRE_BODY_MAX);
	must(out->part1_n + out->part2_n <= wire_body_max(out->type));
	must((out->flags & ~FLAGS_KNOWN) == 0);
	must(wire_has_descriptor(out->type) == (out->fd >= 0));
	must(wire_edges[edge].times == 0 ||
	     p->used[edge] < wire_edges[edge].times);

	buf_init_fixed(&b, head, sizeof(head));
	buf_put_u8(&b, WIRE_VERSION);
	buf_put_u8(&b, (uint8_t)out->type);
	buf_put_u16(&b, out->flags);
	buf_put_u32(&b, (uint32_t)(out->part1_n + out->part2_n));
	buf_put_u64(&b, out->request);
	buf_put(&b, p->newsroom, sizeof(p->newsroom));
	must(buf_finish(&b) == 0);
	err = sock_send(p->fd, head, sizeof(head), out->part1, out->part1_n,
	    out->part2, out->part2_n, out->fd);
	/* Only what left counts: a full socket is tried again. */
	if (err == 0)
		(void)spend(p, edge);
	return err;
}

int
wire_send_empty(struct wire_peer *p, enum wire_type type, uint64_t request)
{
	const struct wire_out out = {
		.type = type, .request = request, .fd = -1
	};

	return wire_send(p, &out);
}

int
wire_send_fail(struct wire_peer *p, uint64_t request, int fail, uint32_t detail)
{
	uint8_t body[8];
	const struct wire_out out = { .type = WIRE_FAIL,
		.request = request,
		.part1 = body,
		.part1_n = sizeof(body),
		.fd = -1 };

	must(fail < 0);
	u32_write(body, (uint32_t)fail);
	u32_write(body + 4, detail);
	return wire_send(p, &out);
}

int
wire_fail_read(const struct wire_message *m, int *ret_err, uint32_t *ret_detail)
{
	struct cursor c;
	uint32_t fail, detail;
	int err;

	cursor_init(&c, m->body, m->n);
	fail = cursor_u32(&c);
	detail = cursor_u32(&c);
	if ((err = cursor_finish(&c)) != 0)
		return err;
	/* Codes are negative; anything else would be taken for success. */
	if (fail <= INT32_MAX)
		return ERR_FORMAT;
	*ret_err = -(int)(UINT32_MAX - fail) - 1;
	*ret_detail = detail;
	return 0;
}
