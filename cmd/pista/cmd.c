#include "cmd.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

int
cmd_help(const char *usage)
{
	(void)fputs(usage, stdout);
	return fflush(stdout) == 0 ? CMD_OK : CMD_FAILED;
}

bool
cmd_wants_help(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0)
			return true;
	return false;
}

const char *
cmd_verb(int *argc, char ***argv)
{
	const char *verb;

	if (*argc < 2)
		return "";
	verb = (*argv)[1];
	(*argv)[1] = (*argv)[0];
	--*argc;
	++*argv;
	return verb;
}

int
cmd_misused(const char *command, const char *fmt, ...)
{
	va_list ap;

	if (fmt != NULL) {
		(void)fprintf(stderr, "pista: %s: ", command);
		va_start(ap, fmt);
		(void)vfprintf(stderr, fmt, ap);
		va_end(ap);
		(void)fputc('\n', stderr);
	}
	(void)fprintf(stderr, "pista: `pista %s --help' says more\n", command);
	return CMD_MISUSED;
}
