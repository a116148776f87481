/* What tests of the store share: a store of either back end, and letters whose
 * bytes follow from a number. */
#ifndef PISTA_TESTS_STORE_KIT_H
#define PISTA_TESTS_STORE_KIT_H

#include "store/store.h"

#define KIT_DAY 20000

extern const uint8_t kit_newsroom[16];

struct kit {
	bool is_sqlite;
	char directory[64];
	char path[80];
	struct store *s;
};

/* name: "memory" or "sqlite", in a directory of its own under TMPDIR. */
void kit_open(struct kit *k, const char *name);
void kit_reopen(struct kit *k);
void kit_close(struct kit *k);
void kit_remove(struct kit *k);

struct kit_letter {
	unsigned number;
	size_t head_n;
	uint64_t chunks;
	size_t last_n; /* bytes of the last chunk */
};
struct kit_letter kit_letter(unsigned number, uint64_t chunks, size_t last_n);
uint64_t kit_letter_size(const struct kit_letter *l);
/* Writes the head or a chunk; returns its bytes. */
size_t kit_head(const struct kit_letter *l, uint8_t *out);
size_t kit_chunk(const struct kit_letter *l, uint64_t index, uint8_t *out);
void kit_once(const struct kit_letter *l, uint8_t out[static 16]);
void kit_digest(const struct kit_letter *l, uint8_t out[static 32]);

/* The steps of a put; all of them; the last returns what commit does. */
int kit_begin(struct store *s, const struct kit_letter *l, uint64_t *ret_put);
int kit_feed(
    struct store *s, const struct kit_letter *l, uint64_t put, uint64_t index);
int kit_commit(struct store *s, const struct kit_letter *l, uint64_t put,
    uint32_t day, bool *ret_is_repeat);
int kit_put(struct store *s, const struct kit_letter *l, uint32_t day);

/* True when the synced letter seq reads back as l. */
bool kit_is_there(struct store *s, uint64_t seq, const struct kit_letter *l);
/* How many synced entries there are; checks seq and links on the way. */
uint64_t kit_count(struct store *s);
/* Sweeps and syncs until nothing is left to do. */
int kit_sweep(struct store *s, uint32_t today, uint32_t retention);

#endif
