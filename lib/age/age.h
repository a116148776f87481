/*
 * The age v1 file format (C2SP age-encryption.org/v1): header, stanzas and
 * stream arithmetic. This room holds no long-lived key: wrapping a file key for
 * others is lib/seal, finding it again is lib/open.
 */
#ifndef PISTA_AGE_AGE_H
#define PISTA_AGE_AGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/text.h"

#define AGE_FILE_KEY_SIZE 16
#define AGE_CHUNK_SIZE 65536		/* plaintext bytes of a full chunk */
#define AGE_CHUNK_SEALED 65552		/* with its tag */
#define AGE_NONCE_SIZE 16		/* payload nonce behind the header */
#define AGE_HEADER_MAX (128 * 1024)
#define AGE_STANZAS_MAX 64

/* One parsed stanza; everything borrowed from the header bytes. The body is
 * still base64, with line breaks. */
struct age_stanza {
	struct text type;
	struct text args;	/* behind the type and its space, without the LF */
	struct text body;
};

struct age_header {
	struct age_stanza stanzas[AGE_STANZAS_MAX];
	size_t n;
	struct text signed_part;	/* up to and including "---" */
	uint8_t mac[32];
	size_t size;	/* bytes, including the final LF */
};

/*
 * Parses a header at the start of p. ERR_AGAIN when it may go on behind n
 * bytes, ERR_LIMIT above AGE_HEADER_MAX or AGE_STANZAS_MAX, ERR_VERSION,
 * ERR_FORMAT. Strict in everything the specification is strict in.
 */
int age_header_parse(const void *p, size_t n, struct age_header *ret_header);

/*
 * For whoever gets the header in pieces: the size of the header, when p holds
 * it whole. *scan is 0 at first and is moved on, so that all calls together
 * read each byte once. ERR_AGAIN, ERR_LIMIT. Says nothing about its grammar.
 */
int age_header_find_end(const void *p, size_t n, size_t *scan,
    size_t *ret_size);

/* True when the header is for a passphrase: one stanza, and it is scrypt. */
bool age_header_is_passphrase(const struct age_header *h);

/* Decodes a stanza body into out. ERR_FORMAT, ERR_LIMIT. */
int age_stanza_body(const struct age_stanza *s, uint8_t *out, size_t size,
    size_t *ret_n);

/* Splits args at single spaces into at most max pieces. ERR_LIMIT. */
int age_stanza_args(const struct age_stanza *s, struct text *out, size_t max,
    size_t *ret_n);

/* Writing: version line; stanzas; then the MAC line under file_key. */
void age_header_begin(struct buf *b);
void age_header_stanza(struct buf *b, const char *type,
    const struct text *args, size_t args_n, const uint8_t *body, size_t body_n);
void age_header_end(struct buf *b,
    const uint8_t file_key[static AGE_FILE_KEY_SIZE]);

/* 0 or ERR_AUTH: the MAC of a parsed header under file_key. */
int age_header_check(const struct age_header *h,
    const uint8_t file_key[static AGE_FILE_KEY_SIZE]);

/* The stream: payload key from file key and nonce; the nonce of chunk index;
 * the sealed size of plaintext of n bytes, and back (ERR_FORMAT). An empty
 * payload is one empty chunk. */
void age_payload_key(uint8_t out[static 32],
    const uint8_t file_key[static AGE_FILE_KEY_SIZE],
    const uint8_t nonce[static AGE_NONCE_SIZE]);
void age_chunk_nonce(uint8_t out[static 12], uint64_t index, bool is_last);
uint64_t age_payload_size(uint64_t plain);
int age_plain_size(uint64_t payload, uint64_t *ret_plain);

/* Kinds of stanza, one row each; a second row is the post-quantum one. */
struct age_kind {
	const char *type;		/* first word of the stanza */
	const char *recipient_prefix;	/* bech32 human-readable part */
	const char *identity_prefix;
	size_t recipient_size;		/* bytes of a public key */
	size_t identity_size;		/* bytes of a secret key */
	size_t share_size;		/* bytes of the one argument */
	size_t body_size;		/* of the wrapped file key */
};
extern const struct age_kind age_kinds[];
extern const size_t age_kinds_n;

/*
 * What a server may check of a letter it cannot open: 8, 16, 32 or 64 stanzas,
 * all of one kind that Pista seals to, bodies and arguments of the right size.
 * ERR_FORMAT, ERR_UNSUPPORTED.
 */
int age_header_is_letter(const struct age_header *h);

/*
 * bech32 (BIP 173) without its length limit, as age uses it. Text is all lower
 * or all upper case; hrp comes back NUL-terminated and as it was written, and
 * an upper-case hrp writes upper-case text. ERR_FORMAT, ERR_LIMIT.
 */
int bech32_read(struct text in, char *hrp, size_t hrp_size, uint8_t *out,
    size_t size, size_t *ret_n);
void bech32_put(struct buf *b, const char *hrp, const uint8_t *p, size_t n);

#define AGE_RECIPIENT_MAX 32	/* bytes of the largest public key */

/* A public key somebody can be sealed to. */
struct age_recipient {
	const struct age_kind *kind;
	uint8_t pk[AGE_RECIPIENT_MAX];
};

/* Reads "age1…". ERR_FORMAT, ERR_UNSUPPORTED (another kind of age recipient). */
int age_recipient_read(struct text in, struct age_recipient *ret_recipient);

/* Appends it as text. */
void age_recipient_put(struct buf *b, const struct age_recipient *r);

#endif
