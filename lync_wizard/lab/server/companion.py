"""What a front end shows beside itself in a drill: the deeds possible now, and a way to do one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lync_wizard.core.errors import Unreachable, WizardError
from lync_wizard.lab.server.control import LabControl

TITLE: Final = "Your hands"


@dataclass(frozen=True)
class Offer:
    """A deed that can be done now, on one of several lost servers ``NAME@HOST``; ``seconds`` is its time in life."""

    name: str
    title: str
    seconds: int


class LabActions:
    """The trainee's hands in the lab of ``home``.

    Every method raises :class:`lync_wizard.core.errors.WizardError` with the lab's own words where it refuses, and
    :class:`lync_wizard.core.errors.Unreachable` where no lab answers.
    """

    title = TITLE

    def __init__(self, home: Path) -> None:
        self._door = LabControl(home)
        self.refused: list[str] = []
        """Deeds that were refused, each with the reason."""

    def actions(self) -> list[Offer]:
        """The deeds possible now, in the order of a rebuild."""
        return [
            Offer(action["name"], action["title"], int(action["seconds"]))
            for action in self._door.actions()
            if action["available"]
        ]

    def do(self, name: str) -> str:
        """Do a deed; returns what the screen of that machine says then."""
        try:
            return str(self._door.do(name)["said"])
        except Unreachable:
            raise
        except WizardError as error:
            self.refused.append(f"{name}: {error.summary}")
            raise
