"""Texts of the desk's page out of gettext catalogs: for each language its name,
its direction and {English: translated}, where a sentence that counts something
has one form for each plural category of the language (CLDR), as the browser's
Intl.PluralRules names them.

usage: words.py CATALOG.po...   fails when a translation lacks a {value} of its source
"""
import pathlib
import re
import sys

STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
ESCAPES = {'n': '\n', 't': '\t', '"': '"', '\\': '\\'}
# What msgstr[0], msgstr[1], … are called.
CATEGORIES = {1: ['other'], 2: ['one', 'other'], 3: ['one', 'few', 'other'],
              4: ['one', 'two', 'few', 'other'], 6: ['zero', 'one', 'two', 'few', 'many', 'other']}


def unescape(line):
    return re.sub(r'\\(.)', lambda m: ESCAPES[m.group(1)], ''.join(STRING.findall(line)))


def entries(path):
    """Each entry of a catalog: {"msgid", "msgstr", "msgstr[0]", …}, in doubt or not."""
    entry, field, is_fuzzy = {}, None, False
    for line in path.read_text(encoding='utf-8').splitlines() + ['']:
        if line.startswith('#,') and 'fuzzy' in line:
            is_fuzzy = True
        elif line.startswith('msg'):
            field = line.split(' ', 1)[0]
            entry[field] = unescape(line)
        elif line.startswith('"') and field:
            entry[field] += unescape(line)
        elif not line.strip():
            if 'msgid' in entry:
                yield entry, is_fuzzy
            entry, field, is_fuzzy = {}, None, False


def catalog(path):
    """{"code", "name", "dir", "words"} of what is translated and not in doubt."""
    head, words = {}, {}
    for entry, is_fuzzy in entries(path):
        plural = [entry[f] for f in sorted(entry) if f.startswith('msgstr[')]
        if not entry['msgid']:
            head = dict(line.split(': ', 1) for line in entry['msgstr'].splitlines() if ': ' in line)
        elif is_fuzzy:
            continue
        elif plural and all(plural):
            words[entry['msgid']] = dict(zip(CATEGORIES[len(plural)], plural))
        elif entry.get('msgstr'):
            words[entry['msgid']] = entry['msgstr']
    return {'code': head.get('Language', path.stem), 'name': head.get('X-Language-Name', path.stem),
            'dir': head.get('X-Direction', 'ltr'), 'words': words}


def index(catalogs):
    """What the page's menu of languages says."""
    return {'langs': [{k: one[k] for k in ('code', 'name', 'dir')} for one in catalogs]}


def check(path):
    """Translations that lack a value, or have one that is not in the source."""
    faults = []
    for entry, _ in entries(path):
        ids = entry['msgid'] + entry.get('msgid_plural', '')
        for field, text in entry.items():
            wanted, found = (set(re.findall(r'{\w+}', t)) for t in (ids, text))
            # A form for one, two or none may do without the number.
            if text and field.startswith('msgstr') and entry['msgid'] and \
                    (found - wanted or wanted - found - ({'{n}'} if '[' in field else set())):
                faults.append(f'{path}: {text}')
    return faults


if __name__ == '__main__':
    sys.exit('\n'.join(fault for path in sys.argv[1:] for fault in check(pathlib.Path(path))) or 0)
