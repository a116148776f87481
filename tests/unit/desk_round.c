/* What fetch says to the desk, where it says what it should not. */
#include "unit.h"

#include "base/err.h"
#include "desk/round.h"
#include "os/sock.h"

#define MANY 100

static const uint8_t newsroom[16] = { 7 };
static struct desk desk;
static struct wire_peer *fetch;
static http_watch_fn *hear;
static int fd, changes;

int
http_server_watch(struct http_server *s, int watched, bool is_reading,
    bool is_writing, http_watch_fn *fn, void *ctx)
{
	(void)s, (void)is_reading, (void)is_writing, (void)ctx;
	fd = watched;
	hear = fn;
	return 0;
}

void
http_server_unwatch(struct http_server *s, int watched)
{
	(void)s, (void)watched;
}

int
memo_save(struct memo *m)
{
	(void)m;
	return 0;
}

void
desk_changed(struct desk *d)
{
	(void)d;
	changes++;
}

static int
begin(void **state)
{
	int ends[2];

	(void)state;
	desk = (struct desk){ .phase = PHASE_READY };
	assert_int_equal(sock_pair(ends), 0);
	assert_int_equal(sock_set_nonblocking(ends[1], true), 0);
	assert_int_equal(
	    wire_peer_new(ends[1], WIRE_FETCH, WIRE_DESK, newsroom, &fetch), 0);
	memcpy(desk.start.newsroom, newsroom, sizeof(newsroom));
	assert_int_equal(round_connect(&desk, ends[0]), 0);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	wire_peer_free(&desk.fetch);
	wire_peer_free(&fetch);
	return 0;
}

static void
say(enum wire_type type, const struct buf *b)
{
	const struct wire_out out = {
		.type = type, .part1 = b->p, .part1_n = b->n, .fd = -1
	};

	assert_int_equal(wire_send(fetch, &out), 0);
}

static void
say_end_of_letter(uint64_t seq)
{
	const struct fetch_progress p = { .seq = seq };
	struct buf b;

	buf_init(&b, 64);
	fetch_progress_put(&b, &p);
	say(WIRE_FETCH_PROGRESS, &b);
	buf_fini(&b);
}

static void
say_round(void)
{
	const struct fetch_round r = { .at = 1 };
	struct buf b;

	buf_init(&b, 512);
	fetch_round_put(&b, &r);
	say(WIRE_FETCH_ROUND, &b);
	buf_fini(&b);
}

/* Which letter it is asked for next; 0: none. */
static uint64_t
asked(void)
{
	struct wire_message m;
	uint64_t seq;

	if (wire_receive(fetch, &m) != 0)
		return 0;
	assert_int_equal(m.type, WIRE_FETCH_WHOLE);
	assert_int_equal(fetch_whole_read(&m, &seq), 0);
	return seq;
}

static void
who_talks_without_end_keeps_nobody_waiting(void **state)
{
	int turns = 0, before;

	(void)state;
	for (uint64_t i = 1; i <= MANY; i++)
		say_end_of_letter(i);
	changes = 0;
	do {
		before = changes;
		hear(&desk, fd);
		assert_true(changes - before < MANY / 4);
		turns++;
	} while (changes > before);
	assert_int_equal(changes, MANY);
	assert_true(turns > 4);
}

/* The copy is closed already, and nothing is looked up in it. */
static void
what_nobody_wants_is_not_looked_for(void **state)
{
	(void)state;
	assert_null(desk.mirror);
	assert_int_equal(bring_add(&desk.bring, 1), 0);
	say_end_of_letter(2);
	hear(&desk, fd);
	assert_non_null(desk.fetch);
	assert_int_equal(desk.bring.n, 1);
}

static void
a_letter_whose_end_was_not_heard_is_asked_for_again(void **state)
{
	(void)state;
	for (uint64_t i = 1; i <= 3; i++)
		assert_int_equal(bring_add(&desk.bring, i), 0);
	round_bring(&desk);
	assert_int_equal(asked(), 1);
	assert_int_equal(asked(), 2);
	assert_int_equal(asked(), 0);
	say_round();
	hear(&desk, fd);
	assert_int_equal(asked(), 1);
	assert_int_equal(asked(), 2);
	assert_int_equal(asked(), 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(who_talks_without_end_keeps_nobody_waiting),
		TEST(what_nobody_wants_is_not_looked_for),
		TEST(a_letter_whose_end_was_not_heard_is_asked_for_again),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
