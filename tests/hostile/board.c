#include "each.h"

#include "base/err.h"
#include "board/edition.h"
#include "board/slot.h"
#include "crypto/random.h"

/* The source of tests/vectors/board.json, whose maker made these files. The
 * name of each begins with the refusal and ends with the kind. */
static uint8_t newsroom[NEWSROOM_ID_SIZE];
static struct thread_keys keys;

static int
attempt_slot(struct text content)
{
	uint8_t plain[SLOT_PLAIN_SIZE];
	struct answer a;

	if (content.n != SLOT_SIZE)
		return ERR_USAGE;
	return slot_open(
	    (const uint8_t *)content.p, &keys, newsroom, plain, &a);
}

static int
attempt_index(struct text content)
{
	struct edition_view v[2];
	struct cursor c;
	int err;

	cursor_init(&c, content.p, content.n);
	err = edition_next(&c, newsroom, NULL, &v[0]);
	for (size_t i = 1; err == 0; i++)
		err = edition_next(&c, newsroom, &v[(i - 1) % 2], &v[i % 2]);
	return err == ERR_NOT_FOUND ? 0 : err;
}

static int
attempt_post(struct text content)
{
	struct board_post post;

	return board_post_read((const uint8_t *)content.p, content.n, &post);
}

static int
expected(const char *name)
{
	static const struct {
		const char *prefix;
		int err;
	} refusals[] = { { "auth-", ERR_AUTH }, { "format-", ERR_FORMAT },
		{ "digest-", ERR_DIGEST }, { "newsroom-", ERR_NEWSROOM },
		{ "limit-", ERR_LIMIT } };

	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		if (text_has_prefix(text_from(name), refusals[i].prefix))
			return refusals[i].err;
	}
	return 0;
}

static const char *
attempt(const char *name, struct text content)
{
	struct text t = text_from(name);
	int err = ERR_USAGE;

	if (text_has_suffix(t, ".slot"))
		err = attempt_slot(content);
	else if (text_has_suffix(t, ".index"))
		err = attempt_index(content);
	else if (text_has_suffix(t, ".post"))
		err = attempt_post(content);
	if (err == 0)
		return "was taken";
	return err == expected(name) ? NULL : err_text(err);
}

int
main(int argc, char **argv)
{
	uint8_t value[RECEIPT_VALUE_SIZE];

	if (argc != 2 || crypto_init() != 0 ||
	    hex_read(TEXT("b4e1588ed0a750f735ccae362b3a6ffa"), newsroom,
		sizeof(newsroom)) != 0 ||
	    hex_read(TEXT("01055402c474b8aa16577a10"), value, sizeof(value)) !=
		0 ||
	    receipt_keys(value, newsroom, &keys) != 0)
		return 2;
	return each_file(argv[1], attempt);
}
