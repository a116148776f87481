#include "unit.h"

#include "base/buf.h"
#include "base/day.h"
#include "base/err.h"
#include "feed/feed.h"

/* Every item on a line: day, language, address, title. */
static int
take(void *ctx, const struct feed_item *item)
{
	char day[DAY_TEXT_SIZE + 1];

	day_write(day, item->day);
	buf_putf(ctx, "%s %.*s %.*s %.*s\n", day, (int)item->lang.n,
	    item->lang.n > 0 ? item->lang.p : "", (int)item->url.n, item->url.p,
	    (int)item->title.n, item->title.p);
	return 0;
}

static struct buf got;
static size_t skipped, line;

static int
read_feed(const char *xml)
{
	buf_clear(&got);
	skipped = line = 0;
	return feed_read(xml, strlen(xml), take, &got, &skipped, &line);
}

static void
gives(const char *xml, const char *lines)
{
	assert_int_equal(read_feed(xml), 0);
	assert_string_equal(got.n > 0 ? buf_cstr(&got) : "", lines);
}

static void
test_kinds(void **state)
{
	(void)state;
	gives("<rss><channel><title>T</title><language>es-ES</language>"
	      "<item><title>uno</title><link> https://a/1 </link>"
	      "<pubDate>Sun, 22 Nov 2026 08:00:00 GMT</pubDate></item>"
	      "<item><guid>https://a/2</guid><title>dos</title></item>"
	      "</channel></rss>",
	    "2026-11-22 es https://a/1 uno\n1970-01-01 es https://a/2 dos\n");
	gives("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
	      " xmlns='http://purl.org/rss/1.0/'"
	      " xmlns:dc='http://purl.org/dc/elements/1.1/'>"
	      "<item><title>x</title><link>http://a/x</link>"
	      "<dc:date>2026-01-02</dc:date><dc:language>pt</dc:language>"
	      "</item></rdf:RDF>",
	    "2026-01-02 pt http://a/x x\n");
	gives("<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='fr-CA'>"
	      "<entry><title>a</title><link rel='self' href='https://a/s'/>"
	      "<link href='https://a/a'/><updated>2026-02-03T23:59:00-05:00"
	      "</updated><published>2026-02-01T00:00:00Z</published></entry>"
	      "<entry xml:lang='ar'><title>b</title>"
	      "<link rel='alternate' href='https://a/b'/>"
	      "<updated>2026-02-04T00:00:00Z</updated></entry></feed>",
	    "2026-02-01 fr https://a/a a\n2026-02-04 ar https://a/b b\n");
	gives("<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
	      " xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>"
	      "<url><loc>https://a/n</loc><n:news><n:publication><n:name>G"
	      "</n:name><n:language>de</n:language></n:publication>"
	      "<n:publication_date>2026-03-04</n:publication_date>"
	      "<n:title>Hafen</n:title></n:news></url></urlset>",
	    "2026-03-04 de https://a/n Hafen\n");
}

static void
test_titles(void **state)
{
	(void)state;
	gives("<rss><item><link>https://a/1</link><title>&lt;b&gt;A&lt;/b&gt; "
	      "\n  caf&amp;eacute; &amp;amp; &amp;#x2013; &amp;bogus; 1 &lt; 2"
	      "</title></item></rss>",
	    "1970-01-01  https://a/1 A caf\u00e9 & \u2013 &bogus; 1 < 2\n");
	/* Plain in Atom: what looks like a tag is none. */
	gives("<feed xmlns='http://www.w3.org/2005/Atom'><entry>"
	      "<link href='https://a/1'/><title>&lt;b&gt; &amp;amp;</title>"
	      "</entry></feed>",
	    "1970-01-01  https://a/1 <b> &amp;\n");
	/* Turns of direction do not reach a list or a page. */
	gives("<rss><item><link>https://a/1</link>"
	      "<title>a&#x202e;b&amp;#8238;c</title></item></rss>",
	    "1970-01-01  https://a/1 abc\n");
}

static void
test_long_title_is_cut_between_characters(void **state)
{
	struct buf xml;

	(void)state;
	buf_init(&xml, 16384);
	buf_puts(&xml, "<rss><item><link>https://a/1</link><title>x");
	for (int i = 0; i < 3000; i++)
		buf_puts(&xml, "\u00e9");
	buf_puts(&xml, "</title></item></rss>");
	assert_int_equal(read_feed(buf_cstr(&xml)), 0);
	assert_true(text_is_utf8(buf_text(&got)));
	assert_int_equal(
	    got.n, strlen("1970-01-01  https://a/1 \n") + FEED_TITLE_MAX - 1);
	buf_fini(&xml);
}

static void
test_items_without_title_or_address_are_counted(void **state)
{
	(void)state;
	gives("<rss><item><title>x</title></item>"
	      "<item><link>https://a/1</link></item>"
	      "<item><title>x</title><link>javascript:alert(1)</link></item>"
	      "<item><title>x</title><guid isPermaLink='false'>https://a/2"
	      "</guid></item>"
	      "<item><title>x</title><link>https://a/ b</link></item></rss>",
	    "");
	assert_int_equal(skipped, 5);
}

static void
test_refused(void **state)
{
	struct buf deep;

	(void)state;
	assert_int_equal(read_feed(""), ERR_FORMAT);
	assert_int_equal(read_feed("<html/>"), ERR_FORMAT);
	assert_int_equal(read_feed("<rss>\n<item>\n</rss>"), ERR_FORMAT);
	assert_int_equal(line, 3);
	assert_int_equal(read_feed("<!DOCTYPE rss><rss/>"), ERR_FORMAT);
	assert_int_equal(
	    read_feed("<!DOCTYPE rss [<!ENTITY a 'aaaa'>]><rss>&a;</rss>"),
	    ERR_FORMAT);
	buf_init(&deep, 4096);
	buf_puts(&deep, "<rss>");
	for (int i = 0; i < 100; i++)
		buf_puts(&deep, "<a>");
	assert_int_equal(read_feed(buf_cstr(&deep)), ERR_LIMIT);
	buf_fini(&deep);
}

static void
test_more_items_than_anybody_publishes(void **state)
{
	struct buf xml;

	(void)state;
	buf_init(&xml, 1024 * 1024);
	buf_puts(&xml, "<rss>");
	for (int i = 0; i < FEED_ITEMS_MAX + 1; i++)
		buf_puts(&xml, "<item><title>x</title><link>https://a/1</link>"
			       "</item>");
	buf_puts(&xml, "</rss>");
	assert_int_equal(read_feed(buf_cstr(&xml)), ERR_LIMIT);
	buf_fini(&xml);
}

static int
refuse(void *ctx, const struct feed_item *item)
{
	(void)ctx;
	(void)item;
	return ERR_FULL;
}

static void
test_stops_when_told(void **state)
{
	static const char xml[] =
	    "<rss><item><title>x</title><link>https://a/1</link></item></rss>";

	(void)state;
	assert_int_equal(
	    feed_read(xml, strlen(xml), refuse, NULL, &skipped, &line),
	    ERR_FULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_titles),
		cmocka_unit_test(test_long_title_is_cut_between_characters),
		cmocka_unit_test(
		    test_items_without_title_or_address_are_counted),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_more_items_than_anybody_publishes),
		cmocka_unit_test(test_stops_when_told),
	};
	int failed;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	buf_init(&got, 1024 * 1024);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_fini(&got);
	return failed;
}
