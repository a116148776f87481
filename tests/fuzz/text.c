#include "fuzz.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"

/* Cuts put together again are the whole. */
static void
check_cut(struct text t)
{
	struct text rest = t;
	size_t n = 0, pieces = 0;

	do {
		n += text_cut(&rest, ',').n;
		pieces++;
	} while (rest.p != NULL);
	must(n + pieces - 1 == t.n);
}

static void
check_utf8(struct text t)
{
	bool is_valid = text_is_utf8(t);

	for (size_t max = 0; is_valid && max <= t.n && max < 64; max++) {
		size_t m = text_cut_utf8(t, max);

		must(m <= max && m + 4 > max);
		must(text_is_utf8((struct text){ t.p, m }));
		must(text_is_utf8((struct text){ t.p + m, t.n - m }));
	}
}

/* The C library reads numbers too, if less strictly. */
static void
check_number(struct text t)
{
	uint64_t value;
	char *copy;

	if (text_to_u64(t, UINT64_MAX, &value) != 0)
		return;
	copy = mem_text(t.p, t.n);
	must(copy != NULL);
	errno = 0;
	must(strtoull(copy, NULL, 10) == value && errno == 0);
	mem_free(copy);
}

static void
check_hex(struct text t)
{
	uint8_t bytes[64];
	char back[2 * sizeof(bytes)];
	size_t n = t.n / 2;

	if (n > sizeof(bytes) || hex_read(t, bytes, n) != 0)
		return;
	hex_write(back, bytes, n);
	must(text_is_equal(t, (struct text){ back, 2 * n }));
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct text t = { (const char *)p, n };

	check_cut(t);
	check_utf8(t);
	check_number(t);
	check_hex(t);
	must(text_trim(t).n <= n);
	return 0;
}
