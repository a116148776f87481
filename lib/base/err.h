/*
 * The one list of error codes. A function of this project returns 0 or one of
 * these; results come last as ret_x and are untouched on failure.
 */
#ifndef PISTA_BASE_ERR_H
#define PISTA_BASE_ERR_H

#define ERR_LIST(X)                                                           \
	X(NOMEM, 1, "out of memory")                                          \
	X(SYS, 2, "a system call failed")                                     \
	X(IO, 3, "reading or writing failed")                                 \
	X(FULL, 4, "no space left")                                           \
	X(TRUNCATED, 5, "ends too early")                                     \
	X(FORMAT, 6, "is malformed")                                          \
	X(LIMIT, 7, "is larger than allowed")                                 \
	X(VERSION, 8, "has an unknown version")                               \
	X(AUTH, 9, "was changed or made with another key")                    \
	X(NO_KEY, 10, "is not sealed to any of these identities")             \
	X(PASSPHRASE, 11, "wrong passphrase")                                 \
	X(SIGNATURE, 12, "has a bad signature")                               \
	X(LOW_ORDER, 13, "contains a weak key")                               \
	X(EXPIRED, 14, "has expired")                                         \
	X(NOT_YET, 15, "is not valid yet")                                    \
	X(SERIAL, 16, "is older than the one already known")                  \
	X(NEWSROOM, 17, "belongs to another newsroom")                        \
	X(THREAD, 18, "does not belong to the thread it names")               \
	X(DIGEST, 19, "does not match its digest")                            \
	X(NOT_FOUND, 20, "not found")                                         \
	X(EXISTS, 21, "exists already")                                       \
	X(DENIED, 22, "not allowed")                                          \
	X(REPLAY, 23, "was used before")                                      \
	X(CONFLICT, 24, "no longer the current one")                          \
	X(BUSY, 25, "too busy just now")                                      \
	X(AGAIN, 26, "not ready yet")                                         \
	X(CLOSED, 27, "the other side closed")                                \
	X(WORD, 28, "contains a word that is in no list")                     \
	X(CHECK, 29, "the words do not fit together")                         \
	X(UNSUPPORTED, 30, "is not supported here")                           \
	X(USAGE, 31, "was used wrongly")

enum err {
#define X(name, code, text) ERR_##name = -(code),
	ERR_LIST(X)
#undef X
};

/* English words for err, to follow a subject ("the masthead has expired").
 * Static; never NULL. */
const char *err_text(int err);

/* The code that fits the C library's errno value; ERR_SYS where none does. */
int err_from_errno(int errnum);

/*
 * A broken promise of our own code: prints file, line and condition, aborts.
 * Always compiled in. Never used on input.
 */
#define must(cond) ((cond) ? (void)0 : err_broken(__FILE__, __LINE__, #cond))
_Noreturn void err_broken(const char *file, int line, const char *cond);

#endif
