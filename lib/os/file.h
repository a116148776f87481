/*
 * Whole files at once: small ones, read up to a maximum and written so that a
 * reader sees the old content or the new, never half.
 */
#ifndef PISTA_OS_FILE_H
#define PISTA_OS_FILE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Reads all of path into new memory, followed by a NUL that is not counted.
 * The caller frees with mem_free. ERR_LIMIT when there are more than max
 * bytes; ERR_NOT_FOUND, ERR_DENIED and others from the system.
 */
int file_read(const char *path, size_t max, uint8_t **ret_p, size_t *ret_n);

/* The same from the present position of fd to its end; fd stays open. */
int file_read_fd(int fd, size_t max, uint8_t **ret_p, size_t *ret_n);

/*
 * The same into locked memory, which the caller frees with secret_free.
 * file_read_secret answers ERR_DENIED for a file that group or others may read
 * or write.
 */
int file_read_secret(
    const char *path, size_t max, uint8_t **ret_p, size_t *ret_n);
int file_read_secret_fd(int fd, size_t max, uint8_t **ret_p, size_t *ret_n);

/*
 * Replaces path by n bytes with the permission bits mode, whatever the umask:
 * written beside it, flushed, renamed, the directory flushed. On failure path
 * is as before. ERR_FULL, ERR_DENIED and others from the system.
 */
int file_write_atomic(const char *path, unsigned mode, const void *p, size_t n);

/*
 * Makes path, when it is missing, and takes a lock on it that ends with the
 * descriptor or the process. ERR_BUSY when another process has it.
 */
int file_lock(const char *path, int *ret_fd);

#endif
