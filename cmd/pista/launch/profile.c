#include "launch/profile.h"

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "os/process.h"

#define FILE_MAX 16384

/* The person's own home, for what they save on purpose. */
static const char *
real_home(void)
{
	const char *home = process_environment("HOME");

	return home != NULL && text_is_line(text_from(home)) ? home : "/";
}

static const char firefox_prefs[] =
    "user_pref(\"app.normandy.enabled\", false);\n"
    "user_pref(\"app.shield.optoutstudies.enabled\", false);\n"
    "user_pref(\"app.update.auto\", false);\n"
    "user_pref(\"app.update.enabled\", false);\n"
    "user_pref(\"browser.aboutwelcome.enabled\", false);\n"
    "user_pref(\"browser.cache.disk.enable\", false);\n"
    "user_pref(\"browser.contentblocking.category\", \"strict\");\n"
    "user_pref(\"browser.formfill.enable\", false);\n"
    "user_pref(\"browser.ping-centre.telemetry\", false);\n"
    "user_pref(\"browser.safebrowsing.downloads.enabled\", false);\n"
    "user_pref(\"browser.safebrowsing.malware.enabled\", false);\n"
    "user_pref(\"browser.safebrowsing.phishing.enabled\", false);\n"
    "user_pref(\"browser.search.suggest.enabled\", false);\n"
    "user_pref(\"browser.search.update\", false);\n"
    "user_pref(\"browser.sessionstore.privacy_level\", 2);\n"
    "user_pref(\"browser.sessionstore.resume_from_crash\", false);\n"
    "user_pref(\"browser.shell.checkDefaultBrowser\", false);\n"
    "user_pref(\"browser.startup.homepage\", \"about:blank\");\n"
    "user_pref(\"browser.startup.homepage_override.mstone\", "
    "\"ignore\");\n"
    "user_pref(\"browser.startup.page\", 0);\n"
    "user_pref(\"browser.tabs.crashReporting.sendReport\", false);\n"
    "user_pref(\"browser.translations.enable\", false);\n"
    "user_pref(\"browser.urlbar.suggest.searches\", false);\n"
    "user_pref(\"datareporting.healthreport.uploadEnabled\", false);\n"
    "user_pref(\"datareporting.policy.dataSubmissionEnabled\", "
    "false);\n"
    "user_pref(\"datareporting.policy.firstRunURL\", \"\");\n"
    "user_pref(\"extensions.getAddons.cache.enabled\", false);\n"
    "user_pref(\"extensions.pocket.enabled\", false);\n"
    "user_pref(\"extensions.update.enabled\", false);\n"
    "user_pref(\"geo.enabled\", false);\n"
    "user_pref(\"media.gmp-manager.url\", \"\");\n"
    "user_pref(\"media.peerconnection.enabled\", false);\n"
    "user_pref(\"network.captive-portal-service.enabled\", false);\n"
    "user_pref(\"network.connectivity-service.enabled\", false);\n"
    "user_pref(\"network.dns.disablePrefetch\", true);\n"
    "user_pref(\"network.predictor.enabled\", false);\n"
    "user_pref(\"network.prefetch-next\", false);\n"
    /* This machine and nobody else. */
    "user_pref(\"network.proxy.type\", 1);\n"
    "user_pref(\"network.proxy.socks\", \"127.0.0.1\");\n"
    "user_pref(\"network.proxy.socks_port\", 9);\n"
    "user_pref(\"network.proxy.socks_remote_dns\", true);\n"
    "user_pref(\"network.proxy.no_proxies_on\", \"127.0.0.1\");\n"
    "user_pref(\"network.proxy.failover_direct\", false);\n"
    "user_pref(\"network.trr.mode\", 5);\n"
    "user_pref(\"places.history.enabled\", false);\n"
    "user_pref(\"services.settings.server\", \"\");\n"
    "user_pref(\"signon.rememberSignons\", false);\n"
    "user_pref(\"toolkit.telemetry.enabled\", false);\n"
    "user_pref(\"toolkit.telemetry.unified\", false);\n"
    "user_pref(\"toolkit.telemetry.reportingpolicy.firstRun\", "
    "false);\n"
    "user_pref(\"trailhead.firstrun.didSeeAboutWelcome\", true);\n"
    "user_pref(\"browser.download.useDownloadDir\", false);\n"
    "user_pref(\"browser.download.folderList\", 2);\n"
    "user_pref(\"browser.download.dir\", ";

static int
fill_firefox(const struct profile *p)
{
	json_t *home = json_string(real_home());
	struct buf b;
	int err = ERR_NOMEM;

	buf_init(&b, FILE_MAX);
	if (home == NULL)
		goto out;
	buf_puts(&b, firefox_prefs);
	json_put(&b, home, JSON_ENCODE_ANY);
	buf_puts(&b, ");\n");
	if ((err = buf_finish(&b)) == 0)
		err = profile_write(p, "user.js", b.p, b.n);
out:
	json_decref(home);
	buf_fini(&b);
	return err;
}

static int
fill_chromium(const struct profile *p)
{
	/* clang-format off */
	json_t *o = json_pack("{s{s:b,s:s},s{s:b},s{s:b,s:b},s{s:b,s:b},s{s:b},"
	    "s{s:b},s:b,s:b,s:b,s{s:i}}",
	    "download", "prompt_for_download", 1, "default_directory", real_home(),
	    "browser", "enable_spellchecking", 0,
	    "safebrowsing", "enabled", 0, "enhanced", 0,
	    "autofill", "profile_enabled", 0, "credit_card_enabled", 0,
	    "translate", "enabled", 0,
	    "search", "suggest_enabled", 0,
	    "credentials_enable_service", 0, "credentials_enable_autosignin", 0,
	    "alternate_error_pages_enabled", 0,
	    "session", "restore_on_startup", 5);
	/* clang-format on */
	struct buf b;
	int err = ERR_NOMEM;

	buf_init(&b, FILE_MAX);
	if (o == NULL)
		goto out;
	json_put(&b, o, 0);
	if ((err = buf_finish(&b)) == 0 &&
	    (err = profile_directory(p, "Default")) == 0)
		err = profile_write(p, "Default/Preferences", b.p, b.n);
out:
	json_decref(o);
	buf_fini(&b);
	return err;
}

int
desk_profile_fill(const struct profile *p, bool is_firefox)
{
	int err = profile_directory(p, DESK_PROFILE_HOME);

	if (err != 0)
		return err;
	return is_firefox ? fill_firefox(p) : fill_chromium(p);
}
