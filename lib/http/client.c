#include "http/client.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "http/client_fields.h"
#include "http/desk.h"

#define ORIGIN_MAX 300
#define URL_MAX 4096
#define PROBLEM_MAX 8192
#define CONNECT_SECONDS 60
#define IDLE_SECONDS 120

struct http_client {
	CURL *curl;
	struct http_client_options options;
	char origin[ORIGIN_MAX];
	char path[URL_MAX]; /* of url, what stands before every path */
	uint64_t start;     /* of the server, 0: it has not asked for it */
	int (*tick)(void *ctx);
	void *tick_ctx;
};

/* One call on its way. */
struct going {
	struct http_client *client;
	struct http_call *call;
	struct buf *out; /* for the whole answer, or NULL */
	struct buf problem;
	uint64_t sent;
	uint64_t start; /* that the server wants the nonce to begin with */
	int err;        /* of a callback */
};

/* "http://host:port/prefix" into origin and path. */
static int
split_url(struct http_client *c, const char *url)
{
	struct text rest = text_from(url);
	const char *host = strstr(url, "://"), *path;

	if (!text_has_prefix(rest, "http://") &&
	    !text_has_prefix(rest, "https://"))
		return ERR_FORMAT;
	host += 3;
	path = strchr(host, '/');
	rest.n = path != NULL ? (size_t)(path - url) : strlen(url);
	if (*host == '\0' || path == host || rest.n >= ORIGIN_MAX)
		return ERR_FORMAT;
	memcpy(c->origin, url, rest.n);
	if (strpbrk(host, "?#@ \r\n") != NULL)
		return ERR_FORMAT;
	if (path == NULL)
		return 0;
	if (strlen(path) >= URL_MAX / 2 || path[strlen(path) - 1] == '/')
		return ERR_FORMAT;
	memcpy(c->path, path, strlen(path) + 1);
	return 0;
}

int
http_client_new(
    const struct http_client_options *options, struct http_client **ret_client)
{
	struct http_client *c = NULL;
	int err = 0;

	if ((options->socket == NULL) == (options->url == NULL))
		return ERR_USAGE;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (c = mem_new(1, sizeof(*c))) == NULL)
		return ERR_NOMEM;
	c->options = *options;
	if (options->socket != NULL)
		memcpy(c->origin, DESK_ORIGIN_UNIX, sizeof(DESK_ORIGIN_UNIX));
	else
		err = split_url(c, options->url);
	if (err == 0 && (c->curl = curl_easy_init()) == NULL)
		err = ERR_NOMEM;
	if (err != 0) {
		http_client_free(&c);
		return err;
	}
	*ret_client = c;
	return 0;
}

void
http_client_free(struct http_client **client)
{
	struct http_client *c = *client;

	if (c == NULL)
		return;
	curl_easy_cleanup(c->curl);
	mem_free(c);
	*client = NULL;
}

void
http_client_set_tick(struct http_client *c, int (*fn)(void *ctx), void *ctx)
{
	c->tick = fn;
	c->tick_ctx = ctx;
}

static bool
is_good(unsigned status)
{
	return status >= 200 && status < 300;
}

static unsigned
status_of(CURL *curl)
{
	long status = 0;

	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	return status > 0 && status < 1000 ? (unsigned)status : 0;
}

static size_t
on_write(char *p, size_t size, size_t n, void *ctx)
{
	struct going *g = ctx;
	struct http_call *call = g->call;

	n *= size;
	if (call->head == NULL && !is_good(status_of(g->client->curl))) {
		buf_put(&g->problem, p, n);
		return n;
	}
	if (g->out != NULL) {
		buf_put(g->out, p, n);
		g->err = buf_finish(g->out);
	} else if (call->write != NULL) {
		g->err = call->write(call->ctx, p, n);
	}
	return g->err == 0 ? n : 0;
}

/* One line of the head, with its end; also of a trailer. A head that another
 * follows was not the last. */
static size_t
on_head(char *p, size_t size, size_t n, void *ctx)
{
	struct going *g = ctx;
	struct text line = { p, size * n };

	if (text_has_prefix(line, "HTTP/"))
		buf_clear(g->call->head);
	buf_put_text(g->call->head, line);
	g->err = buf_finish(g->call->head);
	return g->err == 0 ? line.n : 0;
}

static size_t
on_read(char *out, size_t size, size_t n, void *ctx)
{
	struct going *g = ctx;
	struct http_call *call = g->call;
	uint64_t left = call->body_n - g->sent;

	n *= size;
	if (n > left)
		n = (size_t)left;
	if (n == 0)
		return 0;
	if (call->read == NULL)
		memcpy(out, (const uint8_t *)call->body + g->sent, n);
	else if ((g->err = call->read(call->ctx, out, n, &n)) == 0 && n == 0)
		g->err = ERR_TRUNCATED;
	if (g->err != 0)
		return CURL_READFUNC_ABORT;
	g->sent += n;
	return n;
}

static int
on_progress(void *ctx, curl_off_t down_total, curl_off_t down,
    curl_off_t up_total, curl_off_t up)
{
	struct going *g = ctx;
	struct http_call *call = g->call;
	bool is_up = down == 0 && up_total > 0;

	/* What another callback said already stands. */
	if (g->err == 0 && g->client->tick != NULL)
		g->err = g->client->tick(g->client->tick_ctx);
	if (g->err != 0)
		return 1;
	if (call->progress == NULL)
		return 0;
	g->err = call->progress(call->ctx, (uint64_t)(is_up ? up : down),
	    (uint64_t)(is_up ? up_total : down_total));
	return g->err != 0;
}

static void
set_connection(struct http_client *c)
{
	const struct http_client_options *o = &c->options;
	unsigned connect = o->connect_seconds, idle = o->idle_seconds;

	curl_easy_setopt(c->curl, CURLOPT_UNIX_SOCKET_PATH, o->socket);
	/* An empty proxy also hides the one in the environment. */
	curl_easy_setopt(
	    c->curl, CURLOPT_PROXY, o->proxy != NULL ? o->proxy : "");
	if (o->ca_file != NULL)
		curl_easy_setopt(c->curl, CURLOPT_CAINFO, o->ca_file);
	curl_easy_setopt(c->curl, CURLOPT_CONNECTTIMEOUT,
	    (long)(connect != 0 ? connect : CONNECT_SECONDS));
	curl_easy_setopt(c->curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(c->curl, CURLOPT_LOW_SPEED_TIME,
	    (long)(idle != 0 ? idle : IDLE_SECONDS));
	curl_easy_setopt(c->curl, CURLOPT_TIMEOUT, (long)o->call_seconds);
	curl_easy_setopt(c->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(
	    c->curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(c->curl, CURLOPT_FORBID_REUSE, 1L);
}

static void
set_call(struct going *g)
{
	struct http_call *call = g->call;
	CURL *curl = g->client->curl;

	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_write);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, g);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, g);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	if (call->head != NULL) {
		curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_head);
		curl_easy_setopt(curl, CURLOPT_HEADERDATA, g);
	}
	if (call->is_unpacked)
		curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip");
	if (strcmp(call->method, "GET") == 0)
		return;
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, call->method);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_read);
	curl_easy_setopt(curl, CURLOPT_READDATA, g);
	curl_easy_setopt(
	    curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)call->body_n);
	/* An answer before the end of the body is worth reading. */
	curl_easy_setopt(curl, CURLOPT_KEEP_SENDING_ON_ERROR, 0L);
}

static int
err_of(unsigned status)
{
	switch (status) {
	case 401:
	case 403:
		return ERR_DENIED;
	case 404:
		return ERR_NOT_FOUND;
	case 409:
		return ERR_CONFLICT;
	case 410:
		return ERR_EXPIRED;
	case 413:
		return ERR_LIMIT;
	case 429:
	case 503:
		return ERR_BUSY;
	case 507:
		return ERR_FULL;
	default:
		return status < 500 ? ERR_FORMAT : ERR_IO;
	}
}

/* Copies what can be shown on a terminal. */
static void
set_title(struct http_call *call, struct text t)
{
	size_t n = 0;

	for (size_t i = 0; i < t.n && n + 1 < sizeof(call->title); i++)
		if (t.p[i] >= ' ' && t.p[i] <= '~')
			call->title[n++] = t.p[i];
	call->title[n] = '\0';
}

static void
read_problem(struct going *g)
{
	struct text title = TEXT("the server gave no reason");
	json_t *root = NULL;

	if (buf_finish(&g->problem) == 0 &&
	    json_read(buf_text(&g->problem), PROBLEM_MAX, &root) == 0) {
		(void)json_text(root, "title", PROBLEM_MAX, &title);
		(void)json_u64(root, "next", INT64_MAX, &g->call->next);
		(void)json_u64(root, "start", INT64_MAX, &g->start);
	}
	set_title(g->call, title);
	json_decref(root);
}

static int
perform(struct going *g, const char *url, struct curl_slist *fields)
{
	CURL *curl = g->client->curl;
	CURLcode code;

	curl_easy_reset(curl);
	set_connection(g->client);
	set_call(g);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
	code = curl_easy_perform(curl);
	g->call->status = status_of(curl);
	if (g->err != 0)
		return g->err;
	if (g->call->head == NULL && g->call->status != 0 &&
	    !is_good(g->call->status)) {
		read_problem(g);
		return err_of(g->call->status);
	}
	if (code == CURLE_OUT_OF_MEMORY)
		return ERR_NOMEM;
	if (code == CURLE_OK && g->call->status != 0)
		return 0;
	set_title(g->call, text_from(curl_easy_strerror(code)));
	return ERR_CLOSED;
}

/* Signs and goes, once. */
static int
try_call(struct going *g, const char *url, const char *target)
{
	struct http_client *c = g->client;
	struct curl_slist *fields = NULL;
	struct http_call *call = g->call;
	int err;

	call->status = 0;
	call->next = 0;
	call->title[0] = '\0';
	err = client_fields(
	    &c->options, text_from(c->origin), call, target, c->start, &fields);
	if (err != 0)
		return err;
	buf_init(&g->problem, PROBLEM_MAX);
	err = perform(g, url, fields);
	buf_fini(&g->problem);
	curl_slist_free_all(fields);
	return err;
}

static int
make_call(struct http_client *c, struct http_call *call, struct buf *out)
{
	struct going g = { .client = c, .call = call, .out = out };
	char url[URL_MAX], target[URL_MAX];
	int n, err;

	must(call->path[0] == '/');
	n = snprintf(target, sizeof(target), "%s%s", c->path, call->path);
	if (n < 0 || (size_t)n >= sizeof(target))
		return ERR_LIMIT;
	n = snprintf(url, sizeof(url), "%s%s",
	    c->options.socket != NULL ? "http://desk" : c->origin, target);
	if (n < 0 || (size_t)n >= sizeof(url))
		return ERR_LIMIT;
	err = try_call(&g, url, target);
	if (call->status != 401 || g.start == 0 || g.start == c->start)
		return err;
	c->start = g.start;
	/* What was read of a body cannot be read once more from here. */
	if (call->read != NULL && g.sent > 0)
		return ERR_BUSY;
	g.sent = 0;
	return try_call(&g, url, target);
}

int
http_client_call(struct http_client *c, struct http_call *call)
{
	return make_call(c, call, NULL);
}

int
http_client_fetch(
    struct http_client *c, struct http_call *call, struct buf *out)
{
	return make_call(c, call, out);
}
