/*
 * Sockets: pairs, descriptor passing, listening. Linux-only flags stay here.
 */
#ifndef PISTA_OS_SOCK_H
#define PISTA_OS_SOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* Two connected SOCK_SEQPACKET ends, close-on-exec, blocking. */
int sock_pair(int ret_fds[static 2]);

/* Puts a descriptor in non-blocking or blocking mode. */
int sock_set_nonblocking(int fd, bool is_nonblocking);

/* One datagram with at most one descriptor. sendmsg with MSG_NOSIGNAL. */
int sock_send(int fd, const void *head, size_t head_n, const void *part1,
    size_t part1_n, const void *part2, size_t part2_n, int pass);
/* Receives one datagram into buf; *ret_fd is -1 or a new close-on-exec
 * descriptor. ERR_FORMAT when it was truncated or carried more than one
 * (all are closed). ERR_AGAIN, ERR_CLOSED. */
int sock_receive(int fd, void *buf, size_t size, size_t *ret_n, int *ret_fd);

/* Listening: "unix:/path" (mode) or "127.0.0.1:8080" or "[::1]:8080"; port 0
 * picks one. Only loopback addresses: ERR_DENIED otherwise. */
int sock_listen(struct text address, unsigned mode, int *ret_fd);
/* Whether sock_listen could take the address: ERR_FORMAT, ERR_LIMIT,
 * ERR_DENIED. */
int sock_address_check(struct text address);
/* The port a TCP listener has. */
int sock_port(int fd, uint16_t *ret_port);
int sock_accept(int listener, int *ret_fd);	/* non-blocking, close-on-exec */

/* A new blocking, close-on-exec connection to the unix socket at path.
 * ERR_CLOSED when nobody listens there, ERR_NOT_FOUND. */
int sock_connect(const char *path, int *ret_fd);
/* Whose process connected to us, or listened when we did, as the kernel saw
 * it then. ERR_SYS. */
int sock_peer(int fd, uint32_t *ret_uid, int *ret_pid);

#endif
