/*
 * A place around one real pistad-form: the kit is its parent, its gate, its
 * keep and the person with the browser. Everything asserts.
 */
#ifndef PISTA_TESTS_FORM_KIT_H
#define PISTA_TESTS_FORM_KIT_H

#include "base/buf.h"
#include "letter/read.h"
#include "masthead/sign.h"
#include "open/open.h"
#include "receipt/receipt.h"
#include "wire/wire.h"

#define KIT_BOUNDARY "----pista7f3a"
#define KIT_CHUNKS 512
#define KIT_EDITIONS 8
#define KIT_FILE_MAX (1024 * 1024)

struct kit_edition {
	struct buf index, slots;
	uint8_t hash[32];
};

struct kit {
	/* The newsroom. */
	uint8_t newsroom[16];
	struct masthead_key *key;
	struct masthead_pin pin;
	struct open_identities *ids;
	struct buf card; /* body of CARD */
	uint64_t next_time;
	enum wire_front front;
	bool has_desks; /* two of them */

	/* What keep does. */
	int refuse_begin, refuse_commit; /* errors, 0: takes it */
	size_t die_after;                /* chunks, 0: lives */
	struct kit_edition edition[KIT_EDITIONS];
	size_t editions;
	size_t missing; /* number of an edition it denies, 0: none */

	/* What keep got from the last request. */
	struct buf head;
	uint8_t *chunk[KIT_CHUNKS];
	size_t chunk_n[KIT_CHUNKS];
	size_t chunks;
	bool is_committed, is_dropped;
	uint8_t once[16];

	/* The answer. */
	struct buf answer; /* with its head */
	struct text page;  /* behind it */
	unsigned status;
	struct buf request;      /* the body being built */
	const char *extra;       /* header lines of the next request */
	unsigned pressure_after; /* seconds; then the body stalls */
	bool pressure_early;     /* and once at the beginning */
	char directory[64];
};

void kit_init(struct kit *k);
void kit_fini(struct kit *k);
/* A new card: issued so many days ago, good for 20 days. */
void kit_card(struct kit *k, unsigned days_ago);

/* Building a form. */
void kit_begin(struct kit *k, const char *what);
void kit_field(struct kit *k, const char *name, const char *value);
void kit_field_n(struct kit *k, const char *name, struct text value);
void kit_file(struct kit *k, const char *name, const void *p, size_t n);
/* Its last line, when kit_post does not send it. */
void kit_end(struct kit *k);
/* Sends it through a fresh form. */
void kit_post(struct kit *k);
/* The same with the body as given. */
void kit_post_raw(struct kit *k, const char *path, const char *type);

/*
 * Sends this head and what was built of the body, reads nothing, and says every
 * moment that others wait. Returns after how many seconds the form has gone;
 * `seconds` when it stayed so long, and then it is let go.
 */
unsigned kit_hold(struct kit *k, const char *head, unsigned seconds);

bool kit_has(const struct kit *k, const char *s);
/* The value of a hidden field of the page; an assertion when there is none. */
struct text kit_hidden(const struct kit *k, const char *name);

/* The letter that keep got, opened. */
struct kit_letter {
	struct letter_head *head;
	struct buf message;
	struct buf file[4];
};
void kit_open(const struct kit *k, struct kit_letter *l);
void kit_letter_fini(struct kit_letter *l);

/* A new edition on the board with these slots, and a status for a thread. */
void kit_publish(struct kit *k, const uint8_t *slots, size_t slots_n,
    const uint8_t *slot_key, int status);

#endif
