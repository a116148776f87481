#include "unit.h"

#include "base/cursor.h"
#include "base/err.h"
#include "crypto/ed25519.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "http/desk.h"

static const uint8_t seed[32] = { 1, 2, 3 };
static const struct desk_request request = { .newsroom = { 7 },
	.origin = { "http://desk.example", 19 },
	.method = { "POST", 4 },
	.target = { "/v1/inbox", 9 } };

/* A head with the fields of s. */
static int
read_back(const struct desk_signature *s, struct desk_signature *ret_signature)
{
	struct http_refusal refusal;
	struct http_head h;
	struct buf b;
	size_t scan = 0;
	int err;

	buf_init(&b, 4096);
	buf_puts(&b, "GET / HTTP/1.1\r\nHost: a\r\n");
	desk_fields_put(&b, s);
	buf_puts(&b, "\r\n");
	assert_int_equal(buf_finish(&b), 0);
	assert_int_equal(http_head_check(b.p, b.n, &scan, &h, &refusal), 0);
	err = desk_fields_read(&h, ret_signature);
	buf_fini(&b);
	return err;
}

static void
signs_and_verifies(void **state)
{
	struct desk_signature s, back;
	uint8_t hash[HASH_SIZE];

	(void)state;
	hash_once(hash, "body", 4);
	assert_int_equal(desk_sign(seed, &request, hash, 29000000, 0, &s), 0);
	assert_int_equal(read_back(&s, &back), 0);
	assert_memory_equal(&s, &back, sizeof(s));
	assert_int_equal(desk_verify(&request, &back), 0);
}

/* Whatever is changed, it no longer fits. */
static void
covers_everything(void **state)
{
	struct desk_request q = request;
	struct desk_signature s, t;
	uint8_t hash[HASH_SIZE] = { 0 };

	(void)state;
	assert_int_equal(desk_sign(seed, &request, hash, 29000000, 0, &s), 0);
	q.newsroom[0]++;
	assert_int_equal(desk_verify(&q, &s), ERR_SIGNATURE);
	q = request;
	q.origin = TEXT(DESK_ORIGIN_UNIX);
	assert_int_equal(desk_verify(&q, &s), ERR_SIGNATURE);
	q = request;
	q.method = TEXT("PUT");
	assert_int_equal(desk_verify(&q, &s), ERR_SIGNATURE);
	q = request;
	q.target = TEXT("/v1/inbox?");
	assert_int_equal(desk_verify(&q, &s), ERR_SIGNATURE);
	t = s;
	t.minute++;
	assert_int_equal(desk_verify(&request, &t), ERR_SIGNATURE);
	t = s;
	t.nonce[15] ^= 1;
	assert_int_equal(desk_verify(&request, &t), ERR_SIGNATURE);
	t = s;
	t.body[0] ^= 1;
	assert_int_equal(desk_verify(&request, &t), ERR_SIGNATURE);
	t = s;
	ed25519_public(t.member, hash);
	assert_int_equal(desk_verify(&request, &t), ERR_SIGNATURE);
}

/* A nonce as a server that started when `n` did wants it. */
static void
nonce_of(const struct desk_nonces *n, uint8_t number,
    uint8_t ret_nonce[static DESK_NONCE_SIZE])
{
	memset(ret_nonce, number, DESK_NONCE_SIZE);
	u64_write(ret_nonce, desk_nonces_start(n));
}

static void
remembers_nonces(void **state)
{
	uint8_t nonce[DESK_NONCE_SIZE];
	struct desk_nonces *n;

	(void)state;
	assert_int_equal(desk_nonces_new(1000, &n), 0);
	nonce_of(n, 1, nonce);
	assert_int_equal(desk_nonces_take(n, nonce, 1000, 1000), 0);
	for (uint64_t now = 1000; now <= 1005; now++)
		assert_int_equal(
		    desk_nonces_take(n, nonce, 1000, now), ERR_REPLAY);
	assert_int_equal(desk_nonces_take(n, nonce, 1000, 1006), ERR_EXPIRED);
	nonce_of(n, 2, nonce);
	assert_int_equal(desk_nonces_take(n, nonce, 1007, 1001), ERR_NOT_YET);
	/* A clock five minutes ahead: remembered until nobody takes it. */
	assert_int_equal(desk_nonces_take(n, nonce, 1006, 1001), 0);
	for (uint64_t now = 1001; now <= 1011; now++)
		assert_int_equal(
		    desk_nonces_take(n, nonce, 1006, now), ERR_REPLAY);
	desk_nonces_free(&n);
}

/* What was used before is forgotten: in the same minute, and by a clock that
 * was ahead. */
static void
takes_nothing_from_before_its_start(void **state)
{
	uint8_t nonce[DESK_NONCE_SIZE];
	struct desk_nonces *before, *n;

	(void)state;
	assert_int_equal(desk_nonces_new(1000, &before), 0);
	nonce_of(before, 1, nonce);
	assert_int_equal(desk_nonces_take(before, nonce, 1005, 1000), 0);
	assert_int_equal(desk_nonces_new(1000, &n), 0);
	for (uint64_t minute = 995; minute <= 1005; minute++)
		assert_int_equal(
		    desk_nonces_take(n, nonce, minute, 1000), ERR_AGAIN);
	assert_int_equal(desk_nonces_take(n, nonce, 1005, 1003), ERR_AGAIN);
	/* Any nonce will do for what nobody could have taken then. */
	assert_int_equal(desk_nonces_take(n, nonce, 1006, 1003), 0);
	desk_nonces_free(&before);
	desk_nonces_free(&n);
}

static void
holds_many_nonces(void **state)
{
	uint8_t nonce[DESK_NONCE_SIZE];
	struct desk_nonces *n;
	int err = 0, taken = 0;

	(void)state;
	assert_int_equal(desk_nonces_new(1000, &n), 0);
	while (err == 0) {
		random_bytes(nonce, sizeof(nonce));
		u64_write(nonce, desk_nonces_start(n));
		err = desk_nonces_take(n, nonce, 1000, 1000);
		taken += err == 0;
	}
	assert_int_equal(err, ERR_BUSY);
	assert_int_equal(taken, DESK_NONCES_MAX);
	/* Later there is room again. */
	assert_int_equal(desk_nonces_take(n, nonce, 1011, 1011), 0);
	desk_nonces_free(&n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signs_and_verifies),
		cmocka_unit_test(covers_everything),
		cmocka_unit_test(remembers_nonces),
		cmocka_unit_test(takes_nothing_from_before_its_start),
		cmocka_unit_test(holds_many_nonces),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return crypto_init() == 0 ? cmocka_run_group_tests(tests, NULL, NULL)
				  : 1;
}
