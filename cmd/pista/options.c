#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "cmd.h"

/* What getopt says of --help, and of a row of the command's own: OWN and more. */
enum { HELP = 0x1200, OWN };

static const struct option shared[] = {
	{ "help", no_argument, NULL, HELP },
	HOME_OPTIONS,
	{ 0 },
};
#define SHARED_N (sizeof(shared) / sizeof(shared[0]))

static size_t
count(const struct own_option *own)
{
	size_t n = 0;

	while (own != NULL && own[n].name != NULL)
		n++;
	must(n <= OWN_OPTIONS_MAX);
	return n;
}

bool
options_read(struct home *h, const char *command, const char *usage,
    const struct own_option *own, int *argc, char ***argv, int *ret_status)
{
	struct option longs[OWN_OPTIONS_MAX + SHARED_N];
	size_t i, n = count(own);
	int option;

	for (i = 0; i < n; i++)
		longs[i] = (struct option){ own[i].name,
			own[i].is != NULL ? no_argument : required_argument,
			NULL, OWN + (int)i };
	memcpy(longs + n, shared, sizeof(shared));
	while ((option = getopt_long(*argc, *argv, "", longs, NULL)) != -1) {
		if (option == HELP) {
			*ret_status = cmd_help(usage);
			return false;
		}
		if (option >= OWN && own[option - OWN].is != NULL)
			*own[option - OWN].is = true;
		else if (option >= OWN)
			*own[option - OWN].word = optarg;
		else if (!home_option(h, option, optarg)) {
			*ret_status = cmd_misused(command, NULL);
			return false;
		}
	}
	*argc -= optind;
	*argv += optind;
	return true;
}

bool
options_read_seat(struct seat *d, const char *usage,
    const struct own_option *own, int *argc, char ***argv, int *ret_status)
{
	const char *to = NULL, *proxy = NULL;
	struct own_option all[OWN_OPTIONS_MAX + 1] = {
		{ "to", .word = &to },
		{ "proxy", .word = &proxy },
	};
	size_t n = count(own);

	must(n + 2 <= OWN_OPTIONS_MAX);
	if (n > 0)
		memcpy(all + 2, own, n * sizeof(*own));
	if (!options_read(
		&d->home, d->command, usage, all, argc, argv, ret_status))
		return false;
	if (to != NULL)
		snprintf(d->place.address, sizeof(d->place.address), "%s", to);
	if (proxy != NULL)
		snprintf(d->place.proxy, sizeof(d->place.proxy), "%s", proxy);
	return true;
}
