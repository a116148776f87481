#include "story/server.h"

#include "base/err.h"
#include "story/list.h"

int
story_server_get(struct seat *d, json_t **ret_list, struct http_call *call)
{
	struct buf b;
	int err;

	buf_init(&b, STORIES_MAX);
	*call = (struct http_call){ .method = "GET", .path = "/v1/stories" };
	if ((err = http_client_fetch(d->client, call, &b)) == 0)
		err = b.n == 0 ? ERR_NOT_FOUND
			       : story_list_parse(buf_text(&b), ret_list);
	if (err == ERR_NOT_FOUND) {
		*ret_list = json_array();
		err = 0;
	}
	buf_fini(&b);
	return err;
}

int
story_server_put(struct seat *d, const json_t *list, struct http_call *call)
{
	struct buf b, answer;
	int err;

	buf_init(&b, STORIES_MAX);
	buf_init(&answer, 4096);
	if ((err = story_list_put(&b, list)) == 0) {
		*call = (struct http_call){ .method = "PUT",
			.path = "/v1/stories",
			.type = "application/json",
			.body = b.p,
			.body_n = b.n };
		err = http_client_fetch(d->client, call, &answer);
	}
	buf_fini(&b);
	buf_fini(&answer);
	return err;
}
