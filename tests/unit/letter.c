#include "unit.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "crypto/ed25519.h"
#include "crypto/hash.h"
#include "letter_kit.h"

static const uint8_t token[16] = { 9 };

/* What a reader saw, as text to compare. */
struct seen {
	size_t heads;
	size_t ends;
	uint64_t bytes[LETTER_FILES_MAX + 1];
	char message[256];
	enum letter_sig mark, member;
	char name[LETTER_NAME_MAX + 1]; /* of the last entry */
	char path[32];
	struct letter_part part;
	bool is_clean;
	char passage[LETTER_FIELD_MAX + 1];
	size_t entries;
	int fail;
};

static int
on_head(void *ctx, const struct letter_head *head)
{
	struct seen *s = ctx;

	s->heads++;
	s->entries = head->entries_n;
	s->mark = head->mark;
	s->member = head->member;
	if (head->tip.passage.n > 0)
		memcpy(s->passage, head->tip.passage.p, head->tip.passage.n);
	return 0;
}

static int
on_bytes(void *ctx, const struct letter_entry *entry, size_t number,
    const uint8_t *p, size_t n)
{
	struct seen *s = ctx;

	if (s->fail != 0)
		return s->fail;
	if (n == 0) {
		assert_int_equal(s->bytes[number], entry->size);
		strcpy(s->name, entry->name);
		strcpy(s->path, entry->path);
		s->part = entry->part;
		s->is_clean = entry->is_clean;
		s->ends++;
		return 0;
	}
	if (number == 0 && s->bytes[0] + n < sizeof(s->message))
		memcpy(s->message + s->bytes[0], p, n);
	for (size_t i = 0; number > 0 && i < n; i++)
		assert_int_equal(p[i], (uint8_t)(s->bytes[number] + i));
	s->bytes[number] += n;
	return 0;
}

static const struct letter_handler handler = { on_head, on_bytes };

static int
read_all(const struct buf *plain, size_t step, struct seen *s)
{
	struct letter_reader *r = NULL;
	int err;

	memset(s, 0, sizeof(*s));
	assert_int_equal(letter_reader_new(kit_newsroom, &handler, s, &r), 0);
	for (size_t at = 0; at < plain->n; at += step) {
		size_t n = plain->n - at < step ? plain->n - at : step;

		if (letter_reader_put(r, plain->p + at, n) != 0)
			break;
	}
	err = letter_reader_finish(r);
	letter_reader_free(&r);
	assert_null(r);
	return err;
}

static struct letter_writer *
begin(struct kit *k, const struct letter_tip *tip, const char *message)
{
	struct letter_writer *w = NULL;

	assert_int_equal(letter_writer_new(tip, text_from(message), token,
			     KIT_MAX, k->seal, kit_sink, k, k->arena, &w),
	    0);
	return w;
}

/* Ends the letter, opens it and reads it back in several step sizes. */
static void
finish(struct kit *k, struct letter_writer *w, struct seen *s,
    struct buf *ret_plain)
{
	static const size_t steps[] = { 1000000, 65536, 511, 7 };
	uint8_t id[LETTER_ID_SIZE];

	assert_int_equal(letter_writer_finish(w, kit_mark_seed, NULL, id), 0);
	assert_int_equal(k->lasts, 1);
	assert_int_equal(k->order[k->chunks - 1], k->chunks - 1);
	kit_plain(k, ret_plain);
	assert_true(letter_is_padded_size(ret_plain->n));
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (steps[i] < 100 && ret_plain->n > 200000)
			break;
		assert_int_equal(read_all(ret_plain, steps[i], s), 0);
		assert_int_equal(s->heads, 1);
		assert_int_equal(s->ends, s->entries);
	}
}

static void
padme_follows_the_paper(void **state)
{
	(void)state;
	/* Purbs, PETS 2019, appendix: at most 12 % more, idempotent. */
	assert_int_equal(letter_padme(0), 0);
	assert_int_equal(letter_padme(1), 1);
	assert_int_equal(letter_padme(8), 8);
	assert_int_equal(letter_padme(9), 10);
	assert_int_equal(letter_padme(1000), 1024);
	assert_int_equal(letter_padme(16385), 17408);
	assert_int_equal(letter_padded(1), LETTER_MIN);
	assert_int_equal(letter_padded(LETTER_MIN), LETTER_MIN);
	for (uint64_t n = 2; n < UINT64_C(1) << 40; n = n * 5 / 3 + 1) {
		uint64_t p = letter_padme(n);

		assert_true(p >= n && (p - n) * 100 <= n * 12);
		assert_int_equal(letter_padme(p), p);
	}
	assert_false(letter_is_padded_size(0));
	assert_false(letter_is_padded_size(LETTER_MIN - 1));
	assert_true(letter_is_padded_size(LETTER_MIN));
	assert_false(letter_is_padded_size(LETTER_MIN + 1));
}

static void
words_read_back(void **state)
{
	enum letter_kind kind;
	enum letter_terms terms;

	(void)state;
	for (int i = 0; i < LETTER_KINDS; i++) {
		const char *word = letter_kind_text((enum letter_kind)i);

		assert_int_equal(letter_kind_read(text_from(word), &kind), 0);
		assert_int_equal(kind, i);
	}
	for (int i = LETTER_ANONYMOUS; i <= LETTER_ON_RECORD; i++) {
		const char *word = letter_terms_text((enum letter_terms)i);

		assert_int_equal(letter_terms_read(text_from(word), &terms), 0);
		assert_int_equal(terms, i);
	}
	assert_int_equal(letter_kind_read(TEXT("tips"), &kind), ERR_FORMAT);
	assert_int_equal(letter_terms_read(TEXT(""), &terms), ERR_FORMAT);
}

static void
extensions_come_from_the_table(void **state)
{
	(void)state;
	assert_string_equal(letter_extension(TEXT("Report.PDF")), "pdf");
	assert_string_equal(letter_extension(TEXT("a.tar.gz")), "gz");
	assert_string_equal(letter_extension(TEXT("pdf")), "bin");
	assert_string_equal(letter_extension(TEXT(".pdf")), "pdf");
	assert_string_equal(letter_extension(TEXT("x.")), "bin");
	assert_string_equal(letter_extension(TEXT("")), "bin");
	assert_string_equal(letter_extension(TEXT("run.exe")), "bin");
	assert_string_equal(letter_extension(TEXT("a.pdf/../x")), "bin");
	assert_string_equal(letter_extension(TEXT("a.verylongsuffix")), "bin");
	assert_string_equal(letter_type("bin"), "application/octet-stream");
	assert_string_equal(letter_type("pdf"), "application/pdf");
	assert_null(letter_type("exe"));
}

static void
text_alone_is_the_smallest_letter(void **state)
{
	struct letter_writer *w;
	struct letter_tip tip;
	struct seen s;
	struct buf plain;
	struct kit k;

	(void)state;
	kit_init(&k);
	kit_tip(&tip);
	buf_init(&plain, KIT_MAX);
	w = begin(&k, &tip, "hello desk");
	finish(&k, w, &s, &plain);
	assert_int_equal(plain.n, LETTER_MIN);
	assert_int_equal(k.chunks, 1);
	assert_int_equal(s.entries, 1);
	assert_string_equal(s.message, "hello desk");
	assert_string_equal(s.passage, "the second paragraph");
	assert_int_equal(s.mark, LETTER_SIG_GOOD);
	assert_int_equal(s.member, LETTER_SIG_NONE);
	buf_fini(&plain);
	kit_fini(&k);
}

static void
a_message_may_be_empty_or_large(void **state)
{
	static const size_t sizes[] = { 0, 1, 511, 512, 513, 60416, 60417,
		LETTER_TEXT_MAX - 1, LETTER_TEXT_MAX };
	char *message = malloc(LETTER_TEXT_MAX + 1);
	struct letter_writer *w;
	struct letter_tip tip;
	struct seen s;
	struct buf plain;
	struct kit k;

	(void)state;
	kit_tip(&tip);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		kit_init(&k);
		buf_init(&plain, KIT_MAX);
		memset(message, 'm', sizes[i]);
		message[sizes[i]] = '\0';
		w = begin(&k, &tip, message);
		finish(&k, w, &s, &plain);
		assert_int_equal(s.bytes[0], sizes[i]);
		buf_fini(&plain);
		kit_fini(&k);
	}
	kit_init(&k);
	memset(message, 'm', LETTER_TEXT_MAX + 1);
	assert_int_equal(letter_writer_new(&tip,
			     (struct text){ message, LETTER_TEXT_MAX + 1 },
			     token, KIT_MAX, k.seal, kit_sink, &k, k.arena, &w),
	    ERR_LIMIT);
	assert_int_equal(letter_writer_new(&tip, TEXT("\xff"), token, KIT_MAX,
			     k.seal, kit_sink, &k, k.arena, &w),
	    ERR_FORMAT);
	assert_int_equal(letter_writer_new(&tip, TEXT("x"), token,
			     LETTER_MIN - 1, k.seal, kit_sink, &k, k.arena, &w),
	    ERR_LIMIT);
	kit_fini(&k);
	free(message);
}

/* Around chunk edges: where the header stands alone, where a file ends with
 * its chunk, where it goes on for many. The first header is at 17920. */
static void
files_of_every_size_come_back(void **state)
{
	static const uint64_t sizes[] = { 1, 511, 512, 513, 47103, 47104, 47105,
		46080, 46592, 46591, 112639, 112640, 112641, 300000 };
	struct letter_writer *w;
	struct letter_tip tip;
	struct seen s;
	struct buf plain;
	struct kit k;

	(void)state;
	kit_tip(&tip);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		kit_init(&k);
		buf_init(&plain, KIT_MAX);
		w = begin(&k, &tip, "m");
		assert_int_equal(kit_file(w, "a.pdf", sizes[i], 1000), 0);
		assert_int_equal(kit_file(w, "b.JPG", sizes[i], 4096), 0);
		assert_int_equal(kit_file(w, "c", 70000, 4096), 0);
		finish(&k, w, &s, &plain);
		assert_int_equal(s.entries, 4);
		assert_int_equal(s.bytes[1], sizes[i]);
		assert_int_equal(s.bytes[2], sizes[i]);
		assert_int_equal(s.bytes[3], 70000);
		assert_string_equal(s.path, "files/3.bin");
		assert_string_equal(s.name, "c");
		buf_fini(&plain);
		kit_fini(&k);
	}
}

static void
an_empty_file_leaves_no_trace(void **state)
{
	struct letter_writer *w;
	struct letter_tip tip;
	struct seen s;
	struct buf plain, same;
	struct kit k, l;

	(void)state;
	kit_tip(&tip);
	kit_init(&k);
	kit_init(&l);
	buf_init(&plain, KIT_MAX);
	buf_init(&same, KIT_MAX);
	w = begin(&k, &tip, "m");
	assert_int_equal(kit_file(w, "empty.pdf", 0, 1), 0);
	finish(&k, w, &s, &plain);
	assert_int_equal(s.entries, 1);
	w = begin(&l, &tip, "m");
	finish(&l, w, &s, &same);
	assert_int_equal(plain.n, same.n);
	assert_memory_equal(plain.p, same.p, plain.n);
	buf_fini(&plain);
	buf_fini(&same);
	kit_fini(&k);
	kit_fini(&l);
}

static void
only_held_chunks_come_late(void **state)
{
	static const uint64_t expected[] = { 2, 3, 1, 4, 0, 5 };
	const struct letter_file file = { .name = TEXT("b"),
		.ext_name = TEXT("b") };
	struct letter_writer *w;
	struct letter_tip tip;
	struct seen s;
	struct buf plain;
	struct kit k;

	(void)state;
	kit_tip(&tip);
	kit_init(&k);
	buf_init(&plain, KIT_MAX);
	w = begin(&k, &tip, "m");
	/* The second header stands in chunk 1, its file ends in chunk 4. */
	assert_int_equal(kit_file(w, "a", 60000, 4096), 0);
	assert_int_equal(k.chunks, 0);
	assert_int_equal(letter_file_begin(w, &file), 0);
	for (int i = 0; i < 200000; i += 1000) {
		uint8_t bytes[1000];

		for (size_t j = 0; j < sizeof(bytes); j++)
			bytes[j] = (uint8_t)((size_t)i + j);
		assert_int_equal(letter_file_put(w, bytes, sizeof(bytes)), 0);
	}
	assert_int_equal(k.chunks, 2);
	assert_int_equal(letter_file_end(w), 0);
	assert_int_equal(k.chunks, 3);
	assert_int_equal(kit_file(w, "c", 50000, 4096), 0);
	finish(&k, w, &s, &plain);
	assert_int_equal(k.chunks, 6);
	assert_memory_equal(k.order, expected, sizeof(expected));
	buf_fini(&plain);
	kit_fini(&k);
}

static void
the_33rd_file_is_refused_and_the_letter_goes_on(void **state)
{
	struct letter_writer *w;
	struct letter_tip tip;
	struct seen s;
	struct buf plain;
	struct kit k;

	(void)state;
	kit_tip(&tip);
	kit_init(&k);
	buf_init(&plain, KIT_MAX);
	w = begin(&k, &tip, "m");
	for (int i = 0; i < LETTER_FILES_MAX; i++)
		assert_int_equal(kit_file(w, "x.png", 3, 3), 0);
	assert_int_equal(kit_file(w, "empty", 0, 3), 0);
	assert_int_equal(kit_file(w, "x.png", 3, 3), ERR_LIMIT);
	assert_int_equal(letter_file_end(w), 0);
	finish(&k, w, &s, &plain);
	assert_int_equal(s.entries, LETTER_FILES_MAX + 1);
	assert_string_equal(s.path, "files/32.png");
	buf_fini(&plain);
	kit_fini(&k);
}

static void
names_are_cleaned_and_shortened(void **state)
{
	static const struct {
		const char *name, *expected;
	} names[] = {
		{ "plan.pdf", "plan.pdf" },
		{ "/home/maria/plan.pdf", "plan.pdf" },
		{ "C:\\Users\\maria\\plan.pdf", "plan.pdf" },
		{ "a\"b.pdf", "a\"b.pdf" },
		{ "a\nb\x1b[2J.pdf", "a b [2J.pdf" },
		{ "a\xff.pdf", "a\xef\xbf\xbd.pdf" },
		{ "\xc2\x9b.pdf", " .pdf" },
		{ "", "" },
	};
	struct letter_writer *w;
	struct letter_tip tip;
	struct seen s;
	struct buf plain;
	struct kit k;

	(void)state;
	kit_tip(&tip);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		kit_init(&k);
		buf_init(&plain, KIT_MAX);
		w = begin(&k, &tip, "m");
		assert_int_equal(kit_file(w, names[i].name, 5, 5), 0);
		finish(&k, w, &s, &plain);
		assert_string_equal(s.name, names[i].expected);
		buf_fini(&plain);
		kit_fini(&k);
	}
}

/* Every field as long as it gets and full of what grows when written. */
static void
the_worst_case_fits(void **state)
{
	static const char growing[] = { '"', '\\', '\x01', '\xff' };
	char field[LETTER_FIELD_MAX + 1] = "", name[LETTER_NAME_MAX + 1] = "";
	struct letter_file file;
	struct letter_writer *w;
	struct letter_tip tip;
	struct seen s;
	struct buf plain;
	struct kit k;

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(growing); i++) {
		bool has_files = i % 2 == 1;

		memset(field, growing[i / 2], LETTER_FIELD_MAX);
		memset(name, growing[i / 2], LETTER_NAME_MAX);
		memcpy(name + LETTER_NAME_MAX - 5, ".pptx", 5);
		kit_tip(&tip);
		tip.channel = tip.story = tip.passage = tip.desk = tip.lang =
		    tip.name = tip.contact = text_from(field);
		tip.terms = LETTER_BACKGROUND;
		kit_init(&k);
		buf_init(&plain, KIT_MAX);
		file = (struct letter_file){ .name = text_from(name),
			.ext_name = TEXT("x.pptx"),
			.is_clean = true };
		w = begin(&k, &tip, "m");
		for (int j = 0; has_files && j < LETTER_FILES_MAX; j++) {
			assert_int_equal(letter_file_begin(w, &file), 0);
			assert_int_equal(
			    letter_file_put(w, (const uint8_t *)"", 1), 0);
			assert_int_equal(letter_file_end(w), 0);
		}
		finish(&k, w, &s, &plain);
		assert_int_equal(
		    s.entries, has_files ? LETTER_FILES_MAX + 1 : 1);
		assert_true(s.passage[0] != '\0');
		buf_fini(&plain);
		kit_fini(&k);
	}
}

static void
a_part_stands_alone(void **state)
{
	static const struct {
		enum letter_kind kind;
		unsigned n, of;
		int err;
	} cases[] = {
		{ LETTER_TIP, 1, 1, 0 },
		{ LETTER_FOLLOW_UP, 999, 999, 0 },
		{ LETTER_TIP, 0, 5, ERR_FORMAT },
		{ LETTER_TIP, 5, 0, ERR_FORMAT },
		{ LETTER_TIP, 6, 5, ERR_FORMAT },
		{ LETTER_TIP, 1, 1000, ERR_FORMAT },
		{ LETTER_WITHDRAWAL, 1, 2, ERR_FORMAT },
		{ LETTER_CONSENT, 1, 2, ERR_FORMAT },
	};
	struct letter_file file = { .name = TEXT("film.MP4.002"),
		.ext_name = TEXT("film.MP4.002") };
	struct letter_writer *w;
	struct letter_tip tip;
	struct seen s;
	struct buf plain;
	struct kit k;

	(void)state;
	kit_tip(&tip);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		kit_init(&k);
		buf_init(&plain, KIT_MAX);
		tip.kind = cases[i].kind;
		file.part.n = (uint16_t)cases[i].n;
		file.part.of = (uint16_t)cases[i].of;
		w = begin(&k, &tip, "m");
		assert_int_equal(letter_file_begin(w, &file), cases[i].err);
		if (cases[i].err == 0) {
			assert_int_equal(
			    letter_file_put(w, (const uint8_t *)"", 1), 0);
			assert_int_equal(letter_file_end(w), 0);
			finish(&k, w, &s, &plain);
			assert_string_equal(s.path, "files/1.mp4");
			assert_string_equal(s.name, "film.MP4.002");
			assert_int_equal(s.part.n, cases[i].n);
			assert_int_equal(s.part.of, cases[i].of);
		}
		buf_fini(&plain);
		kit_fini(&k);
	}
}

/* Beside another file there is no part, whichever comes first. */
static void
a_part_takes_no_other_file(void **state)
{
	struct letter_file file = { .name = TEXT("film.MP4.002"),
		.ext_name = TEXT("film.MP4.002"),
		.part = { 2, 3 } };
	struct letter_writer *w;
	struct letter_tip tip;
	struct kit k;

	(void)state;
	kit_tip(&tip);
	kit_init(&k);
	w = begin(&k, &tip, "m");
	assert_int_equal(kit_file(w, "x", 3, 3), 0);
	assert_int_equal(letter_file_begin(w, &file), 0);
	assert_int_equal(
	    letter_file_put(w, (const uint8_t *)"", 1), ERR_FORMAT);
	kit_fini(&k);

	kit_init(&k);
	w = begin(&k, &tip, "m");
	assert_int_equal(letter_file_begin(w, &file), 0);
	assert_int_equal(letter_file_put(w, (const uint8_t *)"", 1), 0);
	assert_int_equal(letter_file_end(w), 0);
	assert_int_equal(kit_file(w, "x", 3, 3), ERR_FORMAT);
	kit_fini(&k);
}

static void
a_clean_file_is_said_to_be(void **state)
{
	const struct letter_file file = { .ext_name = TEXT("a.jpg"),
		.is_clean = true };
	struct letter_writer *w;
	struct letter_tip tip;
	struct seen s;
	struct buf plain;
	struct kit k;

	(void)state;
	kit_tip(&tip);
	for (int is_clean = 0; is_clean < 2; is_clean++) {
		kit_init(&k);
		buf_init(&plain, KIT_MAX);
		w = begin(&k, &tip, "m");
		if (is_clean) {
			assert_int_equal(letter_file_begin(w, &file), 0);
			assert_int_equal(
			    letter_file_put(w, (const uint8_t *)"", 1), 0);
			assert_int_equal(letter_file_end(w), 0);
		} else {
			assert_int_equal(kit_file(w, "a.jpg", 5, 5), 0);
		}
		finish(&k, w, &s, &plain);
		assert_int_equal(s.is_clean, is_clean);
		buf_fini(&plain);
		kit_fini(&k);
	}
}

static void
limits_hold(void **state)
{
	const struct letter_file file = { .name = TEXT("y") };
	struct letter_writer *w = NULL;
	struct letter_tip tip;
	uint8_t id[LETTER_ID_SIZE];
	struct kit k;

	(void)state;
	kit_tip(&tip);
	kit_init(&k);
	assert_int_equal(letter_writer_new(&tip, TEXT("m"), token, 200000,
			     k.seal, kit_sink, &k, k.arena, &w),
	    0);
	assert_int_equal(kit_file(w, "x", 300000, 4096), ERR_LIMIT);
	assert_int_equal(letter_file_end(w), ERR_LIMIT);
	assert_int_equal(letter_file_begin(w, &file), ERR_LIMIT);
	assert_int_equal(letter_writer_finish(w, NULL, NULL, id), ERR_LIMIT);
	assert_int_equal(k.lasts, 0);
	kit_fini(&k);

	kit_init(&k);
	w = begin(&k, &tip, "m");
	k.fail = ERR_FULL;
	assert_int_equal(kit_file(w, "x", 300000, 4096), ERR_FULL);
	k.fail = 0;
	assert_int_equal(letter_writer_finish(w, NULL, NULL, id), ERR_FULL);
	assert_int_equal(k.lasts, 0);
	kit_fini(&k);
}

static void
desk_letters_carry_their_author(void **state)
{
	static const uint8_t seed[32] = { 3 };
	char field[LETTER_FIELD_MAX + 1] = "";
	struct letter_head *head = NULL;
	struct letter_writer *w;
	struct letter_tip tip;
	struct buf plain;
	uint8_t id[LETTER_ID_SIZE];
	struct kit k;

	(void)state;
	memset(field, '"', LETTER_FIELD_MAX);
	kit_tip(&tip);
	tip.kind = LETTER_EVENTS;
	tip.story = tip.passage = tip.channel = tip.desk = text_from(field);
	ed25519_public(tip.author, seed);
	tip.seen_seq = INT64_MAX;
	memset(tip.seen_link, 0xee, sizeof(tip.seen_link));
	kit_init(&k);
	buf_init(&plain, KIT_MAX);
	w = begin(&k, &tip, "");
	assert_int_equal(letter_writer_finish(w, NULL, seed, id), 0);
	kit_plain(&k, &plain);
	assert_int_equal(plain.n, LETTER_MIN);
	assert_int_equal(letter_head_read(plain.p + 512, LETTER_TIP_SMALL,
			     kit_newsroom, &head),
	    0);
	assert_int_equal(head->tip.kind, LETTER_EVENTS);
	assert_int_equal(head->tip.seen_seq, INT64_MAX);
	assert_memory_equal(head->tip.author, tip.author, 32);
	assert_memory_equal(head->tip.seen_link, tip.seen_link, 32);
	assert_memory_equal(head->id, id, sizeof(id));
	assert_int_equal(head->member, LETTER_SIG_GOOD);
	assert_int_equal(head->mark, LETTER_SIG_NONE);
	letter_head_free(&head);
	assert_null(head);
	buf_fini(&plain);
	kit_fini(&k);
}

/* One bit anywhere in a letter is noticed: by its shape, by a digest, or by the
 * signatures over tip.json. Only the witness is left for a later version. */
static void
every_changed_bit_is_noticed(void **state)
{
	const size_t witness_n = 128;
	size_t witness_at;
	struct letter_writer *w;
	struct letter_tip tip;
	struct seen s;
	struct buf plain;
	struct kit k;

	(void)state;
	kit_tip(&tip);
	kit_init(&k);
	buf_init(&plain, KIT_MAX);
	w = begin(&k, &tip, "hello");
	finish(&k, w, &s, &plain);
	witness_at = 512 + LETTER_TIP_SMALL;
	while (plain.p[witness_at - 1] == ' ')
		witness_at--;
	witness_at -= strlen("\"}}") + witness_n;
	for (size_t at = 0; at < plain.n; at += at < 6144 ? 1 : 97) {
		if (at == witness_at)
			at += witness_n;
		plain.p[at] ^= 1;
		if (read_all(&plain, 65536, &s) == 0)
			assert_true(s.mark == LETTER_SIG_BAD ||
				    s.member == LETTER_SIG_BAD);
		plain.p[at] ^= 1;
	}
	assert_int_equal(read_all(&plain, 65536, &s), 0);
	assert_int_equal(s.mark, LETTER_SIG_GOOD);
	buf_fini(&plain);
	kit_fini(&k);
}

static void
every_cut_is_noticed(void **state)
{
	struct letter_writer *w;
	struct letter_tip tip;
	struct seen s;
	struct buf plain, cut;
	struct kit k;

	(void)state;
	kit_tip(&tip);
	kit_init(&k);
	buf_init(&plain, KIT_MAX);
	w = begin(&k, &tip, "hello");
	finish(&k, w, &s, &plain);
	cut = plain;
	for (cut.n = 0; cut.n < plain.n; cut.n += 61)
		assert_int_equal(read_all(&cut, 65536, &s), ERR_TRUNCATED);
	cut.n = plain.n - 1;
	assert_int_equal(read_all(&cut, 65536, &s), ERR_TRUNCATED);
	buf_put(&plain, "", 1);
	assert_int_equal(read_all(&plain, 65536, &s), ERR_FORMAT);
	buf_fini(&plain);
	kit_fini(&k);
}

static void
the_same_letter_again_has_the_same_id(void **state)
{
	uint8_t first[16], again[16], edited[16], once[16], other[16];
	struct letter_tip tip;
	struct kit k;

	(void)state;
	kit_tip(&tip);
	kit_init(&k);
	letter_writer_finish(begin(&k, &tip, "a"), NULL, NULL, first);
	kit_fini(&k);
	kit_init(&k);
	letter_writer_finish(begin(&k, &tip, "a"), NULL, NULL, again);
	kit_fini(&k);
	kit_init(&k);
	letter_writer_finish(begin(&k, &tip, "b"), NULL, NULL, edited);
	kit_fini(&k);
	assert_memory_equal(first, again, 16);
	assert_memory_not_equal(first, edited, 16);
	letter_once(once, tip.thread.thread, first);
	letter_once(other, tip.thread.thread, edited);
	assert_memory_not_equal(once, other, 16);
}

static int
count_sink(
    void *ctx, uint64_t index, const uint8_t *sealed, size_t n, bool is_last)
{
	uint64_t *count = ctx;

	(void)index;
	(void)sealed;
	(void)is_last;
	*count += n;
	return 0;
}

/* Nothing is allocated after letter_writer_new but the seal's list of chunks
 * that went ahead of the held ones: one bit a chunk. */
static void
memory_does_not_grow_with_the_file(void **state)
{
	const struct letter_file file = { .name = TEXT("disk") };
	static const uint8_t block[1 << 16];
	uint64_t sent = 0, size = UINT64_C(1) << 30;
	struct letter_writer *w = NULL;
	struct letter_tip tip;
	uint8_t id[LETTER_ID_SIZE];
	struct kit k;

	(void)state;
	kit_tip(&tip);
	kit_init(&k);
	assert_int_equal(
	    letter_writer_new(&tip, TEXT("m"), token, UINT64_C(1) << 40, k.seal,
		count_sink, &sent, k.arena, &w),
	    0);
	mem_fail_at(0);
	assert_int_equal(letter_file_begin(w, &file), 0);
	for (uint64_t at = 0; at < size; at += sizeof(block))
		assert_int_equal(letter_file_put(w, block, sizeof(block)), 0);
	assert_int_equal(letter_file_end(w), 0);
	assert_int_equal(letter_writer_finish(w, NULL, NULL, id), 0);
	assert_true(mem_fail_at(0) < 20);
	assert_true(sent > size);
	kit_fini(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(padme_follows_the_paper),
		cmocka_unit_test(words_read_back),
		cmocka_unit_test(extensions_come_from_the_table),
		cmocka_unit_test(text_alone_is_the_smallest_letter),
		cmocka_unit_test(a_message_may_be_empty_or_large),
		cmocka_unit_test(files_of_every_size_come_back),
		cmocka_unit_test(an_empty_file_leaves_no_trace),
		cmocka_unit_test(only_held_chunks_come_late),
		cmocka_unit_test(
		    the_33rd_file_is_refused_and_the_letter_goes_on),
		cmocka_unit_test(names_are_cleaned_and_shortened),
		cmocka_unit_test(the_worst_case_fits),
		cmocka_unit_test(a_part_stands_alone),
		cmocka_unit_test(a_part_takes_no_other_file),
		cmocka_unit_test(a_clean_file_is_said_to_be),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(desk_letters_carry_their_author),
		cmocka_unit_test(every_changed_bit_is_noticed),
		cmocka_unit_test(every_cut_is_noticed),
		cmocka_unit_test(the_same_letter_again_has_the_same_id),
		cmocka_unit_test(memory_does_not_grow_with_the_file),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
