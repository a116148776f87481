/* pista flag: danger to life, or a plant. */

#include "cmd.h"
#include "home.h"
#include "member/marks.h"
#include "seat.h"

static const char usage[] =
    "usage: pista flag NUMBER|THREAD danger|plant\n"
    "       pista flag --remove NUMBER|THREAD danger|plant\n"
    "\n"
    "Warns everybody who opens a thread: somebody's life may be in danger, or the\n"
    "tip may be planted to mislead the newsroom.\n"
    "\n"
    "  --remove               takes the warning back\n" SEAT_USAGE;

int
cmd_flag(int argc, char **argv)
{
	static const struct marks flags = { "flag", usage, EVENT_FLAG,
		"name a thread, then danger or plant" };

	return marks_run(&flags, argc, argv);
}
