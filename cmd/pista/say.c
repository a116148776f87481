#include "say.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/day.h"
#include "base/err.h"

#define DAY_SECONDS 86400u
#define VISIBLE_MAX 16 /* bytes of a code point or its escape, and a NUL */

int
say_error(const char *command, const char *subject, int err, const char *advice)
{
	fprintf(stderr, "pista: %s: %s: %s%s%s\n", command, subject,
	    err_text(err), advice != NULL ? "; " : "",
	    advice != NULL ? advice : "");
	return 1;
}

/* Characters a terminal would obey instead of showing. */
static int
is_dangerous(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c ||
	       c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069) || c == 0xfeff ||
	       (c >= 0xe0000 && c <= 0xe007f);
}

/* What stands for the code point at the front of t: its bytes themselves, or a
 * visible escape. Returns the bytes of t that were used. */
static size_t
visible(struct text t, int keeps_lines, char out[static VISIBLE_MAX])
{
	uint32_t c;
	int n = text_next(t, &c);

	if (n <= 0)
		snprintf(out, VISIBLE_MAX, "\\x%02x", (unsigned char)t.p[0]);
	else if (c == '\n' || c == '\t')
		snprintf(out, VISIBLE_MAX, "%c",
		    keeps_lines && c == '\n' ? '\n' : ' ');
	else if (is_dangerous(c))
		snprintf(out, VISIBLE_MAX, "\\u%04x", c);
	else
		snprintf(out, VISIBLE_MAX, "%.*s", n, t.p);
	return n <= 0 ? 1 : (size_t)n;
}

static void
say_some(FILE *to, struct text t, int keeps_lines, size_t max)
{
	char out[VISIBLE_MAX];
	size_t n;

	while (t.n > 0) {
		if (max-- == 0) {
			fputs("…", to);
			return;
		}
		n = visible(t, keeps_lines, out);
		fputs(out, to);
		t.p += n;
		t.n -= n;
	}
}

/* Columns of what visible wrote: an escape takes one a character. */
static size_t
columns(const char *out)
{
	return out[0] == '\\' ? strlen(out) : 1;
}

void
say_cell(FILE *to, struct text t, size_t width)
{
	char out[VISIBLE_MAX];
	struct text rest = t;
	size_t n, all = 0, used = 0;

	while (rest.n > 0) {
		n = visible(rest, 0, out);
		all += columns(out);
		rest.p += n;
		rest.n -= n;
	}
	while (t.n > 0) {
		n = visible(t, 0, out);
		if (all > width && used + columns(out) > width - 1)
			break;
		fputs(out, to);
		used += columns(out);
		t.p += n;
		t.n -= n;
	}
	if (all > width) {
		fputs("…", to);
		used++;
	}
	fprintf(to, "%*s", (int)(width - used), "");
}

void
say_text(FILE *to, struct text t)
{
	say_some(to, t, 1, SIZE_MAX);
}

void
say_line(FILE *to, struct text t, size_t max)
{
	say_some(to, t, 0, max);
}

void
say_size(FILE *to, uint64_t bytes)
{
	static const char *const units[] = { "kB", "MB", "GB", "TB" };
	double value = (double)bytes / 1000;
	size_t i = 0;

	if (bytes < 1000) {
		fprintf(to, "%u B", (unsigned)bytes);
		return;
	}
	for (; value >= 1000 && i < 3; i++)
		value /= 1000;
	fprintf(to, "%.1f %s", value, units[i]);
}

void
say_day(FILE *to, uint32_t day)
{
	char text[DAY_TEXT_SIZE + 1];

	day_write(text, day);
	fputs(text, to);
}

void
say_next_edition(FILE *to, const struct masthead *card)
{
	uint64_t now = (uint64_t)time(NULL);
	uint64_t next = masthead_next_hour(card->edition_hours, now);

	if (card->edition_seconds > 0)
		fprintf(to,
		    "Answers appear within %u seconds of being written.\n",
		    card->edition_seconds);
	else
		fprintf(to,
		    "Answers appear at fixed hours; the next time is "
		    "%02u:00 UTC%s.\n",
		    (unsigned)(next / 3600 % 24),
		    next / DAY_SECONDS > now / DAY_SECONDS ? " tomorrow" : "");
}

static uint64_t
milliseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void
say_progress_begin(struct say_progress *p, const char *what)
{
	*p = (struct say_progress){ .what = what, .started = milliseconds() };
}

void
say_progress(
    struct say_progress *p, uint64_t done, uint64_t total, int is_bytes)
{
	uint64_t now = milliseconds(), elapsed = now - p->started;

	if (elapsed < 1000 || now - p->shown < 200 || !isatty(STDERR_FILENO))
		return;
	p->shown = now;
	p->is_visible = 1;
	fprintf(stderr, "\r%s: ", p->what);
	if (is_bytes) {
		say_size(stderr, done);
		if (total > 0) {
			fputs(" of ", stderr);
			say_size(stderr, total);
		}
		fputs(", ", stderr);
		say_size(stderr, done * 1000 / elapsed);
		fputs("/s", stderr);
	} else {
		fprintf(stderr, "%llu", (unsigned long long)done);
		if (total > 0)
			fprintf(stderr, " of %llu", (unsigned long long)total);
	}
	if (done > 0 && total > done)
		fprintf(stderr, ", about %llu s left",
		    (unsigned long long)(elapsed * (total - done) / done /
					     1000 +
					 1));
	fputs("\033[K", stderr);
}

void
say_progress_end(struct say_progress *p)
{
	if (p->is_visible)
		fputs("\r\033[K", stderr);
	p->is_visible = 0;
}
