#!/usr/bin/env python3
"""Makes a newsroom of three members with tips of every sort, starts their desks,
and lets Debian's Chromium drive the page (desk.mjs, which speaks TAP).

PISTA_SCREENSHOTS=DIR keeps pictures of every screen."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path += [str(HERE.parent / "flow/desk"), str(HERE.parent / "flow/pista")]

from api_kit import PISTA, Desk, Place  # noqa: E402
from kit import join  # noqa: E402

# What a source may write to break a page, turn a line or hide a word.
EVIL = ("<img src=x onerror=\"document.title='struck'\"><script>document.title='struck'</script>{who}"
        " \u202egnp.exe\u2066 \u200bnothing\u2069 javascript:alert(1) \x1b[31m &lt;b&gt; \u2028 end")

QUAYS = ("les trois quais du port ont été vendus en mars à la même holding, sous trois noms différents, et le conseil "
         "municipal n’en a rien su. Les statuts des trois sociétés sont signés par la même personne, le même jour, chez le "
         "même notaire, et le prix est exactement la moitié de ce que disait l’expertise de l’année dernière. Personne "
         "n’a demandé pourquoi. Le directeur a touché une prime deux semaines plus tard. J’ai les copies des trois actes.")

TIPS = [
    ("dam", "Trabajo en la confederación hidrográfica. La inspección del 14 de marzo no se hizo: firmamos el acta en la oficina.\n\n"
     "Se puede comprobar con el parte de kilómetros del vehículo 14.\n", "--lang", "es", "--story", "embalse"),
    ("port", QUAYS + "\n", "--lang", "fr", "--story", "port"),
    ("water", "أعمل في مختبر المياه البلدي. النتائج التي نُشرت ليست النتائج التي سلمناها.\n", "--lang", "ar"),
    ("noise", "hi i know a secret, what do you pay??\n", "--lang", "en"),
    ("night", "I drove for the contractor that emptied the reservoir at night.\n", "--lang", "en", "--story", "embalse"),
    ("nurse", "Nos piden que no apuntemos la hora de entrada en urgencias hasta que haya cama.\n", "--lang", "es"),
    ("near", QUAYS.replace("les trois quais", "LES TROIS QUAIS") + "\n", "--lang", "fr", "--story", "port"),
    ("clash", "Somebody should look at the cold chain of the night trucks.\n", "--lang", "en"),
    ("evil", EVIL + "\n", "--lang", "en"),
]


class Source:
    """A source at a terminal, with a receipt in a file."""

    def __init__(self, place, name, text, args):
        self.place, self.receipt = place, place.dir / f"receipt-{name}"
        said = json.loads(place.source("send", *self.key(place), "--json", *args, text=text).stdout)
        self.receipt.touch(mode=0o600)
        self.receipt.write_text(said["receipt"])

    @staticmethod
    def key(place):
        return ["--to", place.url, "--pin", str(place.home / "newsroom/newsroom.pub")]


def tips(place):
    work = pathlib.Path(tempfile.mkdtemp(dir=place.dir))
    note, scan, evil = work / "léeme.txt", work / "acta.pdf", work / "photo\u202egnp.exe<svg onload=alert(1)>.png"
    note.write_text("Fichero de texto: \u202ealrevés\n<b>no</b>\n")
    scan.write_bytes(os.urandom(200_000))
    evil.write_bytes(os.urandom(1000))
    about = work / "about"
    about.touch(mode=0o600)
    about.write_text("name: \u202eevil<b>\ncontact: <i>here\u2067</i>\npassage: <script>x</script>\u202e turned\n")
    more = {"dam": ("--file", note, "--file", scan, "--file-names"),
            "evil": ("--file", evil, "--file-names", "--terms", "on-record", "--about-file", about)}
    return {name: str(Source(place, name, text, (*args, *more.get(name, ()))).receipt) for name, text, *args in TIPS}


def parts(place, receipt):
    """A film in three parts, the second last; its name is made to turn the line."""
    page = place.browser.submit(place.browser.get("?lang=en").form("read"), do="read", words=pathlib.Path(receipt).read_text())
    for n in 1, 3, 2:
        page = place.browser.submit(page.form("follow" if n == 1 else "add"), do="follow" if n == 1 else "add", names=["yes"],
                                    files=[("file", f"film\u202e<b>.mp4.00{n}", os.urandom(5000 + n))], part=str(n), of="3")


def newsroom(place):
    """Ana and Bo at the first desk, Cy at the second; two stories."""
    place.pista("newsroom", "set", "--desk", "research=Investigación")
    bo = join(place, "bo", "Bo <b>Berg</b>")
    cy = join(place, "cy", "Cy", "--desk", "research")
    place.publish()
    for story, title in (("embalse", "El embalse que nadie inspeccionó"), ("port", "Le port vend ses quais en silence")):
        place.pista("story", "add", "--id", story, "--title", title, "--lang", "es", "--url", f"https://diario.example/{story}")
    return bo, cy


def main():
    with Place(languages="es,fr,en,ar", setup=("--member-id", "ana", "--member-name", "Ana Pérez")).open() as place:
        bo, cy = newsroom(place)
        receipts = tips(place)
        parts(place, receipts["night"])
        desks = one, two, three = [Desk(place, home) for home in (None, bo, cy)]
        try:
            done = subprocess.run(["node", str(HERE / "desk.mjs")], env={
                **os.environ, "DESK_URL": one.url, "OTHER_URL": two.url, "DESK_PASSPHRASE": one.passphrase, "DESK_PID": str(one.process.pid),
                "THIRD_URL": three.url, "PISTA": PISTA, "SOURCE": json.dumps({"key": Source.key(place), "receipts": receipts})})
        finally:
            for desk in desks:
                desk.close()
        return done.returncode


if __name__ == "__main__":
    sys.exit(main())
