"""Exports of any size and any ill will are read in bounded memory, and refused in words."""

from __future__ import annotations

import base64
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lync_wizard.backup.bounded_readers import Damaged
from lync_wizard.backup.export_readers import contents

HEADER = b'<?xml version="1.0" encoding="utf-8"?>\r\n<DocItemSet xmlns="urn:x">'


def users(number: int) -> Iterator[bytes]:
    yield HEADER
    name = base64.b64encode("Ärztehaus".encode()).decode()
    for index in range(number):
        contacts = "".join(
            f'<Contact Buddy="user{(index * 7 + n) % number}@contoso.com" DisplayName="{name}" Groups="1 {n}"/>'
            for n in range(5)
        )
        address = f"user{index}@contoso.com"
        yield (
            f'<DocItem Name="urn:lcd:{address}"><Data><HomedResource UserAtHost="{address}">'
            '<ContactGroups><ContactGroup Number="1" DisplayName="fg=="/></ContactGroups>'
            f"<Contacts>{contacts}</Contacts></HomedResource></Data></DocItem>"
        ).encode()
    yield b"</DocItemSet>"


def written(path: Path, *members: tuple[str, Iterator[bytes] | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            with archive.open(name, "w") as stream:
                for part in [content] if isinstance(content, bytes) else content:
                    stream.write(part)
    return path


MEASURE = """
import resource, sys
from pathlib import Path
from lync_wizard.backup.export_readers import contents
found = contents(Path(sys.argv[1]), "UserData")
print(found.counts["users"], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform == "win32", reason="peak memory of a process is asked otherwise there")
def test_two_hundred_thousand_users_are_read_in_the_memory_of_two_hundred(tmp_path: Path) -> None:
    peaks = []
    for number in (200, 200_000):
        path = written(tmp_path / f"{number}.zip", ("DocItemSet.xml", users(number)))
        done = subprocess.run(
            [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, timeout=120, check=True
        )
        count, peak = map(int, done.stdout.split())
        assert count == number
        peaks.append(peak // (1024 if sys.platform == "darwin" else 1))
    assert peaks[1] - peaks[0] < 16 * 1024


BOMB = b"\0" * 1024 * 1024


@pytest.mark.parametrize(
    ("members", "why"),
    [
        (
            [("DocItemSet.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><DocItemSet>&b;</DocItemSet>')],
            "document type declaration",
        ),
        ([("DocItemSet.xml", b"<DocItemSet><DocItem></DocItemSet>")], "not well-formed"),
        ([("DocItemSet.xml", HEADER + b"<DocItem Name='urn:lcd:a@b'>")], "not well-formed"),
        ([("DocItemSet.xml", b"")], "no XML"),
        ([("DocItemSet.xml", b"\x89PNG\r\n")], "not well-formed"),
        ([("../evil.xml", b"<a/>")], "points outside"),
        ([("C:\\evil.xml", b"<a/>")], "points outside"),
        ([("DocItemSet.xml", b"<a>" * 101 + b"</a>" * 101)], "levels deep"),
        ([("Other.xml", b"<Other/>")], "holds no user data"),
        (
            [("DocItemSet.xml", HEADER + b"</DocItemSet>"), ("Header.xml", b'<Header ItemCount="3"/>')],
            "its header says 3",
        ),
        ([], "without files"),
    ],
)
def test_hostile_and_broken_exports_are_refused_in_words(
    tmp_path: Path, members: list[tuple[str, bytes]], why: str
) -> None:
    with pytest.raises(Damaged, match=why):
        contents(written(tmp_path / "a.zip", *members), "UserData")


def test_an_archive_that_unpacks_without_end(tmp_path: Path) -> None:
    path = written(tmp_path / "bomb.zip", ("a.bin", (BOMB for _ in range(400))))
    tracemalloc.start()
    with pytest.raises(Damaged, match="unpacks to far more"):
        contents(path, "UserData")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 1024 * 1024


def test_an_archive_with_a_directory_without_end(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for index in range(45_000):
            archive.writestr(zipfile.ZipInfo(f"{index:060}"), b"")
    with pytest.raises(Damaged, match="its directory is larger"):
        contents(path, "UserData")


def test_no_archive_at_all(tmp_path: Path) -> None:
    for content in (b"", b"PK", b"not a zip", BOMB * 10):
        path = tmp_path / "none.zip"
        path.write_bytes(content)
        with pytest.raises(Damaged, match="not a complete ZIP"):
            contents(path, "UserData")


def test_encrypted_and_oddly_compressed_members(tmp_path: Path) -> None:
    path = tmp_path / "odd.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("DocItemSet.xml", b"<DocItemSet/>")
    with pytest.raises(Damaged, match="in a way that Lync does not use"):
        contents(path, "UserData")
    path = written(path, ("DocItemSet.xml", b"<DocItemSet/>"))
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    path.write_bytes(data)
    with pytest.raises(Damaged, match="encrypted"):
        contents(path, "UserData")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_encoding_that_windows_writes(tmp_path: Path, encoding: str) -> None:
    text = '<DocItemSet><DocItem Name="urn:lcd:jürgen@contoso.com"><Data/></DocItem></DocItemSet>'
    path = written(tmp_path / "a.zip", ("DocItemSet.xml", text.encode(encoding)))
    assert list(contents(path, "UserData", thorough=True).items["users"]) == ["jürgen@contoso.com"]
