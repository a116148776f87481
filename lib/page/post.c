/*
 * The pages behind a post. Apart from view.c, so that a program which answers
 * only GET contains no word list.
 */
#include "page/template.h"
#include "page/view.h"

static const char fill_begin[] = "<!--";
static const char fill_end[] = "-->\n";

void
view_words(struct view_word *ret_words,
    const uint16_t numbers[static RECEIPT_WORDS], size_t list)
{
	for (size_t i = 0; i < RECEIPT_WORDS; i++)
		ret_words[i] = (struct view_word){ .number = i + 1,
			.word = receipt_word(list, numbers[i]),
			.is_first = i % 3 == 0,
			.is_last = i % 3 == 2 };
}

#define PUT(name)                                                    \
	void page_put_##name(                                        \
	    struct buf *b, size_t lang, const struct view_##name *v) \
	{                                                            \
		template_render(b, &template_##name, lang, v);       \
	}
PUT(write)
PUT(sent)
PUT(answers)
PUT(follow)
PUT(withdraw)
PUT(words)
#undef PUT

void
page_put_size(struct buf *b, size_t lang, uint64_t bytes)
{
	struct view_size v = { .unit = SIZE_KB };
	uint64_t n = bytes / 1024;

	for (; n >= 1024 && v.unit < SIZE_GB; v.unit++)
		n /= 1024;
	v.number = (size_t)n;
	template_render(b, &template_size, lang, &v);
	while (b->err == 0 && b->n > 0 && b->p[b->n - 1] == '\n')
		b->n--;
}

void
page_fill(struct buf *b)
{
	size_t least = b->n + sizeof fill_begin - 1 + sizeof fill_end - 1;
	size_t size = PAGE_FILL;

	while (size < least)
		size *= 2;
	buf_puts(b, fill_begin);
	buf_fill(b, ' ', size - least);
	buf_puts(b, fill_end);
}
