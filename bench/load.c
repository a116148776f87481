/*
 * Sends tips to a running pistad from many connections at once and counts what
 * was acknowledged. `load tips` posts the unscripted form, each with a receipt
 * of its own; `load letters` posts letters sealed beforehand. Prints one line:
 * seconds, acknowledged, refused, median and largest wait in milliseconds.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/day.h"
#include "base/err.h"
#include "base/mem.h"
#include "crypto/random.h"
#include "letter/write.h"
#include "masthead/masthead.h"
#include "os/file.h"
#include "receipt/receipt.h"
#include "seal/seal.h"

#define BODY_MAX (256 * 1024)
#define PARALLEL_MAX 256
#define BOUNDARY "load0123456789abcdef"

struct load {
	const char *mode, *host;
	unsigned port, parallel, total;
	struct masthead *card;
};

struct request {
	uint8_t *p;
	size_t n;
};

struct connection {
	int fd;
	const struct request *request;
	size_t sent;
	char status[16];
	size_t status_n;
	double started;
};

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
put_field(struct buf *b, const char *name, const char *value)
{
	buf_putf(b,
	    "--" BOUNDARY
	    "\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n",
	    name, value);
}

static void
put_request(struct buf *b, const struct load *l, const char *target,
    const char *headers, const struct buf *body)
{
	buf_putf(b,
	    "POST %s HTTP/1.1\r\nHost: %s:%u\r\nContent-Length: %zu\r\n%s\r\n",
	    target, l->host, l->port, body->n, headers);
	buf_put(b, body->p, body->n);
}

static void
make_tip(const struct load *l, unsigned number, struct buf *out)
{
	uint8_t value[RECEIPT_VALUE_SIZE], token[16];
	uint16_t numbers[RECEIPT_WORDS];
	struct buf body, digits, hex;
	char text[512];

	buf_init(&body, BODY_MAX);
	buf_init(&digits, 64);
	buf_init(&hex, 64);
	receipt_random(value);
	receipt_numbers(value, numbers);
	receipt_spell_digits(&digits, value);
	random_bytes(token, sizeof(token));
	buf_put_hex(&hex, token, sizeof(token));
	snprintf(text, sizeof(text),
	    "Tip %u. The contract was settled before it was advertised, and "
	    "the minutes "
	    "say so. Six people have them.",
	    number);
	put_field(&body, "lang", "en");
	put_field(&body, "do", "send");
	put_field(&body, "token", buf_cstr(&hex));
	put_field(&body, "receipt", buf_cstr(&digits));
	put_field(&body, "positions", "1 2 3");
	put_field(&body, "w1", receipt_word(0, numbers[0]));
	put_field(&body, "w2", receipt_word(0, numbers[1]));
	put_field(&body, "w3", receipt_word(0, numbers[2]));
	put_field(&body, "message", text);
	put_field(&body, "terms", "anonymous");
	buf_puts(&body, "--" BOUNDARY "--\r\n");
	put_request(out, l, "/",
	    "Content-Type: multipart/form-data; boundary=" BOUNDARY
	    "\r\nSec-Fetch-Site: same-origin\r\n",
	    &body);
	buf_fini(&body);
	buf_fini(&digits);
	buf_fini(&hex);
}

struct sealing {
	struct buf *to;
	size_t head;
};

static int
take_chunk(
    void *ctx, uint64_t index, const uint8_t *sealed, size_t n, bool is_last)
{
	struct sealing *s = ctx;

	(void)is_last;
	must(index == 0 && s->to->n == s->head);
	buf_put(s->to, sealed, n);
	return buf_finish(s->to);
}

static void
make_letter(const struct load *l, unsigned number, struct buf *out)
{
	struct age_recipient to[AGE_STANZAS_MAX];
	struct thread_keys keys;
	struct letter_tip tip = { .kind = LETTER_TIP,
		.channel = TEXT("command-line"),
		.lang = TEXT("en"),
		.day = day_today() };
	struct secret_arena *arena = NULL;
	struct letter_writer *w = NULL;
	struct seal *seal = NULL;
	struct sealing s = { 0 };
	struct buf body;
	uint8_t value[RECEIPT_VALUE_SIZE], token[16], id[16], once[16];
	char headers[128], hex[33] = "", text[64];
	size_t n;

	buf_init(&body, BODY_MAX);
	receipt_random(value);
	random_bytes(token, sizeof(token));
	must(receipt_keys(value, l->card->newsroom, &keys) == 0);
	memcpy(tip.newsroom, l->card->newsroom, 16);
	memcpy(tip.card, l->card->hash, 32);
	tip.thread = keys.pub;
	must(masthead_recipients(l->card, TEXT(""), to, &n) == 0);
	tip.desk = l->card->desks[0].id;
	must(seal_new(to, n, seal_fill(n), &seal) == 0);
	buf_put_text(&body, seal_head(seal));
	s.to = &body;
	s.head = body.n;
	snprintf(text, sizeof(text), "Letter %u", number);
	must(secret_arena_new(LETTER_WRITER_ARENA, &arena) == 0);
	must(letter_writer_new(&tip, text_from(text), token, BODY_MAX, seal,
		 take_chunk, &s, arena, &w) == 0);
	must(letter_writer_finish(w, NULL, NULL, id) == 0);
	letter_once(once, keys.pub.thread, id);
	hex_write(hex, once, 16);
	snprintf(headers, sizeof(headers),
	    "Content-Type: application/octet-stream\r\nIdempotency-Key: %s\r\n",
	    hex);
	put_request(out, l, "/v1/letters", headers, &body);
	seal_free(&seal);
	secret_arena_free(&arena);
	buf_fini(&body);
}

static int
dial(const struct load *l)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)l->port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	must(fd >= 0);
	must(inet_pton(AF_INET, l->host, &to.sin_addr) == 1);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
		close(fd);
		return -1;
	}
	must(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
	return fd;
}

/* Moves one connection on. True when it is done. */
static bool
move(struct connection *c, short events)
{
	char rest[4096];
	ssize_t n;

	if ((events & POLLOUT) && c->sent < c->request->n) {
		n = send(c->fd, c->request->p + c->sent,
		    c->request->n - c->sent, MSG_NOSIGNAL);
		if (n > 0)
			c->sent += (size_t)n;
		else if (errno != EAGAIN)
			return true;
	}
	if (events & (POLLIN | POLLHUP | POLLERR)) {
		while ((n = recv(c->fd, rest, sizeof(rest), 0)) > 0) {
			size_t room = sizeof(c->status) - 1 - c->status_n;
			size_t part = (size_t)n < room ? (size_t)n : room;

			memcpy(c->status + c->status_n, rest, part);
			c->status_n += part;
		}
		return n == 0 || errno != EAGAIN;
	}
	return false;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int
run(const struct load *l, const struct request *requests)
{
	struct connection c[PARALLEL_MAX] = { 0 };
	struct pollfd fds[PARALLEL_MAX];
	unsigned begun = 0, done = 0, good = 0, i;
	double *waits = mem_new(l->total, sizeof(*waits)), start = seconds(),
	       end;

	must(waits != NULL);
	for (i = 0; i < l->parallel; i++)
		c[i].fd = -1;
	while (done < l->total) {
		for (i = 0; i < l->parallel; i++) {
			if (c[i].fd < 0 && begun < l->total) {
				c[i] =
				    (struct connection){ .request =
							     &requests[begun],
					    .started = seconds(),
					    .fd = dial(l) };
				begun++;
				if (c[i].fd < 0)
					done++;
			}
			fds[i].fd = c[i].fd;
			fds[i].events =
			    (short)(POLLIN |
				    (c[i].fd >= 0 && c[i].sent < c[i].request->n
					    ? POLLOUT
					    : 0));
		}
		must(poll(fds, l->parallel, 60000) > 0);
		for (i = 0; i < l->parallel; i++) {
			if (c[i].fd < 0 || fds[i].revents == 0 ||
			    !move(&c[i], fds[i].revents))
				continue;
			close(c[i].fd);
			c[i].fd = -1;
			waits[done++] = seconds() - c[i].started;
			good += strncmp(c[i].status, "HTTP/1.1 200", 12) == 0 ||
				strncmp(c[i].status, "HTTP/1.1 201", 12) == 0;
		}
	}
	end = seconds();
	qsort(waits, l->total, sizeof(*waits), by_size);
	printf("%.3f %u %u %.1f %.1f\n", end - start, good, l->total - good,
	    waits[l->total / 2] * 1000, waits[l->total - 1] * 1000);
	mem_free(waits);
	return good == l->total ? 0 : 1;
}

static int
read_card(struct load *l, const char *dir)
{
	struct masthead_pin pin;
	uint8_t *json, *minisig, *pub;
	size_t json_n, minisig_n, pub_n;
	char path[1024];
	int err;

	snprintf(path, sizeof(path), "%s/masthead.json", dir);
	if ((err = file_read(path, MASTHEAD_MAX, &json, &json_n)) != 0)
		return err;
	snprintf(path, sizeof(path), "%s/masthead.json.minisig", dir);
	if ((err = file_read(path, MINISIG_MAX, &minisig, &minisig_n)) != 0)
		return err;
	snprintf(path, sizeof(path), "%s/newsroom.pub", dir);
	if ((err = file_read(path, 1024, &pub, &pub_n)) != 0)
		return err;
	if ((err = masthead_pin_read(
		 (struct text){ (char *)pub, pub_n }, &pin)) == 0)
		err = masthead_read((struct text){ (char *)json, json_n },
		    (struct text){ (char *)minisig, minisig_n }, &pin, NULL,
		    day_today(), &l->card);
	mem_free(json);
	mem_free(minisig);
	mem_free(pub);
	return err;
}

int
main(int argc, char **argv)
{
	struct load l = { 0 };
	struct request *requests;
	struct buf b;
	unsigned i;
	int status;

	if (argc != 7) {
		fputs("usage: load tips|letters HOST PORT PARALLEL TOTAL "
		      "NEWSROOM-DIR\n",
		    stderr);
		return 2;
	}
	l.mode = argv[1];
	l.host = argv[2];
	l.port = (unsigned)atoi(argv[3]);
	l.parallel = (unsigned)atoi(argv[4]);
	l.total = (unsigned)atoi(argv[5]);
	must(l.parallel > 0 && l.parallel <= PARALLEL_MAX && l.total > 0);
	must(crypto_init() == 0 && read_card(&l, argv[6]) == 0);
	must((requests = mem_new(l.total, sizeof(*requests))) != NULL);
	for (i = 0; i < l.total; i++) {
		buf_init(&b, BODY_MAX);
		if (strcmp(l.mode, "tips") == 0)
			make_tip(&l, i, &b);
		else
			make_letter(&l, i, &b);
		must(buf_finish(&b) == 0);
		requests[i] = (struct request){ b.p, b.n };
	}
	status = run(&l, requests);
	for (i = 0; i < l.total; i++)
		mem_free(requests[i].p);
	mem_free(requests);
	masthead_free(&l.card);
	return status;
}
