#!/usr/bin/env python3
"""A plain second implementation of docs/formats/masthead.md.

usage: masthead.py make           writes masthead.json
       masthead.py check          recomputes masthead.json and compares
       masthead.py emitted PROG   runs PROG, which prints what C signs, and verifies it
"""
import base64
import hashlib
import json
import os
import subprocess

from plain import (bech32, blake2b, ed25519_public, ed25519_sign, ed25519_verify, hkdf, minisign,
                   minisign_public, minisign_verify, u32, unbech32, x25519_public)
from receipt import main

HERE = os.path.dirname(os.path.abspath(__file__))
VECTORS = os.path.join(HERE, 'masthead.json')
NEWSROOM = bytes(range(0xa0, 0xb0))
SEED, KEY_ID = bytes([0x11] * 32), bytes(range(8))


def recipient(secret):
    return bech32('age', x25519_public(secret))


def member_seeds(identity, newsroom):
    return (hkdf(identity, newsroom, b'pista/v1 member'),
            hkdf(identity, newsroom, b'pista/v1 request'))


def identity_of(n):
    return blake2b(b'identity', u32(n))


def member(n, name=None):
    sign, request = member_seeds(identity_of(n), NEWSROOM)
    return {'id': 'member-%d' % n, 'name': name or 'Member %d' % n,
            'age': [{'recipient': recipient(identity_of(n)), 'from': '2025-01-01'}],
            'sign': ed25519_public(sign).hex(), 'request': ed25519_public(request).hex()}


def card():
    ana = member(1, 'Ana Ñ')
    ana['age'] = [
        {'recipient': recipient(identity_of(101)), 'to': '2025-03-14'},
        {'recipient': ana['age'][0]['recipient'], 'from': '2025-03-10', 'to': '2025-12-31'}]
    left = member(3)
    left['age'] = [{'recipient': recipient(identity_of(103)), 'to': '2025-02-28'}]
    return {
        'pista': 1, 'newsroom': NEWSROOM.hex(), 'drill': False,
        'name': {'en': 'The Example', 'es': 'El Ejemplo'}, 'languages': ['en', 'es'],
        'serial': 7, 'issued': '2025-03-09', 'expires': '2025-04-08',
        'previous': 'ab' * 32, 'next': 'cd' * 32,
        'members': [ana, member(2), left],
        'desks': [{'id': 'news', 'names': {'en': 'News', 'es': 'Noticias'},
                   'languages': ['en', 'es'], 'members': ['member-1', 'member-2', 'member-3']},
                  {'id': 'ombuds', 'names': {'es': 'Defensor'}, 'members': ['member-2']}],
        'recovery': recipient(identity_of(200)),
        'channels': [{'kind': 'post', 'text': {'en': 'Write to us'}}],
        'policy': {'retention_days': 90, 'editions': {'hours': [0, 6, 12, 18]},
                   'letter_max': 2147483648, 'promise_days': {'news': 3},
                   'scripts': [script('guard'), script('seal-en'), script('seal-es')]},
        'something_new': {'kept': True}}


def script(text):
    return 'sha256-' + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def comment(o):
    return 'pista newsroom=%s serial=%d' % (o['newsroom'], o['serial'])


def signed(o):
    text = json.dumps(o, indent=1, ensure_ascii=False)
    return text, minisign(SEED, KEY_ID, text.encode(), comment(o))


def recipients(o, desk, day):
    d = o['desks'][0] if desk == '' else [d for d in o['desks'] if d['id'] == desk][0]
    out = []
    for m in d['members']:
        lines = [m2['age'] for m2 in o['members'] if m2['id'] == m][0]
        valid = [a['recipient'] for a in lines
                 if a.get('from', '') <= day <= a.get('to', '9999-12-31')]
        out += valid[-1:]
    return out + [o['recovery']] if 'recovery' in o else out


def scripts(o):
    """The hashes, or None where the card does not say."""
    lines = o['policy'].get('scripts')
    if lines is None:
        return None
    assert len(lines) <= 64 and len(set(lines)) == len(lines)
    found = []
    for line in lines:
        kind, _, text = line.partition('-')
        raw = base64.b64decode(text, validate=True)
        assert kind == 'sha256' and len(raw) == 32 and base64.b64encode(raw).decode() == text
        found.append(raw.hex())
    return found


def card_vector(o, days):
    text, minisig = signed(o)
    hours = o['policy']['editions'].get('hours', [])
    return {'json': text, 'minisig': minisig, 'newsroom': o['newsroom'], 'serial': o['serial'],
            'hash': blake2b(text.encode()).hex(),
            'digest': blake2b(b'pista/v1 card', u32(len(text.encode())), text.encode(),
                              minisig.encode()).hex(),
            'edition_hours': sum(1 << h for h in hours),
            'edition_seconds': o['policy']['editions'].get('seconds', 0),
            'scripts': scripts(o),
            'recipients': [{'desk': d, 'day': day, 'to': recipients(o, d, day)}
                           for d in [''] + [d['id'] for d in o['desks']] for day in days]}


def member_line(r):
    """r without its signature, as the text that is signed, and the whole line."""
    front = ' '.join(('pista-member1', r['newsroom'], r['id'], r['recipient'], r['sign'],
                      r['request'])) + ' '
    return front + r['name'], front


def member_vector(n, name):
    sign, request = member_seeds(identity_of(n), NEWSROOM)
    r = {'identity': identity_of(n).hex(), 'newsroom': NEWSROOM.hex(), 'id': 'member-%d' % n,
         'name': name, 'recipient': recipient(identity_of(n)), 'sign_seed': sign.hex(),
         'sign': ed25519_public(sign).hex(), 'request_seed': request.hex(),
         'request': ed25519_public(request).hex()}
    text, front = member_line(r)
    r['line'] = front + ed25519_sign(sign, text.encode()).hex() + ' ' + name + '\n'
    return r


def secret_key(seed, key_id):
    raw = b'Ed\0\0B2' + bytes(48) + key_id + seed + ed25519_public(seed) + bytes(32)
    return ('untrusted comment: minisign encrypted secret key\n'
            + base64.b64encode(raw).decode() + '\n')


def make():
    drill = card()
    drill.update(drill=True, serial=1, previous='00' * 32, expires=drill['issued'])
    drill['policy'] = {'editions': {'seconds': 5}, 'letter_max': 1048576}
    full = card()
    full['policy']['scripts'] = [script(str(i)) for i in range(64)]
    none = card()
    none['policy']['scripts'] = []
    for name in ('recovery', 'next', 'channels'):
        del drill[name]
    return {'about': 'docs/formats/masthead.md; made by masthead.py',
            'pin': minisign_public(KEY_ID, ed25519_public(SEED)),
            'secret': secret_key(SEED, KEY_ID),
            'cards': [card_vector(card(), ['2025-02-28', '2025-03-09', '2025-03-12',
                                           '2025-03-15', '2026-01-01']),
                      card_vector(drill, ['2025-03-09']), card_vector(full, ['2025-03-09']),
                      card_vector(none, ['2025-03-09'])],
            'members': [member_vector(1, 'Ana Ñ'), member_vector(2, '')]}


def check_emitted(program):
    o = json.loads(subprocess.run([program], check=True, stdout=subprocess.PIPE).stdout)
    raw = base64.b64decode(o['pin'], validate=True)
    assert raw[:2] == b'Ed' and len(raw) == 42
    trusted = minisign_verify(raw[2:10], raw[10:], o['json'].encode(), o['minisig'])
    assert trusted == comment(json.loads(o['json']))
    words = o['line'].rstrip('\n').split(' ', 7)
    assert words[0] == 'pista-member1'
    text = ' '.join(words[:6] + words[7:])
    assert ed25519_verify(bytes.fromhex(words[4]), bytes.fromhex(words[6]), text.encode())
    hrp, pk = unbech32(words[3])
    identity = bytes.fromhex(o['identity'])
    assert hrp == 'age' and pk == x25519_public(identity)
    sign, request = member_seeds(identity, bytes.fromhex(words[1]))
    assert words[4] == ed25519_public(sign).hex() and words[5] == ed25519_public(request).hex()


if __name__ == '__main__':
    main(VECTORS, make, check_emitted)
