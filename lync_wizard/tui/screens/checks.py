"""The prerequisites as their answers come in: what blocks, what wants an explicit yes, what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import ClassVar, Final, Literal

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from lync_wizard.checks import Finding
from lync_wizard.core.errors import Refused
from lync_wizard.core.wrapping import counted
from lync_wizard.deployment import same
from lync_wizard.tui.messages import ExamineAsked
from lync_wizard.tui.view.words import minutes, short, style_of
from lync_wizard.tui.widgets.choice_list import ChoiceItem, Choices
from lync_wizard.tui.widgets.fields import Field
from lync_wizard.tui.widgets.frame import Setting, WizardScreen, key
from lync_wizard.workspace.run_session import RunSession

ORDER: Final = {"blocked": 0, "caution": 1, "unknown": 2, "later": 3, "ok": 4}
Wanted = Literal["reason", "unhashed", "wipe"]
"""What is typed into the field: a reason, or the FQDN that allows something."""
_HASHED: Final = "backup-set"
_ALIVE: Final = "target-alive"
_GLYPH: Final = {"ok": "✓", "caution": "!", "blocked": "✗", "unknown": "?", "later": "◦", "accepted": "✓"}


def _grouped(findings: Iterable[Finding]) -> list[tuple[Finding, ...]]:
    """Each finding by itself, but checks of one host that wait for the same together, where the first of them is."""
    groups: dict[object, list[Finding]] = {}
    for finding in findings:
        together = finding.status == "later" and bool(finding.message)
        groups.setdefault((finding.host, finding.message) if together else finding.key, []).append(finding)
    return [tuple(group) for group in groups.values()]


class ChecksScreen(WizardScreen[bool]):
    """Dismisses with True when nothing stands in the way, with False to go back; the session holds what was found.

    Asks for checks by :class:`ExamineAsked`; is answered by :meth:`found` and :meth:`finished`.
    """

    HEADING: ClassVar[str] = "Prerequisites"
    HELP: ClassVar[str] = (
        "Every check queries the real hosts and changes nothing.\n"
        "✗ blocked stops: fix it, then r repeats that check. ! caution and ? unknown need an explicit yes with a "
        "reason (a), which is recorded. ◦ later is checked when its step is reached.\n"
        "Where a server that works would be wiped, w goes on all the same, and u leaves out the hashing of the set's "
        "files: each asks for the FQDN, and then requires a reason (a)."
    )
    BINDINGS: ClassVar = [
        key("r", "again", "again"),
        key("R", "again_all", "all"),
        key("a", "accept", "accept with a reason"),
        key("u", "unhashed", "do not hash"),
        key("w", "wipe", "wipe it all the same"),
        key("e", "evidence", "evidence"),
        key("escape", "back", "back"),
    ]

    def __init__(self, setting: Setting, session: RunSession) -> None:
        super().__init__(setting)
        self.session = session
        self.asked_again: set[tuple[str, str]] = set()
        self.running = True
        self.evidence = False
        self.wanted: Wanted = "reason"
        self.began = setting.clock()
        self._moved = False
        self._ids = self._hosts = 0
        self._stale = False

    def body(self) -> ComposeResult:
        yield Choices((), None, self.setting.clock).add_class("fill")
        yield Static("", classes="say", id="standing")
        reason = Field("Why is this acceptable?", "Recorded with your name, and printed in the report.")
        reason.display = False
        yield reason

    def on_mount(self) -> None:
        self.set_interval(0.1, self._redraw)
        self.set_interval(1.0, self._stand)
        self._stand()
        self.post_message(ExamineAsked())

    def verbs(self) -> dict[str, str]:
        if self.query(Field) and self.query_one(Field).display:
            return {"Enter": "accept" if self.wanted == "reason" else "confirm", "Esc": "leave it"}
        return {"Enter": "next", "↑↓": "choose"} if self._open() else {"↑↓": "choose"}

    def found(self, finding: Finding) -> None:
        """One answer, as soon as it is there."""
        self.asked_again.discard(finding.key)
        self._stale = True

    def finished(self) -> None:
        """Every check that was asked for has answered."""
        self.running = False
        self.asked_again.clear()
        self._stale = True
        self._redraw()

    def _open(self) -> bool:
        return not self.running and not self.session.in_the_way

    def _findings(self) -> list[Finding]:
        """What was found, and once nothing is being asked, what never gave an answer."""
        found = self.session.findings
        known = {finding.key for finding in found}
        return found if self.running else [*found, *(f for f in self.session.in_the_way if f.key not in known)]

    def _redraw(self) -> None:
        if not self._stale:
            return
        self._stale = False
        found = self._findings()
        self._ids = max((len(f.check) for f in found), default=0)
        hosts = {short(f.host, self.setting.domain) for f in found}
        self._hosts = max((len(host) for host in hosts), default=0)
        rows = self._groups(sorted(found, key=lambda f: (ORDER[f.status], f.host, f.check)))
        choices = self.query_one(Choices)
        names = ["@".join(group[0].key) for group in rows]
        # Until somebody moves, the highlight stays on the worst finding, which sorts first.
        said: set[tuple[str, str]] = set()
        items = []
        for row, *others in rows:
            if others:
                items.append(self._several((row, *others)))
                continue
            items.append(self._item(row, repeats=(row.host, row.message) in said))
            said.add((row.host, row.message))
        choices.replace(items, None if self._moved or not names else names[0])
        self._stand()

    def _groups(self, findings: list[Finding]) -> list[tuple[Finding, ...]]:
        return [(finding,) for finding in findings] if self.evidence else _grouped(findings)

    def _several(self, group: tuple[Finding, ...]) -> ChoiceItem:
        """Checks of one host that wait for the same: a line for all, their names where it is chosen."""
        first = group[0]
        running = any(finding.key in self.asked_again for finding in group)
        word, style = ("running", "$accent bold") if running else ("later", style_of("later"))
        host = short(first.host, self.setting.domain)
        left = Content.assemble(
            (f"{'▶' if running else _GLYPH['later']} {word:<9}", style),
            f"{counted(len(group), 'check'):<{self._ids}} ",
            (f"{host:<{self._hosts}} ", "$muted"),
            first.message,
        )
        names = ", ".join(finding.check for finding in group)
        return ChoiceItem("@".join(first.key), left, more=(Content.styled(names, "$muted"),), cut=True)

    def _item(self, finding: Finding, *, repeats: bool) -> ChoiceItem:
        """One finding; one that ``repeats`` what its host said before says it again only when chosen."""
        accepted = self.session.accepted.get(finding.key)
        state = "accepted" if accepted is not None else finding.status
        word = "running" if finding.key in self.asked_again else state
        glyph = "▶" if word == "running" else _GLYPH[state]
        style = "$accent bold" if word == "running" else style_of(state)
        host = short(finding.host, self.setting.domain)
        left = Content.assemble(
            (f"{glyph} {word:<9}", style), f"{finding.check:<{self._ids}} ", (f"{host:<{self._hosts}} ", "$muted")
        )
        more: list[Content | str] = []
        words = finding.message
        if finding.status not in {"ok", "later"}:
            over: tuple[Content | str, ...] = (Content(words),)
            if finding.hint:
                over = (*over, Content.assemble(("HINT: ", "$accent bold"), finding.hint))
            if accepted is not None:
                over = (*over, Content.assemble(("accepted: ", "$warning"), accepted))
            left = Content.assemble(left, finding.title)
            if repeats and accepted is None:
                left = Content.assemble(left, (": as above", "$muted"))
                more, over = [*over], ()
        else:
            over = ()
            left = Content.assemble(left, words or finding.title)
        if self.evidence and finding.evidence:
            more.append(Content.assemble(("evidence: ", "$muted"), finding.evidence))
        if finding.gates:
            more.append(Content.styled(f"waits at: {', '.join(finding.gates)}", "$muted"))
        return ChoiceItem("@".join(finding.key), left, under=over, more=tuple(more), cut=not over)

    def _stand(self) -> None:
        accepted = self.session.accepted
        counts = Counter("accepted" if f.key in accepted else f.status for f in self._findings())
        words = [f"{counts[name]} {name}" for name in ("ok", "later", "accepted", "caution", "unknown", "blocked")]
        words = [word for word in words if not word.startswith("0 ")]
        if self.running:
            words.append(f"▶ running {minutes(self.setting.clock() - self.began)}")
        self.rule.say(right=" · ".join(words))
        line = self.query_one("#standing", Static)
        standing = self.session.in_the_way
        if self.running:
            text = Content.styled("checking in parallel …", "$muted")
        elif not standing:
            text = Content.styled("✓ no check blocks the run: Enter goes on to the plan", "$success bold")
        else:
            blocked = sum(1 for f in standing if f.status == "blocked")
            wanted = len(standing) - blocked
            parts = []
            if blocked:
                parts.append((f"✗ {blocked} to be fixed first ", "$error bold"))
            if wanted:
                parts.append((f"! {wanted} to be fixed, or accepted with key a", "$warning bold"))
            text = Content.assemble(*parts)
        domain = f"   hosts in {self.setting.domain}" if self.setting.domain else ""
        line.update(Content.assemble(text, (domain, "$muted")))
        self.refresh_bindings()

    def _chosen(self) -> Finding | None:
        name = self.query_one(Choices).chosen
        return next((f for f in self._findings() if "@".join(f.key) == name), None)

    def on_choices_moved(self, _: Choices.Moved) -> None:
        self.refresh_bindings()

    def on_key(self) -> None:
        self._moved = True

    def check_action(self, action: str, _: tuple[object, ...]) -> bool | None:
        if action in {"again", "again_all"}:
            return not self.running
        if action == "accept":
            finding = self._chosen() if self.is_mounted else None
            return finding is not None and finding.status in {"caution", "unknown"}
        if action == "unhashed":
            return self._may_leave_unhashed()
        if action == "wipe":
            return self._to_wipe() is not None
        return True

    def on_choices_chosen(self, _: Choices.Chosen) -> None:
        if self._open():
            self.dismiss(True)
        elif not self.running:
            # Enter shows the next thing in the way instead of doing nothing.
            first = self.session.in_the_way[0]
            names = [item.id for item in self.query_one(Choices).items]
            self.query_one(Choices).highlighted = names.index("@".join(first.key))

    def _again(self, only: Collection[tuple[str, str]]) -> None:
        self.running = True
        self.began = self.setting.clock()
        self.asked_again = set(only or (f.key for f in self._findings()))
        self._stale = True
        self._redraw()
        self.post_message(ExamineAsked(only))

    def action_again(self) -> None:
        if chosen := self._chosen():
            group = next(group for group in self._groups(self._findings()) if chosen in group)
            self._again(tuple(finding.key for finding in group))

    def action_again_all(self) -> None:
        self._again(())

    def action_evidence(self) -> None:
        self.evidence = not self.evidence
        self._stale = True
        self._redraw()

    def action_accept(self) -> None:
        finding = self._chosen()
        if finding is None:
            return
        self._put(
            "reason", f"Why is {finding.check} acceptable?", "Recorded with your name, and printed in the report."
        )

    def _may_leave_unhashed(self) -> bool:
        """While the files are hashed, or once that has found something; not again where it was left out."""
        answers = [one.status for one in self._findings() if one.check == _HASHED]
        return _HASHED in self.session.plan.checks and not self.session.unhashed and answers != ["ok"]

    def _to_wipe(self) -> Finding | None:
        """The server that works and that the chosen finding keeps from being wiped."""
        finding = self._chosen() if self.is_mounted and not self.running else None
        return finding if finding and finding.check == _ALIVE and finding.status == "blocked" else None

    def action_unhashed(self) -> None:
        target = self.session.plan.target
        self._put(
            "unhashed",
            f"Type {target} to leave the set's files unhashed",
            "What is in them now is then unknown; the reason is asked for afterwards (a).",
        )

    def action_wipe(self) -> None:
        if finding := self._to_wipe():
            self._put(
                "wipe",
                f"Type {finding.host} to wipe it though it works",
                "Everything on it is lost; the reason is asked for afterwards (a).",
            )

    def _put(self, wanted: Wanted, label: str, help: str) -> None:
        self.wanted = wanted
        field = self.query_one(Field)
        field.display = True
        field.ask(label, help)
        field.input.focus()
        self.refresh_bindings()

    def _confirmed(self, event: Field.Typed) -> None:
        """An FQDN was typed: what it allows is asked again, and then wants a reason."""
        finding = self._to_wipe()
        try:
            if self.wanted == "unhashed":
                self.session.leave_files_unhashed(event.text)
                keys = tuple(one.key for one in self._findings() if one.check == _HASHED)
            elif finding is None or not same(event.text, finding.host):
                raise Refused(f"{event.text or 'nothing'} is not that server", "Type its FQDN, or press Esc.")
            else:
                self.session.wipe_though_running(event.text)
                keys = (finding.key,)
        except Refused as error:
            event.field.refuse(error.summary, error.hint)
            return
        self._close_field()
        if keys and not self.running:
            self._again(keys)

    def on_field_typed(self, event: Field.Typed) -> None:
        if self.wanted != "reason":
            self._confirmed(event)
            return
        finding = self._chosen()
        reason = event.text.strip()
        if not reason:
            event.field.refuse("a reason is missing", "Write why it is acceptable, or press Esc.")
        elif finding is not None:
            self.session.accept(finding, reason)
            self._close_field()

    def _close_field(self) -> None:
        self.query_one(Field).display = False
        self.query_one(Choices).focus()
        self._stale = True
        self._redraw()

    def action_back(self) -> None:
        if self.query_one(Field).display:
            self._close_field()
        else:
            self.dismiss(False)
