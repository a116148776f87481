#include "seal/window.h"

#include "base/err.h"
#include "base/mem.h"

#define FIRST_SIZE 64

static bool
has_bit(const struct window *w, uint64_t i)
{
	i &= w->size - 1;
	return (w->bits[i / 8] >> (i % 8) & 1) != 0;
}

static void
flip_bit(struct window *w, uint64_t i)
{
	i &= w->size - 1;
	w->bits[i / 8] ^= (uint8_t)(1u << (i % 8));
}

void
window_fini(struct window *w)
{
	mem_free(w->bits);
	*w = (struct window){ 0 };
}

int
window_reserve(struct window *w, uint64_t index)
{
	struct window grown = *w;
	uint64_t i;

	must(index >= w->base);
	if (index - w->base < w->size)
		return 0;
	if (index - w->base >= WINDOW_MAX)
		return ERR_LIMIT;
	if (grown.size == 0)
		grown.size = FIRST_SIZE;
	while (index - w->base >= grown.size)
		grown.size *= 2;
	if ((grown.bits = mem_new(grown.size / 8, 1)) == NULL)
		return ERR_NOMEM;
	for (i = w->base; i < w->end; i++) {
		if (has_bit(w, i))
			flip_bit(&grown, i);
	}
	mem_free(w->bits);
	*w = grown;
	return 0;
}

void
window_put(struct window *w, uint64_t index)
{
	must(index >= w->base && index - w->base < w->size);
	must(!has_bit(w, index));
	flip_bit(w, index);
	if (index >= w->end)
		w->end = index + 1;
	while (w->base < w->end && has_bit(w, w->base))
		flip_bit(w, w->base++);
}
