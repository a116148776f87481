#include "visit/report.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/err.h"
#include "say.h"

#define SAYS_MAX 1000
#define CHECK_WIDTH 24

static void
add(struct site_report *r, enum site_grade grade, const char *check,
    const char *says)
{
	json_t *o;

	if (r->list == NULL)
		r->list = json_array();
	o = json_pack("{s:s, s:b, s:s}", "check", check, "ok",
	    grade != SITE_WRONG, "says", says);
	if (o != NULL && grade == SITE_NOTE)
		(void)json_object_set_new(o, "note", json_true());
	must(json_array_append_new(r->list, o) == 0);
}

void
site_say(struct site_report *r, enum site_grade grade, const char *check,
    const char *fmt, ...)
{
	static const char *const grades[] = { "ok", "note", "WRONG" };
	char says[SAYS_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(says, sizeof(says), fmt, ap);
	va_end(ap);
	if (grade == SITE_WRONG)
		r->wrong++;
	else if (grade == SITE_NOTE)
		r->notes++;
	else
		r->good++;
	if (r->is_json) {
		add(r, grade, check, says);
		return;
	}
	if (r->is_quiet && grade == SITE_OK)
		return;
	printf("%-5s  %-*s  ", grades[grade], CHECK_WIDTH, check);
	say_line(stdout, text_from(says), sizeof(says));
	printf("\n");
	/* Somebody may be waiting for it, through tor. */
	fflush(stdout);
}

void
site_say_fault(struct site_report *r, enum site_grade grade, const char *check,
    const struct site_fault *fault, const char *advice)
{
	char at[128];
	size_t n = 0;

	/* What the place sent may hold anything. */
	for (size_t i = 0; i < fault->at.n && n + 1 < sizeof(at); i++) {
		char c = fault->at.p[i];

		at[n++] = c >= ' ' && c <= '~' ? c : '?';
	}
	at[n] = '\0';
	site_say(r, grade, check, "%s%s%s%s%s", fault->what, n > 0 ? ": " : "",
	    at, advice != NULL ? "; " : "", advice != NULL ? advice : "");
}

void
site_report_end(struct site_report *r)
{
	if (r->is_json) {
		if (r->list == NULL)
			r->list = json_array();
		(void)json_dumpf(r->list, stdout, JSON_INDENT(1));
		printf("\n");
	} else if (!r->is_quiet) {
		printf("\n%u right, %u to note, %u wrong.\n", r->good, r->notes,
		    r->wrong);
	}
	json_decref(r->list);
	r->list = NULL;
}
