/* What may run on the newsroom's page, by its hash. */
#include <string.h>

#include "base/err.h"
#include "crypto/base64.h"
#include "masthead/parse.h"

static const char kind[] = "sha256-";

int
masthead_script_read(
    struct text in, uint8_t ret_hash[static MASTHEAD_SCRIPT_SIZE])
{
	uint8_t hash[MASTHEAD_SCRIPT_SIZE];
	size_t n;

	if (!text_has_prefix(in, kind))
		return ERR_FORMAT;
	in.p += sizeof(kind) - 1;
	in.n -= sizeof(kind) - 1;
	if (base64_read(in, true, hash, sizeof(hash), &n) != 0 ||
	    n != sizeof(hash))
		return ERR_FORMAT;
	memcpy(ret_hash, hash, sizeof(hash));
	return 0;
}

bool
masthead_has_script(
    const struct masthead *m, const uint8_t hash[static MASTHEAD_SCRIPT_SIZE])
{
	for (size_t i = 0; i < m->scripts_n; i++)
		if (memcmp(m->scripts[i], hash, MASTHEAD_SCRIPT_SIZE) == 0)
			return true;
	return false;
}

int
masthead_scripts(struct masthead *m, const json_t *policy)
{
	uint8_t hash[MASTHEAD_SCRIPT_SIZE];
	json_t *list, *v;
	struct text t;
	size_t i;
	int err;

	if ((err = json_list(policy, "scripts", MASTHEAD_SCRIPTS_MAX, &list)) !=
	    0)
		return err;
	json_array_foreach (list, i, v) {
		if ((err = masthead_string(v, MASTHEAD_TEXT_MAX, &t)) != 0 ||
		    (err = masthead_script_read(t, hash)) != 0)
			return err;
		if (masthead_has_script(m, hash))
			return ERR_FORMAT;
		memcpy(m->scripts[m->scripts_n++], hash, sizeof(hash));
	}
	m->has_scripts = true;
	return 0;
}
