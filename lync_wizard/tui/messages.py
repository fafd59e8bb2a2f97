"""The messages of screens and threads to the app."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Literal

from textual.message import Message
from textual.screen import Screen

if TYPE_CHECKING:
    from lync_wizard.checks import Finding
    from lync_wizard.runs.runner import Answer, Request, Result
    from lync_wizard.worksheets import Cell

Wish = Literal["open", "stop", "cancel", "skip", "note", "log", "find", "actions"]


class ForRun(Message):
    """What the run under way takes; the app has one handler for all of these."""


class ForServices(Message):
    """What single screens ask for while they stay open; the app has one handler for all of these."""


class ThreadFailed(Message):
    """A thread that nobody waits for ended with an unexpected exception."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class Arrived(ForRun):
    """The operator has events to be taken (posted by the runner's thread, at most once until they are taken)."""


class Asked(ForRun):
    """The runner waits for an answer."""

    def __init__(self, request: Request) -> None:
        super().__init__()
        self.request = request


class Ended(ForRun):
    """The runner's thread has ended: with a result, or with what it raised."""

    def __init__(self, result: Result | None, error: Exception | None = None) -> None:
        super().__init__()
        self.result = result
        self.error = error


class Answered(ForRun):
    """The run screen's answer to the question it shows."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


class Wanted(ForRun):
    """Something else than an answer is wanted while a run is under way."""

    def __init__(self, wish: Wish) -> None:
        super().__init__()
        self.wish = wish


class ExamineAsked(ForServices):
    """Run checks: these ``(check, host)``, or all where none is named."""

    def __init__(self, only: Collection[tuple[str, str]] = ()) -> None:
        super().__init__()
        self.only = tuple(only)


class Found(ForServices):
    """A check answered (posted by the thread that examines); ``screen`` is who asked."""

    def __init__(self, screen: Screen[Any], finding: Finding) -> None:
        super().__init__()
        self.screen = screen
        self.finding = finding


class EntryTyped(ForServices):
    """A value was typed for a worksheet cell."""

    def __init__(self, cell: Cell, text: str) -> None:
        super().__init__()
        self.cell = cell
        self.text = text


class UndoAsked(ForServices):
    """Take back the last value that was recorded."""


class ActionAsked(ForRun):
    """A simulated manual action is to be carried out."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class StatusAsked(ForServices):
    """The home screen is shown: read the status of backups, printouts and hosts."""

    def __init__(self, screen: Screen[Any]) -> None:
        super().__init__()
        self.screen = screen


class HostsAsked(ForServices):
    """Ask the hosts again what is left; now somebody may be asked for a password."""


class SurveyProgressed(ForServices):
    """Hosts have said more (posted by the thread that asks them)."""


class PrintAsked(ForServices):
    """Make the printout of a screen, as a PDF among the reports."""

    def __init__(self, screen: Screen[Any]) -> None:
        super().__init__()
        self.screen = screen


class JobProgressed(ForServices):
    """A further piece of work has begun (posted by the thread that does it)."""

    def __init__(self, screen: Screen[Any], text: str) -> None:
        super().__init__()
        self.screen = screen
        self.text = text


class SaveAsked(ForServices):
    """Write a text as a file among the reports."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__()
        self.name = name
        self.text = text
