#include "form/pace.h"

void
pace_note(struct pace *p, unsigned now, uint64_t moved, bool is_answered)
{
	if (is_answered && !p->is_answered)
		p->since = now;
	p->is_answered = is_answered;
	for (; p->second <= now; p->second++)
		p->at[p->second % PACE_SECONDS] = moved;
}

bool
pace_is_slow(const struct pace *p, unsigned now, uint64_t moved)
{
	uint64_t min = now < PACE_LONG_SECONDS ? PACE_MIN : PACE_LONG_MIN;

	/* The oldest note is the one to be overwritten next. */
	return now >= p->since + PACE_SECONDS &&
	       moved - p->at[p->second % PACE_SECONDS] < min * PACE_SECONDS;
}
