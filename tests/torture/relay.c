/* One letter through server and link; each allocation of ours on the way fails
 * once. Whoever is left without an answer must have been cut, and nothing may
 * be left behind. */
#include "each_allocation.h"

#include "relay_kit.h"

/* Answers for keep: every commit is done. */
static void
keep(struct kit *k)
{
	uint8_t is_repeat = 0;
	struct wire_message m;
	struct wire_out out = {
		.type = WIRE_DONE, .part1 = &is_repeat, .part1_n = 1, .fd = -1
	};

	while (wire_receive(k->keep, &m) == 0) {
		if (m.type != WIRE_PUT_COMMIT)
			continue;
		out.request = m.request;
		wire_send(k->keep, &out);
	}
}

static const struct buf *post;

static int
send_letter(void)
{
	struct kit k;
	size_t sent = 0;
	int err;

	if ((err = kit_open(&k)) != 0 || (err = kit_connect(&k)) != 0)
		goto out;
	for (int i = 0; i < 1000 && err == 0 && !k.is_ended; i++) {
		sent += kit_send(&k, post->p + sent, post->n - sent);
		err = kit_run(&k, 1);
		keep(&k);
	}
	if (err == 0 && strstr(k.reply, "201 Created") == NULL)
		err = ERR_NOMEM;
	if (err == ERR_NOMEM && k.reply_n > 0)
		assert_non_null(strstr(k.reply, "503 Service"));
out:
	kit_close(&k);
	return err;
}

static void
sends_a_letter(void **state)
{
	struct buf letter, all;

	(void)state;
	buf_init(&letter, 1 << 20);
	buf_init(&all, 1 << 20);
	kit_letter(&letter, 65536);
	kit_post(&all, &letter);
	post = &all;
	each_allocation(send_letter, 8);
	buf_fini(&letter);
	buf_fini(&all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(sends_a_letter) };

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return crypto_init() == 0 ? cmocka_run_group_tests(tests, NULL, NULL)
				  : 1;
}
