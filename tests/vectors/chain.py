#!/usr/bin/env python3
"""A plain second implementation of docs/formats/chain.md.

usage: chain.py make    writes chain.json
       chain.py check   recomputes chain.json and compares
"""
import os

from plain import blake2b, u32, u64
from receipt import main

HERE = os.path.dirname(os.path.abspath(__file__))
VECTORS = os.path.join(HERE, 'chain.json')
CHUNK = 65552


def digest(head, chunks):
    size = len(head) + sum(len(c) for c in chunks)
    return blake2b(b'pista/v1 letter', u64(size), blake2b(head), blake2b(chunks[0]),
                   blake2b(b''.join(blake2b(c) for c in chunks[1:])))


def card_digest(json, minisig):
    return blake2b(b'pista/v1 card', u32(len(json)), json, minisig)


def link(newsroom, previous, seq, kind, day, dig):
    return blake2b(b'pista/v1 link', newsroom, previous, u64(seq), bytes([kind]), u32(day), dig)


def make():
    digests = []
    for n, last in ((1, 16400), (2, 17), (4, CHUNK)):
        head = bytes([n]) * (1000 + n)
        chunks = [bytes([0x10 + i]) * (last if i == n - 1 else CHUNK) for i in range(n)]
        digests.append({'head_byte': n, 'head_size': len(head),
                        'chunk_bytes': [c[0] for c in chunks],
                        'chunk_sizes': [len(c) for c in chunks],
                        'digest': digest(head, chunks).hex()})
    json, minisig = '{"pista":1}', 'untrusted comment: x\n'
    cards = [{'json': json, 'minisig': minisig,
              'digest': card_digest(json.encode(), minisig.encode()).hex()}]
    newsroom, previous, links = bytes(range(16)), bytes(32), []
    entries = [(1, 2, 20000, cards[0]['digest'])]
    entries += [(2 + i, 1, 20000 + i, d['digest']) for i, d in enumerate(digests)]
    entries.append(((1 << 63) - 1, 1, (1 << 32) - 1, 'ff' * 32))
    for seq, kind, day, dig in entries:
        now = link(newsroom, previous, seq, kind, day, bytes.fromhex(dig))
        links.append({'newsroom': newsroom.hex(), 'previous': previous.hex(), 'seq': seq,
                      'type': kind, 'day': day, 'digest': dig, 'link': now.hex()})
        previous = now
    return {'about': 'docs/formats/chain.md; made by chain.py', 'digests': digests,
            'cards': cards, 'links': links}


if __name__ == '__main__':
    main(VECTORS, make, None)
