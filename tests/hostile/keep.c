/* Messages to keep that must cost their sender the connection, and nobody else
 * anything. */
#include "each.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include "base/cursor.h"
#include "base/err.h"
#include "crypto/random.h"
#include "keep_kit.h"

#define PATIENCE_MS 3000

static struct keep_kit keep;
static struct wire_peer *other;

static enum wire_role
role_of(const char *name)
{
	if (text_has_prefix(text_from(name), "form-"))
		return WIRE_FORM;
	if (text_has_prefix(text_from(name), "pickup-"))
		return WIRE_PICKUP;
	must(text_has_prefix(text_from(name), "web-"));
	return WIRE_WEB;
}

/* Whatever keep still says is taken until it hangs up. */
static bool
is_closed(int fd)
{
	static uint8_t bytes[WIRE_HEADER_SIZE + WIRE_BODY_MAX];
	struct pollfd p = { .fd = fd, .events = POLLIN };

	while (poll(&p, 1, PATIENCE_MS) == 1) {
		if (recv(fd, bytes, sizeof(bytes), 0) <= 0)
			return true;
	}
	return false;
}

static const char *
attempt(const char *name, struct text content)
{
	struct wire_peer *p = keep_kit_peer(&keep, role_of(name));
	int fd = wire_peer_fd(p);
	struct wire_message m;
	struct cursor c;
	bool has_closed;

	cursor_init(&c, content.p, content.n);
	while (c.n > 0) {
		uint32_t n = cursor_u32(&c);
		const uint8_t *bytes = cursor_take(&c, n);

		/* keep may have hung up already. */
		if (c.err == 0)
			(void)send(fd, bytes, n, MSG_NOSIGNAL);
	}
	has_closed = is_closed(fd);
	wire_peer_free(&p);
	if (c.err != 0)
		return "the file is cut";
	if (!keep_kit_is_alive(&keep))
		return "keep ended";
	if (keep_kit_ask(other, WIRE_BOARD_LIST, NULL, 0, &m) != 0)
		return "another peer was cut off";
	return has_closed ? NULL : "was taken";
}

int
main(int argc, char **argv)
{
	int status;

	if (argc != 3 || crypto_init() != 0)
		return 2;
	keep_kit_new(&keep, argv[2]);
	other = keep_kit_peer(&keep, WIRE_WEB);
	status = each_file(argv[1], attempt);
	wire_peer_free(&other);
	keep_kit_free(&keep);
	return status;
}
