"""The exit code says why a command stopped, and its last line is the command that goes on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lync_wizard.core.errors import Denied, Unreachable, WizardError
from lync_wizard.procedures.expectations import Proof
from lync_wizard.runs.journal import Reader
from lync_wizard.runs.operator import Answer, Gate, Request
from lync_wizard.runs.scripted_operator import Script, ScriptedOperator
from tests.command import call
from tests.hostile import homes
from tests.hostile.homes import BROKEN_OFF

SENT = "se-userdata.3"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Its hosts are down: nothing listens on their ports any more."""
    return homes.silent(tmp_path / "home")


def resumed(home: Path, answers: str) -> tuple[int, list[str]]:
    written = home / "answers.yaml"
    written.write_text(f"accept: {{changed-since-plan: known}}\n{answers}\n", "utf-8")
    done = call(
        home,
        "resume",
        BROKEN_OFF,
        "--headless",
        "--approve",
        "--answers",
        str(written),
        LYNC_WIZARD_LAB_PASSWORD="of nobody",
    )
    return done.returncode, done.stderr.splitlines()


def test_a_host_that_is_down_is_why_a_resumed_run_stops(home: Path) -> None:
    code, said = resumed(home, f"reconcile: {{{SENT}: {{choice: again}}}}")
    assert code == 4, said
    assert "is unreachable" in "\n".join(said)
    assert said[-1].endswith(f"resume {BROKEN_OFF}")
    assert said[-1].startswith("go on with: lync-wizard")


def test_an_answer_that_is_missing_is_why_it_stops(home: Path) -> None:
    code, said = resumed(home, f"answers: {{{SENT}: {{choice: skip, reason: x}}}}")
    assert code == 3, said
    told = "\n".join(said)
    assert f"answers.{SENT}: skip is no answer for a step that may have run or not" in told
    assert f"write reconcile: {{{SENT}: {{choice: one of again, done, look, stop}}}}" in told
    assert said[-1].endswith(f"resume {BROKEN_OFF}")


@pytest.mark.parametrize(
    ("cause", "code"),
    [(Unreachable("down", "Look."), 4), (Denied("wrong password", "Type it."), 4), (WizardError("no path", "Look."), 1),
     (None, 3)],
)  # fmt: skip
def test_what_kept_a_step_from_being_sent(home: Path, cause: WizardError | None, code: int) -> None:
    with Reader(home / "runs" / BROKEN_OFF) as reader:
        step = next(step for step in reader.plan.steps if step.id == SENT)
    with pytest.raises(WizardError) as met:
        ScriptedOperator(Script()).ask(Request("unreachable", step, "why", cause=cause))
    assert met.value.exit_code == code


def test_a_reconciliation_for_a_step_that_failed_names_the_other_key(home: Path) -> None:
    with Reader(home / "runs" / BROKEN_OFF) as reader:
        step = next(step for step in reader.plan.steps if step.id == SENT)
    operator = ScriptedOperator(Script(reconcile={SENT: Answer("again")}))
    with pytest.raises(WizardError) as met:
        operator.ask(Request("decide", step, "it failed", failed=True))
    assert met.value.exit_code == 1
    assert f"reconcile.{SENT}: again is no answer for a step that failed" in met.value.detail
    assert f"write answers: {{{SENT}: {{choice: one of again, done, skip, stop}}}}" in met.value.detail


@pytest.mark.parametrize(
    ("kind", "failed", "said", "code"),
    [
        ("decide", True, "yes", 1),
        ("decide", False, "no", 1),
        ("decide", False, "cannot-tell", 3),
        ("blocked", False, "no", 1),
        ("blocked", False, "cannot-tell", 3),
        ("reconcile", False, "no", 3),
        ("perform", False, "", 3),
    ],
)
def test_a_step_that_failed_is_a_no_and_a_doubt_wants_an_answer(
    home: Path, kind: Any, failed: bool, said: Any, code: int
) -> None:
    with Reader(home / "runs" / BROKEN_OFF) as reader:
        step = next(step for step in reader.plan.steps if step.id == SENT)
    proof = Proof(said, "seen") if said else None
    gates = (Gate("there is room", proof),) if proof and kind == "blocked" else ()
    asked = Request(kind, step, "why", gates=gates, failed=failed, proof=None if gates else proof)
    with pytest.raises(WizardError) as met:
        ScriptedOperator(Script()).ask(asked)
    assert met.value.exit_code == code


@pytest.mark.parametrize(
    "words", [("resume", BROKEN_OFF), ("restore", "restore-se"), (), ("resume", BROKEN_OFF, "--json")]
)
def test_without_a_terminal_no_screen_waits_for_keys(home: Path, words: tuple[str, ...]) -> None:
    done = call(home, *words, LYNC_WIZARD_LAB_PASSWORD="of nobody")
    assert done.returncode == 3, done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    if words == ("resume", BROKEN_OFF):
        assert done.stderr.splitlines()[-1].startswith("go on with: lync-wizard")
        assert f"resume {BROKEN_OFF}" in done.stderr.splitlines()[-1]
    if not words or "--json" in words:
        assert "there is no terminal for the screens" in done.stderr
        assert not done.stdout


def test_a_plan_whose_hosts_are_down_is_not_begun(home: Path) -> None:
    made = home / "plan.json"
    planned = call(home, "plan", "backup", "--target", "contoso", "-o", str(made))
    assert planned.returncode == 0, planned.stderr
    digest = json.loads(made.read_text("utf-8"))["hash"]
    done = call(home, "run", str(made), "--headless", "--approve", digest, LYNC_WIZARD_LAB_PASSWORD="of nobody")
    assert done.returncode == 4, done.stderr
