#include <stdio.h>

#include "unit.h"

#include "base/err.h"
#include "wire/desk_start.h"
#include "wire/table.h"

static const uint8_t newsroom[16] = "newsroom of test";

/* A message with the bytes of b, cut short on every length and whole; read
 * must refuse all but the last, and one byte too many. */
static void
assert_whole_only(struct buf *b, enum wire_type type,
    int (*read)(const struct wire_message *m))
{
	struct wire_message m = { .type = type };

	memcpy(m.newsroom, newsroom, sizeof(newsroom));
	assert_true(b->n <= wire_body_max(type));
	buf_put_u8(b, 0);
	assert_int_equal(buf_finish(b), 0);
	m.body = b->p;
	for (m.n = 0; m.n < b->n - 1; m.n++)
		assert_int_not_equal(read(&m), 0);
	assert_int_equal(read(&m), 0);
	m.n++;
	assert_int_not_equal(read(&m), 0);
	m.n--;
	m.type = WIRE_READY;
	assert_int_equal(read(&m), ERR_DENIED);
}

static struct desk_start desk;
static struct fetch_start fetch;
static struct fetch_round fetched;
static struct fetch_progress progress;
static enum desk_reason reason;
static uint64_t whole;

static int
read_desk(const struct wire_message *m)
{
	return desk_start_read(m, &desk);
}
static int
read_fetch(const struct wire_message *m)
{
	return fetch_start_read(m, &fetch);
}
static int
read_round(const struct wire_message *m)
{
	return fetch_round_read(m, &fetched);
}
static int
read_progress(const struct wire_message *m)
{
	return fetch_progress_read(m, &progress);
}
static int
read_locked(const struct wire_message *m)
{
	return desk_locked_read(m, &reason);
}
static int
read_whole(const struct wire_message *m)
{
	return fetch_whole_read(m, &whole);
}

static struct desk_start
sample_desk(void)
{
	struct desk_start s = { .pin = { 1, 2 },
		.directory = "/home/ana/.local/share/pista/member",
		.port = 40123,
		.token = { 4 },
		.idle_minutes = 15,
		.reason = DESK_REASON_SUSPEND,
		.is_relaxed = true };

	memcpy(s.newsroom, newsroom, sizeof(newsroom));
	return s;
}

static void
test_desk_start(void **state)
{
	struct desk_start s = sample_desk();
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	desk_start_put(&b, &s);
	assert_whole_only(&b, WIRE_DESK_START, read_desk);
	assert_memory_equal(desk.newsroom, newsroom, 16);
	assert_memory_equal(desk.pin, s.pin, 40);
	assert_string_equal(desk.directory, s.directory);
	assert_int_equal(desk.port, 40123);
	assert_memory_equal(desk.token, s.token, 32);
	assert_int_equal(desk.idle_minutes, 15);
	assert_int_equal(desk.reason, DESK_REASON_SUSPEND);
	assert_true(desk.is_relaxed);
	buf_fini(&b);
}

static int
read_changed(const struct desk_start *s, size_t from_end, uint8_t byte)
{
	struct wire_message m = { .type = WIRE_DESK_START };
	struct buf b;
	int err;

	buf_init(&b, 4096);
	desk_start_put(&b, s);
	if (from_end > 0)
		b.p[b.n - from_end] = byte;
	m.body = b.p;
	m.n = b.n;
	memcpy(m.newsroom, newsroom, sizeof(newsroom));
	err = desk_start_read(&m, &desk);
	buf_fini(&b);
	return err;
}

/* An empty token is one that everybody has. */
static void
test_desk_start_refuses(void **state)
{
	struct desk_start s = sample_desk();

	(void)state;
	assert_int_equal(read_changed(&s, 0, 0), 0);
	assert_int_equal(read_changed(&s, 1, 2), ERR_FORMAT);
	assert_int_equal(read_changed(&s, 2, DESK_REASONS), ERR_FORMAT);
	assert_int_equal(read_changed(&s, 4, 0), ERR_FORMAT);
	s.newsroom[0] ^= 1;
	assert_int_equal(read_changed(&s, 0, 0), ERR_NEWSROOM);
	s = sample_desk();
	memset(s.token, 0, sizeof(s.token));
	assert_int_equal(read_changed(&s, 0, 0), ERR_FORMAT);
}

static void
test_fetch_start(void **state)
{
	struct fetch_start s = { .pin = { 9 },
		.directory = "/d",
		.address = "http://desk.onion",
		.proxy = "socks5h://127.0.0.1:9050",
		.minutes = 10 };
	struct buf b;

	(void)state;
	memcpy(s.newsroom, newsroom, sizeof(newsroom));
	buf_init(&b, 4096);
	fetch_start_put(&b, &s);
	assert_whole_only(&b, WIRE_FETCH_START, read_fetch);
	assert_memory_equal(fetch.newsroom, newsroom, 16);
	assert_memory_equal(fetch.pin, s.pin, 40);
	assert_string_equal(fetch.directory, s.directory);
	assert_string_equal(fetch.address, s.address);
	assert_string_equal(fetch.proxy, s.proxy);
	assert_int_equal(fetch.minutes, 10);
	assert_false(fetch.is_relaxed);
	buf_fini(&b);
}

/* The longest texts fit into their messages. */
static void
test_longest(void **state)
{
	struct desk_start d = sample_desk();
	struct fetch_start f = { 0 };
	struct fetch_round r = { .err = ERR_USAGE };
	struct buf b;

	(void)state;
	memset(d.directory, 'd', sizeof(d.directory) - 1);
	memset(f.directory, 'd', sizeof(f.directory) - 1);
	memset(f.address, 'a', sizeof(f.address) - 1);
	memset(f.proxy, 'p', sizeof(f.proxy) - 1);
	memset(r.doing, 'x', sizeof(r.doing) - 1);
	buf_init(&b, wire_body_max(WIRE_DESK_START));
	desk_start_put(&b, &d);
	assert_int_equal(buf_finish(&b), 0);
	buf_fini(&b);
	buf_init(&b, wire_body_max(WIRE_FETCH_START));
	fetch_start_put(&b, &f);
	assert_int_equal(buf_finish(&b), 0);
	buf_fini(&b);
	buf_init(&b, wire_body_max(WIRE_FETCH_ROUND));
	fetch_round_put(&b, &r);
	assert_int_equal(buf_finish(&b), 0);
	buf_fini(&b);
}

static void
test_round(void **state)
{
	struct fetch_round r = { .err = ERR_CONFLICT,
		.added = 1,
		.sent = 2,
		.newest = 3,
		.differs = 4,
		.refused = 5,
		.at = 1700000000,
		.doing = "comparing the list" };
	struct wire_message m = { .type = WIRE_FETCH_ROUND };
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	fetch_round_put(&b, &r);
	assert_whole_only(&b, WIRE_FETCH_ROUND, read_round);
	assert_int_equal(fetched.err, ERR_CONFLICT);
	assert_true(fetched.added == 1 && fetched.sent == 2);
	assert_true(fetched.newest == 3 && fetched.differs == 4);
	assert_true(fetched.refused == 5 && fetched.at == 1700000000);
	assert_string_equal(fetched.doing, r.doing);
	/* A code no error has. */
	b.p[3] = 0x80;
	m.body = b.p;
	m.n = b.n - 1;
	assert_int_equal(fetch_round_read(&m, &fetched), ERR_FORMAT);
	buf_fini(&b);
}

/* fetch, taken over, must not be able to stop the page's state for good. */
static void
test_what_fetch_did_was_no_text(void **state)
{
	static const char *const bad[] = { "\xff", "list\n", "\xc3",
		"\x1b[2J" };
	struct wire_message m = { .type = WIRE_FETCH_ROUND };
	struct fetch_round r = { .err = ERR_IO };
	struct buf b;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(r.doing, sizeof(r.doing), "%s", bad[i]);
		buf_init(&b, 4096);
		fetch_round_put(&b, &r);
		assert_int_equal(buf_finish(&b), 0);
		m.body = b.p;
		m.n = b.n;
		assert_int_equal(fetch_round_read(&m, &fetched), ERR_FORMAT);
		buf_fini(&b);
	}
}

static void
test_small_ones(void **state)
{
	struct fetch_progress p = { 7, 8, 9 };
	struct buf b;

	(void)state;
	buf_init(&b, 64);
	fetch_progress_put(&b, &p);
	assert_whole_only(&b, WIRE_FETCH_PROGRESS, read_progress);
	assert_true(progress.seq == 7 && progress.done == 8);
	assert_true(progress.total == 9);
	buf_clear(&b);
	desk_locked_put(&b, DESK_REASON_IDLE);
	assert_whole_only(&b, WIRE_DESK_LOCKED, read_locked);
	assert_int_equal(reason, DESK_REASON_IDLE);
	buf_clear(&b);
	buf_put_u64(&b, 77);
	assert_whole_only(&b, WIRE_FETCH_WHOLE, read_whole);
	assert_true(whole == 77);
	buf_fini(&b);
}

/* Who has the network never asks the desk for anything, and the key that opens
 * letters has no way to it. */
static void
test_edges(void **state)
{
	(void)state;
	for (size_t i = 0; i < WIRE_EDGES; i++) {
		const struct wire_edge *e = &wire_edges[i];

		if (e->from == WIRE_FETCH && e->to == WIRE_DESK)
			assert_in_range(
			    e->type, WIRE_FETCH_ROUND, WIRE_FETCH_CHANGED);
		if (e->from == WIRE_DESK && e->to == WIRE_FETCH)
			assert_in_range(
			    e->type, WIRE_FETCH_KEY, WIRE_FETCH_WHOLE);
		assert_int_equal(e->from < WIRE_LAUNCH, e->to < WIRE_LAUNCH);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_desk_start),
		cmocka_unit_test(test_desk_start_refuses),
		cmocka_unit_test(test_fetch_start),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_what_fetch_did_was_no_text),
		cmocka_unit_test(test_small_ones),
		cmocka_unit_test(test_edges),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
