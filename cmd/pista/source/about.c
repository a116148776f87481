#include "source/about.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/secret.h"
#include "cmd.h"
#include "os/file.h"
#include "os/term.h"
#include "say.h"

#define FILE_MAX 4096

static const struct field {
	const char *key, *question;
	size_t offset; /* of the text in struct letter_tip */
} fields[] = {
	{ "name", "Your name, when you want it known (or nothing): ",
	    offsetof(struct letter_tip, name) },
	{ "contact", "How to reach you outside Pista (or nothing): ",
	    offsetof(struct letter_tip, contact) },
	{ "passage", "The passage of the story it is about (or nothing): ",
	    offsetof(struct letter_tip, passage) },
};
#define FIELDS (sizeof(fields) / sizeof(fields[0]))

static struct text *
field_of(struct letter_tip *tip, const struct field *f)
{
	return (struct text *)((char *)tip + f->offset);
}

static int
set_field(struct letter_tip *tip, const struct field *f, struct text value)
{
	value = text_trim(value);
	if (value.n > LETTER_FIELD_MAX)
		return ERR_LIMIT;
	if (!text_is_utf8(value))
		return ERR_FORMAT;
	*field_of(tip, f) = value;
	return 0;
}

/* One line "key: value"; an empty one says nothing. */
static int
read_line(struct letter_tip *tip, struct text line)
{
	const char *colon;
	struct text key;
	size_t i;

	line = text_trim(line);
	if (line.n == 0)
		return 0;
	if ((colon = memchr(line.p, ':', line.n)) == NULL)
		return ERR_FORMAT;
	key = text_trim((struct text){ line.p, (size_t)(colon - line.p) });
	for (i = 0; i < FIELDS; i++)
		if (text_is(key, fields[i].key))
			return set_field(tip, &fields[i],
			    (struct text){ colon + 1,
				line.n - (size_t)(colon - line.p) - 1 });
	return ERR_FORMAT;
}

static int
read_file(struct about *a, const char *command, struct letter_tip *tip)
{
	const char *p, *end, *next;
	unsigned number = 1;
	char where[64];
	size_t n;
	int err;

	err = file_read_secret(a->file, FILE_MAX, (uint8_t **)&a->text, &n);
	if (err != 0)
		return say_error(command, a->file, err,
		    err == ERR_DENIED ? "only you may be able to read it "
					"(chmod 600)"
				      : NULL);
	for (p = a->text, end = p + n; p < end; p = next + 1, number++) {
		if ((next = memchr(p, '\n', (size_t)(end - p))) == NULL)
			next = end;
		err = read_line(tip, (struct text){ p, (size_t)(next - p) });
		if (err == 0)
			continue;
		snprintf(where, sizeof(where), "--about-file, line %u", number);
		return say_error(command, where, err,
		    err == ERR_LIMIT ? "it may have 300 bytes"
				     : "it has lines like `name: Eva', with "
				       "name, contact or passage");
	}
	return CMD_OK;
}

/* A line of the terminal, past the buffers of the C library, which nobody
 * wipes. The end of the input ends it too. */
static int
read_answer(char *p, size_t max, size_t *ret_n)
{
	size_t n = 0;
	ssize_t got;
	char c = 0;

	for (;;) {
		got = read(STDIN_FILENO, &c, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_from_errno(errno);
		if (got == 0 || c == '\n')
			break;
		if (n < max)
			p[n] = c;
		n++;
	}
	secret_wipe(&c, sizeof(c));
	if (n > max)
		return ERR_LIMIT;
	*ret_n = n;
	return 0;
}

static int
ask_all(struct about *a, const char *command, struct letter_tip *tip)
{
	size_t i, n = 0;
	char *p;
	int err;

	if ((a->text = secret_new(FIELDS * LETTER_FIELD_MAX)) == NULL)
		return say_error(command, "start", ERR_NOMEM, NULL);
	for (i = 0, p = a->text; i < FIELDS; i++, p += n) {
		fputs(fields[i].question, stderr);
		if ((err = read_answer(p, LETTER_FIELD_MAX, &n)) != 0 ||
		    (err = set_field(tip, &fields[i], (struct text){ p, n })) !=
			0)
			return say_error(command, fields[i].key, err,
			    err == ERR_LIMIT ? "it may have 300 bytes" : NULL);
	}
	return CMD_OK;
}

int
about_read(
    struct about *a, const char *command, bool may_ask, struct letter_tip *tip)
{
	if (a->file != NULL)
		return read_file(a, command, tip);
	if (may_ask && term_is_tty(STDIN_FILENO))
		return ask_all(a, command, tip);
	return CMD_OK;
}

void
about_fini(struct about *a)
{
	secret_free(&a->text);
}
