/* In which editions of the mirror answers stand. The editions are read once for
 * all answers that are shown. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "board/edition.h"
#include "book/show.h"

int
seats_add(struct seats *s, const struct event *e, json_t *editions)
{
	struct slot_seat *more;
	size_t i;

	if (s->n + e->slots_n > s->max) {
		s->max = s->max * 2 + EVENT_SLOTS_MAX;
		if ((more = mem_resize(s->seat, s->max, sizeof(*more))) == NULL)
			return ERR_NOMEM;
		s->seat = more;
	}
	for (i = 0; i < e->slots_n; i++) {
		memcpy(s->seat[s->n].slot, e->slots[i], sizeof(e->slots[i]));
		s->seat[s->n].number = s->n;
		s->seat[s->n++].editions = editions;
	}
	return 0;
}

static int
compare(const void *a, const void *b)
{
	const struct slot_seat *x = a, *y = b;

	return memcmp(x->slot, y->slot, sizeof(x->slot));
}

static int
compare_in_order(const void *a, const void *b)
{
	const struct slot_seat *x = a, *y = b;
	int c = compare(a, b);

	return c != 0 ? c : (x->number > y->number) - (x->number < y->number);
}

/* A slot is one answer's, whoever claims it too. */
static void
sort(struct seats *s)
{
	size_t i, kept = 0;

	qsort(s->seat, s->n, sizeof(*s->seat), compare_in_order);
	for (i = 0; i < s->n; i++)
		if (kept == 0 || compare(&s->seat[i], &s->seat[kept - 1]) != 0)
			s->seat[kept++] = s->seat[i];
	s->n = kept;
}

static void
note(json_t *editions, uint32_t number, int *err)
{
	size_t n = json_array_size(editions);

	if (n == 0 || json_integer_value(json_array_get(editions, n - 1)) !=
			  (json_int_t)number)
		add(editions, json_integer(number), err);
}

static int
look(const struct book *b, const struct buf *bytes, const struct seats *s)
{
	const struct slot_seat *found;
	struct slot_seat wanted;
	struct edition_view v;
	struct cursor c;
	uint32_t i;
	int err = 0;

	cursor_init(&c, bytes->p, bytes->n);
	if (edition_next(&c, b->newsroom, NULL, &v) != 0)
		return 0;
	for (i = 0; i < v.head.slots && err == 0; i++) {
		memcpy(wanted.slot, v.index + (size_t)i * SLOT_INDEX_SIZE,
		    sizeof(wanted.slot));
		found =
		    bsearch(&wanted, s->seat, s->n, sizeof(*s->seat), compare);
		if (found != NULL)
			note(found->editions, v.head.number, &err);
	}
	return err;
}

int
seats_fill(struct book *b, struct seats *s)
{
	struct buf bytes;
	uint32_t number = 0;
	int err = 0;

	if (s->n == 0)
		return 0;
	sort(s);
	buf_init(&bytes, MIRROR_OUT_MAX);
	while (err == 0) {
		buf_clear(&bytes);
		err = mirror_edition_get(b->mirror, number, &number, &bytes);
		if (err == 0)
			err = look(b, &bytes, s);
	}
	buf_fini(&bytes);
	return err == ERR_NOT_FOUND ? 0 : err;
}

void
seats_fini(struct seats *s)
{
	mem_free(s->seat);
	*s = (struct seats){ 0 };
}
