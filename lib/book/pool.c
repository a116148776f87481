/*
 * Opens letters while the book reads the next ones and takes the last ones in:
 * most of the time of a first unlocking goes into X25519. Jobs come back in
 * their places, so that threads change nothing but the time it takes. Where none
 * can be started, as in a jail, whoever waits does the work.
 */
#include <pthread.h>

#include "base/err.h"
#include "base/mem.h"
#include "book/inside.h"

#define THREADS_MAX 4

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t begun, done;
	struct job *jobs;
	size_t n, next, finished;
	bool is_ending;
	pthread_t threads[THREADS_MAX];
	size_t threads_n;
	struct job_tools tools[1 + THREADS_MAX]; /* the first: who waits */
	size_t tools_n;
};

/* Opens jobs until none is left to take; holds the lock around. */
static void
work(struct pool *p, struct job_tools *tools)
{
	struct job *j;

	while (p->next < p->n) {
		j = &p->jobs[p->next++];
		pthread_mutex_unlock(&p->lock);
		job_open(j, tools);
		pthread_mutex_lock(&p->lock);
		if (++p->finished == p->n)
			pthread_cond_signal(&p->done);
	}
}

static void *
run(void *arg)
{
	struct pool *p = arg;
	struct job_tools *tools;

	pthread_mutex_lock(&p->lock);
	tools = &p->tools[p->tools_n++];
	while (!p->is_ending) {
		work(p, tools);
		if (!p->is_ending)
			pthread_cond_wait(&p->begun, &p->lock);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

int
pool_new(const struct open_identities *ids, const uint8_t *newsroom,
    unsigned threads, struct pool **ret_pool)
{
	struct pool *p;
	size_t i;

	if ((p = mem_new(1, sizeof(*p))) == NULL)
		return ERR_NOMEM;
	for (i = 0; i < 1 + THREADS_MAX; i++)
		p->tools[i] =
		    (struct job_tools){ .ids = ids, .newsroom = newsroom };
	p->tools_n = 1;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->begun, NULL);
	pthread_cond_init(&p->done, NULL);
	while (p->threads_n < threads && p->threads_n < THREADS_MAX &&
	       pthread_create(&p->threads[p->threads_n], NULL, run, p) == 0)
		p->threads_n++;
	*ret_pool = p;
	return 0;
}

void
pool_begin(struct pool *p, struct job *jobs, size_t n)
{
	pthread_mutex_lock(&p->lock);
	must(p->finished == p->n);
	p->jobs = jobs;
	p->n = n;
	p->next = p->finished = 0;
	pthread_cond_broadcast(&p->begun);
	pthread_mutex_unlock(&p->lock);
}

void
pool_wait(struct pool *p)
{
	pthread_mutex_lock(&p->lock);
	work(p, &p->tools[0]);
	while (p->finished < p->n)
		pthread_cond_wait(&p->done, &p->lock);
	pthread_mutex_unlock(&p->lock);
}

void
pool_free(struct pool **pool)
{
	struct pool *p = *pool;
	size_t i;

	if (p == NULL)
		return;
	pool_wait(p);
	pthread_mutex_lock(&p->lock);
	p->is_ending = true;
	pthread_cond_broadcast(&p->begun);
	pthread_mutex_unlock(&p->lock);
	for (i = 0; i < p->threads_n; i++)
		pthread_join(p->threads[i], NULL);
	for (i = 0; i < 1 + THREADS_MAX; i++)
		job_tools_fini(&p->tools[i]);
	pthread_cond_destroy(&p->begun);
	pthread_cond_destroy(&p->done);
	pthread_mutex_destroy(&p->lock);
	mem_free(p);
	*pool = NULL;
}
