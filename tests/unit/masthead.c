#include "unit.h"

#include "base/mem.h"
#include "masthead/member.h"
#include "masthead_kit.h"

static struct masthead_key *key;

static struct masthead *
read_card(uint32_t day)
{
	struct masthead *m = NULL;

	assert_int_equal(card_read(key, TEXT(card_json), day, &m), 0);
	return m;
}

static void
fields_are_read(void **state)
{
	struct masthead *m = read_card(CARD_ISSUED);

	(void)state;
	assert_memory_equal(m->newsroom, card_newsroom, 16);
	assert_int_equal(m->serial, 7);
	assert_int_equal(m->issued, CARD_ISSUED);
	assert_int_equal(m->expires, CARD_EXPIRES);
	assert_int_equal(m->previous[31], 0xff);
	assert_false(m->is_drill);
	assert_int_equal(m->members_n, 2);
	assert_text(m->members[1].id, "bo");
	assert_int_equal(m->desks_n, 2);
	assert_int_equal(m->desks[0].members_n, 2);
	assert_false(m->has_recovery);
	assert_int_equal(m->retention_days, 0);
	assert_int_equal(m->letter_max, 1000000);
	assert_int_equal(m->edition_hours, 1 | 1 << 18);
	assert_int_equal(m->edition_seconds, 0);
	assert_int_equal(m->json_n, strlen(card_json));
	assert_memory_equal(m->json, card_json, m->json_n);
	masthead_free(&m);
	assert_null(m);
	masthead_free(&m);
}

static void
a_card_has_its_time(void **state)
{
	struct masthead *m = read_card(CARD_ISSUED);

	(void)state;
	assert_int_equal(masthead_is_current(m, 0), ERR_NOT_YET);
	assert_int_equal(masthead_is_current(m, CARD_ISSUED - 2), ERR_NOT_YET);
	assert_int_equal(masthead_is_current(m, CARD_ISSUED - 1), 0);
	assert_int_equal(masthead_is_current(m, CARD_EXPIRES), 0);
	assert_int_equal(masthead_is_current(m, CARD_EXPIRES + 1), ERR_EXPIRED);
	assert_int_equal(masthead_is_current(m, UINT32_MAX), ERR_EXPIRED);
	masthead_free(&m);
}

static void
recipients_are_those_of_the_day(void **state)
{
	struct age_recipient to[AGE_STANZAS_MAX];
	struct masthead *m = read_card(CARD_ISSUED);
	size_t n = 77;

	(void)state;
	assert_int_equal(
	    masthead_recipients(m, TEXT("none"), to, &n), ERR_NOT_FOUND);
	assert_int_equal(
	    masthead_recipients(m, TEXT("empty"), to, &n), ERR_NOT_FOUND);
	assert_int_equal(n, 77);
	assert_int_equal(masthead_recipients(m, TEXT(""), to, &n), 0);
	assert_int_equal(n, 1);
	assert_memory_equal(to[0].pk, m->members[0].recipient.pk, 32);
	assert_int_equal(masthead_recipients(m, TEXT("news"), to, &n), 0);
	masthead_free(&m);

	m = read_card(CARD_ISSUED - 9); /* before Ana's key */
	assert_int_equal(
	    masthead_recipients(m, TEXT(""), to, &n), ERR_NOT_FOUND);
	masthead_free(&m);
}

static void
members_are_found_by_their_keys(void **state)
{
	static const uint8_t sign[32] = { 3 }, request[32] = { 2 };
	struct masthead *m = read_card(CARD_ISSUED);

	(void)state;
	assert_ptr_equal(masthead_by_sign(m, sign), &m->members[1]);
	assert_ptr_equal(masthead_by_request(m, request), &m->members[0]);
	assert_null(masthead_by_request(m, sign));
	assert_null(masthead_by_sign(m, request));
	masthead_free(&m);
}

static void
it_speaks_the_nearest_language(void **state)
{
	struct masthead *m = read_card(CARD_ISSUED);

	(void)state;
	assert_text(masthead_name(m, TEXT("es")), "El Ejemplo");
	assert_text(masthead_name(m, TEXT("en")), "The Example");
	assert_text(masthead_name(m, TEXT("cs")), "The Example");
	assert_text(masthead_name(m, TEXT("")), "The Example");
	assert_text(masthead_say(m, m->desks[0].names, TEXT("en")), "Noticias");
	assert_text(masthead_say(m, m->desks[1].names, TEXT("en")), "Vide");
	assert_text(masthead_language(m, 1), "es");
	assert_int_equal(masthead_language(m, 2).n, 0);
	masthead_free(&m);
}

static void
keys_and_pins_read_back(void **state)
{
	struct masthead_pin pin, again;
	struct masthead_key *other = NULL;
	struct buf b, wrong;

	(void)state;
	buf_init(&b, 4096);
	buf_init(&wrong, 4096);
	masthead_key_pin(key, &pin);
	masthead_pin_put(&b, &pin);
	assert_int_equal(masthead_pin_read(buf_text(&b), &again), 0);
	assert_memory_equal(&pin, &again, sizeof(pin));
	buf_clear(&b);
	buf_puts(&b, "untrusted comment: any\n");
	masthead_pin_put(&b, &pin);
	buf_puts(&b, "\r\n");
	assert_int_equal(masthead_pin_read(buf_text(&b), &again), 0);
	assert_int_equal(masthead_pin_read(TEXT(""), &again), ERR_FORMAT);
	assert_int_equal(
	    masthead_pin_read(TEXT("RUQAAAAA"), &again), ERR_FORMAT);

	buf_clear(&b);
	masthead_key_put(&b, key);
	assert_int_equal(masthead_key_read(buf_text(&b), &other), 0);
	masthead_key_pin(other, &again);
	assert_memory_equal(&pin, &again, sizeof(pin));
	masthead_key_free(&other);
	/* "Sc" in its place: sealed with a passphrase by minisign. */
	buf_puts(&wrong, "RWRTYwAA");
	buf_put(&wrong,
	    b.p +
		strlen("untrusted comment: minisign encrypted "
		       "secret key\n") +
		8,
	    212 - 8);
	assert_int_equal(
	    masthead_key_read(buf_text(&wrong), &other), ERR_UNSUPPORTED);
	/* A public key that is not the seed's. */
	b.p[b.n - 60] = b.p[b.n - 60] == 'A' ? 'B' : 'A';
	assert_int_equal(masthead_key_read(buf_text(&b), &other), ERR_FORMAT);
	assert_null(other);
	buf_fini(&b);
	buf_fini(&wrong);
}

static void
member_names_are_one_line(void **state)
{
	static const uint8_t seed[32] = { 1 };
	struct member_request r = { .id = "ana" };
	struct buf b;

	(void)state;
	r.recipient.kind = &age_kinds[0];
	buf_init(&b, 4096);
	strcpy(r.name, "Ana\nB");
	assert_int_equal(member_request_put(&b, &r, seed), ERR_FORMAT);
	strcpy(r.name, " Ana");
	assert_int_equal(member_request_put(&b, &r, seed), ERR_FORMAT);
	strcpy(r.name, "\xff");
	assert_int_equal(member_request_put(&b, &r, seed), ERR_FORMAT);
	strcpy(r.name, "Ana \xc2\x9b"
		       "2J");
	assert_int_equal(member_request_put(&b, &r, seed), ERR_FORMAT);
	strcpy(r.name, "\xe2\x80\xae"
		       "anA");
	assert_int_equal(member_request_put(&b, &r, seed), ERR_FORMAT);
	strcpy(r.name, "Ana");
	strcpy(r.id, "Ana");
	assert_int_equal(member_request_put(&b, &r, seed), ERR_FORMAT);
	assert_int_equal(b.n, 0);
	buf_fini(&b);
}

static void
stories_are_checked(void **state)
{
	static const struct {
		const char *json;
		int err;
	} bad[] = {
		{ "{}", ERR_FORMAT },
		{ "[{\"id\":\"a\"}]", ERR_FORMAT },
		{ "[{\"id\":\"A\",\"title\":\"x\"}]", ERR_FORMAT },
		{ "[{\"id\":\"\",\"title\":\"x\"}]", ERR_FORMAT },
		{ "[{\"id\":\"a\",\"title\":\"x\"},"
		  "{\"id\":\"a\",\"title\":\"y\"}]",
		    ERR_FORMAT },
		{ "[{\"id\":\"a\",\"title\":\"x\",\"lang\":\"\\\"\"}]",
		    ERR_FORMAT },
		{ "[{\"id\":\"a\",\"title\":\"x\","
		  "\"url\":\"javascript:alert(1)\"}]",
		    ERR_FORMAT },
		{ "[{\"id\":\"a\",\"title\":\"x\",\"day\":\"today\"}]",
		    ERR_FORMAT },
		{ "[1]", ERR_FORMAT },
	};
	struct stories *s = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(
		    stories_read(text_from(bad[i].json), &s), bad[i].err);
		assert_null(s);
	}
	assert_int_equal(stories_read(TEXT("[]"), &s), 0);
	assert_int_equal(s->n, 0);
	stories_free(&s);
	assert_int_equal(
	    stories_read(TEXT("[{\"id\":\"a-1\",\"title\":\"One\",\"lang\":"
			      "\"en\",\"url\":\"https://example.org/1\","
			      "\"day\":\"2025-03-09\",\"new\":1},"
			      "{\"id\":\"b\",\"title\":\"Two\"}]"),
		&s),
	    0);
	assert_int_equal(s->n, 2);
	assert_text(stories_find(s, TEXT("b"))->title, "Two");
	assert_int_equal(stories_find(s, TEXT("a-1"))->day, CARD_ISSUED);
	assert_null(stories_find(s, TEXT("c")));
	stories_free(&s);
	assert_null(s);
}

#define HOUR UINT64_C(3600)
#define TODAY (20000 * 24 * HOUR)
#define FOUR_TIMES (1u | 1u << 6 | 1u << 12 | 1u << 18)

static void
hours_come_round(void **state)
{
	(void)state;
	assert_int_equal(masthead_last_hour(FOUR_TIMES, TODAY), TODAY);
	assert_int_equal(masthead_last_hour(FOUR_TIMES, TODAY + 1), TODAY);
	assert_int_equal(
	    masthead_last_hour(FOUR_TIMES, TODAY - 1), TODAY - 6 * HOUR);
	assert_int_equal(masthead_last_hour(FOUR_TIMES, TODAY + 14 * HOUR - 1),
	    TODAY + 12 * HOUR);
	assert_int_equal(
	    masthead_next_hour(FOUR_TIMES, TODAY), TODAY + 6 * HOUR);
	assert_int_equal(masthead_next_hour(FOUR_TIMES, TODAY - 1), TODAY);
	assert_int_equal(masthead_next_hour(FOUR_TIMES, TODAY + 18 * HOUR),
	    TODAY + 24 * HOUR);

	assert_int_equal(
	    masthead_last_hour(1u << 12, TODAY + 11 * HOUR), TODAY - 12 * HOUR);
	assert_int_equal(
	    masthead_next_hour(1u << 12, TODAY + 12 * HOUR), TODAY + 36 * HOUR);

	assert_int_equal(masthead_last_hour(0, TODAY), 0);
	assert_int_equal(masthead_next_hour(0, TODAY), 0);
	assert_int_equal(masthead_last_hour(1u << 1, 10), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_read),
		cmocka_unit_test(a_card_has_its_time),
		cmocka_unit_test(recipients_are_those_of_the_day),
		cmocka_unit_test(members_are_found_by_their_keys),
		cmocka_unit_test(it_speaks_the_nearest_language),
		cmocka_unit_test(keys_and_pins_read_back),
		cmocka_unit_test(member_names_are_one_line),
		cmocka_unit_test(stories_are_checked),
		cmocka_unit_test(hours_come_round),
	};
	int failed;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (crypto_init() != 0 || masthead_key_new(&key) != 0)
		return 2;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	masthead_key_free(&key);
	return failed;
}
