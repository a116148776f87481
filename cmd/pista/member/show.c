#include "member/show.h"

#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/day.h"
#include "base/err.h"
#include "cmd.h"
#include "os/term.h"
#include "say.h"

#define NAMES_MAX 4096
#define LABELS_MAX 4

/* The queue's columns, from the left; the words take what is left. */
enum {
	COLUMN_NUMBER = 5,
	COLUMN_AGE = 5,
	COLUMN_DUE = 15,
	COLUMN_STATE = 6,
	COLUMN_LANG = 4,
	COLUMN_STORY = 14,
	COLUMN_FILES = 5,
	COLUMN_WHO = 8,
	COLUMNS_FIXED = 5 + 5 + 15 + 6 + 4 + 14 + 5 + 8 + 8 * 2
};
#define WORDS_MIN 40
#define INDENT 7 /* of words below */
#define LABEL_MAX 40
#define WORDS_PIPED 160

int
show_json(const char *command, const json_t *value)
{
	size_t flags = JSON_COMPACT | JSON_ENCODE_ANY;

	/* Control characters and turns of direction would steer a terminal. */
	if (term_is_tty(STDOUT_FILENO))
		flags |= JSON_ENSURE_ASCII;
	if (json_dumpf(value, stdout, flags) != 0)
		return say_error(command, "output", ERR_IO, NULL);
	putchar('\n');
	return CMD_OK;
}

struct text
show_text_of(const json_t *o, const char *name)
{
	const json_t *v = json_object_get(o, name);

	return json_is_string(v) ? (struct text){ json_string_value(v),
		json_string_length(v) }
				 : TEXT("");
}

uint64_t
show_number_of(const json_t *o, const char *name)
{
	json_int_t v = json_integer_value(json_object_get(o, name));

	return v > 0 ? (uint64_t)v : 0;
}

bool
show_is(const json_t *o, const char *name)
{
	return json_is_true(json_object_get(o, name));
}

uint32_t
show_day_of(const json_t *o, const char *name)
{
	uint32_t day;

	return day_read(show_text_of(o, name), &day) == 0 ? day : 0;
}

/* "today", "3d", "12w": how long ago. */
static void
print_age(char out[static SHOW_SPAN_MAX], uint32_t day, uint32_t today)
{
	uint32_t n = today > day ? today - day : 0;

	if (n == 0)
		snprintf(out, SHOW_SPAN_MAX, "today");
	else if (n < 100)
		snprintf(out, SHOW_SPAN_MAX, "%ud", n);
	else
		snprintf(out, SHOW_SPAN_MAX, "%uw", n / 7);
}

void
show_left(char out[static SHOW_SPAN_MAX], uint32_t day, uint32_t today)
{
	if (day == today)
		snprintf(out, SHOW_SPAN_MAX, "today");
	else if (day > today)
		snprintf(out, SHOW_SPAN_MAX, "%ud", day - today);
	else
		snprintf(out, SHOW_SPAN_MAX, "%ud late", today - day);
}

/* What is due first for a thread: the day, and whether it is the
 * acknowledgement. 0: nothing is. */
static uint32_t
first_due(const json_t *thread, bool *ret_is_acknowledge)
{
	const json_t *ack = json_object_get(thread, "acknowledge");
	const json_t *feedback = json_object_get(thread, "feedback");

	*ret_is_acknowledge = ack != NULL && !show_is(ack, "done");
	if (*ret_is_acknowledge)
		return show_day_of(ack, "due");
	if (feedback != NULL && !show_is(feedback, "done"))
		return show_day_of(feedback, "due");
	return 0;
}

void
show_names(const json_t *list, size_t width)
{
	const json_t *name;
	struct buf b;
	size_t i;

	buf_init(&b, NAMES_MAX);
	json_array_foreach (list, i, name) {
		buf_puts(&b, i > 0 ? ", " : "");
		buf_puts(&b, json_string_value(name));
	}
	if (b.n == 0)
		buf_puts(&b, "-");
	if (width > 0)
		say_cell(stdout, buf_text(&b), width);
	else
		say_line(stdout, buf_text(&b), NAMES_MAX);
	buf_fini(&b);
}

static void
cell(struct text t, size_t width)
{
	say_cell(stdout, t, width);
	fputs("  ", stdout);
}

static void
due_cell(const json_t *thread, uint32_t today)
{
	char left[SHOW_SPAN_MAX], text[SHOW_SPAN_MAX + 16] = "-";
	bool is_acknowledge;
	uint32_t due = first_due(thread, &is_acknowledge);

	if (due != 0) {
		show_left(left, due, today);
		snprintf(text, sizeof(text), "%s %s",
		    is_acknowledge ? "open" : "answer", left);
	}
	cell(text_from(text), COLUMN_DUE);
}

/* Where somebody who comes back to the queue looks first. */
static struct text
state_of(const json_t *thread)
{
	if (show_is(thread, "came_back"))
		return TEXT("back");
	return show_text_of(thread, "state");
}

static size_t
mark(bool is_set, const char *words)
{
	return is_set ? (size_t)printf("[%s] ", words) : 0;
}

/* Returns the columns it took, more or less: a label may have wide ones. */
static size_t
show_marks(const json_t *thread)
{
	const json_t *labels = json_object_get(thread, "labels"), *label;
	size_t i, n;

	n = mark(show_is(thread, "is_danger"), "DANGER") +
	    mark(show_is(thread, "is_plant"), "plant?") +
	    mark(show_is(thread, "withdrawn"), "withdrawn") +
	    mark(show_is(thread, "alarm"), "alarm") +
	    mark(json_array_size(json_object_get(thread, "conflicts")) > 0,
		"conflict") +
	    mark(json_array_size(json_object_get(thread, "near")) > 0,
		"like another") +
	    mark(show_number_of(thread, "pending") > 0, "not sent yet");
	json_array_foreach (labels, i, label) {
		if (i == LABELS_MAX)
			break;
		putchar('#');
		say_line(
		    stdout, text_from(json_string_value(label)), LABEL_MAX);
		putchar(' ');
		n += 2 + json_string_length(label);
	}
	return n;
}

/* What was found, with the hits made visible; else the safe line, else the
 * source's first words. */
static void
show_words(const json_t *thread, size_t width)
{
	struct text found = text_trim(show_text_of(thread, "found")), part;
	struct text summary = show_text_of(thread, "summary");
	bool is_hit = false;

	if (found.n == 0) {
		say_line(stdout,
		    summary.n > 0 ? summary
				  : text_trim(show_text_of(thread, "preview")),
		    width);
		return;
	}
	while (found.n > 0) {
		part = text_cut(&found, is_hit ? '\002' : '\001');
		say_line(stdout, part, SIZE_MAX);
		if (found.p != NULL)
			fputs(is_hit ? "»" : "«", stdout);
		is_hit = !is_hit;
	}
}

/* Where the words go: behind the cells, or on a narrow terminal below them. */
struct layout {
	size_t width;
	bool is_below;
};

static struct layout
layout_now(void)
{
	size_t columns = term_columns(STDOUT_FILENO);

	if (columns == 0)
		return (struct layout){ WORDS_PIPED, false };
	if (columns >= COLUMNS_FIXED + WORDS_MIN)
		return (struct layout){ columns - COLUMNS_FIXED - 1, false };
	return (struct layout){
		columns > INDENT + WORDS_MIN ? columns - INDENT - 1 : WORDS_MIN,
		true
	};
}

static void
show_thread(const json_t *thread, uint32_t today, const struct layout *l)
{
	char age[SHOW_SPAN_MAX], files[16];
	size_t n = json_array_size(json_object_get(thread, "files")), used;

	printf("%*llu  ", COLUMN_NUMBER,
	    (unsigned long long)show_number_of(thread, "seq"));
	print_age(age, show_day_of(thread, "newest_day"), today);
	cell(text_from(age), COLUMN_AGE);
	due_cell(thread, today);
	cell(state_of(thread), COLUMN_STATE);
	cell(show_text_of(thread, "lang"), COLUMN_LANG);
	cell(show_text_of(thread, "story"), COLUMN_STORY);
	snprintf(files, sizeof(files), "%zu", n);
	cell(n > 0 ? text_from(files) : TEXT("-"), COLUMN_FILES);
	show_names(json_object_get(thread, "assigned"), COLUMN_WHO);
	if (l->is_below)
		printf("\n%*s", INDENT, "");
	else
		fputs("  ", stdout);
	used = show_marks(thread);
	show_words(thread,
	    l->width > used + WORDS_MIN / 2 ? l->width - used : WORDS_MIN / 2);
	putchar('\n');
}

static void
show_titles(bool has_words)
{
	printf("%*s  ", COLUMN_NUMBER, "NO");
	cell(TEXT("AGE"), COLUMN_AGE);
	cell(TEXT("DUE"), COLUMN_DUE);
	cell(TEXT("STATE"), COLUMN_STATE);
	cell(TEXT("LANG"), COLUMN_LANG);
	cell(TEXT("STORY"), COLUMN_STORY);
	cell(TEXT("FILES"), COLUMN_FILES);
	cell(TEXT("WHO"), COLUMN_WHO);
	puts(has_words ? "WORDS" : "");
}

void
show_threads(const json_t *threads, uint32_t today, bool has_titles)
{
	struct layout l = layout_now();
	const json_t *thread;
	size_t i;

	if (has_titles)
		show_titles(!l.is_below);
	json_array_foreach (threads, i, thread)
		show_thread(thread, today, &l);
}
