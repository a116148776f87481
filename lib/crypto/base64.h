/* Base64 (RFC 4648), standard alphabet, strict: canonical last digit, no white
 * space. */
#ifndef PISTA_CRYPTO_BASE64_H
#define PISTA_CRYPTO_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/text.h"

/* Appends n bytes as base64, with or without '=' padding. */
void base64_put(struct buf *b, const void *p, size_t n, bool is_padded);

/* Decodes in into out of size bytes. ERR_FORMAT, ERR_LIMIT. */
int base64_read(struct text in, bool is_padded, void *out, size_t size,
    size_t *ret_n);

#endif
