/* What members send each other: events, notes, grants, deletions. */
#include <stdio.h>

#include "dispatch_kit.h"
#include "unit.h"

#include "base/day.h"
#include "base/err.h"
#include "open/open.h"

static struct office office;
static struct office_member *ana, *bo, *eva, *old;
static struct thread_keys source;
static uint64_t tip;

static int
begin(void **state)
{
	(void)state;
	office_init(&office);
	ana = &office.member[ANA];
	bo = &office.member[BO];
	eva = &office.member[EVA];
	old = &office.member[OLD];
	office_source(&office, 7, &source);
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

static int
opens(const struct office_member *m, uint64_t seq)
{
	const struct buf *b = &office.entry[seq - 1].bytes;
	struct open_file *f = NULL;
	size_t scan = 0, head;
	int err;

	assert_int_equal(age_header_find_end(b->p, b->n, &scan, &head), 0);
	err = open_file_new(m->ids, b->p, head + AGE_NONCE_SIZE, &f);
	open_file_free(&f);
	return err;
}

static int
say(struct office_member *m, enum event_kind kind, const char *value)
{
	struct event e = { .kind = kind, .value = text_from(value) };
	struct book_thread t = office_find(m, tip);
	uint64_t handle;

	return dispatch_event(m->dispatch, &t, &e, &handle);
}

/* The member name of the tip's thread as m sees it, as JSON text. */
static const char *
shown(struct office_member *m, const char *name)
{
	static char text[1 << 18];
	json_t *all = office_show(m, tip);
	size_t n;

	n = json_dumpb(json_object_get(all, name), text, sizeof(text) - 1,
	    JSON_ENCODE_ANY | JSON_COMPACT);
	assert_in_range(n, 0, sizeof(text) - 1);
	text[n] = '\0';
	json_decref(all);
	return text;
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

static void
tells_the_desk(void **state)
{
	(void)state;
	assert_int_equal(say(ana, EVENT_ASSIGNED, "bo"), 0);
	assert_int_equal(say(ana, EVENT_LABEL, "town hall"), 0);
	assert_string_equal(shown(ana, "assigned"), "[\"bo\"]");
	assert_int_equal(waiting(ana), 0);
	assert_int_equal(dispatch_flush(ana->dispatch), 0);
	/* Both in one letter, and once. */
	assert_int_equal(waiting(ana), 1);
	assert_int_equal(dispatch_flush(ana->dispatch), 0);
	assert_int_equal(waiting(ana), 1);
	office_round(&office, ana);
	office_round(&office, bo);
	assert_string_equal(shown(bo, "assigned"), "[\"bo\"]");
	assert_string_equal(shown(bo, "labels"), "[\"town hall\"]");
	assert_string_equal(shown(ana, "assigned"), "[\"bo\"]");
	assert_string_equal(shown(ana, "pending"), "0");
	assert_int_equal(opens(bo, office.entries), 0);
	assert_int_equal(opens(ana, office.entries), 0);
	assert_int_equal(opens(eva, office.entries), ERR_NO_KEY);
}

static void
undoes_what_waits(void **state)
{
	struct event e = { .kind = EVENT_FLAG, .value = TEXT("plant") };
	struct book_thread t = office_find(ana, tip);
	uint64_t handle;

	(void)state;
	assert_int_equal(dispatch_event(ana->dispatch, &t, &e, &handle), 0);
	assert_string_equal(shown(ana, "is_plant"), "true");
	assert_int_equal(book_unpend(ana->book, handle), 0);
	assert_int_equal(dispatch_flush(ana->dispatch), 0);
	assert_int_equal(waiting(ana), 0);
	assert_int_equal(dispatch_event(ana->dispatch, &t, &e, &handle), 0);
	assert_int_equal(dispatch_flush(ana->dispatch), 0);
	assert_int_equal(book_unpend(ana->book, handle), ERR_CONFLICT);
}

static void
checks_values(void **state)
{
	static const struct {
		enum event_kind kind;
		const char *value;
		int err;
	} cases[] = {
		{ EVENT_OPENED, "", 0 },
		{ EVENT_ASSIGNED, "", 0 },
		{ EVENT_ASSIGNED, "ana bo", 0 },
		{ EVENT_ASSIGNED, "ana  bo", ERR_FORMAT },
		{ EVENT_ASSIGNED, "ana ", ERR_FORMAT },
		{ EVENT_ASSIGNED, " ana", ERR_FORMAT },
		{ EVENT_ASSIGNED, "bo bo", ERR_FORMAT },
		{ EVENT_ASSIGNED, "nobody", ERR_NOT_FOUND },
		{ EVENT_STATUS, "closed", 0 },
		{ EVENT_STATUS, "parked", 0 },
		{ EVENT_STATUS, "shut", ERR_FORMAT },
		{ EVENT_STATUS, "", ERR_FORMAT },
		{ EVENT_FLAG, "danger", 0 },
		{ EVENT_FLAG, "dangerous", ERR_FORMAT },
		{ EVENT_LABEL, "a-1 b", 0 },
		{ EVENT_LABEL, "\xc3\xa1rbol", 0 },
		{ EVENT_LABEL, "", ERR_FORMAT },
		{ EVENT_LABEL, " a", ERR_FORMAT },
		{ EVENT_LABEL, "a,b", ERR_FORMAT },
		{ EVENT_LABEL, "a\nb", ERR_FORMAT },
		{ EVENT_LABEL, "a\xff", ERR_FORMAT },
		{ EVENT_LABEL,
		    "a\xe2\x80\xae"
		    "b",
		    ERR_FORMAT },
		{ EVENT_LABEL,
		    "a\xe2\x80\x8b"
		    "b",
		    ERR_FORMAT },
		{ EVENT_LABEL, "1234567890123456789012345678901234567890", 0 },
		{ EVENT_LABEL, "12345678901234567890123456789012345678901",
		    ERR_LIMIT },
		{ EVENT_SUMMARY, "what it is about", 0 },
		{ EVENT_SUMMARY, "", 0 },
		{ EVENT_SUMMARY, "two\nlines", ERR_FORMAT },
		{ EVENT_ANSWERED, "", ERR_UNSUPPORTED },
		{ EVENT_POSTED, "", ERR_UNSUPPORTED },
		{ EVENT_TOLD, "opened", ERR_UNSUPPORTED },
		{ EVENT_HANDED, "sport", ERR_UNSUPPORTED },
		{ EVENT_DELETED, "", ERR_UNSUPPORTED },
	};
	char longer[EVENT_VALUE_MAX + 2];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		    say(ana, cases[i].kind, cases[i].value), cases[i].err);
	memset(longer, 'x', sizeof(longer));
	longer[EVENT_VALUE_MAX + 1] = '\0';
	assert_int_equal(say(ana, EVENT_SUMMARY, longer), ERR_LIMIT);
	/* Whatever was taken can be sealed. */
	assert_int_equal(dispatch_flush(ana->dispatch), 0);
}

static void
checks_days(void **state)
{
	struct book_thread t = office_find(ana, tip);
	struct event e = { .kind = EVENT_STATUS, .value = TEXT("parked") };
	uint32_t today = day_today();
	uint64_t handle;

	(void)state;
	e.until = today + 1;
	assert_int_equal(dispatch_event(ana->dispatch, &t, &e, &handle), 0);
	e.until = today;
	assert_int_equal(
	    dispatch_event(ana->dispatch, &t, &e, &handle), ERR_FORMAT);
	e.value = TEXT("closed");
	e.until = today + 1;
	assert_int_equal(
	    dispatch_event(ana->dispatch, &t, &e, &handle), ERR_FORMAT);
	e = (struct event){ .kind = EVENT_AWAY,
		.from = today,
		.until = today + 9,
		.value = TEXT("bo") };
	assert_int_equal(dispatch_event(ana->dispatch, NULL, &e, &handle), 0);
	e.value = TEXT("ana");
	assert_int_equal(
	    dispatch_event(ana->dispatch, NULL, &e, &handle), ERR_FORMAT);
	e.value = TEXT("nobody");
	assert_int_equal(
	    dispatch_event(ana->dispatch, NULL, &e, &handle), ERR_NOT_FOUND);
	assert_int_equal(dispatch_flush(ana->dispatch), 0);
	/* The absence for both desks, the rest for one. */
	assert_int_equal(waiting(ana), 2);
}

static void
splits_what_is_long(void **state)
{
	char summary[EVENT_VALUE_MAX + 1];

	(void)state;
	for (int i = 0; i < 400; i++) {
		memset(summary, 'a' + i % 26, EVENT_VALUE_MAX);
		summary[EVENT_VALUE_MAX] = '\0';
		assert_int_equal(say(ana, EVENT_SUMMARY, summary), 0);
	}
	assert_int_equal(dispatch_flush(ana->dispatch), 0);
	assert_in_range(waiting(ana), 2, 4);
	office_round(&office, ana);
	office_round(&office, bo);
	assert_int_equal(strlen(shown(bo, "summary")), EVENT_VALUE_MAX + 2);
	assert_int_equal(shown(bo, "summary")[1], 'a' + 399 % 26);
	assert_string_equal(shown(ana, "pending"), "0");
}

static void
notes_are_the_desks(void **state)
{
	struct book_thread t = office_find(ana, tip);
	static char large[DISPATCH_NOTE_MAX + 1];

	(void)state;
	memset(large, 'n', sizeof(large));
	assert_int_equal(
	    dispatch_note(ana->dispatch, &t, TEXT(" \n")), ERR_FORMAT);
	assert_int_equal(
	    dispatch_note(ana->dispatch, &t, TEXT("a\xff")), ERR_FORMAT);
	assert_int_equal(dispatch_note(ana->dispatch, &t,
			     (struct text){ large, sizeof(large) }),
	    ERR_LIMIT);
	assert_int_equal(dispatch_note(ana->dispatch, &t,
			     (struct text){ large, DISPATCH_NOTE_MAX }),
	    0);
	assert_int_equal(
	    dispatch_note(ana->dispatch, &t, TEXT("ask the mayor")), 0);
	office_round(&office, ana);
	office_round(&office, bo);
	assert_non_null(strstr(shown(bo, "items"), "ask the mayor"));
	assert_int_equal(opens(eva, office.entries), ERR_NO_KEY);
}

static void
hands_over_with_what_follows(void **state)
{
	struct letter_tip claim = { .kind = LETTER_FOLLOW_UP,
		.desk = TEXT("news") };
	struct book_thread t = office_find(ana, tip);
	uint64_t entries;

	(void)state;
	assert_int_equal(say(ana, EVENT_SUMMARY, "a match was sold"), 0);
	assert_int_equal(
	    dispatch_hand_over(ana->dispatch, &t, TEXT("none")), ERR_NOT_FOUND);
	assert_int_equal(dispatch_hand_over(ana->dispatch, &t, TEXT("nobody")),
	    ERR_NOT_FOUND);
	assert_int_equal(
	    dispatch_hand_over(ana->dispatch, &t, TEXT("news")), ERR_EXISTS);
	assert_int_equal(
	    dispatch_hand_over(ana->dispatch, &t, TEXT("sport")), 0);
	for (int i = 0; i < 2; i++)
		for (size_t k = 0; k < OFFICE_MEMBERS; k++)
			office_duties(&office, &office.member[k]);
	assert_string_equal(shown(eva, "desk"), "\"sport\"");
	assert_string_equal(shown(bo, "desk"), "\"sport\"");
	assert_string_equal(shown(ana, "desk"), "\"sport\"");
	assert_string_equal(shown(eva, "summary"), "\"a match was sold\"");
	assert_string_equal(shown(eva, "message"), "\"Something.\"");
	/* The source writes to the desk it knows; who only claims to be the
	 * source does too. */
	office_tip(&office, LETTER_FOLLOW_UP, &source, "news", "And more.");
	claim.thread = source.pub;
	office_letter(&office, "news", &claim, TEXT("I am it."), NULL, NULL);
	office_duties(&office, bo);
	entries = office.entries;
	office_duties(&office, ana);
	assert_int_equal(office.entries, entries + 1);
	office_duties(&office, ana);
	office_restart(&office, ana);
	office_duties(&office, ana);
	assert_int_equal(office.entries, entries + 1);
	office_round(&office, eva);
	assert_non_null(strstr(shown(eva, "items"), "And more."));
	assert_int_equal(alarms(eva, "missing"), 0);
}

static size_t
count(const char *text, const char *word)
{
	size_t n = 0;

	for (; (text = strstr(text, word)) != NULL; text++)
		n++;
	return n;
}

/* A handing-over goes to every desk, and the grant says it too, with the state
 * that whoever has it back knows already. */
static void
what_is_told_again_is_shown_once(void **state)
{
	struct book_thread t = office_find(ana, tip);

	(void)state;
	assert_int_equal(say(ana, EVENT_SUMMARY, "a match was sold"), 0);
	assert_int_equal(say(ana, EVENT_LABEL, "football"), 0);
	assert_int_equal(say(ana, EVENT_STATUS, "parked"), 0);
	assert_int_equal(
	    dispatch_hand_over(ana->dispatch, &t, TEXT("sport")), 0);
	assert_int_equal(count(shown(ana, "items"), "\"handed\""), 1);
	for (size_t k = 0; k < 3; k++)
		office_duties(&office, &office.member[k]);
	t = office_find(eva, tip);
	assert_int_equal(
	    dispatch_hand_over(eva->dispatch, &t, TEXT("news")), 0);
	for (size_t i = 0; i < 6; i++)
		office_duties(&office, &office.member[i % 3]);
	for (size_t k = 0; k < 3; k++) {
		const char *items = shown(&office.member[k], "items");

		assert_int_equal(count(items, "\"handed\""), 2);
		assert_int_equal(count(items, "\"summary\""), 1);
		assert_int_equal(count(items, "\"label\""), 1);
		assert_int_equal(count(items, "\"status\""), 1);
	}
	/* What somebody says anew is said anew. */
	assert_int_equal(say(bo, EVENT_STATUS, "open"), 0);
	assert_int_equal(say(bo, EVENT_STATUS, "parked"), 0);
	assert_int_equal(say(bo, EVENT_STATUS, "parked"), 0);
	assert_int_equal(count(shown(bo, "items"), "\"status\""), 4);
}

/* Whoever learned the keys of a thread can write a letter that names it, but
 * not sign one. */
static void
a_claim_never_travels(void **state)
{
	struct letter_tip claim = { .kind = LETTER_FOLLOW_UP,
		.desk = TEXT("news") };
	struct book_thread t;
	uint64_t seq;

	(void)state;
	claim.thread = source.pub;
	seq = office_letter(
	    &office, "news", &claim, TEXT("Ask eva, she knows."), NULL, NULL);
	office_round(&office, ana);
	assert_string_equal(shown(ana, "claims"), "1");
	t = office_find(ana, tip);
	assert_int_equal(
	    dispatch_hand_over(ana->dispatch, &t, TEXT("sport")), 0);
	for (int i = 0; i < 2; i++)
		for (size_t k = 0; k < 3; k++)
			office_duties(&office, &office.member[k]);
	assert_string_equal(shown(eva, "letters"), "1");
	assert_string_equal(shown(eva, "claims"), "0");
	assert_int_equal(opens(eva, seq), ERR_NO_KEY);
	assert_null(strstr(shown(eva, "items"), "she knows"));
	/* Nor does a thread that is nothing but a claim. */
	office_source(&office, 9, &source);
	claim.thread = source.pub;
	seq = office_letter(
	    &office, "news", &claim, TEXT("Take this."), NULL, NULL);
	office_round(&office, ana);
	t = office_find(ana, seq);
	assert_int_equal(
	    dispatch_hand_over(ana->dispatch, &t, TEXT("sport")), ERR_NO_KEY);
}

/* More letters than one grant names. */
static void
hands_over_all_of_a_long_thread(void **state)
{
	struct book_thread t;

	(void)state;
	for (int i = 0; i < 2 * GRANT_LETTERS_MAX; i++)
		office_tip(&office, LETTER_FOLLOW_UP, &source, "news", "More.");
	office_round(&office, ana);
	t = office_find(ana, tip);
	assert_int_equal(
	    dispatch_hand_over(ana->dispatch, &t, TEXT("sport")), 0);
	office_duties(&office, ana);
	office_duties(&office, eva);
	assert_int_equal(
	    strtol(shown(eva, "letters"), NULL, 10), 2 * GRANT_LETTERS_MAX + 1);
	assert_string_equal(shown(eva, "desk"), "\"sport\"");
}

/* The server may hold one letter back for as long as it likes. */
static void
forwards_past_what_is_withheld(void **state)
{
	struct book_thread t = office_find(ana, tip);
	uint64_t late, entries;

	(void)state;
	assert_int_equal(
	    dispatch_hand_over(ana->dispatch, &t, TEXT("sport")), 0);
	office_duties(&office, ana);
	late = office_tip(
	    &office, LETTER_FOLLOW_UP, &source, "news", "Held back.");
	office.withheld = late;
	office_tip(&office, LETTER_FOLLOW_UP, &source, "news", "Let through.");
	office_duties(&office, ana);
	office_round(&office, eva);
	assert_non_null(strstr(shown(eva, "items"), "Let through."));
	assert_int_equal(alarms(ana, "missing"), 1);
	/* Nothing is granted twice, also by a program that begins anew. */
	entries = office.entries;
	office_restart(&office, ana);
	office_duties(&office, ana);
	assert_int_equal(office.entries, entries);
	office.withheld = 0;
	office_duties(&office, ana);
	assert_int_equal(office.entries, entries + 1);
	office_restart(&office, ana);
	office_duties(&office, ana);
	assert_int_equal(office.entries, entries + 1);
	office_round(&office, eva);
	assert_non_null(strstr(shown(eva, "items"), "Held back."));
	assert_int_equal(alarms(ana, "missing"), 0);
}

static void
announces_deletions(void **state)
{
	uint64_t card = 1, seqs[2] = { tip, 0 };

	(void)state;
	assert_int_equal(
	    dispatch_delete(ana->dispatch, &card, 1, false), ERR_UNSUPPORTED);
	seqs[1] = 999;
	assert_int_equal(
	    dispatch_delete(ana->dispatch, seqs, 2, false), ERR_NOT_FOUND);
	assert_int_equal(waiting(ana), 0);
	assert_int_equal(dispatch_flush(ana->dispatch), 0);
	assert_int_equal(waiting(ana), 0);
	assert_int_equal(dispatch_delete(ana->dispatch, seqs, 1, false), 0);
	/* For either desk, and the request behind them. */
	assert_int_equal(waiting(ana), 3);
	office_round(&office, ana);
	assert_true(office.entry[tip - 1].e.is_deleted);
	for (size_t i = 0; i < OFFICE_MEMBERS; i++) {
		struct office_member *m = &office.member[i];

		office_round(&office, m);
		assert_int_equal(alarms(m, "unannounced"), 0);
	}
	assert_int_equal(dispatch_delete(bo->dispatch, seqs, 1, true), 0);
	office_round(&office, bo);
	assert_false(office.entry[tip - 1].e.is_deleted);
}

static void
needs_a_seat_and_a_card(void **state)
{
	struct book_thread t = office_find(old, tip);
	bool is_done = false;

	(void)state;
	office.member[OLD].is_seated = false;
	office_card(&office);
	office_round(&office, old);
	office_round(&office, ana);
	assert_int_equal(say(old, EVENT_SUMMARY, "x"), ERR_DENIED);
	assert_int_equal(
	    dispatch_note(old->dispatch, &t, TEXT("x")), ERR_DENIED);
	assert_int_equal(dispatch_tell(old->dispatch, &t, 1), ERR_DENIED);
	assert_int_equal(
	    dispatch_delete(old->dispatch, &tip, 1, false), ERR_DENIED);
	assert_int_equal(
	    dispatch_hand_over(old->dispatch, &t, TEXT("sport")), ERR_DENIED);
	assert_int_equal(dispatch_edition(old->dispatch, 9, &is_done), 0);
	assert_true(is_done);
	assert_int_equal(waiting(old), 0);
	assert_int_equal(say(ana, EVENT_SUMMARY, "x"), 0);
	office.has_gone = true;
	office_card(&office);
	office_round(&office, ana);
	assert_int_equal(say(ana, EVENT_SUMMARY, "y"), ERR_EXPIRED);
	assert_int_equal(dispatch_flush(ana->dispatch), ERR_EXPIRED);
	is_done = false;
	assert_int_equal(dispatch_edition(ana->dispatch, 9, &is_done), 0);
	assert_true(is_done);
	assert_int_equal(waiting(ana), 0);
	/* It waits for a new card. */
	office.has_gone = false;
	office_card(&office);
	office_round(&office, ana);
	assert_int_equal(dispatch_flush(ana->dispatch), 0);
	assert_int_equal(waiting(ana), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tells_the_desk),
		TEST(undoes_what_waits),
		TEST(checks_values),
		TEST(checks_days),
		TEST(splits_what_is_long),
		TEST(notes_are_the_desks),
		TEST(hands_over_with_what_follows),
		TEST(what_is_told_again_is_shown_once),
		TEST(a_claim_never_travels),
		TEST(hands_over_all_of_a_long_thread),
		TEST(forwards_past_what_is_withheld),
		TEST(announces_deletions),
		TEST(needs_a_seat_and_a_card),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
