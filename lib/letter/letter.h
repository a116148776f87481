/*
 * A letter: what both writer and reader know. FORMATS.md section 2.
 */
#ifndef PISTA_LETTER_LETTER_H
#define PISTA_LETTER_LETTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "receipt/receipt.h"

#define LETTER_TEXT_MAX (64 * 1024)	/* all text fields together */
#define LETTER_FILES_MAX 32
#define LETTER_NAME_MAX 100		/* bytes of a file's name */
#define LETTER_FIELD_MAX 300		/* passage, name, contact */
#define LETTER_STORY_MAX 64
#define LETTER_WORD_MAX 32		/* channel, desk, lang */
#define LETTER_TIP_SMALL 4096
#define LETTER_TIP_LARGE 16384
#define LETTER_MIN 16384		/* padded plaintext */
#define LETTER_PARTS_MAX 999	/* into which a source cuts one file */
#define LETTER_ENTRY_MAX (8ULL * 1024 * 1024 * 1024 - 1)
#define LETTER_ID_SIZE 16

enum letter_kind {
	LETTER_TIP, LETTER_FOLLOW_UP, LETTER_WITHDRAWAL, LETTER_CONSENT,
	LETTER_NOTE, LETTER_EVENTS, LETTER_GRANT, LETTER_DRILL,
	LETTER_KINDS
};
const char *letter_kind_text(enum letter_kind kind);
/* ERR_FORMAT for a word that is no kind. */
int letter_kind_read(struct text t, enum letter_kind *ret_kind);
/* True for what members write: such a letter has an author; all others are a
 * source's and have a thread with its reply and mark keys. */
bool letter_is_from_desk(enum letter_kind kind);

enum letter_terms { LETTER_ANONYMOUS, LETTER_BACKGROUND, LETTER_ON_RECORD };
const char *letter_terms_text(enum letter_terms terms);
/* ERR_FORMAT for words that are no terms. */
int letter_terms_read(struct text t, enum letter_terms *ret_terms);

/* What tip.json says, entries excepted. Texts are borrowed. */
struct letter_tip {
	enum letter_kind kind;
	uint8_t newsroom[NEWSROOM_ID_SIZE];
	uint8_t card[32];
	struct thread_public thread;	/* desk letters: zeros, or thread alone */
	struct text channel;	/* "form", "sealed-form", "command-line" */
	struct text story, passage, desk, lang;
	uint32_t day;
	enum letter_terms terms;
	struct text name, contact;
	uint8_t author[32];	/* desk letters: signing key, else zeros */
	uint64_t seen_seq;	/* desk letters */
	uint8_t seen_link[32];
};

/* Part n of a file that the source cut into `of`; zeros: a whole file. */
struct letter_part {
	uint16_t n, of;
};

struct letter_entry {
	char path[32];		/* "message.txt", "files/1.pdf" */
	uint64_t size;
	uint8_t hash[32];
	char type[80];		/* media type, from the fixed table */
	char name[LETTER_NAME_MAX + 1];	/* the source's, may be empty */
	struct letter_part part;	/* of a letter's only file */
	bool is_clean;	/* the source says: hidden details were removed */
};

/* Extension ("pdf", "bin") for a source's file name; static. */
const char *letter_extension(struct text name);
/* A part's file name without what a tool that cuts files put behind it:
 * "film.mp4" of "film.mp4.002" and of "film.mp4.ab". */
struct text letter_whole_name(struct text name);
bool letter_has_part(const struct letter_entry *e);
/* True when a letter of this kind may hold part n of so many. */
bool letter_is_part(enum letter_kind kind, uint64_t n, uint64_t of);
/* Media type of an extension of the fixed table; NULL for any other. Static. */
const char *letter_type(const char *extension);

/* PADME (Purbs, PETS 2019) of n, and the padded plaintext size of a letter
 * whose archive, end blocks included, has n bytes. */
uint64_t letter_padme(uint64_t n);
uint64_t letter_padded(uint64_t n);

/* True when an age payload of this many bytes can be a padded letter. */
bool letter_is_padded_size(uint64_t plain);

/* once = BLAKE2b-128("pista/v1 once" ‖ thread ‖ id). */
void letter_once(uint8_t out[static 16], const uint8_t thread[static THREAD_SIZE],
    const uint8_t id[static LETTER_ID_SIZE]);

#endif
