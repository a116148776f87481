/*
 * The configuration of pistad: pistad.conf(5). Everything wrong with it is
 * told with its line and refused.
 */
#ifndef PISTA_PARENT_CONFIG_H
#define PISTA_PARENT_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "masthead/masthead.h"
#include "wire/wire.h"

#define CONFIG_MAX (64 * 1024)
#define CONFIG_WEBS_MAX 16
#define CONFIG_FORMS_MAX 1024

/* Where somebody listens. */
struct config_listen {
	char address[256];
	unsigned mode;  /* of a unix socket */
	char group[64]; /* owns a unix socket; empty: ours */
};

struct config_entry {
	char name[32];
	struct config_listen listen;
	uint8_t front; /* enum wire_front */
};

struct config {
	uint8_t newsroom[16];
	struct masthead_pin pin;
	char path[512]; /* directory of the database */
	uint64_t reserve;
	struct config_entry entries[WIRE_ENTRIES_MAX];
	size_t entries_n;
	struct config_listen desk;
	char origin[256]; /* empty: unix */
	char prefix[64];
	uint64_t file_max;
	uint64_t forms_spare, forms_max, webs, drain; /* drain in seconds */
	bool is_relaxed;
	uint64_t uids; /* as root: child of role r is uid and gid uids + r */
};

struct config_error {
	int line; /* 0: the whole file */
	char text[256];
};

/* ERR_FORMAT with *ret_error filled in. */
int config_parse(
    struct text in, struct config *ret_config, struct config_error *ret_error);

/* The file at path; every failure is in *ret_error too. */
int config_read(const char *path, struct config *ret_config,
    struct config_error *ret_error);

#endif
