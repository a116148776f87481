#!/usr/bin/env python3
"""Messages of events and grants that must be refused; the name of each begins with the refusal.

usage: events.py make    writes the files under events/ and grant/
       events.py check   compares them with what would be written
"""
import json

from tricks import main
from events import (Refused, about, event_line, grant_letters, grant_line, read_events,
                    read_grant)

GOOD = event_line(about('deleted'))
ANSWER = about('answered', day='2026-11-22', answer='ee' * 16, parts=1, by='Ana', text='yes',
               slots=['00' * 8])
GRANT = ''.join(map(grant_line, grant_letters()))


def swapped(old, new, line=None):
    """A good line in front, then one with bytes exchanged."""
    line = (line or GOOD).encode()
    old, new = (x.encode() if isinstance(x, str) else x for x in (old, new))
    assert old in line
    return GOOD.encode() + line.replace(old, new)


def event(kind, **more):
    """A line as the writer makes it, changed behind its back."""
    o = {k: v for k, v in about(kind, **more).items() if v is not None}
    return (GOOD + json.dumps(o, separators=(',', ':'), ensure_ascii=False) + '\n').encode()


def answer(**more):
    return event('answered', **{k: v for k, v in {**ANSWER, **more}.items() if k != 'kind'})


def events():
    return {
        # lines
        'format-no-line-feed.txt': GOOD.encode()[:-1],
        'format-cut.txt': GOOD.encode() + GOOD.encode()[:40],
        'format-empty-line.txt': GOOD.encode() + b'\n' + GOOD.encode(),
        'format-two-on-a-line.txt': GOOD.encode()[:-1] + GOOD.encode(),
        'format-carriage-return-lines.txt': GOOD.encode()[:-1] + b'\r' + GOOD.encode(),
        'format-object-over-two-lines.txt': swapped(',"seq"', ',\n"seq"'),
        'format-array.txt': GOOD.encode() + b'[' + GOOD.encode()[:-1] + b']\n',
        'format-number.txt': GOOD.encode() + b'1\n',
        'format-text.txt': GOOD.encode() + b'"deleted"\n',
        'format-nul-byte.txt': GOOD.encode() + b'\0\n',
        'format-byte-order-mark.txt': b'\xef\xbb\xbf' + GOOD.encode(),
        'format-bad-utf-8.txt': swapped('deleted', b'del\xffted'),
        'format-duplicate.txt': swapped('"seq":7', '"seq":7,"seq":8'),
        'format-duplicate-in-later-kind.txt': swapped('"deleted"', '"sung","seq":1'),
        'format-duplicate-inside-unknown.txt': swapped('"seq"', '"more":{"a":1,"a":2},"seq"'),
        'format-trailing-comma.txt': swapped('}', ',}'),
        'format-comment.txt': swapped('}', '/**/}'),
        'format-single-quotes.txt': swapped('"deleted"', "'deleted'"),
        'format-bottomless.txt': GOOD.encode() + b'{"kind":"x","a":' + b'[' * 60000 + b'\n',
        'format-bottomless-whole.txt': (GOOD.encode() + b'{"kind":"x","a":' + b'[' * 30000
                                        + b']' * 30000 + b'}\n'),
        'limit-lines.txt': b'{"kind":"x"}\n' * 1025,
        'limit-message.txt': GOOD.encode() + b' ' * (65536 - 2 * len(GOOD)) + GOOD.encode() + b'\n',
        # what every event has
        'format-no-kind.txt': swapped('"kind":"deleted",', ''),
        'format-kind-as-number.txt': swapped('"deleted"', '1'),
        'format-kind-with-escape.txt': swapped('deleted', '\\u001b[2J'),
        'format-kind-with-nul.txt': swapped('deleted', 'deleted\\u0000'),
        'format-no-seq.txt': swapped('"seq":7,', ''),
        'format-no-digest.txt': swapped(',"digest":"%s"' % ('07' * 32), ''),
        'format-seq-zero.txt': event('deleted', seq=0),
        'format-seq-negative.txt': swapped('"seq":7', '"seq":-7'),
        'format-seq-fraction.txt': swapped('"seq":7', '"seq":7.0'),
        'format-seq-as-text.txt': swapped('"seq":7', '"seq":"7"'),
        'format-seq-too-large.txt': swapped('"seq":7', '"seq":9223372036854775808'),
        'format-digest-short.txt': swapped('07' * 32, '07' * 31),
        'format-digest-long.txt': swapped('07' * 32, '07' * 33),
        'format-digest-upper-case.txt': swapped('07' * 32, 'AB' * 32),
        'format-digest-as-number.txt': swapped('"' + '07' * 32 + '"', '7'),
        # texts
        'format-value-missing.txt': event('label'),
        'format-value-empty.txt': event('label', value=''),
        'format-value-empty-desk.txt': event('handed', value=''),
        'format-value-empty-status.txt': event('status', value=''),
        'format-value-as-number.txt': event('label', value=7),
        'format-value-null.txt': event('summary', value='x').replace(b'"x"', b'null'),
        'format-value-newline.txt': event('summary', value='a\nb'),
        'format-value-tab.txt': event('assigned', value='ana\tben'),
        'format-value-escape.txt': event('label', value='\x1b[2J'),
        'format-value-c1.txt': event('label', value='\x9b2J'),
        'format-value-delete.txt': event('label', value='a\x7f'),
        'format-value-nul.txt': event('label', value='a\0b'),
        'format-value-surrogate.txt': event('label', value='x').replace(b'"x"', b'"\\ud800"'),
        'format-value-of-later-word-newline.txt': event('status', value='lost\n'),
        'limit-value.txt': event('summary', value='s' * 301),
        'limit-value-in-bytes.txt': event('summary', value='ñ' * 151),
        'format-reason-newline.txt': event('status', value='bin', reason='a\nb'),
        'limit-reason.txt': event('status', value='bin', reason='r' * 301),
        'format-by-turned.txt': answer(by='a\u202eb'),
        'format-by-isolated.txt': answer(by='\u2066a'),
        'format-by-newline.txt': answer(by='a\nb'),
        'limit-by.txt': answer(by='b' * 101),
        'format-text-missing.txt': answer(text=None),
        'format-text-carriage-return.txt': answer(text='a\r\nb'),
        'format-text-escape.txt': answer(text='\x1b[2J'),
        'format-text-c1.txt': answer(text='\x9b2J'),
        'format-text-nul.txt': answer(text='a\0'),
        'limit-text.txt': answer(text='t' * 60001),
        # the rest
        'format-off-as-number.txt': event('label', value='x', off=1),
        'format-off-as-text.txt': event('answering', off='true'),
        'format-day.txt': answer(day='2026-02-29'),
        'format-day-short.txt': answer(day='2026-2-9'),
        'format-day-with-time.txt': answer(day='2026-11-22T08:00'),
        'format-day-before-1970.txt': answer(day='1969-12-31'),
        'format-day-in-other-digits.txt': answer(day='२०२६-११-२२'),
        'format-day-missing.txt': answer(day=None),
        'format-until.txt': event('status', value='parked', until='soon'),
        'format-away-without-until.txt': GOOD.encode() + b'{"kind":"away","from":"2026-01-01"}\n',
        'format-away-without-from.txt': GOOD.encode() + b'{"kind":"away","until":"2026-01-01"}\n',
        'format-edition-zero.txt': event('told', value='opened', edition=0),
        'format-edition-missing.txt': event('told', value='opened'),
        'format-edition-missing-of-later-word.txt': event('told', value='shouted'),
        'limit-edition.txt': event('told', value='opened', edition=1 << 32),
        'format-answer-short.txt': answer(answer='ee' * 15),
        'format-answer-missing.txt': event('posted', slots=['00' * 8]),
        'format-parts-zero.txt': answer(parts=0),
        'limit-parts.txt': answer(parts=65),
        'format-slots-missing.txt': answer(slots=None),
        'format-slots-empty.txt': answer(slots=[]),
        'format-slots-as-text.txt': answer(slots='00' * 8),
        'format-slots-short.txt': answer(slots=['00' * 8, '00' * 7]),
        'format-slots-numbers.txt': answer(slots=[0]),
        'format-slots-nested.txt': answer(slots=[['00' * 8]]),
        'limit-slots.txt': answer(slots=['00' * 8] * 65),
    }


def grants():
    letter = grant_line(grant_letters()[0])

    def changed(old, new):
        assert old in letter
        return (GRANT + letter.replace(old, new) + GOOD).encode()
    return {
        'format-letter-behind-state.txt': (GRANT + GOOD + letter).encode(),
        'format-empty-object.txt': (GRANT + '{}\n').encode(),
        'format-bad-state.txt': (GRANT + event_line(about('deleted')).replace('seq', 'sea')).encode(),
        'format-no-line-feed.txt': GRANT.encode()[:-1],
        'format-duplicate.txt': changed('"key"', '"seq":3,"key"'),
        'format-seq-zero.txt': changed('"seq":3', '"seq":0'),
        'format-no-seq.txt': changed('"seq":3,', ''),
        'format-no-digest.txt': changed('"digest":"%s",' % ('03' * 32), ''),
        'format-no-key.txt': changed(',"key":"%s"' % ('04' * 16), ''),
        'format-key-short.txt': changed('04' * 16, '04' * 15),
        'format-key-long.txt': changed('04' * 16, '04' * 32),
        'format-key-upper-case.txt': changed('04' * 16, 'AB' * 16),
        'format-key-nested.txt': changed('"%s"' % ('04' * 16), '["%s"]' % ('04' * 16)),
        'limit-letters.txt': letter.encode() * 257,
        'limit-lines.txt': (GRANT + '{"kind":"x"}\n' * 1023).encode(),
        'limit-message.txt': GRANT.encode() + b' ' * 65536 + GRANT.encode(),
    }


def refuse(read, tricks):
    """The second implementation refuses them too."""
    for name, content in tricks.items():
        try:
            read(content.decode())
        except (Refused, ValueError, RecursionError):
            continue
        assert False, name


if __name__ == '__main__':
    refuse(read_events, events())
    refuse(read_grant, grants())
    main('events', events())
    main('grant', grants())
