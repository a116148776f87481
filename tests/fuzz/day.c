#include "fuzz.h"

#include "base/day.h"
#include "base/err.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct text t = { (const char *)p, n };
	char back[DAY_TEXT_SIZE + 1];
	uint32_t day;

	if (day_read(t, &day) == 0) {
		must(day <= DAY_MAX);
		day_write(back, day);
		must(text_is(t, back));
	}
	return 0;
}
