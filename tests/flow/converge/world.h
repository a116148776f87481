/*
 * A newsroom in one program: a server that is a list, people with mirrors and
 * books of their own, and sources. What happens in it is told as JSON lines, for
 * a plain model (converge.py) that must come to the same end.
 */
#ifndef PISTA_TESTS_CONVERGE_WORLD_H
#define PISTA_TESTS_CONVERGE_WORLD_H

#include <jansson.h>

#include "book/book.h"
#include "dispatch/dispatch.h"
#include "masthead/sign.h"

#define PEOPLE 4   /* on the first card */
#define PLAYERS 3  /* of them with a desk of their own; the last one leaves */
#define THREADS 16 /* at most */
#define ACTS 64    /* remembered, to be undone */

/* An entry of the server's list. */
struct post {
	struct mirror_entry entry;
	struct buf bytes;
	bool is_late; /* its bytes come with a later round */
};

/* Something said that may be taken back. */
struct act {
	uint64_t handle;
	struct book_thread thread;
	struct event event; /* texts are static */
};

struct person {
	const char *id;
	struct open_identities *ids;
	struct age_recipient to;
	uint8_t seed[32], sign[32];
	char path[256]; /* of the mirror; its directory holds the snapshot */
	struct mirror *mirror;
	struct book *book;
	struct dispatch *dispatch;
	uint64_t told_out; /* newest waiting thing that was told */
	struct act acts[ACTS];
	size_t acts_n;
};

struct source {
	struct thread_public keys;
	uint8_t mark_seed[32];
	char desk[MASTHEAD_ID_MAX + 1];
	uint64_t first;
};

struct world {
	uint64_t random;
	const char *directory;
	uint8_t newsroom[16];
	struct masthead_key *key;
	struct masthead_pin pin;
	struct masthead *card;
	uint64_t serial;
	int layout;
	bool has_left; /* the last person */
	struct post *posts;
	size_t posts_n;
	struct person people[PEOPLE];
	struct source sources[THREADS];
	size_t sources_n;
	uint32_t edition; /* the next */
};

/* Days in which everything happens; book_options.today. */
uint32_t world_today(void);
void world_set_day(uint32_t day);

/* 0 .. bound-1, from the seed alone. */
uint32_t pick(struct world *w, uint32_t bound);
/* Bytes from the seed: what has an order must have the same one again. */
void fill(struct world *w, uint8_t *p, size_t n);
/* True so many times in a hundred. */
bool chance(struct world *w, uint32_t percent);

/* world.c */
void world_init(struct world *w, uint64_t seed, const char *directory);
void world_fini(struct world *w);
/* A new card; without the last person once they have left. */
void world_card(struct world *w);
void person_open(struct world *w, struct person *p);
void person_close(struct person *p);

/* server.c */
uint64_t server_put(struct world *w, uint8_t type, struct text bytes);
/* Sends what waits, where the line is not cut: so many times in a hundred
 * things. Takes what is new, and, if has_all, what is late. */
void server_send(struct world *w, struct person *p, uint32_t cuts);
void server_take(struct world *w, struct person *p, bool has_all);

/* letters.c */
enum mark { MARK_GOOD, MARK_NONE, MARK_BAD };
void source_writes(struct world *w, struct source *s, enum letter_kind kind,
    enum mark mark, const char *text);
/* A letter of events as no desk makes it: author's key, signed by seed. */
void somebody_says(struct world *w, const uint8_t author[static 32],
    const uint8_t *seed, const char *desk, struct text lines);
void junk_comes(struct world *w);

/* told.c: one line of JSON each; takes the object. */
void tell(json_t *o);
/* A desk letter's content, as its author can open it. NULL when it cannot. */
json_t *letter_content(const struct world *w, const struct open_identities *ids,
    struct text sealed);

/* What was laid out since the last time. */
void tell_out(struct world *w, struct person *p);
/* All that a person's book shows in the end. */
json_t *everything(struct person *p);

/* acts.c: one thing that somebody does. */
void person_acts(struct world *w, struct person *p);

#endif
