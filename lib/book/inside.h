/*
 * What the files of this room share: the book itself, its tables, and who does
 * what with them.
 *
 *   take.c     walks the mirror: chain, cards, letters to open
 *   job.c      opens one letter; pool.c: with the help of threads
 *   source.c   a source's letter into the tables; desk.c: a colleague's
 *   card.c     who was a member when
 *   event.c    events in and out of their table
 *   fold.c     the state of a thread out of its letters and events
 *   repeat.c   which of them people have been shown before
 *   pending.c  what this member said and colleagues have not got yet
 */
#ifndef PISTA_BOOK_INSIDE_H
#define PISTA_BOOK_INSIDE_H

#include "book/book.h"
#include "book/sql.h"

#define PENDING (INT64_C(1) << 62) /* ord of pending events begins here */
#define KIND_NOTE EVENT_KINDS	   /* a note stands among the events */
#define DAY_NEVER 0x7fffffff

#define ACKNOWLEDGE_DAYS 7
#define FEEDBACK_DAYS 90
#define DUE_DAYS 7 /* the view "due" looks so far ahead */

/* Of a document's number that are not its thread's. */
#define DOC_BITS 20
#define DOC_BITS_TEXT "20"

#define BANDS 4 /* of 16 bits in a text's simhash */

/* What became of an entry's bytes; column state of table letter. */
enum letter_state {
	LETTER_WAITING, /* not here, or not as far as its text goes */
	LETTER_OPEN,
	LETTER_NO_KEY,  /* another desk's, or nobody's */
	LETTER_JUNK,    /* not a letter, or not of this newsroom */
	LETTER_DAMAGED, /* bytes of another digest */
	LETTER_DROPPED, /* by somebody who does not count */
};

enum thread_status {
	STATUS_NEW,
	STATUS_OPEN,
	STATUS_PARKED,
	STATUS_CLOSED,
	STATUS_BIN,
	STATUS_COUNT
};
const char *status_text(enum thread_status status);

/* A past that this member saw and that the mirror does not tell, or not yet. */
struct book_past {
	uint64_t seq;
	uint8_t link[32];
};

struct book {
	uint8_t newsroom[16];
	struct masthead_pin pin;
	struct mirror *mirror;
	const struct open_identities *ids;
	uint8_t me[32]; /* signing key */
	uint32_t (*today)(void);
	unsigned threads;

	struct sql sql;
	uint64_t seq; /* the newest entry taken, and its link */
	uint8_t link[32];
	uint64_t change; /* of the mirror's states */
	uint64_t out;	 /* newest of the mirror's waiting things looked at */
	uint64_t handle; /* the newest pending event's */
	uint64_t version;

	struct masthead *card;
	uint64_t card_seq;
	json_t *counts; /* as of version counted */
	uint64_t counted;
	uint32_t counted_day;
	struct book_past past;
	struct buf said; /* texts lent to callers */
};

/* book.c: one change of the tables, all or nothing. After an error the book
 * stands where it stood at begin. */
struct book_mark {
	uint64_t seq, change, out, handle;
	uint8_t link[32];
	int changes; /* of the database so far */
};
int book_begin(struct book *b, struct book_mark *ret_mark);
/* Folds what changed and commits if err is 0; else rolls back. Returns err or
 * its own. */
int book_end(struct book *b, const struct book_mark *mark, int err);
void book_set_mark(struct book *b, const struct book_mark *mark);
/* Keeps it in mind: an alarm as soon as the mirror tells another. */
int book_set_past(struct book *b, const struct book_past *past);
int book_check_past(struct book *b, const struct mirror_entry *e);
/* What this member can open with. */
void book_hash_ids(const struct book *b, uint8_t out[static 32]);
/* Makes the tables. */
int book_fill_empty(struct book *b);
/* The tables' own copy of seq, link and so on, for the snapshot. */
int book_write_row(struct book *b);
int book_read_row(struct book *b);

/* What says nothing about the bytes that were looked at. */
bool is_grave(int err);

/* card.c */
int card_take(struct book *b, const struct mirror_entry *e);
/* One whose bytes came after later entries were taken: what members said since
 * is judged again. */
int card_take_late(struct book *b, const struct mirror_entry *e);
/* Loads the newest card that counts. */
int card_load_newest(struct book *b);
/* The number of an author; made when it is new. */
int author_number(
    struct book *b, const uint8_t sign[static 32], int64_t *ret_author);
/* Whether the newest card before seq lists the author; whether any does. */
int author_is_seated(
    struct book *b, int64_t author, uint64_t seq, bool *ret_is_seated);
int author_was_seated(struct book *b, int64_t author, bool *ret_was_seated);
/* The first card with this member; 0: none. */
int author_joined(struct book *b, int64_t author, uint64_t *ret_seq);
#define AUTHOR_ME 1

/* job.c */
struct job {
	struct mirror_entry entry;
	uint8_t key[AGE_FILE_KEY_SIZE];
	bool has_key; /* kept or granted: tried first; after it, the key it has */
	bool is_known_shut; /* tried before with these identities */
	bool is_unlisted;   /* own, not sent yet: the chain has no digest of it */
	struct buf sealed;  /* from the start, as far as the text may go */
	struct buf leaves;  /* of a letter that is not all in sealed */
	/* The result. */
	enum letter_state state;
	int err; /* ERR_NOMEM and the like: nothing is known then */
	struct letter_head *head;
	struct buf message; /* as it came */
	struct buf text;    /* what is shown and searched: text_clean of it */
	uint64_t near;
	bool has_near;
};
/* What opening takes, for one letter after the other: locked memory is dear to
 * come by. One for each thread. */
struct job_tools {
	const struct open_identities *ids;
	const uint8_t *newsroom;
	uint8_t *plain; /* one opened chunk */
	struct letter_reader *reader;
	struct open_file *file;
};
void job_tools_fini(struct job_tools *t);

#define JOBS 64
int job_read(struct job *j, struct mirror *m, const struct mirror_entry *e);
void job_open(struct job *j, struct job_tools *t);
void job_init(struct job *j);
void job_clear(struct job *j); /* for the next letter */
void job_fini(struct job *j);

/* pool.c: opens jobs, with threads or, at the latest in pool_wait, without. */
struct pool;
int pool_new(const struct open_identities *ids, const uint8_t *newsroom,
    unsigned threads, struct pool **ret_pool);
void pool_begin(struct pool *p, struct job *jobs, size_t n);
void pool_wait(struct pool *p);
void pool_free(struct pool **pool);

/* keys.c: keys known before a letter is opened. */
int key_find(struct book *b, struct job *j);
int keys_save(struct book *b, const char *path);
int keys_load(struct book *b, const char *path);

/* apply.c: the result of one job into the tables. */
int apply_job(struct book *b, struct job *j);
/* Whether entry seq is announced as deleted, again. */
int apply_announced(struct book *b, uint64_t seq);
/* source.c */
int source_apply(struct book *b, const struct job *j);
/* The number of a thread; made when it is new. */
int thread_number(struct book *b, const uint8_t thread[static THREAD_SIZE],
    int64_t *ret_thread);
/* That a thread must be folded. */
int thread_touch(struct book *b, int64_t thread);
/* doc.c: a text that can be searched for: ret_doc names it. extra may be empty. */
int doc_put(struct book *b, int64_t thread, struct text text,
    struct text extra, int64_t *ret_doc);
int doc_drop(struct book *b, int64_t doc);
/* Makes the index go on, or whole. Not within a change. */
int doc_index(struct book *b, bool is_all);
/* Copies with U+FFFD for what is no UTF-8, for NUL and for the two marks of
 * hits. */
void text_clean(struct buf *b, struct text in);

/* desk.c: *ret_state stays when the letter counts. */
int desk_apply(
    struct book *b, const struct job *j, enum letter_state *ret_state);

/* event.c */
struct event_origin {
	int64_t ord;
	uint32_t line;
	int64_t author;
	uint64_t seen;
	uint32_t day;
	const uint8_t *letter; /* id; NULL for what is not sealed yet */
};
int event_add(
    struct book *b, const struct event_origin *o, const struct event *e);
int note_add(struct book *b, const struct event_origin *o,
    const uint8_t thread[static THREAD_SIZE], struct text text);
/* Events of one letter, or one pending event, go again. */
int event_forget(struct book *b, int64_t ord);
/* Those about a letter that has just been opened. */
int event_resolve(struct book *b, uint64_t seq, int64_t thread);
/* Columns of an event, to read with event_from_row. */
#define EVENT_COLUMNS                                                          \
	"kind, target, value, reason, is_off, eday, from_day, until_day,"     \
	" edition, answer, parts, by_line, text, slots"
/* What goes to several desks goes in several letters, and who reads which of them
 * differs: such events have an order of their own, by what their authors had
 * seen. "" or " DESC". */
#define EVENT_TO_ALL(way)                                                      \
	"ord >= 1 << 62" way ", seen" way                                      \
	", (SELECT sign FROM author WHERE n = author)" way ", ord" way         \
	", line" way
void event_from_row(sqlite3_stmt *st, int first, struct event *ret_event);
/* With its texts copied behind what b holds. */
int event_copy(struct buf *b, const struct event *e, struct event *ret_event);
/* seq and digest of the letter it is about. */
int event_fill_digest(struct book *b, struct event *e);

/* find.c: the number of a thread with letters. ERR_NOT_FOUND. */
int thread_find(struct book *b, const uint8_t thread[static THREAD_SIZE],
    int64_t *ret_thread);

/* alarm.c: alarms that the book raises itself; count: how many more. */
int alarm_raise(struct book *b, const char *kind, const char *what,
    struct text key, uint64_t seq, const char *words);

/* near.c */
uint64_t near_hash(struct text text, bool *ret_is_long);
int near_add(struct book *b, int64_t thread, uint64_t hash);

/* fold.c */
int fold_thread(struct book *b, int64_t thread);

/* handover.c: notes that this member granted a letter to a desk. */
int given_note(struct book *b, const struct grant_letter *l, struct text desk);

/* pending.c */
int pending_take_out(struct book *b);
int pending_arrived(struct book *b, const uint8_t id[static LETTER_ID_SIZE]);

/* json.c: members of an object; the first lack of memory stays in *err. */
void put(json_t *o, const char *name, json_t *value, int *err);
void put_text(json_t *o, const char *name, struct text t, int *err);
void put_number(json_t *o, const char *name, uint64_t n, int *err);
void put_day(json_t *o, const char *name, uint32_t day, int *err);
void put_bool(json_t *o, const char *name, bool value, int *err);
void put_hex(json_t *o, const char *name, const void *p, size_t n, int *err);
void add(json_t *list, json_t *value, int *err);

#endif
