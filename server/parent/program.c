#include "parent/program.h"

#include <stdio.h>

#include "os/program.h"

int
program_of(enum wire_role role, char *ret_path, size_t size)
{
	char name[32], beside[32];

	snprintf(name, sizeof(name), "pistad-%s", wire_role_text(role));
	snprintf(beside, sizeof(beside), "../%s", wire_role_text(role));
	return program_find(name, beside, PISTA_LIBEXECDIR, ret_path, size);
}
