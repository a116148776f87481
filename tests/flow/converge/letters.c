/* Letters that come: sources', and what others put into the inbox. */
#include "world.h"

#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "base/secret.h"
#include "chain/chain.h"
#include "crypto/ed25519.h"
#include "crypto/random.h"
#include "letter/write.h"

#define SEALED_MAX (1024 * 1024)

struct sealing {
	struct buf *out;
	size_t head_n;
};

static int
take_chunk(
    void *ctx, uint64_t index, const uint8_t *sealed, size_t n, bool is_last)
{
	struct sealing *s = ctx;
	size_t at = s->head_n + (size_t)index * AGE_CHUNK_SEALED;

	(void)is_last;
	if (at + n > s->out->n)
		buf_fill(s->out, 0, at + n - s->out->n);
	if (buf_finish(s->out) == 0)
		memcpy(s->out->p + at, sealed, n);
	return buf_finish(s->out);
}

static void
seal_letter(const struct letter_tip *tip, struct text text,
    const struct age_recipient *to, size_t to_n, const uint8_t *mark_seed,
    const uint8_t *member_seed, struct buf *out)
{
	struct letter_writer *writer = NULL;
	struct secret_arena *arena = NULL;
	uint8_t token[16], id[LETTER_ID_SIZE];
	struct seal *seal = NULL;
	struct sealing s = { .out = out };

	random_bytes(token, sizeof(token));
	must(secret_arena_new(LETTER_WRITER_ARENA, &arena) == 0);
	must(seal_new(to, to_n, seal_fill(to_n), &seal) == 0);
	s.head_n = seal_head(seal).n;
	buf_put_text(out, seal_head(seal));
	must(letter_writer_new(tip, text, token, SEALED_MAX, seal, take_chunk,
		 &s, arena, &writer) == 0);
	must(letter_writer_finish(writer, mark_seed, member_seed, id) == 0);
	must(buf_finish(out) == 0);
	seal_free(&seal);
	secret_arena_free(&arena);
}

static struct letter_tip
begin(const struct world *w, enum letter_kind kind, const char *desk)
{
	struct letter_tip tip = { .kind = kind,
		.desk = text_from(desk),
		.lang = TEXT("en"),
		.day = world_today() };

	memcpy(tip.newsroom, w->newsroom, sizeof(tip.newsroom));
	memcpy(tip.card, w->card->hash, sizeof(tip.card));
	return tip;
}

void
source_writes(struct world *w, struct source *s, enum letter_kind kind,
    enum mark mark, const char *text)
{
	static const uint8_t wrong[32] = { 1 };
	struct letter_tip tip = begin(w, kind, s->desk);
	struct age_recipient to[AGE_STANZAS_MAX];
	struct buf sealed;
	char thread[2 * THREAD_SIZE];
	uint64_t seq;
	size_t n;

	tip.channel = TEXT("form");
	tip.thread = s->keys;
	buf_init(&sealed, SEALED_MAX);
	must(masthead_recipients(w->card, tip.desk, to, &n) == 0);
	seal_letter(&tip, text_from(text), to, n,
	    mark == MARK_NONE   ? NULL
	    : mark == MARK_GOOD ? s->mark_seed
				: wrong,
	    NULL, &sealed);
	seq = server_put(w, CHAIN_LETTER, buf_text(&sealed));
	hex_write(thread, s->keys.thread, THREAD_SIZE);
	tell(json_pack("{s:s, s:I, s:s%, s:s, s:s, s:s, s:s}", "op", "source",
	    "seq", (json_int_t)seq, "thread", thread, sizeof(thread), "kind",
	    letter_kind_text(kind), "desk", s->desk, "text", text, "mark",
	    mark == MARK_GOOD   ? "good"
	    : mark == MARK_NONE ? "none"
				: "bad"));
	buf_fini(&sealed);
}

void
somebody_says(struct world *w, const uint8_t author[static 32],
    const uint8_t *seed, const char *desk, struct text lines)
{
	struct letter_tip tip = begin(w, LETTER_EVENTS, desk);
	struct age_recipient to[AGE_STANZAS_MAX];
	const struct open_identities *ids = w->people[PEOPLE - 1].ids;
	const struct post *seen = &w->posts[pick(w, (uint32_t)w->posts_n)];
	struct buf sealed;
	json_t *content;
	uint64_t seq;
	size_t n;

	tip.channel = TEXT("desk");
	tip.seen_seq = seen->entry.seq;
	memcpy(tip.seen_link, seen->entry.link, sizeof(tip.seen_link));
	memcpy(tip.author, author, sizeof(tip.author));
	buf_init(&sealed, SEALED_MAX);
	must(masthead_recipients(w->card, tip.desk, to, &n) == 0);
	/* so that it can be read for the model */
	to[n++] = w->people[PEOPLE - 1].to;
	seal_letter(&tip, lines, to, n, NULL, seed, &sealed);
	seq = server_put(w, CHAIN_LETTER, buf_text(&sealed));
	must((content = letter_content(w, ids, buf_text(&sealed))) != NULL);
	tell(json_pack("{s:s, s:I, s:o}", "op", "posted", "seq",
	    (json_int_t)seq, "letter", content));
	buf_fini(&sealed);
}

/* What a flood is made of; and letters that stand here already. */
void
junk_comes(struct world *w)
{
	uint32_t at = pick(w, (uint32_t)w->posts_n);
	const struct post *before = &w->posts[at];
	uint8_t bytes[2000];
	struct buf sealed;
	uint64_t seq;

	buf_init(&sealed, SEALED_MAX);
	random_bytes(bytes, sizeof(bytes));
	if (before->entry.type == CHAIN_LETTER) {
		buf_put(&sealed, before->bytes.p, before->bytes.n);
		if (chance(w, 70)) {
			seq = server_put(w, CHAIN_LETTER, buf_text(&sealed));
			tell(json_pack("{s:s, s:I, s:I}", "op", "again", "seq",
			    (json_int_t)seq, "of", (json_int_t)at + 1));
			buf_fini(&sealed);
			return;
		}
		sealed.p[pick(w, (uint32_t)sealed.n)] ^= 1;
		if (chance(w, 50))
			sealed.n /= 2;
	}
	if (chance(w, 50)) {
		buf_clear(&sealed);
		buf_put(&sealed, bytes, sizeof(bytes));
	}
	must(sealed.n > 0 || (buf_puts(&sealed, "x"), true));
	(void)server_put(w, CHAIN_LETTER, buf_text(&sealed));
	buf_fini(&sealed);
}
