/*
 * Values of the configuration. Each function returns NULL, or what the value
 * needs, in words that follow the name of the key.
 */
#ifndef PISTA_PARENT_VALUES_H
#define PISTA_PARENT_VALUES_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

const char *value_number(
    struct text v, uint64_t min, uint64_t max, uint64_t *ret_value);
/* Bytes: digits and K, M, G or T (powers of 1024). */
const char *value_size(struct text v, uint64_t *ret_value);
/* Octal permission bits. */
const char *value_mode(struct text v, unsigned *ret_mode);
const char *value_front(struct text v, uint8_t *ret_front);
/* An absolute path. */
const char *value_path(struct text v, char *out, size_t size);
/* What sock_listen takes. */
const char *value_address(struct text v, char *out, size_t size);
/* scheme://host[:port] */
const char *value_origin(struct text v, char *out, size_t size);
/* Empty, or /parts without a slash at the end. */
const char *value_prefix(struct text v, char *out, size_t size);
/* Letters, digits, dot, dash, underscore. */
const char *value_name(struct text v, char *out, size_t size);

#endif
