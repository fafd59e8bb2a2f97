"""Known error texts: the one hint that belongs to each, none for what is not known, and a file that is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from lync_wizard.checks import pitfalls
from lync_wizard.core.yaml_document import Problems
from lync_wizard.runs.error_hints import hint, read, shipped

SAID = [
    ("P2", r"Login failed for user 'NT AUTHORITY\ANONYMOUS LOGON'."),
    ("P2", "Cannot access the local farm. Verify that the local farm is properly configured"),
    ("P2", r"Access to the path '\\fs01.contoso.com\LyncShare\1-WebServices-1' is denied."),
    ("P5", "The SSL connection cannot be established. Verify that the service on the remote host is set up"),
    ("P5", "OpenError: (:) [], PSRemotingTransportException + FullyQualifiedErrorId : -2144108102,PSSessionOpenFailed"),
    ("P9", "Insufficient access rights to perform the operation"),
    ("P10", "WARNING! Host not found in topology. All roles will be uninstalled."),
    ("P11", "The join failed: 0xaac"),
    ("P11", "An account with the same name exists in Active Directory. Re-using the account was blocked by security "
            "policy."),
    ("P14", "Faulting application name: LyncBackupService.exe, version: 5.0.8308.0"),
    ("P14", "Event ID 4007, LS Backup Service"),
    ("P17", "Cannot find any suitable disks for database files. You must manually specify database paths"),
    ("P18", "The CREATE DATABASE statement failed. The primary file must be at least 100 MB to accommodate a copy of "
            "the model database."),
    ("P19", "The transaction log for database 'rtcxds' is full due to 'LOG_BACKUP'."),
    ("P19", "Error: 9002, Severity: 17, State: 2."),
    ("P20", "A network-related or instance-specific error occurred while establishing a connection to SQL Server."),
    ("P29", "Https destination unavailable. Destination: edge01.contoso.com, port 4443"),
    ("P29", "Unable to match host/cluster against certificate"),
    ("P29", r"Access denied. (\\fe01.contoso.com\xds-replica\from-master\data.zip)"),
    ("P29", r"Can't watch \\fs01.contoso.com\LyncShare\1-CentralMgmt-1\CMSFileStore\xds-master\replicas\fe02"),
    ("P27", 'Cannot open database "xds" requested by the login. The login failed.'),
    ("P31", "###50020:XDSForceReplication: This central management store is being moved to another location"),
    ("P31", "The central management store on sql02.contoso.com is not in Backup mode."),
    ("P33", "Server startup is being delayed because fabric pool manager has not finished initial placement of users."),
    ("P33", "Event ID: 32174 LS User Services"),
    ("P36", "Unable to create and initialize the stop event (0x80070005)"),
    ("P36", "Event ID: 12299"),
    ("P38", 'This Front-end pool "pool01.contoso.com" is specified in topology as the next hop for the Edge server'),
    ("P40", "SetMoveResourceData failed because the user is not provisioned"),
    ("P42", "Error: Incorrect Exchange Version"),
    ("P44", "The import failed due to the contact objects that already exist in Active Directory."),
    ("P44", "failed due to the contact objects of the workflows already existing in Active Directory"),
    ("P45", "A parameter cannot be found that matches parameter name 'ReplaceExistingSettings'."),
    ("P49", r"The file 'C:\Backup\Rgs\pool01.contoso.com.zip' already exists."),
    ("P52", "ERROR 32 (0x00000020) Copying File Meeting.Active"),
    ("P52", "Event ID: 41027"),
    ("P54", "Invalid incoming HTTPS certificate"),
    ("P54", "Event ID: 32042 LS User Services"),
    ("P55", "Event 61045, LS Conferencing"),
    ("P56", "A parameter cannot be found that matches parameter name 'SkipDataVerification'."),
    ("P56", "The term 'Start-CsPool' is not recognized as the name of a cmdlet, function, script file"),
    ("P25", 'The operation cannot be performed on database "xds" because it is involved in a database mirroring '
            "session or an availability group."),
    ("P58", "RESTORE cannot operate on database 'mgc' because it is configured for database mirroring or has joined "
            "an availability group."),
    ("P63", r"\\backup01.contoso.com\LyncBackup\rescue\Sql\lis.bak is there already: a backup goes into a new file"),
    ("P58", "Exclusive access could not be obtained because the database is in use."),
]  # fmt: skip
"""Every error text that the known failures name, as hosts write it."""


@pytest.mark.parametrize(("pitfall", "text"), SAID, ids=[f"{name}-{n}" for n, (name, _) in enumerate(SAID)])
def test_a_known_text_gets_its_hint(pitfall: str, text: str) -> None:
    found = hint(f"Import-CsThing : {text}\nAt line:1 char:1")
    assert found is not None
    assert found.pitfall == pitfall
    assert str(found).startswith(f"⮑ {pitfall}: ")


def test_every_failure_with_an_error_text_has_a_hint() -> None:
    """Nothing in the file that no text leads to, and nothing here that the catalogue of known failures lacks."""
    told = {pitfall for pitfall, _ in SAID}
    assert {one.pitfall for one in shipped()} == told
    assert told <= {one.number for one in pitfalls.ALL}


def test_case_and_line_breaks_do_not_matter() -> None:
    found = hint("HOST NOT\r\n   FOUND in\ttopology")
    assert found is not None
    assert found.pitfall == "P10"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "the database rtc is in use",
        "Access is denied.",
        "A parameter cannot be found that matches parameter name 'Foo'.",
    ],
)
def test_what_is_not_known_gets_none(text: str) -> None:
    assert hint(text) is None


def test_every_hint_is_a_sentence_on_one_line() -> None:
    for one in shipped():
        assert one.do.endswith("."), one.pitfall
        assert "\n" not in one.do, one.pitfall
        assert one.do[0].isupper(), one.pitfall


def test_a_broken_file_is_refused_with_its_places(tmp_path: Path) -> None:
    path = tmp_path / "hints.yaml"
    path.write_text(
        "hints:\n  - {id: 44, texts: [already exists], do: Look.}\n  - {id: P2, texts: ['a ...'], do: Look.}\n"
        "  - {id: P3, text: [something long], do: Look.}\n",
        encoding="utf-8",
    )
    problems = Problems()
    read(path, problems)
    found = [str(problem) for problem in problems]
    assert [line.split(": ")[0] for line in found] == [
        "hints.yaml:2:10", "hints.yaml:3:14", "hints.yaml:4:5", "hints.yaml:4:14",
    ], found  # fmt: skip
