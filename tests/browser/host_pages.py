"""Pages of other people that embed the widget, under a policy that forbids what it may not need."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
    "require-trusted-types-for 'script'"
)
STYLE = """
html { color-scheme: light dark; font-family: sans-serif; }
html.gross { font-size: 200%; }
html.hell { color-scheme: normal; }
html.hell main { padding: 0; }
body { margin: 0; background: light-dark(#fff, #111); color: light-dark(#111, #eee); }
main { max-width: 48rem; margin: 0 auto; padding: 0 1rem; }
a { display: inline-block; min-height: 44px; color: inherit; }
"""
PAGE = """<!doctype html>
<html lang="{language}" class="{look}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Eine Seite</title>
<link rel="stylesheet" href="/host.css">
<script type="module" src="/widget/v1/kgc-chat.js"></script>
</head>
<body>
<main>
<h1>Eine Seite</h1>
<p><a id="davor" href="#davor">Davor</a></p>
<kgc-chat{attributes}></kgc-chat>
<p><a id="danach" href="#danach">Danach</a></p>
</main>
</body>
</html>
"""


def host_page(attributes: Mapping[str, str], *, language: str = "de", look: str = "") -> str:
    """A page with the element; `attributes` are its own, `look` is a class of STYLE."""
    given = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return PAGE.format(language=language, look=look, attributes=given)
