"""XML in any encoding that Windows makes, as a tree; whatever could harm is refused before it is parsed."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from lync_wizard.core.yaml_document import Mark, Problems

MOST_BYTES: Final = 64 * 1024 * 1024
"""Of one document. A topology of 5,000 servers has less than a fifth of that."""
MOST_MARKS: Final = 1_000_000
"""Tags and attributes of one document: each costs a few hundred bytes of memory once parsed. A topology of 5,000
servers has 400,000."""
DEEPEST: Final = 60
"""Levels of elements; a topology inside its wrapper in the Central Management store has fifteen."""

_DECLARED: Final = re.compile(rb"<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})")
_SINGLE_BYTE: Final = re.compile(r"iso-8859-[0-9]{1,2}|windows-125[0-8]")
_TOO_MUCH: Final = re.compile(r"limit|huge|too (?:long|big)", re.I)
"""What versions of libxml2 say of a name, a value or a text beyond their own bound, in one of these words."""
_BLANK: Final = b" \t\r\n"
_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_AGAIN: Final = "Export or copy the file again; this one is damaged or was cut short."

_OTHER: Final = "Choose the file that Lync or Topology Builder wrote."
_TOO_DEEP: Final = (f"has elements within elements more than {DEEPEST} levels deep", _OTHER)


def encoding_of(data: bytes) -> str:
    """The encoding of an XML document as Python names it, from its first bytes; empty where it is none that is read.

    A byte order mark or the place of zero bytes decides over the declaration: a string that declares UTF-16 is often
    saved as UTF-8.
    """
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return ""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    if len(data) > 1 and not (data[0] and data[1]):
        return "utf-16-le" if data[0] else "utf-16-be" if data[1] else ""
    declared = _DECLARED.match(data[:400].lstrip(_BLANK))
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    if name in {"utf-8", "utf8", "utf-16", "us-ascii", "ascii", "unicode"}:
        return "utf-8"
    return name if _SINGLE_BYTE.fullmatch(name) else ""


def looks_like_xml(data: bytes) -> bool:
    """Whether the first bytes of a file are those of an XML document in an encoding that is read."""
    encoding = encoding_of(data)
    if not encoding:
        return False
    even = data[: min(len(data), 400) // 2 * 2]
    return even.decode(encoding, "replace").lstrip("\ufeff \t\r\n").startswith("<")


def hardened(encoding: str, *, blanks: bool = True, target: object | None = None) -> etree.XMLParser:
    """A parser that expands no entity, asks no network and reads no other file, for :func:`encoding_of`'s answer.

    ``blanks`` False drops text of nothing but blanks; with a ``target`` no tree is built.
    """
    return etree.XMLParser(
        encoding=encoding.replace("-le", "le").replace("-be", "be"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=not blanks,
        collect_ids=False,
        target=target,
    )


def without_mark(data: bytes) -> bytes:
    """The bytes behind a byte order mark, which libxml2 counts as text once it is told the encoding."""
    for mark, _ in _BOMS:
        data = data.removeprefix(mark)
    return data


def parse(data: bytes, shown: str, problems: Problems) -> etree._Element | None:
    """The root of a document, or None and a problem that says where and why. Never raises, asks no network, reads no
    other file, and expands no entity; memory is bounded by :data:`MOST_BYTES` and :data:`MOST_MARKS`.
    """
    refusal = _refusal(data)
    if refusal:
        problems.add(Mark(shown, 1, 1), "", *refusal)
        return None
    encoding = encoding_of(data)
    try:
        root = etree.fromstring(_trimmed(data, encoding), hardened(encoding, blanks=False))
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        line, column = getattr(error, "position", (1, 1))
        message = re.sub(r", line [0-9]+, column [0-9]+.*", "", str(error), flags=re.DOTALL)
        where = Mark(shown, max(line or 1, 1), max(column or 1, 1))
        if "depth" in message.lower():
            problems.add(where, "", *_TOO_DEEP)
        elif _TOO_MUCH.search(message):
            problems.add(where, "", "holds more in one place than any topology does", _OTHER)
        else:
            problems.add(where, "", f"is not well-formed XML: {message}", _AGAIN)
        return None
    if root.xpath(f"boolean({'/*' * (DEEPEST + 1)})"):
        problems.add(Mark(shown, 1, 1), "", *_TOO_DEEP)
        return None
    return root


def _refusal(data: bytes) -> tuple[str, str] | None:
    """Message and hint where a document must not be parsed at all."""
    if len(data) < 4 or not data.strip(_BLANK + b"\0"):
        return "is empty", "Choose a file that holds a topology."
    if len(data) > MOST_BYTES:
        return (
            f"is larger than {MOST_BYTES >> 20} MB, which no topology is",
            "Choose the topology file, not a database or a log.",
        )
    encoding = encoding_of(data)
    if not encoding:
        return "is neither UTF-8 nor UTF-16 text", "Save it again as UTF-8, or choose the original file."
    if data.find("<!DOCTYPE".encode(encoding)) >= 0:
        return (
            "has a document type declaration, which Lync never writes and which could hide an attack",
            "Export the topology again; do not trust this file.",
        )
    if data.count(b"<") + data.count(b"=") > MOST_MARKS:
        return (
            f"has more than {MOST_MARKS:,} tags and attributes, which no topology has",
            _OTHER,
        )
    return None


def _trimmed(data: bytes, encoding: str) -> bytes:
    """Without byte order mark, outer blanks and the zero bytes of a file that was written in blocks."""
    for mark, name in _BOMS:
        if name == encoding:
            data = data.removeprefix(mark)
    if not encoding.startswith("utf-16"):
        return data.strip(_BLANK + b"\0")
    start, end = 0, len(data) // 2 * 2
    blanks = {character.encode(encoding) for character in " \t\r\n\0"}
    while start < end and data[start : start + 2] in blanks:
        start += 2
    while end > start and data[end - 2 : end] in blanks:
        end -= 2
    return data[start:end]
