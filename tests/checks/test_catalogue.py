"""The catalogue: every known failure is answered for, every check is named, listed and printed."""

from __future__ import annotations

import json

import pytest

from lync_wizard.checks import CHECKS
from lync_wizard.checks.pitfalls import ALL, OWN, Pitfall
from lync_wizard.cli import main
from lync_wizard.procedures import available

NUMBERS = {pitfall.number for pitfall in ALL}


def test_every_known_failure_is_there_once() -> None:
    assert [pitfall.number for pitfall in ALL] == [f"P{number}" for number in range(1, 64)]


@pytest.mark.parametrize("pitfall", ALL, ids=[pitfall.number for pitfall in ALL])
def test_each_is_read_by_checks_that_exist_or_says_why_not(pitfall: Pitfall) -> None:
    assert bool(pitfall.checks) != bool(pitfall.why_not)
    assert set(pitfall.checks) <= set(CHECKS)
    if pitfall.why_not:
        assert pitfall.why_not.startswith("cannot be read beforehand, because ")


def test_checks_and_failures_name_each_other() -> None:
    from_checks = {(number, check.id) for check in CHECKS.values() for number in check.pitfalls}
    from_failures = {(pitfall.number, name) for pitfall in ALL for name in pitfall.checks}
    assert from_checks == from_failures


def test_experience_alone_never_blocks() -> None:
    assert NUMBERS >= OWN
    alone = {check.id for check in CHECKS.values() if check.pitfalls and OWN.issuperset(check.pitfalls)}
    assert alone == {"user-store-lost", "sql-not-mirrored", "kerberos-account"}


def test_every_check_is_listed_by_a_procedure_or_gates_a_step() -> None:
    library = available.load(None).procedures
    listed = {name for procedure in library.values() for name in procedure.checks}
    gating = {
        str(item.get("check"))
        for procedure in library.values()
        for step in procedure.steps
        for part in (step, *step.parts)
        for item in part.before
    }
    assert set(CHECKS) - listed - gating == set()


def test_the_catalogue_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["procedures", "lint", "--checks"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in [*CHECKS, *NUMBERS])
    assert main(["procedures", "lint", "--checks", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in data["checks"]] == list(CHECKS)
    assert len(data["pitfalls"]) == 63
    assert "restore-se" in next(one for one in data["checks"] if one["id"] == "certificates")["procedures"]
