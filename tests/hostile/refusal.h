/*
 * Tricks named after the refusal they must meet: "format-link.letter".
 */
#ifndef PISTA_TESTS_REFUSAL_H
#define PISTA_TESTS_REFUSAL_H

#include "base/err.h"
#include "base/text.h"

/* The error that the name begins with; 0 for a name without one. */
static inline int
refusal(const char *name)
{
	static const struct {
		const char *prefix;
		int err;
	} refusals[] = {
		{ "auth-", ERR_AUTH },
		{ "digest-", ERR_DIGEST },
		{ "format-", ERR_FORMAT },
		{ "limit-", ERR_LIMIT },
		{ "low-order-", ERR_LOW_ORDER },
		{ "newsroom-", ERR_NEWSROOM },
		{ "no-key-", ERR_NO_KEY },
		{ "signature-", ERR_SIGNATURE },
		{ "thread-", ERR_THREAD },
		{ "truncated-", ERR_TRUNCATED },
		{ "unsupported-", ERR_UNSUPPORTED },
		{ "version-", ERR_VERSION },
	};

	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		if (text_has_prefix(text_from(name), refusals[i].prefix))
			return refusals[i].err;
	}
	return 0;
}

/* NULL when err is the refusal that the name asks for. */
static inline const char *
judge(const char *name, int err)
{
	if (err == 0)
		return "was taken";
	return err == refusal(name) ? NULL : err_text(err);
}

#endif
