#include "source/reach.h"

#include <string.h>

#include "base/err.h"
#include "cmd.h"
#include "say.h"

void
reach_init(struct reach *r, const char *command)
{
	*r = (struct reach){ .command = command };
	receipt_in_init(&r->receipt);
}

bool
reach_option(struct reach *r, int option, const char *arg)
{
	switch (option) {
	case REACH_TO:
		r->to = arg;
		return true;
	case REACH_PIN:
		r->pin = arg;
		return true;
	case REACH_PROXY:
		r->proxy = arg;
		return true;
	default:
		return receipt_in_option(&r->receipt, option, arg);
	}
}

static int
settle(struct reach *r)
{
	struct place *p = &r->place;
	size_t n;
	int err;

	if (r->to == NULL || r->pin == NULL)
		return cmd_misused(r->command,
		    "give the newsroom's address with --to and its public key "
		    "with --pin");
	if (strlen(r->to) >= sizeof(p->address) ||
	    (r->proxy != NULL && strlen(r->proxy) >= sizeof(p->proxy)))
		return cmd_misused(r->command, "that address is too long");
	if ((err = place_pin(r->pin, &p->pin)) != 0)
		return say_error(r->command, r->pin, err,
		    "--pin takes a public key or a file with it");
	memcpy(p->address, r->to, strlen(r->to) + 1);
	if (r->proxy != NULL)
		memcpy(p->proxy, r->proxy, strlen(r->proxy) + 1);
	/* People paste what the browser shows. */
	n = strlen(p->address);
	if (n > 0 && p->address[n - 1] == '/')
		p->address[n - 1] = '\0';
	return CMD_OK;
}

int
reach_open(struct reach *r)
{
	int err, status = settle(r);

	if (status != CMD_OK)
		return status;
	if ((err = place_client(&r->place, NULL, &r->client)) != 0)
		return say_error(r->command, r->to, err,
		    "an address looks like http://HOST or unix:/path");
	err = place_masthead(r->client, &r->place, NULL, true, &r->card);
	switch (err) {
	case 0:
		return CMD_OK;
	case ERR_SIGNATURE:
	case ERR_FORMAT:
		return say_error(r->command, "the masthead there", err,
		    "it is not this newsroom's; send nothing, ask the newsroom "
		    "on another way");
	case ERR_NOT_FOUND:
		return say_error(
		    r->command, r->to, err, "no newsroom has its page there");
	default:
		return place_say_error(r->command, &r->place, NULL, err);
	}
}

void
reach_close(struct reach *r)
{
	masthead_free(&r->card);
	http_client_free(&r->client);
}
