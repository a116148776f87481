#include "load.h"

#include "base/day.h"
#include "base/err.h"
#include "base/mem.h"
#include "crypto/hash.h"
#include "letter_kit.h"

static json_t *vectors;

static struct text
optional(const json_t *o, const char *name)
{
	return text_from(json_string_value(json_object_get(o, name)));
}

static void
optional_hex(const json_t *o, const char *name, void *out, size_t n)
{
	if (json_is_string(json_object_get(o, name)))
		load_hex(o, name, out, n);
}

static void
load_tip(const json_t *o, struct letter_tip *tip)
{
	const json_t *t = json_object_get(o, "tip");
	const json_t *thread = json_object_get(o, "thread");
	const json_t *seen = json_object_get(t, "seen");

	memset(tip, 0, sizeof(*tip));
	assert_int_equal(letter_kind_read(optional(t, "kind"), &tip->kind), 0);
	load_hex(t, "newsroom", tip->newsroom, sizeof(tip->newsroom));
	load_hex(t, "card", tip->card, sizeof(tip->card));
	optional_hex(thread, "thread", tip->thread.thread, THREAD_SIZE);
	optional_hex(thread, "reply", tip->thread.reply, 32);
	optional_hex(thread, "slot", tip->thread.slot, 32);
	optional_hex(thread, "mark", tip->thread.mark, 32);
	tip->channel = optional(t, "channel");
	tip->story = optional(t, "story");
	tip->passage = optional(t, "passage");
	tip->desk = optional(t, "desk");
	tip->lang = optional(t, "lang");
	assert_int_equal(day_read(optional(t, "day"), &tip->day), 0);
	if (optional(t, "terms").n > 0)
		assert_int_equal(
		    letter_terms_read(optional(t, "terms"), &tip->terms), 0);
	tip->name = optional(t, "name");
	tip->contact = optional(t, "contact");
	optional_hex(t, "author", tip->author, sizeof(tip->author));
	if (seen != NULL) {
		tip->seen_seq = (uint64_t)load_number(seen, "seq");
		load_hex(seen, "link", tip->seen_link, 32);
	}
}

static void
write_files(struct letter_writer *w, const json_t *o)
{
	json_t *v;
	size_t i;

	json_array_foreach (json_object_get(o, "files"), i, v) {
		uint64_t n = (uint64_t)load_number(v, "size");
		const json_t *part = json_object_get(v, "part");
		struct letter_file file = { .name = optional(v, "name"),
			.ext_name = optional(v, "ext_name"),
			.is_clean = json_is_true(json_object_get(v, "clean")) };

		if (part != NULL)
			file.part = (struct letter_part){ (uint16_t)load_number(
							      part, "n"),
				(uint16_t)load_number(part, "of") };
		assert_int_equal(letter_file_begin(w, &file), 0);
		for (uint64_t at = 0; at < n; at++) {
			uint8_t byte = (uint8_t)at;

			assert_int_equal(letter_file_put(w, &byte, 1), 0);
		}
		assert_int_equal(letter_file_end(w), 0);
	}
}

static void
check_plain(const json_t *o, const struct buf *plain)
{
	const char *json = load_string(o, "json");
	uint8_t hash[HASH_SIZE];

	assert_memory_equal(plain->p + 512, json, strlen(json));
	assert_int_equal(plain->n, load_number(o, "size"));
	hash_once(hash, plain->p, plain->n);
	assert_field(o, "blake2b", hash, sizeof(hash));
}

static void
check_reads(
    const json_t *o, const struct letter_tip *tip, const struct buf *plain)
{
	static const struct letter_handler nothing = { NULL, NULL };
	bool has_mark = json_is_string(json_object_get(o, "mark_seed"));
	bool has_member = json_is_string(json_object_get(o, "member_seed"));
	struct letter_reader *r = NULL;
	struct letter_head *head = NULL;
	size_t size = json_array_size(json_object_get(o, "files")) > 0
			  ? LETTER_TIP_LARGE
			  : LETTER_TIP_SMALL;

	assert_int_equal(
	    letter_reader_new(tip->newsroom, &nothing, NULL, &r), 0);
	assert_int_equal(letter_reader_put(r, plain->p, plain->n), 0);
	assert_int_equal(letter_reader_finish(r), 0);
	letter_reader_free(&r);
	assert_int_equal(
	    letter_head_read(plain->p + 512, size, tip->newsroom, &head), 0);
	assert_field(o, "id", head->id, sizeof(head->id));
	assert_int_equal(
	    head->mark, has_mark ? LETTER_SIG_GOOD : LETTER_SIG_NONE);
	assert_int_equal(
	    head->member, has_member ? LETTER_SIG_GOOD : LETTER_SIG_NONE);
	letter_head_free(&head);
}

static void
check_letter(const json_t *o)
{
	struct text once_text = text_from(load_string(o, "message"));
	size_t times = (size_t)load_number(o, "times");
	uint8_t token[16], id[LETTER_ID_SIZE], once[16];
	uint8_t mark_seed[32], member_seed[32];
	const json_t *mark = json_object_get(o, "mark_seed");
	const json_t *member = json_object_get(o, "member_seed");
	struct letter_writer *w = NULL;
	struct letter_tip tip;
	struct buf message, plain;
	struct kit k;

	kit_init(&k);
	buf_init(&message, LETTER_TEXT_MAX);
	buf_init(&plain, KIT_MAX);
	load_tip(o, &tip);
	load_hex(o, "token", token, sizeof(token));
	optional_hex(o, "mark_seed", mark_seed, 32);
	optional_hex(o, "member_seed", member_seed, 32);
	for (size_t i = 0; i < times; i++)
		buf_put_text(&message, once_text);
	assert_int_equal(letter_writer_new(&tip, buf_text(&message), token,
			     KIT_MAX, k.seal, kit_sink, &k, k.arena, &w),
	    0);
	write_files(w, o);
	assert_int_equal(
	    letter_writer_finish(w, json_is_string(mark) ? mark_seed : NULL,
		json_is_string(member) ? member_seed : NULL, id),
	    0);
	kit_plain(&k, &plain);
	assert_field(o, "id", id, sizeof(id));
	letter_once(once, tip.thread.thread, id);
	assert_field(o, "once", once, sizeof(once));
	check_plain(o, &plain);
	check_reads(o, &tip, &plain);
	buf_fini(&message);
	buf_fini(&plain);
	kit_fini(&k);
}

static void
test_letters(void **state)
{
	json_t *o;
	size_t i;

	(void)state;
	assert_true(json_array_size(json_object_get(vectors, "letters")) > 0);
	json_array_foreach (json_object_get(vectors, "letters"), i, o)
		check_letter(o);
}

static void
test_padme(void **state)
{
	json_t *o;
	size_t i;

	(void)state;
	assert_true(json_array_size(json_object_get(vectors, "padme")) > 0);
	json_array_foreach (json_object_get(vectors, "padme"), i, o) {
		uint64_t n = (uint64_t)load_number(o, "n");

		assert_int_equal(letter_padme(n), load_number(o, "padme"));
		assert_int_equal(letter_padded(n), load_number(o, "padded"));
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_padme),
		cmocka_unit_test(test_letters),
	};

	return load_and_run(argc, argv, &vectors, tests);
}
