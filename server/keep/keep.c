#include "keep/keep.h"

#include <string.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/day.h"
#include "base/err.h"
#include "os/event.h"
#include "os/sock.h"

#define STAGED_MAX (4 * 1024 * 1024) /* bytes of chunks nobody waits for */
#define LINGER_MS 100 /* after this without anything new they are synced */
#define IDLE_MS 30000
#define CONTROL_AT_ONCE 16
#define SWEEP_EVERY 32 /* turns, when there is no idle one */
#define RETRY_SECONDS 10

static uint64_t
seconds_now(void)
{
	struct timespec t;

	must(clock_gettime(CLOCK_REALTIME, &t) == 0);
	return t.tv_sec < 0 ? 0 : (uint64_t)t.tv_sec;
}

int
keep_open(struct keep *k, struct wire_peer *control,
    const struct wire_start *start, struct store *store)
{
	struct cursor c;
	int err;

	*k = (struct keep){
		.control = control, .start = *start, .store = store, .set = -1
	};
	cursor_init(&c, start->pin, sizeof(start->pin));
	cursor_copy(&c, k->pin.key_id, sizeof(k->pin.key_id));
	cursor_copy(&c, k->pin.pk, sizeof(k->pin.pk));
	buf_init(&k->card, 4 + MASTHEAD_MAX + MINISIG_MAX);
	buf_init(&k->stories, STORIES_MAX);
	if ((err = place_load(k)) != 0 || (err = release_load(k)) != 0 ||
	    (err = event_open(&k->set)) != 0 ||
	    (err = sock_set_nonblocking(wire_peer_fd(control), true)) != 0 ||
	    (err = event_set(
		 k->set, wire_peer_fd(control), EVENT_READ, NULL)) != 0) {
		keep_close(k);
		return err;
	}
	k->released_at = seconds_now();
	k->is_sweeping = true;
	release_announce(k, seconds_now());
	return 0;
}

void
keep_close(struct keep *k)
{
	peer_reap(k, true);
	upload_free_all(k);
	buf_fini(&k->card);
	buf_fini(&k->stories);
	if (k->set >= 0)
		close(k->set);
	k->set = -1;
}

void
keep_sync(struct keep *k)
{
	bool is_place_new = k->is_place_staged;
	int err;

	k->is_dirty = k->is_sync_due = k->is_place_staged = false;
	k->staged = 0;
	err = store_sync(k->store);
	store_blur_times(k->store);
	if (err == 0 && k->is_released)
		k->retry_at = 0;
	if (err != 0)
		k->sweep_at = seconds_now() + RETRY_SECONDS;
	k->is_released = false;
	/* Whatever was staged of these is there now, or undone. */
	if (release_load(k) != 0)
		k->retry_at = seconds_now() + RETRY_SECONDS;
	if (is_place_new && err == 0) {
		if (place_load(k) == 0)
			peer_push_all(k, PUSH_CARD | PUSH_STORIES);
		else
			k->is_place_staged =
			    true; /* the next one tries again */
		/* A turn soon: a schedule begins when its card is put. */
		k->is_dirty = true;
	}
	for (struct peer *p = k->peers; p != NULL; p = p->next)
		peer_settle(p, err);
	upload_settle(k, err);
}

bool
keep_is_full(struct keep *k)
{
	struct statvfs v;

	/* Looked at once a turn. */
	if (k->full_turn != k->turn) {
		k->full_turn = k->turn;
		k->is_full =
		    statvfs(".", &v) == 0 &&
		    (uint64_t)v.f_bavail * v.f_frsize < k->start.reserve;
	}
	return k->is_full;
}

/* False when the parent is gone or breaks its own rules. */
static bool
hear_parent(struct keep *k)
{
	struct wire_message m;
	int err;

	for (int i = 0; i < CONTROL_AT_ONCE; i++) {
		if ((err = wire_receive(k->control, &m)) == ERR_AGAIN)
			return true;
		if (err != 0)
			return false;
		if (m.type == WIRE_DRAIN)
			k->is_draining = true;
		else if (m.type != WIRE_PEER)
			return false;
		else if (m.n != 1)
			close(m.fd);
		else
			(void)peer_add(k, m.fd, m.body[0]);
	}
	return true;
}

static void
sweep(struct keep *k, uint64_t now)
{
	bool more;

	if (k->sweep_at > now + RETRY_SECONDS)
		k->sweep_at = now;
	if (!k->is_sweeping || now < k->sweep_at)
		return;
	if (store_sweep(
		k->store, day_today(), k->policy.retention_days, &more) != 0) {
		k->sweep_at = now + RETRY_SECONDS;
		more = true;
	}
	k->is_sweeping = more;
	k->is_dirty = k->is_sync_due = true;
}

/* How long the next turn may wait for something to happen. */
static int
patience(const struct keep *k, uint64_t now)
{
	uint64_t due = release_due(k, now);

	/* The last peer may have gone in the turn that brought DRAIN. */
	if (k->is_draining)
		return 0;
	if (k->is_dirty)
		return LINGER_MS;
	if (k->is_sweeping && now >= k->sweep_at)
		return 0;
	if (due < k->retry_at)
		due = due == 0 ? 0 : k->retry_at;
	if (due != 0 && due <= now)
		return 0;
	if (due != 0 && due - now < IDLE_MS / 1000)
		return (int)(due - now) * 1000;
	return k->is_sweeping ? RETRY_SECONDS * 1000 : IDLE_MS;
}

static bool
serve(struct keep *k, const struct event *events, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct peer *p = events[i].tag;

		if (p == NULL) {
			if (!hear_parent(k))
				return false;
			continue;
		}
		if ((events[i].what & EVENT_WRITE) != 0)
			peer_flush(p);
		if ((events[i].what & EVENT_READ) != 0)
			peer_read(p);
		else if ((events[i].what & EVENT_END) != 0)
			p->is_gone = true;
	}
	return true;
}

/* A new day: letters and editions may have come of age. */
static void
watch_day(struct keep *k)
{
	uint32_t today = day_today();

	if (k->sweep_day == today)
		return;
	k->sweep_day = today;
	k->is_sweeping = true;
	release_expire(k, today);
}

int
keep_turn(struct keep *k, bool *ret_is_over)
{
	struct event events[EVENTS_AT_ONCE];
	uint64_t now = seconds_now();
	bool is_parent_there;
	size_t n;
	int err;

	k->turn++;
	if ((err = event_wait(k->set, events, patience(k, now), &n)) != 0)
		return err;
	k->now = now = seconds_now();
	is_parent_there = serve(k, events, n);
	watch_day(k);
	upload_expire(k);
	release_tick(k, now);
	if (n == 0 || k->turn % SWEEP_EVERY == 0)
		sweep(k, now);
	*ret_is_over = !is_parent_there ||
		       (k->is_draining && (k->peers == NULL || n == 0));
	if (k->is_sync_due || k->staged >= STAGED_MAX ||
	    (k->is_dirty && n == 0) || *ret_is_over)
		keep_sync(k);
	if (n == 0)
		store_blur_times(k->store);
	release_announce(k, now);
	peer_reap(k, false);
	return 0;
}
