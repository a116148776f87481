#include "fuzz.h"

#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "board/answer.h"

/* The input is what HPKE opened: a length, JSON, zeros. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	uint8_t plain[SLOT_PLAIN_SIZE] = { 0 };
	struct answer a;

	memcpy(plain, p, n < sizeof(plain) ? n : sizeof(plain));
	if (answer_read(plain, &a) != 0)
		return 0;
	must(a.part >= 1 && a.part <= a.parts && a.parts <= SLOT_PARTS_MAX);
	must(a.by.n <= ANSWER_BY_MAX && a.serial <= ANSWER_SERIAL_MAX);
	must(a.by.p == (const char *)plain && a.text.p == a.by.p + a.by.n);
	must(a.by.n + a.text.n <= sizeof(plain));
	must(text_is_utf8(a.by) && text_is_utf8(a.text));
	for (size_t i = 0; i < a.text.n; i++)
		must((uint8_t)a.text.p[i] >= 0x20 || a.text.p[i] == '\n');
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
