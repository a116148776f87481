#include "base/json.h"

#include <sodium.h>
#include <stdalign.h>
#include <string.h>

#include "base/buf.h"
#include "base/day.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"

/*
 * jansson calls a failed allocation a syntax error as often as not, or drops a
 * character of a long text and goes on, so it is noted where it happens.
 */
static _Thread_local bool is_out_of_memory;

/* What jansson holds may be a source's words: each piece knows its size, so
 * that it can be wiped when jansson lets go of it. */
#define PIECE_HEAD alignof(max_align_t)

static void *
allocate(size_t n)
{
	unsigned char *p =
	    n <= SIZE_MAX - PIECE_HEAD ? mem_new(PIECE_HEAD + n, 1) : NULL;

	if (p == NULL) {
		is_out_of_memory = true;
		return NULL;
	}
	memcpy(p, &n, sizeof(n));
	return p + PIECE_HEAD;
}

static void
release(void *piece)
{
	unsigned char *p = piece;
	size_t n;

	if (p == NULL)
		return;
	p -= PIECE_HEAD;
	memcpy(&n, p, sizeof(n));
	secret_wipe(p, PIECE_HEAD + n);
	mem_free(p);
}

void
json_init(void)
{
	json_set_alloc_funcs(allocate, release);
	/* Left alone, jansson opens /dev/urandom at its first object. Zero
	 * would ask for that. */
	json_object_seed(randombytes_random() | 1u);
}

int
json_read(struct text in, size_t max, json_t **ret_root)
{
	json_t *root;

	if (in.n > max)
		return ERR_LIMIT;
	if (in.n == 0)
		return ERR_FORMAT;
	is_out_of_memory = false;
	root = json_loadb(in.p, in.n, JSON_REJECT_DUPLICATES, NULL);
	if (is_out_of_memory) {
		json_decref(root);
		return ERR_NOMEM;
	}
	if (root == NULL)
		return ERR_FORMAT;
	*ret_root = root;
	return 0;
}

int
json_text(const json_t *o, const char *name, size_t max, struct text *ret_text)
{
	const json_t *v = json_object_get(o, name);

	if (!json_is_string(v))
		return ERR_FORMAT;
	if (json_string_length(v) > max)
		return ERR_LIMIT;
	*ret_text =
	    (struct text){ json_string_value(v), json_string_length(v) };
	return 0;
}

int
json_u64(const json_t *o, const char *name, uint64_t max, uint64_t *ret_value)
{
	const json_t *v = json_object_get(o, name);

	if (!json_is_integer(v) || json_integer_value(v) < 0)
		return ERR_FORMAT;
	if ((uint64_t)json_integer_value(v) > max)
		return ERR_LIMIT;
	*ret_value = (uint64_t)json_integer_value(v);
	return 0;
}

int
json_bool(const json_t *o, const char *name, bool *ret_value)
{
	const json_t *v = json_object_get(o, name);

	if (!json_is_boolean(v))
		return ERR_FORMAT;
	*ret_value = json_is_true(v);
	return 0;
}

int
json_hex(const json_t *o, const char *name, void *out, size_t n)
{
	struct text t;
	int err;

	if ((err = json_text(o, name, SIZE_MAX, &t)) != 0)
		return err;
	return hex_read(t, out, n);
}

int
json_day(const json_t *o, const char *name, uint32_t *ret_day)
{
	struct text t;
	int err;

	if ((err = json_text(o, name, SIZE_MAX, &t)) != 0)
		return err;
	return day_read(t, ret_day);
}

int
json_list(
    const json_t *o, const char *name, size_t max_items, json_t **ret_list)
{
	json_t *v = json_object_get(o, name);

	if (!json_is_array(v))
		return ERR_FORMAT;
	if (json_array_size(v) > max_items)
		return ERR_LIMIT;
	*ret_list = v;
	return 0;
}

int
json_object_of(const json_t *o, const char *name, json_t **ret_object)
{
	json_t *v = json_object_get(o, name);

	if (!json_is_object(v))
		return ERR_FORMAT;
	*ret_object = v;
	return 0;
}

bool
json_has(const json_t *o, const char *name)
{
	return json_object_get(o, name) != NULL;
}

static int
take_piece(const char *p, size_t n, void *ctx)
{
	buf_put(ctx, p, n);
	return buf_finish(ctx) == 0 ? 0 : -1;
}

void
json_put(struct buf *b, const json_t *v, size_t flags)
{
	is_out_of_memory = false;
	if (json_dump_callback(v, take_piece, b, flags) != 0 && b->err == 0)
		b->err = is_out_of_memory ? ERR_NOMEM : ERR_FORMAT;
}
