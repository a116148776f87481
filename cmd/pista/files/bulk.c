#include "files/bulk.h"

#include <pthread.h>
#include <unistd.h>

#include "base/err.h"
#include "base/secret.h"

#define THREADS_DEFAULT_MAX 4
#define BATCH 8 /* chunks; file systems like writes of half a MiB */

struct batch {
	uint8_t *p; /* BATCH slots of run->stride bytes */
	size_t n;   /* bytes of input in them, gaps not counted */
};

struct run {
	const struct bulk *job;
	size_t stride;

	/*
	 * One batch is always read ahead: whether a chunk is the last is known
	 * only when there is nothing behind it.
	 */
	pthread_mutex_t read_lock;
	struct batch ahead;
	uint64_t taken; /* batches given to threads */
	bool is_ended;

	pthread_mutex_t turn_lock;
	pthread_cond_t turn_changed;
	uint64_t turn; /* the batch to be written next */

	int err;
	enum bulk_part part;
};

struct worker {
	struct run *run;
	void *hand;
	struct batch batch;
	uint64_t number;
	bool is_last;
	pthread_t thread;
};

unsigned
bulk_threads(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	if (n < 1)
		return 1;
	return n < THREADS_DEFAULT_MAX ? (unsigned)n : THREADS_DEFAULT_MAX;
}

static int
read_batch(const struct run *r, struct batch *b)
{
	const struct bulk *job = r->job;
	size_t i, n;
	int err;

	b->n = 0;
	for (i = 0; i < BATCH; i++) {
		n = 0;
		err = input_read(
		    job->input, b->p + i * r->stride, job->piece_in, &n);
		if (err != 0)
			return err;
		b->n += n;
		if (n < job->piece_in)
			break;
	}
	return 0;
}

/* Takes the batch that was read ahead and reads the next in its place. */
static int
take(struct worker *w, bool *ret_has_batch)
{
	struct run *r = w->run;
	struct batch mine;
	int err = 0;

	must(pthread_mutex_lock(&r->read_lock) == 0);
	*ret_has_batch = !r->is_ended;
	if (r->is_ended)
		goto out;
	mine = r->ahead;
	r->ahead = w->batch;
	w->batch = mine;
	w->number = r->taken++;
	r->ahead.n = 0;
	if (mine.n == BATCH * r->job->piece_in)
		err = read_batch(r, &r->ahead);
	w->is_last = err == 0 && r->ahead.n == 0;
	r->is_ended = err != 0 || w->is_last;
out:
	must(pthread_mutex_unlock(&r->read_lock) == 0);
	return err;
}

/* Works on every chunk of the batch. */
static int
work(struct worker *w, size_t *ret_last_n)
{
	const struct bulk *job = w->run->job;
	size_t i = 0, n, left = w->batch.n;
	int err;

	do {
		n = left < job->piece_in ? left : job->piece_in;
		left -= n;
		err = job->work(w->hand, w->number * BATCH + i,
		    w->batch.p + i * w->run->stride, n, w->is_last && left == 0,
		    ret_last_n);
		i++;
	} while (err == 0 && left > 0);
	return err;
}

/* All chunks but the last are full. */
static int
write_batch(struct worker *w, size_t last_n)
{
	const struct bulk *job = w->run->job;
	size_t stride = w->run->stride, i, full = 0;
	int err = 0;

	if (w->batch.n > 0)
		full = (w->batch.n - 1) / job->piece_in;
	if (job->piece_out == stride)
		/* Without gaps: one write. */
		return output_write(
		    job->output, w->batch.p, full * stride + last_n);
	for (i = 0; i < full && err == 0; i++)
		err = output_write(
		    job->output, w->batch.p + i * stride, job->piece_out);
	if (err == 0)
		err =
		    output_write(job->output, w->batch.p + i * stride, last_n);
	return err;
}

/* Waits until all batches before this one are written, then writes it, or
 * notes why not. False when the stream is over for everybody. */
static bool
take_turn(struct worker *w, int err, enum bulk_part part, size_t last_n)
{
	struct run *r = w->run;
	bool is_well;

	must(pthread_mutex_lock(&r->turn_lock) == 0);
	while (r->turn != w->number)
		must(pthread_cond_wait(&r->turn_changed, &r->turn_lock) == 0);
	if (r->err == 0 && err == 0) {
		part = BULK_WRITE;
		err = write_batch(w, last_n);
	}
	if (r->err == 0 && err != 0) {
		r->err = err;
		r->part = part;
	}
	is_well = r->err == 0;
	r->turn++;
	must(pthread_cond_broadcast(&r->turn_changed) == 0);
	must(pthread_mutex_unlock(&r->turn_lock) == 0);
	return is_well;
}

static void *
run_worker(void *ctx)
{
	struct worker *w = ctx;
	enum bulk_part part;
	size_t last_n;
	bool has_batch;
	int err;

	for (;;) {
		last_n = 0;
		part = BULK_READ;
		err = take(w, &has_batch);
		if (!has_batch)
			break;
		if (err == 0) {
			part = BULK_WORK;
			err = work(w, &last_n);
		}
		if (!take_turn(w, err, part, last_n))
			break;
	}
	return NULL;
}

/* The present thread is the first worker. When the system gives fewer threads
 * than asked for, fewer do the work. */
static void
run_workers(struct worker *workers, unsigned n)
{
	unsigned i, started;

	for (started = 1; started < n; started++) {
		if (pthread_create(&workers[started].thread, NULL, run_worker,
			&workers[started]) != 0)
			break;
	}
	(void)run_worker(&workers[0]);
	for (i = 1; i < started; i++)
		must(pthread_join(workers[i].thread, NULL) == 0);
}

static int
prepare(struct run *r, struct worker *workers)
{
	const struct bulk *job = r->job;
	unsigned i;

	if ((r->ahead.p = secret_new(BATCH * r->stride)) == NULL)
		return ERR_NOMEM;
	for (i = 0; i < job->threads; i++) {
		workers[i].run = r;
		workers[i].hand = job->hands[i];
		workers[i].batch.p = secret_new(BATCH * r->stride);
		if (workers[i].batch.p == NULL)
			return ERR_NOMEM;
	}
	r->part = BULK_READ;
	return read_batch(r, &r->ahead);
}

int
bulk_run(const struct bulk *job, enum bulk_part *ret_part)
{
	struct worker workers[BULK_THREADS_MAX] = { 0 };
	struct run r = { .job = job,
		.read_lock = PTHREAD_MUTEX_INITIALIZER,
		.turn_lock = PTHREAD_MUTEX_INITIALIZER,
		.turn_changed = PTHREAD_COND_INITIALIZER };
	unsigned i;

	must(job->threads >= 1 && job->threads <= BULK_THREADS_MAX);
	r.stride =
	    job->piece_in > job->piece_out ? job->piece_in : job->piece_out;
	if ((r.err = prepare(&r, workers)) == 0)
		run_workers(workers, job->threads);
	for (i = 0; i < job->threads; i++)
		secret_free(&workers[i].batch.p);
	secret_free(&r.ahead.p);
	if (r.err != 0)
		*ret_part = r.part;
	return r.err;
}
