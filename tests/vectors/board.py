#!/usr/bin/env python3
"""A plain second implementation of docs/formats/board.md.

usage: board.py make           writes board.json and the files of tests/hostile/board
       board.py check          recomputes them and compares
       board.py emitted PROG   runs PROG, which prints a board made in C, and checks it
"""
import hashlib
import hmac
import json
import os
import struct
import subprocess
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

import receipt
from receipt import blake2b, raw_public, some, some_value

HERE = os.path.dirname(os.path.abspath(__file__))
VECTORS = os.path.join(HERE, 'board.json')
HOSTILE = os.path.join(HERE, '../hostile/board')

SLOT, PLAIN, INDEX, STRIP, HEAD = 4096, 4032, 48, 32, 244
FILLS = (8, 32, 128, 512)


def hmac256(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


# HPKE (RFC 9180), mode PSK, DHKEM(X25519), HKDF-SHA256, ChaCha20Poly1305

KEM_SUITE = b'KEM\x00\x20'
HPKE_SUITE = b'HPKE\x00\x20\x00\x01\x00\x03'


def extract(suite, salt, label, ikm):
    return hmac256(salt or bytes(32), b'HPKE-v1' + suite + label + ikm)


def expand(suite, prk, label, info, size):
    info = struct.pack('>H', size) + b'HPKE-v1' + suite + label + info
    return hmac256(prk, info + b'\x01')[:size]


def hpke_key(dh, enc, to, psk, psk_id, info):
    shared = expand(KEM_SUITE, extract(KEM_SUITE, b'', b'eae_prk', dh), b'shared_secret', enc + to, 32)
    context = b'\x01' + extract(HPKE_SUITE, b'', b'psk_id_hash', psk_id) + extract(HPKE_SUITE, b'', b'info_hash', info)
    secret = extract(HPKE_SUITE, shared, b'secret', psk)
    return expand(HPKE_SUITE, secret, b'key', context, 32), expand(HPKE_SUITE, secret, b'base_nonce', context, 12)


# Slots

def exchange(secret, public):
    return X25519PrivateKey.from_private_bytes(secret).exchange(X25519PublicKey.from_public_bytes(public))


def public_of(secret):
    return raw_public(X25519PrivateKey.from_private_bytes(secret))


def seal_slot(to, newsroom, plain, ephemeral, psk_id=b'pista/v1 slot'):
    assert len(plain) == PLAIN
    enc = public_of(ephemeral)
    aad = enc + hmac256(to['tag'], enc)[:16]
    key, nonce = hpke_key(exchange(ephemeral, to['reply']), enc, to['reply'], to['slot'], psk_id, newsroom)
    return aad + ChaCha20Poly1305(key).encrypt(nonce, plain, aad)


def open_slot(mine, newsroom, slot):
    """The JSON object, or None when the slot is for somebody else."""
    assert len(slot) == SLOT
    enc, aad = slot[:32], slot[:48]
    if hmac256(mine['tag'], enc)[:16] != slot[32:48]:
        return None
    key, nonce = hpke_key(exchange(mine['reply_secret'], enc), enc, mine['reply'], mine['slot'], b'pista/v1 slot', newsroom)
    plain = ChaCha20Poly1305(key).decrypt(nonce, slot[48:], aad)
    size, = struct.unpack_from('<H', plain)
    assert size <= PLAIN - 2 and plain[2 + size:] == bytes(PLAIN - 2 - size)
    return json.loads(plain[2:2 + size])


def pad(data, size=None, rest=b''):
    return (struct.pack('<H', len(data) if size is None else size) + data + rest).ljust(PLAIN, b'\0')


def answer(**changed):
    a = {'kind': 'answer', 'id': '00112233445566778899aabbccddeeff', 'part': 1, 'parts': 1, 'day': '2026-03-01',
         'serial': 7, 'by': 'Redacci\u00f3n', 'text': 'Gracias.\n\u00abBien\u00bb "quoted" \\ \U0001f511'}
    a.update(changed)
    return json.dumps({k: v for k, v in a.items() if v is not None}, ensure_ascii=False, separators=(',', ':')).encode()


# Strip, editions, posts

def strip_entry(strip_key, nonce, edition, code):
    return (nonce + hmac256(strip_key, b'\0' + nonce)[:12] +
            hmac256(strip_key, b'\1' + nonce + struct.pack('<IB', edition, code))[:12])


def strip_code(strip_key, entry, edition):
    for code in range(1, 7):
        if strip_entry(strip_key, entry[:8], edition, code) == entry:
            return code
    return None


def attest(number, seed, edition_hash):
    key = Ed25519PrivateKey.from_private_bytes(seed)
    return struct.pack('<I', number) + raw_public(key) + key.sign(b'pista/v1 attest' + edition_hash)


def edition(newsroom, number, day, previous, slots, strips, attested=bytes(100), fill=True):
    """(head and strip and index, slots, hash)"""
    assert not fill or (len(slots) in FILLS and len(strips) in FILLS)
    index, strip, bodies = b''.join(s[:INDEX] for s in slots), b''.join(strips), b''.join(slots)
    head = (b'pista/v1 edition' + newsroom + struct.pack('<IIII', number, day, len(slots), len(strips)) +
            previous + blake2b(index) + blake2b(bodies) + attested)
    assert len(head) == HEAD
    return head + strip + index, bodies, blake2b(head + strip)


def read_index(board, newsroom):
    """[(number, day, strips, index entries, H(slots), hash)] of a checked board index."""
    out, previous = [], None
    while board:
        head = board[:HEAD]
        assert head[:16] == b'pista/v1 edition' and head[16:32] == newsroom
        number, day, slots, strips = struct.unpack_from('<IIII', head, 32)
        assert number >= 1 and slots in FILLS and strips in FILLS
        strip = board[HEAD:HEAD + strips * STRIP]
        index = board[HEAD + strips * STRIP:HEAD + strips * STRIP + slots * INDEX]
        board = board[HEAD + strips * STRIP + slots * INDEX:]
        assert blake2b(index) == head[80:112]
        if previous:
            assert number == previous[0] + 1 and head[48:80] == previous[5]
        previous = (number, day, [strip[i:i + STRIP] for i in range(0, len(strip), STRIP)],
                    [index[i:i + INDEX] for i in range(0, len(index), INDEX)], head[112:144],
                    blake2b(head + strip))
        out.append(previous)
    return out


def post(number, slots, strips, attested=bytes(100)):
    return (struct.pack('<II', number, len(slots)) + b''.join(slots) +
            struct.pack('<I', len(strips)) + b''.join(strips) + attested)


# The vectors

NEWSROOM = some('board newsroom', 16)
VALUE = some_value('board source')
KEYS = receipt.thread_keys(VALUE, NEWSROOM)
OTHER = receipt.thread_keys(some_value('another source'), NEWSROOM)


def filler(label):
    nobody = {'slot': some(label + ' slot', 32), 'reply': public_of(some(label + ' reply', 32))}
    nobody['tag'] = receipt.hkdf(nobody['slot'], 'pista/v1 tag')
    return seal_slot(nobody, NEWSROOM, bytes(PLAIN), some(label + ' ephemeral', 32))


def our_slot(plain, label='ours', **how):
    return seal_slot(KEYS, NEWSROOM, plain, some(label, 32), **how)


def make_answers():
    long_text = ''.join(f'{n} \u00e1\u4e2d\n' for n in range(600))[:2400]
    return [answer(), answer(text=''), answer(by=''), answer(part=2, parts=3, text=long_text),
            answer(part=64, parts=64, serial=2**53 - 1, day='9999-12-31', by='\u00f1' * 50),
            answer(text='x' * (4030 - len(answer(text='')))),
            json.dumps({'new': [1], **json.loads(answer(text='k\u00e9pt & <ignored>'))}).encode()]


def make_editions():
    ours = [our_slot(pad(a), f'ephemeral {i}') for i, a in enumerate(make_answers())]
    theirs = seal_slot(OTHER, NEWSROOM, pad(answer(text='for another')), some('other', 32))
    first = [filler(f'first {i}') for i in range(3)] + ours[:2] + [theirs] + [filler(f'first {i}') for i in (3, 4)]
    second = ours[2:] + [filler(f'second {i}') for i in range(3)]
    strips1 = [some(f'strip {i}', 32) for i in range(7)] + [strip_entry(KEYS['strip'], some('nonce 1', 8), 41, 1)]
    strips2 = [strip_entry(OTHER['strip'], some('nonce 2', 8), 42, 2), strip_entry(KEYS['strip'], some('nonce 3', 8), 42, 3),
               strip_entry(KEYS['strip'], some('nonce 4', 8), 41, 6)] + [some(f'strip {i}', 32) for i in range(20, 25)]
    one = edition(NEWSROOM, 41, 20512, some('edition 40', 32), first, strips1)
    two = edition(NEWSROOM, 42, 20513, one[2], second, strips2, attest(41, some('member', 32), one[2]))
    return one, two


def make():
    editions = make_editions()
    answers = make_answers()
    places = [(41, 3 + i) if i < 2 else (42, i - 2) for i in range(len(answers))]
    return {
        'about': 'docs/formats/board.md; made by board.py. Keys are those of the receipt: docs/formats/receipt.md.',
        'newsroom': NEWSROOM.hex(), 'value': VALUE.hex(),
        'keys': {name: KEYS[name].hex() for name in ('reply', 'reply_secret', 'slot', 'mark', 'tag', 'strip')},
        'answers': [{'edition': e, 'slot': s, 'ephemeral': some(f'ephemeral {i}', 32).hex(), 'json': a.decode(),
                     **{k: v for k, v in json.loads(a).items() if k not in ('kind', 'new')}}
                    for i, (a, (e, s)) in enumerate(zip(answers, places))],
        'codes': {'41': 1, '42': 3},
        'member': raw_public(Ed25519PrivateKey.from_private_bytes(some('member', 32))).hex(),
        'index': ''.join(e[0].hex() for e in editions),
        'editions': [{'number': n, 'hash': e[2].hex(), 'slots': e[1].hex()} for n, e in zip((41, 42), editions)],
        'post': {'edition': 43, 'bytes': post(43, [editions[0][1][3 * SLOT:4 * SLOT]],
                                              [strip_entry(KEYS['strip'], some('nonce 5', 8), 43, 5)]).hex()},
    }


# Inputs that must be refused: the name begins with how.

def hostile_slots():
    good = our_slot(pad(answer()))
    yield 'auth-tag-changed', good[:40] + bytes([good[40] ^ 1]) + good[41:]
    yield 'auth-last-byte-changed', good[:-1] + bytes([good[-1] ^ 1])
    yield 'auth-enc-changed', bytes([good[0] ^ 1]) + good[1:]
    weak = bytes(32)
    yield 'auth-low-order-enc', weak + hmac256(KEYS['tag'], weak)[:16] + good[48:]
    yield 'auth-other-newsroom', seal_slot(KEYS, some('another newsroom', 16), pad(answer()), some('ours', 32))
    yield 'auth-other-thread', seal_slot(OTHER, NEWSROOM, pad(answer()), some('ours', 32))
    yield 'auth-other-psk-id', our_slot(pad(answer()), psk_id=b'pista/v2 slot')
    yield 'auth-other-psk', seal_slot({**KEYS, 'slot': OTHER['slot']}, NEWSROOM, pad(answer()), some('ours', 32))
    yield 'auth-other-reply-key', seal_slot({**KEYS, 'reply': OTHER['reply']}, NEWSROOM, pad(answer()), some('ours', 32))
    plain = answer()
    bad = {
        'empty': pad(b''), 'length-past-the-end': pad(answer(), 4031), 'length-in-the-middle': pad(answer(), 20),
        'bytes-behind': pad(answer(), rest=b'\0\0x'), 'two-objects': pad(answer() + answer()),
        'array': pad(b'[1]'), 'number': pad(b'1'), 'deep': pad(b'[' * 4000),
        'no-kind': pad(answer(kind=None)), 'other-kind': pad(answer(kind='status')), 'no-id': pad(answer(id=None)),
        'short-id': pad(answer(id='00')), 'upper-case-id': pad(answer(id='AA' * 16)), 'part-zero': pad(answer(part=0)),
        'part-above-parts': pad(answer(part=2)), 'parts-65': pad(answer(parts=65)), 'part-negative': pad(answer(part=-1)),
        'part-text': pad(answer(part='1')), 'part-real': pad(answer(part=1.0)), 'no-day': pad(answer(day=None)),
        'day-number': pad(answer(day=20512)), 'day-impossible': pad(answer(day='2026-02-30')),
        'serial-2-to-53': pad(answer(serial=2**53)), 'serial-huge': pad(answer(serial=2**70)), 'no-by': pad(answer(by=None)),
        'by-101-bytes': pad(answer(by='x' * 101)), 'no-text': pad(answer(text=None)), 'text-null': pad(plain.replace(b'"text":"', b'"text":null,"t":"')),
        'text-nul': pad(plain.replace(b'Gracias', b'\\u0000')), 'text-not-utf8': pad(plain.replace(b'Gracias', b'\xff')),
        'text-surrogate': pad(plain.replace(b'Gracias', b'\\ud800')), 'text-raw-control': pad(plain.replace(b'Gracias', b'\x01')),
        'twice-text': pad(plain[:-1] + b',"text":"other"}'), 'cut': pad(plain[:-1]),
    }
    for name, p in bad.items():
        yield 'format-' + name, our_slot(p)


def hostile_indexes():
    (one, slots, hash1), (two, _, _) = make_editions()
    cut = [slots[i:i + SLOT] for i in range(0, len(slots), SLOT)]
    strips = [some(f's {i}', 32) for i in range(8)]
    yield 'format-cut-in-the-head', one[:100]
    yield 'format-cut-in-the-strip', one[:HEAD + 10]
    yield 'format-cut-in-the-index', one + two[:-1]
    yield 'format-byte-behind', one + two + b'\0'
    yield 'format-other-magic', b'pista/v2' + one[8:]
    yield 'format-number-zero', one[:32] + bytes(4) + one[36:]
    yield 'format-7-slots', edition(NEWSROOM, 41, 1, bytes(32), cut[:7], strips, fill=False)[0]
    yield 'format-9-slots', edition(NEWSROOM, 41, 1, bytes(32), cut + cut[:1], strips, fill=False)[0]
    yield 'format-no-slots', edition(NEWSROOM, 41, 1, bytes(32), [], strips, fill=False)[0]
    yield 'format-7-strips', edition(NEWSROOM, 41, 1, bytes(32), cut, strips[:7], fill=False)[0]
    yield 'format-huge-counts', one[:40] + b'\xff' * 8 + one[48:]
    yield 'newsroom-other', edition(some('another newsroom', 16), 41, 1, bytes(32), cut, strips)[0]
    yield 'newsroom-other-second', one + edition(some('another newsroom', 16), 42, 1, hash1, cut, strips)[0]
    yield 'digest-index-changed', one[:-1] + bytes([one[-1] ^ 1])
    yield 'digest-strip-changed', one[:HEAD] + bytes([one[HEAD] ^ 1]) + one[HEAD + 1:] + two
    yield 'digest-head-changed', one[:36] + bytes([one[36] ^ 1]) + one[37:] + two
    yield 'digest-gap', one + edition(NEWSROOM, 43, 1, hash1, cut, strips)[0]
    yield 'digest-same-number', one + edition(NEWSROOM, 41, 1, hash1, cut, strips)[0]
    yield 'digest-newest-first', two + one
    yield 'digest-number-one-has-a-past', edition(NEWSROOM, 1, 1, hash1, cut, strips)[0]


def hostile_posts():
    slots = [filler('post')]
    good = post(43, slots, [bytes(32)])
    yield 'format-empty', b''
    yield 'format-cut', good[:-1]
    yield 'format-byte-behind', good + b'\0'
    yield 'format-edition-zero', post(0, slots, [])
    yield 'format-more-slots-than-bytes', good[:4] + struct.pack('<I', 2) + good[8:]
    yield 'format-cut-in-the-counts', good[:6]
    yield 'limit-65-slots', struct.pack('<II', 43, 65) + good[8:]
    yield 'limit-huge-slots', struct.pack('<II', 43, 0xffffffff) + good[8:]
    yield 'limit-huge-strips', good[:8 + SLOT] + b'\xff' * 4 + good[12 + SLOT:]


def hostile_files():
    for kind, cases in (('slot', hostile_slots()), ('index', hostile_indexes()), ('post', hostile_posts())):
        for name, data in cases:
            yield f'{name}.{kind}', data


def check_emitted(program):
    e = json.loads(subprocess.run([program], check=True, stdout=subprocess.PIPE).stdout)
    newsroom, index, bodies = (bytes.fromhex(e[k]) for k in ('newsroom', 'index', 'slots'))
    keys = receipt.thread_keys(bytes.fromhex(e['value']), newsroom)
    one, two = read_index(index, newsroom)
    assert (one[0], two[0]) == (1, 2) and one[1] == e['day']
    assert index[48:80] == bytes(32), 'the first edition has no past'
    assert len(one[3]) == e['fill'] == len(bodies) // SLOT and len(two[3]) == 8
    assert blake2b(bodies) == one[4]
    slots = [bodies[i:i + SLOT] for i in range(0, len(bodies), SLOT)]
    assert [s[:INDEX] for s in slots] == one[3] and len({s[:32] for s in slots}) == len(slots)
    parts = [a for a in (open_slot(keys, newsroom, s) for s in slots) if a]
    parts.sort(key=lambda a: a['part'])
    assert [a['part'] for a in parts] == list(range(1, len(parts) + 1)) and len(parts) > 2
    for a in parts:
        assert set(a) == {'kind', 'id', 'part', 'parts', 'day', 'serial', 'by', 'text'}
        assert (a['kind'], a['id'], a['parts'], a['serial']) == ('answer', e['id'], len(parts), e['serial'])
    kept = ''.join(c for c in e['text'] if c == '\n' or not (ord(c) < 32 or 127 <= ord(c) < 160))
    assert ''.join(a['text'] for a in parts) == kept and kept != e['text']
    assert parts[0]['by'] == e['by']
    codes = [strip_code(keys['strip'], s, 1) for s in one[2]]
    assert sorted(c for c in codes if c) == [4]
    # Nothing but the tag tells one slot from another.
    for s in slots:
        try:
            ChaCha20Poly1305(bytes(32)).decrypt(bytes(12), s[48:], s[:48])
            raise AssertionError('opened with a key of zeros')
        except InvalidTag:
            pass


def make_files():
    os.makedirs(HOSTILE, exist_ok=True)
    for name, data in hostile_files():
        with open(os.path.join(HOSTILE, name), 'wb') as f:
            f.write(data)
    return make()


def check_files():
    expected = dict(hostile_files())
    assert sorted(os.listdir(HOSTILE)) == sorted(expected), 'tests/hostile/board has other files'
    for name, data in expected.items():
        with open(os.path.join(HOSTILE, name), 'rb') as f:
            assert f.read() == data, name
    index = bytes.fromhex(make()['index'])
    assert [e[0] for e in read_index(index, NEWSROOM)] == [41, 42]
    return make()


if __name__ == '__main__':
    receipt.main(VECTORS, make_files if sys.argv[1] == 'make' else check_files, check_emitted)
