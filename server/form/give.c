#include "form/give.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"

#define PAGE_ROOM (24 * 1024) /* a page without what people wrote */
#define ESCAPED_MAX 6         /* bytes of an escaped byte: &quot; */
#define LINGER_BYTES (64 * 1024)
#define PULL_MAX 8192
#define STOP_SECONDS 60 /* for a slow reader to take the page */

static const char sorry[] = "Out of memory. Please go back and send again.\n";

void
give_begin(struct buf *b, size_t n)
{
	size_t size = PAGE_FILL;
	void *p;

	while (size < PAGE_ROOM + n * ESCAPED_MAX)
		size *= 2;
	p = secret_new(size);
	buf_init_fixed(b, p, p == NULL ? 0 : size);
}

static int
write_some(int fd, const char *p, size_t n, size_t *ret_n, time_t until)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLOUT };
	ssize_t did;

	while (time(NULL) < until) {
		(void)poll(&poll_fd, 1, 1000);
		did = send(fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (did >= 0) {
			*ret_n = (size_t)did;
			return 0;
		}
		if (errno != EAGAIN && errno != EINTR)
			break;
	}
	return ERR_IO;
}

static int
write_all(int fd, const void *p, size_t n, time_t until)
{
	size_t did;
	int err;

	for (size_t at = 0; at < n; at += did)
		if ((err = write_some(
			 fd, (const char *)p + at, n - at, &did, until)) != 0)
			return err;
	return 0;
}

/* The HTTP library answers only behind the whole body, so an answer in the
 * middle of it is written here. */
static void
give_now(struct form *f, unsigned status, const struct buf *page)
{
	char head[1024];
	time_t until = time(NULL) + STOP_SECONDS;
	int n;

	n = snprintf(head, sizeof(head),
	    "HTTP/1.1 %u %s\r\nContent-Type: " PAGE_TYPE "\r\n"
	    "Content-Length: %zu\r\nConnection: close\r\n"
	    "Cache-Control: no-store, no-transform\r\n"
	    "X-Content-Type-Options: nosniff\r\n"
	    "Referrer-Policy: same-origin\r\n"
	    "Content-Security-Policy: %s\r\n\r\n",
	    status, http_reason(status), page->n, page_policy);
	must(n > 0 && (size_t)n < sizeof(head));
	if (write_all(f->spare, head, (size_t)n, until) == 0)
		(void)write_all(f->spare, page->p, page->n, until);
}

/* The page is pulled, so that it is known how much of it was taken, and a
 * little at a time, so that it is known soon. */
static int
pull_page(struct http_request *r, uint64_t offset, uint8_t *out, size_t n,
    size_t *ret_n)
{
	const struct form *f = http_request_ctx(r);

	must(offset < f->page_n);
	if (n > PULL_MAX)
		n = PULL_MAX;
	if (n > f->page_n - offset)
		n = (size_t)(f->page_n - offset);
	memcpy(out, f->page + offset, n);
	*ret_n = n;
	return 0;
}

static int
give_in_turn(struct form *f, unsigned status, const struct buf *page)
{
	struct http_answer *a;
	int err;

	if ((err = http_answer_new_pull(
		 status, PAGE_TYPE, page->n, pull_page, &a)) != 0)
		return err;
	if ((err = http_answer_set(
		 a, "Content-Security-Policy", page_policy)) == 0)
		http_answer(f->request, a);
	http_answer_free(&a);
	return err;
}

void
give(struct form *f, unsigned status, struct buf *b)
{
	int err;

	page_fill(b);
	if ((err = buf_finish(b)) == 0) {
		if (f->is_stopped)
			give_now(f, status, b);
		else
			err = give_in_turn(f, status, b);
	}
	if (err != 0 && !f->is_stopped)
		http_reply(f->request, 503, "text/plain; charset=utf-8", sorry,
		    sizeof(sorry) - 1);
	/* The page is wiped when the answer has gone. */
	f->page = b->p;
	f->page_n = b->n;
	if (err != 0)
		secret_free(&f->page);
}

void
give_linger(struct form *f, unsigned seconds)
{
	time_t begin = time(NULL), until = begin + (time_t)seconds;
	struct pollfd fds[] = {
		{ .fd = f->spare, .events = POLLIN },
		{ .fd = wire_peer_fd(f->child.control), .events = POLLIN },
	};
	uint8_t *drop = mem_new(LINGER_BYTES, 1);
	struct wire_message m;
	ssize_t n;

	while (drop != NULL && time(NULL) < until &&
	       poll(fds, 2, HTTP_IDLE_SECONDS * 1000) > 0) {
		if (fds[1].revents != 0) {
			if (wire_receive(f->child.control, &m) != 0 ||
			    m.type != WIRE_PRESSURE)
				break;
			/* Others wait; the page still has to arrive. */
			until = begin + HTTP_LINGER_SECONDS;
		}
		n = recv(f->spare, drop, LINGER_BYTES, MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			break;
	}
	if (drop != NULL)
		secret_wipe(drop, LINGER_BYTES);
	mem_free(drop);
}
