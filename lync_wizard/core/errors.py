"""What the program says when it cannot go on: one sentence, one hint, and the exit code that scripts read."""

from __future__ import annotations

from typing import ClassVar, Final

from lync_wizard.core import terminal

UNEXPECTED: Final = 70
"""Exit code of an exception that nobody foresaw (EX_SOFTWARE); a report lies in the home's ``reports``."""


class WizardError(Exception):
    """The answer is no: a check, a verification or a run failed (exit code 1).

    ``summary`` is lower case without a full stop, ``hint`` a full sentence in the imperative, ``detail`` the unaltered
    text of whoever complained.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, summary: str, hint: str, detail: str = "") -> None:
        super().__init__(summary)
        self.summary = summary
        self.hint = hint
        self.detail = detail
        self.go_on = ""
        """The command that goes on with what was begun; said last, where there is one."""

    def __str__(self) -> str:
        lines = [terminal.visible(self.summary), f"HINT: {terminal.visible(self.hint)}"]
        return "\n".join([*lines, *terminal.lines(self.detail)] if self.detail else lines)


class InputError(WizardError):
    """Wrong usage, an invalid file or a missing value; nothing was changed (exit code 2)."""

    exit_code = 2


class Refused(WizardError):
    """Refused for safety: a confirmation, an approval or an answer is missing (exit code 3)."""

    exit_code = 3


class Unreachable(WizardError):
    """A host, share or database could not be reached or refused the account (exit code 4)."""

    exit_code = 4


class Denied(Unreachable):
    """The host answered and refused the account or its password (exit code 4)."""


class NotAdmitted(Denied):
    """The host took the password and does not let the account in: it is known there, and may not (exit code 4)."""


class Paused(WizardError):
    """Paused or interrupted by the operator; the run can be resumed (exit code 130)."""

    exit_code = 130


def render(error: WizardError) -> str:
    """The one wording of an error for terminal, screen and paper: ``summary``, then ``HINT:``, then any detail."""
    return str(error)
