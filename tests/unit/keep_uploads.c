/* Uploads inside keep: whose they are when connections break, what a failed
 * sync leaves of them, when they are letters. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/err.h"
#include "crypto/random.h"
#include "keep/keep.h"
#include "os/sock.h"
#include "store/backend.h"

#define HEAD_N 300
#define CHUNKS 4
#define LAST_N 1000
#define SIZE (HEAD_N + (CHUNKS - 1) * STORE_CHUNK_SIZE + LAST_N)

static struct keep keep;
static struct store *store;
static struct wire_peer *control;
static int parent;
static const struct backend_ops *good;
static struct backend_ops bad;

/* A web process: its end, and what keep has of it. */
struct web {
	struct wire_peer *wire;
	struct peer *peer;
};
static struct web web[2];

static int
open_web(struct web *w)
{
	int pair[2];

	if (sock_pair(pair) != 0 || peer_add(&keep, pair[0], WIRE_WEB) != 0 ||
	    sock_set_nonblocking(pair[1], true) != 0)
		return -1;
	w->peer = keep.peers;
	return wire_peer_new(
	    pair[1], WIRE_WEB, WIRE_KEEP, keep.start.newsroom, &w->wire);
}

static int
set_up(void **state)
{
	struct wire_start start = { .role = WIRE_KEEP, .edition_age = 30 };
	int pair[2];

	(void)state;
	if (store_open_memory(start.newsroom, &store) != 0 ||
	    sock_pair(pair) != 0 ||
	    wire_peer_new(pair[1], WIRE_KEEP, WIRE_PARENT, start.newsroom,
		&control) != 0 ||
	    keep_open(&keep, control, &start, store) != 0)
		return -1;
	parent = pair[0];
	good = store->ops;
	bad = *good;
	return open_web(&web[0]) != 0 ? -1 : open_web(&web[1]);
}

static int
tear_down(void **state)
{
	(void)state;
	store->ops = good;
	keep_close(&keep);
	store_close(&store);
	wire_peer_free(&control);
	wire_peer_free(&web[0].wire);
	wire_peer_free(&web[1].wire);
	close(parent);
	return 0;
}

/* keep does what w says; nothing is synced by it. */
static void
say(struct web *w, enum wire_type type, uint64_t request, const void *p1,
    size_t n1, const void *p2, size_t n2)
{
	const struct wire_out out = { .type = type,
		.request = request,
		.part1 = p1,
		.part1_n = n1,
		.part2 = p2,
		.part2_n = n2,
		.fd = -1 };

	assert_int_equal(wire_send(w->wire, &out), 0);
	peer_read(w->peer);
	assert_false(w->peer->is_gone);
}

/* The next answer; false when there is none. */
static bool
hear(struct web *w, struct wire_message *m)
{
	while (wire_receive(w->wire, m) == 0)
		if (m->type == WIRE_DATA || m->type == WIRE_DONE ||
		    m->type == WIRE_FAIL)
			return true;
	return false;
}

static void
assert_silent(struct web *w)
{
	struct wire_message m;

	assert_false(hear(w, &m));
}

static void
assert_fails(struct web *w, uint64_t request, int expected)
{
	struct wire_message m;
	uint32_t detail;
	int err;

	assert_true(hear(w, &m));
	assert_int_equal(m.type, WIRE_FAIL);
	assert_int_equal(m.request, request);
	assert_int_equal(wire_fail_read(&m, &err, &detail), 0);
	assert_int_equal(err, expected);
}

static void
assert_done(struct web *w, uint64_t request)
{
	struct wire_message m;

	assert_true(hear(w, &m));
	assert_int_equal(m.type, WIRE_DONE);
	assert_int_equal(m.request, request);
}

static void
make(struct web *w, uint8_t id[static UPLOAD_ID_SIZE])
{
	uint8_t body[24] = { 0 };
	struct wire_message m;

	u64_write(body, SIZE);
	say(w, WIRE_UPLOAD_NEW, 1, body, sizeof(body), NULL, 0);
	assert_true(hear(w, &m));
	assert_int_equal(m.type, WIRE_DATA);
	assert_int_equal(m.n, UPLOAD_ID_SIZE);
	memcpy(id, m.body, UPLOAD_ID_SIZE);
}

static void
open_first(struct web *w, uint64_t request, const uint8_t *id)
{
	static const uint8_t head[HEAD_N] = { 7 };

	say(w, WIRE_UPLOAD_OPEN, request, id, UPLOAD_ID_SIZE, head, HEAD_N);
}

static void
open_again(struct web *w, uint64_t request, const uint8_t *id)
{
	say(w, WIRE_UPLOAD_OPEN, request, id, UPLOAD_ID_SIZE, NULL, 0);
}

static void
feed(struct web *w, uint64_t request, uint64_t from, uint64_t to)
{
	static const uint8_t chunk[STORE_CHUNK_SIZE] = { 9 };
	uint8_t index[8];

	for (uint64_t i = from; i < to; i++) {
		u64_write(index, i);
		say(w, WIRE_PUT_CHUNK, request, index, sizeof(index), chunk,
		    i + 1 < CHUNKS ? sizeof(chunk) : LAST_N);
	}
}

static void
commit(struct web *w, uint64_t request)
{
	uint8_t body[40] = { 0 };

	u64_write(body, CHUNKS);
	u64_write(body + 24, SIZE);
	say(w, WIRE_PUT_COMMIT, request, body, sizeof(body), NULL, 0);
}

/* How many chunks keep has; -1 when it does not know the upload. */
static int
chunks_of(struct web *w, const uint8_t *id, bool *ret_is_letter)
{
	struct wire_message m;

	say(w, WIRE_UPLOAD_ASK, 99, id, UPLOAD_ID_SIZE, NULL, 0);
	assert_true(hear(w, &m));
	if (m.type == WIRE_FAIL)
		return -1;
	assert_int_equal(u64_read(m.body), SIZE);
	*ret_is_letter = m.body[24] != 0;
	return (int)u64_read(m.body + 16);
}

static void
assert_letters(uint64_t n)
{
	assert_int_equal(store->synced.seq, n);
}

static void
test_a_peer_that_dies_leaves_its_upload(void **state)
{
	uint8_t id[UPLOAD_ID_SIZE];
	bool is_letter;

	(void)state;
	make(&web[0], id);
	open_first(&web[0], 2, id);
	feed(&web[0], 2, 0, 3);
	web[0].peer->is_gone = true;
	peer_reap(&keep, false);
	assert_null(keep.uploads->job);
	assert_int_equal(chunks_of(&web[1], id, &is_letter), 3);
	open_again(&web[1], 2, id);
	feed(&web[1], 2, 3, 4);
	commit(&web[1], 2);
	keep_sync(&keep);
	assert_done(&web[1], 2);
	assert_letters(1);
}

static void
test_the_newer_connection_has_it(void **state)
{
	uint8_t id[UPLOAD_ID_SIZE];
	bool is_letter;

	(void)state;
	make(&web[0], id);
	open_first(&web[0], 2, id);
	feed(&web[0], 2, 0, 1);
	open_again(&web[1], 5, id);
	assert_fails(&web[0], 2, ERR_CONFLICT);
	/* What the older one still says changes nothing. */
	feed(&web[0], 2, 1, 3);
	commit(&web[0], 2);
	assert_silent(&web[0]);
	feed(&web[1], 5, 1, 2);
	web[0].peer->is_gone = true;
	peer_reap(&keep, false);
	feed(&web[1], 5, 2, 3);
	assert_int_equal(chunks_of(&web[1], id, &is_letter), 3);
	/* The same web process can be both. */
	open_again(&web[1], 6, id);
	assert_fails(&web[1], 5, ERR_CONFLICT);
	say(&web[1], WIRE_PUT_DROP, 5, NULL, 0, NULL, 0);
	feed(&web[1], 6, 3, 4);
	commit(&web[1], 6);
	keep_sync(&keep);
	assert_done(&web[1], 6);
	assert_letters(1);
}

static void
test_two_that_begin_it(void **state)
{
	uint8_t id[UPLOAD_ID_SIZE];

	(void)state;
	make(&web[0], id);
	open_first(&web[0], 2, id);
	open_first(&web[1], 2, id);
	assert_fails(&web[1], 2, ERR_CONFLICT);
	feed(&web[0], 2, 1, 2);
	assert_fails(&web[0], 2, ERR_CONFLICT);
}

static void
test_ended_while_it_is_fed(void **state)
{
	uint8_t id[UPLOAD_ID_SIZE];
	bool is_letter;

	(void)state;
	make(&web[0], id);
	open_first(&web[0], 2, id);
	feed(&web[0], 2, 0, 3);
	say(&web[1], WIRE_UPLOAD_END, 3, id, sizeof(id), NULL, 0);
	assert_fails(&web[0], 2, ERR_NOT_FOUND);
	feed(&web[0], 2, 3, 4);
	commit(&web[0], 2);
	keep_sync(&keep);
	assert_done(&web[1], 3);
	assert_silent(&web[0]);
	assert_int_equal(chunks_of(&web[1], id, &is_letter), -1);
	assert_letters(0);
	assert_null(store->puts);
}

static int
fail_to_commit(struct backend *b)
{
	(void)b;
	return ERR_IO;
}

static void
test_a_failed_sync_takes_what_it_touched(void **state)
{
	uint8_t kept[UPLOAD_ID_SIZE], lost[UPLOAD_ID_SIZE];
	bool is_letter;

	(void)state;
	make(&web[0], kept);
	open_first(&web[0], 2, kept);
	feed(&web[0], 2, 0, 3);
	keep_sync(&keep);
	make(&web[0], lost);
	open_first(&web[0], 3, lost);
	feed(&web[0], 3, 0, 3);
	bad.commit = fail_to_commit;
	store->ops = &bad;
	keep_sync(&keep);
	store->ops = good;
	assert_fails(&web[0], 3, ERR_IO);
	assert_int_equal(chunks_of(&web[1], lost, &is_letter), -1);
	assert_int_equal(chunks_of(&web[1], kept, &is_letter), 3);
	feed(&web[0], 2, 3, 4);
	commit(&web[0], 2);
	keep_sync(&keep);
	assert_done(&web[0], 2);
	assert_letters(1);
}

/* Or its sender would think it arrived. */
static void
test_no_letter_before_it_is_durable(void **state)
{
	uint8_t id[UPLOAD_ID_SIZE];
	bool is_letter = true;

	(void)state;
	make(&web[0], id);
	open_first(&web[0], 2, id);
	feed(&web[0], 2, 0, 4);
	commit(&web[0], 2);
	assert_int_equal(chunks_of(&web[1], id, &is_letter), 4);
	assert_false(is_letter);
	open_again(&web[1], 2, id);
	assert_fails(&web[1], 2, ERR_CONFLICT);
	keep_sync(&keep);
	assert_int_equal(chunks_of(&web[1], id, &is_letter), 4);
	assert_true(is_letter);
}

static void
test_a_letter_that_was_not_synced_is_no_upload(void **state)
{
	uint8_t id[UPLOAD_ID_SIZE];
	bool is_letter;

	(void)state;
	make(&web[0], id);
	open_first(&web[0], 2, id);
	feed(&web[0], 2, 0, 4);
	keep_sync(&keep);
	keep.is_sweeping = false;
	commit(&web[0], 2);
	bad.commit = fail_to_commit;
	store->ops = &bad;
	keep_sync(&keep);
	store->ops = good;
	assert_fails(&web[0], 2, ERR_IO);
	assert_int_equal(chunks_of(&web[1], id, &is_letter), -1);
	/* Its bytes are swept. */
	assert_true(keep.is_sweeping);
	assert_letters(0);
}

static int
fail_to_put(struct backend *b, int64_t body)
{
	(void)b, (void)body;
	return ERR_FULL;
}

/* The store has let go of the put: an upload without one could neither go on
 * nor begin anew. */
static void
test_a_chunk_that_spoils_the_batch_ends_its_upload(void **state)
{
	uint8_t id[UPLOAD_ID_SIZE];
	bool is_letter;

	(void)state;
	make(&web[0], id);
	open_first(&web[0], 2, id);
	feed(&web[0], 2, 0, 2);
	keep_sync(&keep);
	bad.loose_put = fail_to_put;
	store->ops = &bad;
	feed(&web[0], 2, 2, 3);
	store->ops = good;
	assert_fails(&web[0], 2, ERR_FULL);
	/* A sync is on its way though nothing else happens. */
	assert_true(keep.is_dirty);
	keep_sync(&keep);
	assert_int_equal(chunks_of(&web[0], id, &is_letter), -1);
	make(&web[0], id);
	open_first(&web[0], 3, id);
	feed(&web[0], 3, 0, 4);
	commit(&web[0], 3);
	keep_sync(&keep);
	assert_done(&web[0], 3);
}

/* The bytes of a letter that came again are nobody's. */
static void
test_a_repeat_is_swept(void **state)
{
	uint8_t id[UPLOAD_ID_SIZE];
	int64_t body;

	(void)state;
	for (int i = 0; i < 2; i++) {
		make(&web[0], id);
		open_first(&web[0], 2, id);
		feed(&web[0], 2, 0, 4);
		keep_sync(&keep);
		keep.is_sweeping = false;
		commit(&web[0], 2);
		keep_sync(&keep);
		assert_done(&web[0], 2);
	}
	assert_letters(1);
	assert_int_equal(good->loose_next(store->back, INT64_MIN, &body), 0);
	assert_true(keep.is_sweeping);
}

static void
test_the_oldest_makes_room(void **state)
{
	uint8_t first[UPLOAD_ID_SIZE], id[UPLOAD_ID_SIZE];
	bool is_letter;

	(void)state;
	make(&web[0], first);
	open_first(&web[0], 2, first);
	for (int i = 1; i <= UPLOADS_MAX; i++) {
		keep.now++;
		make(&web[0], id);
	}
	/* That is fed, and so it stays. */
	assert_int_equal(keep.uploads_n, UPLOADS_MAX);
	assert_int_equal(chunks_of(&web[0], first, &is_letter), 0);
	keep.now += (uint64_t)UPLOAD_HOURS * 3600 + 1;
	upload_expire(&keep);
	assert_int_equal(keep.uploads_n, 1);
	say(&web[0], WIRE_PUT_DROP, 2, NULL, 0, NULL, 0);
	upload_expire(&keep);
	assert_int_equal(keep.uploads_n, 0);
	assert_null(store->puts);
}

/* Uploads that are only begun cannot push out those that hold something. */
static void
test_what_holds_nothing_goes_first(void **state)
{
	uint8_t half[UPLOAD_ID_SIZE], id[UPLOAD_ID_SIZE];
	bool is_letter;

	(void)state;
	make(&web[0], half);
	open_first(&web[0], 2, half);
	feed(&web[0], 2, 0, 3);
	say(&web[0], WIRE_PUT_DROP, 2, NULL, 0, NULL, 0);
	for (int i = 0; i < 2 * UPLOADS_MAX; i++) {
		keep.now++;
		make(&web[0], id);
	}
	assert_int_equal(keep.uploads_n, UPLOADS_MAX);
	assert_int_equal(chunks_of(&web[0], half, &is_letter), 3);
}

/* Nobody sees what an upload holds, so nobody else could make room. */
static void
test_a_full_disk_takes_what_nobody_feeds(void **state)
{
	uint8_t id[3][UPLOAD_ID_SIZE];
	bool is_letter;

	(void)state;
	for (int i = 0; i < 3; i++) {
		keep.now++;
		make(&web[0], id[i]);
		open_first(&web[0], 2, id[i]);
		feed(&web[0], 2, 0, 2);
		if (i < 2)
			say(&web[0], WIRE_PUT_DROP, 2, NULL, 0, NULL, 0);
	}
	keep.is_sweeping = false;
	keep.start.reserve = UINT64_MAX;
	keep.turn++;
	feed(&web[0], 2, 2, 3);
	assert_fails(&web[0], 2, ERR_FULL);
	assert_int_equal(chunks_of(&web[0], id[0], &is_letter), -1);
	/* What it held is not swept yet: the next one stays. */
	open_again(&web[0], 3, id[2]);
	feed(&web[0], 3, 2, 3);
	assert_fails(&web[0], 3, ERR_FULL);
	assert_int_equal(chunks_of(&web[0], id[1], &is_letter), 2);
	assert_int_equal(chunks_of(&web[0], id[2], &is_letter), 2);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(test_a_peer_that_dies_leaves_its_upload),
		CASE(test_the_newer_connection_has_it),
		CASE(test_two_that_begin_it),
		CASE(test_ended_while_it_is_fed),
		CASE(test_a_failed_sync_takes_what_it_touched),
		CASE(test_no_letter_before_it_is_durable),
		CASE(test_a_letter_that_was_not_synced_is_no_upload),
		CASE(test_a_chunk_that_spoils_the_batch_ends_its_upload),
		CASE(test_a_repeat_is_swept),
		CASE(test_the_oldest_makes_room),
		CASE(test_what_holds_nothing_goes_first),
		CASE(test_a_full_disk_takes_what_nobody_feeds),
	};

	if (crypto_init() != 0)
		return EXIT_FAILURE;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
