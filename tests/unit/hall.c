/* Who waits in the hall, and who may not wait for ever. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "unit.h"

#include "base/err.h"
#include "gate/hall.h"
#include "os/event.h"
#include "os/sock.h"

#define SHARE 20
#define GUESTS_MAX 1024

/* One door, two queues that nobody reads from unless the test does. */
struct play {
	struct hall h;
	char directory[64], path[96];
	int queue[2][2];
	int guest[GUESTS_MAX];
	size_t guests;
};

static void
begin(struct play *p)
{
	static const uint8_t newsroom[16];
	struct hall *h = &p->h;
	char address[128];

	*p = (struct play){ .h = { .entries_n = 1, .share = SHARE } };
	snprintf(p->directory, sizeof(p->directory), "/tmp/pista-hall-XXXXXX");
	assert_non_null(mkdtemp(p->directory));
	snprintf(p->path, sizeof(p->path), "%s/door", p->directory);
	snprintf(address, sizeof(address), "unix:%s", p->path);
	assert_int_equal(
	    sock_listen(text_from(address), 0600, &h->entries[0].listener), 0);
	h->entries[0].front = FRONT_DIRECT;
	assert_int_equal(event_open(&h->set), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(sock_pair(p->queue[i]), 0);
		assert_int_equal(sock_set_nonblocking(p->queue[i][0], true), 0);
		assert_int_equal(sock_set_nonblocking(p->queue[i][1], true), 0);
	}
	assert_int_equal(wire_peer_new(p->queue[0][0], WIRE_GATE, WIRE_WEB,
			     newsroom, &h->web),
	    0);
	assert_int_equal(wire_peer_new(p->queue[1][0], WIRE_GATE, WIRE_FORM,
			     newsroom, &h->form),
	    0);
}

static void
finish(struct play *p)
{
	hall_expire(&p->h, UINT64_MAX);
	hall_pass(&p->h);
	assert_int_equal(p->h.entries[0].guests, 0);
	for (size_t i = 0; i < p->guests; i++)
		close(p->guest[i]);
	wire_peer_free(&p->h.web);
	wire_peer_free(&p->h.form);
	close(p->queue[0][1]);
	close(p->queue[1][1]);
	close(p->h.entries[0].listener);
	close(p->h.set);
	unlink(p->path);
	rmdir(p->directory);
}

/* Somebody comes in and says this. */
static int
come(struct play *p, const char *head, uint64_t now)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_true(fd >= 0 && p->guests < GUESTS_MAX);
	memcpy(a.sun_path, p->path, strlen(p->path) + 1);
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_true(send(fd, head, strlen(head), 0) > 0);
	p->guest[p->guests++] = fd;
	p->h.entries[0].has_new = true;
	hall_accept(&p->h, now);
	return fd;
}

/* Fills the queue to the forms and the line behind it. */
static void
crowd(struct play *p, uint64_t now)
{
	for (int i = 0; i < 600; i++)
		come(p, "POST / HTTP/1.1\r\n", now);
	assert_int_equal(p->h.entries[0].to_form_n, SHARE / 2);
}

static size_t
taken(int queue)
{
	char bytes[4096];
	size_t n, count = 0;
	int fd;

	while (sock_receive(queue, bytes, sizeof(bytes), &n, &fd) == 0) {
		close(fd);
		count++;
	}
	return count;
}

static void
hear(struct play *p, uint64_t now)
{
	struct event events[EVENTS_AT_ONCE];
	size_t n;

	assert_int_equal(event_wait(p->h.set, events, 0, &n), 0);
	for (size_t i = 0; i < n; i++)
		hall_hear(&p->h, events[i].tag, now);
	hall_pass(&p->h);
}

static bool
is_closed(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_DONTWAIT) == 0 || errno != EAGAIN;
}

static void
forms_that_nobody_takes_do_not_stop_the_web(void **state)
{
	struct play p;

	(void)state;
	begin(&p);
	crowd(&p, 0);
	for (int i = 0; i < 50; i++)
		come(&p, "GET / HTTP/1.1\r\n", 0);
	assert_int_equal(taken(p.queue[0][1]), 50);
	finish(&p);
}

static void
who_waits_longest_for_a_form_makes_room(void **state)
{
	struct play p;
	size_t oldest;
	int last;

	(void)state;
	begin(&p);
	crowd(&p, 0);
	oldest = p.guests - SHARE / 2;
	assert_true(is_closed(p.guest[oldest - 1]));
	assert_false(is_closed(p.guest[oldest]));
	last = come(&p, "POST / HTTP/1.1\r\n", 0);
	assert_true(is_closed(p.guest[oldest]));
	assert_false(is_closed(last));
	finish(&p);
}

static void
nobody_waits_for_a_form_for_ever(void **state)
{
	struct play p;

	(void)state;
	begin(&p);
	crowd(&p, 1000);
	hall_expire(&p.h, 1000 + HALL_FORM_MS - 1);
	assert_int_equal(p.h.entries[0].to_form_n, SHARE / 2);
	hall_expire(&p.h, 1000 + HALL_FORM_MS);
	assert_int_equal(p.h.entries[0].to_form_n, 0);
	finish(&p);
}

static void
who_hung_up_does_not_wait_for_a_form(void **state)
{
	struct play p;

	(void)state;
	begin(&p);
	crowd(&p, 0);
	/* What they go on saying changes nothing. */
	assert_int_equal(send(p.guest[p.guests - 1], "Host: x", 7, 0), 7);
	hear(&p, 0);
	assert_int_equal(p.h.entries[0].to_form_n, SHARE / 2);
	close(p.guest[--p.guests]);
	hear(&p, 0);
	assert_int_equal(p.h.entries[0].to_form_n, SHARE / 2 - 1);
	/* And the others are passed on when there is room. */
	assert_true(taken(p.queue[1][1]) > SHARE);
	hall_pass(&p.h);
	assert_int_equal(taken(p.queue[1][1]), SHARE / 2 - 1);
	finish(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_that_nobody_takes_do_not_stop_the_web),
		cmocka_unit_test(who_waits_longest_for_a_form_makes_room),
		cmocka_unit_test(nobody_waits_for_a_form_for_ever),
		cmocka_unit_test(who_hung_up_does_not_wait_for_a_form),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
