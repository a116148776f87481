/* The book: letters opened, threads folded, lists and searches. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "book_kit.h"

static struct inbox inbox;

static int
begin(void **state)
{
	(void)state;
	inbox_init(&inbox);
	inbox_card(&inbox, EVERYBODY);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	inbox_fini(&inbox);
	return 0;
}

#define assert_field(r, seq, name, value) \
	assert_string_equal(reader_field(r, seq, name), value)

static void
test_a_tip_is_shown(void **state)
{
	struct reader r;
	struct book_thread t;
	json_t *o, *item;
	uint8_t key[16];
	uint64_t seq;

	(void)state;
	seq = inbox_tip(&inbox, 1, "The mayor took money.\nI saw it.");
	reader_init(&r, &inbox, ANA);
	assert_null(book_card(r.book));
	reader_sync(&r);
	assert_text(book_me(r.book)->id, "ana");
	assert_int_equal(book_seq(r.book), seq);
	assert_int_equal(reader_count(&r, "queue", NULL), 1);
	assert_field(&r, seq, "state", "\"new\"");
	assert_field(&r, seq, "desk", "\"news\"");
	assert_field(&r, seq, "story", "\"town-hall\"");
	assert_field(&r, seq, "letters", "1");
	assert_field(
	    &r, seq, "acknowledge", "{\"done\":false,\"due\":\"2026-02-23\"}");
	assert_field(
	    &r, seq, "feedback", "{\"done\":false,\"due\":\"2026-05-17\"}");
	o = reader_show(&r, seq);
	assert_string_equal(json_string_value(json_object_get(o, "message")),
	    "The mayor took money.\nI saw it.");
	item = json_array_get(json_object_get(o, "items"), 0);
	assert_true(json_is_true(json_object_get(item, "own")));
	assert_true(json_is_false(json_object_get(item, "signed")));
	json_decref(o);
	assert_int_equal(book_find(r.book, "2", &t), 0);
	assert_int_equal(t.seq, seq);
	assert_int_equal(book_key(r.book, seq, key), 0);
	assert_int_equal(book_key(r.book, 1, key), ERR_NO_KEY);
	assert_int_equal(book_key(r.book, 99, key), ERR_NOT_FOUND);
	reader_fini(&r);
}

static void
test_threads_are_found(void **state)
{
	struct reader r;
	struct book_thread t, again;
	char name[2 * THREAD_SIZE + 3] = "t:";
	uint64_t seq;

	(void)state;
	seq = inbox_tip(&inbox, 1, "one");
	inbox_tip(&inbox, 2, "two");
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	assert_int_equal(book_find(r.book, "2", &t), 0);
	assert_int_equal(t.seq, seq);
	hex_write(name + 2, t.thread, THREAD_SIZE);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(book_find(r.book, name, &again), 0);
	assert_memory_equal(&t, &again, sizeof(t));
	name[7] = '\0';
	assert_int_equal(book_find(r.book, name, &again), 0);
	assert_int_equal(book_find(r.book, name + 2, &again), 0);
	name[5] = '\0';
	assert_int_equal(book_find(r.book, name, &again), ERR_NOT_FOUND);
	assert_int_equal(book_find(r.book, "77", &again), ERR_NOT_FOUND);
	assert_int_equal(book_find(r.book, "1", &again), ERR_NOT_FOUND);
	assert_int_equal(book_find(r.book, "", &again), ERR_NOT_FOUND);
	assert_int_equal(book_find(r.book, "zzzz", &again), ERR_NOT_FOUND);
	reader_fini(&r);
}

/* The first tip defines a thread; what follows must carry its mark, or it only
 * claims to belong. The same letter counts once. */
static void
test_whose_words(void **state)
{
	struct thread_keys keys, other;
	struct letter_tip tip = { .kind = LETTER_FOLLOW_UP };
	struct reader r;
	uint64_t first;

	(void)state;
	inbox_source(&inbox, 1, &keys);
	inbox_source(&inbox, 2, &other);
	first = inbox_tip(&inbox, 1, "one");
	inbox_follow_up(&inbox, 1, "two");
	tip.thread = keys.pub;
	inbox_letter(&inbox, ANA | BO, &tip, TEXT("not me"), NULL, NULL);
	inbox_letter(
	    &inbox, ANA | BO, &tip, TEXT("nor me"), other.mark_seed, NULL);
	inbox_again(&inbox, first);
	tip.kind = LETTER_TIP;
	inbox_letter(&inbox, ANA | BO, &tip, TEXT("again"), NULL, NULL);
	reader_init(&r, &inbox, BO);
	reader_sync(&r);
	assert_field(&r, first, "letters", "2");
	assert_field(&r, first, "claims", "3");
	assert_int_equal(reader_count(&r, "all", NULL), 1);
	reader_fini(&r);
}

static void
test_events_fold(void **state)
{
	struct reader r;
	uint64_t seq;

	(void)state;
	seq = inbox_tip(&inbox, 1, "one");
	inbox_say(&inbox, BO, 2, seq, EVENT_OPENED, "", false);
	inbox_say(&inbox, BO, 2, seq, EVENT_ASSIGNED, "ana bo", false);
	inbox_say(&inbox, BO, 2, seq, EVENT_LABEL, "water", false);
	inbox_say(&inbox, BO, 2, seq, EVENT_LABEL, "money", false);
	inbox_say(&inbox, ANA, 6, seq, EVENT_LABEL, "water", true);
	inbox_say(&inbox, ANA, 7, seq, EVENT_FLAG, "danger", false);
	inbox_say(&inbox, ANA, 7, seq, EVENT_SUMMARY, "A bribe", false);
	inbox_say(&inbox, ANA, 7, seq, EVENT_ANSWERING, "", false);
	inbox_say(&inbox, ANA, 7, seq, EVENT_TOLD, "opened", false);
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	assert_field(&r, seq, "state", "\"open\"");
	assert_field(&r, seq, "seen", "[\"bo\"]");
	assert_field(&r, seq, "assigned", "[\"ana\",\"bo\"]");
	assert_field(&r, seq, "labels", "[\"money\"]");
	assert_field(&r, seq, "is_danger", "true");
	assert_field(&r, seq, "summary", "\"A bribe\"");
	assert_field(&r, seq, "answering", "[\"ana\"]");
	assert_field(&r, seq, "told", "\"opened\"");
	assert_field(&r, seq, "conflicts", "[]");
	assert_field(
	    &r, seq, "acknowledge", "{\"done\":true,\"due\":\"2026-02-23\"}");
	assert_int_equal(reader_count(&r, "mine", NULL), 1);
	assert_int_equal(reader_count(&r, "unassigned", NULL), 0);
	assert_int_equal(reader_count(&r, "danger", NULL), 1);
	inbox_say(&inbox, BO, 11, seq, EVENT_STATUS, "closed", false);
	reader_sync(&r);
	assert_field(&r, seq, "state", "\"closed\"");
	assert_int_equal(reader_count(&r, "queue", NULL), 0);
	assert_int_equal(reader_count(&r, "closed", NULL), 1);
	/* The source writes again. */
	inbox_follow_up(&inbox, 1, "and more");
	reader_sync(&r);
	assert_field(&r, seq, "state", "\"closed\"");
	assert_field(&r, seq, "came_back", "true");
	assert_int_equal(reader_count(&r, "queue", NULL), 1);
	assert_int_equal(reader_count(&r, "came-back", NULL), 1);
	/* Who closes it again knows of that. */
	inbox_say(&inbox, BO, inbox.n, seq, EVENT_STATUS, "closed", false);
	reader_sync(&r);
	assert_field(&r, seq, "came_back", "false");
	reader_fini(&r);
}

/* An answer whose author had not seen the source's last letter does not answer
 * it. */
static void
test_who_does_not_have_a_thread_cannot_hand_it_over(void **state)
{
	struct reader r;
	uint64_t seq;

	(void)state;
	seq = inbox_tip(&inbox, 1, "one");
	reader_init(&r, &inbox, ANA);
	inbox_say(&inbox, EVA, seq, seq, EVENT_HANDED, "sport", false);
	reader_sync(&r);
	assert_field(&r, seq, "desk", "\"news\"");
	/* Rightly; from now on it is hers to hand back. */
	inbox_say(&inbox, BO, seq, seq, EVENT_HANDED, "sport", false);
	reader_sync(&r);
	assert_field(&r, seq, "desk", "\"sport\"");
	inbox_say(&inbox, EVA, inbox.n, seq, EVENT_HANDED, "news", false);
	reader_sync(&r);
	assert_field(&r, seq, "desk", "\"news\"");
	reader_fini(&r);
}

static void
test_an_answer_counts_from_what_was_seen(void **state)
{
	struct event e = { .kind = EVENT_ANSWERED,
		.day = INBOX_DAY,
		.parts = 1,
		.by = TEXT("Ana"),
		.text = TEXT("Thank you, we look into the waterworks."),
		.slots_n = 1,
		.slots = { { 1, 2, 3 } },
		.answer = { 9 } };
	struct event last;
	struct book_thread t;
	struct reader r;
	uint64_t seq;

	(void)state;
	seq = inbox_tip(&inbox, 1, "one");
	inbox_follow_up(&inbox, 1, "two");
	inbox_about(&inbox, seq, &e);
	inbox_event(&inbox, BO, 2, &e);
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	assert_field(&r, seq, "answers", "1");
	assert_field(&r, seq, "came_back", "true");
	assert_field(
	    &r, seq, "feedback", "{\"done\":true,\"due\":\"2026-05-17\"}");
	assert_true(book_has_slot(r.book, e.slots[0]));
	assert_false(book_has_slot(r.book, (const uint8_t *)"12345678"));
	assert_int_equal(book_find(r.book, "2", &t), 0);
	assert_int_equal(book_last_answer(r.book, t.thread, &last), 0);
	assert_true(text_is_equal(last.text, e.text));
	assert_memory_equal(last.digest, t.digest, 32);
	assert_memory_equal(last.answer, e.answer, 16);
	assert_int_equal(reader_count(&r, "all", "waterworks"), 1);
	reader_fini(&r);
}

static void
test_conflicts_stay_until_somebody_decides(void **state)
{
	struct reader r;
	uint64_t seq;

	(void)state;
	seq = inbox_tip(&inbox, 1, "one");
	inbox_say(&inbox, ANA, seq, seq, EVENT_ASSIGNED, "ana", false);
	inbox_say(&inbox, BO, seq, seq, EVENT_ASSIGNED, "bo", false);
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	assert_field(&r, seq, "assigned", "[\"bo\"]");
	assert_field(&r, seq, "conflicts",
	    "[{\"by\":\"ana\",\"field\":\"assigned\",\"seq\":3,"
	    "\"value\":\"ana\"}]");
	/* Somebody who saw only one of them settles nothing. */
	inbox_say(&inbox, BO, seq, seq, EVENT_ASSIGNED, "eva", false);
	reader_sync(&r);
	assert_field(&r, seq, "conflicts",
	    "[{\"by\":\"ana\",\"field\":\"assigned\",\"seq\":3,"
	    "\"value\":\"ana\"}]");
	inbox_say(&inbox, BO, inbox.n, seq, EVENT_ASSIGNED, "bo", false);
	reader_sync(&r);
	assert_field(&r, seq, "conflicts", "[]");
	/* The same said twice is no conflict. */
	inbox_say(&inbox, ANA, inbox.n, seq, EVENT_STATUS, "parked", false);
	inbox_say(&inbox, BO, inbox.n - 1, seq, EVENT_STATUS, "parked", false);
	reader_sync(&r);
	assert_field(&r, seq, "conflicts", "[]");
	assert_field(&r, seq, "state", "\"parked\"");
	reader_fini(&r);
}

static void
test_only_members_count(void **state)
{
	struct event e = { .kind = EVENT_LABEL, .value = TEXT("x") };
	struct letter_tip tip = { .kind = LETTER_EVENTS };
	struct inbox_member *bo = inbox_member(&inbox, BO);
	struct inbox_member stranger = *bo;
	struct reader r;
	struct buf lines;
	uint64_t seq, card, old;

	(void)state;
	seq = inbox_tip(&inbox, 1, "one");
	inbox_about(&inbox, seq, &e);
	buf_init(&lines, 4096);
	event_put(&lines, &e);
	/* In bo's name, signed by somebody else. */
	memcpy(tip.author, bo->sign, 32);
	inbox_letter(&inbox, ANA, &tip, buf_text(&lines), NULL,
	    inbox_member(&inbox, EVA)->seed);
	/* By nobody we know, well signed: junk. */
	memset(stranger.seed, 7, 32);
	memcpy(tip.author, inbox_member(&inbox, ANA)->to.pk, 32);
	inbox_letter(&inbox, ANA, &tip, buf_text(&lines), NULL, stranger.seed);
	/* By bo, when bo has left. */
	card = inbox_card(&inbox, ANA | EVA);
	inbox_event(&inbox, BO, inbox.n, &e);
	/* An old card, shown again, does not bring bo back. */
	old = inbox_old_card(&inbox, 1);
	inbox_event(&inbox, BO, old, &e);
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	assert_int_equal(card + 2, old);
	assert_field(&r, seq, "labels", "[]");
	assert_int_equal(reader_alarms(&r, "forged"), 1);
	assert_int_equal(reader_alarms(&r, "left"), 1);
	assert_int_equal(reader_alarms(&r, NULL), 2);
	/* What bo said as a member stays, under the key. */
	inbox_card(&inbox, EVERYBODY);
	inbox_event(&inbox, BO, inbox.n, &e);
	reader_sync(&r);
	assert_field(&r, seq, "labels", "[\"x\"]");
	buf_fini(&lines);
	reader_fini(&r);
}

static void
test_events_about_another_digest_are_dropped(void **state)
{
	struct event e = { .kind = EVENT_LABEL, .value = TEXT("x") };
	struct reader r;
	uint64_t seq;

	(void)state;
	seq = inbox_tip(&inbox, 1, "one");
	inbox_tip(&inbox, 2, "two");
	inbox_about(&inbox, seq, &e);
	e.seq = seq + 1;
	inbox_event(&inbox, BO, 2, &e);
	/* Nor does one that names a letter to come. */
	inbox_about(&inbox, seq, &e);
	e.seq = inbox.n + 2;
	inbox_event(&inbox, BO, 2, &e);
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	assert_field(&r, seq, "labels", "[]");
	assert_field(&r, seq + 1, "labels", "[]");
	reader_fini(&r);
}

static void
test_an_old_letter_put_in_again(void **state)
{
	struct reader r;
	uint64_t seq, closed;

	(void)state;
	seq = inbox_tip(&inbox, 1, "one");
	closed = inbox_say(&inbox, BO, 2, seq, EVENT_STATUS, "closed", false);
	inbox_say(&inbox, BO, 3, seq, EVENT_STATUS, "open", false);
	inbox_again(&inbox, closed);
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	assert_field(&r, seq, "state", "\"open\"");
	reader_fini(&r);
}

static void
test_a_fork_is_seen(void **state)
{
	struct inbox_member *bo = inbox_member(&inbox, BO);
	struct letter_tip tip = { .kind = LETTER_EVENTS, .seen_seq = 1 };
	struct reader r;

	(void)state;
	inbox_tip(&inbox, 1, "one");
	memcpy(tip.author, bo->sign, 32);
	memcpy(tip.seen_link, inbox.entry[0].e.link, 32);
	inbox_letter(&inbox, ANA, &tip, TEXT(""), NULL, bo->seed);
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	assert_int_equal(reader_alarms(&r, "fork"), 0);
	tip.seen_link[5] ^= 1;
	inbox_letter(&inbox, ANA, &tip, TEXT(""), NULL, bo->seed);
	reader_sync(&r);
	assert_int_equal(reader_alarms(&r, "fork"), 1);
	/* Nobody has seen what comes after their own letter. */
	memcpy(tip.seen_link, inbox.entry[0].e.link, 32);
	tip.seen_seq = 99;
	memcpy(tip.author, inbox_member(&inbox, EVA)->sign, 32);
	inbox_letter(
	    &inbox, ANA, &tip, TEXT(""), NULL, inbox_member(&inbox, EVA)->seed);
	reader_sync(&r);
	assert_int_equal(reader_alarms(&r, "fork"), 2);
	reader_fini(&r);
}

static void
test_search(void **state)
{
	static const char *const hostile[] = { "\"", "*", "NEAR(", "a AND",
		"text:x", "{", "-", "(((", "a OR OR b", "\" \" \"", "x\"y*\"",
		"^money", "found MATCH 'x'", "';DROP TABLE letter", "NOT", "+",
		"\xc3\xa9*", "a\"b", "....." };
	struct book_query q = { .words = "" };
	struct reader r;
	json_t *o = NULL;
	size_t i;
	int err;

	(void)state;
	inbox_tip(&inbox, 1, "The mayor took MONEY from the Caf\xc3\xa9");
	inbox_tip(&inbox, 2, "Water in the cellar of the town hall");
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	assert_int_equal(reader_count(&r, "queue", "money"), 1);
	assert_int_equal(reader_count(&r, "queue", "cafe"), 1);
	assert_int_equal(reader_count(&r, "queue", "the"), 2);
	assert_int_equal(reader_count(&r, "queue", "mon*"), 1);
	assert_int_equal(reader_count(&r, "queue", "mon"), 0);
	assert_int_equal(reader_count(&r, "queue", "\"the cellar\""), 1);
	assert_int_equal(reader_count(&r, "queue", "\"cellar the\""), 0);
	assert_int_equal(reader_count(&r, "queue", "mayor water"), 0);
	assert_int_equal(reader_count(&r, "queue", "town-hall"), 2);
	for (i = 0; i < sizeof(hostile) / sizeof(*hostile); i++) {
		q.words = hostile[i];
		err = book_list(r.book, &q, &o);
		assert_true(err == 0 || err == ERR_FORMAT);
		if (err == 0)
			json_decref(o);
	}
	q.words = "money";
	assert_int_equal(book_list(r.book, &q, &o), 0);
	assert_string_equal(
	    json_string_value(json_object_get(
		json_array_get(json_object_get(o, "threads"), 0), "found")),
	    "The mayor took \x01MONEY\x02 from the Caf\xc3\xa9");
	json_decref(o);
	q.view = "nonsense";
	assert_int_equal(book_list(r.book, &q, &o), ERR_NOT_FOUND);
	reader_fini(&r);
}

/* What somebody noted is found, whether its index was made before or not. */
static void
test_the_index_comes_behind(void **state)
{
	struct event e = { .kind = EVENT_SUMMARY, .value = TEXT("dredger") };
	struct reader r;
	bool is_done = false;
	uint64_t handle, seq, version;

	(void)state;
	seq = inbox_tip(&inbox, 1, "Water in the cellar");
	reader_init(&r, &inbox, ANA);
	assert_int_equal(book_index(r.book, &is_done), 0);
	assert_true(is_done);
	reader_sync(&r);
	inbox_about(&inbox, seq, &e);
	assert_int_equal(book_pend(r.book, &e, &handle), 0);
	version = book_version(r.book);
	is_done = false;
	assert_int_equal(book_index(r.book, &is_done), 0);
	assert_true(is_done);
	assert_int_equal(book_version(r.book), version);
	assert_int_equal(reader_count(&r, "queue", "dredger"), 1);
	reader_fini(&r);
}

/* Pages of a list stand in one order, whatever there is before and behind them,
 * and each thread is on one of them, by however many of its letters it was
 * found. */
static void
test_pages_of_a_list(void **state)
{
	static const enum book_order orders[] = { BOOK_DUE, BOOK_NEWEST,
		BOOK_OLDEST };
	struct book_query q = { .limit = 3 };
	struct reader r;
	char text[64];
	uint64_t first;
	json_t *all, *o, *list;
	size_t i, order;

	(void)state;
	for (i = 0; i < 8; i++) {
		snprintf(text, sizeof(text), "Water in the cellar %zu", i % 5);
		inbox_tip(&inbox, 1 + (i * 3) % 8, text);
	}
	first = inbox_tip(&inbox, 9, "Nothing but dust");
	inbox_follow_up(&inbox, 1, "The water is higher now");
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	for (order = 0; order < 2 * 3; order++) {
		q.order = orders[order % 3];
		q.words = order < 3 ? "wat*" : NULL;
		q.limit = 1000;
		q.skip = 0;
		assert_int_equal(book_list(r.book, &q, &all), 0);
		assert_int_equal(
		    json_array_size(json_object_get(all, "threads")),
		    order < 3 ? 8 : 9);
		q.limit = 3;
		for (q.skip = 0; q.skip < 12; q.skip += q.limit) {
			assert_int_equal(book_list(r.book, &q, &o), 0);
			list = json_object_get(o, "threads");
			assert_true(json_equal(json_object_get(o, "total"),
			    json_object_get(all, "total")));
			for (i = 0; i < json_array_size(list); i++)
				assert_true(json_equal(json_array_get(list, i),
				    json_array_get(
					json_object_get(all, "threads"),
					q.skip + i)));
			assert_int_equal(json_array_size(list),
			    q.skip == 9   ? 0
			    : q.skip == 6 ? (order < 3 ? 2 : 3)
					  : 3);
			json_decref(o);
		}
		json_decref(all);
	}
	q = (struct book_query){ .order = BOOK_NEWEST, .skip = SIZE_MAX };
	assert_int_equal(book_list(r.book, &q, &o), 0);
	assert_int_equal(json_array_size(json_object_get(o, "threads")), 0);
	json_decref(o);
	q.skip = 0;
	assert_int_equal(book_list(r.book, &q, &o), 0);
	list = json_object_get(o, "threads");
	/* What came last is first. */
	assert_int_equal(
	    json_integer_value(json_object_get(json_array_get(list, 1), "seq")),
	    first);
	json_decref(o);
	reader_fini(&r);
}

static void
test_filters_and_counts(void **state)
{
	struct book_query q = { .view = "queue" };
	struct reader r;
	json_t *o = NULL;
	uint64_t a, b;

	(void)state;
	a = inbox_tip(&inbox, 1, "one");
	b = inbox_tip(&inbox, 2, "two");
	inbox_say(&inbox, ANA, b, a, EVENT_LABEL, "water", false);
	inbox_say(&inbox, ANA, b, b, EVENT_STATUS, "bin", false);
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	q.label = "water";
	q.story = "town-hall";
	q.lang = "en";
	q.desk = "news";
	assert_int_equal(book_list(r.book, &q, &o), 0);
	assert_int_equal(json_integer_value(json_object_get(o, "total")), 1);
	json_decref(o);
	q.label = "fire";
	assert_int_equal(book_list(r.book, &q, &o), 0);
	assert_int_equal(json_integer_value(json_object_get(o, "total")), 0);
	json_decref(o);
	assert_int_equal(book_counts(r.book, &o), 0);
	assert_int_equal(json_integer_value(json_object_get(o, "queue")), 1);
	assert_int_equal(json_integer_value(json_object_get(o, "bin")), 1);
	assert_int_equal(json_integer_value(json_object_get(o, "all")), 2);
	assert_int_equal(json_array_size(json_object_get(o, "weeks")), 12);
	assert_string_equal(
	    json_string_value(json_object_get(
		json_array_get(json_object_get(o, "weeks"), 11), "week")),
	    "2026-W08");
	json_decref(o);
	assert_int_equal(book_people(r.book, &o), 0);
	assert_int_equal(json_array_size(json_object_get(o, "members")), 3);
	json_decref(o);
	reader_fini(&r);
}

static void
test_files(void **state)
{
	struct book_query q = { .view = "queue", .kind = "application/" };
	struct letter_tip tip = { .kind = LETTER_TIP };
	struct thread_keys keys;
	struct reader r;
	struct buf out;
	json_t *o = NULL;
	uint64_t seq;

	(void)state;
	inbox_source(&inbox, 1, &keys);
	tip.thread = keys.pub;
	inbox_seal(
	    &inbox, ANA, &tip, TEXT("with a file"), NULL, NULL, 300000, &out);
	seq = inbox_bytes(&inbox, &out);
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	assert_field(&r, seq, "files",
	    "[{\"size\":300000,\"type\":\"application/pdf\"}]");
	assert_int_equal(book_list(r.book, &q, &o), 0);
	assert_int_equal(json_integer_value(json_object_get(o, "total")), 1);
	json_decref(o);
	q.kind = "image/";
	assert_int_equal(book_list(r.book, &q, &o), 0);
	assert_int_equal(json_integer_value(json_object_get(o, "total")), 0);
	json_decref(o);
	assert_int_equal(reader_count(&r, "queue", "rechnung"), 1);
	reader_fini(&r);
}

static void
test_near_texts_are_pointed_out(void **state)
{
	static const char text[] =
	    "The mayor of our town took money from the builder of the new "
	    "swimming pool and hid it in a tin box behind the shed of his "
	    "brother who lives in the next village, and nobody asked why";
	char other[512];
	struct reader r;
	uint64_t a, c;

	(void)state;
	snprintf(other, sizeof(other), "%s yet.", text);
	a = inbox_tip(&inbox, 1, text);
	inbox_tip(&inbox, 2, other);
	c = inbox_tip(&inbox, 3,
	    "Something else: the school bus does not come any more since "
	    "the company was sold to the cousin of the minister last year");
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	assert_int_equal(strlen(reader_field(&r, a, "near")), 36);
	assert_field(&r, c, "near", "[]");
	reader_fini(&r);
}

static void
test_notes(void **state)
{
	struct thread_keys keys;
	struct reader r;
	json_t *o, *item;
	uint64_t seq;

	(void)state;
	inbox_source(&inbox, 1, &keys);
	seq = inbox_tip(&inbox, 1, "one");
	inbox_lines(&inbox, BO, ANA | BO, seq, LETTER_NOTE, keys.pub.thread,
	    TEXT("Ask the archive."));
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	o = reader_show(&r, seq);
	item = json_array_get(json_object_get(o, "items"), 1);
	assert_string_equal(
	    json_string_value(json_object_get(item, "type")), "note");
	assert_string_equal(
	    json_string_value(json_object_get(item, "by")), "bo");
	json_decref(o);
	assert_int_equal(reader_count(&r, "queue", "archive"), 1);
	reader_fini(&r);
}

static void
test_promises(void **state)
{
	struct reader r;
	uint64_t seq;

	(void)state;
	inbox.promise = "{\"news\":10}";
	inbox_card(&inbox, EVERYBODY);
	seq = inbox_tip(&inbox, 1, "one");
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	assert_field(
	    &r, seq, "feedback", "{\"done\":false,\"due\":\"2026-02-26\"}");
	inbox.promise = "{\"news\":20}";
	inbox_card(&inbox, EVERYBODY);
	reader_sync(&r);
	assert_field(
	    &r, seq, "feedback", "{\"done\":false,\"due\":\"2026-03-08\"}");
	reader_fini(&r);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(test_a_tip_is_shown),
		TEST(test_threads_are_found),
		TEST(test_whose_words),
		TEST(test_events_fold),
		TEST(test_who_does_not_have_a_thread_cannot_hand_it_over),
		TEST(test_an_answer_counts_from_what_was_seen),
		TEST(test_conflicts_stay_until_somebody_decides),
		TEST(test_only_members_count),
		TEST(test_events_about_another_digest_are_dropped),
		TEST(test_an_old_letter_put_in_again),
		TEST(test_a_fork_is_seen),
		TEST(test_search),
		TEST(test_the_index_comes_behind),
		TEST(test_pages_of_a_list),
		TEST(test_filters_and_counts),
		TEST(test_files),
		TEST(test_near_texts_are_pointed_out),
		TEST(test_notes),
		TEST(test_promises),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
