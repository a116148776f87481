#include "board/edition.h"
#include "crypto/random.h"

void
board_pattern(const uint32_t *live, size_t live_n, uint64_t bytes,
    const uint32_t *hits, size_t hits_n, struct board_pattern *ret_pattern)
{
	struct board_pattern p = { .is_whole = false };
	uint32_t newest;

	if (live_n == 0 || bytes <= BOARD_WHOLE_MAX) {
		p.is_whole = true;
		goto out;
	}
	newest = live[live_n - 1];
	p.number[p.n++] = newest;
	while (hits_n > 0 && hits[hits_n - 1] == newest)
		hits_n--;
	/* Readers keep nothing between visits: a fixed choice would show them
	 * the same answer every time, and everybody who watches the same two. */
	if (hits_n > 0)
		p.number[p.n++] = hits[random_below((uint32_t)hits_n)];
	else if (live_n > 1)
		p.number[p.n++] = live[random_below((uint32_t)live_n - 1)];
out:
	*ret_pattern = p;
}
