#!/usr/bin/env python3
"""Desk signatures (docs/formats/requests.md): make writes desk.json, check
compares it. The C program desk.c reads the same file."""
import json
import pathlib
import sys

import plain

FILE = pathlib.Path(__file__).with_name("desk.json")
CASES = [
    ("unix", "GET", "/v1/inbox?after=0", 29000000, b""),
    ("http://desk.example:8443", "POST", "/v1/inbox/delete", 1, b'{"delete":[2]}'),
    ("https://desk.example", "PUT", "/v1/stories", 4294967295, b"[]"),
]


def vectors():
    for number, (origin, method, target, minute, body) in enumerate(CASES, 1):
        seed, newsroom, nonce = bytes([number]) * 32, bytes(range(number, number + 16)), bytes([0xf0 + number]) * 16
        text = (f"pista/v1 desk\n{newsroom.hex()}\n{origin}\n{nonce.hex()}\n{minute}\n{method}\n{target}\n"
                f"{plain.blake2b(body).hex()}\n")
        yield {"seed": seed.hex(), "newsroom": newsroom.hex(), "origin": origin, "nonce": nonce.hex(),
               "minute": minute, "method": method, "target": target, "body": body.decode(),
               "member": plain.ed25519_public(seed).hex(), "body_hash": plain.blake2b(body).hex(),
               "signed": text, "signature": plain.ed25519_sign(seed, text.encode()).hex()}


text = json.dumps(list(vectors()), indent=1) + "\n"
if sys.argv[1:] == ["make"]:
    FILE.write_text(text)
elif sys.argv[1:] == ["check"]:
    sys.exit(FILE.read_text() != text)
else:
    sys.exit("usage: desk.py make|check")
