"""A file that is refused says how it came about, and what to do instead."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from lync_wizard import topology
from lync_wizard.core.yaml_document import Problems

DOCUMENT = (Path(__file__).parent / "cases" / "enterprise.xml").read_text(encoding="utf-8")
UMLAUT = DOCUMENT.replace("<Name>", "<Name>K\u00f6ln ", 1)
DECLARED = f'<?xml version="1.0" encoding="utf-8"?>\n{UMLAUT}'
CLIXML = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"><S>x</S></Objs>'
TRANSCRIPT = (
    f"{'*' * 22}\nWindows PowerShell transcript start\n{'*' * 22}\nPS C:\\> (Get-CsTopology -AsXml)\n{DOCUMENT}"
)
LISTED = "\n\nIdentity       : global\nActiveTopology : Microsoft.Rtc.Management.Deploy.Topology\n\n"
TABLE = "\nxml             Topology\n---             --------\nversion         Topology\n"
AT_PROMPT = f"PS C:\\Users\\admin> (Get-CsTopology -AsXml).ToString()\n{DOCUMENT}"


def hard_wrapped(text: str, width: int) -> str:
    """As a console does it: after so many characters, wherever that is."""
    flat = text.replace("\n", "")
    return "\n".join(flat[at : at + width] for at in range(0, len(flat), width))


def zipped(name: str, content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        (CLIXML.encode("utf-16"), "what Export-Clixml wrote", "in place of Export-Clixml"),
        (TRANSCRIPT.encode(), "is a transcript of a PowerShell window", "a file of its own"),
        (AT_PROMPT.encode("utf-8-sig"), "is a transcript of a PowerShell window", "a file of its own"),
        (hard_wrapped(DOCUMENT, 80).encode(), "is wrapped at 80 columns", "do not copy it from a console"),
        (hard_wrapped(DOCUMENT, 120).encode("utf-16"), "is wrapped at 120 columns", "do not copy it from a console"),
        (zipped("Config.zip", zipped("DocItemSet.xml", DOCUMENT.encode())), "ZIP around another ZIP", "Config.zip"),
        (DECLARED.encode("cp1252"), "was saved as ANSI", "Save it again as UTF-8"),
        (UMLAUT.encode("cp1252"), "was saved as ANSI", "Save it again as UTF-8"),
        (LISTED.encode("utf-16"), "holds no XML: it is what PowerShell shows of objects", "Get-CsTopology -AsXml"),
        (TABLE.encode(), "holds no XML: it is what PowerShell shows of objects", "Get-CsTopology -AsXml"),
        (b'"Identity","Fqdn"\n"1","fe01.contoso.com"\n', "holds no XML: it is text of another kind", ".tbxml"),
    ],
    ids=[
        "clixml",
        "transcript",
        "prompt",
        "80 columns",
        "120 columns",
        "ZIP in a ZIP",
        "ANSI as UTF-8",
        "ANSI",
        "list",
        "table",
        "CSV",
    ],
)
def test_a_refusal_names_how_the_file_came_about(data: bytes, message: str, hint: str) -> None:
    problems = Problems()
    assert topology.read_bytes(data, "topology.xml", problems) is None
    [found] = problems
    assert message in found.message
    assert hint in found.hint


@pytest.mark.parametrize(
    "data",
    [
        DOCUMENT.encode(),
        DOCUMENT.replace("\n", "").encode(),
        DECLARED.encode(),
        zipped("DocItemSet.xml", DOCUMENT.encode()),
    ],
    ids=["lines", "one line", "umlaut", "ZIP"],
)
def test_what_is_no_such_file_is_read(data: bytes) -> None:
    problems = Problems()
    assert topology.read_bytes(data, "topology.xml", problems)
    assert list(problems) == []
