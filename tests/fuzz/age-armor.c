#include "fuzz.h"

#include "age/armor.h"
#include "base/err.h"

#define MAX (1 << 20)

static int
read_all(const uint8_t *p, size_t n, size_t step, struct buf *out)
{
	struct armor_reader r = { 0 };
	size_t m;
	int err = 0;

	for (; n > 0 && err == 0; p += m, n -= m) {
		m = n < step ? n : step;
		err = armor_read(&r, p, m, out);
	}
	return err == 0 ? armor_read_finish(&r) : err;
}

/* Pieces make no difference, and what was read is read again after writing. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct armor_writer w = { 0 };
	struct buf whole, bytewise, text, again;
	int err;

	if (n > MAX / 2)
		return 0;
	buf_init(&whole, MAX);
	buf_init(&bytewise, MAX);
	buf_init(&text, MAX);
	buf_init(&again, MAX);
	err = read_all(p, n, n + 1, &whole);
	must(read_all(p, n, 1, &bytewise) == err);
	if (err == 0) {
		must(text_is_equal(buf_text(&whole), buf_text(&bytewise)));
		armor_write(&w, whole.p, whole.n, &text);
		armor_write_finish(&w, &text);
		must(read_all(text.p, text.n, 5, &again) == 0);
		must(text_is_equal(buf_text(&whole), buf_text(&again)));
	}
	buf_fini(&whole);
	buf_fini(&bytewise);
	buf_fini(&text);
	buf_fini(&again);
	return 0;
}
