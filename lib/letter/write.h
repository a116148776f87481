/*
 * Writing a letter as it streams past: tar, padding and late sealing in one.
 * Constant memory: at most two chunks are held (the one with tip.json, the one
 * with the header of the file being written).
 */
#ifndef PISTA_LETTER_WRITE_H
#define PISTA_LETTER_WRITE_H

#include "base/secret.h"
#include "letter/letter.h"
#include "seal/seal.h"

#define LETTER_WRITER_ARENA (512 * 1024)	/* locked bytes a writer needs */

/* Gets each sealed chunk once, in any order, the last one last. Returning an
 * error ends the letter. */
typedef int letter_sink(void *ctx, uint64_t index, const uint8_t *sealed,
    size_t n, bool is_last);

struct letter_writer;

/*
 * tip's texts and message are borrowed until finish. message: at most
 * LETTER_TEXT_MAX bytes of UTF-8. Other texts are cleaned (control characters,
 * and in names turns of direction, become spaces) and cut to fit; they never fail a letter. token: 16 random
 * bytes a page, part of the id. max: most bytes of padded plaintext. Memory
 * comes from arena. seal and arena stay the caller's; the caller writes
 * seal_head before the chunks. ERR_LIMIT, ERR_FORMAT, ERR_NOMEM.
 */
int letter_writer_new(const struct letter_tip *tip, struct text message,
    const uint8_t token[static 16], uint64_t max, struct seal *seal,
    letter_sink *sink, void *ctx, struct secret_arena *arena,
    struct letter_writer **ret_writer);

/* A file as the source has it. */
struct letter_file {
	struct text name;	/* empty when withheld; cut to its last path component */
	struct text ext_name;	/* gives the extension, also without a name */
	struct letter_part part;
	bool is_clean;
};

/* One file after the other, each begun and ended. A file without a byte is no
 * file and leaves nothing behind. ERR_LIMIT from the first put of file 33, after
 * which the letter can still be finished without it; ERR_FORMAT for a part that
 * cannot be, or that is not the letter's only file. Any error but the first is
 * final: every later call returns it. */
int letter_file_begin(struct letter_writer *w, const struct letter_file *file);
int letter_file_put(struct letter_writer *w, const uint8_t *p, size_t n);
int letter_file_end(struct letter_writer *w);

/* Signs with what is given (NULL: zeros), pads, seals the held chunks and the
 * last one. ret_id: the letter's id. */
int letter_writer_finish(struct letter_writer *w, const uint8_t *mark_seed,
    const uint8_t *member_seed, uint8_t ret_id[static LETTER_ID_SIZE]);

#endif
