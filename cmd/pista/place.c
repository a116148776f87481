#include "place.h"

#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "os/file.h"
#include "say.h"
#include "sync/contact.h"

#define PLACE_MAX 4096
#define PIN_FILE_MAX 1024
#define PLACE_FILE "member/place.json"
#define CARD_FILE HOME_INBOX "/masthead"
#define KNOWN_FILE "known-newsroom"

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

/*
 * The programs of the desk write into member/, and whoever takes one over could
 * put another newsroom's key there. What was seen first is kept outside, where
 * they cannot write.
 */
static int
check_known(const struct home *h, const struct place *p)
{
	char *known = NULL;
	struct buf line;
	size_t n;
	int err;

	buf_init(&line, 256);
	buf_put_hex(&line, p->newsroom, sizeof(p->newsroom));
	buf_puts(&line, " ");
	masthead_pin_put(&line, &p->pin);
	buf_puts(&line, "\n");
	if ((err = buf_finish(&line)) != 0)
		goto out;
	err = home_read(h, KNOWN_FILE, 256, &known, &n);
	if (err == ERR_NOT_FOUND)
		err = home_write(h, KNOWN_FILE, buf_text(&line));
	else if (err == 0 &&
		 !text_is_equal(buf_text(&line), (struct text){ known, n })) {
		fprintf(stderr,
		    "pista: %s/" PLACE_FILE " names another newsroom or key "
		    "than before. Unless you changed\nthat, somebody else did: "
		    "tell your administrator. If you did, remove "
		    "%s/" KNOWN_FILE "\n",
		    h->dir, h->dir);
		err = ERR_CONFLICT;
	}
out:
	buf_fini(&line);
	mem_free(known);
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
	if ((err = check_known(h, &p)) != 0)
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
	return contact_client(
	    p->address, p->proxy, p->newsroom, seed, ret_client);
}

int
place_remembered(
    const struct home *h, const struct place *p, struct masthead **ret_masthead)
{
	char path[HOME_PATH_MAX];
	int err = home_path(h, CARD_FILE, path);

	return err != 0 ? err
			: contact_remembered(
			      path, &p->pin, p->newsroom, ret_masthead);
}

int
place_masthead(struct http_client *c, struct place *p, const struct home *h,
    bool is_any_newsroom, struct masthead **ret_masthead)
{
	char path[HOME_PATH_MAX];
	int err;

	if (h != NULL && (err = home_path(h, CARD_FILE, path)) != 0)
		return err;
	err = contact_card(c, &p->pin, is_any_newsroom ? NULL : p->newsroom,
	    h != NULL ? path : NULL, ret_masthead);
	if (err == 0 && is_any_newsroom)
		memcpy(p->newsroom, (*ret_masthead)->newsroom, 16);
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
