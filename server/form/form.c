#include "form/form.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "crypto/random.h"
#include "form/cut.h"

enum wire_front
form_front(const struct form *f)
{
	must(f->entry < f->child.start.entries);
	return (enum wire_front)f->child.start.front[f->entry];
}

bool
form_is_open(const struct form *f)
{
	return f->card != NULL && masthead_is_current(f->card, f->today) == 0 &&
	       form_front(f) != FRONT_CDN;
}

struct page_place
form_place(const struct form *f)
{
	struct page_place place = { .card = f->card,
		.stories = f->stories,
		.front = form_front(f),
		.prefix = f->child.start.prefix,
		.today = f->today };

	if (f->post != NULL)
		place.lang = post_text(f->post, POST_LANG);
	return place;
}

void
form_set_receipt(struct form *f, const uint8_t value[static RECEIPT_VALUE_SIZE])
{
	struct form_secrets *s = f->secret;
	struct buf b;

	memmove(s->value, value, RECEIPT_VALUE_SIZE);
	receipt_numbers(s->value, s->numbers);
	buf_init_fixed(&b, s->digits, sizeof(s->digits));
	receipt_spell_digits(&b, s->value);
	must(buf_cstr(&b) != NULL);
	buf_init_fixed(&b, s->grouped, sizeof(s->grouped));
	for (size_t i = 0; i < RECEIPT_DIGITS; i += 3)
		buf_putf(&b, "%s%.3s", i > 0 ? " " : "", s->digits + i);
	must(buf_cstr(&b) != NULL);
	f->has_receipt = true;
	f->has_keys = false;
}

static int
compare_positions(const void *a, const void *b)
{
	return *(const uint8_t *)a - *(const uint8_t *)b;
}

void
form_new_receipt(struct form *f)
{
	uint8_t order[RECEIPT_WORDS];
	uint8_t value[RECEIPT_VALUE_SIZE];

	receipt_random(value);
	form_set_receipt(f, value);
	secret_wipe(value, sizeof(value));
	for (uint8_t i = 0; i < RECEIPT_WORDS; i++)
		order[i] = i;
	random_shuffle(order, RECEIPT_WORDS, 1);
	memcpy(f->position, order, sizeof(f->position));
	qsort(f->position, FORM_GATE, 1, compare_positions);
}

/* "2 5 9": three different words. */
static int
read_positions(struct text t, uint8_t ret_position[static FORM_GATE])
{
	uint8_t position[FORM_GATE];
	uint64_t n;

	for (size_t i = 0; i < FORM_GATE; i++) {
		if (text_to_u64(text_cut(&t, ' '), RECEIPT_WORDS, &n) != 0 ||
		    n == 0 || (i > 0 && n - 1 <= position[i - 1]))
			return ERR_FORMAT;
		position[i] = (uint8_t)(n - 1);
	}
	memcpy(ret_position, position, FORM_GATE);
	return t.n == 0 ? 0 : ERR_FORMAT;
}

void
form_settle(struct form *f)
{
	struct form_secrets *s = f->secret;
	struct text lang = post_text(f->post, POST_LANG);
	struct text token = post_text(f->post, POST_TOKEN);

	struct buf size;

	if (f->is_settled)
		return;
	f->is_settled = true;
	cut_read(f);
	f->lang = page_language_for(f->card, lang);
	buf_init_fixed(&size, f->file_max, sizeof(f->file_max));
	page_put_size(&size, f->lang, f->child.start.file_max);
	must(buf_cstr(&size) != NULL);
	if (receipt_list_of(text_from(page_language(f->lang)), &f->list) != 0)
		f->list = 0;
	/* A page without its token loses only that a repeat is recognised. */
	if (hex_read(token, f->token, sizeof(f->token)) != 0)
		random_bytes(f->token, sizeof(f->token));
	if (receipt_read(
		post_text(f->post, POST_RECEIPT), f->list, &s->reading) != 0)
		return;
	form_set_receipt(f, s->reading.value);
	if (read_positions(post_text(f->post, POST_POSITIONS), f->position) !=
	    0)
		for (uint8_t i = 0; i < FORM_GATE; i++)
			f->position[i] = (uint8_t)(i * 3 + 1);
}

int
form_keys(struct form *f)
{
	int err;

	must(f->has_receipt);
	if (f->has_keys)
		return 0;
	if ((err = receipt_keys(f->secret->value, f->child.start.newsroom,
		 &f->secret->keys)) != 0)
		return err;
	f->has_keys = true;
	return 0;
}
