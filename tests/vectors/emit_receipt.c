/* Prints fresh receipts and their keys for the second implementation. */
#include <stdio.h>

#include "base/err.h"
#include "crypto/random.h"
#include "receipt/receipt.h"

static void
put_hex(struct buf *b, const char *name, const void *p, size_t n)
{
	buf_putf(b, "\"%s\":\"", name);
	buf_put_hex(b, p, n);
	buf_puts(b, "\",");
}

static int
put_receipt(struct buf *b)
{
	uint8_t value[RECEIPT_VALUE_SIZE], newsroom[NEWSROOM_ID_SIZE], key[32];
	struct thread_keys k;
	int err;

	receipt_random(value);
	random_bytes(newsroom, sizeof(newsroom));
	if ((err = receipt_keys(value, newsroom, &k)) != 0)
		return err;
	buf_puts(b, "{");
	put_hex(b, "value", value, sizeof(value));
	put_hex(b, "newsroom", newsroom, sizeof(newsroom));
	put_hex(b, "reply_secret", k.reply_secret, 32);
	put_hex(b, "mark_seed", k.mark_seed, 32);
	put_hex(b, "reply", k.pub.reply, 32);
	put_hex(b, "slot", k.pub.slot, 32);
	put_hex(b, "mark", k.pub.mark, 32);
	put_hex(b, "thread", k.pub.thread, THREAD_SIZE);
	thread_tag_key(k.pub.slot, key);
	put_hex(b, "tag", key, sizeof(key));
	thread_strip_key(k.pub.slot, key);
	put_hex(b, "strip", key, sizeof(key));
	buf_puts(b, "\"words\":{");
	for (size_t l = 0; l < receipt_lists(); l++) {
		buf_putf(b, "%s\"%s\":\"", l > 0 ? "," : "",
		    receipt_list_language(l));
		receipt_spell(b, value, l);
		buf_puts(b, "\"");
	}
	buf_puts(b, "},\"digits\":\"");
	receipt_spell_digits(b, value);
	buf_puts(b, "\"}");
	return 0;
}

int
main(void)
{
	struct buf b;
	int err = crypto_init();

	buf_init(&b, 1u << 16);
	buf_puts(&b, "[");
	for (int i = 0; err == 0 && i < 3; i++) {
		buf_puts(&b, i > 0 ? ",\n" : "");
		err = put_receipt(&b);
	}
	buf_puts(&b, "]\n");
	if (err == 0)
		err = buf_finish(&b);
	if (err == 0 && fwrite(b.p, 1, b.n, stdout) != b.n)
		err = ERR_IO;
	buf_fini(&b);
	return err == 0 ? 0 : 1;
}
