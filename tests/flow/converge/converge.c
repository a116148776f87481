/*
 * Three members, random acts, random order of syncs: in the end all of them see
 * the same, and a book that is opened anew out of a mirror sees what the one
 * that lived through it sees.
 *
 * usage: converge DIRECTORY WORLDS ROUNDS SEED
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "crypto/ed25519.h"
#include "crypto/random.h"
#include "crypto/x25519.h"
#include "world.h"

#define PASSES 20
#define CUTS 15

static void
new_source(struct world *w)
{
	static const char *const texts[] = {
		"The mayor has two sets of books, and I have seen both.",
		"Nobody at the hospital was told about the water, not once.",
		"Ask who owns the lorries that come after midnight on Sundays.",
		"My school sold our records to a firm that nobody can find.",
		"They say it rained. It did not rain. I kept the log myself.",
	};
	struct source *s = &w->sources[w->sources_n];
	uint8_t secret[32];
	bool is_drill = chance(w, 5);

	if (w->sources_n == THREADS)
		return;
	fill(w, secret, sizeof(secret));
	x25519_public(s->keys.reply, secret);
	fill(w, s->keys.slot, sizeof(s->keys.slot));
	fill(w, s->mark_seed, sizeof(s->mark_seed));
	ed25519_public(s->keys.mark, s->mark_seed);
	thread_hash(&s->keys, w->newsroom);
	snprintf(
	    s->desk, sizeof(s->desk), "%s", chance(w, 60) ? "news" : "ombuds");
	w->sources_n++;
	source_writes(w, s, is_drill ? LETTER_DRILL : LETTER_TIP,
	    chance(w, 50) ? MARK_GOOD : MARK_NONE,
	    texts[pick(w, sizeof(texts) / sizeof(texts[0]))]);
	s->first = w->posts_n;
}

static void
source_comes_back(struct world *w)
{
	struct source *s = &w->sources[pick(w, (uint32_t)w->sources_n)];
	enum mark mark = (enum mark)pick(w, 3);

	source_writes(w, s,
	    chance(w, 85) ? LETTER_FOLLOW_UP : LETTER_WITHDRAWAL,
	    chance(w, 70) ? MARK_GOOD : mark, "One more thing.");
}

/* A line about a thread of somebody who may not count. */
static void
put_line(struct world *w, struct buf *b)
{
	const struct source *s = &w->sources[pick(w, (uint32_t)w->sources_n)];
	struct event e = { .kind = EVENT_STATUS, .seq = s->first };

	e.value = chance(w, 50) ? TEXT("bin") : TEXT("closed");
	memcpy(e.digest, w->posts[s->first - 1].entry.digest, 32);
	if (chance(w, 20))
		e.digest[0] ^= 1;
	if (chance(w, 10))
		e.seq = w->posts_n + 1 + pick(w, 5);
	if (chance(w, 30)) {
		e.kind = EVENT_LABEL;
		e.value = TEXT("from dan");
	}
	event_put(b, &e);
	must(buf_finish(b) == 0);
}

static void
colleague_writes(struct world *w)
{
	struct person *dan = &w->people[PEOPLE - 1];
	const char *desk = chance(w, 50) ? "news" : "ombuds";
	uint8_t stranger[32], wrong[32] = { 7 };
	struct buf lines;

	buf_init(&lines, LETTER_TEXT_MAX);
	for (uint32_t i = 0; i < 1 + pick(w, 3); i++)
		put_line(w, &lines);
	if (chance(w, 15))
		buf_puts(&lines, "{\"kind\":\"sung\"}\n");
	if (chance(w, 15))
		buf_puts(&lines, "{\"kind\":\"status\"}\n");
	switch (pick(w, 6)) {
	case 0:
		ed25519_public(stranger, wrong);
		somebody_says(w, stranger, wrong, desk, buf_text(&lines));
		break;
	case 1:
		somebody_says(w, w->people[pick(w, PLAYERS)].sign, wrong, desk,
		    buf_text(&lines));
		break;
	case 2:
		somebody_says(w, w->people[pick(w, PLAYERS)].sign, NULL, desk,
		    buf_text(&lines));
		break;
	default:
		somebody_says(w, dan->sign, dan->seed, desk, buf_text(&lines));
	}
	buf_fini(&lines);
}

static void
something_comes(struct world *w)
{
	uint32_t which = pick(w, 100);

	if (which < 20 || w->sources_n == 0)
		new_source(w);
	else if (which < 40)
		source_comes_back(w);
	else if (which < 70)
		junk_comes(w);
	else if (which < 94)
		colleague_writes(w);
	else if (which < 97 && world_today() + 1 < day_today())
		world_set_day(world_today() + 1);
	else if (which < 99)
		world_card(w);
	else if (!w->has_left) {
		w->has_left = true;
		world_card(w);
	}
}

static void
take(struct person *p, size_t most)
{
	uint64_t left;
	bool is_done;

	do
		must(book_take(p->book, most, &left) == 0);
	while (most > 1000 && left > 0);
	must(dispatch_edition(p->dispatch, 100000, &is_done) == 0);
	tell(json_pack("{s:s, s:s, s:I}", "op", "take", "by", p->id, "seq",
	    (json_int_t)book_seq(p->book)));
}

static void
flush(struct world *w, struct person *p)
{
	must(dispatch_flush(p->dispatch) == 0);
	tell(json_pack("{s:s, s:s}", "op", "flush", "by", p->id));
	tell_out(w, p);
}

static void
sync(struct world *w, struct person *p, bool has_all, size_t most)
{
	flush(w, p);
	server_send(w, p, has_all ? 0 : CUTS);
	server_take(w, p, has_all);
	take(p, most);
	tell_out(w, p);
}

/* The program ends and begins again, with a snapshot or without. */
static void
restart(struct world *w, struct person *p, bool has_snapshot)
{
	char directory[256];
	bool is_fresh;

	snprintf(directory, sizeof(directory), "%s/%s", w->directory, p->id);
	flush(w, p);
	if (has_snapshot)
		must(book_save(p->book, directory) == 0);
	person_close(p);
	person_open(w, p);
	if (has_snapshot) {
		must(book_load(p->book, directory, &is_fresh) == 0);
		must(is_fresh);
	} else {
		/* Handles are a book's own. */
		p->acts_n = 0;
		tell(json_pack("{s:s, s:s}", "op", "anew", "by", p->id));
	}
	take(p, SIZE_MAX);
	tell_out(w, p);
}

static void
one_round(struct world *w)
{
	struct person *p = &w->people[pick(w, PLAYERS)];
	uint32_t which = pick(w, 1000);

	if (which < 80) {
		something_comes(w);
	} else if (which < 160) {
		sync(w, p, chance(w, 30),
		    chance(w, 70) ? SIZE_MAX : 1 + pick(w, 9));
	} else if (which < 190) {
		flush(w, p);
		server_send(w, p, CUTS);
	} else if (which < 210) {
		server_take(w, p, chance(w, 50));
		take(p, SIZE_MAX);
		tell_out(w, p);
	} else if (which < 214) {
		restart(w, p, chance(w, 80));
	} else {
		person_acts(w, p);
	}
}

/* All sync until nobody has anything to say. */
static void
settle(struct world *w)
{
	size_t before, i, pass;
	uint64_t waiting = 1;

	before = 0;
	for (pass = 0; pass < PASSES && (waiting > 0 || before < w->posts_n);
	     pass++) {
		before = w->posts_n;
		waiting = 0;
		for (i = 0; i < PLAYERS; i++)
			sync(w, &w->people[i], true, SIZE_MAX);
		for (i = 0; i < PLAYERS; i++) {
			uint64_t n;

			must(mirror_out_count(w->people[i].mirror, &n) == 0);
			waiting += n;
		}
	}
	must(pass < PASSES);
}

/* Of many that are alike only some are pointed out, and which is not said. */
static json_t *
without_near(const json_t *o)
{
	json_t *copy = json_deep_copy(o), *v;
	const char *name;
	size_t i;

	json_array_foreach (
	    json_object_get(json_object_get(copy, "list"), "threads"), i, v)
		(void)json_object_del(v, "near");
	json_array_foreach (
	    json_object_get(json_object_get(copy, "queue"), "threads"), i, v)
		(void)json_object_del(v, "near");
	json_object_foreach (json_object_get(copy, "shown"), name, v)
		(void)json_object_del(v, "near");
	return copy;
}

/* A book made anew out of the mirror shows what the old one shows. */
static void
compare_anew(struct world *w, struct person *p, const json_t *expected)
{
	json_t *before = without_near(expected), *found, *after;

	person_close(p);
	person_open(w, p);
	take(p, SIZE_MAX);
	found = everything(p);
	after = without_near(found);
	if (!json_equal(after, before)) {
		fprintf(stderr, "%s sees something else anew:\n", p->id);
		json_dumpf(before, stderr, JSON_SORT_KEYS);
		fputs("\n", stderr);
		json_dumpf(after, stderr, JSON_SORT_KEYS);
		fputs("\n", stderr);
		exit(1);
	}
	json_decref(before);
	json_decref(after);
	json_decref(found);
}

static void
run(const char *directory, uint64_t seed, int rounds)
{
	static struct world w;
	size_t who;

	world_init(&w, seed, directory);
	for (int i = 0; i < 3; i++)
		new_source(&w);
	for (int i = 0; i < rounds; i++)
		one_round(&w);
	settle(&w);
	who = pick(&w, PLAYERS);
	for (size_t i = 0; i < PLAYERS; i++) {
		struct person *p = &w.people[i];
		json_t *end = everything(p);

		if (i == who)
			compare_anew(&w, p, end);
		tell(json_pack(
		    "{s:s, s:s, s:o}", "op", "end", "by", p->id, "sees", end));
	}
	world_fini(&w);
}

int
main(int argc, char **argv)
{
	uint64_t seed;

	if (argc != 5 || crypto_init() != 0)
		return 2;
	seed = strtoull(argv[4], NULL, 10);
	for (int i = 0; i < atoi(argv[2]); i++)
		run(argv[1], seed + (uint64_t)i, atoi(argv[3]));
	return 0;
}
