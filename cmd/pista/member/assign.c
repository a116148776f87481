/* pista assign: whose a thread is. */

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "cmd.h"
#include "member/work.h"
#include "options.h"

static const char usage[] =
    "usage: pista assign NUMBER|THREAD MEMBER…|me|nobody\n"
    "\n"
    "Says whose a thread is; what was said before is replaced. Members are named by\n"
    "the ids that `pista people' shows. Colleagues see it with their next sync.\n"
    "\n" SEAT_USAGE;

/* The ids with spaces between. */
static int
put_members(struct work *w, char **names, size_t n, struct buf *value)
{
	const struct masthead_member *me = book_me(w->book);
	size_t i;

	if (n == 1 && strcmp(names[0], "nobody") == 0)
		return 0;
	for (i = 0; i < n; i++) {
		buf_puts(value, i > 0 ? " " : "");
		if (strcmp(names[i], "me") == 0)
			buf_put_text(value, me->id);
		else if (masthead_is_id(text_from(names[i])))
			buf_puts(value, names[i]);
		else
			return work_say_error(w, names[i], ERR_NOT_FOUND);
	}
	return buf_finish(value) == 0
		   ? 0
		   : work_say_error(w, "so many members", ERR_LIMIT);
}

static int
assign(struct work *w, const char *thread, char **names, size_t n)
{
	struct event e = { .kind = EVENT_ASSIGNED };
	struct book_thread t;
	struct buf value;
	int status;

	buf_init(&value, EVENT_VALUE_MAX);
	if ((status = work_begin(w)) != 0 ||
	    (status = work_thread(w, thread, &t)) != 0 ||
	    (status = put_members(w, names, n, &value)) != 0)
		goto out;
	e.value = buf_text(&value);
	if ((status = work_event(w, &t, &e, n == 1 ? names[0] : "these")) !=
		0 ||
	    (status = work_end(w)) != 0)
		goto out;
	if (e.value.n == 0)
		printf("Thread %llu is nobody's.\n", (unsigned long long)t.seq);
	else
		printf("Thread %llu: %.*s.\n", (unsigned long long)t.seq,
		    (int)e.value.n, e.value.p);
out:
	buf_fini(&value);
	return status;
}

int
cmd_assign(int argc, char **argv)
{
	struct work w;
	int status;

	work_init(&w, "assign");
	if (!options_read_seat(&w.seat, usage, NULL, &argc, &argv, &status))
		return status;
	if (argc < 2)
		return cmd_misused(
		    "assign", "name a thread, then members, me or nobody");
	status = assign(&w, argv[0], argv + 1, (size_t)(argc - 1));
	work_fini(&w);
	return status;
}
