#include "os/program.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "os/process.h"

#define PATH_SIZE 1024

int
program_find(const char *name, const char *beside, const char *installed,
    char *ret_path, size_t size)
{
	const char *from = process_environment("PISTA_LIBEXEC");
	char self[PATH_SIZE];
	char *slash;
	int n;

	if (from == NULL && process_self(self, sizeof(self)) == 0 &&
	    (slash = strrchr(self, '/')) != NULL) {
		*slash = '\0';
		n = snprintf(ret_path, size, "%s/%s/%s", self, beside, name);
		if (n > 0 && (size_t)n < size && access(ret_path, X_OK) == 0)
			return 0;
	}
	n = snprintf(
	    ret_path, size, "%s/%s", from != NULL ? from : installed, name);
	return n > 0 && (size_t)n < size ? 0 : ERR_LIMIT;
}
