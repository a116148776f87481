/* The newsroom's list of stories as it is kept here. */
#ifndef PISTA_CMD_STORY_LIST_H
#define PISTA_CMD_STORY_LIST_H

#include "base/json.h"
#include "home.h"

#define STORY_LIST_SHOWN "newsroom/stories.json" /* as the server shows it */
#define STORY_LIST_NEXT "newsroom/stories.next.json" /* not published yet */

/* A list that stories_read takes, as JSON to be changed. */
int story_list_parse(struct text in, json_t **ret_list);
/* Appends a list that everybody will accept; ERR_FORMAT, ERR_LIMIT. */
int story_list_put(struct buf *b, const json_t *list);

int story_list_load(const struct home *h, const char *name, json_t **ret_list);
int story_list_save(const struct home *h, const char *name, const json_t *list);
/* The list as it stands here: with what waits, or empty when there is none. */
int story_list_here(const struct home *h, json_t **ret_list);
/* Nothing waits any more. */
void story_list_published(const struct home *h);

/* False when there is no such story. */
bool story_list_remove(json_t *list, const char *id);

/* One line: day, id, language, title. */
void story_print(const json_t *story);

#endif
