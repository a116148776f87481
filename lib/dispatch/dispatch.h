/*
 * What a member sends: events, notes and grants to colleagues, answers and
 * statuses to sources. Everything is sealed here and laid into the mirror, from
 * where whoever has the network sends it (sync/sync.h).
 *
 * Letters are sealed to the members of a desk, recovery, and their author. From
 * all that seals: ERR_DENIED when this member is not on the masthead, ERR_EXPIRED
 * or ERR_NOT_YET for a masthead that is not current. What fails changes nothing.
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
 * here; about none, t NULL, for away), after checking that it makes sense: members
 * that exist, values in their limits; of a label, letters, digits, spaces and "-".
 * It is pending until flush; *ret_handle undoes it with book_unpend.
 * ERR_NOT_FOUND (member), ERR_FORMAT, ERR_LIMIT; ERR_UNSUPPORTED for kinds that
 * one of the functions below says: answered, posted, told, handed, deleted and
 * restored.
 */
int dispatch_event(struct dispatch *d, const struct book_thread *t,
    const struct event *e, uint64_t *ret_handle);

/*
 * Seals all pending events, one letter a desk, and lays them out; statuses for
 * sources among them with the next edition. Events about a thread go to the desk
 * that has it; absences, deletions and handings-over to everyone. Nothing pending:
 * nothing happens.
 */
int dispatch_flush(struct dispatch *d);

/* A note only the desk sees, laid out at once. ERR_FORMAT when it is empty,
 * ERR_LIMIT. */
int dispatch_note(struct dispatch *d, const struct book_thread *t, struct text note);

/* An answer to the source: slots with filler, the status "answered" with the
 * next edition, the event with its text and slots. by empty: the member's name.
 * is_question tells "please write again" instead. *ret_parts slots. ERR_LIMIT
 * when it is too long, ERR_FORMAT when empty. */
int dispatch_answer(struct dispatch *d, const struct book_thread *t,
    struct text answer, struct text by, bool is_question, uint32_t *ret_parts);

/* Tells a thread a status with the next edition (once: a second time is
 * nothing, and so is "opened" for a thread that was told anything). Pending like an
 * event, until flush. ERR_AGAIN before the board was ever looked at. */
int dispatch_tell(struct dispatch *d, const struct book_thread *t,
    enum strip_code code);

/* Hands a thread to another desk: grant there, event here, flushed with all that
 * is pending. ERR_NOT_FOUND for a desk that is not, or nobody sits at; ERR_EXISTS
 * when it has the thread, ERR_DENIED for whoever does not sit at the desk that
 * has it, ERR_NO_KEY when there is nothing to grant. */
int dispatch_hand_over(struct dispatch *d, const struct book_thread *t,
    struct text desk);

/* Announces the deletion (or restoring) of letters and asks for it. ERR_NOT_FOUND,
 * ERR_UNSUPPORTED for an entry that is no letter, ERR_LIMIT above 4000. */
int dispatch_delete(struct dispatch *d, const uint64_t *seqs, size_t n,
    bool is_restore);

/*
 * What is due with the coming edition, to be called after each round: answers
 * and statuses that were for an edition that is over are built again; the last
 * answers of open threads are posted again before they expire; filler to the
 * usual number; the newest edition is attested; follow-ups of threads this
 * member handed over are granted on. And the scan: every new edition is searched
 * for slots of our threads that nobody recorded (book_alarm "answer"), and that
 * editions follow each other and are those that colleagues vouched for (book_alarm
 * "board"). About `most` HMACs a call, at most one post's entries (512) more;
 * *ret_is_done. With a masthead that is not current only the searching is done;
 * without a seat on it nothing is.
 */
int dispatch_edition(struct dispatch *d, size_t most, bool *ret_is_done);

#endif
