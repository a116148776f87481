/* Files that came in parts: what of each is here. */
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "book/query.h"
#include "letter/part.h"

#define FILES_MAX 100 /* shown of a thread, the newest */

/* One letter with a part. */
struct piece {
	uint64_t seq, size;
	bool is_held;
	char type[sizeof(((struct letter_entry *)0)->type)];
	char name[LETTER_NAME_MAX + 1];
};

struct pieces {
	struct piece *piece;
	struct part *part; /* of each */
	size_t n;
};

/* Letters that only claim to belong, that were sent again as they are, or that
 * are gone, make no file. */
#define PIECES                                                      \
	" FROM letter l JOIN file f USING (seq) WHERE l.thread = ?" \
	" AND l.own = 1 AND l.repeat = 0 AND l.announced = 0"       \
	" AND (l.gone = 0 OR l.held = l.size) AND f.part > 0"

static void
copy_text(char *out, size_t size, struct text t)
{
	if (t.n >= size)
		t.n = size - 1;
	if (t.n > 0)
		memcpy(out, t.p, t.n);
}

static void
read_piece(sqlite3_stmt *st, struct piece *piece, struct part *part)
{
	uint64_t bytes = sql_u64(st, 7);

	piece->seq = sql_u64(st, 0);
	part->at.n = (uint16_t)sql_u32(st, 1);
	part->at.of = (uint16_t)sql_u32(st, 2);
	copy_text(piece->type, sizeof(piece->type), sql_text(st, 3));
	part->type = text_from(piece->type);
	piece->size = sql_u64(st, 4);
	sql_copy(st, 5, part->hash, sizeof(part->hash));
	copy_text(piece->name, sizeof(piece->name), sql_text(st, 6));
	part->name = text_from(piece->name);
	piece->is_held = bytes > 0 && sql_u64(st, 8) == bytes;
}

static int
read_pieces(struct book *b, int64_t thread, struct pieces *p)
{
	sqlite3_stmt *st;
	int64_t n, passed = 0;
	int row, err;

	if ((err = sql_number(
		 &b->sql, &n, "SELECT count(*)" PIECES, "l", thread)) != 0)
		return err;
	if (n == 0)
		return 0;
	if (n > CUT_PIECES_MAX) {
		passed = n - CUT_PIECES_MAX;
		n = CUT_PIECES_MAX;
	}
	if ((p->piece = mem_new((size_t)n, sizeof(*p->piece))) == NULL ||
	    (p->part = mem_new((size_t)n, sizeof(*p->part))) == NULL)
		return ERR_NOMEM;
	st = sql_ask(&b->sql,
	    "SELECT l.seq, f.part, f.parts, f.type, f.size, f.hash, f.name,"
	    " l.size, l.held" PIECES " ORDER BY l.seq LIMIT -1 OFFSET ?",
	    "ll", thread, passed);
	while ((row = sql_row(st)) > 0) {
		must(p->n < (size_t)n);
		read_piece(st, &p->piece[p->n], &p->part[p->n]);
		p->n++;
	}
	return row;
}

/* The parts of one file by their numbers; 0: not here. Values are places in
 * the pieces, from 1. */
static size_t
place_parts(const struct pieces *p, size_t file,
    size_t ret_place[static LETTER_PARTS_MAX + 1])
{
	size_t any = 0;

	memset(ret_place, 0, (LETTER_PARTS_MAX + 1) * sizeof(*ret_place));
	for (size_t i = 0; i < p->n; i++) {
		if (p->part[i].file != file)
			continue;
		any = i + 1;
		if (!p->part[i].is_replaced)
			ret_place[p->part[i].at.n] = i + 1;
	}
	return any - 1;
}

/* Another part was here in the place of one that counts: sent again, or of
 * another file. */
static bool
has_other(const struct pieces *p, size_t file, const size_t *place)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct part *part = &p->part[i];

		if (part->file == file && part->is_replaced &&
		    memcmp(part->hash, p->part[place[part->at.n] - 1].hash,
			sizeof(part->hash)) != 0)
			return true;
	}
	return false;
}

static json_t *
part_json(const struct pieces *p, size_t i, int *err)
{
	json_t *o = json_object();

	put_number(o, "n", p->part[i].at.n, err);
	put_number(o, "seq", p->piece[i].seq, err);
	put_number(o, "size", p->piece[i].size, err);
	put_bool(o, "held", p->piece[i].is_held, err);
	return o;
}

static json_t *
file_json(const struct pieces *p, size_t file, int *err)
{
	size_t place[LETTER_PARTS_MAX + 1];
	size_t any = place_parts(p, file, place);
	json_t *o = json_object(), *here = json_array();
	json_t *missing = json_array();
	struct text name = { 0 };
	uint64_t size = 0;

	for (unsigned n = 1; n <= p->part[any].at.of; n++) {
		size_t i = place[n];

		if (i == 0) {
			add(missing, json_integer((json_int_t)n), err);
			continue;
		}
		add(here, part_json(p, i - 1, err), err);
		size += p->piece[i - 1].size;
		if (name.n == 0)
			name = letter_whole_name(p->part[i - 1].name);
	}
	put_text(o, "type", p->part[any].type, err);
	if (name.n > 0)
		put_text(o, "name", name, err);
	put_number(o, "of", p->part[any].at.of, err);
	put_number(o, "size", size, err);
	put(o, "parts", here, err);
	put(o, "missing", missing, err);
	put_bool(o, "doubtful", has_other(p, file, place), err);
	return o;
}

static bool
is_same(const json_t *a, const json_t *b, const char *name)
{
	return json_equal(json_object_get(a, name), json_object_get(b, name));
}

/* Nothing in the parts says which of the two files they are of. */
static bool
is_alike(const json_t *a, const json_t *b)
{
	return is_same(a, b, "of") && is_same(a, b, "type") &&
	       (json_object_get(a, "name") == NULL ||
		   json_object_get(b, "name") == NULL || is_same(a, b, "name"));
}

static void
doubt_alike(json_t *list, int *err)
{
	json_t *a, *b;
	size_t i, k;

	json_array_foreach (list, i, a) {
		for (k = 0; k < i; k++) {
			b = json_array_get(list, k);
			if (!is_alike(a, b))
				continue;
			put_bool(a, "doubtful", true, err);
			put_bool(b, "doubtful", true, err);
		}
	}
}

static int
list_files(struct book *b, int64_t thread, json_t **ret_list)
{
	struct pieces p = { 0 };
	size_t files = 0, i;
	json_t *list = json_array();
	int err;

	if ((err = read_pieces(b, thread, &p)) != 0 ||
	    (p.n > 0 && (err = parts_sort(p.part, p.n, &files)) != 0))
		goto out;
	for (i = files > FILES_MAX ? files - FILES_MAX : 0; i < files; i++)
		add(list, file_json(&p, i, &err), &err);
	doubt_alike(list, &err);
out:
	if (p.piece != NULL)
		secret_wipe(p.piece, p.n * sizeof(*p.piece));
	mem_free(p.piece);
	mem_free(p.part);
	if (err != 0)
		json_decref(list);
	else
		*ret_list = list;
	return err;
}

int
cut_put(struct book *b, int64_t thread, json_t *o)
{
	json_t *list;
	int err;

	if ((err = list_files(b, thread, &list)) != 0)
		return err;
	if (json_array_size(list) > 0)
		put(o, "cut", list, &err);
	else
		json_decref(list);
	return err;
}

int
book_cut(
    struct book *b, const uint8_t thread[static THREAD_SIZE], json_t **ret_list)
{
	int64_t n;
	int err;

	if ((err = thread_find(b, thread, &n)) != 0)
		return err;
	return list_files(b, n, ret_list);
}
