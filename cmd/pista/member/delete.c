/* pista delete: letters out of the inbox, announced to colleagues first. */

#include <stdio.h>

#include "base/err.h"
#include "chain/chain.h"
#include "cmd.h"
#include "member/work.h"
#include "options.h"
#include "say.h"

#define LETTERS_MAX 256

static const char usage[] =
    "usage: pista delete NUMBER…\n"
    "       pista delete --undo NUMBER…\n"
    "\n"
    "Takes letters out of the inbox, for everyone at the newsroom. The desk is\n"
    "told first, so that nobody mistakes the gap for an attack. Their bytes stay on\n"
    "the server for 14 days, in which --undo brings them back, and are then\n"
    "overwritten.\n"
    "\n"
    "  --undo                 take the deletion back\n" SEAT_USAGE;

/* Numbers only: a thread's digits would be too easy to mistype. */
static int
read_numbers(
    const struct work *w, char **names, size_t n, uint64_t ret_seqs[static 1])
{
	struct mirror_entry e;
	size_t i;

	for (i = 0; i < n; i++)
		if (text_to_u64(text_from(names[i]), INT64_MAX, &ret_seqs[i]) !=
			0 ||
		    mirror_get(w->seat.mirror, ret_seqs[i], &e) != 0 ||
		    e.type != CHAIN_LETTER)
			return say_error("delete", names[i], ERR_NOT_FOUND,
			    "nothing was changed; `pista list --all' shows the "
			    "numbers");
	return 0;
}

static int
delete_letters(struct work *w, char **names, size_t n, bool is_undo)
{
	uint64_t seqs[LETTERS_MAX];
	int err, status;

	if ((status = work_begin(w)) != 0 ||
	    (status = read_numbers(w, names, n, seqs)) != 0)
		return status;
	if ((err = dispatch_delete(w->dispatch, seqs, n, is_undo)) != 0)
		return work_say_error(w, "these letters", err);
	if ((status = work_end(w)) == 0)
		printf(is_undo ? "%zu letter%s brought back.\n"
			       : "%zu letter%s deleted; `pista delete --undo' "
				 "works for 14 days.\n",
		    n, n == 1 ? "" : "s");
	return status;
}

int
cmd_delete(int argc, char **argv)
{
	struct work w;
	bool is_undo = false;
	const struct own_option own[] = {
		{ "undo", .is = &is_undo },
		{ 0 },
	};
	int status;

	work_init(&w, "delete");
	if (!options_read_seat(&w.seat, usage, own, &argc, &argv, &status))
		return status;
	if (argc == 0)
		return cmd_misused("delete", "name the letters by number");
	if (argc > LETTERS_MAX)
		return cmd_misused(
		    "delete", "at most %d letters at once", LETTERS_MAX);
	status = delete_letters(&w, argv, (size_t)argc, is_undo);
	work_fini(&w);
	return status;
}
