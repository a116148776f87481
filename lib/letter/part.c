#include "letter/part.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"

#define SUFFIX_MAX 4 /* digits that 7-Zip, split and others count with */

/* One file while its parts are looked at. */
struct joined {
	struct text type, name;
	uint16_t of, have;
};

bool
letter_has_part(const struct letter_entry *e)
{
	return e->part.n != 0 || e->part.of != 0;
}

bool
letter_is_part(enum letter_kind kind, uint64_t n, uint64_t of)
{
	return (kind == LETTER_TIP || kind == LETTER_FOLLOW_UP) && n >= 1 &&
	       n <= of && of <= LETTER_PARTS_MAX;
}

static bool
is_all_in(struct text t, char first, char last)
{
	for (size_t i = 0; i < t.n; i++) {
		if (t.p[i] < first || t.p[i] > last)
			return false;
	}
	return true;
}

static bool
is_in_table(struct text name)
{
	return strcmp(letter_extension(name), "bin") != 0;
}

struct text
letter_whole_name(struct text name)
{
	struct text rest = name, suffix;

	while (rest.n > 0 && rest.p[rest.n - 1] != '.')
		rest.n--;
	if (rest.n < 2)
		return name;
	suffix = (struct text){ name.p + rest.n, name.n - rest.n };
	rest.n--;
	if (suffix.n >= 1 && suffix.n <= SUFFIX_MAX &&
	    is_all_in(suffix, '0', '9'))
		return rest;
	/* `split' counts aa, ab, and so on; but "md" says what a file is,
	 * unless that was said before it. */
	if (suffix.n == 2 && is_all_in(suffix, 'a', 'z') &&
	    (is_in_table(rest) || !is_in_table(name)))
		return rest;
	return name;
}

static bool
is_same(struct text a, struct text b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static bool
is_of(const struct part *p, struct text name, const struct joined *j)
{
	return j->of == p->at.of && is_same(j->type, p->type) &&
	       (j->name.n == 0 || name.n == 0 || is_same(j->name, name));
}

/* The part of that file with the number of parts[i], among those before it. */
static struct part *
find_before(struct part *parts, size_t i, size_t file)
{
	for (size_t k = i; k-- > 0;) {
		if (parts[k].file == file && !parts[k].is_replaced &&
		    parts[k].at.n == parts[i].at.n)
			return &parts[k];
	}
	return NULL;
}

/* The newest file of *n that parts[i] is of, or a new one. */
static struct joined *
find_file(struct part *parts, size_t i, struct joined *files, size_t *n,
    struct part **ret_before)
{
	const struct part *p = &parts[i];
	struct text name = letter_whole_name(p->name);

	*ret_before = NULL;
	for (size_t k = *n; k-- > 0;) {
		struct joined *j = &files[k];
		struct part *before;

		if (!is_of(p, name, j))
			continue;
		before = find_before(parts, i, k);
		if (before != NULL && p->at.n == 1 && j->have == j->of &&
		    memcmp(before->hash, p->hash, sizeof(p->hash)) != 0)
			break;
		*ret_before = before;
		return j;
	}
	files[*n] = (struct joined){ .type = p->type, .of = p->at.of };
	return &files[(*n)++];
}

int
parts_sort(struct part *parts, size_t n, size_t *ret_files)
{
	struct joined *files, *j;
	struct part *before;
	size_t files_n = 0;

	if ((files = mem_new(n + 1, sizeof(*files))) == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < n; i++) {
		parts[i].is_replaced = false;
		j = find_file(parts, i, files, &files_n, &before);
		parts[i].file = (size_t)(j - files);
		if (j->name.n == 0)
			j->name = letter_whole_name(parts[i].name);
		if (before != NULL)
			before->is_replaced = true;
		else
			j->have++;
	}
	mem_free(files);
	*ret_files = files_n;
	return 0;
}
