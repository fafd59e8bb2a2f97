"""What is taken for a command that only reads: nothing that could change something, and whatever is asked as proof."""

from __future__ import annotations

import pytest

from lync_wizard.core.catalogue import data_folder
from lync_wizard.core.yaml_document import Problems
from lync_wizard.hosts import statements
from lync_wizard.hosts.command import Cmdlet, Command, Copy, Pipeline, Program, SimulatedAction, Statement
from lync_wizard.hosts.effects import reads_only
from lync_wizard.procedures import load_library


def pipeline(*names: str) -> Pipeline:
    return Pipeline(tuple(Cmdlet(name) for name in names))


@pytest.mark.parametrize(
    "command",
    [
        pipeline("Import-CsUserData"),
        pipeline("Get-CsWindowsService", "Stop-CsWindowsService"),
        pipeline("Enable-CsTopology"),
        pipeline("Getaway-Car"),
        Program("net", ("share",)),
        Program("certutil", ("-addstore", "my")),
        Program("setspn", ("-d", "host/x", "y")),
        Program("certutil"),
        Copy("C:\\a", "C:\\b"),
        SimulatedAction("Install Windows."),
        Statement("drop-everything"),
    ],
)
def test_what_may_change_something_is_no_read(command: Command) -> None:
    assert not reads_only(command)


def test_statements_are_what_their_catalogue_says() -> None:
    assert {name for name in statements.CATALOGUE if reads_only(Statement(name))} == {
        name for name, entry in statements.CATALOGUE.items() if not entry.changes
    }


def test_every_step_that_is_repeatable_because_it_only_reads_does() -> None:
    library = load_library([data_folder() / "procedures"], Problems())
    said = [step for one in library.values() for step in one.walk() if step.repeatable_because == "it only reads"]
    assert said
    assert not [step.title for step in said if step.run is None or not reads_only(step.run)]
