/* The masthead of a place, and its stories. */
#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "os/file.h"
#include "say.h"
#include "visit/ask.h"

#define NAME "check-site"
#define WARN_DAYS 7

/* Json and signature of one card: it may change between the two. */
static int
fetch_card(struct site *s)
{
	const struct site_question json = {
		.path = "/masthead.json", .max = MASTHEAD_MAX, .is_fetch = true
	};
	const struct site_question minisig = { .path = "/masthead.json.minisig",
		.max = MINISIG_MAX,
		.is_fetch = true };
	struct site_answer a = { 0 }, b = { 0 };
	int err = ERR_CLOSED;

	if (site_ask_for(s, "masthead", &json, &a) &&
	    site_ask_for(s, "masthead", &minisig, &b))
		err = masthead_read(buf_text(&a.body), buf_text(&b.body),
		    &s->key, NULL, s->today, &s->card);
	/* What is wrong there is said; the card itself is good. */
	if (err == 0 &&
	    site_is_good_head(s, "masthead", &a, NULL, NULL, false, false))
		(void)site_is_good_head(
		    s, "masthead", &b, NULL, NULL, false, false);
	site_answer_free(&a);
	site_answer_free(&b);
	return err;
}

static void
remember(const char *path, const struct masthead *m)
{
	struct buf b;
	int err;

	buf_init(&b, MASTHEAD_FRAME_MAX);
	masthead_frame_put(&b,
	    (struct text){ (const char *)m->json, m->json_n },
	    (struct text){ m->minisig, m->minisig_n });
	if ((err = buf_finish(&b)) == 0)
		err = file_write_atomic(path, 0644, b.p, b.n);
	if (err != 0)
		say_error(NAME, path, err, "it is not remembered");
	buf_fini(&b);
}

/* Against what is known here. */
static bool
is_newest(const struct site *s, const struct masthead *k)
{
	const struct masthead *m = s->card;

	if (k == NULL)
		return true;
	if (memcmp(k->newsroom, m->newsroom, sizeof(k->newsroom)) != 0)
		site_say(s->report, SITE_WRONG, "masthead",
		    "it is of another newsroom with the same key");
	else if (m->serial < k->serial)
		site_say(s->report, SITE_WRONG, "masthead",
		    "an old one: serial %llu, while %llu is known here; "
		    "publish "
		    "the newest, or somebody shows readers the past",
		    (unsigned long long)m->serial,
		    (unsigned long long)k->serial);
	else if (m->serial == k->serial &&
		 memcmp(m->hash, k->hash, sizeof(m->hash)) != 0)
		site_say(s->report, SITE_WRONG, "masthead",
		    "another one than is known here has the serial %llu",
		    (unsigned long long)m->serial);
	else
		return true;
	return false;
}

static void
judge_card(struct site *s, const struct masthead *known, const char *path)
{
	const struct masthead *m = s->card;
	char day[DAY_TEXT_SIZE + 1] = "";
	int err = masthead_is_current(m, s->today);
	bool is_soon = err == 0 && m->expires - s->today < WARN_DAYS;

	day_write(day, m->expires);
	if (err != 0)
		site_say(s->report, SITE_WRONG, "masthead",
		    "it %s (%s), so the page takes nothing; `pista masthead "
		    "publish' renews it",
		    err_text(err), day);
	else if (is_newest(s, known)) {
		site_say(s->report, is_soon ? SITE_NOTE : SITE_OK, "masthead",
		    "signed by the newsroom, serial %llu, good until %s%s",
		    (unsigned long long)m->serial, day,
		    is_soon ? ", which is soon; `pista masthead publish' "
			      "renews it"
			    : "");
		if (path != NULL)
			remember(path, m);
	}
	if (m->has_scripts)
		site_say(s->report, SITE_OK, "scripts",
		    "the masthead names %zu that may run", m->scripts_n);
	else
		site_say(s->report, SITE_NOTE, "scripts",
		    "the masthead does not name the page's scripts; one that "
		    "this version publishes does");
}

static void
fetch_stories(struct site *s)
{
	const struct site_question q = {
		.path = "/v1/stories", .max = STORIES_MAX, .is_fetch = true
	};
	struct site_answer a;
	int err;

	if (site_ask_for(s, "stories", &q, &a) &&
	    site_is_good_head(s, "stories", &a, NULL, NULL, false, false)) {
		err = stories_read(buf_text(&a.body), &s->stories);
		site_say(s->report, err == 0 ? SITE_OK : SITE_WRONG, "stories",
		    "%s%s", err == 0 ? "well-formed" : "the list ",
		    err == 0 ? "" : err_text(err));
	}
	site_answer_free(&a);
}

bool
site_check_card(struct site *s, const struct masthead *known, const char *path)
{
	int err = fetch_card(s);

	if (err != 0 && err != ERR_CLOSED)
		err = fetch_card(s);
	if (err != 0 && err != ERR_CLOSED)
		site_say(s->report, SITE_WRONG, "masthead",
		    "it %s: it is not this newsroom's; do not use this place, "
		    "ask the newsroom on another way",
		    err_text(err));
	if (err != 0)
		return false;
	judge_card(s, known, path);
	fetch_stories(s);
	return true;
}
