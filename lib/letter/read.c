#include "letter/read.h"

#include <string.h>

#include "base/err.h"
#include "base/secret.h"
#include "crypto/hash.h"
#include "letter/tar.h"

/* What the next byte belongs to. ZEROS: the end blocks and the padding. */
enum state { HEADER, TIP, BODY, PADDING, ZEROS };

struct letter_reader {
	uint8_t newsroom[NEWSROOM_ID_SIZE];
	struct letter_handler handler;
	void *ctx;
	struct letter_head *head; /* NULL until tip.json was read */

	enum state state;
	int err;
	uint64_t pos;
	uint64_t total; /* known from ZEROS on */
	size_t number;  /* of the entry being read */
	uint64_t left;  /* bytes of it, or of its padding */
	struct hash hash;
	size_t have; /* bytes in block or tip */
	size_t tip_size;
	uint8_t block[TAR_BLOCK];
	uint8_t tip[LETTER_TIP_LARGE];
};

int
letter_reader_new(const uint8_t newsroom[static NEWSROOM_ID_SIZE],
    const struct letter_handler *handler, void *ctx,
    struct letter_reader **ret_reader)
{
	struct letter_reader *r = secret_new(sizeof(*r));

	if (r == NULL)
		return ERR_NOMEM;
	memcpy(r->newsroom, newsroom, sizeof(r->newsroom));
	r->handler = *handler;
	r->ctx = ctx;
	*ret_reader = r;
	return 0;
}

void
letter_reader_reset(struct letter_reader *r, void *ctx)
{
	letter_head_free(&r->head);
	secret_wipe(r->tip, sizeof(r->tip));
	secret_wipe(r->block, sizeof(r->block));
	r->ctx = ctx;
	r->state = HEADER;
	r->err = 0;
	r->pos = r->total = r->left = 0;
	r->number = r->have = r->tip_size = 0;
}

struct letter_head *
letter_reader_take_head(struct letter_reader *r)
{
	struct letter_head *head = r->head;

	r->head = NULL;
	return head;
}

void
letter_reader_free(struct letter_reader **reader)
{
	if (*reader == NULL)
		return;
	letter_head_free(&(*reader)->head);
	secret_free(reader);
}

static const struct letter_entry *
entry_of(const struct letter_reader *r)
{
	return &r->head->entries[r->number];
}

static int
give(struct letter_reader *r, const uint8_t *p, size_t n)
{
	if (r->handler.bytes == NULL)
		return 0;
	return r->handler.bytes(r->ctx, entry_of(r), r->number, p, n);
}

/* A header is right when it is the one the writer would have made. */
static bool
is_header(const struct letter_reader *r, const char *path, uint64_t size)
{
	uint8_t expected[TAR_BLOCK];

	tar_header(expected, path, size);
	return memcmp(r->block, expected, sizeof(expected)) == 0;
}

static void
next_entry(struct letter_reader *r)
{
	r->have = 0;
	r->number++;
	r->state = HEADER;
	if (r->number < r->head->entries_n)
		return;
	r->state = ZEROS;
	r->total = letter_padded(r->pos + TAR_END);
}

static int
end_entry(struct letter_reader *r)
{
	uint8_t hash[HASH_SIZE];
	int err;

	hash_finish(&r->hash, hash);
	if (memcmp(hash, entry_of(r)->hash, sizeof(hash)) != 0)
		return ERR_DIGEST;
	if ((err = give(r, NULL, 0)) != 0)
		return err;
	r->left = tar_blocks(r->pos) - r->pos;
	if (r->left > 0)
		r->state = PADDING;
	else
		next_entry(r);
	return 0;
}

static int
header_is_whole(struct letter_reader *r)
{
	r->have = 0;
	if (r->head == NULL) {
		r->state = TIP;
		r->tip_size = LETTER_TIP_SMALL;
		if (is_header(r, "tip.json", LETTER_TIP_SMALL))
			return 0;
		r->tip_size = LETTER_TIP_LARGE;
		return is_header(r, "tip.json", LETTER_TIP_LARGE) ? 0
								  : ERR_FORMAT;
	}
	if (!is_header(r, entry_of(r)->path, entry_of(r)->size))
		return ERR_FORMAT;
	r->state = BODY;
	r->left = entry_of(r)->size;
	hash_init(&r->hash, HASH_SIZE);
	return r->left == 0 ? end_entry(r) : 0;
}

static int
tip_is_whole(struct letter_reader *r)
{
	int err;

	if ((err = letter_head_read(
		 r->tip, r->tip_size, r->newsroom, &r->head)) != 0)
		return err;
	secret_wipe(r->tip, sizeof(r->tip));
	r->have = 0;
	r->state = HEADER;
	return r->handler.head != NULL ? r->handler.head(r->ctx, r->head) : 0;
}

/* How many of n bytes the state takes at once. */
static size_t
step_of(const struct letter_reader *r, size_t n)
{
	uint64_t most = 0;

	switch (r->state) {
	case HEADER:
		most = TAR_BLOCK - r->have;
		break;
	case TIP:
		most = r->tip_size - r->have;
		break;
	case BODY:
	case PADDING:
		most = r->left;
		break;
	case ZEROS:
		most = r->total - r->pos;
		break;
	}
	return n < most ? n : (size_t)most;
}

static int
check_zeros(const uint8_t *p, size_t n)
{
	uint8_t any = 0;

	for (size_t i = 0; i < n; i++)
		any |= p[i];
	return any == 0 ? 0 : ERR_FORMAT;
}

static int
take(struct letter_reader *r, const uint8_t *p, size_t n)
{
	int err = 0;

	r->pos += n;
	switch (r->state) {
	case HEADER:
		memcpy(r->block + r->have, p, n);
		r->have += n;
		return r->have == TAR_BLOCK ? header_is_whole(r) : 0;
	case TIP:
		memcpy(r->tip + r->have, p, n);
		r->have += n;
		return r->have == r->tip_size ? tip_is_whole(r) : 0;
	case BODY:
		hash_put(&r->hash, p, n);
		r->left -= n;
		if ((err = give(r, p, n)) != 0)
			return err;
		return r->left == 0 ? end_entry(r) : 0;
	case PADDING:
		r->left -= n;
		if ((err = check_zeros(p, n)) == 0 && r->left == 0)
			next_entry(r);
		return err;
	case ZEROS:
		return check_zeros(p, n);
	}
	return err;
}

int
letter_reader_put(struct letter_reader *r, const uint8_t *p, size_t n)
{
	while (n > 0 && r->err == 0) {
		size_t step = step_of(r, n);

		if (step == 0) {
			r->err = ERR_FORMAT; /* bytes behind the padding */
			break;
		}
		r->err = take(r, p, step);
		p += step;
		n -= step;
	}
	return r->err;
}

int
letter_reader_finish(struct letter_reader *r)
{
	if (r->err == 0 && (r->state != ZEROS || r->pos != r->total))
		r->err = ERR_TRUNCATED;
	return r->err;
}
