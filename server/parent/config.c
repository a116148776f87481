#include "parent/config.h"

#include <ini.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "os/file.h"
#include "parent/values.h"

#define FILE_MAX_DEFAULT (2ULL << 30)
#define RESERVE_DEFAULT (256ULL << 20)
#define FORMS_SPARE_DEFAULT 4
#define FORMS_MAX_DEFAULT 64
#define WEBS_DEFAULT 2
#define DRAIN_DEFAULT 10
#define UIDS_DEFAULT 61100
#define MODE_DEFAULT 0660
#define LINE_MAX_SIZE 200 /* what inih reads as one line */

/* One file being read. Sections are seen when their first key is. */
struct reading {
	struct config config;
	struct config_error *error;
	uint64_t seen; /* bit i: key i of the table */
	unsigned entry_seen[WIRE_ENTRIES_MAX];
	bool has_failed;
};

typedef const char *set_fn(struct config *c, struct text value);

struct key {
	const char *section;
	const char *name;
	set_fn *set; /* NULL, or what is wrong with the value */
	bool is_needed;
};

static const char *
set_newsroom(struct config *c, struct text v)
{
	return hex_read(v, c->newsroom, sizeof(c->newsroom)) == 0
		   ? NULL
		   : "needs 32 hexadecimal digits in lower case";
}

static const char *
set_pin(struct config *c, struct text v)
{
	return masthead_pin_read(v, &c->pin) == 0
		   ? NULL
		   : "needs the second line of a minisign public key file";
}

static const char *
set_path(struct config *c, struct text v)
{
	return value_path(v, c->path, sizeof(c->path));
}

static const char *
set_reserve(struct config *c, struct text v)
{
	return value_size(v, &c->reserve);
}

static const char *
set_desk_listen(struct config *c, struct text v)
{
	return value_address(v, c->desk.address, sizeof(c->desk.address));
}

static const char *
set_desk_mode(struct config *c, struct text v)
{
	return value_mode(v, &c->desk.mode);
}

static const char *
set_desk_group(struct config *c, struct text v)
{
	return value_name(v, c->desk.group, sizeof(c->desk.group));
}

static const char *
set_origin(struct config *c, struct text v)
{
	return value_origin(v, c->origin, sizeof(c->origin));
}

static const char *
set_prefix(struct config *c, struct text v)
{
	return value_prefix(v, c->prefix, sizeof(c->prefix));
}

static const char *
set_file_max(struct config *c, struct text v)
{
	return value_size(v, &c->file_max);
}

static const char *
set_forms_spare(struct config *c, struct text v)
{
	return value_number(v, 1, CONFIG_FORMS_MAX, &c->forms_spare);
}

static const char *
set_forms_max(struct config *c, struct text v)
{
	return value_number(v, 1, CONFIG_FORMS_MAX, &c->forms_max);
}

static const char *
set_webs(struct config *c, struct text v)
{
	return value_number(v, 1, CONFIG_WEBS_MAX, &c->webs);
}

static const char *
set_drain(struct config *c, struct text v)
{
	return value_number(v, 0, 3600, &c->drain);
}

static const char *
set_jail(struct config *c, struct text v)
{
	if (!text_is(v, "strict") && !text_is(v, "relaxed"))
		return "needs strict or relaxed";
	c->is_relaxed = text_is(v, "relaxed");
	return NULL;
}

static const char *
set_uids(struct config *c, struct text v)
{
	return value_number(v, 1, INT32_MAX - WIRE_ROLES, &c->uids);
}

static const struct key keys[] = {
	{ "newsroom", "id", set_newsroom, true },
	{ "newsroom", "pin", set_pin, true },
	{ "store", "path", set_path, true },
	{ "store", "reserve", set_reserve, false },
	{ "desk", "listen", set_desk_listen, true },
	{ "desk", "mode", set_desk_mode, false },
	{ "desk", "group", set_desk_group, false },
	{ "desk", "origin", set_origin, false },
	{ "public", "prefix", set_prefix, false },
	{ "public", "file_max", set_file_max, false },
	{ "limits", "forms_spare", set_forms_spare, false },
	{ "limits", "forms_max", set_forms_max, false },
	{ "limits", "webs", set_webs, false },
	{ "limits", "drain", set_drain, false },
	{ "jail", "jail", set_jail, false },
	{ "jail", "uids", set_uids, false },
};

#define KEYS (sizeof(keys) / sizeof(*keys))

/* The keys of [entry NAME], of which there may be several sections. */
enum { ENTRY_LISTEN = 1, ENTRY_FRONT = 2, ENTRY_MODE = 4, ENTRY_GROUP = 8 };

static const char *
set_entry(struct config_entry *e, unsigned key, struct text v)
{
	switch (key) {
	case ENTRY_LISTEN:
		return value_address(
		    v, e->listen.address, sizeof(e->listen.address));
	case ENTRY_FRONT:
		return value_front(v, &e->front);
	case ENTRY_MODE:
		return value_mode(v, &e->listen.mode);
	default:
		return value_name(v, e->listen.group, sizeof(e->listen.group));
	}
}

static unsigned
entry_key(struct text name)
{
	if (text_is(name, "listen"))
		return ENTRY_LISTEN;
	if (text_is(name, "front"))
		return ENTRY_FRONT;
	if (text_is(name, "mode"))
		return ENTRY_MODE;
	return text_is(name, "group") ? ENTRY_GROUP : 0;
}

/* Finds the entry or begins it; WIRE_ENTRIES_MAX when there are too many. */
static size_t
entry_find(struct config *c, const char *name)
{
	size_t i = 0;

	while (i < c->entries_n && strcmp(c->entries[i].name, name) != 0)
		i++;
	if (i == c->entries_n && i < WIRE_ENTRIES_MAX) {
		struct config_entry *e = &c->entries[c->entries_n++];

		snprintf(e->name, sizeof(e->name), "%s", name);
		e->listen.mode = MODE_DEFAULT;
	}
	return i;
}

/* The first failure is the one that is told. Returns what inih wants. */
static int
fail(struct reading *r, const char *section, const char *name, const char *why)
{
	if (!r->has_failed)
		snprintf(r->error->text, sizeof(r->error->text),
		    "[%.40s] %.40s %s", section, name, why);
	r->has_failed = true;
	return 0;
}

static int
take_entry(
    struct reading *r, const char *section, const char *name, struct text value)
{
	struct text called = text_from(section + strlen("entry "));
	char copy[sizeof(r->config.entries[0].name)];
	unsigned key = entry_key(text_from(name));
	const char *why;
	size_t i;

	if (value_name(called, copy, sizeof(copy)) != NULL)
		return fail(r, section, "", "needs a short, plain name");
	if ((i = entry_find(&r->config, copy)) == WIRE_ENTRIES_MAX)
		return fail(r, section, "", "is one entry too many");
	if (key == 0)
		return fail(r, section, name, "is not a key of an entry");
	if ((r->entry_seen[i] & key) != 0)
		return fail(r, section, name, "is given twice");
	r->entry_seen[i] |= key;
	if ((why = set_entry(&r->config.entries[i], key, value)) != NULL)
		return fail(r, section, name, why);
	return 1;
}

/* inih calls this for each line NAME = VALUE. */
static int
take(void *ctx, const char *section, const char *name, const char *value)
{
	struct reading *r = ctx;
	struct text v = text_from(value);
	bool has_section = false;
	const char *why;

	if (strncmp(section, "entry ", strlen("entry ")) == 0)
		return take_entry(r, section, name, v);
	for (size_t i = 0; i < KEYS; i++) {
		if (strcmp(keys[i].section, section) != 0)
			continue;
		has_section = true;
		if (strcmp(keys[i].name, name) != 0)
			continue;
		if ((r->seen >> i & 1) != 0)
			return fail(r, section, name, "is given twice");
		r->seen |= 1ULL << i;
		if ((why = keys[i].set(&r->config, v)) != NULL)
			return fail(r, section, name, why);
		return 1;
	}
	return fail(r, section, name,
	    has_section ? "is not a key of this section"
			: "stands in a section that pistad does not know");
}

/* What one line cannot show. */
static int
check_whole(struct reading *r)
{
	const struct config *c = &r->config;
	bool is_unix = strncmp(c->desk.address, "unix:", 5) == 0;

	for (size_t i = 0; i < KEYS; i++) {
		if (keys[i].is_needed && (r->seen >> i & 1) == 0)
			return fail(
			    r, keys[i].section, keys[i].name, "is missing");
	}
	if (c->entries_n == 0)
		return fail(r, "entry NAME", "listen", "is missing");
	for (size_t i = 0; i < c->entries_n; i++) {
		if ((r->entry_seen[i] & ENTRY_LISTEN) == 0)
			return fail(
			    r, c->entries[i].name, "listen", "is missing");
		if ((r->entry_seen[i] & ENTRY_FRONT) == 0)
			return fail(
			    r, c->entries[i].name, "front", "is missing");
	}
	if (is_unix != (c->origin[0] == '\0'))
		return fail(r, "desk", "origin",
		    is_unix ? "makes no sense for a unix socket"
			    : "is missing: how members reach this port");
	if (c->forms_spare > c->forms_max)
		return fail(
		    r, "limits", "forms_max", "is smaller than forms_spare");
	return 1;
}

/* inih reads a longer line as two and ends at a NUL; both are told instead. */
static const char *
check_lines(struct text in, int *ret_line)
{
	struct text rest = in;

	for (int line = 1; rest.n > 0; line++) {
		struct text one = text_cut(&rest, '\n');

		*ret_line = line;
		if (one.n >= LINE_MAX_SIZE - 1)
			return "the line is too long";
		if (memchr(one.p, '\0', one.n) != NULL)
			return "the line holds a zero byte";
	}
	*ret_line = 0;
	return NULL;
}

int
config_parse(
    struct text in, struct config *ret_config, struct config_error *ret_error)
{
	struct reading r = { .error = ret_error,
		.config = { .reserve = RESERVE_DEFAULT,
		    .file_max = FILE_MAX_DEFAULT,
		    .forms_spare = FORMS_SPARE_DEFAULT,
		    .forms_max = FORMS_MAX_DEFAULT,
		    .webs = WEBS_DEFAULT,
		    .drain = DRAIN_DEFAULT,
		    .uids = UIDS_DEFAULT,
		    .desk.mode = MODE_DEFAULT } };
	const char *why;
	char *copy;
	int line;

	memset(ret_error, 0, sizeof(*ret_error));
	if ((why = check_lines(in, &ret_error->line)) != NULL) {
		snprintf(ret_error->text, sizeof(ret_error->text), "%s", why);
		return ERR_FORMAT;
	}
	if ((copy = mem_text(in.p, in.n)) == NULL)
		return ERR_NOMEM;
	line = ini_parse_string(copy, take, &r);
	mem_free(copy);
	if (line != 0) {
		ret_error->line = line > 0 ? line : 0;
		if (!r.has_failed)
			snprintf(ret_error->text, sizeof(ret_error->text),
			    "neither [SECTION] nor NAME = VALUE");
		return ERR_FORMAT;
	}
	if (check_whole(&r) == 0)
		return ERR_FORMAT;
	*ret_config = r.config;
	return 0;
}

int
config_read(
    const char *path, struct config *ret_config, struct config_error *ret_error)
{
	uint8_t *bytes = NULL;
	size_t n;
	int err;

	memset(ret_error, 0, sizeof(*ret_error));
	if ((err = file_read(path, CONFIG_MAX, &bytes, &n)) == 0)
		err = config_parse((struct text){ (const char *)bytes, n },
		    ret_config, ret_error);
	if (err != 0 && ret_error->text[0] == '\0')
		snprintf(ret_error->text, sizeof(ret_error->text), "%s",
		    err_text(err));
	mem_free(bytes);
	return err;
}
