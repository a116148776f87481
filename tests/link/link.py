#!/usr/bin/env python3
"""What each executable that faces a network must not contain, by symbol and by library. The
check proves itself on pista, which must contain what the others must not."""
import pathlib
import re
import subprocess
import sys

# Symbols by the room they come from. Static functions count too: the build
# keeps its symbol table.
OPENS = re.compile(r"^(open_(file|chunk|stream|identit)|unwrap_)")
SIGNS = re.compile(r"^(masthead_sign$|masthead_key_|member_sign_seed|member_request_seed)")
READS = re.compile(r"^letter_reader_")
SLOT_OPENS = re.compile(r"^(slot_open|answer_read)$")
RECEIPT = re.compile(r"^receipt_(read|keys|spell)$")
AGE_PARSES = re.compile(r"^age_header_parse$")
CLIENT = re.compile(r"^http_client_")
STORE = re.compile(r"^store_open_")
HTTP = re.compile(r"^http_server_")
BOOK = re.compile(r"^(book|dispatch)_")
SEALS = re.compile(r"^seal_new$")

EVERY = [OPENS, SIGNS, READS, CLIENT]
FORBIDDEN = {
    "pistad": EVERY + [SLOT_OPENS, RECEIPT, STORE, HTTP],
    "pistad-gate": EVERY + [SLOT_OPENS, RECEIPT, STORE, HTTP, AGE_PARSES],
    "pistad-web": EVERY + [SLOT_OPENS, RECEIPT, STORE],
    # The only server program with a key in its hand cannot read an age file.
    "pistad-form": EVERY + [STORE, AGE_PARSES],
    "pistad-pickup": EVERY + [SLOT_OPENS, RECEIPT, STORE],
    "pistad-keep": EVERY + [SLOT_OPENS, RECEIPT, HTTP],
    # The network on a member's machine: what it brings it can neither open nor make.
    "pista-fetch": [OPENS, SIGNS, READS, SLOT_OPENS, RECEIPT, STORE, HTTP, BOOK, SEALS],
    # The member's keys: nothing that could reach out with them, and nothing a source has.
    "pista-desk": [CLIENT, SLOT_OPENS, RECEIPT, STORE],
}
LIBRARIES = {
    "pistad": ["curl", "microhttpd", "sqlite3", "ssl"],
    "pistad-gate": ["curl", "microhttpd", "sqlite3", "ssl"],
    "pistad-web": ["curl", "sqlite3", "ssl"],
    "pistad-form": ["curl", "sqlite3", "ssl"],
    "pistad-pickup": ["curl", "sqlite3", "ssl"],
    "pistad-keep": ["curl", "microhttpd", "ssl"],
    "pista-fetch": ["microhttpd"],
    "pista-desk": ["curl", "ssl"],
}


def symbols(path):
    out = subprocess.run(["nm", "--defined-only", path], capture_output=True, text=True, check=True).stdout
    return {line.split()[-1] for line in out.splitlines()}


def needed(path):
    out = subprocess.run(["readelf", "-d", path], capture_output=True, text=True, check=True).stdout
    return re.findall(r"\(NEEDED\).*\[lib([\w+-]+?)(?:-[\d.]+)?\.so", out)


def hardening(path):
    headers = subprocess.run(["readelf", "-lWd", path], capture_output=True, text=True, check=True).stdout
    if "GNU_RELRO" not in headers or "BIND_NOW" not in headers and "NOW" not in headers:
        yield "is not fully RELRO"
    if re.search(r"GNU_STACK.* RWE", headers):
        yield "has an executable stack"
    if "DYN (" not in subprocess.run(["readelf", "-h", path], capture_output=True, text=True, check=True).stdout:
        yield "is not position independent"


def main():
    build = pathlib.Path(sys.argv[1])
    wrong = []
    for name, patterns in FORBIDDEN.items():
        found = [p for top in ("server", "desk") for p in build.glob(f"{top}/*/{name}") if p.is_file()]
        if len(found) != 1:
            wrong.append(f"{name}: found {len(found)} of it")
            continue
        have = symbols(found[0])
        wrong += [f"{name} contains {s}" for s in sorted(have) for p in patterns if p.search(s)]
        wrong += [f"{name} needs lib{lib}" for lib in needed(found[0]) if lib in LIBRARIES[name]]
        wrong += [f"{name} {what}" for what in hardening(found[0])]
    have = symbols(build / "cmd" / "pista" / "pista")
    for pattern in [OPENS, SIGNS, READS, SLOT_OPENS, RECEIPT, AGE_PARSES, CLIENT, BOOK, SEALS]:
        if not any(pattern.search(s) for s in have):
            wrong.append(f"pista has nothing like {pattern.pattern}: this check cannot fail")
    print("\n".join(wrong) or f"{len(FORBIDDEN)} executables hold")
    return 1 if wrong else 0


sys.exit(main())
