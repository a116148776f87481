/*
 * Seals what comes in with a passphrase and little of scrypt's work: a test that
 * runs pista a hundred times would spend its time on nothing else.
 *
 *   light-key PASSPHRASE-FILE OUT <PLAINTEXT
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "crypto/random.h"
#include "os/file.h"
#include "seal/seal.h"

#define SMALL (64 * 1024)
#define LIGHT_LOG_N 4

int
main(int argc, char **argv)
{
	uint8_t *words = NULL, *plain = NULL;
	struct seal *s = NULL;
	struct text passphrase;
	struct buf out;
	size_t words_n, n;
	int err;

	if (argc != 3)
		return EXIT_FAILURE;
	buf_init(&out, 2 * SMALL);
	if ((err = crypto_init()) == 0 &&
	    (err = file_read(argv[1], SMALL, &words, &words_n)) == 0 &&
	    (err = file_read_fd(STDIN_FILENO, SMALL, &plain, &n)) == 0) {
		passphrase = text_trim((struct text){ (char *)words, words_n });
		if ((err = seal_new_passphrase(passphrase, LIGHT_LOG_N, &s)) ==
			0 &&
		    (err = seal_bytes(s, plain, n, &out)) == 0)
			err = file_write_atomic(argv[2], 0600, out.p, out.n);
	}
	seal_free(&s);
	mem_free(words);
	mem_free(plain);
	buf_fini(&out);
	return err == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
