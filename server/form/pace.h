/* How fast bytes move between a person and their form, either way. */
#ifndef PISTA_FORM_PACE_H
#define PISTA_FORM_PACE_H

#include <stdbool.h>
#include <stdint.h>

#define PACE_SECONDS 30 /* over which it is looked at */
#define PACE_MIN 1024   /* bytes a second */
/* Who has had a form for so long must be this fast. */
#define PACE_LONG_SECONDS 600
#define PACE_LONG_MIN (16 * 1024)

struct pace {
	uint64_t at[PACE_SECONDS]; /* what had moved, second by second */
	unsigned second;           /* the next to be noted */
	unsigned since;            /* when this way began */
	bool is_answered;
};

/* At least once a second. now: seconds since the beginning; moved: bytes since
 * then. The pace of the answer is not that of the question. */
void pace_note(struct pace *p, unsigned now, uint64_t moved, bool is_answered);

/* Whether less moved in the last PACE_SECONDS than others may wait for. */
bool pace_is_slow(const struct pace *p, unsigned now, uint64_t moved);

#endif
