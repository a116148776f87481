/*
 * What the files of this room share.
 *
 *   parcel.c   sealed things on their way into the mirror
 *   desk.c     which desks a thing is for
 *   check.c    whether an event makes sense
 *   flush.c    pending events into letters
 *   slots.c    posts for the board
 *   answer.c   answers and statuses
 *   hand.c     grants;  forward.c: those that follow later
 *   remove.c   deletions
 *   board.c    the editions that came: checked, vouched for
 *   scan.c     searched for answers that nobody recorded
 *   renew.c    what a new edition asks for
 */
#ifndef PISTA_DISPATCH_INSIDE_H
#define PISTA_DISPATCH_INSIDE_H

#include "dispatch/dispatch.h"

#define POST_SLOTS 8	/* slots of a post come in this many */
#define POST_STRIPS 8	/* and strip entries */
#define BOARD_DAYS 30	/* an edition lives so long */

/* A slot of one of our threads that nobody recorded. */
struct hit {
	uint8_t slot[8];
	uint8_t thread[THREAD_SIZE];
	uint64_t seq;
	uint32_t edition;
	bool is_told;
};
#define HITS_MAX 256

struct scan {
	struct found_thread *threads; /* secret memory; NULL: nothing to scan */
	size_t threads_n, at;
	struct buf index; /* of all editions to scan, joined */
	size_t index_at;  /* entries done for thread number at */
	struct {
		uint32_t number;
		size_t first; /* its first entry */
	} *editions;
	size_t editions_n;
	uint32_t newest;
	struct hit hits[HITS_MAX];
	size_t hits_n;
};

/* A post of statuses whose edition is over: whose they are is found with many
 * HMACs, as many a call as it may do. */
struct renewal {
	uint64_t number; /* of the post among what waits; 0: none */
	uint32_t next;	 /* the edition it is made again for */
	uint8_t (*keys)[32]; /* slot keys of threads; secret memory */
	size_t n, at;
	struct buf strips;
};

struct dispatch {
	struct book *book;
	struct mirror *mirror;
	uint8_t newsroom[16];
	const uint8_t *sign_seed;
	uint8_t me[32];
	uint32_t edition; /* the newest looked at */
	/* The newest that follows from those before; without strip and index. */
	struct edition_view newest;
	bool has_newest;
	bool is_broken; /* they did not follow each other: none is attested */
	struct scan scan;
	struct renewal renewal;
};

/* parcel.c */
struct parcel {
	struct parcel *next;
	enum mirror_out_kind kind;
	uint8_t once[16], id[LETTER_ID_SIZE]; /* of a letter */
	uint32_t edition;		      /* of a post with strip entries */
	uint64_t replaces; /* number of what it stands for; 0: nothing */
	struct buf bytes;
};
struct parcels {
	struct parcel *first, **end;
};
void parcels_init(struct parcels *ps);
void parcels_fini(struct parcels *ps);
/* An empty one, at the end. */
int parcels_add(struct parcels *ps, enum mirror_out_kind kind,
    struct parcel **ret_parcel);
/* All into the mirror, or none. */
int parcels_lay(struct dispatch *d, const struct parcels *ps);

/* What a letter to colleagues says. thread: of a note; else NULL. */
struct message {
	enum letter_kind kind;
	struct text desk;
	const uint8_t *thread;
	struct text text;
};
/* Seals it to the desk and to its author, who could not read it again. */
int parcels_letter(struct dispatch *d, struct parcels *ps,
    const struct message *m, struct parcel **ret_parcel);
/* The same with as many letters as m->text's lines need. ret_ids: if not NULL,
 * the id of the letter that each line is in. */
int parcels_lines(struct dispatch *d, struct parcels *ps,
    const struct message *m, uint8_t (*ret_ids)[LETTER_ID_SIZE]);

/* desk.c: desks of the card as bits. */
/* 0, ERR_DENIED for whoever is not on the masthead, ERR_EXPIRED. */
int desks_may(const struct dispatch *d);
const struct masthead_member *desks_member(
    const struct masthead *card, struct text id);
/* ERR_NOT_FOUND. */
int desks_find(const struct masthead *card, struct text id, size_t *ret_desk);
/* Those where this member sits. */
uint32_t desks_own(const struct dispatch *d);
/* The one that has a thread; for a desk that is not on the card the member's
 * own. */
size_t desks_of(const struct dispatch *d, const char *id);
/* So many that everyone sits at one of them. */
uint32_t desks_all(const struct dispatch *d);

/* check.c */
int check_event(const struct dispatch *d, const struct event *e);

/* flush.c: the pending events from handle since on, and what goes with them,
 * if not NULL: it is moved. */
int flush_since(struct dispatch *d, uint64_t since, struct parcels *with);
/* Takes back what was pended from handle since on. */
void flush_undo(struct dispatch *d, uint64_t since);
void find_name(char name[static 24], uint64_t seq);
/* The word for a code, and back; 0 for a word that is none. */
const char *status_word(enum strip_code code);
enum strip_code status_code(struct text word);

/* slots.c */
struct slots {
	struct buf b;
};
void slots_init(struct slots *s);
void slots_fini(struct slots *s);
size_t slots_n(const struct slots *s);
/* All parts of an answer; e gets parts and slots. */
int slots_answer(struct dispatch *d, struct slots *s,
    const struct thread_public *to, const struct answer *a, struct event *e);
/* Fills up with slots for nobody, shuffles, and makes a post of them. */
int slots_post(struct dispatch *d, struct slots *s, struct parcels *ps);
/* A post of strip entries for the next edition: filled up, shuffled. */
int strips_post(struct dispatch *d, struct buf *strips, uint32_t edition,
    struct parcels *ps, struct parcel **ret_parcel);

/* board.c */
/* Looks at the editions that came since. */
int board_check(struct dispatch *d);
/* The newest edition vouched for by this member; zeros for none. */
void board_attest(
    const struct dispatch *d, uint8_t out[static EDITION_ATTEST_SIZE]);
/* Index entries of the editions behind after, up to the newest checked, joined;
 * each is called for every one, with how many entries stand before it; it may
 * pass one over. */
#define BOARD_SKIP 1
typedef int board_fn(
    void *ctx, const struct edition_head *head, size_t first);
int board_index(struct dispatch *d, uint32_t after, board_fn *each, void *ctx,
    struct buf *ret_index);

/* scan.c */
struct found_thread {
	uint64_t seq;
	uint8_t thread[THREAD_SIZE];
	uint8_t slot[32];
};
/* The open threads of this member's desks, in secret memory. */
int threads_collect(struct dispatch *d, struct found_thread **ret_threads,
    size_t *ret_n);
int scan_step(struct dispatch *d, size_t *most, bool *ret_is_done);
void scan_fini(struct scan *s);

/* renew.c */
/* *ret_is_done: nothing was to do. */
int renew_statuses(struct dispatch *d, size_t *most, bool *ret_is_done);
void renewal_fini(struct renewal *r);
int renew_slots(struct dispatch *d, size_t *most);

/* hand.c: a grant of letters to a desk. */
int grant_parcels(struct dispatch *d, struct parcels *ps, size_t desk,
    const struct grant_letter *letters, size_t n);
/* Lays it out, and notes that the desk has these letters. */
int grant_lay(struct dispatch *d, const struct parcels *ps, size_t desk,
    const struct grant_letter *letters, size_t n);

/* forward.c */
int forward_step(struct dispatch *d, bool *ret_is_done);

#endif
