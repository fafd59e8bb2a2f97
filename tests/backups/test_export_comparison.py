"""How much of an imported export is there, by an export made afterwards: whole, in part, nothing, or unknown."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import pytest

from lync_wizard.backup import export_comparison
from lync_wizard.backup.bounded_readers import Damaged

CASES: Mapping[str, tuple[Mapping[str, str], Mapping[str, str], frozenset[str] | None, str | None, str]] = {
    # name: (what the export holds, what is there, who is homed on the pool, the answer, words of it)
    "all of it": ({"ann": "bob cid", "bob": "ann"}, {"ann": "cid bob", "bob": "ann"}, None, "whole", "2 of 2 users"),
    "more than it": ({"ann": "bob"}, {"ann": "bob", "dan": "ann"}, None, "whole", "1 of 1 user"),
    "an empty store": ({"ann": "bob"}, {}, frozenset({"ann"}), "nothing", "with fewer contacts or none: ann"),
    "users without their contacts": ({"ann": "bob"}, {"ann": ""}, None, "nothing", "fewer contacts or none: ann"),
    "the first of two": (
        {"ann": "bob", "bob": "ann"}, {"ann": "bob"}, frozenset({"ann", "bob"}), "in part", "none: bob",
    ),
    "one has left": (
        {"ann": "bob", "bob": "ann"}, {"ann": "bob"}, frozenset({"ann"}), "whole", "homed elsewhere by now: bob",
    ),
    "one is not there, and nobody knows why": ({"ann": "bob", "bob": "ann"}, {"ann": "bob"}, None, None, "bob"),
    "older contacts": ({"ann": "bob cid"}, {"ann": "dan eve"}, None, None, "with other contacts"),
    "nobody has contacts": ({"ann": ""}, {}, frozenset({"ann"}), None, "0 of 0 users"),
}  # fmt: skip


def packed(files: Mapping[str, str], folder: Path) -> BinaryIO:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    path = folder / f"{len(list(folder.iterdir()))}.zip"
    path.write_bytes(data.getvalue())
    return path.open("rb")


def users(contacts: Mapping[str, str], folder: Path, others: str = "") -> BinaryIO:
    items = "".join(
        f'<DocItem Name="urn:lcd:{name}"><Data><HomedResource><Contacts>'
        + "".join(f'<Contact Buddy="{one}" DisplayName="x"/>' for one in held.split())
        + "</Contacts></HomedResource></Data></DocItem>"
        for name, held in contacts.items()
    )
    return packed({"DocItemSet.xml": f"<DocItemSet>{items}{others}</DocItemSet>"}, folder)


@pytest.mark.parametrize("case", CASES)
def test_user_data(case: str, tmp_path: Path) -> None:
    export, there, homed, answer, words = CASES[case]
    found = export_comparison.compared("Export-CsUserData", users(there, tmp_path), users(export, tmp_path))
    held, told = found.told(homed)
    assert held == answer, told
    assert words in told


def test_a_meeting_that_is_not_there_is_a_doubt_unless_its_organizer_has_left(tmp_path: Path) -> None:
    meeting = '<DocItem Name="urn:con:bob:1"><Data/></DocItem>'
    export = users({"ann": "bob", "bob": "ann"}, tmp_path, meeting)
    found = export_comparison.compared("Export-CsUserData", users({"ann": "bob", "bob": "ann"}, tmp_path), export)
    assert found.told(None)[0] is None
    export = users({"ann": "bob", "bob": "ann"}, tmp_path, meeting)
    found = export_comparison.compared("Export-CsUserData", users({"ann": "bob"}, tmp_path), export)
    assert found.told(frozenset({"ann"}))[0] == "whole"


@pytest.mark.parametrize(
    ("there", "answer"),
    [
        ('<Row Id="1"/><Row Id="2"/><Row Id="3"/>', "whole"),
        ('<Row Id="2"/><Row Id="1"/>', "whole"),
        ('<Row Id="1"/>', "in part"),
        ("", "nothing"),
        ('<Row Id="1"/><Row Id="1"/>', None),
        ('<Row Id="7"/><Row Id="8"/>', None),
    ],
)
def test_an_export_of_an_unknown_form_by_its_elements(there: str, answer: str | None, tmp_path: Path) -> None:
    asked, export = (
        packed({"Any.xml": f"<Any>{rows}</Any>"}, tmp_path) for rows in (there, '<Row Id="1"/><Row Id="2"/>')
    )
    found = export_comparison.compared("Export-CsPersistentChatData", asked, export)
    assert found.told(None)[0] == answer


def test_a_file_of_another_form_counts_as_one_element(tmp_path: Path) -> None:
    def answer(there: Mapping[str, str]) -> str | None:
        asked, export = packed(there, tmp_path), packed({"table.bin": "all"}, tmp_path)
        return export_comparison.compared("Export-CsLisConfiguration", asked, export).told(None)[0]

    assert answer({"table.bin": "all"}) == "whole"
    assert answer({"table.bin": "other"}) is None
    assert answer({}) == "nothing"


@pytest.mark.parametrize("text", ["<!DOCTYPE a><DocItemSet/>", "<DocItemSet>", "<Other/>", "<a>" * 150 + "</a>" * 150])
def test_what_is_no_export_is_no_answer(text: str, tmp_path: Path) -> None:
    for asked, export in (
        (packed({"DocItemSet.xml": text}, tmp_path), users({}, tmp_path)),
        (users({}, tmp_path), packed({"DocItemSet.xml": text}, tmp_path)),
    ):
        with pytest.raises(Damaged):
            export_comparison.compared("Export-CsUserData", asked, export)
