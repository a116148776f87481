#include "web/pages.h"

#include "base/err.h"
#include "base/mem.h"
#include "http/problem.h"

#define PAGES_MAX 64 /* kept; about 30 kB each */
#define NONE SIZE_MAX
#define PIN_TEXT 56 /* 42 bytes in base64 */

/* Which page: what it is a function of, and nothing else. */
struct key {
	unsigned entry;
	size_t lang;  /* number of a page language, or NONE */
	size_t story; /* number in the list, or NONE */
};

struct page {
	struct key key;
	struct http_answer *answer; /* NULL: free */
	uint64_t used;
};

struct pages {
	const struct station *station;
	unsigned version;
	uint32_t day;
	uint64_t clock;
	char pin[PIN_TEXT + 1]; /* base64 */
	struct page pages[PAGES_MAX];
};

int
pages_new(const struct station *s, struct pages **ret_pages)
{
	struct pages *p;
	struct buf b;

	if ((p = mem_new(1, sizeof(*p))) == NULL)
		return ERR_NOMEM;
	p->station = s;
	buf_init_fixed(&b, p->pin, sizeof(p->pin));
	masthead_pin_put(&b, &s->place.pin);
	must(buf_cstr(&b) != NULL);
	*ret_pages = p;
	return 0;
}

static void
forget(struct pages *p)
{
	for (size_t i = 0; i < PAGES_MAX; i++)
		http_answer_free(&p->pages[i].answer);
}

void
pages_free(struct pages **pages)
{
	if (*pages == NULL)
		return;
	forget(*pages);
	mem_free(*pages);
	*pages = NULL;
}

static void
refresh(struct pages *p)
{
	const struct station *s = p->station;

	if (p->version == s->place.version && p->day == s->day)
		return;
	forget(p);
	p->version = s->place.version;
	p->day = s->day;
}

/* Values nobody knows count as absent, so that no reader can ask for a page of
 * their own. */
static struct key
key_of(const struct pages *p, const struct http_request *r)
{
	const struct stories *stories = p->station->place.stories;
	const struct http_head *h = http_request_head(r);
	struct key key = { http_request_entry(r), NONE, NONE };
	struct text value;

	if (http_query_find(h->query, "lang", &value) == 0)
		for (size_t i = 0; i < page_languages(); i++)
			if (text_is(value, page_language(i)))
				key.lang = i;
	if (stories != NULL && http_query_find(h->query, "story", &value) == 0)
		for (size_t i = 0; i < stories->n; i++)
			if (text_is_equal(value, stories->story[i].id))
				key.story = i;
	return key;
}

static void
place_of(
    const struct pages *p, const struct key *key, struct page_place *ret_place)
{
	const struct station *s = p->station;

	*ret_place = (struct page_place){ .card = s->place.card,
		.stories = s->place.stories,
		.front = (enum wire_front)s->child.start.front[key->entry],
		.prefix = s->child.start.prefix,
		.pin = text_from(p->pin),
		.today = s->day };
	if (key->lang != NONE)
		ret_place->lang = text_from(page_language(key->lang));
	if (key->story != NONE)
		ret_place->story = s->place.stories->story[key->story].id;
}

static int
answer_of(unsigned status, const struct buf *b, const char *policy,
    struct http_answer **ret_answer)
{
	struct http_answer *a;
	int err;

	if ((err = buf_finish(b)) != 0)
		return err;
	err = http_answer_new(status, PAGE_TYPE, b->p, b->n, HTTP_COPY, &a);
	if (err != 0)
		return err;
	err = http_answer_set(a, "Content-Security-Policy", policy);
	if (err != 0) {
		http_answer_free(&a);
		return err;
	}
	*ret_answer = a;
	return 0;
}

static int
render(const struct pages *p, const struct key *key,
    struct http_answer **ret_answer)
{
	struct page_place place;
	struct buf b;
	int err;

	place_of(p, key, &place);
	buf_init(&b, PAGE_MAX);
	if ((err = page_start(&b, &place)) == 0)
		err = answer_of(200, &b, page_start_policy, ret_answer);
	buf_fini(&b);
	return err;
}

static bool
is_same(const struct key *a, const struct key *b)
{
	return a->entry == b->entry && a->lang == b->lang &&
	       a->story == b->story;
}

/* The page kept under key, else the place for it: the longest unused. */
static struct page *
find(struct pages *p, const struct key *key)
{
	struct page *oldest = &p->pages[0];

	for (size_t i = 0; i < PAGES_MAX; i++) {
		struct page *page = &p->pages[i];

		if (page->answer != NULL && is_same(&page->key, key))
			return page;
		if (page->answer == NULL || page->used < oldest->used)
			oldest = page;
		if (oldest->answer == NULL)
			oldest->used = 0;
	}
	http_answer_free(&oldest->answer);
	return oldest;
}

void
pages_answer(struct pages *p, struct http_request *r)
{
	struct key key;
	struct page *page;

	refresh(p);
	key = key_of(p, r);
	page = find(p, &key);
	if (page->answer == NULL) {
		page->key = key;
		if (render(p, &key, &page->answer) != 0) {
			http_plain(r, 503, "Please try again in a moment.");
			return;
		}
	}
	page->used = ++p->clock;
	http_answer(r, page->answer);
}

void
pages_error(struct pages *p, struct http_request *r, unsigned status)
{
	const struct key key = { http_request_entry(r), NONE, NONE };
	struct http_answer *a = NULL;
	struct page_place place;
	struct buf b;

	place_of(p, &key, &place);
	buf_init(&b, PAGE_MAX);
	if (page_error(&b, status, &place) == 0 &&
	    answer_of(status, &b, page_policy, &a) == 0)
		http_answer(r, a);
	else
		http_plain(r, status, "This did not work.");
	http_answer_free(&a);
	buf_fini(&b);
}
