#include "desk/routes.h"

#include "base/err.h"
#include "base/json.h"
#include "desk/desk.h"
#include "os/process.h"

/* A page left alone reads again whatever changed, so that reading shows nobody
 * to be there: no GET may keep the desk from locking. */
static const struct ask_route routes[] = {
	{ "/v1/enter", HTTP_POST, routes_enter, true, true, true },
	{ "/v1/prove", HTTP_GET, routes_prove, true, true, true },
	{ "/v1/state", HTTP_GET, state_get, true, true },
	{ "/v1/unlock", HTTP_POST, opening_unlock, true, false },
	{ "/v1/lock", HTTP_POST, opening_lock, true, false },
	{ "/v1/panic", HTTP_POST, opening_panic, true, false },
	{ "/v1/sync", HTTP_POST, round_sync, false, false },
	{ "/v1/threads", HTTP_GET, threads_list, false, true },
	{ "/v1/thread", HTTP_GET, threads_show, false, true },
	{ "/v1/open", HTTP_POST, threads_open, false, false },
	{ "/v1/act", HTTP_POST, act_do, false, false },
	{ "/v1/undo", HTTP_POST, act_undo, false, false },
	{ "/v1/note", HTTP_POST, words_note, false, false },
	{ "/v1/answer", HTTP_POST, words_answer, false, false },
	{ "/v1/tell", HTTP_POST, words_tell, false, false },
	{ "/v1/hand", HTTP_POST, words_hand, false, false },
	{ "/v1/delete", HTTP_POST, words_delete, false, false },
	{ "/v1/parts", HTTP_POST, words_parts, false, false },
	{ "/v1/draft", HTTP_PUT, words_draft, false, false },
	{ "/v1/canned", HTTP_PUT, words_canned, false, false },
	{ "/v1/text", HTTP_GET, file_text, false, true },
	{ "/v1/fetch", HTTP_POST, file_fetch, false, false },
	{ "/v1/save", HTTP_POST, file_save, false, false },
};

const struct ask_route *
routes_find(struct text path, enum http_method method)
{
	for (size_t i = 0; i < sizeof(routes) / sizeof(*routes); i++)
		if (routes[i].method == method && text_is(path, routes[i].path))
			return &routes[i];
	return NULL;
}

int
routes_enter(struct desk *d, struct ask *a, json_t **ret_out)
{
	char token[DOOR_HEX_SIZE + 1];
	struct text key;
	int err;

	if ((err = json_text(a->in, "key", DOOR_HEX_SIZE, &key)) != 0)
		return err;
	if (door_enter(&d->door, key, process_now_ms(), token) != 0) {
		ask_problem(a, 403, "token", "This key is used or too old.");
		return ERR_DENIED;
	}
	d->chores.used_at = process_now_ms();
	*ret_out = json_pack("{s:s}", "token", token);
	return 0;
}

int
routes_prove(struct desk *d, struct ask *a, json_t **ret_out)
{
	uint8_t nonce[DOOR_SECRET_SIZE];
	char proof[DOOR_HEX_SIZE + 1];
	struct text hex;

	if (http_query_find(
		http_request_head(a->request)->query, "nonce", &hex) != 0 ||
	    hex_read(hex, nonce, sizeof(nonce)) != 0)
		return ERR_FORMAT;
	door_prove(&d->door, nonce, proof);
	*ret_out = json_pack("{s:s}", "proof", proof);
	return 0;
}
