/* The fixed hours of editions. */
#include "masthead/masthead.h"

#define HOUR 3600u
#define HOURS_A_DAY 24

static bool
is_hour(uint32_t hours, uint64_t time)
{
	return (hours >> (time / HOUR % HOURS_A_DAY) & 1) != 0;
}

uint64_t
masthead_last_hour(uint32_t hours, uint64_t now)
{
	uint64_t at = now - now % HOUR;

	for (int i = 0; i < HOURS_A_DAY && at > 0; i++, at -= HOUR) {
		if (is_hour(hours, at))
			return at;
	}
	return 0;
}

uint64_t
masthead_next_hour(uint32_t hours, uint64_t now)
{
	uint64_t at = now - now % HOUR + HOUR;

	for (int i = 0; i < HOURS_A_DAY; i++, at += HOUR) {
		if (is_hour(hours, at))
			return at;
	}
	return 0;
}
