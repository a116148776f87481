#include "form/cut.h"

#include <string.h>

#include "base/err.h"

/* Digits as people type them: ASCII, Arabic, Persian. */
static const uint32_t zeros[] = { '0', 0x660, 0x6f0 };

static int
digit_of(uint32_t c)
{
	for (size_t i = 0; i < sizeof(zeros) / sizeof(*zeros); i++) {
		if (c >= zeros[i] && c < zeros[i] + 10)
			return (int)(c - zeros[i]);
	}
	return -1;
}

/* 0 for an empty field; more than LETTER_PARTS_MAX for what counts no part. */
static unsigned
read_number(struct text t)
{
	unsigned n = 0;
	bool is_typed = false;
	uint32_t c;
	int used;

	while ((used = text_next(t, &c)) > 0 && n <= LETTER_PARTS_MAX) {
		int digit = digit_of(c);

		if (digit >= 0)
			n = n * 10 + (unsigned)digit;
		else if (c != ' ')
			return LETTER_PARTS_MAX + 1;
		is_typed |= digit >= 0;
		t.p += used;
		t.n -= (size_t)used;
	}
	return is_typed && n == 0 ? LETTER_PARTS_MAX + 1 : n;
}

static bool
has_part(const struct form_cut *cut, unsigned n)
{
	return (cut->have[(n - 1) / 8] >> (n - 1) % 8 & 1) != 0;
}

/* "5 0b": of how many, and a bit a part, in hexadecimal. Of another file, or
 * changed on its way: then nothing came yet. */
static void
read_have(struct form_cut *cut, struct text t)
{
	struct text of = text_cut(&t, ' ');
	size_t n = (cut->part.of + 7u) / 8;

	if (read_number(of) != cut->part.of || hex_read(t, cut->have, n) != 0)
		memset(cut->have, 0, sizeof(cut->have));
}

void
cut_read(struct form *f)
{
	unsigned n = read_number(post_text(f->post, POST_PART));
	unsigned of = read_number(post_text(f->post, POST_OF));

	f->cut = (struct form_cut){ 0 };
	if (n == 0 && of == 0)
		return;
	if (!letter_is_part(LETTER_TIP, n, of)) {
		f->cut.is_wrong = true;
		return;
	}
	f->cut.part = (struct letter_part){ (uint16_t)n, (uint16_t)of };
	read_have(&f->cut, post_text(f->post, POST_HAVE));
}

/* The parts that came, or those that did not, as "1–3, 5". */
static struct text
put_list(
    const struct form_cut *cut, bool is_here, char out[static CUT_LIST_MAX])
{
	struct buf b;

	buf_init_fixed(&b, out, CUT_LIST_MAX);
	for (unsigned n = 1, last; n <= cut->part.of; n = last + 1) {
		last = n;
		if (has_part(cut, n) != is_here)
			continue;
		while (
		    last < cut->part.of && has_part(cut, last + 1) == is_here)
			last++;
		buf_putf(&b, "%s%u", b.n > 0 ? ", " : "", n);
		if (last > n)
			buf_putf(&b, "\xe2\x80\x93%u", last);
	}
	must(buf_finish(&b) == 0);
	return buf_text(&b);
}

static struct text
put_number(char out[static 4], unsigned n)
{
	struct buf b;

	buf_init_fixed(&b, out, 4);
	buf_putf(&b, "%u", n);
	must(buf_finish(&b) == 0);
	return buf_text(&b);
}

/* Behind the part that came, else from the beginning; 0: all are here. */
static unsigned
next_part(const struct form_cut *cut)
{
	for (unsigned i = 0; i < cut->part.of; i++) {
		unsigned n = (cut->part.n + i) % cut->part.of + 1;

		if (!has_part(cut, n))
			return n;
	}
	return 0;
}

static struct text
put_have(const struct form_cut *cut, struct cut_texts *t)
{
	struct buf b;

	buf_init_fixed(&b, t->have, sizeof(t->have));
	buf_putf(&b, "%u ", cut->part.of);
	buf_put_hex(&b, cut->have, (cut->part.of + 7u) / 8);
	must(buf_finish(&b) == 0);
	return buf_text(&b);
}

struct view_cut
cut_view(const struct form *f, struct cut_texts *t, bool is_sent)
{
	struct form_cut cut = f->cut;
	struct view_cut v = { .part = post_text(f->post, POST_PART),
		.of = post_text(f->post, POST_OF),
		.have = post_text(f->post, POST_HAVE) };
	unsigned n = cut.part.n, next;

	if (is_sent && n > 0)
		cut.have[(n - 1) / 8] |= (uint8_t)(1 << (n - 1) % 8);
	if (n > 0)
		v.have = put_have(&cut, t);
	v.is_open = v.part.n + v.of.n > 0;
	if (!is_sent)
		return v;
	next = n > 0 ? next_part(&cut) : 0;
	v = (struct view_cut){ .n = n, .total = cut.part.of, .next = next };
	if (next == 0)
		return v;
	v.is_open = true;
	v.part = put_number(t->n, next);
	v.of = put_number(t->of, cut.part.of);
	v.have = put_have(&cut, t);
	v.received = put_list(&cut, true, t->received);
	v.missing = put_list(&cut, false, t->missing);
	return v;
}
