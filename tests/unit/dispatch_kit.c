#include "dispatch_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "base/json.h"
#include "base/secret.h"
#include "chain/chain.h"
#include "crypto/ed25519.h"
#include "crypto/random.h"
#include "letter/write.h"
#include "masthead/member.h"

#define LETTER_MAX (1024 * 1024)
#define EDITION_INDEX_MAX (EDITION_HEAD_SIZE + 512 * (32 + 48))

static void
open_member(struct office *o, struct office_member *m)
{
	struct book_options options = { .newsroom = o->newsroom,
		.pin = &o->pin,
		.ids = m->ids,
		.sign_seed = m->sign_seed };
	struct dispatch_options more = { .newsroom = o->newsroom,
		.sign_seed = m->sign_seed };
	char path[96], own[96];

	snprintf(path, sizeof(path), "%s/%s.db", o->directory, m->id);
	snprintf(own, sizeof(own), "%s/%s.own.db", o->directory, m->id);
	must(mirror_open(path, own, o->newsroom, &m->mirror) == 0);
	options.mirror = more.mirror = m->mirror;
	must(book_new(&options, &m->book) == 0);
	more.book = m->book;
	must(dispatch_new(&more, &m->dispatch) == 0);
}

static void
close_member(struct office_member *m)
{
	dispatch_free(&m->dispatch);
	book_free(&m->book);
	mirror_close(&m->mirror);
}

void
office_init(struct office *o)
{
	static const char *const ids[] = { "ana", "bo", "eva", "old" };
	struct office_member *m;
	struct buf b;

	memset(o, 0, sizeof(*o));
	must(crypto_init() == 0);
	random_bytes(o->newsroom, sizeof(o->newsroom));
	must(masthead_key_new(&o->key) == 0);
	masthead_key_pin(o->key, &o->pin);
	snprintf(
	    o->directory, sizeof(o->directory), "/tmp/pista-office-XXXXXX");
	must(mkdtemp(o->directory) != NULL);
	buf_init(&o->slots, OFFICE_WAITING * SLOT_SIZE);
	buf_init(&o->strips, OFFICE_WAITING * STRIP_ENTRY_SIZE);
	for (size_t i = 0; i < OFFICE_MEMBERS; i++) {
		m = &o->member[i];
		m->id = ids[i];
		m->is_seated = true;
		buf_init(&b, 1024);
		must(open_identity_new(&b, &m->to) == 0);
		must(open_identities_read(buf_text(&b), &m->ids) == 0);
		buf_fini(&b);
		member_sign_seed(
		    open_identity_secret(m->ids, 0), o->newsroom, m->sign_seed);
		ed25519_public(m->sign, m->sign_seed);
	}
	office_card(o);
	for (size_t i = 0; i < OFFICE_MEMBERS; i++) {
		open_member(o, &o->member[i]);
		office_round(o, &o->member[i]);
	}
}

void
office_fini(struct office *o)
{
	char command[128];

	for (size_t i = 0; i < OFFICE_MEMBERS; i++) {
		close_member(&o->member[i]);
		open_identities_free(&o->member[i].ids);
	}
	for (size_t i = 0; i < o->entries; i++)
		buf_fini(&o->entry[i].bytes);
	for (uint32_t i = 0; i < o->editions; i++) {
		buf_fini(&o->edition[i].bytes);
		buf_fini(&o->edition[i].slots);
	}
	buf_fini(&o->slots);
	buf_fini(&o->strips);
	masthead_key_free(&o->key);
	snprintf(command, sizeof(command), "rm -r %s", o->directory);
	must(system(command) == 0);
}

void
office_restart(struct office *o, struct office_member *m)
{
	close_member(m);
	open_member(o, m);
	office_fetch(o, m);
}

static uint64_t
append(struct office *o, uint8_t type, const uint8_t digest[static 32],
    struct buf *bytes)
{
	static const uint8_t genesis[32];
	struct office_entry *n = &o->entry[o->entries];
	const uint8_t *previous =
	    o->entries > 0 ? o->entry[o->entries - 1].e.link : genesis;

	must(o->entries < OFFICE_ENTRIES);
	n->e = (struct mirror_entry){ .seq = o->entries + 1,
		.type = type,
		.day = day_today(),
		.size = bytes->n };
	memcpy(n->e.digest, digest, 32);
	chain_link(
	    n->e.link, o->newsroom, previous, n->e.seq, type, n->e.day, digest);
	n->bytes = *bytes;
	o->entries++;
	return n->e.seq;
}

static uint64_t
append_letter(struct office *o, struct buf *bytes)
{
	struct chain_digest d;
	uint8_t hash[32], digest[32];
	size_t head, at, part, scan = 0;

	must(age_header_find_end(bytes->p, bytes->n, &scan, &head) == 0);
	head += AGE_NONCE_SIZE;
	chain_digest_init(&d, bytes->p, head);
	for (at = head; at < bytes->n; at += part) {
		part = bytes->n - at;
		if (part > AGE_CHUNK_SEALED)
			part = AGE_CHUNK_SEALED;
		hash_once(hash, bytes->p + at, part);
		if (at == head)
			chain_digest_chunk0(&d, hash, part);
		else
			chain_digest_leaf(&d, hash, part);
	}
	chain_digest_finish(&d, digest);
	return append(o, CHAIN_LETTER, digest, bytes);
}

static void
put_member(struct buf *b, const struct office_member *m)
{
	uint8_t request[32];

	member_request_seed(m->sign, m->sign, request);
	buf_putf(b,
	    "{\"id\":\"%s\",\"name\":\"The %s\",\"age\":[{\"recipient\":\"",
	    m->id, m->id);
	age_recipient_put(b, &m->to);
	buf_puts(b, "\",\"from\":\"2020-01-01\"}],\"sign\":\"");
	buf_put_hex(b, m->sign, 32);
	buf_puts(b, "\",\"request\":\"");
	buf_put_hex(b, request, 32);
	buf_puts(b, "\"}");
}

static void
put_card(struct office *o, struct buf *b)
{
	uint32_t issued = day_today() - (o->has_gone ? 365 : 1);
	char from[11], to[11];
	bool is_next = false;

	day_write(from, issued);
	day_write(to, issued + 30);
	buf_puts(b, "{\"pista\":1,\"newsroom\":\"");
	buf_put_hex(b, o->newsroom, 16);
	buf_putf(b,
	    "\",\"drill\":%s,\"name\":{\"en\":\"The "
	    "Paper\"},\"languages\":[\"en\"],"
	    "\"serial\":%llu,\"issued\":\"%s\",\"expires\":\"%s\",\"previous\":"
	    "\"",
	    o->seconds > 0 ? "true" : "false", (unsigned long long)o->serial,
	    from, to);
	buf_put_hex(b, o->card_hash, 32);
	buf_puts(b, "\",\"members\":[");
	for (size_t i = 0; i < OFFICE_MEMBERS; i++)
		if (o->member[i].is_seated) {
			buf_puts(b, is_next ? "," : "");
			put_member(b, &o->member[i]);
			is_next = true;
		}
	buf_putf(b,
	    "],\"desks\":[{\"id\":\"news\",\"names\":{\"en\":\"A "
	    "desk\"},\"members\":[\"ana\","
	    "\"bo\"%s]},{\"id\":\"sport\",\"names\":{\"en\":\"A "
	    "desk\"},\"members\":[\"eva\"]},"
	    "{\"id\":\"nobody\",\"names\":{\"en\":\"A "
	    "desk\"},\"members\":[]}],\"policy\":{",
	    o->member[OLD].is_seated ? ",\"old\"" : "");
	if (o->seconds > 0)
		buf_putf(b, "\"editions\":{\"seconds\":%u},", o->seconds);
	else
		buf_puts(b, "\"editions\":{\"hours\":[0,6,12,18]},");
	buf_puts(b, "\"letter_max\":10000000}}");
}

void
office_card(struct office *o)
{
	struct buf json, minisig, frame;
	uint8_t digest[32];

	o->serial++;
	buf_init(&json, MASTHEAD_MAX);
	buf_init(&minisig, MINISIG_MAX);
	buf_init(&frame, MASTHEAD_FRAME_MAX);
	put_card(o, &json);
	must(masthead_sign(o->key, buf_text(&json), o->newsroom, o->serial,
		 &minisig) == 0);
	masthead_frame_put(&frame, buf_text(&json), buf_text(&minisig));
	must(buf_finish(&frame) == 0);
	hash_once(o->card_hash, json.p, json.n);
	masthead_digest(digest, buf_text(&json), buf_text(&minisig));
	append(o, CHAIN_CARD, digest, &frame);
	buf_fini(&json);
	buf_fini(&minisig);
}

struct outgoing {
	struct buf bytes;
	size_t head;
};

static int
sink(void *ctx, uint64_t index, const uint8_t *sealed, size_t n, bool is_last)
{
	struct outgoing *out = ctx;
	size_t at = out->head + (size_t)index * AGE_CHUNK_SEALED;

	(void)is_last;
	if (out->bytes.n < at + n)
		buf_fill(&out->bytes, 0, at + n - out->bytes.n);
	must(buf_finish(&out->bytes) == 0);
	memcpy(out->bytes.p + at, sealed, n);
	return 0;
}

static size_t
readers(const struct office *o, const char *desk, struct age_recipient *to)
{
	size_t n = 0;

	for (size_t i = 0; i < OFFICE_MEMBERS; i++) {
		const char *sits = i == EVA ? "sport" : "news";

		if (o->member[i].is_seated &&
		    (desk == NULL || strcmp(desk, sits) == 0))
			to[n++] = o->member[i].to;
	}
	return n;
}

uint64_t
office_letter(struct office *o, const char *desk, struct letter_tip *tip,
    struct text message, const uint8_t *mark_seed, const uint8_t *member_seed)
{
	struct age_recipient to[OFFICE_MEMBERS];
	uint8_t token[16], id[LETTER_ID_SIZE];
	struct secret_arena *arena = NULL;
	struct letter_writer *w;
	struct seal *seal = NULL;
	struct outgoing out;
	size_t n = readers(o, desk, to);

	memcpy(tip->newsroom, o->newsroom, 16);
	memcpy(tip->card, o->card_hash, 32);
	tip->channel = TEXT("form");
	tip->lang = TEXT("en");
	tip->day = day_today();
	random_bytes(token, sizeof(token));
	must(secret_arena_new(LETTER_WRITER_ARENA, &arena) == 0);
	must(seal_new(to, n, seal_fill(n), &seal) == 0);
	buf_init(&out.bytes, LETTER_MAX);
	buf_put_text(&out.bytes, seal_head(seal));
	out.head = out.bytes.n;
	must(letter_writer_new(tip, message, token, LETTER_MAX, seal, sink,
		 &out, arena, &w) == 0);
	must(letter_writer_finish(w, mark_seed, member_seed, id) == 0);
	seal_free(&seal);
	secret_arena_free(&arena);
	return append_letter(o, &out.bytes);
}

void
office_source(struct office *o, uint8_t number, struct thread_keys *ret_keys)
{
	uint8_t value[RECEIPT_VALUE_SIZE] = { [11] = number };

	must(receipt_keys(value, o->newsroom, ret_keys) == 0);
}

uint64_t
office_tip(struct office *o, enum letter_kind kind,
    const struct thread_keys *keys, const char *desk, const char *message)
{
	struct letter_tip tip = {
		.kind = kind, .thread = keys->pub, .desk = text_from(desk)
	};

	return office_letter(o, desk, &tip, text_from(message),
	    kind == LETTER_TIP ? NULL : keys->mark_seed, NULL);
}

static void
take_delete(struct office *o, const struct buf *body)
{
	json_t *root = NULL, *list, *v;
	size_t i;

	must(json_read(buf_text(body), body->n, &root) == 0);
	for (int is_deleted = 0; is_deleted < 2; is_deleted++) {
		must(json_list(root, is_deleted ? "delete" : "restore", 4000,
			 &list) == 0);
		json_array_foreach (list, i, v)
			o->entry[json_integer_value(v) - 1].e.is_deleted =
			    is_deleted;
	}
	json_decref(root);
}

/* False when it is for another edition. */
static bool
take_post(struct office *o, const struct buf *body)
{
	struct board_post post;

	must(board_post_read(body->p, body->n, &post) == 0);
	if (post.strips_n > 0 && post.edition != o->editions + 1)
		return false;
	buf_put(&o->slots, post.slots, (size_t)post.slots_n * SLOT_SIZE);
	buf_put(
	    &o->strips, post.strips, (size_t)post.strips_n * STRIP_ENTRY_SIZE);
	must(buf_finish(&o->slots) == 0 && buf_finish(&o->strips) == 0);
	if (u32_read(post.attest) > u32_read(o->attest))
		memcpy(o->attest, post.attest, sizeof(o->attest));
	return true;
}

void
office_send(struct office *o, struct office_member *m)
{
	struct mirror_out out;
	uint64_t after = 0;
	bool is_taken;
	int err;

	while ((err = mirror_out_get(m->mirror, after, &out)) == 0) {
		after = out.number;
		is_taken = true;
		if (out.kind == MIRROR_LETTER) {
			append_letter(o, &out.bytes);
			out.bytes = (struct buf){ .p = NULL };
		} else if (out.kind == MIRROR_DELETE) {
			take_delete(o, &out.bytes);
		} else {
			is_taken = take_post(o, &out.bytes);
		}
		buf_fini(&out.bytes);
		if (is_taken)
			must(mirror_out_drop(m->mirror, out.number) == 0);
	}
	must(err == ERR_NOT_FOUND);
}

static void
fetch_editions(struct office *o, struct office_member *m)
{
	uint32_t last;

	must(mirror_edition_last(m->mirror, &last) == 0);
	for (; last < o->editions; last++)
		if (o->edition[last].bytes.n > 0)
			must(mirror_edition_put(m->mirror, last + 1,
				 o->edition[last].bytes.p,
				 o->edition[last].bytes.n) == 0);
	must(mirror_edition_set_next(m->mirror, o->editions + 1) == 0);
}

void
office_fetch(struct office *o, struct office_member *m)
{
	uint64_t last, left = 1;
	uint8_t link[32];

	must(mirror_last(m->mirror, &last, link) == 0);
	must(mirror_begin(m->mirror) == 0);
	for (size_t i = 0; i < o->entries; i++) {
		struct office_entry *n = &o->entry[i];
		struct mirror_entry had;

		if (i < last) {
			must(mirror_get(m->mirror, i + 1, &had) == 0);
			if (had.is_deleted != n->e.is_deleted)
				must(mirror_set_state(m->mirror, i + 1,
					 n->e.is_deleted, false) == 0);
			if (had.held > 0)
				continue;
		} else
			must(mirror_add(m->mirror, &n->e) == 0);
		if (n->e.seq != o->withheld)
			must(mirror_put(m->mirror, i + 1, 0, n->bytes.p,
				 n->bytes.n) == 0);
	}
	fetch_editions(o, m);
	must(mirror_commit(m->mirror) == 0);
	while (left > 0)
		must(book_take(m->book, 100, &left) == 0);
}

void
office_round(struct office *o, struct office_member *m)
{
	office_send(o, m);
	office_fetch(o, m);
}

void
office_edition(struct office *o)
{
	struct edition_head h = { .number = o->editions + 1,
		.day = o->day != 0 ? o->day : day_today() };
	uint32_t at = o->editions;

	must(at < OFFICE_EDITIONS);
	memcpy(h.newsroom, o->newsroom, 16);
	memcpy(h.attest, o->attest, sizeof(h.attest));
	if (at > 0)
		memcpy(h.previous, o->edition[at - 1].hash, 32);
	buf_init(&o->edition[at].bytes, EDITION_INDEX_MAX);
	buf_init(&o->edition[at].slots, EDITION_SLOTS_MAX * SLOT_SIZE);
	must(edition_build(&h, o->slots.p, o->slots.n / SLOT_SIZE, o->strips.p,
		 o->strips.n / STRIP_ENTRY_SIZE, &o->edition[at].bytes,
		 &o->edition[at].slots, o->edition[at].hash) == 0);
	o->editions++;
	buf_clear(&o->slots);
	buf_clear(&o->strips);
	memset(o->attest, 0, sizeof(o->attest));
}

void
office_duties(struct office *o, struct office_member *m)
{
	bool is_done = false;

	office_round(o, m);
	while (!is_done)
		must(dispatch_edition(m->dispatch, 100, &is_done) == 0);
	must(dispatch_flush(m->dispatch) == 0);
	office_round(o, m);
}

struct book_thread
office_find(struct office_member *m, uint64_t seq)
{
	struct book_thread t;
	char name[24];

	snprintf(name, sizeof(name), "%llu", (unsigned long long)seq);
	must(book_find(m->book, name, &t) == 0);
	return t;
}

json_t *
office_show(struct office_member *m, uint64_t seq)
{
	struct book_thread t = office_find(m, seq);
	json_t *shown;

	must(book_show(m->book, t.thread, NULL, &shown) == 0);
	return shown;
}
