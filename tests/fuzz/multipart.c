/* A form in one piece and byte by byte: both must say the same. */
#include "fuzz.h"

#include "base/err.h"
#include "crypto/hash.h"
#include "form/post.h"

#define INPUT_MAX 65536

static void
on_begin(void *ctx, struct text name)
{
	hash_put_u8(ctx, 1);
	hash_put(ctx, name.p, name.n);
	hash_put_u8(ctx, 2);
}

static void
on_data(void *ctx, const uint8_t *p, size_t n)
{
	must(n > 0);
	hash_put(ctx, p, n);
}

static void
on_end(void *ctx)
{
	hash_put_u8(ctx, 3);
}

static void
read_form(const uint8_t *p, size_t n, size_t step, uint8_t out[HASH_SIZE])
{
	static const struct post_files files = { on_begin, on_data, on_end };
	struct secret_arena *arena = NULL;
	struct post *post;
	struct hash h;
	int err;

	hash_init(&h, HASH_SIZE);
	must(secret_arena_new(POST_ARENA, &arena) == 0);
	must(post_new(arena, TEXT("multipart/form-data; boundary=x"), &files,
		 &h, &post) == 0);
	for (size_t at = 0; at < n; at += step)
		post_put(post, p + at, n - at < step ? n - at : step);
	err = post_finish(post);
	hash_put_u32(&h, (uint32_t)err);
	for (enum post_field i = 0; i < POST_FIELDS; i++) {
		struct text t = post_text(post, i);

		must(text_is_utf8(t));
		hash_put_u32(&h, (uint32_t)t.n);
		hash_put(&h, t.p, t.n);
	}
	hash_put_u8(&h, (uint8_t)(post_is_cut(post) * 2 + post_is_late(post)));
	hash_finish(&h, out);
	secret_arena_free(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	uint8_t whole[HASH_SIZE], pieces[HASH_SIZE];

	if (n == 0 || n > INPUT_MAX)
		return 0;
	read_form(p, n, n, whole);
	read_form(p, n, 1, pieces);
	must(secret_is_equal(whole, pieces, sizeof(whole)));
	return 0;
}
