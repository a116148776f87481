#!/usr/bin/env python3
"""A plain second implementation of docs/formats/letter.md.

usage: letter.py make           writes letter.json
       letter.py check          recomputes letter.json and compares
       letter.py emitted PROG   runs PROG DIRECTORY, which seals letters in C, and opens them
"""
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile

from plain import (age_open, age_split, blake2b, ed25519_public, ed25519_sign, ed25519_verify,
                   letter_digest, unbech32, x25519_public)
from events import event_line
from receipt import main

HERE = os.path.dirname(os.path.abspath(__file__))
VECTORS = os.path.join(HERE, 'letter.json')
ZERO = '0' * 128
DESK_KINDS = ('note', 'events', 'grant')
TYPES = {'pdf': 'application/pdf', 'jpg': 'image/jpeg', 'bin': 'application/octet-stream',
         'txt': 'text/plain', 'mp4': 'video/mp4', 'gz': 'application/gzip', 'md': 'text/markdown',
         'pptx': 'application/vnd.openxmlformats-officedocument.presentationml.presentation'}


# PADME

def padme(n):
    if n < 2:
        return n
    e = n.bit_length() - 1
    s = e.bit_length()
    step = 1 << max(e - s, 0)
    return (n + step - 1) // step * step


def padded(n):
    return max(16384, padme(n))


# tar

def tar_header(path, size):
    h = bytearray(512)

    def put(at, data):
        h[at:at + len(data)] = data
    put(0, path.encode())
    put(100, b'0000644')
    put(108, b'0000000')
    put(116, b'0000000')
    put(124, b'%011o' % size)
    put(136, b'00000000000')
    put(148, b' ' * 8)
    put(156, b'0')
    put(257, b'ustar\x0000')
    put(148, b'%06o\x00' % sum(h))
    return bytes(h)


def tar_entry(path, data):
    return tar_header(path, len(data)) + data + bytes(-len(data) % 512)


def plaintext(entries):
    """The padded archive of (path, bytes) pairs."""
    archive = b''.join(tar_entry(p, d) for p, d in entries) + bytes(1024)
    return archive + bytes(padded(len(archive)) - len(archive))


# tip.json

TURNS = '\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'


def clean(text, most, is_name=False):
    out = b''
    for c in text:
        c = ' ' if ord(c) < 32 or 127 <= ord(c) < 160 or is_name and c in TURNS else c
        if len(out) + len(c.encode()) > most:
            break
        out += c.encode()
    return out.decode()


def file_bytes(size):
    return bytes(i & 255 for i in range(256)) * (size // 256) + bytes(range(size % 256))


def extension(name):
    suffix = name.rpartition('.')[2].lower() if '.' in name else ''
    return suffix if suffix in TYPES else 'bin'


def whole_name(name):
    """Without what a tool that cuts files put behind it."""
    rest, dot, suffix = name.rpartition('.')
    if not rest or not dot:
        return name
    if re.fullmatch('[0-9]{1,4}', suffix):
        return rest
    if re.fullmatch('[a-z]{2}', suffix):
        if extension(rest) != 'bin' or extension(name) == 'bin':
            return rest
    return name


def with_sigs(body, size, mark, member):
    text = body[:-1] + ',"sig":' + json.dumps(
        {'mark': mark, 'member': member, 'witness': ZERO}, separators=(',', ':')) + '}'
    raw = text.encode()
    return raw + b' ' * (size - len(raw)) if len(raw) <= size else None


def tip_json(letter, entries, size):
    t, thread = letter['tip'], letter['thread']
    for name_max in (100, 75, 50, 25, 0):
        def text(o, name, most):
            if t.get(name) and most:
                o[name] = clean(t[name], most, name == 'name')
        field = 3 * name_max
        o = {'pista': 1, 'kind': t['kind'], 'id': letter['id'], 'newsroom': t['newsroom'],
             'card': t['card']}
        if thread.get('thread'):
            o['thread'] = thread['thread']
        text(o, 'channel', 32)
        text(o, 'story', 64)
        text(o, 'passage', field)
        text(o, 'desk', 32)
        text(o, 'lang', 32)
        o['day'] = t['day']
        if t['kind'] not in DESK_KINDS:
            o['source'] = {'terms': t['terms']}
            text(o['source'], 'name', field)
            text(o['source'], 'contact', field)
            o['reply'] = {'to': thread['reply'], 'slot': thread['slot'], 'mark': thread['mark']}
        o['entries'] = [dict(e) for e in entries]
        for e in o['entries']:
            name = clean(e.pop('name', ''), name_max, True)
            done = {k: e.pop(k) for k in ('part', 'clean') if k in e}
            if name:
                e['name'] = name
            e.update(done)
        if t['kind'] in DESK_KINDS:
            o['author'] = t['author']
            o['seen'] = t['seen']
        body = json.dumps(o, separators=(',', ':'), ensure_ascii=False)
        zeros = with_sigs(body, size, ZERO, ZERO)
        if zeros is not None:
            break
    h = blake2b(zeros)

    def sign(label, seed):
        return ed25519_sign(bytes.fromhex(seed), label + h).hex() if seed else ZERO
    return with_sigs(body, size, sign(b'pista/v1 mark', letter.get('mark_seed')),
                     sign(b'pista/v1 member', letter.get('member_seed')))


def write(letter):
    """Fills in what follows from the rest; returns the plaintext."""
    parts = [('message.txt', letter['message'].encode() * letter['times'], None, {})]
    for f in letter['files']:
        if f['size'] > 0:
            ext_name = whole_name(f['ext_name']) if 'part' in f else f['ext_name']
            path = 'files/%d.%s' % (len(parts), extension(ext_name))
            name = f['name'].replace('\\', '/').rpartition('/')[2]
            done = {k: f[k] for k in ('part', 'clean') if k in f}
            parts.append((path, file_bytes(f['size']), clean(name, 100, True), done))
    entries = []
    for path, data, name, done in parts:
        e = {'path': path, 'size': len(data), 'blake2b': blake2b(data).hex(),
             'type': TYPES[path.rpartition('.')[2]]}
        if name:
            e['name'] = name
        entries.append({**e, **done})
    letter['id'] = blake2b(b'pista/v1 id', bytes.fromhex(letter['token']),
                           *(blake2b(p[1]) for p in parts), size=16).hex()
    letter['once'] = blake2b(b'pista/v1 once',
                             bytes.fromhex(letter['thread'].get('thread', '00' * 16)),
                             bytes.fromhex(letter['id']), size=16).hex()
    tip = tip_json(letter, entries, 4096 if len(parts) == 1 else 16384)
    letter['json'] = tip.decode().rstrip(' ')
    plain = plaintext([('tip.json', tip)] + [p[:2] for p in parts])
    letter['size'] = len(plain)
    letter['blake2b'] = blake2b(plain).hex()
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        assert tar.getnames() == ['tip.json'] + [p[0] for p in parts]
    return plain


def thread(newsroom, n):
    reply = x25519_public(bytes([n] * 32))
    slot, mark = bytes([n + 1] * 32), ed25519_public(bytes([n + 2] * 32))
    return {'thread': blake2b(b'pista/v1 thread', bytes.fromhex(newsroom), reply, slot, mark,
                              size=16).hex(),
            'reply': reply.hex(), 'slot': slot.hex(), 'mark': mark.hex()}


def letters():
    newsroom = '00112233445566778899aabbccddeeff'
    tip = {'kind': 'tip', 'newsroom': newsroom, 'card': 'c0' * 32, 'channel': 'form',
           'story': 'town-hall', 'passage': 'the “second” paragraph\nand the third',
           'desk': 'news', 'lang': 'es', 'day': '2025-03-09', 'terms': 'background',
           'name': 'A "name" \\ with\tall', 'contact': 'signal: ñandú.01'}
    base = {'thread': thread(newsroom, 1), 'token': '0f' * 16, 'mark_seed': '03' * 32}

    def letter(message, files=(), more=None, **other):
        return {'tip': {**tip, **other}, **base, 'message': message, 'times': 1, **(more or {}),
                'files': [{'name': n, 'ext_name': e, 'size': s, **(done[0] if done else {})}
                          for n, e, s, *done in files]}
    desk = {k: tip[k] for k in ('newsroom', 'card', 'desk', 'lang', 'day')}
    desk.update(kind='events', channel='desk', author=ed25519_public(bytes([9] * 32)).hex(),
                seen={'seq': 41, 'link': 'ab' * 32})
    grow = '"' * 300
    return [
        letter(''),
        letter('¿Quién firmó el contrato?\n'),
        letter('m', more={'mark_seed': None, 'times': 65536}, kind='follow-up', terms='anonymous'),
        letter('see files', [('Plan (1).PDF', 'Plan (1).PDF', 100000), ('', 'x.jpg', 1),
                             ('empty.pdf', 'empty.pdf', 0),
                             ('C:\\Users\\maria\\a.exe', 'a.exe', 47104)]),
        letter('edges', [('a', 'a', 46592), ('b', 'b', 65024), ('c', 'c', 65536)]),
        letter('', passage=grow, name=grow, contact=grow),
        letter('', [('"' * 96 + '.pdf', 'x.pptx', 3)] * 32, passage=grow, name=grow,
               contact=grow),
        letter('turned', [('bill\u202efdp.exe', 'x.exe', 5), ('\x1b]0;a\x07/\u200f\x9bb.pdf', 'b.pdf', 1)],
               passage='\u200fשלום\x1b[2J', name='\u2066Dr\u2069 No\x7f', contact='\u061ca\x85b'),
        letter('', [('', 'film.MP4.002', 70000, {'part': {'n': 2, 'of': 5}})], kind='follow-up'),
        letter('', [('film.mp4.gz', 'film.mp4.gz', 9, {'part': {'n': 182, 'of': 999}})]),
        letter('', [('notes.md', 'notes.md', 9, {'part': {'n': 1, 'of': 1}})]),
        letter('clean', [('a.jpg', 'a.jpg', 3, {'clean': True}), ('', 'b.pdf', 4),
                         ('', 'c.001', 1, {'clean': True})]),
        letter('', [('a.mp4.aa', 'a.mp4.aa', 5, {'part': {'n': 1, 'of': 2}, 'clean': True})]),
        {'tip': desk, 'thread': {}, 'token': '1f' * 16, 'member_seed': '09' * 32,
         'message': event_line({'kind': 'opened', 'seq': 40, 'digest': 'dd' * 32}), 'times': 2,
         'files': []},
    ]


def make():
    made = letters()
    for letter in made:
        write(letter)
    sizes = [0, 1, 8, 9, 1000, 16383, 16384, 16385, 65536, 70000, 1 << 20, (1 << 30) + 1,
             (1 << 33) - 1]
    return {'about': 'docs/formats/letter.md; made by letter.py',
            'padme': [{'n': n, 'padme': padme(n), 'padded': padded(n)} for n in sizes],
            'letters': made}


def check_plaintext(plain, mark):
    """Takes a plaintext apart and builds it again."""
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        entries = [(m.name, tar.extractfile(m).read()) for m in tar.getmembers()]
    assert plaintext(entries) == plain
    raw = entries[0][1]
    o = json.loads(raw)
    assert list(o)[-1] == 'sig'
    assert len(raw) == (4096 if len(entries) == 2 else 16384)
    zeros = raw.replace(o['sig']['mark'].encode(), ZERO.encode())
    assert ed25519_verify(mark, bytes.fromhex(o['sig']['mark']),
                          b'pista/v1 mark' + blake2b(zeros))
    assert [e['path'] for e in o['entries']] == [p for p, _ in entries[1:]]
    for e, (_, data) in zip(o['entries'], entries[1:]):
        assert e['size'] == len(data) and e['blake2b'] == blake2b(data).hex()
    return o


def check_emitted(program):
    with tempfile.TemporaryDirectory() as d:
        out = subprocess.run([program, d], check=True, stdout=subprocess.PIPE).stdout
        with open(os.path.join(d, 'identity.txt'), encoding='ascii') as f:
            line = [x for x in f.read().split('\n') if x.startswith('AGE-SECRET-KEY-1')][0]
        secret = unbech32(line)[1]
        emitted = json.loads(out)
        for e in emitted:
            with open(os.path.join(d, e['file']), 'rb') as f:
                blob = f.read()
            assert len(age_split(blob)[3]) == 8
            assert letter_digest(blob).hex() == e['digest']
            o = check_plaintext(age_open(blob, secret), bytes.fromhex(e['mark']))
            assert o['id'] == e['id']
        assert len(emitted) >= 4


if __name__ == '__main__':
    main(VECTORS, make, check_emitted)
