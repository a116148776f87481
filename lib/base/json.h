/*
 * Reading JSON from somebody else, over jansson: duplicates, invalid UTF-8,
 * NUL in text and trailing bytes are refused; every text is capped.
 */
#ifndef PISTA_BASE_JSON_H
#define PISTA_BASE_JSON_H

#include <stdbool.h>
#include <jansson.h>

#include "base/buf.h"
#include "base/text.h"

/* Makes jansson allocate through base/mem.h and seeds its hash tables, so that
 * it opens no file later. Without it a lack of memory looks like ERR_FORMAT.
 * crypto_init calls it. */
void json_init(void);

/* Parses one object or array of at most max bytes. The caller owns the
 * result (json_decref). ERR_FORMAT, ERR_LIMIT, ERR_NOMEM. */
int json_read(struct text in, size_t max, json_t **ret_root);

/* The member name of object o; each returns ERR_FORMAT when it is missing or
 * of another type, ERR_LIMIT when too large. The text is borrowed from o. */
int json_text(const json_t *o, const char *name, size_t max,
    struct text *ret_text);
int json_u64(const json_t *o, const char *name, uint64_t max,
    uint64_t *ret_value);
int json_bool(const json_t *o, const char *name, bool *ret_value);
int json_hex(const json_t *o, const char *name, void *out, size_t n);
int json_day(const json_t *o, const char *name, uint32_t *ret_day);
int json_list(const json_t *o, const char *name, size_t max_items,
    json_t **ret_list);
int json_object_of(const json_t *o, const char *name, json_t **ret_object);

/* True when o has a member name. */
bool json_has(const json_t *o, const char *name);

/* Appends v as JSON with jansson's encoding flags. ERR_FORMAT in b for what
 * cannot be written. */
void json_put(struct buf *b, const json_t *v, size_t flags);

#endif
