/*
 * The board as the public reads it. Editions never change, so the index is put
 * together once and given to everybody until keep says that there is a new one.
 */
#ifndef PISTA_RELAY_BOARD_H
#define PISTA_RELAY_BOARD_H

#include "board/edition.h"
#include "http/server.h"
#include "relay/link.h"

/* Live at a time: one an hour, as long as they live. Should there ever be more,
 * the oldest are left out. */
#define BOARD_EDITIONS_MAX (32 * 24)
#define BOARD_INDEX_MAX                             \
	((size_t)BOARD_EDITIONS_MAX *                \
	    (EDITION_HEAD_SIZE + EDITION_SLOTS_MAX * \
		(STRIP_ENTRY_SIZE + SLOT_INDEX_SIZE)))

struct board;

int board_new(struct link *l, struct board **ret_board);
void board_free(struct board **board);

/* From now on v1/board/index?after=N gives only what stands behind edition N.
 * For the desk alone: what one source asks for must be what all ask for. */
void board_cut(struct board *b);

/* Something on the board changed, or may have expired. */
void board_forget(struct board *b);

/* Answers GET and HEAD of v1/board/index and v1/board/N; path stands behind the
 * prefix. False when it is neither. */
bool board_answer(
    struct board *b, struct http_request *r, struct text path);

#endif
