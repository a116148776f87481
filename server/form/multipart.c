#include "form/multipart.h"

#include <string.h>
#include <strings.h>

#include "base/err.h"

/*
 * The delimiter begins with the only CR in it (a boundary has none), so after
 * a mismatch the search can begin anew at the byte that did not match: what
 * matched so far is known and goes out from the delimiter itself.
 */

static bool
is_boundary_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') ||
	       (c != '\0' && strchr("'()+_,-./:=?", c) != NULL);
}

/* Cuts the next parameter off a header value: key=token or key="text", where
 * text goes up to the next quote (browsers send quotes inside as %22). */
static int
next_parameter(struct text *rest, struct text *ret_key, struct text *ret_value)
{
	struct text t = text_trim(*rest);
	size_t i = 0;

	if (t.n == 0)
		return ERR_NOT_FOUND;
	if (t.p[0] != ';')
		return ERR_FORMAT;
	t = text_trim((struct text){ t.p + 1, t.n - 1 });
	while (i < t.n && t.p[i] != '=' && t.p[i] != ';')
		i++;
	if (i == 0 || i == t.n || t.p[i] != '=')
		return ERR_FORMAT;
	*ret_key = (struct text){ t.p, i };
	t = (struct text){ t.p + i + 1, t.n - i - 1 };
	if (t.n > 0 && t.p[0] == '"') {
		const char *q = memchr(t.p + 1, '"', t.n - 1);

		if (q == NULL)
			return ERR_FORMAT;
		*ret_value = (struct text){ t.p + 1, (size_t)(q - t.p) - 1 };
		i = ret_value->n + 2;
	} else {
		for (i = 0; i < t.n && t.p[i] != ';' && t.p[i] != ' '; i++)
			;
		*ret_value = (struct text){ t.p, i };
	}
	*rest = (struct text){ t.p + i, t.n - i };
	return 0;
}

static bool
is_word(struct text t, const char *word)
{
	return t.n == strlen(word) && strncasecmp(t.p, word, t.n) == 0;
}

/* Splits "type; parameters". */
static struct text
cut_type(struct text value, struct text *ret_rest)
{
	const char *p;
	size_t n;

	/* Empty text has no address to count from. */
	if (value.n == 0) {
		*ret_rest = value;
		return value;
	}
	p = memchr(value.p, ';', value.n);
	n = p == NULL ? value.n : (size_t)(p - value.p);
	*ret_rest = (struct text){ value.p + n, value.n - n };
	return text_trim((struct text){ value.p, n });
}

int
multipart_boundary(struct text content_type, struct text *ret_boundary)
{
	struct text rest, key, value, boundary = { NULL, 0 };
	int err;

	if (!is_word(cut_type(content_type, &rest), "multipart/form-data"))
		return ERR_UNSUPPORTED;
	while ((err = next_parameter(&rest, &key, &value)) == 0) {
		if (!is_word(key, "boundary"))
			continue;
		if (boundary.n > 0)
			return ERR_FORMAT;
		boundary = value;
	}
	if (err != ERR_NOT_FOUND || boundary.n == 0 ||
	    boundary.n > MULTIPART_BOUNDARY_MAX)
		return ERR_FORMAT;
	for (size_t i = 0; i < boundary.n; i++)
		if (!is_boundary_char(boundary.p[i]))
			return ERR_FORMAT;
	*ret_boundary = boundary;
	return 0;
}

void
multipart_init(struct multipart *m, struct text boundary,
    const struct multipart_events *events, void *ctx)
{
	must(boundary.n > 0 && boundary.n <= MULTIPART_BOUNDARY_MAX);
	*m = (struct multipart){ .events = events, .ctx = ctx };
	memcpy(m->delimiter, "\r\n--", 4);
	memcpy(m->delimiter + 4, boundary.p, boundary.n);
	m->delimiter_n = 4 + boundary.n;
	/* The first delimiter stands at the very start, without its CRLF. */
	m->matched = 2;
}

/* Old browsers send a whole path. */
static struct text
without_directory(struct text name)
{
	size_t i = name.n;

	while (i > 0 && name.p[i - 1] != '/' && name.p[i - 1] != '\\')
		i--;
	return (struct text){ name.p + i, name.n - i };
}

static int
read_disposition(struct text value, struct multipart_part *part)
{
	struct text rest, key, v;
	bool has_name = false;
	int err;

	if (!is_word(cut_type(value, &rest), "form-data"))
		return ERR_FORMAT;
	while ((err = next_parameter(&rest, &key, &v)) == 0) {
		if (is_word(key, "name")) {
			if (has_name)
				return ERR_FORMAT;
			part->name = v;
			has_name = true;
		} else if (is_word(key, "filename")) {
			if (part->is_file)
				return ERR_FORMAT;
			part->is_file = true;
			part->file = without_directory(v);
		}
	}
	if (err != ERR_NOT_FOUND)
		return err;
	return has_name ? 0 : ERR_FORMAT;
}

/* The headers of a part are complete: names it. */
static int
begin_part(struct multipart *m)
{
	struct multipart_part part = { 0 };
	struct text rest = { m->headers, m->headers_n }, line;
	bool has_disposition = false;
	int err;

	if (++m->parts > MULTIPART_PARTS_MAX)
		return ERR_LIMIT;
	while (rest.n > 0) {
		struct text name;

		line = text_cut(&rest, '\n');
		if (!text_has_suffix(line, "\r"))
			return ERR_FORMAT;
		line.n--;
		if (line.n == 0)
			continue;
		name = text_cut(&line, ':');
		if (line.p == NULL)
			return ERR_FORMAT;
		if (!is_word(name, "content-disposition"))
			continue;
		if (has_disposition)
			return ERR_FORMAT;
		has_disposition = true;
		if ((err = read_disposition(line, &part)) != 0)
			return err;
	}
	if (!has_disposition)
		return ERR_FORMAT;
	return m->events->begin(m->ctx, &part);
}

/* Takes header bytes up to the empty line; returns how many. */
static size_t
take_headers(struct multipart *m, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char c = (char)p[i];

		if (c == '\0')
			m->err = ERR_FORMAT;
		else if (m->headers_n == sizeof(m->headers))
			m->err = ERR_LIMIT;
		if (m->err != 0)
			return i;
		m->headers[m->headers_n++] = c;
		if (c != '\n' || (m->headers_n != 2 &&
				     (m->headers_n < 4 ||
					 memcmp(&m->headers[m->headers_n - 4],
					     "\r\n\r\n", 4) != 0)))
			continue;
		m->err = begin_part(m);
		m->state = MULTIPART_BODY;
		return i + 1;
	}
	return n;
}

/* The two bytes behind a delimiter. */
static void
take_behind(struct multipart *m, char c)
{
	if (m->behind == '\0' && (c == '\r' || c == '-')) {
		m->behind = c;
		return;
	}
	if (m->behind == '\r' && c == '\n') {
		m->state = MULTIPART_HEADERS;
		m->headers_n = 0;
	} else if (m->behind == '-' && c == '-') {
		m->state = MULTIPART_DONE;
	} else {
		m->err = ERR_FORMAT;
	}
	m->behind = '\0';
}

static void
give(struct multipart *m, const void *p, size_t n)
{
	if (n > 0 && m->err == 0 && m->state == MULTIPART_BODY)
		m->err = m->events->data(m->ctx, p, n);
}

/* Takes body bytes up to and with the next delimiter; returns how many. What
 * stands before the first delimiter goes the same way and to nobody. */
static size_t
take_body(struct multipart *m, const uint8_t *p, size_t n)
{
	size_t i = 0;

	while (i < n && m->err == 0) {
		const uint8_t *cr;
		size_t plain;

		if (m->matched > 0) {
			if (p[i] == (uint8_t)m->delimiter[m->matched]) {
				i++;
				if (++m->matched < m->delimiter_n)
					continue;
				m->matched = 0;
				if (m->state == MULTIPART_BODY)
					m->err = m->events->end(m->ctx);
				m->state = MULTIPART_BEHIND;
				return i;
			}
			give(m, m->delimiter, m->matched);
			m->matched = 0;
			continue;
		}
		cr = memchr(p + i, '\r', n - i);
		plain = cr == NULL ? n - i : (size_t)(cr - (p + i));
		give(m, p + i, plain);
		i += plain;
		if (cr != NULL) {
			m->matched = 1;
			i++;
		}
	}
	return i;
}

int
multipart_put(struct multipart *m, const uint8_t *p, size_t n)
{
	while (n > 0 && m->err == 0) {
		size_t used = n;

		switch (m->state) {
		case MULTIPART_PREAMBLE:
		case MULTIPART_BODY:
			used = take_body(m, p, n);
			break;
		case MULTIPART_BEHIND:
			take_behind(m, (char)p[0]);
			used = 1;
			break;
		case MULTIPART_HEADERS:
			used = take_headers(m, p, n);
			break;
		case MULTIPART_DONE:
			break;
		}
		p += used;
		n -= used;
	}
	return m->err;
}

int
multipart_finish(const struct multipart *m)
{
	if (m->err != 0)
		return m->err;
	return m->state == MULTIPART_DONE ? 0 : ERR_TRUNCATED;
}
