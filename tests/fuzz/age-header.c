#include "fuzz.h"

#include <string.h>

#include "age/age.h"
#include "base/err.h"
#include "base/mem.h"
#include "crypto/random.h"

/* What parses is what the writer writes, up to the MAC. */
static void
check_same_again(const struct age_header *h)
{
	char type[AGE_HEADER_MAX + 1];
	struct text args[16];
	uint8_t *body;
	size_t i, args_n, body_n;
	struct buf b;

	must((body = mem_new(1, AGE_HEADER_MAX)) != NULL);
	buf_init(&b, 2 * AGE_HEADER_MAX);
	age_header_begin(&b);
	for (i = 0; i < h->n; i++) {
		const struct age_stanza *s = &h->stanzas[i];

		if (age_stanza_args(s, args, 16, &args_n) != 0)
			goto out;
		must(age_stanza_body(s, body, AGE_HEADER_MAX, &body_n) == 0);
		memcpy(type, s->type.p, s->type.n);
		type[s->type.n] = '\0';
		age_header_stanza(&b, type, args, args_n, body, body_n);
	}
	buf_puts(&b, "---");
	must(text_is_equal(buf_text(&b), h->signed_part));
out:
	buf_fini(&b);
	mem_free(body);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	uint8_t key[AGE_FILE_KEY_SIZE] = { 0 };
	struct age_header h;
	size_t i, scan = 0, size = 0;
	int found = ERR_AGAIN;

	for (i = 0; i <= n && found == ERR_AGAIN; i++)
		found = age_header_find_end(p, i, &scan, &size);
	if (age_header_parse(p, n, &h) != 0)
		return 0;
	must(found == 0 && size == h.size);
	(void)age_header_is_letter(&h);
	(void)age_header_is_passphrase(&h);
	(void)age_header_check(&h, key);
	check_same_again(&h);
	return 0;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	must(crypto_init() == 0);
	return 0;
}
