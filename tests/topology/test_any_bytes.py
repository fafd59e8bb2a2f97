"""No bytes make the reader raise: it returns a reading, or nothing and at least one problem with a hint."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lync_wizard import topology
from lync_wizard.core.yaml_document import Problems

CASES = Path(__file__).parent / "cases"
GOOD = [(CASES / name).read_bytes() for name in ("enterprise.xml", "every-kind.xml", "strange.xml", "downloaded.tbxml")]
ZIPPED = io.BytesIO()
with zipfile.ZipFile(ZIPPED, "w", zipfile.ZIP_DEFLATED) as _archive:
    _archive.writestr("DocItemSet.xml", GOOD[0])
    _archive.writestr("[Content_Types].xml", b"<Types/>")

BOUNDED = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
WORDS = st.sampled_from(
    ["", "0", "-1", "1", "9" * 12, "true", "Mirror", "Registrar", "UserStore", "1-Registrar-1", "\u00a0", "x" * 5000]
)
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)


def judged(data: bytes) -> None:
    problems = Problems()
    found = topology.read_bytes(data, "any.xml", problems)
    assert (found is None) == (len(problems) > 0)
    assert all(problem.hint for problem in problems)
    assert found is None or all(entry.source == "found" for entry in found.entries.values())


@BOUNDED
@given(st.binary(max_size=400))
@example(b"PK\x05\x06" + bytes(18))
@example(b"\xff\xfe<\0")
@example(b"\xfe\xff\0<")
def test_random_bytes(data: bytes) -> None:
    judged(data)


@BOUNDED
@given(st.sampled_from(GOOD), st.lists(st.tuples(st.integers(0, 20_000), st.binary(max_size=8)), max_size=6))
def test_a_good_document_with_bytes_changed(data: bytes, changes: list[tuple[int, bytes]]) -> None:
    changed = bytearray(data)
    for place, new in changes:
        start = place % len(changed)
        changed[start : start + len(new)] = new
    judged(bytes(changed))


@BOUNDED
@given(st.sampled_from(GOOD), st.lists(st.tuples(st.integers(0, 2000), WORDS), min_size=1, max_size=8))
def test_a_good_document_with_values_changed(data: bytes, changes: list[tuple[int, str]]) -> None:
    parts = data.decode("utf-8-sig").split('"')
    for place, word in changes:
        parts[place % (len(parts) // 2) * 2 + 1] = word
    judged('"'.join(parts).encode())


@BOUNDED
@given(st.sampled_from(GOOD), st.lists(st.integers(0, 500), min_size=1, max_size=12), st.booleans())
def test_a_good_document_with_lines_missing_or_doubled(data: bytes, lines: list[int], double: bool) -> None:
    kept = data.splitlines(keepends=True)
    for place in lines:
        line = place % len(kept)
        kept[line] = kept[line] * 2 if double else b""
    judged(b"".join(kept))


@BOUNDED
@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_good_archive_with_bytes_changed(changes: list[tuple[int, int]]) -> None:
    changed = bytearray(ZIPPED.getvalue())
    for place, new in changes:
        changed[place % len(changed)] = new
    judged(bytes(changed))


@BOUNDED
@given(
    st.lists(st.tuples(NAMES, st.sampled_from([*GOOD, b"<a/>", b"x"])), max_size=5, unique_by=lambda member: member[0])
)
def test_archives_of_anything(members: list[tuple[str, bytes]]) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content)
    judged(target.getvalue())
