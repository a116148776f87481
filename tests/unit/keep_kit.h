/* A running pistad-keep with a directory of its own, and peers that speak with
 * it. Whatever does not work ends the test. */
#ifndef PISTA_TESTS_KEEP_KIT_H
#define PISTA_TESTS_KEEP_KIT_H

#include <sys/types.h>

#include "masthead/sign.h"
#include "store_kit.h"
#include "wire/wire.h"

struct keep_kit {
	const char *program;
	char directory[64];
	pid_t pid;
	struct wire_peer *control;
	struct wire_start start;
	struct masthead_key *key;
};

/* Makes directory and key; starts the program at path. */
void keep_kit_new(struct keep_kit *k, const char *program);
void keep_kit_start(struct keep_kit *k);
void keep_kit_kill(struct keep_kit *k); /* -9 */
int keep_kit_drain(struct keep_kit *k); /* its exit status */
void keep_kit_free(struct keep_kit *k);
bool keep_kit_is_alive(struct keep_kit *k);

/* A new peer, introduced to keep. */
struct wire_peer *keep_kit_peer(struct keep_kit *k, enum wire_role role);

/* Sends; false when keep is gone. */
bool keep_kit_send(struct wire_peer *p, enum wire_type type, uint64_t request,
    const void *part1, size_t n1, const void *part2, size_t n2);
/* The next message but pushes; false when keep is gone. Ends the test when
 * nothing comes for long. */
bool keep_kit_hear(struct wire_peer *p, struct wire_message *ret_m);
/* The next message of this type whatever comes before it. */
bool keep_kit_await(
    struct wire_peer *p, enum wire_type type, struct wire_message *ret_m);

/* Asks and waits: 0, or the error of FAIL; ERR_CLOSED. */
int keep_kit_ask(struct wire_peer *p, enum wire_type type, const void *body,
    size_t n, struct wire_message *ret_m);

/* Sends all of a letter without waiting; the answer has that request. */
bool keep_kit_put(
    struct wire_peer *p, const struct kit_letter *l, uint64_t request);
/* And waits: 0 or an error. */
int keep_kit_put_all(
    struct wire_peer *p, const struct kit_letter *l, bool *ret_is_repeat);

/* Puts a signed card with this serial and policy ("\"hours\":[0]"). */
int keep_kit_card(struct keep_kit *k, struct wire_peer *pickup, uint64_t serial,
    const char *editions);
/* One edition post of n slots of a byte. */
int keep_kit_post(struct wire_peer *pickup, uint32_t edition, uint8_t byte,
    uint32_t slots, uint32_t strips, uint32_t *ret_detail);
/* Waits until that edition is the newest. */
void keep_kit_await_edition(struct wire_peer *pickup, uint32_t number);

#endif
