#include "fuzz.h"

#include "base/err.h"
#include "base/mem.h"
#include "crypto/random.h"
#include "masthead/parse.h"

/* Every question there is about a card. */
static void
ask(const struct masthead *m)
{
	struct age_recipient to[AGE_STANZAS_MAX];
	size_t n = 0;

	must(m->serial > 0 && m->expires - m->issued <= MASTHEAD_DAYS_MAX);
	must((m->edition_hours != 0) != (m->edition_seconds != 0));
	must(m->is_drill || m->edition_seconds == 0);
	must(masthead_is_current(m, m->issued) == 0);
	for (size_t i = 0; i < m->desks_n; i++) {
		if (masthead_recipients(m, m->desks[i].id, to, &n) == 0)
			must(n > 0 && n <= AGE_STANZAS_MAX);
		must(masthead_say(m, m->desks[i].names, TEXT("en")).p != NULL);
	}
	must(masthead_name(m, TEXT("")).p != NULL);
	must(m->scripts_n <= MASTHEAD_SCRIPTS_MAX);
	must(m->has_scripts || m->scripts_n == 0);
	for (size_t i = 0; i < m->scripts_n; i++)
		must(masthead_has_script(m, m->scripts[i]));
	for (size_t i = 0; i < m->members_n; i++) {
		must(masthead_by_sign(m, m->members[i].sign) == &m->members[i]);
		must(masthead_by_request(m, m->members[i].request) ==
		     &m->members[i]);
	}
}

/* The shape alone: nobody guesses signatures. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct masthead *m = mem_new(1, sizeof(*m));

	must(m != NULL);
	if (json_read((struct text){ (const char *)p, n }, MASTHEAD_MAX,
		&m->root) == 0 &&
	    masthead_parse(m, 20160) == 0)
		ask(m);
	masthead_free(&m);
	return 0;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	must(crypto_init() == 0);
	return 0;
}
