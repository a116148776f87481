/*
 * Fields that several kinds of message have: a text (u16 length, bytes without
 * NUL) and a truth (u8).
 */
#ifndef PISTA_WIRE_FIELD_H
#define PISTA_WIRE_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/cursor.h"

void field_put_text(struct buf *b, const char *s);
/* Into size bytes, NUL-terminated. ERR_LIMIT, ERR_TRUNCATED, ERR_FORMAT. */
int field_read_text(struct cursor *c, char *out, size_t size);

void field_put_bool(struct buf *b, bool is_so);
/* ERR_FORMAT for anything but 0 and 1. */
int field_read_bool(struct cursor *c, bool *ret_is_so);

#endif
