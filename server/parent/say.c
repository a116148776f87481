#include "parent/say.h"

#include <stdarg.h>
#include <stdio.h>

void
say(const char *fmt, ...)
{
	char line[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	fprintf(stderr, "pistad: %s\n", line);
}
