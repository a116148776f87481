#include "home.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "os/file.h"
#include "os/term.h"
#include "seal/seal.h"

#define PASSPHRASE_MIN 8
#define SEALED_MAX (256 * 1024)
#define SCRYPT_LOG_N 18 /* what stock age writes */

void
home_init(struct home *h)
{
	*h = (struct home){ .passphrase_fd = -1 };
}

void
home_fini(struct home *h)
{
	secret_free(&h->passphrase);
	h->passphrase_n = 0;
}

bool
home_option(struct home *h, int option, const char *arg)
{
	uint64_t fd;

	switch (option) {
	case HOME_DIR:
		/* A name that does not fit is refused by home_open. */
		snprintf(h->dir, sizeof(h->dir), "%s", arg);
		if (strlen(arg) >= sizeof(h->dir))
			h->dir[0] = '\0';
		return true;
	case HOME_PASSPHRASE_FILE:
		h->passphrase_file = arg;
		return true;
	case HOME_PASSPHRASE_FD:
		h->passphrase_fd =
		    text_to_u64(text_from(arg), 65535, &fd) == 0 ? (int)fd : -2;
		return true;
	default:
		return false;
	}
}

int
home_make_directories(const char *path)
{
	char part[HOME_PATH_MAX];
	size_t i, n = strlen(path);

	for (i = 1; i <= n; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0700) != 0 && errno != EEXIST)
			return err_from_errno(errno);
	}
	return 0;
}

static int
settle(struct home *h)
{
	const char *env;
	int n;

	if (h->dir[0] != '\0')
		return 0;
	if ((env = getenv("PISTA_HOME")) != NULL && env[0] != '\0')
		n = snprintf(h->dir, sizeof(h->dir), "%s", env);
	else if ((env = getenv("XDG_DATA_HOME")) != NULL && env[0] == '/')
		n = snprintf(h->dir, sizeof(h->dir), "%s/pista", env);
	else if ((env = getenv("HOME")) != NULL && env[0] == '/')
		n = snprintf(
		    h->dir, sizeof(h->dir), "%s/.local/share/pista", env);
	else
		return ERR_NOT_FOUND;
	return n < 0 || (size_t)n >= sizeof(h->dir) ? ERR_LIMIT : 0;
}

int
home_open(struct home *h, const char *command)
{
	char path[HOME_PATH_MAX];
	static const char *const parts[] = { "newsroom", "member" };
	size_t i;
	int err;

	if ((err = settle(h)) == ERR_NOT_FOUND) {
		fprintf(stderr,
		    "pista: %s: no home directory is known; name one with "
		    "--home DIR\n",
		    command);
		return err;
	}
	if (err == 0)
		err = home_make_directories(h->dir);
	for (i = 0; err == 0 && i < sizeof(parts) / sizeof(parts[0]); i++)
		if ((err = home_path(h, parts[i], path)) == 0)
			err = home_make_directories(path);
	if (err != 0)
		fprintf(stderr, "pista: %s: %s: %s\n", command, h->dir,
		    err_text(err));
	return err;
}

int
home_inbox(const struct home *h)
{
	char path[HOME_PATH_MAX];
	int err;

	if ((err = home_path(h, HOME_INBOX, path)) != 0 ||
	    (err = home_make_directories(path)) != 0)
		return err;
	/* Who may write there may have taken our own rights to it. */
	return chmod(path, 0700) == 0 ? 0 : err_from_errno(errno);
}

int
home_path(
    const struct home *h, const char *name, char ret_path[static HOME_PATH_MAX])
{
	char path[HOME_PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/%s", h->dir, name);

	if (n < 0 || n >= HOME_PATH_MAX)
		return ERR_LIMIT;
	memcpy(ret_path, path, (size_t)n + 1);
	return 0;
}

/* From the file or descriptor that was named, without its line end. */
static int
passphrase_given(struct home *h, char **ret_p, size_t *ret_n)
{
	uint8_t *p = NULL;
	size_t n = 0;
	int err;

	if (h->passphrase_fd == -2)
		return ERR_USAGE;
	if (h->passphrase_file != NULL)
		err = file_read_secret(
		    h->passphrase_file, TERM_SECRET_MAX, &p, &n);
	else
		err = file_read_secret_fd(
		    h->passphrase_fd, TERM_SECRET_MAX, &p, &n);
	if (err != 0)
		return err;
	while (n > 0 && (p[n - 1] == '\n' || p[n - 1] == '\r'))
		n--;
	*ret_p = (char *)p;
	*ret_n = n;
	return 0;
}

static int
passphrase_asked(const char *prompt, bool is_new, char **ret_p, size_t *ret_n)
{
	char *first = NULL, *second = NULL, line[160];
	size_t first_n = 0, second_n = 0;
	int err;

	snprintf(line, sizeof(line),
	    "%s%s: ", is_new ? "New passphrase for " : "Passphrase for ",
	    prompt);
	if ((err = term_prompt_secret(line, &first, &first_n)) != 0 || !is_new)
		goto out;
	if ((err = term_prompt_secret(
		 "The same again: ", &second, &second_n)) != 0)
		goto out;
	if (first_n != second_n || !secret_is_equal(first, second, first_n)) {
		fprintf(stderr, "pista: the two passphrases differ\n");
		err = ERR_PASSPHRASE;
	}
out:
	secret_free(&second);
	if (err != 0) {
		secret_free(&first);
		return err;
	}
	*ret_p = first;
	*ret_n = first_n;
	return 0;
}

int
home_passphrase(struct home *h, const char *prompt, bool is_new,
    struct text *ret_passphrase)
{
	char *p = NULL;
	size_t n = 0;
	int err;

	if (h->passphrase == NULL) {
		if (h->passphrase_file != NULL || h->passphrase_fd != -1)
			err = passphrase_given(h, &p, &n);
		else
			err = passphrase_asked(prompt, is_new, &p, &n);
		if (err == ERR_UNSUPPORTED)
			fprintf(stderr,
			    "pista: no terminal to ask for the passphrase of "
			    "%s; use "
			    "--passphrase-file or --passphrase-fd\n",
			    prompt);
		else if (err != 0 && h->passphrase_file != NULL)
			fprintf(stderr, "pista: %s: %s%s\n", h->passphrase_file,
			    err_text(err),
			    err == ERR_DENIED ? "; only you may be able to "
						"read it (chmod 600)"
					      : "");
		if (err != 0)
			return err;
		if (is_new && n < PASSPHRASE_MIN) {
			fprintf(stderr,
			    "pista: a passphrase has at least %d characters\n",
			    PASSPHRASE_MIN);
			secret_free(&p);
			return ERR_PASSPHRASE;
		}
		h->passphrase = p;
		h->passphrase_n = n;
	}
	*ret_passphrase = (struct text){ h->passphrase, h->passphrase_n };
	return 0;
}

int
home_read_sealed(struct home *h, const char *name, const char *prompt,
    char **ret_p, size_t *ret_n)
{
	struct text passphrase;
	char *sealed = NULL;
	size_t n;
	int err;

	if ((err = home_read(h, name, SEALED_MAX, &sealed, &n)) == 0 &&
	    (err = home_passphrase(h, prompt, false, &passphrase)) == 0)
		err = open_secret(
		    (struct text){ sealed, n }, passphrase, ret_p, ret_n);
	mem_free(sealed);
	return err;
}

int
home_write_sealed(
    struct home *h, const char *name, const char *prompt, struct text plain)
{
	struct seal *s = NULL;
	struct text passphrase;
	struct buf out;
	int err;

	buf_init(&out, SEALED_MAX);
	if ((err = home_passphrase(h, prompt, true, &passphrase)) != 0 ||
	    (err = seal_new_passphrase(passphrase, SCRYPT_LOG_N, &s)) != 0 ||
	    (err = seal_bytes(s, (const uint8_t *)plain.p, plain.n, &out)) != 0)
		goto out;
	err = home_write(h, name, buf_text(&out));
out:
	seal_free(&s);
	buf_fini(&out);
	return err;
}

int
home_identity(struct home *h, struct open_identities **ret_ids)
{
	char *p = NULL;
	size_t n;
	int err;

	err =
	    home_read_sealed(h, "member/identity.age", "your identity", &p, &n);
	if (err == 0)
		err = open_identities_read((struct text){ p, n }, ret_ids);
	secret_free(&p);
	return err;
}

int
home_read(const struct home *h, const char *name, size_t max, char **ret_p,
    size_t *ret_n)
{
	char path[HOME_PATH_MAX];
	uint8_t *p;
	int err;

	if ((err = home_path(h, name, path)) != 0 ||
	    (err = file_read(path, max, &p, ret_n)) != 0)
		return err;
	*ret_p = (char *)p;
	return 0;
}

int
home_write(const struct home *h, const char *name, struct text bytes)
{
	char path[HOME_PATH_MAX];
	int err = home_path(h, name, path);

	return err != 0 ? err : file_write_atomic(path, 0600, bytes.p, bytes.n);
}

bool
home_has(const struct home *h, const char *name)
{
	char path[HOME_PATH_MAX];

	return home_path(h, name, path) == 0 && access(path, F_OK) == 0;
}
