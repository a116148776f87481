#include "open/open.h"

#include <string.h>

#include "base/err.h"
#include "base/secret.h"
#include "crypto/aead.h"
#include "open/unwrap.h"

#define TAG_SIZE (AGE_CHUNK_SEALED - AGE_CHUNK_SIZE)

struct open_file {
	uint8_t file_key[AGE_FILE_KEY_SIZE];
	uint8_t payload_key[AEAD_KEY_SIZE];
	struct aead *aead;
};

/* Parses head, which must be exactly header and nonce. */
static int
parse(const void *head, size_t n, struct age_header *h)
{
	int err;

	if ((err = age_header_parse(head, n, h)) != 0)
		return err == ERR_AGAIN ? ERR_TRUNCATED : err;
	if (n < h->size + AGE_NONCE_SIZE)
		return ERR_TRUNCATED;
	return n > h->size + AGE_NONCE_SIZE ? ERR_FORMAT : 0;
}

/* The same, and makes an object without keys. */
static int
begin(const void *head, size_t n, struct age_header *h,
    struct open_file **ret_file)
{
	int err;

	if ((err = parse(head, n, h)) != 0)
		return err;
	*ret_file = secret_new(sizeof(**ret_file));
	return *ret_file == NULL ? ERR_NOMEM : 0;
}

/* Checks the header under the file key and derives the rest. */
static int
derive(struct open_file *f, const void *head, const struct age_header *h)
{
	const uint8_t *nonce = (const uint8_t *)head + h->size;
	int err;

	if ((err = age_header_check(h, f->file_key)) != 0)
		return err;
	age_payload_key(f->payload_key, f->file_key, nonce);
	return aead_new(f->payload_key, &f->aead);
}

/* Gives f to the caller when err and its key are well. */
static int
end(int err, struct open_file *f, const void *head, const struct age_header *h,
    struct open_file **ret_file)
{
	if (err == 0)
		err = derive(f, head, h);
	if (err == 0)
		*ret_file = f;
	else
		open_file_free(&f);
	return err;
}

int
open_file_new(const struct open_identities *ids, const void *head, size_t n,
    struct open_file **ret_file)
{
	struct age_header h;
	struct open_file *f = NULL;
	int err;

	if ((err = begin(head, n, &h, &f)) != 0)
		return err;
	err = unwrap_identities(&h, ids, f->file_key);
	return end(err, f, head, &h, ret_file);
}

int
open_file_new_passphrase(struct text passphrase, unsigned max_log_n,
    const void *head, size_t n, struct open_file **ret_file)
{
	struct age_header h;
	struct open_file *f = NULL;
	int err;

	if ((err = begin(head, n, &h, &f)) != 0)
		return err;
	err = unwrap_passphrase(&h, passphrase, max_log_n, f->file_key);
	return end(err, f, head, &h, ret_file);
}

int
open_file_new_key(const uint8_t key[static AGE_FILE_KEY_SIZE], const void *head,
    size_t n, struct open_file **ret_file)
{
	struct age_header h;
	struct open_file *f = NULL;
	int err;

	if ((err = begin(head, n, &h, &f)) != 0)
		return err;
	memcpy(f->file_key, key, AGE_FILE_KEY_SIZE);
	return end(0, f, head, &h, ret_file);
}

int
open_file_again(struct open_file *f,
    const uint8_t key[static AGE_FILE_KEY_SIZE], const void *head, size_t n)
{
	struct age_header h;
	int err;

	aead_free(&f->aead);
	memcpy(f->file_key, key, AGE_FILE_KEY_SIZE);
	if ((err = parse(head, n, &h)) != 0)
		return err;
	return derive(f, head, &h);
}

int
open_file_copy(const struct open_file *f, struct open_file **ret_copy)
{
	struct open_file *copy;
	int err;

	if ((copy = secret_new(sizeof(*copy))) == NULL)
		return ERR_NOMEM;
	memcpy(copy, f, sizeof(*copy));
	copy->aead = NULL;
	if ((err = aead_new(copy->payload_key, &copy->aead)) != 0) {
		open_file_free(&copy);
		return err;
	}
	*ret_copy = copy;
	return 0;
}

void
open_file_free(struct open_file **file)
{
	if (*file == NULL)
		return;
	aead_free(&(*file)->aead);
	secret_free(file);
}

void
open_file_key(
    const struct open_file *f, uint8_t ret_key[static AGE_FILE_KEY_SIZE])
{
	memcpy(ret_key, f->file_key, AGE_FILE_KEY_SIZE);
}

int
open_chunk(struct open_file *f, uint64_t index, const uint8_t *p, size_t n,
    bool is_last, uint8_t *out)
{
	uint8_t nonce[AEAD_NONCE_SIZE];

	if (n < TAG_SIZE)
		return ERR_TRUNCATED;
	if (n > AGE_CHUNK_SEALED || (!is_last && n != AGE_CHUNK_SEALED) ||
	    (n == TAG_SIZE && index != 0))
		return ERR_FORMAT;
	age_chunk_nonce(nonce, index, is_last);
	return aead_open(f->aead, out, nonce, NULL, 0, p, n);
}
