/*
 * The opened inbox with many letters. usage:
 *
 *   bench-book make DIRECTORY LETTERS   fills a mirror with sealed letters
 *   bench-book texts LETTERS            prints the same letters' texts
 *   bench-book run DIRECTORY first|keys|snapshot [THREADS]
 *
 * run opens the mirror as a member would after the start and prints one JSON
 * object with milliseconds of the processor; `first' has no key yet and leaves snapshot and keys
 * behind for the others.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/day.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/sqlite_memory.h"
#include "book/book.h"
#include "chain/chain.h"
#include "crypto/ed25519.h"
#include "crypto/random.h"
#include "crypto/x25519.h"
#include "letter/write.h"
#include "masthead/member.h"
#include "masthead/sign.h"
#include "os/file.h"

#define SEALED_MAX (256 * 1024)
#define WORDS 30000
#define TEXT_WORDS 165 /* about 1 kB */
#define ROUNDS 21
#define STEP 2000 /* letters a book_take, and a commit */
#define DAYS 365

static const uint8_t newsroom[16] = { 0xbe };
static uint64_t random_state;

/* xorshift64: the same texts in every run. */
static uint32_t
next(uint32_t bound)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)(random_state >> 33) % bound;
}

/* Low numbers are common, as in a language. */
static void
put_word(struct buf *b)
{
	static const char *const syllables[] = { "ba", "ce", "di", "fo", "gu",
		"la", "me", "ni", "po", "ru", "sta", "tre", "vi", "zo", "qua",
		"ne" };
	uint32_t n = next(WORDS);

	n = (uint32_t)((uint64_t)n * n / WORDS * n / WORDS);
	do
		buf_puts(b, syllables[n % 16]);
	while ((n /= 16) > 0);
}

static void
make_text(struct buf *b, uint64_t number)
{
	uint32_t i, words = TEXT_WORDS / 2 + next(TEXT_WORDS);

	buf_clear(b);
	buf_putf(b, "nr%llu", (unsigned long long)number);
	for (i = 0; i < words; i++) {
		buf_puts(b, i % 12 == 11 ? ". " : " ");
		put_word(b);
	}
	must(buf_finish(b) == 0);
}

struct member {
	struct open_identities *ids;
	struct age_recipient to;
	struct masthead_pin pin;
	uint8_t seed[32];
};

static void
path_of(char *out, size_t size, const char *directory, const char *name)
{
	must((size_t)snprintf(out, size, "%s/%s", directory, name) < size);
}

static void
load_member(const char *directory, struct member *m)
{
	char path[512];
	uint8_t *p;
	size_t n;

	path_of(path, sizeof(path), directory, "identity");
	must(file_read(path, 4096, &p, &n) == 0);
	must(open_identities_read((struct text){ (char *)p, n }, &m->ids) == 0);
	path_of(path, sizeof(path), directory, "pin");
	must(file_read(path, 4096, &p, &n) == 0);
	must(masthead_pin_read((struct text){ (char *)p, n }, &m->pin) == 0);
	open_identity_recipient(m->ids, 0, &m->to);
	member_sign_seed(open_identity_secret(m->ids, 0), newsroom, m->seed);
}

/* The end of the list being made. */
struct end {
	struct mirror *mirror;
	uint64_t seq;
	uint8_t link[32];
};

static void
append(struct end *end, uint8_t type, uint32_t day,
    const uint8_t digest[static 32], const struct buf *bytes)
{
	struct mirror_entry e = {
		.seq = ++end->seq, .type = type, .day = day, .size = bytes->n
	};

	memcpy(e.digest, digest, 32);
	chain_link(e.link, newsroom, end->link, e.seq, type, day, digest);
	memcpy(end->link, e.link, 32);
	must(mirror_add(end->mirror, &e) == 0);
	must(mirror_put(end->mirror, e.seq, 0, bytes->p, bytes->n) == 0);
}

static void
make_card(struct end *end, const char *directory, struct member *m)
{
	struct masthead_key *key = NULL;
	struct buf json, minisig, frame, pin;
	uint8_t sign[32], digest[32];
	char path[512], from[11], to[11];

	must(masthead_key_new(&key) == 0);
	masthead_key_pin(key, &m->pin);
	ed25519_public(sign, m->seed);
	buf_init(&json, MASTHEAD_MAX);
	buf_init(&minisig, MINISIG_MAX);
	buf_init(&frame, MASTHEAD_FRAME_MAX);
	buf_init(&pin, 1024);
	day_write(from, day_today() - 1);
	day_write(to, day_today() + 28);
	buf_puts(&json, "{\"pista\":1,\"newsroom\":\"");
	buf_put_hex(&json, newsroom, sizeof(newsroom));
	buf_putf(&json,
	    "\",\"name\":{\"en\":\"B\"},\"languages\":[\"en\"],\"serial\":1,"
	    "\"issued\":\"%s\",\"expires\":\"%s\",\"previous\":\"%064d\","
	    "\"members\":[{\"id\":\"ana\",\"name\":\"Ana\",\"age\":"
	    "[{\"recipient\":\"",
	    from, to, 0);
	age_recipient_put(&json, &m->to);
	buf_puts(&json, "\"}],\"sign\":\"");
	buf_put_hex(&json, sign, 32);
	buf_putf(&json,
	    "\",\"request\":\"%064d\"}],\"desks\":[{\"id\":\"news\",\"names\":"
	    "{\"en\":\"News\"},\"members\":[\"ana\"]}],\"policy\":"
	    "{\"editions\":{\"hours\":[0]},\"letter_max\":1000000}}",
	    7);
	must(masthead_sign(key, buf_text(&json), newsroom, 1, &minisig) == 0);
	masthead_frame_put(&frame, buf_text(&json), buf_text(&minisig));
	masthead_digest(digest, buf_text(&json), buf_text(&minisig));
	append(end, CHAIN_CARD, day_today() - DAYS, digest, &frame);
	masthead_pin_put(&pin, &m->pin);
	path_of(path, sizeof(path), directory, "pin");
	must(file_write_atomic(path, 0600, pin.p, pin.n) == 0);
	masthead_key_free(&key);
	buf_fini(&json);
	buf_fini(&minisig);
	buf_fini(&frame);
	buf_fini(&pin);
}

static int
sink(void *ctx, uint64_t index, const uint8_t *sealed, size_t n, bool is_last)
{
	(void)is_last;
	must(index == 0);
	buf_put(ctx, sealed, n);
	return 0;
}

static void
make_tip(
    const struct member *m, struct text text, uint32_t day, struct buf *out)
{
	static const char *const stories[] = { "town-hall", "bridge", "school",
		"port", "hospital" };
	static const char *const langs[] = { "en", "es", "fr" };
	struct letter_tip tip = { .kind = LETTER_TIP,
		.channel = TEXT("form"),
		.story = text_from(stories[next(5)]),
		.lang = text_from(langs[next(3)]),
		.day = day };
	uint8_t secret[32], token[16], id[LETTER_ID_SIZE];
	struct secret_arena *arena = NULL;
	struct letter_writer *w;
	struct seal *seal = NULL;

	memcpy(tip.newsroom, newsroom, 16);
	random_bytes(secret, sizeof(secret));
	random_bytes(token, sizeof(token));
	x25519_public(tip.thread.reply, secret);
	random_bytes(tip.thread.slot, 32);
	random_bytes(tip.thread.mark, 32);
	thread_hash(&tip.thread, newsroom);
	must(secret_arena_new(LETTER_WRITER_ARENA, &arena) == 0);
	must(seal_new(&m->to, 1, seal_fill(1), &seal) == 0);
	buf_clear(out);
	buf_put_text(out, seal_head(seal));
	must(letter_writer_new(&tip, text, token, SEALED_MAX, seal, sink, out,
		 arena, &w) == 0);
	must(letter_writer_finish(w, NULL, NULL, id) == 0);
	must(buf_finish(out) == 0);
	seal_free(&seal);
	secret_arena_free(&arena);
}

static void
append_tip(
    struct end *end, const struct member *m, uint64_t number, uint32_t day)
{
	struct chain_digest d;
	struct buf text, sealed;
	uint8_t hash[32], digest[32];
	size_t scan = 0, head;

	buf_init(&text, LETTER_TEXT_MAX);
	buf_init(&sealed, SEALED_MAX);
	make_text(&text, number);
	make_tip(m, buf_text(&text), day, &sealed);
	must(age_header_find_end(sealed.p, sealed.n, &scan, &head) == 0);
	head += AGE_NONCE_SIZE;
	chain_digest_init(&d, sealed.p, head);
	hash_once(hash, sealed.p + head, sealed.n - head);
	chain_digest_chunk0(&d, hash, sealed.n - head);
	chain_digest_finish(&d, digest);
	append(end, CHAIN_LETTER, day, digest, &sealed);
	buf_fini(&text);
	buf_fini(&sealed);
}

static void
make(const char *directory, uint64_t letters)
{
	struct end end = { 0 };
	struct member m = { 0 };
	struct buf identity;
	char path[512], own[512];
	uint64_t i;

	buf_init(&identity, 1024);
	must(open_identity_new(&identity, &m.to) == 0);
	path_of(path, sizeof(path), directory, "identity");
	must(file_write_atomic(path, 0600, identity.p, identity.n) == 0);
	must(open_identities_read(buf_text(&identity), &m.ids) == 0);
	member_sign_seed(open_identity_secret(m.ids, 0), newsroom, m.seed);
	path_of(path, sizeof(path), directory, "mirror.db");
	path_of(own, sizeof(own), directory, "outbox.db");
	must(mirror_open(path, own, newsroom, &end.mirror) == 0);
	must(mirror_begin(end.mirror) == 0);
	make_card(&end, directory, &m);
	for (i = 0; i < letters; i++) {
		append_tip(&end, &m, i,
		    (uint32_t)(day_today() - DAYS + i * DAYS / letters));
		if (i % STEP == 0) {
			must(mirror_commit(end.mirror) == 0);
			must(mirror_begin(end.mirror) == 0);
		}
	}
	must(mirror_commit(end.mirror) == 0);
	mirror_close(&end.mirror);
}

static void
texts(uint64_t letters)
{
	struct buf text;
	uint64_t i;

	buf_init(&text, LETTER_TEXT_MAX);
	for (i = 0; i < letters; i++) {
		make_text(&text, i);
		(void)next(5);
		(void)next(3);
		puts(buf_cstr(&text));
	}
	buf_fini(&text);
}

static double
clock_of(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Processor time: whoever else is at work on the machine does not count. */
static double
now(void)
{
	return clock_of(CLOCK_PROCESS_CPUTIME_ID);
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
median(double *list)
{
	qsort(list, ROUNDS, sizeof(*list), compare);
	return list[ROUNDS / 2];
}

static double
time_list(struct book *b, const struct book_query *q)
{
	double list[ROUNDS], start;
	json_t *o;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		start = now();
		must(book_list(b, q, &o) == 0);
		list[i] = now() - start;
		json_decref(o);
	}
	return median(list);
}

static double
time_show(struct book *b, uint64_t letters)
{
	struct book_thread t;
	double list[ROUNDS], start;
	char name[24];
	json_t *o;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		snprintf(name, sizeof(name), "%llu",
		    (unsigned long long)(2 + next((uint32_t)letters)));
		start = now();
		must(book_find(b, name, &t) == 0);
		must(book_show(b, t.thread, NULL, &o) == 0);
		list[i] = now() - start;
		json_decref(o);
	}
	return median(list);
}

/* Until all that was taken can be searched for. */
static double
time_index(struct book *b)
{
	double start = now();
	bool is_done = false;

	while (!is_done)
		must(book_index(b, &is_done) == 0);
	return now() - start;
}

/* One new letter at a time. */
static double
time_one(struct book *b, struct end *end, const struct member *m)
{
	double list[ROUNDS], start;
	uint64_t left;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		must(mirror_begin(end->mirror) == 0);
		append_tip(end, m, 1000000 + end->seq, day_today());
		must(mirror_commit(end->mirror) == 0);
		start = now();
		must(book_take(b, STEP, &left) == 0);
		list[i] = now() - start;
	}
	return median(list);
}

static double
time_counts(struct book *b)
{
	double start = now();
	json_t *o;

	must(book_counts(b, &o) == 0);
	json_decref(o);
	return now() - start;
}

/* KiB, as the kernel counts it. */
static long
memory(void)
{
	FILE *f = fopen("/proc/self/smaps_rollup", "re");
	char line[256];
	long pss = 0;

	must(f != NULL);
	while (fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "Pss: %ld", &pss) == 1)
			break;
	fclose(f);
	return pss;
}

static void
measure(struct book *b, struct end *end, const struct member *m)
{
	struct book_query q = { .view = "queue", .order = BOOK_DUE };
	uint64_t letters = book_seq(b) - 1;

	printf(",\"letters\":%llu,\"queue\":%.2f,\"counts\":%.2f",
	    (unsigned long long)letters, time_list(b, &q), time_counts(b));
	q.words = "nr7";
	printf(",\"rare\":%.2f", time_list(b, &q));
	q.words = "ba ce";
	printf(",\"common\":%.2f", time_list(b, &q));
	q.words = "\"ba ce\"";
	printf(",\"phrase\":%.2f", time_list(b, &q));
	q.words = "quala*";
	printf(",\"prefix\":%.2f", time_list(b, &q));
	printf(",\"show\":%.2f", time_show(b, letters));
	printf(",\"one\":%.2f", time_one(b, end, m));
}

static void
run(const char *directory, const char *how, unsigned threads)
{
	struct book_options o = { .newsroom = newsroom, .threads = threads };
	struct member m = { 0 };
	struct end end = { 0 };
	struct book *b = NULL;
	char path[512], own[512];
	uint64_t left = 1;
	double start, wall;
	bool is_fresh = false;

	must(sqlite_memory_init(true) == 0);
	load_member(directory, &m);
	path_of(path, sizeof(path), directory, "mirror.db");
	path_of(own, sizeof(own), directory, "outbox.db");
	must(mirror_open(path, own, newsroom, &end.mirror) == 0);
	must(mirror_last(end.mirror, &end.seq, end.link) == 0);
	o.pin = &m.pin;
	o.mirror = end.mirror;
	o.ids = m.ids;
	o.sign_seed = m.seed;
	if (strcmp(how, "snapshot") != 0) {
		path_of(path, sizeof(path), directory, "book.age");
		(void)remove(path);
	}
	if (strcmp(how, "first") == 0) {
		path_of(path, sizeof(path), directory, "keys.age");
		(void)remove(path);
	}
	start = now();
	wall = clock_of(CLOCK_MONOTONIC);
	must(book_new(&o, &b) == 0);
	must(book_load(b, directory, &is_fresh) == 0);
	while (left > 0)
		must(book_take(b, STEP, &left) == 0);
	printf("{\"how\":\"%s\",\"threads\":%u,\"fresh\":%d,\"unlock\":%.1f,"
	       "\"wall\":%.1f",
	    how, threads, is_fresh, now() - start,
	    clock_of(CLOCK_MONOTONIC) - wall);
	printf(",\"memory\":%ld", memory());
	printf(",\"index\":%.1f", time_index(b));
	measure(b, &end, &m);
	start = now();
	must(book_save(b, directory) == 0);
	printf(",\"save\":%.1f", now() - start);
	fflush(stdout);
	start = now();
	book_free(&b);
	printf(",\"lock\":%.1f}\n", now() - start);
	mirror_close(&end.mirror);
}

int
main(int argc, char **argv)
{
	random_state = 88172645463325252ULL;
	must(crypto_init() == 0);
	if (argc == 4 && strcmp(argv[1], "make") == 0)
		make(argv[2], strtoull(argv[3], NULL, 10));
	else if (argc == 3 && strcmp(argv[1], "texts") == 0)
		texts(strtoull(argv[2], NULL, 10));
	else if (argc >= 4 && strcmp(argv[1], "run") == 0)
		run(argv[2], argv[3],
		    argc > 4 ? (unsigned)strtoul(argv[4], NULL, 10) : 0);
	else
		return 2;
	return 0;
}
