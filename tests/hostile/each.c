#include "each.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "os/file.h"

#define FILE_MAX (1 << 25)

static int
is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static const char *
try_file(const char *directory, const char *name,
    const char *(*attempt)(const char *name, struct text content))
{
	char path[1024];
	const char *complaint;
	uint8_t *p;
	size_t n;
	int err;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	if ((err = file_read(path, FILE_MAX, &p, &n)) != 0)
		return err_text(err);
	complaint = attempt(name, (struct text){ (const char *)p, n });
	mem_free(p);
	return complaint;
}

int
each_file(const char *directory,
    const char *(*attempt)(const char *name, struct text content))
{
	struct dirent **entries;
	int n, status = 0;

	n = scandir(directory, &entries, is_visible, alphasort);
	if (n <= 0) {
		fprintf(stderr, "nothing in %s\n", directory);
		return 2;
	}
	printf("1..%d\n", n);
	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;
		const char *complaint = try_file(directory, name, attempt);

		if (complaint != NULL) {
			printf("not ok %d - %s: %s\n", i + 1, name, complaint);
			status = 1;
		} else {
			printf("ok %d - %s\n", i + 1, name);
		}
		free(entries[i]);
	}
	free(entries);
	return status;
}
