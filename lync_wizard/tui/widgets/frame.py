"""The one frame of every screen: where we are and what time it is above, the keys that work now below."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Final, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from lync_wizard.core import timestamps
from lync_wizard.tui.view.words import fit
from lync_wizard.tui.widgets.choice_list import Choices
from lync_wizard.tui.widgets.enter_guard import SETTLE, EnterGuard

Result = TypeVar("Result")
PRODUCT: Final = "lync-wizard"
KEYS: Final = {
    "enter": "Enter", "escape": "Esc", "question_mark": "?", "slash": "/", "ctrl+p": "Ctrl-P", "tab": "Tab",
    "end": "End", "space": "Space",
}  # fmt: skip
WIDE: Final = 110
"""From this many columns on, screens put more columns beside each other."""


def local_now() -> datetime:
    return timestamps.now().astimezone()


@dataclass(frozen=True)
class Setting:
    """What every screen shows in its frame, and the clocks it goes by (``clock`` monotonic seconds).

    ``domain`` is what all hosts share; lists leave it out of their names, and say so.
    """

    deployment: str
    kind: str = "production"
    under_way: str = ""
    domain: str = ""
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = local_now

    @property
    def drill(self) -> bool:
        return self.kind == "drill"

    def about(self, under_way: str) -> Setting:
        return replace(self, under_way=under_way)


def top_line(setting: Setting, width: int) -> Content:
    """Product, deployment, what is under way, PRODUCTION or DRILL, and the clock at the right edge."""
    # Before the home is read nobody knows whether this is a drill: then neither word is shown.
    kind = "DRILL" if setting.drill else "PRODUCTION" if setting.kind else ""
    clock = f"{setting.now():%H:%M}"
    parts = [PRODUCT, setting.deployment, setting.under_way]
    room = width - len(clock) - len(kind) - 5
    if len(" │ ".join(part for part in parts if part)) + 3 > room and setting.under_way:
        # The domain all hosts share goes first: the target's own name stays whole.
        parts[2] = setting.under_way.replace(f".{setting.domain}", "") if setting.domain else setting.under_way
    if len(" │ ".join(part for part in parts if part)) + 3 > room:
        parts[0] = ""
    left = fit(" │ ".join(part for part in parts if part), max(0, room - 3))
    style = "$drill bold reverse" if setting.drill else "$foreground bold reverse"
    gap = " " * max(1, width - len(left) - len(kind) - len(clock) - 8)
    return Content.assemble(
        (f" {left}", "bold"),
        (" │ " if kind else "   ", "$muted"),
        (f" {kind} ", style if kind else ""),
        gap,
        (f"{clock} ", "$muted"),
    ).truncate(width)


class TopLine(Widget):
    """The first line; looks at the clock every second."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.setting = setting

    def on_mount(self) -> None:
        self.set_interval(1.0, self.refresh)

    def render(self) -> Content:
        return top_line(self.setting, self.size.width)


class Rule(Widget):
    """A line across, with a heading at its left and facts at its right; a drill's is drawn otherwise."""

    def __init__(self, drill: bool = False, left: str = "", right: str = "", *, danger: bool = False) -> None:
        super().__init__(classes="danger" if danger else "")
        self.drill = drill
        self.left = left
        self.right = right
        self.danger = danger
        self.warns = False

    def say(self, left: str | None = None, right: str | None = None, *, warns: bool = False) -> None:
        """Change the heading or the facts; ``warns`` shows them in amber."""
        self.warns = warns
        self.left = self.left if left is None else left
        self.right = self.right if right is None else right
        self.refresh()

    def render(self) -> Content:
        line = "━" if self.danger else "╌" if self.drill else "─"
        style = "$error bold" if self.danger else "$drill" if self.drill else "$line"
        width = self.size.width
        left = f" {self.left} " if self.left else ""
        room = width - len(left) - 4
        right = f" {fit(self.right, room - 2)} " if self.right and room > 6 else ""
        middle = max(0, width - 2 - len(left) - len(right) - (1 if right else 0))
        heading = "$error bold" if self.danger else "bold"
        return Content.assemble(
            (line * 2, style),
            (left, heading),
            (line * middle, style),
            (right, "$warning bold" if self.warns else "" if self.danger else "$foreground"),
            (line if right else "", style),
        ).truncate(width)


class KeyLine(Widget):
    """The last line: the keys that work now, most likely first; help and quit stay when it gets narrow."""

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    def render(self) -> Content:
        screen = self.screen
        found = screen.verbs() if isinstance(screen, WizardScreen) else {}
        for key, active in self.screen.active_bindings.items():
            if active.binding.show and active.enabled:
                found.setdefault(KEYS.get(key, key), active.binding.description)
        leave = screen.active_bindings.get("ctrl+c")
        if "q" not in found and leave is not None and leave.enabled and leave.binding.action == "leave":
            # Where letters are typed into a field, q is one of them.
            found["Ctrl-C"] = leave.binding.description
        items = list(found.items())
        while items and sum(len(k) + len(w) + 3 for k, w in items) > self.size.width:
            spare = [item for item in items if item[0] not in {"?", "q", "Ctrl-C", "Enter", "Esc"}]
            items.remove(spare[-1] if spare else items[-1])
        parts: list[tuple[str, str] | str] = []
        for position, (key, words) in enumerate(items):
            first = position == 0
            parts += [" ", (key, "$accent bold" if first else "bold"), (f" {words} ", "" if first else "$muted")]
        return Content.assemble(*parts)


class WizardScreen(Screen[Result], Generic[Result]):
    """A screen within the frame: gives its body by :meth:`body`, its heading and help as class values.

    ``deliberate`` runs something when an Enter stands for itself (see :mod:`lync_wizard.tui.widgets.enter_guard`).
    """

    HEADING: ClassVar[str] = ""
    HELP: ClassVar[str] = ""
    VERBS: ClassVar[Mapping[str, str]] = {}
    """Keys that the focused widget takes, with the word for each here; they stand first in the last line."""
    WITHOUT: ClassVar[frozenset[str]] = frozenset()
    """Actions that hold everywhere else, but mean nothing here."""
    PRINTS: ClassVar[bool] = False
    """Whether p prints what the screen shows."""
    BINDINGS: ClassVar[list[BindingType]] = []
    AUTO_FOCUS = "*"

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.setting = setting
        self.enter = EnterGuard(setting.clock)
        self.settling = 0
        """Presses of Enter that wait for their quiet moment."""
        self.rule = Rule(setting.drill, self.HEADING)
        self.foot = Rule(setting.drill)

    def compose(self) -> ComposeResult:
        yield TopLine(self.setting)
        yield self.rule
        with Vertical(id="body"):
            yield from self.body()
        yield self.foot
        yield KeyLine()

    def verbs(self) -> dict[str, str]:
        """The keys that stand first in the last line just now."""
        return dict(self.VERBS)

    def body(self) -> ComposeResult:
        """What stands between the two rules."""
        raise NotImplementedError

    def tell(self, text: str) -> None:
        """Show something that is being done meanwhile, in the line below the body."""
        self.foot.say(right=text)

    def on_screen_resume(self) -> None:
        self.enter.appeared()

    @on(Choices.Unchosen)
    def _says_how_to_choose(self) -> None:
        self.foot.say(right="choose with ↑ or ↓ first", warns=True)

    @on(Choices.Moved)
    def _is_choosing(self) -> None:
        self.foot.say(right="")

    def on_resize(self) -> None:
        self.set_class(self.size.width >= WIDE, "wide")

    def deliberate(self, action: Callable[[], object]) -> bool:
        """Run ``action`` a moment later, unless another Enter follows; False where this one does not count at all."""
        token = self.enter.press()
        if token is None:
            return False
        self.settling += 1

        def settled() -> None:
            self.settling -= 1
            if self.enter.stands(token) and self.is_current:
                action()

        self.set_timer(SETTLE, settled)
        return True


def key(keys: str, action: str, words: str, *, show: bool = True) -> Binding:
    """A key of a screen, with the word that stands for it in the last line."""
    return Binding(keys, action, words, show=show)
