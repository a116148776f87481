#include "kit.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/day.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "board/edition.h"
#include "crypto/ed25519.h"
#include "crypto/random.h"
#include "masthead/member.h"
#include "os/process.h"
#include "os/sock.h"

#define NOBODY 65534 /* whom the form becomes when root tests it */

/* Where the program under test is. */
extern const char *form_program;

static void
put_identity(struct kit *k, char *recipient, size_t size)
{
	struct age_recipient to;
	struct buf b, r;
	char *text = secret_new(OPEN_IDENTITY_TEXT);

	must(text != NULL);
	buf_init_fixed(&b, text, OPEN_IDENTITY_TEXT);
	must(open_identity_new(&b, &to) == 0);
	must(open_identities_read(buf_text(&b), &k->ids) == 0);
	buf_init_fixed(&r, recipient, size);
	age_recipient_put(&r, &to);
	must(buf_cstr(&r) != NULL);
	secret_free(&text);
}

void
kit_card(struct kit *k, unsigned days_ago)
{
	static const char *const one =
	    "[{\"id\":\"city\",\"names\":{\"en\":\"City desk\"},"
	    "\"members\":[\"nora\"]}]";
	static const char *const two =
	    "[{\"id\":\"city\",\"names\":{\"en\":\"City desk\"},"
	    "\"members\":[\"nora\"]},{\"id\":\"ombuds\",\"names\":{\"en\":"
	    "\"Ombuds\"},\"members\":[\"nora\"]}]";
	uint32_t issued = day_today() - days_ago;
	char from[DAY_TEXT_SIZE + 1], to[DAY_TEXT_SIZE + 1];
	uint8_t pk[2][32];
	char recipient[128], hex[3][65] = { { 0 } };
	struct buf json, minisig;

	day_write(from, issued);
	day_write(to, issued + 20);
	if (k->ids != NULL)
		open_identities_free(&k->ids);
	put_identity(k, recipient, sizeof(recipient));
	for (int i = 0; i < 2; i++) {
		random_bytes(pk[i], 32);
		hex_write(hex[i], pk[i], 32);
	}
	hex_write(hex[2], k->newsroom, 16);
	buf_init(&json, MASTHEAD_MAX);
	buf_putf(&json,
	    "{\"pista\":1,\"newsroom\":\"%s\",\"drill\":true,"
	    "\"name\":{\"en\":\"The Gazette\",\"es\":\"La Gaceta\"},"
	    "\"languages\":[\"en\",\"es\",\"fr\"],\"serial\":1,"
	    "\"issued\":\"%s\",\"expires\":\"%s\",\"previous\":\"%064d\","
	    "\"members\":[{\"id\":\"nora\",\"name\":\"Nora\",\"age\":"
	    "[{\"recipient\":\"%s\",\"from\":\"2020-01-01\"}],\"sign\":\"%s\","
	    "\"request\":\"%s\"}],\"desks\":%s,\"channels\":[],"
	    "\"policy\":{\"promise_days\":{\"city\":3},\"retention_days\":90,"
	    "\"letter_max\":4194304,"
	    "\"editions\":{\"hours\":[0,6,12,18]}}}",
	    hex[2], from, to, 0, recipient, hex[0], hex[1],
	    k->has_desks ? two : one);
	buf_init(&minisig, MINISIG_MAX);
	must(masthead_sign(k->key, buf_text(&json), k->newsroom, 1, &minisig) ==
	     0);
	buf_clear(&k->card);
	buf_put_u32(&k->card, (uint32_t)json.n);
	buf_put_text(&k->card, buf_text(&json));
	buf_put_text(&k->card, buf_text(&minisig));
	must(buf_finish(&k->card) == 0);
	buf_fini(&json);
	buf_fini(&minisig);
}

static void
clear_put(struct kit *k)
{
	buf_clear(&k->head);
	for (size_t i = 0; i < KIT_CHUNKS; i++) {
		mem_free(k->chunk[i]);
		k->chunk[i] = NULL;
	}
	k->chunks = 0;
	k->is_committed = k->is_dropped = false;
}

void
kit_init(struct kit *k)
{
	*k = (struct kit){ .front = FRONT_ONION,
		.next_time = (uint64_t)time(NULL) + 3 * 3600 };
	signal(SIGPIPE, SIG_IGN);
	must(crypto_init() == 0);
	random_bytes(k->newsroom, sizeof(k->newsroom));
	must(masthead_key_new(&k->key) == 0);
	masthead_key_pin(k->key, &k->pin);
	buf_init(&k->card, MASTHEAD_MAX * 2);
	buf_init(&k->head, AGE_HEADER_MAX);
	buf_init(&k->answer, 8 * 1024 * 1024);
	buf_init(&k->request, 64 * 1024 * 1024);
	snprintf(k->directory, sizeof(k->directory), "/tmp/pista-form-XXXXXX");
	must(mkdtemp(k->directory) != NULL && chmod(k->directory, 0755) == 0);
	kit_card(k, 1);
}

void
kit_fini(struct kit *k)
{
	clear_put(k);
	for (size_t i = 0; i < k->editions; i++) {
		buf_fini(&k->edition[i].index);
		buf_fini(&k->edition[i].slots);
	}
	open_identities_free(&k->ids);
	masthead_key_free(&k->key);
	buf_fini(&k->card);
	buf_fini(&k->head);
	buf_fini(&k->answer);
	buf_fini(&k->request);
	rmdir(k->directory);
}

/* ---- keep ---- */

static void
answer(struct wire_peer *form, enum wire_type type, uint64_t request,
    const void *p, size_t n)
{
	const struct wire_out out = { .type = type,
		.request = request,
		.part1 = p,
		.part1_n = n,
		.fd = -1 };

	(void)wire_send(form, &out);
}

static void
answer_place(struct kit *k, struct wire_peer *form, uint64_t request)
{
	static const char stories[] =
	    "[{\"id\":\"harbour\",\"title\":\"The <harbour> story\","
	    "\"lang\":\"en\"}]";
	uint8_t next[16];
	struct buf b;

	answer(form, WIRE_CARD, request, k->card.p, k->card.n);
	answer(form, WIRE_STORIES, request, stories, sizeof(stories) - 1);
	buf_init_fixed(&b, next, sizeof(next));
	buf_put_u32(&b, 1);
	buf_put_u32(&b, 1);
	buf_put_u64(&b, k->next_time);
	answer(form, WIRE_NEXT, request, next, sizeof(next));
}

static void
answer_board(
    struct kit *k, struct wire_peer *form, const struct wire_message *m)
{
	uint32_t list[2] = { k->editions == 0 ? 0 : 1, (uint32_t)k->editions };
	const struct kit_edition *e;
	struct cursor c;
	uint32_t number, offset;
	uint8_t body[8];
	size_t n;

	if (m->type == WIRE_BOARD_LIST) {
		u32_write(body, list[0]);
		u32_write(body + 4, list[1]);
		answer(form, WIRE_DATA, m->request, body, sizeof(body));
		return;
	}
	cursor_init(&c, m->body, m->n);
	number = cursor_u32(&c);
	if (number == 0 || number > k->editions || number == k->missing) {
		(void)wire_send_fail(form, m->request, ERR_NOT_FOUND, 0);
		return;
	}
	e = &k->edition[number - 1];
	if (m->type == WIRE_BOARD_INDEX) {
		answer(form, WIRE_DATA, m->request, e->index.p, e->index.n);
		return;
	}
	offset = cursor_u32(&c);
	n = e->slots.n - offset;
	answer(form, WIRE_DATA, m->request, e->slots.p + offset,
	    n < 131072 ? n : 131072);
}

/* False: keep dies. */
static bool
take_put(struct kit *k, struct wire_peer *form, const struct wire_message *m)
{
	struct cursor c;
	uint64_t index;

	cursor_init(&c, m->body, m->n);
	if (m->type == WIRE_PUT_BEGIN) {
		buf_put(&k->head, m->body, m->n);
		if (k->refuse_begin != 0)
			(void)wire_send_fail(
			    form, m->request, k->refuse_begin, 0);
	} else if (m->type == WIRE_PUT_CHUNK) {
		index = cursor_u64(&c);
		must(index < KIT_CHUNKS && k->chunk[index] == NULL);
		k->chunk[index] = mem_new(c.n, 1);
		memcpy(k->chunk[index], c.p, c.n);
		k->chunk_n[index] = c.n;
		k->chunks++;
		return k->die_after == 0 || k->chunks < k->die_after;
	} else if (m->type == WIRE_PUT_COMMIT) {
		must(cursor_u64(&c) == k->chunks);
		cursor_copy(&c, k->once, sizeof(k->once));
		/* What was refused was answered then; its end is dropped. */
		if (k->refuse_begin != 0)
			return true;
		if (k->refuse_commit != 0) {
			(void)wire_send_fail(
			    form, m->request, k->refuse_commit, 0);
			return true;
		}
		k->is_committed = true;
		answer(form, WIRE_DONE, m->request, "", 1);
	} else {
		k->is_dropped = true;
	}
	return true;
}

struct keep {
	struct kit *k;
	int fd;
};

static void *
run_keep(void *ctx)
{
	struct keep *keep = ctx;
	struct wire_peer *form;
	struct wire_message m;
	bool is_alive = true;

	must(wire_peer_new(keep->fd, WIRE_KEEP, WIRE_FORM, keep->k->newsroom,
		 &form) == 0);
	while (is_alive && wire_receive(form, &m) == 0) {
		if (m.type == WIRE_PLACE_GET)
			answer_place(keep->k, form, m.request);
		else if (m.type >= WIRE_PUT_BEGIN && m.type <= WIRE_PUT_DROP)
			is_alive = take_put(keep->k, form, &m);
		else
			answer_board(keep->k, form, &m);
	}
	wire_peer_free(&form);
	return NULL;
}

/* ---- parent and gate ---- */

struct form_process {
	pid_t pid;
	struct wire_peer *control, *queue;
	struct keep keep;
	pthread_t keeper;
};

static void
start(struct kit *k, struct form_process *p)
{
	struct wire_start s = { .role = WIRE_FORM,
		.prefix = "/tips",
		.entries = 1,
		.file_max = KIT_FILE_MAX };
	int control[2], queue[2], keep[2], fds[3];
	struct wire_message m;
	struct buf b;

	must(sock_pair(control) == 0 && sock_pair(queue) == 0 &&
	     sock_pair(keep) == 0);
	fds[0] = control[1];
	fds[1] = queue[1];
	fds[2] = keep[1];
	/* It enters an empty directory, which is where it is started. */
	must(chdir(k->directory) == 0);
	must(process_spawn(form_program, fds, 3, &p->pid) == 0);
	for (int i = 0; i < 3; i++)
		close(fds[i]);
	p->keep = (struct keep){ k, keep[0] };
	must(pthread_create(&p->keeper, NULL, run_keep, &p->keep) == 0);
	must(wire_peer_new(control[0], WIRE_PARENT, WIRE_FORM, k->newsroom,
		 &p->control) == 0);
	must(wire_peer_new(
		 queue[0], WIRE_GATE, WIRE_FORM, k->newsroom, &p->queue) == 0);
	memcpy(s.newsroom, k->newsroom, 16);
	memcpy(s.pin, k->pin.key_id, 8);
	memcpy(s.pin + 8, k->pin.pk, 32);
	s.front[0] = (uint8_t)k->front;
	if (geteuid() == 0)
		s.uid = s.gid = NOBODY;
	buf_init(&b, 4096);
	wire_start_put(&b, &s);
	answer(p->control, WIRE_START, 0, b.p, b.n);
	buf_fini(&b);
	must(wire_receive(p->control, &m) == 0 && m.type == WIRE_READY);
}

static void
pass(struct form_process *p, int fd)
{
	const struct wire_out out = {
		.type = WIRE_CONNECTION, .part1 = "", .part1_n = 1, .fd = fd
	};
	struct wire_message m;

	must(wire_send(p->queue, &out) == 0);
	close(fd);
	must(wire_receive(p->control, &m) == 0 && m.type == WIRE_TAKEN);
	/* The form has closed its end of the queue by itself. */
}

static void
end(struct form_process *p)
{
	int status;

	must(waitpid(p->pid, &status, 0) == p->pid);
	must(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	wire_peer_free(&p->control);
	wire_peer_free(&p->queue);
	must(pthread_join(p->keeper, NULL) == 0);
}

/* ---- the person ---- */

/* True when all of the body is here, as its length says. */
static bool
is_whole(const struct kit *k)
{
	const char *p = (const char *)k->answer.p, *n, *body;

	body = strstr(p, "\r\n\r\n");
	n = strstr(p, "Content-Length: ");
	return body != NULL && n != NULL && n < body &&
	       strlen(body + 4) == strtoul(n + 16, NULL, 10);
}

static void
read_answer(struct kit *k, int fd)
{
	uint8_t bytes[16384];
	const char *body;
	ssize_t n;

	buf_clear(&k->answer);
	while ((n = recv(fd, bytes, sizeof(bytes), 0)) > 0) {
		buf_put(&k->answer, bytes, (size_t)n);
		must(buf_cstr(&k->answer) != NULL);
		if (is_whole(k))
			break;
	}
	must(buf_cstr(&k->answer) != NULL);
	k->status = 0;
	if (k->answer.n > 12)
		k->status = (unsigned)atoi((const char *)k->answer.p + 9);
	body = strstr((const char *)k->answer.p, "\r\n\r\n");
	k->page = body == NULL ? (struct text){ "", 0 } : text_from(body + 4);
}

static void
write_all(int fd, const void *p, size_t n)
{
	for (size_t at = 0; at < n;) {
		ssize_t did =
		    send(fd, (const char *)p + at, n - at, MSG_NOSIGNAL);

		if (did < 0 && errno != EINTR)
			return;
		at += did > 0 ? (size_t)did : 0;
	}
}

void
kit_post_raw(struct kit *k, const char *path, const char *type)
{
	struct form_process p;
	int pair[2];
	char head[1024];

	clear_put(k);
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	start(k, &p);
	pass(&p, pair[1]);
	snprintf(head, sizeof(head),
	    "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\n"
	    "Content-Length: %zu\r\n%s\r\n",
	    path, type, k->request.n + (k->pressure_after != 0),
	    k->extra == NULL ? "" : k->extra);
	write_all(pair[0], head, strlen(head));
	write_all(pair[0], k->request.p, k->request.n);
	if (k->pressure_early)
		answer(p.control, WIRE_PRESSURE, 0, NULL, 0);
	if (k->pressure_after != 0) {
		sleep(k->pressure_after);
		answer(p.control, WIRE_PRESSURE, 0, NULL, 0);
	}
	read_answer(k, pair[0]);
	close(pair[0]);
	end(&p);
	buf_clear(&k->request);
	k->extra = NULL;
}

unsigned
kit_hold(struct kit *k, const char *head, unsigned seconds)
{
	struct form_process p;
	const struct timespec moment = { .tv_nsec = 300 * 1000 * 1000 };
	struct timespec begun, now;
	unsigned lived = 0;
	siginfo_t info;
	int pair[2];

	clear_put(k);
	clock_gettime(CLOCK_MONOTONIC, &begun);
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	start(k, &p);
	pass(&p, pair[1]);
	write_all(pair[0], head, strlen(head));
	write_all(pair[0], k->request.p, k->request.n);
	while (lived < seconds) {
		answer(p.control, WIRE_PRESSURE, 0, NULL, 0);
		nanosleep(&moment, NULL);
		clock_gettime(CLOCK_MONOTONIC, &now);
		lived = (unsigned)(now.tv_sec - begun.tv_sec);
		info.si_pid = 0;
		must(waitid(P_PID, (id_t)p.pid, &info,
			 WEXITED | WNOHANG | WNOWAIT) == 0);
		if (info.si_pid != 0)
			break;
	}
	close(pair[0]);
	end(&p);
	buf_clear(&k->request);
	return lived;
}

void
kit_begin(struct kit *k, const char *what)
{
	buf_clear(&k->request);
	kit_field(k, "lang", "en");
	kit_field(k, "do", what);
}

void
kit_field_n(struct kit *k, const char *name, struct text value)
{
	buf_putf(&k->request,
	    "--" KIT_BOUNDARY "\r\nContent-Disposition: form-data; "
	    "name=\"%s\"\r\n\r\n",
	    name);
	buf_put_text(&k->request, value);
	buf_puts(&k->request, "\r\n");
}

void
kit_field(struct kit *k, const char *name, const char *value)
{
	kit_field_n(k, name, text_from(value));
}

void
kit_file(struct kit *k, const char *name, const void *p, size_t n)
{
	buf_putf(&k->request,
	    "--" KIT_BOUNDARY
	    "\r\nContent-Disposition: form-data; name=\"file\"; "
	    "filename=\"%s\"\r\nContent-Type: x/y\r\n\r\n",
	    name);
	buf_put(&k->request, p, n);
	buf_puts(&k->request, "\r\n");
}

void
kit_end(struct kit *k)
{
	buf_puts(&k->request, "--" KIT_BOUNDARY "--\r\n");
}

void
kit_post(struct kit *k)
{
	if (k->pressure_after == 0)
		kit_end(k);
	kit_post_raw(
	    k, "/tips/", "multipart/form-data; boundary=" KIT_BOUNDARY);
}

bool
kit_has(const struct kit *k, const char *s)
{
	return strstr(k->page.p, s) != NULL;
}

struct text
kit_hidden(const struct kit *k, const char *name)
{
	char field[64];
	const char *p, *q;

	snprintf(field, sizeof(field), "name=%s value=\"", name);
	p = strstr(k->page.p, field);
	must(p != NULL);
	p += strlen(field);
	q = strchr(p, '"');
	return (struct text){ p, (size_t)(q - p) };
}

/* ---- the desk ---- */

static int
on_head(void *ctx, const struct letter_head *head)
{
	(void)ctx, (void)head;
	return 0;
}

static int
on_bytes(void *ctx, const struct letter_entry *entry, size_t number,
    const uint8_t *p, size_t n)
{
	struct kit_letter *l = ctx;

	(void)entry;
	must(number <= 4);
	buf_put(number == 0 ? &l->message : &l->file[number - 1], p, n);
	return 0;
}

void
kit_open(const struct kit *k, struct kit_letter *l)
{
	static const struct letter_handler handler = { on_head, on_bytes };
	uint8_t plain[AGE_CHUNK_SIZE];
	struct letter_reader *r;
	struct open_file *f;

	must(k->is_committed);
	*l = (struct kit_letter){ 0 };
	buf_init(&l->message, LETTER_TEXT_MAX);
	for (size_t i = 0; i < 4; i++)
		buf_init(&l->file[i], 16 * 1024 * 1024);
	must(open_file_new(k->ids, k->head.p, k->head.n, &f) == 0);
	must(letter_reader_new(k->newsroom, &handler, l, &r) == 0);
	for (size_t i = 0; i < k->chunks; i++) {
		must(open_chunk(f, i, k->chunk[i], k->chunk_n[i],
			 i + 1 == k->chunks, plain) == 0);
		must(letter_reader_put(r, plain, k->chunk_n[i] - 16) == 0);
	}
	must(letter_reader_finish(r) == 0);
	l->head = letter_reader_take_head(r);
	letter_reader_free(&r);
	open_file_free(&f);
}

void
kit_letter_fini(struct kit_letter *l)
{
	letter_head_free(&l->head);
	buf_fini(&l->message);
	for (size_t i = 0; i < 4; i++)
		buf_fini(&l->file[i]);
}

void
kit_publish(struct kit *k, const uint8_t *slots, size_t slots_n,
    const uint8_t *slot_key, int status)
{
	struct kit_edition *e = &k->edition[k->editions];
	struct edition_head h = { .number = (uint32_t)k->editions + 1,
		.day = day_today() };
	uint8_t strip[STRIP_ENTRY_SIZE];
	size_t strips = 0;

	memcpy(h.newsroom, k->newsroom, 16);
	if (k->editions > 0)
		memcpy(h.previous, k->edition[k->editions - 1].hash, 32);
	if (status != 0) {
		strip_seal(strip, slot_key, h.number, (enum strip_code)status);
		strips = 1;
	}
	buf_init(&e->index, 1024 * 1024);
	buf_init(&e->slots, 4 * 1024 * 1024);
	must(edition_build(&h, slots, slots_n, strip, strips, &e->index,
		 &e->slots, e->hash) == 0);
	k->editions++;
}
