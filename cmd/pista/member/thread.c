#include "member/thread.h"

#include <stdio.h>

#include "base/day.h"
#include "member/cut.h"
#include "member/show.h"
#include "say.h"

#define LINE_MAX 300 /* code points of one field */
#define DIGEST_DIGITS 16

static void
print_field(const char *name, struct text t)
{
	if (t.n == 0)
		return;
	printf("  %-9s ", name);
	say_line(stdout, t, LINE_MAX);
	printf("\n");
}

static void
print_names(const char *name, const json_t *list)
{
	if (json_array_size(list) == 0)
		return;
	printf("  %-9s ", name);
	show_names(list, 0);
	printf("\n");
}

/* Words of somebody else, with an empty line before and behind. */
static void
print_words(struct text words)
{
	if (words.n == 0)
		return;
	printf("\n");
	say_text(stdout, words);
	if (words.p[words.n - 1] != '\n')
		printf("\n");
}

static void
print_day(const char *name, const json_t *promise, uint32_t today)
{
	char left[SHOW_SPAN_MAX];
	uint32_t due = show_day_of(promise, "due");

	if (due == 0 || show_is(promise, "done"))
		return;
	show_left(left, due, today);
	printf("  %-9s ", name);
	say_day(stdout, due);
	printf(" (%s)\n", left);
}

static void
print_conflicts(const json_t *conflicts)
{
	const json_t *c;
	size_t i;

	json_array_foreach (conflicts, i, c) {
		printf("  CONFLICT  ");
		say_line(stdout, show_text_of(c, "by"), LINE_MAX);
		printf(" said ");
		say_line(stdout, show_text_of(c, "field"), LINE_MAX);
		printf(" \"");
		say_line(stdout, show_text_of(c, "value"), LINE_MAX);
		printf(
		    "\" without knowing of the other; say again what holds\n");
	}
}

static void
print_near(const json_t *near)
{
	const json_t *id;
	size_t i;

	json_array_foreach (near, i, id) {
		printf("  %-9s t:", i == 0 ? "much like" : "");
		say_line(stdout, text_from(json_string_value(id)), 8);
		printf("\n");
	}
}

/* Files that came in parts: what of each is here, and how to get it. */
static void
print_cut(const json_t *list)
{
	const json_t *file;
	size_t i;

	json_array_foreach (list, i, file) {
		printf("  in parts  ");
		cut_print(file);
		printf("; `pista export %llu' %s\n",
		    (unsigned long long)cut_seq(file, 0),
		    cut_is_whole(file) ? "joins them" : "saves these");
	}
}

void
thread_print_top(const json_t *thread, uint32_t today)
{
	printf("Thread ");
	say_line(stdout, show_text_of(thread, "thread"), LINE_MAX);
	printf("\n");
	print_field("state", show_text_of(thread, "state"));
	print_field("reason", show_text_of(thread, "reason"));
	print_field("until", show_text_of(thread, "until"));
	print_field("desk", show_text_of(thread, "desk"));
	print_field("language", show_text_of(thread, "lang"));
	print_names("assigned", json_object_get(thread, "assigned"));
	print_field("summary", show_text_of(thread, "summary"));
	print_names("labels", json_object_get(thread, "labels"));
	if (show_is(thread, "is_danger"))
		puts("  DANGER    somebody's life may be in danger");
	if (show_is(thread, "is_plant"))
		puts("  PLANT?    it may be meant to mislead you");
	if (show_is(thread, "withdrawn"))
		puts("  WITHDRAWN the source asks you not to use it any more");
	print_conflicts(json_object_get(thread, "conflicts"));
	print_names("seen by", json_object_get(thread, "seen"));
	print_names("answering", json_object_get(thread, "answering"));
	print_field("told", show_text_of(thread, "told"));
	print_day("open by", json_object_get(thread, "acknowledge"), today);
	print_day("answer by", json_object_get(thread, "feedback"), today);
	print_near(json_object_get(thread, "near"));
	print_cut(json_object_get(thread, "cut"));
	if (show_number_of(thread, "pending") > 0)
		puts("  not sent  `pista sync' tells your colleagues");
	printf("\n");
}

static void
print_part(const json_t *part)
{
	if (part != NULL)
		printf("  part %llu of %llu",
		    (unsigned long long)show_number_of(part, "n"),
		    (unsigned long long)show_number_of(part, "of"));
}

static void
print_files(const json_t *files)
{
	const json_t *f;
	struct text digest, name;
	size_t i;

	json_array_foreach (files, i, f) {
		digest = show_text_of(f, "blake2b");
		name = show_text_of(f, "name");
		printf("  file %-3llu  ",
		    (unsigned long long)show_number_of(f, "n"));
		say_line(stdout, show_text_of(f, "type"), LINE_MAX);
		printf("  ");
		say_size(stdout, show_number_of(f, "size"));
		printf("  %.*s",
		    (int)(digest.n < DIGEST_DIGITS ? digest.n : DIGEST_DIGITS),
		    digest.p);
		if (name.n > 0) {
			printf("  named ");
			say_line(stdout, name, LINE_MAX);
		}
		if (show_is(f, "clean"))
			printf("  hidden details removed by the source");
		print_part(json_object_get(f, "part"));
		if (!show_is(f, "held"))
			printf("  (not here yet: `pista export' brings it)");
		printf("\n");
	}
}

static const char *
terms_words(struct text terms)
{
	if (text_is(terms, "background"))
		return "background: may be used, not by name";
	if (text_is(terms, "on-record"))
		return "on the record: may be named";
	return "anonymous: nothing that points to the source";
}

static void
print_letter(const json_t *item)
{
	struct text kind = show_text_of(item, "kind");

	say_line(stdout, kind, LINE_MAX);
	printf(" %llu, ", (unsigned long long)show_number_of(item, "seq"));
	say_line(stdout, show_text_of(item, "day"), DAY_TEXT_SIZE);
	printf("%s\n", show_is(item, "deleted") ? ", deleted" : "");
	if (!show_is(item, "own"))
		puts("  CLAIMS TO BELONG to this thread, but is not signed by "
		     "its source");
	else if (show_is(item, "signed"))
		puts("  signed by the same source");
	print_field("story", show_text_of(item, "story"));
	print_field("passage", show_text_of(item, "passage"));
	print_field("channel", show_text_of(item, "channel"));
	if (text_is(kind, "tip"))
		print_field("terms",
		    text_from(terms_words(show_text_of(item, "terms"))));
	print_field("name", show_text_of(item, "name"));
	print_field("contact", show_text_of(item, "contact"));
	print_files(json_object_get(item, "files"));
	if (text_is(kind, "withdrawal"))
		puts("  The source asks you not to use this tip any more.");
	print_words(show_text_of(item, "text"));
	printf("\n");
}

/* Who did something when, up to the line's end. */
static void
print_by(const json_t *item, const char *did)
{
	say_line(stdout, show_text_of(item, "day"), DAY_TEXT_SIZE);
	printf("  ");
	say_line(stdout, show_text_of(item, "by"), LINE_MAX);
	printf("%s", did);
	if (json_object_get(item, "pending") != NULL)
		printf(" (not sent yet)");
}

static void
print_answer(const json_t *item)
{
	const json_t *editions = json_object_get(item, "editions");
	uint64_t parts = show_number_of(item, "parts");

	print_by(item, " answered");
	if (show_text_of(item, "signature").n > 0) {
		printf(" as ");
		say_line(stdout, show_text_of(item, "signature"), LINE_MAX);
	}
	if (parts > 1)
		printf(", %llu parts", (unsigned long long)parts);
	if (json_array_size(editions) > 0)
		printf(", seen on the board");
	printf("\n");
	print_words(show_text_of(item, "text"));
	printf("\n");
}

static void
print_event(const json_t *item)
{
	struct text value = show_text_of(item, "value");
	struct text reason = show_text_of(item, "reason");
	struct text until = show_text_of(item, "until");

	print_by(item, ": ");
	say_line(stdout, show_text_of(item, "kind"), LINE_MAX);
	if (show_is(item, "is_off"))
		printf(" off");
	if (value.n > 0) {
		printf(" ");
		say_line(stdout, value, LINE_MAX);
	}
	if (until.n > 0) {
		printf(" until ");
		say_line(stdout, until, LINE_MAX);
	}
	if (reason.n > 0) {
		printf(": ");
		say_line(stdout, reason, LINE_MAX);
	}
	printf("\n");
}

static void
print_item(const json_t *item)
{
	struct text type = show_text_of(item, "type");

	if (text_is(type, "letter"))
		print_letter(item);
	else if (text_is(type, "answer"))
		print_answer(item);
	else if (text_is(type, "event"))
		print_event(item);
	else if (text_is(type, "note")) {
		print_by(item, " noted, for the desk only\n");
		print_words(show_text_of(item, "text"));
		printf("\n");
	}
}

void
thread_print_items(const json_t *part)
{
	const json_t *item;
	size_t i;

	json_array_foreach (json_object_get(part, "items"), i, item)
		print_item(item);
}

void
thread_print_end(const json_t *thread)
{
	printf("\nAnswer with: pista reply %llu\n",
	    (unsigned long long)show_number_of(thread, "seq"));
}
