/* pista read: one thread, as a person reads it. */

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "book.h"
#include "cmd.h"
#include "seat.h"
#include "say.h"

static const char usage[] = "usage: pista read NUMBER|THREAD\n"
			    "\n"
			    "Shows a letter and everything else of its thread, "
			    "oldest first: the source's\n"
			    "words, the terms, and each file with type, size "
			    "and digest. Files are not\n"
			    "opened; `pista export' saves them. THREAD is what "
			    "`pista list' shows behind\n"
			    "`t:', or its first four digits.\n"
			    "\n" HOME_USAGE;

static const char *
terms_text(enum letter_terms terms)
{
	switch (terms) {
	case LETTER_BACKGROUND:
		return "background: may be used, not by name";
	case LETTER_ON_RECORD:
		return "on the record: may be named";
	default:
		return "anonymous: nothing that points to the source";
	}
}

static void
print_field(const char *name, struct text t)
{
	if (t.n == 0)
		return;
	printf("  %-9s ", name);
	say_line(stdout, t, LETTER_FIELD_MAX);
	printf("\n");
}

static void
print_files(const struct book_letter *l)
{
	const struct letter_entry *e;
	char digest[17];
	size_t i;

	for (i = 1; i < l->head->entries_n; i++) {
		e = &l->head->entries[i];
		hex_write(digest, e->hash, 8);
		digest[16] = '\0';
		printf("  file %-3zu  %s  ", i, e->type);
		say_size(stdout, e->size);
		printf("  %s", digest);
		if (e->name[0] != '\0') {
			printf("  named ");
			say_line(stdout, text_from(e->name), LETTER_NAME_MAX);
		}
		printf("\n");
	}
}

static void
print_letter(const struct book_letter *l)
{
	const struct letter_tip *tip = &l->head->tip;

	printf("%s %llu, ", letter_kind_text(tip->kind),
	    (unsigned long long)l->entry.seq);
	say_day(stdout, l->entry.day);
	printf("%s%s\n", l->is_answered ? ", answered" : "",
	    l->is_deleted ? ", deleted" : "");
	if (!l->is_own)
		puts("  CLAIMS TO BELONG to this thread, but is not signed by "
		     "its source");
	else if (l->head->mark == LETTER_SIG_GOOD)
		puts("  signed by the same source");
	print_field("story", tip->story);
	print_field("passage", tip->passage);
	print_field("desk", tip->desk);
	print_field("language", tip->lang);
	print_field("channel", tip->channel);
	if (tip->kind == LETTER_TIP)
		print_field("terms", text_from(terms_text(tip->terms)));
	print_field("name", tip->name);
	print_field("contact", tip->contact);
	print_files(l);
	if (tip->kind == LETTER_WITHDRAWAL)
		puts("  The source asks you not to use this tip any more.");
	if (l->message_n > 0) {
		printf("\n");
		say_text(stdout, (struct text){ l->message, l->message_n });
		if (l->message[l->message_n - 1] != '\n')
			printf("\n");
	}
	printf("\n");
}

static int
print_thread(const struct book *book, const struct book_letter *first)
{
	char thread[2 * THREAD_SIZE + 1];
	size_t i;

	if (first->head == NULL)
		return say_error("read", "this letter", first->err, NULL);
	if (letter_is_from_desk(first->head->tip.kind)) {
		print_letter(first);
		return 0;
	}
	hex_write(thread, first->head->tip.thread.thread, THREAD_SIZE);
	thread[2 * THREAD_SIZE] = '\0';
	printf("Thread %s\n\n", thread);
	for (i = 0; i < book->n; i++)
		if (book_is_same_thread(&book->letters[i], first) &&
		    !book->letters[i].is_repeat)
			print_letter(&book->letters[i]);
	printf("Answer with: pista reply %llu\n",
	    (unsigned long long)first->entry.seq);
	return 0;
}

int
cmd_read(int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		SEAT_OPTIONS,
		{ 0 },
	};
	struct book *book = NULL;
	struct book_letter *l;
	struct seat d;
	int option, status, err;

	seat_init(&d, "read");
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h')
			return cmd_help(usage);
		if (!seat_option(&d, option, optarg))
			return cmd_misused("read", NULL);
	}
	if (argc - optind != 1)
		return cmd_misused("read", "name one letter or thread");
	if ((status = seat_open(&d, false)) != 0)
		goto out;
	if ((err = book_open(&d, &book)) != 0)
		status = say_error("read", "the local copy", err, NULL);
	else if ((err = book_find(book, argv[optind], &l)) != 0)
		status = say_error("read", argv[optind], err,
		    err == ERR_CONFLICT
			? "several threads begin so: give more digits"
			: "`pista list' shows what there is");
	else
		status = print_thread(book, l);
out:
	book_free(&book);
	seat_close(&d);
	return status;
}
