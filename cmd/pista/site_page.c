/* The pages of a place and the scripts they load. */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "crypto/base64.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "http/server.h"
#include "page/page.h"
#include "page/script.h"
#include "site_ask.h"

#define CHECK_MAX 96
#define PATH_MAX_BYTES 256
#define STORIES_ASKED 4
#define UNPACKED_MAX (1u << 20) /* bytes of a script, uncompressed */
#define FRONTS 4
#define DIFFERENCE_SHOWN 40

static const char *const fronts[FRONTS] = { "onion", "direct", "proxy", "cdn" };

/* One page as it was asked for and came. */
struct visit {
	struct site *site;
	char check[CHECK_MAX], path[PATH_MAX_BYTES];
	struct text asked, story; /* parameters; empty: absent */
	struct text lang;         /* that it must be in */
	struct site_answer answer;
	struct site_page page;
};

/* "sha256-BASE64" */
#define INTEGRITY_SIZE 52
static void
integrity_of(char out[static INTEGRITY_SIZE], struct text bytes)
{
	uint8_t hash[HASH_SHA256_SIZE];
	struct buf b;

	hash_sha256(hash, bytes.p, bytes.n);
	buf_init_fixed(&b, out, INTEGRITY_SIZE);
	buf_puts(&b, "sha256-");
	base64_put(&b, hash, sizeof(hash), true);
	must(buf_cstr(&b) != NULL);
}

/* What must not depend on who asks. */
static bool
is_constant(struct visit *v, unsigned reader)
{
	const struct site_question q = {
		.path = v->path, .reader = reader, .max = PAGE_START_MAX
	};
	struct site_answer other;
	struct buf mine, theirs;
	bool is_same = false;

	buf_init(&mine, SITE_HEAD_MAX);
	buf_init(&theirs, SITE_HEAD_MAX);
	if (site_ask_for(v->site, v->check, &q, &other)) {
		site_head_constant(&mine, buf_text(&v->answer.head));
		site_head_constant(&theirs, buf_text(&other.head));
		if (!text_is_equal(
			buf_text(&v->answer.body), buf_text(&other.body)))
			site_say(v->site->report, SITE_WRONG, v->check,
			    "another browser gets another page; everybody must "
			    "get the same bytes");
		else if (!text_is_equal(buf_text(&mine), buf_text(&theirs)))
			site_say(v->site->report, SITE_WRONG, v->check,
			    "another browser gets other headers; everybody "
			    "must get the same");
		else
			is_same = true;
	}
	buf_fini(&mine);
	buf_fini(&theirs);
	site_answer_free(&other);
	return is_same;
}

static bool
is_good_shape(struct visit *v)
{
	const struct site *s = v->site;
	const struct site_rules rules = { .prefix = s->prefix,
		.lang = v->lang,
		.pin = buf_text(&s->pin),
		.stories = s->stories };
	struct site_fault fault;

	if (site_page_read(
		buf_text(&v->answer.body), &rules, &v->page, &fault) == 0)
		return true;
	site_say_fault(s->report, SITE_WRONG, v->check, &fault,
	    "the page was changed; do not use it, tell the newsroom on another "
	    "way");
	return false;
}

/* The policy that belongs to the style and the guard on the page. */
static bool
is_good_policy(struct visit *v)
{
	const struct text texts[] = { v->page.style, v->page.guard };
	bool has_script = v->page.guard.p != NULL, is_good = false;
	struct buf policy;

	buf_init(&policy, SITE_HEAD_MAX);
	if (!has_script)
		buf_puts(&policy, page_start_policy);
	else
		must(
		    site_policy_for(&policy, page_start_policy, texts, 2) == 0);
	if (buf_cstr(&policy) != NULL)
		is_good = site_is_good_head(v->site, v->check, &v->answer,
		    PAGE_TYPE, buf_cstr(&policy), false, false);
	buf_fini(&policy);
	return is_good;
}

static bool
is_on_card(struct visit *v, const char *what, const char *integrity)
{
	uint8_t hash[MASTHEAD_SCRIPT_SIZE];

	must(masthead_script_read(text_from(integrity), hash) == 0);
	if (!v->site->card->has_scripts ||
	    masthead_has_script(v->site->card, hash))
		return true;
	site_say(v->site->report, SITE_WRONG, v->check,
	    "%s is not one that the masthead names: %s; either the server has "
	    "another version than the masthead, or somebody changed it",
	    what, integrity);
	return false;
}

/* Fetches a script or a list of words; false when it does not come as it
 * should, which is said. */
static bool
fetch_file(struct visit *v, const char *name, const char *type,
    char ret_integrity[static INTEGRITY_SIZE])
{
	char path[PATH_MAX_BYTES];
	const struct site_question q = { .path = path,
		.max = UNPACKED_MAX,
		.is_packed = true,
		.is_fetch = true };
	struct site_answer a;
	bool is_good;

	snprintf(path, sizeof(path), "/%s", name);
	is_good = site_ask_for(v->site, v->check, &q, &a) &&
		  site_is_good_head(
		      v->site, v->check, &a, type, HTTP_CSP, true, false);
	if (is_good)
		integrity_of(ret_integrity, buf_text(&a.body));
	site_answer_free(&a);
	return is_good;
}

static bool
say_changed(
    struct visit *v, const char *name, const char *found, const char *integrity)
{
	site_say(v->site->report, SITE_WRONG, v->check,
	    "%s was changed: it has %s, and should have %s", name, found,
	    integrity);
	return false;
}

/* Both scripts of the page, as the masthead names them. */
static bool
is_good_script(struct visit *v, char ret_sealer[static INTEGRITY_SIZE])
{
	char guard[INTEGRITY_SIZE];

	integrity_of(guard, v->page.guard);
	snprintf(ret_sealer, INTEGRITY_SIZE, "%.*s", (int)v->page.integrity.n,
	    v->page.integrity.p);
	return is_on_card(v, "the script in the page", guard) &&
	       is_on_card(v, "the script that seals", ret_sealer);
}

/* The second one as it is served. */
static bool
is_good_sealer(struct visit *v, const char *integrity)
{
	char name[64], found[INTEGRITY_SIZE];

	snprintf(name, sizeof(name), "seal-%.*s.js", (int)v->lang.n, v->lang.p);
	return fetch_file(v, name, PAGE_SCRIPT_TYPE, found) &&
	       (strcmp(found, integrity) == 0 ||
		   say_changed(v, name, found, integrity));
}

static bool
has_good_scripts(struct visit *v)
{
	char sealer[INTEGRITY_SIZE];

	if (v->page.guard.p == NULL)
		return true;
	if (!is_good_script(v, sealer))
		return false;
	/* The others load the same files. */
	return v->asked.n == 0 || v->story.n > 0 || is_good_sealer(v, sealer);
}

/* The same page as this program's version makes it; the number of the front,
 * or FRONTS. *ret_at: how far the most alike one is the same. */
static unsigned
find_front(const struct visit *v, size_t *ret_at, struct buf *ret_nearest)
{
	const struct site *s = v->site;
	struct text page = buf_text(&v->answer.body);
	struct buf b;
	unsigned i = 0;
	bool is_same = false;

	*ret_at = 0;
	while (i < FRONTS && !is_same) {
		const struct page_place place = { .card = s->card,
			.stories = s->stories,
			.front = (enum wire_front)i,
			.prefix = s->prefix,
			.pin = buf_text(&s->pin),
			.today = s->today,
			.lang = v->asked,
			.story = v->story };
		size_t at = 0;

		buf_init(&b, PAGE_MAX);
		must(page_start(&b, &place) == 0);
		while (at < b.n && at < page.n && (char)b.p[at] == page.p[at])
			at++;
		is_same = at == b.n && at == page.n;
		if (at >= *ret_at) {
			*ret_at = at;
			buf_clear(ret_nearest);
			buf_put(ret_nearest, b.p, b.n);
		}
		buf_fini(&b);
		if (!is_same)
			i++;
	}
	return i;
}

/* True when style and scripts are this version's. */
static bool
is_this_version(const struct visit *v, const struct buf *nearest)
{
	const struct site_rules rules = { .prefix = v->site->prefix,
		.lang = v->lang,
		.pin = buf_text(&v->site->pin),
		.stories = v->site->stories };
	struct site_page ours;
	struct site_fault fault;

	return site_page_read(buf_text(nearest), &rules, &ours, &fault) == 0 &&
	       text_is_equal(ours.style, v->page.style) &&
	       text_is_equal(ours.guard, v->page.guard) &&
	       text_is_equal(ours.integrity, v->page.integrity);
}

static void
say_difference(struct visit *v, const struct buf *nearest, size_t at)
{
	struct text page = buf_text(&v->answer.body);
	size_t from = at > DIFFERENCE_SHOWN / 2 ? at - DIFFERENCE_SHOWN / 2 : 0;
	struct text there = { page.p + from, page.n - from };
	struct text here = { (const char *)nearest->p + from,
		nearest->n - from };
	bool is_known = is_this_version(v, nearest);
	/* Without hashes on the masthead another version cannot be told from
	 * somebody's work. */
	bool is_wrong =
	    is_known || v->site->is_exact || !v->site->card->has_scripts;
	char text[DIFFERENCE_SHOWN + 1];
	struct site_fault fault = {
		is_known ? "differs from what Pista " PISTA_VERSION
			   " makes, though its scripts are the same"
			 : "is another version's than Pista " PISTA_VERSION,
		there
	};

	v->site->is_other = true;
	if (fault.at.n > DIFFERENCE_SHOWN)
		fault.at.n = DIFFERENCE_SHOWN;
	here.n = here.n > DIFFERENCE_SHOWN ? DIFFERENCE_SHOWN : here.n;
	for (size_t i = 0; i < here.n; i++)
		text[i] =
		    (char)(here.p[i] >= ' ' && here.p[i] <= '~' ? here.p[i]
								: '?');
	text[here.n] = '\0';
	site_say_fault(v->site->report, is_wrong ? SITE_WRONG : SITE_NOTE,
	    v->check, &fault, NULL);
	site_say(v->site->report, is_wrong ? SITE_WRONG : SITE_NOTE, v->check,
	    "byte %zu: this version has: %s", at, text);
}

/* Byte for byte; else where it begins to differ. */
static void
compare(struct visit *v)
{
	struct site *s = v->site;
	struct buf nearest;
	size_t at;
	unsigned front;

	buf_init(&nearest, PAGE_MAX);
	front = find_front(v, &at, &nearest);
	if (front == FRONTS)
		say_difference(v, &nearest, at);
	else if (s->is_onion != (front == FRONT_ONION))
		site_say(s->report, SITE_WRONG, v->check,
		    "tells readers that it is reached as `front = %s'; correct "
		    "it in pistad.conf",
		    fronts[front]);
	else
		site_say(s->report, SITE_OK, v->check,
		    "%zu bytes, the same for everybody, byte for byte what "
		    "Pista " PISTA_VERSION " makes (front = %s)",
		    v->answer.body.n, fronts[front]);
	buf_fini(&nearest);
}

/* All about one page. others: how many readers it is compared for. */
static void
check_page(struct site *s, struct text lang, struct text story,
    unsigned first_reader, unsigned readers)
{
	struct visit v = { .site = s, .asked = lang, .story = story };
	const struct site_question q = { .path = v.path,
		.max = PAGE_START_MAX };
	bool is_good;

	v.lang = text_from(page_language(page_language_for(s->card, lang)));
	snprintf(v.path, sizeof(v.path), "/%s%.*s%s%.*s",
	    lang.n > 0 ? "?lang=" : "", (int)lang.n, lang.p,
	    story.n > 0 ? "&story=" : "", (int)story.n, story.p);
	snprintf(v.check, sizeof(v.check), "page %.*s%s%.*s",
	    (int)(lang.n > 0 ? lang.n : 1), lang.n > 0 ? lang.p : "/",
	    story.n > 0 ? " " : "", (int)story.n, story.p);
	is_good = site_ask_for(s, v.check, &q, &v.answer);
	for (unsigned i = 0; is_good && i < readers; i++)
		is_good = is_constant(
		    &v, 1 + (first_reader + i) % (SITE_READERS - 1));
	if (is_good && is_good_shape(&v) && is_good_policy(&v) &&
	    has_good_scripts(&v))
		compare(&v);
	site_answer_free(&v.answer);
}

static bool
is_spoken(const struct masthead *card, const char *lang)
{
	return text_is(
	    text_from(page_language(page_language_for(card, text_from(lang)))),
	    lang);
}

/* Some of the stories, others each time: readers come to them by the box under
 * an article. */
static void
check_stories(struct site *s)
{
	struct text lang =
	    text_from(page_language(page_language_for(s->card, TEXT(""))));
	size_t n = s->stories != NULL ? s->stories->n : 0;
	size_t start = n > 0 ? random_below((uint32_t)n) : 0;

	for (size_t i = 0; i < n && i < STORIES_ASKED; i++)
		check_page(s, lang,
		    s->stories->story[(start + i * (n / STORIES_ASKED + 1)) % n]
			.id,
		    (unsigned)i, 1);
}

/* A file of script is good when the masthead names it; other files are data. */
static void
judge_file(struct visit *v, const struct page_script *p, const char *found)
{
	struct site_report *r = v->site->report;
	bool is_script = strcmp(p->type, PAGE_SCRIPT_TYPE) == 0;
	bool is_ours = strcmp(found, p->integrity) == 0;

	if (!is_ours && !v->site->is_other)
		say_changed(v, p->name, found, p->integrity);
	else if (is_script && !is_on_card(v, p->name, found))
		return;
	else if (is_ours || is_script)
		site_say(r, SITE_OK, v->check, "%s", found);
	else
		site_say(r, SITE_NOTE, v->check,
		    "another version's, and not compared: %s", found);
}

/* What the script asks for besides. */
static void
check_files(struct site *s)
{
	struct visit v = { .site = s };
	char found[INTEGRITY_SIZE];

	for (size_t i = 0; i < page_scripts_n; i++) {
		const struct page_script *p = &page_scripts[i];

		if (text_has_prefix(text_from(p->name), "seal-"))
			continue;
		snprintf(v.check, sizeof(v.check), "%s", p->name);
		if (fetch_file(&v, p->name, p->type, found))
			judge_file(&v, p, found);
	}
}

void
site_check_pages(struct site *s)
{
	/* Where nothing else is said, every kind of reader asks. */
	check_page(s, TEXT(""), TEXT(""), 0, SITE_READERS - 1);
	for (size_t i = 0; i < page_languages(); i++)
		if (is_spoken(s->card, page_language(i)))
			check_page(s, text_from(page_language(i)), TEXT(""),
			    (unsigned)i, 1);
	check_stories(s);
	check_files(s);
}
