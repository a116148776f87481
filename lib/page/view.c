#include "page/template.h"
#include "page/view.h"

void
view_site(
    struct view_site *ret_site, const struct page_place *place, size_t lang)
{
	*ret_site = (struct view_site){ .prefix = place->prefix };
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
view_ways(struct view_way ret_ways[static PAGE_WAYS_MAX],
    const struct page_place *place, size_t lang)
{
	struct text code = text_from(page_language(lang)), kind;
	int here = place->front == FRONT_ONION ? WAY_ONION : WAY_WEB;
	json_t *channels, *channel;
	size_t i, n = 0;

	if (place->card == NULL)
		return 0;
	channels = json_object_get(place->card->root, "channels");
	json_array_foreach (channels, i, channel) {
		struct view_way *w = &ret_ways[n];

		if (n == PAGE_WAYS_MAX || !json_is_object(channel))
			break;
		*w = (struct view_way){ .kind = WAY_OTHER };
		if (json_text(channel, "kind", 32, &kind) == 0)
			w->kind = way_kind(kind);
		if (w->kind == here)
			continue;
		(void)json_text(channel, "address", 300, &w->address);
		w->name = masthead_say(
		    place->card, json_object_get(channel, "names"), code);
		w->reveals = masthead_say(
		    place->card, json_object_get(channel, "reveals"), code);
		n++;
	}
	return n;
}

void
page_put_closed(struct buf *b, size_t lang, const struct view_closed *v)
{
	template_render(b, &template_closed, lang, v);
}
