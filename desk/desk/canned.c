#include "desk/canned.h"

#include "base/err.h"
#include "base/json.h"
#include "desk/pages.h"

#define FILE_MAX (256 * 1024)

/* {"id": {"lang": [title, text]}} */
static int
add(json_t *list, const char *id, json_t *languages)
{
	const char *lang;
	json_t *texts, *one;
	const json_t *title, *text;

	json_object_foreach (languages, lang, texts) {
		title = json_array_get(texts, 0);
		text = json_array_get(texts, 1);
		must(json_is_string(title) && json_is_string(text));
		one = json_pack("{s:s++,s:s,s:s,s:s,s:b}", "id", id, "-", lang,
		    "lang", lang, "title", json_string_value(title), "text",
		    json_string_value(text), "own", 0);
		if (json_array_append_new(list, one) != 0)
			return ERR_NOMEM;
	}
	return 0;
}

json_t *
canned_json(json_t *own)
{
	json_t *list = json_copy(own), *root = NULL;
	json_t *languages;
	const char *id;
	int err;

	if (list == NULL)
		return NULL;
	err = json_read(pages_canned(), FILE_MAX, &root);
	/* Ours, so it reads; there may be no memory for it. */
	must(err == 0 || err == ERR_NOMEM);
	json_object_foreach (root, id, languages)
		if (err == 0)
			err = add(list, id, languages);
	json_decref(root);
	if (err != 0) {
		json_decref(list);
		return NULL;
	}
	return list;
}
