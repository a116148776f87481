/* The shape of a card, and pieces of it that other parts check alike. */
#ifndef PISTA_MASTHEAD_PARSE_H
#define PISTA_MASTHEAD_PARSE_H

#include "masthead/masthead.h"

#define MASTHEAD_TEXT_MAX 300
#define LANGUAGE_MAX 16

/* A language tag: letters, digits and hyphens, at most LANGUAGE_MAX bytes. */
bool masthead_is_language(struct text t);

/* The text v, at most max bytes. ERR_FORMAT, ERR_LIMIT. */
int masthead_string(const json_t *v, size_t max, struct text *ret_text);

/* The member name of o as {lang: text}, with at least one language. */
int masthead_names(const json_t *o, const char *name, json_t **ret_names);

/* Checks the member "languages" of o. */
int masthead_languages(const json_t *o);

/* Fills recovery, members and desks from m->root. */
int masthead_people(struct masthead *m, uint32_t day);

/* Fills scripts from the member of policy, which is there. */
int masthead_scripts(struct masthead *m, const json_t *policy);

/* Fills everything in m that comes from m->root. ERR_FORMAT, ERR_LIMIT,
 * ERR_VERSION, ERR_UNSUPPORTED, ERR_LOW_ORDER, ERR_NOMEM. */
int masthead_parse(struct masthead *m, uint32_t day);

#endif
