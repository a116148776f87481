#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "os/probe.h"

static char sysfs[] = "/tmp/pista-sysfs-XXXXXX";

static void
run(const char *command, const char *name, const char *more)
{
	char line[400];

	snprintf(line, sizeof(line), "%s %s/class/block/%s/%s", command, sysfs,
	    name, more);
	assert_int_equal(system(line), 0);
}

/* A device that says what it is, or says nothing. */
static void
make_device(const char *name, const char *uuid)
{
	char path[200];
	FILE *f;

	run("mkdir -p", name, "slaves");
	if (uuid == NULL)
		return;
	run("mkdir -p", name, "dm");
	snprintf(path, sizeof(path), "%s/class/block/%s/dm/uuid", sysfs, name);
	assert_non_null(f = fopen(path, "w"));
	fprintf(f, "%s\n", uuid);
	fclose(f);
}

static void
make_of(const char *name, const char *part)
{
	char more[64];

	snprintf(more, sizeof(more), "slaves/%s", part);
	run("touch", name, more);
}

static bool
is_encrypted(const char *name)
{
	return probe_block_is_encrypted(sysfs, name);
}

/* What the installer of Debian makes of "encrypted LVM". */
static void
test_volumes_on_an_encrypted_disk(void **state)
{
	(void)state;
	make_device("sda5", NULL);
	make_device("dm-0", "CRYPT-LUKS2-0123456789-sda5_crypt");
	make_of("dm-0", "sda5");
	make_device("dm-2", "LVM-abcdefgh");
	make_of("dm-2", "dm-0");
	assert_false(is_encrypted("sda5"));
	assert_true(is_encrypted("dm-0"));
	assert_true(is_encrypted("dm-2"));
	assert_true(is_encrypted("zram0"));
	assert_false(is_encrypted("nothing"));
}

/* Half of it lies open. */
static void
test_a_volume_over_two_disks(void **state)
{
	(void)state;
	make_device("sdb1", NULL);
	make_device("dm-3", "LVM-two");
	make_of("dm-3", "dm-0");
	make_of("dm-3", "sdb1");
	assert_false(is_encrypted("dm-3"));
}

static void
test_a_circle_ends(void **state)
{
	(void)state;
	make_device("dm-8", "LVM-a");
	make_device("dm-9", "LVM-b");
	make_of("dm-8", "dm-9");
	make_of("dm-9", "dm-8");
	assert_false(is_encrypted("dm-8"));
}

static void
test_this_machine(void **state)
{
	char area[256];

	(void)state;
	assert_int_equal(probe_plain_swap(area, sizeof(area)), 0);
}

static int
setup(void **state)
{
	(void)state;
	return mkdtemp(sysfs) == NULL;
}

static int
teardown(void **state)
{
	char line[100];

	(void)state;
	snprintf(line, sizeof(line), "rm -r %s", sysfs);
	return system(line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_volumes_on_an_encrypted_disk),
		cmocka_unit_test(test_a_volume_over_two_disks),
		cmocka_unit_test(test_a_circle_ends),
		cmocka_unit_test(test_this_machine),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
