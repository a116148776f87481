#include "launch/crew.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/secret.h"
#include "crypto/random.h"
#include "os/process.h"
#include "os/program.h"
#include "os/sock.h"
#include "wire/desk_child.h"

#define PATH_SIZE 1024
#define START_MAX 4096

int
crew_init(struct crew *c, const struct desk_settings *settings, int listener)
{
	*c = (struct crew){ .settings = settings,
		.listener = listener,
		.fetch = { .role = WIRE_FETCH, .end = -1 },
		.desk = { .role = WIRE_DESK, .end = -1 } };
	if ((c->secrets = secret_new(64)) == NULL)
		return ERR_NOMEM;
	random_bytes(CREW_TOKEN(c), 32);
	return 0;
}

static void
close_end(struct crew_member *m)
{
	if (m->end >= 0)
		close(m->end);
	m->end = -1;
}

void
crew_fini(struct crew *c)
{
	struct crew_member *all[] = { &c->fetch, &c->desk };

	for (size_t i = 0; i < 2; i++) {
		wire_peer_free(&all[i]->control);
		close_end(all[i]);
	}
	if (c->listener >= 0)
		close(c->listener);
	c->listener = -1;
	secret_free(&c->secrets);
}

static struct crew_member *
other_of(struct crew *c, const struct crew_member *m)
{
	return m == &c->desk ? &c->fetch : &c->desk;
}

/* One end of a new pair is m's; the other goes to the other, now or when it
 * is started. */
static int
make_pair(struct crew *c, struct crew_member *m)
{
	struct crew_member *other = other_of(c, m);
	uint8_t role = (uint8_t)m->role;
	struct wire_out out = {
		.type = WIRE_PEER, .part1 = &role, .part1_n = 1
	};
	int ends[2], err;

	if ((err = sock_pair(ends)) != 0)
		return err;
	m->end = ends[0];
	close_end(other);
	if (other->control == NULL) {
		other->end = ends[1];
		return 0;
	}
	out.fd = ends[1];
	/* Who does not even take this does not work. */
	if (wire_send(other->control, &out) != 0)
		crew_kill(other);
	close(ends[1]);
	return 0;
}

static void
put_desk(const struct crew *c, struct buf *b)
{
	const struct desk_settings *s = c->settings;
	struct desk_start start = { .port = s->port,
		.idle_minutes = s->idle_minutes,
		.reason = c->reason,
		.is_relaxed = s->is_relaxed };

	memcpy(start.newsroom, s->newsroom, sizeof(start.newsroom));
	memcpy(start.pin, s->pin, sizeof(start.pin));
	memcpy(start.directory, s->directory, sizeof(start.directory));
	memcpy(start.token, CREW_TOKEN(c), sizeof(start.token));
	desk_start_put(b, &start);
	secret_wipe(&start, sizeof(start));
}

static void
put_fetch(const struct crew *c, struct buf *b)
{
	const struct desk_settings *s = c->settings;
	struct fetch_start start = { .minutes = s->minutes,
		.is_relaxed = s->is_relaxed };

	memcpy(start.newsroom, s->newsroom, sizeof(start.newsroom));
	memcpy(start.pin, s->pin, sizeof(start.pin));
	memcpy(start.directory, s->inbox, sizeof(start.directory));
	memcpy(start.address, s->address, sizeof(start.address));
	memcpy(start.proxy, s->proxy, sizeof(start.proxy));
	fetch_start_put(b, &start);
}

static int
send_start(struct crew *c, struct crew_member *m)
{
	struct wire_out out = { .type = m->role == WIRE_DESK ? WIRE_DESK_START
							     : WIRE_FETCH_START,
		.fd = -1 };
	struct buf b;
	int err;

	buf_init(&b, START_MAX);
	if (m->role == WIRE_DESK)
		put_desk(c, &b);
	else
		put_fetch(c, &b);
	if ((err = buf_finish(&b)) == 0) {
		out.part1 = b.p;
		out.part1_n = b.n;
		err = wire_send(m->control, &out);
	}
	buf_fini(&b);
	return err;
}

static int
spawn(struct crew *c, struct crew_member *m, int control)
{
	const char *role = wire_role_text(m->role);
	const int fds[] = { control, m->end, c->listener };
	char path[PATH_SIZE], name[32], beside[32];
	int err;

	snprintf(name, sizeof(name), "pista-%s", role);
	snprintf(beside, sizeof(beside), "../../desk/%s", role);
	if ((err = program_find(
		 name, beside, PISTA_LIBEXECDIR, path, sizeof(path))) != 0)
		return err;
	return process_spawn(path, fds, m->role == WIRE_DESK ? 3 : 2, &m->pid);
}

int
crew_start(struct crew *c, struct crew_member *m, uint64_t now)
{
	int control[2] = { -1, -1 };
	int err;

	must(m->pid == 0 && m->control == NULL);
	/* A fetch that was taken over may have shut others out of it. A link in
	 * its place is the work of a desk that was: nothing behind it changes. */
	(void)!fchmodat(
	    AT_FDCWD, c->settings->inbox, 0700, AT_SYMLINK_NOFOLLOW);
	if ((err = sock_pair(control)) != 0 ||
	    (err = sock_set_nonblocking(control[0], true)) != 0 ||
	    (m->end < 0 && (err = make_pair(c, m)) != 0) ||
	    (err = wire_peer_new(control[0], WIRE_LAUNCH, m->role,
		 c->settings->newsroom, &m->control)) != 0)
		goto out;
	control[0] = -1;
	if ((err = spawn(c, m, control[1])) != 0) {
		m->pid = 0;
		wire_peer_free(&m->control);
		goto out;
	}
	close_end(m);
	m->started = now;
	m->deadline = 0;
	m->is_ready = m->is_ending = false;
	/* It runs and is ours: what fails from here on ends it, and its end
	 * is seen like any other. */
	if (send_start(c, m) != 0)
		crew_kill(m);
out:
	for (size_t i = 0; i < 2; i++) {
		if (control[i] >= 0)
			close(control[i]);
	}
	return err;
}

int
crew_new_key(struct crew *c, const uint8_t **ret_key)
{
	struct wire_out out = { .type = WIRE_DESK_KEY,
		.part1 = CREW_KEY(c),
		.part1_n = 32,
		.fd = -1 };
	int err;

	if (c->desk.control == NULL || !c->desk.is_ready)
		return ERR_CLOSED;
	random_bytes(CREW_KEY(c), 32);
	if ((err = wire_send(c->desk.control, &out)) == 0)
		*ret_key = CREW_KEY(c);
	return err;
}

static void
end_by(struct crew_member *m, uint64_t deadline)
{
	if (m->deadline == 0 || m->deadline > deadline)
		m->deadline = deadline;
	m->is_ending = true;
}

void
crew_end_desk(
    struct crew *c, enum desk_reason reason, uint64_t now, uint64_t grace_ms)
{
	struct crew_member *m = &c->desk;

	if (m->pid == 0)
		return;
	c->reason = reason;
	if (!m->is_ending &&
	    (m->control == NULL ||
		wire_send_empty(m->control, WIRE_DESK_LOCK, 0) != 0))
		crew_kill(m);
	end_by(m, now + grace_ms);
}

void
crew_end_fetch(struct crew *c, uint64_t now, uint64_t grace_ms)
{
	if (c->fetch.pid == 0)
		return;
	/* It ends when nobody is there to serve. */
	wire_peer_free(&c->fetch.control);
	end_by(&c->fetch, now + grace_ms);
}

void
crew_kill(struct crew_member *m)
{
	if (m->pid > 0)
		(void)kill(m->pid, SIGKILL);
}

int
crew_hurry(struct crew *c, uint64_t now)
{
	struct crew_member *all[] = { &c->fetch, &c->desk };
	int next = -1;

	for (size_t i = 0; i < 2; i++) {
		struct crew_member *m = all[i];
		int left;

		if (m->pid == 0 || m->deadline == 0)
			continue;
		if (now >= m->deadline) {
			crew_kill(m);
			continue;
		}
		left = (int)(m->deadline - now);
		if (next < 0 || left < next)
			next = left;
	}
	return next;
}

void
crew_ended(struct crew *c, struct crew_member *m)
{
	m->pid = 0;
	m->is_ready = false;
	wire_peer_free(&m->control);
	close_end(m);
	/* Half of a pair whose other half has ended. */
	close_end(other_of(c, m));
}

struct crew_member *
crew_find(struct crew *c, pid_t pid)
{
	if (pid == c->fetch.pid)
		return &c->fetch;
	return pid == c->desk.pid ? &c->desk : NULL;
}
