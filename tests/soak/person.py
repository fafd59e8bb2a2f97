"""Whoever sits before the wizard in a crash matrix: follows the drill's script, remembers their own deeds, looks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from lync_wizard.core.errors import WizardError
from lync_wizard.hosts.command import SimulatedAction
from lync_wizard.lab.server.companion import LabActions
from lync_wizard.plans.model import PlannedStep
from lync_wizard.runs.runner import Answer, Request
from lync_wizard.runs.scripted_operator import Script, ScriptedOperator
from lync_wizard.runs.state import RunEvent

MEMORY = "deeds.json"
"""What the person has done by hand, step by step: it outlives the wizard, as a memory does."""


CLEARED = {
    "is there already: a backup goes into a new file": "set-torn-backup-aside",
    "because it is involved in a database mirroring session": "uninstall-half-made-mirror",
}
"""What is said of what an interrupted attempt left, and the action that clears it before the step is tried again."""

ALREADY = "already"
"""What the lab says of an action that was carried out before."""


class Actions:
    """The lab's simulated actions, and a memory of what they did; what was done in a step is not done there again."""

    def __init__(self, lab: Path) -> None:
        self.file = lab / MEMORY
        self.action_provider = LabActions(lab)
        self.step = ""

    def remembered(self) -> dict[str, list[str]]:
        try:
            found: dict[str, list[str]] = json.loads(self.file.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        return found

    def do(self, name: str) -> str:
        known = self.remembered()
        if name in known.get(self.step, []):
            return "done before"
        try:
            said = self.action_provider.do(name)
        except WizardError as error:
            # The wizard was killed when the person had done it, before that was written down here.
            if ALREADY not in error.summary:
                raise
            said = error.summary
        known.setdefault(self.step, []).append(name)
        self.file.write_text(json.dumps(known), "utf-8")
        return said


class Person:
    """An operator for a lab in ``lab``; ``ran`` says whether a command of which nobody can tell had an effect."""

    def __init__(
        self,
        lab: Path,
        script: Script,
        *,
        ran: Callable[[PlannedStep], bool] = lambda _: False,
        on_event: Callable[[RunEvent], None] = lambda _: None,
    ) -> None:
        self.action_provider = Actions(lab)
        self.script = script
        self.ran = ran
        self.on_event = on_event
        self.scripted = ScriptedOperator(script, approve_destructive=True, action_provider=self.action_provider)

    def ask(self, request: Request) -> Answer:
        self.action_provider.step = request.step.id
        if request.kind == "reconcile":
            return self._reconcile(request)
        cleared = next((action for said, action in CLEARED.items() if said in request.why), "")
        if request.kind == "decide" and cleared:
            self.action_provider.action_provider.do(cleared)
            return Answer("again")
        return self.scripted.ask(request)

    def show(self, event: RunEvent) -> None:
        self.on_event(event)

    def _reconcile(self, request: Request) -> Answer:
        """The host's word where it has one; else memory for what was done by hand, and a look for what was sent."""
        step = request.step
        if request.proof and request.proof.answer != "cannot-tell":
            return Answer("done" if request.proof.answer == "yes" else "again", reason="the host says so")
        if step.by_hand:
            return Answer("done" if self._remembers(step) else "again", reason="remembered")
        return Answer("done" if self.ran(step) else "again", reason="looked at it")

    def _remembers(self, step: PlannedStep) -> bool:
        wanted = self.script.actions.get(step.id)
        if wanted is None:
            wanted = (step.command.name,) if isinstance(step.command, SimulatedAction) and step.command.name else ()
        whole = {action if "@" in action else f"{action}@{step.host}" for action in wanted}
        return bool(whole) and whole <= set(self.action_provider.remembered().get(step.id, []))
