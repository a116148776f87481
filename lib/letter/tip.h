/*
 * tip.json as bytes: writing it, and the three signatures it ends in. Its text
 * ends in
 *
 *   ,"sig":{"mark":"128 digits","member":"128 digits","witness":"128 digits"}}
 *
 * and spaces to the size of the entry, so that the signatures are found from
 * the end without parsing what they sign.
 */
#ifndef PISTA_LETTER_TIP_H
#define PISTA_LETTER_TIP_H

#include "base/buf.h"
#include "letter/read.h"

enum tip_sig { TIP_MARK, TIP_MEMBER, TIP_WITNESS, TIP_SIGS };

/* Where the digits of each signature stand; end: bytes before the spaces. */
struct tip_sigs {
	size_t at[TIP_SIGS];
	size_t end;
};

/* Appends at most max bytes of text as a letter holds it: valid UTF-8, control
 * characters, and in a name turns of direction, as spaces, cut between two code
 * points. */
void tip_clean(struct buf *b, struct text in, size_t max, bool is_name);

/*
 * Fills size bytes with an unsigned tip.json. entries: message.txt and the
 * files. Names and fields are shortened until all fits.
 */
void tip_write(uint8_t *out, size_t size, const struct letter_tip *tip,
    const uint8_t id[static LETTER_ID_SIZE], const struct letter_entry *entries,
    size_t n);

/* ERR_FORMAT when p does not end as above. */
int tip_sigs_find(const uint8_t *p, size_t n, struct tip_sigs *ret_sigs);

void tip_sign(uint8_t *p, size_t n, const struct tip_sigs *sigs,
    enum tip_sig which, const uint8_t seed[static 32]);
enum letter_sig tip_verify(const uint8_t *p, size_t n,
    const struct tip_sigs *sigs, enum tip_sig which,
    const uint8_t pk[static 32]);

#endif
