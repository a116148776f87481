/* pista note: words that only the desk sees. */

#include <stdio.h>

#include "base/secret.h"
#include "cmd.h"
#include "member/work.h"
#include "options.h"
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
	const char *file = NULL;
	struct work w;
	const struct own_option own[] = {
		{ "file", .word = &file },
		{ 0 },
	};
	int status;

	work_init(&w, "note");
	if (!options_read_seat(&w.seat, usage, own, &argc, &argv, &status))
		return status;
	if (argc != 1)
		return cmd_misused("note",
		    "name one thread; the text comes from standard input");
	status = note(&w, argv[0], file);
	work_fini(&w);
	return status;
}
