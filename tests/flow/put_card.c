/*
 * Puts a card into the store as it is: the server itself takes no card that has
 * expired, but finds one when nobody renewed it in time.
 *
 *   put-card DATABASE NEWSROOM-HEX SERIAL JSON MINISIG
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/day.h"
#include "base/err.h"
#include "base/mem.h"
#include "crypto/random.h"
#include "masthead/masthead.h"
#include "os/file.h"
#include "store/store.h"

int
main(int argc, char **argv)
{
	uint8_t newsroom[16], *json = NULL, *minisig = NULL;
	struct store *s = NULL;
	size_t json_n, minisig_n;
	uint64_t serial;
	int err;

	if (argc != 6)
		return EXIT_FAILURE;
	if ((err = crypto_init()) == 0 && (err = store_warm()) == 0 &&
	    (err = hex_read(text_from(argv[2]), newsroom, sizeof(newsroom))) ==
		0 &&
	    (err = text_to_u64(text_from(argv[3]), UINT32_MAX, &serial)) == 0 &&
	    (err = file_read(argv[4], MASTHEAD_MAX, &json, &json_n)) == 0 &&
	    (err = file_read(argv[5], MINISIG_MAX, &minisig, &minisig_n)) ==
		0 &&
	    (err = store_open_sqlite(argv[1], newsroom, &s)) == 0 &&
	    (err = store_card_put(s, (struct text){ (char *)json, json_n },
		 (struct text){ (char *)minisig, minisig_n }, serial,
		 day_today())) == 0)
		err = store_sync(s);
	if (err != 0)
		fprintf(stderr, "put-card: %s\n", err_text(err));
	store_close(&s);
	mem_free(json);
	mem_free(minisig);
	return err == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
