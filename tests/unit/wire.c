#include "unit.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "age/age.h"
#include "base/err.h"
#include "masthead/masthead.h"
#include "os/sock.h"
#include "wire/table.h"
#include "wire/wire.h"

static const uint8_t newsroom[16] = "newsroom of test";
static const uint8_t other_newsroom[16] = "another newsroom";

/* Two ends that speak with each other, neither of which blocks. */
struct ends {
	struct wire_peer *a, *b;
};

static struct ends
ends_of(enum wire_role a, enum wire_role b)
{
	struct ends e;
	int fds[2];

	assert_int_equal(sock_pair(fds), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(sock_set_nonblocking(fds[i], true), 0);
	assert_int_equal(wire_peer_new(fds[0], a, b, newsroom, &e.a), 0);
	assert_int_equal(wire_peer_new(fds[1], b, a, newsroom, &e.b), 0);
	return e;
}

static void
ends_close(struct ends *e)
{
	wire_peer_free(&e->a);
	wire_peer_free(&e->b);
}

static void
test_round_trip(void **state)
{
	struct ends e = ends_of(WIRE_FORM, WIRE_KEEP);
	const uint8_t index[8] = { 5 };
	const struct wire_out out = { .type = WIRE_PUT_CHUNK,
		.flags = WIRE_MORE,
		.request = 0x1122334455667788,
		.part1 = index,
		.part1_n = sizeof(index),
		.part2 = "sealed",
		.part2_n = 6,
		.fd = -1 };
	struct wire_message m;

	(void)state;
	assert_int_equal(wire_receive(e.b, &m), ERR_AGAIN);
	assert_int_equal(wire_send(e.a, &out), 0);
	assert_int_equal(wire_receive(e.b, &m), 0);
	assert_int_equal(m.type, WIRE_PUT_CHUNK);
	assert_int_equal(m.flags, WIRE_MORE);
	assert_true(m.request == 0x1122334455667788);
	assert_memory_equal(m.newsroom, newsroom, 16);
	assert_int_equal(m.n, 14);
	assert_memory_equal(m.body, "\5\0\0\0\0\0\0\0sealed", 14);
	assert_int_equal(m.fd, -1);
	wire_peer_free(&e.a);
	assert_int_equal(wire_receive(e.b, &m), ERR_CLOSED);
	assert_int_equal(wire_send_fail(e.b, 1, ERR_FULL, 0), ERR_CLOSED);
	ends_close(&e);
}

/* The numbers of the list, by the names other rooms have for them. */
static void
test_the_largest_card_and_header_fit(void **state)
{
	(void)state;
	assert_int_equal(
	    wire_body_max(WIRE_PUT_BEGIN), AGE_HEADER_MAX + AGE_NONCE_SIZE);
	assert_int_equal(wire_body_max(WIRE_PUT_CHUNK), 8 + AGE_CHUNK_SEALED);
	assert_int_equal(wire_body_max(WIRE_CARD), MASTHEAD_FRAME_MAX);
	assert_int_equal(wire_body_max(WIRE_CARD_PUT), 8 + MASTHEAD_FRAME_MAX);
	assert_int_equal(wire_body_max(WIRE_STORIES), STORIES_MAX);
	assert_int_equal(wire_body_max(WIRE_STORIES_PUT), STORIES_MAX);
}

static void
test_largest_of_every_edge(void **state)
{
	uint8_t *body = calloc(1, WIRE_BODY_MAX);

	(void)state;
	assert_non_null(body);
	for (size_t i = 0; i < WIRE_EDGES; i++) {
		const struct wire_edge *edge = &wire_edges[i];
		struct ends e = ends_of(edge->from, edge->to);
		struct wire_out out = { .type = edge->type,
			.part2 = body,
			.part2_n = wire_body_max(edge->type),
			.fd = -1 };
		struct wire_message m;

		if (wire_has_descriptor(out.type))
			out.fd = STDERR_FILENO;
		assert_int_equal(wire_send(e.a, &out), 0);
		assert_int_equal(wire_receive(e.b, &m), 0);
		assert_int_equal(m.n, wire_body_max(out.type));
		if (m.fd >= 0)
			close(m.fd);
		ends_close(&e);
	}
	free(body);
}

/* Sends raw bytes as if from a peer. */
static void
send_raw(struct ends *e, const void *p, size_t n)
{
	assert_true(send(wire_peer_fd(e->a), p, n, 0) == (ssize_t)n);
}

/* A well-formed message of some length to play with. */
static size_t
make(uint8_t *out, size_t size, unsigned type, size_t body)
{
	struct buf b;

	buf_init_fixed(&b, out, size);
	buf_put_u8(&b, WIRE_VERSION);
	buf_put_u8(&b, (uint8_t)type);
	buf_put_u16(&b, 0);
	buf_put_u32(&b, (uint32_t)body);
	buf_put_u64(&b, 7);
	buf_put(&b, newsroom, sizeof(newsroom));
	buf_fill(&b, 'x', body);
	assert_int_equal(buf_finish(&b), 0);
	return b.n;
}

static void
test_cut_at_any_byte(void **state)
{
	uint8_t raw[WIRE_HEADER_SIZE + 40];
	size_t n = make(raw, sizeof(raw), WIRE_PUT_COMMIT, 40);
	struct wire_message m;

	(void)state;
	for (size_t cut = 1; cut <= n; cut++) {
		struct ends e = ends_of(WIRE_FORM, WIRE_KEEP);

		send_raw(&e, raw, cut);
		assert_int_equal(
		    wire_receive(e.b, &m), cut == n ? 0 : ERR_TRUNCATED);
		ends_close(&e);
	}
}

static void
test_every_byte_of_the_header_counts(void **state)
{
	uint8_t raw[WIRE_HEADER_SIZE + 40];
	size_t n = make(raw, sizeof(raw), WIRE_PUT_COMMIT, 40);
	struct wire_message m;

	(void)state;
	for (size_t at = 0; at < WIRE_HEADER_SIZE; at++) {
		struct ends e = ends_of(WIRE_FORM, WIRE_KEEP);
		bool is_request = at >= 8 && at < 16;

		raw[at] ^= 0x80;
		send_raw(&e, raw, n);
		assert_int_equal(wire_receive(e.b, &m) == 0, is_request);
		raw[at] ^= 0x80;
		ends_close(&e);
	}
}

static void
test_only_what_the_edge_allows(void **state)
{
	uint8_t raw[WIRE_HEADER_SIZE];

	(void)state;
	for (unsigned type = 0; type < 256; type++) {
		struct ends e = ends_of(WIRE_FORM, WIRE_KEEP);
		size_t n = make(raw, sizeof(raw), type, 0);
		bool is_allowed =
		    wire_is_allowed(WIRE_FORM, WIRE_KEEP, (enum wire_type)type);
		struct wire_message m;

		send_raw(&e, raw, n);
		assert_int_equal(
		    wire_receive(e.b, &m), is_allowed ? 0 : ERR_DENIED);
		ends_close(&e);
	}
	/* The heart of the table: a form opens no inbox letter, nobody but the
	 * parent, gate and the launcher passes descriptors. */
	for (int type = WIRE_INBOX_LIST; type <= WIRE_STORIES_PUT; type++) {
		assert_false(wire_is_allowed(
		    WIRE_FORM, WIRE_KEEP, (enum wire_type)type));
		assert_false(
		    wire_is_allowed(WIRE_WEB, WIRE_KEEP, (enum wire_type)type));
	}
	for (size_t i = 0; i < WIRE_EDGES; i++) {
		if (wire_has_descriptor(wire_edges[i].type))
			assert_true(wire_edges[i].from == WIRE_PARENT ||
				    wire_edges[i].from == WIRE_GATE ||
				    wire_edges[i].from == WIRE_LAUNCH);
	}
}

static void
test_budget_is_for_life(void **state)
{
	struct ends e = ends_of(WIRE_FORM, WIRE_KEEP);
	uint8_t raw[WIRE_HEADER_SIZE];
	size_t n = make(raw, sizeof(raw), WIRE_PLACE_GET, 0);
	struct wire_message m;

	(void)state;
	assert_int_equal(wire_send_empty(e.a, WIRE_PLACE_GET, 1), 0);
	assert_int_equal(wire_receive(e.b, &m), 0);
	send_raw(&e, raw, n);
	assert_int_equal(wire_receive(e.b, &m), ERR_REPLAY);
	ends_close(&e);
}

static void
test_a_full_socket_spends_nothing(void **state)
{
	struct ends e = ends_of(WIRE_FORM, WIRE_KEEP);
	struct wire_message m;
	size_t sent = 0;
	int err;

	(void)state;
	while ((err = wire_send_empty(e.a, WIRE_PUT_CHUNK, 1)) == 0)
		sent++;
	assert_int_equal(err, ERR_AGAIN);
	assert_int_equal(wire_send_empty(e.a, WIRE_PUT_DROP, 1), ERR_AGAIN);
	while (sent-- > 0)
		assert_int_equal(wire_receive(e.b, &m), 0);
	assert_int_equal(wire_send_empty(e.a, WIRE_PUT_DROP, 1), 0);
	assert_int_equal(wire_receive(e.b, &m), 0);
	ends_close(&e);
}

static void
test_other_newsroom(void **state)
{
	struct ends e = ends_of(WIRE_FORM, WIRE_KEEP);
	struct wire_peer *stranger = NULL;
	struct wire_message m;

	(void)state;
	assert_int_equal(wire_peer_new(dup(wire_peer_fd(e.a)), WIRE_FORM,
			     WIRE_KEEP, other_newsroom, &stranger),
	    0);
	assert_int_equal(wire_send_empty(stranger, WIRE_PLACE_GET, 1), 0);
	assert_int_equal(wire_receive(e.b, &m), ERR_NEWSROOM);
	wire_peer_free(&stranger);
	ends_close(&e);
}

/* How many descriptors this process has. */
static int
count_fds(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++) {
		int copy = dup(fd);

		if (copy >= 0) {
			n++;
			close(copy);
		}
	}
	return n;
}

static void
test_descriptors(void **state)
{
	struct ends gate = ends_of(WIRE_GATE, WIRE_FORM);
	struct ends form = ends_of(WIRE_FORM, WIRE_KEEP);
	const uint8_t entry = 3;
	const struct wire_out out = { .type = WIRE_CONNECTION,
		.part1 = &entry,
		.part1_n = 1,
		.fd = STDERR_FILENO };
	uint8_t raw[WIRE_HEADER_SIZE + 1];
	struct wire_message m;
	int before = count_fds();
	size_t n;

	(void)state;
	assert_int_equal(wire_send(gate.a, &out), 0);
	assert_int_equal(wire_receive(gate.b, &m), 0);
	assert_true(m.fd >= 0);
	close(m.fd);
	/* One that is missing, and one nobody asked for. */
	n = make(raw, sizeof(raw), WIRE_CONNECTION, 1);
	send_raw(&gate, raw, n);
	assert_int_equal(wire_receive(gate.b, &m), ERR_FORMAT);
	n = make(raw, sizeof(raw), WIRE_PLACE_GET, 0);
	assert_int_equal(sock_send(wire_peer_fd(form.a), raw, n, NULL, 0, NULL,
			     0, STDERR_FILENO),
	    0);
	assert_int_equal(wire_receive(form.b, &m), ERR_FORMAT);
	assert_int_equal(count_fds(), before);
	ends_close(&gate);
	ends_close(&form);
}

static struct wire_start
sample_start(void)
{
	return (struct wire_start){ .role = WIRE_FORM,
		.pin = { 1, 2, 3 },
		.prefix = "/tips",
		.front = { FRONT_ONION, FRONT_CDN },
		.entries = 2,
		.origin = "https://desk.example:8443",
		.file_max = 2ULL << 30,
		.reserve = 512 << 20,
		.edition_age = 30,
		.is_relaxed = true,
		.uid = 61103,
		.gid = 61103,
		.directory = "/var/lib/pista" };
}

static void
assert_start_equal(const struct wire_start *a, const struct wire_start *b)
{
	assert_int_equal(a->role, b->role);
	assert_memory_equal(a->newsroom, b->newsroom, sizeof(a->newsroom));
	assert_memory_equal(a->pin, b->pin, sizeof(a->pin));
	assert_string_equal(a->prefix, b->prefix);
	assert_int_equal(a->entries, b->entries);
	assert_memory_equal(a->front, b->front, sizeof(a->front));
	assert_string_equal(a->origin, b->origin);
	assert_true(a->file_max == b->file_max && a->reserve == b->reserve);
	assert_int_equal(a->edition_age, b->edition_age);
	assert_int_equal(a->is_relaxed, b->is_relaxed);
	assert_int_equal(a->uid, b->uid);
	assert_int_equal(a->gid, b->gid);
	assert_string_equal(a->directory, b->directory);
}

static void
test_start(void **state)
{
	struct wire_start s = sample_start(), back;
	struct wire_message m = { .type = WIRE_START };
	struct buf b;

	(void)state;
	memcpy(s.newsroom, newsroom, sizeof(newsroom));
	memcpy(m.newsroom, newsroom, sizeof(newsroom));
	buf_init(&b, 8192);
	wire_start_put(&b, &s);
	m.body = b.p;
	for (m.n = 0; m.n < b.n; m.n++)
		assert_int_not_equal(wire_start_read(&m, &back), 0);
	assert_int_equal(wire_start_read(&m, &back), 0);
	assert_start_equal(&s, &back);
	memcpy(m.newsroom, other_newsroom, sizeof(other_newsroom));
	assert_int_equal(wire_start_read(&m, &back), ERR_NEWSROOM);
	buf_fini(&b);
}

/* A child knows no newsroom until START tells it. */
static void
test_start_names_the_newsroom(void **state)
{
	static const uint8_t none[16];
	struct wire_start s = sample_start();
	struct wire_out out = { .type = WIRE_START, .fd = -1 };
	struct ends e = ends_of(WIRE_PARENT, WIRE_FORM);
	struct wire_peer *child = NULL;
	struct wire_message m;
	struct buf b;

	(void)state;
	assert_int_equal(wire_peer_new(dup(wire_peer_fd(e.b)), WIRE_FORM,
			     WIRE_PARENT, none, &child),
	    0);
	assert_int_equal(wire_send_empty(e.a, WIRE_PRESSURE, 0), 0);
	assert_int_equal(wire_receive(child, &m), ERR_NEWSROOM);
	memcpy(s.newsroom, newsroom, sizeof(newsroom));
	buf_init(&b, 8192);
	wire_start_put(&b, &s);
	out.part1 = b.p;
	out.part1_n = b.n;
	assert_int_equal(wire_send(e.a, &out), 0);
	assert_int_equal(wire_send_empty(e.a, WIRE_PRESSURE, 0), 0);
	assert_int_equal(wire_receive(child, &m), 0);
	assert_int_equal(m.type, WIRE_START);
	assert_int_equal(wire_receive(child, &m), 0);
	assert_int_equal(m.type, WIRE_PRESSURE);
	buf_fini(&b);
	wire_peer_free(&child);
	ends_close(&e);
}

static void
test_fail(void **state)
{
	struct ends e = ends_of(WIRE_KEEP, WIRE_FORM);
	struct wire_message m;
	uint8_t body[8] = { 0 };
	uint32_t detail;
	int err;

	(void)state;
	assert_int_equal(wire_send_fail(e.a, 9, ERR_CONFLICT, 77), 0);
	assert_int_equal(wire_receive(e.b, &m), 0);
	assert_int_equal(wire_fail_read(&m, &err, &detail), 0);
	assert_int_equal(err, ERR_CONFLICT);
	assert_int_equal(detail, 77);
	/* A failure that says success. */
	m.body = body;
	assert_int_equal(wire_fail_read(&m, &err, &detail), ERR_FORMAT);
	m.n = 7;
	assert_int_equal(wire_fail_read(&m, &err, &detail), ERR_TRUNCATED);
	ends_close(&e);
}

static void
test_entry(void **state)
{
	struct wire_entry e = { .seq = 5,
		.type = 1,
		.state = WIRE_ENTRY_DELETED,
		.day = 20000,
		.size = 1 << 20,
		.digest = { 1 },
		.link = { 2 } };
	struct wire_entry back;
	struct cursor c;
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	wire_entry_put(&b, &e);
	assert_int_equal(b.n, WIRE_ENTRY_SIZE);
	cursor_init(&c, b.p, b.n);
	assert_int_equal(wire_entry_read(&c, &back), 0);
	assert_true(back.seq == 5 && back.type == 1 && back.day == 20000);
	assert_true(back.size == 1 << 20 && back.state == e.state);
	assert_memory_equal(back.digest, e.digest, 32);
	assert_memory_equal(back.link, e.link, 32);
	cursor_init(&c, b.p, b.n - 1);
	assert_int_equal(wire_entry_read(&c, &back), ERR_TRUNCATED);
	b.p[9] = 0x80;
	cursor_init(&c, b.p, b.n);
	assert_int_equal(wire_entry_read(&c, &back), ERR_FORMAT);
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_the_largest_card_and_header_fit),
		cmocka_unit_test(test_largest_of_every_edge),
		cmocka_unit_test(test_cut_at_any_byte),
		cmocka_unit_test(test_every_byte_of_the_header_counts),
		cmocka_unit_test(test_only_what_the_edge_allows),
		cmocka_unit_test(test_budget_is_for_life),
		cmocka_unit_test(test_a_full_socket_spends_nothing),
		cmocka_unit_test(test_other_newsroom),
		cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_start_names_the_newsroom),
		cmocka_unit_test(test_fail),
		cmocka_unit_test(test_entry),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
