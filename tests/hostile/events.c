#include "each.h"
#include "refusal.h"

#include "crypto/random.h"
#include "letter/events.h"

static size_t taken;

static int
take(void *ctx, size_t number, const struct event *e)
{
	(void)ctx;
	(void)number;
	(void)e;
	taken++;
	return 0;
}

static int
take_letter(void *ctx, const struct grant_letter *l)
{
	(void)ctx;
	(void)l;
	taken++;
	return 0;
}

static const char *
judged(const char *name, int err)
{
	return taken > 0 ? "was taken in part" : judge(name, err);
}

static const char *
attempt_events(const char *name, struct text content)
{
	taken = 0;
	return judged(name, events_read(content, take, NULL));
}

static const char *
attempt_grant(const char *name, struct text content)
{
	static const struct grant_handler handler = { take_letter, take };

	taken = 0;
	return judged(name, grant_read(content, &handler, NULL));
}

int
main(int argc, char **argv)
{
	if (argc != 2 || crypto_init() != 0)
		return 2;
	return each_file(argv[1], text_has_suffix(text_from(argv[1]), "grant")
				      ? attempt_grant
				      : attempt_events);
}
