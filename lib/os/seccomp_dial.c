#include "os/seccomp_dial.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/socket.h>

#include "base/err.h"

#define N(list) (sizeof(list) / sizeof(*(list)))

/* Looking up a name and talking to a server, as libcurl does it. */
static const int dialling[] = { SCMP_SYS(connect), SCMP_SYS(getpeername),
	SCMP_SYS(getsockname), SCMP_SYS(getsockopt), SCMP_SYS(pipe2),
	SCMP_SYS(sendmmsg), SCMP_SYS(sendmsg), SCMP_SYS(sendto),
	SCMP_SYS(sysinfo) };

/* Nothing that runs a filter of the sender's in the kernel. */
static int
allow_options(scmp_filter_ctx ctx)
{
	static const struct {
		int level, option;
	} set[] = { { SOL_SOCKET, SO_KEEPALIVE }, { IPPROTO_IP, IP_RECVERR },
		{ IPPROTO_IPV6, IPV6_RECVERR }, { IPPROTO_TCP, TCP_NODELAY },
		{ IPPROTO_TCP, TCP_KEEPIDLE }, { IPPROTO_TCP, TCP_KEEPINTVL },
		{ IPPROTO_TCP, TCP_KEEPCNT } };

	for (size_t i = 0; i < N(set); i++) {
		int done =
		    seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(setsockopt),
			2, SCMP_A1(SCMP_CMP_EQ, (scmp_datum_t)set[i].level),
			SCMP_A2(SCMP_CMP_EQ, (scmp_datum_t)set[i].option));

		if (done != 0)
			return err_from_errno(-done);
	}
	return 0;
}

/* Sockets of kinds that reach a server or a name server. */
int
seccomp_allow_dialling(scmp_filter_ctx ctx, bool has_unix)
{
	static const int families[] = { AF_INET, AF_INET6, AF_UNIX };
	const uint64_t kind = 0xf; /* the rest are flags */
	int done = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(socketpair),
	    1, SCMP_A0(SCMP_CMP_EQ, AF_UNIX));

	for (size_t i = 0; i < (has_unix ? 3 : 2) && done == 0; i++) {
		const struct scmp_arg_cmp family =
		    SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i]);

		if ((done = seccomp_rule_add(ctx, SCMP_ACT_ALLOW,
			 SCMP_SYS(socket), 2, family,
			 SCMP_A1(SCMP_CMP_MASKED_EQ, kind, SOCK_STREAM))) == 0)
			done = seccomp_rule_add(ctx, SCMP_ACT_ALLOW,
			    SCMP_SYS(socket), 2, family,
			    SCMP_A1(SCMP_CMP_MASKED_EQ, kind, SOCK_DGRAM));
	}
	for (size_t i = 0; i < N(dialling) && done == 0; i++)
		done = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, dialling[i], 0);
	return done == 0 ? allow_options(ctx) : err_from_errno(-done);
}
