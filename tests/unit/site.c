/* What stands outside and judges: our own pages are good, heads are read as
 * browsers read them. Pages that are not ours stand in tests/hostile/site. */
#include "unit.h"

#include "base/err.h"
#include "crypto/random.h"
#include "page/page.h"
#include "page/script.h"
#include "page_kit.h"
#include "site/site.h"

#define PIN "RWQAAQIDBAUGB9BKsjJ0K7SrOhNovUYV5ObQIkq3GgFrr4UgozLJd4c3"
#define GOOD                                                                  \
	"Cache-Control: no-store, no-transform\r\n"                           \
	"X-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n" \
	"Content-Security-Policy: default-src 'none'\r\n"                     \
	"Connection: close\r\nContent-Type: text/html; charset=utf-8\r\n"     \
	"Content-Length: 5\r\n"

static struct masthead *card;
static struct stories *stories;

static void
judge_page(const struct page_place *place, size_t lang)
{
	const struct site_rules rules = { .prefix = place->prefix,
		.lang = text_from(page_language(lang)),
		.pin = TEXT(PIN),
		.stories = stories };
	struct site_fault fault = { NULL, TEXT("") };
	struct site_page page = { .forms = 0 };
	struct text texts[2];
	struct buf b, policy;

	buf_init(&b, PAGE_MAX);
	buf_init(&policy, 4096);
	assert_int_equal(page_start(&b, place), 0);
	if (site_page_read(buf_text(&b), &rules, &page, &fault) != 0)
		fail_msg("%s: %s: %.*s (lib/site/element.c has what pages may "
			 "have)",
		    page_language(lang), fault.what, (int)fault.at.n,
		    fault.at.p);
	assert_int_equal(page.guard.p == NULL, place->front == FRONT_CDN);
	assert_int_equal(page.forms == 0, place->front == FRONT_CDN);
	if (page.guard.p != NULL) {
		texts[0] = page.style;
		texts[1] = page.guard;
		assert_int_equal(
		    site_policy_for(&policy, page_start_policy, texts, 2), 0);
		assert_string_equal(buf_cstr(&policy), page_start_policy);
	}
	buf_fini(&policy);
	buf_fini(&b);
}

static void
our_pages_are_good(void **state)
{
	static const char *const prefixes[] = { "", "/tips" };

	(void)state;
	for (size_t lang = 0; lang < page_languages(); lang++)
		for (int front = FRONT_ONION; front <= FRONT_CDN; front++) {
			struct page_place place = { .card = card,
				.stories = stories,
				.front = (enum wire_front)front,
				.prefix = prefixes[front % 2],
				.pin = TEXT(PIN),
				.today = PAGE_KIT_TODAY,
				.lang = text_from(page_language(lang)) };

			judge_page(&place, lang);
			place.story = TEXT("dredging");
			judge_page(&place, lang);
			place.today += 100;
			judge_page(&place, lang);
		}
}

static void
our_refusals_are_good(void **state)
{
	const struct page_place place = { .card = card, .prefix = "/tips" };
	const struct site_rules rules = { .prefix = "/tips",
		.lang = TEXT("en") };
	struct site_fault fault;
	struct site_page page;
	struct buf b, policy;

	(void)state;
	buf_init(&b, PAGE_MAX);
	buf_init(&policy, 4096);
	assert_int_equal(page_error(&b, 404, &place), 0);
	assert_int_equal(
	    site_page_read(buf_text(&b), &rules, &page, &fault), 0);
	assert_null(page.guard.p);
	assert_int_equal(
	    site_policy_for(&policy, page_policy, &page.style, 1), 0);
	assert_string_equal(buf_cstr(&policy), page_policy);
	/* As many texts as hashes. */
	assert_int_equal(
	    site_policy_for(&policy, page_start_policy, &page.style, 1),
	    ERR_FORMAT);
	buf_fini(&policy);
	buf_fini(&b);
}

static int
judge_head(const char *fields, struct site_fault *ret_note)
{
	const struct site_head_rules rules = { .type =
						   "text/html; charset=utf-8",
		.policy = "default-src 'none'",
		.is_ours = true,
		.card = card };
	struct site_fault fault = { NULL, TEXT("") };
	struct buf b;
	int err;

	buf_init(&b, SITE_HEAD_MAX);
	buf_putf(&b, "HTTP/1.1 200 OK\r\n%s\r\n", fields);
	err = site_head_check(buf_text(&b), &rules, ret_note, &fault);
	assert_int_equal(err == 0, fault.what == NULL);
	buf_fini(&b);
	return err;
}

static void
heads(void **state)
{
	static const struct {
		const char *fields;
		int err;
		bool is_noted;
	} cases[] = {
		{ GOOD, 0, false },
		{ GOOD "Date: x\r\nX-Frame-Options: DENY\r\n", 0, false },
		{ GOOD "Server: nginx\r\n", 0, true },
		{ GOOD "Server: nginx/1.22\r\n", ERR_FORMAT, false },
		{ GOOD "set-COOKIE: a=b\r\n", ERR_FORMAT, false },
		{ GOOD "ETag: x\r\n", ERR_FORMAT, false },
		{ GOOD "Vary: *\r\n", ERR_FORMAT, false },
		{ GOOD "X-Anything: 1\r\n", ERR_FORMAT, false },
		{ GOOD "Content-Encoding: gzip\r\n", ERR_FORMAT, false },
		{ GOOD "Connection: close\r\n", ERR_FORMAT, false },
		{ GOOD "no colon\r\n", ERR_FORMAT, false },
		{ GOOD "Bad Name: 1\r\n", ERR_FORMAT, false },
		{ GOOD ": 1\r\n", ERR_FORMAT, false },
		{ GOOD "Onion-Location: http://gacetapuerto7xk3n5w2q4j6v8b9c0d1"
		       "f2g3h4j5k6l7m8n9p0q1r.onion/?lang=es\r\n",
		    0, false },
		{ GOOD "Onion-Location: http://gacetapuerto7xk3n5w2q4j6v8b9c0d1"
		       "f2g3h4j5k6l7m8n9p0q1r.onion.evil.example/\r\n",
		    ERR_FORMAT, false },
		/* What goes on, or ends, where a browser thinks so. */
		{ GOOD "Date: x\r\n Allow: https://evil.example\r\n",
		    ERR_FORMAT, false },
		{ GOOD "Date: x\r\n\tAllow: y\r\n", ERR_FORMAT, false },
		{ GOOD "Allow: x\rRefresh: 0\r\n", ERR_FORMAT, false },
		{ "", ERR_FORMAT, false },
	};
	struct site_fault note;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		note = (struct site_fault){ NULL, TEXT("") };
		assert_int_equal(
		    judge_head(cases[i].fields, &note), cases[i].err);
		if (cases[i].err == 0)
			assert_int_equal(note.what != NULL, cases[i].is_noted);
	}
}

static void
only_the_date_may_differ(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	site_head_constant(
	    &b, TEXT("HTTP/1.1 200 OK\r\nDate: now\r\nDated: x\r\n"
		     "date: then\r\nA: b\r\n\r\n"));
	assert_text(buf_text(&b), "HTTP/1.1 200 OK\nDated: x\nA: b\n\n");
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_pages_are_good),
		cmocka_unit_test(our_refusals_are_good),
		cmocka_unit_test(heads),
		cmocka_unit_test(only_the_date_may_differ),
	};
	int failed;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	assert_int_equal(crypto_init(), 0);
	card = page_kit_card();
	stories = page_kit_stories();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	page_kit_card_free(&card);
	stories_free(&stories);
	return failed;
}
