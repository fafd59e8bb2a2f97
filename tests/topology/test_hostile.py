"""Files made to harm: each is one clear problem with a hint, quickly and in bounded memory."""

from __future__ import annotations

import io
import socket
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest

from lync_wizard import topology
from lync_wizard.core.yaml_document import Problem, Problems
from lync_wizard.topology import safe_xml

CASES = Path(__file__).parent / "cases"
GOOD = (CASES / "enterprise.xml").read_bytes()
NAMESPACE = "urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008"


def refused(data: bytes, name: str = "x") -> Problem:
    """The one problem of a file that must not be read."""
    problems = Problems()
    assert topology.read_bytes(data, name, problems) is None
    (problem,) = problems
    assert problem.hint.endswith(".")
    assert len(problem.message) < 300
    return problem


def packed(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return target.getvalue()


BOMB = (
    "<!DOCTYPE Topology [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    + "]>"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "body",
    [
        f'{BOMB}<Topology xmlns="{NAMESPACE}">&a11;</Topology>',
        f'{BOMB}<Topology xmlns="{NAMESPACE}" Signature="&a11;"/>',
        '<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]><t>&x;</t>',
        '<!DOCTYPE t [<!ENTITY % x SYSTEM "http://192.0.2.1/x.dtd"> %x;]><t/>',
        '<!DOCTYPE t SYSTEM "http://192.0.2.1/x.dtd"><t/>',
        f"<!--{'x' * 200_000}--><!DOCTYPE t [<!ENTITY x 'y'>]><t>&x;</t>",
    ],
    ids=["bomb", "bomb in an attribute", "file", "parameter", "external subset", "behind a long comment"],
)
def test_entities_are_refused_before_anything_is_parsed(
    body: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_: object) -> None:
        raise AssertionError("a topology file reached for the network")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    assert "document type declaration" in refused(body.encode(encoding)).message


def test_an_entity_that_nothing_declares_is_no_topology() -> None:
    assert "not well-formed" in refused(f'<Topology xmlns="{NAMESPACE}">&secret;</Topology>'.encode()).message


@pytest.mark.parametrize("levels", [100, 3000, 100_000])
def test_deep_nesting_is_refused(levels: int) -> None:
    inner = GOOD[GOOD.index(b"<Topology") :]
    assert "levels deep" in refused(b"<a>" * levels + inner + b"</a>" * levels).message


def test_the_wrapper_of_the_management_store_is_not_too_deep() -> None:
    problems = Problems()
    inner = GOOD[GOOD.index(b"<Topology") :]
    assert topology.read_bytes(b"<a>" * 30 + inner + b"</a>" * 30, "x", problems) is not None


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_a_truncated_document_says_that_it_is_cut_short(part: float, encoding: str) -> None:
    data = GOOD.decode().rstrip().encode(encoding)
    assert "cut short" in refused(data[: int(len(data) * part)]).hint


def test_a_document_that_is_too_large_is_not_parsed() -> None:
    assert "larger than" in refused(b"<a>" + b" " * safe_xml.MOST_BYTES + b"</a>").message


@pytest.mark.parametrize(
    ("before", "behind"),
    [(b'<a b="', b'"/>'), (b"<a>", b"</a>"), (b"<a><!--", b"--></a>"), (b"<a><![CDATA[", b"]]></a>"), (b"<", b"/>"),
     (b"<a><?p ", b"?></a>"), (b"<a ", b"='1'/>")],
)  # fmt: skip
def test_a_single_enormous_value_is_refused(before: bytes, behind: bytes) -> None:
    assert "more in one place" in refused(before + b"x" * 20_000_000 + behind).message


def test_a_document_of_nothing_but_tags_is_not_parsed() -> None:
    assert "tags and attributes" in refused(b"<a>" + b"<b/>" * safe_xml.MOST_MARKS + b"</a>").message


def test_a_large_file_on_disk_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "big.xml"
    with path.open("wb") as stream:
        stream.truncate(500_000_000)
    problems = Problems()
    tracemalloc.start()
    try:
        assert topology.read(path, problems) is None
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 3 * safe_xml.MOST_BYTES
    assert len(problems) == 1


@pytest.mark.parametrize("name", ["../DocItemSet.xml", "a/../../b.xml", "/etc/x.xml", "\\\\server\\x.xml", "C:\\x.xml"])
def test_names_that_lead_out_of_an_archive_refuse_it(name: str, tmp_path: Path) -> None:
    problem = refused(packed(("DocItemSet.xml", GOOD), (name, b"<a/>")))
    assert "points outside the archive" in problem.message
    assert list(tmp_path.iterdir()) == []


def test_a_member_of_200_megabytes_is_not_unpacked() -> None:
    data = packed(("DocItemSet.xml", b"<a>" + b" " * 200_000_000))
    tracemalloc.start()
    try:
        assert "larger than 64 MB" in refused(data).message
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * safe_xml.MOST_BYTES


def test_a_member_whose_header_lies_about_its_size_is_not_believed() -> None:
    content = b"<a>" + b" " * 100_000_000
    data = packed(("DocItemSet.xml", content))
    lied = data.replace(len(content).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert lied != data
    assert refused(lied).where is not None


def test_members_are_limited_all_together() -> None:
    big = b"<a>" + (b" " * 1_000_000 + b"<b/>") * 67 + b"</a>"
    data = packed(*((f"{n}.xml", big) for n in range(4)))
    assert "makes the archive larger than 192 MB" in refused(data).message


def test_an_archive_of_very_many_files_is_not_listed() -> None:
    assert "more than 2000 files" in refused(packed(*((f"{n}.txt", b"") for n in range(2500)))).message


def test_archives_in_archives_are_not_opened() -> None:
    assert "holds no topology" in refused(packed(("inner.zip", packed(("DocItemSet.xml", GOOD))))).message


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compression_that_lync_does_not_use_is_refused(method: int) -> None:
    assert "compressed in a way" in refused(packed(("DocItemSet.xml", GOOD), method=method)).message


def test_an_encrypted_member_is_refused() -> None:
    data = bytearray(packed(("DocItemSet.xml", GOOD)))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    data[6] |= 1
    assert "encrypted" in refused(bytes(data)).message


@pytest.mark.parametrize("part", [0.2, 0.9, 0.99])
def test_a_truncated_archive_is_a_problem(part: float) -> None:
    data = packed(("DocItemSet.xml", GOOD))
    assert "not a complete ZIP" in refused(data[: int(len(data) * part)]).message


def test_a_member_without_a_name_does_no_harm() -> None:
    data = bytearray(packed(("~", b"<b/>")))
    for place in (data.index(b"~"), data.rindex(b"~")):
        data[place] = 0
    assert "holds no topology" in refused(bytes(data)).message


def test_a_damaged_member_is_a_problem() -> None:
    data = bytearray(packed(("DocItemSet.xml", GOOD)))
    data[200:220] = bytes(20)
    assert "cannot be read" in refused(bytes(data)).message
    assert zlib.crc32(GOOD)


@pytest.mark.parametrize("data", [b"", b" \r\n ", b"\xff\xfe", b"\xef\xbb\xbf", b"\0" * 100])
def test_an_empty_file_is_called_empty(data: bytes) -> None:
    assert "empty" in refused(data).message


@pytest.mark.parametrize("data", [b"MZ\x90\0", b"%PDF-1.7", b"plain words", b"<", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n"])
def test_other_files_are_problems(data: bytes) -> None:
    refused(data)


def test_a_file_that_is_not_there_and_a_folder_are_problems(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.xml", tmp_path):
        problems = Problems()
        assert topology.read(path, problems) is None
        assert "cannot be read" in str(next(iter(problems)))


def test_strange_sentences_are_limited() -> None:
    names = (" ".join(f'A{part}_{n}="x"' for n in range(150)) for part in range(100))
    pieces = GOOD.decode().split("<Machine ")
    data = pieces[0] + "".join(f"<Machine {next(names)} {piece}" for piece in pieces[1:])
    problems = Problems()
    found = topology.read_bytes(data.encode(), "x", problems)
    assert found is not None
    assert len(found.findings) < 210
    assert "More inconsistencies were found" in " ".join(found.findings)


def test_an_element_with_very_many_attributes_takes_no_longer_than_others() -> None:
    names = " ".join(f'A{n}=""' for n in range(200_000))
    problems = Problems()
    data = GOOD.decode().replace("<FileStoreService ", f"<FileStoreService {names} ")
    found = topology.read_bytes(data.encode(), "x", problems)
    assert found is not None
    assert max(len(role.attributes) for pool in found.deployment.pools for role in pool.roles) == 200


def test_characters_that_move_the_cursor_do_not_reach_the_reader() -> None:
    data = GOOD.replace(b"<Name>Redmond</Name>", "<Name>Red\u009b2Jmond\u202e</Name>".encode())
    data = data.replace(b"fe02.contoso.com", "fe02\u009b31m.contoso.com".encode())
    problems = Problems()
    found = topology.read_bytes(data, "x", problems)
    assert found is not None
    shown = [found.deployment.sites[0].name, *found.deployment.host_fqdns, *found.findings]
    assert all(text.isprintable() for text in shown)
