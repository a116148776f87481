/*
 * Each page is written twice, to the log and, by this thread, to the database.
 * A passive checkpoint runs beside the writer but never catches it up as long
 * as commits keep coming; when the log has grown too long, the writer is held
 * for the little that came during the last passive one, and the log begins
 * anew.
 */
#include <pthread.h>

#include "base/err.h"
#include "base/mem.h"
#include "store/sqlite.h"

#define CACHE_KIB 256
#define STACK_SIZE (256 * 1024)
#define PAGES_DUE 512   /* 8 MiB: worth a checkpoint */
#define PAGES_MOST 4096 /* 64 MiB: hold the writer */

struct checkpoint {
	sqlite3 *db;
	pthread_t thread;
	pthread_mutex_t writing; /* while a batch is open */
	pthread_mutex_t mutex;   /* for what follows */
	pthread_cond_t changed;
	int pages; /* in the log at the last commit */
	bool must_empty;
	bool is_owed; /* it could not be emptied; the next commit asks again */
	bool is_closing;
};

/* After each commit, by the writer. */
static int
committed(void *ctx, sqlite3 *db, const char *name, int pages)
{
	struct checkpoint *c = ctx;

	(void)db;
	(void)name;
	pthread_mutex_lock(&c->mutex);
	c->pages = pages;
	c->must_empty |= c->is_owed;
	c->is_owed = false;
	if (pages >= PAGES_DUE || c->must_empty)
		pthread_cond_signal(&c->changed);
	pthread_mutex_unlock(&c->mutex);
	return SQLITE_OK;
}

/* False when it is time to end. */
static bool
wait_for_work(struct checkpoint *c, bool *ret_must_empty)
{
	bool is_closing;

	pthread_mutex_lock(&c->mutex);
	while (c->pages < PAGES_DUE && !c->must_empty && !c->is_closing)
		pthread_cond_wait(&c->changed, &c->mutex);
	c->pages = 0;
	*ret_must_empty = c->must_empty;
	c->must_empty = false;
	is_closing = c->is_closing;
	pthread_mutex_unlock(&c->mutex);
	return !is_closing;
}

/* A checkpoint that fails (a full disk, a reader that stays) leaves the log as
 * it is, and the next commit asks again. */
static void *
work(void *ctx)
{
	struct checkpoint *c = ctx;
	bool must_empty;
	int pages = 0, rc;

	while (wait_for_work(c, &must_empty)) {
		(void)sqlite3_wal_checkpoint_v2(
		    c->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages, NULL);
		if (pages < PAGES_MOST && !must_empty)
			continue;
		pthread_mutex_lock(&c->writing);
		rc = sqlite3_wal_checkpoint_v2(c->db, NULL,
		    must_empty ? SQLITE_CHECKPOINT_TRUNCATE
			       : SQLITE_CHECKPOINT_RESTART,
		    NULL, NULL);
		pthread_mutex_unlock(&c->writing);
		pthread_mutex_lock(&c->mutex);
		c->is_owed |= must_empty && rc != SQLITE_OK;
		pthread_mutex_unlock(&c->mutex);
	}
	return NULL;
}

static int
start_thread(struct checkpoint *c)
{
	pthread_attr_t attributes;
	int rc;

	if (pthread_attr_init(&attributes) != 0)
		return ERR_NOMEM;
	(void)pthread_attr_setstacksize(&attributes, STACK_SIZE);
	rc = pthread_create(&c->thread, &attributes, work, c);
	pthread_attr_destroy(&attributes);
	return rc == 0 ? 0 : ERR_SYS;
}

int
checkpoint_start(const char *path, sqlite3 *writer, struct checkpoint **ret)
{
	struct checkpoint *c;
	int err;

	if ((c = mem_new(1, sizeof(*c))) == NULL)
		return ERR_NOMEM;
	if ((err = sqlite_connect(path, CACHE_KIB, &c->db)) != 0)
		goto out;
	must(pthread_mutex_init(&c->writing, NULL) == 0);
	must(pthread_mutex_init(&c->mutex, NULL) == 0);
	must(pthread_cond_init(&c->changed, NULL) == 0);
	if ((err = start_thread(c)) != 0)
		goto out;
	sqlite3_wal_hook(writer, committed, c);
	*ret = c;
	c = NULL;
out:
	if (c != NULL) {
		sqlite3_close(c->db);
		mem_free(c);
	}
	return err;
}

void
checkpoint_stop(struct checkpoint **checkpoint)
{
	struct checkpoint *c = *checkpoint;

	if (c == NULL)
		return;
	pthread_mutex_lock(&c->mutex);
	c->is_closing = true;
	pthread_cond_signal(&c->changed);
	pthread_mutex_unlock(&c->mutex);
	must(pthread_join(c->thread, NULL) == 0);
	sqlite3_close(c->db);
	pthread_cond_destroy(&c->changed);
	pthread_mutex_destroy(&c->mutex);
	pthread_mutex_destroy(&c->writing);
	mem_free(c);
	*checkpoint = NULL;
}

void
checkpoint_empty(struct checkpoint *c)
{
	pthread_mutex_lock(&c->mutex);
	c->must_empty = true;
	pthread_cond_signal(&c->changed);
	pthread_mutex_unlock(&c->mutex);
}

void
checkpoint_lock(struct checkpoint *c)
{
	pthread_mutex_lock(&c->writing);
}

void
checkpoint_unlock(struct checkpoint *c)
{
	pthread_mutex_unlock(&c->writing);
}
