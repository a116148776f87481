#!/usr/bin/env python3
"""Page requests a second: the place behind gate and web against nginx with the
same bytes, one request a connection, both in one run, in turns.

Usage: pages.py PISTAD GATE WEB FORM PICKUP KEEP
Needs Debian's nginx-light and wrk. Not a test; prints medians and their ratio.
"""
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/flow/http"))
import place  # noqa: E402

ROUNDS, SECONDS, CONNECTIONS = 3, 3, 32


def nginx(root, page):
    (root / "tips").mkdir()
    (root / "tips/index.html").write_bytes(page)
    config = root / "nginx.conf"
    config.write_text(f"""
worker_processes 1; daemon off; pid {root}/pid; error_log stderr crit;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_timeout 0; open_file_cache max=10;
  server {{ listen 127.0.0.1:{port(root)}; root {root}; }}
}}""")
    os.chmod(root, 0o755)
    return subprocess.Popen(["/usr/sbin/nginx", "-e", "stderr", "-c", str(config)])


def port(root):
    import socket
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        (root / "port").write_text(str(s.getsockname()[1]))
    return int((root / "port").read_text())


def load(number):
    out = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-H", "Connection: close",
         f"http://127.0.0.1:{number}/tips/"], capture_output=True, text=True, check=True).stdout
    bad = re.search(r"Non-2xx.*|Socket errors.*", out)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)), bad and bad.group(0)


def memory(pid):
    """PSS of pistad and its children, in MiB by name."""
    found = {}
    for directory in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            parent = re.search(r"PPid:\t(\d+)", (directory / "status").read_text()).group(1)
            if int(parent) != pid and int(directory.name) != pid:
                continue
            name = (directory / "cmdline").read_bytes().split(b"\0")[0].decode().split("/")[-1]
            pss = re.search(r"Pss:\s+(\d+)", (directory / "smaps_rollup").read_text()).group(1)
        except (OSError, AttributeError):
            continue
        found[name] = found.get(name, 0) + int(pss) / 1024
    return found


def main():
    with place.Place() as p, tempfile.TemporaryDirectory(prefix="pista-nginx-") as directory:
        p.publish()
        page = p.public("GET", "/").body
        idle = memory(p.process.pid)
        server = nginx(pathlib.Path(directory), page)
        try:
            time.sleep(0.5)
            other = int((pathlib.Path(directory) / "port").read_text())
            rates = {"pista": [], "nginx": []}
            for _ in range(ROUNDS):
                for name, number in ("pista", p.port), ("nginx", other):
                    rate, bad = load(number)
                    rates[name].append(rate)
                    if bad:
                        print(f"{name}: {bad}")
        finally:
            server.terminate()
            server.wait()
        ours, theirs = (statistics.median(rates[n]) for n in ("pista", "nginx"))
        print(f"page of {len(page)} bytes: pista {ours:.0f}/s, nginx {theirs:.0f}/s, ratio {ours / theirs:.2f}")
        print("idle, PSS in MiB: " + ", ".join(f"{n} {v:.1f}" for n, v in sorted(idle.items()))
              + f", all {sum(idle.values()):.1f}")


main()
