#!/usr/bin/env python3
"""Pages that are not ours, each for one thing: what a server that lies could send instead of the first page.

usage: site.py make    writes the files under site/
       site.py check   compares them with what would be written
"""
import re

from tricks import main

HASH = b'sha256-' + b'A' * 43 + b'='
PIN = b'RWQAAQIDBAUGB9BKsjJ0K7SrOhNovUYV5ObQIkq3GgFrr4UgozLJd4c3'
GUARD = b'<script>for (var i = 0; i < 2; i++) look();</script>\n'
SEALER = (b'<script id=seal defer src="/tips/seal-es.js" integrity="' + HASH + b'" data-pin="' + PIN +
          b'" data-prefix="/tips"></script>\n')
BOX = b'<section id=guard class=note hidden>\n<div hidden>\n<p>x</p>\n<button type=button class=quiet>x</button>\n</div>\n</section>\n'
STYLE = b'<style>p{margin:0}</style>\n'
FORM = (b'<form method=post action="/tips/" enctype=multipart/form-data accept-charset=utf-8 autocomplete=off>\n'
        b'<textarea id=words name=words rows=3 required dir=ltr ></textarea>\n<button>Go</button>\n</form>\n')
GOOD = (b'<!doctype html>\n<html lang=es dir=ltr translate=no>\n<head>\n<meta charset=utf-8>\n'
        b'<meta name=viewport content="width=device-width">\n<title>Contacto</title>\n'
        b'<link rel=icon href="data:,">\n' + STYLE + b'</head>\n<body>\n<main>\n' + GUARD + SEALER +
        b'<h1 id=h>La Gaceta &amp; otros</h1>\n<p class="note warn" role=alert hidden aria-live=off>\xc3\xb1</p>\n'
        b'<a href="#ways">x</a><a href="about:blank" rel=noreferrer>x</a>'
        b'<a href="/tips/?lang=ar&amp;story=agua" lang=ar>x</a><a href="https://example.org/a?b=1&amp;c=2">x</a>\n' +
        FORM + b'</main>\n</body>\n</html>\n')


def changed(old, new, n=1):
    assert old in GOOD, old
    return GOOD.replace(old, new, n)


def body(more):
    return changed(b'<h1', more + b'<h1')


def head(more):
    return changed(b'<title>', more + b'<title>')


def tricks():
    plain = re.sub(rb'<script.*</script>\n', b'', GOOD, flags=re.S)
    return {
        'good-page.html': GOOD,
        'good-without-scripts-and-forms.html': plain.replace(FORM, b''),
        # scripts
        'format-script-inline.html': body(b'<script>x</script>'),
        'format-script-twice.html': body(SEALER),
        'format-script-elsewhere.html': changed(b'"/tips/seal', b'"https://evil.example/tips/seal'),
        'format-script-without-scheme.html': changed(b'"/tips/seal', b'"//tips/seal'),
        'format-script-outside-prefix.html': changed(b'"/tips/seal', b'"/seal'),
        'format-script-other-file.html': changed(b'seal-es.js', b'seal-es.js.js'),
        'format-script-other-language.html': changed(b'seal-es.js', b'seal-fr.js'),
        'format-script-parent.html': changed(b'seal-es.js', b'seal-../x.js'),
        'format-script-query.html': changed(b'seal-es.js', b'seal-es.js?a'),
        'format-script-entity.html': changed(b'seal-es.js', b'seal&#45;es.js'),
        'format-script-no-hash.html': changed(b' integrity="' + HASH + b'"', b''),
        'format-script-empty-hash.html': changed(HASH, b''),
        'format-script-two-hashes.html': changed(HASH, HASH + b' ' + HASH.replace(b'A', b'B')),
        'format-script-sha512.html': changed(b'sha256-', b'sha512-'),
        'format-script-content.html': changed(b'"/tips"></script>', b'"/tips">x</script>'),
        'format-script-other-pin.html': changed(PIN, PIN.replace(b'd4c3', b'd4c4')),
        'format-script-pin-before.html': changed(GUARD, GUARD + b'<b id=seal data-pin=x data-prefix="/tips"></b>'),
        'good-box.html': changed(GUARD, BOX + GUARD),
        'format-box-on-top.html': changed(b'<html ', b'<html id=guard '),
        'format-box-of-all.html': changed(b'<main>', b'<main id=guard>'),
        'format-box-twice.html': changed(GUARD, BOX + BOX + GUARD),
        'format-box-behind.html': changed(SEALER, SEALER + BOX),
        'format-box-open.html': changed(GUARD, BOX.replace(b'</section>', b'') + GUARD),
        'format-box-table.html': changed(GUARD, BOX.replace(b'<p>', b'<table><p>') + GUARD),
        'format-box-section.html': changed(GUARD, BOX.replace(b'<p>', b'<section>') + GUARD),
        'format-script-pin-on-top.html': changed(b'<html ', b'<html id=seal data-pin=x '),
        'format-script-without-id.html': changed(b'<script id=seal ', b'<script '),
        'format-script-no-pin.html': changed(b' data-pin="' + PIN + b'"', b''),
        'format-script-other-prefix.html': changed(b'data-prefix="/tips"', b'data-prefix="//evil.example"'),
        'format-script-first.html': changed(GUARD + SEALER, SEALER + GUARD),
        'format-script-module.html': changed(b'<script>', b'<script type=module>'),
        'format-script-nonce.html': changed(b'<script>', b'<script nonce=a>'),
        'format-script-upper-case.html': body(b'<SCRIPT>x</SCRIPT>'),
        'format-script-end-with-space.html': changed(b'look();</script>', b'look();</script >'),
        'format-script-end-in-capitals.html': changed(b'look();</script>', b'look();</SCRIPT><b></b></script>'),
        'format-script-comment.html': changed(b'look();', b'<!--<script>'),
        'format-script-no-end.html': GOOD[:GOOD.index(b'look()')],
        'format-script-in-head.html': head(b'<script>x</script>'),
        'format-guard-missing.html': changed(GUARD, b''),
        'format-guard-behind-a-form.html': GOOD.replace(GUARD + SEALER, b'').replace(FORM, FORM + GUARD + SEALER),
        'format-sealer-missing.html': changed(SEALER, b''),
        'format-form-without-scripts.html': plain,
        # elements and attributes
        **{'format-element-%s.html' % name: body(b'<%s>' % name.encode()) for name in (
            'img', 'iframe', 'object', 'embed', 'svg', 'math', 'video', 'audio', 'source', 'track', 'canvas',
            'template', 'noscript', 'base', 'meta', 'link', 'style', 'title', 'frameset', 'applet', 'portal', 'dialog',
            'plaintext', 'xmp', 'noembed', 'image', 'html', 'body', 'head', 'area', 'picture', 'slot', 'x-own')},
        'format-onclick.html': changed(b'<h1 id=h', b'<h1 id=h onclick=x'),
        'format-style-attribute.html': changed(b'<h1 id=h', b'<h1 id=h style="background:url(//x)"'),
        'format-background.html': changed(b'<body>', b'<body background=x>'),
        'format-body-onload.html': changed(b'<body>', b'<body onload=x>'),
        'format-html-manifest.html': changed(b'<html ', b'<html manifest=x '),
        'format-formaction.html': changed(b'<button>', b'<button formaction=//evil.example>'),
        'format-form-attribute.html': changed(b'<button>', b'<button form=x>'),
        'format-input-image.html': body(b'<input type=image>'),
        'format-attribute-twice.html': changed(b'<h1 id=h', b'<h1 id=h id=g'),
        'format-attribute-in-capitals.html': changed(b'<h1 id=h', b'<h1 ID=h'),
        'format-attribute-single-quotes.html': changed(b'<h1 id=h', b"<h1 id='h'"),
        'format-attribute-slash.html': changed(b'<h1 id=h', b'<h1/id=h'),
        'format-attribute-equals-space.html': changed(b'<h1 id=h', b'<h1 id =h'),
        'format-attribute-tab.html': changed(b'<h1 id=h', b'<h1\tid=h'),
        'format-attribute-newline.html': changed(b'<h1 id=h', b'<h1\nid=h'),
        'format-attribute-lower-than.html': changed(b'"note warn"', b'"note <b warn"'),
        'format-attribute-empty.html': changed(b'<h1 id=h', b'<h1 id='),
        'format-attribute-no-end.html': GOOD[:GOOD.index(b'note')],
        'format-attributes-many.html': changed(b'<h1 id=h', b'<h1' + b''.join(b' data-%c=1' % c for c in b'abcdefghijklmnopqrstuvwxyz')),
        'format-self-closing.html': body(b'<br/>'),
        'format-end-with-attribute.html': changed(b'</h1>', b'</h1 id=x>'),
        'format-end-unknown.html': body(b'</svg>'),
        # where it leads
        **{'format-link-%d.html' % i: changed(b'"#ways"', b'"' + link + b'"') for i, link in enumerate((
            b'https://evil.example/', b'//evil.example', b'/other/', b'/tips', b'/tips/?lang=es&amp;x=y', b'/tips//evil',
            b'/tips/?lang=', b'javascript:alert(1)', b'data:text/html,x', b'about:config', b'#', b'#a b', b'',
            b'https://example.org/a', b'https://example.org/a?b=1&amp;c=2x', b'/tips/\\evil', b'mailto:x@evil.example',
            b'/tips/?lang=es&story=agua', b' #ways'))},
        'format-link-download.html': changed(b'<a href="#ways"', b'<a href="#ways" download'),
        'format-link-ping.html': changed(b'<a href="#ways"', b'<a href="#ways" ping=/x'),
        'format-link-target.html': changed(b'<a href="#ways"', b'<a href="#ways" target=x'),
        'format-action-elsewhere.html': changed(b'action="/tips/"', b'action="https://evil.example/tips/"'),
        'format-action-without-scheme.html': changed(b'action="/tips/"', b'action="//tips/"'),
        'format-action-deeper.html': changed(b'action="/tips/"', b'action="/tips/x/"'),
        'format-action-missing.html': changed(b' action="/tips/"', b''),
        'format-method-get.html': changed(b'method=post', b'method=get'),
        'format-form-remembered.html': changed(b' autocomplete=off>', b'>'),
        'format-icon.html': changed(b'"data:,"', b'"/favicon.ico"'),
        'format-stylesheet.html': changed(b'rel=icon', b'rel=stylesheet'),
        'format-preconnect.html': head(b'<link rel=preconnect href="//evil.example">'),
        'format-meta-refresh.html': head(b'<meta http-equiv=refresh content="0;url=//evil.example">'),
        'format-meta-referrer.html': head(b'<meta name=referrer content=unsafe-url>'),
        'format-meta-charset-and-referrer.html': changed(b'charset=utf-8', b'charset=utf-8 name=referrer content=unsafe-url'),
        'format-meta-viewport-and-charset.html': changed(b'name=viewport', b'charset=utf-7 name=viewport'),
        'format-meta-charset.html': changed(b'charset=utf-8', b'charset=utf-7'),
        # style
        'format-style-twice.html': head(STYLE),
        'format-style-missing.html': changed(STYLE, b''),
        'format-style-url.html': changed(b'margin:0', b'background:url(//x)'),
        'format-style-url-in-capitals.html': changed(b'margin:0', b'background:URL(//x)'),
        'format-style-escaped.html': changed(b'margin:0', b'background:u\\72l(//x)'),
        'format-style-import.html': changed(b'p{', b'@Import "x";p{'),
        'format-style-image-set.html': changed(b'margin:0', b'background:image-set("x" 1x)'),
        'format-style-font.html': changed(b'p{', b'@font-face{src:x}p{'),
        'format-style-element.html': changed(b'margin:0', b'</styl'),
        'format-style-media.html': changed(b'<style>', b'<style media=print>'),
        # text that a browser could read as elements
        'format-comment.html': body(b'<!-- x -->'),
        'format-cdata.html': body(b'<![CDATA[x]]>'),
        'format-doctype-twice.html': body(b'<!doctype html>'),
        'format-processing-instruction.html': body(b'<?php x ?>'),
        'format-lone-lower-than.html': body(b'1 < 2'),
        'format-entity-unknown.html': body(b'&notit;'),
        'format-entity-number.html': body(b'&#x3c;'),
        'format-ampersand.html': body(b'a & b'),
        'format-textarea-element.html': changed(b'></textarea>', b'><style></textarea><img src=x></style>'),
        'format-title-element.html': changed(b'Contacto', b'<b>'),
        'format-title-no-end.html': changed(b'</title>', b''),
        'format-text-in-head.html': head(b'x'),
        'format-text-behind.html': GOOD + b'x',
        'format-element-behind.html': GOOD + b'<p>',
        'format-element-between.html': changed(b'<body>', b'<p><body>'),
        'format-body-twice.html': changed(b'<main>', b'</body><body><main>'),
        # the whole
        'format-empty.html': b'',
        'format-cut.html': GOOD[:-9],
        'format-doctype.html': changed(b'<!doctype html>', b'<!DOCTYPE html PUBLIC "x">'),
        'format-no-doctype.html': GOOD[16:],
        'format-byte-order-mark.html': b'\xef\xbb\xbf' + GOOD,
        'format-other-language.html': changed(b'lang=es', b'lang=fr'),
        'format-no-language.html': changed(b'lang=es ', b''),
        'format-nul.html': body(b'\0'),
        'format-carriage-return.html': body(b'\r'),
        'format-escape.html': body(b'\x1b[2J'),
        'format-tab.html': body(b'\t'),
        'format-not-utf-8.html': body(b'\xff'),
        'format-utf-16.html': GOOD.decode().encode('utf-16'),
    }


if __name__ == '__main__':
    main('site', tricks())
