"""Answers from a file: each once, deeds when the work is asked for, and a refusal where there is no answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lync_wizard.core import timestamps
from lync_wizard.core.errors import InputError, Refused
from lync_wizard.hosts.command import Cmdlet, Pipeline, SimulatedAction
from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.procedures.expectations import Proof
from lync_wizard.runs.runner import Answer, Request
from lync_wizard.runs.scripted_operator import Script, ScriptedOperator, load

CMDLET = Pipeline((Cmdlet("Enable-CsTopology"),))


def step(name: str, command: Pipeline | SimulatedAction | None = CMDLET, **more: Any) -> PlannedStep:
    return PlannedStep(name, name, name, f"Do {name}", "se01.contoso.com", "lync-admin", "cmdlet", command, "", **more)


BARE = step("se-bare", SimulatedAction("Install Windows", "install-windows"))
TYPED = step("cms-create", confirm="type", confirm_text="be01.contoso.com", destructive="erases the database")
DECISION = step("pc-choose", None, choices=("sql", "file"))
PLAIN = step("se-acl")


def plan(*steps: PlannedStep) -> Plan:
    return Plan("restore-se", "", "se01.contoso.com", "c", "c", "drill", None, None, timestamps.now(), {}, steps)


def file(tmp_path: Path, text: str) -> Script:
    path = tmp_path / "answers.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path)


class Workbench:
    """Actions that write down what they did."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def do(self, name: str) -> str:
        self.done.append(name)
        return "it is done"


def test_a_file_holds_answers_deeds_and_decisions_after_a_crash(tmp_path: Path) -> None:
    script = file(
        tmp_path,
        """
answers:
  se-rgs: {choice: skip, reason: no groups in use}
  se-acl: [{choice: again}, {choice: skip, reason: enough}]
deeds:
  se-bare: [install-windows, join-domain]
reconcile:
  se-userdata.3: {choice: again, reason: import is idempotent}
""",
    )
    assert script.answers["se-rgs"] == (Answer("skip", reason="no groups in use", by="script"),)
    assert [answer.choice for answer in script.answers["se-acl"]] == ["again", "skip"]
    assert script.actions["se-bare"] == ("install-windows", "join-domain")
    assert script.reconcile["se-userdata.3"].choice == "again"


def test_everything_wrong_in_a_file_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refusal:
        file(tmp_path, "answers:\n  se-rgs: {choice: skipp, why: x}\nreconcile:\n  a: {choice: go}\ndeed: {}\n")
    text = str(refusal.value)
    assert "Did you mean skip?" in text
    assert "answers.yaml:2:20" in text
    assert text.count("HINT:") == 5


def test_a_step_that_is_not_in_the_plan_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    script = file(tmp_path, "answers:\n  se-acll: {choice: skip, reason: x}\n")
    with pytest.raises(InputError) as refusal:
        ScriptedOperator(script).must_answer(plan(PLAIN))
    assert "Did you mean se-acl?" in str(refusal.value)


def test_what_nobody_can_answer_is_refused_before_the_first_step() -> None:
    with pytest.raises(Refused) as refusal:
        ScriptedOperator(Script()).must_answer(plan(BARE, PLAIN, TYPED, DECISION))
    assert refusal.value.exit_code == 3
    assert [line.split()[0] for line in refusal.value.detail.splitlines()] == ["se-bare", "cms-create", "pc-choose"]


def test_an_approved_plan_with_hands_needs_only_its_decisions() -> None:
    script = Script(answers={"pc-choose": (Answer("done", "sql"),)})
    operator = ScriptedOperator(script, approve_destructive=True, action_provider=Workbench())
    operator.must_answer(plan(BARE, PLAIN, TYPED, DECISION))
    assert operator.ask(Request("perform", DECISION)).text == "sql"


def test_ordinary_confirmations_are_given_and_typed_ones_only_by_approval() -> None:
    assert ScriptedOperator(Script()).ask(Request("confirm", PLAIN)).choice == "go"
    with pytest.raises(Refused):
        ScriptedOperator(Script()).ask(Request("confirm", TYPED))
    answer = ScriptedOperator(Script(), approve_destructive=True).ask(Request("confirm", TYPED))
    assert (answer.choice, answer.text) == ("go", "be01.contoso.com")


def test_a_typed_target_from_the_file_is_used_once() -> None:
    operator = ScriptedOperator(Script(answers={"cms-create": (Answer("go", "be01.contoso.com"),)}))
    assert operator.ask(Request("confirm", TYPED)).text == "be01.contoso.com"
    with pytest.raises(Refused):
        operator.ask(Request("confirm", TYPED))


def test_hands_do_a_step_s_own_deed_when_its_work_is_asked_for() -> None:
    action_provider = Workbench()
    operator = ScriptedOperator(Script(), action_provider=action_provider)
    operator.ask(Request("confirm", BARE))
    assert action_provider.done == []
    assert operator.ask(Request("perform", BARE)).choice == "done"
    assert action_provider.done == [f"install-windows@{BARE.host}"]


def test_a_script_s_deeds_take_the_place_of_the_step_s_own_on_its_host_or_another() -> None:
    action_provider = Workbench()
    operator = ScriptedOperator(
        Script(actions={"se-bare": ("a", "b@fe02.contoso.com")}), action_provider=action_provider
    )
    operator.ask(Request("perform", BARE))
    assert action_provider.done == [f"a@{BARE.host}", "b@fe02.contoso.com"]
    ScriptedOperator(Script(actions={"se-bare": ()}), action_provider=action_provider).ask(Request("perform", BARE))
    assert action_provider.done == [f"a@{BARE.host}", "b@fe02.contoso.com"]


def test_without_hands_work_is_never_called_done_by_itself() -> None:
    with pytest.raises(Refused):
        ScriptedOperator(Script()).ask(Request("perform", BARE))


def test_a_choice_that_a_decision_does_not_have_is_refused() -> None:
    operator = ScriptedOperator(Script(answers={"pc-choose": (Answer("done", "fil"),)}))
    with pytest.raises(Refused) as refusal:
        operator.ask(Request("perform", DECISION))
    assert "Did you mean file?" in refusal.value.hint


def test_answers_go_to_the_first_request_they_fit_and_run_out() -> None:
    operator = ScriptedOperator(Script(answers={"se-acl": (Answer("again"), Answer("skip", reason="enough"))}))
    assert operator.ask(Request("confirm", PLAIN)).choice == "skip"
    assert operator.ask(Request("decide", PLAIN, "it failed")).choice == "again"
    with pytest.raises(Refused) as refusal:
        operator.ask(Request("decide", PLAIN, "it failed"))
    assert "it failed" in refusal.value.summary


@pytest.mark.parametrize("kind", ["blocked", "unreachable"])
def test_a_closed_gate_without_an_answer_is_refused(kind: Any) -> None:
    with pytest.raises(Refused) as refusal:
        ScriptedOperator(Script(), approve_destructive=True).ask(Request(kind, PLAIN, "the server is not clean"))
    assert "the server is not clean" in refusal.value.summary


def test_after_a_crash_only_a_certain_yes_of_the_host_answers_by_itself() -> None:
    def request(answer: Any) -> Request:
        return Request("reconcile", PLAIN, proof=Proof(answer, "14 of 14"), may_accept=True)

    answer = ScriptedOperator(Script()).ask(request("yes"))
    assert (answer.choice, "14 of 14" in answer.reason) == ("done", True)
    for uncertain in ("no", "cannot-tell"):
        with pytest.raises(Refused):
            ScriptedOperator(Script(), approve_destructive=True).ask(request(uncertain))
    script = Script(reconcile={"se-acl": Answer("again")})
    assert ScriptedOperator(script).ask(request("no")).choice == "again"


def test_looking_again_is_done_once_and_then_the_host_decides() -> None:
    def request(answer: Any) -> Request:
        return Request("reconcile", PLAIN, proof=Proof(answer, "14 of 14"), may_accept=True)

    operator = ScriptedOperator(Script(reconcile={"se-acl": Answer("look")}))
    assert operator.ask(request("no")).choice == "look"
    assert operator.ask(request("yes")).choice == "done"
    with pytest.raises(Refused):
        operator.ask(request("cannot-tell"))
