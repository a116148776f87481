/*
 * Sealed letters a second through a running pistad-keep, durable, so many
 * under way at once over so many peers; and the memory keep has afterwards.
 * With many seconds it is a soak: memory and rate must stay as they are.
 *
 *   bench-keep PROGRAM [SECONDS [PEERS [AT_ONCE]]]
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cursor.h"
#include "base/err.h"
#include "crypto/random.h"
#include "keep_kit.h"

#define HEAD 1100
#define CHUNK 16400
#define PEERS_MAX 64
#define REPORT_SECONDS 10

static struct keep_kit keep;
static uint8_t head[HEAD], chunk[CHUNK];

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
put(struct wire_peer *p, uint64_t request)
{
	uint8_t number[8] = { 0 }, commit[40] = { 1 };

	random_bytes(commit + 8, 16);
	memcpy(chunk, commit + 8, 16);
	u64_write(commit + 24, HEAD + CHUNK);
	must(keep_kit_send(p, WIRE_PUT_BEGIN, request, head, HEAD, NULL, 0));
	must(
	    keep_kit_send(p, WIRE_PUT_CHUNK, request, number, 8, chunk, CHUNK));
	must(keep_kit_send(p, WIRE_PUT_COMMIT, request, commit, 40, NULL, 0));
}

/* Kilobytes of keep alone, shared pages counted by their share. */
static unsigned
memory(void)
{
	char path[64], line[256];
	unsigned kib = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)keep.pid);
	if ((f = fopen(path, "r")) == NULL)
		return 0;
	while (fgets(line, sizeof(line), f) != NULL)
		sscanf(line, "Pss: %u kB", &kib);
	fclose(f);
	return kib;
}

int
main(int argc, char **argv)
{
	double seconds = argc > 2 ? atof(argv[2]) : 5, start, last;
	size_t peers = argc > 3 ? (size_t)atoi(argv[3]) : 4;
	size_t at_once = argc > 4 ? (size_t)atoi(argv[4]) : 64;
	struct wire_peer *peer[PEERS_MAX];
	struct pollfd fds[PEERS_MAX];
	uint64_t done = 0, reported = 0;
	struct wire_message m;

	if (argc < 2 || peers < 1 || peers > PEERS_MAX || at_once < peers ||
	    crypto_init() != 0)
		return EXIT_FAILURE;
	random_bytes(head, sizeof(head));
	random_bytes(chunk, sizeof(chunk));
	keep_kit_new(&keep, argv[1]);
	printf("memory of keep: %u KiB idle\n", memory());
	for (size_t i = 0; i < peers; i++) {
		peer[i] = keep_kit_peer(&keep, WIRE_WEB);
		fds[i].fd = wire_peer_fd(peer[i]);
		fds[i].events = POLLIN;
		/* What keep tells everybody first. */
		must(keep_kit_await(peer[i], WIRE_NEXT, &m));
		for (size_t j = 0; j < at_once / peers; j++)
			put(peer[i], j);
	}
	start = last = now();
	while (now() - start < seconds) {
		must(poll(fds, peers, 10000) > 0);
		for (size_t i = 0; i < peers; i++) {
			if ((fds[i].revents & POLLIN) == 0)
				continue;
			must(keep_kit_hear(peer[i], &m) &&
			     m.type == WIRE_DONE && m.body[0] == 0);
			put(peer[i], m.request);
			done++;
		}
		if (now() - last > REPORT_SECONDS) {
			printf("%8.0f a second, %u KiB\n",
			    (double)(done - reported) / (now() - last),
			    memory());
			fflush(stdout);
			reported = done;
			last = now();
		}
	}
	printf(
	    "letters of %d bytes, %zu at once over %zu peers: %.0f a second; "
	    "keep has %u KiB\n",
	    HEAD + CHUNK, at_once, peers, (double)done / (now() - start),
	    memory());
	for (size_t i = 0; i < peers; i++)
		wire_peer_free(&peer[i]);
	keep_kit_free(&keep);
	return EXIT_SUCCESS;
}
