/*
 * Pista's side of the exchange with stock minisign:
 *
 *   masthead-tool new KEY PUB          a fresh key pair in minisign's files
 *   masthead-tool sign KEY FILE OUT    signs FILE as serial 3 of a newsroom
 *   masthead-tool verify PUB FILE SIG  reads FILE as a masthead
 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "crypto/random.h"
#include "masthead/sign.h"
#include "os/file.h"

static const uint8_t newsroom[16] = { 0xa0 };

/* At most three files are loaded, and kept to the end. */
static struct text
load(const char *path)
{
	static uint8_t *kept[3];
	static size_t kept_n;
	uint8_t *p;
	size_t n;

	must(file_read(path, MASTHEAD_MAX, &p, &n) == 0);
	must(kept_n < sizeof(kept) / sizeof(kept[0]));
	kept[kept_n++] = p;
	return (struct text){ (char *)p, n };
}

static void
save(const char *path, const struct buf *b)
{
	FILE *f = fopen(path, "wb");

	must(buf_finish(b) == 0);
	must(f != NULL && fwrite(b->p, 1, b->n, f) == b->n);
	must(fclose(f) == 0);
}

static int
new_key(const char *key_path, const char *pub_path)
{
	struct masthead_key *key = NULL;
	struct masthead_pin pin;
	struct buf b;

	buf_init(&b, 1024);
	must(masthead_key_new(&key) == 0);
	masthead_key_put(&b, key);
	save(key_path, &b);
	buf_clear(&b);
	masthead_key_pin(key, &pin);
	buf_puts(&b, "untrusted comment: pin\n");
	masthead_pin_put(&b, &pin);
	buf_puts(&b, "\n");
	save(pub_path, &b);
	buf_fini(&b);
	masthead_key_free(&key);
	return 0;
}

static int
sign(const char *key_path, const char *path, const char *out)
{
	struct text key_text = load(key_path), json = load(path);
	struct masthead_key *key = NULL;
	struct buf b;
	int err;

	buf_init(&b, MINISIG_MAX);
	if ((err = masthead_key_read(key_text, &key)) == 0 &&
	    (err = masthead_sign(key, json, newsroom, 3, &b)) == 0)
		save(out, &b);
	masthead_key_free(&key);
	buf_fini(&b);
	return err;
}

static int
verify(const char *pub_path, const char *path, const char *sig_path)
{
	struct text pub = load(pub_path), json = load(path);
	struct text sig = load(sig_path);
	struct masthead *m = NULL;
	struct masthead_pin pin;
	int err;

	if ((err = masthead_pin_read(pub, &pin)) != 0 ||
	    (err = masthead_read(json, sig, &pin, newsroom, 20160, &m)) != 0)
		return err;
	masthead_free(&m);
	return 0;
}

int
main(int argc, char **argv)
{
	int err = ERR_USAGE;

	must(crypto_init() == 0);
	if (argc == 4 && strcmp(argv[1], "new") == 0)
		err = new_key(argv[2], argv[3]);
	else if (argc == 5 && strcmp(argv[1], "sign") == 0)
		err = sign(argv[2], argv[3], argv[4]);
	else if (argc == 5 && strcmp(argv[1], "verify") == 0)
		err = verify(argv[2], argv[3], argv[4]);
	if (err != 0)
		fprintf(stderr, "masthead-tool: %s\n", err_text(err));
	return err != 0;
}
