/*
 * Seals letters of several shapes into a directory, with the identity that
 * opens them, and prints as JSON what another implementation must find.
 */
#include <stdio.h>

#include "base/err.h"
#include "chain/chain.h"
#include "crypto/random.h"
#include "letter_kit.h"

static void
write_file(const char *directory, const char *name, struct text t)
{
	char path[1024];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	must((f = fopen(path, "wb")) != NULL);
	must(fwrite(t.p, 1, t.n, f) == t.n);
	must(fclose(f) == 0);
}

static void
put_digest(struct buf *out, const struct kit *k)
{
	struct text head = seal_head(k->seal);
	uint8_t hash[HASH_SIZE];
	struct chain_digest d;

	chain_digest_init(&d, head.p, head.n);
	for (size_t i = 0; i < k->chunks; i++) {
		hash_once(hash, k->chunk[i], k->chunk_n[i]);
		if (i == 0)
			chain_digest_chunk0(&d, hash, k->chunk_n[i]);
		else
			chain_digest_leaf(&d, hash, k->chunk_n[i]);
	}
	chain_digest_finish(&d, hash);
	buf_put_hex(out, hash, sizeof(hash));
}

static void
emit(const char *directory, int number, const struct age_recipient *to,
    const char *message, const uint64_t *sizes, size_t n, struct buf *out)
{
	struct letter_writer *w = NULL;
	struct letter_tip tip;
	uint8_t token[16], id[LETTER_ID_SIZE];
	struct buf sealed;
	char name[32];
	struct kit k;

	kit_init(&k);
	seal_free(&k.seal);
	must(seal_new(to, 1, seal_fill(1), &k.seal) == 0);
	kit_tip(&tip);
	random_bytes(token, sizeof(token));
	must(letter_writer_new(&tip, text_from(message), token, KIT_MAX, k.seal,
		 kit_sink, &k, k.arena, &w) == 0);
	for (size_t i = 0; i < n; i++)
		must(kit_file(w, "Ein Plan.pdf", sizes[i], 4096) == 0);
	must(letter_writer_finish(w, kit_mark_seed, NULL, id) == 0);

	buf_init(&sealed, KIT_MAX);
	kit_sealed(&k, &sealed);
	snprintf(name, sizeof(name), "letter%d.age", number);
	write_file(directory, name, buf_text(&sealed));
	buf_putf(
	    out, "%s{\"file\":\"%s\",\"id\":\"", number > 0 ? "," : "", name);
	buf_put_hex(out, id, sizeof(id));
	buf_puts(out, "\",\"mark\":\"");
	buf_put_hex(out, tip.thread.mark, sizeof(tip.thread.mark));
	buf_puts(out, "\",\"digest\":\"");
	put_digest(out, &k);
	buf_puts(out, "\"}");
	buf_fini(&sealed);
	kit_fini(&k);
}

int
main(int argc, char **argv)
{
	/* Text alone; a chunk's edge inside, before and behind a header. */
	static const uint64_t sizes[] = { 46592, 65024, 1, 200000 };
	struct age_recipient to;
	struct buf out, identity;

	if (argc != 2 || crypto_init() != 0)
		return 2;
	buf_init(&identity, 1024);
	must(open_identity_new(&identity, &to) == 0);
	write_file(argv[1], "identity.txt", buf_text(&identity));
	buf_fini(&identity);

	buf_init(&out, 65536);
	buf_puts(&out, "[");
	emit(argv[1], 0, &to, "", NULL, 0, &out);
	emit(argv[1], 1, &to, "text alone", NULL, 0, &out);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		emit(argv[1], (int)i + 2, &to, "files", sizes, i + 1, &out);
	buf_puts(&out, "]\n");
	fwrite(out.p, 1, out.n, stdout);
	buf_fini(&out);
	return 0;
}
