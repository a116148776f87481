#!/usr/bin/env python3
"""Turns page templates and gettext catalogs into C tables, and into functions
for the page's script.

usage: generate.py build OUT.c STYLE.css GUARD.js INTEGRITY.json PO-DIR TEMPLATE.html...
       generate.py script OUT-DIR PO-DIR TEMPLATE.html...
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
  {{@lang}} {{@dir}} {{@style}} {{@off}} {{@guard}} {{@integrity}}
  {{if @script}} ... {{else}} ... {{end}}  what only the script shows, or only C
  [[English text]]         translated; {field} in it is a value

Inside each, names are those of the item; top.NAME is one of the page. A name
that is in no struct does not compile. Templates named live-NAME.html are the
script's alone, file-NAME.html those of the one for files; there constants are
strings of their own names.
"""
import base64
import hashlib
import json
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


def choose(text, is_script):
    """Only what the script shows, or only what C does."""
    out, at, blocks = '', 0, []     # blocks: None, or whether this side of it counts
    for m in TOKEN.finditer(text):
        is_shown = False not in blocks
        if is_shown:
            out += text[at:m.start()]
        at = m.end()
        words = (m.group(1) or '').split() or ['']
        if words[:2] == ['if', '@script']:
            blocks.append(is_script)
        elif words[0] in ('if', 'each'):
            blocks.append(None)
        elif words[0] == 'else' and blocks[-1] is not None:
            blocks[-1] = not blocks[-1]
            continue
        elif words[0] == 'end' and blocks.pop() is not None:
            continue
        if is_shown and words[:2] != ['if', '@script']:
            out += m.group(0)
    return out + text[at:]


def read(path, is_script):
    with open(path, encoding='utf-8') as f:
        text = f.read()
    # Messages and instructions may run over several lines.
    text = TOKEN.sub(lambda m: ' '.join(m.group(0).split()), text)
    return choose(tidy(text), is_script)


def load(path):
    """The template as one text with its parts put in."""
    folder = os.path.dirname(path)
    return re.sub(r'\{\{include ([a-z-]+)\}\}',
                  lambda m: load(os.path.join(folder, 'part-%s.html' % m.group(1))),
                  read(path, False))


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

    def __init__(self, path, catalog, extra):
        self.path, self.catalog = path, catalog
        self.extra = extra  # what stands for style, guard, integrity
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
        elif first[:1] == '@':
            self.raw += self.extra[first[1:]]
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


class Script:
    """One template in one language: a function of the script, v its view, p all
    such functions and e the one that escapes."""
    # The page around it is there already.
    AROUND = ('head', 'foot')

    def __init__(self, path, catalog):
        self.path, self.catalog = path, catalog
        self.out, self.depth, self.blocks = '', 0, []
        text = read(path, True)
        at = 0
        for m in TOKEN.finditer(text):
            self.raw(text[at:m.start()])
            at = m.end()
            if m.group(2) is not None:
                self.message(m.group(2).strip())
            else:
                self.token(m.group(1).split())
        self.raw(text[at:])
        if self.blocks:
            raise Fault('%s: an end is missing' % path)

    def raw(self, text):
        self.out += re.sub(r'([\\`]|\$(?=\{))', r'\\\1', text)

    def field(self, name):
        if not NAME.match(name):
            raise Fault('%s: not a name: %s' % (self.path, name))
        if name.startswith('top.'):
            return 'v.' + name[4:]
        return 'v%s.%s' % (self.depth or '', name)

    def message(self, msgid):
        at = 0
        text = self.catalog.say(msgid)
        for m in re.finditer(r'\{([a-z0-9_.]+)\}', text):
            self.raw(text[at:m.start()])
            self.out += '${e(%s)}' % self.field(m.group(1))
            at = m.end()
        self.raw(text[at:])

    def condition(self, words):
        is_not = words[0] == 'not'
        words = words[1:] if is_not else words
        if len(words) == 3 and words[1] == 'is':
            value = words[2] if words[2].isdigit() else '"%s"' % words[2]
            return '%s%s=%s' % (self.field(words[0]), '!' if is_not else '=', value)
        name = self.field(words[0])
        if name.endswith('_n'):
            name = name[:-2] + '?.length'
        return ('!' if is_not else '') + name

    def token(self, words):
        first = words[0]
        if first in ('view', '#') or first.startswith('#'):
            return
        if first == 'if':
            self.out += '${%s?`' % self.condition(words[1:])
            self.blocks.append('`:""}')
        elif first == 'elif':
            self.out += '`:%s?`' % self.condition(words[1:])
        elif first == 'else':
            self.out += '`:`'
            self.blocks[-1] = '`}'
        elif first == 'each':
            name = self.field(words[1].rstrip(':'))
            self.depth += 1
            self.out += '${(%s||[]).map(v%d=>`' % (name, self.depth)
            self.blocks.append('`).join("")}')
        elif first == 'end':
            end = self.blocks.pop()
            self.depth -= end.endswith(').join("")}')
            self.out += end
        elif first == 'include':
            if words[1] not in self.AROUND:
                self.out += '${p._%s(v%s)}' % (words[1], self.depth or '')
        elif first == '@lang':
            self.raw(self.catalog.code)
        elif first == '@dir':
            self.raw(self.catalog.dir)
        elif first == '@off':
            self.raw(OFF)
        else:
            self.out += '${e(%s)}' % self.field(first)


def script(folder, po, *paths):
    """Two modules a language, texts and those about files: make(e) gives the functions."""
    os.makedirs(folder, exist_ok=True)
    files = [p for p in paths if os.path.basename(p).startswith('file-')]
    for lang in catalogs(po):
        for module, of in ('files', files), ('texts', [p for p in paths if p not in files]):
            js = ['export const lang = "%s", dir = "%s";' % (lang.code, lang.dir),
                  'export const make = (e) => {', 'const p = {']
            for path in sorted(of, key=os.path.basename):
                name = re.sub('^(live|file)-', '', os.path.basename(path)[:-5]).replace('part-', '_')
                js.append('%s: (v) => `%s`,' % (name, Script(path, lang).out))
            js += ['};', 'return p;', '};']
            with open(os.path.join(folder, '%s-%s.js' % (module, lang.code)), 'w', encoding='utf-8') as f:
                f.write('\n'.join(js) + '\n')


def guard_read(path):
    """The script in the page itself, without its comments and indentation."""
    with open(path, encoding='utf-8') as f:
        lines = [line.strip() for line in f.read().splitlines()]
    return '\n'.join(x for x in lines if x and not x.startswith('//'))


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
    return [p for p in paths if not os.path.basename(p).startswith(('part-', 'live-', 'file-'))]


def digest(text):
    return "'sha256-%s'" % base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def build(out, style_path, guard_path, integrity_path, po, *paths):
    style, guard = style_read(style_path), guard_read(guard_path)
    with open(integrity_path, encoding='utf-8') as f:
        integrity = json.load(f)
    langs = catalogs(po)
    c = ['#include <stddef.h>', '#include "page/page.h"', '#include "page/script.h"',
         '#include "page/template.h"',
         '#include "page/view.h"', '']
    policy = "default-src 'none'; style-src %s; %sform-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    c.append('const char page_policy[] = "%s";' % (policy % (digest(style), '')))
    c.append('const char page_start_policy[] = "%s";' % (policy % (
        digest(style), "script-src %s 'self'; worker-src 'none'; connect-src 'self'; " % digest(guard))))
    c.append('const char page_guard_integrity[] = "%s";' % digest(guard).strip("'"))
    c.append('const size_t template_languages = %d;' % len(langs))
    for what in ('code', 'name', 'dir'):
        c.append('const char *const template_language_%s[] = { %s };'
                 % (what, ', '.join(c_string(getattr(x, what)) for x in langs)))
    for path in pages_of(paths):
        name = os.path.basename(path)[:-5]
        for lang in langs:
            page = Page(path, lang, {'style': style, 'guard': guard,
                                     'integrity': integrity[lang.code]})
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
        {'build': build, 'script': script, 'pot': pot, 'check': check}[sys.argv[1]](*sys.argv[2:])
    except Fault as fault:
        sys.exit('generate.py: %s' % fault)


main()
