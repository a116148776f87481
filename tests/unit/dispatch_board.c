/* What members send to sources: answers, statuses, and all for the board. */
#include <stdio.h>

#include "dispatch_kit.h"
#include "unit.h"

#include "base/day.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "crypto/ed25519.h"
#include "crypto/random.h"

#define AGO 20 /* days: more than half of an edition's life */

static struct office office;
static struct office_member *ana, *bo, *eva;
static struct thread_keys source, other;
static uint64_t tip;

static int
begin(void **state)
{
	(void)state;
	office_init(&office);
	ana = &office.member[ANA];
	bo = &office.member[BO];
	eva = &office.member[EVA];
	office_source(&office, 7, &source);
	office_source(&office, 8, &other);
	tip = office_tip(&office, LETTER_TIP, &source, "news", "Something.");
	for (size_t i = 0; i < OFFICE_MEMBERS; i++)
		office_round(&office, &office.member[i]);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	office_fini(&office);
	return 0;
}

static uint64_t
waiting(struct office_member *m)
{
	uint64_t n;

	assert_int_equal(mirror_out_count(m->mirror, &n), 0);
	return n;
}

static size_t
alarms(struct office_member *m, const char *kind)
{
	json_t *all, *alarm;
	size_t i, n = 0;

	assert_int_equal(book_alarms(m->book, &all), 0);
	json_array_foreach (json_object_get(all, "alarms"), i, alarm)
		n += strcmp(json_string_value(json_object_get(alarm, "kind")),
			 kind) == 0;
	json_decref(all);
	return n;
}

static bool
is_told(struct office_member *m, const char *word)
{
	json_t *all = office_show(m, tip);
	const char *told = json_string_value(json_object_get(all, "told"));
	bool is_it = word == NULL ? told == NULL
				  : told != NULL && strcmp(told, word) == 0;

	json_decref(all);
	return is_it;
}

/* What edition `number` says to a source, as a source reads it: the text of its
 * slots in order of parts, and the status; 0 for none. */
static enum strip_code
reads(const struct thread_keys *keys, uint32_t number, struct buf *ret_text)
{
	const struct buf *bytes = &office.edition[number - 1].bytes;
	const uint8_t *slots = office.edition[number - 1].slots.p;
	uint8_t plain[SLOT_PLAIN_SIZE];
	enum strip_code code = 0;
	struct edition_view v;
	struct answer a;
	struct cursor c;
	uint32_t part = 1;

	cursor_init(&c, bytes->p, bytes->n);
	assert_int_equal(edition_next(&c, office.newsroom, NULL, &v), 0);
	assert_int_equal(
	    edition_check_slots(&v, slots, office.edition[number - 1].slots.n),
	    0);
	for (uint32_t i = 0; i < v.head.slots;) {
		if (slot_open(slots + i * SLOT_SIZE, keys, office.newsroom,
			plain, &a) == 0 &&
		    a.part == part) {
			buf_put_text(ret_text, a.text);
			part++;
			i = 0;
		} else {
			i++;
		}
	}
	(void)strip_scan(keys->pub.slot, v.strip, v.head.strips, number, &code);
	return code;
}

static bool
reads_text(const struct thread_keys *keys, uint32_t number, const char *text)
{
	struct buf b;
	bool is_it;

	buf_init(&b, 1 << 20);
	(void)reads(keys, number, &b);
	is_it = text_is(buf_text(&b), text);
	buf_fini(&b);
	return is_it;
}

static enum strip_code
reads_status(uint32_t number)
{
	enum strip_code code;
	struct buf b;

	buf_init(&b, 1 << 20);
	code = reads(&source, number, &b);
	buf_fini(&b);
	return code;
}

static int
answer(struct office_member *m, struct text text, uint32_t *ret_parts)
{
	struct book_thread t = office_find(m, tip);

	return dispatch_answer(
	    m->dispatch, &t, text, TEXT(""), false, ret_parts);
}

static int
tell(struct office_member *m, enum strip_code code)
{
	struct book_thread t = office_find(m, tip);

	return dispatch_tell(m->dispatch, &t, code);
}

static void
answers_arrive(void **state)
{
	struct event recorded;
	struct book_thread t;
	uint32_t parts;

	(void)state;
	assert_int_equal(answer(ana, TEXT("Thank you."), &parts), 0);
	assert_int_equal(parts, 1);
	/* The record, the slots, the status. */
	assert_int_equal(waiting(ana), 3);
	office_round(&office, ana);
	assert_int_equal(office.slots.n, 8 * SLOT_SIZE);
	assert_int_equal(office.strips.n, 8 * STRIP_ENTRY_SIZE);
	office_edition(&office);
	assert_true(reads_text(&source, 1, "Thank you."));
	assert_true(reads_text(&other, 1, ""));
	assert_int_equal(reads_status(1), STRIP_ANSWERED);
	office_round(&office, bo);
	t = office_find(bo, tip);
	assert_int_equal(book_last_answer(bo->book, t.thread, &recorded), 0);
	assert_text(recorded.text, "Thank you.");
	assert_text(recorded.by, "The ana");
	assert_int_equal(recorded.parts, 1);
	assert_int_equal(recorded.slots_n, 1);
	assert_true(book_has_slot(bo->book, recorded.slots[0]));
	assert_true(is_told(bo, "answered"));
}

static int
note_place(void *ctx, size_t number)
{
	*(unsigned *)ctx |= 1u << number;
	return 0;
}

/* The place of a slot in its post must not say which one it is. */
static void
answers_stand_anywhere(void **state)
{
	uint8_t index[8 * SLOT_INDEX_SIZE];
	unsigned places = 0;
	uint32_t parts;

	(void)state;
	for (int i = 0; i < 20; i++) {
		assert_int_equal(answer(ana, TEXT("x"), &parts), 0);
		office_send(&office, ana);
		for (size_t k = 0; k < 8; k++)
			memcpy(index + k * SLOT_INDEX_SIZE,
			    office.slots.p + k * SLOT_SIZE, SLOT_INDEX_SIZE);
		buf_clear(&office.slots);
		assert_int_equal(
		    slot_scan(source.pub.slot, index, 8, note_place, &places),
		    0);
	}
	/* One place twenty times would be odder than a broken computer. */
	assert_int_not_equal(places & (places - 1), 0);
}

static void
questions_ask_to_write_again(void **state)
{
	struct book_thread t = office_find(ana, tip);
	uint32_t parts;

	(void)state;
	assert_int_equal(dispatch_answer(ana->dispatch, &t, TEXT("When?"),
			     TEXT("A. Reporter"), true, &parts),
	    0);
	office_round(&office, ana);
	office_edition(&office);
	assert_int_equal(reads_status(1), STRIP_WRITE_AGAIN);
	assert_true(is_told(ana, "write-again"));
}

static void
long_answers_go_together(void **state)
{
	static char text[DISPATCH_ANSWER_MAX + 2];
	uint32_t parts;

	(void)state;
	memset(text, 'x', DISPATCH_ANSWER_MAX);
	assert_int_equal(
	    answer(ana, (struct text){ text, DISPATCH_ANSWER_MAX }, &parts), 0);
	assert_in_range(parts, 15, 16);
	office_round(&office, ana);
	assert_int_equal(office.slots.n, 16 * SLOT_SIZE);
	office_edition(&office);
	assert_true(reads_text(&source, 1, text));
	office_round(&office, bo);
	memset(text, 'x', sizeof(text));
	assert_int_equal(
	    answer(ana, (struct text){ text, DISPATCH_ANSWER_MAX + 1 }, &parts),
	    ERR_LIMIT);
	/* Its record would not fit into a letter. */
	memset(text, '\n', sizeof(text));
	text[0] = 'x';
	assert_int_equal(
	    answer(ana, (struct text){ text, DISPATCH_ANSWER_MAX }, &parts),
	    ERR_LIMIT);
	assert_int_equal(waiting(ana), 0);
}

static void
refuses_answers(void **state)
{
	static char by[ANSWER_BY_MAX + 2];
	struct book_thread t = office_find(ana, tip);
	uint32_t parts;

	(void)state;
	assert_int_equal(answer(ana, TEXT(""), &parts), ERR_FORMAT);
	assert_int_equal(answer(ana, TEXT(" \n\t"), &parts), ERR_FORMAT);
	assert_int_equal(answer(ana, TEXT("a\xff"), &parts), ERR_FORMAT);
	memset(by, 'b', sizeof(by) - 1);
	assert_int_equal(dispatch_answer(ana->dispatch, &t, TEXT("x"),
			     text_from(by), false, &parts),
	    ERR_LIMIT);
	assert_int_equal(dispatch_answer(ana->dispatch, &t, TEXT("x"),
			     TEXT("a\xe2\x80\xae"), false, &parts),
	    ERR_FORMAT);
	assert_int_equal(waiting(ana), 0);
	assert_int_equal(dispatch_flush(ana->dispatch), 0);
	assert_int_equal(waiting(ana), 0);
}

/* Only the answer is sealed at once: what else waits can still be undone. */
static void
answers_leave_the_rest_pending(void **state)
{
	struct event e = { .kind = EVENT_FLAG, .value = TEXT("danger") };
	struct book_thread t = office_find(ana, tip);
	uint64_t handle;
	uint32_t parts;

	(void)state;
	assert_int_equal(dispatch_event(ana->dispatch, &t, &e, &handle), 0);
	assert_int_equal(answer(ana, TEXT("x"), &parts), 0);
	assert_int_equal(book_unpend(ana->book, handle), 0);
}

static void
opening_is_told_once(void **state)
{
	(void)state;
	assert_true(is_told(ana, NULL));
	assert_int_equal(tell(ana, STRIP_OPENED), 0);
	assert_int_equal(tell(ana, STRIP_OPENED), 0);
	assert_int_equal(dispatch_flush(ana->dispatch), 0);
	assert_int_equal(waiting(ana), 2);
	office_round(&office, ana);
	office_round(&office, bo);
	assert_true(is_told(bo, "opened"));
	assert_int_equal(tell(bo, STRIP_OPENED), 0);
	assert_int_equal(dispatch_flush(bo->dispatch), 0);
	assert_int_equal(waiting(bo), 0);
	assert_int_equal(tell(bo, STRIP_WORKING), 0);
	assert_int_equal(tell(bo, STRIP_OPENED), 0);
	assert_int_equal(dispatch_flush(bo->dispatch), 0);
	assert_int_equal(waiting(bo), 2);
	assert_int_equal(tell(bo, STRIP_WORKING), 0);
	assert_int_equal(dispatch_flush(bo->dispatch), 0);
	assert_int_equal(waiting(bo), 2);
	office_round(&office, bo);
	office_edition(&office);
	assert_int_equal(reads_status(1), STRIP_WORKING);
}

/* Nothing is lost when the edition it was for is over. */
static void
builds_again_for_another_edition(void **state)
{
	struct book_thread t = office_find(ana, tip);
	struct event closed = { .kind = EVENT_STATUS, .value = TEXT("closed") };
	uint64_t handle;
	uint32_t parts;

	(void)state;
	assert_int_equal(answer(ana, TEXT("Thank you."), &parts), 0);
	office_edition(&office);
	office_send(&office, ana);
	/* The slots were taken, the status was not. */
	assert_int_equal(waiting(ana), 1);
	office_restart(&office, ana);
	office_duties(&office, ana);
	assert_int_equal(waiting(ana), 0);
	office_edition(&office);
	assert_true(reads_text(&source, 2, "Thank you."));
	assert_int_equal(reads_status(2), STRIP_ANSWERED);
	/* The same when nobody looks at the thread any more. */
	office_round(&office, ana);
	assert_int_equal(
	    dispatch_event(ana->dispatch, &t, &closed, &handle), 0);
	assert_int_equal(tell(ana, STRIP_CLOSED), 0);
	assert_int_equal(dispatch_flush(ana->dispatch), 0);
	office_edition(&office);
	office_edition(&office);
	office_round(&office, ana);
	office_duties(&office, ana);
	office_edition(&office);
	assert_int_equal(reads_status(5), STRIP_CLOSED);
	assert_int_equal(waiting(ana), 0);
}

/* However many threads were told something and however long the post: a page
 * that must answer meanwhile does not wait for all of it. */
static void
builds_again_in_slices(void **state)
{
	struct thread_keys keys[6];
	struct book_thread t;
	enum strip_code code;
	bool is_done;

	(void)state;
	for (uint8_t i = 0; i < 6; i++) {
		office_source(&office, 20 + i, &keys[i]);
		(void)office_tip(
		    &office, LETTER_TIP, &keys[i], "news", "Something.");
	}
	office_round(&office, ana);
	for (uint64_t i = 0; i < 6; i++) {
		t = office_find(ana, tip + 1 + i);
		assert_int_equal(
		    dispatch_tell(ana->dispatch, &t, STRIP_WORKING), 0);
	}
	assert_int_equal(dispatch_flush(ana->dispatch), 0);
	office_edition(&office);
	office_send(&office, ana);
	office_round(&office, ana);
	assert_int_equal(waiting(ana), 1);
	/* Eight entries for each of six threads; what was looked at stays so. */
	for (int i = 0; i < 6; i++) {
		assert_int_equal(
		    dispatch_edition(ana->dispatch, 0, &is_done), 0);
		assert_false(is_done);
		assert_int_equal(waiting(ana), 1);
		assert_int_equal(
		    dispatch_edition(ana->dispatch, 8, &is_done), 0);
		assert_false(is_done);
	}
	/* It is made again, and the rest of what is due comes. */
	assert_int_equal(dispatch_edition(ana->dispatch, 8, &is_done), 0);
	assert_int_equal(waiting(ana), 2);
	office_duties(&office, ana);
	office_edition(&office);
	for (size_t i = 0; i < 6; i++) {
		struct buf text;

		buf_init(&text, 1 << 20);
		code = reads(&keys[i], 2, &text);
		assert_int_equal(code, STRIP_WORKING);
		buf_fini(&text);
	}
}

static void
posts_as_much_in_silence(void **state)
{
	uint32_t parts;

	(void)state;
	for (int i = 0; i < 3; i++) {
		office_duties(&office, ana);
		assert_int_equal(office.slots.n, 8 * SLOT_SIZE);
		office_duties(&office, ana);
		office_restart(&office, ana);
		office_duties(&office, ana);
		assert_int_equal(office.slots.n, 8 * SLOT_SIZE);
		office_duties(&office, bo);
		assert_int_equal(office.slots.n, 16 * SLOT_SIZE);
		office_edition(&office);
	}
	/* An answer is what filler stands for. */
	office_round(&office, ana);
	assert_int_equal(answer(ana, TEXT("x"), &parts), 0);
	office_duties(&office, ana);
	assert_int_equal(office.slots.n, 8 * SLOT_SIZE);
}

static void
drills_are_silent(void **state)
{
	(void)state;
	office.seconds = 1;
	office_card(&office);
	office_duties(&office, ana);
	assert_int_equal(office.slots.n, 0);
}

/* An answer of AGO days, recorded, and then on the board. */
static void
answer_long_ago(void)
{
	struct letter_tip t = { .kind = LETTER_EVENTS, .desk = TEXT("news") };
	struct event e = { .kind = EVENT_ANSWERED,
		.seq = tip,
		.day = day_today() - AGO,
		.answer = { 1, 2, 3 },
		.parts = 1,
		.by = TEXT("Ana"),
		.text = TEXT("Long ago."),
		.slots = { { 9 } },
		.slots_n = 1 };
	struct buf line;

	memcpy(e.digest, office.entry[tip - 1].e.digest, 32);
	memcpy(t.author, ana->sign, 32);
	buf_init(&line, 4096);
	event_put(&line, &e);
	assert_int_equal(buf_finish(&line), 0);
	office_letter(
	    &office, "news", &t, buf_text(&line), NULL, ana->sign_seed);
	buf_fini(&line);
	office.day = day_today() - AGO;
	office_edition(&office);
	office.day = 0;
}

static void
posts_old_answers_again(void **state)
{
	(void)state;
	answer_long_ago();
	office_duties(&office, bo);
	assert_int_equal(office.slots.n, 8 * SLOT_SIZE);
	office_edition(&office);
	assert_true(reads_text(&source, 2, "Long ago."));
	/* The others know, and it is enough for the next half. */
	office_duties(&office, ana);
	office_duties(&office, bo);
	office_edition(&office);
	assert_true(reads_text(&source, 3, ""));
	office_duties(&office, ana);
	office_edition(&office);
	office_duties(&office, ana);
	assert_int_equal(alarms(ana, "answer"), 0);
	assert_int_equal(alarms(bo, "answer"), 0);
}

static void
vouches_for_the_newest(void **state)
{
	static const char what[] = "pista/v1 attest";
	uint8_t text[sizeof(what) - 1 + 32];
	struct edition_view v;
	struct cursor c;

	(void)state;
	office_edition(&office);
	office_duties(&office, ana);
	office_edition(&office);
	cursor_init(&c, office.edition[1].bytes.p, office.edition[1].bytes.n);
	assert_int_equal(edition_next(&c, office.newsroom, NULL, &v), 0);
	assert_int_equal(u32_read(v.head.attest), 1);
	assert_memory_equal(v.head.attest + 4, ana->sign, 32);
	memcpy(text, what, sizeof(what) - 1);
	memcpy(text + sizeof(what) - 1, office.edition[0].hash, 32);
	assert_int_equal(
	    ed25519_verify(v.head.attest + 36, ana->sign, text, sizeof(text)),
	    0);
	office_duties(&office, bo);
	assert_int_equal(alarms(bo, "board"), 0);
}

static void
sees_a_broken_edition(void **state)
{
	(void)state;
	office_edition(&office);
	office_duties(&office, ana);
	office.edition[0].bytes.p[40] ^= 1;
	office_edition(&office);
	office_duties(&office, bo);
	assert_true(alarms(bo, "board") > 0);
	assert_int_equal(alarms(ana, "board"), 0);
}

/* The server shows bo another board than ana, each without a fault. */
static void
sees_another_board(void **state)
{
	uint8_t attest[EDITION_ATTEST_SIZE];

	(void)state;
	office_edition(&office);
	office_duties(&office, ana);
	memcpy(attest, office.attest, sizeof(attest));
	memset(office.attest, 0, sizeof(office.attest));
	office.editions = 0;
	buf_fini(&office.edition[0].bytes);
	buf_fini(&office.edition[0].slots);
	office_edition(&office);
	office_duties(&office, bo);
	assert_int_equal(alarms(bo, "board"), 0);
	memcpy(office.attest, attest, sizeof(attest));
	office_edition(&office);
	office_duties(&office, bo);
	assert_int_equal(alarms(bo, "board"), 1);
}

static void
sees_a_gap(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		office_edition(&office);
	buf_clear(&office.edition[1].bytes);
	office_duties(&office, ana);
	assert_int_equal(alarms(ana, "board"), 1);
	/* What is not all there is not vouched for. */
	office_edition(&office);
	for (size_t i = 0; i < EDITION_ATTEST_SIZE; i++)
		assert_int_equal(
		    office.edition[3]
			.bytes.p[EDITION_HEAD_SIZE - EDITION_ATTEST_SIZE + i],
		    0);
}

static void
expects_that_editions_expire(void **state)
{
	(void)state;
	office.day = day_today() - 60;
	office_edition(&office);
	office_duties(&office, ana);
	office.day = day_today() - 40;
	office_edition(&office);
	buf_clear(&office.edition[1].bytes);
	office.day = day_today() - 30;
	office_edition(&office);
	office_duties(&office, ana);
	assert_int_equal(alarms(ana, "board"), 0);
}

/* A slot that whoever has the thread's keys put onto the board. */
static void
smuggle(struct event *ret_event)
{
	const struct answer a = { .id = "not from here.",
		.day = day_today(),
		.by = TEXT("The ana"),
		.text = TEXT("Meet me at the bridge.") };
	struct event e = { .kind = EVENT_ANSWERED,
		.seq = tip,
		.day = a.day,
		.text = a.text,
		.parts = 1,
		.slots_n = 1 };
	uint8_t slot[SLOT_SIZE];

	assert_int_equal(
	    slot_seal_answer(slot, &source.pub, office.newsroom, &a, 1), 0);
	memcpy(e.slots[0], slot, 8);
	memcpy(e.digest, office.entry[tip - 1].e.digest, 32);
	buf_put(&office.slots, slot, sizeof(slot));
	*ret_event = e;
}

static void
finds_answers_nobody_recorded(void **state)
{
	struct letter_tip t = { .kind = LETTER_EVENTS, .desk = TEXT("news") };
	struct event e;
	struct buf line;

	(void)state;
	office_duties(&office, ana);
	smuggle(&e);
	office_edition(&office);
	office_duties(&office, ana);
	/* Its record may be on its way. */
	assert_int_equal(alarms(ana, "answer"), 0);
	office_edition(&office);
	office_duties(&office, ana);
	assert_int_equal(alarms(ana, "answer"), 1);
	office_restart(&office, ana);
	office_duties(&office, ana);
	assert_int_equal(alarms(ana, "answer"), 1);
	office_duties(&office, eva);
	assert_int_equal(alarms(eva, "answer"), 0);
	/* A colleague records it after all. */
	buf_init(&line, 4096);
	event_put(&line, &e);
	memcpy(t.author, bo->sign, 32);
	office_letter(
	    &office, "news", &t, buf_text(&line), NULL, bo->sign_seed);
	buf_fini(&line);
	office_duties(&office, ana);
	assert_int_equal(alarms(ana, "answer"), 0);
}

/* What another desk answers is recorded there. */
static void
leaves_other_desks_alone(void **state)
{
	struct book_thread t = office_find(ana, tip);
	uint32_t parts;

	(void)state;
	assert_int_equal(
	    dispatch_hand_over(ana->dispatch, &t, TEXT("sport")), 0);
	office_duties(&office, ana);
	office_duties(&office, eva);
	assert_int_equal(answer(eva, TEXT("From sport."), &parts), 0);
	office_duties(&office, eva);
	office_edition(&office);
	assert_true(reads_text(&source, 1, "From sport."));
	office_duties(&office, eva);
	office_edition(&office);
	office_duties(&office, ana);
	office_duties(&office, eva);
	assert_int_equal(alarms(ana, "answer"), 0);
	assert_int_equal(alarms(eva, "answer"), 0);
}

/* A few HMACs at a time, as a page that must answer meanwhile wants it. */
static void
searches_in_slices(void **state)
{
	struct event e;
	bool is_done = false;
	int calls;

	(void)state;
	smuggle(&e);
	office_edition(&office);
	office_edition(&office);
	office_round(&office, ana);
	for (calls = 0; !is_done; calls++)
		assert_int_equal(
		    dispatch_edition(ana->dispatch, 3, &is_done), 0);
	/* Sixteen slots and one thread. */
	assert_int_equal(calls, 6);
	assert_int_equal(alarms(ana, "answer"), 1);
	assert_int_equal(dispatch_edition(ana->dispatch, 0, &is_done), 0);
	assert_true(is_done);
}

static void
finds_no_fault_with_honest_answers(void **state)
{
	uint32_t parts;

	(void)state;
	for (int i = 0; i < 4; i++) {
		assert_int_equal(answer(ana, TEXT("x"), &parts), 0);
		office_duties(&office, ana);
		office_edition(&office);
		office_duties(&office, bo);
	}
	office_edition(&office);
	office_duties(&office, bo);
	office_duties(&office, ana);
	assert_int_equal(alarms(bo, "answer"), 0);
	assert_int_equal(alarms(ana, "answer"), 0);
	assert_int_equal(alarms(bo, "board"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(answers_arrive),
		TEST(answers_stand_anywhere),
		TEST(questions_ask_to_write_again),
		TEST(long_answers_go_together),
		TEST(refuses_answers),
		TEST(answers_leave_the_rest_pending),
		TEST(opening_is_told_once),
		TEST(builds_again_for_another_edition),
		TEST(builds_again_in_slices),
		TEST(posts_as_much_in_silence),
		TEST(drills_are_silent),
		TEST(posts_old_answers_again),
		TEST(vouches_for_the_newest),
		TEST(sees_a_broken_edition),
		TEST(sees_another_board),
		TEST(sees_a_gap),
		TEST(expects_that_editions_expire),
		TEST(finds_answers_nobody_recorded),
		TEST(leaves_other_desks_alone),
		TEST(searches_in_slices),
		TEST(finds_no_fault_with_honest_answers),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
