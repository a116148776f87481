#include <stdio.h>

#include "base/err.h"
#include "letter/read.h"
#include "world.h"

void
tell(json_t *o)
{
	must(o != NULL);
	must(json_dumpf(o, stdout, JSON_COMPACT) == 0);
	must(putchar('\n') == '\n');
	json_decref(o);
}

struct reading {
	struct letter_reader *reader;
	struct buf text;
	json_t *o;
};

static json_t *
hex(const uint8_t *p, size_t n)
{
	char digits[64];

	must(2 * n <= sizeof(digits));
	hex_write(digits, p, n);
	return json_stringn(digits, 2 * n);
}

static int
take_head(void *ctx, const struct letter_head *head)
{
	struct reading *r = ctx;
	const struct letter_tip *tip = &head->tip;

	r->o = json_pack("{s:s, s:o, s:o, s:o, s:s%, s:I, s:b}", "kind",
	    letter_kind_text(tip->kind), "id", hex(head->id, sizeof(head->id)),
	    "author", hex(tip->author, 32), "thread",
	    hex(tip->thread.thread, THREAD_SIZE), "desk", tip->desk.p,
	    tip->desk.n, "seen", (json_int_t)tip->seen_seq, "good",
	    (int)(head->member == LETTER_SIG_GOOD));
	must(r->o != NULL);
	return 0;
}

static int
take_bytes(void *ctx, const struct letter_entry *entry, size_t number,
    const uint8_t *p, size_t n)
{
	struct reading *r = ctx;

	(void)entry;
	if (number == 0)
		buf_put(&r->text, p, n);
	return buf_finish(&r->text);
}

static int
take_plain(void *ctx, const uint8_t *p, size_t n)
{
	struct reading *r = ctx;

	return letter_reader_put(r->reader, p, n);
}

json_t *
letter_content(const struct world *w, const struct open_identities *ids,
    struct text sealed)
{
	static const struct letter_handler handler = { take_head, take_bytes };
	struct open_stream *s = NULL;
	struct reading r = { 0 };
	int err;

	buf_init(&r.text, LETTER_TEXT_MAX);
	must(letter_reader_new(w->newsroom, &handler, &r, &r.reader) == 0);
	must(open_stream_new(ids, TEXT(""), take_plain, &r, &s) == 0);
	if ((err = open_stream_put(s, (const uint8_t *)sealed.p, sealed.n)) ==
		0 &&
	    (err = open_stream_finish(s)) == 0)
		err = letter_reader_finish(r.reader);
	if (err == 0)
		must(json_object_set_new(r.o, "text",
			 json_stringn((const char *)r.text.p, r.text.n)) == 0);
	else
		json_decref(r.o);
	open_stream_free(&s);
	letter_reader_free(&r.reader);
	buf_fini(&r.text);
	return err == 0 ? r.o : NULL;
}

void
tell_out(struct world *w, struct person *p)
{
	static const char *const kinds[] = { "", "letter", "board", "delete" };
	struct mirror_out out;
	json_t *content;
	int err;

	while ((err = mirror_out_get(p->mirror, p->told_out, &out)) == 0) {
		p->told_out = out.number;
		content = NULL;
		if (out.kind == MIRROR_LETTER) {
			content =
			    letter_content(w, p->ids, buf_text(&out.bytes));
			must(content != NULL);
		}
		tell(json_pack("{s:s, s:s, s:I, s:s, s:o*}", "op", "out", "by",
		    p->id, "number", (json_int_t)out.number, "kind",
		    kinds[out.kind], "letter", content));
		buf_fini(&out.bytes);
	}
	must(err == ERR_NOT_FOUND);
}

json_t *
everything(struct person *p)
{
	const struct book_query all = { .view = "all", .limit = 1000 };
	const struct book_query queue = { .view = "queue", .limit = 1000 };
	json_t *o = json_object(), *list, *thread, *shown, *alarms, *waiting;
	uint8_t id[THREAD_SIZE];
	size_t i;

	must(book_list(p->book, &all, &list) == 0);
	must(book_list(p->book, &queue, &waiting) == 0);
	must(book_alarms(p->book, &alarms) == 0);
	json_array_foreach (json_object_get(list, "threads"), i, thread) {
		const char *name =
		    json_string_value(json_object_get(thread, "thread"));

		must(hex_read(text_from(name), id, sizeof(id)) == 0);
		must(book_show(p->book, id, NULL, &shown) == 0);
		must(json_object_set_new(o, name, shown) == 0);
	}
	o = json_pack("{s:o, s:o, s:o, s:o}", "shown", o, "list", list, "queue",
	    waiting, "alarms", alarms);
	must(o != NULL);
	return o;
}
