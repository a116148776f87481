/* Feeds every file of a directory to the fuzz target linked with it. */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

#define FILE_MAX (1 << 22)

#pragma weak LLVMFuzzerInitialize

/* The input lies in a block of exactly its size, so that a sanitizer sees the
 * first byte read past it. */
static int
replay(const char *directory, const char *name)
{
	char path[1024];
	uint8_t *all, *exact;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	if ((f = fopen(path, "rb")) == NULL)
		return ERR_SYS;
	all = mem_new(FILE_MAX, 1);
	must(all != NULL);
	n = fread(all, 1, FILE_MAX, f);
	fclose(f);
	exact = mem_new(n, 1);
	must(exact != NULL);
	memcpy(exact, all, n);
	mem_free(all);
	LLVMFuzzerTestOneInput(exact, n);
	mem_free(exact);
	return 0;
}

int
main(int argc, char **argv)
{
	struct dirent *entry;
	unsigned count = 0;
	DIR *d;

	if (argc != 2 || (d = opendir(argv[1])) == NULL) {
		fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
		return 2;
	}
	if (LLVMFuzzerInitialize != NULL)
		LLVMFuzzerInitialize(&argc, &argv);
	while ((entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		if (replay(argv[1], entry->d_name) != 0) {
			fprintf(stderr, "cannot read %s\n", entry->d_name);
			return 1;
		}
		count++;
	}
	closedir(d);
	printf("%u inputs\n", count);
	return count > 0 ? 0 : 1;
}
