"""The log of a run: bounded, filtered by stream, following its end until the reader scrolls away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from lync_wizard.core import timestamps
from lync_wizard.runs import error_hints, report
from lync_wizard.runs.state import RunEvent

TAGS: Final = {
    "output": "out", "information": "out", "warning": "warn", "error": "ERR", "verbose": "verb", "debug": "verb",
    "progress": "prog", "sent": "sent",
}  # fmt: skip
FILTERS: Final[dict[str, frozenset[str] | None]] = {
    "all streams": None,
    "without verbose and progress": frozenset({"out", "warn", "ERR", "hint", "run", "note"}),
    "warnings and errors": frozenset({"warn", "ERR", "hint"}),
    "errors": frozenset({"ERR", "hint"}),
}
"""What ``v`` goes through; None lets everything by."""
MOST_LINES: Final = 20_000
"""The widget forgets older lines; the journal has them all."""
_CONTROL: Final = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_HEAD: Final = 14


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line: local time of day, tag (out, warn, ERR, verb, prog, sent; hint, run, note for the wizard's own), text.

    ``step`` is whose host said it; None for the wizard's own lines.
    """

    at: str
    tag: str
    text: str
    step: str | None = None

    @property
    def plain(self) -> str:
        return f"{self.at} {self.tag:<4} {self.text}"


def clean(text: str) -> list[str]:
    """The lines of a host's text without what would move a cursor."""
    if text.isprintable():
        return [text]
    return [_CONTROL.sub("", line).expandtabs(4) for line in text.splitlines()] or [""]


def log_lines(event: RunEvent, hints: error_hints.HintTracker | None = None) -> list[LogLine]:
    """An event as lines of the log; several where a host wrote several. ``hints`` remembers those of the run."""
    hints = hints or error_hints.HintTracker()
    at = timestamps.local_text(event.at, "%H:%M:%S")
    data = event.data
    if event.type == "output":
        tag = TAGS.get(str(data.get("stream")), "out")
        text = str(data.get("text", ""))
        lines = [LogLine(at, tag, line, event.step) for line in clean(text)]
        return lines + _known(at, hints.beside(event))
    said = ""
    match event.type:
        case "plan_approved" if data.get("not_proven"):
            said = f"approved by {data.get('by')}, not proven: {data['not_proven']}"
        case "step_started":
            said = f"{event.step} sent" if data.get("command") else f"{event.step} begun manually"
            said += f", attempt {event.attempt}" if (event.attempt or 1) > 1 else ""
        case "command_resent":
            said = f"{event.step} sent again: {data.get('why')}"
        case "host_doubted" | "host_identified":
            said = report.host_met(data)
        case "step_finished":
            seconds = f" after {data['seconds']:.1f} s" if data.get("seconds") else ""
            why = f": {data['why']}" if data.get("why") else ""
            said = f"{event.step} ended {data.get('outcome')}{seconds}{why}"
        case "step_verified":
            said = f"{event.step} verified: {data.get('result')} ({data.get('evidence')})"
        case "step_skipped":
            said = f"{event.step} skipped: {data.get('reason')}"
        case "step_reconciled":
            said = f"{event.step} decided: {data.get('decision')} {data.get('reason') or ''}".rstrip()
        case "run_paused":
            said = f"run paused: {data.get('reason')}"
        case "run_resumed":
            said = f"run resumed by {data.get('by')}"
        case "run_finished":
            said = f"run ended: {data.get('result')}"
        case "note":
            return [LogLine(at, "note", line) for line in clean(str(data.get("text", "")))]
    lines = [LogLine(at, "run", line) for line in clean(said)] if said else []
    return lines + _known(at, hints.beside(event))


def _known(at: str, known: error_hints.Hint | None) -> list[LogLine]:
    """The line under an error that is a known one."""
    return [LogLine(at, "hint", str(known))] if known else []


class LogView(ScrollView, can_focus=True):
    """Lines as they come; only what is visible is ever rendered.

    ``wrap`` breaks long lines instead of cutting them. At most ``limit`` lines are kept.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"log--{name}" for name in ({*TAGS.values()} | {"hint", "run", "note", "time", "hit"})
    }
    BINDINGS: ClassVar[list[BindingType]] = [Binding("end", "follow", "newest", show=False)]
    unread: reactive[int] = reactive(0)
    """Lines that came since the reader scrolled away from the end."""

    def __init__(self, *, wrap: bool = False, limit: int = MOST_LINES, id: str | None = None) -> None:
        super().__init__(id=id)
        self.wrap = wrap
        self.limit = limit
        self.lines: list[LogLine] = []
        self.filter = "all streams"
        self.needle = ""
        self.following = True
        self._rows: list[tuple[LogLine, str, bool]] = []
        self._hit: int | None = None
        self._styles: dict[str, Style] = {}
        self._room = 0

    def add(self, lines: Sequence[LogLine]) -> None:
        """Append lines in one go; the view moves only where it follows."""
        if not lines:
            return
        if len(lines) > self.limit:
            lines = lines[-self.limit :]
        self.lines.extend(lines)
        shown = list(self._shown(lines))
        self._rows.extend(self._broken(shown))
        # Forgetting in blocks: taking single lines off the front of a long list would cost more than showing them.
        if len(self.lines) > self.limit + self.limit // 10:
            del self.lines[: len(self.lines) - self.limit]
        spare = len(self._rows) - self.limit
        gone = 0
        if spare > self.limit // 10:
            gone = spare
            del self._rows[:gone]
            self._hit = None if self._hit is None or self._hit < gone else self._hit - gone
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._rows))
        if self.following:
            self.scroll_end(animate=False, immediate=True, force=True, x_axis=False)
        else:
            self.unread += len(shown)
            if gone:
                self.scroll_to(y=max(0, self.scroll_offset.y - gone), animate=False, immediate=True, force=True)
        self.refresh()

    def show_only(self, name: str) -> None:
        """Apply one of :data:`FILTERS`."""
        self.filter = name
        self._rebuild()

    def show_next(self) -> None:
        """Apply the next of :data:`FILTERS`."""
        names = list(FILTERS)
        self.show_only(names[(names.index(self.filter) + 1) % len(names)])

    def wrap_lines(self, wrap: bool) -> None:
        """Break long lines, or cut them."""
        if wrap != self.wrap:
            self.wrap = wrap
            self._rebuild()

    def find(self, needle: str) -> bool:
        """Go to the nearest line above that holds ``needle`` (any case), from the end again when there is none."""
        if needle != self.needle:
            self.needle, self._hit = needle, None
        wanted = needle.lower()
        if not wanted:
            self.refresh()
            return False
        before = len(self._rows) if self._hit is None else self._hit
        order = (*range(before - 1, -1, -1), *range(len(self._rows) - 1, before - 1, -1))
        for index in order:
            if wanted in self._rows[index][1].lower():
                self._hit = index
                self.following = False
                self.scroll_to(y=max(0, index - self.size.height // 2), animate=False, immediate=True, force=True)
                self.refresh()
                return True
        self._hit = None
        self.refresh()
        return False

    def action_follow(self) -> None:
        """To the newest line, and follow from there."""
        self.following = True
        self.unread = 0
        self.scroll_end(animate=False, immediate=True, force=True, x_axis=False)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        at_end = new_value >= self.max_scroll_y - 0.5
        if at_end:
            self.following = True
            self.unread = 0
        elif new_value < old_value:
            self.following = False

    def on_resize(self) -> None:
        if self.scrollable_content_region.width != self._room:
            self._rebuild()
        elif self.following:
            self.scroll_end(animate=False, immediate=True, force=True, x_axis=False)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles.clear()

    def _shown(self, lines: Iterable[LogLine]) -> Iterable[LogLine]:
        wanted = FILTERS[self.filter]
        return lines if wanted is None else (line for line in lines if line.tag in wanted)

    def _broken(self, lines: Iterable[LogLine]) -> Iterable[tuple[LogLine, str, bool]]:
        room = max(20, self.scrollable_content_region.width - _HEAD)
        for line in lines:
            text = line.text
            if len(text) <= room or not self.wrap:
                yield line, text, True
                continue
            first = True
            while text:
                cut = room
                if len(text) > room and (space := text.rfind(" ", room // 2, room + 1)) > 0:
                    cut = space + 1
                yield line, text[:cut].rstrip(), first
                text, first = text[cut:], False

    def _rebuild(self) -> None:
        self._room = self.scrollable_content_region.width
        self._rows = list(self._broken(self._shown(self.lines)))
        self._hit = None
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._rows))
        if self.following:
            self.scroll_end(animate=False, immediate=True, force=True, x_axis=False)
        self.refresh()

    def _style(self, name: str) -> Style:
        style = self._styles.get(name)
        if style is None:
            style = self._styles[name] = self.get_component_rich_style(f"log--{name}")
        return style

    def render_line(self, y: int) -> Strip:
        index = self.scroll_offset.y + y
        width = self.scrollable_content_region.width
        if index >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        line, text, first = self._rows[index]
        style = self._style(line.tag)
        head = f"{line.at} " if first else " " * 9
        tag = f"{line.tag:<4} " if first else "     "
        room = width - _HEAD
        if cell_len(text) > room:
            text = f"{text[: max(0, room - 1)]}…"
        segments = [Segment(head, self._style("time")), Segment(tag, style)]
        at = text.lower().find(self.needle.lower()) if self.needle else -1
        if at >= 0:
            end = at + len(self.needle)
            segments += [
                Segment(text[:at], style),
                Segment(text[at:end], self._style("hit")),
                Segment(text[end:], style),
            ]
        else:
            segments.append(Segment(text, style))
        return Strip(segments).adjust_cell_length(width, self.rich_style)
