#include "crypto/password.h"

#include <sodium.h>

#include "base/err.h"
#include "base/mem.h"

#define SCRYPT_LOG_N_MAX 22
#define SCRYPT_R 8
#define SCRYPT_P 1

int
argon2id(void *out, size_t out_n, const void *password, size_t n,
    const uint8_t salt[static 16], uint32_t memory_kib, uint32_t passes)
{
	must(out_n >= crypto_pwhash_argon2id_BYTES_MIN);
	must(passes >= 1 &&
	     memory_kib >= crypto_pwhash_argon2id_MEMLIMIT_MIN / 1024);
	if (mem_is_failing() || crypto_pwhash_argon2id(out, out_n,
				    n > 0 ? password : (const void *)"", n,
				    salt, passes, (size_t)memory_kib * 1024,
				    crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0)
		return ERR_NOMEM;
	return 0;
}

int
scrypt(void *out, size_t out_n, const void *password, size_t n,
    const void *salt, size_t salt_n, unsigned log_n)
{
	if (log_n < 1 || log_n > SCRYPT_LOG_N_MAX)
		return ERR_LIMIT;
	if (mem_is_failing() ||
	    crypto_pwhash_scryptsalsa208sha256_ll(
		n > 0 ? password : (const void *)"", n,
		salt_n > 0 ? salt : (const void *)"", salt_n,
		(uint64_t)1 << log_n, SCRYPT_R, SCRYPT_P, out, out_n) != 0)
		return ERR_NOMEM;
	return 0;
}
