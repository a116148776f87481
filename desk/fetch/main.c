#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/secret.h"
#include "crypto/random.h"
#include "fetch/fetch.h"
#include "os/event.h"
#include "os/sock.h"
#include "sync/contact.h"
#include "wire/desk_child.h"

/* Whatever reads the system's files, and makes its tables, before the jail. */
static int
warm(const struct fetch_start *start)
{
	static const uint8_t no_seed[32];
	struct http_client *c = NULL;
	int err;

	if ((err = crypto_init()) != 0)
		return err;
	/* An address that is none is told later, to the person. */
	(void)contact_client(
	    start->address, start->proxy, start->newsroom, no_seed, &c);
	http_client_free(&c);
	return 0;
}

static int
open_all(struct fetch *f)
{
	int err, control = wire_peer_fd(f->control);

	memcpy(f->pin.key_id, f->start.pin, sizeof(f->pin.key_id));
	memcpy(
	    f->pin.pk, f->start.pin + sizeof(f->pin.key_id), sizeof(f->pin.pk));
	if ((f->seed = secret_new(32)) == NULL ||
	    (f->new_seed = secret_new(32)) == NULL)
		return ERR_NOMEM;
	if ((err = event_open(&f->set)) != 0 ||
	    (err = sock_set_nonblocking(control, true)) != 0 ||
	    (err = event_set(f->set, control, EVENT_READ, NULL)) != 0)
		return err;
	return talk_connect(f, DESK_CHILD_PEER);
}

int
main(void)
{
	struct fetch f = { .set = -1 };
	int err;

	signal(SIGPIPE, SIG_IGN);
	fetch_begin(warm, &f.start, &f.control);
	if ((err = open_all(&f)) == 0)
		err = wire_send_empty(f.control, WIRE_READY, 0);
	if (err != 0) {
		if (err != ERR_CLOSED)
			fprintf(stderr, "pista-fetch: starting: %s\n",
			    err_text(err));
		return EXIT_FAILURE;
	}
	while (talk_listen(&f, work_wait(&f)) == 0) {
		work_take_key(&f);
		work_when_due(&f);
		talk_flush(&f);
	}
	http_client_free(&f.client);
	mirror_close(&f.mirror);
	secret_free(&f.seed);
	secret_free(&f.new_seed);
	wire_peer_free(&f.desk);
	wire_peer_free(&f.control);
	return EXIT_SUCCESS;
}
