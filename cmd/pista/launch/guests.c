#include "launch/inside.h"

#include <stdio.h>

#include "base/err.h"
#include "base/secret.h"
#include "base/text.h"
#include "os/event.h"

void
watch_answer_locked(struct watch *w, bool is_done)
{
	for (size_t i = 0; i < DESK_GUESTS_MAX; i++) {
		struct desk_guest *g = &w->door->guests[i];

		if (g->fd >= 0 && g->asked == DESK_ASK_LOCK)
			desk_guest_answer(g, is_done, NULL);
	}
	w->is_lock_asked = false;
}

/* An address with a new key. */
int
watch_url(struct watch *w, char out[static DESK_URL_SIZE])
{
	const uint8_t *key;
	int n, err;

	if ((err = crew_new_key(w->crew, &key)) != 0)
		return err;
	n = snprintf(out, DESK_URL_SIZE, "http://127.0.0.1:%u/#",
	    (unsigned)w->crew->settings->port);
	must(n > 0 && n + 64 < DESK_URL_SIZE);
	hex_write(out + n, key, 32);
	out[n + 64] = '\0';
	return 0;
}

int
watch_show(struct watch *w, uint64_t now)
{
	char url[DESK_URL_SIZE];
	int err;

	if (w->browser == NULL)
		return ERR_UNSUPPORTED;
	if ((err = watch_url(w, url)) == 0)
		err = browser_show(w->browser, url, now);
	secret_wipe(url, sizeof(url));
	return err;
}

/* What can be answered now. The rest waits for a desk that is there. */
static void
serve(struct watch *w, struct desk_guest *g, uint64_t now)
{
	char url[DESK_URL_SIZE];
	int err;

	switch (g->asked) {
	case DESK_ASK_OPEN:
	case DESK_ASK_URL:
		if (!w->crew->desk.is_ready || !w->has_opened)
			return;
		url[0] = '\0';
		err = g->asked == DESK_ASK_OPEN ? watch_show(w, now)
						: watch_url(w, url);
		desk_guest_answer(g, err == 0,
		    err == 0                 ? url
		    : err == ERR_UNSUPPORTED ? "it was started without a "
					       "browser; `pista desk "
					       "--print-url' tells where it is"
					     : err_text(err));
		secret_wipe(url, sizeof(url));
		return;
	case DESK_ASK_LOCK:
		w->is_lock_asked = true;
		if (w->crew->desk.pid == 0)
			watch_answer_locked(w, true);
		else if (!w->crew->desk.is_ending)
			watch_lock(w, DESK_REASON_ASKED, now);
		return;
	case DESK_ASK_PANIC:
		w->is_panic = true;
		return;
	default:
		desk_guest_answer(g, false, "that is no question");
	}
}

void
watch_serve(struct watch *w, uint64_t now)
{
	for (size_t i = 0; i < DESK_GUESTS_MAX; i++) {
		struct desk_guest *g = &w->door->guests[i];

		if (g->fd >= 0 && g->asked != 0)
			serve(w, g, now);
	}
}

void
watch_admit(struct watch *w)
{
	struct desk_guest *g;

	while ((g = desk_door_accept(w->door)) != NULL) {
		if (event_set(w->set, g->fd, EVENT_READ, g) != 0)
			desk_guest_answer(g, false, err_text(ERR_SYS));
	}
}
