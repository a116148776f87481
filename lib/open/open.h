/*
 * Ciphertext and identity in, plaintext out. Linked into no program that faces
 * the network. The prefixes open_ and unwrap_ belong to this room.
 */
#ifndef PISTA_OPEN_OPEN_H
#define PISTA_OPEN_OPEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "age/age.h"

#define OPEN_IDENTITIES_MAX 16

/* The identities of one member, in locked memory, first line first. */
struct open_identities;

/* Reads a stock age identity file (comments, AGE-SECRET-KEY-1 lines) from
 * plaintext bytes. ERR_FORMAT, ERR_LIMIT; ERR_NOT_FOUND when no key is in it,
 * ERR_UNSUPPORTED for a post-quantum or plug-in identity. */
int open_identities_read(struct text in, struct open_identities **ret_ids);
void open_identities_free(struct open_identities **ids);
size_t open_identities_count(const struct open_identities *ids);

/* The 32 secret bytes of identity i, borrowed; and its recipient. */
const uint8_t *open_identity_secret(const struct open_identities *ids, size_t i);
void open_identity_recipient(const struct open_identities *ids, size_t i,
    struct age_recipient *ret_recipient);

/* Makes a new identity file's text ("# created", "# public key", secret line)
 * into out, which must be over secret memory of OPEN_IDENTITY_TEXT bytes. */
#define OPEN_IDENTITY_TEXT 256
int open_identity_new(struct buf *out, struct age_recipient *ret_recipient);

/* One file being opened, chunk by chunk in any order. */
struct open_file;

/*
 * head: exactly header and payload nonce. ERR_NO_KEY, ERR_AUTH, ERR_FORMAT,
 * ERR_LOW_ORDER. Every stanza is tried with every identity, so that the time
 * does not tell which one fits.
 */
int open_file_new(const struct open_identities *ids, const void *head,
    size_t n, struct open_file **ret_file);

/* With a passphrase. log_n above max_log_n: ERR_LIMIT. ERR_PASSPHRASE when it
 * is wrong, ERR_NO_KEY when the file is not for a passphrase. */
#define OPEN_LOG_N_MAX 22	/* as stock age has it; 4 GiB of memory */
int open_file_new_passphrase(struct text passphrase, unsigned max_log_n,
    const void *head, size_t n, struct open_file **ret_file);

/* With a file key that was kept or granted; the header's MAC is checked. */
int open_file_new_key(const uint8_t key[static AGE_FILE_KEY_SIZE],
    const void *head, size_t n, struct open_file **ret_file);

/* The same, with an object that was another file's: for whoever opens many. After
 * an error it can only be freed or used so again. */
int open_file_again(struct open_file *f,
    const uint8_t key[static AGE_FILE_KEY_SIZE], const void *head, size_t n);

void open_file_free(struct open_file **file);
void open_file_key(const struct open_file *f,
    uint8_t ret_key[static AGE_FILE_KEY_SIZE]);

/*
 * Opens one sealed chunk of n bytes into out (n - 16 bytes); out may be p.
 * ERR_AUTH; ERR_FORMAT for a length no such chunk can have: a last chunk that
 * is empty is only allowed as chunk 0.
 */
int open_chunk(struct open_file *f, uint64_t index, const uint8_t *p, size_t n,
    bool is_last, uint8_t *out);

/* A second hand at the same file, for another thread. f may be freed first. */
int open_file_copy(const struct open_file *f, struct open_file **ret_copy);

/*
 * Push interface over a whole file in order: feed sealed bytes as they come
 * (header included), plaintext goes to sink; finish says whether the file
 * ended properly (ERR_TRUNCATED). Armor is recognised by its first byte.
 * Plaintext given to sink before finish is authentic, but may be cut. An error
 * of sink comes back as it is; after any error nothing more is taken.
 * ids may be NULL and passphrase empty: what the file needs and was not given
 * is ERR_NO_KEY. ids and passphrase are borrowed until the header is through.
 */
struct open_stream;
typedef int open_sink(void *ctx, const uint8_t *p, size_t n);
int open_stream_new(const struct open_identities *ids, struct text passphrase,
    open_sink *sink, void *ctx, struct open_stream **ret_stream);
/* With a file key that was kept or granted; borrowed likewise. */
int open_stream_new_key(const uint8_t key[static AGE_FILE_KEY_SIZE],
    open_sink *sink, void *ctx, struct open_stream **ret_stream);
int open_stream_put(struct open_stream *s, const uint8_t *p, size_t n);
int open_stream_finish(struct open_stream *s);
void open_stream_free(struct open_stream **stream);

/* A small file that is for a passphrase, opened into secret memory (freed with
 * secret_free), with a zero behind it. The errors of a stream. */
int open_secret(struct text sealed, struct text passphrase, char **ret_p,
    size_t *ret_n);

/* What the stream is reading, to say where an error was found. */
enum open_stage { OPEN_ARMOR, OPEN_HEADER, OPEN_PAYLOAD };
enum open_stage open_stream_stage(const struct open_stream *s);

#endif
