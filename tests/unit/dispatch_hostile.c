/* What colleagues, former ones and sources may try against the desk. */
#include <stdio.h>

#include "dispatch_kit.h"
#include "unit.h"

#include "base/day.h"
#include "base/err.h"
#include "crypto/ed25519.h"

static struct office office;
static struct office_member *ana, *bo, *eva, *old;
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
	old = &office.member[OLD];
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

static struct event
summary(const char *words)
{
	struct event e = {
		.kind = EVENT_SUMMARY, .seq = tip, .value = text_from(words)
	};

	memcpy(e.digest, office.entry[tip - 1].e.digest, sizeof(e.digest));
	return e;
}

/* A letter of kind with this event, as if by author, signed by whoever; NULL:
 * by nobody. */
static void
post(enum letter_kind kind, const struct event *e,
    const struct office_member *author, const struct office_member *signer)
{
	struct letter_tip t = { .kind = kind, .desk = TEXT("news") };
	struct buf line;

	buf_init(&line, LETTER_TEXT_MAX);
	event_put(&line, e);
	assert_int_equal(buf_finish(&line), 0);
	memcpy(t.author, author->sign, sizeof(t.author));
	t.seen_seq = 1;
	memcpy(t.seen_link, office.entry[0].e.link, sizeof(t.seen_link));
	office_letter(&office, "news", &t, buf_text(&line), NULL,
	    signer != NULL ? signer->sign_seed : NULL);
	buf_fini(&line);
}

/* The member name of the tip's thread as ana sees it, as JSON text. */
static const char *
shown(const char *name)
{
	static char text[1 << 18];
	json_t *all;
	size_t n;

	office_round(&office, ana);
	all = office_show(ana, tip);
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
a_good_event_counts(void **state)
{
	struct event e = summary("good");

	(void)state;
	post(LETTER_EVENTS, &e, bo, bo);
	assert_string_equal(shown("summary"), "\"good\"");
	assert_int_equal(alarms(ana, "forged"), 0);
	assert_int_equal(alarms(ana, "left"), 0);
}

static void
another_authors_name(void **state)
{
	struct event e = summary("forged");

	(void)state;
	post(LETTER_EVENTS, &e, bo, old);
	assert_string_equal(shown("summary"), "");
	assert_int_equal(alarms(ana, "forged"), 1);
	post(LETTER_EVENTS, &e, bo, NULL);
	assert_string_equal(shown("summary"), "");
	/* Anybody can send more of them: one alarm is enough. */
	assert_int_equal(alarms(ana, "forged"), 1);
}

static void
somebody_who_was_never_here(void **state)
{
	struct office_member stranger = { .sign_seed = { 66 } };
	struct event e = summary("hello");

	(void)state;
	ed25519_public(stranger.sign, stranger.sign_seed);
	post(LETTER_EVENTS, &e, &stranger, &stranger);
	assert_string_equal(shown("summary"), "");
}

static void
somebody_who_left(void **state)
{
	struct event e = summary("before");

	(void)state;
	post(LETTER_EVENTS, &e, old, old);
	office.member[OLD].is_seated = false;
	office_card(&office);
	e.value = TEXT("after");
	post(LETTER_EVENTS, &e, old, old);
	/* What was said while seated stays said. */
	assert_string_equal(shown("summary"), "\"before\"");
	assert_int_equal(alarms(ana, "left"), 1);
	assert_int_equal(alarms(ana, "forged"), 0);
}

static void
a_letter_that_claims_a_thread(void **state)
{
	struct thread_keys mixed = source;
	struct letter_tip t = { .kind = LETTER_FOLLOW_UP,
		.desk = TEXT("news") };
	json_t *all;

	(void)state;
	/* Signed by another source. */
	t.thread = source.pub;
	office_letter(&office, "news", &t, TEXT("I take it all back."),
	    other.mark_seed, NULL);
	/* Not signed. */
	office_letter(&office, "news", &t, TEXT("Never mind."), NULL, NULL);
	/* With keys of its own: the thread does not recompute. */
	memcpy(mixed.pub.reply, other.pub.reply, 32);
	memcpy(mixed.mark_seed, other.mark_seed, 32);
	office_tip(&office, LETTER_WITHDRAWAL, &mixed, "news", "Withdrawn.");
	assert_string_equal(shown("withdrawn"), "false");
	assert_string_equal(shown("letters"), "1");
	assert_string_equal(shown("claims"), "2");
	assert_string_equal(shown("came_back"), "false");
	all = office_show(ana, tip);
	assert_int_equal(json_array_size(json_object_get(all, "items")), 3);
	json_decref(all);
	/* The answer goes to the source that wrote first. */
	assert_memory_equal(
	    office_find(ana, tip).keys.reply, source.pub.reply, 32);
}

static void
an_event_about_another_letter(void **state)
{
	struct event e = summary("elsewhere");

	(void)state;
	e.digest[3] ^= 1;
	post(LETTER_EVENTS, &e, bo, bo);
	e = summary("far away");
	e.seq = 4711;
	post(LETTER_EVENTS, &e, bo, bo);
	e.seq = 1;
	post(LETTER_EVENTS, &e, bo, bo);
	assert_string_equal(shown("summary"), "");
}

/* A source's key signs no events, whatever it calls its letter. */
static void
a_source_that_plays_colleague(void **state)
{
	struct event e = summary("mine");
	struct letter_tip t = { .kind = LETTER_TIP, .desk = TEXT("news") };
	struct buf line;

	(void)state;
	buf_init(&line, LETTER_TEXT_MAX);
	event_put(&line, &e);
	t.thread = other.pub;
	office_letter(
	    &office, "news", &t, buf_text(&line), other.mark_seed, NULL);
	t.kind = LETTER_EVENTS;
	memcpy(t.author, other.pub.mark, sizeof(t.author));
	office_letter(
	    &office, "news", &t, buf_text(&line), NULL, other.mark_seed);
	buf_fini(&line);
	assert_string_equal(shown("summary"), "");
}

/* A grant opens letters; it must not make one of them another one. */
static void
a_grant_with_wrong_keys(void **state)
{
	struct letter_tip t = { .kind = LETTER_GRANT, .desk = TEXT("sport") };
	struct grant_letter l = { .seq = tip, .key = { 1, 2, 3 } };
	struct book_thread found;
	struct buf lines;
	char name[24];

	(void)state;
	snprintf(name, sizeof(name), "%llu", (unsigned long long)tip);
	memcpy(l.digest, office.entry[tip - 1].e.digest, sizeof(l.digest));
	memcpy(t.author, ana->sign, sizeof(t.author));
	buf_init(&lines, LETTER_TEXT_MAX);
	grant_put_letter(&lines, &l);
	office_letter(
	    &office, "sport", &t, buf_text(&lines), NULL, ana->sign_seed);
	office_round(&office, eva);
	assert_int_equal(book_find(eva->book, name, &found), ERR_NOT_FOUND);
	/* The right one is taken after it. */
	found = office_find(ana, tip);
	assert_int_equal(
	    dispatch_hand_over(ana->dispatch, &found, TEXT("sport")), 0);
	office_round(&office, ana);
	office_round(&office, eva);
	assert_int_equal(book_find(eva->book, name, &found), 0);
	buf_fini(&lines);
}

/* A source may name any desk in its letter. What ana says about it she can
 * always read again. */
static void
a_tip_that_names_another_desk(void **state)
{
	struct letter_tip t = {
		.kind = LETTER_TIP, .desk = TEXT("sport"), .thread = other.pub
	};
	struct event e = { .kind = EVENT_SUMMARY, .value = TEXT("odd") };
	struct book_thread found;
	uint64_t handle, seq;
	uint32_t parts;
	json_t *all;

	(void)state;
	seq =
	    office_letter(&office, "news", &t, TEXT("For sport."), NULL, NULL);
	office_round(&office, ana);
	found = office_find(ana, seq);
	assert_int_equal(dispatch_event(ana->dispatch, &found, &e, &handle), 0);
	assert_int_equal(dispatch_answer(ana->dispatch, &found, TEXT("Hm."),
			     TEXT(""), false, &parts),
	    0);
	assert_int_equal(dispatch_flush(ana->dispatch), 0);
	for (int i = 0; i < 2; i++)
		for (size_t k = 0; k < OFFICE_MEMBERS; k++)
			office_duties(&office, &office.member[k]);
	office_restart(&office, ana);
	all = office_show(ana, seq);
	assert_string_equal(
	    json_string_value(json_object_get(all, "summary")), "odd");
	json_decref(all);
}

/* Text of every shape, in every field a source fills. */
static void
texts_of_every_shape(void **state)
{
	static const char nasty[] =
	    "<script>alert(1)</script>\xe2\x80\xae\x1b[31m\x01\x7f\t\"\\";
	struct letter_tip t = { .kind = LETTER_FOLLOW_UP,
		.desk = TEXT("news"),
		.story = text_from(nasty),
		.passage = text_from(nasty),
		.name = text_from(nasty),
		.contact = text_from(nasty),
		.thread = source.pub };
	json_t *all;

	(void)state;
	office_letter(
	    &office, "news", &t, text_from(nasty), source.mark_seed, NULL);
	office_round(&office, ana);
	all = office_show(ana, tip);
	assert_int_equal(json_array_size(json_object_get(all, "items")), 2);
	json_decref(all);
	assert_string_equal(shown("letters"), "2");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_good_event_counts),
		TEST(another_authors_name),
		TEST(somebody_who_was_never_here),
		TEST(somebody_who_left),
		TEST(a_letter_that_claims_a_thread),
		TEST(an_event_about_another_letter),
		TEST(a_source_that_plays_colleague),
		TEST(a_grant_with_wrong_keys),
		TEST(a_tip_that_names_another_desk),
		TEST(texts_of_every_shape),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
