"""What a front end offers during a drill: the actions possible now, and a way to carry one out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lync_wizard.core.errors import Unreachable, WizardError
from lync_wizard.lab.server.control import LabControl

TITLE: Final = "Simulated actions"


@dataclass(frozen=True)
class Offer:
    """An action that is possible now, on one of several lost servers ``NAME@HOST``; ``seconds`` as in reality."""

    name: str
    title: str
    seconds: int


class LabActions:
    """The simulated actions of the lab in ``home``.

    Every method raises :class:`lync_wizard.core.errors.WizardError` with the lab's message where it refuses, and
    :class:`lync_wizard.core.errors.Unreachable` where no lab answers.
    """

    title = TITLE

    def __init__(self, home: Path) -> None:
        self._control = LabControl(home)
        self.refused: list[str] = []
        """Actions that were refused, each with the reason."""

    def actions(self) -> list[Offer]:
        """The actions possible now, in the order of a rebuild."""
        return [
            Offer(action["name"], action["title"], int(action["seconds"]))
            for action in self._control.actions()
            if action["available"]
        ]

    def do(self, name: str) -> str:
        """Carry out an action; returns what the screen of that machine then says."""
        try:
            return str(self._control.do(name)["said"])
        except Unreachable:
            raise
        except WizardError as error:
            self.refused.append(f"{name}: {error.summary}")
            raise
