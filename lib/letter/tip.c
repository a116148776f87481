#include "letter/tip.h"

#include <inttypes.h>
#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "base/secret.h"
#include "crypto/ed25519.h"
#include "crypto/hash.h"

#define SIG_DIGITS (2 * ED25519_SIGNATURE_SIZE)
#define SHORTER 25 /* by so much names are cut when not everything fits */

/* What stands before each signature, and behind the last. */
static const char *const sig_before[TIP_SIGS] = {
	[TIP_MARK] = ",\"sig\":{\"mark\":\"",
	[TIP_MEMBER] = "\",\"member\":\"",
	[TIP_WITNESS] = "\",\"witness\":\"",
};
static const char sig_after[] = "\"}}";

static const char *const sig_labels[TIP_SIGS] = {
	[TIP_MARK] = "pista/v1 mark",
	[TIP_MEMBER] = "pista/v1 member",
	[TIP_WITNESS] = "pista/v1 witness",
};

static bool
is_zeros(const uint8_t *p, size_t n)
{
	uint8_t any = 0;

	for (size_t i = 0; i < n; i++)
		any |= p[i];
	return any == 0;
}

void
tip_clean(struct buf *b, struct text in, size_t max, bool is_name)
{
	uint32_t c;
	size_t used = 0;
	int n;

	while ((n = text_next(in, &c)) != 0) {
		struct text out = { in.p, (size_t)n };

		if (n < 0) {
			out = TEXT("\xef\xbf\xbd");
			n = 1;
		} else if (text_is_control(c) || (is_name && text_is_turn(c))) {
			out = TEXT(" ");
		}
		if (used + out.n > max)
			break;
		buf_put_text(b, out);
		used += out.n;
		in.p += n;
		in.n -= (size_t)n;
	}
}

static void
put_string(
    struct buf *b, const char *before, struct text t, size_t max, bool is_name)
{
	char clean[LETTER_FIELD_MAX];
	struct buf c;

	must(max <= sizeof(clean));
	buf_init_fixed(&c, clean, sizeof(clean));
	tip_clean(&c, t, max, is_name);
	buf_puts(b, before);
	buf_puts(b, "\"");
	for (size_t i = 0; i < c.n; i++) {
		if (c.p[i] == '"' || c.p[i] == '\\')
			buf_put_u8(b, '\\');
		buf_put_u8(b, c.p[i]);
	}
	buf_puts(b, "\"");
	secret_wipe(clean, sizeof(clean));
}

static void
put_text(struct buf *b, const char *before, struct text t, size_t max)
{
	if (t.n > 0 && max > 0)
		put_string(b, before, t, max, false);
}

static void
put_name(struct buf *b, const char *before, struct text t, size_t max)
{
	if (t.n > 0 && max > 0)
		put_string(b, before, t, max, true);
}

static void
put_hex(struct buf *b, const char *before, const void *p, size_t n)
{
	buf_puts(b, before);
	buf_puts(b, "\"");
	buf_put_hex(b, p, n);
	buf_puts(b, "\"");
}

static void
put_front(struct buf *b, const struct letter_tip *tip,
    const uint8_t id[static LETTER_ID_SIZE], size_t field_max)
{
	char day[DAY_TEXT_SIZE + 1];

	buf_puts(b, "{\"pista\":1,\"kind\":\"");
	buf_puts(b, letter_kind_text(tip->kind));
	buf_puts(b, "\"");
	put_hex(b, ",\"id\":", id, LETTER_ID_SIZE);
	put_hex(b, ",\"newsroom\":", tip->newsroom, sizeof(tip->newsroom));
	put_hex(b, ",\"card\":", tip->card, sizeof(tip->card));
	if (!is_zeros(tip->thread.thread, THREAD_SIZE))
		put_hex(b, ",\"thread\":", tip->thread.thread, THREAD_SIZE);
	put_text(b, ",\"channel\":", tip->channel, LETTER_WORD_MAX);
	put_text(b, ",\"story\":", tip->story, LETTER_STORY_MAX);
	put_text(b, ",\"passage\":", tip->passage, field_max);
	put_text(b, ",\"desk\":", tip->desk, LETTER_WORD_MAX);
	put_text(b, ",\"lang\":", tip->lang, LETTER_WORD_MAX);
	day_write(day, tip->day);
	buf_putf(b, ",\"day\":\"%s\"", day);
}

static void
put_source(struct buf *b, const struct letter_tip *tip, size_t field_max)
{
	buf_puts(b, ",\"source\":{\"terms\":\"");
	buf_puts(b, letter_terms_text(tip->terms));
	buf_puts(b, "\"");
	put_name(b, ",\"name\":", tip->name, field_max);
	put_text(b, ",\"contact\":", tip->contact, field_max);
	put_hex(b, "},\"reply\":{\"to\":", tip->thread.reply, 32);
	put_hex(b, ",\"slot\":", tip->thread.slot, 32);
	put_hex(b, ",\"mark\":", tip->thread.mark, 32);
	buf_puts(b, "}");
}

static void
put_entries(struct buf *b, const struct letter_entry *entries, size_t n,
    size_t name_max)
{
	buf_puts(b, ",\"entries\":[");
	for (size_t i = 0; i < n; i++) {
		const struct letter_entry *e = &entries[i];

		buf_putf(b, "%s{\"path\":\"%s\",\"size\":%" PRIu64,
		    i > 0 ? "," : "", e->path, e->size);
		put_hex(b, ",\"blake2b\":", e->hash, sizeof(e->hash));
		buf_putf(b, ",\"type\":\"%s\"", e->type);
		put_name(b, ",\"name\":", text_from(e->name), name_max);
		if (letter_has_part(e))
			buf_putf(b, ",\"part\":{\"n\":%u,\"of\":%u}", e->part.n,
			    e->part.of);
		if (e->is_clean)
			buf_puts(b, ",\"clean\":true");
		buf_puts(b, "}");
	}
	buf_puts(b, "]");
}

static void
put_desk(struct buf *b, const struct letter_tip *tip)
{
	put_hex(b, ",\"author\":", tip->author, sizeof(tip->author));
	buf_putf(b, ",\"seen\":{\"seq\":%" PRIu64, tip->seen_seq);
	put_hex(b, ",\"link\":", tip->seen_link, sizeof(tip->seen_link));
	buf_puts(b, "}");
}

static void
put_sigs(struct buf *b)
{
	for (int i = 0; i < TIP_SIGS; i++) {
		buf_puts(b, sig_before[i]);
		buf_fill(b, '0', SIG_DIGITS);
	}
	buf_puts(b, sig_after);
}

void
tip_write(uint8_t *out, size_t size, const struct letter_tip *tip,
    const uint8_t id[static LETTER_ID_SIZE], const struct letter_entry *entries,
    size_t n)
{
	size_t name_max = LETTER_NAME_MAX;
	struct buf b;

	for (;;) {
		size_t field_max =
		    name_max * (LETTER_FIELD_MAX / LETTER_NAME_MAX);

		buf_init_fixed(&b, out, size);
		put_front(&b, tip, id, field_max);
		if (!letter_is_from_desk(tip->kind))
			put_source(&b, tip, field_max);
		put_entries(&b, entries, n, name_max);
		if (letter_is_from_desk(tip->kind))
			put_desk(&b, tip);
		put_sigs(&b);
		if (buf_finish(&b) == 0)
			break;
		must(name_max > 0);
		name_max -= SHORTER;
	}
	memset(out + b.n, ' ', size - b.n);
}

int
tip_sigs_find(const uint8_t *p, size_t n, struct tip_sigs *ret_sigs)
{
	struct tip_sigs sigs;
	size_t at;

	while (n > 0 && p[n - 1] == ' ')
		n--;
	sigs.end = n;
	at = n;
	for (int i = TIP_SIGS - 1; i >= 0; i--) {
		const char *after =
		    i == TIP_SIGS - 1 ? sig_after : sig_before[i + 1];
		size_t need = strlen(after) + SIG_DIGITS;
		uint8_t signature[ED25519_SIGNATURE_SIZE];

		if (at < need + strlen(sig_before[i]) ||
		    memcmp(p + at - strlen(after), after, strlen(after)) != 0)
			return ERR_FORMAT;
		at -= need;
		if (hex_read((struct text){ (const char *)p + at, SIG_DIGITS },
			signature, sizeof(signature)) != 0)
			return ERR_FORMAT;
		sigs.at[i] = at;
	}
	at -= strlen(sig_before[0]);
	if (memcmp(p + at, sig_before[0], strlen(sig_before[0])) != 0)
		return ERR_FORMAT;
	*ret_sigs = sigs;
	return 0;
}

/* What is signed: a label and H of the entry with all signatures zero. */
#define SIGNED_MAX 64

static size_t
signed_bytes(uint8_t out[static SIGNED_MAX], const uint8_t *p, size_t n,
    const struct tip_sigs *sigs, enum tip_sig which)
{
	size_t label = strlen(sig_labels[which]), at = 0;
	char zeros[SIG_DIGITS];
	struct hash h;

	memset(zeros, '0', sizeof(zeros));
	hash_init(&h, HASH_SIZE);
	for (int i = 0; i < TIP_SIGS; i++) {
		hash_put(&h, p + at, sigs->at[i] - at);
		hash_put(&h, zeros, sizeof(zeros));
		at = sigs->at[i] + SIG_DIGITS;
	}
	hash_put(&h, p + at, n - at);
	memcpy(out, sig_labels[which], label);
	hash_finish(&h, out + label);
	return label + HASH_SIZE;
}

void
tip_sign(uint8_t *p, size_t n, const struct tip_sigs *sigs, enum tip_sig which,
    const uint8_t seed[static 32])
{
	uint8_t signature[ED25519_SIGNATURE_SIZE], bytes[SIGNED_MAX];
	size_t bytes_n = signed_bytes(bytes, p, n, sigs, which);

	ed25519_sign(signature, seed, bytes, bytes_n);
	hex_write((char *)p + sigs->at[which], signature, sizeof(signature));
}

enum letter_sig
tip_verify(const uint8_t *p, size_t n, const struct tip_sigs *sigs,
    enum tip_sig which, const uint8_t pk[static 32])
{
	const struct text digits = { (const char *)p + sigs->at[which],
		SIG_DIGITS };
	uint8_t signature[ED25519_SIGNATURE_SIZE], bytes[SIGNED_MAX];
	size_t bytes_n;

	must(hex_read(digits, signature, sizeof(signature)) == 0);
	if (is_zeros(signature, sizeof(signature)))
		return LETTER_SIG_NONE;
	bytes_n = signed_bytes(bytes, p, n, sigs, which);
	return ed25519_verify(signature, pk, bytes, bytes_n) == 0
		   ? LETTER_SIG_GOOD
		   : LETTER_SIG_BAD;
}
