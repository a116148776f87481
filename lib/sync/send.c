/* What waits goes out, in the order in which it was laid there. */
#include <string.h>

#include "base/err.h"
#include "sync/round.h"

struct target {
	const char *path, *type;
};

static const struct target targets[] = {
	[MIRROR_LETTER] = { "/v1/inbox", "application/octet-stream" },
	[MIRROR_BOARD] = { "/v1/board", "application/octet-stream" },
	[MIRROR_DELETE] = { "/v1/inbox/delete", "application/json" },
};

static int
post(struct round *r, const struct mirror_out *out)
{
	struct http_call *call = &r->report.call;
	char key[33] = "";
	int err;

	hex_write(key, out->once, sizeof(out->once));
	*call = (struct http_call){ .method = "POST",
		.path = targets[out->kind].path,
		.type = targets[out->kind].type,
		.idempotency_key = out->kind == MIRROR_LETTER ? key : NULL,
		.body = out->bytes.p,
		.body_n = out->bytes.n };
	err = http_client_call(r->o->client, call);
	call->path = call->type = call->idempotency_key = NULL;
	call->body = NULL;
	return err;
}

/* The server will never take these bytes: others need not wait for them. */
static bool
is_refusal(int err)
{
	return err == ERR_FORMAT || err == ERR_LIMIT;
}

/* Keeps the first refusal for the end of the round. */
static void
note_refusal(struct round *r, int err)
{
	if (r->later == 0) {
		r->later = err;
		r->later_call = r->report.call;
	}
}

/* A deletion goes behind the letter that announces it, never without. */
static int
send_one(struct round *r, const struct mirror_out *out, bool *is_stuck)
{
	uint32_t next;
	int err;

	if (out->kind == MIRROR_DELETE && *is_stuck)
		return 0;
	err = post(r, out);
	if (err == ERR_CONFLICT && out->kind == MIRROR_BOARD) {
		next = (uint32_t)r->report.call.next;
		note_refusal(r, err);
		r->report.refused = next;
		return next > 0 ? mirror_edition_set_next(r->o->mirror, next)
				: 0;
	}
	if (is_refusal(err)) {
		note_refusal(r, err);
		*is_stuck = true;
		return 0;
	}
	/* What is not there need not be deleted. */
	if (err != 0 && !(err == ERR_NOT_FOUND && out->kind == MIRROR_DELETE))
		return err;
	r->report.sent++;
	return mirror_tray_drop(r->o->mirror, out->number);
}

/* All of the tray. */
static int
send_all(struct round *r)
{
	uint64_t after = 0, done = 0, total;
	struct mirror_out out;
	bool is_stuck = false;
	int err = mirror_tray_count(r->o->mirror, &total);

	while (err == 0 && done < total) {
		err = mirror_tray_get(r->o->mirror, after, &out);
		if (err == ERR_NOT_FOUND)
			return 0;
		if (err != 0)
			return err;
		after = out.number;
		err = send_one(r, &out, &is_stuck);
		buf_fini(&out.bytes);
		if (err == 0)
			err = round_progress(r, ++done, total);
	}
	return err;
}

int
round_send(struct round *r)
{
	int err = mirror_settle(r->o->mirror), settled;

	if (err == 0)
		err = send_all(r);
	settled = mirror_settle(r->o->mirror);
	return err != 0 ? err : settled;
}
