"""What a host is: recorded in the plan, compared when it answers, and a person's word where it is new or another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lync_wizard.cli.front_ends import headless
from lync_wizard.core.errors import Refused
from lync_wizard.hosts.identity import Identity
from lync_wizard.plans import approval, model
from lync_wizard.plans.model import Plan
from lync_wizard.runs import report
from lync_wizard.runs.journal import Reader
from lync_wizard.runs.runner import Answer, Request, Runner
from lync_wizard.runs.scripted_operator import Script, ScriptedOperator
from lync_wizard.runs.state import RunEvent
from lync_wizard.worksheets import Cell
from lync_wizard.workspace import identities
from lync_wizard.workspace.run_session import RunSession
from lync_wizard.workspace.workspace import Workspace
from tests.runs.test_approval import planned
from tests.runs.test_resume import Steady
from tests.world import World, begun

SE, FE = "se01.contoso.com", "fe01.contoso.com"
KEY, FRONT_END = f"psrp {SE}", f"psrp {FE}"
ELSEWHERE = Identity("FE01", "contoso.com", "S-1-5-21-9-9-9-1", "S-1-5-21-9-9-9")


class Watchful(Steady):
    """Answers questions about hosts with what ``says`` names for each, and remembers them."""

    def __init__(self, world: World, **says: str) -> None:
        super().__init__(world)
        self.says = says
        self.met: list[Request] = []

    def ask(self, request: Request) -> Answer:
        if request.kind != "identity" or request.met is None:
            return super().ask(request)
        self.met.append(request)
        choice = self.says.get(request.met.host.partition(".")[0], "go")
        return Answer("stop") if choice == "stop" else Answer("go", by="ann")


def events(workspace: Workspace, run: str, *types: str) -> list[RunEvent]:
    with Reader(workspace.home.runs / run) as reader:
        return [event for event in reader.events() if event.type in types]


def begin(workspace: Workspace, world: World, operator: Steady, plan: Plan | None = None) -> Runner:
    plan = plan or planned(workspace)
    world.plan = plan
    return begun(workspace, plan, operator)


def test_a_plan_says_what_each_host_is_and_which_are_rebuilt(workspace: Workspace, world: World) -> None:
    world.refuse.add("dc01.contoso.com")
    said = planned(workspace).identified
    assert said[FRONT_END].identity == world.identity(FE)
    assert not said[FRONT_END].rebuilt
    assert said[KEY].rebuilt
    assert not said["psrp dc01.contoso.com"].identity
    assert "does not answer" in said["psrp dc01.contoso.com"].why
    assert str(said[FRONT_END].identity).startswith("FE01 in contoso.com, computer account S-1-5-21-")


def test_making_a_plan_asks_no_host(workspace: Workspace, world: World) -> None:
    opened: list[str] = []
    connect = world.connect
    world.connect = lambda *given: (opened.append(given[0]), connect(*given))[1]  # type: ignore[method-assign]
    made = Workspace.plan(workspace, "restore-se", SE, workspace.newest(), {})
    assert opened == []
    assert {one.identity for one in made.identified.values()} == {Identity()}


def test_a_silent_server_is_known_by_its_computer_account_from_another_member(
    workspace: Workspace, world: World
) -> None:
    world.refuse.add(SE)
    known = planned(workspace).identified[KEY]
    assert known.identity.account == world.identity(SE).account
    assert known.identity.machine == ""
    assert "says" in known.why


def test_a_rebuilt_host_is_shown_at_its_first_contact_and_compared_from_then_on(
    workspace: Workspace, world: World
) -> None:
    operator = Watchful(world)
    made = planned(workspace)
    world.installed[SE] += 1
    runner = begin(workspace, world, operator, made)
    assert runner.run().end == "finished"
    [asked] = operator.met
    assert asked.met is not None
    assert asked.met.first
    assert not asked.met.other
    assert asked.why == f"{SE} answers for the first time since it was installed again"
    assert "it has the same computer account" in asked.met.known
    wiped = next(step.id for step in made.steps if step.destructive and step.by_hand)
    order = [(e.type, e.step) for e in events(workspace, runner.run_name, "host_doubted", "step_finished")]
    assert order.index(("host_doubted", asked.step.id)) > order.index(("step_finished", wiped))
    told = {e.data["host"]: e.data for e in events(workspace, runner.run_name, "host_identified")}
    assert told[SE]["how"] == "first-contact"
    assert told[SE]["by"] == "ann"
    assert told[SE]["identity"]["machine"] == world.identity(SE).machine
    assert told[FE]["how"] == "as-recorded"
    with Reader(workspace.home.runs / runner.run_name) as reader:
        shown = report.of(reader)
    lines = "\n".join(report.render_text(shown, width=400))
    assert f"{FE} says it is {world.identity(FE)}; as the plan says" in lines
    assert f"{SE} says it is {world.identity(SE)}; confirmed at its first contact (ann)" in lines
    assert {one["text"].partition(" ")[0] for one in shown.to_data()["hosts"]} == {SE, FE, "dc01.contoso.com"}


def test_another_machine_stops_the_run_and_is_sent_nothing(workspace: Workspace, world: World) -> None:
    made = planned(workspace)
    world.installed[FE] += 1
    operator = Watchful(world, fe01="stop")
    runner = begin(workspace, world, operator, made)
    assert runner.run().end == "paused"
    [front_end] = [one for one in operator.met if one.met and one.met.host == FE]
    assert front_end.why.startswith(f"another machine answers at {FE}: machine SID: ")
    assert not any(world.done[step.id] for step in made.steps if step.host == FE and not step.by_hand)
    # Whoever goes on is asked again, as it may have been put right; a person's word lets it pass.
    again = Watchful(world)
    resumed = RunSession.resume(workspace, runner.run_name, by="ann")
    assert resumed.in_the_way == []
    assert resumed.start(again).run().end == "finished"
    assert [one.met.host for one in again.met if one.met] == [FE]
    [confirmed] = [e for e in events(workspace, runner.run_name, "host_identified") if e.data["how"] == "confirmed"]
    assert (confirmed.data["host"], confirmed.data["by"]) == (FE, "ann")


def test_one_that_was_put_right_needs_no_word(workspace: Workspace, world: World) -> None:
    made = planned(workspace)
    world.installed[FE] += 1
    runner = begin(workspace, world, Watchful(world, fe01="stop"), made)
    runner.run()
    world.installed[FE] = 0
    again = Watchful(world)
    assert RunSession.resume(workspace, runner.run_name, by="ann").start(again).run().end == "finished"
    assert again.met == []


def test_another_computer_account_after_a_rebuild_is_said_loudly(workspace: Workspace, world: World) -> None:
    made = planned(workspace)
    then = made.identified[KEY]
    moved = replace(then, identity=replace(then.identity, account="S-1-5-21-1-2-3-4"))
    operator = Watchful(world, se01="stop")
    runner = begin(workspace, world, operator, replace(made, identified=made.identified | {KEY: moved}))
    assert runner.run().end == "paused"
    [asked] = operator.met
    account = world.identity(SE).account
    assert asked.why == (
        f"{SE} was installed again and has ANOTHER COMPUTER ACCOUNT: computer account: {account}, "
        "recorded S-1-5-21-1-2-3-4"
    )


def test_a_host_that_was_not_known_is_asked_about(workspace: Workspace, world: World) -> None:
    world.refuse.add(FE)
    made = planned(workspace)
    world.refuse.clear()
    operator = Watchful(world)
    assert begin(workspace, world, operator, made).run().end == "finished"
    whys = [one.why for one in operator.met if one.met and one.met.host == FE]
    assert whys == [f"{FE} answers for the first time and it was not known when the plan was made"]


def test_a_host_that_does_not_say_what_it_is_is_asked_about_once(workspace: Workspace, world: World) -> None:
    world.mute.add(FE)
    operator = Watchful(world)
    made = planned(workspace)
    assert made.identified[FRONT_END].why == "it does not say what it is"
    runner = begin(workspace, world, operator, made)
    assert runner.run().end == "finished"
    assert [one.met.host for one in operator.met if one.met].count(FE) == 1


def test_where_two_approve_another_machine_needs_both(workspace: Workspace, world: World) -> None:
    workspace.record(Cell.parse(approval.CELL), "yes")
    workspace.quiet = world.connect
    made = planned(workspace)
    assert made.second_person
    world.plan = made
    world.installed[FE] += 1
    operator = Watchful(world, fe01="stop")
    runner = begun(workspace, made, operator, second="ben")
    assert runner.run().end == "paused"
    assert not next(one for one in operator.met if one.met and one.met.host == FE).may_accept
    again = RunSession.resume(workspace, runner.run_name, by="ann")
    assert again.approval_wanted == f"{FE} is another machine than was approved"
    [finding] = again.in_the_way
    assert (finding.check, finding.host, finding.status) == (identities.CHECK, FE, "caution")
    again.accept(finding, "new hardware")
    with pytest.raises(Refused, match="another machine than was approved"):
        again.start(Watchful(world))
    again.approve("ben")
    assert again.start(Watchful(world)).run().end == "finished"


def test_one_person_cannot_confirm_what_two_approve(workspace: Workspace, world: World) -> None:
    workspace.record(Cell.parse(approval.CELL), "yes")
    made = planned(workspace)
    world.plan = made
    world.installed[FE] += 1
    with pytest.raises(Refused, match="two persons"):
        begun(workspace, made, Watchful(world), second="ben").run()
    assert not any(world.done[step.id] for step in made.steps if step.host == FE and not step.by_hand)


HOSTS: dict[str, tuple[dict[str, str], str]] = {
    "nobody says": ({}, f"Then write `hosts: {{{SE}: "),
    "accepted": ({SE: "accept"}, ""),
    "by its SID": ({SE: "the SID"}, ""),
    "another SID": ({SE: "S-1-5-21-4-4-4-4"}, f"Then write `hosts: {{{SE}: "),
}


@pytest.mark.parametrize("case", HOSTS)
def test_unattended_the_answers_say_what_a_rebuilt_host_is(workspace: Workspace, world: World, case: str) -> None:
    hosts, refused = HOSTS[case]
    hosts = {name: text.replace("the SID", world.identity(SE).account) for name, text in hosts.items()}
    made = planned(workspace)
    world.plan = made
    world.installed[SE] += 1
    by_hand = {step.id: (Answer("done", next(iter(step.choices), "")),) for step in made.steps if step.by_hand}
    # What was written to confirm a step is no word about its host.
    by_hand |= {step.id: (Answer("go", step.confirm_text),) for step in made.steps if step.confirm != "none"}
    by_hand |= {
        step.id: (Answer("go", step.confirm_text), Answer("done"))
        for step in made.steps
        if step.by_hand and step.destructive
    }

    class Scripted(ScriptedOperator):
        def ask(self, request: Request) -> Answer:
            if request.kind == "perform":
                world.done[request.step.id] += 1
            return super().ask(request)

        def show(self, event: RunEvent) -> None:
            world.hear(event)

    operator = Scripted(Script(answers=by_hand, hosts=hosts), approve_destructive=True)
    if not hosts:
        with pytest.raises(Refused) as early:
            operator.must_answer(made)
        assert f"hosts.{SE}" in early.value.detail
    runner = begun(workspace, made, operator)
    if not refused:
        assert runner.run().end == "finished"
        return
    with pytest.raises(Refused, match="answers for the first time") as stopped:
        runner.run()
    assert refused in stopped.value.hint
    assert world.identity(SE).account in stopped.value.hint


def fixed(workspace: Workspace, plan: Plan, path: Path) -> RunSession:
    """The session of a plan that was made earlier; its gates and checks are left out here, so that it is not proven."""
    model.save(plan, path)
    return RunSession(workspace, model.load(path), by="ann", fixed=True)


def test_the_checks_of_a_plan_made_earlier_name_another_machine(
    workspace: Workspace, world: World, tmp_path: Path
) -> None:
    session = fixed(workspace, planned(workspace), tmp_path / "plan.json")
    world.plan = session.plan
    assert session.examine(lambda _: None) == []
    world.installed[FE] += 1
    [finding] = session.examine(lambda _: None)
    assert finding.message.startswith(f"another machine answers at {FE}: machine SID: ")
    assert finding.host == FE
    with pytest.raises(Refused, match="blocked by 1 finding"):
        session.start(Watchful(world))
    with pytest.raises(Refused, match="blocked by 1 finding"):
        headless(session, ScriptedOperator(Script()), Script(hosts={FE: "accept"}, accept={identities.CHECK: "x"}))
    session.accept(finding, "new hardware")
    session.approve()
    operator = Watchful(world)
    runner = session.start(operator)
    assert runner.run().end == "finished"
    assert FE not in [one.met.host for one in operator.met if one.met]
    [told] = [e.data for e in events(workspace, runner.run_name, "host_identified") if e.data["host"] == FE]
    assert (told["how"], told["reason"]) == ("confirmed", "new hardware")


def test_unattended_a_host_that_nobody_knew_stops_before_the_first_step(
    workspace: Workspace, world: World, tmp_path: Path
) -> None:
    world.refuse.add(FE)
    made = planned(workspace)
    world.refuse.clear()
    account = world.identity(FE).account
    for hosts in ({}, {FE: "S-1-5-21-4-4-4-4"}):
        session = fixed(workspace, made, tmp_path / "plan.json")
        with pytest.raises(Refused, match="blocked by 1 finding") as refused:
            headless(session, ScriptedOperator(Script()), Script(hosts=hosts), quiet=True)
        assert f"{FE} answers for the first time and it was not known" in refused.value.detail
        assert session.run == ""
        assert f"hosts: {{{FE}: {account}}}" in session.in_the_way[0].hint
    session = fixed(workspace, made, tmp_path / "plan.json")
    world.plan = session.plan
    with pytest.raises(Refused, match="prep-decide"):
        headless(session, ScriptedOperator(Script()), Script(hosts={FE: "accept"}), quiet=True)
    [told] = [e.data for e in events(workspace, session.run, "host_identified") if e.data["host"] == FE]
    assert (told["how"], told["reason"]) == ("first-contact", "the answers say that this is the host")


def test_the_right_machine_again_takes_the_caution_back(workspace: Workspace, world: World, tmp_path: Path) -> None:
    session = fixed(workspace, planned(workspace), tmp_path / "plan.json")
    world.installed[FE] += 1
    assert [one.status for one in session.examine(lambda _: None)] == ["caution"]
    world.installed[FE] = 0
    assert [one.status for one in session.examine(lambda _: None, {(identities.CHECK, FE)})] == ["ok"]
    assert session.in_the_way == []


FIELDS: dict[str, Callable[[Identity], Identity]] = {
    "name": lambda one: replace(one, name="FE09"),
    "domain": lambda one: replace(one, domain="contoso.net"),
    "computer account": lambda one: replace(one, account="S-1-5-21-7-7-7-7"),
    "machine SID": lambda one: replace(one, machine="S-1-5-21-7-7-7"),
    "certificate SHA-256": lambda one: replace(one, certificate="ab" * 32),
    "name and all": lambda _: Identity(instance="FE01"),
    "nothing": lambda _: Identity(),
}


@pytest.mark.parametrize("what", FIELDS)
def test_a_changed_identity_in_a_plan_is_found_when_the_host_answers(
    workspace: Workspace, world: World, tmp_path: Path, what: str
) -> None:
    """Nothing else can tell: a plan whose hash was reckoned anew says what somebody wrote into it."""
    made = planned(workspace)
    then = made.identified[FRONT_END]
    forged = replace(
        made, identified=made.identified | {FRONT_END: replace(then, identity=FIELDS[what](then.identity))}
    )
    session = fixed(workspace, forged, tmp_path / "plan.json")
    world.plan = session.plan
    found = session.examine(lambda _: None)
    if what == "nothing":
        assert found == [], "it is asked about at its first contact"
    else:
        assert what.partition(" and")[0] in found[0].message
        for finding in found:
            session.note(replace(finding, status="ok"))
    operator = Watchful(world, fe01="stop")
    session.approve()
    assert session.start(operator).run().end == "paused"
    asked = [one for one in operator.met if one.met and one.met.host == FE]
    assert len(asked) == 1
    assert not any(world.done[step.id] for step in made.steps if step.host == FE and not step.by_hand)


def with_databases(workspace_of: Callable[[str], Workspace]) -> tuple[Workspace, Plan, str]:
    """A plan that restores databases, without checks, and the key of its first instance that it does not install."""
    workspace = workspace_of("contoso-archmon")
    target = workspace.targets("restore-archmon")[0]
    made = workspace.plan("restore-archmon", target, workspace.newest(), {})
    made = identities.of_plan(made, workspace.connect)
    made = replace(made, checks=(), steps=tuple(replace(step, before=()) for step in made.steps))
    return workspace, made, next(name for name in made.identified if name.startswith("sql "))


def test_an_instance_is_known_by_when_it_was_installed(workspace_of: Callable[[str], Workspace], world: World) -> None:
    workspace, made, name = with_databases(workspace_of)
    host = name.removeprefix("sql ")
    assert made.identified[name].identity == world.identity(host)
    assert made.identified[name].identity.installed == "2013-04-01T09:13:36"
    world.installed[host] += 1
    operator = Watchful(world, **{host.partition(".")[0]: "stop"})
    runner = begin(workspace, world, operator, replace(made, identified=_kept(made, name)))
    assert runner.run().end == "paused"
    [asked] = [one for one in operator.met if one.met and one.met.key == name]
    assert asked.why.endswith(": installed: 2013-04-02T09:13:36, recorded 2013-04-01T09:13:36")
    assert "sys.server_principals" in asked.hint
    sent = [step for step in made.steps if step.host.lower() == host and not step.by_hand]
    assert not any(world.done[step.id] for step in sent)


@pytest.mark.parametrize("known", [True, False], ids=["rebuilt", "silent when the plan was made"])
def test_an_instance_is_shown_at_its_first_contact_and_compared_from_then_on(
    workspace_of: Callable[[str], Workspace], world: World, known: bool
) -> None:
    workspace, made, name = with_databases(workspace_of)
    host = name.removeprefix("sql ")
    one = replace(
        made.identified[name], rebuilt=known, identity=made.identified[name].identity if known else Identity()
    )
    world.installed[host] += 1
    operator = Watchful(world)
    runner = begin(workspace, world, operator, replace(made, identified=made.identified | {name: one}))
    assert runner.run().end == "finished"
    [asked] = [one for one in operator.met if one.met and one.met.key == name]
    assert asked.met is not None
    assert (asked.met.first, asked.met.other) == (True, False)
    told = [e.data for e in events(workspace, runner.run_name, "host_identified") if e.data["host"] == host]
    assert [(e["how"], e["identity"]["installed"]) for e in told] == [("first-contact", "2013-04-02T09:13:36")]


def _kept(made: Plan, name: str) -> dict[str, model.Identified]:
    return {**made.identified, name: replace(made.identified[name], rebuilt=False)}
