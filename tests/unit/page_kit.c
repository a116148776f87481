#include "page_kit.h"

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"

static const char card_json[] =
    "{\"languages\":[\"en\",\"es\",\"fr\",\"ar\",\"de\",\"fa\",\"it\",\"pt\","
    "\"ru\",\"uk\"],"
    "\"name\":{\"en\":\"The Harbour Gazette\",\"es\":\"La Gaceta del Puerto\","
    "\"fr\":\"La Gazette du Port\"},"
    "\"channels\":["
    "{\"kind\":\"onion\",\"address\":\"http://gacetapuerto7xk3n5w2q4j6v8b9c"
    "0d1f2g3h4j5k6l7m8n9p0q1r.onion/\"},"
    "{\"kind\":\"signal\",\"address\":\"@gaceta.77\"},"
    "{\"kind\":\"post\",\"address\":\"Calle del Muelle 4, 11001 C\u00e1diz\"},"
    "{\"kind\":\"fax\",\"address\":\"+34 956 000 000\",\"names\":{\"en\":"
    "\"Fax\",\"es\":\"Fax\"},\"reveals\":{\"en\":\"Nothing is sealed <on> "
    "paper & line.\"}}]}";

static const char stories_json[] =
    "[{\"id\":\"dredging\",\"title\":\"Who paid for the dredging of the "
    "<inner> harbour?\",\"lang\":\"en\",\"url\":"
    "\"https://gazette.example/2026/dredging?a=1&b=2\",\"day\":\"2026-11-01\"},"
    "{\"id\":\"dragado\",\"title\":\"\u00bfQui\u00e9n pag\u00f3 el dragado de "
    "la d\u00e1rsena?\",\"lang\":\"es\",\"day\":\"2026-11-01\"}]";

struct masthead *
page_kit_card(void)
{
	struct masthead *m = mem_new(1, sizeof(*m));

	must(m != NULL);
	must(json_read(text_from(card_json), MASTHEAD_MAX, &m->root) == 0);
	m->issued = PAGE_KIT_TODAY - 5;
	m->expires = PAGE_KIT_TODAY + 20;
	return m;
}

void
page_kit_card_free(struct masthead **card)
{
	json_decref((*card)->root);
	mem_free(*card);
	*card = NULL;
}

struct stories *
page_kit_stories(void)
{
	struct stories *s;

	must(stories_read(text_from(stories_json), &s) == 0);
	return s;
}
