#include "board/answer.h"

#include <string.h>

#include "base/cursor.h"
#include "base/err.h"
#include "base/json.h"
#include "base/secret.h"
#include "board/slot_format.h"

/* Copies t to out without the characters that no answer carries, whoever wrote
 * them, and returns the copy. out has room for t. */
static struct text
answer_copy(struct text t, uint8_t *out)
{
	struct text copy = { (const char *)out, 0 };
	uint32_t cp;
	int n;

	for (; (n = text_next(t, &cp)) > 0; t.p += n, t.n -= (size_t)n) {
		if (answer_is_dropped(cp))
			continue;
		memcpy(out + copy.n, t.p, (size_t)n);
		copy.n += (size_t)n;
	}
	return copy;
}

static int
answer_fields(const json_t *root, struct answer *a, struct text *ret_by,
    struct text *ret_text)
{
	struct text kind;
	uint64_t part, parts;
	int err;

	err = json_text(root, "kind", 16, &kind);
	if (err == 0 && !text_is(kind, "answer"))
		err = ERR_FORMAT;
	if (err == 0)
		err = json_hex(root, "id", a->id, sizeof(a->id));
	if (err == 0)
		err = json_u64(root, "parts", SLOT_PARTS_MAX, &parts);
	if (err == 0)
		err = json_u64(root, "part", parts, &part);
	if (err == 0 && part == 0)
		err = ERR_FORMAT;
	if (err == 0)
		err = json_day(root, "day", &a->day);
	if (err == 0)
		err = json_u64(root, "serial", ANSWER_SERIAL_MAX, &a->serial);
	if (err == 0)
		err = json_text(root, "by", ANSWER_BY_MAX, ret_by);
	if (err == 0)
		err = json_text(root, "text", SLOT_JSON_MAX, ret_text);
	if (err != 0)
		return ERR_FORMAT;
	a->part = (uint32_t)part;
	a->parts = (uint32_t)parts;
	return 0;
}

int
answer_read(uint8_t plain[static SLOT_PLAIN_SIZE], struct answer *ret_answer)
{
	struct answer a = { .part = 0 };
	size_t n = u16_read(plain);
	json_t *root = NULL;
	struct text by, text;
	int err;

	if (n > SLOT_JSON_MAX)
		return ERR_FORMAT;
	for (size_t i = 2 + n; i < SLOT_PLAIN_SIZE; i++) {
		if (plain[i] != 0)
			return ERR_FORMAT;
	}
	err = json_read(
	    (struct text){ (char *)plain + 2, n }, SLOT_JSON_MAX, &root);
	if (err != 0)
		return err == ERR_NOMEM ? err : ERR_FORMAT;
	err = answer_fields(root, &a, &by, &text);
	if (err == 0) {
		secret_wipe(plain, SLOT_PLAIN_SIZE);
		a.by = answer_copy(by, plain);
		a.text = answer_copy(text, plain + a.by.n);
		*ret_answer = a;
	}
	json_decref(root);
	return err;
}
