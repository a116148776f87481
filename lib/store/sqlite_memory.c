/* SQLite's allocations go through base/mem.h; it wants to know their size. */
#include <string.h>

#include "base/mem.h"
#include "store/sqlite.h"

#define PREFIX 16 /* keeps what follows aligned for any type */

static void *
allocate(int n)
{
	/* Not mem_new: SQLite clears what it wants cleared. */
	uint8_t *p = mem_resize(NULL, (size_t)n + PREFIX, 1);

	if (p == NULL)
		return NULL;
	memcpy(p, &n, sizeof(n));
	return p + PREFIX;
}

static void
release(void *p)
{
	if (p != NULL)
		mem_free((uint8_t *)p - PREFIX);
}

static void *
resize(void *old, int n)
{
	uint8_t *p = mem_resize((uint8_t *)old - PREFIX, (size_t)n + PREFIX, 1);

	if (p == NULL)
		return NULL;
	memcpy(p, &n, sizeof(n));
	return p + PREFIX;
}

static int
size_of(void *p)
{
	int n = 0;

	if (p != NULL)
		memcpy(&n, (uint8_t *)p - PREFIX, sizeof(n));
	return n;
}

static int
round_up(int n)
{
	return (n + 7) & ~7;
}

static int
start(void *data)
{
	(void)data;
	return SQLITE_OK;
}

static void
stop(void *data)
{
	(void)data;
}

int
sqlite_memory_init(void)
{
	static const sqlite3_mem_methods methods = { .xMalloc = allocate,
		.xFree = release,
		.xRealloc = resize,
		.xSize = size_of,
		.xRoundup = round_up,
		.xInit = start,
		.xShutdown = stop };
	int rc;

	if ((rc = sqlite3_config(SQLITE_CONFIG_MALLOC, &methods)) != SQLITE_OK)
		return rc;
	return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
