"""The operator of a backup at night: leaves out what fails, with the reason, and saves everything else."""

from __future__ import annotations

from collections.abc import Callable

from lync_wizard.runs.runner import Answer, Request
from lync_wizard.runs.state import RunEvent

_ONCE_MORE = frozenset({"unreachable", "blocked", "reconcile"})
"""What is tried a second time. An export whose end nobody saw is made anew: its file may be half of one."""


class UnattendedOperator:
    """Never asks anybody: a step that fails is left out and makes the set incomplete; the others are still saved."""

    def __init__(self, on_event: Callable[[RunEvent], None] = lambda _: None) -> None:
        self._on_event = on_event
        self._tried: set[str] = set()

    def ask(self, request: Request) -> Answer:
        """Implements :meth:`lync_wizard.runs.runner.Operator.ask`; raises nothing."""
        if request.kind == "confirm":
            return Answer("go", request.step.confirm_text, by="schedule")
        if request.met is not None and request.met.first and not request.met.other:
            # Nothing is changed there, and what it is stands in the report; another machine than before is left out.
            return Answer("go", reason="nobody was present; a backup only reads", by="schedule")
        if request.kind in _ONCE_MORE and request.step.id not in self._tried:
            self._tried.add(request.step.id)
            return Answer("again", by="schedule")
        why = request.why or (request.proof.evidence if request.proof else "") or "nobody was present to do it"
        return Answer("skip", reason=why, by="schedule")

    def show(self, event: RunEvent) -> None:
        """Implements :meth:`lync_wizard.runs.runner.Operator.show`."""
        self._on_event(event)
