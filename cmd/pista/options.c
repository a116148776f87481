#include "options.h"

#include <getopt.h>
#include <string.h>

#include "base/err.h"
#include "cmd.h"

/* What getopt says of a row of the command's own; the rows follow. */
enum { HELP = 0x1200, OWN };

static const struct option shared[] = {
	{ "help", no_argument, NULL, HELP },
	{ "to", required_argument, NULL, SEAT_TO },
	{ "proxy", required_argument, NULL, SEAT_PROXY },
	HOME_OPTIONS,
	{ 0 },
};
#define SHARED_N (sizeof(shared) / sizeof(shared[0]))

static void
tell_getopt(const struct own_option *own,
    struct option ret_longs[static OWN_OPTIONS_MAX + SHARED_N])
{
	int i;

	for (i = 0; own != NULL && own[i].name != NULL; i++) {
		must(i < OWN_OPTIONS_MAX);
		ret_longs[i] = (struct option){ own[i].name,
			own[i].is != NULL ? no_argument : required_argument,
			NULL, OWN + i };
	}
	memcpy(ret_longs + i, shared, sizeof(shared));
}

bool
options_read(struct seat *d, const char *usage, const struct own_option *own,
    int *argc, char ***argv, int *ret_status)
{
	struct option longs[OWN_OPTIONS_MAX + SHARED_N];
	int option;

	tell_getopt(own, longs);
	while ((option = getopt_long(*argc, *argv, "", longs, NULL)) != -1) {
		if (option == HELP) {
			*ret_status = cmd_help(usage);
			return false;
		}
		if (option >= OWN && own[option - OWN].is != NULL)
			*own[option - OWN].is = true;
		else if (option >= OWN)
			*own[option - OWN].word = optarg;
		else if (!seat_option(d, option, optarg)) {
			*ret_status = cmd_misused(d->command, NULL);
			return false;
		}
	}
	*argc -= optind;
	*argv += optind;
	return true;
}
