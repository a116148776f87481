/* What stands in a request, parameter by parameter and member by member. */
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "desk/ask.h"
#include "desk/desk.h"

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* As URLSearchParams writes them. The head has been checked: two digits stand
 * behind every percent sign. */
static size_t
unescape(char *out, struct text in)
{
	size_t n = 0;

	for (size_t i = 0; i < in.n; i++) {
		if (in.p[i] == '%') {
			must(in.n - i >= 3);
			out[n++] = (char)(digit(in.p[i + 1]) * 16 +
					  digit(in.p[i + 2]));
			i += 2;
		} else {
			out[n++] = in.p[i] == '+' ? ' ' : in.p[i];
		}
	}
	out[n] = '\0';
	return n;
}

int
ask_parameter(
    const struct ask *a, const char *name, size_t max, char **ret_value)
{
	const struct http_head *h = http_request_head(a->request);
	struct text value;
	char *p;
	size_t n;
	int err;

	if ((err = http_query_find(h->query, name, &value)) != 0) {
		if (err == ERR_NOT_FOUND)
			*ret_value = NULL;
		return err == ERR_NOT_FOUND ? 0 : err;
	}
	if ((p = mem_new(value.n + 1, 1)) == NULL)
		return ERR_NOMEM;
	n = unescape(p, value);
	if (n > max)
		err = ERR_LIMIT;
	else if (strlen(p) != n || !text_is_utf8((struct text){ p, n }))
		err = ERR_FORMAT;
	if (err != 0) {
		mem_free(p);
		return err;
	}
	*ret_value = p;
	return 0;
}

int
ask_number(
    const struct ask *a, const char *name, uint64_t max, uint64_t *ret_value)
{
	const struct http_head *h = http_request_head(a->request);
	struct text value;
	int err = http_query_find(h->query, name, &value);

	return err != 0 ? err : text_to_u64(value, max, ret_value);
}

int
ask_bool(const json_t *o, const char *name, bool *ret_value)
{
	if (json_has(o, name))
		return json_bool(o, name, ret_value);
	*ret_value = false;
	return 0;
}

int
ask_text(const json_t *o, const char *name, size_t max, struct text *ret_text)
{
	if (json_has(o, name))
		return json_text(o, name, max, ret_text);
	*ret_text = TEXT("");
	return 0;
}

int
ask_thread(struct ask *a, const json_t *o, struct book_thread *ret_thread)
{
	char name[2 + 2 * THREAD_SIZE + 1] = "t:";
	uint8_t thread[THREAD_SIZE];
	int err;

	/* The whole id, so that nothing is done to a thread that only begins
	 * like it. */
	if ((err = json_hex(o, "thread", thread, sizeof(thread))) != 0)
		return err;
	hex_write(name + 2, thread, sizeof(thread));
	return book_find(a->desk->book, name, ret_thread);
}
