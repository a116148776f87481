/*
 * An inbox for tests of the book: cards, letters of sources and members, laid
 * into mirrors as far and in whatever order a test wants. Every function asserts
 * that nothing goes wrong.
 */
#ifndef PISTA_TESTS_BOOK_KIT_H
#define PISTA_TESTS_BOOK_KIT_H

#include "book/book.h"
#include "masthead/sign.h"

#define INBOX_MAX 700
#define INBOX_DAY 20500

/* ana and bo sit at "news", eva at "sport"; who is seated says the card. */
enum { ANA = 1, BO = 2, EVA = 4, EVERYBODY = 7 };

struct inbox_member {
	const char *id;
	struct open_identities *ids;
	struct age_recipient to;
	uint8_t seed[32], sign[32];
};

struct inbox_entry {
	struct mirror_entry e;
	struct buf bytes;
};

struct inbox {
	uint8_t newsroom[16];
	struct masthead_key *key;
	struct masthead_pin pin;
	struct inbox_member member[3];
	uint64_t serial;
	uint8_t card[32];
	uint32_t day;
	char directory[64];
	struct inbox_entry entry[INBOX_MAX];
	size_t n;
	const char *promise; /* JSON of promise_days, or NULL */
	uint8_t id[LETTER_ID_SIZE]; /* of the letter made last */
	struct letter_part part; /* of files in letters to come, zeros: whole */
	bool is_clean;
};

void inbox_init(struct inbox *b);
void inbox_fini(struct inbox *b);
struct inbox_member *inbox_member(struct inbox *b, unsigned who);

/* Each appends one entry and returns its seq. */
uint64_t inbox_card(struct inbox *b, unsigned seated);
uint64_t inbox_old_card(struct inbox *b, uint64_t seq);
uint64_t inbox_bytes(struct inbox *b, struct buf *bytes);
uint64_t inbox_again(struct inbox *b, uint64_t seq);
/* to: members it is sealed to. */
uint64_t inbox_letter(struct inbox *b, unsigned to, struct letter_tip *tip,
    struct text message, const uint8_t *mark_seed, const uint8_t *seed);
/* The same, not appended. */
void inbox_seal(struct inbox *b, unsigned to, struct letter_tip *tip,
    struct text message, const uint8_t *mark_seed, const uint8_t *seed,
    size_t file, struct buf *out);

/* A source's letter; the first of a thread is a tip. */
void inbox_source(struct inbox *b, uint8_t number, struct thread_keys *ret_keys);
uint64_t inbox_tip(struct inbox *b, uint8_t number, const char *message);
uint64_t inbox_follow_up(struct inbox *b, uint8_t number, const char *message);
/* A part of a file with n bytes; without mark it only claims to belong. */
uint64_t inbox_part(struct inbox *b, uint8_t number, struct letter_part part,
    size_t n, bool has_mark);
/* What a member says about letter seq, who had seen entries up to seen. */
uint64_t inbox_say(struct inbox *b, unsigned who, uint64_t seen, uint64_t seq,
    enum event_kind kind, const char *value, bool is_off);
uint64_t inbox_event(
    struct inbox *b, unsigned who, uint64_t seen, const struct event *e);
uint64_t inbox_lines(struct inbox *b, unsigned who, unsigned to, uint64_t seen,
    enum letter_kind kind, const uint8_t *thread, struct text lines);
void inbox_about(struct inbox *b, uint64_t seq, struct event *e);

/* A member's mirror and book. */
struct reader {
	struct inbox *inbox;
	struct inbox_member *member;
	struct mirror *mirror;
	struct book *book;
	char path[96];
};
void reader_init(struct reader *r, struct inbox *b, unsigned who);
void reader_fini(struct reader *r);
/* A new book over the same mirror. */
void reader_reopen(struct reader *r);
/* Entries up to seq into the mirror, with or without their bytes. */
void reader_list(struct reader *r, uint64_t seq, bool has_bytes);
void reader_bytes(struct reader *r, uint64_t seq, size_t n);
/* All that is new, and the book takes it. */
void reader_sync(struct reader *r);
void reader_take(struct reader *r);

/* The thread of a letter as it stands. */
json_t *reader_show(struct reader *r, uint64_t seq);
json_t *reader_list_view(struct reader *r, const char *view, const char *words);
/* How many threads; and how many alarms of a kind. */
size_t reader_count(struct reader *r, const char *view, const char *words);
size_t reader_alarms(struct reader *r, const char *kind);
/* The member of a thread as text, compact; static, until the next call. */
const char *reader_field(struct reader *r, uint64_t seq, const char *name);
/* All threads and letters, as text to compare: the caller frees. */
char *reader_dump(struct reader *r);

#endif
