"""How a secret may look once a program has written it into JSON, XML, a URL, a command line or a transport's bytes."""

from __future__ import annotations

import base64
import json
import urllib.parse
from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape

_TELLING: Final = 5
"""Characters of base64 that are enough to be no chance."""
_POWERSHELL: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "'": "\\u0027"})


def forms(value: str) -> frozenset[str]:
    """Every form of a secret that is taken out of text, the secret itself among them."""
    return frozenset(form for form in (value, *_quoted(value), *_escaped(value), *_encoded(value)) if form)


def _quoted(value: str) -> Iterator[str]:
    """In a connection string of ODBC, in a literal of PowerShell or T-SQL, on a command line."""
    yield value.replace("}", "}}")
    yield value.replace("'", "''")
    yield value.replace('"', '\\"')
    yield value.replace('"', '""')


def _escaped(value: str) -> Iterator[str]:
    for text in (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]):
        yield from (text, text.translate(_POWERSHELL), text.replace("/", "\\/"))
    for quotes in ({}, {'"': "&quot;"}, {'"': "&quot;", "'": "&apos;"}, {'"': "&quot;", "'": "&#39;"},
                   {'"': "&#34;", "'": "&#39;"}, {'"': "&quot;", "'": "&#x27;"}):  # fmt: skip
        text = escape(value, quotes)
        yield from (text, text.encode("ascii", "xmlcharrefreplace").decode("ascii"))
    for text in (
        urllib.parse.quote(value, safe="", errors="replace"),
        urllib.parse.quote_plus(value, errors="replace"),
        urllib.parse.quote(value, errors="replace"),
    ):
        yield from (text, _lower_hex(text))


def _lower_hex(text: str) -> str:
    first, *rest = text.split("%")
    return "%".join([first, *(part[:2].lower() + part[2:] for part in rest)])


def _encoded(value: str) -> Iterator[str]:
    utf8, little, big = (value.encode(name, "replace") for name in ("utf-8", "utf-16-le", "utf-16-be"))
    for raw in (utf8, little, big):
        yield from (raw.hex(), raw.hex().upper())
        yield from _base64(raw)
    # Bytes of UTF-16 that were taken for one character each.
    yield from (little.decode("latin-1"), big.decode("latin-1"))
    yield utf8.decode("latin-1")


def _base64(raw: bytes) -> Iterator[str]:
    """What of base64 follows from these bytes alone, wherever they stand in what was encoded (a Basic header)."""
    for before in range(3):
        coded = base64.b64encode(bytes(before) + raw).decode("ascii")
        sure = coded[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
        if len(sure) >= _TELLING:
            yield from (sure, sure.replace("+", "-").replace("/", "_"))
