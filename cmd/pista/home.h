/*
 * Where a person's things are: one directory with the administrator's part
 * (newsroom/) and the member's part (member/), and the passphrase that guards
 * both. Every command takes HOME_OPTIONS.
 */
#ifndef PISTA_CMD_HOME_H
#define PISTA_CMD_HOME_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/text.h"
#include "open/open.h"

#define HOME_PATH_MAX 1024

/* What the process with the network may touch is in the second alone. */
#define HOME_MEMBER "member"
#define HOME_INBOX HOME_MEMBER "/inbox"

enum { HOME_DIR = 0x1000, HOME_PASSPHRASE_FILE, HOME_PASSPHRASE_FD };
#define HOME_OPTIONS                                                         \
	{ "home", required_argument, NULL, HOME_DIR },                       \
	    { "passphrase-file", required_argument, NULL,                    \
		    HOME_PASSPHRASE_FILE },                                  \
	{                                                                    \
		"passphrase-fd", required_argument, NULL, HOME_PASSPHRASE_FD \
	}
#define HOME_USAGE                                                             \
	"  --home DIR             where your keys and letters are (default:\n" \
	"                         $PISTA_HOME, else ~/.local/share/pista)\n"   \
	"  --passphrase-file F    read the passphrase from F (only you may\n"  \
	"                         read it), or from a descriptor:\n"           \
	"  --passphrase-fd N      otherwise the terminal is asked\n"

struct home {
	char dir[HOME_PATH_MAX];
	const char *passphrase_file;
	int passphrase_fd; /* -1: none */
	char *passphrase;  /* secret memory, once known */
	size_t passphrase_n;
};

void home_init(struct home *h);
void home_fini(struct home *h); /* wipes */

/* Takes one option of HOME_OPTIONS; false when it is not one of them. */
bool home_option(struct home *h, int option, const char *arg);

/* Settles and makes the directory and its two parts, mode 0700. Says what is
 * wrong on standard error. */
int home_open(struct home *h, const char *command);

/* The inbox's directory, made or opened to us again. */
int home_inbox(const struct home *h);

/* Every missing directory of path, mode 0700. */
int home_make_directories(const char *path);

/* "DIR/name" in the caller's buffer. ERR_LIMIT. */
int home_path(const struct home *h, const char *name,
    char ret_path[static HOME_PATH_MAX]);

/* The passphrase, asked for once: prompt names what it is for. is_new asks
 * twice and refuses fewer than eight characters. Borrowed from h. */
int home_passphrase(struct home *h, const char *prompt, bool is_new,
    struct text *ret_passphrase);

/* A whole sealed file (age, passphrase) below the home: opened into secret
 * memory (freed with secret_free), or written. */
int home_read_sealed(struct home *h, const char *name, const char *prompt,
    char **ret_p, size_t *ret_n);
int home_write_sealed(
    struct home *h, const char *name, const char *prompt, struct text plain);

/* The member's identities. */
int home_identity(struct home *h, struct open_identities **ret_ids);

/* A small public file below the home; ERR_NOT_FOUND. mem_free. */
int home_read(const struct home *h, const char *name, size_t max, char **ret_p,
    size_t *ret_n);
int home_write(const struct home *h, const char *name, struct text bytes);
bool home_has(const struct home *h, const char *name);

#endif
