/*
 * What the files of the server share. Not for others.
 */
#ifndef PISTA_HTTP_INSIDE_H
#define PISTA_HTTP_INSIDE_H

#include <microhttpd.h>

#include "http/server.h"
#include "os/event.h"

/* Whatever stands behind a tag in the event set begins with its kind. */
enum source { SOURCE_LIBRARY, SOURCE_WATCH, SOURCE_CONNECTION };

struct watch {
	enum source source;
	int fd; /* -1: free */
	http_watch_fn *fn;
	void *ctx;
};

/* Where a connection stands. */
enum stage {
	STAGE_PEEK,   /* its head is not complete */
	STAGE_SERVE,  /* libmicrohttpd has it */
	STAGE_LINGER, /* answered, what still comes is dropped */
	STAGE_GONE,   /* closed; events already fetched may still name it */
};

/* What libmicrohttpd's next call to the handler means. */
enum phase { PHASE_NEW, PHASE_HEAD, PHASE_BODY, PHASE_END };

/* A connection is its one request. */
struct http_request {
	enum source source;
	enum stage stage;
	enum phase phase;
	struct http_server *server;
	struct http_request *next, *previous;
	int fd;   /* ours, except while libmicrohttpd has it */
	int copy; /* of fd, to read on behind an early answer; or -1 */
	unsigned entry;
	size_t scan;
	bool is_in_set;
	uint8_t *bytes; /* of the head */
	struct http_head head;
	struct MHD_Connection *connection; /* NULL: not taken yet */
	struct http_answer *answer;
	void *ctx;
	uint64_t received;
	uint64_t since;    /* this stage began, milliseconds */
	uint64_t queued;   /* the answer began, or 0 */
	uint64_t forgiven; /* milliseconds it was paused */
	bool is_resumed; /* the library may hold bytes it has not shown since */
	bool is_paused, is_aborted, is_started, is_whole;
};

struct http_server {
	enum source source; /* the library's */
	int set;
	struct MHD_Daemon *daemon;
	struct http_options options;
	struct http_handler handler;
	struct http_request *first;
	struct http_request *gone; /* to be freed behind the events */
	unsigned count;
	bool is_due; /* the library has something to do */
	uint64_t ticked;
	struct watch watches[HTTP_WATCHES_MAX];
	uint8_t peek[HTTP_HEAD_MAX];
};

struct http_answer {
	unsigned refs;
	unsigned status;
	uint64_t size;
	struct MHD_Response *response;
	struct pull *pull; /* or NULL; freed with the response */
};

/* server.c */
uint64_t http_now(void);

/* connection.c */
void http_connection_event(struct http_request *r, unsigned what);
void http_connection_serve_end(struct http_request *r);
void http_connection_free(struct http_request *r);
/* Gives back what http_connection_free has closed. */
void http_connection_sweep(struct http_server *s);
/* In the middle of a body that nobody will read: sends, and drops what still
 * comes for a while once the library has let go. */
void http_connection_answer_now(struct http_request *r, unsigned status,
    const char *type, struct text body);
/* Whose socket fd is, when the library was given it and has not taken it yet:
 * newer ones do that when they run next. NULL. */
struct http_request *http_connection_handed_over(
    const struct http_server *s, int fd);
/* The library did not take it, and closed its socket. */
void http_connection_lost(struct http_request *r);

/* request.c */
enum MHD_Result http_request_handle(void *ctx,
    struct MHD_Connection *connection, const char *url, const char *method,
    const char *version, const char *p, size_t *n, void **request);
void http_request_completed(void *ctx, struct MHD_Connection *connection,
    void **request, enum MHD_RequestTerminationCode how);
void http_request_notify(void *ctx, struct MHD_Connection *connection,
    void **socket_ctx, enum MHD_ConnectionNotificationCode what);

bool http_request_is_in_vain(const struct http_request *r);
void http_request_answer_now(struct http_request *r, unsigned status,
    const char *type, struct text body);

/* answer.c */
void http_answer_bind(struct http_answer *a, struct http_request *r);

#endif
