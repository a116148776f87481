#include "place.h"

#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "os/file.h"
#include "say.h"

#define PLACE_MAX 4096
#define PIN_FILE_MAX 1024
#define PLACE_FILE "member/place.json"
#define CARD_FILE "member/masthead"

static int
copy_text(const json_t *o, const char *name, char out[static PLACE_ADDRESS_MAX])
{
	struct text t;
	int err = json_text(o, name, PLACE_ADDRESS_MAX - 1, &t);

	if (err == 0) {
		memcpy(out, t.p, t.n);
		out[t.n] = '\0';
	}
	return err;
}

int
place_load(const struct home *h, struct place *ret_place)
{
	struct place p = { 0 };
	json_t *root = NULL;
	struct text pin;
	char *bytes = NULL;
	size_t n;
	int err;

	if ((err = home_read(h, PLACE_FILE, PLACE_MAX, &bytes, &n)) != 0 ||
	    (err = json_read((struct text){ bytes, n }, PLACE_MAX, &root)) !=
		0 ||
	    (err = json_hex(root, "newsroom", p.newsroom, 16)) != 0 ||
	    (err = json_text(root, "pin", 256, &pin)) != 0 ||
	    (err = masthead_pin_read(pin, &p.pin)) != 0 ||
	    (err = copy_text(root, "address", p.address)) != 0)
		goto out;
	if (json_has(root, "proxy") &&
	    (err = copy_text(root, "proxy", p.proxy)) != 0)
		goto out;
	*ret_place = p;
out:
	json_decref(root);
	mem_free(bytes);
	return err;
}

int
place_save(const struct home *h, const struct place *p)
{
	json_t *root = json_object();
	struct buf pin, id, out;
	int err = ERR_NOMEM;

	buf_init(&pin, 256);
	buf_init(&id, 64);
	buf_init(&out, PLACE_MAX);
	masthead_pin_put(&pin, &p->pin);
	buf_put_hex(&id, p->newsroom, 16);
	if (root == NULL || buf_cstr(&pin) == NULL || buf_cstr(&id) == NULL)
		goto out;
	json_object_set_new(root, "newsroom", json_string(buf_cstr(&id)));
	json_object_set_new(root, "pin", json_string(buf_cstr(&pin)));
	json_object_set_new(root, "address", json_string(p->address));
	if (p->proxy[0] != '\0')
		json_object_set_new(root, "proxy", json_string(p->proxy));
	json_put(&out, root, JSON_INDENT(2));
	if ((err = buf_finish(&out)) == 0)
		err = home_write(h, PLACE_FILE, buf_text(&out));
out:
	buf_fini(&pin);
	buf_fini(&id);
	buf_fini(&out);
	json_decref(root);
	return err;
}

int
place_pin(const char *arg, struct masthead_pin *ret_pin)
{
	uint8_t *p = NULL;
	size_t n;
	int err;

	if (masthead_pin_read(text_from(arg), ret_pin) == 0)
		return 0;
	if ((err = file_read(arg, PIN_FILE_MAX, &p, &n)) == 0)
		err = masthead_pin_read(
		    (struct text){ (const char *)p, n }, ret_pin);
	mem_free(p);
	return err;
}

int
place_card_file(const char *path, const struct masthead_pin *pin,
    struct masthead **ret_masthead)
{
	char beside[HOME_PATH_MAX];
	uint8_t *json = NULL, *minisig = NULL;
	size_t json_n, minisig_n;
	int err;

	if (snprintf(beside, sizeof(beside), "%s.minisig", path) >=
	    (int)sizeof(beside))
		return ERR_LIMIT;
	if ((err = file_read(path, MASTHEAD_MAX, &json, &json_n)) == 0 &&
	    (err = file_read(beside, MINISIG_MAX, &minisig, &minisig_n)) == 0)
		err = masthead_read((struct text){ (char *)json, json_n },
		    (struct text){ (char *)minisig, minisig_n }, pin, NULL,
		    day_today(), ret_masthead);
	mem_free(json);
	mem_free(minisig);
	return err;
}

int
place_client(
    const struct place *p, const uint8_t *seed, struct http_client **ret_client)
{
	struct http_client_options o = { .seed = seed };

	if (strncmp(p->address, "unix:", 5) == 0)
		o.socket = p->address + 5;
	else
		o.url = p->address;
	o.proxy = p->proxy[0] != '\0' ? p->proxy : NULL;
	memcpy(o.newsroom, p->newsroom, 16);
	return http_client_new(&o, ret_client);
}

int
place_remembered(
    const struct home *h, const struct place *p, struct masthead **ret_masthead)
{
	struct text json, minisig;
	char *frame = NULL;
	size_t n;
	int err;

	if ((err = home_read(h, CARD_FILE, MASTHEAD_FRAME_MAX, &frame, &n)) ==
		0 &&
	    (err = masthead_frame_read(
		 (struct text){ frame, n }, &json, &minisig)) == 0)
		err = masthead_read(json, minisig, &p->pin, p->newsroom,
		    day_today(), ret_masthead);
	mem_free(frame);
	return err;
}

/* Refuses what is older than the remembered card, keeps what is newer. */
static int
remember(const struct home *h, const struct place *p, const struct masthead *m)
{
	struct masthead *old = NULL;
	struct buf frame;
	int err = place_remembered(h, p, &old);

	buf_init(&frame, MASTHEAD_FRAME_MAX);
	if (err == 0 && m->serial < old->serial)
		err = ERR_SERIAL;
	else if (err == 0 && m->serial == old->serial)
		err = memcmp(m->hash, old->hash, 32) == 0 ? 0 : ERR_CONFLICT;
	else if (err == 0 || err == ERR_NOT_FOUND) {
		masthead_frame_put(&frame,
		    (struct text){ (const char *)m->json, m->json_n },
		    (struct text){ m->minisig, m->minisig_n });
		err = buf_finish(&frame);
		if (err == 0)
			err = home_write(h, CARD_FILE, buf_text(&frame));
	}
	buf_fini(&frame);
	masthead_free(&old);
	return err;
}

int
place_masthead(struct http_client *c, struct place *p, const struct home *h,
    bool is_any_newsroom, struct masthead **ret_masthead)
{
	struct http_call card = { .method = "GET", .path = "/masthead.json" };
	struct http_call sig = { .method = "GET",
		.path = "/masthead.json.minisig" };
	struct masthead *m = NULL;
	struct buf json, minisig;
	int err;

	buf_init(&json, MASTHEAD_MAX);
	buf_init(&minisig, MINISIG_MAX);
	if ((err = http_client_fetch(c, &card, &json)) != 0 ||
	    (err = http_client_fetch(c, &sig, &minisig)) != 0 ||
	    (err = masthead_read(buf_text(&json), buf_text(&minisig), &p->pin,
		 is_any_newsroom ? NULL : p->newsroom, day_today(), &m)) != 0)
		goto out;
	if (is_any_newsroom)
		memcpy(p->newsroom, m->newsroom, 16);
	if (h != NULL && (err = remember(h, p, m)) != 0)
		goto out;
	*ret_masthead = m;
	m = NULL;
out:
	masthead_free(&m);
	buf_fini(&json);
	buf_fini(&minisig);
	return err;
}

int
place_say_error(const char *command, const struct place *p,
    const struct http_call *call, int err)
{
	const char *why = call != NULL && call->title[0] != '\0'
			      ? call->title
			      : err_text(err);
	const char *advice = "";

	if (err == ERR_CLOSED)
		advice = "; is pistad running there?";
	else if (err == ERR_DENIED)
		advice = "; is your key in the newest masthead, and is this "
			 "machine's clock right?";
	else if (err == ERR_FULL || err == ERR_BUSY)
		advice = "; nothing is lost, try again later";
	fprintf(
	    stderr, "pista: %s: %s: %s%s\n", command, p->address, why, advice);
	return 1;
}
