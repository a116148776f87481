#!/usr/bin/env python3
"""A tip with two files from a browser without scripts to a journalist's
terminal, and the answer back, in each language."""
import secrets

from pista_flow import Failed, Place, check, main

FILES = [("acta.pdf", b"%PDF-1.4\n" + secrets.token_bytes(300_000)), ("foto.jpg", secrets.token_bytes(65_536))]
SAYS = {"es": ("Recibida", "Lo has anotado bien", "Todavía no hay respuesta para ti."),
        "fr": ("Reçue", "Vous avez bien noté", "Il n’y a pas encore de réponse pour vous."),
        "en": ("Received", "Your note is right", "There is no answer for you yet.")}


def travel(place, lang):
    message = f"Sé algo del puerto [{lang}] — ¿«quién» firmó?\nLínea dos <b>&amp;</b>"
    words, sent = place.send(message, FILES, lang=lang, names="yes")
    check(sent.status == 200 and sent.lang == lang, f"{sent.status} {sent.lang}")
    received, right, none_yet = SAYS[lang]
    check(received in sent.text and right in sent.text, sent.text)
    none = place.read(words, lang)
    check(none_yet in none.text, none.text)
    letter = [x for x in place.letters() if x.get("message", "").startswith(message.split("\n")[0])]
    check(len(letter) == 1, f"{len(letter)} letters")
    letter = letter[0]
    check(letter["message"] == message and letter["lang"] == lang and letter["files"] == 2, letter)
    saved = place.export(letter["seq"])
    check({data for _, data in FILES} <= set(saved.values()), f"files changed: {[*saved]}")
    check(message.encode() in saved.values(), "message changed")
    shown = place.pista("read", letter["seq"])
    check("acta.pdf" in shown and "foto.jpg" in shown, shown)
    answer = f"Gracias. ¿Quién más lo vio? [{lang}]"
    place.pista("reply", letter["seq"], text=answer)
    read = place.wait_answer(words, answer, lang=lang)
    other = list(words)
    other[0], other[1] = other[1], other[0]
    wrong = place.read(other, lang)
    check(answer not in wrong.text, "a wrong receipt reads the answer")
    check(len(read.body) == len(none.body) == len(wrong.body) == 65536,
          f"sizes: {len(read.body)} {len(none.body)} {len(wrong.body)}")
    answers = [x["answers"] for x in place.threads() if x["seq"] == letter["seq"]]
    check(answers == [1], answers)


def three_languages():
    """a tip with two files goes there and the answer comes back, in es, fr and en"""
    with Place().open() as place:
        for lang in SAYS:
            travel(place, lang)


def constant_page():
    """GET gives everybody the same bytes, small, in one request, and nothing else in the request changes them"""
    with Place().open() as place:
        place.pista("story", "add", "--id", "puerto", "--lang", "es", "--title", "El puerto", "--url",
                    "https://example.org/puerto")
        for query in "", "?lang=es", "?lang=fr", "?lang=en", "?lang=es&story=puerto":
            first = place.browser.get(query)
            check(first.status == 200 and len(first.body) <= 30_000, f"{query}: {first.status} {len(first.body)}")
            for headers in ({}, {"Accept-Language": "fr"}, {"User-Agent": "Mozilla/5.0"}, {"Cookie": "a=b"},
                            {"Referer": "https://example.org/", "Accept-Encoding": "gzip, br"},
                            {"If-None-Match": "*", "If-Modified-Since": "Sat, 01 Jan 2022 00:00:00 GMT"},
                            {"Range": "bytes=0-10", "X-Forwarded-For": "203.0.113.9"}):
                status, fields, body = place.browser.request("GET", "/" + query, headers=headers)
                check((status, fields, body) == (200, first.headers, first.body), f"{query} differs with {headers}")
            low = {n.lower(): v for n, v in first.headers.items()}
            check(low["cache-control"] == "no-store, no-transform" and low["referrer-policy"] == "same-origin" and
                  low["connection"] == "close" and "default-src 'none'" in low["content-security-policy"], low)
            for name in "etag", "last-modified", "set-cookie", "date", "server":
                check(name not in low, f"{query}: {name}")
            text = first.body.decode()
            check(text.count("<script") == 2 and text.count("src=") == 1 and 'defer src="/seal-' in text and
                  "@import" not in text and "url(" not in text, "the page asks for more")
            check(text.replace('<link rel=icon href="data:,">', "").count("<link") == 0, "a link element")
        unknown = place.browser.get("?lang=xx&story=none&utm=1")
        check(unknown.body == place.browser.get().body, "unknown parameters change the page")


def story_travels():
    """the story of the address travels in a hidden field to the letter"""
    with Place().open() as place:
        place.pista("story", "add", "--id", "puerto", "--lang", "es", "--title", "El puerto", "--url",
                    "https://example.org/puerto")
        for _ in range(50):
            if "El puerto" in place.browser.get("?story=puerto").text:
                break
        else:
            raise Failed("the story does not appear")
        place.send("sobre el puerto", story="puerto", passage="la página dos")
        letter = place.letters()[0]
        check(letter["story"] == "puerto", letter)
        check("la página dos" in place.pista("read", letter["seq"]), "passage")


main(three_languages, constant_page, story_travels)
