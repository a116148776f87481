/*
 * Runs one attempt in a process that is in one kind of jail, as root's child
 * with a user of its own and as an ordinary user's child.
 */
#ifndef PISTA_TESTS_JAILED_H
#define PISTA_TESTS_JAILED_H

#include <stdbool.h>
#include <stdint.h>

#include "os/jail.h"

#define KINDS (JAIL_DESK + 1)

/* Everything an attempt may need that cannot be had behind the jail. */
struct before {
	int listener;       /* TCP, loopback, one connection waiting */
	int connected;      /* the end that was accepted */
	int spare;          /* a listener that may be broken */
	uint16_t port;      /* of a service of the machine, as on the wire */
	int outside;        /* a directory outside of any jail */
	int library;        /* an executable file */
	char private[64];   /* a file that anybody may read and write */
	long stranger;      /* a process that is not us */
	char directory[64]; /* of who has files */
	char inbox[80];     /* in it, all that fetch has */
};
extern struct before before;

enum as { AS_ROOT, AS_NOBODY, AS_ALL };

/* How an attempt went. */
enum outcome {
	WENT_THROUGH = 10, /* it worked */
	REFUSED,           /* an error came back */
	KILLED,            /* the kernel ended the process */
	NO_JAIL,           /* the jail was not built */
	STRANGE            /* anything else */
};

/* Opens what `before` holds; the tests run between them. */
int jailed_setup(void **state);
int jailed_teardown(void **state);

/* attempt returns true when it succeeded. */
enum outcome jailed(enum jail_kind kind, enum as as, bool (*attempt)(void));

/* True when this test process can play the part at all. */
bool jailed_can_be(enum as as);

/* Becomes the part, outside of any jail: ids and, but for who runs on a
 * member's machine, namespaces and working directory. For children. */
int jailed_become(enum jail_kind kind, enum as as);

/* The jail of a kind for the part. */
struct jail jailed_plan(enum jail_kind kind, enum as as);

const char *jailed_text(enum outcome o);

#endif
