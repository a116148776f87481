#include "fuzz.h"

#include "base/err.h"
#include "crypto/random.h"
#include "letter/letter.h"
#include "letter/read.h"

/* The newsroom of the letters in tests/vectors, from which the corpus grew. */
static uint8_t newsroom[NEWSROOM_ID_SIZE];

struct count {
	size_t number; /* the entry expected next */
	uint64_t bytes;
};

static int
on_bytes(void *ctx, const struct letter_entry *entry, size_t number,
    const uint8_t *p, size_t n)
{
	struct count *c = ctx;

	(void)p;
	must(number == c->number);
	c->bytes += n;
	must(c->bytes <= entry->size);
	if (n == 0) {
		must(c->bytes == entry->size);
		c->number++;
		c->bytes = 0;
	}
	return 0;
}

static int
read_in_steps(const uint8_t *p, size_t n, size_t step)
{
	static const struct letter_handler handler = { .bytes = on_bytes };
	struct count c = { 0 };
	struct letter_reader *r = NULL;
	int err;

	must(letter_reader_new(newsroom, &handler, &c, &r) == 0);
	for (size_t at = 0; at < n; at += step)
		(void)letter_reader_put(
		    r, p + at, n - at < step ? n - at : step);
	err = letter_reader_finish(r);
	letter_reader_free(&r);
	return err;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	int err = read_in_steps(p, n, SIZE_MAX / 2);

	must(read_in_steps(p, n, 700) == err);
	if (err == 0)
		must(letter_is_padded_size(n));
	return 0;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	must(crypto_init() == 0);
	must(hex_read(TEXT("00112233445566778899aabbccddeeff"), newsroom,
		 sizeof(newsroom)) == 0);
	return 0;
}
