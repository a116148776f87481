/* Members and desks of a card. */

#include <string.h>

#include "base/err.h"
#include "newsroom/card.h"

static bool
has_text(const json_t *o, const char *name, const char *value)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s != NULL && strcmp(s, value) == 0;
}

static json_t *
find(json_t *list, const char *id)
{
	json_t *o;
	size_t i;

	json_array_foreach (list, i, o)
		if (has_text(o, "id", id))
			return o;
	return NULL;
}

static void
set_key(json_t *o, const char *name, const uint8_t key[static 32])
{
	char text[65] = "";

	hex_write(text, key, 32);
	(void)json_object_set_new(o, name, json_string(text));
}

int
card_add_member(json_t *card, const struct member_request *r, const char *desk)
{
	json_t *members = json_object_get(card, "members"), *member, *seats;
	json_t *desks = json_object_get(card, "desks"), *seat;
	uint8_t newsroom[16];
	struct buf recipient;
	int err;

	if ((err = card_newsroom(card, newsroom)) != 0)
		return err;
	if (memcmp(newsroom, r->newsroom, sizeof(newsroom)) != 0)
		return ERR_NEWSROOM;
	if (find(members, r->id) != NULL)
		return ERR_EXISTS;
	seat = desk != NULL ? find(desks, desk) : json_array_get(desks, 0);
	seats = json_object_get(seat, "members");
	if (seats == NULL)
		return ERR_NOT_FOUND;
	buf_init(&recipient, 256);
	age_recipient_put(&recipient, &r->recipient);
	member = json_object();
	(void)json_object_set_new(member, "id", json_string(r->id));
	(void)json_object_set_new(member, "name", json_string(r->name));
	(void)json_object_set_new(member, "age",
	    json_pack("[{s:s}]", "recipient", buf_cstr(&recipient)));
	set_key(member, "sign", r->sign);
	set_key(member, "request", r->request);
	buf_fini(&recipient);
	(void)json_array_append_new(members, member);
	(void)json_array_append_new(seats, json_string(r->id));
	/* One person under two names would have the same keys twice. */
	return card_check(card) == 0 ? 0 : ERR_EXISTS;
}

static bool
remove_text(json_t *list, const char *id)
{
	const char *s;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		s = json_string_value(json_array_get(list, i));
		if (s != NULL && strcmp(s, id) == 0)
			return json_array_remove(list, i) == 0;
	}
	return false;
}

int
card_remove_member(json_t *card, const char *id)
{
	json_t *members = json_object_get(card, "members"), *desk, *seats;
	json_t *desks = json_object_get(card, "desks");
	size_t i, at;

	for (at = 0; at < json_array_size(members); at++)
		if (has_text(json_array_get(members, at), "id", id))
			break;
	if (at == json_array_size(members))
		return ERR_NOT_FOUND;
	json_array_foreach (desks, i, desk) {
		seats = json_object_get(desk, "members");
		if (remove_text(seats, id) && json_array_size(seats) == 0)
			return ERR_CONFLICT;
	}
	(void)json_array_remove(members, at);
	return 0;
}
