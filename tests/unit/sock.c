#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/err.h"
#include "os/sock.h"

static char directory[64];

static struct text
in_directory(char out[static 128], const char *name)
{
	snprintf(out, 128, "unix:%s/%s", directory, name);
	return text_from(out);
}

static void
test_addresses(void **state)
{
	static const struct {
		const char *address;
		int err;
	} cases[] = {
		{ "127.0.0.1:0", 0 },
		{ "127.1.2.3:65535", 0 },
		{ "[::1]:8080", 0 },
		{ "unix:/run/pista/x", 0 },
		{ "0.0.0.0:80", ERR_DENIED },
		{ "[::]:80", ERR_DENIED },
		{ "192.168.1.1:80", ERR_DENIED },
		{ "[::ffff:127.0.0.1]:80", ERR_DENIED },
		{ "127.0.0.1", ERR_FORMAT },
		{ "127.0.0.1:", ERR_FORMAT },
		{ "127.0.0.1:65536", ERR_LIMIT },
		{ "127.0.0.1:-1", ERR_FORMAT },
		{ "localhost:80", ERR_FORMAT },
		{ "127.1:80", ERR_FORMAT },
		{ "[::1]8080", ERR_FORMAT },
		{ "[::1:8080", ERR_FORMAT },
		{ "[]:80", ERR_FORMAT },
		{ "", ERR_FORMAT },
		{ "unix:", ERR_FORMAT },
		{ "unix:relative", ERR_FORMAT },
	};
	char long_path[200] = "unix:/";

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		if (sock_address_check(text_from(cases[i].address)) !=
		    cases[i].err)
			fail_msg("%s", cases[i].address);
	}
	memset(long_path + 6, 'x', sizeof(long_path) - 7);
	assert_int_equal(sock_address_check(text_from(long_path)), ERR_LIMIT);
}

static void
test_listen_tcp(void **state)
{
	uint16_t port;
	char address[32];
	int fd, second;

	(void)state;
	assert_int_equal(sock_listen(text_from("127.0.0.1:0"), 0, &fd), 0);
	assert_int_equal(sock_port(fd, &port), 0);
	assert_int_not_equal(port, 0);
	assert_int_equal(sock_accept(fd, &second), ERR_AGAIN);
	snprintf(address, sizeof(address), "127.0.0.1:%u", port);
	assert_int_equal(sock_listen(text_from(address), 0, &second), ERR_BUSY);
	close(fd);
}

static void
test_listen_unix(void **state)
{
	char address[128];
	struct text at = in_directory(address, "socket");
	struct stat st;
	uint16_t port;
	int fd, second;

	(void)state;
	assert_int_equal(sock_listen(at, 0620, &fd), 0);
	assert_int_equal(stat(address + 5, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0620);
	assert_int_equal(sock_port(fd, &port), ERR_UNSUPPORTED);
	assert_int_equal(sock_listen(at, 0620, &second), ERR_BUSY);
	/* What a killed process leaves is replaced. */
	close(fd);
	assert_int_equal(sock_listen(at, 0600, &fd), 0);
	assert_int_equal(stat(address + 5, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	close(fd);
	unlink(address + 5);
}

/* Who listens and has no room keeps the address, and nobody waits for room. */
static void
test_a_crowded_socket_is_not_waited_for(void **state)
{
	char address[128];
	struct text at = in_directory(address, "crowd");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), fds[4], fd;

	(void)state;
	snprintf(to.sun_path, sizeof(to.sun_path), "%.100s", address + 5);
	assert_int_equal(bind(listener, (struct sockaddr *)&to, sizeof(to)), 0);
	assert_int_equal(listen(listener, 0), 0);
	for (int i = 0; i < 4; i++) {
		fds[i] = socket(AF_UNIX, SOCK_STREAM, 0);
		assert_int_equal(sock_set_nonblocking(fds[i], true), 0);
		(void)!connect(fds[i], (struct sockaddr *)&to, sizeof(to));
	}
	alarm(10);
	assert_int_equal(sock_listen(at, 0600, &fd), ERR_BUSY);
	alarm(0);
	for (int i = 0; i < 4; i++)
		close(fds[i]);
	close(listener);
	unlink(address + 5);
}

static void
test_a_file_is_not_replaced(void **state)
{
	char address[128];
	struct text at = in_directory(address, "file");
	int fd, file = open(address + 5, O_CREAT | O_WRONLY, 0600);

	(void)state;
	assert_true(file >= 0);
	close(file);
	assert_int_equal(sock_listen(at, 0600, &fd), ERR_EXISTS);
	assert_int_equal(access(address + 5, F_OK), 0);
	unlink(address + 5);
}

/* Several descriptors in one message: all are closed again. */
static void
test_too_many_descriptors(void **state)
{
	int fds[2], passed[3] = { 2, 2, 2 }, fd, before, after;
	char control[CMSG_SPACE(sizeof(passed))] = { 0 }, byte = 'x';
	struct iovec v = { &byte, 1 };
	struct msghdr m = { .msg_iov = &v,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	size_t n;

	(void)state;
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(passed));
	memcpy(CMSG_DATA(c), passed, sizeof(passed));
	assert_int_equal(sock_pair(fds), 0);
	assert_int_equal(sendmsg(fds[0], &m, 0), 1);
	before = dup(2);
	assert_int_equal(sock_receive(fds[1], &byte, 1, &n, &fd), ERR_FORMAT);
	after = dup(2);
	assert_int_equal(after, before + 1);
	close(before);
	close(after);
	close(fds[0]);
	close(fds[1]);
}

static void
test_longer_than_the_buffer(void **state)
{
	char small[4];
	int fds[2], fd;
	size_t n;

	(void)state;
	assert_int_equal(sock_pair(fds), 0);
	assert_int_equal(
	    sock_send(fds[0], "12345", 5, NULL, 0, NULL, 0, -1), 0);
	assert_int_equal(
	    sock_receive(fds[1], small, sizeof(small), &n, &fd), ERR_FORMAT);
	assert_int_equal(sock_send(fds[0], "1", 1, "23", 2, "4", 1, -1), 0);
	assert_int_equal(
	    sock_receive(fds[1], small, sizeof(small), &n, &fd), 0);
	assert_int_equal(n, 4);
	assert_memory_equal(small, "1234", 4);
	close(fds[0]);
	assert_int_equal(
	    sock_receive(fds[1], small, sizeof(small), &n, &fd), ERR_CLOSED);
	close(fds[1]);
}

static int
setup(void **state)
{
	(void)state;
	strcpy(directory, "/tmp/pista-sock-XXXXXX");
	return mkdtemp(directory) == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	(void)state;
	return rmdir(directory);
}

static void
test_who_is_there(void **state)
{
	char address[128];
	int listener, fd, accepted, pid;
	uint32_t uid;

	(void)state;
	in_directory(address, "door");
	assert_int_equal(sock_connect(address + 5, &fd), ERR_NOT_FOUND);
	assert_int_equal(sock_listen(text_from(address), 0600, &listener), 0);
	assert_int_equal(sock_connect(address + 5, &fd), 0);
	assert_int_equal(sock_accept(listener, &accepted), 0);
	assert_int_equal(sock_peer(accepted, &uid, &pid), 0);
	assert_true(uid == geteuid() && pid == getpid());
	assert_int_equal(sock_peer(fd, &uid, &pid), 0);
	assert_true(uid == geteuid() && pid == getpid());
	close(accepted);
	close(fd);
	close(listener);
	assert_int_equal(sock_connect(address + 5, &fd), ERR_CLOSED);
	unlink(address + 5);
	assert_int_equal(sock_connect("relative", &fd), ERR_FORMAT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_listen_tcp),
		cmocka_unit_test(test_listen_unix),
		cmocka_unit_test(test_a_crowded_socket_is_not_waited_for),
		cmocka_unit_test(test_a_file_is_not_replaced),
		cmocka_unit_test(test_too_many_descriptors),
		cmocka_unit_test(test_longer_than_the_buffer),
		cmocka_unit_test(test_who_is_there),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
