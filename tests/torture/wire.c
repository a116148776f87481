#include "each_allocation.h"

#include <string.h>
#include <unistd.h>

#include "os/sock.h"
#include "parent/config.h"
#include "wire/wire.h"

static const uint8_t newsroom[16];

static int
exchange(void)
{
	struct wire_peer *a = NULL, *b = NULL;
	struct wire_message m;
	struct buf body;
	int fds[2], err;

	buf_init(&body, 8192);
	assert_int_equal(sock_pair(fds), 0);
	if ((err = wire_peer_new(fds[0], WIRE_FORM, WIRE_KEEP, newsroom, &a)) !=
	    0)
		goto out;
	fds[0] = -1;
	if ((err = wire_peer_new(fds[1], WIRE_KEEP, WIRE_FORM, newsroom, &b)) !=
	    0)
		goto out;
	fds[1] = -1;
	wire_start_put(&body, &(struct wire_start){ .role = WIRE_FORM });
	if ((err = buf_finish(&body)) != 0 ||
	    (err = wire_send_empty(a, WIRE_PLACE_GET, 1)) != 0)
		goto out;
	err = wire_receive(b, &m);
out:
	/* A peer that was not made has not taken its descriptor. */
	for (int i = 0; i < 2; i++) {
		if (fds[i] >= 0)
			assert_int_equal(close(fds[i]), 0);
	}
	wire_peer_free(&a);
	wire_peer_free(&b);
	buf_fini(&body);
	return err;
}

static int
configure(void)
{
	static const char in[] =
	    "[newsroom]\nid = 000102030405060708090a0b0c0d0e0f\n"
	    "pin = RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\n"
	    "[store]\npath = /x\n[desk]\nlisten = unix:/x\n"
	    "[entry a]\nlisten = unix:/y\nfront = onion\n";
	struct config_error error;
	struct config c;

	return config_parse(text_from(in), &c, &error);
}

static void
test_exchange(void **state)
{
	(void)state;
	each_allocation(exchange, 3);
}

static void
test_configure(void **state)
{
	(void)state;
	each_allocation(configure, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exchange),
		cmocka_unit_test(test_configure),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
