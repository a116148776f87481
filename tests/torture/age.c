#include "each_allocation.h"

#include "base/secret.h"
#include "crypto/random.h"
#include "open/open.h"
#include "seal/seal.h"

#define SIZE (AGE_CHUNK_SIZE + 1)

static uint8_t plain[SIZE];
static struct age_recipient to;
static struct open_identities *ids;
static struct buf sealed;

static int
take(void *ctx, const uint8_t *p, size_t n)
{
	(void)ctx;
	(void)p;
	(void)n;
	return 0;
}

static int
make_identity(void)
{
	char *p = NULL;
	struct buf b;
	int err;

	if ((p = secret_new(OPEN_IDENTITY_TEXT)) == NULL)
		return ERR_NOMEM;
	buf_init_fixed(&b, p, OPEN_IDENTITY_TEXT);
	if ((err = open_identity_new(&b, &to)) == 0)
		err = open_identities_read(buf_text(&b), &ids);
	secret_free(&p);
	return err;
}

static int
seal_one(void)
{
	struct seal_hand *hand = NULL;
	struct seal *s = NULL;
	int err;

	buf_fini(&sealed);
	buf_init(&sealed, 1 << 20);
	if ((err = seal_new(&to, 1, 8, &s)) != 0 ||
	    (err = seal_hand_new(s, &hand)) != 0)
		goto out;
	err = seal_bytes(s, plain, SIZE, &sealed);
out:
	seal_hand_free(&hand);
	seal_free(&s);
	return err;
}

static int
seal_passphrase(void)
{
	struct seal *s = NULL;
	int err;

	buf_fini(&sealed);
	buf_init(&sealed, 1 << 20);
	if ((err = seal_new_passphrase(TEXT("words"), 4, &s)) == 0)
		err = seal_bytes(s, plain, SIZE, &sealed);
	seal_free(&s);
	return err;
}

static int
open_one(void)
{
	struct open_stream *s = NULL;
	int err;

	err = open_stream_new(ids, TEXT("words"), take, NULL, &s);
	if (err == 0)
		err = open_stream_put(s, sealed.p, sealed.n);
	if (err == 0)
		err = open_stream_finish(s);
	open_stream_free(&s);
	return err;
}

static int
copy_one(void)
{
	struct open_file *f = NULL, *copy = NULL;
	struct age_header h;
	int err;

	err = age_header_parse(sealed.p, sealed.n, &h);
	if (err == 0)
		err = open_file_new_passphrase(
		    TEXT("words"), 4, sealed.p, h.size + AGE_NONCE_SIZE, &f);
	if (err == 0)
		err = open_file_copy(f, &copy);
	open_file_free(&f);
	open_file_free(&copy);
	return err;
}

static void
test_identity(void **state)
{
	(void)state;
	each_allocation(make_identity, 3);
}

static void
test_recipients(void **state)
{
	(void)state;
	each_allocation(seal_one, 10);
	each_allocation(open_one, 10);
}

static void
test_passphrase(void **state)
{
	(void)state;
	each_allocation(seal_passphrase, 5);
	each_allocation(open_one, 5);
	each_allocation(copy_one, 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_recipients),
		cmocka_unit_test(test_passphrase),
	};
	int failed;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (crypto_init() != 0)
		return 2;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	open_identities_free(&ids);
	buf_fini(&sealed);
	return failed;
}
