"""What a run asks of people, and what they say: the line between the loop that has effects and whoever answers it."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from lync_wizard.core.errors import WizardError
from lync_wizard.plans.model import PlannedStep
from lync_wizard.procedures.expectations import Proof
from lync_wizard.runs.host_identity import Met
from lync_wizard.runs.state import RunEvent

Choice = Literal["go", "done", "again", "look", "skip", "stop", "note"]


def this_user() -> str:
    """Who stands in the journal as the operator of this process."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "operator"


@dataclass(frozen=True)
class Answer:
    """What a person (or a script) said: a choice, what was typed for it, a reason, and who."""

    choice: Choice
    text: str = ""
    reason: str = ""
    by: str = ""
    wrong: tuple[str, ...] = field(default=(), compare=False)
    """What was typed as the target before, and was not."""


@dataclass(frozen=True)
class Gate:
    """A precondition as it was found just now."""

    title: str
    proof: Proof

    @property
    def evidence(self) -> str:
        """What came back, as far as it says more than the title."""
        said = self.proof.evidence
        return "" if said.casefold().rstrip(".") == self.title.casefold().rstrip(".") else said

    def __str__(self) -> str:
        return f"{self.title}: {self.evidence}" if self.evidence else self.title


@dataclass(frozen=True)
class Request:
    """What is asked of the operator about one step, with everything an answer needs.

    ``hint`` says what can be done, and for a step whose end is doubtful what to look at, and where. ``failed``: the
    command itself failed, and ``proof`` is what the host says all the same.

    ``kind``: ``confirm`` (go, skip, stop) · ``perform`` (a person's work or decision: done, skip, stop) · ``decide``
    (failed or not proven: again, done only where ``may_accept``, skip, stop) · ``reconcile`` (nobody knows whether it
    ran: look once more, done, again, stop) · ``blocked`` (a precondition does not hold) and ``unreachable`` (nothing
    was sent): again, skip, stop · ``identity`` (whether ``met`` is the host that is meant; nothing was sent): go where
    ``may_accept``, again, skip, stop.
    """

    kind: Literal["confirm", "perform", "decide", "reconcile", "blocked", "unreachable", "identity"]
    step: PlannedStep
    why: str = ""
    hint: str = ""
    gates: tuple[Gate, ...] = ()
    reads: Mapping[str, str] = field(default_factory=dict)
    proof: Proof | None = None
    sent_at: str = ""
    failed: bool = False
    may_accept: bool = False
    cause: WizardError | None = field(default=None, compare=False)
    """Of what could not be sent: what kept it from being sent."""
    met: Met | None = None
    """What answers at a host that is not known yet, or that is another than the plan says."""


class Operator(Protocol):
    """Whoever answers: a screen, line mode, or a script."""

    def ask(self, request: Request) -> Answer:
        """Answer a request; blocks the runner's thread until somebody does.

        ``note`` records ``text`` and asks again. Raises :class:`Refused` where nobody can answer.
        """

    def show(self, event: RunEvent) -> None:
        """See an event, outputs included, as soon as it is recorded. Must return at once."""
