"""Registry values of a server: as a host prints them, as a file of the set, and what differs after a rebuild."""

from __future__ import annotations

from pathlib import Path

import pytest

from lync_wizard.backup import registry

ROOT = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL"
SAID = [
    "",
    ROOT,
    "    EventLogging    REG_DWORD    0x1",
    r"    A \"name\" with blanks    REG_SZ    C:\a path\and more",
    "    Empty    REG_SZ",
    "    Several    REG_MULTI_SZ    one\\0two",
    "    Raw    REG_BINARY    0aFF",
    "    Wide    REG_QWORD    0x100000000",
    "    Grows    REG_EXPAND_SZ    %SystemRoot%\\x",
    "",
    rf"{ROOT}\Protocols\SSL 3.0\Server",
    "    (Standard)    REG_SZ    set in German",
    "    Enabled    REG_DWORD    0x0",
]


def test_every_kind_of_value_comes_back_from_the_file(tmp_path: Path) -> None:
    saved = registry.asked(SAID)
    (tmp_path / "saved.reg").write_bytes(registry.written(saved))
    assert registry.read(tmp_path / "saved.reg") == saved
    assert registry.summary(saved) == "9 values in 2 keys"


def test_the_file_is_one_that_windows_imports() -> None:
    text = registry.written(registry.asked(SAID)).decode("utf-16")
    assert text.startswith(f"Windows Registry Editor Version 5.00\r\n\r\n[{ROOT}]\r\n")
    assert '"EventLogging"=dword:00000001' in text
    assert '"Raw"=hex:0a,ff' in text
    assert '"Wide"=hex(b):00,00,00,00,01,00,00,00' in text
    assert '@="set in German"' in text


def test_only_what_was_saved_and_is_otherwise_now_differs() -> None:
    saved = registry.asked(SAID)
    now = [ROOT, "    EventLogging    REG_DWORD    0x7", "    Added    REG_DWORD    0x1", *SAID[3:12]]
    assert saved.differing(registry.asked(now)) == [
        r"SCHANNEL\EventLogging was 0x1, is 0x7",
        r"Server\Enabled was 0x0, is not set",
    ]
    assert saved.differing(saved) == []


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", "Windows Registry Editor Version 5.00\r\n[x".encode("utf-16")])
def test_what_cannot_be_imported_is_damaged(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "saved.reg").write_bytes(data)
    with pytest.raises(registry.NoValues):
        registry.read(tmp_path / "saved.reg")
