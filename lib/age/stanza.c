#include "age/age.h"

#include "base/err.h"
#include "crypto/base64.h"

int
age_stanza_body(
    const struct age_stanza *s, uint8_t *out, size_t size, size_t *ret_n)
{
	struct text rest = s->body;
	size_t n, total = 0;
	int err;

	while (rest.n > 0) {
		err = base64_read(text_cut(&rest, '\n'), false, out + total,
		    size - total, &n);
		if (err != 0)
			return err;
		total += n;
	}
	*ret_n = total;
	return 0;
}

int
age_stanza_args(
    const struct age_stanza *s, struct text *out, size_t max, size_t *ret_n)
{
	struct text rest = s->args;
	size_t n = 0;

	while (rest.p != NULL && rest.n > 0) {
		if (n == max)
			return ERR_LIMIT;
		out[n++] = text_cut(&rest, ' ');
	}
	*ret_n = n;
	return 0;
}
