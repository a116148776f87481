/* Letters and posts that come in pieces. */
#include "base/err.h"
#include "base/mem.h"
#include "keep/keep.h"

#define JOBS_MAX 256 /* of web and pickup */
#define POSTS_MAX 8  /* among them */

struct job *
job_find(struct peer *p, uint64_t request)
{
	struct job *j = p->jobs;

	while (j != NULL && j->request != request)
		j = j->next;
	return j;
}

/* Makes room by forgetting a put that failed and was never ended. */
static bool
has_room(struct peer *p, bool is_post)
{
	size_t max = p->role == WIRE_FORM ? 1 : JOBS_MAX, posts = 0;
	struct job *failed = NULL;

	for (struct job *j = p->jobs; j != NULL; j = j->next) {
		if (j->has_failed)
			failed = j;
		else if (j->is_post)
			posts++;
	}
	if (is_post && posts >= POSTS_MAX)
		return false;
	if (p->jobs_n >= max && failed != NULL)
		job_free(p, failed);
	return p->jobs_n < max;
}

int
job_new(struct peer *p, uint64_t request, bool is_post, struct job **ret)
{
	struct job *j = job_find(p, request);

	if (j != NULL && !j->has_failed)
		return ERR_EXISTS;
	if (j != NULL)
		job_free(p, j);
	if (!has_room(p, is_post))
		return ERR_BUSY;
	if ((j = mem_new(1, sizeof(*j))) == NULL)
		return ERR_NOMEM;
	j->request = request;
	j->is_post = is_post;
	buf_init(&j->post, BOARD_POST_MAX);
	j->next = p->jobs;
	p->jobs = j;
	p->jobs_n++;
	*ret = j;
	return 0;
}

/* Frees what a job holds outside of itself. */
static void
let_go(struct peer *p, struct job *j)
{
	if (j->upload != NULL) {
		upload_released(j->upload);
		j->upload = NULL;
	} else if (!j->is_post && !j->has_failed) {
		/* After a failed sync the store has dropped it already. */
		(void)store_put_drop(p->keep->store, j->put);
		p->keep->is_sweeping = true;
	}
	buf_fini(&j->post);
}

void
job_fail(struct peer *p, struct job *j, int err)
{
	let_go(p, j);
	j->has_failed = true;
	peer_fail(p, j->request, err, 0);
}

void
job_free(struct peer *p, struct job *j)
{
	struct job **at = &p->jobs;

	while (*at != j)
		at = &(*at)->next;
	*at = j->next;
	p->jobs_n--;
	let_go(p, j);
	mem_free(j);
}
