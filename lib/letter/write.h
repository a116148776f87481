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

/* Gets each sealed chunk once, in any order. Returning an error ends the
 * letter. */
typedef int letter_sink(void *ctx, uint64_t index, const uint8_t *sealed,
    size_t n, bool is_last);

struct letter_writer;

/*
 * tip's texts and message are borrowed until finish. token: 16 random bytes a
 * page, part of the id. max: most bytes of plaintext (ERR_LIMIT beyond). Memory
 * comes from arena. seal and arena stay the caller's.
 */
int letter_writer_new(const struct letter_tip *tip, struct text message,
    const uint8_t token[static 16], uint64_t max, struct seal *seal,
    letter_sink *sink, void *ctx, struct secret_arena *arena,
    struct letter_writer **ret_writer);

/* One file after the other; name is the source's, empty when withheld. The
 * extension is taken from ext_name even when name is empty. A file without a
 * byte is no file and leaves nothing behind. */
int letter_file_begin(struct letter_writer *w, struct text name,
    struct text ext_name);
int letter_file_put(struct letter_writer *w, const uint8_t *p, size_t n);
int letter_file_end(struct letter_writer *w);

/* Signs with what is given (NULL: zeros), pads, seals the held chunks and the
 * last one. ret_id: the letter's id. */
int letter_writer_finish(struct letter_writer *w, const uint8_t *mark_seed,
    const uint8_t *member_seed, uint8_t ret_id[static LETTER_ID_SIZE]);

/* How many chunks were given to sink; bytes of plaintext before padding. */
uint64_t letter_writer_chunks(const struct letter_writer *w);

#endif
