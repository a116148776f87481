#!/usr/bin/env python3
"""age files that must be refused; the name of each begins with the refusal. All are for the
identity of 32 bytes 0x42 (the specification's example) or for the passphrase "word", and right
but for the one trick.

usage: age.py make    writes the files under age/
       age.py check   compares them with what would be written
"""
import base64
import hashlib

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from tricks import main
from plain import hkdf, x25519_public

ME = x25519_public(b'\x42' * 32)
STRANGER = x25519_public(b'\x43' * 32)
FILE_KEY = b'sixteen bytes ok'
NONCE = b'also sixteen ok.'
VERSION = 'age-encryption.org/v1\n'
# Shares that give every secret key the same shared secret: zeros (RFC 7748, section 6.1).
LOW_ORDER = {
    'zero': bytes(32),
    'one': b'\x01' + bytes(31),
    'eight': bytes.fromhex('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'),
    'eight-again': bytes.fromhex(
        '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157'),
    'minus-one': bytes.fromhex(
        'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'),
    'p': bytes.fromhex('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'),
    'zero-high-bit': bytes(31) + b'\x80',
}


def b64(data):
    return base64.b64encode(data).decode().rstrip('=')


def x25519(to=ME, number=1, file_key=FILE_KEY, args=None, body=None):
    ephemeral = bytes([number]) * 32
    share = x25519_public(ephemeral)
    shared = X25519PrivateKey.from_private_bytes(ephemeral).exchange(
        X25519PublicKey.from_public_bytes(to))
    key = hkdf(shared, share + to, b'age-encryption.org/v1/X25519')
    if body is None:
        body = b64(ChaCha20Poly1305(key).encrypt(bytes(12), file_key, None)) + '\n'
    return '-> ' + (args or 'X25519 ' + b64(share)) + '\n' + body


def scrypt(log_n='4', real=4, salt=b'salt of sixteen.', file_key=FILE_KEY):
    key = hashlib.scrypt(b'word', salt=b'age-encryption.org/v1/scrypt' + salt, n=1 << real, r=8,
                         p=1, dklen=32)
    body = ChaCha20Poly1305(key).encrypt(bytes(12), file_key, None)
    return f'-> scrypt {b64(salt)} {log_n}\n{b64(body)}\n'


def header(*stanzas, version=VERSION, end=None, key=FILE_KEY):
    text = version + ''.join(stanzas) + '---'
    mac = hmac.HMAC(hkdf(key, None, b'header'), hashes.SHA256())
    mac.update(text.encode('latin-1'))
    mac = b64(mac.finalize())
    return (text + (end(mac) if end else f' {mac}\n')).encode('latin-1')


def payload(plain=b'a letter', index=0, last=True):
    key = ChaCha20Poly1305(hkdf(FILE_KEY, NONCE, b'payload'))
    return key.encrypt(index.to_bytes(11, 'big') + bytes([last]), plain, None)


def file(*stanzas, body=None, **how):
    return header(*stanzas, **how) + NONCE + (payload() if body is None else body)


def share_of(share):
    return file(x25519(args='X25519 ' + b64(share)))


def armor(data, begin='-----BEGIN AGE ENCRYPTED FILE-----\n',
          end='-----END AGE ENCRYPTED FILE-----\n', columns=64, line_end='\n'):
    text = base64.b64encode(data).decode()
    lines = [text[i:i + columns] for i in range(0, len(text), columns)]
    return (begin + ''.join(line + line_end for line in lines) + end).encode()


def argument(text):
    """A stanza of another program with a wrong argument, before a right one."""
    return file(f'-> other{text}\n\n', x25519())


def other_body(text):
    return file(f'-> other one\n{text}', x25519())


def tricks():
    good = file(x25519())
    full = 'A' * 64 + '\n'
    swapped = header(x25519(), x25519(STRANGER, 2))
    lines = swapped.split(b'\n')
    swapped = b'\n'.join([lines[0], *lines[3:5], *lines[1:3], *lines[5:]])
    out = {
        'limit-65-stanzas': file(*[x25519(number=n + 1) for n in range(65)]),
        'low-order-behind-a-right-one': file(
            x25519(), x25519(args='X25519 ' + b64(bytes(32)))),
        'format-scrypt-beside-x25519': file(scrypt(), x25519()),
        'format-x25519-beside-scrypt': file(x25519(), scrypt()),
        'format-scrypt-twice': file(scrypt(), scrypt()),
        'limit-scrypt-work-23': file(scrypt('23')),
        'limit-scrypt-work-9999': file(scrypt('9999')),
        'format-scrypt-work-99999': file(scrypt('99999')),
        'format-scrypt-work-04': file(scrypt('04')),
        'format-scrypt-work-plus': file(scrypt('+4')),
        'format-scrypt-work-minus': file(scrypt('-4')),
        'format-scrypt-work-hex': file(scrypt('0x4')),
        'format-scrypt-work-zero': file(scrypt('0')),
        'format-scrypt-third-argument': file(scrypt('4 4')),
        'format-scrypt-short-salt': file(scrypt(salt=b'fifteen bytes..')),
        'format-scrypt-long-file-key': file(scrypt(file_key=FILE_KEY + b'!')),
        'format-x25519-no-share': file(x25519(args='X25519')),
        'format-x25519-two-shares': file(x25519(args='X25519 ' + ' '.join([b64(ME)] * 2))),
        'format-x25519-short-share': file(x25519(args='X25519 ' + b64(ME[:31]))),
        'format-x25519-long-share': file(x25519(args='X25519 ' + b64(ME + b'\0'))),
        'format-x25519-long-file-key': file(x25519(file_key=FILE_KEY + b'!')),
        'format-x25519-empty-body': file(x25519(body='\n')),
        'version-v2': file(x25519(), version='age-encryption.org/v2\n'),
        'version-v10': file(x25519(), version='age-encryption.org/v10\n'),
        'format-version-empty': file(x25519(), version='age-encryption.org/\n'),
        'format-version-crlf': file(x25519(), version='age-encryption.org/v1\r\n'),
        'format-version-space': file(x25519(), version='age-encryption.org/v1 \n'),
        'format-version-other': file(x25519(), version='age-encryption.net/v1\n'),
        'format-no-stanza': file(),
        'format-stanza-without-type': file('->\n\n', x25519()),
        'format-stanza-with-empty-type': file('-> \n\n', x25519()),
        'format-argument-two-spaces': argument('  one'),
        'format-argument-trailing-space': argument(' one '),
        'format-argument-tab': argument(' o\tne'),
        'format-argument-nul': argument(' o\0ne'),
        'format-argument-cr': argument(' one\r'),
        'format-argument-high-byte': argument(' on\xe9'),
        'format-body-missing': file('-> other one\n', x25519()),
        'format-body-full-line-last': other_body(full),
        'format-body-two-short-lines': other_body('AAAA\nAAAA\n'),
        'format-body-65-columns': other_body('A' * 65 + '\n'),
        'format-body-padded': other_body('AA==\n'),
        'format-body-tail-bits': other_body('AB\n'),
        'format-body-lone-digit': other_body('A\n'),
        'format-body-url-alphabet': other_body('AA-_\n'),
        'format-body-space': other_body('AA AA\n'),
        'format-mac-without-space': file(x25519(), end=lambda m: m + '\n'),
        'format-mac-two-spaces': file(x25519(), end=lambda m: '  ' + m + '\n'),
        'format-mac-trailing-space': file(x25519(), end=lambda m: f' {m} \n'),
        'format-mac-padded': file(x25519(), end=lambda m: f' {m}=\n'),
        'format-mac-short': file(x25519(), end=lambda m: f' {m[:-1]}\n'),
        'format-mac-crlf': file(x25519(), end=lambda m: f' {m}\r\n'),
        'format-mac-more-dashes': file(x25519(), end=lambda m: f'- {m}\n'),
        'auth-mac-of-another-key': file(x25519(), key=b'another key, too'),
        'auth-stanzas-swapped': swapped + NONCE + payload(),
        'auth-payload-of-another-index': file(x25519(), body=payload(index=1)),
        'auth-payload-not-last': file(x25519(), body=payload(last=False)),
        'auth-payload-cut': good[:-1],
        'auth-payload-longer': good + b'\0',
        'truncated-payload-shorter-than-a-tag': good[:len(header(x25519())) + 16 + 15],
        'truncated-no-payload': file(x25519(), body=b''),
        'truncated-nonce': header(x25519()) + NONCE[:15],
        'truncated-mac': header(x25519())[:-1],
        'truncated-version': VERSION[:5].encode(),
        'no-key-stranger': file(x25519(STRANGER)),
        'no-key-lower-case-type': file(x25519().replace('X25519', 'x25519', 1)),
        'no-key-nothing-but-grease': file('-> other one\nAAAA\n'),
        'format-armor-text-before': b'letter:\n' + armor(good),
        'format-armor-text-behind': armor(good) + b'letter\n',
        'format-armor-header': armor(good, begin='-----BEGIN AGE ENCRYPTED FILE-----\n'
                                     'Version: 1\n\n'),
        'format-armor-other-label': armor(good, begin='-----BEGIN AGE FILE-----\n'),
        'format-armor-other-end': armor(good, end='-----END AGE FILE-----\n'),
        'format-armor-long-lines': armor(good, columns=68),
        'format-armor-short-lines': armor(good, columns=60),
        'format-armor-space-in-line': armor(good, line_end=' \n'),
        'format-armor-empty-line': armor(good, end='\n-----END AGE ENCRYPTED FILE-----\n'),
        'format-armor-twice': armor(good) * 2,
        'format-armor-much-space-before': b' ' * 1025 + armor(good),
        'format-armor-much-space-behind': armor(good) + b'\n' * 1025,
        'truncated-armor-no-end': armor(good, end=''),
        'truncated-armor-nothing-in-it': armor(b''),
        'truncated-armor-spaces': b'\n \n',
        'truncated-nothing': b'',
    }
    for name, share in LOW_ORDER.items():
        out['low-order-' + name] = share_of(share)
    return {name + '.age': content for name, content in out.items()}


if __name__ == '__main__':
    main('age', tricks())
