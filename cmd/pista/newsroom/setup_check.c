#include "newsroom/setup_check.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"
#include "masthead/parse.h"
#include "newsroom/setup.h"
#include "os/sock.h"

#define DIR_LENGTH_MAX 90 /* DIR/desk.sock is the name of a unix socket */

static bool
has_control(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return true;
	return false;
}

static const char *
check_text(const char *answer, size_t max)
{
	if (strlen(answer) > max)
		return "is too long";
	if (has_control(answer) || !text_is_utf8(text_from(answer)))
		return "holds characters that are no text";
	return text_trim(text_from(answer)).n == 0 ? "is empty" : NULL;
}

const char *
setup_check_name(const char *answer)
{
	return check_text(answer, MASTHEAD_TEXT_MAX);
}

const char *
setup_check_member_name(const char *answer)
{
	const char *wrong = check_text(answer, MASTHEAD_NAME_MAX);

	if (wrong == NULL && text_trim(text_from(answer)).n != strlen(answer))
		wrong = "begins or ends with a space";
	return wrong;
}

const char *
setup_check_member_id(const char *answer)
{
	return masthead_is_id(text_from(answer))
		   ? NULL
		   : "needs 1 to 32 of a-z, 0-9 and hyphen";
}

const char *
setup_check_languages(const char *answer)
{
	struct text rest = text_from(answer), lang, other, before;
	size_t n = 0;

	do {
		lang = text_trim(text_cut(&rest, ','));
		if (!masthead_is_language(lang))
			return "needs codes such as es,fr,en";
		before = (struct text){ answer, (size_t)(lang.p - answer) };
		while (before.n > 0) {
			other = text_trim(text_cut(&before, ','));
			if (text_is_equal(other, lang))
				return "names a language twice";
		}
		if (++n > 32)
			return "names too many languages";
	} while (rest.n > 0);
	return NULL;
}

const char *
setup_check_front(const char *answer)
{
	static const char *const fronts[] = { "direct", "onion", "proxy",
		"cdn" };
	size_t i;

	for (i = 0; i < sizeof(fronts) / sizeof(fronts[0]); i++)
		if (strcmp(answer, fronts[i]) == 0)
			return NULL;
	return "needs one of direct, onion, proxy, cdn";
}

const char *
setup_check_listen(const char *answer)
{
	switch (sock_address_check(text_from(answer))) {
	case 0:
		return NULL;
	case ERR_DENIED:
		return "must be a loopback address: tor or a web server stands "
		       "in front of it";
	case ERR_LIMIT:
		return "has a port too large or a path too long";
	default:
		return "needs an address such as 127.0.0.1:8080 or "
		       "unix:/run/page.sock";
	}
}

/* The nearest directory above path that exists must take a new one. */
static bool
can_make(const char *path)
{
	char up[ASK_MAX];
	char *slash;

	snprintf(up, sizeof(up), "%s", path);
	while (access(up, F_OK) != 0) {
		if ((slash = strrchr(up, '/')) == NULL)
			return access(".", W_OK | X_OK) == 0;
		*(slash == up ? slash + 1 : slash) = '\0';
	}
	return access(up, W_OK | X_OK) == 0;
}

const char *
setup_check_dir(const char *answer)
{
	char config[ASK_MAX + sizeof("/pistad.conf")];

	/* It stands in pistad.conf, where ; begins a comment. */
	if (has_control(answer) || strpbrk(answer, ";#\"") != NULL)
		return "holds characters that pistad.conf cannot hold";
	if (strlen(answer) > DIR_LENGTH_MAX)
		return "is too long for the name of a socket";
	snprintf(config, sizeof(config), "%s/pistad.conf", answer);
	if (access(config, F_OK) == 0)
		return "holds the pistad.conf of another server";
	return can_make(answer) ? NULL : "is not writable for you";
}
