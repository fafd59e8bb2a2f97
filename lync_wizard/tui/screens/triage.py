"""What failed: one question at a time with what was found out, and the procedure that comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from lync_wizard.triage import ProposedAnswer, Question
from lync_wizard.triage.background_survey import Progress
from lync_wizard.triage.meanwhile import Stage
from lync_wizard.triage.ways import Way
from lync_wizard.tui.messages import HostsAsked
from lync_wizard.tui.view.words import about
from lync_wizard.tui.widgets.choice_list import ChoiceItem, Choices
from lync_wizard.tui.widgets.frame import Setting, WizardScreen, key
from lync_wizard.workspace.outcome import Outcome


def answers_line(path: Sequence[tuple[str, str]]) -> Content:
    """The answers so far in one line: what was asked in a word, and what was said."""
    parts = [Content.assemble((f"{asked}: ", "$muted"), answer) for asked, answer in path]
    return Content.styled("  ›  ", "$muted").join(parts)


class TriageScreen(WizardScreen[str | None]):
    """Dismisses with an option's id, or None to take back the answer before."""

    HEADING: ClassVar[str] = "What failed?"
    HELP: ClassVar[str] = (
        "Each answer narrows down the procedure. What the worksheets or a live host say is preselected, with where "
        "it is from; you may say otherwise. Esc takes back the answer before.\n"
        "The hosts are asked meanwhile, read-only; what they say moves the preselection only while you have not. "
        "r asks them again, and then you may be asked for a password."
    )
    VERBS: ClassVar = {"Enter": "next", "↑↓": "choose"}
    BINDINGS: ClassVar = [key("escape", "back", "back"), key("r", "ask_hosts", "ask again")]

    def __init__(
        self,
        setting: Setting,
        question: Question,
        path: Sequence[tuple[str, str]] = (),
        known: ProposedAnswer | None = None,
        answers: Mapping[str, str] | None = None,
        hosts: Progress | None = None,
    ) -> None:
        super().__init__(setting)
        self.question = question
        self.path = path
        self.known = known
        self.answers = dict(answers or {})
        self.hosts = hosts or Progress()
        self._proposed = self._proposal()

    def body(self) -> ComposeResult:
        items = [ChoiceItem(o.id, o.label, more=(o.note,) if o.note else ()) for o in self.question.options]
        with Vertical():
            if self.path:
                yield Static(answers_line(self.path), classes="say")
            yield Static("", classes="space")
            yield Static(Content.styled(self.question.text, "bold"), classes="say")
            yield Static(Content.styled(self.question.why, "$muted"), classes="say")
            yield Static("", classes="space")
            yield Static("", classes="say", id="found")
            yield Static("", classes="space", id="below")
            yield Choices(items, self._proposed, self.setting.clock, id="answers").add_class("fill")

    def on_mount(self) -> None:
        self._say()

    def show_proposal(self, known: ProposedAnswer | None, hosts: Progress) -> None:
        """What has been found out meanwhile; the preselection follows it, unless somebody has chosen otherwise."""
        self.known, self.hosts = known, hosts
        self._say()
        choices, before = self.query_one("#answers", Choices), self._proposed
        self._proposed = self._proposal()
        if choices.chosen == before != self._proposed:
            choices.propose(self._proposed)

    def _proposal(self) -> str | None:
        """What is preselected: nothing where something was found that leaves the answer to a person."""
        if self.known is None:
            return self.question.options[0].id
        if not self.known.answer:
            return None
        offered = [option.id for option in self.question.options]
        return self.known.answer if self.known.answer in offered else offered[0]

    def _say(self) -> None:
        lines = []
        if self.known and (not self.known.answer or self.known.answer == self._proposal()):
            lines.append(Content.assemble(("found  ", "$accent"), self.known.evidence))
            if self.known.against:
                lines.append(Content.assemble(("but    ", "$warning bold"), self.known.against))
        if self.hosts.text:
            wanting = "; r queries with a password" if self.hosts.locked else ""
            lines.append(Content.styled(f"hosts  {self.hosts.text}{wanting}", "$muted"))
        found = self.query_one("#found", Static)
        found.update(Content("\n").join(lines))
        found.display = self.query_one("#below").display = bool(lines)

    def action_ask_hosts(self) -> None:
        self.post_message(HostsAsked())

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        self.dismiss(event.item)

    def action_back(self) -> None:
        self.dismiss(None)


def _row(name: str, text: str, style: str = "$muted") -> Content:
    return Content.assemble((f"{name:<7}", style), text)


def _apart(*lines: Content) -> ComposeResult:
    """Each with an empty line before it."""
    for line in lines:
        yield Static("", classes="space")
        yield Static(line, classes="say")


def _way(way: Way) -> Content:
    """A failover or a restore, for one of two columns."""
    advised = (" (advised)", "$muted") if way.taken else ""
    rows = [Content.assemble((f"{word}  ", "$muted"), text) for word, text in way.rows()]
    return Content("\n").join([Content.assemble((way.name, "bold"), advised), *rows])


def _stage(stage: Stage) -> Content:
    rows = [Content.assemble((f"{word}  ", "$muted"), text) for word, text in stage.rows()]
    return Content("\n").join([Content.styled(stage.name, "bold"), *rows])


class AdviceScreen(WizardScreen[bool]):
    """What comes of the answers; dismisses with True to go on with the procedure, False to go back."""

    HEADING: ClassVar[str] = "What to do"
    HELP: ClassVar[str] = "Enter goes on with the procedure named here; nothing is sent to any host yet."
    BINDINGS: ClassVar = [key("enter", "take", "next"), key("escape", "back", "back")]

    def __init__(
        self,
        setting: Setting,
        outcome: Outcome,
        path: Sequence[tuple[str, str]],
        expected_seconds: float = 0.0,
        doubts: Sequence[str] = (),
    ) -> None:
        super().__init__(setting)
        self.outcome = outcome
        self.advice = outcome.advice
        self.doubts = doubts
        self.path = path
        self.expected_seconds = expected_seconds

    def verbs(self) -> dict[str, str]:
        return {**({"Enter": "next"} if self.advice.procedure else {}), "↑↓": "read on"}

    def body(self) -> ComposeResult:
        advice = self.advice
        with VerticalScroll():
            yield Static(answers_line(self.path), classes="say")
            named = Content.assemble((f"{advice.procedure or 'not covered'}  ", "$accent bold"), (advice.title, "bold"))
            yield from _apart(named, _row("why", advice.why))
            if self.outcome.ways:
                yield Static("", classes="space")
                with Horizontal(classes="beside"):
                    for way in self.outcome.ways:
                        yield Static(_way(way), classes="say")
            yield from _apart(*self._lines())
            yield from _apart(*map(_stage, self.outcome.meanwhile.stages))

    def _lines(self) -> list[Content]:
        """What is lost only where no way says it."""
        advice, warns = self.advice, "$warning bold"
        lines = [_row("now", text, warns) for text in self.outcome.now]
        lines += [_row("first", advice.first, warns)] if advice.first else []
        lines += [_row("but", doubt, warns) for doubt in self.doubts]
        rows = [("lost", "" if self.outcome.ways else advice.lost)]
        if self.expected_seconds:
            rows.append(("takes", f"at most about {about(self.expected_seconds)}; the plan shows it more exactly"))
        rows.append(("then", advice.then))
        lines += [_row(name, text) for name, text in rows if text]
        if advice.documented:
            lines.append(_row("topic", advice.documented.topic))
            lines += [Content(f"       {command}") for command in advice.documented.commands]
        return lines

    def check_action(self, action: str, _: tuple[object, ...]) -> bool | None:
        return action != "take" or self.advice.procedure is not None

    def action_take(self) -> None:
        self.deliberate(lambda: self.dismiss(True))

    def action_back(self) -> None:
        self.dismiss(False)
