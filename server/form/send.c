#include "form/send.h"

#include <string.h>

#include "base/err.h"
#include "form/keep.h"
#include "letter/write.h"

struct letter_out {
	struct secret_arena *arena; /* the writer's */
	struct seal *seal;
	struct letter_writer *writer;
	struct letter_tip tip;
	bool is_begun;
	bool has_content;
	size_t files;
	uint64_t file_bytes;
	uint64_t chunks, sealed;
	enum view_problem problem;
};

int
letter_out_new(struct form *f)
{
	f->out = secret_take(f->arena, sizeof(*f->out));
	return f->out == NULL ? ERR_NOMEM : 0;
}

static enum view_problem
problem_of(int err)
{
	switch (err) {
	case 0:
		return PROBLEM_NONE;
	case ERR_FULL:
		return PROBLEM_FULL;
	case ERR_BUSY:
	case ERR_NOMEM:
		return PROBLEM_BUSY;
	case ERR_LIMIT:
		return PROBLEM_FILE_LARGE;
	case ERR_NOT_FOUND:
		return PROBLEM_DESK;
	default:
		return PROBLEM_OURS;
	}
}

void
letter_out_drop(struct form *f, enum view_problem problem)
{
	struct letter_out *o = f->out;

	if (o == NULL || o->problem != PROBLEM_NONE)
		return;
	o->problem = problem;
	if (o->is_begun)
		keep_put_drop(f);
	seal_free(&o->seal);
	o->writer = NULL;
	secret_arena_free(&o->arena);
}

static void
check(struct form *f, int err)
{
	if (err != 0)
		letter_out_drop(f, problem_of(err));
}

static int
sink(void *ctx, uint64_t index, const uint8_t *sealed, size_t n, bool is_last)
{
	struct form *f = ctx;

	(void)is_last;
	f->out->chunks++;
	f->out->sealed += n;
	return keep_put_chunk(f, index, sealed, n);
}

/* Texts that tip.json takes up to a length. */
static struct text
short_text(const struct form *f, enum post_field field)
{
	struct text t = post_text(f->post, field);

	t.n = text_cut_utf8(t, LETTER_FIELD_MAX);
	return t;
}

static enum letter_kind
kind_of(const struct form *f)
{
	struct text what = post_text(f->post, POST_DO);

	if (text_is(what, "send"))
		return LETTER_TIP;
	return text_is(what, "withdraw") ? LETTER_WITHDRAWAL : LETTER_FOLLOW_UP;
}

/* What a person writes freely. */
static const enum post_field written[] = { POST_MESSAGE, POST_PASSAGE,
	POST_NAME, POST_CONTACT };

/* What must be right before anything is sealed. */
static enum view_problem
look_at_text(const struct form *f)
{
	size_t n = 0;

	for (size_t i = 0; i < sizeof(written) / sizeof(*written); i++)
		n += post_text(f->post, written[i]).n;
	if (!form_is_open(f))
		return f->keep == NULL ? PROBLEM_OURS : PROBLEM_CLOSED;
	if (!f->has_receipt)
		return PROBLEM_RECEIPT_LOST;
	if (f->cut.is_wrong)
		return PROBLEM_PART;
	if (n > LETTER_TEXT_MAX || post_is_cut(f->post))
		return PROBLEM_TEXT_LONG;
	for (size_t i = 0; i < sizeof(written) / sizeof(*written); i++)
		if (receipt_is_in(
			post_text(f->post, written[i]), f->secret->value))
			return PROBLEM_RECEIPT_INSIDE;
	return PROBLEM_NONE;
}

static void
fill_tip(struct form *f, struct letter_tip *tip)
{
	*tip = (struct letter_tip){ .kind = kind_of(f),
		.thread = f->secret->keys.pub,
		.channel = TEXT("form"),
		.story = post_text(f->post, POST_STORY),
		.passage = short_text(f, POST_PASSAGE),
		.desk = post_text(f->post, POST_DESK),
		.lang = text_from(page_language(f->lang)),
		.day = f->today,
		.terms = LETTER_ANONYMOUS,
		.name = short_text(f, POST_NAME),
		.contact = short_text(f, POST_CONTACT) };
	memcpy(tip->newsroom, f->child.start.newsroom, sizeof(tip->newsroom));
	memcpy(tip->card, f->card->hash, sizeof(tip->card));
	(void)letter_terms_read(post_text(f->post, POST_TERMS), &tip->terms);
	if (tip->desk.n == 0 && f->card->desks_n > 0)
		tip->desk = f->card->desks[0].id;
}

static int
begin(struct form *f)
{
	struct age_recipient to[AGE_STANZAS_MAX];
	struct letter_out *o = f->out;
	size_t n;
	int err;

	if ((err = form_keys(f)) != 0)
		return err;
	fill_tip(f, &o->tip);
	if ((err = masthead_recipients(f->card, o->tip.desk, to, &n)) != 0 ||
	    (err = seal_new(to, n, seal_fill(n), &o->seal)) != 0 ||
	    (err = secret_arena_new(LETTER_WRITER_ARENA, &o->arena)) != 0 ||
	    (err = letter_writer_new(&o->tip, post_text(f->post, POST_MESSAGE),
		 f->token, seal_plain_max(o->seal, f->card->letter_max),
		 o->seal, sink, f, o->arena, &o->writer)) != 0)
		return err;
	if ((err = keep_put_begin(f, seal_head(o->seal))) != 0)
		return err;
	o->sealed = seal_head(o->seal).n;
	o->is_begun = true;
	return 0;
}

/* Seals from here on; once. */
static bool
is_under_way(struct form *f)
{
	struct letter_out *o = f->out;
	enum view_problem problem;

	if (o == NULL || o->problem != PROBLEM_NONE)
		return false;
	if (o->is_begun)
		return true;
	form_settle(f);
	if ((problem = look_at_text(f)) != PROBLEM_NONE)
		letter_out_drop(f, problem);
	else
		check(f, begin(f));
	return o->problem == PROBLEM_NONE;
}

static void
on_begin(void *ctx, struct text name)
{
	struct form *f = ctx;
	struct letter_out *o = f->out;
	struct letter_file file = { .ext_name = name };

	if (!is_under_way(f))
		return;
	if (++o->files > LETTER_FILES_MAX) {
		letter_out_drop(f, PROBLEM_FILES_MANY);
		return;
	}
	if (o->files > 1 && f->cut.part.n > 0) {
		letter_out_drop(f, PROBLEM_PART_FILE);
		return;
	}
	o->file_bytes = 0;
	o->has_content = true;
	if (!text_is_utf8(name))
		file.ext_name = TEXT("");
	if (text_is(post_text(f->post, POST_NAMES), "yes"))
		file.name = file.ext_name;
	file.part = f->cut.part;
	check(f, letter_file_begin(o->writer, &file));
}

static void
on_data(void *ctx, const uint8_t *p, size_t n)
{
	struct form *f = ctx;
	struct letter_out *o = f->out;

	if (!is_under_way(f))
		return;
	o->file_bytes += n;
	if (o->file_bytes > f->child.start.file_max)
		letter_out_drop(f, PROBLEM_FILE_LARGE);
	else
		check(f, letter_file_put(o->writer, p, n));
}

static void
on_end(void *ctx)
{
	struct form *f = ctx;

	if (is_under_way(f))
		check(f, letter_file_end(f->out->writer));
}

const struct post_files letter_out_files = { on_begin, on_data, on_end };

static bool
is_blank(struct text t)
{
	for (size_t i = 0; i < t.n; i++)
		if (t.p[i] != ' ' && t.p[i] != '\n' && t.p[i] != '\t')
			return false;
	return true;
}

static int
finish(struct form *f)
{
	uint8_t id[LETTER_ID_SIZE], once[16];
	struct letter_out *o = f->out;
	const uint8_t *mark =
	    o->tip.kind == LETTER_TIP ? NULL : f->secret->keys.mark_seed;
	int err;

	if ((err = letter_writer_finish(o->writer, mark, NULL, id)) != 0)
		return err;
	letter_once(once, f->secret->keys.pub.thread, id);
	return keep_put_commit(f, o->chunks, once, o->sealed);
}

enum view_problem
letter_out_finish(struct form *f)
{
	struct letter_out *o = f->out;

	if (post_is_late(f->post))
		letter_out_drop(f, PROBLEM_ORDER);
	if (!is_under_way(f))
		return o->problem;
	if (o->files == 0 && f->cut.part.n > 0)
		letter_out_drop(f, PROBLEM_PART_FILE);
	else if (!o->has_content &&
		 is_blank(post_text(f->post, POST_MESSAGE)) &&
		 o->tip.kind != LETTER_WITHDRAWAL)
		letter_out_drop(f, PROBLEM_EMPTY);
	else
		check(f, finish(f));
	if (o->problem == PROBLEM_NONE) {
		seal_free(&o->seal);
		secret_arena_free(&o->arena);
	}
	return o->problem;
}

enum view_problem
letter_out_problem(const struct form *f)
{
	return f->out == NULL ? PROBLEM_NONE : f->out->problem;
}
