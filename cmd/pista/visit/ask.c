#include "visit/ask.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"

#define FIELDS_MAX 1500

/* Browsers and machines that a place could wish to treat in another way. */
static const char *const readers[SITE_READERS] = {
	"User-Agent: Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 "
	"Firefox/128.0\n"
	"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;"
	"q=0.8\n"
	"Accept-Language: en-US,en;q=0.5\n"
	"Accept-Encoding: gzip, deflate, br, zstd\n",

	"User-Agent: Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 "
	"(KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36\n"
	"Accept: text/html,*/*;q=0.8\n"
	"Accept-Language: ru-RU,ru;q=0.9,uk;q=0.8\n"
	"Accept-Encoding: br\n"
	"Cookie: id=5e1f; session=1\n"
	"Save-Data: on\n",

	"User-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) "
	"AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 "
	"Safari/604.1\n"
	"Accept: text/html\n"
	"Accept-Language: ar\n"
	"Accept-Encoding: gzip\n"
	"Referer: https://search.example/?q=tips\n"
	"If-Modified-Since: Thu, 01 Jan 2099 00:00:00 GMT\n"
	"If-None-Match: *\n",

	"User-Agent: Mozilla/5.0 (compatible; Googlebot/2.1; "
	"+http://www.google.com/bot.html)\n"
	"Accept: */*\n"
	"Accept-Encoding: identity\n"
	"X-Forwarded-For: 192.0.2.7\n"
	"Forwarded: for=192.0.2.7\n",

	"User-Agent:\n"
	"Accept:\n"
	"Accept-Language: xx\n"
	"Range: bytes=0-99\n"
	"Authorization: Basic YTph\n",
};

void
site_answer_free(struct site_answer *a)
{
	buf_fini(&a->head);
	buf_fini(&a->body);
}

/* Why there is no answer, or not the whole of it. */
static void
set_why(struct site_answer *a, const struct http_call *call)
{
	if (a->err == ERR_LIMIT)
		snprintf(a->why, sizeof(a->why),
		    "the answer is larger than %zu bytes, or never ends",
		    a->body.max);
	else
		snprintf(a->why, sizeof(a->why), "no whole answer: %s",
		    call->title[0] != '\0' ? call->title : err_text(a->err));
}

void
site_ask(struct site *s, const struct site_question *q,
    struct site_answer *ret_answer)
{
	struct site_answer *a = ret_answer;
	struct http_call call = { .method =
				      q->method != NULL ? q->method : "GET",
		.path = q->path,
		.type = q->type,
		.body = q->body.p,
		.body_n = q->body.n,
		.is_unpacked = q->is_packed };
	struct buf fields;

	memset(a, 0, sizeof(*a));
	buf_init(&a->head, SITE_HEAD_MAX);
	buf_init(&a->body, q->max);
	buf_init(&fields, FIELDS_MAX);
	call.head = &a->head;
	buf_puts(&fields, readers[q->reader]);
	if (q->more != NULL)
		buf_puts(&fields, q->more);
	else if (q->is_fetch)
		buf_puts(&fields,
		    "Sec-Fetch-Dest: empty\nSec-Fetch-Mode: cors\n"
		    "Sec-Fetch-Site: same-origin\n");
	else
		buf_puts(&fields,
		    "Upgrade-Insecure-Requests: 1\nSec-Fetch-Dest: document\n"
		    "Sec-Fetch-Mode: navigate\nSec-Fetch-Site: none\n"
		    "Sec-Fetch-User: ?1\n");
	call.fields = buf_cstr(&fields);
	must(call.fields != NULL);
	a->err = http_client_fetch(
	    q->is_top && s->top != NULL ? s->top : s->client, &call, &a->body);
	a->status = call.status;
	if (a->err != 0)
		set_why(a, &call);
	buf_fini(&fields);
}

bool
site_ask_for(struct site *s, const char *check, const struct site_question *q,
    struct site_answer *ret_answer)
{
	site_ask(s, q, ret_answer);
	if (ret_answer->err != 0) {
		site_say(s->report, SITE_WRONG, check, "%s: %s", q->path,
		    ret_answer->why);
		return false;
	}
	if (ret_answer->status != 200) {
		site_say(s->report, SITE_WRONG, check,
		    "%s: answered with status %u%s", q->path,
		    ret_answer->status,
		    ret_answer->status >= 300 && ret_answer->status < 400
			? ": readers are led elsewhere"
			: "");
		return false;
	}
	return true;
}

bool
site_is_good_head(struct site *s, const char *check,
    const struct site_answer *a, const char *type, const char *policy,
    bool is_packed, bool is_bare)
{
	const struct site_head_rules rules = { .type = type,
		.policy = policy,
		.is_packed = is_packed,
		.is_ours = s->is_ours,
		.is_bare = is_bare,
		.card = s->card };
	struct site_fault note, fault;

	if (site_head_check(buf_text(&a->head), &rules, &note, &fault) != 0) {
		site_say_fault(s->report, SITE_WRONG, check, &fault,
		    "a header: what stands in front of pistad must pass its "
		    "answers on as they are");
		return false;
	}
	if (note.what != NULL && !s->is_noted)
		site_say_fault(s->report, SITE_NOTE, check, &note,
		    "a header that is better left out");
	s->is_noted = s->is_noted || note.what != NULL;
	return true;
}
