/* What must be shut, and the board behind the one open door. */
#include <stdio.h>
#include <time.h>

#include "base/err.h"
#include "board/edition.h"
#include "crypto/random.h"
#include "page/page.h"
#include "visit/ask.h"

#define REFUSAL_MAX (64 * 1024)
#define INDEX_MAX (64u << 20)
#define DAY_SECONDS 86400u

/* What a browser says when another site makes it send. */
#define FOREIGN                                                            \
	"Origin: https://other.example\nReferer: https://other.example/\n" \
	"Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\n"           \
	"Sec-Fetch-Dest: document\n"
#define WORKER                                                  \
	"Service-Worker: script\nSec-Fetch-Site: same-origin\n" \
	"Sec-Fetch-Mode: same-origin\nSec-Fetch-Dest: serviceworker\n"
#define FORM_TYPE "multipart/form-data; boundary=x"
#define FORM_BODY                                                           \
	"--x\r\nContent-Disposition: form-data; name=\"do\"\r\n\r\nnew\r\n" \
	"--x--\r\n"

/* A question, and the answers to it that are right. */
struct door {
	const char *check, *method, *path, *type, *body, *more;
	unsigned right, also; /* statuses */
	const char *wrong;    /* what any other one means */
};

static const struct door doors[] = {
	{ "other sites", "POST", "/", FORM_TYPE, FORM_BODY, FOREIGN, 403, 405,
	    "a form that another site sends is taken" },
	{ "other sites", "POST", "/v1/letters", "application/octet-stream", "x",
	    FOREIGN, 403, 403, "a letter that another site sends is taken" },
	{ "other sites", "POST", "/v1/upload", "application/octet-stream", "x",
	    FOREIGN, 403, 403, "a file that another site sends is taken" },
	{ "desk", "GET", "/v1/inbox?after=0", NULL, "", NULL, 404, 405,
	    "the desk answers where readers come" },
	{ "desk", "POST", "/v1/inbox/delete", "application/json", "{}", NULL,
	    404, 405, "the desk answers where readers come" },
	{ "desk", "POST", "/v1/board", "application/octet-stream", "x", NULL,
	    404, 405, "the desk answers where readers come" },
	{ "desk", "PUT", "/v1/masthead", "application/octet-stream", "x", NULL,
	    404, 405, "the desk answers where readers come" },
	{ "desk", "PUT", "/v1/stories", "application/json", "[]", NULL, 404,
	    405, "the desk answers where readers come" },
};

static const char *const workers[] = { "/sw.js", "/service-worker.js",
	"/serviceworker.js", "/worker.js", "/firebase-messaging-sw.js" };

/* The head is judged as that of a refusal: only what must not be there. */
static bool
is_shut(struct site *s, const struct door *d, bool is_top)
{
	const struct site_question q = { .path = d->path,
		.method = d->method,
		.type = d->type,
		.body = text_from(d->body),
		.more = d->more,
		.max = REFUSAL_MAX,
		.is_top = is_top };
	struct site_answer a;
	bool is_good = false;

	site_ask(s, &q, &a);
	if (a.err != 0)
		site_say(s->report, SITE_WRONG, d->check, "%s %s: %s",
		    d->method, d->path, a.why);
	else if (a.status != d->right && a.status != d->also)
		site_say(s->report, SITE_WRONG, d->check,
		    "%s %s: answered with status %u: %s", d->method, d->path,
		    a.status, d->wrong);
	else
		/* What stands at the top of the host is not the place's. */
		is_good = is_top || site_is_good_head(s, d->check, &a, NULL,
					NULL, false, true);
	site_answer_free(&a);
	return is_good;
}

static void
check_doors(struct site *s)
{
	const size_t n = sizeof(doors) / sizeof(doors[0]);
	bool is_good = true;

	for (size_t i = 0; i < n; i++) {
		is_good = is_shut(s, &doors[i], false) && is_good;
		if (i + 1 < n && doors[i + 1].check == doors[i].check)
			continue;
		if (is_good)
			site_say(s->report, SITE_OK, doors[i].check,
			    i < 3 ? "what they send here is refused"
				  : "does not answer where readers come");
		is_good = true;
	}
}

static void
check_workers(struct site *s)
{
	bool is_good = true;

	for (size_t i = 0; i < sizeof(workers) / sizeof(workers[0]); i++) {
		const struct door d = { .check = "workers",
			.method = "GET",
			.path = workers[i],
			.body = "",
			.more = WORKER,
			.right = 404,
			.also = 404,
			.wrong = "a service worker could read along" };

		is_good = is_shut(s, &d, false) && is_good;
		is_good = (s->top == NULL || is_shut(s, &d, true)) && is_good;
	}
	if (is_good)
		site_say(s->report, SITE_OK, "workers",
		    "no service worker at the usual names");
}

/* The page about nothing: ours, without a script or a form, and without what
 * was asked for. */
static void
judge_nothing(struct site *s, const struct site_answer *a, const char *word)
{
	const struct site_rules rules = { .prefix = s->prefix,
		.lang = text_from(
		    page_language(page_language_for(s->card, TEXT("")))),
		.pin = buf_text(&s->pin) };
	struct text text = buf_text(&a->body);
	struct site_fault fault;
	struct site_page page;
	struct buf policy;

	for (struct text t = text; t.n > 0; t.p++, t.n--)
		if (text_has_prefix(t, word)) {
			site_say(s->report, SITE_WRONG, "no such page",
			    "repeats what was asked for");
			return;
		}
	if (site_page_read(text, &rules, &page, &fault) != 0) {
		site_say_fault(
		    s->report, SITE_WRONG, "no such page", &fault, NULL);
		return;
	}
	buf_init(&policy, SITE_HEAD_MAX);
	if (page.guard.p != NULL)
		site_say(s->report, SITE_WRONG, "no such page", "has a script");
	else if (site_policy_for(&policy, page_policy, &page.style, 1) == 0 &&
		 buf_cstr(&policy) != NULL &&
		 site_is_good_head(s, "no such page", a, PAGE_TYPE,
		     buf_cstr(&policy), false, false))
		site_say(s->report, SITE_OK, "no such page",
		    "a plain 404, without a script");
	buf_fini(&policy);
}

static void
check_nothing(struct site *s)
{
	uint8_t random[8];
	char word[2 * sizeof(random) + 1] = "", path[64];
	const struct site_question q = { .path = path, .max = REFUSAL_MAX };
	struct site_answer a;

	random_bytes(random, sizeof(random));
	hex_write(word, random, sizeof(random));
	snprintf(path, sizeof(path), "/%s.html?%s=1", word, word);
	site_ask(s, &q, &a);
	if (a.err != 0)
		site_say(s->report, SITE_WRONG, "no such page", "%s", a.why);
	else if (a.status != 404)
		site_say(s->report, SITE_WRONG, "no such page",
		    "answered with status %u instead of 404", a.status);
	else
		judge_nothing(s, &a, word);
	site_answer_free(&a);
}

void
site_check_doors(struct site *s)
{
	check_nothing(s);
	check_doors(s);
	check_workers(s);
}

/* The whole index, each edition behind the one before it. */
static int
walk(const struct site *s, struct text index, struct edition_view *ret_newest,
    uint32_t *ret_n)
{
	struct edition_view view, last;
	struct cursor c;
	uint32_t n = 0;
	int err;

	cursor_init(&c, index.p, index.n);
	while ((err = edition_next(
		    &c, s->card->newsroom, n > 0 ? &last : NULL, &view)) == 0) {
		last = view;
		n++;
	}
	if (err != ERR_NOT_FOUND)
		return err;
	if (n > 0)
		*ret_newest = last;
	*ret_n = n;
	return 0;
}

/* Editions come out at hours that everybody knows. */
static bool
is_late(const struct site *s, uint32_t n, const struct edition_view *newest)
{
	uint64_t due;

	if (s->card->edition_seconds > 0 || n == 0)
		return false;
	due = masthead_last_hour(s->card->edition_hours,
	    (uint64_t)time(NULL) - EDITION_LATE_SECONDS);
	return newest->head.day < due / DAY_SECONDS;
}

static int
check_slots(struct site *s, const struct edition_view *newest)
{
	char path[64];
	const struct site_question q = { .path = path,
		.max = (size_t)newest->head.slots * SLOT_SIZE,
		.is_fetch = true };
	struct site_answer a;
	int err = ERR_IO;

	snprintf(path, sizeof(path), "/v1/board/%u", newest->head.number);
	if (site_ask_for(s, "board", &q, &a) &&
	    site_is_good_head(s, "board", &a, NULL, NULL, false, false)) {
		err = edition_check_slots(newest, a.body.p, a.body.n);
		if (err != 0)
			site_say(s->report, SITE_WRONG, "board",
			    "the slots of edition %u: %s", newest->head.number,
			    err_text(err));
	}
	site_answer_free(&a);
	return err;
}

void
site_check_board(struct site *s)
{
	const struct site_question q = {
		.path = "/v1/board/index", .max = INDEX_MAX, .is_fetch = true
	};
	struct edition_view newest;
	struct site_answer a;
	uint32_t n = 0;
	int err;

	if (!site_ask_for(s, "board", &q, &a) ||
	    !site_is_good_head(s, "board", &a, NULL, NULL, false, false))
		goto out;
	if ((err = walk(s, buf_text(&a.body), &newest, &n)) != 0)
		site_say(s->report, SITE_WRONG, "board",
		    "the index %s: it is not what the newsroom made",
		    err_text(err));
	else if (n > 0 && check_slots(s, &newest) != 0)
		goto out;
	else if (is_late(s, n, &newest))
		site_say(s->report, SITE_NOTE, "board",
		    "the newest edition is late: answers may be held back");
	else
		site_say(s->report, SITE_OK, "board",
		    "%u editions, one behind the other", n);
out:
	site_answer_free(&a);
}
