/* pista label: the newsroom's own words for sorting. */

#include "cmd.h"
#include "home.h"
#include "member/marks.h"
#include "seat.h"

static const char usage[] =
    "usage: pista label NUMBER|THREAD LABEL…\n"
    "       pista label --remove NUMBER|THREAD LABEL…\n"
    "\n"
    "Puts labels on a thread: short words of the newsroom's own, such as legal or\n"
    "photo. They stand on the command line, where others on this machine can see\n"
    "them: nothing about a source belongs into one.\n"
    "\n"
    "  --remove               takes them off\n" SEAT_USAGE;

int
cmd_label(int argc, char **argv)
{
	static const struct marks labels = { "label", usage, EVENT_LABEL,
		"name a thread, then labels" };

	return marks_run(&labels, argc, argv);
}
