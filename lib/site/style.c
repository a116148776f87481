#include "site/site.h"

/* True when s, in lower case, stands at the beginning of t. */
static bool
begins(struct text t, const char *s)
{
	size_t i = 0;

	while (
	    s[i] != '\0' && i < t.n &&
	    (t.p[i] >= 'A' && t.p[i] <= 'Z' ? t.p[i] | 0x20 : t.p[i]) == s[i])
		i++;
	return s[i] == '\0';
}

bool
site_style_is_plain(struct text style)
{
	/* Everything that CSS can load with, and the escape under which such
	 * a word could hide. */
	static const char *const never[] = { "url(", "src(", "image(",
		"image-set(", "@import", "@font-face", "@namespace", "\\",
		"<" };

	for (struct text t = style; t.n > 0; t.p++, t.n--)
		for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
			if (begins(t, never[i]))
				return false;
	return true;
}
