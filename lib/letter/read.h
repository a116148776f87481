/*
 * Reading a letter from plaintext given by callback: a strict parser of
 * exactly what the writer makes. Knows nothing of keys that open.
 */
#ifndef PISTA_LETTER_READ_H
#define PISTA_LETTER_READ_H

#include "base/json.h"
#include "letter/letter.h"

/* What a signature in the letter turned out to be. */
enum letter_sig { LETTER_SIG_NONE, LETTER_SIG_GOOD, LETTER_SIG_BAD };

/* A parsed tip.json; texts borrowed from it. */
struct letter_head {
	json_t *root;
	struct letter_tip tip;
	uint8_t id[LETTER_ID_SIZE];
	struct letter_entry entries[LETTER_FILES_MAX + 2];
	size_t entries_n;
	enum letter_sig mark;	/* checked against tip.thread.mark */
	enum letter_sig member;	/* checked against tip.author */
};

/*
 * Parses the padded tip.json entry (4096 or 16384 bytes): shape, signatures,
 * thread hash. ERR_FORMAT, ERR_NEWSROOM, ERR_THREAD, ERR_LOW_ORDER.
 */
int letter_head_read(const uint8_t *p, size_t n,
    const uint8_t newsroom[static NEWSROOM_ID_SIZE], struct letter_head **ret_head);
void letter_head_free(struct letter_head **head);

struct letter_reader;

/* head comes first, once; then each entry's bytes in order (message.txt is
 * entry 0 of the callbacks, files from 1). n = 0 marks the end of an entry,
 * when its size and hash have been checked. Any may be NULL. */
struct letter_handler {
	int (*head)(void *ctx, const struct letter_head *head);
	int (*bytes)(void *ctx, const struct letter_entry *entry, size_t number,
	    const uint8_t *p, size_t n);
};

int letter_reader_new(const uint8_t newsroom[static NEWSROOM_ID_SIZE],
    const struct letter_handler *handler, void *ctx,
    struct letter_reader **ret_reader);
/* Feed plaintext in order, any amounts. */
int letter_reader_put(struct letter_reader *r, const uint8_t *p, size_t n);
/* 0 when the archive was whole, padded as the writer pads, and nothing more. */
int letter_reader_finish(struct letter_reader *r);
/* As new, for another letter: for whoever reads many. */
void letter_reader_reset(struct letter_reader *r, void *ctx);
/* Moves the head out, NULL before it was read; after that the reader can only
 * be freed. */
struct letter_head *letter_reader_take_head(struct letter_reader *r);
void letter_reader_free(struct letter_reader **reader);

#endif
