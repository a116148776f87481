#include "base/err.h"
#include "http/head.h"

/* "-n": the last n bytes. */
static int
read_suffix(struct text digits, uint64_t size, uint64_t *ret_first)
{
	uint64_t n;
	int err;

	if ((err = text_to_u64(digits, UINT64_MAX, &n)) == ERR_LIMIT)
		n = UINT64_MAX;
	else if (err != 0)
		return ERR_NOT_FOUND;
	if (n == 0 || size == 0)
		return ERR_LIMIT;
	*ret_first = n < size ? size - n : 0;
	return 0;
}

int
http_range_read(
    struct text range, uint64_t size, uint64_t *ret_first, uint64_t *ret_last)
{
	uint64_t first, last = UINT64_MAX;
	struct text from;
	int err;

	if (!text_has_prefix(range, "bytes="))
		return ERR_NOT_FOUND;
	text_cut(&range, '=');
	from = text_cut(&range, '-');
	if (range.p == NULL)
		return ERR_NOT_FOUND;
	if (from.n == 0) {
		if ((err = read_suffix(range, size, &first)) != 0)
			return err;
	} else {
		err = text_to_u64(from, UINT64_MAX, &first);
		if (err == ERR_LIMIT)
			first = UINT64_MAX;
		else if (err != 0)
			return ERR_NOT_FOUND;
		err = range.n > 0 ? text_to_u64(range, UINT64_MAX, &last) : 0;
		if (err == ERR_FORMAT || last < first)
			return ERR_NOT_FOUND;
	}
	if (first >= size)
		return ERR_LIMIT;
	*ret_first = first;
	*ret_last = last < size ? last : size - 1;
	return 0;
}
