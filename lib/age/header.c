#include "age/age.h"

#include <string.h>

#include "base/err.h"
#include "base/secret.h"
#include "crypto/base64.h"
#include "crypto/hmac.h"

#define VERSION_LINE "age-encryption.org/v1"
#define VERSION_PREFIX "age-encryption.org/"
#define BODY_COLUMNS 64
#define BODY_LINE_BYTES 48
#define MAC_COLUMNS 43

/* Takes one line off the front of *rest, without its LF. */
static int
take_line(struct text *rest, struct text *ret_line)
{
	const char *lf;

	lf = rest->n == 0 ? NULL : memchr(rest->p, '\n', rest->n);
	if (lf == NULL)
		return ERR_AGAIN;
	*ret_line = (struct text){ rest->p, (size_t)(lf - rest->p) };
	rest->n -= ret_line->n + 1;
	rest->p = lf + 1;
	return 0;
}

static bool
is_argument(struct text a)
{
	size_t i;

	for (i = 0; i < a.n; i++) {
		if (a.p[i] < 0x21 || a.p[i] > 0x7e)
			return false;
	}
	return a.n > 0;
}

static int
parse_version(struct text *rest)
{
	struct text line;
	size_t n = sizeof(VERSION_PREFIX) - 1;
	int err;

	/* What is not an age file at all is said at its first bytes. */
	if (rest->n < n)
		n = rest->n;
	if (n > 0 && memcmp(rest->p, VERSION_PREFIX, n) != 0)
		return ERR_FORMAT;
	if ((err = take_line(rest, &line)) != 0)
		return err;
	if (text_is(line, VERSION_LINE))
		return 0;
	line.p += n;
	line.n -= n;
	return is_argument(line) ? ERR_VERSION : ERR_FORMAT;
}

/* The line "-> type argument ...". */
static int
parse_arguments(struct text line, struct age_stanza *s)
{
	struct text rest, arg;

	if (!text_has_prefix(line, "-> "))
		return ERR_FORMAT;
	rest = (struct text){ line.p + 3, line.n - 3 };
	s->type = text_cut(&rest, ' ');
	s->args = rest;
	if (!is_argument(s->type))
		return ERR_FORMAT;
	while (rest.p != NULL) {
		arg = text_cut(&rest, ' ');
		if (!is_argument(arg))
			return ERR_FORMAT;
	}
	return 0;
}

/* Full lines, then exactly one shorter one, which may be empty. */
static int
parse_body(struct text *rest, struct age_stanza *s)
{
	uint8_t scratch[BODY_LINE_BYTES];
	struct text line;
	const char *begin = rest->p;
	size_t n;
	int err;

	do {
		if ((err = take_line(rest, &line)) != 0)
			return err;
		if (line.n > BODY_COLUMNS)
			return ERR_FORMAT;
		if (base64_read(line, false, scratch, sizeof(scratch), &n) != 0)
			return ERR_FORMAT;
	} while (line.n == BODY_COLUMNS);
	s->body = (struct text){ begin, (size_t)(rest->p - begin) };
	return 0;
}

static int
parse_mac(struct text line, struct age_header *h)
{
	struct text mac;
	size_t n;

	if (!text_has_prefix(line, "--- ") || line.n != 4 + MAC_COLUMNS)
		return ERR_FORMAT;
	mac = (struct text){ line.p + 4, MAC_COLUMNS };
	if (base64_read(mac, false, h->mac, sizeof(h->mac), &n) != 0 ||
	    n != sizeof(h->mac))
		return ERR_FORMAT;
	return 0;
}

static int
parse(struct text in, struct age_header *h)
{
	struct text rest = in, line;
	int err;

	if ((err = parse_version(&rest)) != 0)
		return err;
	for (;;) {
		if ((err = take_line(&rest, &line)) != 0)
			return err;
		if (text_has_prefix(line, "---"))
			break;
		if (h->n == AGE_STANZAS_MAX)
			return ERR_LIMIT;
		if ((err = parse_arguments(line, &h->stanzas[h->n])) != 0)
			return err;
		if ((err = parse_body(&rest, &h->stanzas[h->n])) != 0)
			return err;
		h->n++;
	}
	if (h->n == 0)
		return ERR_FORMAT;
	h->signed_part = (struct text){ in.p, (size_t)(line.p + 3 - in.p) };
	h->size = (size_t)(rest.p - in.p);
	return parse_mac(line, h);
}

int
age_header_parse(const void *p, size_t n, struct age_header *ret_header)
{
	struct age_header h;
	struct text in = { p, n };
	int err;

	if (in.n > AGE_HEADER_MAX)
		in.n = AGE_HEADER_MAX;
	memset(&h, 0, sizeof(h));
	err = parse(in, &h);
	if (err == ERR_AGAIN && in.n == AGE_HEADER_MAX)
		return ERR_LIMIT;
	if (err != 0)
		return err;
	*ret_header = h;
	return 0;
}

int
age_header_find_end(const void *p, size_t n, size_t *scan, size_t *ret_size)
{
	const char *bytes = p, *lf;
	size_t max = n < AGE_HEADER_MAX ? n : AGE_HEADER_MAX;
	size_t line;

	/* *scan is always the beginning of a line. */
	while (*scan < max) {
		line = *scan;
		lf = memchr(bytes + line, '\n', max - line);
		if (lf == NULL)
			break;
		*scan = (size_t)(lf - bytes) + 1;
		if (*scan - line > 3 && memcmp(bytes + line, "---", 3) == 0) {
			*ret_size = *scan;
			return 0;
		}
	}
	return max == AGE_HEADER_MAX ? ERR_LIMIT : ERR_AGAIN;
}

void
age_header_begin(struct buf *b)
{
	buf_puts(b, VERSION_LINE "\n");
}

void
age_header_stanza(struct buf *b, const char *type, const struct text *args,
    size_t args_n, const uint8_t *body, size_t body_n)
{
	size_t i, n;

	buf_puts(b, "-> ");
	buf_puts(b, type);
	for (i = 0; i < args_n; i++) {
		buf_puts(b, " ");
		buf_put_text(b, args[i]);
	}
	buf_puts(b, "\n");
	do {
		n = body_n < BODY_LINE_BYTES ? body_n : BODY_LINE_BYTES;
		base64_put(b, body, n, false);
		buf_puts(b, "\n");
		body += n;
		body_n -= n;
	} while (n == BODY_LINE_BYTES);
}

static void
header_mac(uint8_t out[static HMAC_SIZE], struct text signed_part,
    const uint8_t file_key[static AGE_FILE_KEY_SIZE])
{
	uint8_t key[32];

	hkdf(key, sizeof(key), file_key, AGE_FILE_KEY_SIZE, NULL, 0,
	    TEXT("header"));
	hmac_once(out, key, sizeof(key), signed_part.p, signed_part.n);
	secret_wipe(key, sizeof(key));
}

void
age_header_end(struct buf *b, const uint8_t file_key[static AGE_FILE_KEY_SIZE])
{
	uint8_t mac[HMAC_SIZE];

	buf_puts(b, "---");
	if (buf_finish(b) != 0)
		return;
	header_mac(mac, buf_text(b), file_key);
	buf_puts(b, " ");
	base64_put(b, mac, sizeof(mac), false);
	buf_puts(b, "\n");
}

int
age_header_check(const struct age_header *h,
    const uint8_t file_key[static AGE_FILE_KEY_SIZE])
{
	uint8_t mac[HMAC_SIZE];

	header_mac(mac, h->signed_part, file_key);
	return secret_is_equal(mac, h->mac, sizeof(mac)) ? 0 : ERR_AUTH;
}
