/* pista desk: where a newsroom works, in a browser on this machine. */

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "cmd.h"
#include "launch/browser.h"
#include "launch/crew.h"
#include "launch/door.h"
#include "launch/watch.h"
#include "os/probe.h"
#include "os/process.h"
#include "os/profile.h"
#include "os/sock.h"
#include "place.h"
#include "say.h"

#define MINUTES_DEFAULT 5
#define IDLE_DEFAULT 15
#define MINUTES_MAX 1440
#define ASK_TRIES 50
#define ASK_PAUSE_MS 100

static const char usage[] =
    "usage: pista desk [OPTIONS]\n"
    "\n"
    "Opens the desk: a browser window on this machine, where letters are read\n"
    "and answered. The passphrase is asked for there. Closing the window saves\n"
    "and ends it. A second `pista desk' shows the window of the first again.\n"
    "\n"
    "  --idle MINUTES         lock when nobody has done anything for so long\n"
    "                         (15)\n"
    "  --minutes N            look for new letters every N minutes (5)\n"
    "  --stay                 when the window is closed, lock and go on\n"
    "                         bringing letters\n"
    "  --browser NAME         chromium, google-chrome, firefox-esr, firefox,\n"
    "                         or a path\n"
    "  --no-browser           start none\n"
    "  --print-url            print an address that lets one browser in, once,\n"
    "                         within a minute\n"
    "  --port N               listen on this port of 127.0.0.1 instead of\n"
    "                         any\n"
    "  --allow-swap           run although memory may be written to a disk\n"
    "                         unencrypted\n"
    "  --relaxed              run although this system refuses a part of the\n"
    "                         jails\n"
    "  --to ADDRESS           the desk's address, instead of the known one\n"
    "  --proxy URL            for example socks5h://127.0.0.1:9050\n"
    "  --home DIR             where your keys and letters are (default:\n"
    "                         $PISTA_HOME, else ~/.local/share/pista)\n"
    "\n"
    "`pista lock' locks the desk that runs, from a key of your desktop or a\n"
    "screen saver.\n";

struct options {
	struct home home;
	const char *to, *proxy, *browser;
	bool has_browser, prints_url, stays, allows_swap, is_relaxed;
	uint64_t minutes, idle, port;
	bool has_minutes;
};

/* A number of minutes or a port; 0 and a message when it makes no sense. */
static int
number(const char *name, const char *arg, uint64_t least, uint64_t most,
    uint64_t *ret_n)
{
	uint64_t n;

	if (text_to_u64(text_from(arg), most, &n) != 0 || n < least)
		return cmd_misused("desk", "--%s takes %llu to %llu, not %s",
		    name, (unsigned long long)least, (unsigned long long)most,
		    arg);
	*ret_n = n;
	return CMD_OK;
}

static int
take_option(struct options *o, int option, const char *arg)
{
	switch (option) {
	case 'B':
		o->has_browser = false;
		break;
	case 'u':
		o->prints_url = true;
		break;
	case 's':
		o->stays = true;
		break;
	case 'w':
		o->allows_swap = true;
		break;
	case 'r':
		o->is_relaxed = true;
		break;
	case 'b':
		o->browser = arg;
		break;
	case 't':
		o->to = arg;
		break;
	case 'x':
		o->proxy = arg;
		break;
	case 'i':
		return number("idle", arg, 1, MINUTES_MAX, &o->idle);
	case 'm':
		o->has_minutes = true;
		return number("minutes", arg, 0, MINUTES_MAX, &o->minutes);
	case 'p':
		return number("port", arg, 1, UINT16_MAX, &o->port);
	default:
		if (!home_option(&o->home, option, arg))
			return cmd_misused("desk", NULL);
	}
	return CMD_OK;
}

/* What is remembered of the newsroom, under what the command line says. */
static int
load(const struct options *o, struct desk_settings *s)
{
	struct masthead *card = NULL;
	struct place p;
	int err;

	if ((err = place_load(&o->home, &p)) != 0)
		return err;
	if (place_remembered(&o->home, &p, &card) == 0 && !o->has_minutes &&
	    card->is_drill)
		s->minutes = 0;
	masthead_free(&card);
	memcpy(s->newsroom, p.newsroom, sizeof(s->newsroom));
	memcpy(s->pin, p.pin.key_id, sizeof(p.pin.key_id));
	memcpy(s->pin + sizeof(p.pin.key_id), p.pin.pk, sizeof(p.pin.pk));
	if (snprintf(s->address, sizeof(s->address), "%s",
		o->to != NULL ? o->to : p.address) >= (int)sizeof(s->address) ||
	    snprintf(s->proxy, sizeof(s->proxy), "%s",
		o->proxy != NULL ? o->proxy : p.proxy) >= (int)sizeof(s->proxy))
		return ERR_LIMIT;
	if (s->address[0] == '\0')
		return ERR_NOT_FOUND;
	if ((err = home_inbox(&o->home)) != 0 ||
	    (err = home_path(&o->home, HOME_INBOX, s->inbox)) != 0)
		return err;
	return home_path(&o->home, HOME_MEMBER, s->directory);
}

static int
prepare(struct options *o, struct desk_settings *s)
{
	int err;

	if (home_open(&o->home, "desk") != 0)
		return CMD_FAILED;
	if (!home_has(&o->home, "member/identity.age"))
		return say_error("desk", "your identity", ERR_NOT_FOUND,
		    "`pista setup' or `pista member new' makes you a member");
	*s = (struct desk_settings){ .minutes = (uint16_t)o->minutes,
		.idle_minutes = (uint16_t)o->idle,
		.is_relaxed = o->is_relaxed };
	if ((err = load(o, s)) != 0)
		return say_error("desk", "your newsroom", err,
		    "`pista setup' or `pista member new' makes you a member, "
		    "--to ADDRESS says where the desk is");
	return CMD_OK;
}

/* What is read here must not come to lie on a disk. */
static int
check_swap(const struct options *o)
{
	char area[256];

	if (probe_plain_swap(area, sizeof(area)) != 0 || area[0] == '\0')
		return CMD_OK;
	if (o->allows_swap) {
		fprintf(stderr,
		    "pista: desk: the swap area %s is not encrypted; what you "
		    "read may stay on the disk\n",
		    area);
		return CMD_OK;
	}
	fprintf(stderr,
	    "pista: desk: the swap area %s is not encrypted; what you read "
	    "could stay on the disk.\n"
	    "Switch it off with `sudo swapoff %s', or give it a new key at "
	    "each start, for a\n"
	    "partition with these lines in /etc/crypttab and /etc/fstab:\n"
	    "    swap %s /dev/urandom swap,cipher=aes-xts-plain64,size=512\n"
	    "    /dev/mapper/swap none swap sw 0 0\n"
	    "--allow-swap runs the desk all the same.\n",
	    area, area, area);
	return CMD_FAILED;
}

/* Another one has this home's desk: it is asked. It may just be starting. */
static int
ask_other(const struct options *o)
{
	char answer[DESK_ANSWER_MAX];
	int err = ERR_CLOSED;

	for (int i = 0; i < ASK_TRIES && err == ERR_CLOSED; i++) {
		if (i > 0)
			(void)poll(NULL, 0, ASK_PAUSE_MS);
		err = desk_ask(&o->home,
		    o->prints_url ? DESK_ASK_URL : DESK_ASK_OPEN, answer);
	}
	if (err == ERR_DENIED) {
		fprintf(stderr, "pista: desk: %s\n", answer);
		return CMD_FAILED;
	}
	if (err != 0)
		return say_error("desk", "the desk that runs already", err,
		    "`pista lock --panic' ends it");
	if (o->prints_url)
		(void)puts(answer);
	else
		(void)fputs("pista: desk: it runs already; its window comes "
			    "again\n",
		    stderr);
	return CMD_OK;
}

static int
choose_browser(const struct options *o, struct browser *b)
{
	int err = browser_find(o->browser, b);

	if (err == ERR_UNSUPPORTED) {
		fprintf(stderr,
		    "pista: desk: %s is no browser we can give a profile in "
		    "memory; Chromium and Firefox are\n",
		    o->browser);
		return CMD_FAILED;
	}
	if (err != 0)
		return say_error("desk",
		    o->browser != NULL ? o->browser : "a browser", err,
		    "install chromium or firefox-esr, or use your own with "
		    "--no-browser --print-url");
	if ((err = browser_prepare(b)) != 0)
		return say_error("desk", "a profile in memory", err,
		    "neither $XDG_RUNTIME_DIR nor /dev/shm is there for it; "
		    "use your own browser with --no-browser --print-url");
	if (geteuid() == 0 && !b->is_firefox)
		fputs("pista: desk: as root the browser runs without its own "
		      "jail\n",
		    stderr);
	return CMD_OK;
}

static int
listen_here(const struct options *o, struct desk_settings *s, int *ret_fd)
{
	char address[32];
	int fd, err;

	snprintf(address, sizeof(address), "127.0.0.1:%u", (unsigned)o->port);
	if ((err = sock_listen(text_from(address), 0, &fd)) != 0 ||
	    (err = sock_port(fd, &s->port)) != 0)
		return say_error("desk", address, err, NULL);
	*ret_fd = fd;
	return CMD_OK;
}

static int
run(const struct options *o, struct desk_settings *s, struct desk_door *door)
{
	const struct desk_watch_options how = { .prints_url = o->prints_url,
		.stays = o->stays };
	struct browser browser = { .profile = { .fd = -1 } };
	struct crew crew = { .listener = -1 };
	int listener = -1, status;

	if ((status = check_swap(o)) != CMD_OK ||
	    (status = listen_here(o, s, &listener)) != CMD_OK)
		return status;
	if (crew_init(&crew, s, listener) != 0) {
		close(listener);
		return say_error("desk", "memory", ERR_NOMEM, NULL);
	}
	/* What an earlier one left when it was killed. */
	(void)profile_sweep();
	if (o->is_relaxed)
		fputs("pista: desk: relaxed: it runs even without its jails\n",
		    stderr);
	/* A browser whose own jail is a program with more rights than we have
	 * would not start without them. */
	if (process_harden(!o->has_browser || probe_namespaces()) != 0)
		status = say_error("desk", "rights", ERR_SYS, NULL);
	if (status == CMD_OK && o->has_browser)
		status = choose_browser(o, &browser);
	if (status == CMD_OK)
		status = desk_watch(
		    &crew, door, o->has_browser ? &browser : NULL, &how);
	profile_remove(&browser.profile);
	crew_fini(&crew);
	return status;
}

static const struct option known[] = {
	{ "idle", required_argument, NULL, 'i' },
	{ "minutes", required_argument, NULL, 'm' },
	{ "stay", no_argument, NULL, 's' },
	{ "browser", required_argument, NULL, 'b' },
	{ "no-browser", no_argument, NULL, 'B' },
	{ "print-url", no_argument, NULL, 'u' },
	{ "port", required_argument, NULL, 'p' },
	{ "allow-swap", no_argument, NULL, 'w' },
	{ "relaxed", no_argument, NULL, 'r' },
	{ "to", required_argument, NULL, 't' },
	{ "proxy", required_argument, NULL, 'x' },
	{ "home", required_argument, NULL, HOME_DIR },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

int
cmd_desk(int argc, char **argv)
{
	struct options o = { .has_browser = true,
		.minutes = MINUTES_DEFAULT,
		.idle = IDLE_DEFAULT };
	struct desk_settings s;
	struct desk_door door;
	int option, status, err;

	home_init(&o.home);
	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option == 'h')
			return cmd_help(usage);
		if ((status = take_option(&o, option, optarg)) != CMD_OK)
			return status;
	}
	if (optind < argc)
		return cmd_misused(
		    "desk", "%s: takes no further words", argv[optind]);
	if ((status = prepare(&o, &s)) != CMD_OK)
		return status;
	if ((err = desk_door_open(&o.home, &door)) == ERR_BUSY)
		return ask_other(&o);
	if (err != 0)
		return say_error("desk", s.directory, err, NULL);
	status = run(&o, &s, &door);
	desk_door_close(&door);
	return status;
}
