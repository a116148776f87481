#include "parent/values.h"

#include <string.h>

#include "base/err.h"
#include "os/sock.h"
#include "wire/wire.h"

#define SIZE_LARGEST (1ULL << 50)
#define MODE_LARGEST 0777

static bool
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

static bool
is_made_of(struct text v, const char *more)
{
	for (size_t i = 0; i < v.n; i++) {
		if (!is_plain(v.p[i]) && strchr(more, v.p[i]) == NULL)
			return false;
	}
	return true;
}

static const char *
copy(struct text v, char *out, size_t size)
{
	if (v.n >= size)
		return "is too long";
	memcpy(out, v.p, v.n);
	out[v.n] = '\0';
	return NULL;
}

const char *
value_number(struct text v, uint64_t min, uint64_t max, uint64_t *ret_value)
{
	uint64_t number;

	if (text_to_u64(v, max, &number) == 0 && number >= min) {
		*ret_value = number;
		return NULL;
	}
	return min == 0 ? "needs a number that is not so large"
			: "needs a number from 1 that is not so large";
}

const char *
value_size(struct text v, uint64_t *ret_value)
{
	static const char units[] = "KMGT";
	const char *unit;
	uint64_t number;
	unsigned shift = 0;

	if (v.n > 0 && (unit = strchr(units, v.p[v.n - 1])) != NULL &&
	    *unit != '\0') {
		shift = 10 * (unsigned)(unit - units + 1);
		v.n--;
	}
	if (text_to_u64(v, SIZE_LARGEST >> shift, &number) != 0)
		return "needs a size such as 512M or 2G";
	*ret_value = number << shift;
	return NULL;
}

const char *
value_mode(struct text v, unsigned *ret_mode)
{
	unsigned mode = 0;

	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] < '0' || v.p[i] > '7' || mode > MODE_LARGEST)
			break;
		mode = mode * 8 + (unsigned)(v.p[i] - '0');
		if (i + 1 == v.n && mode <= MODE_LARGEST) {
			*ret_mode = mode;
			return NULL;
		}
	}
	return "needs octal permissions such as 0660";
}

const char *
value_front(struct text v, uint8_t *ret_front)
{
	static const char *const fronts[] = { [FRONT_ONION] = "onion",
		[FRONT_DIRECT] = "direct",
		[FRONT_PROXY] = "proxy",
		[FRONT_CDN] = "cdn" };

	for (uint8_t i = 0; i < sizeof(fronts) / sizeof(*fronts); i++) {
		if (text_is(v, fronts[i])) {
			*ret_front = i;
			return NULL;
		}
	}
	return "needs onion, direct, proxy or cdn";
}

const char *
value_path(struct text v, char *out, size_t size)
{
	if (v.n == 0 || v.p[0] != '/')
		return "needs a path from the root";
	return copy(v, out, size);
}

const char *
value_address(struct text v, char *out, size_t size)
{
	switch (sock_address_check(v)) {
	case 0:
		return copy(v, out, size);
	case ERR_DENIED:
		return "must be a loopback address: put tor or a web server in "
		       "front";
	case ERR_LIMIT:
		return "has a port too large or a path too long";
	}
	return "needs 127.0.0.1:PORT, [::1]:PORT or unix:/PATH";
}

const char *
value_origin(struct text v, char *out, size_t size)
{
	struct text host = v;

	if (text_has_prefix(v, "http://"))
		host.p += 7, host.n -= 7;
	else if (text_has_prefix(v, "https://"))
		host.p += 8, host.n -= 8;
	else
		host.n = 0;
	if (host.n == 0 || !is_made_of(host, ":[]"))
		return "needs scheme://host[:port]";
	return copy(v, out, size);
}

const char *
value_prefix(struct text v, char *out, size_t size)
{
	if (v.n > 0 &&
	    (v.p[0] != '/' || text_has_suffix(v, "/") || !is_made_of(v, "/")))
		return "needs a path such as /tips, without a slash at its end";
	return copy(v, out, size);
}

const char *
value_name(struct text v, char *out, size_t size)
{
	if (v.n == 0 || !is_made_of(v, ""))
		return "needs a plain name";
	return copy(v, out, size);
}
