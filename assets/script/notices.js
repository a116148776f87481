// What a person should think about before they send. It never stops anybody.

const SHARED = new RegExp("(?:docs|drive|photos)\\.google\\.|\\bgoo\\.gl/|" +
	"dropbox\\.com|\\bdb\\.tt/|1drv\\.ms|onedrive\\.|sharepoint\\.com|" +
	"icloud\\.com/|wetransfer\\.com|\\bwe\\.tl/|\\bmega\\.(?:nz|io)|" +
	"\\bbox\\.com|notion\\.(?:so|site)|disk\\.yandex\\.|yadi\\.sk|" +
	"cloud\\.mail\\.ru|pcloud\\.|mediafire\\.com|teams\\.microsoft\\.|" +
	"slack\\.com|/index\\.php/s/|terabox", "i");

// Whose addresses say nothing about an employer. All others are asked about.
const FREE = new RegExp("^(?:g(?:oogle)?mail\\.com|" +
	"(?:outlook|hotmail|live|msn|yahoo|ymail|yandex|gmx|aol|rocketmail)\\.[a-z.]+|" +
	"(?:icloud|me|mac|fastmail|zoho|hey|inbox|mail|email|runbox|hushmail)\\.com|" +
	"(?:proton(?:mail)?|pm)\\.(?:me|com|ch)|tuta(?:nota)?\\.(?:com|de|io)|" +
	"(?:web|freenet|t-online|posteo|mailbox|arcor)\\.(?:de|net|org)|" +
	"(?:riseup|disroot|autistici|inventati|systemli|immerda)\\.(?:net|org|ch)|" +
	"(?:mail|bk|list|inbox|rambler|ya|lenta)\\.ru|ukr\\.net|(?:i|meta)\\.ua|" +
	"(?:free|orange|laposte|wanadoo|sfr|bbox|neuf)\\.(?:fr|net)|" +
	"(?:libero|virgilio|tiscali|alice|tin)\\.it|" +
	"(?:uol|bol|terra|ig)\\.com\\.br|(?:sapo|iol)\\.pt|telefonica\\.net|" +
	"chmail\\.ir|qq\\.com|163\\.com|seznam\\.cz|wp\\.pl)$", "i");

export const hasShared = (text) => SHARED.test(text);

export function hasWork(text) {
	for (const [, host] of text.matchAll(/[^\s@<>"]+@([^\s@<>",;]+\.\p{L}+)/gu))
		if (!FREE.test(host))
			return true;
	return false;
}
