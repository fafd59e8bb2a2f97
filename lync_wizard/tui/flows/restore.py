"""From "something failed" to a plan that may run: one stage after the other, each of which can go back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from textual.app import App

from lync_wizard import triage
from lync_wizard.core.errors import WizardError
from lync_wizard.procedures import step_range
from lync_wizard.procedures.options import PlanOption
from lync_wizard.tui.context import Context, Ending
from lync_wizard.tui.flows import second_person
from lync_wizard.tui.messages import SurveyProgressed
from lync_wizard.tui.screens.backup_set import BackupSetScreen
from lync_wizard.tui.screens.checks import ChecksScreen
from lync_wizard.tui.screens.choose import ChooseScreen
from lync_wizard.tui.screens.note import NoteScreen
from lync_wizard.tui.screens.review import ReviewScreen
from lync_wizard.tui.screens.triage import AdviceScreen, TriageScreen
from lync_wizard.tui.screens.worksheet import WorksheetScreen
from lync_wizard.tui.view import rows, status, words
from lync_wizard.tui.widgets.choice_list import ChoiceItem
from lync_wizard.tui.widgets.frame import Setting
from lync_wizard.workspace import outcome
from lync_wizard.workspace.run_session import RunSession

Turn = Literal["next", "back", "nothing"]
"""How a stage ended; ``nothing``: there was nothing to ask, go on in the direction taken."""


@dataclass
class RestoreFlow:
    """What has been chosen so far, and the stages that choose it. Each stage may raise :class:`WizardError`.

    ``given`` holds what was named at the start and is not asked for: a procedure, a target.
    """

    context: Context
    procedure: str | None = None
    target: str | None = None
    session: RunSession | None = None
    given: frozenset[str] = frozenset()
    answers: dict[str, str] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    backup_set: str | None = None
    options: dict[str, str] = field(default_factory=dict)

    @property
    def app(self) -> App[Ending]:
        return self.context.app

    async def ask_what_failed(self) -> Turn:
        """The questions of triage, and their advice."""
        if self.procedure in self.given:
            return "nothing"
        self.procedure = None
        self.context.workspace.start_survey(lambda _: self.app.post_message(SurveyProgressed()))
        while True:
            step = triage.next_step(self.answers)
            asked = triage.path(self.answers)
            path = [(words.ASKED.get(question.id, question.id), option.label) for question, option in asked]
            if isinstance(step, triage.Advice):
                takes = rows.expected_seconds(step.procedure or "", self.context.workspace.procedures)
                found_out = await self.context.blocking(
                    outcome.of, self.context.workspace, {question.id: option.id for question, option in asked}, step
                )
                screen = AdviceScreen(self.context.setting, found_out, path, takes, self._doubts(asked))
                if await self.app.push_screen_wait(screen):
                    if step.procedure in self.context.workspace.procedures:
                        self.procedure, self.facts = step.procedure, dict(step.facts)
                        return "next"
                    await self.context.show_error(
                        WizardError(
                            f"the procedure {step.procedure} is not among this version's procedures",
                            "Look with `lync-wizard procedures lint` why it was left out.",
                        )
                    )
                answer = None
            else:
                found: triage.ProposedAnswer | None = await self.context.blocking(
                    self.context.workspace.proposed_answer, step.id, dict(self.answers)
                )
                progress = self.context.workspace.survey_progress
                asking = TriageScreen(self.context.setting, step, path, found, dict(self.answers), progress)
                answer = await self.app.push_screen_wait(asking)
            if answer is not None and isinstance(step, triage.Question):
                self.answers[step.id] = answer
            elif asked:
                del self.answers[asked[-1][0].id]
            else:
                return "back"

    def _doubts(self, asked: Sequence[tuple[triage.Question, triage.Option]]) -> list[str]:
        """Answers that hosts or worksheets contradict; some of that may have come after they were given."""
        doubts = []
        for question, option in asked:
            found = self.context.workspace.proposed_answer(question.id, dict(self.answers))
            if found and found.answer and found.answer != option.id:
                doubts.append(f"{words.ASKED.get(question.id, question.id)}: {option.label}; but {found.evidence}")
        return doubts

    async def ask_target(self) -> Turn:
        """The server or pool to be restored."""
        if self.procedure is None or self.target in self.given:
            return "nothing"
        found = await self.context.blocking(self.context.workspace.targets, self.procedure)
        if not found:
            raise WizardError(
                f"the worksheets contain no target for {self.procedure}",
                "Record the pool in the worksheets, or set the deployment up from its topology.",
            )
        title = self.context.workspace.procedures[self.procedure].title
        likely = self.context.workspace.likely_target(self.procedure) if len(found) > 1 else found[0]
        remarks = {fqdn: self.context.workspace.remark(self.procedure, fqdn) for fqdn in found}
        items = [ChoiceItem(fqdn, fqdn, under=tuple(filter(None, [remarks[fqdn]]))) for fqdn in found]
        selected = self.target or likely or None
        screen = ChooseScreen(self.context.setting.about(self.procedure), title, "Which one?", items, selected=selected)
        self.target = await self.app.push_screen_wait(screen)
        return "next" if self.target else "back"

    @property
    def _setting(self) -> Setting:
        plan = self.session.plan if self.session else None
        procedure, target = (plan.procedure, plan.target) if plan else (self.procedure, self.target)
        return self.context.setting.about(f"{procedure} {target}")

    async def fill_gaps(self) -> Turn:
        """What is missing or wrong in the worksheets the plan is made of."""
        cells = await self.context.blocking(self.context.workspace.needed, self.procedure or "", self.target or "")
        if not cells:
            return "nothing"
        shown = [rows.sheet_row(self.context.workspace, cell, cells, self.context.setting.now()) for cell in cells]
        screen = WorksheetScreen(self._setting, "What the plan needs", shown, "Go on to the backup set")
        return "next" if await self.app.push_screen_wait(screen) else "back"

    async def choose_set(self) -> Turn:
        """The backup set, where the procedure needs one."""
        if not self.context.workspace.procedures[self.procedure or ""].needs_backup:
            self.backup_set = await self.context.blocking(self.context.workspace.newest_for, self.procedure or "")
            return "nothing"
        levels = await self.context.blocking(status.levels, self.context.workspace, self.context.setting.now())
        sets = rows.set_rows(await self.context.blocking(self.context.workspace.sets), levels)
        if not sets and not step_range.of(self.facts).whole:
            return "nothing"
        location = self.context.workspace.entries.text("plan/backup/location")
        self.backup_set = await self.app.push_screen_wait(BackupSetScreen(self._setting, sets, location))
        return "next" if self.backup_set else "back"

    async def choose_options(self) -> Turn:
        """What the procedure leaves to a person; triage's answers are preselected."""
        number = 0
        while remaining := self._open_options()[number:]:
            option = remaining[0]
            selected = self.options.get(option.name) or self.facts.get(option.name) or option.default
            items = [ChoiceItem(choice, label) for choice, label in option.choices.items()]
            heading = f"Question {number + 1} of {number + len(remaining)}"
            screen = ChooseScreen(
                self._setting, heading, option.question, items, why=option.why, selected=selected or None
            )
            answer = await self.app.push_screen_wait(screen)
            if answer is not None:
                self.options[option.name] = answer
            number += 1 if answer is not None else -1
            if number < 0:
                return "back"
        return "next" if number else "nothing"

    def _open_options(self) -> list[PlanOption]:
        """The questions that matter after what was answered, or found out by triage."""
        said = {**self.facts, **self.options}
        return self.context.workspace.asks(self.procedure or "", self.target or "", said, self.backup_set)

    async def make_plan(self) -> Turn:
        """From the worksheets, the set and the answers; nothing is asked."""
        said = {**self.options, **step_range.said_in(self.facts)}

        def make() -> RunSession:
            workspace = self.context.workspace
            plan = workspace.plan(self.procedure or "", self.target or "", self.backup_set, said)
            return RunSession(workspace, plan, by=self.context.starter)

        self.session = await self.context.blocking(make)
        return "nothing"

    async def check(self) -> Turn:
        """The prerequisites, asked of the real hosts."""
        if self.session is None:
            return "back"
        return "next" if await self.app.push_screen_wait(ChecksScreen(self._setting, self.session)) else "back"

    async def renew(self) -> bool:
        """What a run that goes on needs first: a reason for what has changed, an approval where it has expired."""
        session = self.session
        if session is None or not session.run:
            return session is not None
        for finding in session.in_the_way:
            about = f"{finding.message}. {finding.hint}"
            screen = NoteScreen(self._setting, finding.title, about, f"Why is {finding.check} acceptable?")
            reason = await self.app.push_screen_wait(screen)
            if reason is None:
                return False
            session.accept(finding, reason)
        if why := await self.context.blocking(lambda: session.approval_wanted):
            return await self.review(f"! {why}: approve the steps that are left") == "next"
        return True

    async def review(self, why: str = "") -> Turn:
        """The whole plan, to be looked at before it starts, and a second person's approval where that is wanted."""
        if self.session is None:
            return "back"
        session, plan = self.session, self.session.plan
        while await self.app.push_screen_wait(ReviewScreen(self._setting, plan, why)):
            if not await self.context.blocking(lambda: session.needs_second):
                session.approve()
                return "next"
            if await second_person.approved(self.context, self._setting, session):
                return "next"
        return "back"
