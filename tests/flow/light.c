/*
 * Preloaded into pista where a test is not about passphrases: scrypt with hardly
 * any work. The real work takes most of a second a command, and a test that runs
 * pista a hundred times would spend its time on nothing else. The programs are
 * the ones that are shipped; what is sealed this way no other program opens.
 */
#define _GNU_SOURCE /* RTLD_NEXT */

#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define LIGHT_N 16

typedef int scrypt_function(const uint8_t *, size_t, const uint8_t *, size_t,
    uint64_t, uint32_t, uint32_t, uint8_t *, size_t);

scrypt_function crypto_pwhash_scryptsalsa208sha256_ll;

int
crypto_pwhash_scryptsalsa208sha256_ll(const uint8_t *password, size_t n,
    const uint8_t *salt, size_t salt_n, uint64_t work, uint32_t r, uint32_t p,
    uint8_t *out, size_t out_n)
{
	void *found = dlsym(RTLD_NEXT, "crypto_pwhash_scryptsalsa208sha256_ll");
	scrypt_function *real;

	if (found == NULL)
		return -1;
	/* C has no conversion from an object's address to a function's. */
	memcpy(&real, &found, sizeof(real));
	return real(password, n, salt, salt_n, work > LIGHT_N ? LIGHT_N : work,
	    r, p, out, out_n);
}
