/* Private to the back end in memory. */
#ifndef PISTA_STORE_MEMORY_H
#define PISTA_STORE_MEMORY_H

#include "store/memory_rows.h"

struct backend {
	struct rows rows;
};

int memory_post_put(struct backend *b, const struct post_row *p);
int memory_post_list(struct backend *b, post_fn *fn, void *ctx);
int memory_post_count(
    struct backend *b, size_t *ret_posts, size_t *ret_slots);
int memory_post_drop(struct backend *b, int64_t last);
int memory_edition_put(
    struct backend *b, const struct edition_row *e, struct text index);
int memory_edition_drop(struct backend *b, uint32_t number);
int memory_edition_get(struct backend *b, enum view v, uint32_t number,
    struct edition_row *ret_edition);
int memory_edition_ends(struct backend *b, enum view v,
    struct edition_row *ret_oldest, struct edition_row *ret_newest);
int memory_edition_index(
    struct backend *b, uint32_t number, struct buf *ret_index);
int memory_place_get(
    struct backend *b, enum view v, struct place_row *ret_place);
int memory_place_put(struct backend *b, const struct place_row *p);
int memory_stories_get(struct backend *b, struct buf *ret_json);
int memory_stories_put(struct backend *b, struct text json);

#endif
