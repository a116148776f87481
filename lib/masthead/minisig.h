/*
 * The parts of minisign's file formats that verifying and signing share.
 */
#ifndef PISTA_MASTHEAD_MINISIG_H
#define PISTA_MASTHEAD_MINISIG_H

#include "crypto/hash.h"
#include "masthead/masthead.h"

#define MINISIG_UNTRUSTED "untrusted comment: "
#define MINISIG_TRUSTED "trusted comment: "
#define MINISIG_KEY_ALGORITHM "Ed"
#define MINISIG_ALGORITHM "ED" /* over BLAKE2b-512 of the file */
#define MINISIG_SIZE 74        /* algorithm, key id, signature */
#define MINISIG_COMMENT_MAX 128

/* What the signature is made over. */
void minisig_prehash(uint8_t out[static HASH_SIZE_512], struct text file);

/* The only trusted comment a card may have. */
struct text minisig_comment(char out[static MINISIG_COMMENT_MAX],
    const uint8_t newsroom[static 16], uint64_t serial);

/*
 * Both signatures of a .minisig file over file. ret_comment is borrowed from
 * minisig. ERR_FORMAT, ERR_LIMIT, ERR_SIGNATURE.
 */
int minisig_verify(struct text minisig, struct text file,
    const struct masthead_pin *pin, struct text *ret_comment);

#endif
