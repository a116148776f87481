#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

const char *
err_text(int err)
{
	switch (err) {
	case 0:
		return "no error";
#define X(name, code, text) \
	case ERR_##name:    \
		return text;
		ERR_LIST(X)
#undef X
	}
	return "failed for an unknown reason";
}

int
err_from_errno(int errnum)
{
	switch (errnum) {
	case ENOMEM:
		return ERR_NOMEM;
	case EIO:
		return ERR_IO;
	case ENOSPC:
	case EDQUOT:
		return ERR_FULL;
	case EFBIG:
		return ERR_LIMIT;
	case ENOENT:
	case ENOTDIR:
		return ERR_NOT_FOUND;
	case EEXIST:
		return ERR_EXISTS;
	case EACCES:
	case EPERM:
	case EROFS:
		return ERR_DENIED;
	case EBUSY:
		return ERR_BUSY;
	case EAGAIN:
		return ERR_AGAIN;
	case EPIPE:
	case ECONNRESET:
		return ERR_CLOSED;
	case ENOSYS:
	case EOPNOTSUPP:
		return ERR_UNSUPPORTED;
	}
	return ERR_SYS;
}

void
err_broken(const char *file, int line, const char *cond)
{
	fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, cond);
	abort();
}
