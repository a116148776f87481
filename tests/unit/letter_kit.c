#include "letter_kit.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "crypto/ed25519.h"
#include "crypto/random.h"
#include "crypto/x25519.h"

const uint8_t kit_newsroom[NEWSROOM_ID_SIZE] = { 0xa1, 0xb2, 0xc3 };
const uint8_t kit_mark_seed[32] = { 7, 7, 7 };

void
kit_init(struct kit *k)
{
	struct buf b;

	memset(k, 0, sizeof(*k));
	must(crypto_init() == 0);
	buf_init(&b, 1024);
	must(open_identity_new(&b, &k->to) == 0);
	must(open_identities_read(buf_text(&b), &k->ids) == 0);
	buf_fini(&b);
	must(seal_new(&k->to, 1, seal_fill(1), &k->seal) == 0);
	must(secret_arena_new(LETTER_WRITER_ARENA, &k->arena) == 0);
}

void
kit_fini(struct kit *k)
{
	for (size_t i = 0; i < KIT_CHUNKS; i++)
		mem_free(k->chunk[i]);
	open_identities_free(&k->ids);
	seal_free(&k->seal);
	secret_arena_free(&k->arena);
}

int
kit_sink(
    void *ctx, uint64_t index, const uint8_t *sealed, size_t n, bool is_last)
{
	struct kit *k = ctx;

	if (k->fail != 0)
		return k->fail;
	must(index < KIT_CHUNKS && k->chunk[index] == NULL);
	must(k->lasts == 0);
	k->chunk[index] = mem_new(n, 1);
	must(k->chunk[index] != NULL);
	memcpy(k->chunk[index], sealed, n);
	k->chunk_n[index] = n;
	k->order[k->chunks++] = index;
	k->lasts += is_last;
	return 0;
}

void
kit_tip(struct letter_tip *ret_tip)
{
	static const uint8_t secret[32] = { 1, 2, 3 };
	struct letter_tip tip = { .kind = LETTER_TIP,
		.channel = TEXT("form"),
		.story = TEXT("town-hall"),
		.passage = TEXT("the second paragraph"),
		.desk = TEXT("news"),
		.lang = TEXT("en"),
		.day = 20000 };

	memcpy(tip.newsroom, kit_newsroom, sizeof(tip.newsroom));
	memset(tip.card, 0xcc, sizeof(tip.card));
	x25519_public(tip.thread.reply, secret);
	memset(tip.thread.slot, 0x51, sizeof(tip.thread.slot));
	ed25519_public(tip.thread.mark, kit_mark_seed);
	thread_hash(&tip.thread, kit_newsroom);
	*ret_tip = tip;
}

void
kit_sealed(const struct kit *k, struct buf *out)
{
	buf_put_text(out, seal_head(k->seal));
	for (size_t i = 0; i < k->chunks; i++)
		buf_put(out, k->chunk[i], k->chunk_n[i]);
	must(buf_finish(out) == 0);
}

void
kit_plain(const struct kit *k, struct buf *out)
{
	static uint8_t plain[AGE_CHUNK_SEALED];
	struct text head = seal_head(k->seal);
	struct open_file *f = NULL;

	must(open_file_new(k->ids, head.p, head.n, &f) == 0);
	for (size_t i = 0; i < k->chunks; i++) {
		must(k->chunk[i] != NULL);
		must(open_chunk(f, i, k->chunk[i], k->chunk_n[i],
			 i + 1 == k->chunks, plain) == 0);
		buf_put(out, plain, k->chunk_n[i] - 16);
	}
	open_file_free(&f);
	must(buf_finish(out) == 0);
}

int
kit_file(struct letter_writer *w, const char *name, uint64_t n, size_t step)
{
	struct letter_file file = { .name = text_from(name),
		.ext_name = text_from(name) };
	uint8_t bytes[4096];
	uint64_t at = 0;
	int err;

	if ((err = letter_file_begin(w, &file)) != 0)
		return err;
	while (at < n) {
		size_t now = n - at < step ? (size_t)(n - at) : step;

		for (size_t i = 0; i < now; i++)
			bytes[i] = (uint8_t)(at + i);
		if ((err = letter_file_put(w, bytes, now)) != 0)
			return err;
		at += now;
	}
	return letter_file_end(w);
}
