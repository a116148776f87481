#include "launch/browser.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "launch/profile.h"
#include "os/process.h"

#define DOOR_FILE "desk.html"
#define DOOR_MS 60000
#define LIST_MAX 40
#define LIST_SIZE 16384

static bool
has_word(const char *path, const char *word)
{
	const char *name = strrchr(path, '/');

	return strstr(name != NULL ? name + 1 : path, word) != NULL;
}

static bool
find_in_path(const char *name, char out[static BROWSER_PATH_MAX])
{
	static const char *const places[] = { "/usr/local/bin", "/usr/bin",
		"/bin" };

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		int n =
		    snprintf(out, BROWSER_PATH_MAX, "%s/%s", places[i], name);

		if (n > 0 && n < BROWSER_PATH_MAX && access(out, X_OK) == 0)
			return true;
	}
	return false;
}

int
browser_find(const char *wanted, struct browser *ret_browser)
{
	static const char *const known[] = { "chromium", "google-chrome",
		"firefox-esr", "firefox" };
	struct browser b = { .profile = { .fd = -1 } };
	bool is_found = false;
	size_t i;

	if (wanted == NULL) {
		for (i = 0; i < sizeof(known) / sizeof(*known) && !is_found;
		     i++)
			is_found = find_in_path(known[i], b.path);
	} else if (strchr(wanted, '/') == NULL) {
		is_found = find_in_path(wanted, b.path);
	} else {
		is_found = snprintf(b.path, sizeof(b.path), "%s", wanted) <
			       (int)sizeof(b.path) &&
			   access(b.path, X_OK) == 0;
	}
	if (!is_found)
		return ERR_NOT_FOUND;
	b.is_firefox = has_word(b.path, "firefox");
	if (!b.is_firefox && !has_word(b.path, "chrom"))
		return ERR_UNSUPPORTED;
	*ret_browser = b;
	return 0;
}

int
browser_prepare(struct browser *b)
{
	int err;

	if ((err = profile_make(&b->profile)) != 0)
		return err;
	if ((err = desk_profile_fill(&b->profile, b->is_firefox)) != 0)
		profile_remove(&b->profile);
	return err;
}

/* Texts that are gathered one behind the other, and pointers to them. */
struct list {
	char text[LIST_SIZE];
	size_t used;
	char *at[LIST_MAX + 1];
	size_t n;
};

static void
add(struct list *l, const char *first, const char *second)
{
	int n = snprintf(l->text + l->used, sizeof(l->text) - l->used, "%s%s",
	    first, second);

	must(l->n < LIST_MAX);
	/* A variable too long to be one is left out. */
	if (n < 0 || (size_t)n >= sizeof(l->text) - l->used)
		return;
	l->at[l->n++] = l->text + l->used;
	l->used += (size_t)n + 1;
}

static void
add_chromium(const struct browser *b, struct list *l)
{
	static const char *const flags[] = { "--no-first-run",
		"--no-default-browser-check", "--no-pings",
		"--no-service-autorun", "--disable-background-networking",
		"--disable-background-mode", "--disable-breakpad",
		"--disable-crash-reporter",
		"--disable-client-side-phishing-detection",
		"--disable-component-update", "--disable-default-apps",
		"--disable-domain-reliability", "--disable-extensions",
		"--disable-gpu-shader-disk-cache", "--disable-sync",
		"--disable-search-engine-choice-screen",
		"--hide-crash-restore-bubble", "--password-store=basic",
		"--disk-cache-size=1", "--media-cache-size=1",
		"--disable-features=Translate,OptimizationHints,MediaRouter,"
		"AutofillServerCommunication,InterestFeedContentSuggestions,"
		"CertificateTransparencyComponentUpdater,"
		"OptimizationGuideModelDownloading",
		/* This machine and nobody else. */
		"--proxy-server=socks5://127.0.0.1:9",
		"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1" };

	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		add(l, flags[i], "");
	add(l, "--user-data-dir=", b->profile.path);
	add(l, "--disk-cache-dir=", b->profile.path);
	/* Its own jail needs a user that is not root. */
	if (geteuid() == 0)
		add(l, "--no-sandbox", "");
}

static void
fill_arguments(const struct browser *b, struct list *l)
{
	char door[PROFILE_PATH_MAX + 32];

	snprintf(door, sizeof(door), "file://%s/" DOOR_FILE, b->profile.path);
	add(l, b->path, "");
	if (b->is_firefox) {
		add(l, "--no-remote", "");
		add(l, "--new-instance", "");
		add(l, "--profile", "");
		add(l, b->profile.path, "");
		add(l, door, "");
	} else {
		add_chromium(b, l);
		add(l, "--app=", door);
	}
	l->at[l->n] = NULL;
}

/* A screen, a language and a way to type; all else is as in a new home. */
static void
fill_environment(const struct browser *b, struct list *l)
{
	static const char *const kept[] = { "DISPLAY", "WAYLAND_DISPLAY",
		"XDG_RUNTIME_DIR", "XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP",
		"LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES",
		"LC_TIME", "TZ", "GDK_BACKEND", "GDK_SCALE", "GDK_DPI_SCALE",
		"GTK_THEME", "GTK_IM_MODULE", "QT_IM_MODULE", "XMODIFIERS",
		"XCURSOR_THEME", "XCURSOR_SIZE", "MOZ_ENABLE_WAYLAND",
		"AT_SPI_BUS_ADDRESS" };
	const char *authority = process_environment("XAUTHORITY");
	const char *home = process_environment("HOME");
	char name[64], path[PROFILE_PATH_MAX + 32];

	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
		const char *value = process_environment(kept[i]);

		if (value == NULL)
			continue;
		snprintf(name, sizeof(name), "%s=", kept[i]);
		add(l, name, value);
	}
	if (authority != NULL)
		add(l, "XAUTHORITY=", authority);
	else if (home != NULL &&
		 snprintf(path, sizeof(path), "%s/.Xauthority", home) <
		     (int)sizeof(path) &&
		 access(path, R_OK) == 0)
		add(l, "XAUTHORITY=", path);
	snprintf(path, sizeof(path), "%s/" DESK_PROFILE_HOME, b->profile.path);
	add(l, "HOME=", path);
	add(l, "TMPDIR=", path);
	add(l, "PATH=", "/usr/local/bin:/usr/bin:/bin");
	/* Not even the session's bus, where desktops keep what was opened. */
	add(l, "DBUS_SESSION_BUS_ADDRESS=", "disabled:");
	add(l, "MOZ_CRASHREPORTER_DISABLE=", "1");
	l->at[l->n] = NULL;
}

/* Only the profile's owner can read it, and the kernel lists no name of it. */
static int
write_door(struct browser *b, const char *url, uint64_t now)
{
	char page[512];
	int n = snprintf(page, sizeof(page),
	    "<!doctype html><meta charset=\"utf-8\"><title>Pista</title>"
	    "<script>location.replace(\"%s\")</script>\n",
	    url);
	int err;

	must(n > 0 && (size_t)n < sizeof(page));
	err = profile_write(&b->profile, DOOR_FILE, page, (size_t)n);
	b->door_until = now + DOOR_MS;
	secret_wipe(page, sizeof(page));
	return err;
}

int
browser_show(struct browser *b, const char *url, uint64_t now)
{
	struct list *arguments, *environment;
	int err;

	if (b->pid > 0)
		process_kill_session(b->pid);
	b->pid = 0;
	if (b->profile.fd < 0 && (err = browser_prepare(b)) != 0)
		return err;
	arguments = mem_new(1, sizeof(*arguments));
	environment = mem_new(1, sizeof(*environment));
	if (arguments == NULL || environment == NULL) {
		err = ERR_NOMEM;
		goto out;
	}
	fill_arguments(b, arguments);
	fill_environment(b, environment);
	if ((err = write_door(b, url, now)) == 0)
		err = process_start(b->path, arguments->at, environment->at,
		    b->profile.path, &b->pid);
	b->started = now;
out:
	mem_free(arguments);
	mem_free(environment);
	return err;
}

void
browser_tidy(struct browser *b, uint64_t now)
{
	if (b->door_until == 0 || now < b->door_until)
		return;
	profile_drop(&b->profile, DOOR_FILE);
	b->door_until = 0;
}

void
browser_close(struct browser *b)
{
	if (b->pid > 0)
		process_kill_session(b->pid);
	b->pid = 0;
	b->door_until = 0;
	profile_remove(&b->profile);
}
