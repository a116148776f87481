#!/usr/bin/env python3
"""Writes the word lists and the fold table as C.

usage: tables.py OUT.c LANGUAGE.txt...   (in the order of the lists)

What the readers rely on is checked here, so that a list which breaks it
cannot be built: 2048 words, NFC, folded forms of a to z that are unique in the
list, and so are their first four letters.
"""
import os
import sys
import unicodedata

WORDS = 2048
WORD_MAX = 11      # bytes of a word in NFC
FOLDED_MAX = 9     # letters of a folded word
LATIN = [(0x0, 0x24F), (0x1E00, 0x1EFF), (0xFF21, 0xFF5A)]


def without_marks(s):
    return ''.join(c for c in s if unicodedata.category(c)[0] != 'M')


def fold(word):
    return without_marks(unicodedata.normalize('NFD', word)).casefold()


def fold_char(cp):
    """What one code point becomes: '' dropped, ' ' separator, a digit, a
    letter of a to z, or '?' for every other letter."""
    c = chr(cp)
    category = unicodedata.category(c)
    if category == 'Nd':
        return str(unicodedata.decimal(c))
    if any(first <= cp <= last for first, last in LATIN):
        s = without_marks(unicodedata.normalize('NFKD', c)).casefold()
        if len(s) == 1 and 'a' <= s <= 'z':
            return s
    if category[0] == 'M' or category in ('Cf', 'Sk'):
        return ''
    if category[0] in 'ZPS' or category == 'Cc':
        return ' '
    return '?'


def fold_ranges():
    """(first, last, to) for runs of code points; a run of digits is one range
    that starts at its zero; '?' has no range."""
    ranges = []
    for cp in range(0x110000):
        if 0xD800 <= cp <= 0xDFFF:
            continue
        to = fold_char(cp)
        if to == '?':
            continue
        if to.isdigit():
            if to == '0':
                ranges.append([cp, cp, '0'])
            else:
                assert ranges[-1][2] == '0' and ranges[-1][1] == cp - 1
                ranges[-1][1] = cp
        elif ranges and ranges[-1][1] == cp - 1 and ranges[-1][2] == to:
            ranges[-1][1] = cp
        else:
            ranges.append([cp, cp, to])
    return ranges


def read_list(path):
    with open(path, encoding='utf-8') as f:
        words = f.read().split('\n')
    assert words.pop() == '', f'{path}: must end in a line feed'
    folded = [fold(w) for w in words]
    assert len(words) == WORDS, f'{path}: {len(words)} words'
    for w, f in zip(words, folded):
        assert unicodedata.normalize('NFC', w) == w, f'{path}: {w}: not NFC'
        assert len(w.encode()) <= WORD_MAX and len(f) <= FOLDED_MAX, w
        assert all('a' <= c <= 'z' for c in f), f'{path}: {w}: folds to {f}'
    assert len(set(folded)) == WORDS, f'{path}: folded words repeat'
    assert len({f[:4] for f in folded}) == WORDS, f'{path}: prefixes repeat'
    return words, folded


def c_text(s):
    return '"' + ''.join(chr(b) if b < 0x80 else f'\\{b:03o}' for b in s.encode()) + '"'


def rows(out, items, per_line):
    for i in range(0, len(items), per_line):
        out.append('\t\t' + ', '.join(items[i:i + per_line]) + ',')


def main():
    out = ['#include "receipt/tables.h"', '',
           'const struct word_list word_lists[] = {']
    for path in sys.argv[2:]:
        words, folded = read_list(path)
        language = os.path.basename(path).split('.')[0]
        order = sorted(range(WORDS), key=lambda i: folded[i])
        out += ['\t{ .language = ' + c_text(language) + ',', '\t .word = {']
        rows(out, [c_text(w) for w in words], 6)
        out += ['\t },', '\t .folded = {']
        rows(out, [c_text(w) for w in folded], 6)
        out += ['\t },', '\t .order = {']
        rows(out, [str(i) for i in order], 12)
        out += ['\t } },']
    out += ['};', 'const size_t word_lists_n = sizeof(word_lists) / sizeof(word_lists[0]);',
            '', 'const struct fold_range fold_ranges[] = {']
    rows(out, [f'{{ 0x{a:x}, 0x{b:x}, {ord(to) if to else 0} }}' for a, b, to in fold_ranges()], 3)
    out += ['};', 'const size_t fold_ranges_n = sizeof(fold_ranges) / sizeof(fold_ranges[0]);']
    with open(sys.argv[1], 'w', encoding='ascii') as f:
        f.write('\n'.join(out) + '\n')


main()
