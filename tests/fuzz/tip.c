#include "fuzz.h"

#include "base/buf.h"
#include "base/err.h"
#include "crypto/random.h"
#include "letter/read.h"

static uint8_t newsroom[NEWSROOM_ID_SIZE];

/* The input is the text before the signatures; what the fuzzer would hardly
 * find by itself, 384 digits and the spaces, is added here. */
static const char before[] = ",\"sig\":{\"mark\":\"";
static const char between[] = "\",\"member\":\"";
static const char last[] = "\",\"witness\":\"";
#define DIGITS 128

static void
try_size(const uint8_t *p, size_t n, size_t size)
{
	static uint8_t tip[LETTER_TIP_LARGE];
	struct letter_head *head = NULL;
	struct buf b;
	int err;

	buf_init_fixed(&b, tip, size);
	buf_put(&b, p, n);
	buf_puts(&b, before);
	buf_fill(&b, '0', DIGITS);
	buf_puts(&b, between);
	buf_fill(&b, '1', DIGITS);
	buf_puts(&b, last);
	buf_fill(&b, '0', DIGITS);
	buf_puts(&b, "\"}}");
	if (buf_finish(&b) != 0)
		return;
	buf_fill(&b, ' ', size - b.n);
	err = letter_head_read(tip, size, newsroom, &head);
	must((err == 0) == (head != NULL));
	if (head != NULL) {
		must(head->entries_n >= 1);
		must(head->mark == LETTER_SIG_NONE);
		must(head->member == LETTER_SIG_BAD);
	}
	letter_head_free(&head);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct letter_head *head = NULL;

	try_size(p, n, LETTER_TIP_SMALL);
	try_size(p, n, LETTER_TIP_LARGE);
	if (letter_head_read(p, n, newsroom, &head) == 0)
		letter_head_free(&head);
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
