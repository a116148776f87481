#!/usr/bin/env python3
"""`pista desk' with a real browser: a profile in memory that is gone when the
window is, a key that no other process can read."""
import os
import pathlib
import shutil
import stat

from launch_kit import ASKED, Room, Skipped, alive, check, family, free_port, main, signal, signal_and_wait, until

CHROMIUM = shutil.which("chromium")
FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")


def browser(room, real, name):
    """A browser without a screen."""
    if real is None:
        raise Skipped(f"no {name}")
    wrapper = room.dir / name
    wrapper.write_text(f'#!/bin/sh\nexec {real} --headless "$@"\n')
    wrapper.chmod(0o755)
    return str(wrapper)


def chromium(room):
    return browser(room, CHROMIUM, "chromium-headless")


def start(room, *args):
    """Started, and the page has been let in by the browser."""
    port = free_port()
    room.start("--port", str(port), *args)
    room.base = f"http://127.0.0.1:{port}/"
    entered(room)
    return room


def entered(room):
    def is_in():
        check(room.command.poll() is None, room.said.read_text())
        try:
            return room.state()["is_entered"] == 1
        except OSError:
            return False
    until("the page is let in", is_in, 120)


def window(room):
    """The process whose end is the window's."""
    return next(p for p in family(room.command.pid)
                if os.getpgid(p) == p and p != room.command.pid and alive(p))


def looks_clean(room, pid, key):
    """False for a process that nobody may look into, or that has ended. Otherwise it has no key where other eyes may
    fall, and the browser does not know the person's own home."""
    try:
        arguments, environment = (pathlib.Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "environ"))
        is_ours = os.getsid(pid) == os.getsid(room.command.pid)
    except OSError:
        return False
    check(key.encode() not in arguments + environment, f"the key in {pid}")
    check(is_ours or str(room.user).encode() not in arguments + environment, f"the person's home in {pid}")
    return True


def test_window():
    """it opens a window, whose end saves and ends everything"""
    with Room() as room:
        start(room, "--browser", chromium(room))
        profile, = room.profiles()
        check(stat.S_IMODE(profile.stat().st_mode) == 0o700, "the profile is its owner's")
        check(stat.S_IMODE((profile / "desk.html").stat().st_mode) == 0o600, "the door, too")
        key = (profile / "desk.html").read_text().split("#")[1].split('"')[0]
        check(len(key) == 64, "a key")
        pids = family(room.command.pid)
        check(len(pids) > 5, f"a browser: {pids}")
        looked_at = sum(looks_clean(room, pid, key) for pid in pids)
        check(looked_at > 3, "processes to look at")
        os.kill(window(room), signal.SIGTERM)
        room.finish()
        room.gone(pids)
        check(room.saved() == 1, "saved")
        check(not list(room.user.iterdir()), f"left in the person's home: {list(room.user.iterdir())}")
        check(not [p for p in pathlib.Path("/tmp").glob(".org.chromium*")], "left in /tmp")


def test_again():
    """a second `pista desk' brings the window again; Ctrl-C takes it away"""
    with Room() as room:
        start(room, "--browser", chromium(room))
        first = window(room)
        check(room.pista("desk").returncode == 0, "a second one")
        check(not alive(first), "one window at a time")
        entered(room)
        check(len(room.profiles()) == 1, "one profile")
        signal_and_wait(room, signal.SIGINT)


def test_stay():
    """with --stay the end of the window locks, and it can be opened again"""
    with Room() as room:
        before = start(room, "--stay", "--browser", chromium(room)).state()
        os.kill(window(room), signal.SIGTERM)
        check(room.new_state(before)["reason"] == ASKED, "locked")
        check(not room.profiles(), "the profile is gone")
        check(room.pista("desk").returncode == 0, "opened again")
        entered(room)
        pids = family(room.command.pid)
        check(room.pista("lock", "--panic").returncode == 0, "panic")
        room.finish()
        room.gone(pids)


def test_killed():
    """a killed desk takes its window along; the profile goes with the next"""
    with Room() as room:
        start(room, "--browser", chromium(room))
        pids = family(room.command.pid)
        room.command.kill()
        room.command.wait()
        until("all ended", lambda: not any(map(alive, pids)))
        check(len(room.profiles()) == 1, "it is left behind")
        room.open()
        signal_and_wait(room, signal.SIGTERM)


def test_panic_left_the_profile():
    """a panic that must kill a desk that hangs leaves nothing of the browser"""
    with Room() as room:
        start(room, "--browser", chromium(room))
        pids = family(room.command.pid)
        room.command.send_signal(signal.SIGSTOP)
        check(room.pista("lock", "--panic").returncode == 0, "panic")
        check(not room.profiles(), "the profile is left behind")
        room.finish(-signal.SIGKILL)
        until("all ended", lambda: not any(map(alive, pids)))


def test_broken():
    """a browser that does not start is said"""
    with Room() as room:
        wrapper = room.dir / "chromium-broken"
        wrapper.write_text("#!/bin/sh\nexit 3\n")
        wrapper.chmod(0o755)
        room.start("--browser", str(wrapper))
        pids = family(room.command.pid)
        room.finish(1)
        check("status 3" in room.said.read_text(), room.said.read_text())
        room.gone(pids)


def test_firefox():
    """Firefox, too"""
    with Room() as room:
        start(room, "--browser", browser(room, FIREFOX, "firefox-headless"))
        pids = family(room.command.pid)
        os.kill(window(room), signal.SIGTERM)
        room.finish()
        room.gone(pids)
        check(not list(room.user.iterdir()), f"left in the person's home: {list(room.user.iterdir())}")


try:
    main(test_window, test_again, test_stay, test_killed, test_panic_left_the_profile, test_broken, test_firefox)
finally:
    if Room.place is not None:
        Room.place.close()
