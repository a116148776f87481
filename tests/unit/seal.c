#include "unit.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "crypto/random.h"
#include "open/open.h"
#include "seal/seal.h"

#define LOG_N 10 /* quick; real files say SEAL_LOG_N */

static struct open_identities *ids;
static struct age_recipient me;

static int
setup(void **state)
{
	char *p = secret_new(OPEN_IDENTITY_TEXT);
	struct buf b;

	(void)state;
	assert_non_null(p);
	buf_init_fixed(&b, p, OPEN_IDENTITY_TEXT);
	assert_int_equal(open_identity_new(&b, &me), 0);
	assert_int_equal(open_identities_read(buf_text(&b), &ids), 0);
	secret_free(&p);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	open_identities_free(&ids);
	return 0;
}

static int
collect(void *ctx, const uint8_t *p, size_t n)
{
	buf_put(ctx, p, n);
	return buf_finish(ctx);
}

/* Opens all of sealed in pieces of step bytes. */
static int
open_all(struct text sealed, size_t step, struct text passphrase,
    const struct open_identities *with, struct buf *plain)
{
	struct open_stream *s = NULL;
	size_t n;
	int err;

	assert_int_equal(
	    open_stream_new(with, passphrase, collect, plain, &s), 0);
	for (err = 0; err == 0 && sealed.n > 0; sealed.n -= n) {
		n = sealed.n < step ? sealed.n : step;
		err = open_stream_put(s, (const uint8_t *)sealed.p, n);
		sealed.p += n;
	}
	if (err == 0)
		err = open_stream_finish(s);
	open_stream_free(&s);
	return err;
}

static void
test_sizes(void **state)
{
	static const size_t sizes[] = { 0, 1, 65535, 65536, 65537, 131071,
		131072, 131073, 300000 };
	uint8_t *bytes = malloc(300000);
	size_t i;

	(void)state;
	assert_non_null(bytes);
	random_bytes(bytes, 300000);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct seal *s = NULL;
		struct buf sealed, plain;

		buf_init(&sealed, 1 << 20);
		buf_init(&plain, 1 << 20);
		assert_int_equal(seal_new(&me, 1, 0, &s), 0);
		assert_int_equal(seal_bytes(s, bytes, sizes[i], &sealed), 0);
		assert_int_equal(
		    sealed.n, seal_head(s).n + age_payload_size(sizes[i]));
		assert_int_equal(open_all(buf_text(&sealed), 7777,
				     (struct text){ 0 }, ids, &plain),
		    0);
		assert_int_equal(plain.n, sizes[i]);
		if (plain.n > 0)
			assert_memory_equal(plain.p, bytes, plain.n);
		seal_free(&s);
		buf_fini(&sealed);
		buf_fini(&plain);
	}
	free(bytes);
}

static void
test_passphrase(void **state)
{
	struct seal *s = NULL;
	struct buf sealed, plain;

	(void)state;
	buf_init(&sealed, 4096);
	buf_init(&plain, 4096);
	assert_int_equal(
	    seal_new_passphrase(TEXT(""), LOG_N, &s), ERR_PASSPHRASE);
	assert_int_equal(seal_new_passphrase(TEXT("word"), 30, &s), ERR_LIMIT);
	assert_null(s);
	assert_int_equal(seal_new_passphrase(TEXT("word"), LOG_N, &s), 0);
	assert_int_equal(seal_bytes(s, (const uint8_t *)"text", 4, &sealed), 0);
	assert_int_equal(
	    open_all(buf_text(&sealed), 1, TEXT("wort"), NULL, &plain),
	    ERR_PASSPHRASE);
	assert_int_equal(
	    open_all(buf_text(&sealed), 1, (struct text){ 0 }, ids, &plain),
	    ERR_NO_KEY);
	assert_int_equal(
	    open_all(buf_text(&sealed), 1, TEXT("word"), ids, &plain), 0);
	assert_text(buf_text(&plain), "text");
	seal_free(&s);
	buf_fini(&sealed);
	buf_fini(&plain);
}

static void
test_counts(void **state)
{
	static const struct {
		size_t n, fill;
	} fills[] = { { 1, 8 }, { 8, 8 }, { 9, 16 }, { 17, 32 }, { 33, 64 },
		{ 64, 64 }, { 65, 0 } };
	struct age_recipient to[AGE_STANZAS_MAX + 1];
	struct age_header h;
	struct seal *s = NULL;
	size_t i;

	(void)state;
	for (i = 0; i <= AGE_STANZAS_MAX; i++)
		to[i] = me;
	for (i = 0; i < sizeof(fills) / sizeof(fills[0]); i++) {
		assert_int_equal(seal_fill(fills[i].n), fills[i].fill);
		if (fills[i].fill == 0)
			continue;
		assert_int_equal(
		    seal_new(to, fills[i].n, fills[i].fill, &s), 0);
		assert_int_equal(
		    age_header_parse(seal_head(s).p, seal_head(s).n, &h), 0);
		assert_int_equal(h.n, fills[i].fill);
		assert_int_equal(age_header_is_letter(&h), 0);
		seal_free(&s);
	}
	assert_int_equal(seal_new(to, 65, 0, &s), ERR_LIMIT);
	assert_int_equal(seal_new(to, 65, 65, &s), ERR_LIMIT);
	assert_int_equal(seal_new(to, 1, 65, &s), ERR_LIMIT);
	assert_int_equal(seal_new(to, 9, 8, &s), ERR_LIMIT);
	assert_int_equal(seal_new(to, 0, 8, &s), ERR_LIMIT);
	assert_null(s);
}

static void
test_low_order(void **state)
{
	struct age_recipient to[2] = { me, me };
	struct seal *s = NULL;

	(void)state;
	memset(to[1].pk, 0, sizeof(to[1].pk));
	assert_int_equal(seal_new(to, 2, 8, &s), ERR_LOW_ORDER);
	to[1].pk[0] = 1;
	assert_int_equal(seal_new(to, 2, 0, &s), ERR_LOW_ORDER);
	assert_null(s);
}

/* Which stanza is ours: the header with all others taken out still opens (its
 * MAC does not, but the key is found). */
static size_t
find_mine(const struct seal *s)
{
	struct age_header h;
	struct open_file *f = NULL;
	struct text head = seal_head(s), line;
	struct buf b;
	size_t i;
	int err;

	assert_int_equal(age_header_parse(head.p, head.n, &h), 0);
	for (i = 0; i < h.n; i++) {
		buf_init(&b, AGE_HEADER_MAX);
		age_header_begin(&b);
		buf_puts(&b, "-> X25519 ");
		buf_put_text(&b, h.stanzas[i].args);
		buf_puts(&b, "\n");
		buf_put_text(&b, h.stanzas[i].body);
		line = (struct text){ h.signed_part.p + h.signed_part.n - 3,
			(size_t)(head.p + head.n -
				 (h.signed_part.p + h.signed_part.n - 3)) };
		buf_put_text(&b, line);
		err = open_file_new(ids, b.p, b.n, &f);
		buf_fini(&b);
		if (err == ERR_AUTH)
			return i;
		assert_int_equal(err, ERR_NO_KEY);
	}
	fail();
	return 0;
}

/* The true recipient stands anywhere: over 400 headers of eight, each place
 * is met about 50 times, and below 5 or above 100 is beyond six sigma. */
static void
test_spread(void **state)
{
	unsigned at[8] = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < 400; i++) {
		struct seal *s = NULL;

		assert_int_equal(seal_new(&me, 1, 8, &s), 0);
		at[find_mine(s)]++;
		seal_free(&s);
	}
	for (i = 0; i < 8; i++)
		assert_in_range(at[i], 5, 100);
}

/* Chunks in any order make the very file that chunks in order make. */
static void
test_late(void **state)
{
	enum { CHUNKS = 200, LAST = 1234 };
	const size_t size = (CHUNKS - 1) * AGE_CHUNK_SIZE + LAST;
	uint8_t *bytes = malloc(size);
	uint64_t order[CHUNKS];
	struct seal *s = NULL;
	struct buf plain;
	uint8_t *sealed;
	size_t i, n;

	(void)state;
	assert_non_null(bytes);
	random_bytes(bytes, size);
	for (i = 0; i < CHUNKS; i++)
		order[i] = i;
	random_shuffle(order, CHUNKS, sizeof(order[0]));
	assert_int_equal(seal_new(&me, 1, 8, &s), 0);
	n = seal_head(s).n;
	sealed = malloc(n + age_payload_size(size));
	assert_non_null(sealed);
	memcpy(sealed, seal_head(s).p, n);
	for (i = 0; i < CHUNKS; i++) {
		assert_int_equal(
		    seal_put(s, order[i], bytes + order[i] * AGE_CHUNK_SIZE,
			order[i] == CHUNKS - 1 ? LAST : AGE_CHUNK_SIZE,
			order[i] == CHUNKS - 1,
			sealed + n + order[i] * AGE_CHUNK_SEALED),
		    0);
	}
	buf_init(&plain, size);
	assert_int_equal(open_all((struct text){ (char *)sealed,
				      n + age_payload_size(size) },
			     100000, (struct text){ 0 }, ids, &plain),
	    0);
	assert_int_equal(plain.n, size);
	assert_memory_equal(plain.p, bytes, size);
	seal_free(&s);
	buf_fini(&plain);
	free(sealed);
	free(bytes);
}

/* The first chunk held while everything else streams past. */
static void
test_held_first(void **state)
{
	static uint8_t chunk[AGE_CHUNK_SEALED];
	struct seal *s = NULL;
	uint64_t i;

	(void)state;
	assert_int_equal(seal_new(&me, 1, 0, &s), 0);
	for (i = 1; i < 2000; i++)
		assert_int_equal(
		    seal_put(s, i, chunk, AGE_CHUNK_SIZE, false, chunk), 0);
	assert_int_equal(
	    seal_put(s, 1u << 20, chunk, AGE_CHUNK_SIZE, false, chunk),
	    ERR_LIMIT);
	assert_int_equal(seal_put(s, i, chunk, 7, true, chunk), 0);
	assert_int_equal(
	    seal_put(s, 0, chunk, AGE_CHUNK_SIZE, false, chunk), 0);
	seal_free(&s);
}

/* What a broken promise of ours does: the program ends before anything is
 * sealed under a nonce again. */
static void
assert_aborts(uint64_t index, size_t n, bool is_last)
{
	static uint8_t chunk[AGE_CHUNK_SEALED];
	struct seal *s = NULL;
	int status;
	pid_t pid;

	assert_int_equal(seal_new(&me, 1, 0, &s), 0);
	assert_int_equal(
	    seal_put(s, 0, chunk, AGE_CHUNK_SIZE, false, chunk), 0);
	assert_int_equal(
	    seal_put(s, 1, chunk, AGE_CHUNK_SIZE, false, chunk), 0);
	assert_int_equal(
	    seal_put(s, 4, chunk, AGE_CHUNK_SIZE, false, chunk), 0);
	assert_int_equal(seal_put(s, 6, chunk, 9, true, chunk), 0);
	if ((pid = fork()) == 0) {
		/* cmocka catches the signal otherwise. */
		(void)signal(SIGABRT, SIG_DFL);
		if (freopen("/dev/null", "w", stderr) != NULL)
			(void)seal_put(s, index, chunk, n, is_last, chunk);
		_exit(0);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	seal_free(&s);
}

static void
test_promises(void **state)
{
	(void)state;
	assert_aborts(0, AGE_CHUNK_SIZE, false); /* twice */
	assert_aborts(4, AGE_CHUNK_SIZE, false);
	assert_aborts(6, 9, true);
	assert_aborts(7, AGE_CHUNK_SIZE, false); /* behind the last */
	assert_aborts(5, 9, true);               /* another last */
	assert_aborts(3, AGE_CHUNK_SIZE - 1, false);
	assert_aborts(3, 0, false);
}

enum { HAND_CHUNKS = 64 };
static uint8_t hand_plain[AGE_CHUNK_SIZE];
static uint8_t hand_sealed[HAND_CHUNKS][AGE_CHUNK_SEALED];

struct hand_job {
	struct seal_hand *hand;
	uint64_t first;
	int err;
};

static void *
put_every_second(void *ctx)
{
	struct hand_job *job = ctx;
	uint64_t i;

	for (i = job->first; i < HAND_CHUNKS && job->err == 0; i += 2)
		job->err = seal_hand_put(job->hand, i, hand_plain,
		    AGE_CHUNK_SIZE, i == HAND_CHUNKS - 1, hand_sealed[i]);
	return NULL;
}

static void
test_hands(void **state)
{
	struct hand_job jobs[2] = { { .first = 0 }, { .first = 1 } };
	struct open_file *f = NULL, *copy = NULL;
	uint8_t plain[AGE_CHUNK_SIZE];
	pthread_t threads[2];
	struct seal *s = NULL;
	uint64_t i;

	(void)state;
	assert_int_equal(seal_new(&me, 1, 0, &s), 0);
	for (i = 0; i < 2; i++)
		assert_int_equal(seal_hand_new(s, &jobs[i].hand), 0);
	for (i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL,
				     put_every_second, &jobs[i]),
		    0);
	for (i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_int_equal(jobs[i].err, 0);
		seal_hand_free(&jobs[i].hand);
	}
	assert_int_equal(
	    open_file_new(ids, seal_head(s).p, seal_head(s).n, &f), 0);
	assert_int_equal(open_file_copy(f, &copy), 0);
	open_file_free(&f);
	for (i = 0; i < HAND_CHUNKS; i++)
		assert_int_equal(
		    open_chunk(copy, i, hand_sealed[i], AGE_CHUNK_SEALED,
			i == HAND_CHUNKS - 1, plain),
		    0);
	open_file_free(&copy);
	seal_free(&s);
}

/* The largest plaintext that fits, and not a byte more; never less than none. */
static void
test_plain_max(void **state)
{
	const uint64_t sizes[] = { 16, 17, 1000, AGE_CHUNK_SEALED,
		AGE_CHUNK_SEALED + 1, AGE_CHUNK_SEALED + 16,
		AGE_CHUNK_SEALED + 17, 3 * AGE_CHUNK_SEALED, 1ull << 36 };
	struct seal *s = NULL;
	uint64_t head, n;
	size_t i;

	(void)state;
	assert_int_equal(seal_new(&me, 1, 8, &s), 0);
	head = seal_head(s).n;
	for (i = 0; i < head + 16; i++)
		assert_int_equal(seal_plain_max(s, i), 0);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		n = seal_plain_max(s, head + sizes[i]);
		assert_true(age_payload_size(n) <= sizes[i]);
		assert_true(age_payload_size(n + 1) > sizes[i]);
	}
	assert_true(seal_plain_max(s, UINT64_MAX) < UINT64_MAX);
	seal_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_passphrase),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_low_order),
		cmocka_unit_test(test_spread),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_held_first),
		cmocka_unit_test(test_promises),
		cmocka_unit_test(test_hands),
		cmocka_unit_test(test_plain_max),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (crypto_init() != 0)
		return 2;
	return cmocka_run_group_tests(tests, setup, teardown);
}
