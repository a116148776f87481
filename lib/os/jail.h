/*
 * Jails: what each process gives up for good before it reads a byte from
 * outside. A jail that cannot be built stops the program.
 */
#ifndef PISTA_OS_JAIL_H
#define PISTA_OS_JAIL_H

#include <stdbool.h>
#include <stdint.h>

enum jail_kind {
	JAIL_GATE,	/* accept, peek, pass descriptors */
	JAIL_WEB,	/* read and write connections and keep */
	JAIL_FORM,	/* the same for one connection; memory for Argon2id */
	JAIL_PICKUP,	/* accept on the desk socket */
	JAIL_KEEP,	/* files in one directory, threads, no sockets of a network */
	/* On a member's own machine, with the member's user: nobody else to
	 * become, no other root to be had. */
	JAIL_FETCH,	/* connect; files in one directory, read the system's */
	JAIL_DESK,	/* accept; files in one directory, threads */
};

struct jail {
	enum jail_kind kind;
	uint32_t uid, gid;	/* 0: stay who we are; refused to root, but
				 * not to a member's */
	const char *directory;	/* keep: becomes the root; fetch, desk: where
				 * we stand and may write; else NULL: where we
				 * stand, which must be empty */
	bool has_unix;		/* fetch: may connect to unix sockets; among
				 * them are ways to start programs */
	bool is_relaxed;	/* go on without what the kernel refuses */
};

/*
 * Enters it, in the order of DESIGN.md section 5. On failure *ret_step names
 * the step ("landlock", "seccomp", ...) for the message. ERR_DENIED for root
 * without another user to become, ERR_EXISTS, ERR_SYS.
 */
int jail_enter(const struct jail *j, const char **ret_step);

/* The parent, once, after binding: empty network and IPC namespaces (with a
 * user namespace when not root, in which it is root). */
int jail_enter_namespaces(const char **ret_step);

/* The parent, before it starts anybody: the working directory becomes one that
 * is empty and already removed, so nothing can ever be put into it. Children
 * inherit it and make it their root. */
int jail_stand_nowhere(void);

/* The parent, last: keeps only the rights its children need to build their
 * jails, and where it may, lets them lock as much memory as they have. */
int jail_enter_parent(const char **ret_step);

/* The Landlock version the kernel speaks, 0: none. */
int jail_landlock_abi(void);

/* Closes every descriptor from `first` on. */
void jail_close_from(int first);

#endif
