#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "letter/tip.h"

#define WORD_MAX 16 /* of a kind, of terms */

/* What the writer could have written: a terminal, a file system or a page that
 * shows it finds nothing to obey. */
static int
optional_text(
    const json_t *o, const char *name, size_t max, struct text *ret_text)
{
	int err;

	if (!json_has(o, name))
		return 0;
	if ((err = json_text(o, name, max, ret_text)) != 0)
		return err;
	return text_is_line(*ret_text) ? 0 : ERR_FORMAT;
}

static int
optional_name(
    const json_t *o, const char *name, size_t max, struct text *ret_text)
{
	int err = optional_text(o, name, max, ret_text);

	return err == 0 && !text_is_name(*ret_text) ? ERR_FORMAT : err;
}

/* The last component of a path is no path. */
static bool
is_file_name(struct text t)
{
	for (size_t i = 0; i < t.n; i++) {
		if (t.p[i] == '/' || t.p[i] == '\\')
			return false;
	}
	return true;
}

/* An unset member leaves zeros. */
static int
optional_hex(const json_t *o, const char *name, void *out, size_t n)
{
	return json_has(o, name) ? json_hex(o, name, out, n) : 0;
}

static int
read_front(
    struct letter_head *head, const uint8_t newsroom[static NEWSROOM_ID_SIZE])
{
	struct letter_tip *tip = &head->tip;
	const json_t *o = head->root;
	uint64_t version;
	struct text kind;
	int err;

	if ((err = json_u64(o, "pista", INT64_MAX, &version)) != 0)
		return err;
	if (version != 1)
		return ERR_VERSION;
	if ((err = json_text(o, "kind", WORD_MAX, &kind)) != 0 ||
	    (err = letter_kind_read(kind, &tip->kind)) != 0 ||
	    (err = json_hex(
		 o, "newsroom", tip->newsroom, sizeof(tip->newsroom))) != 0)
		return err;
	if (memcmp(tip->newsroom, newsroom, sizeof(tip->newsroom)) != 0)
		return ERR_NEWSROOM;
	if ((err = json_hex(o, "id", head->id, sizeof(head->id))) != 0 ||
	    (err = json_hex(o, "card", tip->card, sizeof(tip->card))) != 0 ||
	    (err = json_day(o, "day", &tip->day)) != 0 ||
	    (err = optional_text(
		 o, "channel", LETTER_WORD_MAX, &tip->channel)) != 0 ||
	    (err = optional_text(o, "story", LETTER_STORY_MAX, &tip->story)) !=
		0 ||
	    (err = optional_text(
		 o, "passage", LETTER_FIELD_MAX, &tip->passage)) != 0 ||
	    (err = optional_text(o, "desk", LETTER_WORD_MAX, &tip->desk)) !=
		0 ||
	    (err = optional_text(o, "lang", LETTER_WORD_MAX, &tip->lang)) != 0)
		return err;
	return 0;
}

static int
read_source(struct letter_head *head)
{
	struct letter_tip *tip = &head->tip;
	struct text terms;
	json_t *o;
	int err;

	if ((err = json_object_of(head->root, "source", &o)) != 0 ||
	    (err = json_text(o, "terms", WORD_MAX, &terms)) != 0 ||
	    (err = letter_terms_read(terms, &tip->terms)) != 0 ||
	    (err = optional_name(o, "name", LETTER_FIELD_MAX, &tip->name)) !=
		0 ||
	    (err = optional_text(
		 o, "contact", LETTER_FIELD_MAX, &tip->contact)) != 0)
		return err;
	return 0;
}

static int
read_thread(struct letter_head *head)
{
	struct thread_public *thread = &head->tip.thread;
	json_t *reply;
	int err;

	if ((err = json_hex(
		 head->root, "thread", thread->thread, THREAD_SIZE)) != 0 ||
	    (err = json_object_of(head->root, "reply", &reply)) != 0 ||
	    (err = json_hex(reply, "to", thread->reply, 32)) != 0 ||
	    (err = json_hex(reply, "slot", thread->slot, 32)) != 0 ||
	    (err = json_hex(reply, "mark", thread->mark, 32)) != 0)
		return err;
	return thread_check(thread, head->tip.newsroom);
}

static int
read_desk(struct letter_head *head)
{
	struct letter_tip *tip = &head->tip;
	json_t *seen;
	int err;

	if ((err = optional_hex(
		 head->root, "thread", tip->thread.thread, THREAD_SIZE)) != 0 ||
	    (err = json_hex(head->root, "author", tip->author,
		 sizeof(tip->author))) != 0 ||
	    (err = json_object_of(head->root, "seen", &seen)) != 0 ||
	    (err = json_u64(seen, "seq", INT64_MAX, &tip->seen_seq)) != 0 ||
	    (err = json_hex(
		 seen, "link", tip->seen_link, sizeof(tip->seen_link))) != 0)
		return err;
	return 0;
}

/* The path that entry i must have, by what path says its extension is. */
static bool
is_path(struct text path, size_t i, size_t n, const char **ret_type)
{
	char expected[sizeof((struct letter_entry *)0)->path];
	const char *extension;

	if (i == 0) {
		*ret_type = letter_type("txt");
		return text_is(path, "message.txt");
	}
	if (i == 1 && n == 2 && text_is(path, "mail.eml")) {
		*ret_type = letter_type("eml");
		return true;
	}
	extension = letter_extension(path);
	*ret_type = letter_type(extension);
	snprintf(expected, sizeof(expected), "files/%zu.%s", i, extension);
	return text_is(path, expected);
}

static int
read_part(const json_t *o, struct letter_part *ret_part)
{
	uint64_t n, of;
	json_t *part;
	int err;

	if ((err = json_object_of(o, "part", &part)) != 0 ||
	    (err = json_u64(part, "n", LETTER_PARTS_MAX, &n)) != 0 ||
	    (err = json_u64(part, "of", LETTER_PARTS_MAX, &of)) != 0)
		return err;
	/* Of a tip, for now: the kind is looked at with all entries. */
	if (!letter_is_part(LETTER_TIP, n, of))
		return ERR_FORMAT;
	*ret_part = (struct letter_part){ (uint16_t)n, (uint16_t)of };
	return 0;
}

/* What the source did with a file before it came. */
static int
read_done(const json_t *o, struct letter_entry *e)
{
	int err;

	if (json_has(o, "part") && (err = read_part(o, &e->part)) != 0)
		return err;
	if (!json_has(o, "clean"))
		return 0;
	if ((err = json_bool(o, "clean", &e->is_clean)) != 0)
		return err;
	return e->is_clean ? 0 : ERR_FORMAT;
}

static int
read_entry(const json_t *o, size_t i, size_t n, struct letter_entry *ret_entry)
{
	uint64_t max = i == 0 ? LETTER_TEXT_MAX : LETTER_ENTRY_MAX;
	struct text path, type, name = TEXT("");
	const char *expected;
	int err;

	if ((err = json_text(o, "path", sizeof(ret_entry->path) - 1, &path)) !=
		0 ||
	    (err = json_text(o, "type", sizeof(ret_entry->type) - 1, &type)) !=
		0 ||
	    (err = json_hex(o, "blake2b", ret_entry->hash, 32)) != 0 ||
	    (err = json_u64(o, "size", max, &ret_entry->size)) != 0 ||
	    (err = optional_name(o, "name", LETTER_NAME_MAX, &name)) != 0 ||
	    (err = read_done(o, ret_entry)) != 0)
		return err;
	if (!is_file_name(name) || !is_path(path, i, n, &expected) ||
	    !text_is(type, expected) || (i > 0 && ret_entry->size == 0))
		return ERR_FORMAT;
	memcpy(ret_entry->path, path.p, path.n);
	memcpy(ret_entry->type, type.p, type.n);
	memcpy(ret_entry->name, name.p, name.n);
	return 0;
}

/* Only files are parts or clean; a part stands alone. */
static bool
is_done_right(const struct letter_head *head, size_t i, size_t n)
{
	const struct letter_entry *e = &head->entries[i];
	bool is_file = text_has_prefix(text_from(e->path), "files/");

	if (e->is_clean && !is_file)
		return false;
	return !letter_has_part(e) ||
	       (is_file && n == 2 &&
		   letter_is_part(head->tip.kind, e->part.n, e->part.of));
}

static int
read_entries(struct letter_head *head, size_t tip_size)
{
	json_t *list, *v;
	size_t i, n;
	int err;

	if ((err = json_list(
		 head->root, "entries", LETTER_FILES_MAX + 1, &list)) != 0)
		return err;
	n = json_array_size(list);
	if (n == 0 ||
	    tip_size != (n == 1 ? LETTER_TIP_SMALL : LETTER_TIP_LARGE))
		return ERR_FORMAT;
	json_array_foreach (list, i, v) {
		if ((err = read_entry(v, i, n, &head->entries[i])) != 0)
			return err;
		if (!is_done_right(head, i, n))
			return ERR_FORMAT;
	}
	head->entries_n = n;
	return 0;
}

int
letter_head_read(const uint8_t *p, size_t n,
    const uint8_t newsroom[static NEWSROOM_ID_SIZE],
    struct letter_head **ret_head)
{
	struct letter_head *head = NULL;
	struct tip_sigs sigs;
	int err;

	if (n != LETTER_TIP_SMALL && n != LETTER_TIP_LARGE)
		return ERR_FORMAT;
	if ((err = tip_sigs_find(p, n, &sigs)) != 0)
		return err;
	/* Not in locked memory: a desk holds tens of thousands of these, and
	 * each locked block takes several of the kernel's mappings. */
	if ((head = mem_new(1, sizeof(*head))) == NULL)
		return ERR_NOMEM;
	if ((err = json_read((struct text){ (const char *)p, sigs.end },
		 LETTER_TIP_LARGE, &head->root)) != 0 ||
	    (err = read_front(head, newsroom)) != 0 ||
	    (err = read_entries(head, n)) != 0)
		goto out;
	if (letter_is_from_desk(head->tip.kind))
		err = read_desk(head);
	else if ((err = read_source(head)) == 0)
		err = read_thread(head);
	if (err != 0)
		goto out;
	head->mark = tip_verify(p, n, &sigs, TIP_MARK, head->tip.thread.mark);
	head->member = tip_verify(p, n, &sigs, TIP_MEMBER, head->tip.author);
	*ret_head = head;
	head = NULL;
out:
	letter_head_free(&head);
	return err;
}

void
letter_head_free(struct letter_head **head)
{
	if (*head == NULL)
		return;
	json_decref((*head)->root);
	secret_wipe(*head, sizeof(**head));
	mem_free(*head);
	*head = NULL;
}
