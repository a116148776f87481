#!/usr/bin/env python3
"""A plain second implementation of docs/formats/events.md.

usage: events.py make           writes events.json
       events.py check          recomputes events.json and compares
       events.py emitted PROG   runs PROG, which writes lines in C, and reads them
"""
import datetime
import json
import os
import re
import subprocess

from receipt import main

HERE = os.path.dirname(os.path.abspath(__file__))
VECTORS = os.path.join(HERE, 'events.json')
TURNS = '\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'
MESSAGE_MAX, LINES_MAX, LETTERS_MAX, SLOTS_MAX = 65536, 1024, 256, 64
TOLD = ['opened', 'working', 'answered', 'write-again', 'closed', 'published']
STATUS = ['open', 'parked', 'closed', 'bin']

# kind: what it must have, what it may have, what value may be
KINDS = {
    'opened': ('seq digest', '', None),
    'answered': ('seq digest day answer parts text slots', 'by', None),
    'posted': ('seq digest answer slots', '', None),
    'told': ('seq digest value edition', '', TOLD),
    'assigned': ('seq digest', 'value', None),
    'status': ('seq digest value', 'reason until', STATUS),
    'flag': ('seq digest value', 'off', ['plant', 'danger']),
    'label': ('seq digest value', 'off', None),
    'summary': ('seq digest', 'value', None),
    'handed': ('seq digest value', '', None),
    'answering': ('seq digest', 'off', None),
    'away': ('from until', 'value', None),
    'deleted': ('seq digest', '', None),
    'restored': ('seq digest', '', None),
}
# in the order in which they are written
MEMBERS = ['seq', 'digest', 'value', 'reason', 'off', 'day', 'from', 'until', 'edition', 'answer',
           'parts', 'by', 'text', 'slots']


class Refused(Exception):
    pass


def need(condition):
    if not condition:
        raise Refused


def is_control(c):
    return ord(c) < 32 or 127 <= ord(c) < 160


# writing

def cleaned(name, text):
    if name == 'text':
        return ''.join(c for c in text if c in '\n\t' or not is_control(c))
    return ''.join(' ' if is_control(c) or name == 'by' and c in TURNS else c for c in text)


def event_line(event):
    must, may, _ = KINDS[event['kind']]
    out = {'kind': event['kind']}
    for name in MEMBERS:
        v = event.get(name)
        if name in must.split() or name in may.split() and v:
            out[name] = cleaned(name, v) if name in ('value', 'reason', 'by', 'text') else v
    return json.dumps(out, separators=(',', ':'), ensure_ascii=False) + '\n'


def grant_line(letter):
    return json.dumps({k: letter[k] for k in ('seq', 'digest', 'key')}, separators=(',', ':')) + '\n'


# reading

def unique(pairs):
    need(len(set(k for k, _ in pairs)) == len(pairs))
    return dict(pairs)


def is_number(v, low, high):
    return isinstance(v, int) and not isinstance(v, bool) and low <= v <= high


def is_hex(v, n):
    return isinstance(v, str) and re.fullmatch('[0-9a-f]{%d}' % (2 * n), v) is not None


def is_day(v):
    try:
        return (re.fullmatch('[0-9]{4}-[0-9]{2}-[0-9]{2}', v, re.ASCII) is not None
                and datetime.date.fromisoformat(v).year >= 1970)
    except (TypeError, ValueError):
        return False


def is_text(name, v):
    if not isinstance(v, str) or '\0' in v:
        return False
    most = {'by': 100, 'text': 60000}.get(name, 300)
    return len(v.encode()) <= most and cleaned(name, v) == v


def is_slots(v):
    return isinstance(v, list) and 1 <= len(v) <= SLOTS_MAX and all(is_hex(s, 8) for s in v)


def is_good(name, v):
    return {'seq': lambda: is_number(v, 1, (1 << 63) - 1), 'digest': lambda: is_hex(v, 32),
            'off': lambda: isinstance(v, bool), 'edition': lambda: is_number(v, 1, (1 << 32) - 1),
            'answer': lambda: is_hex(v, 16), 'parts': lambda: is_number(v, 1, SLOTS_MAX),
            'slots': lambda: is_slots(v), 'day': lambda: is_day(v), 'from': lambda: is_day(v),
            'until': lambda: is_day(v)}.get(name, lambda: is_text(name, v))()


def read_event(o):
    """The event with what its kind uses; None when it is of a later version."""
    kind = o.get('kind')
    need(isinstance(kind, str) and not any(is_control(c) for c in kind))
    if kind not in KINDS:
        return None
    must, may, words = KINDS[kind]
    out = {'kind': kind}
    for name in MEMBERS:
        if name in must.split() or name in may.split() and name in o:
            need(name in o and is_good(name, o[name]))
            need(name != 'value' or name in may.split() or o[name] != '')
            out[name] = o[name]
    return out if words is None or out['value'] in words else None


def objects(message):
    need(len(message.encode()) <= MESSAGE_MAX and message[-1:] in ('', '\n'))
    lines = message.split('\n')[:-1]
    need(len(lines) <= LINES_MAX)
    try:
        out = [json.loads(line, object_pairs_hook=unique) for line in lines]
    except ValueError as e:
        raise Refused from e
    need(all(isinstance(o, dict) for o in out))
    return out


def read_events(message):
    return [e for e in map(read_event, objects(message)) if e]


def read_grant(message):
    all_ = objects(message)
    n = next((i for i, o in enumerate(all_) if 'kind' in o), len(all_))
    need(n <= LETTERS_MAX)
    for o in all_[:n]:
        need(is_number(o.get('seq'), 1, (1 << 63) - 1) and is_hex(o.get('digest'), 32)
             and is_hex(o.get('key'), 16))
    return ([{k: o[k] for k in ('seq', 'digest', 'key')} for o in all_[:n]],
            [e for e in map(read_event, all_[n:]) if e])


# vectors

def about(kind, seq=7, **more):
    return {'kind': kind, 'seq': seq, 'digest': '%02x' % (seq & 255) * 32, **more}


def events():
    answer = {'answer': 'ee' * 16, 'day': '2026-11-22', 'parts': 2,
              'slots': ['0123456789abcdef', 'fedcba9876543210']}
    return [
        about('opened'),
        about('answered', by='Ana "A" \\ Díaz', text='¿Quién?\n\t"Sí" \\ ✓\x07\x85', **answer),
        about('answered', text='', **answer),
        about('answered', by='a\u202eb\nc', text='l\r\nm', **{**answer, 'slots': ['00' * 8] * 64,
                                                            'parts': 64}),
        about('posted', answer='0f' * 16, slots=['aa' * 8]),
        about('told', value='write-again', edition=(1 << 32) - 1),
        about('told', value='opened', edition=1),
        about('assigned', value='ana ben'),
        about('assigned'),
        about('status', value='parked', until='2027-01-31'),
        about('status', value='bin', reason='an advert\x1b[2J'),
        about('status', value='open'),
        about('flag', value='danger'),
        about('flag', value='plant', off=True),
        about('label', value='elección 2026'),
        about('label', value='\u202eturned\u202c', off=True),
        about('summary', value='one "safe" line'),
        about('summary'),
        about('handed', value='ombuds'),
        about('answering'),
        about('answering', off=True),
        {'kind': 'away', 'from': '2026-12-01', 'until': '2026-12-24', 'value': 'ben'},
        {'kind': 'away', 'from': '1970-01-02', 'until': '1970-01-01'},
        about('deleted', seq=(1 << 63) - 1),
        about('restored', seq=1),
    ]


def grant_letters():
    return [{'seq': s, 'digest': '%02x' % s * 32, 'key': '%02x' % (s + 1) * 16} for s in (3, 9)]


def reading():
    """Lines no writer here makes, and what a reader takes from each."""
    deleted = about('deleted')
    plain = event_line(deleted)
    later = '{"kind":"sung","seq":"la"}\n'
    return [
        {'name': 'nothing', 'message': ''},
        {'name': 'a later kind', 'message': later + plain},
        {'name': 'a later value', 'message': event_line(about('status', value='lost')) + plain},
        {'name': 'a later member', 'message': plain.replace('}', ',"more":{"x":[1,null]}}')},
        {'name': 'a member of another kind', 'message': plain.replace('}', ',"value":7}')},
        {'name': 'white space', 'message': ' { "kind" : "deleted",\t"seq":7,"digest":"'
         + '07' * 32 + '" }\r\n'},
        {'name': 'another order', 'message': '{"digest":"%s","seq":7,"kind":"deleted"}\n'
         % ('07' * 32)},
        {'name': 'off false', 'message': plain.replace('deleted', 'answering').replace(
            '}', ',"off":false}')},
        {'name': 'escapes', 'message': plain.replace('deleted', 'summary').replace(
            '}', ',"value":"\\u00e9\\ud83d\\ude00\\/"}')},
    ]


def make():
    made = [{'event': e, 'line': event_line(e), 'read': read_event(json.loads(event_line(e)))}
            for e in events()]
    grant = ''.join(map(grant_line, grant_letters())) + made[0]['line'] + made[9]['line']
    letters, state = read_grant(grant)
    assert letters == grant_letters() and state == [made[0]['read'], made[9]['read']]
    return {'about': 'docs/formats/events.md; made by events.py',
            'written': made,
            'read': [{**r, 'events': read_events(r['message'])} for r in reading()],
            'grant': {'letters': letters, 'state': state, 'message': grant}}


def check_emitted(program):
    out = subprocess.run([program], check=True, stdout=subprocess.PIPE).stdout.decode()
    events_lines, grant_lines = out.split('\n\n')
    found = read_events(events_lines + '\n')
    assert [e['kind'] for e in found] == list(KINDS), found
    assert ''.join(map(event_line, found)) == events_lines + '\n'
    letters, state = read_grant(grant_lines)
    assert len(letters) == LETTERS_MAX and len(state) == 1
    assert ''.join(map(grant_line, letters)) + event_line(state[0]) == grant_lines


if __name__ == '__main__':
    main(VECTORS, make, check_emitted)
