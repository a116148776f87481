#include "each.h"
#include "refusal.h"

#include "crypto/random.h"
#include "open/open.h"

/* 32 bytes 0x42, the specification's example. */
static const char identity[] =
    "AGE-SECRET-KEY-"
    "1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
static struct open_identities *ids;

/* Nothing of these files is plaintext anybody may see. */
static int
take(void *ctx, const uint8_t *p, size_t n)
{
	(void)ctx;
	(void)p;
	(void)n;
	return ERR_USAGE;
}

static int
stream(struct text content, size_t step)
{
	struct open_stream *s = NULL;
	size_t n;
	int err;

	err = open_stream_new(ids, TEXT("word"), take, NULL, &s);
	for (; err == 0 && content.n > 0; content.n -= n) {
		n = content.n < step ? content.n : step;
		err = open_stream_put(s, (const uint8_t *)content.p, n);
		content.p += n;
	}
	if (err == 0)
		err = open_stream_finish(s);
	open_stream_free(&s);
	return err;
}

static const char *
attempt(const char *name, struct text content)
{
	const char *complaint = judge(name, stream(content, 65536));

	return complaint != NULL ? complaint : judge(name, stream(content, 1));
}

int
main(int argc, char **argv)
{
	int status;

	if (argc != 2 || crypto_init() != 0 ||
	    open_identities_read(text_from(identity), &ids) != 0)
		return 2;
	status = each_file(argv[1], attempt);
	open_identities_free(&ids);
	return status;
}
