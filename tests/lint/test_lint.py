"""Case files: what `procedures lint` finds in ``CASE.yaml`` must read as ``CASE.expected`` says, to the letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from lync_wizard import checks, procedures
from lync_wizard.core.yaml_document import Problems
from lync_wizard.hosts import statements
from lync_wizard.hosts.command import Statement
from lync_wizard.procedures import available, command_lint, evidence_lint, overwrite_lint, sequence_lint, unread_lint
from tests.command import call

HERE = Path(__file__).parent
CASES = sorted(path.stem for path in HERE.glob("*.yaml"))
VALUES = {"Database": "xds", "Path": r"C:\xds.bak", "Witness": "w.contoso.com", "Account": r"A\b", "Role": "r"}


@pytest.mark.parametrize("case", CASES)
def test_what_is_found_in_a_procedure_is_what_is_expected(case: str) -> None:
    path, problems = HERE / f"{case}.yaml", Problems()
    own = procedures.read(path, problems)
    assert own
    library = {**available.load(None).procedures, own.id: own}
    procedures.lint(library, problems, checks=checks.ids())
    evidence_lint.lint(own, problems)
    command_lint.lint(own, problems)
    overwrite_lint.lint(own, problems)
    sequence_lint.lint(own, library, problems)
    unread_lint.lint(own, library, problems)
    text = "".join(f"{problem}\n" for problem in problems).replace(str(path), path.name)
    assert text == path.with_suffix(".expected").read_text("utf-8")


def test_every_expected_text_has_its_case() -> None:
    assert sorted(path.stem for path in HERE.glob("*.expected")) == CASES


def test_the_shipped_procedures_are_clean() -> None:
    problems = Problems()
    library = available.load(None).procedures
    procedures.lint(library, problems, checks=checks.ids())
    assert all(Path(one.mark.path).stem == one.id for one in library.values()), "a file bears the id of its procedure"
    for one in library.values():
        evidence_lint.lint(one, problems)
        command_lint.lint(one, problems)
        overwrite_lint.lint(one, problems)
        sequence_lint.lint(one, library, problems)
        unread_lint.lint(one, library, problems)
    assert [str(problem) for problem in problems] == []


@pytest.mark.parametrize("name", ["backup-database", "restore-database"])
def test_a_backup_or_restore_ends_well_only_with_message_3014(name: str) -> None:
    given = tuple((one, VALUES[one]) for one in statements.CATALOGUE[name].required)
    assert statements.compose(Statement(name, given)).message == 3014


def test_lint_lists_what_rests_on_a_guess(tmp_path: Path) -> None:
    done = call(tmp_path, "procedures", "lint")
    assert done.returncode == 0
    assert "Evidence that rests on a guess:" in done.stdout
    reads = "Import the location information: what <BackupSet:Locations:locations> reads of the export"
    assert f"restore-cms: {reads}" in done.stdout
    assert "restore-se: Enable the topology: value of Test-CsKerberosAccountAssignment" in done.stdout
    assert "HealthState" not in done.stdout


def test_what_a_command_chooses_by_and_what_is_read_first_can_be_a_guess_too(tmp_path: Path) -> None:
    said = call(tmp_path, "procedures", "lint").stdout
    assert "restore-pchat: Stop the Persistent Chat service only: DisplayName of Get-CsWindowsService" in said
    assert "InstallDir of Get-ItemProperty" in said
    assert "BackupModules" not in said


def test_nothing_rests_on_what_stands_in_no_public_text() -> None:
    """Of the Backup Service's status as a whole, and of the heartbeats of the replication."""
    from_memory = {
        "activemachinefqdn", "overallexportstatus", "overallimportstatus", "activemasterlastheartbeat",
        "activereplicas", "deletedreplicas", "lastupdatedon",
    }  # fmt: skip
    asked = {name.lower() for one in available.load(None).procedures.values() for name in evidence_lint.rested_on(one)}
    assert "poolstate" in asked
    assert not asked & from_memory
