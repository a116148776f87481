/*
 * Writes every page in every language, in its states, into the directory
 * argv[1]: for page_check.py, and for looking at.
 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "crypto/random.h"
#include "os/file.h"
#include "page/view.h"
#include "page_kit.h"

static const char *directory;

static void
keep(const char *name, const char *state, size_t lang, struct buf *b)
{
	char path[512];

	must(buf_finish(b) == 0);
	must(snprintf(path, sizeof(path), "%s/%s%s.%s.html", directory, name,
		 state, page_language(lang)) < (int)sizeof(path));
	must(file_write_atomic(path, 0644, b->p, b->n) == 0);
	buf_clear(b);
}

/* One of several states that differ by a number. */
static void
keep_nth(const char *name, int number, size_t lang, struct buf *b)
{
	char state[16];

	must(
	    snprintf(state, sizeof(state), "-%d", number) < (int)sizeof(state));
	keep(name, state, lang, b);
}

static void
samples_closed(struct buf *b, const struct view_site *site, size_t lang)
{
	struct view_closed v = { .site = *site };

	v.site.is_drill = true;
	page_put_closed(b, lang, &v);
	keep("closed", "-bare", lang, b);
	v.site.pin = TEXT(""); /* an answer to a post */
	v.message = TEXT("They signed it in the office.");
	page_put_closed(b, lang, &v);
	keep("answer", "-closed", lang, b);
}

static void
samples_error(struct buf *b, const struct page_place *place, size_t lang)
{
	static const unsigned codes[] = { 400, 403, 404, 405, 411, 413, 415,
		431, 500, 503 };

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		must(page_error(b, codes[i], place) == 0);
		keep_nth("error", (int)codes[i], lang, b);
	}
}

static void
samples_start(struct buf *b, struct page_place *place, size_t lang)
{
	static const char *const fronts[] = { "-onion", "-direct", "-proxy",
		"-cdn" };

	for (int i = FRONT_ONION; i <= FRONT_CDN; i++) {
		place->front = (enum wire_front)i;
		must(page_start(b, place) == 0);
		keep("start", fronts[i], lang, b);
	}
	place->front = FRONT_ONION;
	place->story = TEXT("dredging");
	must(page_start(b, place) == 0);
	keep("start", "-story", lang, b);
	place->story = TEXT("");
	place->today += 100;
	must(page_start(b, place) == 0);
	keep("closed", "", lang, b);
	place->today -= 100;
	place->front = FRONT_DIRECT;
	place->story = TEXT("dredging");
	must(page_start(b, place) == 0);
	keep("start", "-story-direct", lang, b);
	place->story = TEXT("");
}

static void
samples_write(struct buf *b, const struct view_site *site, size_t lang,
    const struct view_word *words)
{
	const struct view_choice desks[] = {
		{ TEXT("city"), TEXT("City desk"), TEXT(""), false },
		{ TEXT("ombuds"), TEXT("Readers' ombuds"), TEXT(""), true },
	};
	const struct view_choice stories[] = {
		{ TEXT("dragado"), TEXT("¿Quién pagó el dragado?"), TEXT("es"),
		    false },
	};
	struct view_write v = { .site = *site,
		.words = words,
		.words_n = RECEIPT_WORDS,
		.words_lang = page_language(lang),
		.grouped = TEXT("012 345 678 901 234 567 890 123 456 789"),
		.digits = TEXT("012345678901234567890123456789"),
		.token = TEXT("00112233445566778899aabbccddeeff"),
		.pos1 = 2,
		.pos2 = 5,
		.pos3 = 9,
		.stories = stories,
		.stories_n = 1,
		.desks = desks,
		.desks_n = 2,
		.file_max = "2 GB" };

	page_put_write(b, lang, &v);
	keep("write", "", lang, b);
	v.problem = PROBLEM_RECEIPT_INSIDE;
	v.story = TEXT("dragado");
	v.story_title = TEXT("¿Quién pagó el dragado?");
	v.story_lang = TEXT("es");
	v.message = TEXT("\n<script>alert('&')</script>\nLine two");
	v.w1 = TEXT("\"");
	v.has_person = true;
	v.name = TEXT("Zoë");
	v.terms = LETTER_BACKGROUND;
	v.names = true;
	page_put_write(b, lang, &v);
	keep("write", "-problem", lang, b);
	for (v.problem = PROBLEM_EMPTY; v.problem <= PROBLEM_OURS;
	     v.problem++) {
		if (v.problem == PROBLEM_CLOSED)
			continue;
		page_put_write(b, lang, &v);
		keep_nth("write", v.problem, lang, b);
	}
}

static void
samples_sent(struct buf *b, const struct view_site *site, size_t lang,
    const struct view_word *words)
{
	const struct view_wrong wrong[] = {
		{ 5, TEXT("arbol") },
		{ 9, TEXT("") },
	};
	struct view_sent v = { .site = *site,
		.gate = GATE_RIGHT,
		.words = words,
		.words_n = RECEIPT_WORDS,
		.words_lang = page_language(lang),
		.grouped = TEXT("012 345 678 901 234 567 890 123 456 789"),
		.digits = TEXT("012345678901234567890123456789"),
		.token = TEXT("00112233445566778899aabbccddeeff"),
		.pos1 = 2,
		.pos2 = 5,
		.pos3 = 9,
		.next = NEXT_HOURS,
		.next_time = "18:00",
		.next_day = "2026-11-24",
		.next_hours = 3,
		.file_max = "2 GB" };

	page_put_sent(b, lang, &v);
	keep("sent", "", lang, b);
	v.gate = GATE_WRONG;
	v.wrong = wrong;
	v.wrong_n = 2;
	v.w1 = TEXT("2");
	page_put_sent(b, lang, &v);
	keep("sent", "-wrong", lang, b);
	v.sent = SENT_NOTHING;
	page_put_sent(b, lang, &v);
	keep("sent", "-compared", lang, b);
	v = (struct view_sent){ .site = *site,
		.sent = SENT_FILE,
		.next = NEXT_UNTIMED,
		.promise = 3,
		.digits = TEXT("012345678901234567890123456789"),
		.token = TEXT("00112233445566778899aabbccddeeff"),
		.file_max = "2 GB" };
	page_put_sent(b, lang, &v);
	keep("sent", "-file", lang, b);
	v.problem = PROBLEM_FILE_LARGE;
	page_put_sent(b, lang, &v);
	keep("sent", "-problem", lang, b);
	v = (struct view_sent){ .site = *site,
		.sent = SENT_WITHDRAWAL,
		.next = NEXT_SOON,
		.next_time = "18:00" };
	page_put_sent(b, lang, &v);
	keep("sent", "-withdrawal", lang, b);
}

/* A file that comes in parts. */
static void
samples_parts(struct buf *b, const struct view_site *site, size_t lang)
{
	struct view_sent v = { .site = *site,
		.sent = SENT_PART,
		.next = NEXT_UNTIMED,
		.digits = TEXT("012345678901234567890123456789"),
		.token = TEXT("00112233445566778899aabbccddeeff"),
		.file_max = "2 GB",
		.cut = { .n = 3,
		    .total = 12,
		    .next = 4,
		    .is_open = true,
		    .part = TEXT("4"),
		    .of = TEXT("12"),
		    .have = TEXT("12 0500"),
		    .received = TEXT("1, 3"),
		    .missing = TEXT("2, 4\xe2\x80\x93"
				    "12") } };

	page_put_sent(b, lang, &v);
	keep("sent", "-part", lang, b);
	v.problem = PROBLEM_PART;
	page_put_sent(b, lang, &v);
	keep("sent", "-part-wrong", lang, b);
	v.problem = PROBLEM_PART_FILE;
	page_put_sent(b, lang, &v);
	keep("sent", "-part-files", lang, b);
	v.problem = PROBLEM_NONE;
	v.cut = (struct view_cut){ .n = 12, .total = 12 };
	page_put_sent(b, lang, &v);
	keep("sent", "-parts", lang, b);
}

static void
samples_answers(struct buf *b, const struct view_site *site, size_t lang)
{
	const struct view_answer answers[] = {
		{ TEXT("Nora, City desk"),
		    { TEXT("Thank you. Two questions:\n\n1. Did you see the "
			   "contract?\n2. Who else was in the room?") },
		    "2026-11-23", false },
		{ TEXT("Nora, City desk"), { TEXT("We have read it.") },
		    "2026-11-21", true },
	};
	struct view_answers v = { .site = *site,
		.has_none = true,
		.next = NEXT_HOUR,
		.next_time = "18:00",
		.is_open = true,
		.digits = TEXT("012345678901234567890123456789"),
		.token = TEXT("00112233445566778899aabbccddeeff"),
		.file_max = "2 GB" };

	page_put_answers(b, lang, &v);
	page_fill(b);
	keep("answers", "-none", lang, b);
	v.has_none = false;
	v.answers = answers;
	v.answers_n = 2;
	v.status = STRIP_ANSWERED;
	v.has_more = v.is_broken = v.is_late = true;
	page_put_answers(b, lang, &v);
	page_fill(b);
	keep("answers", "", lang, b);
	for (v.status = STRIP_OPENED; v.status <= STRIP_PUBLISHED; v.status++) {
		page_put_answers(b, lang, &v);
		keep_nth("answers", v.status, lang, b);
	}
	v = (struct view_answers){ .site = *site, .is_unreachable = true };
	page_put_answers(b, lang, &v);
	keep("answers", "-closed", lang, b);
}

static void
samples_words(struct buf *b, const struct view_site *site, size_t lang,
    const struct view_word *words)
{
	static const char *const states[] = { "-count", "-unknown", "-offer",
		"-apart" };
	struct view_words v = { .site = *site,
		.number = 7,
		.word = TEXT("zzyzx"),
		.words = words,
		.words_n = RECEIPT_WORDS,
		.words_lang = page_language(lang),
		.grouped = TEXT("012 345 678 901 234 567 890 123 456 789"),
		.digits = TEXT("012345678901234567890123456789"),
		.typed = TEXT("abandon zzyzx") };

	for (int i = WORDS_COUNT; i <= WORDS_APART; i++) {
		v.fault = i;
		page_put_words(b, lang, &v);
		page_fill(b);
		keep("words", states[i], lang, b);
	}
}

int
main(int argc, char **argv)
{
	static const uint16_t numbers[RECEIPT_WORDS] = { 3, 500, 1000, 77, 2047,
		1234, 1500, 888, 1999 };
	struct page_place place = { .prefix = "/tips",
		.pin = TEXT(
		    "RWQBAgMEBQYHCAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"),
		.today = PAGE_KIT_TODAY };
	struct view_word words[RECEIPT_WORDS];
	struct view_site site;
	struct view_withdraw w = { .token = TEXT("00") };
	struct view_follow f = { .problem = PROBLEM_EMPTY, .file_max = "2 GB" };
	struct masthead *card;
	struct stories *stories;
	char path[512];
	struct buf b;

	must(argc == 2 && crypto_init() == 0);
	directory = argv[1];
	place.card = card = page_kit_card();
	place.stories = stories = page_kit_stories();
	buf_init(&b, PAGE_MAX);
	for (size_t lang = 0; lang < page_languages(); lang++) {
		size_t list;

		place.lang = text_from(page_language(lang));
		if (receipt_list_of(place.lang, &list) != 0)
			list = 0;
		view_words(words, numbers, list);
		view_site(&site, &place, lang);
		samples_start(&b, &place, lang);
		samples_closed(&b, &site, lang);
		samples_error(&b, &place, lang);
		samples_write(&b, &site, lang, words);
		samples_sent(&b, &site, lang, words);
		samples_parts(&b, &site, lang);
		samples_answers(&b, &site, lang);
		samples_words(&b, &site, lang, words);
		w.site = f.site = site;
		page_put_withdraw(&b, lang, &w);
		keep("withdraw", "", lang, &b);
		w.problem = PROBLEM_FULL;
		page_put_withdraw(&b, lang, &w);
		keep("withdraw", "-problem", lang, &b);
		w.problem = PROBLEM_NONE;
		page_put_follow(&b, lang, &f);
		keep("follow", "", lang, &b);
	}
	buf_puts(&b, page_policy);
	must(snprintf(path, sizeof(path), "%s/policy", directory) <
	     (int)sizeof(path));
	must(file_write_atomic(path, 0644, b.p, b.n) == 0);
	buf_clear(&b);
	buf_puts(&b, page_start_policy);
	must(snprintf(path, sizeof(path), "%s/start-policy", directory) <
	     (int)sizeof(path));
	must(file_write_atomic(path, 0644, b.p, b.n) == 0);
	buf_fini(&b);
	stories_free(&stories);
	page_kit_card_free(&card);
	return 0;
}
