#include "fuzz.h"

#include <stdbool.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"

#define INPUT_MAX 65536

/* Every question, whatever the value is. */
static void
ask(const json_t *o)
{
	static const char *const names[] = { "a", "b", "" };
	json_t *inner = NULL;
	struct text t = { NULL, 0 };
	uint8_t bytes[4];
	uint32_t day;
	uint64_t v;
	bool is;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *name = names[i];

		if (json_text(o, name, 8, &t) == 0)
			must(t.n <= 8 && text_is_utf8(t));
		if (json_u64(o, name, 1000, &v) == 0)
			must(v <= 1000);
		if (json_list(o, name, 3, &inner) == 0)
			must(json_array_size(inner) <= 3);
		if (json_object_of(o, name, &inner) == 0)
			must(json_is_object(inner) && json_has(o, name));
		json_bool(o, name, &is);
		json_hex(o, name, bytes, sizeof(bytes));
		json_day(o, name, &day);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct text t = { (const char *)p, n };
	json_t *root = NULL, *again = NULL;
	struct buf dump;

	if (json_read(t, INPUT_MAX, &root) != 0) {
		must(root == NULL);
		return 0;
	}
	must(text_is_utf8(t));
	ask(root);
	/* What was read can be written and is then read as the same. */
	buf_init(&dump, SIZE_MAX);
	json_put(&dump, root, JSON_COMPACT);
	must(buf_finish(&dump) == 0);
	must(json_read(buf_text(&dump), SIZE_MAX, &again) == 0);
	must(json_equal(root, again));
	buf_fini(&dump);
	json_decref(again);
	json_decref(root);
	return 0;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	json_init();
	return 0;
}
