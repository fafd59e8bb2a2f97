"""Parameters bind as PowerShell binds them, and refusals are in PowerShell's words."""

from __future__ import annotations

from typing import Any

import pytest

from lync_wizard.core import catalogue
from lync_wizard.lab.powershell.parameter_binding import Bound, bind
from lync_wizard.lab.winrm.contract import ErrorRecord, Terminated


def _bind(name: str, *arguments: tuple[str | None, Any]) -> Bound:
    syntax = catalogue.load().get(name)
    assert syntax is not None
    return bind(syntax, arguments)


def _refusal(name: str, *arguments: tuple[str | None, Any]) -> ErrorRecord:
    with pytest.raises(Terminated) as refused:
        _bind(name, *arguments)
    assert refused.value.record.category == "InvalidArgument"
    return refused.value.record


def test_names_are_found_without_case_by_prefix_and_by_alias() -> None:
    bound = _bind("Import-CsUserData", ("POOLFQDN", "se01.contoso.com"), ("filen", "C:\\a.zip"), ("ea", "Stop"))

    assert bound.set_name == "PoolFqdn"
    assert bound.get("FileName") == "C:\\a.zip"
    assert bound.get("ErrorAction") == "Stop"


def test_positions_are_those_of_the_parameter_set() -> None:
    assert _bind("Get-CsWindowsService", (None, "RTCSRV")).get("Name") == "RTCSRV"
    where = _bind("Where-Object", (None, "Status"), (None, "Running"), ("EQ", True))
    assert (where.get("Property"), where.get("Value")) == ("Status", "Running")


@pytest.mark.parametrize(
    ("name", "arguments", "message", "error_id"),
    [
        (
            "Import-CsRgsConfiguration",
            [("ReplaceExistingSettings", True)],
            "A parameter cannot be found that matches parameter name 'ReplaceExistingSettings'.",
            "NamedParameterNotFound",
        ),
        (
            "Import-CsUserData",
            [("F", "x")],
            "Parameter cannot be processed because the parameter name 'F' is ambiguous. "
            "Possible matches include: -FileName -Force.",
            "AmbiguousParameter",
        ),
        (
            "Import-CsUserData",
            [("PoolFqdn", "se01.contoso.com")],
            "Cannot process command because of one or more missing mandatory parameters: FileName.",
            "MissingMandatoryParameter",
        ),
        (
            "Export-CsConfiguration",
            [("FileName", "C:\\a.zip"), ("AsBytes", True)],
            "Parameter set cannot be resolved using the specified named parameters.",
            "AmbiguousParameterSet",
        ),
        (
            "Import-CsUserData",
            [("FileName", "C:\\a.zip")],
            "Parameter set cannot be resolved using the specified named parameters.",
            "AmbiguousParameterSet",
        ),
        (
            "Get-CsPoolBackupRelationship",
            [("PoolFqdn", "a.b"), ("poolfqdn", "a.b")],
            "Cannot bind parameter because parameter 'PoolFqdn' is specified more than once.",
            "ParameterAlreadyBound",
        ),
        (
            "Get-CsServerVersion",
            [(None, "here")],
            "A positional parameter cannot be found that accepts argument 'here'.",
            "PositionalParameterNotFound",
        ),
        (
            "Select-Object",
            [("First", "many")],
            'Cannot bind parameter \'First\'. Cannot convert value "many" to type "System.Int32".',
            "CannotConvertArgumentNoMessage",
        ),
        (
            "Enable-CsTopology",
            [("SkipPrepareCheck", "yes")],
            "Cannot convert 'System.String' to the type 'System.Boolean' required by parameter 'SkipPrepareCheck'.",
            "CannotConvertArgument",
        ),
        (
            "Import-CsUserData",
            [("PoolFqdn", "not a name"), ("FileName", "C:\\a.zip")],
            "Cannot bind parameter 'PoolFqdn'.",
            "CannotConvertArgumentNoMessage",
        ),
    ],
)
def test_refusals(name: str, arguments: list[tuple[str | None, Any]], message: str, error_id: str) -> None:
    record = _refusal(name, *arguments)

    assert record.message.startswith(message)
    assert record.error_id.split(",")[0] == error_id


def test_a_switch_takes_no_text_and_can_be_switched_off() -> None:
    assert _bind("Get-CsTopology", ("AsXml", False)).get("AsXml") is False
    assert "Cannot convert 'System.String'" in _refusal("Get-CsTopology", ("AsXml", "x")).message


def test_one_value_becomes_an_array_and_numbers_are_read_from_text() -> None:
    assert _bind("Test-Path", (None, "C:\\")).get("Path") == ["C:\\"]
    assert _bind("Select-Object", ("First", "3")).get("First") == 3


def test_a_switch_that_the_2013_reference_requires_is_required() -> None:
    assert "AmbiguousParameterSet" in _refusal("Install-CsDatabase", ("SqlServerFqdn", "fe01.contoso.com")).error_id
    chosen = _bind("Install-CsDatabase", ("SqlServerFqdn", "fe01.contoso.com"), ("ConfiguredDatabases", True))
    assert chosen.set_name == "ByConfigured"
