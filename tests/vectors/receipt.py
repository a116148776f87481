#!/usr/bin/env python3
"""A plain second implementation of docs/formats/receipt.md.

usage: receipt.py make           writes receipt.json
       receipt.py check          recomputes receipt.json and compares
       receipt.py emitted PROG   runs PROG, which prints receipts made in C, and checks them
"""
import hashlib
import json
import os
import random
import subprocess
import sys
import unicodedata

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HERE = os.path.dirname(os.path.abspath(__file__))
VECTORS = os.path.join(HERE, 'receipt.json')
LANGUAGES = ['en', 'es', 'fr', 'it', 'pt', 'cs']
RAW = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def blake2b(data, size=32):
    return hashlib.blake2b(data, digest_size=size).digest()


def hkdf(key, info):
    return HKDF(hashes.SHA256(), 32, None, info.encode()).derive(key)


# Values, numbers, digits

def packed(value):
    return int.from_bytes(value + blake2b(b'pista/v1 check' + value)[:1], 'big')


def unpacked(number):
    """The value, or None when the check byte does not fit."""
    if number >> 99:
        return None
    value = (number >> 8).to_bytes(12, 'big')
    return value if packed(value) == number else None


def numbers(value):
    return [packed(value) >> (11 * (8 - i)) & 2047 for i in range(9)]


def from_numbers(ns):
    number = 0
    for n in ns:
        number = number << 11 | n
    return unpacked(number)


def digits(value):
    return '%030d' % packed(value)


# Folding and lists

def fold_char(c):
    category = unicodedata.category(c)
    if category == 'Nd':
        return str(unicodedata.decimal(c))
    if ord(c) < 0x250 or 0x1E00 <= ord(c) < 0x1F00 or 0xFF21 <= ord(c) <= 0xFF5A:
        plain = [x for x in unicodedata.normalize('NFKD', c) if not unicodedata.category(x).startswith('M')]
        if len(plain) == 1 and plain[0].lower() in 'abcdefghijklmnopqrstuvwxyz':
            return plain[0].lower()
    if category.startswith('M') or category in ('Cf', 'Sk'):
        return ''
    if category[0] in 'ZPS' or category == 'Cc':
        return ' '
    return '?'


def fold_words(text):
    """(words, digits, words as typed): numbers in front of words fall away."""
    words, run, started = [], '', None
    found = []
    for i, c in enumerate(text + ' '):
        f = fold_char(c)
        ends = f == ' ' or (run.isdigit() and f and not f.isdigit())
        if ends and run:
            found.append((run, text[started:i]))
            run = ''
        if f not in ('', ' '):
            if not run:
                started = i
            run += f
    words = [(w, t) for w, t in found if not w.isdigit()]
    return [w for w, t in words], ''.join(w for w, t in found if w.isdigit()), [t for w, t in words]


def load_lists():
    lists = {}
    for language in LANGUAGES:
        with open(os.path.join(HERE, '../../assets/words', language + '.txt'), encoding='utf-8') as f:
            spelled = f.read().split()
        lists[language] = (spelled, [fold_words(w)[0][0] for w in spelled])
    return lists


LISTS = load_lists()


def lookup(language, word):
    folded = LISTS[language][1]
    if word in folded:
        return folded.index(word)
    if len(word) >= 4:
        for number, candidate in enumerate(folded):
            if candidate.startswith(word):
                return number
    return None


def spell(value, language):
    return ' '.join(LISTS[language][0][n] for n in numbers(value))


def is_near(a, b):
    """One letter replaced, added or missing."""
    if len(a) > len(b):
        a, b = b, a
    if len(a) == len(b):
        return sum(x != y for x, y in zip(a, b)) == 1
    return any(b[:i] + b[i + 1:] == a for i in range(len(b))) and len(b) == len(a) + 1


def corrections(language, ns):
    folded = LISTS[language][1]
    for i in range(9):
        for n in range(2048):
            if is_near(folded[ns[i]], folded[n]):
                yield ns[:i] + [n] + ns[i + 1:]
    for i in range(8):
        yield ns[:i] + [ns[i + 1], ns[i]] + ns[i + 2:]


def read(typed, page):
    words, run, as_typed = fold_words(typed)
    if not words and run:
        if len(run) != 30:
            return {'result': 'limit', 'words': 0}
        value = unpacked(int(run))
        return {'result': 'ok', 'value': value.hex()} if value else {'result': 'check'}
    if len(words) != 9:
        return {'result': 'limit', 'words': len(words)}
    order = [page] + [l for l in LANGUAGES if l != page]
    understood = {l: [lookup(l, w) for w in words] for l in order}
    full = [l for l in order if None not in understood[l]]
    for language in full:
        value = from_numbers(understood[language])
        if value:
            return {'result': 'ok', 'value': value.hex(), 'list': language}
    if not full:
        best = max(order, key=lambda l: (sum(n is not None for n in understood[l]), -order.index(l)))
        unknown = understood[best].index(None)
        return {'result': 'word', 'unknown': unknown, 'unknown_word': as_typed[unknown]}
    offers = {}
    for language in full:
        for ns in corrections(language, understood[language]):
            value = from_numbers(ns)
            if value:
                offers.setdefault(value.hex(), language)
    if len(offers) == 1:
        (value, language), = offers.items()
        return {'result': 'offer', 'value': value, 'list': language}
    return {'result': 'check'}


# Keys

def raw_public(private):
    return private.public_key().public_bytes(*RAW)


def thread_keys(value, newsroom):
    secret = hash_secret_raw(value, newsroom, time_cost=1, memory_cost=8192, parallelism=1,
                             hash_len=32, type=Type.ID, version=0x13)
    k = {'secret': secret, 'reply_secret': hkdf(secret, 'pista/v1 reply'),
         'slot': hkdf(secret, 'pista/v1 slot'), 'mark_seed': hkdf(secret, 'pista/v1 mark')}
    k['reply'] = raw_public(X25519PrivateKey.from_private_bytes(k['reply_secret']))
    k['mark'] = raw_public(Ed25519PrivateKey.from_private_bytes(k['mark_seed']))
    k['thread'] = blake2b(b'pista/v1 thread' + newsroom + k['reply'] + k['slot'] + k['mark'], 16)
    k['tag'] = hkdf(k['slot'], 'pista/v1 tag')
    k['strip'] = hkdf(k['slot'], 'pista/v1 strip')
    return k


# The vectors

def some(label, size):
    return hashlib.shake_256(b'pista vector ' + label.encode()).digest(size)


def some_value(label):
    value = bytearray(some(label, 12))
    value[0] &= 7
    return bytes(value)


def make_receipts():
    values = [bytes(12), b'\x07' + b'\xff' * 11, (1).to_bytes(12, 'big')]
    values += [some_value(f'value {i}') for i in range(3)]
    out = []
    for i, value in enumerate(values):
        newsroom = some(f'newsroom {i}', 16)
        keys = thread_keys(value, newsroom)
        out.append({'value': value.hex(), 'numbers': numbers(value), 'digits': digits(value),
                    'words': {l: spell(value, l) for l in LANGUAGES}, 'newsroom': newsroom.hex(),
                    **{name: k.hex() for name, k in keys.items()}})
    return out


def misspell(rng, text, language):
    """One of the ways in which people write a receipt."""
    words = text.split(' ')
    i = rng.randrange(9)
    kind = rng.randrange(9)
    if kind == 0:
        words = [unicodedata.normalize('NFD', w).upper() for w in words]
    elif kind == 1:
        words = [w[:4] if len(w) > 4 else w for w in words]
    elif kind == 2:
        words = [f'{n + 1}. {w.title()}\n' for n, w in enumerate(words)]
    elif kind == 3:
        j = rng.randrange(8)
        words[j], words[j + 1] = words[j + 1], words[j]
    elif kind == 4:
        folded = LISTS[language][1]
        here = lookup(language, fold_words(words[i])[0][0])
        near = [n for n in range(2048) if is_near(folded[here], folded[n])]
        if near:
            words[i] = LISTS[language][0][rng.choice(near)]
    elif kind == 5:
        at = rng.randrange(len(words[i]))
        words[i] = words[i][:at] + rng.choice('aeioubcdñřç') + words[i][at + 1:]
    elif kind == 6:
        words[i] = rng.choice(LISTS[language][0])
    elif kind == 7:
        words.pop(i)
    return rng.choice([' ', '-', '\n', ', ', '\u00a0', ' \u2014 ']).join(words)


def make_typed():
    rng = random.Random(1)
    typed = []
    for n in range(96):
        language = LANGUAGES[n % 6]
        value = some_value(f'typed {n}')
        typed.append((misspell(rng, spell(value, language), language), rng.choice(LANGUAGES)))
    value = some_value('typed digits')
    plain = digits(value)
    arabic = ''.join(chr(0x660 + int(d)) for d in plain)
    full_width = ''.join(chr(0xFF10 + int(d)) for d in plain)
    for text in (plain, arabic, full_width, '\u060c '.join(arabic[i:i + 5] for i in range(0, 30, 5)),
                 '-'.join(plain[i:i + 3] for i in range(0, 30, 3)), plain[:-1], plain + '0',
                 plain[:-1] + str((int(plain[-1]) + 1) % 10), '9' * 30, '0' * 30):
        typed.append((text, 'es'))
    words = spell(value, 'es').split(' ')
    typed.append((' '.join(c for c in words[0]) + ' ' + ' '.join(words[1:]), 'es'))
    typed.append((''.join(chr(ord(c) + 0xFEE0) if 'a' <= c <= 'z' else c for c in spell(value, 'en')), 'es'))
    typed.append(('\u00ad'.join(spell(value, 'cs')), 'en'))
    typed.append((' '.join(words[:8] + ['\u043f\u0440\u0438\u0432\u0435\u0442']), 'es'))
    typed.append((' '.join(words[:8] + ['x' * 200]), 'es'))
    typed.append(('', 'fr'))
    # Words that stand in the English and in the French list.
    common = sorted(set(LISTS['en'][1]) & set(LISTS['fr'][1]))
    for language in ('en', 'fr'):
        pick = [rng.choice(common) for _ in range(8)]
        for last in common:
            value = from_numbers([lookup(language, w) for w in pick + [last]])
            if value:
                typed.append((' '.join(pick + [last]), 'en'))
                typed.append((' '.join(pick + [last]), 'fr'))
                break
    return [{'typed': t, 'page': page, **read(t, page)} for t, page in typed]


def make():
    return {'about': 'docs/formats/receipt.md; made by receipt.py',
            'receipts': make_receipts(), 'typed': make_typed()}


def check_emitted(program):
    emitted = json.loads(subprocess.run([program], check=True, stdout=subprocess.PIPE).stdout)
    for r in emitted:
        value, newsroom = bytes.fromhex(r['value']), bytes.fromhex(r['newsroom'])
        keys = thread_keys(value, newsroom)
        assert value[0] < 8
        assert r['digits'] == digits(value)
        for language in LANGUAGES:
            assert r['words'][language] == spell(value, language)
        for name in ('reply_secret', 'mark_seed', 'reply', 'slot', 'mark', 'thread', 'tag', 'strip'):
            assert r[name] == keys[name].hex(), name
    assert len(emitted) >= 2 and emitted[0]['value'] != emitted[1]['value']


def main(path, make_all, emitted):
    verb = sys.argv[1]
    if verb == 'make':
        with open(path, 'w', encoding='ascii') as f:
            json.dump(make_all(), f, indent=1)
            f.write('\n')
    elif verb == 'check':
        with open(path, encoding='ascii') as f:
            assert json.load(f) == make_all(), f'{path} is not what this program makes'
    else:
        emitted(sys.argv[2])


if __name__ == '__main__':
    main(VECTORS, make, check_emitted)
