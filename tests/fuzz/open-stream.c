#include "fuzz.h"

#include "base/err.h"
#include "crypto/random.h"
#include "open/open.h"

/* 32 bytes 0x42, the specification's example; tests/hostile/age.py seals to
 * it. */
static const char identity[] =
    "AGE-SECRET-KEY-"
    "1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
static struct open_identities *ids;

static int
collect(void *ctx, const uint8_t *p, size_t n)
{
	buf_put(ctx, p, n);
	return buf_finish(ctx);
}

static int
stream(const uint8_t *p, size_t n, size_t step, struct buf *out)
{
	struct open_stream *s = NULL;
	size_t m;
	int err;

	must(open_stream_new(ids, (struct text){ 0 }, collect, out, &s) == 0);
	for (err = 0; n > 0 && err == 0; p += m, n -= m) {
		m = n < step ? n : step;
		err = open_stream_put(s, p, m);
	}
	if (err == 0)
		err = open_stream_finish(s);
	open_stream_free(&s);
	return err;
}

/* Pieces make no difference, neither to the error nor to what was opened; and
 * no work is done that the file alone asks for. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct open_file *f = NULL;
	struct buf whole, pieces;
	struct age_header h;
	int err, piecewise;

	buf_init(&whole, n + 1);
	buf_init(&pieces, n + 1);
	err = stream(p, n, n + 1, &whole);
	piecewise = stream(p, n, n < 4096 ? 1 : 1000, &pieces);
	must((piecewise == 0) == (err == 0));
	/* Of a broken header in broken armor either may be told. */
	must(piecewise == err || p[0] != 'a');
	must(text_is_equal(buf_text(&whole), buf_text(&pieces)));
	buf_fini(&whole);
	buf_fini(&pieces);
	if (age_header_parse(p, n, &h) == 0 && n >= h.size + AGE_NONCE_SIZE)
		(void)open_file_new_passphrase(
		    TEXT("word"), 4, p, h.size + AGE_NONCE_SIZE, &f);
	open_file_free(&f);
	return 0;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	must(crypto_init() == 0);
	must(open_identities_read(text_from(identity), &ids) == 0);
	return 0;
}
