#include "fuzz.h"

#include "base/err.h"
#include "os/sock.h"
#include "parent/config.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct config_error error;
	struct config c;
	int err;

	if (n > CONFIG_MAX)
		return 0;
	err = config_parse((struct text){ (const char *)p, n }, &c, &error);
	if (err != 0) {
		must(err == ERR_NOMEM || error.text[0] != '\0');
		return 0;
	}
	must(c.entries_n >= 1 && c.entries_n <= WIRE_ENTRIES_MAX);
	must(c.webs >= 1 && c.forms_spare <= c.forms_max);
	must(c.path[0] == '/');
	must(sock_address_check(text_from(c.desk.address)) == 0);
	for (size_t i = 0; i < c.entries_n; i++) {
		must(sock_address_check(
			 text_from(c.entries[i].listen.address)) == 0);
		must(c.entries[i].front <= FRONT_CDN);
	}
	return 0;
}
