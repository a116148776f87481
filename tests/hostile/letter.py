#!/usr/bin/env python3
"""Letters that must be refused, as opened plaintext; the name of each begins with the refusal.

usage: letter.py make    writes the files under letter/
       letter.py check   compares them with what would be written
"""
import json

from tricks import main
from plain import blake2b
from letter import (ZERO, letters, padded, plaintext, tar_entry, tar_header, thread, tip_json,
                    with_sigs, write)

BASE = letters()[1]
WITH_FILE = {**letters()[0], 'message': 'm', 'files': [{'name': 'a.pdf', 'ext_name': 'a.pdf',
                                                        'size': 700}]}
DESK = letters()[-1]


def parts(letter):
    """tip.json as an object, and the entries behind it, of a good letter."""
    plain = write(letter)
    o = json.loads(letter['json'])
    at, out = 512 + (16384 if letter['files'] else 4096), []
    for e in o['entries']:
        out.append((e['path'], plain[at + 512:at + 512 + e['size']]))
        at += 512 + (e['size'] + 511) // 512 * 512
    return o, out


def tip_bytes(o, size):
    o = dict(o)
    sig = o.pop('sig')
    body = json.dumps(o, separators=(',', ':'), ensure_ascii=False)
    return with_sigs(body, size, sig['mark'], sig['member'])


def letter(change=None, base=BASE, size=None, entries=None):
    """A letter whose tip.json was changed before padding; the mark is not signed again: a
    reader refuses the shape before it looks at the mark."""
    o, es = parts(base)
    if change:
        o = change(o) or o
    size = size or (16384 if len(o['entries']) > 1 else 4096)
    return plaintext([('tip.json', tip_bytes(o, size))] + (es if entries is None else entries))


def fields(**kw):
    return letter(lambda o: {**{k: v for k, v in o.items() if k != 'sig'}, **kw,
                             'sig': o['sig']})


def without(name, base=BASE):
    return letter(lambda o: {k: v for k, v in o.items() if k != name}, base)


def headed(at, data, resum=True, base=BASE):
    """A good letter with bytes of message.txt's tar header changed."""
    plain = bytearray(write(base))
    start = 512 + 4096
    plain[start + at:start + at + len(data)] = data
    if resum:
        plain[start + 148:start + 156] = b' ' * 8
        plain[start + 148:start + 156] = b'%06o\x00 ' % sum(plain[start:start + 512])
    return bytes(plain)


def text_of(change):
    """A good letter with tip.json's text changed as bytes."""
    plain = write(BASE)
    tip = change(plain[512:512 + 4096].rstrip(b' '))
    return plain[:512] + tip + b' ' * (4096 - len(tip)) + plain[512 + 4096:]


def entry(change, base=WITH_FILE, number=1):
    def apply(o):
        o['entries'][number] = {**o['entries'][number], **change}
    return letter(apply, base)


def source(**kw):
    return fields(source={'terms': 'anonymous', **kw})


def repathed(path):
    """The file under another path, in tip.json and in the archive alike."""
    _, es = parts(WITH_FILE)
    return letter(lambda o: o['entries'][1].update(path=path), WITH_FILE,
                  entries=[es[0], (path, es[1][1])])


def archive(extra_before=b'', extra_after=b''):
    """Entries that tip.json does not know, around message.txt."""
    o, es = parts(BASE)
    body = (tar_entry('tip.json', tip_bytes(o, 4096)) + extra_before
            + tar_entry(*es[0]) + extra_after + bytes(1024))
    return body + bytes(padded(len(body)) - len(body))


def many_files(n):
    o, es = parts(BASE)
    files = [('files/%d.bin' % i, b'x') for i in range(1, n + 1)]
    o['entries'] += [{'path': p, 'size': 1, 'blake2b': blake2b(d).hex(),
                      'type': 'application/octet-stream'} for p, d in files]
    return plaintext([('tip.json', tip_bytes(o, 16384))] + es + files)


def part(value, **kw):
    """The file as a part, in a letter with other fields changed."""
    def apply(o):
        o.update(kw)
        o['entries'][1]['part'] = value
    return letter(apply, WITH_FILE)


def part_beside_a_file():
    o, es = parts(WITH_FILE)
    second = ('files/2.pdf', es[1][1])
    o['entries'].append({**o['entries'][1], 'path': second[0]})
    o['entries'][1]['part'] = {'n': 1, 'of': 2}
    return plaintext([('tip.json', tip_bytes(o, 16384))] + es + [second])


def long_message():
    data = b'm' * 65537
    o, _ = parts(BASE)
    o['entries'][0].update(size=len(data), blake2b=blake2b(data).hex())
    return plaintext([('tip.json', tip_bytes(o, 4096)), ('message.txt', data)])


def oversize():
    """Ends behind the second header: nobody stores 8 GiB to see it refused."""
    o, es = parts(WITH_FILE)
    o['entries'][1]['size'] = 1 << 33
    return (tar_entry('tip.json', tip_bytes(o, 16384)) + tar_entry(*es[0])
            + tar_header('files/1.pdf', 1 << 33)[:512])


def changed_at(at, base=BASE):
    plain = bytearray(write(base))
    plain[at] ^= 1
    return bytes(plain)


def low_order():
    newsroom = BASE['tip']['newsroom']
    t = {**BASE['thread'], 'reply': '00' * 32}
    t['thread'] = blake2b(b'pista/v1 thread', bytes.fromhex(newsroom), bytes(32),
                          bytes.fromhex(t['slot']), bytes.fromhex(t['mark']), size=16).hex()
    b = {**BASE, 'thread': t}
    return write(b)


def other_newsroom():
    other = 'ff' * 16
    return write({**BASE, 'thread': thread(other, 1), 'tip': {**BASE['tip'], 'newsroom': other}})


def tricks():
    good = write(BASE)
    message = 512 + 4096 + 512
    end = message + 512
    upper = parts(BASE)[0]['sig']['mark']
    return {
        # the archive
        'format-link.letter': headed(156, b'2'),
        'format-link-to-passwd.letter': headed(156, b'2/etc/passwd'),
        'format-hard-link.letter': headed(156, b'1message.txt'),
        'format-directory.letter': headed(156, b'5'),
        'format-device.letter': headed(156, b'3'),
        'format-old-plain-type.letter': headed(156, b'\0'),
        'format-checksum.letter': headed(148, b'000001', resum=False),
        'format-checksum-spelled-otherwise.letter': headed(154, b' \0', resum=False),
        'format-mode.letter': headed(100, b'0000755'),
        'format-setuid.letter': headed(100, b'0004644'),
        'format-owner.letter': headed(108, b'0001750'),
        'format-time.letter': headed(136, b'14712345670'),
        'format-user-name.letter': headed(265, b'maria'),
        'format-prefix-climbs.letter': headed(345, b'../..'),
        'format-gnu-magic.letter': headed(257, b'ustar  \0'),
        'format-binary-size.letter': headed(124, b'\x80' + bytes(10) + b'\x1b'),
        'format-size-in-tar-only.letter': headed(124, b'00000000000'),
        'format-name-in-tar-only.letter': headed(0, b'../message.txt'),
        'format-pax-header.letter': archive(
            b'x'.join([tar_header('pax', 0)[:156], tar_header('pax', 0)[157:]])),
        'format-second-message.letter': archive(b'', tar_entry('message.txt', b'another')),
        'format-unknown-entry.letter': archive(tar_entry('files/1.pdf', b'x')),
        'format-tip-missing.letter': plaintext([('message.txt', b'')]),
        'format-tip-of-odd-size.letter': plaintext([('tip.json', bytes(4095))]),
        'format-entry-padding.letter': changed_at(message + 511),
        'format-end-block.letter': changed_at(end + 5),
        'format-padding.letter': changed_at(len(good) - 1),
        'format-byte-behind.letter': good + b'\0',
        'format-padded-too-far.letter': good + bytes(1024),
        'truncated-padding.letter': good[:-1],
        'truncated-message.letter': good[:message + 3],
        'truncated-header.letter': good[:700],
        'truncated-nothing.letter': b'',
        # paths
        'format-path-climbs.letter': repathed('files/../../1.pdf'),
        'format-path-absolute.letter': repathed('/etc/1.pdf'),
        'format-path-number.letter': repathed('files/2.pdf'),
        'format-path-zero.letter': repathed('files/01.pdf'),
        'format-path-extension.letter': repathed('files/1.sh'),
        'format-path-upper-case.letter': repathed('files/1.PDF'),
        'format-path-two-extensions.letter': repathed('files/1.sh.pdf'),
        'format-path-message.letter': repathed('message.txt'),
        'format-path-tip.letter': repathed('tip.json'),
        'format-path-nul.letter': text_of(lambda t: t.replace(b'message.txt', b'mess\\u0000.txt')),
        # entries
        'digest-message.letter': changed_at(message),
        'digest-file.letter': changed_at(512 + 16384 + 512 + 512 + 512 + 600, WITH_FILE),
        'limit-33-files.letter': many_files(33),
        'limit-8-gib.letter': oversize(),
        'limit-message.letter': long_message(),
        'limit-name.letter': entry({'name': 'n' * 101}),
        # texts that somebody might obey
        'format-name-climbs.letter': entry({'name': '../../../etc'}),
        'format-name-slash.letter': entry({'name': 'etc/passwd'}),
        'format-name-backslash.letter': entry({'name': 'C:\\a.exe'}),
        'format-name-newline.letter': entry({'name': 'a\nb.pdf'}),
        'format-name-escape.letter': entry({'name': '\x1b]0;a\x07.pdf'}),
        'format-name-turned.letter': entry({'name': 'bill\u202efdp.exe'}),
        'format-name-isolated.letter': entry({'name': '\u2066a\u2069.pdf'}),
        'format-name-of-message-turned.letter': entry({'name': '\u061c'}, number=0),
        'format-source-name-turned.letter': source(name='\u200fa'),
        'format-source-name-escape.letter': source(name='\x1b[2J'),
        'format-contact-delete.letter': source(contact='a\x7f'),
        'format-passage-escape.letter': fields(passage='\x1b[31mred'),
        'format-passage-c1.letter': fields(passage='\x9b31mred'),
        'format-passage-newline.letter': fields(passage='a\nb'),
        'format-story-tab.letter': fields(story='a\tb'),
        'format-desk-escape.letter': fields(desk='\x1bc'),
        'format-lang-escape.letter': fields(lang='\x1bc'),
        'format-channel-escape.letter': fields(channel='\x1bc'),
        'format-empty-file.letter': entry({'size': 0, 'blake2b': blake2b().hex()}),
        'format-negative-size.letter': entry({'size': -1}),
        'format-size-as-text.letter': entry({'size': '700'}),
        'format-type-of-another.letter': entry({'type': 'text/html'}),
        'format-message-type.letter': entry({'type': 'text/html'}, number=0),
        'format-digest-upper-case.letter': entry({'blake2b': 'AB' * 32}),
        'format-no-entries.letter': fields(entries=[]),
        'format-message-not-first.letter': letter(lambda o: o['entries'].reverse(), WITH_FILE),
        'format-large-tip-without-file.letter': letter(size=16384),
        'format-small-tip-with-file.letter': letter(base=WITH_FILE, size=4096),
        'format-message-twice.letter': letter(
            lambda o: o['entries'].append(o['entries'][0]),
            entries=parts(BASE)[1] * 2),
        # tip.json
        'format-no-sig.letter': text_of(lambda t: t[:t.index(b',"sig"')] + b'}'),
        'format-sig-not-last.letter': text_of(
            lambda t: t[:-1] + b',"x":1}'),
        'format-sig-upper-case.letter': text_of(
            lambda t: t.replace(upper.encode(), upper.upper().encode())),
        'format-sig-short.letter': text_of(lambda t: t.replace(ZERO.encode(), b'0', 1)),
        'format-sig-spaced.letter': text_of(lambda t: t.replace(b'"sig":{', b'"sig": {')),
        'format-sig-twice.letter': text_of(
            lambda t: t[:-1] + t[t.index(b',"sig"'):-1] + b'}'),
        'format-duplicate-name.letter': text_of(
            lambda t: t.replace(b'{"pista":1', b'{"pista":1,"pista":1')),
        'format-duplicate-inside.letter': text_of(
            lambda t: t.replace(b'"source":{', b'"source":{"terms":"anonymous",')),
        'format-bad-utf-8.letter': text_of(lambda t: t.replace(b'town', b'to\xffn')),
        'format-surrogate.letter': text_of(lambda t: t.replace(b'town', b'\\ud800')),
        'format-nul.letter': text_of(lambda t: t.replace(b'town', b'\\u0000')),
        'format-not-json.letter': text_of(lambda t: b'(' + t[1:]),
        'format-array.letter': text_of(lambda t: b'[' + t[:-1] + b']'),
        'format-behind-the-end.letter': text_of(lambda t: t + b'x'),
        'format-newline-behind.letter': text_of(lambda t: t + b'\n'),
        'format-all-spaces.letter': text_of(lambda t: b''),
        'version-2.letter': fields(pista=2),
        'format-version-as-text.letter': fields(pista='1'),
        'format-kind.letter': fields(kind='rumour'),
        'format-day.letter': fields(day='2025-02-30'),
        'format-id.letter': fields(id='00'),
        'format-no-card.letter': without('card'),
        'format-no-source.letter': without('source'),
        'format-no-reply.letter': without('reply'),
        'format-no-thread.letter': without('thread'),
        'format-terms.letter': fields(source={'terms': 'loudly'}),
        'format-story-as-number.letter': fields(story=5),
        'limit-story.letter': fields(story='s' * 65),
        'limit-passage.letter': fields(passage='p' * 301),
        'format-no-author.letter': without('author', DESK),
        'format-no-seen.letter': without('seen', DESK),
        # parts, and what was removed
        'format-part-zero.letter': part({'n': 0, 'of': 5}),
        'format-part-of-zero.letter': part({'n': 0, 'of': 0}),
        'format-part-behind-the-last.letter': part({'n': 6, 'of': 5}),
        'limit-part-of-1000.letter': part({'n': 1, 'of': 1000}),
        'format-part-as-text.letter': part({'n': '2', 'of': '5'}),
        'format-part-broken-number.letter': part({'n': 2.0, 'of': 5}),
        'format-part-negative.letter': part({'n': -1, 'of': 5}),
        'format-part-without-of.letter': part({'n': 2}),
        'format-part-as-list.letter': part([2, 5]),
        'format-part-null.letter': part(None),
        'format-part-of-withdrawal.letter': part({'n': 1, 'of': 2}, kind='withdrawal'),
        'format-part-of-drill.letter': part({'n': 1, 'of': 2}, kind='drill'),
        'format-part-of-message.letter': entry({'part': {'n': 1, 'of': 2}}, BASE, 0),
        'format-part-of-message-with-file.letter': entry({'part': {'n': 1, 'of': 2}}, number=0),
        'format-part-beside-a-file.letter': part_beside_a_file(),
        'format-clean-false.letter': entry({'clean': False}),
        'format-clean-as-number.letter': entry({'clean': 1}),
        'format-clean-message.letter': entry({'clean': True}, number=0),
        # whose it is
        'newsroom-other.letter': other_newsroom(),
        'low-order-reply.letter': low_order(),
        'thread-mismatch.letter': fields(thread='00' * 16),
        'thread-reply-of-another.letter': fields(
            reply={**BASE['thread'], 'to': thread(BASE['tip']['newsroom'], 9)['reply']}),
        'thread-of-another-newsroom.letter': fields(
            thread=thread('ff' * 16, 1)['thread']),
    }


if __name__ == '__main__':
    main('letter', tricks())
