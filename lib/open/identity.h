/* What identities are made of, for this room only. */
#ifndef PISTA_OPEN_IDENTITY_H
#define PISTA_OPEN_IDENTITY_H

#include "open/open.h"

struct open_identity {
	uint8_t secret[32];
	struct age_recipient recipient;
};

struct open_identities {
	size_t n;
	struct open_identity list[OPEN_IDENTITIES_MAX];
};

#endif
