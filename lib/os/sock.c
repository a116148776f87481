#define _GNU_SOURCE /* accept4, MSG_CMSG_CLOEXEC */

#include "os/sock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/err.h"

/* Room for more descriptors than anybody may pass, so that surplus ones are
 * seen and closed rather than cut off by the kernel. */
#define PASSED_MAX 8
#define BACKLOG 1024
#define PORT_MAX 65535

int
sock_pair(int ret_fds[static 2])
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret_fds) != 0)
		return err_from_errno(errno);
	return 0;
}

int
sock_set_nonblocking(int fd, bool is_nonblocking)
{
	int flags;

	if ((flags = fcntl(fd, F_GETFL)) < 0)
		return err_from_errno(errno);
	flags = is_nonblocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
	if (fcntl(fd, F_SETFL, flags) != 0)
		return err_from_errno(errno);
	return 0;
}

/* sendmsg takes pointers to bytes it only reads without const. */
static struct iovec
piece(const void *p, size_t n)
{
	struct iovec v = { .iov_len = n };

	memcpy(&v.iov_base, &p, sizeof(p));
	return v;
}

int
sock_send(int fd, const void *head, size_t head_n, const void *part1,
    size_t part1_n, const void *part2, size_t part2_n, int pass)
{
	struct iovec v[] = { piece(head, head_n), piece(part1, part1_n),
		piece(part2, part2_n) };
	struct msghdr m = { .msg_iov = v, .msg_iovlen = 3 };
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { .bytes = { 0 } };
	ssize_t sent;

	if (pass >= 0) {
		m.msg_control = control.bytes;
		m.msg_controllen = sizeof(control.bytes);
		struct cmsghdr *c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &pass, sizeof(int));
	}
	do
		sent = sendmsg(fd, &m, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	/* Too many descriptors under way are taken up again, like bytes. */
	if (sent < 0)
		return errno == ETOOMANYREFS ? ERR_AGAIN
					     : err_from_errno(errno);
	return (size_t)sent == head_n + part1_n + part2_n ? 0 : ERR_IO;
}

/* Collects the descriptors that came along; all beyond the first are closed. */
static size_t
take_passed(struct msghdr *m, int *ret_first)
{
	size_t total = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL;
	     c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < n; i++) {
			int fd;

			memcpy(
			    &fd, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
			if (total++ == 0)
				*ret_first = fd;
			else
				close(fd);
		}
	}
	return total;
}

int
sock_receive(int fd, void *buf, size_t size, size_t *ret_n, int *ret_fd)
{
	struct iovec v = { .iov_base = buf, .iov_len = size };
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(PASSED_MAX * sizeof(int))];
	} control;
	struct msghdr m = { .msg_iov = &v,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes) };
	size_t passed;
	ssize_t got;
	int first = -1;

	do
		got = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return err_from_errno(errno);
	passed = take_passed(&m, &first);
	if (passed > 1 || (m.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 ||
	    (got == 0 && passed > 0)) {
		if (first >= 0)
			close(first);
		return ERR_FORMAT;
	}
	if (got == 0)
		return ERR_CLOSED;
	*ret_n = (size_t)got;
	*ret_fd = first;
	return 0;
}

/* Removes a socket nobody listens on any more, left by a process that was
 * killed. Anything else at path stays. */
static int
remove_stale(const struct sockaddr_un *to)
{
	struct stat st;
	int fd, err = 0;

	if (lstat(to->sun_path, &st) != 0)
		return errno == ENOENT ? 0 : err_from_errno(errno);
	if (!S_ISSOCK(st.st_mode))
		return ERR_EXISTS;
	if ((fd = socket(
		 AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) < 0)
		return err_from_errno(errno);
	/* Who listens may have no room for one more just now. */
	if (connect(fd, (const struct sockaddr *)to, sizeof(*to)) == 0 ||
	    errno == EAGAIN)
		err = ERR_BUSY;
	else if (errno != ECONNREFUSED)
		err = err_from_errno(errno);
	else if (unlink(to->sun_path) != 0)
		err = err_from_errno(errno);
	close(fd);
	return err;
}

static int
read_path(struct text path, struct sockaddr_un *ret_to)
{
	if (path.n == 0 || path.p[0] != '/' ||
	    memchr(path.p, '\0', path.n) != NULL)
		return ERR_FORMAT;
	if (path.n >= sizeof(ret_to->sun_path))
		return ERR_LIMIT;
	memset(ret_to, 0, sizeof(*ret_to));
	ret_to->sun_family = AF_UNIX;
	memcpy(ret_to->sun_path, path.p, path.n);
	return 0;
}

static int
listen_unix(struct text path, unsigned mode, int *ret_fd)
{
	struct sockaddr_un to;
	mode_t before;
	int fd, done, err;

	if ((err = read_path(path, &to)) != 0 || (err = remove_stale(&to)) != 0)
		return err;
	if ((fd = socket(
		 AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) < 0)
		return err_from_errno(errno);
	/* The socket has its mode from birth; nobody slips in between. */
	before = umask(~(mode_t)mode & 0777);
	done = bind(fd, (const struct sockaddr *)&to, sizeof(to));
	umask(before);
	if (done != 0 || listen(fd, BACKLOG) != 0) {
		err = errno == EADDRINUSE ? ERR_BUSY : err_from_errno(errno);
		close(fd);
		return err;
	}
	*ret_fd = fd;
	return 0;
}

/* A numeric loopback address and a port. */
static int
read_address(struct text a, struct sockaddr_storage *ret_to, socklen_t *ret_n)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)ret_to;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret_to;
	char host[INET6_ADDRSTRLEN];
	struct text name;
	uint64_t port;
	int err;
	bool is_v6 = a.n > 0 && a.p[0] == '[';

	memset(ret_to, 0, sizeof(*ret_to));
	if (is_v6) {
		a.p++, a.n--;
		name = text_cut(&a, ']');
		if (a.n == 0 || a.p[0] != ':')
			return ERR_FORMAT;
		a.p++, a.n--;
	} else {
		name = text_cut(&a, ':');
	}
	if (name.n >= sizeof(host))
		return ERR_FORMAT;
	if ((err = text_to_u64(a, PORT_MAX, &port)) != 0)
		return err;
	memcpy(host, name.p, name.n);
	host[name.n] = '\0';
	if (is_v6) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)port);
		if (inet_pton(AF_INET6, host, &v6->sin6_addr) != 1)
			return ERR_FORMAT;
		*ret_n = sizeof(*v6);
		return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr) ? 0 : ERR_DENIED;
	}
	v4->sin_family = AF_INET;
	v4->sin_port = htons((uint16_t)port);
	if (inet_pton(AF_INET, host, &v4->sin_addr) != 1)
		return ERR_FORMAT;
	*ret_n = sizeof(*v4);
	return ntohl(v4->sin_addr.s_addr) >> IN_CLASSA_NSHIFT == IN_LOOPBACKNET
		   ? 0
		   : ERR_DENIED;
}

static int
listen_tcp(struct text address, int *ret_fd)
{
	struct sockaddr_storage to;
	socklen_t n;
	int fd, err, on = 1;

	if ((err = read_address(address, &to, &n)) != 0)
		return err;
	if ((fd = socket(to.ss_family,
		 SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) < 0)
		return err_from_errno(errno);
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
	    bind(fd, (const struct sockaddr *)&to, n) != 0 ||
	    listen(fd, BACKLOG) != 0) {
		err = errno == EADDRINUSE ? ERR_BUSY : err_from_errno(errno);
		close(fd);
		return err;
	}
	*ret_fd = fd;
	return 0;
}

/* What follows "unix:" in *address, or false when it is no such address. */
static bool
cut_unix(struct text *address)
{
	static const struct text prefix = { "unix:", 5 };

	if (!text_has_prefix(*address, prefix.p))
		return false;
	address->p += prefix.n;
	address->n -= prefix.n;
	return true;
}

int
sock_listen(struct text address, unsigned mode, int *ret_fd)
{
	if (cut_unix(&address))
		return listen_unix(address, mode, ret_fd);
	return listen_tcp(address, ret_fd);
}

int
sock_address_check(struct text address)
{
	struct sockaddr_storage to;
	struct sockaddr_un path;
	socklen_t n;

	if (cut_unix(&address))
		return read_path(address, &path);
	return read_address(address, &to, &n);
}

int
sock_port(int fd, uint16_t *ret_port)
{
	struct sockaddr_storage at;
	socklen_t n = sizeof(at);

	if (getsockname(fd, (struct sockaddr *)&at, &n) != 0)
		return err_from_errno(errno);
	if (at.ss_family == AF_INET)
		*ret_port = ntohs(((struct sockaddr_in *)&at)->sin_port);
	else if (at.ss_family == AF_INET6)
		*ret_port = ntohs(((struct sockaddr_in6 *)&at)->sin6_port);
	else
		return ERR_UNSUPPORTED;
	return 0;
}

int
sock_accept(int listener, int *ret_fd)
{
	int fd;

	/* A connection that was gone before it was taken is no error. */
	do
		fd =
		    accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	while (fd < 0 && (errno == EINTR || errno == ECONNABORTED));
	if (fd < 0)
		return err_from_errno(errno);
	*ret_fd = fd;
	return 0;
}

int
sock_connect(const char *path, int *ret_fd)
{
	struct sockaddr_un to;
	int fd, err;

	if ((err = read_path(text_from(path), &to)) != 0)
		return err;
	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0)
		return err_from_errno(errno);
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) != 0) {
		err =
		    errno == ECONNREFUSED ? ERR_CLOSED : err_from_errno(errno);
		close(fd);
		return err;
	}
	*ret_fd = fd;
	return 0;
}

int
sock_peer(int fd, uint32_t *ret_uid, int *ret_pid)
{
	struct ucred who;
	socklen_t n = sizeof(who);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) != 0)
		return err_from_errno(errno);
	*ret_uid = who.uid;
	*ret_pid = (int)who.pid;
	return 0;
}
