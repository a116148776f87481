#!/usr/bin/env python3
"""A file too large for the line: cut with coreutils, added part by part without script, joined by the newsroom."""
import hashlib
import pathlib
import secrets
import subprocess
import tempfile

from browser import Page, multipart
from cut import head, quiet
from pista_flow import Place, asked, check, main

SIZE, PART = 1_300_000, 300_000


def cut(place, name="film.mp4"):
    """The file, and its parts as `split` names them: [(name, bytes)]."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=place.dir))
    whole = secrets.token_bytes(SIZE)
    (folder / name).write_bytes(whole)
    subprocess.run(["split", "-b", str(PART), name, name + "."], cwd=folder, check=True)
    (folder / name).unlink()
    return whole, [(p.name, p.read_bytes()) for p in sorted(folder.iterdir())]


def sent(place):
    """The page behind a first letter."""
    page, words = place.begin("en")
    form = page.form("send")
    return Page(*place.browser.post(place.browser.fill(form, "send", message="a film follows", **asked(form, words))))


def add(place, page, part, n=None, of=None, **more):
    """One part; what the page has filled in stays unless n and of are given."""
    given = {} if n is None else {"part": str(n), "of": str(of)}
    return place.browser.submit(page.form("add"), do="add", files=[("file", *part)], **given, **more)


def export(place, seq):
    """What `pista export` writes and says."""
    out = pathlib.Path(tempfile.mkdtemp(dir=place.dir))
    said = place.pista("export", seq, "--to-dir", out)
    return {f.name: f.read_bytes() for f in out.iterdir()}, said


def digest(data):
    return hashlib.sha256(data).hexdigest()


def broken_line():
    """parts over a line that breaks: one cut off and sent again, one sent twice; the newsroom gets the file whole"""
    with Place().open() as place:
        whole, parts = cut(place)
        check(len(parts) == 5 and parts[1][0] == "film.mp4.ab", parts[1][0])
        page = add(place, sent(place), parts[0], 1, 5, names=["yes"])
        check("Part 1 of 5 received Next: part 2." in page.text, page.text[:300])
        # The second breaks in the middle; the page it was sent from is still there.
        form = page.form("add")
        check((form.value("part"), form.value("of")) == ("2", "5"), form.fields)
        body, kind = multipart(place.browser.fill(form, "add", files=[("file", *parts[1])]))
        with place.dial() as s:
            s.sendall(head(kind, len(body)) + body[:len(body) // 2])
        quiet(place)
        check(len(place.letters()) == 2, "a part that broke is listed")
        page = add(place, page, parts[1])
        check("Part 2 of 5 received Next: part 3." in page.text, page.text[:300])
        # The third twice, as after an answer that got lost; the fifth before the fourth.
        before = page
        page = add(place, before, parts[2])
        page = add(place, before, parts[2])
        check(len(place.letters()) == 4, "the same part again is another letter")
        page = add(place, page, parts[4], 5, 5)
        check("Next: part 4. Received on this visit: 1–3, 5." in page.text, page.text[:300])
        seq = place.letters()[-1]["seq"]
        read = place.pista("read", seq)
        check("4 of 5 parts here, missing 4" in read and "part 5 of 5" in read, read)
        files, said = export(place, seq)
        check("missing 4: not joined" in said, said)
        check(sorted(digest(v) for n, v in files.items() if n.endswith(".mp4")) ==
              sorted(digest(parts[i][1]) for i in (0, 1, 2, 4)), files.keys())
        page = add(place, page, parts[3])
        check("All 5 parts were received." in page.text, page.text[:300])
        check(page.form("add").value("part") == "", "the numbers stand there for the next file")
        place.letters()
        files, said = export(place, seq)
        first = place.letters()[1]["seq"]
        check(f"5 of 5 parts here: joined into {first}-joined.mp4" in said, said)
        check(set(files) == {f"{seq}-message.txt", f"{first}-joined.mp4"}, files.keys())
        check(digest(files[f"{first}-joined.mp4"]) == digest(whole), "not the file that was cut")


def wrong_part():
    """a wrong part is put right on another day with the receipt; another file in as many parts stays apart"""
    with Place().open() as place:
        whole, parts = cut(place)
        page = sent(place)
        receipt = page.form("add").value("receipt")
        wrong = secrets.token_bytes(77)
        for n, part in enumerate(parts, 1):
            page = add(place, page, ("x.mp4.ac", wrong) if n == 3 else part, n, 5)
        check("All 5 parts were received." in page.text, page.text[:300])
        seqs = [x["seq"] for x in place.letters()]
        joined = export(place, seqs[-1])[0][f"{seqs[1]}-joined.mp4"]
        check(digest(joined) == digest(whole[:2 * PART] + wrong + whole[3 * PART:]), "another order")
        # Days later, from the page with the answers.
        start = place.browser.get("?lang=en")
        page = place.browser.submit(start.form("read"), do="read", words=receipt)
        page = place.browser.submit(page.form("follow"), do="follow", files=[("file", *parts[2])], part="3", of="5",
                                    message="part 3 was wrong")
        check("Part 3 of 5 received" in page.text, page.text[:300])
        other, others = cut(place)
        for n, part in enumerate(others, 1):
            page = add(place, page, part, n, 5)
        letters = [x["seq"] for x in place.letters()]
        check(digest(export(place, letters[6])[0][f"{letters[1]}-joined.mp4"]) == digest(whole), "not put right")
        check(digest(export(place, letters[7])[0][f"{letters[7]}-joined.mp4"]) == digest(other), "mixed up")
        files, said = export(place, letters[3])
        check("counts for no file" in said and wrong in files.values(), said)


if __name__ == "__main__":
    main(broken_line, wrong_part)
