#!/usr/bin/env python3
"""check-site: a place that is as it should be passes; one that lies about a single thing, to everybody or to some, is
caught, and said so."""
import base64
import gzip
import hashlib
import http.client
import json
import re
import socket
import threading
import time

from kit import Place, check, main, sign_card

STORY = "puerto"


class Proxy:
    """Stands before the place and passes answers on, byte for byte but for what `lie` changes. lie(path, request,
    status, fields, body) changes fields (a list of pairs) in place and returns (status, body); a body that is a
    generator is sent piece by piece, without an end."""

    def __init__(self, place, lie=None):
        self.place, self.lie, self.asked = place, lie, []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        try:
            with client:
                self.answer(client)
        except OSError:
            pass

    def answer(self, client):
        request = b""
        while b"\r\n\r\n" not in request:
            request += client.recv(65536)
        head, _, body = request.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        while length and len(body) < int(length[1]):
            body += client.recv(65536)
        method, path, _ = head.split(b"\r\n")[0].decode().split(" ")
        self.asked.append((method, path, head))
        upstream = http.client.HTTPConnection("127.0.0.1", self.place.port, timeout=30)
        fields = [line.split(": ", 1) for line in head.decode().split("\r\n")[1:]]
        upstream.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in fields:
            upstream.putheader(name, value)
        upstream.endheaders(body)
        reply = upstream.getresponse()
        status, fields, body = reply.status, reply.getheaders(), reply.read()
        upstream.close()
        fields = [f for f in fields if f[0].lower() not in ("content-length",)]
        if self.lie is not None:
            status, body = self.lie(path, head.decode(), status, fields, body)
        if isinstance(body, bytes):
            fields.append(("Content-Length", str(len(body))))
            body = [body]
        lines = [f"HTTP/1.1 {status} Whatever"] + [f"{n}: {v}" for n, v in fields]
        client.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        for piece in body:
            client.sendall(piece)


class Site:
    """A place with two languages and a story, and check-site as anybody runs it."""

    def __init__(self):
        self.place = Place(languages="es,ar").start()
        self.place.pista("story", "add", "--id", STORY, "--title", "El puerto & <más>", "--url",
                         "https://example.org/puerto?a=1&b=2", "--later")
        self.place.pista("masthead", "publish")
        self.place.pista("story", "publish")
        self.pin = self.place.home / "newsroom/newsroom.pub"

    def look(self, url, *args, pin=True):
        known = ["--pin", self.pin] if pin else ["--home", self.place.home, "--passphrase-file",
                                                 self.place.dir / "passphrase"]
        return self.place.source("check-site", *known, *args, url, check=False)

    def caught(self, lie, *says, args=(), pin=True):
        """What lie changes must be wrong, in these words."""
        with Proxy(self.place, lie) as proxy:
            done = self.look(proxy.url, "--quiet", *args, pin=pin)
        check(done.returncode == 1 and not done.stderr, f"{says}: {done.returncode} {done.stdout} {done.stderr}")
        for words in says:
            check(any(line.startswith("WRONG") and words in line for line in done.stdout.splitlines()),
                  f"{words!r} not in: {done.stdout}")
        return done.stdout


site = None


def is_page(path):
    return path.split("?")[0] == "/"


def in_page(change, where=lambda request: True):
    """A lie about the bytes of pages."""
    def lie(path, request, status, fields, body):
        return status, change(body) if is_page(path) and status == 200 and where(request) else body
    return lie


def replaced(old, new):
    def change(body):
        check(old in body, f"{old} is not on the page")
        return body.replace(old, new, 1)
    return in_page(change)


def added(name, value, where=is_page):
    def lie(path, request, status, fields, body):
        if where(path):
            fields.append((name, value))
        return status, body
    return lie


def elsewhere(change, path_of):
    def lie(path, request, status, fields, body):
        return change(status, fields, body) if path.startswith(path_of) else (status, body)
    return lie


def clean():
    """a good place passes: to a stranger, through a proxy that changes nothing, to a member, as JSON"""
    done = site.look(site.place.url)
    check(done.returncode == 0 and not done.stderr, f"{done.stdout} {done.stderr}")
    for name in "masthead", "scripts", "stories", "page /", "page es", "page ar", f"page es {STORY}", "words.json", \
            "no such page", "other sites", "desk", "workers", "board":
        check(re.search(rf"^ok +{re.escape(name)} ", done.stdout, re.M), f"{name} is not in: {done.stdout}")
    check("byte for byte what Pista" in done.stdout and "front = direct" in done.stdout, done.stdout)
    with Proxy(site.place) as proxy:
        quiet = site.look(proxy.url, "--quiet", "--exact")
        check(quiet.returncode == 0 and quiet.stdout == "", quiet.stdout)
        check(all("\r\nUser-Agent: " in head or "Accept-Language: xx" in head
                  for head in (h.decode() for _, _, h in proxy.asked)), "something asks as no browser does")
        found = json.loads(site.look(proxy.url, "--json", pin=False).stdout)
    check(len(found) > 10 and all(x["ok"] and x["check"] and x["says"] for x in found), found)


def pages():
    """a page that was changed, in bytes, shape, language or for some readers only, is caught"""
    site.caught(replaced(b"</main>", b"<script>alert(1)</script></main>"), "has another script")
    site.caught(replaced(b"<h1", b"<img src=//evil.example/x.png><h1"), "has an element that no page of ours has: <img")
    site.caught(replaced(b"<h1", b"<h1 onclick=x"), "has an attribute that no page of ours has")
    site.caught(replaced(b"<h1", b"<a href=https://evil.example>x</a><h1"), "leads to another place")
    site.caught(replaced(b'action="/"', b'action="//evil.example/"'), "has a form that sends elsewhere")
    site.caught(replaced(b"defer src=", b'data-x=1 src=x defer src='), "has a tag that no page of ours has")
    site.caught(replaced(b'src="/seal-', b'src="//evil.example/seal-'), "loads another script")
    site.caught(replaced(b"data-pin=\"RW", b"data-pin=\"QW"), "another newsroom's key")
    site.caught(replaced(b"<style>", b"<style>@import 'x';"), "style sheet that loads something")
    site.caught(replaced(b"<style>", b"<style>p{color:red}"), "does not say what it should: Content-Security-Policy")
    site.caught(in_page(lambda b: re.sub(rb"<script.*</script>", b"", b, flags=re.S)),
                "has a form, but not the script that seals")
    site.caught(replaced(b"</footer>", b"Write to tips@evil.example</footer>"), "though its scripts are the same")
    site.caught(in_page(lambda b: b + b" " * 30000), "larger than 30720 bytes")
    site.caught(in_page(lambda b: b.replace(b"<h1", b"<h1 id=x", 1), lambda r: "Googlebot" in r), "page /",
                "another browser gets another page")
    site.caught(lambda path, r, status, fields, body: (status, Site.arabic) if path == "/?lang=es" else (status, body),
                "page es", "in another language")
    only_story = replaced(b"</footer>", b"!</footer>")
    site.caught(lambda path, r, s, f, b: only_story(path, r, s, f, b) if "story=" in path else (s, b),
                f"page es {STORY}")


def scripts():
    """a script that was changed is caught by its hash; changed together with its hash, by the masthead"""
    packed = {}

    def worse(path, request, status, fields, body):
        if not path.startswith("/seal-"):
            return status, body
        if path not in packed:
            packed[path] = gzip.compress(gzip.decompress(body) + b"\n//", 1)
        return status, packed[path]

    def both(path, request, status, fields, body):
        if is_page(path) and b"seal-" in body:
            lang = re.search(rb"/seal-([a-z]+)\.js", body)[1].decode()
            conn = http.client.HTTPConnection("127.0.0.1", site.place.port)
            conn.request("GET", f"/seal-{lang}.js")
            script = gzip.decompress(conn.getresponse().read()) + b"\n//"
            digest = base64.b64encode(hashlib.sha256(script).digest())
            return status, re.sub(rb'integrity="[^"]*"', b'integrity="sha256-' + digest + b'"', body)
        return worse(path, request, status, fields, body)

    site.caught(worse, "seal-es.js was changed", "seal-ar.js was changed")
    site.caught(both, "is not one that the masthead names")
    site.caught(lambda path, r, s, f, b: (s, gzip.compress(b"{}")) if path == "/words.json" else (s, b),
                "words.json was changed")
    site.caught(elsewhere(lambda s, f, b: (404, b), "/seal-ar"), "answered with status 404")

    def guard(path, request, status, fields, body):
        """A guard that does nothing, with a policy that lets it run."""
        if not is_page(path) or b"<script>" not in body:
            return status, body
        digest = base64.b64encode(hashlib.sha256(b"1").digest()).decode()
        for i, (name, value) in enumerate(fields):
            if name == "Content-Security-Policy":
                fields[i] = name, re.sub("script-src 'sha256-[^']*'", f"script-src 'sha256-{digest}'", value)
        return status, re.sub(rb"<script>.*?</script>", b"<script>1</script>", body, flags=re.S)

    site.caught(guard, "the script in the page is not one that the masthead names")


def headers():
    """headers that tell readers apart, lead them away or weaken the page are caught"""
    for name, value, says in (
            ("Set-Cookie", "id=1", "sets a cookie"), ("ETag", '"1"', "known again"), ("Server", "nginx/1.22.1", "version"),
            ("Alt-Svc", 'h3=":443"', "another service"), ("NEL", "{}", "report"), ("X-Track", "1", "no answer of ours has"),
            ("Onion-Location", "http://evil.onion/", "not on the masthead"), ("Referrer-Policy", "unsafe-url", "twice")):
        site.caught(added(name, value), says)
    site.caught(added("Set-Cookie", "id=1", lambda p: p.startswith("/v1/board/")), "sets a cookie")
    once = []
    site.caught(lambda p, r, s, f, b: (s, b) if not is_page(p) or once.append(f.append(("Date", "x"))) else (s, b)
                if "Chrome" not in r else (f.append(("X-Frame-Options", "DENY")), (s, b))[1],
                "another browser gets other headers")

    def dropped(what, value=None):
        def lie(path, request, status, fields, body):
            if is_page(path):
                fields[:] = [(n, v) for n, v in fields if n.lower() != what] + ([(what, value)] if value else [])
            return status, body
        return lie

    for what in "content-security-policy", "cache-control", "referrer-policy", "x-content-type-options", "connection":
        site.caught(dropped(what), "does not say: " + what)
    site.caught(dropped("content-security-policy", "default-src *"), "does not say what it should")
    with Proxy(site.place, added("Server", "Caddy")) as proxy:
        noted = site.look(proxy.url, "--quiet")
    check(noted.returncode == 0 and noted.stdout.startswith("note") and noted.stdout.count("\n") == 1, noted.stdout)


def doors():
    """redirects, answers without an end, open doors, an old and a foreign masthead, a board that was changed"""
    site.caught(lambda p, r, s, f, b: (f.append(("Location", "https://evil.example/")), (302, b""))[1]
                if is_page(p) else (s, b), "readers are led elsewhere")
    site.caught(lambda p, r, s, f, b: (s, iter(lambda: b"x" * 4096, None)) if p == "/?lang=es" else (s, b),
                "or never ends")

    def slowly():
        while True:
            yield b"x"
            time.sleep(0.1)

    site.caught(lambda p, r, s, f, b: (s, slowly()) if p == "/?lang=es" else (s, b), "no whole answer", "page es",
                args=("--patience", "2"))
    site.caught(elsewhere(lambda s, f, b: (401, b), "/v1/inbox"), "the desk answers where readers come")
    site.caught(elsewhere(lambda s, f, b: (200, b""), "/sw.js"), "a service worker could read along")
    site.caught(lambda p, r, s, f, b: (200, b) if r.startswith("POST") else (s, b),
                "a form that another site sends is taken", "a letter that another site sends is taken")
    site.caught(lambda p, r, s, f, b: (s, b + p.encode()) if ".html" in p else (s, b), "repeats what was asked for")
    site.caught(lambda p, r, s, f, b: (200, b) if ".html" in p else (s, b), "instead of 404")
    site.caught(elsewhere(lambda s, f, b: (s, b[:-1]), "/masthead.json.minisig"), "it is not this newsroom's")
    site.caught(elsewhere(lambda s, f, b: (s, b.replace(b'"serial":', b'"Serial":')), "/masthead.json"), "bad signature")
    site.caught(elsewhere(lambda s, f, b: (s, b"\0" * 9 if not b else b[:-1] + bytes([b[-1] ^ 1])), "/v1/board/index"),
                "board")
    site.caught(elsewhere(lambda s, f, b: (s, b"{"), "/v1/stories"), "the list is malformed")


def masthead():
    """an older masthead is caught by who knows a newer one; one that ends soon is noted; one without scripts too"""
    place, files = site.place, ("/masthead.json", "/masthead.json.minisig")
    kept = place.dir / "kept"
    check(site.look(place.url, "--remember", kept).returncode == 0, "not good at first")
    old = {p: place.browser.request("GET", p)[2] for p in files}
    place.pista("masthead", "publish", "--days", "3")

    def before(path, request, status, fields, body):
        return status, old.get(path, body)

    soon = site.look(place.url, "--remember", kept, "--quiet")
    check(soon.returncode == 0 and re.match("note +masthead .*which is soon", soon.stdout), soon.stdout)
    site.caught(before, "an old one: serial", pin=False)
    site.caught(before, "an old one: serial", args=("--remember", kept))
    policy = json.loads((place.home / "newsroom/masthead.json").read_text())["policy"]
    place.pista("masthead", "publish", sign_card(place, policy={k: v for k, v in policy.items() if k != "scripts"}))
    bare = site.look(place.url)
    check(bare.returncode == 0 and re.search("^note +scripts", bare.stdout, re.M), bare.stdout)
    # Then nobody can tell another version from somebody's work.
    site.caught(replaced(b"<style>", b"<style>p{color:red}"), "page es")


def other_version():
    """pages of another version, whose scripts the masthead names, are noted; with --exact they are wrong"""
    place = site.place
    card = json.loads((place.home / "newsroom/masthead.json").read_text())
    script, style = b"/* older */", b"p{color:red}"
    digest = "sha256-" + base64.b64encode(hashlib.sha256(script).digest()).decode()
    policy = {**card["policy"], "scripts": [digest, *card["policy"]["scripts"]]}
    place.pista("masthead", "publish", sign_card(place, serial=card["serial"] + 2, policy=policy))

    def older(path, request, status, fields, body):
        if path.startswith("/seal-"):
            return status, gzip.compress(script)
        if path == "/words.json":
            return status, gzip.compress(b"{}")
        if is_page(path) and b"<script id" in body:
            body = re.sub(rb'integrity="[^"]*"', b'integrity="' + digest.encode() + b'"', body)
            body = re.sub(rb"<style>.*?</style>", b"<style>" + style + b"</style>", body, flags=re.S)
        for i, (name, value) in enumerate(fields):
            if name == "Content-Security-Policy" and is_page(path):
                mine = base64.b64encode(hashlib.sha256(style).digest()).decode()
                fields[i] = name, re.sub("style-src 'sha256-[^']*'", f"style-src 'sha256-{mine}'", value)
        return status, body

    with Proxy(place, older) as proxy:
        done = site.look(proxy.url, "--quiet")
        check(done.returncode == 0 and "is another version's" in done.stdout, done.stdout)
        check("WRONG" not in done.stdout and re.search("^note +words.json", done.stdout, re.M), done.stdout)
        check(site.look(proxy.url, "--exact").returncode == 1, "not exact")


def words():
    """what makes no sense on the command line, and places that are not there, are told"""
    place = site.place
    for args, status, says in (
            (["--pin", site.pin], 2, "name the address"), (["--pin", "x", place.url], 1, "--pin takes"),
            (["--pin", site.pin, "ftp://x"], 1, "an address looks like"), (["--pin", site.pin, "a", "b"], 2, "one word too many"),
            (["--pin", site.pin, "--patience", "0", place.url], 2, "--patience takes"),
            (["--home", place.dir / "nobody", place.url], 2, "there is no newsroom here")):
        done = place.source("check-site", *args, check=False)
        check(done.returncode == status and says in done.stderr, f"{args}: {done}")
    gone = place.source("check-site", "--pin", site.pin, "http://127.0.0.1:1", check=False)
    check(gone.returncode == 1 and "no whole answer" in gone.stdout, gone.stdout)


def run():
    global site
    site = Site()
    Site.arabic = site.place.browser.request("GET", "/?lang=ar")[2]
    with site.place:
        main(clean, pages, scripts, headers, doors, words, masthead, other_version)


run()
