#include "store/memory_rows.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"

static bool
is_seen(const struct row *row, enum view v)
{
	return v == VIEW_STAGED ? !row->is_dead : !row->is_new;
}

/* The place of the first row whose key is at least key. */
static size_t
place(const struct rows *r, enum rows_table t, int64_t key)
{
	size_t low = 0, high = r->table[t].n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (r->table[t].row[middle]->key < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Room for one more in a list. */
static int
make_room(struct row ***list, size_t n, size_t *cap)
{
	size_t more = *cap == 0 ? 16 : *cap * 2;
	struct row **p;

	if (n < *cap)
		return 0;
	if ((p = mem_resize(*list, more, sizeof(*p))) == NULL)
		return ERR_NOMEM;
	*list = p;
	*cap = more;
	return 0;
}

static int
touch(struct rows *r, struct row *row)
{
	int err;

	if ((err = make_room(&r->touched, r->touched_n, &r->touched_cap)) != 0)
		return err;
	r->touched[r->touched_n++] = row;
	return 0;
}

int
rows_add(
    struct rows *r, enum rows_table t, int64_t key, const void *p, size_t n)
{
	struct row *row;
	size_t at;
	int err;

	if ((err = make_room(
		 &r->table[t].row, r->table[t].n, &r->table[t].cap)) != 0)
		return err;
	if ((row = mem_new(1, sizeof(*row) + n)) == NULL)
		return ERR_NOMEM;
	row->key = key;
	row->table = t;
	row->is_new = true;
	row->n = n;
	if (n > 0)
		memcpy(row->bytes, p, n);
	if ((err = touch(r, row)) != 0) {
		mem_free(row);
		return err;
	}
	at = key == INT64_MAX ? r->table[t].n : place(r, t, key + 1);
	memmove(r->table[t].row + at + 1, r->table[t].row + at,
	    (r->table[t].n - at) * sizeof(row));
	r->table[t].row[at] = row;
	r->table[t].n++;
	return 0;
}

int
rows_kill(struct rows *r, struct row *row)
{
	int err;

	/* A new one is in the list of touched rows already. */
	if (!row->is_new && (err = touch(r, row)) != 0)
		return err;
	row->is_dead = true;
	return 0;
}

struct row *
rows_from(const struct rows *r, enum rows_table t, enum view v, int64_t from)
{
	for (size_t i = place(r, t, from); i < r->table[t].n; i++) {
		if (is_seen(r->table[t].row[i], v))
			return r->table[t].row[i];
	}
	return NULL;
}

struct row *
rows_find(const struct rows *r, enum rows_table t, enum view v, int64_t key)
{
	struct row *row = rows_from(r, t, v, key);

	return row != NULL && row->key == key ? row : NULL;
}

struct row *
rows_last(const struct rows *r, enum rows_table t, enum view v)
{
	for (size_t i = r->table[t].n; i > 0; i--) {
		if (is_seen(r->table[t].row[i - 1], v))
			return r->table[t].row[i - 1];
	}
	return NULL;
}

int
rows_set(
    struct rows *r, enum rows_table t, int64_t key, const void *p, size_t n)
{
	struct row *old = rows_find(r, t, VIEW_STAGED, key);
	int err;

	if (old != NULL && (err = rows_kill(r, old)) != 0)
		return err;
	return rows_add(r, t, key, p, n);
}

int
rows_add_only(
    struct rows *r, enum rows_table t, int64_t key, const void *p, size_t n)
{
	if (rows_find(r, t, VIEW_STAGED, key) != NULL)
		return ERR_EXISTS;
	return rows_add(r, t, key, p, n);
}

int
rows_kill_key(struct rows *r, enum rows_table t, int64_t key)
{
	struct row *row = rows_find(r, t, VIEW_STAGED, key);

	return row == NULL ? 0 : rows_kill(r, row);
}

int
rows_copy(const struct row *row, void *out, size_t n)
{
	if (row == NULL)
		return ERR_NOT_FOUND;
	must(row->n == n);
	memcpy(out, row->bytes, n);
	return 0;
}

static void
remove_row(struct rows *r, struct row *row)
{
	enum rows_table t = row->table;
	size_t at = place(r, t, row->key);

	while (r->table[t].row[at] != row)
		at++;
	r->table[t].n--;
	memmove(r->table[t].row + at, r->table[t].row + at + 1,
	    (r->table[t].n - at) * sizeof(row));
	mem_free(row);
}

void
rows_commit(struct rows *r)
{
	for (size_t i = 0; i < r->touched_n; i++) {
		r->touched[i]->is_new = false;
		if (r->touched[i]->is_dead)
			remove_row(r, r->touched[i]);
	}
	r->touched_n = 0;
}

void
rows_rollback(struct rows *r)
{
	for (size_t i = 0; i < r->touched_n; i++) {
		r->touched[i]->is_dead = false;
		if (r->touched[i]->is_new)
			remove_row(r, r->touched[i]);
	}
	r->touched_n = 0;
}

void
rows_free(struct rows *r)
{
	for (size_t t = 0; t < ROWS_TABLES; t++) {
		for (size_t i = 0; i < r->table[t].n; i++)
			mem_free(r->table[t].row[i]);
		mem_free(r->table[t].row);
	}
	mem_free(r->touched);
}
