/* The head of an answer, and the policy in it. */
#include <string.h>

#include "base/err.h"
#include "crypto/base64.h"
#include "crypto/hash.h"
#include "site/scan.h"

#define FIELDS_MAX 64
#define NAME_MAX_BYTES 64
#define HASH_TOKEN "'sha256-"
#define HASH_TOKEN_SIZE (sizeof(HASH_TOKEN) - 1 + 44 + 1)

/* Fields by which readers could be told apart, called back or led away. */
static const struct {
	const char *name, *what;
} harmful[] = {
	{ "set-cookie", "sets a cookie" },
	{ "set-cookie2", "sets a cookie" },
	{ "etag", "has a mark by which a browser is known again" },
	{ "last-modified", "has a mark by which a browser is known again" },
	{ "alt-svc", "sends browsers to another service, which they remember" },
	{ "report-to", "lets browsers report to somebody" },
	{ "reporting-endpoints", "lets browsers report to somebody" },
	{ "nel", "lets browsers report to somebody" },
	{ "expect-ct", "lets browsers report to somebody" },
	{ "location", "leads to another address" },
	{ "refresh", "leads to another address" },
	{ "content-location", "leads to another address" },
	{ "link", "loads something else" },
	{ "sourcemap", "loads something else" },
	{ "x-sourcemap", "loads something else" },
	{ "service-worker-allowed", "lets a service worker read along" },
	{ "accept-ch", "asks browsers who they are" },
	{ "vary", "may differ from one reader to the next" },
	{ "access-control-allow-origin", "lets other sites read it" },
	{ "server-timing", "says more than it should" },
	{ "via", "was sent on by somebody" },
	{ "age", "was kept by somebody" },
	{ "x-cache", "was kept by somebody" },
	{ "transfer-encoding", "was changed on its way" },
};

/* Fields that a proxy may add, and do no harm. */
static const char *const harmless[] = { "date", "content-length",
	"strict-transport-security", "x-frame-options", "permissions-policy",
	"cross-origin-opener-policy", "cross-origin-resource-policy",
	"cross-origin-embedder-policy", "x-robots-tag", "keep-alive", "allow" };

struct field {
	char name[NAME_MAX_BYTES + 1]; /* in lower case */
	struct text value, line;
};

struct fields {
	struct field field[FIELDS_MAX];
	size_t n;
};

static bool
read_field(struct text line, struct field *ret_field)
{
	struct text rest = line, name = text_cut(&rest, ':');

	if (rest.p == NULL || name.n == 0 || name.n > NAME_MAX_BYTES)
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (c <= ' ' || c >= 0x7f)
			return false;
		ret_field->name[i] =
		    c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
	}
	ret_field->name[name.n] = '\0';
	ret_field->value = text_trim(rest);
	ret_field->line = line;
	return true;
}

/* A line that begins with a space goes on with the field before it, for a
 * browser; and what a control character ends is not the same for all. */
static bool
is_plain(struct text line)
{
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	for (size_t i = 0; i < line.n; i++)
		if ((unsigned char)line.p[i] < ' ' || line.p[i] == 0x7f ||
		    (i == 0 && line.p[i] == ' '))
			return false;
	return true;
}

static const struct field *
find(const struct fields *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->field[i].name, name) == 0)
			return &f->field[i];
	return NULL;
}

static int
read_fields(
    struct text head, struct fields *ret_fields, struct site_fault *ret_fault)
{
	struct fields *f = ret_fields;
	struct text line;

	f->n = 0;
	text_cut(&head, '\n');
	while (head.n > 0) {
		line = text_cut(&head, '\n');
		if (!is_plain(line))
			return scan_fault(ret_fault, "is malformed", line);
		line = text_trim(line);
		if (line.n == 0)
			continue;
		if (f->n == FIELDS_MAX || !read_field(line, &f->field[f->n]))
			return scan_fault(ret_fault, "is malformed", line);
		if (find(f, f->field[f->n].name) != NULL)
			return scan_fault(ret_fault, "says it twice", line);
		f->n++;
	}
	return 0;
}

static bool
is_harmless(const char *name)
{
	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		if (strcmp(name, harmless[i]) == 0)
			return true;
	return false;
}

/* An address of the place itself, as the card has it. */
static bool
is_own_onion(const struct masthead *card, struct text value)
{
	json_t *channel;
	struct text kind, address;
	size_t i;

	json_array_foreach (
	    json_object_get(card->root, "channels"), i, channel) {
		if (json_text(channel, "kind", 32, &kind) != 0 ||
		    json_text(channel, "address", 300, &address) != 0 ||
		    !text_is(kind, "onion"))
			continue;
		while (address.n > 0 && address.p[address.n - 1] == '/')
			address.n--;
		if (address.n > 0 && value.n >= address.n &&
		    memcmp(value.p, address.p, address.n) == 0 &&
		    (value.n == address.n || value.p[address.n] == '/'))
			return true;
	}
	return false;
}

static bool
has_digit(struct text t)
{
	for (size_t i = 0; i < t.n; i++)
		if (t.p[i] >= '0' && t.p[i] <= '9')
			return true;
	return false;
}

/* Fields that the rules do not ask for. */
static int
check_other(const struct field *f, const struct site_head_rules *rules,
    struct site_fault *ret_note, struct site_fault *ret_fault)
{
	for (size_t i = 0; i < sizeof(harmful) / sizeof(harmful[0]); i++)
		if (strcmp(f->name, harmful[i].name) == 0)
			return scan_fault(ret_fault, harmful[i].what, f->line);
	if (is_harmless(f->name))
		return 0;
	if (strcmp(f->name, "onion-location") == 0)
		return is_own_onion(rules->card, f->value)
			   ? 0
			   : scan_fault(ret_fault,
				 "names an onion address that is not on the "
				 "masthead",
				 f->line);
	if (strcmp(f->name, "server") == 0 && !has_digit(f->value)) {
		*ret_note =
		    (struct site_fault){ "names the program before the place",
			    f->line };
		return 0;
	}
	return scan_fault(ret_fault,
	    strcmp(f->name, "server") == 0
		? "names a program and its version"
		: "has a field that no answer of ours has",
	    f->line);
}

/* What must be said, and how. value NULL: anything. */
struct wanted {
	const char *name, *value;
	bool is_needed;
};

static int
check_wanted(const struct fields *fields, const struct wanted *w,
    struct site_fault *ret_fault)
{
	const struct field *f = find(fields, w->name);

	if (f == NULL)
		return !w->is_needed ? 0
				     : scan_fault(ret_fault, "does not say",
					   text_from(w->name));
	if (w->value == NULL || text_is(f->value, w->value))
		return 0;
	return scan_fault(ret_fault, "does not say what it should", f->line);
}

int
site_head_check(struct text head, const struct site_head_rules *rules,
    struct site_fault *ret_note, struct site_fault *ret_fault)
{
	bool is_whole = !rules->is_bare;
	const struct wanted wanted[] = {
		{ "cache-control", "no-store, no-transform", true },
		{ "x-content-type-options", "nosniff", true },
		{ "referrer-policy", "same-origin", is_whole },
		{ "content-security-policy", rules->policy, is_whole },
		{ "content-type", rules->type, is_whole },
		{ "content-encoding", rules->is_packed ? "gzip" : "identity",
		    rules->is_packed },
		{ "connection", rules->is_ours ? "close" : NULL,
		    rules->is_ours },
	};
	const size_t wanted_n = sizeof(wanted) / sizeof(wanted[0]);
	struct fields fields;
	int err;

	*ret_note = (struct site_fault){ NULL, TEXT("") };
	if ((err = read_fields(head, &fields, ret_fault)) != 0)
		return err;
	for (size_t i = 0; i < fields.n; i++) {
		size_t k = 0;

		while (k < wanted_n &&
		       strcmp(fields.field[i].name, wanted[k].name) != 0)
			k++;
		if (k == wanted_n && (err = check_other(&fields.field[i], rules,
					  ret_note, ret_fault)) != 0)
			return err;
	}
	for (size_t i = 0; i < wanted_n; i++)
		if ((err = check_wanted(&fields, &wanted[i], ret_fault)) != 0)
			return err;
	return 0;
}

void
site_head_constant(struct buf *b, struct text head)
{
	struct text line;

	while (head.n > 0) {
		line = text_trim(text_cut(&head, '\n'));
		if (line.n >= 5 && (line.p[0] | 0x20) == 'd' &&
		    memcmp(line.p + 1, "ate:", 4) == 0)
			continue;
		buf_put_text(b, line);
		buf_puts(b, "\n");
	}
}

int
site_policy_for(
    struct buf *b, const char *ours, const struct text *texts, size_t n)
{
	uint8_t hash[HASH_SHA256_SIZE];
	const char *at;
	size_t i = 0;

	for (; (at = strstr(ours, HASH_TOKEN)) != NULL && i < n; i++) {
		must(strlen(at) >= HASH_TOKEN_SIZE);
		buf_put(b, ours, (size_t)(at - ours));
		buf_puts(b, HASH_TOKEN);
		hash_sha256(hash, texts[i].p, texts[i].n);
		base64_put(b, hash, sizeof(hash), true);
		buf_puts(b, "'");
		ours = at + HASH_TOKEN_SIZE;
	}
	if (at != NULL || i < n)
		return ERR_FORMAT;
	buf_puts(b, ours);
	return buf_finish(b);
}
