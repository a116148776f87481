/* The server: a list, and what a round of sync does with it. */
#include "world.h"

#include <string.h>

#include "age/age.h"
#include "base/err.h"
#include "base/mem.h"
#include "chain/chain.h"

static void
letter_digest(uint8_t out[static 32], struct text t)
{
	uint8_t hash[HASH_SIZE];
	struct chain_digest d;
	size_t scan = 0, head = 0, n;

	/* What is no age file is junk that a server would not have taken; its
	 * digest is over something all the same. */
	if (age_header_find_end((const uint8_t *)t.p, t.n, &scan, &head) != 0 ||
	    head + AGE_NONCE_SIZE > t.n)
		head = 0;
	else
		head += AGE_NONCE_SIZE;
	chain_digest_init(&d, t.p, head);
	for (size_t at = head, i = 0; at < t.n || i == 0; at += n, i++) {
		n = t.n - at < AGE_CHUNK_SEALED ? t.n - at : AGE_CHUNK_SEALED;
		hash_once(hash, t.p + at, n);
		if (i == 0)
			chain_digest_chunk0(&d, hash, n);
		else
			chain_digest_leaf(&d, hash, n);
	}
	chain_digest_finish(&d, out);
}

static void
card_digest(uint8_t out[static 32], struct text frame)
{
	struct text json, minisig;

	must(masthead_frame_read(frame, &json, &minisig) == 0);
	masthead_digest(out, json, minisig);
}

uint64_t
server_put(struct world *w, uint8_t type, struct text bytes)
{
	static const uint8_t genesis[32];
	char digest[64];
	struct mirror_entry *e;
	struct post *p;

	w->posts = mem_resize(w->posts, w->posts_n + 1, sizeof(*w->posts));
	must(w->posts != NULL);
	p = &w->posts[w->posts_n++];
	memset(p, 0, sizeof(*p));
	buf_init(&p->bytes, bytes.n);
	buf_put_text(&p->bytes, bytes);
	must(buf_finish(&p->bytes) == 0);
	e = &p->entry;
	e->seq = w->posts_n;
	e->type = type;
	e->day = world_today();
	e->size = bytes.n;
	if (type == CHAIN_CARD)
		card_digest(e->digest, bytes);
	else
		letter_digest(e->digest, bytes);
	chain_link(e->link, w->newsroom,
	    e->seq > 1 ? p[-1].entry.link : genesis, e->seq, type, e->day,
	    e->digest);
	p->is_late = e->seq > 1 && chance(w, 8);
	hex_write(digest, e->digest, sizeof(e->digest));
	tell(json_pack("{s:s, s:I, s:I, s:b, s:s%}", "op", "put", "seq",
	    (json_int_t)e->seq, "day", (json_int_t)e->day, "late",
	    (int)p->is_late, "digest", digest, sizeof(digest)));
	return e->seq;
}

/* {"delete":[…],"restore":[…]} */
static void
mark_deleted(struct world *w, const json_t *request, const char *name, bool is)
{
	const json_t *seq;
	size_t i;

	json_array_foreach (json_object_get(request, name), i, seq)
		w->posts[json_integer_value(seq) - 1].entry.is_deleted = is;
}

static void
take_request(struct world *w, struct text body)
{
	json_t *request = json_loadb(body.p, body.n, 0, NULL);

	must(request != NULL);
	mark_deleted(w, request, "delete", true);
	mark_deleted(w, request, "restore", false);
	json_decref(request);
}

void
server_send(struct world *w, struct person *p, uint32_t cuts)
{
	struct mirror_out out;
	uint64_t seq, after = 0;
	int err;

	while ((err = mirror_out_get(p->mirror, after, &out)) == 0) {
		if (chance(w, cuts)) {
			buf_fini(&out.bytes);
			return;
		}
		seq = 0;
		after = out.number;
		if (out.kind == MIRROR_LETTER)
			seq = server_put(w, CHAIN_LETTER, buf_text(&out.bytes));
		else if (out.kind == MIRROR_DELETE)
			take_request(w, buf_text(&out.bytes));
		tell(json_pack("{s:s, s:s, s:I, s:I}", "op", "sent", "by",
		    p->id, "number", (json_int_t)out.number, "seq",
		    (json_int_t)seq));
		buf_fini(&out.bytes);
		must(mirror_out_drop(p->mirror, out.number) == 0);
	}
	must(err == ERR_NOT_FOUND);
}

static void
take_entry(struct mirror *m, const struct post *post, bool has_all)
{
	struct mirror_entry e;
	int err = mirror_get(m, post->entry.seq, &e);

	must(err == 0 || err == ERR_NOT_FOUND);
	if (err != 0) {
		e = post->entry;
		e.held = 0;
		must(mirror_add(m, &e) == 0);
	} else if (e.is_deleted != post->entry.is_deleted) {
		must(mirror_set_state(
			 m, e.seq, post->entry.is_deleted, false) == 0);
	}
	if (e.held == 0 && (has_all || !post->is_late))
		must(
		    mirror_put(m, e.seq, 0, post->bytes.p, post->bytes.n) == 0);
}

void
server_take(struct world *w, struct person *p, bool has_all)
{
	must(mirror_begin(p->mirror) == 0);
	for (size_t i = 0; i < w->posts_n; i++)
		take_entry(p->mirror, &w->posts[i], has_all);
	must(mirror_commit(p->mirror) == 0);
}
