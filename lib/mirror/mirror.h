/*
 * The member's local copy of the inbox: entries with their chain, and the
 * sealed bytes as far as they were fetched; what waits to be sent; the board's
 * editions. Nothing in it is plaintext.
 *
 * Two files (SQLite, rollback journal, never mapped), which several processes
 * have open at the same time. The inbox's is where the process with the network
 * works, and may say anything once that was taken over: it costs what the
 * server has anyway, time, and nothing besides. The other is the member's own,
 * out of that process's reach: what waits to be sent, and duties done.
 *
 * Every change lands whole or not at all. ERR_BUSY when another process writes
 * for more than some seconds, ERR_FORMAT when a file is damaged, ERR_FULL,
 * ERR_IO, ERR_NOMEM come from every function.
 */
#ifndef PISTA_MIRROR_MIRROR_H
#define PISTA_MIRROR_MIRROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct mirror;

struct mirror_entry {
	uint64_t seq;
	uint8_t type; /* CHAIN_LETTER, CHAIN_CARD */
	/* as the server listed it last */
	bool is_deleted; /* softly: it still has the bytes */
	bool is_gone;    /* it has no bytes */
	uint32_t day;
	uint64_t size; /* bytes of the age file */
	uint64_t held; /* how many of them are here, from the start */
	uint8_t digest[32];
	uint8_t link[32];
};

/* Opens or makes the inbox's file at path and the member's own at own; own is
 * NULL for who has the network alone, and may then not use the functions for
 * what waits (mirror_out_) and duties. ERR_FORMAT for a damaged one and for one
 * that was found to be damaged before; of the member's own ERR_NEWSROOM, and
 * ERR_VERSION for a newer one, which in the inbox's are damage: anybody could
 * have written that, and it comes again. */
int mirror_open(const char *path, const char *own,
    const uint8_t newsroom[static 16], struct mirror **ret_mirror);
void mirror_close(struct mirror **mirror);

/* How long to wait for others who write to the inbox's file, in milliseconds,
 * instead of some seconds. */
void mirror_set_patience(struct mirror *m, int ms);

/* True once an ERR_FORMAT came from a file itself. It is remembered in the
 * file, as far as that can still be written. */
bool mirror_is_damaged(const struct mirror *m);
/* For whoever finds that what the inbox's file gives cannot be true. Returns
 * ERR_FORMAT. */
int mirror_set_damaged(struct mirror *m);

/* True when a file at its path is another one now: somebody recovered it.
 * Close and open again. */
bool mirror_is_moved(const struct mirror *m);

/*
 * Moves what is damaged aside, to path.damaged-N, and opens new files. What
 * waited to be sent is kept, of a damaged file as far as it can be read.
 * *mirror: the damaged one, or NULL when it could not be opened; the new one
 * afterwards. A file that somebody else has recovered meanwhile is only opened.
 * Everything else comes again from the server. On failure *mirror is NULL.
 */
struct mirror_recovery {
	unsigned number;     /* N of the inbox's file; 0: it was not moved */
	unsigned own_number; /* the same of the member's own */
	uint64_t saved;      /* waiting things that were carried over */
	bool is_whole;       /* these were all */
};
int mirror_recover(const char *path, const char *own,
    const uint8_t newsroom[static 16], struct mirror **mirror,
    struct mirror_recovery *ret_recovery);

/* The highest N of the damaged files that still lie beside path; 0: none. */
unsigned mirror_aside(const char *path);

/* What goes into the inbox's file between begin and commit lands together;
 * rollback undoes it. Only for moments: others wait. */
int mirror_begin(struct mirror *m);
int mirror_commit(struct mirror *m);
void mirror_rollback(struct mirror *m);

/* The newest entry's seq and link; zeros when there is none. */
int mirror_last(
    struct mirror *m, uint64_t *ret_seq, uint8_t ret_link[static 32]);

int mirror_add(struct mirror *m, const struct mirror_entry *e);
int mirror_set_state(
    struct mirror *m, uint64_t seq, bool is_deleted, bool is_gone);
/* The size, which only the bytes prove: for an entry of which none are here.
 * ERR_USAGE otherwise. */
int mirror_set_size(struct mirror *m, uint64_t seq, uint64_t size);
int mirror_get(struct mirror *m, uint64_t seq, struct mirror_entry *ret_entry);

/* The first entry that arrived on that day or later; above every seq when there
 * is none. */
int mirror_since(struct mirror *m, uint32_t day, uint64_t *ret_seq);

/* How far the states of old entries were looked at again; 0 at first. */
int mirror_checked(struct mirror *m, uint64_t *ret_seq);
int mirror_set_checked(struct mirror *m, uint64_t seq);

/* Bytes go in from the start without a gap: offset is what is held; inside
 * begin and commit. */
int mirror_put(
    struct mirror *m, uint64_t seq, uint64_t offset, const void *p, size_t n);
/* *ret_n is less than n only at the end of what is held. */
int mirror_read(struct mirror *m, uint64_t seq, uint64_t offset, void *out,
    size_t n, size_t *ret_n);
/* Leaf hashes, from chunk 1 on, of a letter that is not held whole. */
int mirror_leaves_put(struct mirror *m, uint64_t seq, const void *p, size_t n);
int mirror_leaves_get(struct mirror *m, uint64_t seq, struct buf *ret_leaves);

/*
 * What waits to be sent, sealed: letters to colleagues, posts to the board,
 * deletions. Whoever holds the keys puts it here. From here it is laid into the
 * tray, out of which whoever has the network takes it in the order of number,
 * and drops what the server acknowledged; then it waits no longer.
 */
enum mirror_out_kind { MIRROR_LETTER = 1, MIRROR_BOARD, MIRROR_DELETE };
struct mirror_out {
	uint64_t number; /* given by put, ascending */
	enum mirror_out_kind kind;
	uint8_t once[16]; /* letters: Idempotency-Key */
	uint32_t edition; /* board posts with status entries: the one they are
				 * for; else 0 */
	struct buf bytes; /* the request's body; get fills it */
};
#define MIRROR_OUT_MAX (1024 * 1024)
/* All puts and drops between begin and commit land together, and are then laid
 * into the tray if that can be done now. */
int mirror_out_begin(struct mirror *m);
int mirror_out_commit(struct mirror *m);
void mirror_out_rollback(struct mirror *m);
/* ERR_LIMIT; ERR_CLOSED when the file is another one now (mirror_is_moved). */
int mirror_out_put(struct mirror *m, enum mirror_out_kind kind,
    const uint8_t once[static 16], uint32_t edition, const void *p, size_t n,
    uint64_t *ret_number);
/* The first above after. ERR_NOT_FOUND at the end. The caller ends bytes. */
int mirror_out_get(
    struct mirror *m, uint64_t after, struct mirror_out *ret_out);
int mirror_out_drop(struct mirror *m, uint64_t number);
/* How many wait. */
int mirror_out_count(struct mirror *m, uint64_t *ret_n);
/* The number given last; 0: none yet. */
int mirror_out_last(struct mirror *m, uint64_t *ret_number);

/* Makes the tray be what waits, and ends the waiting of what was taken out of
 * it. Does nothing without the member's own file. ERR_CLOSED when a file is
 * another one now. */
int mirror_settle(struct mirror *m);

/* The tray: as above, for whoever has the network. What is put into it by
 * anybody else is thrown away by mirror_settle. */
int mirror_tray_get(
    struct mirror *m, uint64_t after, struct mirror_out *ret_out);
int mirror_tray_drop(struct mirror *m, uint64_t number);
int mirror_tray_count(struct mirror *m, uint64_t *ret_n);
/* The highest number in it; 0: it is empty. */
int mirror_tray_last(struct mirror *m, uint64_t *ret_number);

/* Editions of the board: head, strip and index of each, as fetched and checked
 * to follow each other. */
int mirror_edition_put(
    struct mirror *m, uint32_t number, const void *p, size_t n);
/* The first above after. ERR_NOT_FOUND at the end. The caller ends bytes, which
 * it has begun. */
int mirror_edition_get(struct mirror *m, uint32_t after, uint32_t *ret_number,
    struct buf *ret_bytes);
/* The newest that is here; 0: none. */
int mirror_edition_last(struct mirror *m, uint32_t *ret_number);
/* The number the next edition will have; 0 when never heard. */
int mirror_edition_next(struct mirror *m, uint32_t *ret_number);
int mirror_edition_set_next(struct mirror *m, uint32_t number);
int mirror_edition_drop(struct mirror *m, uint32_t below);

/* How far this member's own duties were done: the newest edition slots were
 * posted for, the newest whose slots were all accounted for. 0 at first. */
enum mirror_duty {
	MIRROR_POSTED,
	MIRROR_SCANNED,
	MIRROR_DUTIES
};
int mirror_done(struct mirror *m, enum mirror_duty duty, uint64_t *ret_number);
int mirror_set_done(struct mirror *m, enum mirror_duty duty, uint64_t number);

/* The newest entry of type CHAIN_CARD that is held; ERR_NOT_FOUND. */
int mirror_newest_card(struct mirror *m, struct mirror_entry *ret_entry);

/* Entries above after, at most max, in order; *ret_n may be 0. Costs no more
 * for a long inbox than for a short one. */
int mirror_after(struct mirror *m, uint64_t after,
    struct mirror_entry *ret_entries, size_t max, size_t *ret_n);
/* Seqs above after of entries that have no bytes here, though the server should
 * have them; costs what it returns. */
int mirror_wanted(struct mirror *m, uint64_t after, uint64_t *ret_seqs,
    size_t max, size_t *ret_n);
/*
 * Counts every change of an entry's state (deleted, gone, held), so that a
 * reader can ask what changed since: entries with changes above since, in order
 * of change, each once. *ret_newest: what to ask with next time: the change of
 * the last one given, or, when none is, the newest of all. Whoever begins asks
 * with INT64_MAX first and then reads all entries. A *ret_newest below since:
 * another file has taken this one's place, begin anew.
 */
int mirror_changed(struct mirror *m, uint64_t since,
    struct mirror_entry *ret_entries, size_t max, size_t *ret_n,
    uint64_t *ret_newest);

/* The stories the newsroom publishes, as fetched; empty at first. */
int mirror_stories(struct mirror *m, struct buf *ret_json);
int mirror_set_stories(struct mirror *m, struct text json);

#endif
