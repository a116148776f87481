#include "crypto/base64.h"

#include <sodium.h>
#include <string.h>

#include "base/err.h"
#include "base/secret.h"

/* A multiple of three bytes encodes without padding, so that text can be made
 * in pieces. */
#define PIECE 48
#define PIECE_TEXT (PIECE / 3 * 4)

static int
variant(bool is_padded)
{
	return is_padded ? sodium_base64_VARIANT_ORIGINAL
			 : sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
}

static size_t
encode_piece(char text[static PIECE_TEXT + 1], const uint8_t *p, size_t n,
    bool is_padded)
{
	sodium_bin2base64(text, PIECE_TEXT + 1, p, n, variant(is_padded));
	return strlen(text);
}

void
base64_put(struct buf *b, const void *p, size_t n, bool is_padded)
{
	const uint8_t *bytes = p;
	char text[PIECE_TEXT + 1];

	while (n > 0) {
		size_t step = n < PIECE ? n : PIECE;

		buf_put(b, text, encode_piece(text, bytes, step, is_padded));
		bytes += step;
		n -= step;
	}
	secret_wipe(text, sizeof(text));
}

/* True when the n bytes at p are written exactly as in. */
static bool
is_canonical(struct text in, const uint8_t *p, size_t n, bool is_padded)
{
	char text[PIECE_TEXT + 1];
	bool is_same = true;

	while (n > 0 && is_same) {
		size_t step = n < PIECE ? n : PIECE;
		size_t text_n = encode_piece(text, p, step, is_padded);

		is_same = in.n >= text_n && secret_is_equal(in.p, text, text_n);
		if (is_same) {
			in.p += text_n;
			in.n -= text_n;
		}
		p += step;
		n -= step;
	}
	secret_wipe(text, sizeof(text));
	return is_same && in.n == 0;
}

/* How many bytes the digits of in stand for. */
static size_t
decoded_size(struct text in, bool is_padded)
{
	size_t n = in.n;

	for (int i = 0; is_padded && i < 2 && n > 0; i++)
		if (in.p[n - 1] == '=')
			n--;
	return n / 4 * 3 + n % 4 * 6 / 8;
}

int
base64_read(
    struct text in, bool is_padded, void *out, size_t size, size_t *ret_n)
{
	const char *end;
	size_t n;

	if (in.n == 0) {
		*ret_n = 0;
		return 0;
	}
	if (decoded_size(in, is_padded) > size)
		return ERR_LIMIT;
	if (sodium_base642bin(
		out, size, in.p, in.n, NULL, &n, &end, variant(is_padded)) != 0)
		return ERR_FORMAT;
	if (end != in.p + in.n || !is_canonical(in, out, n, is_padded))
		return ERR_FORMAT;
	*ret_n = n;
	return 0;
}
