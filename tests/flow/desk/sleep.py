#!/usr/bin/env python3
"""The desk locks before the machine sleeps and when the screen is locked: a real
bus with a stand-in for systemd-logind."""
import contextlib
import shutil
import subprocess
import sys

from launch_kit import ASKED, SUSPEND, Room, Skipped, check, main, signal, signal_and_wait, until

CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={dir}/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
<allow user="*"/></policy></busconfig>"""


class Bus:
    """A bus with logind on it."""

    def __init__(self, room):
        if shutil.which("dbus-daemon") is None:
            raise Skipped("no dbus-daemon")
        self.dir = room.dir
        config = room.dir / "bus.conf"
        config.write_text(CONFIG.format(dir=room.dir))
        room.env["DBUS_SYSTEM_BUS_ADDRESS"] = f"unix:path={room.dir}/bus"
        self.daemon = subprocess.Popen(["dbus-daemon", "--nofork", "--nopidfile", f"--config-file={config}"],
                                       stderr=subprocess.DEVNULL)
        until("the bus", (room.dir / "bus").exists)
        self.heard = room.dir / "logind"
        self.logind = subprocess.Popen([sys.argv[3]], env=room.env, stdin=subprocess.PIPE, text=True,
                                       stdout=open(self.heard, "w"))
        self.wait("ready")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in (self.logind, self.daemon):
            process.kill()
            process.wait()

    def say(self, word):
        self.logind.stdin.write(word + "\n")
        self.logind.stdin.flush()

    def wait(self, word, times=1):
        until(f"{word} ({times})", lambda: self.heard.read_text().split().count(word) >= times)


def test_sleep():
    """it delays the sleep until everything is wiped"""
    with Room() as room, Bus(room) as bus:
        before = room.open().state()
        bus.wait("inhibited")
        bus.say("sleep")
        bus.wait("released")
        check(room.saved() == 1, "saved before it let go")
        after = room.new_state(before)
        check(after["reason"] == SUSPEND, f"{after}")
        bus.say("wake")
        bus.wait("inhibited", 2)
        bus.say("sleep")
        bus.wait("released", 2)
        check(room.new_state(after)["reason"] == SUSPEND, "every time")
        signal_and_wait(room, signal.SIGTERM)
        check("no system bus" not in room.said.read_text(), "there is a bus")


def test_sleep_deaf():
    """a desk that does not answer is killed before the machine sleeps"""
    with Room() as room, Bus(room) as bus:
        before = room.open().state()
        bus.wait("inhibited")
        room.ask("deaf")
        bus.say("sleep")
        bus.wait("released")
        check(room.new_state(before)["reason"] == SUSPEND, "it is gone")
        signal_and_wait(room, signal.SIGTERM)


def test_screen():
    """a locked screen locks the desk, that of somebody else does not"""
    for word in ("lock", "hint"):
        with Room() as room, Bus(room) as bus:
            before = room.open().state()
            bus.wait("asked")
            bus.say("stranger")
            check(room.pista("desk", "--print-url").returncode == 0 and room.state() == before, "a stranger's")

            # Said again and again, for it may not listen yet.
            def is_locked():
                bus.say(word)
                with contextlib.suppress(OSError):
                    return room.state()["pid"] != before["pid"]
                return True
            until(f"locked by {word}", is_locked)
            check(room.new_state(before)["reason"] == ASKED, word)
            signal_and_wait(room, signal.SIGTERM)


def test_bus_goes():
    """without a bus, from the start or later, it says so once and goes on"""
    with Room() as room:
        room.open()
        until("it is said", lambda: "no system bus" in room.said.read_text())
        signal_and_wait(room, signal.SIGTERM)
        with Bus(room) as bus:
            room.open()
            bus.wait("inhibited")
        until("it is said", lambda: "no system bus" in room.said.read_text())
        check(room.pista("lock").returncode == 0, "it goes on")
        check(room.said.read_text().count("no system bus") == 1, "once")
        signal_and_wait(room, signal.SIGTERM)


try:
    main(test_sleep, test_sleep_deaf, test_screen, test_bus_goes)
finally:
    if Room.place is not None:
        Room.place.close()
