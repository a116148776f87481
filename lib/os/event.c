#define _GNU_SOURCE /* EPOLLRDHUP, EPOLLEXCLUSIVE */

#include "os/event.h"

#include <errno.h>
#include <sys/epoll.h>

#include "base/err.h"

int
event_open(int *ret_set)
{
	int set = epoll_create1(EPOLL_CLOEXEC);

	if (set < 0)
		return err_from_errno(errno);
	*ret_set = set;
	return 0;
}

int
event_set(int set, int fd, unsigned what, void *tag)
{
	struct epoll_event e = { .data.ptr = tag };

	if ((what & EVENT_READ) != 0)
		e.events |= EPOLLIN;
	if ((what & (EVENT_READ | EVENT_ONE)) == EVENT_READ ||
	    (what & EVENT_END) != 0)
		e.events |= EPOLLRDHUP;
	if ((what & EVENT_WRITE) != 0)
		e.events |= EPOLLOUT;
	if ((what & EVENT_EDGE) != 0)
		e.events |= EPOLLET;
	if ((what & EVENT_ONE) != 0)
		e.events |= EPOLLEXCLUSIVE;
	if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &e) == 0)
		return 0;
	if (errno == EEXIST && epoll_ctl(set, EPOLL_CTL_MOD, fd, &e) == 0)
		return 0;
	return err_from_errno(errno);
}

void
event_drop(int set, int fd)
{
	epoll_ctl(set, EPOLL_CTL_DEL, fd, NULL);
}

int
event_wait(int set, struct event out[static EVENTS_AT_ONCE], int timeout_ms,
    size_t *ret_n)
{
	struct epoll_event got[EVENTS_AT_ONCE];
	int n;

	if ((n = epoll_wait(set, got, EVENTS_AT_ONCE, timeout_ms)) < 0) {
		if (errno != EINTR)
			return err_from_errno(errno);
		n = 0;
	}
	for (int i = 0; i < n; i++) {
		out[i] = (struct event){ .tag = got[i].data.ptr };
		if ((got[i].events & EPOLLIN) != 0)
			out[i].what |= EVENT_READ;
		if ((got[i].events & EPOLLOUT) != 0)
			out[i].what |= EVENT_WRITE;
		if ((got[i].events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP)) != 0)
			out[i].what |= EVENT_END;
	}
	*ret_n = (size_t)n;
	return 0;
}
