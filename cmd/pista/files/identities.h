/*
 * The identity files named on a command line. One that is sealed with a
 * passphrase is opened on the fly.
 */
#ifndef PISTA_CMD_FILES_IDENTITIES_H
#define PISTA_CMD_FILES_IDENTITIES_H

#include "home.h"
#include "open/open.h"

#define IDENTITIES_FILES_MAX 8

struct identities {
	struct open_identities *files[IDENTITIES_FILES_MAX];
	size_t n;
};

/* Reads the file at path; the passphrase comes from home. Says what is wrong
 * on standard error as command. Returns an enum cmd_status. */
int identities_add(struct identities *ids, const char *command,
    const char *path, struct home *home);

/* open_file_new with each file in turn. */
int identities_open(const struct identities *ids, const void *head, size_t n,
    struct open_file **ret_file);

void identities_fini(struct identities *ids);

#endif
