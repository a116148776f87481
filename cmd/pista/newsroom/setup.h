/* What `pista setup' was told, and making it. */
#ifndef PISTA_CMD_NEWSROOM_SETUP_H
#define PISTA_CMD_NEWSROOM_SETUP_H

#include <stdbool.h>
#include <stdint.h>

#include "home.h"
#include "newsroom/ask.h"

struct setup {
	struct home home;
	char name[ASK_MAX]; /* of the newsroom */
	char languages[ASK_MAX];
	char member_name[ASK_MAX];
	char member_id[ASK_MAX];
	char front[ASK_MAX];
	char listen[ASK_MAX];
	char dir[ASK_MAX]; /* from the root, once made */
	bool is_drill, has_recovery;
	bool is_home_named; /* on the command line */
	bool is_generated;  /* the passphrase, into HOME/passphrase */
	uint32_t edition_seconds;
};

/* Everything, or nothing and a word on standard error. Returns 0 or an exit
 * status. */
int setup_make(struct setup *s);

/* What was made, and the next commands, on standard output. */
void setup_say_made(const struct setup *s);

#endif
