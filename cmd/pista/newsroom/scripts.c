#include "newsroom/scripts.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "masthead/masthead.h"
#include "os/file.h"
#include "page/script.h"

#define FILE_MAX 8192

/* Number i of the scripts this program's own version makes pages with; NULL
 * behind the last. */
static const char *
own(size_t i)
{
	if (i == 0)
		return page_guard_integrity;
	for (size_t at = 0; at < page_scripts_n; at++)
		if (strcmp(page_scripts[at].type, PAGE_SCRIPT_TYPE) == 0 &&
		    --i == 0)
			return page_scripts[at].integrity;
	return NULL;
}

void
scripts_print(FILE *to)
{
	const char *line;

	for (size_t i = 0; (line = own(i)) != NULL; i++)
		fprintf(to, "%s\n", line);
}

/* Appends line unless it is there. */
static int
add(json_t *list, struct text line)
{
	uint8_t hash[MASTHEAD_SCRIPT_SIZE];
	json_t *v;
	size_t i;

	if (masthead_script_read(line, hash) != 0)
		return ERR_FORMAT;
	json_array_foreach (list, i, v)
		if (text_is(line, json_string_value(v)))
			return 0;
	if (json_array_size(list) == MASTHEAD_SCRIPTS_MAX)
		return ERR_LIMIT;
	return json_array_append_new(list, json_stringn(line.p, line.n)) == 0
		   ? 0
		   : ERR_NOMEM;
}

static int
add_own(json_t *list)
{
	const char *line;
	int err = 0;

	for (size_t i = 0; err == 0 && (line = own(i)) != NULL; i++)
		err = add(list, text_from(line));
	return err;
}

static int
add_file(json_t *list, const char *path)
{
	struct text rest, line;
	uint8_t *p = NULL;
	size_t n;
	int err;

	if ((err = file_read(path, FILE_MAX, &p, &n)) != 0)
		return err;
	rest = (struct text){ (const char *)p, n };
	while (err == 0 && rest.n > 0) {
		line = text_trim(text_cut(&rest, '\n'));
		if (line.n > 0)
			err = add(list, line);
	}
	mem_free(p);
	return err;
}

static int
add_former(json_t *list, const json_t *former)
{
	json_t *v;
	size_t i;
	int err = 0;

	json_array_foreach (former, i, v) {
		err = add(list, text_from(json_string_value(v)));
		if (err != 0)
			break;
	}
	return err;
}

int
scripts_set(json_t *card, const char *file, bool is_kept)
{
	json_t *policy = json_object_get(card, "policy");
	json_t *list = json_array();
	int err = list == NULL ? ERR_NOMEM : 0;

	if (err == 0)
		err = file != NULL ? add_file(list, file) : add_own(list);
	if (err == 0 && is_kept)
		err = add_former(list, json_object_get(policy, "scripts"));
	if (err == 0 && json_object_set(policy, "scripts", list) != 0)
		err = ERR_FORMAT;
	json_decref(list);
	return err;
}
