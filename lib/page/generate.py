#!/usr/bin/env python3
"""Turns page templates and gettext catalogs into C tables.

usage: generate.py build OUT.c STYLE.css PO-DIR TEMPLATE.html...
       generate.py pot OUT.pot TEMPLATE.html...
       generate.py check POT STYLE.css PO-DIR TEMPLATE.html...

A template is HTML with

  {{view NAME}}            first: the struct of page/view.h it is filled from
  {{field}}                a value, written as its C type says
  {{if field}} {{if not field}} {{if field is CONSTANT}}
  {{elif ...}} {{else}} {{end}}
  {{each field: STRUCT}} ... {{end}}      field and field_n: items and how many
  {{include NAME}}         part-NAME.html
  {{# words to translators}}
  {{@lang}} {{@dir}} {{@style}} {{@off}}
  [[English text]]         translated; {field} in it is a value

Inside each, names are those of the item; top.NAME is one of the page. A name
that is in no struct does not compile.
"""
import base64
import hashlib
import os
import re
import sys

# What keeps a browser from writing a control down or sending it elsewhere.
OFF = 'autocomplete=off spellcheck=false translate=no'
SOURCE = ('en', 'English', 'ltr')
TOKEN = re.compile(r'\{\{(.*?)\}\}|\[\[(.*?)\]\]', re.S)
ALONE = re.compile(r'\{\{(?:#|view |if |elif |else|end|each |include )[^{}]*\}\}$')
TAG = re.compile(r'</?(?:b|em|br|code|kbd|bdi)>')
NAME = re.compile(r'[a-z_][a-z0-9_.]*$')


class Fault(Exception):
    pass


def c_string(s):
    out = []
    for ch in s:
        out.append({'\\': '\\\\', '"': '\\"', '\n': '\\n', '?': '\\?'}.get(ch, ch))
    return '"' + ''.join(out) + '"'


def tidy(source):
    """Indentation goes; a line that is only an instruction leaves nothing."""
    out = []
    for line in source.splitlines():
        line = line.strip()
        if line:
            out.append(line if ALONE.match(line) else line + '\n')
    return ''.join(out)


def load(path):
    """The template as one text with its parts put in."""
    folder = os.path.dirname(path)
    with open(path, encoding='utf-8') as f:
        text = f.read()
    # Messages and instructions may run over several lines.
    text = TOKEN.sub(lambda m: ' '.join(m.group(0).split()), text)
    text = tidy(text)
    return re.sub(r'\{\{include ([a-z-]+)\}\}',
                  lambda m: load(os.path.join(folder, 'part-%s.html' % m.group(1))), text)


def message_check(text, where):
    rest = TAG.sub('', text)
    rest = re.sub(r'&(?:amp|lt|gt|nbsp|shy);', '', rest)
    if re.search(r'[<>&"]', rest):
        raise Fault('%s: a message may not contain <, >, & or ": %s' % (where, text))


def parts_of(text):
    """What a translation has to have in common with its source."""
    return sorted(re.findall(r'\{[a-z0-9_.]+\}', text)), sorted(TAG.findall(text))


def po_read(path):
    """msgid -> (msgstr, flags) of a catalog; the header under ''."""
    def unquote(s):
        return re.sub(r'\\(.)', lambda m: {'n': '\n', 't': '\t'}.get(m.group(1), m.group(1)),
                      s.strip()[1:-1])
    entries, entry, field, flags = {}, {}, None, ''
    with open(path, encoding='utf-8') as f:
        lines = f.read().splitlines() + ['']
    for line in lines:
        if line.startswith('#,'):
            flags += line
        elif line.startswith('msgid '):
            entry, field = {'msgid': unquote(line[6:])}, 'msgid'
        elif line.startswith('msgstr '):
            entry['msgstr'], field = unquote(line[7:]), 'msgstr'
        elif line.startswith('"'):
            entry[field] += unquote(line)
        elif not line.strip() and 'msgstr' in entry:
            entries[entry['msgid']] = (entry['msgstr'], flags)
            entry, flags = {}, ''
    return entries


class Catalog:
    def __init__(self, path):
        self.entries = po_read(path)
        head = dict(line.split(': ', 1) for line in self.entries[''][0].splitlines()
                    if ': ' in line)
        self.code = head['Language']
        self.name = head['X-Language-Name']
        self.dir = head.get('X-Direction', 'ltr')
        self.path = path

    def say(self, msgid):
        text, flags = self.entries.get(msgid, ('', ''))
        if not text or 'fuzzy' in flags:
            return msgid
        message_check(text, self.path)
        if parts_of(text) != parts_of(msgid):
            raise Fault('%s: other values or tags than the source: %s' % (self.path, text))
        return text


class English:
    code, name, dir = SOURCE

    def say(self, msgid):
        return msgid


class Page:
    """One template in one language: a list of C initializers."""

    def __init__(self, path, catalog, style):
        self.path, self.catalog, self.style = path, catalog, style
        self.ops, self.raw = [], ''
        self.blocks = []    # open if and each: (kind, places to patch)
        self.types = []
        text = load(path)
        at = 0
        for m in TOKEN.finditer(text):
            self.raw += text[at:m.start()]
            at = m.end()
            if m.group(2) is not None:
                self.message(m.group(2).strip())
            else:
                self.token(m.group(1).strip())
        self.raw += text[at:]
        self.flush()
        if self.blocks:
            raise Fault('%s: an end is missing' % path)

    def flush(self):
        if self.raw:
            self.ops.append('{ .kind = TEMPLATE_RAW, .raw = %s, .n = %d }'
                            % (c_string(self.raw), len(self.raw.encode())))
            self.raw = ''

    def field(self, name):
        if not NAME.match(name):
            raise Fault('%s: not a name: %s' % (self.path, name))
        if name.startswith('top.'):
            return self.types[0], name[4:], 'true'
        return self.types[-1], name, 'true' if len(self.types) == 1 else 'false'

    def value(self, name):
        self.flush()
        struct, name, top = self.field(name)
        self.ops.append('{ .kind = TEMPLATE_VALUE(%s, %s), .is_top = %s, '
                        '.field = offsetof(%s, %s) }' % (struct, name, top, struct, name))

    def message(self, msgid):
        at = 0
        text = self.catalog.say(msgid)
        for m in re.finditer(r'\{([a-z0-9_.]+)\}', text):
            self.raw += text[at:m.start()]
            self.value(m.group(1))
            at = m.end()
        self.raw += text[at:]

    def condition(self, words):
        """Appends an if; returns where its jump is to be filled in."""
        self.flush()
        is_not = words[0] == 'not'
        words = words[1:] if is_not else words
        struct, name, top = self.field(words[0])
        if len(words) == 3 and words[1] == 'is':
            kind, value = 'TEMPLATE_IF_IS', words[2]
        elif len(words) == 1:
            kind, value = 'TEMPLATE_IF', '0'
        else:
            raise Fault('%s: not a condition: %s' % (self.path, ' '.join(words)))
        self.ops.append('{ .kind = %s(%s, %s), .is_top = %s, .is_not = %s, '
                        '.field = offsetof(%s, %s), .value = %s, .jump = @ }'
                        % (kind, struct, name, top, 'true' if is_not else 'false',
                           struct, name, value))
        return len(self.ops) - 1

    def land(self, op):
        """The jump of op goes to the next operation."""
        self.flush()
        self.ops[op] = self.ops[op].replace('.jump = @', '.jump = %d' % len(self.ops))

    def leap(self):
        self.flush()
        self.ops.append('{ .kind = TEMPLATE_JUMP, .jump = @ }')
        return len(self.ops) - 1

    def token(self, text):
        words = text.split()
        first = words[0]
        if first.startswith('#'):
            return
        if first == 'view':
            self.types = ['struct ' + words[1]]
        elif first == 'if':
            self.blocks.append(['if', self.condition(words[1:]), []])
        elif first in ('elif', 'else'):
            block = self.blocks[-1]
            block[2].append(self.leap())
            self.land(block[1])
            block[1] = self.condition(words[1:]) if first == 'elif' else None
        elif first == 'each':
            self.each(words)
        elif first == 'end':
            kind, op, leaps = self.blocks.pop()
            for i in leaps + ([op] if op is not None else []):
                self.land(i)
            if kind == 'each':
                self.types.pop()
        elif first == '@lang':
            self.raw += self.catalog.code
        elif first == '@dir':
            self.raw += self.catalog.dir
        elif first == '@off':
            self.raw += OFF
        elif first == '@style':
            self.raw += self.style
        else:
            self.value(text)

    def each(self, words):
        self.flush()
        struct, name, top = self.field(words[1].rstrip(':'))
        item = 'struct ' + words[2]
        self.ops.append('{ .kind = TEMPLATE_EACH_OF(%s, %s, %s), .is_top = %s, '
                        '.field = offsetof(%s, %s), .count = offsetof(%s, %s_n), '
                        '.n = sizeof(%s), .jump = @ }'
                        % (struct, name, item, top, struct, name, struct, name, item))
        self.blocks.append(['each', len(self.ops) - 1, []])
        self.types.append(item)


def style_read(path):
    with open(path, encoding='utf-8') as f:
        text = f.read()
    text = re.sub(r'/\*.*?\*/', '', text, flags=re.S)
    text = re.sub(r'\s+', ' ', text)
    text = re.sub(r' ?([{};,>]) ?', r'\1', text)
    return re.sub(r'([a-z-]): ', r'\1:', text).replace(';}', '}').strip()


def catalogs(folder):
    found = [Catalog(os.path.join(folder, f)) for f in sorted(os.listdir(folder))
             if f.endswith('.po')]
    return [English()] + found


def pages_of(paths):
    return [p for p in paths if not os.path.basename(p).startswith('part-')]


def build(out, style_path, po, *paths):
    style = style_read(style_path)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    langs = catalogs(po)
    c = ['#include <stddef.h>', '#include "page/page.h"', '#include "page/template.h"',
         '#include "page/view.h"', '']
    c.append('const char page_policy[] = "default-src \'none\'; style-src \'sha256-%s\'; '
             'form-action \'self\'; base-uri \'none\'; frame-ancestors \'none\'";' % digest)
    c.append('const size_t template_languages = %d;' % len(langs))
    for what in ('code', 'name', 'dir'):
        c.append('const char *const template_language_%s[] = { %s };'
                 % (what, ', '.join(c_string(getattr(x, what)) for x in langs)))
    for path in pages_of(paths):
        name = os.path.basename(path)[:-5]
        for lang in langs:
            page = Page(path, lang, style)
            c.append('static const struct template_op %s_%s[] = {' % (name, lang.code))
            c += ['\t%s,' % op for op in page.ops]
            c.append('};')
        c.append('const struct template template_%s = {' % name)
        c.append('\t(const struct template_list[]){ %s } };' % ', '.join(
            '{ %s_%s, sizeof %s_%s / sizeof %s_%s[0] }' % ((name, x.code) * 3) for x in langs))
    with open(out, 'w', encoding='utf-8') as f:
        f.write('\n'.join(c) + '\n')


def messages(paths):
    """msgid -> (files, words to translators), by the names of the templates."""
    found = {}
    for path in sorted(paths, key=os.path.basename):
        with open(path, encoding='utf-8') as f:
            text = f.read()
        note = ''
        for m in TOKEN.finditer(text):
            if m.group(1) is not None:
                if m.group(1).strip().startswith('#'):
                    note = ' '.join(m.group(1).strip()[1:].split())
                continue
            msgid = ' '.join(m.group(2).split())
            message_check(msgid, path)
            files, notes = found.setdefault(msgid, ([], []))
            name = 'assets/page/' + os.path.basename(path)
            if name not in files:
                files.append(name)
            if note and note not in notes:
                notes.append(note)
            note = ''
    return found


def pot_text(paths):
    out = ['msgid ""', 'msgstr ""', '"Project-Id-Version: pista\\n"', '"Language: \\n"',
           '"MIME-Version: 1.0\\n"', '"Content-Type: text/plain; charset=UTF-8\\n"',
           '"Content-Transfer-Encoding: 8bit\\n"', '"X-Language-Name: \\n"',
           '"X-Direction: ltr\\n"', '']
    for msgid, (files, notes) in messages(paths).items():
        out += ['#. ' + n for n in notes]
        out.append('#: ' + ' '.join(files))
        out += ['msgid "%s"' % msgid.replace('\\', '\\\\'), 'msgstr ""', '']
    return '\n'.join(out)


def pot(out, *paths):
    with open(out, 'w', encoding='utf-8') as f:
        f.write(pot_text(paths))


def check(pot_path, style_path, po, *paths):
    """The template catalog is current and every message is translated."""
    faults = []
    with open(pot_path, encoding='utf-8') as f:
        if f.read() != pot_text(paths):
            faults.append('%s is not current: run script/po' % pot_path)
    wanted = messages(paths)
    for lang in catalogs(po)[1:]:
        for msgid in wanted:
            text, flags = lang.entries.get(msgid, ('', ''))
            if not text or 'fuzzy' in flags:
                faults.append('%s: not translated: %s' % (lang.path, msgid))
            else:
                lang.say(msgid)
        for msgid in set(lang.entries) - set(wanted) - {''}:
            faults.append('%s: nothing says this any more: %s' % (lang.path, msgid))
    if faults:
        raise Fault('\n'.join(faults))


def main():
    try:
        {'build': build, 'pot': pot, 'check': check}[sys.argv[1]](*sys.argv[2:])
    except Fault as fault:
        sys.exit('generate.py: %s' % fault)


main()
