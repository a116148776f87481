/*
 * What members tell each other: message.txt of a letter of kind events, one
 * JSON object a line, and of kind grant. docs/formats/events.md.
 *
 * An event is about one letter, named by seq and digest: deletions about any,
 * all others about the first of a thread, away about none (seq 0). Readers pass
 * over kinds they do not know, and count an event only when its author was on
 * the masthead at that seq and the digest is that letter's.
 */
#ifndef PISTA_LETTER_EVENTS_H
#define PISTA_LETTER_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "letter/letter.h"

#define EVENT_LINES_MAX 1024	/* of a letter */
#define EVENT_VALUE_MAX 300	/* bytes of value and reason */
#define EVENT_BY_MAX 100	/* bytes of a signature line */
#define EVENT_TEXT_MAX 60000	/* bytes of an answer's text */
#define EVENT_SLOTS_MAX 64

enum event_kind {
	EVENT_OPENED,	/* the author has read the thread */
	EVENT_ANSWERED,	/* answer, day, by, text, parts, slots */
	EVENT_POSTED,	/* slots: an answer posted again, answer names it */
	EVENT_TOLD,	/* value: status told by the strip: "opened" "working"
			 * "answered" "write-again" "closed" "published"; edition */
	EVENT_ASSIGNED,	/* value: member ids by spaces, empty for nobody */
	EVENT_STATUS,	/* value: "open" "parked" "closed" "bin"; reason; until */
	EVENT_FLAG,	/* value: "plant" "danger"; is_off */
	EVENT_LABEL,	/* value; is_off */
	EVENT_SUMMARY,	/* value: one safe line */
	EVENT_HANDED,	/* value: the desk that has it now */
	EVENT_ANSWERING,/* the author is writing an answer; is_off; counts for
			 * the day and the next */
	EVENT_AWAY,	/* from, until: days; value: the deputy's id or empty;
			 * until before from takes it back */
	EVENT_DELETED,
	EVENT_RESTORED,
	EVENT_KINDS
};
const char *event_kind_text(enum event_kind kind);

/* Texts are borrowed. What a kind does not use is zero. */
struct event {
	enum event_kind kind;
	uint64_t seq;
	uint8_t digest[32];
	struct text value, reason;
	bool is_off;
	uint32_t day, from, until, edition;
	uint8_t answer[16];
	uint32_t parts;
	struct text by, text;
	uint8_t slots[EVENT_SLOTS_MAX][8];	/* first bytes of each slot's enc */
	size_t slots_n;
};

/* Appends one line, LF included: what the kind uses of e. Control characters of
 * value and reason become spaces, in by turns of direction too; those of text,
 * LF and TAB excepted, are dropped. Errors are the buffer's, with ERR_FORMAT and
 * ERR_LIMIT for what a reader would refuse or pass over. */
void event_put(struct buf *b, const struct event *e);

/* Calls take for each known event in order; its texts live until take returns.
 * number counts all lines from 0. Stops with what take returns if not 0.
 * ERR_FORMAT for a line that is no such object, ERR_LIMIT, ERR_NOMEM: nothing is
 * taken then, not even what stands before that line. */
typedef int event_take(void *ctx, size_t number, const struct event *e);
int events_read(struct text lines, event_take *take, void *ctx);

/*
 * A grant opens letters of another desk: one line {"seq","digest","key"} a
 * letter, then event lines as in an events letter: the state of the thread as it
 * stood, so that the desk that gets it need not begin anew. They count as said
 * by the author of the grant. Sealed to the desk that gets it.
 */
#define GRANT_LETTERS_MAX 256
struct grant_letter {
	uint64_t seq;
	uint8_t digest[32];
	uint8_t key[16];	/* age file key */
};
void grant_put_letter(struct buf *b, const struct grant_letter *l);
struct grant_handler {
	int (*letter)(void *ctx, const struct grant_letter *l);
	event_take *state;
};
/* Letters come before state lines. Errors as above. */
int grant_read(struct text lines, const struct grant_handler *h, void *ctx);

#endif
