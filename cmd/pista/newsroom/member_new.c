#include "newsroom/member_new.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "cmd.h"
#include "newsroom/found.h"
#include "newsroom/setup_check.h"
#include "newsroom/staging.h"
#include "place.h"
#include "say.h"

#define NAME "member"

static int
check(const struct member_new *m)
{
	const char *wrong;

	if (m->id == NULL || m->name == NULL)
		return cmd_misused(NAME, "new: give --id and --name");
	if ((wrong = setup_check_member_id(m->id)) != NULL)
		return cmd_misused(NAME, "--id: that %s", wrong);
	if ((wrong = setup_check_member_name(m->name)) != NULL)
		return cmd_misused(NAME, "--name: that %s", wrong);
	if ((m->newsroom == NULL) == (m->from == NULL))
		return cmd_misused(
		    NAME, "new: give either --newsroom or --from");
	if (m->pin == NULL)
		return cmd_misused(NAME,
		    "new: give --pin, the newsroom's public key, from somebody "
		    "you trust");
	if ((m->to != NULL && strlen(m->to) >= PLACE_ADDRESS_MAX) ||
	    (m->proxy != NULL && strlen(m->proxy) >= PLACE_ADDRESS_MAX))
		return cmd_misused(NAME, "that address is too long");
	return CMD_OK;
}

static int
read_card(const char *path, struct place *p)
{
	struct masthead *m = NULL;
	int err = place_card_file(path, &p->pin, &m);

	if (err == 0)
		memcpy(p->newsroom, m->newsroom, sizeof(p->newsroom));
	masthead_free(&m);
	return err;
}

static bool
is_address(const char *s)
{
	return strncmp(s, "unix:", 5) == 0 || strncmp(s, "http://", 7) == 0 ||
	       strncmp(s, "https://", 8) == 0;
}

static int
fetch_card(const char *address, struct place *p)
{
	struct place there = *p;
	struct http_client *c = NULL;
	struct masthead *m = NULL;
	int err;

	snprintf(there.address, sizeof(there.address), "%s", address);
	if ((err = place_client(&there, NULL, &c)) == 0 &&
	    (err = place_masthead(c, &there, NULL, true, &m)) == 0)
		memcpy(p->newsroom, there.newsroom, sizeof(p->newsroom));
	masthead_free(&m);
	http_client_free(&c);
	return err;
}

static int
settle_place(const struct member_new *m, struct place *p)
{
	int err;

	if ((err = place_pin(m->pin, &p->pin)) != 0)
		return say_error(NAME, m->pin, err,
		    "--pin takes a public key or a file with it");
	if (m->to != NULL)
		snprintf(p->address, sizeof(p->address), "%s", m->to);
	if (m->proxy != NULL)
		snprintf(p->proxy, sizeof(p->proxy), "%s", m->proxy);
	if (m->newsroom != NULL) {
		err = hex_read(text_from(m->newsroom), p->newsroom, 16);
		return err == 0 ? CMD_OK
				: say_error(NAME, m->newsroom, err,
				      "a newsroom is 32 digits of 0-9 and a-f");
	}
	err = is_address(m->from) ? fetch_card(m->from, p)
				  : read_card(m->from, p);
	return err == 0 ? CMD_OK
			: say_error(NAME, m->from, err,
			      err == ERR_SIGNATURE
				  ? "it was not signed with the key of --pin"
				  : NULL);
}

static int
make(struct home *h, const struct member_new *m, const struct place *p,
    struct buf *ret_line)
{
	struct member_request r = { 0 };
	struct staging staging;
	int err;

	memcpy(r.newsroom, p->newsroom, sizeof(r.newsroom));
	snprintf(r.id, sizeof(r.id), "%s", m->id);
	snprintf(r.name, sizeof(r.name), "%s", m->name);
	if ((err = staging_begin(&staging, h)) != 0 ||
	    (err = found_member(h, &r, ret_line)) != 0 ||
	    (err = home_write(h, "member/request.line", buf_text(ret_line))) !=
		0 ||
	    (err = place_save(h, p)) != 0)
		goto out;
	err = staging_is_interrupted() ? ERR_CLOSED : staging_commit(&staging);
out:
	staging_end(&staging);
	return err;
}

static int
print(const struct home *h, struct buf *line)
{
	if (fputs(buf_cstr(line), stdout) < 0 || fflush(stdout) != 0)
		return say_error(NAME, "output", ERR_IO, NULL);
	fprintf(stderr,
	    "\nSend this line to your administrator; it holds no secret. When "
	    "it arrived, compare\nthese digits on the telephone: ");
	member_say_digits(buf_text(line));
	fprintf(stderr,
	    "\nThe line also stands in %s/member/request.line. Once the "
	    "masthead with you is\npublished, `pista sync' brings the "
	    "letters.\n",
	    h->dir);
	return CMD_OK;
}

int
member_new(struct home *h, const struct member_new *m)
{
	struct place place = { 0 };
	char path[HOME_PATH_MAX];
	struct text ignored;
	struct buf line;
	int err, status;

	if ((status = check(m)) != CMD_OK)
		return status;
	if (home_open(h, NAME) != 0)
		return CMD_FAILED;
	if ((err = home_path(h, "member", path)) != 0 ||
	    (err = staging_check(h, "member")) != 0)
		return say_error(NAME, path, err,
		    "nothing is overwritten; choose another --home");
	if ((status = settle_place(m, &place)) != CMD_OK)
		return status;
	if (home_passphrase(h, "your keys", true, &ignored) != 0)
		return CMD_FAILED;
	buf_init(&line, 4096);
	if ((err = make(h, m, &place, &line)) != 0)
		status = say_error(NAME, h->dir, err, "nothing was made");
	else
		status = print(h, &line);
	buf_fini(&line);
	return status;
}
