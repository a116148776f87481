#!/usr/bin/env python3
"""Checks every page that page-samples writes, as a browser, a screen reader and
a frightened person would want it.

usage: page_check.py PAGE-SAMPLES
"""
import base64
import hashlib
import html.parser
import pathlib
import re
import subprocess
import sys
import tempfile

VOID = {'meta', 'link', 'input', 'br'}
CONTROLS = {'input', 'textarea', 'select'}
# Neutral in every language: it stands in the list of visited pages.
TITLES = {'Contact', 'Contacto', 'Contatto', 'Kontakt', 'Контакти', 'Контакты', 'اتصال', 'تماس'}
START_MAX = 30 * 1024


class Page(html.parser.HTMLParser):
    def __init__(self, name, text):
        super().__init__(convert_charrefs=True)
        self.name, self.faults = name, []
        self.open, self.ids, self.labels, self.controls = [], [], set(), []
        self.headings, self.title, self.text = [], '', []
        self.in_form, self.has_file = False, False
        self.scripts, self.guard = [], ''
        self.feed(text)
        self.close()
        if self.open:
            self.fault('not closed: %s' % self.open)
        for number, (tag, a) in enumerate(self.controls):
            if a.get('id') not in self.labels and 'aria-label' not in a:
                self.fault('%s has no label: %s' % (tag, a))
        if len(set(self.ids)) != len(self.ids):
            self.fault('an id stands twice: %s' % sorted(self.ids))
        if self.headings.count(1) != 1 and not name.startswith(('sent', 'words-offer')):
            self.fault('needs one h1: %s' % self.headings)

    def fault(self, what):
        self.faults.append('%s: %s' % (self.name, what))

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if len(a) != len(attrs):
            self.fault('an attribute stands twice: %s %s' % (tag, attrs))
        if tag not in VOID:
            self.open.append(tag)
        if 'id' in a:
            self.ids.append(a['id'])
        if tag == 'label':
            self.labels.add(a.get('for'))
        if re.match(r'h[1-6]$', tag):
            self.headings.append(int(tag[1]))
        self.forbidden(tag, a)
        self.control(tag, a)

    def forbidden(self, tag, a):
        if tag in ('img', 'iframe', 'object', 'base'):
            self.fault('contains %s' % tag)
        if tag == 'script':
            self.scripts.append(a)
            if 'src' in a and (not re.match(r'/tips/seal-[a-z]+\.js$', a['src']) or
                               not re.match(r'sha256-[A-Za-z0-9+/]{43}=$', a.get('integrity', ''))):
                self.fault('another script: %s' % a)
        for name, value in a.items():
            if name.startswith('on') or name in ('style', 'target') or name == 'src' and tag != 'script':
                self.fault('%s has %s' % (tag, name))
            if name in ('href', 'action') and not re.match(
                    r'/tips/(\?lang=[a-z]+(&story=[a-z0-9-]+)?)?$|#[a-z]+$|data:,$|about:blank$', value):
                self.fault('leads elsewhere: %s' % value)

    def control(self, tag, a):
        if tag == 'form':
            self.has_file = False
            if (a.get('method'), a.get('enctype'), a.get('autocomplete'), a.get('action')) != (
                    'post', 'multipart/form-data', 'off', '/tips/'):
                self.fault('form: %s' % a)
        if tag not in CONTROLS or a.get('type') == 'hidden':
            if tag in CONTROLS and self.has_file:
                self.fault('text behind a file: %s' % a)
            return
        if 'hidden' in a and 'disabled' in a:   # nobody meets it, and it is never sent
            return
        self.controls.append((tag, a))
        if (a.get('autocomplete'), a.get('spellcheck'), a.get('translate')) != (
                'off', 'false', 'no'):
            self.fault('%s may be written down: %s' % (tag, a))
        if a.get('type') == 'file':
            self.has_file = True
        elif self.has_file:
            self.fault('text behind a file: %s' % a)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.fault('closed out of turn: %s' % tag)

    def handle_data(self, data):
        if self.open and self.open[-1] == 'title':
            self.title += data
        elif self.open and self.open[-1] == 'style':
            self.style = data
        elif self.open and self.open[-1] == 'script':
            self.guard += data
        else:
            self.text.append(data)


def check(folder):
    faults, policy = [], (folder / 'policy').read_text()
    start_policy = (folder / 'start-policy').read_text()
    if 'script' in policy:
        faults.append('the policy of answers lets scripts run')
    pages = sorted(folder.glob('*.html'))
    for path in pages:
        raw = path.read_bytes()
        page = Page(path.name, raw.decode('utf-8'))
        kind, lang = path.name.split('.')[0], path.name.split('.')[1]
        faults += page.faults
        words = ' '.join(page.text).lower()
        digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
        if "style-src 'sha256-%s'" % digest not in policy:
            faults.append('%s: the policy names another style' % path.name)
        # The page that everybody gets has the script that seals; answers to a post, and
        # the page that takes nothing, have none.
        guard = base64.b64encode(hashlib.sha256(page.guard.encode()).digest()).decode()
        if kind.startswith(('start', 'closed')) and kind != 'start-cdn':
            if len(page.scripts) != 2 or "script-src 'sha256-%s' 'self';" % guard not in start_policy:
                faults.append('%s: scripts: %s' % (path.name, page.scripts))
        elif page.scripts:
            faults.append('%s: has a script' % path.name)
        if page.title not in TITLES:
            faults.append('%s: the title tells something: %s' % (path.name, page.title))
        if '<html lang=%s ' % lang not in raw.decode():
            faults.append('%s: in another language' % path.name)
        if kind.startswith('start') and len(raw) > START_MAX:
            faults.append('%s: %d bytes' % (path.name, len(raw)))
        if kind in ('start-direct', 'start-proxy', 'start-cdn') and 'anónim' in words.replace(
                'anonym', 'anónim'):
            faults.append('%s: says anonymous of an ordinary connection' % path.name)
        if kind == 'start-cdn' and '<form' in raw.decode():
            faults.append('%s: has a form' % path.name)
        if kind.startswith(('answers-none', 'words')) and len(raw) != 65536:
            faults.append('%s: its size tells something' % path.name)
        if re.search(r'\{\{|\}\}|\[\[|\]\]|\{[a-z]', ' '.join(page.text)):
            faults.append('%s: a template shows' % path.name)
        if kind == 'write-problem' and "<script>alert('&')</script>" not in ' '.join(page.text):
            faults.append('%s: text did not come back as it was' % path.name)
    if len(pages) < 60:
        faults.append('only %d pages' % len(pages))
    return faults


def main():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.argv[1], folder], check=True)
        faults = check(pathlib.Path(folder))
    print('\n'.join(faults) if faults else 'every page is right')
    sys.exit(1 if faults else 0)


main()
