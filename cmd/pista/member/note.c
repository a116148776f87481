/* pista note: words that only the desk sees. */

#include <stdio.h>

#include "base/secret.h"
#include "cmd.h"
#include "member/work.h"
#include "typed.h"

static const char usage[] =
    "usage: pista note NUMBER|THREAD [--file F] <TEXT\n"
    "\n"
    "Adds a note to a thread, sealed to the desk that has it. The source never sees\n"
    "it. The text comes from standard input (end with Ctrl-D) or from a file.\n"
    "\n"
    "  --file F               read the text from F\n" SEAT_USAGE;

static int
note(struct work *w, const char *thread, const char *file)
{
	struct book_thread t;
	char *text = NULL;
	size_t n;
	int status, err;

	if ((status = work_begin(w)) != 0 ||
	    (status = work_thread(w, thread, &t)) != 0 ||
	    (status = typed_text("note", "note", file, DISPATCH_NOTE_MAX,
		 "split it into several notes", &text, &n)) != 0)
		return status;
	err = dispatch_note(w->dispatch, &t, (struct text){ text, n });
	secret_free(&text);
	if (err != 0)
		return work_say_error(w, "the note", err);
	if ((status = work_end(w)) == 0)
		printf("Noted on thread %llu.\n", (unsigned long long)t.seq);
	return status;
}

int
cmd_note(int argc, char **argv)
{
	static const struct option options[] = {
		{ "file", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		SEAT_OPTIONS,
		{ 0 },
	};
	const char *file = NULL;
	struct work w;
	int option, status;

	work_init(&w, "note");
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'f')
			file = optarg;
		else if (option == 'h')
			return cmd_help(usage);
		else if (!seat_option(&w.seat, option, optarg))
			return cmd_misused("note", NULL);
	}
	if (argc - optind != 1)
		return cmd_misused("note",
		    "name one thread; the text comes from standard input");
	status = note(&w, argv[optind], file);
	work_fini(&w);
	return status;
}
