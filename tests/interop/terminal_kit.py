"""Programs that ask for a passphrase at a terminal of their own."""
import os
import pty
import select
import termios
import time

PATIENCE = 60


def is_ready(fd, shown):
    """A program that has just asked for a passphrase takes none before it switched the echo off, perhaps after it asked."""
    is_secret = b'passphrase' in shown.rpartition(b'\n')[2].lower()
    return not (is_secret and termios.tcgetattr(fd)[3] & termios.ECHO)


def run_at_terminal(argv, answers):
    """Runs argv at a new terminal; whenever it has asked something (text that ends in a colon and
    a space), types the next answer. Returns exit status and all that was shown."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execvp(argv[0], argv)
    answers = list(answers)
    shown, asked = b'', 0
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if select.select([fd], [], [], 0.02)[0]:
            try:
                data = os.read(fd, 65536)
            except OSError:  # the other side is gone
                break
            if not data:
                break
            shown += data
        if answers and shown[asked:].endswith(b': ') and is_ready(fd, shown):
            asked = len(shown)
            os.write(fd, answers.pop(0).encode() + b'\n')
    os.close(fd)  # hangs up on a program that still waits
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert not answers, ('never asked', argv, shown)
    return status, shown
