#include "newsroom/setup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/secret.h"
#include "crypto/random.h"
#include "newsroom/found.h"
#include "newsroom/staging.h"
#include "os/file.h"
#include "place.h"
#include "receipt/receipt.h"
#include "say.h"

#define PASSPHRASE_WORDS 7 /* 77 bits, behind scrypt */
#define PASSPHRASE_MAX 256

struct making {
	struct setup *setup;
	struct card_start start;
	struct masthead_key *key;
	json_t *card;
	struct place place;
	const char *subject; /* of an error */
};

/* Seven words into HOME/passphrase, for trying out. */
static int
generate_passphrase(struct setup *s)
{
	struct buf b;
	char *p = NULL;
	int i, err;

	if ((p = secret_new(PASSPHRASE_MAX)) == NULL)
		return ERR_NOMEM;
	buf_init_fixed(&b, p, PASSPHRASE_MAX);
	for (i = 0; i < PASSPHRASE_WORDS; i++) {
		buf_puts(&b, i > 0 ? "-" : "");
		buf_puts(&b, receipt_word(0, random_below(RECEIPT_LIST_WORDS)));
	}
	s->home.passphrase_n = b.n;
	buf_puts(&b, "\n");
	if ((err = buf_finish(&b)) == 0)
		err = home_write(&s->home, "passphrase", buf_text(&b));
	if (err != 0) {
		secret_free(&p);
		return err;
	}
	s->home.passphrase = p;
	return 0;
}

static int
make_member(struct making *m)
{
	struct setup *s = m->setup;
	struct member_request r = { 0 };
	char name[HOME_PATH_MAX];
	struct buf line;
	int err;

	buf_init(&line, 4096);
	memcpy(r.newsroom, m->start.newsroom, sizeof(r.newsroom));
	snprintf(r.id, sizeof(r.id), "%.32s", s->member_id);
	snprintf(r.name, sizeof(r.name), "%.100s", s->member_name);
	snprintf(name, sizeof(name), "newsroom/members/%s.line", r.id);
	if ((err = found_member(&s->home, &r, &line)) == 0 &&
	    (err = home_write(&s->home, name, buf_text(&line))) == 0)
		err = card_add_member(m->card, &r, NULL);
	buf_fini(&line);
	return err;
}

/* The member's own copy of the first card, so that nothing older is ever
 * taken. */
static int
remember_card(struct making *m)
{
	struct masthead *card = NULL;
	struct buf frame;
	int err;

	buf_init(&frame, MASTHEAD_FRAME_MAX);
	if ((err = card_signed(&m->setup->home, &card)) == 0) {
		masthead_frame_put(&frame,
		    (struct text){ (const char *)card->json, card->json_n },
		    (struct text){ card->minisig, card->minisig_n });
		if ((err = buf_finish(&frame)) == 0 &&
		    (err = home_inbox(&m->setup->home)) == 0)
			err = home_write(&m->setup->home,
			    HOME_INBOX "/masthead", buf_text(&frame));
	}
	buf_fini(&frame);
	masthead_free(&card);
	return err;
}

static int
write_home(struct making *m)
{
	struct setup *s = m->setup;
	int err;

	m->subject = s->home.dir;
	if ((s->is_generated && (err = generate_passphrase(s)) != 0) ||
	    (err = found_newsroom(
		 &s->home, &m->start, s->has_recovery, &m->card, &m->key)) != 0)
		return err;
	masthead_key_pin(m->key, &m->place.pin);
	memcpy(m->place.newsroom, m->start.newsroom, 16);
	snprintf(m->place.address, sizeof(m->place.address),
	    "unix:%.480s/desk.sock", s->dir);
	if (staging_is_interrupted())
		return ERR_CLOSED;
	if ((err = make_member(m)) != 0 ||
	    (err = card_sign(&s->home, m->card, m->key, MASTHEAD_DAYS_MAX)) !=
		0 ||
	    (err = place_save(&s->home, &m->place)) != 0)
		return err;
	return remember_card(m);
}

static void
put_config(struct buf *b, const struct making *m)
{
	const struct setup *s = m->setup;

	buf_puts(b, "# The configuration of pistad; pistad.conf(5) explains "
		    "every key.\n\n[newsroom]\nid = ");
	buf_put_hex(b, m->start.newsroom, 16);
	buf_puts(b, "\n# What everything the newsroom says is checked "
		    "against.\npin = ");
	masthead_pin_put(b, &m->place.pin);
	buf_putf(b, "\n\n[store]\npath = %s/store\n", s->dir);
	buf_puts(b, "# Kept free for text when files fill the disk.\n"
		    "reserve = 256M\n\n");
	buf_putf(b,
	    "[entry page]\nlisten = %s\n"
	    "# onion, direct, proxy or cdn: what the page tells its "
	    "readers.\nfront = %s\n\n",
	    s->listen, s->front);
	buf_putf(b,
	    "[desk]\n# Members reach the inbox here.\n"
	    "listen = unix:%s/desk.sock\n\n",
	    s->dir);
	buf_puts(b, "[public]\n# The largest file one letter may carry.\n"
		    "file_max = 2G\n");
}

/* pistad.conf under another name; *ret_path is where. */
static int
write_config(struct making *m, char ret_path[static HOME_PATH_MAX])
{
	struct buf b;
	int err;

	buf_init(&b, 8192);
	m->subject = m->setup->dir;
	snprintf(ret_path, HOME_PATH_MAX, "%s/.pistad.conf.new", m->setup->dir);
	put_config(&b, m);
	if ((err = buf_finish(&b)) == 0)
		err = file_write_atomic(ret_path, 0640, b.p, b.n);
	buf_fini(&b);
	return err;
}

static int
make(struct making *m)
{
	char config[HOME_PATH_MAX], end[HOME_PATH_MAX];
	struct staging staging;
	int err;

	if ((err = staging_begin(&staging, &m->setup->home)) != 0 ||
	    (err = write_home(m)) != 0)
		goto out;
	if ((err = write_config(m, config)) != 0)
		goto out;
	snprintf(end, sizeof(end), "%s/pistad.conf", m->setup->dir);
	err = staging_is_interrupted() ? ERR_CLOSED : staging_commit(&staging);
	if (err == 0 && rename(config, end) != 0)
		err = err_from_errno(errno);
	if (err != 0)
		(void)unlink(config);
out:
	staging_end(&staging);
	return err;
}

/* The directory of the server, made, and its path from the root. */
static int
make_dir(struct setup *s)
{
	char path[HOME_PATH_MAX], here[ASK_MAX];

	if (s->dir[0] != '/') {
		if (getcwd(here, sizeof(here)) == NULL)
			return err_from_errno(errno);
		if (snprintf(path, sizeof(path), "%s/%s", here, s->dir) >=
		    ASK_MAX)
			return ERR_LIMIT;
		memcpy(s->dir, path, strlen(path) + 1);
	}
	snprintf(path, sizeof(path), "%s/pistad.conf", s->dir);
	if (access(path, F_OK) == 0)
		return ERR_EXISTS;
	return home_make_directories(s->dir);
}

int
setup_make(struct setup *s)
{
	struct making m = { .setup = s,
		.start = { .name = text_from(s->name),
		    .languages = text_from(s->languages),
		    .is_drill = s->is_drill,
		    .edition_seconds = s->edition_seconds } };
	int err;

	if ((err = make_dir(s)) != 0)
		return say_error("setup", s->dir, err,
		    err == ERR_EXISTS
			? "a server is configured there; choose another "
			  "directory with --dir"
			: "choose another directory with --dir");
	err = make(&m);
	masthead_key_free(&m.key);
	json_decref(m.card);
	if (err == 0)
		return 0;
	if (err == ERR_CLOSED) {
		fputs("pista: setup: interrupted; nothing was made\n", stderr);
		return 1;
	}
	return say_error("setup", m.subject, err, "nothing was made");
}
