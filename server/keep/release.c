/*
 * Editions at fixed hours, so that the moment of an answer says nothing about
 * who was answered. Only the schedule is remembered, never a time at which
 * something happened.
 */
#include <string.h>

#include "base/err.h"
#include "keep/keep.h"

#define DAY_SECONDS 86400u
#define DRILL_KEPT 120
#define RETRY_SECONDS 10

int
release_load(struct keep *k)
{
	uint32_t oldest;
	int err;

	if ((err = store_edition_range(k->store, &oldest, &k->newest,
		 &k->newest_day, k->newest_hash)) != 0 ||
	    (err = store_due_get(k->store, &k->due)) != 0)
		return err;
	return store_board_count(k->store, &k->posts, &k->slots);
}

/* Stages the drop of what is too old; the newest always stays, because the
 * next one is chained to it. */
static int
expire(struct keep *k, uint32_t newest, uint32_t today)
{
	uint32_t oldest, synced, day, before;
	uint8_t hash[32];
	int err;

	if ((err = store_edition_range(
		 k->store, &oldest, &synced, &day, hash)) != 0)
		return err;
	for (before = oldest; before < synced; before++) {
		if ((err = store_edition_day(k->store, before, &day)) != 0)
			return err;
		if ((uint64_t)day + k->start.edition_age >= today)
			break;
	}
	if (k->policy.seconds > 0 && newest > DRILL_KEPT &&
	    before <= newest - DRILL_KEPT)
		before = newest - DRILL_KEPT + 1;
	if (before <= oldest)
		return 0;
	k->is_sweeping = true;
	return store_edition_drop(k->store, before);
}

void
release_expire(struct keep *k, uint32_t today)
{
	if (k->policy.is_known && expire(k, k->newest, today) == 0)
		k->is_dirty = true;
}

/* Stages the next edition. */
static int
release(struct keep *k, uint64_t now)
{
	struct edition_head h = { .number = k->newest + 1,
		.day = (uint32_t)(now / DAY_SECONDS) };
	struct buf slots, strips, index, all;
	uint32_t today = h.day;
	uint8_t hash[32];
	int err;

	buf_init(&slots, EDITION_SLOTS_MAX * SLOT_SIZE);
	buf_init(&strips, EDITION_SLOTS_MAX * STRIP_ENTRY_SIZE);
	buf_init(&index, KEEP_INDEX_MAX);
	buf_init(&all, EDITION_SLOTS_MAX * SLOT_SIZE);
	memcpy(h.newsroom, k->start.newsroom, sizeof(h.newsroom));
	memcpy(h.previous, k->newest_hash, sizeof(h.previous));
	if (h.day < k->newest_day)
		h.day = k->newest_day;
	if ((err = store_board_waiting(k->store, EDITION_SLOTS_MAX,
		 EDITION_SLOTS_MAX, &slots, &strips, h.attest)) == 0 &&
	    (err = edition_build(&h, slots.p, slots.n / SLOT_SIZE, strips.p,
		 strips.n / STRIP_ENTRY_SIZE, &index, &all, hash)) == 0 &&
	    (err = store_edition_put(k->store, h.number, h.day, hash,
		 buf_text(&index), buf_text(&all))) == 0)
		err = expire(k, h.number, today);
	buf_fini(&slots);
	buf_fini(&strips);
	buf_fini(&index);
	buf_fini(&all);
	return err;
}

/* A clock that was far ahead once must not stop editions for years. */
static bool
is_sane(uint64_t due, uint64_t now)
{
	return due != 0 && due <= now + 2 * DAY_SECONDS;
}

void
release_tick(struct keep *k, uint64_t now)
{
	uint64_t due = masthead_last_hour(k->policy.hours, now);
	bool is_release, is_new_schedule = false;
	int err = 0;

	/* A clock that was set back must not stretch a wait. */
	if (k->released_at > now)
		k->released_at = now;
	if (k->retry_at > now + RETRY_SECONDS)
		k->retry_at = now;
	if (!k->policy.is_known || now < k->retry_at)
		return;
	if (k->policy.seconds > 0) {
		is_release =
		    k->posts > 0 && now >= k->released_at + k->policy.seconds;
	} else {
		is_new_schedule = due != 0 && !is_sane(k->due, now);
		is_release = !is_new_schedule && due > k->due;
	}
	if (!is_release && !is_new_schedule)
		return;
	if (is_release)
		err = release(k, now);
	if (err == 0 && k->policy.seconds == 0)
		err = store_due_put(k->store, due);
	if (err == 0 && is_release)
		k->released_at = now;
	/* What was staged of it must not be committed without the rest. */
	if (err != 0)
		store_abandon(k->store, err);
	k->is_released = err == 0;
	k->is_dirty = k->is_sync_due = true;
	/* Should this or the sync have failed, it is tried again then. */
	k->retry_at = now + RETRY_SECONDS;
}

uint64_t
release_due(const struct keep *k, uint64_t now)
{
	if (!k->policy.is_known)
		return 0;
	if (k->policy.seconds == 0)
		return masthead_next_hour(k->policy.hours, now);
	if (k->posts == 0)
		return 0;
	return k->released_at + k->policy.seconds;
}

void
release_announce(struct keep *k, uint64_t now)
{
	uint64_t due = release_due(k, now);
	uint64_t day = (due == 0 ? now : due) / DAY_SECONDS;
	uint8_t next[sizeof(k->next)];
	struct buf b;

	buf_init_fixed(&b, next, sizeof(next));
	buf_put_u32(&b, k->newest + 1);
	buf_put_u32(&b, day < k->newest_day ? k->newest_day : (uint32_t)day);
	buf_put_u64(&b, due);
	if (memcmp(next, k->next, sizeof(next)) == 0)
		return;
	memcpy(k->next, next, sizeof(next));
	peer_push_all(k, PUSH_NEXT);
}
