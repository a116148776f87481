#!/usr/bin/env python3
"""`pista desk' itself: starting, locking, restarting and ending its programs."""
import contextlib
import json
import os
import signal
import stat
import time

from launch_kit import ASKED, IDLE, START, Failed, Room, alive, check, family, main, signal_and_wait, until


def test_opens():
    """it opens, lets one page in once, and says its secrets to nobody else"""
    with Room() as room:
        room.open("--idle", "7")
        check(room.state()["idle"] == 7 and room.state()["reason"] == START, "settings")
        check(room.ask("enter?" + "0" * 64) == "out", "a wrong key")
        room.url = room.pista("desk", "--print-url").stdout.strip()
        key = room.url.split("#")[1]
        check(room.ask(f"enter?{key}") == "in" and room.ask(f"enter?{key}") == "out", "the key, once")
        check(room.ask("talk") == "yes", "the two know each other")
        pids = family(room.command.pid)
        check(len(pids) == 3, f"three processes: {pids}")
        for pid in pids:
            for name in ("cmdline", "environ"):
                # Not even the same user may look at variables.
                with contextlib.suppress(PermissionError):
                    text = open(f"/proc/{pid}/{name}", "rb").read()
                    check(key.encode() not in text and room.key.encode() not in text, f"a key in {name}")
        status = open(f"/proc/{room.command.pid}/status").read()
        check("NoNewPrivs:\t1" in status, "no new privileges")
        check(stat.S_IMODE((room.home / "desk.sock").stat().st_mode) == 0o600, "the socket is its owner's")
        signal_and_wait(room, signal.SIGTERM)
        check(room.saved() == 1 and not (room.home / "desk.sock").exists(), "saved, and nothing left")


def test_signals():
    """Ctrl-C, a closed terminal and SIGTERM save and end it"""
    with Room() as room:
        for n, number in enumerate((signal.SIGINT, signal.SIGHUP, signal.SIGTERM), 1):
            room.open()
            signal_and_wait(room, number)
            check(room.saved() == n, f"saved after {number}")


def test_second():
    """a second one asks the first; another home has its own"""
    with Room() as room, Room() as other:
        room.open()
        done = room.pista("desk", "--print-url")
        check(done.returncode == 0 and done.stdout.startswith(room.base), f"{done}")
        check(done.stdout.strip() != room.url, "a new key")
        done = room.pista("desk")
        check(done.returncode == 1 and "without a browser" in done.stderr, f"{done}")
        check(room.ask("enter?" + room.key) == "out", "the first key is used up by the second")
        other.open()
        check(other.base != room.base, "two homes")
        signal_and_wait(other, signal.SIGTERM)
        signal_and_wait(room, signal.SIGTERM)


def test_lock():
    """`pista lock' waits until everything is wiped; the page's token lives on"""
    with Room() as room:
        check("No desk" in room.pista("lock").stdout, "nothing to lock")
        before = room.open().state()
        check(room.pista("lock").returncode == 0, "lock")
        check(not alive(before["pid"]) and room.saved() == 1, "saved and gone")
        after = room.new_state(before)
        check(after["reason"] == ASKED and after["token"] == before["token"], f"{after}")
        check(room.ask("talk") == "yes", "they know each other again")
        with contextlib.suppress(OSError):
            room.ask("idle")
        again = room.new_state(after)
        check(again["reason"] == IDLE and room.saved() == 2, f"{again}")
        check(room.pista("desk", "--print-url").returncode == 0, "a new key for the new desk")
        check(room.said.read_text().count("\n") == 2, room.said.read_text())
        signal_and_wait(room, signal.SIGTERM)


def test_shut_out():
    """the copy's directory is given back to the next desk, but nothing a link in its place leads to"""
    with Room() as room:
        before = room.open().state()
        inbox, aside = room.home / "member/inbox", room.home / "member/aside"
        for path in inbox, aside:
            inbox.chmod(0)
            check(room.pista("lock").returncode == 0, "lock")
            before = room.new_state(before)
            mode = stat.S_IMODE(path.stat().st_mode)
            check(mode == (0o700 if path is inbox else 0), f"{path}: {mode:o}")
            if path is inbox:
                inbox.rename(aside)
                inbox.symlink_to(aside)
        signal_and_wait(room, signal.SIGTERM)


def test_crash():
    """who crashes is started again, and found by the other"""
    with Room() as room:
        before = room.open().state()
        with contextlib.suppress(OSError):
            room.ask("crash")
        after = room.new_state(before)
        check(after["reason"] == START and room.ask("talk") == "yes", f"{after}")
        check("ended by signal 6" in room.said.read_text(), "it is said")
        room.ask("break-fetch")
        until("fetch is back", lambda: room.ask("talk") == "yes")
        check(room.state()["pid"] == after["pid"], "the desk stayed")
        with contextlib.suppress(OSError):
            room.ask("lie")
        check(room.new_state(after)["reason"] == START, "who lies is ended")
        check("what it may not" in room.said.read_text(), "and named")
        signal_and_wait(room, signal.SIGTERM)


def test_crash_again():
    """who crashes again and again is given up"""
    with Room() as room:
        room.open()
        pids = family(room.command.pid)

        def over():
            with contextlib.suppress(OSError):
                room.ask("crash")
            return room.command.poll() is not None
        until("it ends", over)
        room.finish(1)
        check("too often" in room.said.read_text(), room.said.read_text())
        room.gone(pids)


def test_deaf():
    """a desk that does not answer is killed in time"""
    with Room() as room:
        before = room.open().state()
        room.ask("deaf")
        begun = time.monotonic()
        check(room.pista("lock").returncode == 0 and not alive(before["pid"]), "locked all the same")
        check(3 < time.monotonic() - begun < 60, "after it had its chance")
        check("not saved in time" in room.said.read_text(), "it is said")
        room.new_state(before)
        room.ask("deaf")
        room.command.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        signal_and_wait(room, signal.SIGTERM)


def test_panic():
    """panic, from the terminal and from the page, ends it all unsaved"""
    for way in ("terminal", "page"):
        with Room() as room:
            room.open()
            pids = family(room.command.pid)
            if way == "terminal":
                check(room.pista("lock", "--panic").returncode == 0, "panic")
            else:
                with contextlib.suppress(OSError):
                    room.ask("panic")
            room.finish()
            room.gone(pids)
            check(room.saved() == 0, "nothing is saved")


def test_panic_stopped():
    """a desk that hangs is killed by a panic"""
    with Room() as room:
        room.open()
        pids = family(room.command.pid)
        room.command.send_signal(signal.SIGSTOP)
        check(room.pista("lock", "--panic").returncode == 0, "panic")
        room.finish(-signal.SIGKILL)
        room.gone(pids)


def test_killed():
    """nobody outlives a killed one, and the next starts"""
    with Room() as room:
        room.open()
        pids = family(room.command.pid)
        room.command.kill()
        room.command.wait()
        until("all ended", lambda: not any(map(alive, pids)))
        check((room.home / "desk.sock").exists(), "its socket stays behind")
        check("No desk" in room.pista("lock").stdout, "nobody is there")
        room.open()
        signal_and_wait(room, signal.SIGTERM)


def test_stranger():
    """another user of the machine cannot ask it anything"""
    with Room() as room:
        room.open()
        if os.geteuid() == 0:
            for path in (room.dir, room.home):
                path.chmod(0o755)
            os.chmod(room.home / "desk.sock", 0o666)
            pid = os.fork()
            if pid == 0:
                import socket
                os.setgroups([])
                os.setresgid(65534, 65534, 65534)
                os.setresuid(65534, 65534, 65534)
                with socket.socket(socket.AF_UNIX) as s:
                    s.connect(str(room.home / "desk.sock"))
                    with contextlib.suppress(OSError):
                        s.send(b"u")
                    with contextlib.suppress(ConnectionResetError):
                        os._exit(len(s.recv(100)))
                os._exit(0)
            check(os.waitpid(pid, 0)[1] == 0, "it was answered")
        check(room.pista("lock").returncode == 0, "its owner still can")
        signal_and_wait(room, signal.SIGTERM)


def test_refuses():
    """what makes no sense is refused before anything starts"""
    with Room() as room:
        for args, words in ((("--idle", "0"), "--idle takes"), (("--port", "70000"), "--port takes"),
                            (("--minutes", "x"), "--minutes takes"), (("more",), "no further words")):
            done = room.pista("desk", *args)
            check(done.returncode == 2 and words in done.stderr, f"{done}")
        done = room.pista("desk", "--allow-swap", "--browser", "chromium-of-nobody")
        check(done.returncode == 1 and "not found" in done.stderr, f"{done}")
        done = room.pista("desk", "--allow-swap", "--browser", "/bin/true")
        check(done.returncode == 1 and "no browser we can" in done.stderr, f"{done}")
        check((room.home / "known-newsroom").exists(), "the newsroom is remembered")
        place = room.member / "place.json"
        before = place.read_text()
        newsroom = json.loads(before)["newsroom"]
        place.write_text(before.replace(newsroom, newsroom[::-1]))
        done = room.pista("desk", "--no-browser")
        check(done.returncode == 1 and "names another newsroom" in done.stderr, f"{done}")
        place.write_text(before)
        (room.member / "identity.age").unlink()
        done = room.pista("desk", "--no-browser")
        check(done.returncode == 1 and "member new" in done.stderr, f"{done}")


try:
    main(test_opens, test_signals, test_second, test_lock, test_crash, test_crash_again, test_deaf, test_panic,
         test_panic_stopped, test_killed, test_stranger, test_refuses)
finally:
    if Room.place is not None:
        Room.place.close()
