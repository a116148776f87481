#!/usr/bin/env python3
"""What the server leaves behind: nothing that tells who wrote or what."""
import http.client
import os
import pathlib
import re

from pista_flow import Place, check, main

MESSAGE = "Zanahoria-Nocturna: el ministro lo sabía"
NAME = "testimonio-secreto.pdf"
FILE = b"%PDF-1.4 lo-que-vio-el-portero " * 3000


def life(place):
    """Tips, errors, answers, cut connections, things that are no requests."""
    place.pista("story", "add", "--id", "puerto-viejo", "--lang", "es", "--title", "El puerto", "--url",
                "https://example.org/puerto-viejo")
    words, _ = place.send(MESSAGE, [(NAME, FILE)], story="puerto-viejo", names="yes", name="Ramona Quiroga",
                          contact="ramona@example.org")
    place.send(MESSAGE + " ".join(words[:2]), w1="equivocada")
    place.read(words)
    place.read([*words[:8], "palabrota"])
    place.browser.get("?lang=es&story=puerto-viejo&tracking=rastro-largo")
    for path in "/rastro-largo", "/%ff%00", "/?rastro-largo":
        try:
            place.browser.request("GET", path, headers={"User-Agent": "agente-raro", "Referer": "http://rastro-largo/"})
        except http.client.HTTPException:
            pass
    for raw in (b"rastro-largo\r\n\r\n", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999\r\n\r\nrastro-largo",
                b"\x16\x03\x01rastro-largo"):
        with place.dial() as s:
            s.sendall(raw)
    seq = place.letters()[0]["seq"]
    place.pista("reply", seq, text="Respuesta-de-la-mesa")
    place.wait_answer(words, "Respuesta-de-la-mesa")
    return words


def secrets_of(place, words):
    digits = place.read(words).form("follow").value("receipt")
    return [MESSAGE, "Zanahoria", NAME, "lo-que-vio-el-portero", "Ramona", "ramona@", "Respuesta-de-la",
            "rastro-largo", "agente-raro", "palabrota", "equivocada", " ".join(words), " ".join(words[:3]), digits,
            digits.replace(" ", "")]


def no_traces():
    """after tips, answers and nonsense neither log nor store hold a word, a name, an address or a time"""
    with Place().open() as place:
        words = life(place)
        needles = secrets_of(place, words)
        log = place.log.read_text()
        found = [n for n in needles if n in log]
        check(not found, f"in the log: {found}")
        check(not re.search(r"\b\d\d:\d\d\b", log), f"a time in the log:\n{log}")
        check(not re.search(r"127\.0\.0\.1:(?!%d\b)\d+" % place.port, log), f"an address in the log:\n{log}")
        place.stop()
        for file in [*place.store.iterdir(), *place.data.rglob("*")]:
            if not file.is_file() or file.name == "pistad.conf":
                continue
            content = file.read_bytes()
            found = [n for n in needles if n.encode() in content or n.encode("utf-16-le") in content]
            check(not found, f"in {file.name}: {found}")


def no_cores():
    """a process that crashes leaves no core, and says nothing about its request"""
    import signal
    with Place().open() as place:
        for role in "web", "form", "keep", "pickup", "gate":
            for pid in place.pids(role):
                limits = pathlib.Path(f"/proc/{pid}/limits").read_text()
                check(re.search(r"Max core file size\s+0\s+0", limits), f"{role}: {limits}")
        place.has_killed = True
        for role in "form", "web":
            for pid in place.pids(role):
                os.kill(pid, signal.SIGABRT)
        place.wait_up()
        cores = [f for d in (place.dir, place.data, pathlib.Path("/"), pathlib.Path.cwd()) for f in d.glob("core*")
                 if f.is_file()]
        check(not cores, f"cores: {cores}")
        check("127.0.0.1" not in place.log.read_text().replace(f"127.0.0.1:{place.port}", ""), "address in the log")


main(no_traces, no_cores)
