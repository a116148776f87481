#include "each_allocation.h"

#include <stdlib.h>
#include <string.h>

#include "letter/events.h"
#include "letter_kit.h"

static struct buf plain;

static int
swallow(
    void *ctx, uint64_t index, const uint8_t *sealed, size_t n, bool is_last)
{
	(void)ctx;
	(void)index;
	(void)sealed;
	(void)n;
	(void)is_last;
	return 0;
}

static int
write_letter(const struct kit *k)
{
	static const uint8_t token[16] = { 1 };
	struct letter_writer *w = NULL;
	struct secret_arena *arena = NULL;
	struct seal *s = NULL;
	struct letter_tip tip;
	uint8_t id[LETTER_ID_SIZE];
	int err;

	kit_tip(&tip);
	if ((err = secret_arena_new(LETTER_WRITER_ARENA, &arena)) != 0 ||
	    (err = seal_new(&k->to, 1, 8, &s)) != 0 ||
	    (err = letter_writer_new(&tip, TEXT("m"), token, KIT_MAX, s,
		 swallow, NULL, arena, &w)) != 0 ||
	    (err = kit_file(w, "a.pdf", 20000000, 4096)) != 0)
		goto out;
	err = letter_writer_finish(w, kit_mark_seed, NULL, id);
out:
	seal_free(&s);
	secret_arena_free(&arena);
	return err;
}

static struct kit kit;

static int
write_once(void)
{
	return write_letter(&kit);
}

static int
read_once(void)
{
	static const struct letter_handler nothing = { NULL, NULL };
	struct letter_reader *r = NULL;
	int err;

	if ((err = letter_reader_new(kit_newsroom, &nothing, NULL, &r)) != 0)
		return err;
	(void)letter_reader_put(r, plain.p, plain.n);
	err = letter_reader_finish(r);
	letter_reader_free(&r);
	return err;
}

static void
writing(void **state)
{
	(void)state;
	each_allocation(write_once, 3);
}

/* An arena that is too small is told as such, whatever is missing. */
static void
small_arenas(void **state)
{
	static const uint8_t token[16] = { 1 };
	struct letter_writer *w = NULL;
	struct letter_tip tip;

	(void)state;
	kit_tip(&tip);
	for (size_t n = 0; n < 200000; n += 30000) {
		struct secret_arena *arena = NULL;

		assert_int_equal(secret_arena_new(n, &arena), 0);
		assert_int_equal(
		    letter_writer_new(&tip, TEXT("m"), token, KIT_MAX, kit.seal,
			swallow, NULL, arena, &w),
		    ERR_NOMEM);
		assert_null(w);
		secret_arena_free(&arena);
	}
}

static void
reading(void **state)
{
	static const uint8_t token[16] = { 1 };
	struct letter_writer *w = NULL;
	struct letter_tip tip;
	uint8_t id[LETTER_ID_SIZE];

	(void)state;
	kit_tip(&tip);
	assert_int_equal(letter_writer_new(&tip, TEXT("m"), token, KIT_MAX,
			     kit.seal, kit_sink, &kit, kit.arena, &w),
	    0);
	assert_int_equal(kit_file(w, "a.pdf", 100000, 4096), 0);
	assert_int_equal(letter_writer_finish(w, kit_mark_seed, NULL, id), 0);
	buf_init(&plain, KIT_MAX);
	kit_plain(&kit, &plain);
	each_allocation(read_once, 20);
	buf_fini(&plain);
}

static struct buf events_of, grant_of;
static size_t events_taken;

static int
take_event(void *ctx, size_t number, const struct event *e)
{
	(void)ctx;
	(void)number;
	(void)e;
	events_taken++;
	return 0;
}

static int
take_letter(void *ctx, const struct grant_letter *l)
{
	(void)ctx;
	(void)l;
	events_taken++;
	return 0;
}

/* Nothing is taken of what was not read to the end. */
static int
read_events_once(void)
{
	int err;

	events_taken = 0;
	err = events_read(buf_text(&events_of), take_event, NULL);
	assert_int_equal(events_taken, err == 0 ? 3 : 0);
	return err;
}

static int
read_grant_once(void)
{
	static const struct grant_handler handler = { take_letter, take_event };
	int err;

	events_taken = 0;
	err = grant_read(buf_text(&grant_of), &handler, NULL);
	assert_int_equal(events_taken, err == 0 ? 3 : 0);
	return err;
}

static int
write_events_once(void)
{
	const struct event e = { .kind = EVENT_ANSWERED,
		.seq = 1,
		.day = 20000,
		.text = TEXT("yes"),
		.parts = 1,
		.slots_n = 1 };
	struct buf b;
	int err;

	buf_init(&b, LETTER_TEXT_MAX);
	for (int i = 0; i < 3; i++)
		event_put(&b, &e);
	err = buf_finish(&b);
	buf_fini(&b);
	return err;
}

static void
events(void **state)
{
	const struct event e = { .kind = EVENT_STATUS,
		.seq = 1,
		.value = TEXT("bin"),
		.reason = TEXT("an advert") };
	const struct grant_letter l = { .seq = 1 };

	(void)state;
	buf_init(&events_of, LETTER_TEXT_MAX);
	buf_init(&grant_of, LETTER_TEXT_MAX);
	for (int i = 0; i < 3; i++)
		event_put(&events_of, &e);
	grant_put_letter(&grant_of, &l);
	grant_put_letter(&grant_of, &l);
	event_put(&grant_of, &e);
	each_allocation(read_events_once, 20);
	each_allocation(read_grant_once, 20);
	each_allocation(write_events_once, 1);
	buf_fini(&events_of);
	buf_fini(&grant_of);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writing),
		cmocka_unit_test(small_arenas),
		cmocka_unit_test(reading),
		cmocka_unit_test(events),
	};
	int failed;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	kit_init(&kit);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	kit_fini(&kit);
	return failed;
}
