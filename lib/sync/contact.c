#include "sync/contact.h"

#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "base/mem.h"
#include "os/file.h"

int
contact_client(const char *address, const char *proxy,
    const uint8_t newsroom[static 16], const uint8_t *seed,
    struct http_client **ret_client)
{
	struct http_client_options o = { .seed = seed };

	if (strncmp(address, "unix:", 5) == 0)
		o.socket = address + 5;
	else
		o.url = address;
	o.proxy = proxy[0] != '\0' ? proxy : NULL;
	memcpy(o.newsroom, newsroom, 16);
	return http_client_new(&o, ret_client);
}

int
contact_remembered(const char *path, const struct masthead_pin *pin,
    const uint8_t newsroom[static 16], struct masthead **ret_card)
{
	struct text json, minisig;
	uint8_t *frame = NULL;
	size_t n;
	int err;

	if ((err = file_read(path, MASTHEAD_FRAME_MAX, &frame, &n)) == 0 &&
	    (err = masthead_frame_read((struct text){ (const char *)frame, n },
		 &json, &minisig)) == 0)
		err = masthead_read(
		    json, minisig, pin, newsroom, day_today(), ret_card);
	mem_free(frame);
	return err;
}

/* A file that holds no card any more is written anew. */
static bool
is_no_card(int err)
{
	return err == ERR_NOT_FOUND || err == ERR_FORMAT ||
	       err == ERR_TRUNCATED || err == ERR_LIMIT ||
	       err == ERR_SIGNATURE || err == ERR_DENIED;
}

/* Refuses what is older than the remembered card, keeps what is newer. */
static int
remember(
    const char *path, const struct masthead_pin *pin, const struct masthead *m)
{
	struct masthead *old = NULL;
	struct buf frame;
	int err = contact_remembered(path, pin, m->newsroom, &old);

	buf_init(&frame, MASTHEAD_FRAME_MAX);
	if (err == 0 && m->serial < old->serial)
		err = ERR_SERIAL;
	else if (err == 0 && m->serial == old->serial)
		err = memcmp(m->hash, old->hash, 32) == 0 ? 0 : ERR_CONFLICT;
	else if (err == 0 || is_no_card(err)) {
		masthead_frame_put(&frame,
		    (struct text){ (const char *)m->json, m->json_n },
		    (struct text){ m->minisig, m->minisig_n });
		err = buf_finish(&frame);
		if (err == 0)
			err = file_write_atomic(path, 0600, frame.p, frame.n);
	}
	buf_fini(&frame);
	masthead_free(&old);
	return err;
}

int
contact_card(struct http_client *c, const struct masthead_pin *pin,
    const uint8_t *newsroom, const char *path, struct masthead **ret_card)
{
	struct http_call card = { .method = "GET", .path = "/masthead.json" };
	struct http_call sig = { .method = "GET",
		.path = "/masthead.json.minisig" };
	struct masthead *m = NULL;
	struct buf json, minisig;
	int err;

	buf_init(&json, MASTHEAD_MAX);
	buf_init(&minisig, MINISIG_MAX);
	if ((err = http_client_fetch(c, &card, &json)) == 0 &&
	    (err = http_client_fetch(c, &sig, &minisig)) == 0 &&
	    (err = masthead_read(buf_text(&json), buf_text(&minisig), pin,
		 newsroom, day_today(), &m)) == 0 &&
	    (path == NULL || (err = remember(path, pin, m)) == 0)) {
		*ret_card = m;
		m = NULL;
	}
	masthead_free(&m);
	buf_fini(&json);
	buf_fini(&minisig);
	return err;
}
