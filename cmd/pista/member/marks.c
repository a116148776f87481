#include "member/marks.h"

#include <stdbool.h>
#include <stdio.h>

#include "cmd.h"
#include "member/work.h"
#include "options.h"
#include "say.h"

static int
set(struct work *w, const struct marks *m, bool is_off, char **names, size_t n)
{
	struct event e = { .kind = m->kind, .is_off = is_off };
	struct book_thread t;
	size_t i;
	int status;

	if ((status = work_begin(w)) != 0 ||
	    (status = work_thread(w, names[0], &t)) != 0)
		return status;
	for (i = 1; i < n && status == 0; i++) {
		e.value = text_from(names[i]);
		status = work_event(w, &t, &e, names[i]);
	}
	if (status != 0 || (status = work_end(w)) != 0)
		return status;
	printf("Thread %llu:", (unsigned long long)t.seq);
	for (i = 1; i < n; i++) {
		fputs(is_off ? " -" : " +", stdout);
		say_line(stdout, text_from(names[i]), EVENT_VALUE_MAX);
	}
	putchar('\n');
	return 0;
}

int
marks_run(const struct marks *m, int argc, char **argv)
{
	struct work w;
	bool is_off = false;
	const struct own_option own[] = {
		{ "remove", .is = &is_off },
		{ 0 },
	};
	int status;

	work_init(&w, m->command);
	if (!options_read_seat(&w.seat, m->usage, own, &argc, &argv, &status))
		return status;
	if (argc < 2)
		return cmd_misused(m->command, "%s", m->missing);
	status = set(&w, m, is_off, argv, (size_t)argc);
	work_fini(&w);
	return status;
}
