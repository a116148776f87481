/*
 * pistad: binds, starts the children and watches over them. It never reads a
 * byte from outside.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "os/jail.h"
#include "os/process.h"
#include "parent/check.h"
#include "parent/config.h"
#include "parent/crew.h"
#include "parent/directory.h"
#include "parent/say.h"
#include "parent/sockets.h"
#include "parent/watch.h"

#define USAGE_STATUS 2

static const char help[] =
    "usage: pistad --config FILE         run the place\n"
    "       pistad check --config FILE   look at the configuration and this "
    "system\n"
    "       pistad --version | --help\n"
    "\n"
    "pistad runs in the foreground and ends in order at SIGTERM or SIGINT.\n"
    "The configuration is described in pistad.conf(5).\n";

struct options {
	const char *config;
	bool is_check;
};

static void
usage(void)
{
	fputs(help, stderr);
	exit(USAGE_STATUS);
}

static void
options_read(int argc, char **argv, struct options *o)
{
	static const struct option known[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "c:", known, NULL)) != -1) {
		switch (c) {
		case 'c':
			o->config = optarg;
			break;
		case 'h':
			fputs(help, stdout);
			exit(EXIT_SUCCESS);
		case 'v':
			puts("pistad " PISTA_VERSION);
			exit(EXIT_SUCCESS);
		default:
			usage();
		}
	}
	if (optind < argc && strcmp(argv[optind], "check") == 0) {
		o->is_check = true;
		optind++;
	}
	if (optind != argc || o->config == NULL)
		usage();
}

static bool
is_over(const struct config *c, int err, const char *const *step)
{
	if (err == 0)
		return false;
	say("the jail cannot be built: %s: %s", *step, err_text(err));
	if (!c->is_relaxed)
		say("to run without what this system refuses, write \"jail = "
		    "relaxed\" under [jail]");
	return !c->is_relaxed;
}

/* Walls around the parent and, by inheritance, around all its children. */
static int
enter_parent_jail(const struct config *c)
{
	const char *step = "empty working directory";
	int err;

	if (is_over(c, err = jail_stand_nowhere(), &step) ||
	    is_over(c, err = jail_enter_namespaces(&step), &step) ||
	    is_over(c, err = jail_enter_parent(&step), &step))
		return err;
	return 0;
}

static int
run(const struct config *c)
{
	struct sockets sockets;
	struct crew crew = {
		.config = c, .sockets = &sockets, .is_root = geteuid() == 0
	};
	uint32_t store = crew.is_root ? (uint32_t)c->uids + WIRE_KEEP : 0;
	int err, signals, status;

	process_errors_write_only();
	if (c->is_relaxed)
		say("jail = relaxed: children run even without their jail");
	if (directory_prepare(c->path, store, store) != 0)
		return EXIT_FAILURE;
	if ((err = process_signals_open(&signals)) != 0) {
		say("signals: %s", err_text(err));
		return EXIT_FAILURE;
	}
	if (sockets_open(c, &sockets) != 0) {
		close(signals);
		return EXIT_FAILURE;
	}
	status = EXIT_FAILURE;
	if (enter_parent_jail(c) == 0)
		status = watch(&crew, signals);
	sockets_close(&sockets);
	close(signals);
	return status;
}

int
main(int argc, char **argv)
{
	struct options o = { 0 };
	struct config_error error;
	struct config c;

	options_read(argc, argv, &o);
	if (config_read(o.config, &c, &error) != 0) {
		if (error.line > 0)
			say("%s:%d: %s", o.config, error.line, error.text);
		else
			say("%s: %s", o.config, error.text);
		return EXIT_FAILURE;
	}
	if (o.is_check)
		return check(&c) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	return run(&c);
}
