/* Forms that no browser sends. Each is fed whole and byte by byte. */
#include "each.h"

#include "base/err.h"
#include "form/post.h"
#include "refusal.h"

static void
ignore_begin(void *ctx, struct text name)
{
	(void)ctx, (void)name;
}

static void
ignore_data(void *ctx, const uint8_t *p, size_t n)
{
	(void)ctx, (void)p, (void)n;
}

static void
ignore_end(void *ctx)
{
	(void)ctx;
}

static int
read_form(struct text content, size_t step)
{
	static const struct post_files files = { ignore_begin, ignore_data,
		ignore_end };
	struct secret_arena *arena = NULL;
	struct post *p;
	int err;

	must(secret_arena_new(POST_ARENA, &arena) == 0);
	must(post_new(arena, TEXT("multipart/form-data; boundary=x"), &files,
		 NULL, &p) == 0);
	for (size_t at = 0; at < content.n; at += step)
		post_put(p, (const uint8_t *)content.p + at,
		    content.n - at < step ? content.n - at : step);
	err = post_finish(p);
	secret_arena_free(&arena);
	return err;
}

static const char *
attempt(const char *name, struct text content)
{
	const char *whole =
	    judge(name, read_form(content, content.n == 0 ? 1 : content.n));

	return whole != NULL ? whole : judge(name, read_form(content, 1));
}

int
main(int argc, char **argv)
{
	return argc == 2 ? each_file(argv[1], attempt) : 2;
}
