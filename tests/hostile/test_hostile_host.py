"""A host that sends what a terminal would obey, in output, errors and answers: line mode, journal, listing, report."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from dataclasses import replace

from lync_wizard.core.errors import WizardError
from lync_wizard.core.prompts import Prompts, through
from lync_wizard.core.storage import Home
from lync_wizard.hosts import HostError, Limits, Output, Reply, Stream, Transport
from lync_wizard.hosts.command import Command
from lync_wizard.line_mode import PlainOperator
from lync_wizard.runs.runner import Answer
from lync_wizard.runs.scripted_operator import Script, ScriptedOperator
from lync_wizard.runs.state import RunEvent
from lync_wizard.workspace.workspace import Workspace
from tests.command import call
from tests.hostile.homes import HOSTILE, forged, obeyed
from tests.world import World, WorldSession, begun

SENDS = HOSTILE + "\ud800"
STREAMS: tuple[Stream, ...] = ("output", "verbose", "warning", "progress", "information", "debug")


class HostileSession(WorldSession):
    def run(
        self, command: Command, *, limits: Limits, on_output: Callable[[Output], None], cancel: threading.Event
    ) -> Reply:
        for stream in STREAMS:
            on_output(Output(stream, SENDS))
        on_output(Output("error", SENDS, HostError(SENDS, SENDS, SENDS, SENDS)))
        reply = super().run(command, limits=limits, on_output=on_output, cancel=cancel)
        objects = tuple(replace(one, text=one.text + SENDS) for one in reply.objects)
        return replace(reply, objects=objects, why=reply.why and reply.why + SENDS)


class HostileWorld(World):
    def connect(self, server: str, account: str, transport: Transport = "psrp") -> WorldSession:
        del account, transport
        return HostileSession(self, server)


def test_nothing_of_a_run_on_it_is_obeyed(workspace: Workspace, home: Home) -> None:
    world = HostileWorld()
    workspace.connect = world.connect
    plan = workspace.plan("restore-se", "se01.contoso.com", workspace.newest(), {})
    world.plan = plan
    world.fail = {[step for step in plan.steps if not step.by_hand][5].id: SENDS}
    by_hand = {s.id: (Answer("done", s.choices[0] if s.choices else SENDS),) for s in plan.steps if s.by_hand}
    out = io.StringIO()
    shown = PlainOperator(Prompts(through(io.StringIO(), out), out))

    def hear(event: RunEvent) -> None:
        world.hear(event)
        if event.type == "step_started" and event.step in by_hand:
            world.done[event.step or ""] += 1
        shown.show(event)

    operator = ScriptedOperator(Script(by_hand), approve_destructive=True, on_event=hear)
    runner = begun(workspace, plan, operator)
    shown.follow(plan, runner.so_far())
    refused = ""
    try:
        runner.run()
    except WizardError as error:
        refused = str(error)
    assert "FORGED" in out.getvalue()
    assert refused, "the failed step has no answer"
    texts = {"line mode": out.getvalue(), "refusal": refused}
    for words in (("watch",), ("runs", "show"), ("report",), ("runs", "list"), ("resume", "--plain")):
        done = call(home.root, *words, *([] if words[-1] == "list" else [runner.run_name]))
        assert done.returncode != 70, done.stderr
        texts[" ".join(words)] = done.stdout + done.stderr
    for place, text in texts.items():
        assert not obeyed(text), place
        assert not forged(text), place
