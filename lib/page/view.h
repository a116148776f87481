/*
 * What each page is filled from: one struct a page, its fields named as in
 * assets/page/. Fields not set are empty, and empty parts are left out. All
 * texts are borrowed; counts stand beside their lists as list_n.
 */
#ifndef PISTA_PAGE_VIEW_H
#define PISTA_PAGE_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/text.h"
#include "board/edition.h"
#include "letter/letter.h"
#include "page/page.h"
#include "page/template.h"
#include "receipt/receipt.h"

#define PAGE_FILL 65536     /* bytes of the smallest answer to a post */
#define PAGE_STORIES_MAX 64 /* stories offered for choice */

/* On every page. */
struct view_site {
	struct text name; /* the newsroom's */
	bool is_drill;
	const char *prefix;
	struct text pin; /* for the script; none: no script */
};

struct view_language {
	const char *code, *name;
	bool is_current;
};

/* A way in from the card's channels; with a known kind the page says itself
 * what the way reveals, unless the newsroom does. */
enum view_way_kind {
	WAY_OTHER,
	WAY_ONION,
	WAY_WEB,
	WAY_MAIL,
	WAY_PHONE,
	WAY_SIGNAL,
	WAY_POST,
	WAY_PERSON
};
struct view_way {
	int kind;
	struct text name, address, reveals;
};
#define PAGE_WAYS_MAX 16

struct view_start {
	struct view_site site;
	const struct view_language *languages; /* when there is a choice */
	size_t languages_n;
	bool has_many; /* more than stand in a row */
	struct text story, story_title, story_lang, story_url;
	int front;         /* enum wire_front */
	struct text onion; /* a safer address than this one */
	const struct view_way *ways;
	size_t ways_n;
	struct text typed;
};

struct view_error {
	struct view_site site;
	int status;
};

struct view_closed {
	struct view_site site;
	const struct view_language *languages; /* as in view_start */
	size_t languages_n;
	bool has_many;
	struct text story;
	struct text message; /* of a source who wrote meanwhile */
	bool is_readable;    /* receipts can be used */
	struct text typed;
	const struct view_way *ways;
	size_t ways_n;
};

/* A word of a receipt, in lines of three. */
struct view_word {
	size_t number; /* from 1 */
	const char *word;
	bool is_first, is_last; /* of its line */
};

struct view_choice {
	struct text id, name, lang; /* lang: of the name, where it is known */
	bool is_chosen;
};

/* Why a letter was not sent. */
enum view_problem {
	PROBLEM_NONE,
	PROBLEM_RECEIPT_INSIDE,
	PROBLEM_EMPTY,
	PROBLEM_TEXT_LONG,
	PROBLEM_FILE_LARGE,
	PROBLEM_FILES_MANY,
	PROBLEM_ORDER,
	PROBLEM_FULL,
	PROBLEM_BUSY,
	PROBLEM_SLOW,
	PROBLEM_RECEIPT_LOST,
	PROBLEM_CLOSED, /* has a page of its own */
	PROBLEM_DESK,
	PROBLEM_PART,      /* numbers that are those of no part */
	PROBLEM_PART_FILE, /* a part that is not one file */
	PROBLEM_OURS
};

struct view_write {
	struct view_site site;
	int problem;
	const struct view_word *words;
	size_t words_n;
	const char *words_lang;
	struct text grouped; /* digits in groups, for readers to whom the words
			      * are foreign; else empty */
	struct text digits, token;
	size_t pos1, pos2, pos3; /* words asked for, from 1 */
	struct text w1, w2, w3;
	struct text story, story_title, story_lang; /* when it is settled */
	const struct view_choice *stories;          /* else, to choose from */
	size_t stories_n;
	struct text passage, message;
	const struct view_choice *desks; /* when there are several */
	size_t desks_n;
	struct text desk; /* else, as it came */
	int terms;        /* enum letter_terms */
	bool has_person;
	struct text name, contact;
	const char *file_max;
	bool names;
};

/* When answers come out. */
enum view_next { NEXT_UNKNOWN, NEXT_UNTIMED, NEXT_SOON, NEXT_HOUR, NEXT_HOURS };

/* A file that is added part by part. */
struct view_cut {
	struct text part, of, have;    /* what the form is filled with */
	bool is_open;                  /* the form shows its fields */
	size_t n, total;               /* the part that came */
	size_t next;                   /* the one to send now; 0: none */
	struct text received, missing; /* "1–3, 5" */
};

enum view_sent_what {
	SENT_LETTER,
	SENT_FILE,
	SENT_PART,
	SENT_WITHDRAWAL,
	SENT_NOTHING
};
enum view_gate { GATE_NONE, GATE_RIGHT, GATE_WRONG };
struct view_wrong {
	size_t number;
	struct text typed;
};

struct view_sent {
	struct view_site site;
	int problem, sent, gate;
	const struct view_wrong *wrong;
	size_t wrong_n;
	const struct view_word *words; /* none: the receipt is not shown */
	size_t words_n;
	const char *words_lang;
	struct text grouped;
	struct text digits, token;
	size_t pos1, pos2, pos3;
	struct text w1, w2, w3;
	struct text desk;
	size_t promise; /* days to an answer, 0: none */
	bool has_promise_of_one;
	int next;
	const char *next_time, *next_day;
	size_t next_hours;
	const char *file_max;
	bool names;
	struct view_cut cut;
};

struct view_answer {
	struct text by;
	struct lines text;
	const char *day;
	bool is_partial;
};

struct view_answers {
	struct view_site site;
	int problem; /* none here; the form is view_follow's too */
	bool is_broken, is_late, is_unreachable;
	int status; /* enum strip_code, 0: none */
	const struct view_answer *answers;
	size_t answers_n;
	bool has_none, has_more;
	int next;
	const char *next_time, *next_day;
	size_t next_hours;
	bool is_open; /* letters are taken */
	struct text digits, token, message;
	const struct view_choice *desks;
	size_t desks_n;
	struct text desk;
	const char *file_max;
	bool names;
	struct view_cut cut;
};

struct view_follow {
	struct view_site site;
	int problem;
	struct text digits, token, message;
	const struct view_choice *desks;
	size_t desks_n;
	struct text desk;
	const char *file_max;
	bool names;
	struct view_cut cut;
};

struct view_withdraw {
	struct view_site site;
	int problem;
	struct text digits, token, message;
	const struct view_choice *desks;
	size_t desks_n;
	struct text desk;
	const char *file_max;
};

enum view_words_fault { WORDS_COUNT, WORDS_UNKNOWN, WORDS_OFFER, WORDS_APART };
struct view_words {
	struct view_site site;
	int fault;
	size_t number;
	struct text word;
	const struct view_word *words;
	size_t words_n;
	const char *words_lang;
	struct text grouped;
	struct text digits, typed;
};

/* The box at the foot of an article. */
struct view_box {
	bool is_styled;   /* else nothing but elements, for feeds and AMP */
	struct text link; /* of the page, story and language included */
	struct text onion;
	const struct view_way *ways;
	size_t ways_n;
	struct text key; /* the newsroom's public key */
};

enum view_size_unit { SIZE_KB, SIZE_MB, SIZE_GB };
struct view_size {
	int unit;
	size_t number;
};

/* What every view of a place has in common. */
void view_site(
    struct view_site *ret_site, const struct page_place *place, size_t lang);
/* The card's channels; returns how many. view_ways leaves out the one this page
 * came by. */
size_t view_channels(struct view_way ret_ways[static PAGE_WAYS_MAX],
    const struct masthead *card, size_t lang);
size_t view_ways(struct view_way ret_ways[static PAGE_WAYS_MAX],
    const struct page_place *place, size_t lang);
/* The nine words as the page shows them. words: RECEIPT_WORDS of them. */
void view_words(struct view_word *ret_words,
    const uint16_t numbers[static RECEIPT_WORDS], size_t list);

/* Each appends one page in language lang (of page_language_for). Errors stay
 * in the buffer. */
void page_put_write(struct buf *b, size_t lang, const struct view_write *v);
void page_put_sent(struct buf *b, size_t lang, const struct view_sent *v);
void page_put_answers(struct buf *b, size_t lang, const struct view_answers *v);
void page_put_follow(struct buf *b, size_t lang, const struct view_follow *v);
void page_put_withdraw(
    struct buf *b, size_t lang, const struct view_withdraw *v);
void page_put_words(struct buf *b, size_t lang, const struct view_words *v);
void page_put_closed(struct buf *b, size_t lang, const struct view_closed *v);

/* The box is a part of somebody else's page. */
void page_put_box(struct buf *b, size_t lang, const struct view_box *v);

/* A number of bytes, as people say it: "2 GB". No line end. */
void page_put_size(struct buf *b, size_t lang, uint64_t bytes);

/* Fills a whole page to PAGE_FILL bytes or the next power of two, with spaces
 * in a comment, so that its size tells nothing. */
void page_fill(struct buf *b);

#endif
