#include "base/err.h"
#include "base/secret.h"
#include "letter/event_line.h"

#include <inttypes.h>

void
grant_put_letter(struct buf *b, const struct grant_letter *l)
{
	if (b->err == 0 && (l->seq == 0 || l->seq > INT64_MAX))
		b->err = ERR_FORMAT;
	buf_putf(b, "{\"seq\":%" PRIu64, l->seq);
	event_put_hex(b, "digest", l->digest, sizeof(l->digest));
	event_put_hex(b, "key", l->key, sizeof(l->key));
	buf_puts(b, "}\n");
}

static int
read_letter(const json_t *o, struct grant_letter *ret_letter)
{
	struct grant_letter l;
	int err;

	if ((err = json_u64(o, "seq", INT64_MAX, &l.seq)) == 0 &&
	    (err = json_hex(o, "digest", l.digest, sizeof(l.digest))) == 0 &&
	    (err = json_hex(o, "key", l.key, sizeof(l.key))) == 0 && l.seq == 0)
		err = ERR_FORMAT;
	if (err == 0)
		*ret_letter = l;
	secret_wipe(&l, sizeof(l));
	return err;
}

/* Checks the first n lines, and, when take is not NULL, hands them over. */
static int
each_letter(const struct event_lines *lines, size_t n,
    int (*take)(void *ctx, const struct grant_letter *l), void *ctx)
{
	struct grant_letter l = { 0 };
	int err = 0;

	for (size_t i = 0; i < n && err == 0; i++) {
		err = read_letter(lines->line[i], &l);
		if (err == 0 && take != NULL)
			err = take(ctx, &l);
	}
	secret_wipe(&l, sizeof(l));
	return err;
}

int
grant_read(struct text lines, const struct grant_handler *h, void *ctx)
{
	struct event_lines l = { 0 };
	size_t letters = 0;
	int err;

	if ((err = event_lines_read(lines, &l)) != 0)
		return err;
	while (letters < l.n && !json_has(l.line[letters], "kind"))
		letters++;
	if (letters > GRANT_LETTERS_MAX)
		err = ERR_LIMIT;
	else if ((err = each_letter(&l, letters, NULL, NULL)) == 0 &&
		 (err = event_lines_each(&l, letters, NULL, NULL)) == 0 &&
		 (err = each_letter(&l, letters, h->letter, ctx)) == 0)
		err = event_lines_each(&l, letters, h->state, ctx);
	event_lines_fini(&l);
	return err;
}
