/*
 * The unscripted place through a real pistad-form: what a browser without
 * scripts sends and gets, and what the newsroom can open afterwards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/day.h"
#include "base/err.h"
#include "base/mem.h"
#include "board/edition.h"
#include "crypto/random.h"
#include "kit.h"

const char *form_program;

/* A receipt as its page gave it. */
struct receipt {
	char digits[RECEIPT_DIGITS + 1];
	char token[33];
	char positions[8];
	uint8_t value[RECEIPT_VALUE_SIZE];
	uint16_t numbers[RECEIPT_WORDS];
	struct thread_keys keys;
};

static void
copy(char *out, size_t size, struct text t)
{
	assert_true(t.n < size);
	memcpy(out, t.p, t.n);
	out[t.n] = '\0';
}

static void
take_receipt(struct kit *k, struct receipt *r)
{
	struct receipt_reading reading;

	copy(r->digits, sizeof(r->digits), kit_hidden(k, "receipt"));
	copy(r->token, sizeof(r->token), kit_hidden(k, "token"));
	copy(r->positions, sizeof(r->positions), kit_hidden(k, "positions"));
	assert_int_equal(receipt_read(text_from(r->digits), 0, &reading), 0);
	memcpy(r->value, reading.value, sizeof(r->value));
	memcpy(r->numbers, reading.numbers, sizeof(r->numbers));
	assert_int_equal(receipt_keys(r->value, k->newsroom, &r->keys), 0);
}

static void
new_receipt(struct kit *k, struct receipt *r)
{
	kit_begin(k, "new");
	kit_post(k);
	assert_int_equal(k->status, 200);
	take_receipt(k, r);
}

static void
words_of(const struct receipt *r, char *out, size_t size)
{
	struct buf b;

	buf_init_fixed(&b, out, size);
	receipt_spell(&b, r->value, 0);
	assert_non_null(buf_cstr(&b));
}

/* The letter's form, up to its files. */
static void
begin_letter(struct kit *k, const struct receipt *r, const char *message)
{
	char name[3] = "w1";
	unsigned position[3];

	assert_int_equal(sscanf(r->positions, "%u %u %u", &position[0],
			     &position[1], &position[2]),
	    3);
	kit_begin(k, "send");
	kit_field(k, "token", r->token);
	kit_field(k, "receipt", r->digits);
	kit_field(k, "positions", r->positions);
	for (int i = 0; i < 3; i++) {
		name[1] = (char)('1' + i);
		kit_field(
		    k, name, receipt_word(0, r->numbers[position[i] - 1]));
	}
	kit_field(k, "message", message);
	kit_field(k, "terms", "background");
}

static void
new_page_shows_a_receipt_and_has_the_fixed_size(void **state)
{
	struct kit *k = *state;
	struct receipt a, b;

	new_receipt(k, &a);
	assert_int_equal(k->page.n, 65536);
	assert_true(kit_has(k, "Note your receipt"));
	for (int i = 0; i < RECEIPT_WORDS; i++)
		assert_true(kit_has(k, receipt_word(0, a.numbers[i])));
	assert_non_null(strstr((char *)k->answer.p,
	    "Content-Security-Policy: default-src 'none'; style-src 'sha256-"));
	assert_non_null(strstr((char *)k->answer.p, "Cache-Control: no-store"));
	new_receipt(k, &b);
	assert_memory_not_equal(a.value, b.value, sizeof(a.value));
}

static void
letter_with_files_arrives_sealed(void **state)
{
	static const char pdf[] = "%PDF-1.4 not really";
	struct kit *k = *state;
	struct kit_letter l;
	struct receipt r;
	uint8_t *large = mem_new(300000, 1);

	random_bytes(large, 300000);
	new_receipt(k, &r);
	begin_letter(k, &r, "first line\r\nsecond line");
	kit_field(k, "story", "harbour");
	kit_field(k, "name", "");
	kit_file(k, "secret-name.pdf", pdf, sizeof(pdf) - 1);
	kit_file(k, "", "", 0);
	kit_file(k, "C:\\x\\big.JPG", large, 300000);
	kit_post(k);
	assert_int_equal(k->status, 200);
	assert_int_equal(k->page.n, 65536);
	assert_true(kit_has(k, "<h1>Received</h1>"));
	assert_true(kit_has(k, "Your note is right"));
	assert_true(kit_has(k, "in about 3 hours"));
	assert_true(kit_has(k, "an answer within 3 days"));

	kit_open(k, &l);
	assert_int_equal(l.head->tip.kind, LETTER_TIP);
	assert_true(text_is(l.head->tip.story, "harbour"));
	assert_true(text_is(l.head->tip.channel, "form"));
	assert_true(text_is(l.head->tip.desk, "city"));
	assert_true(text_is(l.head->tip.lang, "en"));
	assert_int_equal(l.head->tip.terms, LETTER_BACKGROUND);
	assert_int_equal(l.head->tip.day, day_today());
	assert_memory_equal(
	    l.head->tip.thread.thread, r.keys.pub.thread, THREAD_SIZE);
	assert_true(text_is(buf_text(&l.message), "first line\nsecond line"));
	assert_int_equal(l.head->entries_n, 3);
	assert_string_equal(l.head->entries[1].path, "files/1.pdf");
	assert_string_equal(l.head->entries[1].name, "");
	assert_string_equal(l.head->entries[2].path, "files/2.jpg");
	assert_true(text_is(buf_text(&l.file[0]), pdf));
	assert_int_equal(l.file[1].n, 300000);
	assert_memory_equal(l.file[1].p, large, 300000);
	kit_letter_fini(&l);
	mem_free(large);
}

static void
file_names_travel_only_when_allowed(void **state)
{
	struct kit *k = *state;
	struct kit_letter l;
	struct receipt r;

	new_receipt(k, &r);
	begin_letter(k, &r, "x");
	kit_field(k, "names", "yes");
	kit_file(k, "/home/me/budget 2026.xlsx", "x", 1);
	kit_post(k);
	kit_open(k, &l);
	assert_string_equal(l.head->entries[1].name, "budget 2026.xlsx");
	kit_letter_fini(&l);
}

static void
wrong_word_is_asked_for_once_more_and_refuses_nothing(void **state)
{
	struct kit *k = *state;
	struct receipt r;

	new_receipt(k, &r);
	kit_begin(k, "send");
	kit_field(k, "token", r.token);
	kit_field(k, "receipt", r.digits);
	kit_field(k, "positions", r.positions);
	kit_field(k, "w1", "no<pe");
	kit_field(k, "message", "hello");
	kit_post(k);
	assert_true(k->is_committed);
	assert_true(kit_has(k, "<h1>Received</h1>"));
	assert_true(kit_has(k, "compare your receipt once more"));
	assert_true(kit_has(k, "no&lt;pe"));
	assert_true(kit_has(k, "you left it empty"));

	char all[RECEIPT_TEXT_MAX];
	words_of(&r, all, sizeof(all));
	kit_begin(k, "check");
	kit_field(k, "receipt", r.digits);
	kit_field(k, "positions", r.positions);
	kit_field(k, "all", all);
	kit_post(k);
	assert_false(k->is_committed);
	assert_true(kit_has(k, "Your note is right"));
}

static void
same_text_sent_again_is_the_same_letter(void **state)
{
	struct kit *k = *state;
	struct receipt r;
	uint8_t once[16];

	new_receipt(k, &r);
	begin_letter(k, &r, "one");
	kit_post(k);
	memcpy(once, k->once, 16);
	begin_letter(k, &r, "one");
	kit_post(k);
	assert_memory_equal(once, k->once, 16);
	begin_letter(k, &r, "two");
	kit_post(k);
	assert_memory_not_equal(once, k->once, 16);
}

/* What every refusal has in common: nothing kept, the text still there, the
 * same receipt and token. */
static void
assert_given_back(
    struct kit *k, const struct receipt *r, const char *why, const char *text)
{
	assert_int_equal(k->status, 200);
	assert_false(k->is_committed);
	assert_true(kit_has(k, why));
	assert_true(kit_has(k, text));
	assert_true(kit_has(k, "Your text is still here"));
	assert_true(text_is(kit_hidden(k, "receipt"), r->digits));
	assert_true(text_is(kit_hidden(k, "token"), r->token));
}

static void
receipt_in_the_text_is_refused_kindly(void **state)
{
	struct kit *k = *state;
	struct receipt r;
	char text[RECEIPT_TEXT_MAX + 64] = "my words: ";

	new_receipt(k, &r);
	words_of(&r, text + 10, sizeof(text) - 10);
	begin_letter(k, &r, text);
	kit_file(k, "a.txt", "abc", 3);
	kit_post(k);
	assert_int_equal(k->head.n, 0);
	assert_given_back(k, &r, "your receipt is in the text", "my words: ");
}

static void
text_behind_a_file_is_given_back(void **state)
{
	struct kit *k = *state;
	struct receipt r;

	new_receipt(k, &r);
	begin_letter(k, &r, "early");
	kit_file(k, "a.txt", "abc", 3);
	kit_field(k, "contact", "late <words>");
	kit_post(k);
	assert_true(k->is_dropped);
	assert_given_back(k, &r, "mixed text and files", "late &lt;words&gt;");
	assert_true(kit_has(k, "early"));
}

static void
too_much_is_given_back(void **state)
{
	struct kit *k = *state;
	struct receipt r;
	uint8_t *large = mem_new(KIT_FILE_MAX + 1, 1);
	char *text = mem_new(70001, 1);

	new_receipt(k, &r);
	begin_letter(k, &r, "with a file");
	kit_file(k, "a.bin", large, KIT_FILE_MAX + 1);
	kit_post(k);
	assert_given_back(k, &r, "a file is too large", "with a file");
	assert_true(kit_has(k, "up to 1 MB"));

	memset(text, 'y', 70000);
	begin_letter(k, &r, text);
	kit_post(k);
	assert_given_back(k, &r, "the text is too long", text);
	assert_int_equal(k->page.n, 131072);

	begin_letter(k, &r, "many");
	for (int i = 0; i < 33; i++)
		kit_file(k, "a", "b", 1);
	kit_post(k);
	assert_given_back(k, &r, "too many files", "many");

	begin_letter(k, &r, " \r\n");
	kit_file(k, "", "", 0);
	kit_post(k);
	assert_given_back(k, &r, "there is nothing in it yet", "");
	mem_free(large);
	mem_free(text);
}

static void
keep_that_refuses_or_dies_loses_no_text(void **state)
{
	struct kit *k = *state;
	struct receipt r;
	uint8_t *large = mem_new(900000, 1);

	new_receipt(k, &r);
	k->refuse_begin = ERR_FULL;
	begin_letter(k, &r, "precious");
	kit_file(k, "a.bin", large, 900000);
	kit_post(k);
	assert_given_back(k, &r, "no room just now", "precious");
	k->refuse_begin = 0;

	k->refuse_commit = ERR_BUSY;
	begin_letter(k, &r, "precious");
	kit_post(k);
	assert_given_back(k, &r, "too many people are writing", "precious");
	k->refuse_commit = 0;

	k->die_after = 2;
	begin_letter(k, &r, "precious");
	kit_file(k, "a.bin", large, 900000);
	kit_post(k);
	k->die_after = 0;
	assert_given_back(k, &r, "wrong on our side", "precious");
	mem_free(large);
}

/* Nobody should send on for hours: the page comes long before the body ends. */
static void
large_letter_that_failed_is_answered_at_once(void **state)
{
	struct kit *k = *state;
	struct receipt r;
	uint8_t *large = mem_new(40000000, 1);

	new_receipt(k, &r);
	begin_letter(k, &r, "with a huge file");
	kit_file(k, "a.bin", large, 40000000);
	kit_post(k);
	assert_given_back(k, &r, "a file is too large", "with a huge file");
	assert_int_equal(k->page.n, 65536);
	assert_true(k->is_dropped);
	mem_free(large);
}

static void
lost_receipt_makes_a_new_one(void **state)
{
	struct kit *k = *state;

	kit_begin(k, "send");
	kit_field(k, "receipt", "garbage");
	kit_field(k, "message", "still mine");
	kit_post(k);
	assert_false(k->is_committed);
	assert_true(kit_has(k, "had lost its receipt"));
	assert_true(kit_has(k, "still mine"));
	assert_int_equal(kit_hidden(k, "receipt").n, RECEIPT_DIGITS);
}

static void
closed_place_seals_nothing_and_still_answers(void **state)
{
	struct kit *k = *state;
	struct receipt r;

	new_receipt(k, &r);
	kit_card(k, 25);
	begin_letter(k, &r, "too late");
	kit_post(k);
	assert_int_equal(k->head.n, 0);
	assert_true(kit_has(k, "closed for the moment"));
	assert_true(kit_has(k, "too late"));
	kit_begin(k, "new");
	kit_post(k);
	assert_true(kit_has(k, "closed for the moment"));
	assert_false(kit_has(k, "name=receipt"));
	kit_begin(k, "read");
	kit_field(k, "words", r.digits);
	kit_post(k);
	assert_true(kit_has(k, "no answer for you yet"));
	assert_true(kit_has(k, "Answers can still be read"));
	kit_card(k, 1);
}

static void
delivery_company_in_between_closes_the_form(void **state)
{
	struct kit *k = *state;
	struct receipt r;

	new_receipt(k, &r);
	k->front = FRONT_CDN;
	begin_letter(k, &r, "hello");
	kit_post(k);
	assert_false(k->is_committed);
	assert_true(kit_has(k, "closed for the moment"));
	kit_begin(k, "read");
	kit_field(k, "words", r.digits);
	kit_post(k);
	assert_false(kit_has(k, "no answer for you yet"));
	k->front = FRONT_ONION;
}

static void
publish_answer(struct kit *k, const struct receipt *r, const char *text)
{
	struct answer a = { .parts = 1,
		.part = 1,
		.day = day_today(),
		.serial = 1,
		.by = TEXT("Nora"),
		.text = text_from(text) };
	uint8_t slots[8 * SLOT_SIZE];
	size_t n;

	random_bytes(a.id, sizeof(a.id));
	a.parts = (uint32_t)answer_parts(&a);
	n = a.parts;
	assert_true(n > 0 && n <= 8);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(slot_seal_answer(slots + i * SLOT_SIZE,
				     &r->keys.pub, k->newsroom, &a, i + 1),
		    0);
	kit_publish(k, slots, n, r->keys.pub.slot, STRIP_ANSWERED);
}

static void
read_with(struct kit *k, const char *words)
{
	kit_begin(k, "read");
	kit_field(k, "words", words);
	kit_post(k);
	assert_int_equal(k->status, 200);
	assert_int_equal(k->page.n, 65536);
}

static void
answers_are_found_with_the_receipt(void **state)
{
	struct kit *k = *state;
	char words[RECEIPT_TEXT_MAX], long_text[9001];
	struct receipt r, other;

	new_receipt(k, &r);
	new_receipt(k, &other);
	words_of(&r, words, sizeof(words));
	read_with(k, words);
	assert_true(kit_has(k, "no answer for you yet"));

	kit_publish(k, NULL, 0, NULL, 0);
	publish_answer(k, &r, "Thank you.\nWho <signed>?");
	read_with(k, words);
	assert_true(kit_has(k, "Thank you.<br>\nWho &lt;signed&gt;?"));
	assert_true(kit_has(k, "We have answered you."));
	assert_false(kit_has(k, "not as it should be"));

	memset(long_text, 'z', 9000);
	long_text[9000] = '\0';
	publish_answer(k, &r, long_text);
	read_with(k, words);
	assert_true(kit_has(k, long_text));
	assert_true(kit_has(k, "Thank you."));

	words_of(&other, words, sizeof(words));
	read_with(k, words);
	assert_true(kit_has(k, "no answer for you yet"));
	assert_false(kit_has(k, "We have answered you."));
}

static void
hole_or_change_on_the_board_is_said(void **state)
{
	struct kit *k = *state;
	struct receipt r;

	new_receipt(k, &r);
	publish_answer(k, &r, "newest");
	k->missing = k->editions - 1;
	read_with(k, r.digits);
	assert_true(kit_has(k, "not as it should be"));
	assert_true(kit_has(k, "newest"));
	k->missing = 0;
	k->edition[0].slots.p[5000] ^= 1;
	read_with(k, r.digits);
	assert_true(kit_has(k, "not as it should be"));
	assert_true(kit_has(k, "newest"));
	k->edition[0].slots.p[5000] ^= 1;
	k->next_time -= 4 * 3600;
	read_with(k, r.digits);
	assert_true(kit_has(k, "Answers are late"));
	k->next_time += 4 * 3600;
}

static void
wrong_words_are_explained(void **state)
{
	struct kit *k = *state;
	struct receipt r;
	char words[RECEIPT_TEXT_MAX], *space;

	new_receipt(k, &r);
	words_of(&r, words, sizeof(words));
	read_with(k, "xyzzy abandon");
	assert_true(kit_has(k, "We found 2."));
	space = strrchr(words, ' ');
	strcpy(space, " qqqqq");
	read_with(k, words);
	assert_true(kit_has(k, "We do not know word 9"));
	assert_true(kit_has(k, "“qqqqq”"));

	/* Nine words of the list that are no receipt. */
	read_with(k, "zoo zoo zoo zoo zoo zoo zoo zoo zoo");
	assert_true(kit_has(k, "do not fit together"));
	assert_true(kit_has(k, "zoo</b>"));
}

static void
one_possible_correction_is_offered(void **state)
{
	struct kit *k = *state;
	struct receipt_reading reading;
	struct receipt r;
	uint16_t n[RECEIPT_WORDS];
	char words[RECEIPT_TEXT_MAX];
	struct buf b;

	/* Two neighbours changed places. Some receipts have a second way to be
	 * right; then nothing is offered. */
	do {
		new_receipt(k, &r);
		memcpy(n, r.numbers, sizeof(n));
		n[3] = r.numbers[4];
		n[4] = r.numbers[3];
		buf_init_fixed(&b, words, sizeof(words));
		for (int i = 0; i < RECEIPT_WORDS; i++)
			buf_putf(&b, "%s ", receipt_word(0, n[i]));
		assert_non_null(buf_cstr(&b));
	} while (receipt_read(buf_text(&b), 0, &reading) != ERR_CHECK ||
		 !reading.is_offer);
	read_with(k, words);
	assert_true(kit_has(k, "Did you mean this?"));
	assert_true(kit_has(k, r.digits));
	read_with(k, r.digits);
	assert_true(kit_has(k, "no answer for you yet"));
}

static void
follow_up_is_signed_with_the_mark(void **state)
{
	struct kit *k = *state;
	struct kit_letter l;
	struct receipt r;

	new_receipt(k, &r);
	read_with(k, r.digits);
	copy(r.token, sizeof(r.token), kit_hidden(k, "token"));
	kit_begin(k, "follow");
	kit_field(k, "receipt", r.digits);
	kit_field(k, "token", r.token);
	kit_field(k, "message", "more");
	kit_file(k, "p.png", "png", 3);
	kit_post(k);
	assert_true(kit_has(k, "<h1>Received</h1>"));
	assert_false(kit_has(k, "Your receipt, for the last time"));
	kit_open(k, &l);
	assert_int_equal(l.head->tip.kind, LETTER_FOLLOW_UP);
	assert_int_equal(l.head->mark, LETTER_SIG_GOOD);
	assert_true(text_is(buf_text(&l.message), "more"));
	kit_letter_fini(&l);

	kit_begin(k, "add");
	kit_field(k, "receipt", r.digits);
	kit_field_n(k, "token", kit_hidden(k, "token"));
	kit_file(k, "q.png", "png", 3);
	kit_post(k);
	assert_true(kit_has(k, "File received"));
	kit_open(k, &l);
	assert_int_equal(l.head->mark, LETTER_SIG_GOOD);
	assert_true(text_is(buf_text(&l.file[0]), "png"));
	kit_letter_fini(&l);

	k->refuse_begin = ERR_FULL;
	kit_begin(k, "follow");
	kit_field(k, "receipt", r.digits);
	kit_field(k, "token", r.token);
	kit_field(k, "message", "kept back");
	kit_post(k);
	assert_given_back(k, &r, "no room just now", "kept back");
	k->refuse_begin = 0;
}

static void
withdrawal_is_asked_twice_and_then_sent(void **state)
{
	struct kit *k = *state;
	struct kit_letter l;
	struct receipt r;

	new_receipt(k, &r);
	kit_begin(k, "withdraw");
	kit_field(k, "receipt", r.digits);
	kit_post(k);
	assert_int_equal(k->head.n, 0);
	assert_true(kit_has(k, "Yes, send the request"));
	kit_begin(k, "withdraw");
	kit_field(k, "sure", "yes");
	kit_field(k, "receipt", r.digits);
	kit_field_n(k, "token", kit_hidden(k, "token"));
	kit_field(k, "message", "");
	kit_post(k);
	assert_true(kit_has(k, "Your request was received"));
	kit_open(k, &l);
	assert_int_equal(l.head->tip.kind, LETTER_WITHDRAWAL);
	assert_int_equal(l.head->mark, LETTER_SIG_GOOD);
	kit_letter_fini(&l);
}

static void
desk_is_chosen_and_kept(void **state)
{
	struct kit *k = *state;
	struct kit_letter l;
	struct receipt r;

	k->has_desks = true;
	kit_card(k, 1);
	new_receipt(k, &r);
	assert_true(kit_has(k, "Who should read it?"));
	begin_letter(k, &r, "x");
	kit_field(k, "desk", "ombuds");
	kit_post(k);
	assert_true(text_is(kit_hidden(k, "desk"), "ombuds"));
	kit_open(k, &l);
	assert_true(text_is(l.head->tip.desk, "ombuds"));
	kit_letter_fini(&l);
	begin_letter(k, &r, "x");
	kit_field(k, "desk", "nowhere");
	kit_post(k);
	assert_given_back(k, &r, "nobody is at this desk", "x");
	k->has_desks = false;
	kit_card(k, 1);
}

static void
requests_of_other_kinds_are_refused(void **state)
{
	struct kit *k = *state;

	kit_begin(k, "new");
	k->extra = "Sec-Fetch-Site: cross-site\r\n";
	kit_post(k);
	assert_int_equal(k->status, 403);
	assert_true(kit_has(k, "This came from another site"));
	kit_begin(k, "new");
	k->extra = "Sec-Fetch-Site: same-origin\r\n";
	kit_post(k);
	assert_int_equal(k->status, 200);
	buf_puts(&k->request, "do=new");
	kit_post_raw(k, "/tips/", "application/x-www-form-urlencoded");
	assert_int_equal(k->status, 400);
	buf_puts(&k->request, "x");
	kit_post_raw(k, "/elsewhere/", "multipart/form-data; boundary=x");
	assert_int_equal(k->status, 404);
	kit_begin(k, "dance");
	kit_post(k);
	assert_int_equal(k->status, 400);
	buf_puts(&k->request, "--x\r\nbroken");
	kit_post_raw(k, "/tips/", "multipart/form-data; boundary=x");
	assert_int_equal(k->status, 400);
}

static void
page_speaks_the_language_of_the_form(void **state)
{
	struct kit *k = *state;

	buf_clear(&k->request);
	kit_field(k, "lang", "es");
	kit_field(k, "do", "new");
	kit_post(k);
	assert_true(kit_has(k, "<html lang=es"));
	assert_true(kit_has(k, "La Gaceta"));
	assert_true(kit_has(k, "name=lang value=es"));
}

static int
set_up(void **state)
{
	static struct kit k;

	kit_init(&k);
	*state = &k;
	return 0;
}

static int
tear_down(void **state)
{
	kit_fini(*state);
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    new_page_shows_a_receipt_and_has_the_fixed_size),
		cmocka_unit_test(letter_with_files_arrives_sealed),
		cmocka_unit_test(file_names_travel_only_when_allowed),
		cmocka_unit_test(
		    wrong_word_is_asked_for_once_more_and_refuses_nothing),
		cmocka_unit_test(same_text_sent_again_is_the_same_letter),
		cmocka_unit_test(receipt_in_the_text_is_refused_kindly),
		cmocka_unit_test(text_behind_a_file_is_given_back),
		cmocka_unit_test(too_much_is_given_back),
		cmocka_unit_test(keep_that_refuses_or_dies_loses_no_text),
		cmocka_unit_test(large_letter_that_failed_is_answered_at_once),
		cmocka_unit_test(lost_receipt_makes_a_new_one),
		cmocka_unit_test(closed_place_seals_nothing_and_still_answers),
		cmocka_unit_test(delivery_company_in_between_closes_the_form),
		cmocka_unit_test(answers_are_found_with_the_receipt),
		cmocka_unit_test(hole_or_change_on_the_board_is_said),
		cmocka_unit_test(wrong_words_are_explained),
		cmocka_unit_test(one_possible_correction_is_offered),
		cmocka_unit_test(follow_up_is_signed_with_the_mark),
		cmocka_unit_test(withdrawal_is_asked_twice_and_then_sent),
		cmocka_unit_test(desk_is_chosen_and_kept),
		cmocka_unit_test(requests_of_other_kinds_are_refused),
		cmocka_unit_test(page_speaks_the_language_of_the_form),
	};

	must(argc == 2);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	form_program = realpath(argv[1], NULL);
	must(form_program != NULL);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
