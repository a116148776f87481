/* The page beside the one that this version makes. */
#include "base/err.h"
#include "page/page.h"
#include "visit/visit.h"

#define FRONTS 4
#define DIFFERENCE_SHOWN 40

static const char *const fronts[FRONTS] = { "onion", "direct", "proxy", "cdn" };

/* The same page as this program's version makes it; the number of the front,
 * or FRONTS. *ret_at: how far the most alike one is the same. */
static unsigned
find_front(const struct site_visit *v, size_t *ret_at, struct buf *ret_nearest)
{
	const struct site *s = v->site;
	struct text page = buf_text(&v->answer.body);
	struct buf b;
	unsigned i = 0;
	bool is_same = false;

	*ret_at = 0;
	while (i < FRONTS && !is_same) {
		const struct page_place place = { .card = s->card,
			.stories = s->stories,
			.front = (enum wire_front)i,
			.prefix = s->prefix,
			.pin = buf_text(&s->pin),
			.today = s->today,
			.lang = v->asked,
			.story = v->story };
		size_t at = 0;

		buf_init(&b, PAGE_MAX);
		must(page_start(&b, &place) == 0);
		while (at < b.n && at < page.n && (char)b.p[at] == page.p[at])
			at++;
		is_same = at == b.n && at == page.n;
		if (at >= *ret_at) {
			*ret_at = at;
			buf_clear(ret_nearest);
			buf_put(ret_nearest, b.p, b.n);
		}
		buf_fini(&b);
		if (!is_same)
			i++;
	}
	return i;
}

/* True when style and scripts are this version's. */
static bool
is_this_version(const struct site_visit *v, const struct buf *nearest)
{
	const struct site_rules rules = { .prefix = v->site->prefix,
		.lang = v->lang,
		.pin = buf_text(&v->site->pin),
		.stories = v->site->stories };
	struct site_page ours;
	struct site_fault fault;

	return site_page_read(buf_text(nearest), &rules, &ours, &fault) == 0 &&
	       text_is_equal(ours.style, v->page.style) &&
	       text_is_equal(ours.guard, v->page.guard) &&
	       text_is_equal(ours.integrity, v->page.integrity);
}

static void
say_difference(struct site_visit *v, const struct buf *nearest, size_t at)
{
	struct text page = buf_text(&v->answer.body);
	size_t from = at > DIFFERENCE_SHOWN / 2 ? at - DIFFERENCE_SHOWN / 2 : 0;
	struct text there = { page.p + from, page.n - from };
	struct text here = { (const char *)nearest->p + from,
		nearest->n - from };
	bool is_known = is_this_version(v, nearest);
	/* Without hashes on the masthead another version cannot be told from
	 * somebody's work. */
	bool is_wrong =
	    is_known || v->site->is_exact || !v->site->card->has_scripts;
	char text[DIFFERENCE_SHOWN + 1];
	struct site_fault fault = {
		is_known ? "differs from what Pista " PISTA_VERSION
			   " makes, though its scripts are the same"
			 : "is another version's than Pista " PISTA_VERSION,
		there
	};

	v->site->is_other = true;
	if (fault.at.n > DIFFERENCE_SHOWN)
		fault.at.n = DIFFERENCE_SHOWN;
	here.n = here.n > DIFFERENCE_SHOWN ? DIFFERENCE_SHOWN : here.n;
	for (size_t i = 0; i < here.n; i++)
		text[i] =
		    (char)(here.p[i] >= ' ' && here.p[i] <= '~' ? here.p[i]
								: '?');
	text[here.n] = '\0';
	site_say_fault(v->site->report, is_wrong ? SITE_WRONG : SITE_NOTE,
	    v->check, &fault, NULL);
	site_say(v->site->report, is_wrong ? SITE_WRONG : SITE_NOTE, v->check,
	    "byte %zu: this version has: %s", at, text);
}

/* Byte for byte; else where it begins to differ. */
void
site_visit_compare(struct site_visit *v)
{
	struct site *s = v->site;
	struct buf nearest;
	size_t at;
	unsigned front;

	buf_init(&nearest, PAGE_MAX);
	front = find_front(v, &at, &nearest);
	if (front == FRONTS)
		say_difference(v, &nearest, at);
	else if (s->is_onion != (front == FRONT_ONION))
		site_say(s->report, SITE_WRONG, v->check,
		    "tells readers that it is reached as `front = %s'; correct "
		    "it in pistad.conf",
		    fronts[front]);
	else
		site_say(s->report, SITE_OK, v->check,
		    "%zu bytes, the same for everybody, byte for byte what "
		    "Pista " PISTA_VERSION " makes (front = %s)",
		    v->answer.body.n, fronts[front]);
	buf_fini(&nearest);
}
