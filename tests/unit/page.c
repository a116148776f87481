#include "unit.h"

#include "base/err.h"
#include "crypto/random.h"
#include "page/script.h"
#include "page/template.h"
#include "page/view.h"
#include "page_kit.h"

static struct buf page;

static struct text
start(struct page_place place)
{
	static struct masthead *card;
	static struct stories *stories;

	if (card == NULL) {
		card = page_kit_card();
		stories = page_kit_stories();
	}
	if (place.prefix == NULL)
		place.prefix = "";
	if (place.card == NULL && place.today != 1)
		place.card = card;
	if (place.today == 0)
		place.today = PAGE_KIT_TODAY;
	place.stories = stories;
	buf_clear(&page);
	assert_int_equal(page_start(&page, &place), 0);
	assert_non_null(buf_cstr(&page));
	return buf_text(&page);
}

static bool
has(const char *s)
{
	return strstr((const char *)page.p, s) != NULL;
}

static void
test_escape(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1024);
	template_escape(&b, TEXT("a<b>&\"'\x01\x7f\t\nñ"));
	assert_text(buf_text(&b), "a&lt;b&gt;&amp;&quot;&#39;\t\nñ");
	buf_fini(&b);
}

static void
test_start_is_the_same_for_everyone(void **state)
{
	char first[PAGE_START_MAX];
	struct text t;
	size_t n;

	(void)state;
	t = start((struct page_place){ .lang = TEXT("es") });
	assert_true(t.n < sizeof(first));
	n = t.n;
	memcpy(first, t.p, n);
	t = start((struct page_place){ .lang = TEXT("es"),
	    .story = TEXT("no-such-story"),
	    .today = PAGE_KIT_TODAY + 10 });
	assert_int_equal(t.n, n);
	assert_memory_equal(t.p, first, n);
}

static void
test_languages(void **state)
{
	(void)state;
	start((struct page_place){ .lang = TEXT("fr") });
	assert_true(has("<html lang=fr"));
	assert_true(has("La Gazette du Port"));
	/* Not a language of ours: the card's first. */
	start((struct page_place){ .lang = TEXT("xx\"<") });
	assert_true(has("<html lang=en"));
	assert_false(has("xx"));
	assert_string_equal(
	    page_language(page_language_for(NULL, TEXT("es"))), "es");
	assert_int_equal(page_language_for(NULL, TEXT("")), 0);
}

static void
test_story(void **state)
{
	(void)state;
	start((struct page_place){
	    .prefix = "/tips", .story = TEXT("dredging") });
	assert_true(has("dredging of the &lt;inner&gt; harbour?"));
	assert_true(has("name=story value=\"dredging\""));
	assert_true(has("/tips/?lang=es&amp;story=dredging"));
	assert_true(has("?a=1&amp;b=2"));
	start((struct page_place){ .story = TEXT("none") });
	assert_false(has("name=story"));
}

static void
test_fronts(void **state)
{
	(void)state;
	start((struct page_place){ .front = FRONT_ONION });
	assert_true(has("You came through Tor"));
	assert_false(has("open this address in Tor Browser instead"));
	start((struct page_place){ .front = FRONT_DIRECT });
	assert_true(has("This is an ordinary connection."));
	assert_true(has("open this address in Tor Browser instead"));
	start((struct page_place){ .front = FRONT_PROXY });
	assert_true(has("The machine in front knows your address"));
	start((struct page_place){ .front = FRONT_CDN });
	assert_true(has("takes no letters"));
	assert_false(has("<form"));
}

static void
test_closed(void **state)
{
	(void)state;
	start((struct page_place){ .today = PAGE_KIT_TODAY + 100 });
	assert_true(has("We are closed for the moment"));
	assert_true(has("name=words"));
	assert_true(has("@gaceta.77"));
	assert_false(has("value=new"));
	/* It may be open again when somebody has found their language. */
	start((struct page_place){
	    .today = PAGE_KIT_TODAY + 100, .story = TEXT("dredging") });
	assert_true(has("?lang=es&amp;story=dredging"));
	/* No card at all: no receipt can be read either. */
	start((struct page_place){ .today = 1 });
	assert_true(has("We are closed for the moment"));
	assert_false(has("name=words"));
}

static void
test_channels(void **state)
{
	struct masthead *odd = page_kit_card();

	(void)state;
	json_object_set_new(odd->root, "channels",
	    json_pack("[{s:i},i,{s:s}]", "kind", 5, 7, "kind", "mail"));
	start((struct page_place){ .card = odd });
	assert_true(has("Another way"));
	assert_false(has("The mail companies"));
	json_object_set_new(odd->root, "channels", json_integer(3));
	start((struct page_place){ .card = odd });
	assert_false(has("Another way"));
	page_kit_card_free(&odd);
}

static void
test_error(void **state)
{
	(void)state;
	buf_clear(&page);
	assert_int_equal(page_error(&page, 404, NULL), 0);
	assert_non_null(buf_cstr(&page));
	assert_true(has("There is nothing here"));
	buf_clear(&page);
	assert_int_equal(page_error(&page, 418, NULL), 0);
	assert_non_null(buf_cstr(&page));
	assert_true(has("We did not understand that"));
	buf_clear(&page);
	assert_int_equal(page_error(&page, 507, NULL), 0);
	assert_non_null(buf_cstr(&page));
	assert_true(has("Something went wrong on our side"));
}

static void
test_fill(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1024 * 1024);
	for (size_t n = 65536 - 9; n < 65536 + 2; n++) {
		buf_clear(&b);
		buf_fill(&b, 'x', n);
		page_fill(&b);
		assert_int_equal(buf_finish(&b), 0);
		assert_int_equal(b.n, n + 8 <= 65536 ? 65536 : 131072);
	}
	buf_fini(&b);
}

static void
test_size(void **state)
{
	static const struct {
		const char *lang;
		uint64_t bytes;
		const char *text;
	} cases[] = {
		{ "en", 512, "0 kB" },
		{ "en", 1024 * 1024 - 1, "1023 kB" },
		{ "en", 1024 * 1024, "1 MB" },
		{ "fr", UINT64_C(2) << 30, "2\u00a0Go" },
		{ "en", UINT64_C(5000) << 30, "5000 GB" },
	};
	struct buf b;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		buf_init(&b, 64);
		page_put_size(&b,
		    page_language_for(NULL, text_from(cases[i].lang)),
		    cases[i].bytes);
		assert_text(buf_text(&b), cases[i].text);
		buf_fini(&b);
	}
}

static void
test_small_buffer_is_an_error(void **state)
{
	struct masthead *card = page_kit_card();
	struct page_place place = {
		.card = card, .prefix = "", .today = PAGE_KIT_TODAY
	};
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	assert_int_equal(page_start(&b, &place), ERR_LIMIT);
	buf_fini(&b);
	page_kit_card_free(&card);
}

/* One script a language, the words and what cleans files, gzip, each within
 * what a slow line can bear; no page names a script without a pin to check by. */
static void
test_scripts(void **state)
{
	static const char pin[] =
	    "RWQBAgMEBQYHCAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
	uint8_t hash[MASTHEAD_SCRIPT_SIZE];
	char name[64];

	(void)state;
	assert_int_equal(
	    masthead_script_read(text_from(page_guard_integrity), hash), 0);
	assert_non_null(strstr(page_start_policy, page_guard_integrity));
	assert_int_equal(page_scripts_n, page_languages() + 2);
	for (size_t i = 0; i < page_scripts_n; i++) {
		assert_memory_equal(page_scripts[i].p, "\x1f\x8b\x08", 3);
		assert_true(page_scripts[i].n <= PAGE_SCRIPT_MAX);
		assert_int_equal(
		    masthead_script_read(
			text_from(page_scripts[i].integrity), hash),
		    0);
	}
	for (size_t i = 0; i < page_languages(); i++) {
		snprintf(name, sizeof(name), "seal-%s.js", page_language(i));
		assert_string_equal(page_scripts[i].name, name);
	}
	start((struct page_place){ .lang = TEXT("es"), .pin = TEXT(pin) });
	assert_true(has("src=\"/seal-es.js\""));
	assert_true(has(pin));
	start((struct page_place){ .lang = TEXT("es") });
	assert_false(has("<script"));
	start((struct page_place){
	    .lang = TEXT("es"), .pin = TEXT(pin), .front = FRONT_CDN });
	assert_false(has("<script"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scripts),
		cmocka_unit_test(test_escape),
		cmocka_unit_test(test_start_is_the_same_for_everyone),
		cmocka_unit_test(test_languages),
		cmocka_unit_test(test_story),
		cmocka_unit_test(test_fronts),
		cmocka_unit_test(test_closed),
		cmocka_unit_test(test_channels),
		cmocka_unit_test(test_error),
		cmocka_unit_test(test_fill),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_small_buffer_is_an_error),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	assert_int_equal(crypto_init(), 0);
	buf_init(&page, PAGE_MAX);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
