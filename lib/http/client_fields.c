#include "http/client_fields.h"

#include <string.h>

#include "base/err.h"
#include "crypto/hash.h"
#include "http/desk.h"

#define FIELDS_MAX 2048

/* Signs the request, as FORMATS.md section 7 has it. */
static int
put_signature(const struct http_client_options *o, struct text origin,
    const struct http_call *call, const char *target, uint64_t start,
    struct buf *fields)
{
	struct desk_request q = { .origin = origin,
		.method = text_from(call->method),
		.target = text_from(target) };
	struct desk_signature s;
	uint8_t hash[HASH_SIZE];
	int err;

	memcpy(q.newsroom, o->newsroom, sizeof(q.newsroom));
	if (call->body_hash != NULL) {
		memcpy(hash, call->body_hash, sizeof(hash));
	} else {
		must(call->read == NULL);
		hash_once(hash, call->body, (size_t)call->body_n);
	}
	err = desk_sign(o->seed, &q, hash, desk_minute(), start, &s);
	if (err == 0)
		desk_fields_put(fields, &s);
	return err;
}

/* Appends one field line; false without memory. */
static bool
append(struct curl_slist **list, const char *line)
{
	struct curl_slist *longer = curl_slist_append(*list, line);

	if (longer == NULL)
		return false;
	*list = longer;
	return true;
}

int
client_fields(const struct http_client_options *o, struct text origin,
    const struct http_call *call, const char *target, uint64_t start,
    struct curl_slist **ret_list)
{
	struct curl_slist *list = NULL;
	struct text rest, line;
	struct buf b;
	int err = 0;

	buf_init(&b, FIELDS_MAX);
	if (call->type != NULL)
		buf_putf(&b, "Content-Type: %s\r\n", call->type);
	else
		buf_puts(&b, "Content-Type:\r\n");
	if (call->range != NULL)
		buf_putf(&b, "Range: bytes=%s\r\n", call->range);
	if (call->idempotency_key != NULL)
		buf_putf(&b, "Idempotency-Key: %s\r\n", call->idempotency_key);
	/* No name of a program, no waiting for a 100, no list of formats. */
	buf_puts(&b, "Expect:\r\n");
	buf_puts(&b,
	    call->fields != NULL ? call->fields : "User-Agent:\r\nAccept:\r\n");
	if (o->seed != NULL)
		err = put_signature(o, origin, call, target, start, &b);
	if (err == 0)
		err = buf_finish(&b);
	rest = buf_text(&b);
	while (err == 0 && rest.n > 0) {
		char out[FIELDS_MAX];

		line = text_trim(text_cut(&rest, '\n'));
		must(line.n < sizeof(out));
		memcpy(out, line.p, line.n);
		out[line.n] = '\0';
		if (!append(&list, out))
			err = ERR_NOMEM;
	}
	buf_fini(&b);
	if (err != 0) {
		curl_slist_free_all(list);
		return err;
	}
	*ret_list = list;
	return 0;
}
