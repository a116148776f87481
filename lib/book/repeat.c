/*
 * Events that were told before. A grant tells the state again to a desk that may
 * know it, and what goes to all desks goes in several letters: everything still
 * counts in its place, but people are shown it once.
 */
#include <search.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "book/fold.h"
#include "crypto/hash.h"

/* What was said last about one thing. */
struct told {
	uint8_t about[HASH_SIZE_128], what[HASH_SIZE_128];
};

static int
compare(const void *a, const void *b)
{
	const struct told *x = a, *y = b;

	return memcmp(x->about, y->about, sizeof(x->about));
}

void
tellings_fini(struct tellings *t)
{
	void *told;

	while (t->tree != NULL) {
		told = *(void **)t->tree;
		(void)tdelete(told, &t->tree, compare);
		mem_free(told);
	}
}

static void
hash_text(struct hash *h, struct text t)
{
	hash_put_u64(h, t.n);
	hash_put(h, t.p, t.n);
}

/* The thing an event is about. An answer is itself; what goes to all desks is its
 * author's; of the rest each field is one, flags and labels by name. */
static void
hash_about(const struct saying_row *r, uint8_t out[static HASH_SIZE_128])
{
	int kind = r->kind == EVENT_RESTORED ? EVENT_DELETED : r->kind;
	struct hash h;

	hash_init(&h, HASH_SIZE_128);
	hash_put_u32(&h, (uint32_t)kind);
	switch (kind) {
	case EVENT_ANSWERED:
	case EVENT_POSTED:
		hash_put(&h, r->answer, sizeof(r->answer));
		hash_text(&h, r->slots);
		break;
	case EVENT_HANDED:
	case EVENT_DELETED:
		hash_put_u64(&h, (uint64_t)r->author);
		hash_put_u64(&h, r->target);
		break;
	case EVENT_FLAG:
	case EVENT_LABEL:
		hash_text(&h, r->value);
		break;
	default:
		break;
	}
	hash_finish(&h, out);
}

static void
hash_what(const struct saying_row *r, uint8_t out[static HASH_SIZE_128])
{
	struct hash h;

	hash_init(&h, HASH_SIZE_128);
	hash_put_u32(&h, (uint32_t)r->kind);
	hash_text(&h, r->value);
	hash_text(&h, r->reason);
	hash_put_u8(&h, r->is_off);
	hash_put_u32(&h, r->until);
	hash_put_u32(&h, r->edition);
	/* The copies of one saying were sealed at once. */
	if (r->kind == EVENT_HANDED || r->kind == EVENT_DELETED ||
	    r->kind == EVENT_RESTORED)
		hash_put_u64(&h, r->seen);
	hash_finish(&h, out);
}

/* Which kinds a repetition is looked for in. What a colleague says is theirs to
 * say twice; what a grant tells again is nobody's news. */
static bool
may_repeat(const struct saying_row *r)
{
	switch (r->kind) {
	case EVENT_ANSWERED:
	case EVENT_POSTED:
	case EVENT_HANDED:
	case EVENT_DELETED:
	case EVENT_RESTORED:
		return true;
	default:
		return r->is_granted;
	}
}

int
tellings_note(
    struct tellings *t, const struct saying_row *r, bool *ret_is_repeat)
{
	struct told *new, *before;
	void **node;

	*ret_is_repeat = false;
	if (r->kind == KIND_NOTE || r->kind == EVENT_OPENED ||
	    r->kind == EVENT_ANSWERING)
		return 0;
	if ((new = mem_new(1, sizeof(*new))) == NULL)
		return ERR_NOMEM;
	hash_about(r, new->about);
	hash_what(r, new->what);
	if ((node = tsearch(new, &t->tree, compare)) == NULL) {
		mem_free(new);
		return ERR_NOMEM;
	}
	before = *node;
	if (before == new)
		return 0;
	/* A later edition of an answer that is told again is still that answer. */
	*ret_is_repeat =
	    may_repeat(r) &&
	    (r->kind == EVENT_ANSWERED || r->kind == EVENT_POSTED ||
		memcmp(before->what, new->what, sizeof(new->what)) == 0);
	memcpy(before->what, new->what, sizeof(new->what));
	mem_free(new);
	return 0;
}
