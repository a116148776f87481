#include "newsroom/masthead_publish.h"

#include <string.h>

#include "base/err.h"
#include "cmd.h"
#include "newsroom/card.h"
#include "newsroom/masthead_print.h"
#include "say.h"

#define NAME "masthead"

static int
put(struct http_client *c, const struct masthead *m, struct http_call *call)
{
	struct buf frame, answer;
	int err;

	buf_init(&frame, MASTHEAD_FRAME_MAX);
	buf_init(&answer, 4096);
	masthead_frame_put(&frame,
	    (struct text){ (const char *)m->json, m->json_n },
	    (struct text){ m->minisig, m->minisig_n });
	*call = (struct http_call){ .method = "PUT",
		.path = "/v1/masthead",
		.type = "application/octet-stream",
		.body = frame.p,
		.body_n = frame.n };
	if ((err = buf_finish(&frame)) == 0)
		err = http_client_fetch(c, call, &answer);
	buf_fini(&frame);
	buf_fini(&answer);
	return err;
}

/* ERR_EXISTS when the server shows this very card, ERR_SERIAL when it shows a
 * newer one. */
static int
compare(struct http_client *c, struct place *p, const struct masthead *m)
{
	struct masthead *there = NULL;
	int err = place_masthead(c, p, NULL, false, &there);

	if (err == 0 && memcmp(there->hash, m->hash, sizeof(m->hash)) == 0)
		err = ERR_EXISTS;
	else if (err == 0 && there->serial >= m->serial)
		err = ERR_SERIAL;
	else if (err == ERR_NOT_FOUND)
		err = 0;
	masthead_free(&there);
	return err;
}

int
masthead_publish(
    const struct home *h, struct place *p, const struct masthead *m)
{
	struct http_client *c = NULL;
	struct http_call call = { 0 };
	int err;

	if ((err = place_client(p, NULL, &c)) == 0 &&
	    (err = compare(c, p, m)) == 0)
		err = put(c, m, &call);
	http_client_free(&c);
	if (err == ERR_SERIAL || err == ERR_CONFLICT)
		return say_error(NAME, "this card", ERR_SERIAL,
		    "the server has a newer one; was this home restored from "
		    "an old copy?");
	if (err != 0 && err != ERR_EXISTS)
		return place_say_error(NAME, p, &call, err);
	printf(err == ERR_EXISTS ? "The server has this card already: serial "
				   "%llu, good until "
				 : "Published: serial %llu, good until ",
	    (unsigned long long)m->serial);
	say_day(stdout, m->expires);
	printf(", ");
	masthead_print_left(stdout, m);
	printf(".\n");
	card_warn_recovery(h);
	return CMD_OK;
}
