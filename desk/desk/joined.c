#include "desk/joined.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"

struct joined {
	struct desk *desk;
	struct plain *plain; /* of the part being read */
	uint64_t size;
	uint32_t number;
	size_t n, at;
	uint64_t seq[LETTER_PARTS_MAX];
};

/* The letters of a file's parts in order, when nothing is missing. */
static int
take_parts(struct joined *j, const json_t *file)
{
	const json_t *part;
	size_t i;
	int err;

	if (json_array_size(json_object_get(file, "missing")) > 0)
		return ERR_NOT_FOUND;
	if ((err = json_u64(file, "size", INT64_MAX, &j->size)) != 0)
		return err;
	json_array_foreach (json_object_get(file, "parts"), i, part) {
		must(j->n < LETTER_PARTS_MAX);
		if ((err = json_u64(part, "seq", INT64_MAX, &j->seq[j->n++])) !=
		    0)
			return err;
		if (!json_is_true(json_object_get(part, "held")))
			return ERR_BUSY;
	}
	return 0;
}

static bool
has_part(const json_t *file, uint64_t seq)
{
	const json_t *part;
	size_t i;

	json_array_foreach (json_object_get(file, "parts"), i, part)
		if ((uint64_t)json_integer_value(
			json_object_get(part, "seq")) == seq)
			return true;
	return false;
}

static int
find_parts(struct joined *j, uint64_t seq)
{
	struct book_thread thread;
	json_t *list = NULL, *file;
	char name[24];
	size_t i;
	int err;

	snprintf(name, sizeof(name), "%" PRIu64, seq);
	if ((err = book_find(j->desk->book, name, &thread)) != 0 ||
	    (err = book_cut(j->desk->book, thread.thread, &list)) != 0)
		return err;
	err = ERR_NOT_FOUND;
	json_array_foreach (list, i, file) {
		if (has_part(file, seq)) {
			err = take_parts(j, file);
			break;
		}
	}
	json_decref(list);
	return err;
}

static int
open_part(struct joined *j)
{
	const struct desk *d = j->desk;

	plain_free(&j->plain);
	return plain_new(d->mirror, d->book, d->start.newsroom, j->seq[j->at],
	    j->number == JOINED ? 1 : j->number, &j->plain);
}

/* All of one file of one letter. */
static int
take_one(struct joined *j, uint64_t seq)
{
	struct mirror_entry e;
	int err;

	if ((err = mirror_get(j->desk->mirror, seq, &e)) != 0)
		return err;
	j->seq[j->n++] = seq;
	return e.held < e.size ? ERR_BUSY : 0;
}

int
joined_new(
    struct desk *d, uint64_t seq, uint32_t number, struct joined **ret_joined)
{
	struct joined *j;
	int err;

	if ((j = mem_new(1, sizeof(*j))) == NULL)
		return ERR_NOMEM;
	j->desk = d;
	j->number = number;
	err = number == JOINED ? find_parts(j, seq) : take_one(j, seq);
	if (err == 0 && (err = open_part(j)) == 0 && number != JOINED)
		j->size = plain_entry(j->plain)->size;
	if (err != 0)
		joined_free(&j);
	else
		*ret_joined = j;
	return err;
}

void
joined_free(struct joined **joined)
{
	if (*joined == NULL)
		return;
	plain_free(&(*joined)->plain);
	mem_free(*joined);
	*joined = NULL;
}

uint64_t
joined_size(const struct joined *j)
{
	return j->size;
}

void
joined_name(const struct joined *j, char *out, size_t n)
{
	const char *dot = strrchr(plain_entry(j->plain)->path, '.');

	if (dot == NULL)
		dot = "";
	if (j->number == JOINED)
		snprintf(out, n, "letter-%" PRIu64 "-joined%s", j->seq[0], dot);
	else
		snprintf(out, n, "letter-%" PRIu64 "-%u%s", j->seq[0],
		    (unsigned)j->number, dot);
}

int
joined_read(struct joined *j, uint8_t *out, size_t n, size_t *ret_n)
{
	int err;

	for (;;) {
		if ((err = plain_read(j->plain, out, n, ret_n)) != 0)
			return err;
		if (*ret_n > 0 || j->at + 1 == j->n)
			return 0;
		j->at++;
		if ((err = open_part(j)) != 0)
			return err;
	}
}
