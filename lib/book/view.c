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
	int today, until, due, status;
	bool is_hidden, came_back, is_assigned, is_danger, is_plant, has_alarm;
};

/* The column facts, see schema.c. */
static struct facts
facts_of(int column)
{
	return (struct facts){ .status = column & 7,
		.is_hidden = column >> 3 & 1,
		.came_back = column >> 4 & 1,
		.is_assigned = column >> 5 & 1,
		.is_danger = column >> 6 & 1,
		.is_plant = column >> 7 & 1,
		.has_alarm = column >> 8 & 1 };
}

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
		[VIEW_MINE] = is_in && f->is_assigned,
		[VIEW_UNASSIGNED] = is_in && !f->is_assigned,
		[VIEW_DUE] = f->due <= f->today + DUE_DAYS,
		[VIEW_CAME_BACK] = f->came_back && f->status != STATUS_BIN,
		[VIEW_PARKED] = f->status == STATUS_PARKED && !is_in,
		[VIEW_CLOSED] = f->status == STATUS_CLOSED && !is_in,
		[VIEW_BIN] = f->status == STATUS_BIN,
		[VIEW_DANGER] = f->is_danger,
		[VIEW_PLANT] = f->is_plant,
		[VIEW_ALARM] = f->has_alarm,
		[VIEW_ALL] = true,
	};
	unsigned views = 0, i;

	for (i = 0; i < VIEWS; i++)
		if (in[i] && (!f->is_hidden || i == VIEW_ALL))
			views |= 1U << i;
	return views;
}

static void
answer(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct facts f = facts_of(sqlite3_value_int(v[1]));

	must(n == 4);
	f.today = sqlite3_value_int(v[0]);
	f.until = sqlite3_value_int(v[2]);
	f.due = sqlite3_value_int(v[3]);
	sqlite3_result_int(ctx, (int)views_of(&f));
}

int
view_init(struct book *b)
{
	return sql_error(sqlite3_create_function_v2(b->sql.db, "views_of", 4,
	    SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, answer, NULL, NULL,
	    NULL));
}
