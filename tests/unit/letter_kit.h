/*
 * What tests of letters share: an identity, a sink that keeps the chunks by
 * index, and the plaintext they open to.
 */
#ifndef PISTA_TESTS_LETTER_KIT_H
#define PISTA_TESTS_LETTER_KIT_H

#include "base/buf.h"
#include "letter/read.h"
#include "letter/write.h"
#include "open/open.h"

#define KIT_CHUNKS 256
#define KIT_MAX (64 * 1024 * 1024)

struct kit {
	struct open_identities *ids;
	struct age_recipient to;
	struct seal *seal;
	struct secret_arena *arena;
	uint8_t *chunk[KIT_CHUNKS];
	size_t chunk_n[KIT_CHUNKS];
	uint64_t order[KIT_CHUNKS];	/* indices as they came */
	size_t chunks;
	size_t lasts;		/* how many said they were the last */
	int fail;		/* what the sink returns */
};

/* Each asserts that nothing goes wrong. */
void kit_init(struct kit *k);
void kit_fini(struct kit *k);
letter_sink kit_sink;

/* A newsroom and a thread whose hash is right. */
extern const uint8_t kit_newsroom[NEWSROOM_ID_SIZE];
extern const uint8_t kit_mark_seed[32];
void kit_tip(struct letter_tip *ret_tip);

/* The age file, and what it opens to. */
void kit_sealed(const struct kit *k, struct buf *out);
void kit_plain(const struct kit *k, struct buf *out);

/* Writes a file of n bytes, each the low byte of its position, in steps. */
int kit_file(struct letter_writer *w, const char *name, uint64_t n, size_t step);

#endif
