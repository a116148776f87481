#include "form/post.h"

#include <string.h>

#include "base/err.h"
#include "form/multipart.h"

static const struct {
	const char *name;
	size_t max;
} fields[POST_FIELDS] = {
	[POST_DO] = { "do", 16 },
	[POST_LANG] = { "lang", 16 },
	[POST_STORY] = { "story", 64 },
	[POST_RECEIPT] = { "receipt", 600 },
	[POST_TOKEN] = { "token", 32 },
	[POST_POSITIONS] = { "positions", 16 },
	[POST_W1] = { "w1", 256 },
	[POST_W2] = { "w2", 256 },
	[POST_W3] = { "w3", 256 },
	[POST_ALL] = { "all", 4096 },
	[POST_WORDS] = { "words", 4096 },
	[POST_MESSAGE] = { "message", POST_MESSAGE_MAX },
	[POST_PASSAGE] = { "passage", 1200 },
	[POST_TERMS] = { "terms", 16 },
	[POST_NAME] = { "name", 1200 },
	[POST_CONTACT] = { "contact", 1200 },
	[POST_DESK] = { "desk", 64 },
	[POST_NAMES] = { "names", 8 },
	[POST_PART] = { "part", 32 },
	[POST_OF] = { "of", 32 },
	[POST_HAVE] = { "have", 300 },
	[POST_SURE] = { "sure", 8 },
};

struct post {
	struct multipart multipart;
	struct secret_arena *arena;
	const struct post_files *files;
	void *ctx;
	struct value {
		char *p;
		size_t n;
		bool is_here;
	} value[POST_FIELDS];
	enum post_field field; /* being read; POST_FIELDS: none we know */
	bool is_open;          /* a part is being read */
	bool is_file;
	bool is_begun; /* the file being read has a byte */
	bool has_file; /* some file had one */
	bool is_cut, is_late;
	char name[MULTIPART_HEADERS_MAX]; /* of the file being read */
	size_t name_n;
};

static int
on_begin(void *ctx, const struct multipart_part *part)
{
	struct post *p = ctx;
	struct value *v;

	p->field = POST_FIELDS;
	p->is_open = true;
	p->is_begun = false;
	p->is_file = part->is_file;
	if (part->is_file) {
		memcpy(p->name, part->file.p, part->file.n);
		p->name_n = part->file.n;
		return 0;
	}
	for (size_t i = 0; i < POST_FIELDS; i++)
		if (text_is(part->name, fields[i].name))
			p->field = (enum post_field)i;
	if (p->field == POST_FIELDS)
		return 0;
	v = &p->value[p->field];
	if (v->is_here)
		return ERR_FORMAT;
	v->is_here = true;
	if ((v->p = secret_take(p->arena, fields[p->field].max)) == NULL)
		return ERR_NOMEM;
	return 0;
}

static int
on_data(void *ctx, const uint8_t *bytes, size_t n)
{
	struct post *p = ctx;
	struct value *v;
	size_t room;

	if (p->is_file) {
		if (!p->is_begun)
			p->files->begin(
			    p->ctx, (struct text){ p->name, p->name_n });
		p->is_begun = p->has_file = true;
		p->files->data(p->ctx, bytes, n);
		return 0;
	}
	if (p->field == POST_FIELDS)
		return 0;
	if (p->has_file)
		p->is_late = true;
	v = &p->value[p->field];
	room = fields[p->field].max - v->n;
	if (n > room) {
		n = room;
		p->is_cut = true;
	}
	memcpy(v->p + v->n, bytes, n);
	v->n += n;
	return 0;
}

/* Browsers end lines with CRLF. What is no UTF-8 becomes a question mark, so
 * that nothing a person wrote is refused for it. */
static void
clean(struct value *v)
{
	size_t out = 0;

	for (size_t i = 0; i < v->n;) {
		uint32_t c;
		int used = text_next((struct text){ v->p + i, v->n - i }, &c);

		if (used <= 0) {
			v->p[out++] = '?';
			i++;
			continue;
		}
		if (c == '\r' && (i + 1 == v->n || v->p[i + 1] != '\n'))
			v->p[out++] = '\n';
		else if (c >= 0x20 ? c != 0x7f : c == '\n' || c == '\t') {
			memmove(v->p + out, v->p + i, (size_t)used);
			out += (size_t)used;
		}
		i += (size_t)used;
	}
	v->n = out;
}

static int
on_end(void *ctx)
{
	struct post *p = ctx;

	p->is_open = false;
	if (p->is_file) {
		if (p->is_begun)
			p->files->end(p->ctx);
	} else if (p->field != POST_FIELDS) {
		clean(&p->value[p->field]);
	}
	return 0;
}

static const struct multipart_events events = { on_begin, on_data, on_end };

int
post_new(struct secret_arena *arena, struct text content_type,
    const struct post_files *files, void *ctx, struct post **ret_post)
{
	struct text boundary;
	struct post *p;
	int err;

	if ((err = multipart_boundary(content_type, &boundary)) != 0)
		return err;
	if ((p = secret_take(arena, sizeof(*p))) == NULL)
		return ERR_NOMEM;
	p->arena = arena;
	p->files = files;
	p->ctx = ctx;
	multipart_init(&p->multipart, boundary, &events, p);
	*ret_post = p;
	return 0;
}

void
post_put(struct post *p, const uint8_t *bytes, size_t n)
{
	(void)multipart_put(&p->multipart, bytes, n);
}

int
post_finish(struct post *p)
{
	if (p->is_open && !p->is_file)
		(void)on_end(p);
	return multipart_finish(&p->multipart);
}

struct text
post_text(const struct post *p, enum post_field field)
{
	const struct value *v = &p->value[field];

	return (struct text){ v->n == 0 ? "" : v->p, v->n };
}

bool
post_is_cut(const struct post *p)
{
	return p->is_cut;
}

bool
post_is_late(const struct post *p)
{
	return p->is_late;
}
