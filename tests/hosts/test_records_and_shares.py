"""CLIXML as real hosts write it becomes plain values; Windows paths stay text on any machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lync_wizard.core.secret import MASK, Redactor, Secret
from lync_wizard.hosts import Record, shares
from lync_wizard.hosts import clixml as records

SERVICE = """\
<Obj RefId="0"><TN RefId="0"><T>Deserialized.System.ServiceProcess.ServiceController</T><T>System.Object</T></TN>
<ToString>RtcSrv</ToString><Props><S N="Name">RTCSRV</S>
<Obj N="Status" RefId="1"><TN RefId="1"><T>System.ServiceProcess.ServiceControllerStatus</T><T>System.Enum</T>
<T>System.ValueType</T><T>System.Object</T></TN><ToString>Running</ToString><I32>4</I32></Obj>
<Obj N="StartType" RefId="2"><TNRef RefId="1"/><ToString>Automatic</ToString><I32>2</I32></Obj>
<Obj N="DependentServices" RefId="3"><TN RefId="2"><T>Microsoft.Rtc.Names</T><T>System.Object</T></TN>
<LST><S>A</S><Ref RefId="1"/></LST></Obj>
<DT N="Started">2013-05-01T12:30:00Z</DT><Nil N="Site"/></Props><MS><S N="Required">x_x000A_y</S></MS></Obj>
"""


@pytest.mark.parametrize(
    ("clixml", "value"),
    [
        ("<S>a_x000D__x000A_b_x005F_x0041_</S>", "a\r\nb_x0041_"),
        ("<S>_xD83D__xDE00_</S>", "\U0001f600"),
        ("<S/>", ""),
        ("<I64>-5000000000</I64>", -5_000_000_000),
        ("<Db>0.1</Db>", 0.1),
        ("<B>true</B>", True),
        ("<BA>AAEC</BA>", b"\x00\x01\x02"),
        ("<BA/>", b""),
        ("<C>65</C>", "A"),
        ("<Nil/>", None),
        ("<G>7c9e6679-7425-40de-944b-e07fc1f90ae7</G>", "7c9e6679-7425-40de-944b-e07fc1f90ae7"),
        ("<SS>c2VjcmV0</SS>", MASK),
        ('<Obj RefId="0"><S>line</S><MS><S N="PSPath">C:\\x</S></MS></Obj>', "line"),
        ('<Obj RefId="0"><TN RefId="0"><T>X</T></TN><IE><I32>1</I32><S>two</S></IE></Obj>', [1, "two"]),
        ('<Obj RefId="0"><TN RefId="0"><T>System.Management.Automation.Thing</T></TN></Obj>', None),
    ],
)
def test_values(clixml: str, value: Any) -> None:
    found = records.read(clixml, Redactor())
    assert found.value == value or found.text == "System.Management.Automation.Thing"
    assert type(found.value) is type(value) or value is None


def test_an_object_with_enumerations_lists_and_references() -> None:
    found = records.read(SERVICE, Redactor())
    assert found.properties == {
        "Name": "RTCSRV",
        "Status": "Running",
        "StartType": "Automatic",
        "DependentServices": ["A", "Running"],
        "Started": "2013-05-01T12:30:00Z",
        "Site": None,
        "Required": "x\ny",
    }
    assert found.text.startswith("Name: RTCSRV; Status: Running; StartType: Automatic; DependentServices: {A, Running}")


def test_a_long_object_is_one_bounded_line_and_keeps_its_values() -> None:
    properties = "".join(f'<S N="P{number}">{"v" * 90}</S>' for number in range(50))
    found = records.read(f'<Obj RefId="0"><MS>{properties}</MS></Obj>', Redactor())
    assert len(found.text) == records.LINE_LIMIT
    assert found.text.endswith("…")
    assert found.properties["P49"] == "v" * 90


def test_secrets_are_taken_out_of_every_text() -> None:
    clean = Redactor([Secret("hunter2")])
    found = records.read(
        '<Obj RefId="0"><ToString>hunter2</ToString><Props><S N="A">x hunter2</S><Obj N="B" RefId="1">'
        "<ToString>hunter2!</ToString></Obj></Props></Obj>",
        clean,
    )
    assert "hunter2" not in repr(found)
    assert found.properties == {"A": f"x {MASK}", "B": f"{MASK}!"}


def test_a_dictionary_is_a_record_of_its_keys() -> None:
    entry = '<En><S N="Key">PoolFqdn</S><Nil N="Value"/></En>'
    found = records.read(f'<Obj RefId="0"><TN RefId="0"><T>System.Object</T></TN><DCT>{entry}</DCT></Obj>', Redactor())
    assert found.properties == {"PoolFqdn": None}
    assert isinstance(found, Record)


def test_windows_paths() -> None:
    unc = "\\\\fs01.contoso.com\\Lync Share\\1-WebServices-1\\a.txt"
    assert shares.is_unc(unc)
    assert not shares.is_unc("C:\\x")
    assert shares.is_local("C:\\x")
    assert not shares.is_local("x\\y")
    assert not shares.is_local(unc)
    assert shares.split(unc) == ("\\\\fs01.contoso.com\\Lync Share", "1-WebServices-1\\a.txt")
    assert shares.split("D:\\") == ("D:", "")
    assert shares.share(unc) == ("fs01.contoso.com", "Lync Share")
    assert shares.share("C:\\x") is None
    assert shares.join("C:\\Rescue", "a", "b.txt") == "C:\\Rescue\\a\\b.txt"
    assert shares.join("\\\\fs01\\s", "a") == "\\\\fs01\\s\\a"
    assert shares.name(unc) == "a.txt"
    assert shares.parent("C:\\Rescue\\x.zip") == "C:\\Rescue"
    assert shares.below("C:\\RESCUE\\sub\\x", "c:\\rescue") == "sub\\x"
    assert shares.below("C:\\Other\\x", "C:\\Rescue") is None
    assert shares.plain("C:\\Rescue dir\\") == "C:\\Rescue dir"
    assert shares.plain("\\\\fs01\\s\\") == "\\\\fs01\\s"
    assert shares.plain("D:\\") == "D:\\."


@pytest.mark.parametrize("part", ["..\\x", "C:\\x", "\\x", "a\\..\\..\\b"])
def test_a_part_that_leaves_its_folder_is_refused(part: str) -> None:
    with pytest.raises(ValueError, match="not a path below a folder"):
        shares.join("C:\\Rescue", part)


def test_what_this_machine_can_do_with_a_share(tmp_path: Path) -> None:
    found = shares.state(tmp_path)
    assert (found.exists, found.writable, found.why) == (True, True, "")
    assert found.free is not None
    assert found.free > 0
    assert list(tmp_path.iterdir()) == []
    missing = shares.state(tmp_path / "missing")
    assert not missing.exists
    assert "not a folder" in missing.why
