/*
 * The opened inbox: every letter of the mirror that this member can open, in a
 * database in memory, folded into threads. Only what is sealed is ever written.
 *
 * The state of a thread is a fold: its events in the order of seq, then the
 * pending ones of this member. Every field (status, assigned, summary, desk) is
 * what the last event about it says. Two events about one field that did not
 * know of each other (the later one's author had seen less than the earlier
 * one's seq) and differ are a conflict, shown until somebody who saw both sets
 * the field again. Flags and labels are sets: on and off by name. Events by
 * somebody who was not on the masthead at that seq count for nothing.
 *
 * Not for several threads.
 */
#ifndef PISTA_BOOK_BOOK_H
#define PISTA_BOOK_BOOK_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "letter/events.h"
#include "letter/read.h"
#include "masthead/masthead.h"
#include "mirror/mirror.h"
#include "open/open.h"

struct book;

struct book_options {
	const uint8_t *newsroom;	/* 16 bytes */
	const struct masthead_pin *pin;
	struct mirror *mirror;			/* borrowed, like all of these */
	const struct open_identities *ids;
	const uint8_t *sign_seed;	/* whose desk this is */
	uint32_t (*today)(void);	/* NULL: day_today */
	unsigned threads;	/* that help to open many letters; 0: none */
};

int book_new(const struct book_options *o, struct book **ret_book);
void book_free(struct book **book);	/* wipes */

/*
 * The sealed snapshot (directory/book.age) and file-key cache
 * (directory/keys.age), both age files to a key that only this identity can
 * derive, so that nobody else can make one. load takes what is there and fits
 * the mirror; whatever does not (ERR_AUTH, ERR_VERSION, another past) is passed
 * over: the book is then empty, or without keys, and book_take does the rest.
 * *ret_is_fresh: the snapshot was taken. ERR_BUSY: another book can load it later.
 * save writes both, each atomically.
 */
int book_load(struct book *b, const char *directory, bool *ret_is_fresh);
int book_save(struct book *b, const char *directory);

/*
 * Takes what is new in the mirror: at most `most` entries, so that a caller can
 * show progress and answer others meanwhile. *ret_left: how many remain;
 * none while they wait for the bytes of a card, which must be here before them.
 * *ret_version changes when anything that is shown may have changed.
 */
int book_take(struct book *b, size_t most, uint64_t *ret_left);
/* Makes some of the texts that book_take left ready to be searched for; a search
 * and book_save do all the rest at once, which takes long after many new letters.
 * Nothing that is shown changes. */
int book_index(struct book *b, bool *ret_is_done);
uint64_t book_version(const struct book *b);
uint64_t book_seq(const struct book *b);	/* the newest taken */
/* The newest masthead of the mirror; NULL before the first. Borrowed until the
 * next book_take. */
const struct masthead *book_card(const struct book *b);
/* This member on it; NULL when not (any more). */
const struct masthead_member *book_me(const struct book *b);

/*
 * Pending events: this member's, applied at once, in order. A handle lives until
 * dropped (undo), or until the letter that was made of it arrives.
 * book_pending_sealed says which letter that is; such a handle cannot be
 * dropped any more (ERR_CONFLICT).
 */
int book_pend(struct book *b, const struct event *e, uint64_t *ret_handle);
int book_unpend(struct book *b, uint64_t handle);
typedef int book_pending_fn(void *ctx, uint64_t handle, const struct event *e);
/* Those not sealed yet, in order. */
int book_each_pending(struct book *b, book_pending_fn *fn, void *ctx);
int book_pending_sealed(struct book *b, uint64_t handle,
    const uint8_t letter_id[static LETTER_ID_SIZE]);

/* The event that undoes e as things stand: what the field said before. For
 * kinds that cannot be undone (opened, answered, posted, told): ERR_UNSUPPORTED. Texts are
 * borrowed until the next call with b. */
int book_inverse(struct book *b, const struct event *e, struct event *ret_event);

/* What it takes to answer or hand over a thread. */
struct book_thread {
	uint8_t thread[THREAD_SIZE];
	uint64_t seq;			/* its first letter */
	uint8_t digest[32];
	struct thread_public keys;	/* reply key, slot key, mark */
	char desk[MASTHEAD_ID_MAX + 1], lang[LETTER_WORD_MAX + 1];
};
/* By seq of any of its letters ("12") or by at least four hex digits ("t:9f3a…"
 * or "9f3a"). ERR_NOT_FOUND, ERR_CONFLICT when several begin so. */
int book_find(struct book *b, const char *name, struct book_thread *ret_thread);
/* Every open thread, newest first, for re-posting and for scanning the board. */
typedef int book_thread_fn(void *ctx, const struct book_thread *t);
int book_each_open(struct book *b, book_thread_fn *fn, void *ctx);
/* The max threads that this member told a status last, with that edition or an
 * earlier one, each once. */
int book_each_told(struct book *b, uint32_t edition, size_t max,
    book_thread_fn *fn, void *ctx);
/* The newest answer of a thread as recorded (texts borrowed until the next call),
 * ERR_NOT_FOUND; and whether a slot (first 8 bytes of enc) is recorded. */
int book_last_answer(struct book *b, const uint8_t thread[static THREAD_SIZE],
    struct event *ret_answered);
bool book_has_slot(struct book *b, const uint8_t slot[static 8]);
/* Letters a grant of this thread must name, in order, those behind seq after:
 * what its source wrote. What only claims to belong to it never travels with it,
 * and what colleagues noted was for their desk. */
int book_grant_letters(struct book *b, const uint8_t thread[static THREAD_SIZE],
    uint64_t after, struct grant_letter *ret_letters, size_t max, size_t *ret_n);
/*
 * What is still to be granted to the desks that threads were handed to, in the
 * order of desks, at most max: letters of threads that this member handed over,
 * or somebody who has left, that this member never granted to the desk that has
 * the thread now. Which these are is read in the grants themselves; book_given
 * notes what was laid out just now.
 */
struct book_owed {
	char desk[MASTHEAD_ID_MAX + 1];
	struct grant_letter letter;
};
int book_owed(
    struct book *b, struct book_owed *ret_owed, size_t max, size_t *ret_n);
int book_given(struct book *b, struct text desk,
    const struct grant_letter *letters, size_t n);
/* The event lines that bring another desk to this thread's state. */
int book_grant_state(struct book *b, const uint8_t thread[static THREAD_SIZE],
    struct buf *ret_lines);

/* File key of a letter that can be opened, for saving its files. ERR_NOT_FOUND,
 * ERR_NO_KEY. */
int book_key(struct book *b, uint64_t seq, uint8_t ret_key[static 16]);

/*
 * An alarm from elsewhere (the board's scan, the network), shown with the book's
 * own until the cause goes: key names it, a second with the same key replaces
 * it; words NULL takes it away. Pages say an alarm in their own languages, by
 * kind, what and number; words are for terminals.
 */
struct book_alarm {
	const char *kind, *key;
	const char *what; /* which of several of that kind; NULL: there is one */
	const uint8_t *thread;
	uint64_t seq;
	uint32_t number; /* of an edition, or of a file; 0: none */
	const char *words;
};
int book_alarm(struct book *b, const struct book_alarm *a);

/*
 * Everything below gives JSON that the caller owns (json_decref). Days are
 * "YYYY-MM-DD". All texts of
 * sources and colleagues are as they came, less what UTF-8 forbids; whoever
 * shows them makes control and bidirectional characters visible (say.h for
 * terminals, text nodes and <bdi> for pages).
 *
 * A thread, in a list:
 *   {"thread":hex32,"seq","day","newest_day","kind":"tip|drill","story","lang",
 *    "desk","channel","terms","name","contact","passage","preview":(160 code
 *    points),"letters":n,"claims":n,"files":[{"type","size"}] the first 50,
 *    "state":"new|open|parked|closed|bin","reason","until":day,
 *    "assigned":[member],"labels":[…],"summary","is_plant","is_danger",
 *    "came_back":bool (a source's letter behind the last answer or closing),
 *    "seen":[member],"answering":[member],"answers":n,"answered_day",
 *    "told":"opened…","told_day",
 *    "acknowledge":{"due":day,"done":bool},"feedback":{"due":day,"done":bool},
 *    "conflicts":[{"field","value","by","seq"}],"near":[hex32],
 *    "withdrawn":bool,"pending":n,"alarm":bool}
 * Members are ids of the masthead; "?" + 8 hex digits of a key that left it.
 * new: nobody has opened it. Absent: unset.
 */
enum book_order { BOOK_DUE, BOOK_NEWEST, BOOK_OLDEST };
struct book_query {
	/* "queue" (neither parked, closed nor bin; parked and closed ones come back
	 * when the source writes again, parked ones when their day has come),
	 * "mine" and "unassigned" of these, "due" (within 7 days or over),
	 * "came-back", "parked", "closed", "bin", "danger", "plant", "alarm",
	 * "all": also those whose letters were all deleted */
	const char *view;
	const char *desk, *story, *lang, *label, *member;	/* NULL: any */
	const char *kind;	/* media type of a file begins so: "image/" */
	const char *words;	/* full text: words and "phrases", prefix with *;
				 * NULL: none. Over messages, notes, answers,
				 * summaries, file names, stories. */
	enum book_order order;
	size_t skip, limit;	/* limit 0: 100; at most 1000 */
};
/* {"threads":[…],"total":n}; with words each has "found":"snippet", the hits
 * between U+0001 and U+0002. ERR_FORMAT for words that make no query. */
int book_list(struct book *b, const struct book_query *q, json_t **ret_json);

/* One thread as it stands in lists. */
int book_row(struct book *b, const uint8_t thread[static THREAD_SIZE],
    json_t **ret_json);

/*
 * One thread, all of it: the members above, "message" of the first letter
 * whole, and "items" in order of seq, pending ones last:
 *   {"type":"letter","seq","day","kind","text","own":bool (else it only claims
 *    to belong),"signed":bool,"story","passage","terms","name","contact",
 *    "files":[{"n","type","size","blake2b","name","held":bool,
 *      "part":{"n","of"},"clean":true (the source removed hidden details)}],
 *    "bytes","deleted"}
 *   {"type":"answer","seq","day","by":member,"signature":text,"text","parts","id",
 *    "editions":[numbers it was seen in]}
 *   {"type":"note","seq","day","by","text"}
 *   {"type":"event","seq","day","by","kind","value","reason","until","is_off"}
 * with "pending":handle for those not yet with colleagues, and "at", the place
 * it has. An event that was told again, as grants do, is shown once. Where files
 * came in parts, "cut":[{"type","name","of","size" of what is here,
 *    "parts":[{"n","seq","size","held":bool}],"missing":[numbers],"doubtful":bool
 *    (parts of another file may be among them: nothing tells them apart)}] is one
 * of the members above.
 *
 * A thread may be long: part NULL gives all of it at once, else a part, with
 * "more", if there is more, the cursor of the next. Parts go from the newest
 * back, each in order; only the first has the members above, and "claimed", the
 * newest letters that only claim to belong here, which stand in no part; or
 * forward, with these letters in their place. ERR_FORMAT for what is no cursor.
 */
struct book_part {
	const char *cursor; /* NULL: the first part */
	bool is_forward;
	size_t items; /* at most; 0: 200 */
	size_t bytes; /* after which no item begins; 0: 1 MiB */
};
int book_show(struct book *b, const uint8_t thread[static THREAD_SIZE],
    const struct book_part *part, json_t **ret_json);

/* The same list of files in parts alone, empty when there are none. */
int book_cut(struct book *b, const uint8_t thread[static THREAD_SIZE],
    json_t **ret_list);

/* {"queue":n,"mine":n,…} for every view, {"due_today":n,"overdue":n,
 * "junk":n (letters that could not be read),"weeks":[{"week":"2026-W47","arrivals":n
 * (rounded to fives)}] the last 12,"stories":[{"story","threads","new"}],
 * "labels":[{"label","threads"}],"langs":[…]} */
int book_counts(struct book *b, json_t **ret_json);

/* {"alarms":[{"kind","what","seq","thread","number","such":how often, from 2
 * on,"is_partial","text","day"}]}, of kinds "deleted" and "gone" (nobody
 * announced it; its bytes are there still, or not; is_partial: only its beginning
 * is here), "missing" (never came), "fork" (what "colleague": they were shown
 * another past; "past": this machine was), "answer" (nobody recorded it), "board"
 * (editions that do not fit: what "attest", "missing", "broken"), "forged" (an
 * author who did not sign), "left" (a letter of somebody who left), and those of
 * book_alarm. text: English, for terminals. */
int book_alarms(struct book *b, json_t **ret_json);

/* {"members":[{"id","name","desks":[…],"away":{"from","until","deputy"},"open":n
 * threads assigned,"is_me"}],"desks":[{"id","names":{},"members":[…]}],
 * "left":[{"id","name","threads":n still assigned}]} */
int book_people(struct book *b, json_t **ret_json);

/* Letters with raw entries, for `pista list --all' and scripts:
 * {"letters":[{"seq","day","kind","state","thread","size","lang","story","desk",
 * "message",…}]} */
int book_letters(struct book *b, uint64_t after, size_t limit, json_t **ret_json);

#endif
