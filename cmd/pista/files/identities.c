#include "files/identities.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/secret.h"
#include "cmd.h"
#include "os/file.h"
#include "say.h"

#define FILE_MAX (64 * 1024)

static bool
is_sealed(struct text t)
{
	return text_has_prefix(t, "age-encryption.org/") ||
	       text_has_prefix(t, "-----BEGIN AGE ENCRYPTED FILE-----");
}

/* Reads all of path; *ret_is_private is false when others may read it too. */
static int
read_file(
    const char *path, uint8_t **ret_p, size_t *ret_n, bool *ret_is_private)
{
	struct stat st;
	int fd, err;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)) < 0)
		return err_from_errno(errno);
	if (fstat(fd, &st) != 0)
		err = err_from_errno(errno);
	else
		err = file_read_secret_fd(fd, FILE_MAX, ret_p, ret_n);
	(void)close(fd);
	if (err == 0)
		*ret_is_private = (st.st_mode & (S_IRWXG | S_IRWXO)) == 0;
	return err;
}

static int
open_sealed(struct text sealed, struct text passphrase,
    struct open_identities **ret_ids)
{
	char *p = NULL;
	size_t n;
	int err = open_secret(sealed, passphrase, &p, &n);

	if (err == 0)
		err = open_identities_read((struct text){ p, n }, ret_ids);
	secret_free(&p);
	return err;
}

static const char *
advice(int err)
{
	switch (err) {
	case ERR_NOT_FOUND:
		return "no identity is in it";
	case ERR_DENIED:
		return "only you may be able to read it (chmod 600)";
	case ERR_NO_KEY:
		return "an identity file may be sealed with a passphrase only";
	default:
		return NULL;
	}
}

int
identities_add(struct identities *ids, const char *command, const char *path,
    struct home *home)
{
	struct open_identities **slot = &ids->files[ids->n];
	struct text in, passphrase;
	uint8_t *p = NULL;
	bool is_private = false;
	size_t n = 0;
	int err;

	if (ids->n == IDENTITIES_FILES_MAX)
		return cmd_misused(
		    command, "at most %d identity files", IDENTITIES_FILES_MAX);
	if ((err = read_file(path, &p, &n, &is_private)) != 0)
		return say_error(command, path, err, NULL);
	in = (struct text){ (const char *)p, n };
	if (!is_sealed(in)) {
		err = is_private ? open_identities_read(in, slot) : ERR_DENIED;
	} else if (home_passphrase(home, path, false, &passphrase) == 0) {
		err = open_sealed(in, passphrase, slot);
	} else {
		secret_free(&p);
		return CMD_FAILED;
	}
	secret_free(&p);
	if (err != 0)
		return say_error(command, path, err, advice(err));
	ids->n++;
	return CMD_OK;
}

int
identities_open(const struct identities *ids, const void *head, size_t n,
    struct open_file **ret_file)
{
	int err = ERR_NO_KEY;
	size_t i;

	for (i = 0; i < ids->n && err == ERR_NO_KEY; i++)
		err = open_file_new(ids->files[i], head, n, ret_file);
	return err;
}

void
identities_fini(struct identities *ids)
{
	size_t i;

	for (i = 0; i < ids->n; i++)
		open_identities_free(&ids->files[i]);
	ids->n = 0;
}
