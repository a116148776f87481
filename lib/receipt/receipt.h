/*
 * The receipt: nine words, the source's only key, and what is derived from
 * them. FORMATS.md section 1; docs/formats/receipt.md.
 */
#ifndef PISTA_RECEIPT_RECEIPT_H
#define PISTA_RECEIPT_RECEIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/text.h"

#define NEWSROOM_ID_SIZE 16
#define RECEIPT_WORDS 9
#define RECEIPT_LIST_WORDS 2048
#define RECEIPT_VALUE_SIZE 12	/* 91 random bits, big-endian */
#define RECEIPT_DIGITS 30
#define RECEIPT_TEXT_MAX 512	/* the nine words, spelled, in bytes */
#define THREAD_SIZE 16

/* Index of a list: the languages in this order, "en es fr it pt cs". */
size_t receipt_lists(void);
const char *receipt_list_language(size_t list);
/* The list of a page language ("es", "pt-BR"); 0 or ERR_NOT_FOUND. */
int receipt_list_of(struct text language, size_t *ret_list);
/* Word i (0 to RECEIPT_LIST_WORDS - 1) of a list, NFC. Static. */
const char *receipt_word(size_t list, unsigned i);

/* 91 fresh random bits. */
void receipt_random(uint8_t value[static RECEIPT_VALUE_SIZE]);

/* The nine 11-bit numbers of a value, and back (ERR_CHECK; any numbers will
 * do as input). */
void receipt_numbers(const uint8_t value[static RECEIPT_VALUE_SIZE],
    uint16_t ret_numbers[static RECEIPT_WORDS]);
int receipt_from_numbers(const uint16_t numbers[static RECEIPT_WORDS],
    uint8_t ret_value[static RECEIPT_VALUE_SIZE]);

/* Appends nine words separated by single spaces; or 30 digits. */
void receipt_spell(struct buf *b, const uint8_t value[static RECEIPT_VALUE_SIZE],
    size_t list);
void receipt_spell_digits(struct buf *b,
    const uint8_t value[static RECEIPT_VALUE_SIZE]);

/* What reading a typed receipt found. Holds secrets: keep in locked memory. */
struct receipt_reading {
	uint8_t value[RECEIPT_VALUE_SIZE];	/* when err is 0 or is_offer */
	size_t list;		/* the list all words came from */
	bool is_offer;		/* ERR_CHECK, but exactly one correction passes */
	size_t words;		/* how many words were found in the input */
	size_t unknown;		/* ERR_WORD: index of the first unknown word */
	char unknown_word[64];	/* as typed, cut, valid UTF-8 */
	uint16_t numbers[RECEIPT_WORDS];	/* ERR_CHECK: words as understood */
};

/*
 * Reads what a person typed: folded, whole word before its first four or more
 * letters, the page language's list first, all nine from one list; or 30
 * digits of any script. Numbers in front of words are overlooked. 0; ERR_LIMIT
 * (not nine words, not 30 digits); ERR_WORD (no list has all nine: unknown is
 * the first that is missing in the list that has most); ERR_CHECK (they do not
 * fit together; see is_offer). ret_reading is always filled as far as it goes.
 */
int receipt_read(struct text typed, size_t list, struct receipt_reading *ret_reading);

/* True when typed is one word and, folded, it is word number `number` of list or
 * of any other list: whoever changes the page's language is still understood
 * (the three-word gate). A number in front of the word is overlooked. */
bool receipt_is_word(struct text typed, size_t list, unsigned number);

/* True when message contains nine consecutive words (any list) or 30 digits
 * that spell this value: a receipt must never travel in a letter. */
bool receipt_is_in(struct text message,
    const uint8_t value[static RECEIPT_VALUE_SIZE]);

/* What a newsroom may know of a thread: public halves and the slot key. */
struct thread_public {
	uint8_t thread[THREAD_SIZE];
	uint8_t reply[32];	/* X25519 public */
	uint8_t slot[32];	/* slot key */
	uint8_t mark[32];	/* Ed25519 public */
};

/* Everything the receipt gives. Secret: locked memory. */
struct thread_keys {
	struct thread_public pub;
	uint8_t reply_secret[32];
	uint8_t mark_seed[32];
};

/* Argon2id and HKDF over the value. ERR_NOMEM. */
int receipt_keys(const uint8_t value[static RECEIPT_VALUE_SIZE],
    const uint8_t newsroom[static NEWSROOM_ID_SIZE], struct thread_keys *ret_keys);

/* thread = BLAKE2b-128(...) over the public parts already set in pub. */
void thread_hash(struct thread_public *pub,
    const uint8_t newsroom[static NEWSROOM_ID_SIZE]);
/* 0, ERR_THREAD when the hash differs, ERR_LOW_ORDER for a weak reply key. */
int thread_check(const struct thread_public *pub,
    const uint8_t newsroom[static NEWSROOM_ID_SIZE]);

/* Keys for board scanning. */
void thread_tag_key(const uint8_t slot[static 32], uint8_t ret_key[static 32]);
void thread_strip_key(const uint8_t slot[static 32], uint8_t ret_key[static 32]);

#endif
