/*
 * Sealed letters a second, durable: the store against SQLite alone, committing
 * groups of the same bytes with the same settings. Both in one run, turn about,
 * so that the disk's mood is shared; medians and their ratio.
 *
 *   bench-store [DIRECTORY [SECONDS [AT_ONCE]]]
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "crypto/random.h"
#include "store/store.h"

#define HEAD 1100   /* a header of eight X25519 stanzas */
#define CHUNK 16400 /* 16 KiB of plaintext, sealed */
#define ROUNDS 7
#define AT_ONCE_MAX 1024

static uint8_t head[HEAD], chunk[CHUNK];
static uint64_t made;

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
check(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "bench-store: %s failed\n", what);
	exit(EXIT_FAILURE);
}

/* A letter nobody has seen before. */
static void
next_letter(uint8_t once[16])
{
	random_bytes(once, 16);
	made++;
	memcpy(head, &made, sizeof(made));
	memcpy(chunk, &made, sizeof(made));
}

static uint64_t
ours(struct store *s, double seconds, size_t at_once)
{
	double end = now() + seconds;
	uint64_t letters = 0;
	uint8_t once[16];
	bool is_repeat;
	uint64_t put;

	while (now() < end) {
		for (size_t i = 0; i < at_once; i++) {
			next_letter(once);
			check(
			    store_put_begin(s, head, HEAD, &put) == 0 &&
				store_put_chunk(s, put, 0, chunk, CHUNK) == 0 &&
				store_put_commit(s, put, 1, HEAD + CHUNK, once,
				    20000, &is_repeat) == 0,
			    "put");
		}
		check(store_sync(s) == 0, "sync");
		letters += at_once;
	}
	return letters;
}

struct bare {
	sqlite3 *db;
	sqlite3_stmt *begin, *insert, *commit;
};

static void
bare_open(struct bare *b, const char *path)
{
	check(sqlite3_open(path, &b->db) == SQLITE_OK &&
		  sqlite3_exec(b->db,
		      "PRAGMA page_size = 16384; PRAGMA journal_mode = WAL;"
		      "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
		      "CREATE TABLE letter (seq INTEGER PRIMARY KEY,"
		      " bytes BLOB NOT NULL) STRICT",
		      NULL, NULL, NULL) == SQLITE_OK &&
		  sqlite3_prepare_v2(b->db, "BEGIN IMMEDIATE", -1, &b->begin,
		      NULL) == SQLITE_OK &&
		  sqlite3_prepare_v2(b->db,
		      "INSERT INTO letter (bytes) VALUES (?1)", -1, &b->insert,
		      NULL) == SQLITE_OK &&
		  sqlite3_prepare_v2(b->db, "COMMIT", -1, &b->commit, NULL) ==
		      SQLITE_OK,
	    "SQLite");
}

static void
step(sqlite3_stmt *st)
{
	check(sqlite3_step(st) == SQLITE_DONE, "SQLite");
	sqlite3_reset(st);
}

static uint64_t
bare(struct bare *b, double seconds, size_t at_once)
{
	static uint8_t bytes[HEAD + CHUNK];
	double end = now() + seconds;
	uint64_t letters = 0;
	uint8_t once[16];

	while (now() < end) {
		step(b->begin);
		for (size_t i = 0; i < at_once; i++) {
			next_letter(once);
			memcpy(bytes, head, HEAD);
			memcpy(bytes + HEAD, chunk, CHUNK);
			check(sqlite3_bind_blob(b->insert, 1, bytes,
				  sizeof(bytes), SQLITE_STATIC) == SQLITE_OK,
			    "SQLite");
			step(b->insert);
		}
		step(b->commit);
		letters += at_once;
	}
	return letters;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
median(double *values)
{
	qsort(values, ROUNDS, sizeof(*values), compare);
	return values[ROUNDS / 2];
}

int
main(int argc, char **argv)
{
	const char *where = argc > 1 ? argv[1] : "/var/tmp";
	double seconds = argc > 2 ? atof(argv[2]) : 1.0;
	size_t at_once = argc > 3 ? (size_t)atoi(argv[3]) : 64;
	double our_rate[ROUNDS], bare_rate[ROUNDS], a, b, start;
	uint8_t newsroom[16] = "bench";
	char directory[256], path[300];
	struct store *s;
	struct bare other;

	if (crypto_init() != 0 || at_once < 1 || at_once > AT_ONCE_MAX)
		return EXIT_FAILURE;
	snprintf(directory, sizeof(directory), "%s/bench-XXXXXX", where);
	check(mkdtemp(directory) != NULL, "mkdtemp");
	snprintf(path, sizeof(path), "%s/ours", directory);
	check(store_open_sqlite(path, newsroom, &s) == 0, "store_open_sqlite");
	snprintf(path, sizeof(path), "%s/bare", directory);
	bare_open(&other, path);
	random_bytes(head, sizeof(head));
	random_bytes(chunk, sizeof(chunk));

	for (size_t i = 0; i < ROUNDS; i++) {
		start = now();
		our_rate[i] = (double)ours(s, seconds, at_once);
		our_rate[i] /= now() - start;
		start = now();
		bare_rate[i] = (double)bare(&other, seconds, at_once);
		bare_rate[i] /= now() - start;
	}
	a = median(our_rate);
	b = median(bare_rate);
	printf("letters of %d bytes, %zu at once, %d rounds of %.1f s\n",
	    HEAD + CHUNK, at_once, ROUNDS, seconds);
	printf("store        %8.0f a second (%.0f to %.0f)\n", a, our_rate[0],
	    our_rate[ROUNDS - 1]);
	printf("bare SQLite  %8.0f a second (%.0f to %.0f)\n", b, bare_rate[0],
	    bare_rate[ROUNDS - 1]);
	printf("ratio        %8.2f\n", a / b);

	store_close(&s);
	sqlite3_finalize(other.begin);
	sqlite3_finalize(other.insert);
	sqlite3_finalize(other.commit);
	sqlite3_close(other.db);
	snprintf(path, sizeof(path), "rm -r '%s'", directory);
	return system(path) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
