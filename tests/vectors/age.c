/*
 * The age test vectors (C2SP/CCTV), one file each as vectors/age.mjs lays them
 * out: lines "key: value", an empty line, the age file.
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "age/armor.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "crypto/random.h"
#include "each.h"
#include "open/open.h"

#define PLAIN_MAX (64 * 1024 * 1024)
#define IDENTITIES_MAX 4096
#define PASSPHRASES_MAX 8
#define SLOW_MAX 4096 /* files up to this size are also fed byte by byte */

enum outcome {
	SUCCESS,
	HEADER_FAILURE,
	ARMOR_FAILURE,
	PAYLOAD_FAILURE,
	NO_MATCH,
	HMAC_FAILURE,
	OUTCOMES,
};

static const struct {
	const char *name;
	unsigned expected; /* vectors that apply */
} outcomes[OUTCOMES] = {
	[SUCCESS] = { "success", 21 },
	[HEADER_FAILURE] = { "header failure", 53 },
	[ARMOR_FAILURE] = { "armor failure", 22 },
	[PAYLOAD_FAILURE] = { "payload failure", 19 },
	[NO_MATCH] = { "no match", 8 },
	[HMAC_FAILURE] = { "HMAC failure", 1 },
};
#define NOT_APPLICABLE 19 /* post-quantum */

static unsigned passed[OUTCOMES], skipped;

struct vector {
	enum outcome expect;
	bool is_armored;
	bool is_post_quantum;
	struct text payload; /* SHA-256, hex */
	struct buf identities;
	struct text passphrases[PASSPHRASES_MAX];
	size_t passphrases_n;
	struct text file;
};

static int
read_key(struct vector *v, struct text key, struct text value)
{
	int i;

	if (text_is(key, "expect")) {
		for (i = 0; i < OUTCOMES; i++)
			if (text_is(value, outcomes[i].name)) {
				v->expect = (enum outcome)i;
				return 0;
			}
		return ERR_FORMAT;
	}
	if (text_is(key, "armored"))
		v->is_armored = true;
	else if (text_is(key, "payload"))
		v->payload = value;
	else if (text_is(key, "passphrase"))
		v->passphrases[v->passphrases_n++] = value;
	else if (text_is(key, "identity")) {
		v->is_post_quantum |=
		    text_has_prefix(value, "AGE-SECRET-KEY-PQ-");
		buf_put_text(&v->identities, value);
		buf_puts(&v->identities, "\n");
	} else if (!text_is(key, "file key") && !text_is(key, "comment") &&
		   !text_is(key, "compressed"))
		return ERR_UNSUPPORTED;
	return 0;
}

static int
read_vector(struct text content, struct vector *v)
{
	struct text line, key;
	int err = 0;

	*v = (struct vector){ .expect = OUTCOMES };
	buf_init(&v->identities, IDENTITIES_MAX);
	while (err == 0 && content.n > 0) {
		line = text_cut(&content, '\n');
		if (line.n == 0)
			break;
		key = text_cut(&line, ':');
		line = text_trim(line);
		err = read_key(v, key, line);
	}
	v->file = content;
	return err == 0 && v->expect == OUTCOMES ? ERR_FORMAT : err;
}

static int
collect(void *ctx, const uint8_t *p, size_t n)
{
	buf_put(ctx, p, n);
	return buf_finish(ctx);
}

static enum outcome
classify(enum open_stage stage, int err)
{
	if (stage == OPEN_ARMOR)
		return ARMOR_FAILURE;
	if (stage == OPEN_PAYLOAD)
		return PAYLOAD_FAILURE;
	if (err == ERR_NO_KEY || err == ERR_PASSPHRASE)
		return NO_MATCH;
	return err == ERR_AUTH ? HMAC_FAILURE : HEADER_FAILURE;
}

/* Feeds the file in pieces of step bytes. */
static enum outcome
stream(const struct vector *v, struct text passphrase, struct text file,
    size_t step, struct buf *out)
{
	struct open_identities *ids = NULL;
	struct open_stream *s = NULL;
	enum outcome result = SUCCESS;
	size_t n;
	int err = 0;

	if (v->identities.n > 0)
		must(open_identities_read(buf_text(&v->identities), &ids) == 0);
	must(open_stream_new(ids, passphrase, collect, out, &s) == 0);
	while (err == 0 && file.n > 0) {
		n = file.n < step ? file.n : step;
		err = open_stream_put(s, (const uint8_t *)file.p, n);
		file.p += n;
		file.n -= n;
	}
	if (err == 0)
		err = open_stream_finish(s);
	if (err != 0)
		result = classify(open_stream_stage(s), err);
	open_stream_free(&s);
	open_identities_free(&ids);
	return result;
}

static enum outcome
try_all(const struct vector *v, struct text file, size_t step, struct buf *out)
{
	enum outcome result = NO_MATCH;
	size_t i;

	if (v->passphrases_n == 0)
		return stream(v, (struct text){ 0 }, file, step, out);
	for (i = 0; i < v->passphrases_n && result == NO_MATCH; i++)
		result = stream(v, v->passphrases[i], file, step, out);
	return result;
}

/* A header that parses is written again as it was. */
static bool
is_same_again(struct text file)
{
	struct age_header h;
	struct buf b;
	struct text args[16];
	uint8_t body[4096];
	char type[256];
	size_t i, args_n, body_n;
	bool is_same;

	if (age_header_parse(file.p, file.n, &h) != 0)
		return true;
	buf_init(&b, AGE_HEADER_MAX);
	age_header_begin(&b);
	for (i = 0; i < h.n; i++) {
		const struct age_stanza *s = &h.stanzas[i];

		must(age_stanza_args(s, args, 16, &args_n) == 0);
		must(age_stanza_body(s, body, sizeof(body), &body_n) == 0);
		snprintf(type, sizeof(type), "%.*s", (int)s->type.n, s->type.p);
		age_header_stanza(&b, type, args, args_n, body, body_n);
	}
	buf_puts(&b, "---");
	is_same = text_is_equal(buf_text(&b), h.signed_part);
	buf_fini(&b);
	return is_same;
}

static bool
is_payload(const struct vector *v, const struct buf *out)
{
	uint8_t hash[crypto_hash_sha256_BYTES], expected[sizeof(hash)];

	if (v->expect != SUCCESS && v->expect != PAYLOAD_FAILURE)
		return out->n == 0;
	must(hex_read(v->payload, expected, sizeof(expected)) == 0);
	crypto_hash_sha256(
	    hash, out->n > 0 ? out->p : (const uint8_t *)"", out->n);
	return memcmp(hash, expected, sizeof(hash)) == 0;
}

static const char *
judge(const struct vector *v, struct text file, size_t step)
{
	const char *complaint = NULL;
	enum outcome result;
	struct buf out;

	buf_init(&out, PLAIN_MAX);
	result = try_all(v, file, step, &out);
	if (result != v->expect)
		complaint = outcomes[result].name;
	else if (!is_payload(v, &out))
		complaint = "another payload";
	buf_fini(&out);
	return complaint;
}

/* What stands in armor is taken out first: the vectors name an armor failure
 * wherever it is, and one that begins with other bytes is no armor to the
 * stream. */
static const char *
judge_armored(const struct vector *v)
{
	struct armor_reader r = { 0 };
	const char *complaint;
	struct buf out;
	int err;

	buf_init(&out, PLAIN_MAX);
	err = armor_read(&r, (const uint8_t *)v->file.p, v->file.n, &out);
	if (err == 0)
		err = armor_read_finish(&r);
	if (err != 0)
		complaint = v->expect == ARMOR_FAILURE ? NULL : "armor failure";
	else if (v->expect == ARMOR_FAILURE)
		complaint = "the armor was taken";
	else
		complaint = judge(v, buf_text(&out), out.n + 1);
	buf_fini(&out);
	return complaint;
}

static const char *
attempt_vector(const struct vector *v)
{
	const char *complaint = NULL;

	if (v->is_armored)
		complaint = judge_armored(v);
	else if (!is_same_again(v->file))
		complaint = "the header was written otherwise";
	/* In armor the stream may meet a fault of the armor earlier or later
	 * than one behind it; only success is success both ways. */
	if (complaint == NULL && (!v->is_armored || v->expect == SUCCESS))
		complaint = judge(v, v->file, 65536);
	if (complaint == NULL && (!v->is_armored || v->expect == SUCCESS) &&
	    v->passphrases_n == 0 && v->file.n <= SLOW_MAX)
		complaint = judge(v, v->file, 1);
	return complaint;
}

static const char *
attempt(const char *name, struct text content)
{
	const char *complaint = NULL;
	struct vector v;

	(void)name;
	if (read_vector(content, &v) != 0)
		complaint = "a key that this test does not know";
	else if (v.is_post_quantum)
		skipped++;
	else if ((complaint = attempt_vector(&v)) == NULL)
		passed[v.expect]++;
	buf_fini(&v.identities);
	return complaint;
}

int
main(int argc, char **argv)
{
	int i, status;
	unsigned sum = 0;

	if (argc != 2 || crypto_init() != 0)
		return 2;
	status = each_file(argv[1], attempt);
	for (i = 0; i < OUTCOMES; i++) {
		printf("# %s: %u of %u\n", outcomes[i].name, passed[i],
		    outcomes[i].expected);
		if (passed[i] != outcomes[i].expected)
			status = 1;
		sum += passed[i];
	}
	printf(
	    "# %u vectors apply and pass, %u are post-quantum\n", sum, skipped);
	return skipped == NOT_APPLICABLE ? status : 1;
}
