#include "each.h"

#include "base/err.h"
#include "base/json.h"

#define INPUT_MAX 100000

static const char *
attempt(const char *name, struct text content)
{
	json_t *root = NULL;
	int err = json_read(content, INPUT_MAX, &root);

	(void)name;
	if (err == ERR_FORMAT && root == NULL)
		return NULL;
	if (err != 0)
		return err_text(err);
	json_decref(root);
	return "was taken";
}

int
main(int argc, char **argv)
{
	json_init();
	return argc == 2 ? each_file(argv[1], attempt) : 2;
}
