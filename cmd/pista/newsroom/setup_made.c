#include <stdio.h>
#include <string.h>

#include "newsroom/setup.h"

static void
print_next(const struct setup *s, const char *words)
{
	printf("  pista %s", words);
	if (s->is_home_named)
		printf(" --home %s", s->home.dir);
	if (s->is_generated)
		printf(" --passphrase-file %s/passphrase", s->home.dir);
	else if (s->home.passphrase_file != NULL)
		printf(" --passphrase-file %s", s->home.passphrase_file);
	printf("\n");
}

void
setup_say_made(const struct setup *s)
{
	printf("\n%s is made%s.\n\n", s->name,
	    s->is_drill ? ", a drill: send it nothing real" : "");
	printf("  %s/newsroom\n    the newsroom's signing key, sealed, and "
	       "its card: who reads the letters\n",
	    s->home.dir);
	printf("  %s/member\n    your own key, sealed: you are %s (%s)\n",
	    s->home.dir, s->member_name, s->member_id);
	printf("  %s/pistad.conf\n    the server; its letters go to %s/store\n",
	    s->dir, s->dir);
	if (s->is_generated)
		printf("\nTHE PASSPHRASE IS IN A FILE: %s/passphrase. That is "
		       "good for trying out and\nfor nothing else.\n",
		    s->home.dir);
	if (s->has_recovery)
		printf(
		    "\nTHE RECOVERY KEY reads every letter and has no "
		    "passphrase:\n  %s/newsroom/recovery.txt\nPrint it, lock "
		    "the paper away, then remove the file:  shred -u FILE\n",
		    s->home.dir);
	printf("\nStart the server, open the place, look for letters:\n\n"
	       "  pistad --config %s/pistad.conf\n",
	    s->dir);
	print_next(s, "masthead publish");
	print_next(s, "sync");
	if (strncmp(s->listen, "unix:", 5) != 0)
		printf("\nThe page is then at http://%s/\n", s->listen);
	printf("The card is good for 30 days; `pista masthead publish' renews "
	       "it.\n");
}
