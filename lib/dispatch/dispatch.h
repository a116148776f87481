/*
 * What a member sends: events, notes and grants to colleagues, answers and
 * statuses to sources. Everything is sealed here and laid into the mirror, from
 * where whoever has the network sends it (sync/sync.h).
 */
#ifndef PISTA_DISPATCH_DISPATCH_H
#define PISTA_DISPATCH_DISPATCH_H

#include "board/edition.h"
#include "book/book.h"

#define DISPATCH_ANSWER_MAX EVENT_TEXT_MAX
#define DISPATCH_NOTE_MAX 60000

struct dispatch;

struct dispatch_options {
	struct book *book;
	struct mirror *mirror;
	const uint8_t *newsroom;	/* 16 bytes */
	const uint8_t *sign_seed;
};
int dispatch_new(const struct dispatch_options *o, struct dispatch **ret_dispatch);
void dispatch_free(struct dispatch **dispatch);

/*
 * An event about a thread (its first letter's seq and digest are filled in
 * here), after checking that it makes sense: members and desks that exist,
 * values in their limits. It is pending until flush; *ret_handle undoes it with
 * book_unpend. ERR_NOT_FOUND (member, desk), ERR_FORMAT, ERR_LIMIT, ERR_DENIED
 * when this member is not on the masthead.
 */
int dispatch_event(struct dispatch *d, const struct book_thread *t,
    const struct event *e, uint64_t *ret_handle);

/*
 * Seals all pending events, one letter a desk, and lays them out. Events about
 * a thread go to the desk that has it; a handing-over goes to both. Nothing
 * pending: nothing happens.
 */
int dispatch_flush(struct dispatch *d);

/* A note only the desk sees, laid out at once. */
int dispatch_note(struct dispatch *d, const struct book_thread *t, struct text note);

/* An answer to the source: slots with filler, the status "answered" with the
 * next edition, the event with its text and slots. by empty: the member's name.
 * is_question tells "please write again" instead. *ret_parts slots. ERR_LIMIT
 * when it is too long, ERR_FORMAT when empty. */
int dispatch_answer(struct dispatch *d, const struct book_thread *t,
    struct text answer, struct text by, bool is_question, uint32_t *ret_parts);

/* Tells a thread a status with the next edition (once: a second time is
 * nothing). */
int dispatch_tell(struct dispatch *d, const struct book_thread *t,
    enum strip_code code);

/* Hands a thread to another desk: grant there, event here, flushed. */
int dispatch_hand_over(struct dispatch *d, const struct book_thread *t,
    struct text desk);

/* Announces the deletion (or restoring) of letters and asks for it. */
int dispatch_delete(struct dispatch *d, const uint64_t *seqs, size_t n,
    bool is_restore);

/*
 * What is due with the coming edition, to be called after each round: answers
 * and statuses that were for an edition that is over are built again; the last
 * answers of open threads are posted again before they expire; filler to the
 * usual number; the newest edition is attested; follow-ups of threads this
 * member handed over are granted on. And the scan: every new edition is searched
 * for slots of our threads that nobody recorded (book_alarm "answer"). At most
 * `most` HMACs a call; *ret_is_done.
 */
int dispatch_edition(struct dispatch *d, size_t most, bool *ret_is_done);

#endif
