/* The book: in whatever order things come, with what is missing, and what it
 * keeps between two runs. */
#include "unit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/mem.h"
#include "book/local.h"
#include "book_kit.h"
#include "crypto/random.h"
#include "os/file.h"

static struct inbox inbox;

static int
begin(void **state)
{
	(void)state;
	inbox_init(&inbox);
	inbox_card(&inbox, EVERYBODY);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	inbox_fini(&inbox);
	return 0;
}

#define assert_field(r, seq, name, value) \
	assert_string_equal(reader_field(r, seq, name), value)

static void
assert_same(struct reader *a, struct reader *b)
{
	char *one = reader_dump(a), *two = reader_dump(b);

	assert_string_equal(one, two);
	mem_free(one);
	mem_free(two);
}

/* Members who say anything about anything, having seen more or less. */
static void
say_something(unsigned rounds)
{
	static const char *const labels[] = { "water", "money", "court" };
	static const char *const states[] = { "open", "parked", "closed",
		"bin" };
	static const char *const people[] = { "ana", "bo", "ana bo", "" };
	uint64_t seen, seq;
	unsigned who;

	inbox_tip(&inbox, 1, "one");
	inbox_tip(&inbox, 2, "two");
	for (unsigned i = 0; i < rounds; i++) {
		who = random_below(2) == 0 ? ANA : BO;
		seen = inbox.n - random_below(4);
		seen = seen < 3 ? 3 : seen;
		seq = 2 + random_below(2);
		switch (random_below(7)) {
		case 0:
			inbox_say(&inbox, who, seen, seq, EVENT_LABEL,
			    labels[random_below(3)], random_below(2) == 0);
			break;
		case 1:
			inbox_say(&inbox, who, seen, seq, EVENT_STATUS,
			    states[random_below(4)], false);
			break;
		case 2:
			inbox_say(&inbox, who, seen, seq, EVENT_ASSIGNED,
			    people[random_below(4)], false);
			break;
		case 3:
			inbox_follow_up(
			    &inbox, (uint8_t)(seq - 1), "once more");
			break;
		case 4:
			inbox_say(&inbox, who, seen, seq, EVENT_SUMMARY,
			    labels[random_below(3)], false);
			break;
		case 5:
			inbox_again(&inbox, inbox.n);
			break;
		default:
			inbox_say(
			    &inbox, who, seen, seq, EVENT_DELETED, "", false);
			inbox_say(
			    &inbox, who, seen, seq, EVENT_RESTORED, "", false);
		}
	}
}

static void
test_any_order_gives_one_state(void **state)
{
	struct reader all, late;
	uint64_t order[INBOX_MAX], left;
	size_t n;

	(void)state;
	say_something(120);
	inbox_card(&inbox, ANA | EVA);
	inbox_say(&inbox, BO, inbox.n, 2, EVENT_LABEL, "late", false);
	reader_init(&all, &inbox, ANA);
	reader_sync(&all);
	/* Bytes come one by one, in any order, cards too. */
	reader_init(&late, &inbox, ANA);
	reader_list(&late, inbox.n, false);
	for (n = 0; n < inbox.n; n++)
		order[n] = n + 1;
	random_shuffle(order, inbox.n, sizeof(*order));
	for (n = 0; n < inbox.n; n++) {
		reader_bytes(
		    &late, order[n], inbox.entry[order[n] - 1].bytes.n);
		if (n % 7 == 0)
			must(book_take(late.book, 5, &left) == 0);
	}
	reader_take(&late);
	assert_same(&all, &late);
	assert_int_equal(reader_alarms(&late, "left"), 1);
	assert_int_equal(reader_alarms(&late, NULL), 1);
	reader_fini(&all);
	reader_fini(&late);
}

static void
test_pieces_and_threads_change_nothing(void **state)
{
	struct reader all, pieces;
	struct book_options o;
	uint64_t left = 1;

	(void)state;
	say_something(40);
	reader_init(&all, &inbox, BO);
	reader_sync(&all);
	reader_init(&pieces, &inbox, BO);
	o = (struct book_options){ .newsroom = inbox.newsroom,
		.pin = &inbox.pin,
		.mirror = pieces.mirror,
		.ids = pieces.member->ids,
		.sign_seed = pieces.member->seed,
		.threads = 2 };
	book_free(&pieces.book);
	must(book_new(&o, &pieces.book) == 0);
	reader_list(&pieces, inbox.n, true);
	while (left > 0)
		must(book_take(pieces.book, 17, &left) == 0);
	assert_int_equal(book_seq(pieces.book), inbox.n);
	assert_int_equal(reader_count(&all, "all", "once"),
	    reader_count(&pieces, "all", "once"));
	reader_fini(&all);
	reader_fini(&pieces);
}

static int
count_pending(void *ctx, uint64_t handle, const struct event *e)
{
	(void)handle;
	assert_true(e->seq == 2);
	++*(size_t *)ctx;
	return 0;
}

static size_t
pending(struct reader *r)
{
	size_t n = 0;

	must(book_each_pending(r->book, count_pending, &n) == 0);
	return n;
}

static void
test_pending_and_undo(void **state)
{
	struct event e = { .kind = EVENT_LABEL, .value = TEXT("water") };
	struct event status = { .kind = EVENT_STATUS,
		.value = TEXT("parked"),
		.until = INBOX_DAY + 3 };
	struct buf lines;
	struct reader r;
	uint64_t seq, a, b, version;

	(void)state;
	seq = inbox_tip(&inbox, 1, "one");
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	inbox_about(&inbox, seq, &e);
	inbox_about(&inbox, seq, &status);
	version = book_version(r.book);
	assert_int_equal(book_pend(r.book, &e, &a), 0);
	assert_int_equal(book_pend(r.book, &status, &b), 0);
	assert_true(book_version(r.book) > version);
	assert_int_equal(pending(&r), 2);
	assert_field(&r, seq, "labels", "[\"water\"]");
	assert_field(&r, seq, "state", "\"parked\"");
	assert_field(&r, seq, "pending", "2");
	assert_int_equal(reader_count(&r, "parked", NULL), 1);
	assert_int_equal(book_unpend(r.book, b), 0);
	assert_int_equal(book_unpend(r.book, b), ERR_NOT_FOUND);
	assert_field(&r, seq, "state", "\"new\"");
	/* Sealed: it can be undone no more, and goes when the letter comes. */
	buf_init(&lines, 4096);
	event_put(&lines, &e);
	inbox_lines(
	    &inbox, ANA, ANA | BO, seq, LETTER_EVENTS, NULL, buf_text(&lines));
	assert_int_equal(book_pending_sealed(r.book, a, inbox.id), 0);
	assert_int_equal(
	    book_pending_sealed(r.book, a, inbox.id), ERR_CONFLICT);
	assert_int_equal(book_unpend(r.book, a), ERR_CONFLICT);
	assert_int_equal(pending(&r), 0);
	assert_field(&r, seq, "pending", "1");
	reader_sync(&r);
	assert_field(&r, seq, "pending", "0");
	assert_field(&r, seq, "labels", "[\"water\"]");
	/* Not about nothing, nor about another letter than it says. */
	e.seq = 77;
	assert_int_equal(book_pend(r.book, &e, &a), ERR_NOT_FOUND);
	e.seq = 1;
	assert_int_equal(book_pend(r.book, &e, &a), ERR_NOT_FOUND);
	buf_fini(&lines);
	reader_fini(&r);
}

/* What waits in the mirror is pending too, for whoever opens it next. */
static void
test_what_waits_is_pending(void **state)
{
	static const uint8_t once[16] = { 1 };
	struct event e = { .kind = EVENT_LABEL, .value = TEXT("water") };
	struct inbox_member *ana = inbox_member(&inbox, ANA);
	struct letter_tip tip = { .kind = LETTER_EVENTS };
	struct thread_keys keys;
	struct buf lines, sealed;
	struct reader r;
	uint64_t seq, number;

	(void)state;
	seq = inbox_tip(&inbox, 1, "one");
	inbox_source(&inbox, 1, &keys);
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	inbox_about(&inbox, seq, &e);
	buf_init(&lines, 4096);
	event_put(&lines, &e);
	memcpy(tip.author, ana->sign, 32);
	tip.seen_seq = seq;
	memcpy(tip.seen_link, inbox.entry[seq - 1].e.link, 32);
	inbox_seal(&inbox, ANA | BO, &tip, buf_text(&lines), NULL, ana->seed, 0,
	    &sealed);
	must(mirror_out_put(r.mirror, MIRROR_LETTER, once, 0, sealed.p,
		 sealed.n, &number) == 0);
	reader_take(&r);
	assert_field(&r, seq, "labels", "[\"water\"]");
	assert_field(&r, seq, "pending", "1");
	reader_take(&r);
	assert_field(&r, seq, "pending", "1");
	reader_reopen(&r);
	reader_take(&r);
	assert_field(&r, seq, "pending", "1");
	assert_int_equal(pending(&r), 0);
	/* It was sent, and comes back. */
	inbox_bytes(&inbox, &sealed);
	must(mirror_out_drop(r.mirror, number) == 0);
	reader_sync(&r);
	assert_field(&r, seq, "pending", "0");
	assert_field(&r, seq, "labels", "[\"water\"]");
	/* Whoever else can write there cannot sign. */
	inbox_seal(&inbox, ANA, &tip, buf_text(&lines), NULL,
	    inbox_member(&inbox, BO)->seed, 0, &sealed);
	must(mirror_out_put(r.mirror, MIRROR_LETTER, once, 0, sealed.p,
		 sealed.n, &number) == 0);
	must(mirror_out_put(
		 r.mirror, MIRROR_LETTER, once, 0, "age", 3, &number) == 0);
	reader_take(&r);
	assert_field(&r, seq, "pending", "0");
	buf_fini(&sealed);
	buf_fini(&lines);
	reader_fini(&r);
}

static void
assert_inverse(
    struct reader *r, const struct event *e, const char *value, bool is_off)
{
	struct event inverse;

	assert_int_equal(book_inverse(r->book, e, &inverse), 0);
	assert_int_equal(inverse.kind, e->kind);
	assert_text(inverse.value, value);
	assert_int_equal(inverse.is_off, is_off);
	assert_memory_equal(inverse.digest, e->digest, 32);
}

static void
test_undoing_what_was_sent(void **state)
{
	struct event e = { .kind = EVENT_ASSIGNED, .value = TEXT("ana") };
	struct event inverse;
	struct reader r;
	uint64_t seq;

	(void)state;
	seq = inbox_tip(&inbox, 1, "one");
	inbox_say(&inbox, BO, 2, seq, EVENT_ASSIGNED, "bo", false);
	inbox_say(&inbox, ANA, 3, seq, EVENT_ASSIGNED, "ana", false);
	inbox_say(&inbox, BO, 4, seq, EVENT_LABEL, "water", false);
	inbox_say(&inbox, ANA, 5, seq, EVENT_LABEL, "water", false);
	inbox_say(&inbox, ANA, 5, seq, EVENT_STATUS, "closed", false);
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	inbox_about(&inbox, seq, &e);
	assert_inverse(&r, &e, "bo", false);
	e.kind = EVENT_LABEL;
	e.value = TEXT("water");
	assert_inverse(&r, &e, "water", false);
	e.value = TEXT("fire");
	assert_inverse(&r, &e, "fire", true);
	e.kind = EVENT_STATUS;
	e.value = TEXT("closed");
	assert_inverse(&r, &e, "open", false);
	e.kind = EVENT_SUMMARY;
	assert_inverse(&r, &e, "", false);
	e.kind = EVENT_HANDED;
	e.value = TEXT("sport");
	assert_inverse(&r, &e, "news", false);
	e.kind = EVENT_DELETED;
	assert_int_equal(book_inverse(r.book, &e, &inverse), 0);
	assert_int_equal(inverse.kind, EVENT_RESTORED);
	e.kind = EVENT_ANSWERED;
	assert_int_equal(book_inverse(r.book, &e, &inverse), ERR_UNSUPPORTED);
	reader_fini(&r);
}

/* Ana hands a thread to eva's desk. */
static void
test_a_grant_opens_and_tells(void **state)
{
	struct event answer = { .kind = EVENT_ANSWERED,
		.day = INBOX_DAY,
		.parts = 1,
		.text = TEXT("Thank you."),
		.slots_n = 1,
		.slots = { { 1, 2, 3 } } };
	struct grant_letter letters[4], wrong;
	struct book_thread t;
	struct reader ana, eva;
	struct buf lines;
	uint64_t seq;
	size_t n, i;

	(void)state;
	seq = inbox_tip(&inbox, 1, "the goalkeeper was paid");
	inbox_follow_up(&inbox, 1, "in cash");
	inbox_say(&inbox, BO, 2, seq, EVENT_FLAG, "danger", false);
	inbox_say(&inbox, BO, 2, seq, EVENT_LABEL, "football", false);
	inbox_say(&inbox, BO, 2, seq, EVENT_STATUS, "parked", false);
	inbox_about(&inbox, seq, &answer);
	inbox_event(&inbox, BO, inbox.n, &answer);
	inbox_say(&inbox, BO, 2, seq, EVENT_TOLD, "answered", false);
	reader_init(&ana, &inbox, ANA);
	reader_init(&eva, &inbox, EVA);
	reader_sync(&ana);
	reader_sync(&eva);
	assert_int_equal(reader_count(&eva, "all", NULL), 0);
	assert_int_equal(reader_alarms(&eva, NULL), 0);
	must(book_find(ana.book, "2", &t) == 0);
	assert_int_equal(
	    book_grant_letters(ana.book, t.thread, 0, letters, 4, &n), 0);
	assert_int_equal(n, 2);
	buf_init(&lines, LETTER_TEXT_MAX);
	/* A wrong key does no harm. */
	wrong = letters[0];
	wrong.key[3] ^= 1;
	grant_put_letter(&lines, &wrong);
	for (i = 0; i < n; i++)
		grant_put_letter(&lines, &letters[i]);
	assert_int_equal(book_grant_state(ana.book, t.thread, &lines), 0);
	inbox_lines(
	    &inbox, ANA, EVA, inbox.n, LETTER_GRANT, NULL, buf_text(&lines));
	reader_sync(&eva);
	assert_int_equal(reader_count(&eva, "all", "goalkeeper"), 1);
	assert_field(&eva, seq, "letters", "2");
	assert_field(&eva, seq, "is_danger", "true");
	assert_field(&eva, seq, "labels", "[\"football\"]");
	assert_field(&eva, seq, "state", "\"parked\"");
	assert_field(&eva, seq, "answers", "1");
	assert_field(&eva, seq, "told", "\"answered\"");
	assert_true(book_has_slot(eva.book, answer.slots[0]));
	/* A grant by nobody opens nothing more, also when it comes anew. */
	reader_reopen(&eva);
	reader_take(&eva);
	assert_int_equal(reader_count(&eva, "all", "goalkeeper"), 1);
	buf_fini(&lines);
	reader_fini(&ana);
	reader_fini(&eva);
}

static void
test_long_answers_shrink_in_a_grant(void **state)
{
	static char text[40000];
	struct event answer = { .kind = EVENT_ANSWERED,
		.day = INBOX_DAY,
		.parts = 12,
		.slots_n = 1 };
	struct book_thread t;
	struct reader ana;
	struct buf lines;
	uint64_t seq;

	(void)state;
	seq = inbox_tip(&inbox, 1, "one");
	inbox_about(&inbox, seq, &answer);
	memset(text, 'x', sizeof(text));
	for (uint8_t i = 0; i < 3; i++) {
		answer.slots[0][0] = i;
		answer.answer[0] = i;
		answer.text = (struct text){ text, sizeof(text) };
		inbox_event(&inbox, BO, 2, &answer);
	}
	reader_init(&ana, &inbox, ANA);
	reader_sync(&ana);
	must(book_find(ana.book, "2", &t) == 0);
	buf_init(&lines, LETTER_TEXT_MAX);
	assert_int_equal(book_grant_state(ana.book, t.thread, &lines), 0);
	assert_true(lines.n > sizeof(text) && lines.n < 2 * sizeof(text));
	buf_fini(&lines);
	reader_fini(&ana);
}

static void
test_deletions_announced_and_not(void **state)
{
	struct reader r;
	uint64_t seq, other;

	(void)state;
	seq = inbox_tip(&inbox, 1, "one secret");
	other = inbox_tip(&inbox, 2, "two");
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	assert_int_equal(reader_alarms(&r, NULL), 0);
	must(mirror_set_state(r.mirror, seq, true, false) == 0);
	reader_take(&r);
	assert_int_equal(reader_alarms(&r, "deleted"), 1);
	assert_field(&r, seq, "alarm", "true");
	assert_int_equal(reader_count(&r, "alarm", NULL), 1);
	inbox_say(&inbox, BO, inbox.n, seq, EVENT_DELETED, "", false);
	reader_sync(&r);
	assert_int_equal(reader_alarms(&r, NULL), 0);
	assert_int_equal(reader_count(&r, "queue", NULL), 1);
	assert_int_equal(reader_count(&r, "all", NULL), 2);
	assert_int_equal(reader_count(&r, "all", "secret"), 1);
	/* Gone for good: its text goes here too. */
	must(mirror_set_state(r.mirror, seq, false, true) == 0);
	reader_take(&r);
	assert_int_equal(reader_count(&r, "all", "secret"), 0);
	assert_field(&r, seq, "message", "\"\"");
	must(mirror_set_state(r.mirror, other, false, true) == 0);
	reader_take(&r);
	assert_int_equal(reader_alarms(&r, "gone"), 1);
	assert_int_equal(reader_count(&r, "all", "two"), 1);
	reader_fini(&r);
	/* Who cannot open it sees that it went, too; and is told of it, unless
	 * that was before they came. */
	reader_init(&r, &inbox, EVA);
	reader_sync(&r);
	must(mirror_set_state(r.mirror, other, false, true) == 0);
	reader_take(&r);
	assert_int_equal(reader_alarms(&r, "gone"), 1);
	reader_fini(&r);
}

/* An entry whose bytes are not here though later ones are was withheld. */
static void
test_withheld(void **state)
{
	struct reader r;
	uint64_t seq;

	(void)state;
	seq = inbox_tip(&inbox, 1, "one");
	reader_init(&r, &inbox, ANA);
	reader_list(&r, 1, true);
	reader_list(&r, seq, false);
	reader_take(&r);
	assert_int_equal(reader_alarms(&r, NULL), 0);
	inbox_tip(&inbox, 2, "two");
	reader_sync(&r);
	assert_int_equal(reader_alarms(&r, "missing"), 1);
	reader_bytes(&r, seq, inbox.entry[seq - 1].bytes.n);
	reader_take(&r);
	assert_int_equal(reader_alarms(&r, NULL), 0);
	assert_int_equal(reader_count(&r, "queue", NULL), 2);
	reader_fini(&r);
}

static void
test_tampered_bytes_and_links(void **state)
{
	struct reader r;
	struct mirror_entry e;
	uint64_t seq, left;

	(void)state;
	seq = inbox_tip(&inbox, 1, "one");
	inbox.entry[seq - 1].bytes.p[20000 % inbox.entry[seq - 1].bytes.n] ^= 1;
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	assert_int_equal(reader_count(&r, "all", NULL), 0);
	e = inbox.entry[seq - 1].e;
	e.seq = seq + 1;
	must(mirror_begin(r.mirror) == 0);
	must(mirror_add(r.mirror, &e) == 0);
	must(mirror_commit(r.mirror) == 0);
	/* A copy that contradicts itself is damaged, and can come again. */
	assert_int_equal(book_take(r.book, 10, &left), ERR_FORMAT);
	assert_true(mirror_is_damaged(r.mirror));
	assert_int_equal(book_seq(r.book), seq);
	reader_fini(&r);
}

static void
test_junk_is_counted_silently(void **state)
{
	struct buf junk;
	struct thread_keys keys;
	struct letter_tip tip = { .kind = LETTER_TIP };
	struct reader r;
	json_t *o = NULL;

	(void)state;
	inbox_source(&inbox, 1, &keys);
	tip.thread = keys.pub;
	/* Sealed to nobody; no age file; a thread that is not its keys'. */
	inbox_letter(&inbox, 0, &tip, TEXT("nobody"), NULL, NULL);
	buf_init(&junk, 100);
	buf_puts(&junk, "age-encryption.org/v1\n-> X25519 nonsense\n--- \n");
	inbox_bytes(&inbox, &junk);
	buf_init(&junk, 100000);
	buf_fill(&junk, 'x', 70000);
	inbox_bytes(&inbox, &junk);
	tip.thread.thread[0] ^= 1;
	inbox_letter(&inbox, ANA, &tip, TEXT("wrong thread"), NULL, NULL);
	tip.thread = keys.pub;
	memset(tip.thread.reply, 0, 32);
	thread_hash(&tip.thread, inbox.newsroom);
	inbox_letter(&inbox, ANA, &tip, TEXT("low order"), NULL, NULL);
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	assert_int_equal(reader_count(&r, "all", NULL), 0);
	assert_int_equal(reader_alarms(&r, NULL), 0);
	assert_int_equal(book_counts(r.book, &o), 0);
	assert_int_equal(json_integer_value(json_object_get(o, "junk")), 4);
	json_decref(o);
	reader_fini(&r);
}

static void
test_hostile_texts(void **state)
{
	static const char text[] = "<b>\x01\x02\x07\xe2\x80\xae"
				   "dog\0more";
	struct thread_keys keys;
	struct letter_tip tip = { .kind = LETTER_TIP };
	struct reader r;
	json_t *o;

	(void)state;
	inbox_source(&inbox, 1, &keys);
	tip.thread = keys.pub;
	inbox_letter(&inbox, ANA, &tip, (struct text){ text, sizeof(text) - 1 },
	    NULL, NULL);
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	o = reader_show(&r, 2);
	assert_string_equal(json_string_value(json_object_get(o, "message")),
	    "<b>\xef\xbf\xbd\xef\xbf\xbd\x07\xe2\x80\xae"
	    "dog\xef\xbf\xbdmore");
	json_decref(o);
	reader_fini(&r);
}

static void
paths(char *book, char *keys)
{
	snprintf(book, 96, "%s/book.age", inbox.directory);
	snprintf(keys, 96, "%s/keys.age", inbox.directory);
}

static void
test_snapshot(void **state)
{
	struct event e = { .kind = EVENT_LABEL, .value = TEXT("fire") };
	struct reader r, other;
	struct stat st;
	char book[96], keys[96];
	bool is_fresh = true;
	uint64_t handle;

	(void)state;
	paths(book, keys);
	say_something(30);
	reader_init(&r, &inbox, ANA);
	assert_int_equal(book_load(r.book, inbox.directory, &is_fresh), 0);
	assert_false(is_fresh);
	reader_sync(&r);
	inbox_about(&inbox, 2, &e);
	must(book_pend(r.book, &e, &handle) == 0);
	assert_int_equal(book_save(r.book, inbox.directory), 0);
	must(stat(book, &st) == 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	inbox_tip(&inbox, 9, "after the snapshot");
	inbox_say(&inbox, BO, inbox.n, 2, EVENT_LABEL, "after", false);
	reader_sync(&r);
	/* From the snapshot, and what is new. */
	reader_init(&other, &inbox, ANA);
	reader_list(&other, inbox.n, true);
	assert_int_equal(book_load(other.book, inbox.directory, &is_fresh), 0);
	assert_true(is_fresh);
	assert_text(book_me(other.book)->id, "ana");
	assert_true(book_seq(other.book) < inbox.n);
	reader_take(&other);
	assert_same(&r, &other);
	assert_int_equal(pending(&other), 1);
	assert_int_equal(reader_count(&other, "all", "snapshot"), 1);
	reader_fini(&other);
	reader_fini(&r);
}

/* Whoever has the mirror for a moment does not make us open all anew. */
static void
test_snapshot_waits_for_the_mirror(void **state)
{
	struct reader r, other;
	bool is_fresh = false;
	sqlite3 *db;

	(void)state;
	say_something(5);
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	must(book_save(r.book, inbox.directory) == 0);
	reader_fini(&r);
	reader_init(&other, &inbox, ANA);
	reader_list(&other, inbox.n, true);
	mirror_set_patience(other.mirror, 0);
	must(sqlite3_open(other.path, &db) == SQLITE_OK);
	must(
	    sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL) == SQLITE_OK);
	assert_int_equal(
	    book_load(other.book, inbox.directory, &is_fresh), ERR_BUSY);
	must(sqlite3_close(db) == SQLITE_OK);
	reader_reopen(&other);
	assert_int_equal(book_load(other.book, inbox.directory, &is_fresh), 0);
	assert_true(is_fresh);
	reader_fini(&other);
}

static void
change_byte(const char *path, size_t at)
{
	uint8_t *p;
	size_t n;

	must(file_read(path, 64 * 1024 * 1024, &p, &n) == 0);
	p[at < n ? at : n - 1] ^= 1;
	must(file_write_atomic(path, 0600, p, n) == 0);
	mem_free(p);
}

static void
assert_passed_over(unsigned who)
{
	struct reader r;
	bool is_fresh = true;

	reader_init(&r, &inbox, who);
	reader_list(&r, inbox.n, true);
	assert_int_equal(book_load(r.book, inbox.directory, &is_fresh), 0);
	assert_false(is_fresh);
	assert_int_equal(book_seq(r.book), 0);
	reader_take(&r);
	assert_int_equal(reader_count(&r, "all", NULL), 2);
	reader_fini(&r);
}

static void
test_snapshots_that_do_not_count(void **state)
{
	static const size_t places[] = { 3, 100, 300, 70000, SIZE_MAX };
	struct open_identities *own = NULL;
	struct reader r;
	char book[96], keys[96];
	size_t i;

	(void)state;
	paths(book, keys);
	say_something(5);
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	must(book_save(r.book, inbox.directory) == 0);
	/* Of another member. */
	assert_passed_over(BO);
	for (i = 0; i < sizeof(places) / sizeof(*places); i++) {
		must(book_save(r.book, inbox.directory) == 0);
		change_byte(book, places[i]);
		change_byte(keys, places[i]);
		assert_passed_over(ANA);
	}
	/* Of the right key, but no database. */
	must(local_write(inbox_member(&inbox, ANA)->ids, inbox.newsroom, "book",
		 book, TEXT("SQLite format 3? No.")) == 0);
	assert_passed_over(ANA);
	/* The key cache passed off as a snapshot. */
	must(book_save(r.book, inbox.directory) == 0);
	must(rename(keys, book) == 0);
	assert_passed_over(ANA);
	open_identities_free(&own);
	reader_fini(&r);
}

/* The mirror tells another past than the snapshot: an alarm, and the book is
 * made anew. */
static void
test_another_past_is_an_alarm(void **state)
{
	static struct inbox fork;
	struct reader r;
	char book[96], keys[96];
	bool is_fresh = true;

	(void)state;
	paths(book, keys);
	inbox_tip(&inbox, 1, "one");
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	must(book_save(r.book, inbox.directory) == 0);
	reader_fini(&r);
	/* The same newsroom, rolled back and gone on otherwise. */
	fork = inbox;
	fork.n = 1;
	fork.entry[1].bytes = (struct buf){ 0 };
	inbox_tip(&fork, 2, "another one");
	reader_init(&r, &fork, ANA);
	reader_list(&r, 2, true);
	assert_int_equal(book_load(r.book, inbox.directory, &is_fresh), 0);
	assert_false(is_fresh);
	reader_take(&r);
	assert_int_equal(reader_alarms(&r, "fork"), 1);
	reader_fini(&r);
	/* Rolled back, and as long as before only later. */
	reader_init(&r, &fork, ANA);
	reader_list(&r, 1, true);
	assert_int_equal(book_load(r.book, inbox.directory, &is_fresh), 0);
	assert_false(is_fresh);
	reader_take(&r);
	assert_int_equal(reader_alarms(&r, "fork"), 0);
	reader_list(&r, 2, true);
	reader_take(&r);
	assert_int_equal(reader_alarms(&r, "fork"), 1);
	buf_fini(&fork.entry[1].bytes);
	reader_fini(&r);
}

static void
test_keys_without_snapshot(void **state)
{
	struct reader r, other;
	char book[96], keys[96];
	bool is_fresh = true;

	(void)state;
	paths(book, keys);
	say_something(20);
	inbox_letter(&inbox, 0, &(struct letter_tip){ .kind = LETTER_EVENTS },
	    TEXT(""), NULL, NULL);
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	must(book_save(r.book, inbox.directory) == 0);
	must(remove(book) == 0);
	reader_init(&other, &inbox, ANA);
	reader_list(&other, inbox.n, true);
	assert_int_equal(book_load(other.book, inbox.directory, &is_fresh), 0);
	assert_false(is_fresh);
	reader_take(&other);
	assert_same(&r, &other);
	reader_fini(&other);
	reader_fini(&r);
}

static void
test_alarms_from_elsewhere(void **state)
{
	struct book_alarm a = { .kind = "answer",
		.key = "k",
		.number = 7,
		.words = "unknown answer" };
	struct book_thread t;
	struct reader r;
	uint64_t seq, version;
	json_t *all, *one;

	(void)state;
	seq = inbox_tip(&inbox, 1, "one");
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	must(book_find(r.book, "2", &t) == 0);
	a.thread = t.thread;
	assert_int_equal(book_alarm(r.book, &a), 0);
	assert_field(&r, seq, "alarm", "true");
	version = book_version(r.book);
	a.thread = t.thread;
	assert_int_equal(book_alarm(r.book, &a), 0);
	assert_true(book_version(r.book) == version);
	assert_int_equal(reader_alarms(&r, "answer"), 1);
	must(book_alarms(r.book, &all) == 0);
	one = json_array_get(json_object_get(all, "alarms"), 0);
	assert_int_equal(json_integer_value(json_object_get(one, "number")), 7);
	json_decref(all);
	a.words = NULL;
	assert_int_equal(book_alarm(r.book, &a), 0);
	assert_int_equal(reader_alarms(&r, NULL), 0);
	assert_field(&r, seq, "alarm", "false");
	reader_fini(&r);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(test_any_order_gives_one_state),
		TEST(test_pieces_and_threads_change_nothing),
		TEST(test_pending_and_undo),
		TEST(test_what_waits_is_pending),
		TEST(test_undoing_what_was_sent),
		TEST(test_a_grant_opens_and_tells),
		TEST(test_long_answers_shrink_in_a_grant),
		TEST(test_deletions_announced_and_not),
		TEST(test_withheld),
		TEST(test_tampered_bytes_and_links),
		TEST(test_junk_is_counted_silently),
		TEST(test_hostile_texts),
		TEST(test_snapshot),
		TEST(test_snapshot_waits_for_the_mirror),
		TEST(test_snapshots_that_do_not_count),
		TEST(test_another_past_is_an_alarm),
		TEST(test_keys_without_snapshot),
		TEST(test_alarms_from_elsewhere),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
