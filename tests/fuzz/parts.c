#include "fuzz.h"

#include <string.h>

#include "base/err.h"
#include "letter/part.h"

#define PARTS 32
#define TAKEN 8 /* bytes of input a part */

static const char *const names[] = { "", "a.mp4.001", "a.mp4.002", "b.mp4.001",
	"a.md", "a.aa", ".001", "x" };
static const char *const kinds[] = { "video/mp4", "image/png" };

/* What holds whatever comes: no file has a part twice, or parts of another
 * number, type or name. */
static void
check(const struct part *parts, size_t n, size_t files)
{
	for (size_t i = 0; i < n; i++) {
		must(parts[i].file < files);
		for (size_t k = 0; k < i; k++) {
			if (parts[i].file != parts[k].file)
				continue;
			must(parts[i].at.of == parts[k].at.of);
			must(text_is_equal(parts[i].type, parts[k].type));
			must(parts[i].is_replaced || parts[k].is_replaced ||
			     parts[i].at.n != parts[k].at.n);
		}
	}
}

static void
look_at_name(struct text name)
{
	struct text whole = letter_whole_name(name);

	must(whole.p == name.p && whole.n <= name.n);
	must((whole.n > 0) == (name.n > 0));
	must(letter_extension(whole) != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct part parts[PARTS];
	size_t count = 0, files;

	look_at_name((struct text){ (const char *)p, n });
	memset(parts, 0, sizeof(parts));
	for (; n >= TAKEN && count < PARTS; p += TAKEN, n -= TAKEN) {
		struct part *part = &parts[count++];

		part->at.of = (uint16_t)(p[0] % 4 + 1);
		part->at.n = (uint16_t)(p[1] % part->at.of + 1);
		part->type = text_from(kinds[p[2] % 2]);
		part->name = text_from(names[p[3] % 8]);
		part->hash[0] = p[4] % 4;
	}
	must(parts_sort(parts, count, &files) == 0);
	must(files <= count);
	check(parts, count, files);
	return 0;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return 0;
}
