#!/usr/bin/env python3
"""Mastheads that must be refused: JSON and .minisig in one file; the name of each begins with
the refusal. All but the signature tricks are signed with the right key.

usage: masthead.py make    writes the files under masthead/
       masthead.py check   compares them with what would be written
"""
import base64
import json

from tricks import main
from plain import bech32, minisign
from masthead import KEY_ID, SEED, card, comment, identity_of, member, recipient, script

POLICY = card()['policy']


def text_of(o):
    return json.dumps(o, indent=1, ensure_ascii=False)


def both(text, minisig):
    return text.encode() + b'\n' + minisig.encode()


def signed(text, o, **how):
    how = {'trusted': comment(o), 'algorithm': b'ED', 'seed': SEED, 'key_id': KEY_ID, **how}
    return both(text, minisign(how['seed'], how['key_id'], text.encode(), how['trusted'],
                               how['algorithm']))


def sign(o=None, **how):
    o = o or card()
    return signed(text_of(o), o, **how)


def changed(**kw):
    return sign({**card(), **kw})


def without(*names):
    return sign({k: v for k, v in card().items() if k not in names})


def policy(**kw):
    return changed(policy={**POLICY, **kw})


def with_member(n=0, **kw):
    o = card()
    o['members'][n].update(kw)
    return sign(o)


def with_desk(n=0, **kw):
    o = card()
    o['desks'][n].update(kw)
    return sign(o)


def big_desk(n, recovery=True):
    o = card()
    o['members'] = [member(i) for i in range(n)]
    o['desks'] = [{'id': 'news', 'names': {'en': 'News'},
                   'members': [m['id'] for m in o['members']]}]
    if not recovery:
        del o['recovery']
    return sign(o)


def many_members(n):
    o = card()
    o['members'] = [member(i) for i in range(n)]
    for d in o['desks']:
        d['members'] = ['member-1']
    return sign(o)


def minisig_changed(change):
    o = card()
    minisig = minisign(SEED, KEY_ID, text_of(o).encode(), comment(o))
    return both(text_of(o), change(minisig))


def raw_signed(change):
    o = card()
    return signed(change(text_of(o)), o)


def line(minisig, n, change):
    lines = minisig.split('\n')
    lines[n] = change(lines[n])
    return '\n'.join(lines)


def flipped(text):
    raw = bytearray(base64.b64decode(text))
    raw[-1] ^= 1
    return base64.b64encode(bytes(raw)).decode()


def tricks():
    o = card()
    low = bech32('age', bytes(32))
    pq = bech32('age1pq', bytes(1216))
    first = o['members'][0]
    other = bytes([0x22] * 32)
    return {
        # the signature
        'signature-changed-json.card': sign().replace(b'The Example', b'The example'),
        'signature-comment-upper-case.card': sign(trusted=comment(o).upper()),
        'signature-comment-newsroom-upper-case.card': sign(
            trusted='pista newsroom=%s serial=7' % o['newsroom'].upper()),
        'signature-comment-space.card': sign(trusted=comment(o) + ' '),
        'signature-comment-leading-zero.card': sign(
            trusted=comment(o).replace('serial=7', 'serial=07')),
        'signature-comment-other-serial.card': sign(trusted=comment({**o, 'serial': 8})),
        'signature-comment-other-newsroom.card': sign(
            trusted=comment({**o, 'newsroom': '00' * 16})),
        'signature-comment-empty.card': sign(trusted=''),
        'signature-comment-long.card': sign(trusted='x' * 300),
        'signature-comment-edited.card': minisig_changed(
            lambda m: m.replace('serial=7', 'serial=8')),
        'signature-legacy-algorithm.card': sign(algorithm=b'Ed'),
        'signature-legacy-bytes.card': minisig_changed(
            lambda m: line(m, 1, lambda x: base64.b64encode(
                b'Ed' + base64.b64decode(x)[2:]).decode())),
        'signature-other-key.card': sign(seed=other),
        'signature-other-key-id.card': sign(key_id=bytes(8)),
        'signature-flipped.card': minisig_changed(lambda m: line(m, 1, flipped)),
        'signature-global-flipped.card': minisig_changed(lambda m: line(m, 3, flipped)),
        'format-minisig-comment-escape.card': minisig_changed(
            lambda m: m.replace('pista masthead', '\x1b[2J')),
        'format-minisig-comment-c1.card': minisig_changed(
            lambda m: m.replace('pista masthead', '\x9b2J')),
        'limit-minisig-comment.card': minisig_changed(
            lambda m: m.replace('pista masthead', 'x' * 129)),
        'format-minisig-empty.card': minisig_changed(lambda m: 'untrusted comment: '),
        'format-minisig-no-global.card': minisig_changed(
            lambda m: '\n'.join(m.split('\n')[:3]) + '\n'),
        'format-minisig-no-last-newline.card': minisig_changed(lambda m: m[:-1]),
        'format-minisig-bytes-behind.card': minisig_changed(lambda m: m + 'x'),
        'format-minisig-base64.card': minisig_changed(
            lambda m: line(m, 1, lambda x: x[:-1] + '!')),
        'format-minisig-short.card': minisig_changed(lambda m: line(m, 1, lambda x: x[:-4])),
        'format-minisig-carriage-return.card': minisig_changed(
            lambda m: m.replace('\n', '\r\n').replace('\r\n', '\n', 1)),
        'limit-minisig.card': minisig_changed(
            lambda m: m.replace('pista masthead', 'x' * 1100)),
        # the JSON
        'format-duplicate-name.card': raw_signed(
            lambda t: t.replace('"pista": 1', '"pista": 1, "pista": 1')),
        'format-not-json.card': raw_signed(lambda t: t[:-1]),
        'format-bytes-behind.card': raw_signed(lambda t: t + '{}'),
        'format-array.card': raw_signed(lambda t: '[' + t + ']'),
        'format-nul.card': changed(name={'en': 'a\0b'}),
        'limit-size.card': raw_signed(lambda t: t + ' ' * (128 * 1024)),
        'version-2.card': changed(pista=2),
        'newsroom-other.card': sign({**o, 'newsroom': '00' * 16}),
        'format-newsroom-short.card': sign({**o, 'newsroom': '00'}),
        # dates and numbers
        'format-expires-in-31-days.card': changed(expires='2025-04-09'),
        'format-expires-before-issued.card': changed(expires='2025-03-08'),
        'format-day.card': changed(issued='2025-02-30'),
        'format-serial-zero.card': sign({**o, 'serial': 0}),
        'format-serial-real.card': raw_signed(
            lambda t: t.replace('"serial": 7', '"serial": 7.0')),
        'format-serial-one-with-previous.card': sign({**o, 'serial': 1}),
        'format-previous-short.card': changed(previous='ab'),
        'format-next-short.card': changed(next='ab'),
        'format-drill-as-number.card': changed(drill=1),
        'format-no-name.card': without('name'),
        'format-name-empty.card': changed(name={}),
        'format-name-language.card': changed(name={'e': 'x'}),
        'format-name-as-text.card': changed(name='The Example'),
        'limit-name.card': changed(name={'en': 'x' * 301}),
        'format-no-languages.card': without('languages'),
        'format-languages-empty.card': changed(languages=[]),
        'format-language.card': changed(languages=['e n']),
        'limit-language.card': changed(languages=['e' * 17]),
        'format-channels.card': changed(channels={}),
        'format-no-policy.card': without('policy'),
        'format-no-editions.card': changed(policy={'letter_max': 1 << 30}),
        'format-no-letter-max.card': changed(policy={'editions': {'hours': [0]}}),
        'format-hour-24.card': policy(editions={'hours': [0, 24]}),
        'format-hour-negative.card': policy(editions={'hours': [-1]}),
        'format-hour-twice.card': policy(editions={'hours': [6, 6]}),
        'format-no-hour.card': policy(editions={'hours': []}),
        'format-seconds-without-drill.card': policy(editions={'seconds': 5}),
        'format-seconds-and-hours.card': sign(
            {**o, 'drill': True, 'policy': {**POLICY, 'editions': {'hours': [0], 'seconds': 5}}}),
        'format-seconds-zero.card': sign(
            {**o, 'drill': True, 'policy': {**POLICY, 'editions': {'seconds': 0}}}),
        'limit-seconds.card': sign(
            {**o, 'drill': True, 'policy': {**POLICY, 'editions': {'seconds': 86401}}}),
        'limit-letter-max-too-small.card': policy(letter_max=1000),
        'limit-letter-max-too-large.card': policy(letter_max=(1 << 36) + 1),
        'limit-retention.card': policy(retention_days=40000),
        'format-retention-negative.card': policy(retention_days=-1),
        'format-promise.card': policy(promise_days=[]),
        # scripts
        'format-scripts-as-text.card': policy(scripts=script('a')),
        'format-scripts-null.card': policy(scripts=None),
        'format-script-twice.card': policy(scripts=[script('a'), script('b'), script('a')]),
        'format-script-as-number.card': policy(scripts=[7]),
        'format-script-empty.card': policy(scripts=['']),
        'format-script-bare.card': policy(scripts=[script('a')[7:]]),
        'format-script-sha1.card': policy(scripts=['sha1-' + script('a')[7:]]),
        'format-script-sha384.card': policy(
            scripts=['sha384-' + base64.b64encode(bytes(48)).decode()]),
        'format-script-upper-case.card': policy(scripts=['SHA256-' + script('a')[7:]]),
        'format-script-31-bytes.card': policy(
            scripts=['sha256-' + base64.b64encode(bytes(31)).decode()]),
        'format-script-33-bytes.card': policy(
            scripts=['sha256-' + base64.b64encode(bytes(33)).decode()]),
        'format-script-unpadded.card': policy(scripts=[script('a').rstrip('=')]),
        'format-script-url-alphabet.card': policy(scripts=['sha256-' + '_' * 42 + 'w=']),
        'format-script-last-digit.card': policy(scripts=['sha256-' + 'A' * 42 + 'B=']),
        'format-script-space.card': policy(scripts=[script('a') + ' ']),
        'format-script-two-in-one.card': policy(scripts=[script('a') + ' ' + script('b')]),
        'format-script-options.card': policy(scripts=[script('a') + '?ct=text/javascript']),
        'limit-script.card': policy(scripts=['sha256-' + 'A' * 400]),
        'limit-65-scripts.card': policy(scripts=[script(str(i)) for i in range(65)]),
        # members and desks
        'format-no-members.card': without('members'),
        'format-no-desks.card': without('desks'),
        'format-desks-empty.card': changed(desks=[]),
        'format-unknown-desk-member.card': with_desk(members=['member-1', 'nobody']),
        'format-desk-member-twice.card': with_desk(members=['member-1', 'member-1']),
        'format-duplicate-desk-id.card': with_desk(1, id='news'),
        'format-desk-id.card': with_desk(id='News'),
        'format-desk-names.card': with_desk(names={}),
        'limit-33-desks.card': changed(
            desks=[{**o['desks'][1], 'id': 'd%d' % i} for i in range(33)]),
        'limit-65-recipients.card': big_desk(64),
        'limit-65-members-of-a-desk.card': big_desk(65, recovery=False),
        'limit-257-members.card': many_members(257),
        'format-duplicate-member-id.card': with_member(1, id='member-1'),
        'format-member-id-upper-case.card': with_member(id='Member-1'),
        'format-member-id-empty.card': with_member(id=''),
        'format-member-id-slash.card': with_member(id='../member'),
        'limit-member-id.card': with_member(id='m' * 33),
        'format-member-name-escape.card': with_member(name='\x1b]0;a\x07'),
        'format-member-name-c1.card': with_member(name='Ana \x9b2J'),
        'format-member-name-turned.card': with_member(name='Ana \u202eanA'),
        'format-desk-name-newline.card': with_desk(names={'en': 'News\nOther'}),
        'format-name-turned.card': changed(name={'en': 'The \u2067Example'}),
        'limit-member-name.card': with_member(name='m' * 101),
        'format-sign-key-twice.card': with_member(1, sign=first['sign']),
        'format-request-key-twice.card': with_member(1, request=first['request']),
        'format-request-is-sign-key.card': with_member(request=first['sign']),
        'format-recipient-twice.card': with_member(1, age=first['age'][:1]),
        'format-recovery-is-a-member.card': changed(recovery=first['age'][0]['recipient']),
        'format-no-sign-key.card': with_member(sign=None),
        'format-recipient.card': with_member(age=[{'recipient': 'age1xyz'}]),
        'format-recipient-is-identity.card': with_member(
            age=[{'recipient': bech32('age-secret-key-', identity_of(1)).upper()}]),
        'unsupported-mixed-recipients.card': with_member(age=[{'recipient': pq}]),
        'low-order-recipient.card': with_member(age=[{'recipient': low}]),
        'low-order-recovery.card': changed(recovery=low),
        'format-validity-backwards.card': with_member(
            age=[{'recipient': recipient(identity_of(9)), 'from': '2025-03-02',
                  'to': '2025-03-01'}]),
        'limit-nine-recipients.card': with_member(
            age=[{'recipient': recipient(identity_of(300 + i))} for i in range(9)]),
    }


if __name__ == '__main__':
    main('masthead', tricks())
