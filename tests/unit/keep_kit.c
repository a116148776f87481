#include "keep_kit.h"

#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/day.h"
#include "base/err.h"
#include "base/mem.h"
#include "board/edition.h"
#include "os/process.h"
#include "os/sock.h"

#define LONG_MS 20000
#define KEEPER 64998 /* user of keep under root */

/* Calls fn with the path of each file in the directory. */
static void
each_file_in(const struct keep_kit *k,
    void (*fn)(const char *path, unsigned uid), unsigned uid)
{
	const struct dirent *e;
	char path[400];
	DIR *d;

	if ((d = opendir(k->directory)) == NULL)
		return;
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", k->directory, e->d_name);
		fn(path, uid);
	}
	closedir(d);
}

static void
give_file(const char *path, unsigned uid)
{
	must(chown(path, uid, uid) == 0);
}

static void
remove_file(const char *path, unsigned uid)
{
	(void)uid;
	(void)unlink(path);
}

/* What the parent does as root, whose keep runs as another user. */
static void
give(const struct keep_kit *k, unsigned uid)
{
	each_file_in(k, give_file, uid);
	give_file(k->directory, uid);
}

void
keep_kit_new(struct keep_kit *k, const char *program)
{
	const char *base = getenv("TMPDIR");
	struct masthead_pin pin;

	*k = (struct keep_kit){ .program = program };
	snprintf(k->directory, sizeof(k->directory), "%.40s/keep-XXXXXX",
	    base != NULL ? base : "/tmp");
	must(mkdtemp(k->directory) != NULL);
	must(masthead_key_new(&k->key) == 0);
	masthead_key_pin(k->key, &pin);
	k->start = (struct wire_start){
		.role = WIRE_KEEP, .edition_age = 30, .is_relaxed = true
	};
	/* Root has to become somebody. */
	if (geteuid() == 0)
		k->start.uid = k->start.gid = KEEPER;
	memcpy(k->start.newsroom, kit_newsroom, 16);
	memcpy(k->start.pin, pin.key_id, 8);
	memcpy(k->start.pin + 8, pin.pk, 32);
	memcpy(k->start.directory, k->directory, sizeof(k->directory));
	signal(SIGPIPE, SIG_IGN);
	/* Behind a jail nobody can look for leaks; fuzz-keep does, without. */
	must(setenv("ASAN_OPTIONS", "detect_leaks=0", 1) == 0);
	keep_kit_start(k);
}

void
keep_kit_start(struct keep_kit *k)
{
	struct wire_message m;
	struct buf b;
	int pair[2];

	if (k->start.uid != 0)
		give(k, k->start.uid);
	must(sock_pair(pair) == 0);
	must(process_spawn(k->program, &pair[1], 1, &k->pid) == 0);
	close(pair[1]);
	must(wire_peer_new(pair[0], WIRE_PARENT, WIRE_KEEP, k->start.newsroom,
		 &k->control) == 0);
	buf_init(&b, 8192);
	wire_start_put(&b, &k->start);
	must(keep_kit_send(k->control, WIRE_START, 0, b.p, b.n, NULL, 0));
	buf_fini(&b);
	must(wire_receive(k->control, &m) == 0 && m.type == WIRE_READY);
}

static int
reap(struct keep_kit *k)
{
	int status;

	wire_peer_free(&k->control);
	must(waitpid(k->pid, &status, 0) == k->pid);
	k->pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void
keep_kit_kill(struct keep_kit *k)
{
	must(kill(k->pid, SIGKILL) == 0);
	(void)reap(k);
}

int
keep_kit_drain(struct keep_kit *k)
{
	must(keep_kit_send(k->control, WIRE_DRAIN, 0, NULL, 0, NULL, 0));
	return reap(k);
}

bool
keep_kit_is_alive(struct keep_kit *k)
{
	int status;

	return waitpid(k->pid, &status, WNOHANG) == 0;
}

void
keep_kit_free(struct keep_kit *k)
{
	if (k->pid != 0)
		must(keep_kit_drain(k) == 0);
	masthead_key_free(&k->key);
	each_file_in(k, remove_file, 0);
	(void)rmdir(k->directory);
}

struct wire_peer *
keep_kit_peer(struct keep_kit *k, enum wire_role role)
{
	const uint8_t body = (uint8_t)role;
	struct wire_peer *p;
	int pair[2];
	struct wire_out out = {
		.type = WIRE_PEER, .part1 = &body, .part1_n = 1
	};

	must(sock_pair(pair) == 0);
	out.fd = pair[1];
	must(wire_send(k->control, &out) == 0);
	close(pair[1]);
	must(wire_peer_new(pair[0], role, WIRE_KEEP, k->start.newsroom, &p) ==
	     0);
	return p;
}

bool
keep_kit_send(struct wire_peer *p, enum wire_type type, uint64_t request,
    const void *part1, size_t n1, const void *part2, size_t n2)
{
	const struct wire_out out = { .type = type,
		.request = request,
		.part1 = part1,
		.part1_n = n1,
		.part2 = part2,
		.part2_n = n2,
		.fd = -1 };

	return wire_send(p, &out) == 0;
}

static bool
hear_any(struct wire_peer *p, struct wire_message *ret_m)
{
	struct pollfd fd = { .fd = wire_peer_fd(p), .events = POLLIN };

	must(poll(&fd, 1, LONG_MS) == 1);
	return wire_receive(p, ret_m) == 0;
}

static bool
is_push(enum wire_type type)
{
	return type == WIRE_CARD || type == WIRE_STORIES || type == WIRE_NEXT;
}

bool
keep_kit_hear(struct wire_peer *p, struct wire_message *ret_m)
{
	do {
		if (!hear_any(p, ret_m))
			return false;
	} while (is_push(ret_m->type));
	return true;
}

bool
keep_kit_await(
    struct wire_peer *p, enum wire_type type, struct wire_message *ret_m)
{
	do {
		if (!hear_any(p, ret_m))
			return false;
	} while (ret_m->type != type);
	return true;
}

/* 0, or what FAIL says. */
static int
judge(const struct wire_message *m, uint32_t *ret_detail)
{
	int fail;

	if (m->type != WIRE_FAIL)
		return 0;
	must(wire_fail_read(m, &fail, ret_detail) == 0);
	return fail;
}

int
keep_kit_ask(struct wire_peer *p, enum wire_type type, const void *body,
    size_t n, struct wire_message *ret_m)
{
	uint32_t detail;

	if (!keep_kit_send(p, type, 77, body, n, NULL, 0) ||
	    !keep_kit_hear(p, ret_m))
		return ERR_CLOSED;
	must(ret_m->request == 77);
	return judge(ret_m, &detail);
}

bool
keep_kit_put(struct wire_peer *p, const struct kit_letter *l, uint64_t request)
{
	static uint8_t bytes[STORE_HEAD_MAX];
	uint8_t number[8], commit[40] = { 0 };
	size_t n = kit_head(l, bytes);

	if (!keep_kit_send(p, WIRE_PUT_BEGIN, request, bytes, n, NULL, 0))
		return false;
	for (uint64_t i = 0; i < l->chunks; i++) {
		u64_write(number, i);
		n = kit_chunk(l, i, bytes);
		if (!keep_kit_send(
			p, WIRE_PUT_CHUNK, request, number, 8, bytes, n))
			return false;
	}
	u64_write(commit, l->chunks);
	kit_once(l, commit + 8);
	u64_write(commit + 24, kit_letter_size(l));
	return keep_kit_send(p, WIRE_PUT_COMMIT, request, commit, 40, NULL, 0);
}

int
keep_kit_put_all(
    struct wire_peer *p, const struct kit_letter *l, bool *ret_is_repeat)
{
	struct wire_message m;
	uint32_t detail;

	if (!keep_kit_put(p, l, 1000 + l->number) || !keep_kit_hear(p, &m))
		return ERR_CLOSED;
	must(m.request == 1000 + l->number);
	if (m.type == WIRE_DONE)
		*ret_is_repeat = m.body[0] == 1;
	return judge(&m, &detail);
}

int
keep_kit_card(struct keep_kit *k, struct wire_peer *pickup, uint64_t serial,
    const char *editions)
{
	char issued[DAY_TEXT_SIZE + 1], expires[DAY_TEXT_SIZE + 1], hex[33];
	struct buf json, body, minisig;
	struct wire_message m;
	int err;

	day_write(issued, day_today());
	day_write(expires, day_today() + 20);
	hex_write(hex, k->start.newsroom, 16);
	hex[32] = '\0';
	buf_init(&json, MASTHEAD_MAX);
	buf_init(&minisig, MINISIG_MAX);
	buf_init(&body, WIRE_BODY_MAX);
	buf_putf(&json,
	    "{\"pista\":1,\"newsroom\":\"%s\",\"drill\":true,"
	    "\"name\":{\"en\":\"Keep\"},\"languages\":[\"en\"],\"serial\":%llu,"
	    "\"issued\":\"%s\",\"expires\":\"%s\",\"previous\":\"%064d\","
	    "\"members\":[{\"id\":\"ana\",\"name\":\"Ana\",\"age\":[{"
	    "\"recipient\":\"age12znpgzd3mhgryh5mz6mspecea9mjcpcqpvdaw7rwjp7x20"
	    "fqf9wss93ntr\",\"from\":\"2025-03-01\"}],\"sign\":\"%064d\","
	    "\"request\":\"%064d\"}],\"desks\":[{\"id\":\"news\",\"names\":{"
	    "\"en\":\"News\"},\"members\":[\"ana\"]}],\"policy\":{"
	    "\"letter_max\":100000000,\"editions\":{%s}}}",
	    hex, (unsigned long long)serial, issued, expires,
	    serial == 1 ? 0 : 1, 1, 2, editions);
	must(buf_finish(&json) == 0);
	must(masthead_sign(k->key, buf_text(&json), k->start.newsroom, serial,
		 &minisig) == 0);
	buf_put_u64(&body, serial);
	buf_put_u32(&body, (uint32_t)json.n);
	buf_put_text(&body, buf_text(&json));
	buf_put_text(&body, buf_text(&minisig));
	err = keep_kit_ask(pickup, WIRE_CARD_PUT, body.p, body.n, &m);
	buf_fini(&json);
	buf_fini(&minisig);
	buf_fini(&body);
	return err;
}

int
keep_kit_post(struct wire_peer *pickup, uint32_t edition, uint8_t byte,
    uint32_t slots, uint32_t strips, uint32_t *ret_detail)
{
	struct wire_message m;
	struct buf b;

	buf_init(&b, BOARD_POST_MAX);
	buf_put_u32(&b, edition);
	buf_put_u32(&b, slots);
	buf_fill(&b, byte, slots * SLOT_SIZE);
	buf_put_u32(&b, strips);
	buf_fill(&b, byte, strips * STRIP_ENTRY_SIZE);
	buf_fill(&b, 0, EDITION_ATTEST_SIZE);
	must(buf_finish(&b) == 0);
	for (size_t at = 0, n; at < b.n; at += n) {
		n = b.n - at < 100000 ? b.n - at : 100000;
		const struct wire_out out = { .type = WIRE_BOARD_POST,
			.flags = at + n < b.n ? WIRE_MORE : 0,
			.request = 78,
			.part1 = b.p + at,
			.part1_n = n,
			.fd = -1 };

		must(wire_send(pickup, &out) == 0);
	}
	buf_fini(&b);
	must(keep_kit_hear(pickup, &m) && m.request == 78);
	return judge(&m, ret_detail);
}

void
keep_kit_await_edition(struct wire_peer *pickup, uint32_t number)
{
	struct wire_message m;

	do
		must(keep_kit_await(pickup, WIRE_NEXT, &m) && m.n == 16);
	while (u32_read(m.body) != number + 1);
}
