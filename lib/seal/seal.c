#include "seal/seal.h"

#include <pthread.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "crypto/aead.h"
#include "crypto/random.h"
#include "seal/window.h"
#include "seal/wrap.h"

#define NO_LAST UINT64_MAX
#define TAG_SIZE (AGE_CHUNK_SEALED - AGE_CHUNK_SIZE)

struct seal_hand {
	struct seal *seal;
	struct aead *aead;
};

/*
 * The file key is gone once the header stands; what remains is the payload
 * key, here for further hands and inside each hand's cipher.
 */
struct seal {
	uint8_t key[AEAD_KEY_SIZE];
	struct seal_hand own;
	struct buf head;
	pthread_mutex_t lock; /* over the window and last */
	struct window window;
	uint64_t last;
};

/* What making a header needs for a moment. */
struct work {
	uint8_t file_key[AGE_FILE_KEY_SIZE];
	struct age_recipient to[AGE_STANZAS_MAX];
};

size_t
seal_fill(size_t n)
{
	size_t fill;

	for (fill = 8; fill <= AGE_STANZAS_MAX; fill *= 2) {
		if (n <= fill)
			return fill;
	}
	return 0;
}

/* The MAC line, the payload nonce and the keys. */
static int
finish_head(struct seal *s, const struct work *w)
{
	uint8_t nonce[AGE_NONCE_SIZE];
	int err;

	age_header_end(&s->head, w->file_key);
	random_bytes(nonce, sizeof(nonce));
	buf_put(&s->head, nonce, sizeof(nonce));
	if ((err = buf_finish(&s->head)) != 0)
		return err;
	age_payload_key(s->key, w->file_key, nonce);
	return aead_new(s->key, &s->own.aead);
}

static int
begin(struct seal **ret_seal, struct work **ret_work)
{
	struct seal *s;
	struct work *w;

	if ((s = secret_new(sizeof(*s))) == NULL)
		return ERR_NOMEM;
	if ((w = secret_new(sizeof(*w))) == NULL) {
		secret_free(&s);
		return ERR_NOMEM;
	}
	must(pthread_mutex_init(&s->lock, NULL) == 0);
	s->own.seal = s;
	s->last = NO_LAST;
	buf_init(&s->head, AGE_HEADER_MAX + AGE_NONCE_SIZE);
	age_header_begin(&s->head);
	random_bytes(w->file_key, sizeof(w->file_key));
	*ret_seal = s;
	*ret_work = w;
	return 0;
}

/* Gives the seal to the caller when all went well. */
static int
end(int err, struct seal *s, struct work *w, struct seal **ret_seal)
{
	if (err == 0)
		err = finish_head(s, w);
	secret_free(&w);
	if (err != 0)
		seal_free(&s);
	else
		*ret_seal = s;
	return err;
}

/* The recipients and as many throw-away keys as fill asks for, shuffled. */
static int
wrap_all(struct seal *s, struct work *w, const struct age_recipient *to,
    size_t n, size_t total)
{
	size_t i;
	int err;

	memcpy(w->to, to, n * sizeof(*to));
	for (i = n; i < total; i++)
		seal_throw_away(to[0].kind, &w->to[i]);
	random_shuffle(w->to, total, sizeof(w->to[0]));
	for (i = 0; i < total; i++) {
		if ((err = seal_wrap(&s->head, &w->to[i], w->file_key)) != 0)
			return err;
	}
	return 0;
}

int
seal_new(const struct age_recipient *to, size_t n, size_t fill,
    struct seal **ret_seal)
{
	struct seal *s = NULL;
	struct work *w = NULL;
	size_t i, total = fill == 0 ? n : fill;
	int err;

	if (n == 0 || n > total || total > AGE_STANZAS_MAX)
		return ERR_LIMIT;
	for (i = 1; i < n; i++) {
		if (to[i].kind != to[0].kind)
			return ERR_UNSUPPORTED;
	}
	if ((err = begin(&s, &w)) != 0)
		return err;
	return end(wrap_all(s, w, to, n, total), s, w, ret_seal);
}

int
seal_new_passphrase(
    struct text passphrase, unsigned log_n, struct seal **ret_seal)
{
	struct seal *s = NULL;
	struct work *w = NULL;
	int err;

	if (passphrase.n == 0)
		return ERR_PASSPHRASE;
	if ((err = begin(&s, &w)) != 0)
		return err;
	err = seal_wrap_passphrase(&s->head, passphrase, log_n, w->file_key);
	return end(err, s, w, ret_seal);
}

void
seal_free(struct seal **seal)
{
	struct seal *s = *seal;

	if (s == NULL)
		return;
	aead_free(&s->own.aead);
	buf_fini(&s->head);
	window_fini(&s->window);
	(void)pthread_mutex_destroy(&s->lock);
	secret_free(seal);
}

struct text
seal_head(const struct seal *s)
{
	return buf_text(&s->head);
}

uint64_t
seal_plain_max(const struct seal *s, uint64_t max)
{
	const uint64_t tag = AGE_CHUNK_SEALED - AGE_CHUNK_SIZE;
	uint64_t rest;

	max = max > s->head.n ? max - s->head.n : 0;
	rest = max % AGE_CHUNK_SEALED;
	return max / AGE_CHUNK_SEALED * AGE_CHUNK_SIZE +
	       (rest > tag ? rest - tag : 0);
}

/* Every chunk at most once, none behind the last: a nonce is never used for
 * two plaintexts. */
static int
claim(struct seal *s, uint64_t index, bool is_last)
{
	int err;

	must(pthread_mutex_lock(&s->lock) == 0);
	must(s->last == NO_LAST || (index < s->last && !is_last));
	must(!is_last || index + 1 > s->window.end);
	if ((err = window_reserve(&s->window, index)) == 0) {
		window_put(&s->window, index);
		if (is_last)
			s->last = index;
	}
	must(pthread_mutex_unlock(&s->lock) == 0);
	return err;
}

int
seal_hand_put(struct seal_hand *h, uint64_t index, const uint8_t *p, size_t n,
    bool is_last, uint8_t *out)
{
	uint8_t nonce[AEAD_NONCE_SIZE];
	int err;

	must(is_last ? n <= AGE_CHUNK_SIZE : n == AGE_CHUNK_SIZE);
	must(n > 0 || index == 0);
	if ((err = claim(h->seal, index, is_last)) != 0)
		return err;
	age_chunk_nonce(nonce, index, is_last);
	return aead_seal(h->aead, out, nonce, NULL, 0, p, n);
}

int
seal_put(struct seal *s, uint64_t index, const uint8_t *p, size_t n,
    bool is_last, uint8_t *out)
{
	return seal_hand_put(&s->own, index, p, n, is_last, out);
}

int
seal_bytes(struct seal *s, const uint8_t *p, size_t n, struct buf *out)
{
	uint8_t *sealed;
	uint64_t index = 0;
	size_t m;
	int err;

	if ((sealed = mem_new(1, AGE_CHUNK_SEALED)) == NULL)
		return ERR_NOMEM;
	buf_put_text(out, seal_head(s));
	do {
		m = n < AGE_CHUNK_SIZE ? n : AGE_CHUNK_SIZE;
		err = seal_put(s, index++, p, m, m == n, sealed);
		if (err != 0)
			break;
		buf_put(out, sealed, m + TAG_SIZE);
		p += m;
		n -= m;
	} while (n > 0);
	mem_free(sealed);
	return err == 0 ? buf_finish(out) : err;
}

int
seal_hand_new(struct seal *s, struct seal_hand **ret_hand)
{
	struct seal_hand *h;
	int err;

	if ((h = mem_new(1, sizeof(*h))) == NULL)
		return ERR_NOMEM;
	h->seal = s;
	if ((err = aead_new(s->key, &h->aead)) != 0) {
		mem_free(h);
		return err;
	}
	*ret_hand = h;
	return 0;
}

void
seal_hand_free(struct seal_hand **hand)
{
	if (*hand == NULL)
		return;
	aead_free(&(*hand)->aead);
	mem_free(*hand);
	*hand = NULL;
}
