#include "unit.h"

#include "relay_kit.h"

#define LARGE (4u << 20)

/* What keep got of one put. */
struct got {
	struct buf bytes;
	uint64_t id, chunks;
	unsigned begins, commits, drops, others;
};

/* Takes everything that waits at keep's end. */
static void
take(struct kit *k, struct got *g)
{
	struct wire_message m;

	while (wire_receive(k->keep, &m) == 0) {
		g->id = m.request;
		switch (m.type) {
		case WIRE_PUT_BEGIN:
			g->begins++;
			buf_put(&g->bytes, m.body, m.n);
			break;
		case WIRE_PUT_CHUNK:
			assert_int_equal(u64_read(m.body), g->chunks);
			g->chunks++;
			buf_put(&g->bytes, m.body + 8, m.n - 8);
			break;
		case WIRE_PUT_COMMIT:
			g->commits++;
			assert_int_equal(m.n, 40);
			assert_int_equal(u64_read(m.body), g->chunks);
			assert_int_equal(m.body[8], 0);
			assert_int_equal(m.body[23], 0xff);
			assert_int_equal(u64_read(m.body + 24), g->bytes.n);
			break;
		case WIRE_PUT_DROP:
			g->drops++;
			break;
		default:
			g->others++;
			break;
		}
	}
}

static void
done(struct kit *k, uint64_t id, uint8_t is_repeat)
{
	const struct wire_out out = { .type = WIRE_DONE,
		.request = id,
		.part1 = &is_repeat,
		.part1_n = 1,
		.fd = -1 };

	assert_int_equal(wire_send(k->keep, &out), 0);
}

/* keep reads nothing for a while: the client is held back, not one byte is
 * lost and no more than a few chunks are held. */
static void
holds_back_when_keep_is_full(void **state)
{
	struct got g = { .id = 0 };
	struct buf letter, post;
	struct kit k;
	size_t sent = 0, stuck;

	(void)state;
	buf_init(&letter, LARGE * 2);
	buf_init(&post, LARGE * 2);
	buf_init(&g.bytes, LARGE * 2);
	kit_letter(&letter, LARGE);
	kit_post(&post, &letter);
	assert_int_equal(kit_open(&k), 0);
	assert_int_equal(kit_connect(&k), 0);
	for (int i = 0; i < 100; i++) {
		sent += kit_send(&k, post.p + sent, post.n - sent);
		assert_int_equal(kit_run(&k, 1), 0);
	}
	stuck = sent;
	assert_true(stuck < LARGE / 2);
	for (int i = 0; i < 2000 && g.commits == 0; i++) {
		sent += kit_send(&k, post.p + sent, post.n - sent);
		take(&k, &g);
		assert_int_equal(kit_run(&k, 1), 0);
	}
	assert_int_equal(g.begins, 1);
	assert_int_equal(g.commits, 1);
	assert_int_equal(g.bytes.n, letter.n);
	assert_memory_equal(g.bytes.p, letter.p, letter.n);
	/* Nothing is said before keep has said it. */
	assert_int_equal(k.reply_n, 0);
	done(&k, g.id, 0);
	assert_int_equal(kit_run(&k, 5), 0);
	assert_non_null(strstr(k.reply, "201 Created"));
	kit_close(&k);
	buf_fini(&letter);
	buf_fini(&post);
	buf_fini(&g.bytes);
}

static void
tells_the_reason(void **state)
{
	static const struct {
		int err;
		const char *status;
	} cases[] = {
		{ ERR_FULL, "507 Insufficient Storage" },
		{ ERR_BUSY, "503 Service Unavailable" },
		{ ERR_TRUNCATED, "400 Bad Request" },
		{ ERR_IO, "500 Internal Server Error" },
	};
	struct buf letter, post;

	(void)state;
	buf_init(&letter, LARGE * 2);
	buf_init(&post, LARGE * 2);
	kit_letter(&letter, LARGE);
	kit_post(&post, &letter);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct got g = { .id = 0 };
		size_t sent = 0;
		struct kit k;

		buf_init(&g.bytes, LARGE * 2);
		assert_int_equal(kit_open(&k), 0);
		assert_int_equal(kit_connect(&k), 0);
		for (int j = 0; j < 2000 && !k.is_ended; j++) {
			sent += kit_send(&k, post.p + sent, post.n - sent);
			take(&k, &g);
			if (g.chunks > 3 && g.drops == 0)
				wire_send_fail(k.keep, g.id, cases[i].err, 0);
			assert_int_equal(kit_run(&k, 1), 0);
		}
		assert_non_null(strstr(k.reply, cases[i].status));
		take(&k, &g);
		assert_int_equal(g.drops, 1);
		assert_int_equal(g.commits, 0);
		kit_close(&k);
		buf_fini(&g.bytes);
	}
	buf_fini(&letter);
	buf_fini(&post);
}

/* A cut upload is given up; a committed letter is not. */
static void
drops_what_was_cut(void **state)
{
	struct got g = { .id = 0 };
	struct buf letter, post;
	struct kit k;

	(void)state;
	buf_init(&letter, LARGE);
	buf_init(&post, LARGE);
	buf_init(&g.bytes, LARGE);
	kit_letter(&letter, 131072);
	kit_post(&post, &letter);
	assert_int_equal(kit_open(&k), 0);
	assert_int_equal(kit_connect(&k), 0);
	assert_true(kit_send(&k, post.p, 100000) == 100000);
	assert_int_equal(kit_run(&k, 10), 0);
	take(&k, &g);
	assert_int_equal(g.begins, 1);
	assert_int_equal(kit_connect(&k), 0);
	assert_int_equal(kit_run(&k, 10), 0);
	take(&k, &g);
	assert_int_equal(g.drops, 1);
	g.chunks = g.bytes.n = 0;
	assert_true(kit_send(&k, post.p, post.n) == post.n);
	assert_int_equal(kit_run(&k, 20), 0);
	take(&k, &g);
	assert_int_equal(g.commits, 1);
	/* The client goes before keep has answered; its answer finds nobody. */
	assert_int_equal(kit_connect(&k), 0);
	assert_int_equal(kit_run(&k, 10), 0);
	done(&k, g.id, 0);
	assert_int_equal(kit_run(&k, 10), 0);
	take(&k, &g);
	assert_int_equal(g.drops, 1);
	assert_false(link_is_broken(k.link));
	kit_close(&k);
	buf_fini(&letter);
	buf_fini(&post);
	buf_fini(&g.bytes);
}

/* keep is not believed either. */
static void
notices_a_broken_keep(void **state)
{
	static const char get[] =
	    "GET /v1/board/index HTTP/1.1\r\nHost: a\r\n\r\n";
	struct wire_message m;
	struct wire_out out = { .type = WIRE_DATA, .fd = -1 };
	struct kit k;

	(void)state;
	assert_int_equal(kit_open(&k), 0);
	for (int i = 0; i < 3; i++) {
		/* Oldest behind newest; cut; an index that is none. */
		const uint8_t lists[3][8] = { { 9, 0, 0, 0, 1 }, { 1, 0, 0, 0 },
			{ 1, 0, 0, 0, 1, 0, 0, 0 } };

		assert_int_equal(kit_connect(&k), 0);
		kit_send(&k, get, sizeof(get) - 1);
		assert_int_equal(kit_run(&k, 5), 0);
		assert_int_equal(wire_receive(k.keep, &m), 0);
		assert_int_equal(m.type, WIRE_BOARD_LIST);
		out.request = m.request;
		out.part1 = lists[i];
		out.part1_n = i == 1 ? 4 : 8;
		assert_int_equal(wire_send(k.keep, &out), 0);
		assert_int_equal(kit_run(&k, 5), 0);
		if (i == 2) {
			assert_int_equal(wire_receive(k.keep, &m), 0);
			assert_int_equal(m.type, WIRE_BOARD_INDEX);
			out.request = m.request;
			out.part1 = "no edition";
			out.part1_n = 10;
			assert_int_equal(wire_send(k.keep, &out), 0);
			assert_int_equal(kit_run(&k, 5), 0);
		}
		assert_non_null(strstr(k.reply, "500 Internal"));
	}
	assert_false(link_is_broken(k.link));
	assert_int_equal(kit_connect(&k), 0);
	kit_send(&k, get, sizeof(get) - 1);
	wire_peer_free(&k.keep);
	assert_int_equal(kit_run(&k, 5), 0);
	assert_true(link_is_broken(k.link));
	kit_close(&k);
}

static unsigned asked;

static int
ask_once(struct link_call *c, const struct stream *s)
{
	uint8_t body[8] = { 0 };

	(void)s;
	if (asked++ > 0)
		return ERR_CLOSED;
	return link_send(c, WIRE_BOARD_SLOTS, 0, body, sizeof(body), NULL, 0);
}

static int
find_half(const struct stream *s, const struct wire_message *m,
    struct text *ret_bytes, uint64_t *ret_total)
{
	(void)s;
	*ret_bytes = (struct text){ (const char *)m->body, m->n };
	*ret_total = 2 * m->n;
	return 0;
}

/* keep goes while its answer is being read: the reader is cut, nobody else. */
static void
bears_a_keep_that_goes_in_the_middle(void **state)
{
	static const struct stream_source source = { ask_once, find_half };
	static const char get[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
	struct wire_out out = {
		.type = WIRE_DATA, .part1 = "half", .part1_n = 4, .fd = -1
	};
	struct wire_message m;
	struct kit k;

	(void)state;
	asked = 0;
	assert_int_equal(kit_open(&k), 0);
	k.source = &source;
	assert_int_equal(kit_connect(&k), 0);
	kit_send(&k, get, sizeof(get) - 1);
	assert_int_equal(kit_run(&k, 5), 0);
	assert_int_equal(wire_receive(k.keep, &m), 0);
	out.request = m.request;
	assert_int_equal(wire_send(k.keep, &out), 0);
	assert_int_equal(kit_run(&k, 10), 0);
	assert_int_equal(asked, 2);
	assert_int_equal(http_server_count(k.server), 0);
	kit_close(&k);
}

/* The newest editions are given even when there are too many. */
static void
leaves_out_editions_that_are_too_many(void **state)
{
	static const char get[] =
	    "GET /v1/board/index HTTP/1.1\r\nHost: a\r\n\r\n";
	const uint32_t newest = BOARD_EDITIONS_MAX + 10;
	struct wire_message m;
	struct wire_out out = { .type = WIRE_DATA, .fd = -1 };
	uint8_t list[8];
	struct kit k;

	(void)state;
	assert_int_equal(kit_open(&k), 0);
	assert_int_equal(kit_connect(&k), 0);
	kit_send(&k, get, sizeof(get) - 1);
	assert_int_equal(kit_run(&k, 5), 0);
	assert_int_equal(wire_receive(k.keep, &m), 0);
	u32_write(list, 1);
	u32_write(list + 4, newest);
	out.request = m.request;
	out.part1 = list;
	out.part1_n = sizeof(list);
	assert_int_equal(wire_send(k.keep, &out), 0);
	assert_int_equal(kit_run(&k, 5), 0);
	assert_int_equal(wire_receive(k.keep, &m), 0);
	assert_int_equal(m.type, WIRE_BOARD_INDEX);
	assert_int_equal(u32_read(m.body), newest - BOARD_EDITIONS_MAX + 1);
	wire_send_fail(k.keep, m.request, ERR_IO, 0);
	assert_int_equal(kit_run(&k, 5), 0);
	assert_non_null(strstr(k.reply, "500 Internal"));
	kit_close(&k);
}

/* keep's answer to the question about an upload of a letter. */
static void
tell_upload(struct kit *k, uint64_t request, const struct buf *letter,
    uint64_t head_n, uint64_t chunks, uint8_t is_letter)
{
	uint8_t body[41] = { 0 };
	const struct wire_out out = { .type = WIRE_DATA,
		.request = request,
		.part1 = body,
		.part1_n = sizeof(body),
		.fd = -1 };

	u64_write(body, letter->n);
	u64_write(body + 8, head_n);
	u64_write(body + 16, chunks);
	body[24] = is_letter;
	body[40] = 0xff;
	assert_int_equal(wire_send(k->keep, &out), 0);
}

static void
ask_upload(struct kit *k, const char *method, uint64_t offset, size_t n)
{
	struct buf head;

	buf_init(&head, 1024);
	buf_putf(&head,
	    "%s /v1/upload/00112233445566778899aabbccddeeff HTTP/1.1\r\n"
	    "Host: a\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: %llu\r\n"
	    "Content-Type: application/offset+octet-stream\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    method, (unsigned long long)offset, n);
	assert_int_equal(kit_connect(k), 0);
	assert_true(kit_send(k, head.p, head.n) == head.n);
	buf_fini(&head);
	assert_int_equal(kit_run(k, 5), 0);
}

/* Bytes of a letter's header and nonce. */
static size_t
head_of(const struct buf *letter)
{
	size_t scan = 0, n;

	assert_int_equal(
	    age_header_find_end(letter->p, letter->n, &scan, &n), 0);
	return n + AGE_NONCE_SIZE;
}

/* An upload goes on while keep takes nothing: its body waits as well. */
static void
an_upload_goes_on_when_there_is_room(void **state)
{
	struct got g = { .id = 0 };
	struct buf letter, post;
	struct wire_message m;
	struct kit k;
	size_t head_n, sent = 0, done;
	int other;

	(void)state;
	buf_init(&letter, LARGE * 2);
	buf_init(&post, LARGE * 2);
	buf_init(&g.bytes, LARGE * 2);
	kit_letter(&letter, LARGE);
	kit_post(&post, &letter);
	head_n = head_of(&letter);
	assert_int_equal(kit_open(&k), 0);
	ask_upload(&k, "PATCH", head_n, 100000);
	assert_true(kit_send(&k, letter.p + head_n, 100000) == 100000);
	assert_int_equal(wire_receive(k.keep, &m), 0);
	assert_int_equal(m.type, WIRE_UPLOAD_ASK);
	other = k.client;
	k.client = -1;
	assert_int_equal(kit_connect(&k), 0);
	for (int i = 0; i < 300; i++) {
		done = kit_send(&k, post.p + sent, post.n - sent);
		sent += done;
		assert_int_equal(kit_run(&k, done > 0 ? 1 : 3), 0);
		if (done == 0)
			break;
	}
	assert_true(sent < post.n);
	tell_upload(&k, m.request, &letter, head_n, 0, 0);
	assert_int_equal(kit_run(&k, 5), 0);
	assert_int_equal(http_server_count(k.server), 2);
	/* The letter's sender goes, keep takes again, the upload goes on. */
	assert_int_equal(shutdown(k.client, SHUT_RDWR), 0);
	for (int i = 0; i < 200 && g.chunks < 1000; i++) {
		while (wire_receive(k.keep, &m) == 0) {
			if (m.type == WIRE_UPLOAD_OPEN) {
				assert_int_equal(m.n, PUT_ID_SIZE);
				g.id = m.request;
				g.begins++;
			} else if (m.type == WIRE_PUT_CHUNK &&
				   m.request == g.id) {
				assert_int_equal(g.begins, 1);
				assert_memory_equal(m.body + 8,
				    letter.p + head_n, AGE_CHUNK_SEALED);
				g.chunks = 1000;
			}
		}
		assert_int_equal(kit_run(&k, 1), 0);
	}
	assert_int_equal(g.chunks, 1000);
	close(other);
	kit_close(&k);
	buf_fini(&letter);
	buf_fini(&post);
	buf_fini(&g.bytes);
}

/* keep has all bytes and no letter: who would be told of the size would take
 * it for sent. */
static void
an_upload_that_is_whole_still_becomes_a_letter(void **state)
{
	struct buf letter;
	struct wire_message m;
	struct kit k;
	char offset[64];
	size_t head_n;
	uint64_t chunks;

	(void)state;
	buf_init(&letter, LARGE);
	kit_letter(&letter, 131072);
	head_n = head_of(&letter);
	chunks = (letter.n - head_n + AGE_CHUNK_SEALED - 1) / AGE_CHUNK_SEALED;
	assert_int_equal(kit_open(&k), 0);
	ask_upload(&k, "HEAD", 0, 0);
	assert_int_equal(wire_receive(k.keep, &m), 0);
	tell_upload(&k, m.request, &letter, head_n, chunks, 0);
	assert_int_equal(kit_run(&k, 5), 0);
	snprintf(
	    offset, sizeof(offset), "Upload-Offset: %zu\r\n", letter.n - 1);
	assert_non_null(strstr(k.reply, offset));
	ask_upload(&k, "PATCH", letter.n - 1, 1);
	assert_true(kit_send(&k, letter.p + letter.n - 1, 1) == 1);
	assert_int_equal(wire_receive(k.keep, &m), 0);
	tell_upload(&k, m.request, &letter, head_n, chunks, 0);
	assert_int_equal(kit_run(&k, 5), 0);
	assert_int_equal(wire_receive(k.keep, &m), 0);
	assert_int_equal(m.type, WIRE_UPLOAD_OPEN);
	assert_int_equal(wire_receive(k.keep, &m), 0);
	assert_int_equal(m.type, WIRE_PUT_COMMIT);
	assert_int_equal(u64_read(m.body), chunks);
	assert_int_equal(u64_read(m.body + 24), letter.n);
	done(&k, m.request, 0);
	assert_int_equal(kit_run(&k, 5), 0);
	snprintf(offset, sizeof(offset), "Upload-Offset: %zu\r\n", letter.n);
	assert_non_null(strstr(k.reply, " 204 "));
	assert_non_null(strstr(k.reply, offset));
	kit_close(&k);
	buf_fini(&letter);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_back_when_keep_is_full),
		cmocka_unit_test(an_upload_goes_on_when_there_is_room),
		cmocka_unit_test(
		    an_upload_that_is_whole_still_becomes_a_letter),
		cmocka_unit_test(tells_the_reason),
		cmocka_unit_test(drops_what_was_cut),
		cmocka_unit_test(notices_a_broken_keep),
		cmocka_unit_test(bears_a_keep_that_goes_in_the_middle),
		cmocka_unit_test(leaves_out_editions_that_are_too_many),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return crypto_init() == 0 ? cmocka_run_group_tests(tests, NULL, NULL)
				  : 1;
}
