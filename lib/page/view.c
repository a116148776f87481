#include "page/template.h"
#include "page/view.h"

void
view_site(
    struct view_site *ret_site, const struct page_place *place, size_t lang)
{
	*ret_site =
	    (struct view_site){ .prefix = place->prefix, .pin = place->pin };
	if (place->card == NULL || place->front == FRONT_CDN)
		ret_site->pin = (struct text){ "", 0 };
	if (place->card == NULL)
		return;
	ret_site->name =
	    masthead_name(place->card, text_from(page_language(lang)));
	ret_site->is_drill = place->card->is_drill;
}

static int
way_kind(struct text kind)
{
	static const char *const names[] = { [WAY_ONION] = "onion",
		[WAY_WEB] = "web",
		[WAY_MAIL] = "mail",
		[WAY_PHONE] = "phone",
		[WAY_SIGNAL] = "signal",
		[WAY_POST] = "post",
		[WAY_PERSON] = "person" };

	for (size_t i = WAY_ONION; i <= WAY_PERSON; i++)
		if (text_is(kind, names[i]))
			return (int)i;
	return WAY_OTHER;
}

size_t
view_channels(struct view_way ret_ways[static PAGE_WAYS_MAX],
    const struct masthead *card, size_t lang)
{
	struct text code = text_from(page_language(lang)), kind;
	json_t *channels = json_object_get(card->root, "channels"), *channel;
	size_t i, n = 0;

	json_array_foreach (channels, i, channel) {
		struct view_way *w = &ret_ways[n];

		if (n == PAGE_WAYS_MAX || !json_is_object(channel))
			break;
		*w = (struct view_way){ .kind = WAY_OTHER };
		if (json_text(channel, "kind", 32, &kind) == 0)
			w->kind = way_kind(kind);
		(void)json_text(channel, "address", 300, &w->address);
		w->name =
		    masthead_say(card, json_object_get(channel, "names"), code);
		w->reveals = masthead_say(
		    card, json_object_get(channel, "reveals"), code);
		n++;
	}
	return n;
}

size_t
view_ways(struct view_way ret_ways[static PAGE_WAYS_MAX],
    const struct page_place *place, size_t lang)
{
	int here = place->front == FRONT_ONION ? WAY_ONION : WAY_WEB;
	size_t n, kept = 0;

	if (place->card == NULL)
		return 0;
	n = view_channels(ret_ways, place->card, lang);
	for (size_t i = 0; i < n; i++)
		if (ret_ways[i].kind != here)
			ret_ways[kept++] = ret_ways[i];
	return kept;
}

void
page_put_closed(struct buf *b, size_t lang, const struct view_closed *v)
{
	template_render(b, &template_closed, lang, v);
}

void
page_put_box(struct buf *b, size_t lang, const struct view_box *v)
{
	template_render(b, &template_box, lang, v);
}
