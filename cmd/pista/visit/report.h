/*
 * What check-site found, a line a check: for people, or as JSON.
 */
#ifndef PISTA_CMD_VISIT_REPORT_H
#define PISTA_CMD_VISIT_REPORT_H

#include <stdbool.h>

#include "base/json.h"
#include "site/site.h"

struct site_report {
	bool is_json, is_quiet;
	json_t *list;
	unsigned wrong, notes, good;
};

enum site_grade { SITE_OK, SITE_NOTE, SITE_WRONG };

/* One check: its name ("page es"), and what is so, or wrong and to be done. */
void site_say(struct site_report *r, enum site_grade grade, const char *check,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* The same for a fault that lib/site found; advice may be NULL. */
void site_say_fault(struct site_report *r, enum site_grade grade,
    const char *check, const struct site_fault *fault, const char *advice);

/* The last line, or the whole list as JSON. */
void site_report_end(struct site_report *r);

#endif
