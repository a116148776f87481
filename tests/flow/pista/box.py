#!/usr/bin/env python3
"""The foot of an article: stories out of a feed, and the box."""
import html.parser
import json

from kit import Home, check, main

RSS = """<rss version="2.0"><channel><language>es</language>%s</channel></rss>"""
ITEM = "<item><title>%s</title><link>https://g.example/2026/%s.html</link><pubDate>%s Nov 2026 08:00:00 GMT</pubDate></item>"
ALLOWED = {"aside", "p", "strong", "a", "code", "br", "ul", "li", "bdi", "small"}


class Box(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.text, self.tags, self.links, self.styles, self.open = "", set(), [], 0, []
        self.feed(text)
        self.close()
        check(self.open == [], self.open)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.add(tag)
        self.links += [attrs["href"]] if "href" in attrs else []
        self.styles += "style" in attrs
        check(not any(name.startswith("on") or name == "src" for name in attrs), attrs)
        self.lang = attrs.get("lang", getattr(self, "lang", ""))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        check(self.open and self.open[-1] == tag, (tag, self.open))
        self.open.pop()

    def handle_data(self, data):
        self.text += data


def feed():
    """a feed becomes stories: known addresses keep their ids, the newest stay, what is no feed changes nothing"""
    with Home() as h:
        h.set_up()
        stories = lambda: json.loads(h.pista("story", "list", "--json"))
        h.pista("story", "import", h.file("rss", RSS % (ITEM % ("Uno", "uno", 1) + ITEM % ("Dos", "dos", 2))), "--later")
        check([(s["id"], s["lang"], s["day"]) for s in stories()] ==
              [("dos", "es", "2026-11-02"), ("uno", "es", "2026-11-01")], stories())
        said = h.pista("story", "import", "--later", "--keep", "2",
                       text=RSS % (ITEM % ("Otro", "uno", 1) + ITEM % ("Tres", "tres", 3)))
        check("1 new, 1 with another title" in said and "1 of the oldest left out" in said, said)
        check([s["title"] for s in stories()] == ["Tres", "Dos"], stories())
        before = stories()
        for text, says in (("<html></html>", "neither RSS nor Atom"), ("", "too early"),
                           ('<!DOCTYPE rss [<!ENTITY a "b">]><rss/>', "line 1"), ("<rss>\n\n<item>", "line 3")):
            h.refused("story", "import", "--later", text=text, says=says)
        h.refused("story", "import", h.dir / "no such file", says="not found")
        check(stories() == before, "a refused feed changed something")


def box():
    """the box has the page, the onion address and the key, in the reader's language, and nothing that loads or runs"""
    with Home() as h:
        h.set_up("--languages", "es,fr,ar")
        h.refused("box", "--story", "uno", says="--page")
        h.pista("newsroom", "set", "--channel", "web=https://tips.g.example", "--channel", "onion=http://abc.onion/",
                "--channel", "signal=gaceta.77")
        h.pista("masthead", "sign")
        pin = (h.home / "newsroom/newsroom.pub").read_text().splitlines()[1]
        for lang, dir_ in ("es", "ltr"), ("fr", "ltr"), ("ar", "rtl"):
            text = h.pista("box", "--story", "uno", "--lang", lang)
            made = Box(text)
            check(made.lang == lang and f"dir={dir_}" in text and made.tags <= ALLOWED, text)
            check(made.links == [f"https://tips.g.example/?lang={lang}&story=uno"], made.links)
            check(f"http://abc.onion/?lang={lang}&story=uno" in made.text, made.text)
            check(pin in made.text and "gaceta.77" in made.text and made.styles > 0, made.text)
            plain = Box(h.pista("box", "--story", "uno", "--lang", lang, "--plain"))
            check(plain.styles == 0 and plain.text.split() == made.text.split(), plain.text)
        h.pista("story", "add", "--id", "uno", "--title", "Uno", "--later")
        check(h.run("box", "--story", "uno").stderr.count("story list") == 0, "a known story")
        check("has no dos" in h.run("box", "--story", "dos").stderr, "an unknown story")
        text = h.pista("box", "--page", 'https://x/"><script>')
        check("<script" not in text and Box(text).lang == "es", text)
        h.refused("box", "--lang", "de", status=2, says="not a language")
        h.refused("box", "--story", "U no", status=2, says="a-z")
        h.refused("box", "--page", "javascript:1", status=2, says="https://")


main(feed, box)
