#!/usr/bin/env python3
"""Messages for which keep must close the peer that sent them; the name of each begins with the
role of the peer. A file holds datagrams, each behind its length as four bytes.

usage: keep.py make    writes the files under keep/
       keep.py check   compares them with what would be written
"""
from struct import pack

from tricks import main

NEWSROOM = b"a newsroom's id\0"
PLACE_GET, BEGIN, CHUNK, COMMIT, DROP = 23, 30, 31, 32, 33
UPLOAD, UPLOAD_ASK, UPLOAD_OPEN, UPLOAD_END = range(34, 38)
LIST, INDEX, SLOTS = 40, 41, 42
INBOX, READ, LEAVES, DELETE, POST, CARD_PUT, STORIES_PUT = range(50, 57)
DONE, FAIL, DATA = 60, 61, 62
HEAD = b'age-encryption.org/v1\n'


def message(kind, body=b'', request=1, flags=0, version=1, newsroom=NEWSROOM, length=None):
    length = len(body) if length is None else length
    return pack('<BBHIQ', version, kind, flags, length, request) + newsroom + body


def datagrams(*all):
    return b''.join(pack('<I', len(one)) + one for one in all)


def put(*all):
    return datagrams(message(BEGIN, HEAD), *all)


def commit(chunks=1, size=100, reserved=0):
    return pack('<Q16sQQ', chunks, b'once', size, reserved)


chunk = pack('<Q', 0) + b'c' * 78

tricks = {
    # The header.
    'web-empty': datagrams(b''),
    'web-header-cut': datagrams(message(LIST)[:31]),
    'web-version': datagrams(message(LIST, version=2)),
    'web-version-none': datagrams(message(LIST, version=0)),
    'web-type-none': datagrams(message(0)),
    'web-type-unknown': datagrams(message(255)),
    'web-flag-unknown': datagrams(message(LIST, flags=2)),
    'web-newsroom': datagrams(message(LIST, newsroom=b'another newsroom')),
    'web-length-too-small': datagrams(message(BEGIN, HEAD, length=3)),
    'web-length-too-large': datagrams(message(BEGIN, HEAD, length=len(HEAD) + 1)),
    'web-length-huge': datagrams(message(BEGIN, HEAD, length=2**32 - 1)),
    # What a peer may not say.
    'web-says-done': datagrams(message(DONE, b'\0')),
    'web-says-data': datagrams(message(DATA, b'x')),
    'web-asks-for-place': datagrams(message(PLACE_GET)),
    'web-reads-inbox': datagrams(message(READ, pack('<QQI', 1, 0, 9))),
    'web-lists-inbox': datagrams(message(INBOX, pack('<Q', 0))),
    'web-deletes': datagrams(message(DELETE, pack('<IIQ', 1, 0, 1))),
    'web-posts': datagrams(message(POST, b'x')),
    'web-puts-card': datagrams(message(CARD_PUT, b'x')),
    'web-puts-stories': datagrams(message(STORIES_PUT, b'[]')),
    'form-lists-inbox': datagrams(message(INBOX, pack('<Q', 0))),
    'form-reads-inbox': datagrams(message(READ, pack('<QQI', 1, 0, 9))),
    'form-posts': datagrams(message(POST, b'x')),
    'form-puts-card': datagrams(message(CARD_PUT, b'x')),
    'pickup-asks-for-place': datagrams(message(PLACE_GET)),
    'form-uploads': datagrams(message(UPLOAD, pack('<Q16s', 100, b'once'))),
    'form-opens-an-upload': datagrams(message(UPLOAD_OPEN, bytes(16) + HEAD)),
    'pickup-uploads': datagrams(message(UPLOAD, pack('<Q16s', 100, b'once'))),
    'pickup-ends-an-upload': datagrams(message(UPLOAD_END, bytes(16))),
    # More often than allowed.
    'form-begins-twice': put(message(BEGIN, HEAD, request=2)),
    'form-asks-for-place-twice': datagrams(message(PLACE_GET), message(PLACE_GET)),
    'form-lists-board-twice': datagrams(message(LIST), message(LIST)),
    'form-commits-twice': put(message(CHUNK, chunk), message(COMMIT, commit()),
                              message(COMMIT, commit())),
    'web-begins-the-same-twice': put(message(BEGIN, HEAD)),
    # Bodies.
    'web-begin-too-long': datagrams(message(BEGIN, bytes(131089))),
    'web-chunk-without-index': put(message(CHUNK, chunk[:7])),
    'web-chunk-too-long': put(message(CHUNK, bytes(65561))),
    'web-commit-cut': put(message(COMMIT, commit()[:39])),
    'web-commit-empty': put(message(COMMIT)),
    'web-commit-too-long': put(message(COMMIT, commit() + b'x')),
    'web-commit-reserved': put(message(COMMIT, commit(reserved=1))),
    'web-drop-with-body': put(message(DROP, b'x')),
    'web-upload-cut': datagrams(message(UPLOAD, pack('<Q15s', 100, b'once'))),
    'web-upload-too-long': datagrams(message(UPLOAD, pack('<Q17s', 100, b'once'))),
    'web-upload-asked-for-by-half-an-id': datagrams(message(UPLOAD_ASK, bytes(8))),
    'web-upload-ended-by-half-an-id': datagrams(message(UPLOAD_END, bytes(8))),
    'web-upload-opened-by-half-an-id': datagrams(message(UPLOAD_OPEN, bytes(15))),
    'web-upload-opened-with-too-much': datagrams(message(UPLOAD_OPEN, bytes(131105))),
    'web-upload-opened-in-a-put': put(message(UPLOAD_OPEN, bytes(15))),
    'web-index-cut': datagrams(message(INDEX, b'\1\0\0')),
    'web-slots-cut': datagrams(message(SLOTS, pack('<IH', 1, 0))),
    'pickup-list-cut': datagrams(message(INBOX, b'1234567')),
    'pickup-read-cut': datagrams(message(READ, pack('<QQ', 1, 0))),
    'pickup-leaves-cut': datagrams(message(LEAVES, pack('<QI', 1, 0))),
    'pickup-delete-none-of-it': datagrams(message(DELETE)),
    'pickup-delete-more-than-there': datagrams(message(DELETE, pack('<IIQ', 2, 0, 1))),
    'pickup-delete-less-than-there': datagrams(message(DELETE, pack('<IIQQ', 1, 0, 1, 2))),
    'pickup-delete-wraps': datagrams(message(DELETE, pack('<IIQ', 2**32 - 1, 2, 1))),
    'pickup-card-cut': datagrams(message(CARD_PUT, pack('<QH', 1, 0))),
    'pickup-card-shorter-than-said': datagrams(message(CARD_PUT, pack('<QI', 1, 9) + b'{}')),
    'pickup-card-length-huge': datagrams(message(CARD_PUT, pack('<QI', 1, 2**32 - 1) + b'{}')),
    'pickup-post-into-a-put': put(message(POST, b'x')),
    'pickup-chunk-into-a-post': datagrams(message(POST, b'x', flags=1), message(CHUNK, chunk)),
    'pickup-commit-of-a-post': datagrams(message(POST, b'x', flags=1),
                                         message(COMMIT, commit())),
    'pickup-begin-in-a-post': datagrams(message(POST, b'x', flags=1), message(BEGIN, HEAD)),
}

if __name__ == '__main__':
    main('keep', tricks)
