#include "book_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/secret.h"
#include "chain/chain.h"
#include "crypto/ed25519.h"
#include "crypto/random.h"
#include "letter/write.h"
#include "masthead/member.h"

#define SEALED_MAX (8 * 1024 * 1024)

struct inbox_member *
inbox_member(struct inbox *b, unsigned who)
{
	return &b->member[who == ANA ? 0 : who == BO ? 1 : 2];
}

void
inbox_init(struct inbox *b)
{
	static const char *const ids[] = { "ana", "bo", "eva" };
	struct inbox_member *m;
	struct buf text;

	memset(b, 0, sizeof(*b));
	must(crypto_init() == 0);
	random_bytes(b->newsroom, sizeof(b->newsroom));
	must(masthead_key_new(&b->key) == 0);
	masthead_key_pin(b->key, &b->pin);
	b->day = INBOX_DAY;
	snprintf(b->directory, sizeof(b->directory), "/tmp/pista-inbox-XXXXXX");
	must(mkdtemp(b->directory) != NULL);
	for (size_t i = 0; i < 3; i++) {
		m = &b->member[i];
		m->id = ids[i];
		buf_init(&text, 1024);
		must(open_identity_new(&text, &m->to) == 0);
		must(open_identities_read(buf_text(&text), &m->ids) == 0);
		buf_fini(&text);
		member_sign_seed(
		    open_identity_secret(m->ids, 0), b->newsroom, m->seed);
		ed25519_public(m->sign, m->seed);
	}
}

void
inbox_fini(struct inbox *b)
{
	char command[128];

	for (size_t i = 0; i < b->n; i++)
		buf_fini(&b->entry[i].bytes);
	for (size_t i = 0; i < 3; i++)
		open_identities_free(&b->member[i].ids);
	masthead_key_free(&b->key);
	snprintf(command, sizeof(command), "rm -r %s", b->directory);
	must(system(command) == 0);
}

static uint64_t
append(struct inbox *b, uint8_t type, const uint8_t digest[static 32],
    struct buf *bytes)
{
	static const uint8_t genesis[32];
	struct inbox_entry *n = &b->entry[b->n];

	must(b->n < INBOX_MAX && buf_finish(bytes) == 0);
	n->e = (struct mirror_entry){
		.seq = b->n + 1, .type = type, .day = b->day, .size = bytes->n
	};
	memcpy(n->e.digest, digest, 32);
	chain_link(n->e.link, b->newsroom,
	    b->n > 0 ? b->entry[b->n - 1].e.link : genesis, n->e.seq, type,
	    n->e.day, digest);
	n->bytes = *bytes;
	b->n++;
	return n->e.seq;
}

/* What is no age file at all counts as one chunk without a head. */
uint64_t
inbox_bytes(struct inbox *b, struct buf *bytes)
{
	struct chain_digest d;
	uint8_t hash[32], digest[32];
	size_t head, at, part, scan = 0;

	if (age_header_find_end(bytes->p, bytes->n, &scan, &head) == 0)
		head += AGE_NONCE_SIZE;
	else
		head = 0;
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
	return append(b, CHAIN_LETTER, digest, bytes);
}

static struct buf
copy_of(const struct inbox *b, uint64_t seq)
{
	const struct buf *from = &b->entry[seq - 1].bytes;
	struct buf copy;

	buf_init(&copy, from->n);
	buf_put(&copy, from->p, from->n);
	return copy;
}

uint64_t
inbox_again(struct inbox *b, uint64_t seq)
{
	struct buf copy = copy_of(b, seq);

	return append(
	    b, b->entry[seq - 1].e.type, b->entry[seq - 1].e.digest, &copy);
}

uint64_t
inbox_old_card(struct inbox *b, uint64_t seq)
{
	return inbox_again(b, seq);
}

static void
put_member(struct buf *out, const struct inbox_member *m)
{
	uint8_t request[32];

	member_request_seed(m->sign, m->sign, request);
	buf_putf(out,
	    "{\"id\":\"%s\",\"name\":\"The %s\",\"age\":[{\"recipient\":\"",
	    m->id, m->id);
	age_recipient_put(out, &m->to);
	buf_puts(out, "\"}],\"sign\":\"");
	buf_put_hex(out, m->sign, 32);
	buf_puts(out, "\",\"request\":\"");
	buf_put_hex(out, request, 32);
	buf_puts(out, "\"}");
}

static void
put_names(struct buf *out, const struct inbox *b, unsigned who)
{
	const char *comma = "";

	for (unsigned i = 0; i < 3; i++)
		if (who & 1U << i) {
			buf_putf(out, "%s\"%s\"", comma, b->member[i].id);
			comma = ",";
		}
}

static void
put_card(const struct inbox *b, unsigned seated, struct buf *out)
{
	char from[11], to[11];
	const char *comma = "";

	day_write(from, b->day - 1);
	day_write(to, b->day + 29);
	buf_puts(out, "{\"pista\":1,\"newsroom\":\"");
	buf_put_hex(out, b->newsroom, 16);
	buf_putf(out,
	    "\",\"name\":{\"en\":\"The Paper\"},\"languages\":[\"en\"],"
	    "\"serial\":%llu,\"issued\":\"%s\",\"expires\":\"%s\","
	    "\"previous\":\"",
	    (unsigned long long)b->serial, from, to);
	buf_put_hex(out, b->card, 32);
	buf_puts(out, "\",\"members\":[");
	for (unsigned i = 0; i < 3; i++)
		if (seated & 1U << i) {
			buf_puts(out, comma);
			put_member(out, &b->member[i]);
			comma = ",";
		}
	buf_puts(out, "],\"desks\":[{\"id\":\"news\",\"names\":{\"en\":"
		      "\"News\"},\"members\":[");
	put_names(out, b, seated & (ANA | BO));
	buf_puts(out,
	    "]},{\"id\":\"sport\",\"names\":{\"en\":\"Sport\"},\"members\":[");
	put_names(out, b, seated & EVA);
	buf_putf(out,
	    "]}],\"policy\":{\"retention_days\":300,\"editions\":{\"hours\":[0,"
	    "12]},"
	    "\"letter_max\":10000000%s%s}}",
	    b->promise != NULL ? ",\"promise_days\":" : "",
	    b->promise != NULL ? b->promise : "");
}

uint64_t
inbox_card(struct inbox *b, unsigned seated)
{
	struct buf json, minisig, frame;
	uint8_t digest[32];

	b->serial++;
	buf_init(&json, MASTHEAD_MAX);
	buf_init(&minisig, MINISIG_MAX);
	buf_init(&frame, MASTHEAD_FRAME_MAX);
	put_card(b, seated, &json);
	must(masthead_sign(b->key, buf_text(&json), b->newsroom, b->serial,
		 &minisig) == 0);
	masthead_frame_put(&frame, buf_text(&json), buf_text(&minisig));
	hash_once(b->card, json.p, json.n);
	masthead_digest(digest, buf_text(&json), buf_text(&minisig));
	buf_fini(&json);
	buf_fini(&minisig);
	return append(b, CHAIN_CARD, digest, &frame);
}

struct outgoing {
	struct buf *bytes;
	size_t head;
};

static int
sink(void *ctx, uint64_t index, const uint8_t *sealed, size_t n, bool is_last)
{
	struct outgoing *out = ctx;
	size_t at = out->head + (size_t)index * AGE_CHUNK_SEALED;

	(void)is_last;
	if (out->bytes->n < at + n)
		buf_fill(out->bytes, 0, at + n - out->bytes->n);
	must(buf_finish(out->bytes) == 0);
	memcpy(out->bytes->p + at, sealed, n);
	return 0;
}

static void
put_file(const struct inbox *b, struct letter_writer *w, size_t n)
{
	const struct letter_file file = { .name = b->part.n > 0
						      ? TEXT("Rechnung.pdf.001")
						      : TEXT("Rechnung.pdf"),
		.ext_name = TEXT("Rechnung.pdf"),
		.part = b->part,
		.is_clean = b->is_clean };
	uint8_t piece[4096] = { 1, 2, 3 };
	size_t part;

	must(letter_file_begin(w, &file) == 0);
	for (; n > 0; n -= part) {
		part = n < sizeof(piece) ? n : sizeof(piece);
		must(letter_file_put(w, piece, part) == 0);
	}
	must(letter_file_end(w) == 0);
}

void
inbox_seal(struct inbox *b, unsigned to, struct letter_tip *tip,
    struct text message, const uint8_t *mark_seed, const uint8_t *seed,
    size_t file, struct buf *out)
{
	struct age_recipient list[4];
	uint8_t token[16];
	struct secret_arena *arena = NULL;
	struct letter_writer *w;
	struct seal *seal = NULL;
	struct outgoing outgoing = { .bytes = out };
	size_t n = 0;

	for (unsigned i = 0; i < 3; i++)
		if (to & 1U << i)
			list[n++] = b->member[i].to;
	if (n == 0) {
		list[0] = b->member[0].to;
		random_bytes(list[0].pk, 32);
		n = 1;
	}
	memcpy(tip->newsroom, b->newsroom, 16);
	memcpy(tip->card, b->card, 32);
	tip->channel = TEXT("form");
	tip->day = b->day;
	random_bytes(token, sizeof(token));
	must(secret_arena_new(LETTER_WRITER_ARENA, &arena) == 0);
	must(seal_new(list, n, seal_fill(n), &seal) == 0);
	buf_init(out, SEALED_MAX);
	buf_put_text(out, seal_head(seal));
	outgoing.head = out->n;
	must(letter_writer_new(tip, message, token, SEALED_MAX, seal, sink,
		 &outgoing, arena, &w) == 0);
	if (file > 0)
		put_file(b, w, file);
	must(letter_writer_finish(w, mark_seed, seed, b->id) == 0);
	seal_free(&seal);
	secret_arena_free(&arena);
}

uint64_t
inbox_letter(struct inbox *b, unsigned to, struct letter_tip *tip,
    struct text message, const uint8_t *mark_seed, const uint8_t *seed)
{
	struct buf out;

	inbox_seal(b, to, tip, message, mark_seed, seed, 0, &out);
	return inbox_bytes(b, &out);
}

void
inbox_source(struct inbox *b, uint8_t number, struct thread_keys *ret_keys)
{
	uint8_t value[RECEIPT_VALUE_SIZE] = { [11] = number };

	must(receipt_keys(value, b->newsroom, ret_keys) == 0);
}

uint64_t
inbox_tip(struct inbox *b, uint8_t number, const char *message)
{
	struct thread_keys keys;
	struct letter_tip tip = { .kind = LETTER_TIP,
		.story = TEXT("town-hall"),
		.lang = TEXT("en"),
		.desk = TEXT("news") };

	inbox_source(b, number, &keys);
	tip.thread = keys.pub;
	return inbox_letter(b, ANA | BO, &tip, text_from(message), NULL, NULL);
}

uint64_t
inbox_part(struct inbox *b, uint8_t number, struct letter_part part, size_t n,
    bool has_mark)
{
	struct thread_keys keys;
	struct letter_tip tip = { .kind = LETTER_FOLLOW_UP,
		.lang = TEXT("en"),
		.desk = TEXT("news") };
	struct buf out;

	inbox_source(b, number, &keys);
	tip.thread = keys.pub;
	b->part = part;
	inbox_seal(b, ANA | BO, &tip, TEXT(""),
	    has_mark ? keys.mark_seed : NULL, NULL, n, &out);
	b->part = (struct letter_part){ 0 };
	return inbox_bytes(b, &out);
}

uint64_t
inbox_follow_up(struct inbox *b, uint8_t number, const char *message)
{
	struct thread_keys keys;
	struct letter_tip tip = { .kind = LETTER_FOLLOW_UP,
		.lang = TEXT("en"),
		.desk = TEXT("news") };

	inbox_source(b, number, &keys);
	tip.thread = keys.pub;
	return inbox_letter(
	    b, ANA | BO, &tip, text_from(message), keys.mark_seed, NULL);
}

uint64_t
inbox_lines(struct inbox *b, unsigned who, unsigned to, uint64_t seen,
    enum letter_kind kind, const uint8_t *thread, struct text lines)
{
	struct inbox_member *m = inbox_member(b, who);
	struct letter_tip tip = { .kind = kind, .desk = TEXT("news") };

	must(seen <= b->n);
	memcpy(tip.author, m->sign, 32);
	tip.seen_seq = seen;
	if (seen > 0)
		memcpy(tip.seen_link, b->entry[seen - 1].e.link, 32);
	if (thread != NULL)
		memcpy(tip.thread.thread, thread, THREAD_SIZE);
	return inbox_letter(b, to, &tip, lines, NULL, m->seed);
}

void
inbox_about(struct inbox *b, uint64_t seq, struct event *e)
{
	e->seq = seq;
	if (seq > 0)
		memcpy(e->digest, b->entry[seq - 1].e.digest, 32);
}

uint64_t
inbox_event(struct inbox *b, unsigned who, uint64_t seen, const struct event *e)
{
	struct buf lines;
	uint64_t seq;

	buf_init(&lines, LETTER_TEXT_MAX);
	event_put(&lines, e);
	must(buf_finish(&lines) == 0);
	seq = inbox_lines(
	    b, who, ANA | BO, seen, LETTER_EVENTS, NULL, buf_text(&lines));
	buf_fini(&lines);
	return seq;
}

uint64_t
inbox_say(struct inbox *b, unsigned who, uint64_t seen, uint64_t seq,
    enum event_kind kind, const char *value, bool is_off)
{
	struct event e = {
		.kind = kind, .value = text_from(value), .is_off = is_off
	};

	if (kind == EVENT_TOLD)
		e.edition = 1;
	inbox_about(b, seq, &e);
	return inbox_event(b, who, seen, &e);
}

static uint32_t
today(void)
{
	return INBOX_DAY;
}

static void
open_book(struct reader *r)
{
	struct book_options o = { .newsroom = r->inbox->newsroom,
		.pin = &r->inbox->pin,
		.mirror = r->mirror,
		.ids = r->member->ids,
		.sign_seed = r->member->seed,
		.today = today };

	must(book_new(&o, &r->book) == 0);
}

void
reader_init(struct reader *r, struct inbox *b, unsigned who)
{
	static unsigned number;
	char own[104];

	r->inbox = b;
	r->member = inbox_member(b, who);
	snprintf(r->path, sizeof(r->path), "%s/%u.db", b->directory, number++);
	snprintf(own, sizeof(own), "%s.own", r->path);
	must(mirror_open(r->path, own, b->newsroom, &r->mirror) == 0);
	open_book(r);
}

void
reader_fini(struct reader *r)
{
	book_free(&r->book);
	mirror_close(&r->mirror);
}

void
reader_reopen(struct reader *r)
{
	book_free(&r->book);
	open_book(r);
}

void
reader_list(struct reader *r, uint64_t seq, bool has_bytes)
{
	uint8_t link[32];
	uint64_t last;

	must(mirror_last(r->mirror, &last, link) == 0);
	while (last < seq) {
		struct inbox_entry *n = &r->inbox->entry[last++];

		must(mirror_begin(r->mirror) == 0);
		must(mirror_add(r->mirror, &n->e) == 0);
		if (has_bytes)
			must(mirror_put(r->mirror, n->e.seq, 0, n->bytes.p,
				 n->bytes.n) == 0);
		must(mirror_commit(r->mirror) == 0);
	}
}

void
reader_bytes(struct reader *r, uint64_t seq, size_t n)
{
	struct inbox_entry *from = &r->inbox->entry[seq - 1];
	struct mirror_entry e;

	must(mirror_get(r->mirror, seq, &e) == 0);
	must(mirror_begin(r->mirror) == 0);
	must(
	    mirror_put(r->mirror, seq, e.held, from->bytes.p + e.held, n) == 0);
	must(mirror_commit(r->mirror) == 0);
}

void
reader_take(struct reader *r)
{
	uint64_t left;

	must(book_take(r->book, SIZE_MAX, &left) == 0);
}

void
reader_sync(struct reader *r)
{
	reader_list(r, r->inbox->n, true);
	reader_take(r);
}

json_t *
reader_show(struct reader *r, uint64_t seq)
{
	struct book_thread t;
	json_t *o = NULL;
	char name[24];

	snprintf(name, sizeof(name), "%llu", (unsigned long long)seq);
	if (book_find(r->book, name, &t) != 0)
		return NULL;
	must(book_show(r->book, t.thread, NULL, &o) == 0);
	return o;
}

json_t *
reader_list_view(struct reader *r, const char *view, const char *words)
{
	struct book_query q = { .view = view,
		.words = words,
		.order = BOOK_OLDEST,
		.limit = 1000 };
	json_t *o = NULL;

	must(book_list(r->book, &q, &o) == 0);
	return o;
}

size_t
reader_count(struct reader *r, const char *view, const char *words)
{
	json_t *o = reader_list_view(r, view, words);
	size_t n = json_array_size(json_object_get(o, "threads"));

	must((size_t)json_integer_value(json_object_get(o, "total")) == n);
	json_decref(o);
	return n;
}

size_t
reader_alarms(struct reader *r, const char *kind)
{
	json_t *o = NULL, *a;
	size_t i, n = 0;

	must(book_alarms(r->book, &o) == 0);
	json_array_foreach (json_object_get(o, "alarms"), i, a)
		n += kind == NULL ||
		     strcmp(json_string_value(json_object_get(a, "kind")),
			 kind) == 0;
	json_decref(o);
	return n;
}

const char *
reader_field(struct reader *r, uint64_t seq, const char *name)
{
	static char text[4096];
	json_t *o = reader_show(r, seq);
	struct buf b;

	if (o == NULL)
		return "none";
	buf_init(&b, sizeof(text));
	if (json_has(o, name))
		json_put(&b, json_object_get(o, name),
		    JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);
	else
		buf_puts(&b, "absent");
	snprintf(text, sizeof(text), "%s", buf_cstr(&b));
	buf_fini(&b);
	json_decref(o);
	return text;
}

char *
reader_dump(struct reader *r)
{
	json_t *all = json_array(), *list, *t, *shown;
	uint8_t thread[THREAD_SIZE];
	struct buf b;
	size_t i;
	char *dump;

	list = reader_list_view(r, "all", NULL);
	json_array_foreach (json_object_get(list, "threads"), i, t) {
		must(hex_read(text_from(json_string_value(
				  json_object_get(t, "thread"))),
			 thread, sizeof(thread)) == 0);
		must(book_show(r->book, thread, NULL, &shown) == 0);
		json_array_append_new(all, shown);
	}
	json_decref(list);
	must(book_letters(r->book, 0, 0, &list) == 0);
	json_array_append_new(all, list);
	must(book_people(r->book, &list) == 0);
	json_array_append_new(all, list);
	buf_init(&b, 64 * 1024 * 1024);
	json_put(&b, all, JSON_COMPACT | JSON_SORT_KEYS);
	must((dump = mem_text((char *)b.p, b.n)) != NULL);
	buf_fini(&b);
	json_decref(all);
	return dump;
}
