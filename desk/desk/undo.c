#include "desk/undo.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"

int
undo_init(struct undo *u)
{
	u->next = 0;
	u->acts = mem_new(UNDO_MAX, sizeof(*u->acts));
	return u->acts != NULL ? 0 : ERR_NOMEM;
}

void
undo_fini(struct undo *u)
{
	if (u->acts != NULL)
		secret_wipe(u->acts, UNDO_MAX * sizeof(*u->acts));
	mem_free(u->acts);
	u->acts = NULL;
}

static struct text
copy(char *out, struct text t)
{
	must(t.n <= EVENT_VALUE_MAX);
	if (t.n > 0)
		memcpy(out, t.p, t.n);
	out[t.n] = '\0';
	return (struct text){ out, t.n };
}

void
undo_keep(struct undo *u, uint64_t handle,
    const uint8_t thread[static THREAD_SIZE], const struct event *e)
{
	struct undo_act *a = &u->acts[u->next];

	u->next = (u->next + 1) % UNDO_MAX;
	a->handle = handle;
	memcpy(a->thread, thread, sizeof(a->thread));
	a->event = *e;
	a->event.value = copy(a->value, e->value);
	a->event.reason = copy(a->reason, e->reason);
	a->event.by = a->event.text = TEXT("");
}

const struct undo_act *
undo_find(const struct undo *u, uint64_t handle)
{
	for (size_t i = 0; handle != 0 && i < UNDO_MAX; i++)
		if (u->acts[i].handle == handle)
			return &u->acts[i];
	return NULL;
}
