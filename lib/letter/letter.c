#include "letter/letter.h"

#include "base/err.h"
#include "crypto/hash.h"

static const char *const kinds[LETTER_KINDS] = {
	[LETTER_TIP] = "tip",
	[LETTER_FOLLOW_UP] = "follow-up",
	[LETTER_WITHDRAWAL] = "withdrawal",
	[LETTER_CONSENT] = "consent",
	[LETTER_NOTE] = "note",
	[LETTER_EVENTS] = "events",
	[LETTER_GRANT] = "grant",
	[LETTER_DRILL] = "drill",
};

static const char *const terms_words[] = {
	[LETTER_ANONYMOUS] = "anonymous",
	[LETTER_BACKGROUND] = "background",
	[LETTER_ON_RECORD] = "on-record",
};
#define TERMS (sizeof(terms_words) / sizeof(terms_words[0]))

const char *
letter_kind_text(enum letter_kind kind)
{
	must((size_t)kind < LETTER_KINDS);
	return kinds[kind];
}

int
letter_kind_read(struct text t, enum letter_kind *ret_kind)
{
	for (size_t i = 0; i < LETTER_KINDS; i++) {
		if (text_is(t, kinds[i])) {
			*ret_kind = (enum letter_kind)i;
			return 0;
		}
	}
	return ERR_FORMAT;
}

bool
letter_is_from_desk(enum letter_kind kind)
{
	return kind == LETTER_NOTE || kind == LETTER_EVENTS ||
	       kind == LETTER_GRANT;
}

const char *
letter_terms_text(enum letter_terms terms)
{
	must((size_t)terms < TERMS);
	return terms_words[terms];
}

int
letter_terms_read(struct text t, enum letter_terms *ret_terms)
{
	for (size_t i = 0; i < TERMS; i++) {
		if (text_is(t, terms_words[i])) {
			*ret_terms = (enum letter_terms)i;
			return 0;
		}
	}
	return ERR_FORMAT;
}

static unsigned
log2_of(uint64_t n)
{
	unsigned log = 0;

	while (n >>= 1)
		log++;
	return log;
}

uint64_t
letter_padme(uint64_t n)
{
	unsigned exponent, kept;
	uint64_t mask;

	if (n < 2)
		return n;
	exponent = log2_of(n);
	kept = log2_of(exponent) + 1;
	if (kept >= exponent)
		return n;
	mask = (UINT64_C(1) << (exponent - kept)) - 1;
	return (n + mask) & ~mask;
}

uint64_t
letter_padded(uint64_t n)
{
	uint64_t padme = letter_padme(n);

	return padme < LETTER_MIN ? LETTER_MIN : padme;
}

bool
letter_is_padded_size(uint64_t plain)
{
	return letter_padded(plain) == plain;
}

void
letter_once(uint8_t out[static 16], const uint8_t thread[static THREAD_SIZE],
    const uint8_t id[static LETTER_ID_SIZE])
{
	struct hash h;

	hash_init(&h, HASH_SIZE_128);
	hash_put_text(&h, "pista/v1 once");
	hash_put(&h, thread, THREAD_SIZE);
	hash_put(&h, id, LETTER_ID_SIZE);
	hash_finish(&h, out);
}
