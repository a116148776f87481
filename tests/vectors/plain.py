"""Plain pieces that several second implementations share: keys, bech32, age, minisign."""
import base64
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

RAW = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)
CHARSET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
CHUNK = 65536


def blake2b(*parts, size=32):
    return hashlib.blake2b(b''.join(parts), digest_size=size).digest()


def u32(v):
    return v.to_bytes(4, 'little')


def u64(v):
    return v.to_bytes(8, 'little')


def hkdf(key, salt, info):
    return HKDF(hashes.SHA256(), 32, salt, info).derive(key)


def ed25519_public(seed):
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(*RAW)


def ed25519_sign(seed, message):
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def ed25519_verify(pk, signature, message):
    try:
        Ed25519PublicKey.from_public_bytes(pk).verify(signature, message)
        return True
    except InvalidSignature:
        return False


def x25519_public(secret):
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes(*RAW)


# bech32 (BIP 173)

def polymod(values):
    c = 1
    for v in values:
        top = c >> 25
        c = (c & 0x1ffffff) << 5 ^ v
        for i, g in enumerate((0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3)):
            if top >> i & 1:
                c ^= g
    return c


def expanded(hrp):
    return [ord(c) >> 5 for c in hrp] + [0] + [ord(c) & 31 for c in hrp]


def bech32(hrp, data):
    bits = int.from_bytes(data, 'big')
    n = (len(data) * 8 + 4) // 5
    bits <<= n * 5 - len(data) * 8
    values = [bits >> 5 * (n - 1 - i) & 31 for i in range(n)]
    check = polymod(expanded(hrp) + values + [0] * 6) ^ 1
    values += [check >> 5 * (5 - i) & 31 for i in range(6)]
    return hrp + '1' + ''.join(CHARSET[v] for v in values)


def unbech32(text):
    hrp, _, rest = text.lower().rpartition('1')
    values = [CHARSET.index(c) for c in rest]
    assert polymod(expanded(hrp) + values) == 1
    bits = 0
    for v in values[:-6]:
        bits = bits << 5 | v
    n = len(values[:-6]) * 5
    return hrp, (bits >> n % 8).to_bytes(n // 8, 'big')


# age v1, X25519 only: https://age-encryption.org/v1

def unpadded(text):
    return base64.b64decode(text + b'=' * (-len(text) % 4), validate=True)


def age_split(blob):
    """Header, payload nonce, sealed chunks, and the header's stanzas."""
    end = blob.index(b'\n--- ') + 5
    end = blob.index(b'\n', end) + 1
    header, nonce, payload = blob[:end], blob[end:end + 16], blob[end + 16:]
    chunks = [payload[i:i + CHUNK + 16] for i in range(0, len(payload), CHUNK + 16)]
    lines = header.split(b'\n')
    assert lines[0] == b'age-encryption.org/v1'
    stanzas = [(lines[i].split(b' ')[1:], unpadded(lines[i + 1]))
               for i in range(1, len(lines) - 2, 2)]
    return header, nonce, chunks, stanzas


def age_open(blob, secret):
    header, nonce, chunks, stanzas = age_split(blob)
    own = X25519PrivateKey.from_private_bytes(secret)
    file_key = None
    for args, body in stanzas:
        share = unpadded(args[1])
        shared = own.exchange(X25519PublicKey.from_public_bytes(share))
        key = hkdf(shared, share + x25519_public(secret), b'age-encryption.org/v1/X25519')
        try:
            file_key = ChaCha20Poly1305(key).decrypt(bytes(12), body, None)
        except Exception:  # not ours
            continue
    assert file_key is not None, 'no stanza for this identity'
    mac = hmac.HMAC(hkdf(file_key, None, b'header'), hashes.SHA256())
    at = header.index(b'\n--- ') + 4
    mac.update(header[:at])
    mac.verify(unpadded(header[at + 1:-1]))
    payload = ChaCha20Poly1305(hkdf(file_key, nonce, b'payload'))
    return b''.join(
        payload.decrypt(i.to_bytes(11, 'big') + bytes([i == len(chunks) - 1]), chunk, None)
        for i, chunk in enumerate(chunks))


def letter_digest(blob):
    header, nonce, chunks, _ = age_split(blob)
    leaves = b''.join(blake2b(c) for c in chunks[1:])
    return blake2b(b'pista/v1 letter', u64(len(blob)), blake2b(header + nonce),
                   blake2b(chunks[0]), blake2b(leaves))


# minisign, prehashed

def minisign_public(key_id, pk):
    return base64.b64encode(b'Ed' + key_id + pk).decode()


def minisign(seed, key_id, data, trusted, algorithm=b'ED'):
    message = hashlib.blake2b(data).digest() if algorithm == b'ED' else data
    signature = ed25519_sign(seed, message)
    whole = ed25519_sign(seed, signature + trusted.encode())
    return ('untrusted comment: pista masthead\n'
            + base64.b64encode(algorithm + key_id + signature).decode() + '\n'
            + 'trusted comment: ' + trusted + '\n'
            + base64.b64encode(whole).decode() + '\n')


def minisign_verify(key_id, pk, data, minisig):
    lines = minisig.split('\n')
    assert len(lines) == 5 and lines[4] == ''
    raw = base64.b64decode(lines[1], validate=True)
    assert raw[:2] == b'ED' and raw[2:10] == key_id
    assert ed25519_verify(pk, raw[10:], hashlib.blake2b(data).digest())
    assert lines[2].startswith('trusted comment: ')
    trusted = lines[2][len('trusted comment: '):]
    assert ed25519_verify(pk, base64.b64decode(lines[3], validate=True),
                          raw[10:] + trusted.encode())
    return trusted
