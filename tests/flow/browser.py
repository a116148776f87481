"""A browser without scripts, as far as Pista's pages need one: it fetches a
page, finds its forms, fills them in as a person would and submits them the way
the HTML standard says. Used by the flow tests and the demonstration."""
import html.parser
import http.client
import secrets
import urllib.parse


class Form:
    def __init__(self, attrs):
        self.action = attrs.get("action", "")
        self.method = attrs.get("method", "get").lower()
        self.enctype = attrs.get("enctype", "application/x-www-form-urlencoded")
        self.fields = []    # [name, type, value, checked], in document order
        self.buttons = []   # (name, value, words)

    def names(self):
        return [f[0] for f in self.fields]

    def value(self, name):
        return next(f[2] for f in self.fields if f[0] == name)


class Page(html.parser.HTMLParser):
    """What a page holds: forms, text as a reader sees it, links, language."""

    def __init__(self, status, headers, body):
        super().__init__()
        self.status, self.headers, self.body = status, headers, body
        self.forms, self.links, self.words, self.lang = [], [], [], None
        self._form = self._area = self._select = self._button = None
        self._hidden = 0
        self.feed(body.decode("utf-8"))
        self.lines = [" ".join(line.split()) for line in "".join(self.words).split("\n") if line.strip()]
        self.text = " ".join(self.lines)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "html":
            self.lang = a.get("lang")
        elif tag in ("style", "script", "title"):
            self._hidden += 1
        elif tag == "a" and "href" in a:
            self.links.append(a["href"])
        elif tag == "form":
            self._form = Form(a)
            self.forms.append(self._form)
        elif self._form is None or "name" not in a and tag != "option":
            pass
        elif tag == "input":
            kind = a.get("type", "text")
            if kind == "submit":
                self._form.buttons.append((a["name"], a.get("value", ""), a.get("value", "")))
            else:
                self._form.fields.append([a["name"], kind, a.get("value", "on" if kind in ("checkbox", "radio") else ""),
                                          "checked" in a])
        elif tag == "button":
            self._button = [a["name"], a.get("value", ""), ""]
        elif tag == "textarea":
            self._area = [a["name"], "textarea", "", True]
            self._form.fields.append(self._area)
        elif tag == "select":
            self._select = [a["name"], "select", None, True]
            self._form.fields.append(self._select)
        elif tag == "option" and self._select is not None:
            if self._select[2] is None or "selected" in a:
                self._select[2] = a.get("value", "")
        if tag in ("p", "br", "li", "h1", "h2", "h3", "div", "td", "label", "section"):
            self.words.append("\n")

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._area:
            # A browser drops one newline right behind the tag.
            if self._area[2].startswith("\n"):
                self._area[2] = self._area[2][1:]
            self._area = None
        elif tag == "select":
            self._select = None
        elif tag == "button" and self._button:
            self._form.buttons.append(tuple(self._button))
            self._button = None
        elif tag in ("style", "script", "title"):
            self._hidden -= 1

    def handle_data(self, data):
        if self._area is not None:
            self._area[2] += data
        elif not self._hidden:
            self.words.append(data)
            if self._button is not None:
                self._button[2] += data.strip()

    def form(self, do):
        """The form that has the button or the hidden field do=VALUE."""
        for f in self.forms:
            if any(b[:2] == ("do", do) for b in f.buttons):
                return f
            if any(field[0] == "do" and field[2] == do for field in f.fields):
                return f
        raise LookupError(f"no form {do!r} among {[(f.names(), f.buttons) for f in self.forms]}")


class Browser:
    """One address, one request a connection, no cookies, no scripts."""

    def __init__(self, address, timeout=120):
        parts = urllib.parse.urlsplit(address)
        self.host, self.prefix, self.timeout = parts.netloc, parts.path.rstrip("/"), timeout

    def request(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection(self.host, timeout=self.timeout)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def get(self, query=""):
        return Page(*self.request("GET", f"{self.prefix}/{query}"))

    def submit(self, form, do=None, files=(), **values):
        return Page(*self.post(self.fill(form, do, files, **values), form.enctype))

    def fill(self, form, do=None, files=(), **values):
        """The parts of a form with some fields filled in. files: (field, name,
        bytes). A field named twice gets its values from a list."""
        parts = []
        left = {name: list(v) if isinstance(v, (list, tuple)) else [v] for name, v in values.items()}
        for name, kind, value, checked in form.fields:
            if kind == "file":
                mine = [f for f in files if f[0] == name]
                files = [f for f in files if f[0] != name]
                parts += [(name, f[1], f[2]) for f in mine] or [(name, "", b"")]
            elif kind in ("checkbox", "radio"):
                if (value in left[name]) if name in left else checked:
                    parts.append((name, None, value))
            elif left.get(name):
                parts.append((name, None, left[name].pop(0)))
            else:
                parts.append((name, None, value or ""))
        if do is not None and any(b[:2] == ("do", do) for b in form.buttons):
            parts.insert(0, ("do", None, do))
        return parts

    def post(self, parts, enctype="multipart/form-data"):
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": f"http://{self.host}"}
        if enctype == "multipart/form-data":
            body, headers["Content-Type"] = multipart(parts)
        else:
            body = urllib.parse.urlencode([(n, v) for n, f, v in parts]).encode()
            headers["Content-Type"] = enctype
        return self.request("POST", f"{self.prefix}/", body, headers)


def multipart(parts):
    boundary = "----form" + secrets.token_hex(16)
    out = bytearray()
    for name, filename, value in parts:
        out += f"--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"".encode()
        if filename is not None:
            escaped = filename.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
            out += f'; filename="{escaped}"\r\nContent-Type: application/octet-stream'.encode()
            data = value
        else:
            data = value.replace("\r\n", "\n").replace("\n", "\r\n").encode()
        out += b"\r\n\r\n" + data + b"\r\n"
    out += f"--{boundary}--\r\n".encode()
    return bytes(out), f"multipart/form-data; boundary={boundary}"
