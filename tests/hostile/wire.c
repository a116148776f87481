/*
 * Messages a form might send to keep once somebody else speaks through it. Each
 * file is one datagram; names that begin with fd- go with a descriptor.
 */
#include "each.h"

#include <unistd.h>

#include "base/err.h"
#include "os/sock.h"
#include "wire/wire.h"

static const uint8_t newsroom[16];

static const char *
attempt(const char *name, struct text content)
{
	int pass = text_has_prefix(text_from(name), "fd-") ? STDERR_FILENO : -1;
	struct wire_peer *keep = NULL;
	struct wire_message m;
	int fds[2], err;

	if (sock_pair(fds) != 0 ||
	    wire_peer_new(fds[1], WIRE_KEEP, WIRE_FORM, newsroom, &keep) != 0)
		return "no sockets";
	err = sock_send(fds[0], content.p, content.n, NULL, 0, NULL, 0, pass);
	close(fds[0]);
	if (err == 0)
		err = wire_receive(keep, &m);
	wire_peer_free(&keep);
	if (err == 0)
		return "was taken";
	return err == ERR_AGAIN || err == ERR_SYS ? err_text(err) : NULL;
}

int
main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	return each_file(argv[1], attempt);
}
