/*
 * Asking a place as its readers' browsers do.
 */
#ifndef PISTA_CMD_VISIT_ASK_H
#define PISTA_CMD_VISIT_ASK_H

#include "http/client.h"
#include "masthead/masthead.h"
#include "visit/report.h"

/* Who asks. The first is Tor Browser; what others ask as must not matter. */
#define SITE_READERS 5

/* The place and what is known of it. */
struct site {
	struct site_report *report;
	struct http_client *client;
	struct http_client *top; /* the same host without the prefix, or NULL */
	char prefix[512];        /* "" or "/tips" */
	bool is_ours;            /* nothing of the place's owner in between */
	bool is_onion, is_exact;
	bool is_noted; /* a note about headers was said */
	bool is_other; /* the pages are another version's */
	struct masthead_pin key;
	struct buf pin; /* the same in base64 */
	struct masthead *card;
	struct stories *stories;
	uint32_t today;
};

struct site_answer {
	int err; /* 0: there is an answer */
	unsigned status;
	struct buf head, body;
	char why[HTTP_TITLE_MAX + 64]; /* there is none, or only a part */
};
void site_answer_free(struct site_answer *a);

/* What is asked, as which reader (0 to SITE_READERS - 1). */
struct site_question {
	const char *path; /* behind the prefix */
	unsigned reader;
	const char *more;   /* field lines, or NULL */
	const char *method; /* NULL: GET */
	struct text body;
	const char *type; /* of the body */
	size_t max;       /* bytes of the answer that are taken */
	bool is_packed, is_top, is_fetch; /* by a script of the page */
};

/* Asks once. The answer is freed by the caller in any case. */
void site_ask(struct site *s, const struct site_question *q,
    struct site_answer *ret_answer);

/* Asks for what must be there: says so when it is not. False then. */
bool site_ask_for(struct site *s, const char *check,
    const struct site_question *q, struct site_answer *ret_answer);

/* Judges the head of an answer; says what is wrong with it, notes once what is
 * better left out. */
bool site_is_good_head(struct site *s, const char *check,
    const struct site_answer *a, const char *type, const char *policy,
    bool is_packed, bool is_bare);

/*
 * The parts of the check; each says what it finds. The card comes first, and
 * with it the stories: known is the newest one seen before, or NULL; a good one
 * is kept in path, unless it is NULL. False when there is none to go by.
 */
bool site_check_card(
    struct site *s, const struct masthead *known, const char *path);
void site_check_pages(struct site *s); /* and the scripts they load */
void site_check_doors(struct site *s); /* what must be shut */
void site_check_board(struct site *s);

#endif
