#include "member/work.h"

#include <stdio.h>

#include "base/err.h"
#include "member/alarms.h"
#include "member/opened.h"
#include "member/round.h"
#include "say.h"

void
work_init(struct work *w, const char *command)
{
	*w = (struct work){ 0 };
	seat_init(&w->seat, command);
}

void
work_fini(struct work *w)
{
	dispatch_free(&w->dispatch);
	book_free(&w->book);
	seat_close(&w->seat);
}

int
work_open(struct work *w)
{
	int status = seat_open(&w->seat, false);

	return status != 0 ? status : opened_book(&w->seat, &w->book);
}

int
work_sync(struct work *w)
{
	int status;

	if ((status = seat_open(&w->seat, true)) != 0 ||
	    (status = round_once(&w->seat, false, &w->round)) != 0 ||
	    (status = opened_book(&w->seat, &w->book)) != 0 ||
	    (status = opened_dispatch(&w->seat, w->book, &w->dispatch)) != 0)
		return status;
	return round_settle(&w->seat, w->book, w->dispatch, &w->round);
}

/* Whoever changes something should know what is not in order. */
static int
warn(const struct work *w)
{
	struct alarms alarms;
	int err =
	    alarms_find(w->book, w->seat.mirror, !w->round.is_offline, &alarms);

	if (err == 0)
		alarms_warn(&alarms, w->seat.command);
	alarms_fini(&alarms);
	return err == 0
		   ? 0
		   : say_error(w->seat.command, "the local copy", err, NULL);
}

int
work_begin(struct work *w)
{
	int status;

	w->seat.can_wait = true;
	if ((status = work_sync(w)) != 0)
		return status;
	if (book_me(w->book) == NULL)
		return say_error(w->seat.command, "your key", ERR_DENIED,
		    "it is not in the newest masthead: ask your "
		    "administrator");
	return warn(w);
}

int
work_thread(struct work *w, const char *name, struct book_thread *ret_thread)
{
	int err = book_find(w->book, name, ret_thread);

	if (err == 0)
		return 0;
	return say_error(w->seat.command, name, err,
	    err == ERR_CONFLICT ? "several threads begin so: give more digits"
				: "`pista list all' shows what there is");
}

int
work_say_error(const struct work *w, const char *subject, int err)
{
	return say_error(w->seat.command, subject, err,
	    err == ERR_NOT_FOUND ? "`pista people' lists members and desks"
	    : err == ERR_DENIED
		? "your key is not in the newest masthead: ask your "
		  "administrator"
		: NULL);
}

int
work_event(struct work *w, const struct book_thread *t, const struct event *e,
    const char *subject)
{
	uint64_t handle;
	int err = dispatch_event(w->dispatch, t, e, &handle);

	return err == 0 ? 0 : work_say_error(w, subject, err);
}

int
work_send(struct work *w)
{
	int err, status;

	if ((err = dispatch_flush(w->dispatch)) != 0)
		return work_say_error(w, "sealing", err);
	/* Whoever could not be reached a moment ago is not asked again. */
	if (w->round.is_offline)
		return 0;
	if ((status = round_once(&w->seat, true, &w->round)) != 0)
		return status;
	return round_settle(&w->seat, w->book, w->dispatch, &w->round);
}

int
work_end(struct work *w)
{
	int status = work_send(w);

	if (status == 0 && w->round.is_offline)
		fputs("It is kept here, sealed, and goes with the next `pista "
		      "sync'.\n",
		    stderr);
	else if (status == 0 && w->round.waiting > 0)
		fputs("It is kept here, sealed, until the server takes it: run "
		      "`pista sync' again.\n",
		    stderr);
	return status;
}
