#include "each_allocation.h"

#include "crypto/ed25519.h"
#include "masthead/member.h"
#include "masthead_kit.h"

static struct masthead_key *key;

static int
read_card(void)
{
	struct masthead *m = NULL;
	int err = card_read(key, TEXT(card_json), CARD_ISSUED, &m);

	assert_true((err == 0) == (m != NULL));
	masthead_free(&m);
	return err;
}

static int
read_stories(void)
{
	struct stories *s = NULL;
	int err = stories_read(
	    TEXT("[{\"id\":\"a\",\"title\":\"One\",\"lang\":\"en\"},"
		 "{\"id\":\"b\",\"title\":\"Two\"}]"),
	    &s);

	assert_true((err == 0) == (s != NULL));
	stories_free(&s);
	return err;
}

static int
copy_key(void)
{
	struct masthead_key *fresh = NULL, *copy = NULL;
	struct buf b;
	int err;

	buf_init(&b, 1024);
	if ((err = masthead_key_new(&fresh)) != 0)
		goto out;
	masthead_key_put(&b, fresh);
	if ((err = buf_finish(&b)) == 0)
		err = masthead_key_read(buf_text(&b), &copy);
out:
	masthead_key_free(&fresh);
	masthead_key_free(&copy);
	buf_fini(&b);
	return err;
}

static int
copy_request(void)
{
	static const uint8_t seed[32] = { 1 };
	struct member_request r = { .id = "ana", .name = "Ana" }, again;
	struct buf b;
	int err;

	r.recipient.kind = &age_kinds[0];
	ed25519_public(r.sign, seed);
	buf_init(&b, 4096);
	if ((err = member_request_put(&b, &r, seed)) == 0)
		err = member_request_read(buf_text(&b), &again);
	buf_fini(&b);
	return err;
}

static void
test_masthead(void **state)
{
	(void)state;
	each_allocation(read_card, 20);
	each_allocation(read_stories, 5);
	each_allocation(copy_key, 3);
	each_allocation(copy_request, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_masthead),
	};
	int failed;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (crypto_init() != 0 || masthead_key_new(&key) != 0)
		return 2;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	masthead_key_free(&key);
	return failed;
}
