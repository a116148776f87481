/*
 * The board as a source reads it: the whole index, checked; then slots in a
 * pattern that says nothing about which are wanted; then what opens.
 */
#ifndef PISTA_CMD_SOURCE_BOARD_READ_H
#define PISTA_CMD_SOURCE_BOARD_READ_H

#include <stdbool.h>

#include "board/edition.h"
#include "board/slot.h"
#include "http/client.h"

#define BOARD_PARTS_MAX 1024

struct board_part {
	uint32_t edition;
	uint8_t *plain; /* secret memory, in which the answer's texts stand */
	struct answer answer;
};

struct board_read {
	struct buf index;
	struct edition_view *editions; /* oldest first */
	size_t n;
	struct board_part *parts; /* by edition; an (id, part) once */
	size_t parts_n;
	size_t unopened; /* slots with the thread's tag that do not open */
	bool has_code;
	enum strip_code code; /* the newest status */
	bool has_more;        /* answers in editions that were not taken */
	uint32_t wrong;       /* edition that was missing or changed; 0: none */
	int wrong_err;
};

/*
 * Reads the answers of one thread. ERR_DIGEST, ERR_FORMAT, ERR_NEWSROOM when
 * the index is not what the newsroom made; errors of the client. An edition
 * whose slots are missing or changed is told in wrong, the others are read.
 */
int board_read_new(struct http_client *c, const uint8_t newsroom[static 16],
    const struct thread_keys *keys, struct board_read **ret_board,
    struct http_call *ret_call);
void board_read_free(struct board_read **board);

#endif
