/* A good card, signed with a fresh key, for tests of several kinds. */
#ifndef PISTA_TESTS_MASTHEAD_KIT_H
#define PISTA_TESTS_MASTHEAD_KIT_H

#include "base/err.h"
#include "crypto/random.h"
#include "masthead/sign.h"

#define CARD_ISSUED 20156 /* 2025-03-09 */
#define CARD_EXPIRES 20186

/* Two members (the second has left), two desks, a recovery key. */
static const char card_json[] =
    "{\"pista\":1,\"newsroom\":\"a0000000000000000000000000000000\","
    "\"name\":{\"es\":\"El Ejemplo\",\"en\":\"The Example\"},"
    "\"languages\":[\"en\",\"es\"],\"serial\":7,\"issued\":\"2025-03-09\","
    "\"expires\":\"2025-04-08\",\"previous\":"
    "\"00000000000000000000000000000000000000000000000000000000000000ff\","
    "\"members\":[{\"id\":\"ana\",\"name\":\"Ana\",\"age\":[{\"recipient\":"
    "\"age12znpgzd3mhgryh5mz6mspecea9mjcpcqpvdaw7rwjp7x20fqf9wss93ntr\","
    "\"from\":\"2025-03-01\"}],\"sign\":"
    "\"0100000000000000000000000000000000000000000000000000000000000000\","
    "\"request\":"
    "\"0200000000000000000000000000000000000000000000000000000000000000\"},"
    "{\"id\":\"bo\",\"name\":\"Bo\",\"age\":[],\"sign\":"
    "\"0300000000000000000000000000000000000000000000000000000000000000\","
    "\"request\":"
    "\"0400000000000000000000000000000000000000000000000000000000000000\"}],"
    "\"desks\":[{\"id\":\"news\",\"names\":{\"es\":\"Noticias\"},"
    "\"members\":[\"ana\",\"bo\"]},{\"id\":\"empty\",\"names\":"
    "{\"fr\":\"Vide\"},\"members\":[\"bo\"]}],"
    "\"policy\":{\"editions\":{\"hours\":[0,18]},\"letter_max\":1000000}}";
static const uint8_t card_newsroom[16] = { 0xa0 };

static inline int
card_read(const struct masthead_key *key, struct text json, uint32_t day,
    struct masthead **ret_masthead)
{
	struct masthead_pin pin;
	struct buf minisig;
	int err;

	masthead_key_pin(key, &pin);
	buf_init(&minisig, MINISIG_MAX);
	if ((err = masthead_sign(key, json, card_newsroom, 7, &minisig)) == 0)
		err = masthead_read(json, buf_text(&minisig), &pin,
		    card_newsroom, day, ret_masthead);
	buf_fini(&minisig);
	return err;
}

#endif
