"""How a file that is no topology came about, where its bytes show it: the hint then says what to do instead."""

from __future__ import annotations

import re
from typing import Final

from lync_wizard.topology.safe_xml import encoding_of, without_mark

CLIXML: Final = "Objs"
"""The root element of what ``Export-Clixml`` writes."""
AS_CLIXML: Final = (
    "is what Export-Clixml wrote: a list of objects, not the topology",
    "Write `(Get-CsTopology -AsXml).ToString() > FILE` in place of Export-Clixml.",
)
_TRANSCRIPT: Final = re.compile(r"\A\s*(\*{15,}|PS [^\n<]*>|\[[^\]\n]*\]: PS )")
_SHOWN: Final = re.compile(r"^\s*\w+\s+: |^-{3,}( +-{3,})*\s*$", re.MULTILINE)
"""A line of a list of properties, or the line below the heads of a table."""
_HEAD: Final = 2000
_LEAST_LINES: Final = 6
_WIDTHS: Final = range(40, 300)


def wrapped(data: bytes) -> tuple[str, str] | None:
    """Message and hint for text that a console broke into lines of one width, names and all; None for any other."""
    lines = [line.rstrip("\r") for line in _text(data).split("\n")]
    width = max(map(len, lines), default=0)
    full = sum(len(line) == width for line in lines)
    if len(lines) < _LEAST_LINES or width not in _WIDTHS or full * 2 <= len(lines):
        return None
    return (
        f"is wrapped at {width} columns, in the middle of names",
        "Write the file with `(Get-CsTopology -AsXml).ToString() > FILE`; do not copy it from a console window.",
    )


def unreadable(data: bytes) -> tuple[str, str] | None:
    """Message and hint for what is no XML because of how it was saved; None where nothing shows it."""
    if _TRANSCRIPT.match(_text(data[:_HEAD])):
        return (
            "is a transcript of a PowerShell window: commands and prompts around the output",
            "Write the output into a file of its own, with `(Get-CsTopology -AsXml).ToString() > FILE`.",
        )
    text = _text(data[:_HEAD])
    if text.strip() and "<" not in text and "\0" not in text:
        shown = "what PowerShell shows of objects" if _SHOWN.search(text) else "text of another kind"
        return (
            f"holds no XML: it is {shown}",
            "Choose what `(Get-CsTopology -AsXml).ToString() > FILE` writes, a file of Topology Builder (.tbxml), "
            "or the ZIP of Export-CsConfiguration.",
        )
    if encoding_of(data) == "utf-8" and not _decodes(data):
        return (
            "was saved as ANSI, in a Windows code page, and declares or implies UTF-8",
            "Save it again as UTF-8, or take the original file; do not edit it.",
        )
    return None


def _text(data: bytes) -> str:
    encoding = encoding_of(data)
    return without_mark(data).decode(encoding, "replace") if encoding else ""


def _decodes(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
