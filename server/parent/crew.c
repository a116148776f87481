#include "parent/crew.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "os/process.h"
#include "os/sock.h"
#include "parent/program.h"

#define PATH_SIZE 1024
#define FDS_MAX (3 + WIRE_ENTRIES_MAX)
#define START_MAX 8192
#define EDITION_DAYS 30

/* Only what the role may know is set. */
static void
settings_of(const struct crew *c, enum wire_role role, struct wire_start *s)
{
	const struct config *f = c->config;

	memset(s, 0, sizeof(*s));
	s->role = role;
	memcpy(s->newsroom, f->newsroom, sizeof(s->newsroom));
	s->is_relaxed = f->is_relaxed;
	if (c->is_root)
		s->uid = s->gid = (uint32_t)f->uids + role;
	if (role == WIRE_KEEP) {
		memcpy(s->directory, f->path, sizeof(s->directory));
		s->reserve = f->reserve;
		s->edition_age = EDITION_DAYS;
	}
	if (role != WIRE_GATE) {
		memcpy(s->pin, f->pin.key_id, sizeof(f->pin.key_id));
		memcpy(s->pin + sizeof(f->pin.key_id), f->pin.pk,
		    sizeof(f->pin.pk));
	}
	if (role == WIRE_PICKUP)
		memcpy(s->origin, f->origin, sizeof(s->origin));
	if (role == WIRE_GATE || role == WIRE_WEB || role == WIRE_FORM) {
		memcpy(s->prefix, f->prefix, sizeof(s->prefix));
		s->entries = (uint8_t)f->entries_n;
		for (size_t i = 0; i < f->entries_n; i++)
			s->front[i] = f->entries[i].front;
	}
	if (role == WIRE_WEB || role == WIRE_FORM)
		s->file_max = f->file_max;
}

/* The descriptors of a role in the order of enum child_fd. keep is its end of
 * a pair with keep, or -1. */
static size_t
descriptors_of(const struct crew *c, enum wire_role role, int control, int keep,
    int fds[static FDS_MAX])
{
	const struct sockets *s = c->sockets;
	size_t n = 0;

	fds[n++] = control;
	if (role == WIRE_GATE) {
		fds[n++] = s->web[QUEUE_WRITE];
		fds[n++] = s->form[QUEUE_WRITE];
		for (size_t i = 0; i < s->entries_n; i++)
			fds[n++] = s->entries[i];
	}
	if (role == WIRE_WEB)
		fds[n++] = s->web[QUEUE_READ];
	if (role == WIRE_FORM)
		fds[n++] = s->form[QUEUE_READ];
	if (role == WIRE_PICKUP)
		fds[n++] = s->desk;
	if (keep >= 0)
		fds[n++] = keep;
	return n;
}

static int
send_start(struct crew *c, struct process *p)
{
	struct wire_start settings;
	struct wire_out out = { .type = WIRE_START, .fd = -1 };
	struct buf b;
	int err;

	settings_of(c, p->role, &settings);
	buf_init(&b, START_MAX);
	wire_start_put(&b, &settings);
	if ((err = buf_finish(&b)) == 0) {
		out.part1 = b.p;
		out.part1_n = b.n;
		err = wire_send(p->control, &out);
	}
	buf_fini(&b);
	return err;
}

/* Hands keep its end of a new child's socket. A keep that does not even take
 * this does not work. */
static int
introduce(struct process *keep, enum wire_role role, int fd)
{
	uint8_t body = (uint8_t)role;
	const struct wire_out out = {
		.type = WIRE_PEER, .part1 = &body, .part1_n = 1, .fd = fd
	};
	int err = wire_send(keep->control, &out);

	if (err != 0)
		crew_kill(keep);
	return err;
}

static int
spawn(struct crew *c, struct process *p, int control, int keep)
{
	char path[PATH_SIZE];
	int fds[FDS_MAX];
	size_t n = descriptors_of(c, p->role, control, keep, fds);
	int err;

	if ((err = program_of(p->role, path, sizeof(path))) != 0)
		return err;
	return process_spawn(path, fds, n, &p->pid);
}

static bool
needs_keep(enum wire_role role)
{
	return role == WIRE_WEB || role == WIRE_FORM || role == WIRE_PICKUP;
}

int
crew_start(struct crew *c, enum wire_role role, uint64_t now)
{
	int control[2] = { -1, -1 }, pair[2] = { -1, -1 };
	struct process *keep = crew_keep(c), *p = NULL;
	int err;

	if (needs_keep(role) && keep == NULL)
		return ERR_NOT_FOUND;
	if ((p = mem_new(1, sizeof(*p))) == NULL)
		return ERR_NOMEM;
	p->role = role;
	p->started = now;
	if ((err = sock_pair(control)) != 0 ||
	    (err = sock_set_nonblocking(control[0], true)) != 0 ||
	    (needs_keep(role) && (err = sock_pair(pair)) != 0) ||
	    (err = wire_peer_new(control[0], WIRE_PARENT, role,
		 c->config->newsroom, &p->control)) != 0)
		goto out;
	control[0] = -1;
	if ((err = spawn(c, p, control[1], pair[1])) != 0)
		goto out;
	p->next = c->first;
	c->first = p;
	/* It runs and is ours: what fails from here on ends it, and its end
	 * is seen like any other. */
	if (send_start(c, p) != 0 ||
	    (needs_keep(role) && introduce(keep, role, pair[0]) != 0))
		crew_kill(p);
	p = NULL;
out:
	for (size_t i = 0; i < 2; i++) {
		if (control[i] >= 0)
			close(control[i]);
		if (pair[i] >= 0)
			close(pair[i]);
	}
	if (p != NULL)
		wire_peer_free(&p->control);
	mem_free(p);
	return err;
}

void
crew_drain(struct process *p, uint64_t now, uint64_t grace_ms)
{
	if (p->is_draining)
		return;
	p->is_draining = true;
	p->deadline = now + grace_ms;
	if (p->control == NULL ||
	    wire_send_empty(p->control, WIRE_DRAIN, 0) != 0)
		crew_kill(p);
}

void
crew_kill(struct process *p)
{
	(void)kill(p->pid, SIGKILL);
}

struct process *
crew_find(struct crew *c, pid_t pid)
{
	struct process *p = c->first;

	while (p != NULL && p->pid != pid)
		p = p->next;
	return p;
}

void
crew_remove(struct crew *c, struct process *p)
{
	struct process **at = &c->first;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	wire_peer_free(&p->control);
	mem_free(p);
}

struct process *
crew_keep(struct crew *c)
{
	struct process *p = c->first;

	while (p != NULL &&
	       (p->role != WIRE_KEEP || p->is_draining || p->control == NULL))
		p = p->next;
	return p;
}

size_t
crew_count(const struct crew *c, enum wire_role role)
{
	size_t n = 0;

	for (const struct process *p = c->first; p != NULL; p = p->next)
		n += p->role == role && !p->is_draining;
	return n;
}

size_t
crew_count_spare(const struct crew *c)
{
	size_t n = 0;

	for (const struct process *p = c->first; p != NULL; p = p->next)
		n += p->role == WIRE_FORM && !p->is_draining && !p->is_taken;
	return n;
}
