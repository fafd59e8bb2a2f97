"""The same document in every encoding that Windows makes is the same topology."""

from __future__ import annotations

from pathlib import Path

import pytest

from lync_wizard import topology
from lync_wizard.core.yaml_document import Problems
from tests.topology.rendering import AT, of_reading

DOCUMENT = (Path(__file__).parent / "cases" / "every-kind.xml").read_text(encoding="utf-8")
ELEMENTS = (
    "Topology InternalDomains InternalDomain Sites CentralSite Name Location Clusters Cluster ClusterId Machine "
    "NetInterface SqlInstances SqlInstance SqlInstanceId Services Service ServiceId DependsOn Dependency InstalledOn"
)
BOMS = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}


def read(data: bytes) -> list[str]:
    problems = Problems()
    found = topology.read_bytes(data, "topology.xml", problems, at=AT)
    assert [str(problem) for problem in problems] == []
    assert found is not None
    return list(of_reading(found))


@pytest.fixture(scope="module")
def expected() -> list[str]:
    return read(DOCUMENT.encode())


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize(
    "declaration", ["", '<?xml version="1.0"?>', '<?xml version="1.0" encoding="{}"?>'], ids=["bare", "plain", "full"]
)
@pytest.mark.parametrize("bom", [True, False], ids=["BOM", "no BOM"])
@pytest.mark.parametrize("encoding", list(BOMS))
def test_every_encoding_reads_alike(
    encoding: str, bom: bool, declaration: str, newline: str, expected: list[str]
) -> None:
    text = f"{declaration.format(encoding[:6])}{newline if declaration else ''}{DOCUMENT}".replace("\n", newline)
    assert read((BOMS[encoding] if bom else b"") + text.replace("\r\r", "\r").encode(encoding)) == expected


@pytest.mark.parametrize(
    ("declared", "encoding"), [("utf-16", "utf-8"), ("utf-8", "utf-16-le"), ("UTF-16", "utf-8-sig")]
)
def test_a_declaration_that_was_true_before_the_file_was_saved_anew_does_no_harm(
    declared: str, encoding: str, expected: list[str]
) -> None:
    assert read(f'<?xml version="1.0" encoding="{declared}"?>\n{DOCUMENT}'.encode(encoding)) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_blank_lines_around_the_document_do_no_harm(encoding: str, expected: list[str]) -> None:
    text = f'\r\n \r\n<?xml version="1.0"?>\r\n{DOCUMENT}\r\n\r\n\0'
    assert read(text.encode(encoding)) == expected


def test_prefixes_attribute_order_and_comments_do_not_matter() -> None:
    plain = (Path(__file__).parent / "cases" / "enterprise.xml").read_text(encoding="utf-8")
    other = plain.replace("<Topology xmlns=", "<t:Topology xmlns:t=")
    head, _, rest = other.partition("Signature=")
    for name in ELEMENTS.split():
        for opening in ("<", "</"):
            for end in (" ", ">"):
                rest = rest.replace(f"{opening}{name}{end}", f"{opening}t:{name}{end}")
    rest = rest.replace('SiteId="1" Number="1"', 'Number="1" SiteId="1"').replace(
        "<t:Sites>", "<!-- sites --><t:Sites>"
    )
    assert read(f"{head}Signature={rest}".encode()) == read(plain.encode())


def test_a_single_byte_encoding_is_read_where_it_is_declared() -> None:
    text = DOCUMENT.replace("Praha — Žižkov", "Brünn")
    assert read(f'<?xml version="1.0" encoding="windows-1252"?>{text}'.encode("cp1252")) == read(text.encode())


@pytest.mark.parametrize(
    "data",
    [
        DOCUMENT.encode("utf-32"),
        DOCUMENT.encode("utf-32-le"),
        b'<?xml version="1.0" encoding="ebcdic-cp-us"?><Topology/>',
    ],
    ids=["UTF-32", "UTF-32 without BOM", "EBCDIC"],
)
def test_other_encodings_are_refused_with_a_hint(data: bytes) -> None:
    problems = Problems()
    assert topology.read_bytes(data, "topology.xml", problems) is None
    assert [problem for problem in problems if not problem.hint] == []
    assert len(problems) == 1
