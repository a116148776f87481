#include "source/receipt_in.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/secret.h"
#include "cmd.h"
#include "os/file.h"
#include "os/term.h"
#include "say.h"

#define IN_MAX 4096
#define COLUMN 18 /* of a numbered word on the terminal */

void
receipt_in_init(struct receipt_in *in)
{
	*in = (struct receipt_in){ .fd = -1 };
}

bool
receipt_in_option(struct receipt_in *in, int option, const char *arg)
{
	uint64_t fd;

	if (option == RECEIPT_FILE) {
		in->file = arg;
		return true;
	}
	if (option != RECEIPT_FD ||
	    text_to_u64(text_from(arg), 65535, &fd) != 0)
		return false;
	in->fd = (int)fd;
	return true;
}

bool
receipt_in_is_given(const struct receipt_in *in)
{
	return in->file != NULL || in->fd != -1;
}

/* Three lines of three numbered words. Over secret memory. */
static void
put_words(
    struct buf *b, const uint16_t numbers[static RECEIPT_WORDS], size_t list)
{
	const char *word;
	size_t i, at, width;

	for (i = 0; i < RECEIPT_WORDS; i++) {
		word = receipt_word(list, numbers[i]);
		buf_putf(b, "  %zu. %s", i + 1, word);
		for (at = 0, width = 0; word[at] != '\0'; at++)
			width += ((unsigned char)word[at] & 0xc0) != 0x80;
		if (i % 3 == 2)
			buf_puts(b, "\n");
		else
			buf_fill(b, ' ', width < COLUMN ? COLUMN - width : 1);
	}
}

/* Past the buffers of the C library, which nobody wipes. */
static int
write_all(int fd, const struct buf *b)
{
	size_t done = 0;
	ssize_t n;

	while (done < b->n) {
		n = write(fd, b->p + done, b->n - done);
		if (n < 0 && errno != EINTR)
			return err_from_errno(errno);
		done += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

static int
print_words(int fd, const uint16_t numbers[static RECEIPT_WORDS], size_t list)
{
	struct buf b;
	uint8_t *p;
	int err;

	if ((p = secret_new(IN_MAX)) == NULL)
		return ERR_NOMEM;
	buf_init_fixed(&b, p, IN_MAX);
	put_words(&b, numbers, list);
	if ((err = buf_finish(&b)) == 0)
		err = write_all(fd, &b);
	secret_free(&p);
	return err;
}

int
receipt_print(const uint8_t value[static RECEIPT_VALUE_SIZE], size_t list)
{
	uint16_t numbers[RECEIPT_WORDS];
	int err;

	if (fflush(stdout) != 0)
		return ERR_IO;
	receipt_numbers(value, numbers);
	err = print_words(STDOUT_FILENO, numbers, list);
	secret_wipe(numbers, sizeof(numbers));
	return err;
}

static int
read_typed(const struct receipt_in *in, const char *command, char **ret_p,
    size_t *ret_n)
{
	const char *name = in->file != NULL ? in->file : "the receipt";
	int err;

	if (in->file != NULL)
		err = file_read_secret(
		    in->file, IN_MAX, (uint8_t **)ret_p, ret_n);
	else if (in->fd != -1)
		err = file_read_secret_fd(
		    in->fd, IN_MAX, (uint8_t **)ret_p, ret_n);
	else
		err = term_prompt_secret(
		    "Your receipt, nine words (they are not shown): ", ret_p,
		    ret_n);
	if (err == 0)
		return CMD_OK;
	return say_error(command, name, err,
	    err == ERR_UNSUPPORTED
		? "there is no terminal; use --receipt-file or --receipt-fd"
	    : err == ERR_DENIED ? "only you may be able to read it (chmod 600)"
				: NULL);
}

/* Shows words on the terminal itself and asks; false without one. */
static bool
is_confirmed(const struct receipt_reading *r, int tty)
{
	uint16_t numbers[RECEIPT_WORDS];
	char *answer = NULL;
	size_t n = 0;
	bool is_yes = false;

	receipt_numbers(r->value, numbers);
	if (print_words(tty, numbers, r->list) == 0 &&
	    term_prompt_secret(
		"What you typed does not fit together, these words do. Does "
		"your note say this? (y/n) ",
		&answer, &n) == 0)
		is_yes = n > 0 && (answer[0] == 'y' || answer[0] == 'Y');
	secret_wipe(numbers, sizeof(numbers));
	secret_free(&answer);
	return is_yes;
}

static int
say_wrong(const char *command, const struct receipt_reading *r, int err)
{
	if (err == ERR_LIMIT) {
		fprintf(stderr,
		    "pista: %s: a receipt has nine words or 30 digits; these "
		    "are %zu words\n",
		    command, r->words);
	} else if (err == ERR_WORD) {
		fprintf(
		    stderr, "pista: %s: word %zu, \"", command, r->unknown + 1);
		say_line(stderr, text_from(r->unknown_word),
		    sizeof(r->unknown_word));
		fputs("\", is in no list of words; compare it with your "
		      "note\n",
		    stderr);
	} else {
		fprintf(stderr,
		    "pista: %s: the words do not fit together; compare each "
		    "with your note\n",
		    command);
	}
	return CMD_FAILED;
}

/* Words that do not fit together: what they may have been, or what they are. */
static int
settle_check(const char *command, struct receipt_reading *r)
{
	int tty = open("/dev/tty", O_WRONLY | O_CLOEXEC | O_NOCTTY);
	int status = CMD_FAILED;

	if (tty >= 0 && r->is_offer && is_confirmed(r, tty))
		status = CMD_OK;
	else if (tty >= 0 && !r->is_offer && r->words == RECEIPT_WORDS)
		(void)print_words(tty, r->numbers, r->list);
	if (tty >= 0)
		close(tty);
	return status == CMD_OK ? status : say_wrong(command, r, ERR_CHECK);
}

int
receipt_in_read(const struct receipt_in *in, const char *command, size_t list,
    uint8_t *value)
{
	struct receipt_reading *r = NULL;
	char *typed = NULL;
	size_t n = 0;
	int err, status;

	if ((status = read_typed(in, command, &typed, &n)) != CMD_OK)
		return status;
	if ((r = secret_new(sizeof(*r))) == NULL) {
		status = say_error(command, "start", ERR_NOMEM, NULL);
		goto out;
	}
	err = receipt_read((struct text){ typed, n }, list, r);
	if (err != 0)
		status = err == ERR_CHECK ? settle_check(command, r)
					  : say_wrong(command, r, err);
	if (status == CMD_OK)
		memcpy(value, r->value, RECEIPT_VALUE_SIZE);
out:
	secret_free(&r);
	secret_free(&typed);
	return status;
}
