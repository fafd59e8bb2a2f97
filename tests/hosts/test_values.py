"""Parameter values that are no text: as data, as a person types them, and as a script that Windows PowerShell reads."""

from __future__ import annotations

import pytest

from lync_wizard.hosts import powershell
from lync_wizard.hosts.command import Cmdlet, Hashtable, OptionalValue, Pipeline, Switch, Value, from_data, to_data
from lync_wizard.render.scripts import commands

TABLE = Hashtable((("Add", ("chat11.contoso.com", "o'clock")),))


def command(value: Value) -> Pipeline:
    return Pipeline(
        (Cmdlet("Set-CsPersistentChatActiveServer", (("ActiveServers", value), ("Confirm", Switch(False)))),)
    )


@pytest.mark.parametrize(
    ("value", "data", "typed", "scripted"),
    [
        (
            TABLE,
            {"hashtable": {"Add": ["chat11.contoso.com", "o'clock"]}},
            "-ActiveServers @{Add = 'chat11.contoso.com', 'o''clock'}",
            "-ActiveServers @{Add = @('chat11.contoso.com', 'o''clock')}",
        ),
        (None, {"null": True}, "-ActiveServers $null", "-ActiveServers $null"),
        (
            OptionalValue("<PChatActiveServers>"),
            {"optional": "<PChatActiveServers>"},
            "[-ActiveServers <PChatActiveServers>]",
            None,
        ),
    ],
    ids=["hashtable", "null", "optional"],
)
def test_a_value_reads_back_and_shows(value: Value, data: object, typed: str, scripted: str | None) -> None:
    sent = command(value)
    assert to_data(sent)["pipeline"][0]["parameters"]["ActiveServers"] == data
    assert from_data(to_data(sent)) == sent
    assert typed in powershell.text_of(sent)
    if scripted:
        assert scripted in commands.source(sent)


@pytest.mark.parametrize("data", [{"hashtable": {}}, {"hashtable": [1]}, {"optional": 7}])
def test_what_is_no_value_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match="not a parameter value"):
        from_data({"pipeline": [{"name": "x", "parameters": {"y": data}}]})


def test_a_key_that_could_be_code_is_no_script() -> None:
    with pytest.raises(ValueError, match="no key of a hashtable"):
        commands.source(command(Hashtable((("Add}; rm", "x"),))))
