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
#include "visit/visit.h"

#define STORIES_ASKED 4
#define UNPACKED_MAX (1u << 20) /* bytes of a script, uncompressed */

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
is_constant(struct site_visit *v, unsigned reader)
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
is_good_shape(struct site_visit *v)
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
is_good_policy(struct site_visit *v)
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
is_on_card(struct site_visit *v, const char *what, const char *integrity)
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
fetch_file(struct site_visit *v, const char *name, const char *type,
    char ret_integrity[static INTEGRITY_SIZE])
{
	char path[VISIT_PATH_MAX];
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
say_changed(struct site_visit *v, const char *name, const char *found,
    const char *integrity)
{
	site_say(v->site->report, SITE_WRONG, v->check,
	    "%s was changed: it has %s, and should have %s", name, found,
	    integrity);
	return false;
}

/* Both scripts of the page, as the masthead names them. */
static bool
is_good_script(struct site_visit *v, char ret_sealer[static INTEGRITY_SIZE])
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
is_good_sealer(struct site_visit *v, const char *integrity)
{
	char name[64], found[INTEGRITY_SIZE];

	snprintf(name, sizeof(name), "seal-%.*s.js", (int)v->lang.n, v->lang.p);
	return fetch_file(v, name, PAGE_SCRIPT_TYPE, found) &&
	       (strcmp(found, integrity) == 0 ||
		   say_changed(v, name, found, integrity));
}

static bool
has_good_scripts(struct site_visit *v)
{
	char sealer[INTEGRITY_SIZE];

	if (v->page.guard.p == NULL)
		return true;
	if (!is_good_script(v, sealer))
		return false;
	/* The others load the same files. */
	return v->asked.n == 0 || v->story.n > 0 || is_good_sealer(v, sealer);
}

/* All about one page. others: how many readers it is compared for. */
static void
check_page(struct site *s, struct text lang, struct text story,
    unsigned first_reader, unsigned readers)
{
	struct site_visit v = { .site = s, .asked = lang, .story = story };
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
		site_visit_compare(&v);
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
judge_file(struct site_visit *v, const struct page_script *p, const char *found)
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
	struct site_visit v = { .site = s };
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
