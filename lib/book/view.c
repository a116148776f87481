/* Which views a thread is in. */
#include "base/err.h"
#include "book/query.h"

static const char *const names[VIEWS] = {
	[VIEW_QUEUE] = "queue",
	[VIEW_MINE] = "mine",
	[VIEW_UNASSIGNED] = "unassigned",
	[VIEW_DUE] = "due",
	[VIEW_CAME_BACK] = "came-back",
	[VIEW_PARKED] = "parked",
	[VIEW_CLOSED] = "closed",
	[VIEW_BIN] = "bin",
	[VIEW_DANGER] = "danger",
	[VIEW_PLANT] = "plant",
	[VIEW_ALARM] = "alarm",
	[VIEW_ALL] = "all",
};

const char *
view_name(enum view view)
{
	must(view < VIEWS);
	return names[view];
}

/* As VIEWS_OF gives them. */
struct facts {
	int today, hidden, status, came_back, until, due, assigned, danger,
	    plant, alarm;
};

/* Parked and closed threads come back into the queue when the source writes
 * again, parked ones also when their day has come. */
static bool
is_queued(const struct facts *f)
{
	if (f->status == STATUS_PARKED && f->until > 0 && f->until <= f->today)
		return true;
	return f->status < STATUS_PARKED ||
	       (f->came_back && f->status != STATUS_BIN);
}

static unsigned
views_of(const struct facts *f)
{
	bool is_in = is_queued(f);
	const bool in[VIEWS] = {
		[VIEW_QUEUE] = is_in,
		[VIEW_MINE] = is_in && f->assigned,
		[VIEW_UNASSIGNED] = is_in && !f->assigned,
		[VIEW_DUE] = f->due <= f->today + DUE_DAYS,
		[VIEW_CAME_BACK] = f->came_back && f->status != STATUS_BIN,
		[VIEW_PARKED] = f->status == STATUS_PARKED && !is_in,
		[VIEW_CLOSED] = f->status == STATUS_CLOSED && !is_in,
		[VIEW_BIN] = f->status == STATUS_BIN,
		[VIEW_DANGER] = f->danger,
		[VIEW_PLANT] = f->plant,
		[VIEW_ALARM] = f->alarm,
		[VIEW_ALL] = true,
	};
	unsigned views = 0, i;

	for (i = 0; i < VIEWS; i++)
		if (in[i] && (!f->hidden || i == VIEW_ALL))
			views |= 1U << i;
	return views;
}

static void
answer(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct facts f;
	int *to[] = { &f.today, &f.hidden, &f.status, &f.came_back, &f.until,
		&f.due, &f.assigned, &f.danger, &f.plant, &f.alarm };
	int i;

	for (i = 0; i < n; i++)
		*to[i] = sqlite3_value_int(v[i]);
	sqlite3_result_int(ctx, (int)views_of(&f));
}

int
view_init(struct book *b)
{
	return sql_error(sqlite3_create_function_v2(b->sql.db, "views_of", 10,
	    SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, answer, NULL, NULL,
	    NULL));
}
