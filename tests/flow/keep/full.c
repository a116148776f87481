/*
 * A disk that fills up: who is told so has lost nothing else, who was
 * acknowledged is there, and keep goes on when there is room again.
 *
 *   flow-keep-full PROGRAM            the largest file is limited
 *   flow-keep-full PROGRAM DIRECTORY  DIRECTORY is a small file system
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/err.h"
#include "crypto/random.h"
#include "keep_kit.h"

#define LETTERS_MAX 4000
#define LARGEST_FILE (6 * 1024 * 1024)
#define BALLAST (3 * 1024 * 1024)

static struct keep_kit keep;
static bool is_acked[LETTERS_MAX];
static int number;

static void
check(bool is_ok, const char *what)
{
	printf("%sok %d - %s\n", is_ok ? "" : "not ", ++number, what);
	fflush(stdout);
	if (!is_ok)
		exit(EXIT_FAILURE);
}

static struct kit_letter
letter(unsigned i)
{
	return i % 7 == 0 ? kit_letter(i, 4, 77)
			  : kit_letter(i, 1, 300 + i % 16000);
}

/* Sends until room is refused some times in a row; what was refused in number. */
static unsigned
fill_up(struct wire_peer *web, unsigned *sent)
{
	unsigned refused = 0, in_a_row = 0;
	struct kit_letter l;
	bool is_repeat;
	int err;

	while (in_a_row < 10 && *sent < LETTERS_MAX) {
		l = letter(*sent);
		err = keep_kit_put_all(web, &l, &is_repeat);
		is_acked[*sent] = err == 0;
		if (err != 0 && err != ERR_FULL)
			printf("# letter %u: %s\n", *sent, err_text(err));
		if (err != 0 && err != ERR_FULL)
			return 0;
		refused += err != 0;
		in_a_row = err == 0 ? 0 : in_a_row + 1;
		++*sent;
	}
	return refused;
}

/* Every acknowledged letter and no other, in order, whole. */
static bool
is_all_there(unsigned sent)
{
	uint64_t seq = 0, n;
	char path[100];
	struct store *s;
	bool is_ok = true;

	snprintf(path, sizeof(path), "%s/newsroom.db", keep.directory);
	if (store_open_sqlite(path, kit_newsroom, &s) != 0)
		return false;
	n = kit_count(s);
	for (unsigned i = 0; is_ok && i < sent; i++) {
		struct kit_letter l = letter(i);

		if (is_acked[i])
			is_ok = kit_is_there(s, ++seq, &l);
	}
	store_close(&s);
	return is_ok && seq == n;
}

static void
limit_files(rlim_t largest)
{
	struct rlimit l;
	sigset_t set;

	/* The signal is for programs that do not look at what write says. */
	sigemptyset(&set);
	sigaddset(&set, SIGXFSZ);
	must(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
	must(getrlimit(RLIMIT_FSIZE, &l) == 0);
	l.rlim_cur = largest;
	must(setrlimit(RLIMIT_FSIZE, &l) == 0);
}

static void
put_ballast(const char *path)
{
	static uint8_t bytes[BALLAST];
	int fd = open(path, O_CREAT | O_WRONLY, 0600);

	must(fd >= 0 && write(fd, bytes, sizeof(bytes)) == BALLAST);
	close(fd);
}

static bool
can_put(struct wire_peer *web, unsigned *sent)
{
	struct kit_letter l = letter(*sent);
	bool is_repeat;

	is_acked[*sent] = keep_kit_put_all(web, &l, &is_repeat) == 0;
	return is_acked[(*sent)++];
}

int
main(int argc, char **argv)
{
	const char *disk = argc == 3 ? argv[2] : NULL;
	char ballast[100];
	struct wire_peer *web, *pickup;
	struct wire_message m;
	uint8_t after[8] = { 0 };
	unsigned sent = 0;

	if (argc < 2 || crypto_init() != 0)
		return EXIT_FAILURE;
	printf("1..6\n");
	if (disk != NULL) {
		must(setenv("TMPDIR", disk, 1) == 0);
		snprintf(ballast, sizeof(ballast), "%.80s/ballast", disk);
		put_ballast(ballast);
	} else {
		limit_files(LARGEST_FILE);
	}
	keep_kit_new(&keep, argv[1]);
	web = keep_kit_peer(&keep, WIRE_WEB);
	pickup = keep_kit_peer(&keep, WIRE_PICKUP);
	check(fill_up(web, &sent) >= 10, "a full disk is told");
	check(keep_kit_is_alive(&keep), "keep goes on");
	check(
	    keep_kit_ask(pickup, WIRE_INBOX_LIST, after, 8, &m) == 0 && m.n > 0,
	    "reading goes on");
	if (disk == NULL) {
		wire_peer_free(&web);
		must(keep_kit_drain(&keep) == 0);
		limit_files(RLIM_INFINITY);
		keep_kit_start(&keep);
		web = keep_kit_peer(&keep, WIRE_WEB);
	} else {
		must(unlink(ballast) == 0);
	}
	check(can_put(web, &sent), "with room again letters are taken");
	check(can_put(web, &sent) && can_put(web, &sent), "and further ones");
	wire_peer_free(&web);
	wire_peer_free(&pickup);
	must(keep_kit_drain(&keep) == 0);
	check(
	    is_all_there(sent), "what was acknowledged is there, and no more");
	keep_kit_free(&keep);
	return EXIT_SUCCESS;
}
