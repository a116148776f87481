/*
 * kill -9 at any moment: what was acknowledged is there, whole and once, and
 * nothing half is listed. What was not is sent again and is then there once.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/err.h"
#include "crypto/random.h"
#include "keep_kit.h"

#define ROUNDS 12
#define LETTERS_MAX 6000
#define AT_ONCE 24
#define LONGEST_MS 150

static struct keep_kit keep;
static bool is_acked[LETTERS_MAX];
static uint8_t digests[LETTERS_MAX][32];
static unsigned sent;

/* Small ones mostly, some that are written as they come. */
static struct kit_letter
letter(unsigned number)
{
	if (number % 11 == 0)
		return kit_letter(number, 4, 77);
	return kit_letter(number, 1, 300 + number % 16000);
}

/* A process of its own that ends keep after a while. */
static pid_t
send_killer(void)
{
	struct timespec t = { .tv_nsec = (long)random_below(LONGEST_MS * 1000) *
					 1000 };
	pid_t pid = fork();

	must(pid >= 0);
	if (pid == 0) {
		nanosleep(&t, NULL);
		kill(keep.pid, SIGKILL);
		_exit(0);
	}
	return pid;
}

/* Takes the answers that are there, or waits for one. False when keep is
 * gone. */
static bool
take_answers(struct wire_peer *p, unsigned *waiting, bool must_wait)
{
	struct pollfd fd = { .fd = wire_peer_fd(p), .events = POLLIN };
	struct wire_message m;

	while (*waiting > 0 && (must_wait || poll(&fd, 1, 0) == 1)) {
		if (!keep_kit_hear(p, &m))
			return false;
		must(m.type == WIRE_DONE && m.request < LETTERS_MAX);
		is_acked[m.request] = true;
		--*waiting;
		must_wait = false;
	}
	return true;
}

/* Letters without end, until keep is no more. */
static void
send_until_killed(void)
{
	struct wire_peer *web = keep_kit_peer(&keep, WIRE_WEB);
	unsigned waiting = 0;
	pid_t killer = send_killer();
	struct kit_letter l;
	int status;

	while (sent < LETTERS_MAX) {
		l = letter(sent);
		kit_digest(&l, digests[sent]);
		if (!keep_kit_put(web, &l, sent))
			break;
		sent++;
		waiting++;
		if (!take_answers(web, &waiting, waiting >= AT_ONCE))
			break;
	}
	while (waiting > 0 && take_answers(web, &waiting, true))
		;
	wire_peer_free(&web);
	must(waitpid(killer, &status, 0) == killer);
	keep_kit_kill(&keep);
}

static unsigned
number_of(const uint8_t digest[static 32])
{
	for (unsigned i = 0; i <= sent && i < LETTERS_MAX; i++) {
		if (memcmp(digests[i], digest, 32) == 0)
			return i;
	}
	return LETTERS_MAX;
}

static int
keep_entry(void *ctx, const struct store_entry *e)
{
	memcpy(ctx, e, sizeof(*e));
	return 0;
}

/* Opens the store as keep left it. */
static const char *
look(bool must_be_all)
{
	static bool is_there[LETTERS_MAX];
	struct store_entry entry;
	uint64_t n;
	char path[100];
	struct store *s;
	const char *complaint = NULL;

	memset(is_there, 0, sizeof(is_there));
	snprintf(path, sizeof(path), "%s/newsroom.db", keep.directory);
	if (store_open_sqlite(path, kit_newsroom, &s) != 0)
		return "the database does not open";
	n = kit_count(s);
	for (uint64_t seq = 1; complaint == NULL && seq <= n; seq++) {
		unsigned number;
		struct kit_letter l;

		must(store_list(s, seq - 1, 1, keep_entry, &entry) == 0);
		number = number_of(entry.digest);
		l = letter(number);
		if (number == LETTERS_MAX)
			complaint = "a letter nobody sent";
		else if (is_there[number])
			complaint = "a letter twice";
		else if (!kit_is_there(s, seq, &l))
			complaint = "half a letter";
		else
			is_there[number] = true;
	}
	for (unsigned i = 0; complaint == NULL && i < sent; i++) {
		if (!is_there[i] && (is_acked[i] || must_be_all))
			complaint = "an acknowledged letter is lost";
	}
	store_close(&s);
	return complaint;
}

/* What was not acknowledged comes again; the answer may be "I know". */
static void
send_the_rest(void)
{
	struct wire_peer *web = keep_kit_peer(&keep, WIRE_WEB);
	bool is_repeat;

	for (unsigned i = 0; i < sent; i++) {
		struct kit_letter l = letter(i);

		if (is_acked[i])
			continue;
		must(keep_kit_put_all(web, &l, &is_repeat) == 0);
		is_acked[i] = true;
	}
	wire_peer_free(&web);
}

int
main(int argc, char **argv)
{
	const char *complaint = NULL;
	unsigned acked = 0;

	if (argc != 2 || crypto_init() != 0)
		return EXIT_FAILURE;
	keep_kit_new(&keep, argv[1]);
	printf("1..%d\n", ROUNDS + 1);
	for (int i = 1; i <= ROUNDS && complaint == NULL; i++) {
		send_until_killed();
		complaint = look(false);
		printf("%sok %d - killed after %u letters%s%s\n",
		    complaint == NULL ? "" : "not ", i, sent,
		    complaint == NULL ? "" : ": ",
		    complaint == NULL ? "" : complaint);
		fflush(stdout);
		keep_kit_start(&keep);
	}
	for (unsigned i = 0; i < sent; i++)
		acked += is_acked[i];
	if (complaint == NULL) {
		send_the_rest();
		must(keep_kit_drain(&keep) == 0);
		complaint = look(true);
		printf("%sok %d - %u letters, %u acknowledged at once%s%s\n",
		    complaint == NULL ? "" : "not ", ROUNDS + 1, sent, acked,
		    complaint == NULL ? "" : ": ",
		    complaint == NULL ? "" : complaint);
	}
	keep_kit_free(&keep);
	return complaint == NULL ? EXIT_SUCCESS : EXIT_FAILURE;
}
