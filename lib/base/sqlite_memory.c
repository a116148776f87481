/*
 * SQLite wants to know the size of each piece of memory, which stands in front of
 * it. Where it holds opened letters it is wiped before it is freed.
 */
#include "base/sqlite_memory.h"

#include <sqlite3.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"

#define PREFIX 16 /* keeps what follows aligned for any type */
/* The C library moves pieces from this size on by their pages, without leaving a
 * copy. */
#define MOVED_FROM (32 * 1024 * 1024)

static bool wipes;

static int
size_of(void *p)
{
	int n = 0;

	if (p != NULL)
		memcpy(&n, (uint8_t *)p - PREFIX, sizeof(n));
	return n;
}

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
	if (p == NULL)
		return;
	if (wipes)
		secret_wipe(p, (size_t)size_of(p));
	mem_free((uint8_t *)p - PREFIX);
}

static void *
resize(void *old, int n)
{
	int before = size_of(old);
	uint8_t *p;

	if (wipes && (before < MOVED_FROM || n < before)) {
		if ((p = allocate(n)) == NULL)
			return NULL;
		memcpy(p, old, (size_t)(n < before ? n : before));
		release(old);
		return p;
	}
	p = mem_resize((uint8_t *)old - PREFIX, (size_t)n + PREFIX, 1);
	if (p == NULL)
		return NULL;
	memcpy(p, &n, sizeof(n));
	return p + PREFIX;
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
sqlite_memory_init(bool is_wiped)
{
	static const sqlite3_mem_methods methods = { .xMalloc = allocate,
		.xFree = release,
		.xRealloc = resize,
		.xSize = size_of,
		.xRoundup = round_up,
		.xInit = start,
		.xShutdown = stop };
	uint8_t seed;

	wipes = is_wiped;
	if (sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) != SQLITE_OK ||
	    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) != SQLITE_OK ||
	    sqlite3_initialize() != SQLITE_OK)
		return ERR_SYS;
	/* So that no file is opened for it later. */
	sqlite3_randomness(sizeof(seed), &seed);
	return 0;
}
