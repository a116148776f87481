#include "http/head.h"

#include <string.h>

#include "base/err.h"

#define METHOD_MAX 16
#define HOST_MAX 255

static const char *const methods[] = {
	[HTTP_GET] = "GET",
	[HTTP_HEAD] = "HEAD",
	[HTTP_POST] = "POST",
	[HTTP_PUT] = "PUT",
	[HTTP_PATCH] = "PATCH",
	[HTTP_DELETE] = "DELETE",
	[HTTP_OPTIONS] = "OPTIONS",
	[HTTP_OTHER] = "",
};

const char *
http_method_text(enum http_method method)
{
	return methods[method];
}

static int
refuse(struct http_refusal *r, unsigned status, const char *reason)
{
	*r = (struct http_refusal){ .status = status, .reason = reason };
	return ERR_FORMAT;
}

static int
refuse_bad(struct http_refusal *r, const char *reason)
{
	return refuse(r, 400, reason);
}

/*
 * What can be wrong with one byte behind another. Line ends are CR LF and
 * nothing else, and no line begins with white space (RFC 9112 sections 2.2
 * and 5.2).
 */
static const char *
byte_fault(uint8_t before, uint8_t byte)
{
	if (before == '\r' && byte != '\n')
		return "a carriage return stands alone";
	if (byte == '\n' && before != '\r')
		return "a line ends without a carriage return";
	if (before == '\n' && (byte == ' ' || byte == '\t'))
		return "a line is folded";
	if (byte == 0x7f || (byte < 0x20 && strchr("\t\r\n", byte) == NULL))
		return "a control byte stands in the head";
	if (byte == '\0')
		return "a control byte stands in the head";
	return NULL;
}

/* Finds the end of the head. */
static int
find_end(const uint8_t *p, size_t n, size_t *scan, size_t *ret_size,
    struct http_refusal *ret_refusal)
{
	size_t end = n < HTTP_HEAD_MAX ? n : HTTP_HEAD_MAX;
	const char *fault;

	for (size_t i = *scan; i < end; i++) {
		uint8_t before = i > 0 ? p[i - 1] : '\n';

		if ((fault = byte_fault(before, p[i])) != NULL)
			return refuse_bad(ret_refusal, fault);
		if (p[i] != '\n')
			continue;
		if (i < 2)
			return refuse_bad(
			    ret_refusal, "an empty line is first");
		if (p[i - 2] == '\n') {
			*scan = *ret_size = i + 1;
			return 0;
		}
	}
	*scan = end;
	if (end == HTTP_HEAD_MAX)
		return refuse(ret_refusal, 431, "the head is too long");
	return ERR_AGAIN;
}

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	       (c >= 'A' && c <= 'F');
}

static bool
is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* b is in lower case. */
static bool
is_caseless(struct text a, const char *b)
{
	if (a.n != strlen(b))
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != b[i])
			return false;
	return true;
}

/* One line without its CR LF; *rest moves behind. */
static struct text
cut_line(struct text *rest)
{
	struct text line = text_cut(rest, '\n');

	line.n--;
	return line;
}

static bool
read_method(struct text t, enum http_method *ret_method)
{
	if (t.n == 0 || t.n > METHOD_MAX)
		return false;
	for (size_t i = 0; i < t.n; i++)
		if (t.p[i] < 'A' || t.p[i] > 'Z')
			return false;
	*ret_method = HTTP_OTHER;
	for (int m = HTTP_GET; m < HTTP_OTHER; m++)
		if (text_is(t, methods[m]))
			*ret_method = (enum http_method)m;
	return true;
}

/* RFC 9112 origin-form: pchar, '/', '?' of RFC 3986. */
static bool
is_target(struct text t)
{
	if (t.n == 0 || t.p[0] != '/')
		return false;
	for (size_t i = 0; i < t.n; i++) {
		if (t.p[i] == '%') {
			if (t.n - i < 3 || !is_hex(t.p[i + 1]) ||
			    !is_hex(t.p[i + 2]))
				return false;
			continue;
		}
		if (!is_alnum(t.p[i]) &&
		    !is_one_of(t.p[i], "/?-._~!$&'()*+,;=:@"))
			return false;
	}
	return true;
}

static int
read_request_line(
    struct text line, struct http_head *h, struct http_refusal *ret_refusal)
{
	struct text method = text_cut(&line, ' ');

	if (!read_method(method, &h->method))
		return refuse_bad(ret_refusal, "the method is malformed");
	h->target = text_cut(&line, ' ');
	if (!is_target(h->target))
		return refuse_bad(ret_refusal, "the target is malformed");
	if (text_is(line, "HTTP/1.0"))
		h->is_1_0 = true;
	else if (text_has_prefix(line, "HTTP/1.") && line.n == 8)
		h->is_1_0 = false;
	else if (text_has_prefix(line, "HTTP/"))
		return refuse(
		    ret_refusal, 505, "the version is not known here");
	else
		return refuse_bad(ret_refusal, "the request line is malformed");
	if (!h->is_1_0 && line.p[7] != '1')
		return refuse(
		    ret_refusal, 505, "the version is not known here");
	h->query = h->target;
	h->path = text_cut(&h->query, '?');
	return 0;
}

/* "name: value", the name an RFC 9110 token with the colon right behind it. */
static bool
split_field(struct text line, struct text *ret_name, struct text *ret_value)
{
	*ret_name = text_cut(&line, ':');
	if (line.p == NULL || ret_name->n == 0)
		return false;
	for (size_t i = 0; i < ret_name->n; i++)
		if (!is_alnum(ret_name->p[i]) &&
		    !is_one_of(ret_name->p[i], "!#$%&'*+-.^_`|~"))
			return false;
	*ret_value = text_trim(line);
	return true;
}

/* The fields we read, each of which may stand there once. */
struct known {
	struct text content_length, expect, transfer_encoding;
};

static int
take_field(struct text name, struct text value, struct http_head *h,
    struct known *k, struct http_refusal *ret_refusal)
{
	const struct {
		const char *name;
		struct text *to;
	} fields[] = {
		{ "host", &h->host },
		{ "content-length", &k->content_length },
		{ "transfer-encoding", &k->transfer_encoding },
		{ "content-type", &h->content_type },
		{ "sec-fetch-site", &h->sec_fetch_site },
		{ "idempotency-key", &h->idempotency_key },
		{ "range", &h->range },
		{ "expect", &k->expect },
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		if (!is_caseless(name, fields[i].name))
			continue;
		if (fields[i].to->p != NULL)
			return refuse_bad(ret_refusal, "a field is repeated");
		*fields[i].to = value;
	}
	return 0;
}

static int
check_length(struct http_head *h, const struct known *k,
    struct http_refusal *ret_refusal)
{
	bool has_body = h->method == HTTP_POST || h->method == HTTP_PUT ||
			h->method == HTTP_PATCH;
	int err;

	if (k->transfer_encoding.p != NULL)
		return refuse(ret_refusal, 411, "a length must be given");
	if (k->content_length.p == NULL) {
		if (has_body)
			return refuse(
			    ret_refusal, 411, "a length must be given");
		return 0;
	}
	err = text_to_u64(k->content_length, INT64_MAX, &h->content_length);
	if (err == ERR_LIMIT)
		return refuse(ret_refusal, 413, "the body is too long");
	if (err != 0)
		return refuse_bad(ret_refusal, "the length is malformed");
	if (!has_body && h->method != HTTP_OTHER && h->content_length > 0)
		return refuse_bad(ret_refusal, "this method has no body");
	return 0;
}

static int
check_fields(struct http_head *h, const struct known *k,
    struct http_refusal *ret_refusal)
{
	if (h->host.p == NULL)
		return refuse_bad(ret_refusal, "the host is missing");
	if (h->host.n == 0 || h->host.n > HOST_MAX)
		return refuse_bad(ret_refusal, "the host is malformed");
	for (size_t i = 0; i < h->host.n; i++)
		if (!is_alnum(h->host.p[i]) &&
		    !is_one_of(h->host.p[i], "-._:[]"))
			return refuse_bad(ret_refusal, "the host is malformed");
	if (k->expect.p != NULL) {
		if (!is_caseless(k->expect, "100-continue"))
			return refuse(ret_refusal, 417, "unknown expectation");
		h->is_expecting = !h->is_1_0;
	}
	return check_length(h, k, ret_refusal);
}

int
http_head_check(const void *p, size_t n, size_t *scan,
    struct http_head *ret_head, struct http_refusal *ret_refusal)
{
	struct http_head h = { 0 };
	struct known k = { { 0 }, { 0 }, { 0 } };
	struct text rest, name, value;
	size_t fields = 0;
	int err;

	if ((err = find_end(p, n, scan, &h.size, ret_refusal)) != 0)
		return err;
	/* The empty line is no field. */
	rest = (struct text){ p, h.size - 2 };
	err = read_request_line(cut_line(&rest), &h, ret_refusal);
	if (err != 0)
		return err;
	h.fields = rest;
	while (rest.n > 0) {
		if (++fields > HTTP_FIELDS_MAX)
			return refuse(ret_refusal, 431, "too many fields");
		if (!split_field(cut_line(&rest), &name, &value))
			return refuse_bad(ret_refusal, "a field is malformed");
		if ((err = take_field(name, value, &h, &k, ret_refusal)) != 0)
			return err;
	}
	if ((err = check_fields(&h, &k, ret_refusal)) != 0)
		return err;
	*ret_head = h;
	return 0;
}

int
http_head_find(
    const struct http_head *h, const char *name, struct text *ret_value)
{
	struct text rest = h->fields, found = { NULL, 0 }, key, value;

	while (rest.n > 0) {
		if (!split_field(cut_line(&rest), &key, &value) ||
		    !is_caseless(key, name))
			continue;
		if (found.p != NULL)
			return ERR_FORMAT;
		found = value;
	}
	if (found.p == NULL)
		return ERR_NOT_FOUND;
	*ret_value = found;
	return 0;
}

int
http_query_find(struct text query, const char *name, struct text *ret_value)
{
	struct text found = { NULL, 0 };

	while (query.n > 0) {
		struct text value = text_cut(&query, '&');
		struct text key = text_cut(&value, '=');

		if (!text_is(key, name))
			continue;
		if (found.p != NULL)
			return ERR_FORMAT;
		found = value.p != NULL ? value : TEXT("");
	}
	if (found.p == NULL)
		return ERR_NOT_FOUND;
	*ret_value = found;
	return 0;
}

bool
http_head_is_foreign(const struct http_head *h)
{
	return h->sec_fetch_site.p != NULL &&
	       !text_is(h->sec_fetch_site, "same-origin") &&
	       !text_is(h->sec_fetch_site, "none");
}

bool
http_head_is_type(const struct http_head *h, const char *type)
{
	struct text rest = h->content_type;

	return is_caseless(text_trim(text_cut(&rest, ';')), type);
}
