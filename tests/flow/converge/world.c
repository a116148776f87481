#include "world.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/day.h"
#include "base/err.h"
#include "base/mem.h"
#include "chain/chain.h"
#include "crypto/ed25519.h"
#include "crypto/hash.h"

static uint32_t day;

uint32_t
world_today(void)
{
	return day;
}

void
world_set_day(uint32_t to)
{
	day = to;
}

/* splitmix64: the same on every machine. */
uint32_t
pick(struct world *w, uint32_t bound)
{
	uint64_t z = w->random += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)((z ^ z >> 31) % bound);
}

void
fill(struct world *w, uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)pick(w, 256);
}

bool
chance(struct world *w, uint32_t percent)
{
	return pick(w, 100) < percent;
}

/* Who sits where: all at both desks; one at the first only; each desk with
 * somebody the other has not; nobody at both. */
static const char *const layouts[][2] = {
	{ "\"ana\",\"ben\",\"cleo\",\"dan\"", "\"cleo\",\"ana\",\"ben\"" },
	{ "\"ana\",\"ben\",\"cleo\",\"dan\"", "\"ben\",\"cleo\"" },
	{ "\"ana\",\"ben\",\"dan\"", "\"ben\",\"cleo\"" },
	{ "\"ana\",\"cleo\"", "\"ben\",\"dan\"" },
};
static const char *const layouts_left[][2] = {
	{ "\"ana\",\"ben\",\"cleo\"", "\"cleo\",\"ana\",\"ben\"" },
	{ "\"ana\",\"ben\",\"cleo\"", "\"ben\",\"cleo\"" },
	{ "\"ana\",\"ben\"", "\"ben\",\"cleo\"" },
	{ "\"ana\",\"cleo\"", "\"ben\"" },
};

static void
put_member(struct buf *b, const struct person *p)
{
	char from[DAY_TEXT_SIZE + 1];
	uint8_t request[32];

	/* Any key that nobody else has. */
	hash_once(request, p->sign, sizeof(p->sign));
	day_write(from, day_today() - 100);
	buf_putf(b, "{\"id\":\"%s\",\"name\":\"%s\",\"age\":[{\"recipient\":\"",
	    p->id, p->id);
	age_recipient_put(b, &p->to);
	buf_putf(b, "\",\"from\":\"%s\"}],\"sign\":\"", from);
	buf_put_hex(b, p->sign, sizeof(p->sign));
	buf_puts(b, "\",\"request\":\"");
	buf_put_hex(b, request, sizeof(request));
	buf_puts(b, "\"}");
}

static void
put_card(struct buf *b, const struct world *w)
{
	const char *const *desks =
	    (w->has_left ? layouts_left : layouts)[w->layout];
	char issued[DAY_TEXT_SIZE + 1], expires[DAY_TEXT_SIZE + 1];

	day_write(issued, day_today() - 20);
	day_write(expires, day_today() + 10);
	buf_puts(b, "{\"pista\":1,\"newsroom\":\"");
	buf_put_hex(b, w->newsroom, sizeof(w->newsroom));
	buf_putf(b,
	    "\",\"name\":{\"en\":\"The Example\"},\"languages\":[\"en\"],"
	    "\"serial\":%llu,\"issued\":\"%s\",\"expires\":\"%s\","
	    "\"previous\":\"",
	    (unsigned long long)w->serial, issued, expires);
	buf_put_hex(
	    b, w->card != NULL ? w->card->hash : (uint8_t[32]){ 0 }, 32);
	buf_puts(b, "\",\"members\":[");
	for (size_t i = 0; i < (w->has_left ? PLAYERS : PEOPLE); i++) {
		buf_puts(b, i > 0 ? "," : "");
		put_member(b, &w->people[i]);
	}
	buf_putf(b,
	    "],\"desks\":[{\"id\":\"news\",\"names\":{\"en\":\"News\"},"
	    "\"members\":[%s]},{\"id\":\"ombuds\",\"names\":{\"en\":"
	    "\"Ombuds\"},\"members\":[%s]}],\"policy\":{\"editions\":"
	    "{\"hours\":[0,12]},\"letter_max\":1000000}}",
	    desks[0], desks[1]);
}

void
world_card(struct world *w)
{
	struct buf json, minisig, frame;
	json_t *o;

	w->serial++;
	buf_init(&json, MASTHEAD_MAX);
	buf_init(&minisig, MINISIG_MAX);
	buf_init(&frame, MASTHEAD_FRAME_MAX);
	put_card(&json, w);
	must(buf_finish(&json) == 0);
	must(masthead_sign(w->key, buf_text(&json), w->newsroom, w->serial,
		 &minisig) == 0);
	masthead_free(&w->card);
	must(masthead_read(buf_text(&json), buf_text(&minisig), &w->pin,
		 w->newsroom, day_today(), &w->card) == 0);
	masthead_frame_put(&frame, buf_text(&json), buf_text(&minisig));
	must(
	    (o = json_pack("{s:s, s:I, s:o}", "op", "card", "seq",
		 (json_int_t)server_put(w, CHAIN_CARD, buf_text(&frame)),
		 "card", json_loadb((char *)json.p, json.n, 0, NULL))) != NULL);
	tell(o);
	buf_fini(&json);
	buf_fini(&minisig);
	buf_fini(&frame);
}

static void
person_init(struct world *w, struct person *p, const char *id)
{
	uint8_t text[OPEN_IDENTITY_TEXT];
	struct buf b;

	p->id = id;
	buf_init_fixed(&b, text, sizeof(text));
	must(open_identity_new(&b, &p->to) == 0);
	must(open_identities_read(buf_text(&b), &p->ids) == 0);
	fill(w, p->seed, sizeof(p->seed));
	ed25519_public(p->sign, p->seed);
	snprintf(p->path, sizeof(p->path), "%s/%s/mirror", w->directory, id);
}

void
person_open(struct world *w, struct person *p)
{
	const struct book_options book = { .newsroom = w->newsroom,
		.pin = &w->pin,
		.mirror = p->mirror,
		.ids = p->ids,
		.sign_seed = p->seed,
		.today = world_today };
	struct dispatch_options dispatch = { .mirror = p->mirror,
		.newsroom = w->newsroom,
		.sign_seed = p->seed };

	must(book_new(&book, &p->book) == 0);
	dispatch.book = p->book;
	must(dispatch_new(&dispatch, &p->dispatch) == 0);
}

void
person_close(struct person *p)
{
	dispatch_free(&p->dispatch);
	book_free(&p->book);
}

void
world_init(struct world *w, uint64_t seed, const char *directory)
{
	static const char *const ids[PEOPLE] = { "ana", "ben", "cleo", "dan" };
	char path[256];

	memset(w, 0, sizeof(*w));
	w->random = seed;
	w->directory = directory;
	w->edition = 1;
	w->layout = (int)pick(w, sizeof(layouts) / sizeof(layouts[0]));
	world_set_day(day_today() - 10);
	fill(w, w->newsroom, sizeof(w->newsroom));
	must(masthead_key_new(&w->key) == 0);
	masthead_key_pin(w->key, &w->pin);
	tell(json_pack("{s:s, s:I}", "op", "world", "seed", (json_int_t)seed));
	for (size_t i = 0; i < PEOPLE; i++)
		person_init(w, &w->people[i], ids[i]);
	world_card(w);
	for (size_t i = 0; i < PLAYERS; i++) {
		struct person *p = &w->people[i];

		snprintf(path, sizeof(path), "%s/%s", directory, p->id);
		must(mkdir(path, 0700) == 0);
		snprintf(
		    path, sizeof(path), "%s/%s/outbox.db", directory, p->id);
		must(mirror_open(p->path, path, w->newsroom, &p->mirror) == 0);
		must(mirror_edition_set_next(p->mirror, w->edition) == 0);
		person_open(w, p);
	}
}

static void
person_fini(struct world *w, struct person *p)
{
	static const char *const names[] = { "mirror", "mirror-journal",
		"outbox.db", "outbox.db-journal", "book.age", "keys.age" };
	char path[300];

	if (p->mirror != NULL) {
		person_close(p);
		mirror_close(&p->mirror);
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			snprintf(path, sizeof(path), "%s/%s/%s", w->directory,
			    p->id, names[i]);
			(void)unlink(path);
		}
		snprintf(path, sizeof(path), "%s/%s", w->directory, p->id);
		must(rmdir(path) == 0);
	}
	open_identities_free(&p->ids);
}

void
world_fini(struct world *w)
{
	for (size_t i = 0; i < PEOPLE; i++)
		person_fini(w, &w->people[i]);
	for (size_t i = 0; i < w->posts_n; i++)
		buf_fini(&w->posts[i].bytes);
	mem_free(w->posts);
	masthead_free(&w->card);
	masthead_key_free(&w->key);
}
