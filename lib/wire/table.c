#include "wire/table.h"

#include "base/err.h"

const struct wire_edge wire_edges[WIRE_EDGES] = {
#define MESSAGE(name, number, max, text)
#define EDGE(from, to, name, times) \
	{ WIRE_##from, WIRE_##to, WIRE_##name, times },
#include "wire/messages.def"
#undef MESSAGE
#undef EDGE
};

static const char *const role_texts[WIRE_ROLES] = {
	[WIRE_PARENT] = "parent",
	[WIRE_GATE] = "gate",
	[WIRE_WEB] = "web",
	[WIRE_FORM] = "form",
	[WIRE_PICKUP] = "pickup",
	[WIRE_KEEP] = "keep",
	[WIRE_LAUNCH] = "launch",
	[WIRE_FETCH] = "fetch",
	[WIRE_DESK] = "desk",
};

const char *
wire_role_text(enum wire_role role)
{
	must((unsigned)role < WIRE_ROLES);
	return role_texts[role];
}

int
wire_edge_find(enum wire_role from, enum wire_role to, unsigned type)
{
	for (int i = 0; i < WIRE_EDGES; i++) {
		const struct wire_edge *e = &wire_edges[i];

		if (e->from == from && e->to == to && e->type == type)
			return i;
	}
	return -1;
}

bool
wire_is_allowed(enum wire_role from, enum wire_role to, enum wire_type type)
{
	return wire_edge_find(from, to, type) >= 0;
}

size_t
wire_body_max(enum wire_type type)
{
	switch (type) {
#define MESSAGE(name, number, max, text) \
	case WIRE_##name:                \
		return max;
#define EDGE(from, to, name, times)
#include "wire/messages.def"
#undef MESSAGE
#undef EDGE
	}
	must(!"a known type");
	return 0;
}

size_t
wire_body_max_between(enum wire_role from, enum wire_role to)
{
	size_t max = 0;

	for (int i = 0; i < WIRE_EDGES; i++) {
		const struct wire_edge *e = &wire_edges[i];

		if (e->from == from && e->to == to &&
		    wire_body_max(e->type) > max)
			max = wire_body_max(e->type);
	}
	return max;
}

bool
wire_has_descriptor(enum wire_type type)
{
	return type == WIRE_PEER || type == WIRE_CONNECTION;
}
