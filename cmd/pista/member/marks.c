#include "member/marks.h"

#include <stdbool.h>
#include <stdio.h>

#include "cmd.h"
#include "member/work.h"
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
	static const struct option options[] = {
		{ "remove", no_argument, NULL, 'r' },
		{ "help", no_argument, NULL, 'h' },
		SEAT_OPTIONS,
		{ 0 },
	};
	struct work w;
	bool is_off = false;
	int option, status;

	work_init(&w, m->command);
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'r')
			is_off = true;
		else if (option == 'h')
			return cmd_help(m->usage);
		else if (!seat_option(&w.seat, option, optarg))
			return cmd_misused(m->command, NULL);
	}
	if (argc - optind < 2)
		return cmd_misused(m->command, "%s", m->missing);
	status = set(&w, m, is_off, argv + optind, (size_t)(argc - optind));
	work_fini(&w);
	return status;
}
