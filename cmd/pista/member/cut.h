/* Files that came in parts, as the book tells of them. */
#ifndef PISTA_CMD_MEMBER_CUT_H
#define PISTA_CMD_MEMBER_CUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* The file of the book's list that a letter's part counts for; NULL. */
const json_t *cut_find(const json_t *list, uint64_t seq);
bool cut_is_whole(const json_t *file);
/* The letter with part i of those here; 0 behind the last. */
uint64_t cut_seq(const json_t *file, size_t i);
/* "film.mp4, video/mp4, 3 of 5 parts here, missing 2, 4-5". */
void cut_print(const json_t *file);

#endif
