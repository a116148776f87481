#include "each.h"

#include "base/err.h"
#include "parent/config.h"

static const char *
attempt(const char *name, struct text content)
{
	struct config_error error;
	struct config c;

	(void)name;
	if (config_parse(content, &c, &error) == 0)
		return "was taken";
	return error.text[0] != '\0' ? NULL : "no word about the cause";
}

int
main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	return each_file(argv[1], attempt);
}
