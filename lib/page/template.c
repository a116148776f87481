#include <string.h>

#include "base/err.h"
#include "page/template.h"

void
template_escape(struct buf *b, struct text t)
{
	size_t from = 0;

	for (size_t i = 0; i < t.n; i++) {
		unsigned char c = (unsigned char)t.p[i];
		const char *s;

		switch (c) {
		case '&':
			s = "&amp;";
			break;
		case '<':
			s = "&lt;";
			break;
		case '>':
			s = "&gt;";
			break;
		case '"':
			s = "&quot;";
			break;
		case '\'':
			s = "&#39;";
			break;
		default:
			if (c >= 0x20 ? c != 0x7f : c == '\n' || c == '\t')
				continue;
			s = "";
		}
		buf_put(b, t.p + from, i - from);
		buf_puts(b, s);
		from = i + 1;
	}
	if (t.n > from)
		buf_put(b, t.p + from, t.n - from);
}

static void
put_lines(struct buf *b, struct text t)
{
	while (t.n > 0) {
		template_escape(b, text_cut(&t, '\n'));
		if (t.p != NULL)
			buf_puts(b, "<br>\n");
	}
}

static bool
is_true(const struct template_op *op, const uint8_t *field)
{
	bool is = false;

	if (op->kind == TEMPLATE_IF_BOOL)
		is = *(const bool *)(const void *)field;
	else if (op->kind == TEMPLATE_IF_TEXT)
		is = ((const struct text *)(const void *)field)->n > 0;
	else if (op->kind == TEMPLATE_IF_COUNT)
		is = *(const size_t *)(const void *)field > 0;
	else
		is = *(const int *)(const void *)field == op->value;
	return is != op->is_not;
}

static void
put_value(struct buf *b, enum template_kind kind, const void *field)
{
	if (kind == TEMPLATE_TEXT)
		template_escape(b, *(const struct text *)field);
	else if (kind == TEMPLATE_LINES)
		put_lines(b, ((const struct lines *)field)->t);
	else if (kind == TEMPLATE_CSTR)
		template_escape(b, text_from(*(const char *const *)field));
	else if (kind == TEMPLATE_HTML)
		buf_put_text(b, ((const struct html *)field)->t);
	else
		buf_putf(b, "%zu", *(const size_t *)field);
}

/* Operations from up to (not including) to, with item as the innermost
 * struct. The depth is that of the template's lists. */
static void
run(struct buf *b, const struct template_list *l, size_t from, size_t to,
    const uint8_t *top, const uint8_t *item)
{
	for (size_t i = from; i < to;) {
		const struct template_op *op = &l->op[i];
		const uint8_t *field = (op->is_top ? top : item) + op->field;

		switch ((enum template_kind)op->kind) {
		case TEMPLATE_RAW:
			buf_put(b, op->raw, op->n);
			i++;
			break;
		case TEMPLATE_IF_BOOL:
		case TEMPLATE_IF_TEXT:
		case TEMPLATE_IF_COUNT:
		case TEMPLATE_IF_INT:
			i = is_true(op, field) ? i + 1 : op->jump;
			break;
		case TEMPLATE_JUMP:
			i = op->jump;
			break;
		case TEMPLATE_EACH: {
			const uint8_t *p;
			size_t n;

			memcpy(&p, field, sizeof p);
			memcpy(&n, (op->is_top ? top : item) + op->count,
			    sizeof n);
			for (size_t k = 0; k < n; k++)
				run(b, l, i + 1, op->jump, top, p + k * op->n);
			i = op->jump;
			break;
		}
		case TEMPLATE_TEXT:
		case TEMPLATE_LINES:
		case TEMPLATE_CSTR:
		case TEMPLATE_HTML:
		case TEMPLATE_NUMBER:
			put_value(b, op->kind, field);
			i++;
			break;
		}
	}
}

void
template_render(
    struct buf *b, const struct template *t, size_t lang, const void *view)
{
	must(lang < template_languages);
	run(b, &t->languages[lang], 0, t->languages[lang].n, view, view);
}
