"""A bare app that shows one screen of the product with plain values, and keeps what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from textual.app import App
from textual.filter import LineFilter
from textual.message import Message
from textual.screen import Screen

import lync_wizard.tui
from lync_wizard.tui import messages, themes
from lync_wizard.tui.widgets.frame import Setting

TCSS = Path(lync_wizard.tui.__file__).parent / "wizard.tcss"
OUT = (
    messages.Answered, messages.Wanted, messages.ExamineAsked, messages.EntryTyped, messages.UndoAsked,
    messages.ActionAsked, messages.SaveAsked,
)  # fmt: skip


@dataclass
class Clock:
    """Monotonic seconds that the test moves; by itself it jumps a second at every look."""

    at: float = 100.0
    jump: float = 1.0

    def __call__(self) -> float:
        self.at += self.jump
        return self.at


NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def setting(kind: str = "drill", under_way: str = "restore-se se01.contoso.com", clock: Clock | None = None) -> Setting:
    """A frame whose clocks belong to the test."""
    return Setting("contoso", kind, under_way, "contoso.com", clock or Clock(), lambda: NOON + timedelta(minutes=31))


class Stage(App[None]):
    """Shows one screen; ``value`` is what it dismissed with, ``sent`` the messages it posted."""

    CSS_PATH = str(TCSS)

    def __init__(self, screen: Screen[Any], filters: Sequence[LineFilter] = ()) -> None:
        super().__init__()
        self.shown = screen
        self.dismissed: list[Any] = []
        self.sent: list[Message] = []
        self.filters = filters
        self.register_theme(themes.DARK)
        self.theme = themes.DARK.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(themes.DARK.variables)

    def get_line_filters(self) -> Sequence[LineFilter]:
        return (*super().get_line_filters(), *self.filters)

    def on_mount(self) -> None:
        self.push_screen(self.shown, self.dismissed.append)


def _keep(self: Stage, message: Message) -> None:
    self.sent.append(message)


for _kind in OUT:
    setattr(Stage, _kind.handler_name, _keep)


def text_of(app: App[Any]) -> list[str]:
    """The lines of the screen as a person reads them."""
    width, height = app.size
    strips = app.screen._compositor.render_strips()
    lines = ["".join(segment.text for segment in strip) for strip in strips]
    for line_filter in app.get_line_filters():
        if hasattr(line_filter, "text"):
            lines = [line_filter.text(line) for line in lines]
    return [line[:width].rstrip() for line in lines[:height]]
