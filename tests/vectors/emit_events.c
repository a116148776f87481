/*
 * Prints an event of each kind, an empty line, and the largest grant, for
 * another implementation to read.
 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "crypto/random.h"
#include "letter/events.h"

static void
put_event(struct buf *b, enum event_kind kind)
{
	const char *value = kind == EVENT_TOLD     ? "working"
			    : kind == EVENT_STATUS ? "closed"
			    : kind == EVENT_FLAG   ? "plant"
						   : "ana \"ben\" \\ çok";
	struct event e = { .kind = kind,
		.seq = INT64_MAX,
		.value = text_from(value),
		.reason = TEXT("a\x1b[2J reason"),
		.is_off = true,
		.day = 20000,
		.from = 1,
		.until = 2932896,
		.edition = 7,
		.parts = EVENT_SLOTS_MAX,
		.by = TEXT("Ana\xe2\x80\xae Díaz"),
		.text = TEXT("\"¿Quién?\"\r\n\tC:\\ \xf0\x9f\x8c\x8d\x7f"),
		.slots_n = EVENT_SLOTS_MAX };

	random_bytes(e.digest, sizeof(e.digest));
	random_bytes(e.answer, sizeof(e.answer));
	random_bytes(e.slots, sizeof(e.slots));
	event_put(b, &e);
}

int
main(void)
{
	struct grant_letter l;
	struct buf out;

	if (crypto_init() != 0)
		return 2;
	buf_init(&out, 1024 * 1024);
	for (int i = 0; i < EVENT_KINDS; i++)
		put_event(&out, (enum event_kind)i);
	buf_puts(&out, "\n");
	for (size_t i = 0; i < GRANT_LETTERS_MAX; i++) {
		random_bytes(&l, sizeof(l));
		l.seq = i + 1;
		grant_put_letter(&out, &l);
	}
	put_event(&out, EVENT_STATUS);
	must(buf_finish(&out) == 0);
	fwrite(out.p, 1, out.n, stdout);
	buf_fini(&out);
	return 0;
}
