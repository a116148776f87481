#include "base/day.h"
#include "base/err.h"
#include "book/inside.h"

void
put(json_t *o, const char *name, json_t *value, int *err)
{
	if (json_object_set_new(o, name, value) != 0 && *err == 0)
		*err = ERR_NOMEM;
}

void
put_text(json_t *o, const char *name, struct text t, int *err)
{
	put(o, name, json_stringn(t.n > 0 ? t.p : "", t.n), err);
}

void
put_number(json_t *o, const char *name, uint64_t n, int *err)
{
	put(o, name, json_integer((json_int_t)n), err);
}

void
put_day(json_t *o, const char *name, uint32_t day, int *err)
{
	char text[DAY_TEXT_SIZE + 1];

	day_write(text, day);
	put(o, name, json_string(text), err);
}

void
put_bool(json_t *o, const char *name, bool value, int *err)
{
	put(o, name, json_boolean(value), err);
}

void
put_hex(json_t *o, const char *name, const void *p, size_t n, int *err)
{
	char hex[128];

	must(2 * n <= sizeof(hex));
	hex_write(hex, p, n);
	put_text(o, name, (struct text){ hex, 2 * n }, err);
}

void
add(json_t *list, json_t *value, int *err)
{
	if (json_array_append_new(list, value) != 0 && *err == 0)
		*err = ERR_NOMEM;
}
