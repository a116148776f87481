#!/usr/bin/env python3
"""Runs converge and comes to the same end plainly: all letters in one list, the state of each
thread as each member sees it computed by looking at every pair of events.

usage: converge.py PROGRAM WORLDS ROUNDS [SEED]      the seed also from $CONVERGE_SEED
"""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

PLAYERS = ('ana', 'ben', 'cleo')
FIELDS = {'status': 'status', 'assigned': 'assigned', 'summary': 'summary', 'handed': 'desk'}


def check(condition, *what):
    if not condition:
        raise AssertionError(*what)


class World:
    """Everything that was put into the inbox, opened."""

    def __init__(self):
        self.entries = {}   # seq: day, digest
        self.letters = {}   # seq: what stands in it
        self.cards = {}     # seq: card
        self.outs = {}      # (member, number): letter
        self.acts = {p: {} for p in PLAYERS}   # (life, handle): act, not taken back
        self.life = {p: 0 for p in PLAYERS}   # of their books
        self.last_act = None
        self.ends = {}
        self.seed = None

    # what happened

    def line(self, o):
        getattr(self, 'on_' + o.pop('op'))(o)

    def on_world(self, o):
        self.seed = o['seed']

    def on_put(self, o):
        self.entries[o['seq']] = o

    def on_card(self, o):
        self.cards[o['seq']] = o['card']

    def on_source(self, o):
        self.letters[o['seq']] = {**o, 'source': True, 'id': 'source %d' % o['seq']}

    def on_posted(self, o):
        self.letters[o['seq']] = o['letter']

    def on_again(self, o):
        if o['of'] in self.letters:
            self.letters[o['seq']] = {**self.letters[o['of']], 'seq': o['seq']}

    def on_out(self, o):
        self.outs[o['by'], o['number']] = o

    def on_sent(self, o):
        if o['seq']:
            self.letters[o['seq']] = self.outs[o['by'], o['number']]['letter']

    def on_act(self, o):
        self.last_act = o
        acts, handle = self.acts[o['by']], (self.life[o['by']], o.get('handle'))
        if o['act'] == 'undo' and o['err'] == 0:
            check(acts.pop(handle)['kind'] == o['kind'])
        elif o['act'] in ('event', 'inverse') and o['err'] == 0:
            check(handle not in acts, 'a handle was given twice')
            acts[handle] = o

    def on_anew(self, o):
        self.life[o['by']] += 1

    def on_now(self, o):
        """What somebody says is seen by them at once."""
        a, s = self.last_act, o['shown']
        if a['by'] != o['by'] or a.get('thread') != o['thread'] or a['err'] != 0:
            return
        if a['act'] == 'hand':
            check(s['desk'] == a['value'], a, s)
        elif a['act'] in ('answer', 'ask'):
            check(s['answers'] > 0 and s['state'] != 'new', a, s)
        elif a['act'] in ('event', 'inverse'):
            seen = {
                'opened': lambda: o['by'] in s['seen'],
                'assigned': lambda: sorted(s['assigned']) == sorted(a['value'].split()),
                'status': lambda: s['state'] == a['value'],
                'flag': lambda: s['is_' + a['value']] != a['off'],
                'label': lambda: (a['value'] in s['labels']) != a['off'],
                'summary': lambda: s.get('summary', '') == a['value'],
                'answering': lambda: (o['by'] in s['answering']) != a['off'],
            }[a['kind']]()
            check(seen, a, s)

    def on_flush(self, o):
        pass

    def on_take(self, o):
        pass

    def on_end(self, o):
        self.ends[o['by']] = o['sees']

    # who may read what

    def card_before(self, seq):
        return self.cards[max(s for s in self.cards if s < seq)]

    def is_seated(self, author, seq):
        return any(m['sign'] == author for m in self.card_before(seq)['members'])

    def sign(self, member):
        return next(m['sign'] for m in self.cards[1]['members'] if m['id'] == member)

    def name(self, author):
        card = self.cards[max(self.cards)]
        return next((m['id'] for m in card['members'] if m['sign'] == author), '?' + author[:8])

    def is_for(self, member, letter):
        desk = next(d for d in self.cards[1]['desks'] if d['id'] == letter['desk'])
        return member in desk['members'] or letter.get('author') == self.sign(member)

    def desk_letters(self, member):
        """Those that count, in order: signed, seated, each once, of this member's desks."""
        ids, out = set(), []
        for seq in sorted(self.letters):
            x = self.letters[seq]
            if 'source' in x or not x['good'] or not self.is_seated(x['author'], seq):
                continue
            if not self.is_for(member, x) or (x['author'], x['id']) in ids:
                continue
            ids.add((x['author'], x['id']))
            out.append((seq, x))
        return out

    def lines(self, letter):
        try:
            lines = [json.loads(x) for x in letter['text'].split('\n')[:-1]]
        except ValueError:
            return []
        # of all that may be wrong with a line, what the program makes wrong
        return [] if any(x == {'kind': 'status'} for x in lines) else lines

    def sees(self, member):
        """The source's letters, by thread; and events and notes, in order."""
        granted, events, notes = set(), [], []
        for seq, x in self.desk_letters(member):
            if x['kind'] == 'note':
                notes.append({'seq': seq, 'author': x['author'], 'thread': x['thread'],
                              'text': x['text']})
            for n, e in enumerate(self.lines(x) if x['kind'] != 'note' else []):
                if 'kind' not in e:
                    granted.add(e['seq'])
                elif e['kind'] != 'sung':
                    events.append({**e, 'at': seq, 'line': n, 'author': x['author'],
                                   'seen': min(x['seen'], seq - 1)})
        threads = {}
        for seq in sorted(self.letters):
            x = self.letters[seq]
            if 'source' in x and (self.is_for(member, x) or seq in granted):
                threads.setdefault(x['thread'], []).append((seq, x))
        events = [e for e in events if e['kind'] == 'away' or (
            e['seq'] < e['at'] and self.entries[e['seq']]['digest'] == e['digest'])]
        # those that stand in several letters: in an order that is everybody's
        events.sort(key=lambda e: (e['kind'] in ('handed', 'deleted', 'restored')) and (
            1, e['seen'], e['author'], e['at'], e['line']) or (0,))
        return threads, events, notes

    # the state of a thread

    def thread(self, letters, all_events, notes):
        deleted = {}
        for e in all_events:
            if e['kind'] in ('deleted', 'restored'):
                deleted[e['seq']] = e['kind'] == 'deleted'
        seqs = [seq for seq, _ in letters]
        events = [e for e in all_events if e.get('seq') in seqs
                  and e['kind'] not in ('deleted', 'restored', 'away')]
        # an answer that a grant tells again is the first one's
        told = [e.get('answer') if e['kind'] == 'answered' else None for e in events]
        events = [e for i, e in enumerate(events) if told[i] is None or told.index(told[i]) == i]
        own, claims, ids = [], [], set()
        for seq, x in letters:
            is_own = x['mark'] == 'good' or (not ids and x['mark'] == 'none'
                                             and x['kind'] in ('tip', 'drill'))
            if x['id'] not in ids:
                (own if is_own else claims).append(seq)
            ids.add(x['id'])
        once = {self.letters[s]['id']: s for s in reversed(seqs)}.values()
        state = {'letters': len(own), 'claims': len(claims),
                 'hidden': all(deleted.get(s) for s in once),
                 'withdrawn': any(self.letters[s]['kind'] == 'withdrawal' for s in own)}
        self.fields(events, state, self.letters[min(seqs)]['desk'])
        self.sets(events, state)
        self.handled(events, state, own)
        state['notes'] = [(n['seq'], self.name(n['author']), n['text']) for n in notes]
        return state

    def rightly_handed(self, said, desk):
        """A thread is handed on by who sits at its first desk, or at one that it was handed to."""
        holders, right = {desk}, []
        for e in said:
            card = self.card_before(e['seen'] + 1) if e['seen'] else {'desks': [], 'members': []}
            who = [m['id'] for m in card['members'] if m['sign'] == e['author']]
            if any(d['id'] in holders and who and who[0] in d['members'] for d in card['desks']):
                holders.add(e['value'])
                right.append(e)
        return right

    def fields(self, events, state, desk):
        last, conflicts = {}, []
        for kind, field in FIELDS.items():
            said = [e for e in events if e['kind'] == kind]
            if kind == 'handed':
                said = self.rightly_handed(said, desk)
            for i, e in enumerate(said):
                known = any(f['seen'] >= e['at'] or f['author'] == e['author']
                            for f in said[i + 1:])
                if not known and e.get('value', '') != said[-1].get('value', ''):
                    conflicts.append((field, e.get('value', ''), self.name(e['author']), e['at']))
            last[field] = said[-1] if said else {}
        state['conflicts'] = sorted(conflicts)
        opened = any(e['kind'] in ('opened', 'answered') for e in events)
        state['state'] = last['status'].get('value') or ('open' if opened else 'new')
        state['reason'] = last['status'].get('reason', '')
        state['until'] = last['status'].get('until', '')
        state['assigned'] = sorted(last['assigned'].get('value', '').split())
        state['summary'] = last['summary'].get('value', '')
        state['desk'] = last['desk'].get('value', desk)

    def sets(self, events, state):
        labels, flags, answering, seen, told = {}, {}, {}, set(), ''
        answers = {}
        for e in events:
            who = self.name(e['author'])
            if e['kind'] == 'label':
                labels[e['value']] = not e.get('off', False)
            elif e['kind'] == 'flag':
                flags[e['value']] = not e.get('off', False)
            elif e['kind'] == 'answering':
                answering[who] = None if e.get('off') else self.entries[e['at']]['day']
            elif e['kind'] == 'opened':
                seen.add(who)
            elif e['kind'] == 'told':
                told = e['value']
            elif e['kind'] == 'answered':
                answering[who] = None
                answers[e['answer']] = e['text']
        today = max(x['day'] for x in self.entries.values())
        state['labels'] = sorted(x for x in labels if labels[x])
        state['is_plant'] = flags.get('plant', False)
        state['is_danger'] = flags.get('danger', False)
        state['answering'] = sorted(w for w, d in answering.items()
                                    if d is not None and d + 1 >= today)
        state['seen'] = sorted(seen)
        state['told'] = told
        state['answers'] = len(answers)
        state['texts'] = sorted(answers.values())

    def handled(self, events, state, own):
        """came_back: a letter behind what the last who answered or put it away had seen."""
        handled, is_handled = 0, False
        for e in events:
            if e['kind'] == 'answered' or e['kind'] == 'status' and (
                    e['value'] != 'open' or is_handled):
                is_handled, handled = True, max(handled, e['seen'])
        state['came_back'] = bool(is_handled and own and own[-1] > handled and own[-1] != own[0])


def shown(x):
    """The same out of what a book shows."""
    items = x['items']
    return {
        'letters': x['letters'], 'claims': x['claims'], 'withdrawn': x['withdrawn'],
        'conflicts': sorted((c['field'], c['value'], c['by'], c['seq']) for c in x['conflicts']),
        'state': x['state'], 'reason': x.get('reason', ''), 'until': x.get('until', ''),
        'assigned': sorted(x['assigned']), 'summary': x.get('summary', ''), 'desk': x['desk'],
        'labels': sorted(x['labels']), 'is_plant': x['is_plant'], 'is_danger': x['is_danger'],
        'answering': sorted(x['answering']), 'seen': sorted(x['seen']), 'told': x.get('told', ''),
        'answers': x['answers'], 'came_back': x['came_back'],
        'texts': sorted(i['text'] for i in items if i['type'] == 'answer'),
        'notes': [(i['seq'], i['by'], i['text']) for i in items if i['type'] == 'note'],
    }


def compare(world, member):
    threads, events, notes = world.sees(member)
    found = world.ends[member]['shown']
    check(set(found) == set(threads), member, 'sees other threads')
    expected = {thread: world.thread(letters, events, [n for n in notes if n['thread'] == thread])
                for thread, letters in threads.items()}
    hidden = {thread for thread, state in expected.items() if state.pop('hidden')}
    for thread, state in expected.items():
        there = shown(found[thread])
        for name, value in state.items():
            check(there[name] == value, member, thread, name, 'expected', value, 'found',
                  there[name])
        same = {t for t in set(threads) - hidden - {thread}
                if found[t]['message'] == found[thread]['message']}
        near = set(found[thread]['near'])
        check(near <= same and len(near) == min(len(same), 5), member, thread, near, same)
    queue = {t['thread'] for t in world.ends[member]['queue']['threads']}
    waiting = {t for t in set(threads) - hidden if expected[t]['state'] in ('new', 'open') or (
        expected[t]['came_back'] and expected[t]['state'] != 'bin')}
    check(queue == waiting, member, 'waiting', waiting, 'in the queue', queue)
    return len(threads)


def agree(world):
    """How many threads: all know which desk has a thread; and the members of that desk agree on its state, as far
    as nobody said something to the other desk that whoever handed it over did not know of."""
    sees = {p: world.sees(p) for p in PLAYERS}
    n = 0
    for thread in {t for p in PLAYERS for t in sees[p][0]}:
        found = {p: world.ends[p]['shown'][thread] for p in PLAYERS if thread in sees[p][0]}
        desks = {p: x['desk'] for p, x in found.items()}
        check(len(set(desks.values())) == 1, thread, 'is at', desks)
        desk = next(d for d in world.cards[1]['desks'] if d['id'] in desks.values())
        members = [p for p in desk['members'] if p in found]
        seqs = {seq for p in members for seq, _ in sees[p][0][thread]}
        events = {p: {(e['at'], e['line']) for e in sees[p][1] if e.get('seq') in seqs}
                  for p in sees}
        grants = [(seq, x) for p in members for seq, x in world.desk_letters(p)
                  if x['kind'] == 'grant' and any(e.get('kind') == 'handed' and e['seq'] in seqs
                                                  for e in world.lines(x))]
        granted = set()
        if grants:
            _, last = max(grants, key=lambda g: g[0])
            granter = next(p for p in PLAYERS if world.sign(p) == last['author'])
            granted = {e for e in events[granter]
                       if e[0] <= last['seen'] and not world.entries[e[0]]['late']}
        if any(events[p] - granted != events[members[0]] - granted for p in members):
            continue
        for name in ('state', 'reason', 'until', 'assigned', 'summary', 'labels', 'is_plant',
                     'is_danger', 'told', 'answers'):
            values = [found[p].get(name) for p in members]
            check(all(v == values[0] for v in values), thread, members, name, values)
        n += len(grants) > 0 and len(members) > 1
    return n


def said(world, member):
    """Every act that was not taken back stands in this member's letters, once, in order."""
    threads = {seq: x['thread'] for seq, x in world.letters.items() if 'source' in x}
    wanted, found = {}, {}
    for _, a in sorted(world.acts[member].items()):
        wanted.setdefault(a['thread'], []).append((a['kind'], a['value'], a['reason'], a['off']))
    for (by, _), o in sorted(world.outs.items()):
        if by != member or o['kind'] != 'letter' or o['letter']['kind'] != 'events':
            continue
        for e in world.lines(o['letter']):
            if e['kind'] in ('opened', 'assigned', 'status', 'flag', 'label', 'summary',
                             'answering'):
                found.setdefault(threads[e['seq']], []).append(
                    (e['kind'], e.get('value', ''), e.get('reason', ''), e.get('off', False)))
    check(wanted == found, member, 'said', wanted, 'and sent', found)


def end(world):
    check(set(world.ends) == set(PLAYERS))
    seen = sum(compare(world, p) for p in PLAYERS)
    handed = agree(world)
    for p in PLAYERS:
        said(world, p)
    # whoever can read the same letters sees the same
    for a, b in (('ana', 'ben'), ('ben', 'cleo'), ('ana', 'cleo')):
        if world.sees(a) == world.sees(b):
            one, two = ({t: {**x, 'near': None} for t, x in world.ends[p]['shown'].items()}
                        for p in (a, b))
            check(one == two, a, b, 'differ', [(one[t], two[t]) for t in one if one[t] != two[t]])
    return seen, handed


def run(program, worlds, rounds, seed):
    base = '/dev/shm' if os.path.isdir('/dev/shm') else None
    directory = tempfile.mkdtemp(prefix='pista-converge-', dir=base)
    world, threads, handed = None, 0, 0
    try:
        with subprocess.Popen([program, directory, worlds, rounds, str(seed)],
                              stdout=subprocess.PIPE) as p:
            for line in p.stdout:
                o = json.loads(line)
                if o['op'] == 'world':
                    world = World()
                world.line(o)
                if len(world.ends) == len(PLAYERS):
                    seen, agreed = end(world)
                    threads, handed = threads + seen, handed + agreed
                    world.ends = {}
        check(p.returncode == 0, 'the program ended with', p.returncode)
    except AssertionError:
        print(f'# world {world and world.seed}: again with CONVERGE_SEED={world and world.seed}')
        raise
    finally:
        shutil.rmtree(directory)
    print(f'# {worlds} worlds of {rounds} rounds, {threads} threads seen, '
          f'{handed} agreed on that were handed over')


if __name__ == '__main__':
    start = sys.argv[4] if len(sys.argv) > 4 else os.environ.get('CONVERGE_SEED')
    start = int(start) if start else random.randrange(1 << 32)
    print(f'# CONVERGE_SEED={start}')
    sys.stdout.flush()
    run(sys.argv[1], sys.argv[2], sys.argv[3], start)
