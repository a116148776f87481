/*
 * A newsroom in one process, for tests of what its members do together: a server
 * that keeps two lists, members each with mirror, book and dispatch, and
 * sources. Every function asserts that nothing goes wrong.
 */
#ifndef PISTA_TESTS_DISPATCH_KIT_H
#define PISTA_TESTS_DISPATCH_KIT_H

#include "board/edition.h"
#include "book/book.h"
#include "dispatch/dispatch.h"
#include "letter/letter.h"
#include "masthead/sign.h"

#define OFFICE_MEMBERS 4
#define OFFICE_ENTRIES 640
#define OFFICE_EDITIONS 40
#define OFFICE_WAITING 256

/* ana and bo sit at "news", eva at "sport", old at "news" until office_leave. */
enum { ANA, BO, EVA, OLD };

struct office_member {
	const char *id;
	struct open_identities *ids;
	struct age_recipient to;
	uint8_t sign_seed[32], sign[32];
	bool is_seated;
	struct mirror *mirror;
	struct book *book;
	struct dispatch *dispatch;
};

struct office_entry {
	struct mirror_entry e;
	struct buf bytes;
};

struct office {
	uint8_t newsroom[16];
	struct masthead_key *key;
	struct masthead_pin pin;
	uint64_t serial;
	uint8_t card_hash[32];
	unsigned seconds; /* of a drill's editions; 0: no drill */
	bool has_gone;    /* the card is one of last year */
	char directory[64];
	struct office_member member[OFFICE_MEMBERS];
	/* the server */
	struct office_entry entry[OFFICE_ENTRIES];
	size_t entries;
	struct {
		struct buf bytes, slots;
		uint8_t hash[32];
	} edition[OFFICE_EDITIONS];
	uint32_t editions;        /* released, from 1 */
	struct buf slots, strips; /* waiting */
	uint8_t attest[EDITION_ATTEST_SIZE];
	uint64_t withheld; /* nobody is given the bytes of this letter; or 0 */
	uint32_t day;      /* on which editions appear; 0: today */
};

void office_init(struct office *o);
void office_fini(struct office *o);
/* A new card with the members that are seated. */
void office_card(struct office *o);

/* A letter of any kind as it may come from outside: newsroom and card are
 * filled in. Sealed to desk's members, or NULL: to everyone. Returns its seq. */
uint64_t office_letter(struct office *o, const char *desk,
    struct letter_tip *tip, struct text message, const uint8_t *mark_seed,
    const uint8_t *member_seed);
/* A source's letter; keys from office_source. */
void office_source(
    struct office *o, uint8_t number, struct thread_keys *ret_keys);
uint64_t office_tip(struct office *o, enum letter_kind kind,
    const struct thread_keys *keys, const char *desk, const char *message);

/* What waits goes out, what is new comes in, the book takes it. */
void office_send(struct office *o, struct office_member *m);
void office_fetch(struct office *o, struct office_member *m);
void office_round(struct office *o, struct office_member *m);
void office_edition(struct office *o);
/* All of dispatch_edition, and a round for what it laid out. */
void office_duties(struct office *o, struct office_member *m);

/* Another program of the same member: only the mirror stays. */
void office_restart(struct office *o, struct office_member *m);

struct book_thread office_find(struct office_member *m, uint64_t seq);
/* A member of a thread as the book shows it, the caller's to decref. */
json_t *office_show(struct office_member *m, uint64_t seq);

#endif
