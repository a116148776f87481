#include "parent/program.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "os/process.h"

#define PATH_SIZE 1024

int
program_find(enum wire_role role, char *ret_path, size_t size)
{
	const char *from = process_environment("PISTA_LIBEXEC");
	const char *name = wire_role_text(role);
	char self[PATH_SIZE];
	char *slash;
	int n;

	if (from != NULL) {
		n = snprintf(ret_path, size, "%s/pistad-%s", from, name);
		return n > 0 && (size_t)n < size ? 0 : ERR_LIMIT;
	}
	if (process_self(self, sizeof(self)) == 0 &&
	    (slash = strrchr(self, '/')) != NULL) {
		*slash = '\0';
		n = snprintf(
		    ret_path, size, "%s/../%s/pistad-%s", self, name, name);
		if (n > 0 && (size_t)n < size && access(ret_path, X_OK) == 0)
			return 0;
	}
	n = snprintf(ret_path, size, "%s/pistad-%s", PISTA_LIBEXECDIR, name);
	return n > 0 && (size_t)n < size ? 0 : ERR_LIMIT;
}
