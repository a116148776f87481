/* What a member writes: to sources, to colleagues, and for later. */
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "board/slot.h"
#include "desk/desk.h"
#include "desk/round.h"
#include "desk/routes.h"

#define DELETES_MAX 1000

static const struct {
	const char *word;
	enum strip_code code;
} tellings[] = {
	{ "working", STRIP_WORKING },
	{ "closed", STRIP_CLOSED },
	{ "published", STRIP_PUBLISHED },
};

int
words_note(struct desk *d, struct ask *a, json_t **ret_out)
{
	struct book_thread thread;
	struct text text;
	int err;

	(void)ret_out;
	if ((err = ask_thread(a, a->in, &thread)) != 0 ||
	    (err = json_text(a->in, "text", DISPATCH_NOTE_MAX, &text)) != 0)
		return err;
	if (text_trim(text).n == 0)
		return ERR_FORMAT;
	if ((err = dispatch_note(d->dispatch, &thread, text)) != 0 ||
	    (err = memo_set_draft(
		 d->memo, MEMO_NOTE, thread.thread, TEXT(""))) != 0)
		return err;
	return round_laid_out(d);
}

int
words_answer(struct desk *d, struct ask *a, json_t **ret_out)
{
	struct book_thread thread;
	struct text text, by;
	bool is_question;
	uint32_t parts;
	int err;

	if ((err = ask_thread(a, a->in, &thread)) != 0 ||
	    (err = json_text(a->in, "text", DISPATCH_ANSWER_MAX, &text)) != 0 ||
	    (err = ask_text(a->in, "by", ANSWER_BY_MAX, &by)) != 0 ||
	    (err = ask_bool(a->in, "is_question", &is_question)) != 0 ||
	    (err = dispatch_answer(
		 d->dispatch, &thread, text, by, is_question, &parts)) != 0 ||
	    (err = memo_set_draft(
		 d->memo, MEMO_ANSWER, thread.thread, TEXT(""))) != 0 ||
	    (err = round_laid_out(d)) != 0)
		return err;
	*ret_out = json_pack("{s:i}", "parts", (int)parts);
	return 0;
}

int
words_tell(struct desk *d, struct ask *a, json_t **ret_out)
{
	struct book_thread thread;
	struct text status;
	int err;

	(void)ret_out;
	if ((err = ask_thread(a, a->in, &thread)) != 0 ||
	    (err = json_text(a->in, "status", EVENT_VALUE_MAX, &status)) != 0)
		return err;
	for (size_t i = 0; i < sizeof(tellings) / sizeof(*tellings); i++) {
		if (!text_is(status, tellings[i].word))
			continue;
		err = dispatch_tell(d->dispatch, &thread, tellings[i].code);
		return err != 0 ? err : round_acted(d);
	}
	return ERR_FORMAT;
}

int
words_hand(struct desk *d, struct ask *a, json_t **ret_out)
{
	struct book_thread thread;
	struct text desk;
	int err;

	(void)ret_out;
	if ((err = ask_thread(a, a->in, &thread)) != 0 ||
	    (err = json_text(a->in, "desk", MASTHEAD_ID_MAX, &desk)) != 0 ||
	    (err = dispatch_hand_over(d->dispatch, &thread, desk)) != 0)
		return err;
	return round_laid_out(d);
}

int
words_delete(struct desk *d, struct ask *a, json_t **ret_out)
{
	uint64_t seqs[DELETES_MAX];
	json_t *list, *one;
	bool is_restore;
	size_t i;
	int err;

	(void)ret_out;
	if ((err = json_list(a->in, "seqs", DELETES_MAX, &list)) != 0 ||
	    (err = ask_bool(a->in, "restore", &is_restore)) != 0)
		return err;
	json_array_foreach (list, i, one) {
		if (!json_is_integer(one) || json_integer_value(one) <= 0)
			return ERR_FORMAT;
		seqs[i] = (uint64_t)json_integer_value(one);
	}
	if (json_array_size(list) == 0)
		return ERR_FORMAT;
	err = dispatch_delete(
	    d->dispatch, seqs, json_array_size(list), is_restore);
	return err != 0 ? err : round_laid_out(d);
}

/* How much longer an answer may get before it needs one slot more. Every byte
 * more needs at most one part more, so what fits is found by halving. */
static size_t
room_of(const struct answer *whole, size_t parts)
{
	size_t low = 0, high = SLOT_PLAIN_SIZE + 1, middle;
	struct answer longer = *whole;
	char *p;

	if ((p = mem_new(whole->text.n + high, 1)) == NULL)
		return 0;
	for (size_t i = 0; i < whole->text.n + high; i++)
		p[i] = i < whole->text.n ? whole->text.p[i] : 'x';
	while (high - low > 1) {
		middle = low + (high - low) / 2;
		longer.text = (struct text){ p, whole->text.n + middle };
		if (answer_parts(&longer) == parts)
			low = middle;
		else
			high = middle;
	}
	mem_free(p);
	return low;
}

int
words_parts(struct desk *d, struct ask *a, json_t **ret_out)
{
	const struct masthead_member *me = book_me(d->book);
	const struct masthead *card = book_card(d->book);
	struct answer whole = { .part = 1, .parts = 1 };
	size_t parts;
	int err;

	if (me == NULL || card == NULL)
		return ERR_DENIED;
	if ((err = json_text(a->in, "text", ASK_BODY_MAX, &whole.text)) != 0 ||
	    (err = ask_text(a->in, "by", ANSWER_BY_MAX, &whole.by)) != 0)
		return err;
	if (whole.by.n == 0)
		whole.by = me->name;
	whole.serial = card->serial;
	parts = whole.text.n <= DISPATCH_ANSWER_MAX ? answer_parts(&whole) : 0;
	if (parts == 0)
		return ERR_LIMIT;
	*ret_out = json_pack("{s:I,s:I}", "parts", (json_int_t)parts, "room",
	    (json_int_t)room_of(&whole, parts));
	return 0;
}

int
words_draft(struct desk *d, struct ask *a, json_t **ret_out)
{
	struct book_thread thread;
	struct text text;
	bool is_note;
	int err;

	(void)ret_out;
	if ((err = ask_thread(a, a->in, &thread)) != 0 ||
	    (err = json_text(a->in, "text", DISPATCH_ANSWER_MAX, &text)) != 0 ||
	    (err = ask_bool(a->in, "is_note", &is_note)) != 0 ||
	    (err = memo_set_draft(d->memo, is_note ? MEMO_NOTE : MEMO_ANSWER,
		 thread.thread, text)) != 0)
		return err;
	/* Nothing that is shown elsewhere has changed. */
	return memo_save(d->memo);
}

int
words_canned(struct desk *d, struct ask *a, json_t **ret_out)
{
	struct text id, lang, title, text;
	char made[MEMO_ID_MAX + 1];
	int err;

	if ((err = ask_text(a->in, "id", MEMO_ID_MAX, &id)) != 0 ||
	    (err = ask_text(a->in, "lang", LETTER_WORD_MAX, &lang)) != 0 ||
	    (err = ask_text(a->in, "title", MEMO_TITLE_MAX, &title)) != 0 ||
	    (err = ask_text(a->in, "text", DISPATCH_ANSWER_MAX, &text)) != 0)
		return err;
	if (id.n == 0 && text.n == 0)
		return ERR_FORMAT;
	if ((err = memo_set_canned(d->memo, id, lang, title, text, made)) !=
		0 ||
	    (err = round_acted(d)) != 0)
		return err;
	*ret_out = json_pack("{s:s}", "id", made);
	return 0;
}
