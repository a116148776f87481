#include "member/dayarg.h"

#include <string.h>

#include "base/day.h"
#include "cmd.h"

#define AHEAD_MAX 3660 /* days */

int
dayarg(const char *command, const char *arg, uint32_t *ret_day)
{
	uint64_t n;

	if (strcmp(arg, "today") == 0)
		*ret_day = day_today();
	else if (arg[0] == '+' &&
		 text_to_u64(text_from(arg + 1), AHEAD_MAX, &n) == 0)
		*ret_day = day_today() + (uint32_t)n;
	else if (day_read(text_from(arg), ret_day) != 0)
		return cmd_misused(command,
		    "%s: a day is 2026-12-24, today, or +7 for seven days "
		    "from now",
		    arg);
	return CMD_OK;
}
