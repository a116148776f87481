#include "each_allocation.h"

#include "crypto/random.h"
#include "form/post.h"
#include "page/page.h"
#include "page_kit.h"

static struct masthead *card;

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
read_once(void)
{
	static const struct post_files files = { ignore_begin, ignore_data,
		ignore_end };
	static const char body[] =
	    "--x\r\nContent-Disposition: form-data; name=do\r\n\r\nnew\r\n"
	    "--x--\r\n";
	struct secret_arena *arena = NULL;
	struct post *p;
	int err;

	if ((err = secret_arena_new(POST_ARENA, &arena)) != 0)
		return err;
	if ((err = post_new(arena, TEXT("multipart/form-data; boundary=x"),
		 &files, NULL, &p)) == 0) {
		post_put(p, (const uint8_t *)body, sizeof(body) - 1);
		err = post_finish(p);
	}
	secret_arena_free(&arena);
	return err;
}

static int
start_once(void)
{
	const struct page_place place = {
		.card = card, .prefix = "", .today = PAGE_KIT_TODAY
	};
	struct buf b;
	int err;

	buf_init(&b, PAGE_MAX);
	err = page_start(&b, &place);
	buf_fini(&b);
	return err;
}

static void
reading(void **state)
{
	(void)state;
	each_allocation(read_once, 1);
}

static void
starting(void **state)
{
	(void)state;
	each_allocation(start_once, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading),
		cmocka_unit_test(starting),
	};
	int failed;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	assert_int_equal(crypto_init(), 0);
	card = page_kit_card();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	page_kit_card_free(&card);
	return failed;
}
