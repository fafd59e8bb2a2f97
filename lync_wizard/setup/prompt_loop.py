"""Asking for cells one after the other: back and forth, left open or answered, each on disk at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from lync_wizard.core import timestamps
from lync_wizard.core.prompts import Prompts
from lync_wizard.core.wrapping import counted, paragraph
from lync_wizard.setup.draft import Draft
from lync_wizard.setup.questions import CellPrompt, Section, follows, open_questions, questions, section_of, suggestion
from lync_wizard.worksheets import Cell, Entry

Turn = Literal["back", "open", "same"]
"""An answer that changes nothing: to the question before, leave it open, keep what stands there."""


class PromptLoop:
    """Puts the questions of one deployment's papers to a person."""

    def __init__(self, draft: Draft, prompts: Prompts) -> None:
        self.draft = draft
        self.prompts = prompts
        self._say = prompts.say

    def open_ones(self) -> None:
        """Ask what is still open, section by section, until nothing is or all the rest was left open."""
        asked: list[CellPrompt] = []
        left: set[Cell] = set()
        again: CellPrompt | None = None
        section = ""
        while True:
            waiting = [question for question in open_questions(self.draft) if question.cell not in left]
            question = again or next(iter(waiting), None)
            if question is None:
                return
            if section != section_of(question.cell).id and again is None:
                section = section_of(question.cell).id
                self._heading(section_of(question.cell), waiting)
                if section == "sheets" and self._offer(waiting):
                    continue
            again = None
            turn = self._ask(question)
            if turn == "back":
                again = asked.pop() if asked else question
                left.discard(again.cell)
                continue
            if turn == "open":
                left.add(question.cell)
            asked.append(question)

    def _heading(self, section: Section, waiting: Sequence[CellPrompt]) -> None:
        mine = [question for question in waiting if section_of(question.cell) == section]
        needed = sum(question.required for question in mine)
        self._say("", f"== {section.title} ==", f"   {counted(len(mine), 'open question')}, {needed} of them needed")

    def _offer(self, waiting: Sequence[CellPrompt]) -> bool:
        """Offer what earlier answers imply for many cells at once; whether that was taken."""
        changes: dict[Cell, Entry | None] = {}
        groups: dict[tuple[str, str], int] = {}
        for question in waiting:
            implied = follows(self.draft, question.cell)
            if implied is None:
                continue
            entry = self.draft.entry(question.cell, implied[0], origin=f"as {implied[1]}")
            if entry.sound:
                changes[question.cell] = entry
                key = (question.field.label, entry.text)
                groups[key] = groups.get(key, 0) + 1
        if len(changes) < 2:
            return False
        self._say("", "These follow from what was answered:")
        width = max(len(label) for label, _ in groups)
        self._say(
            *(f"  {label:<{width}}  {text}  ({counted(count, 'cell')})" for (label, text), count in groups.items())
        )
        if not self.prompts.agree("Take them all? (n asks for each by itself)", True):
            return False
        self.draft.record(changes)
        return True

    def _ask(self, question: CellPrompt) -> Turn | Entry:
        """Ask for one cell until the answer is sound; it is written at once."""
        cell, field = question.cell, question.field
        entry = self.draft.entries.get(cell)
        judged = self.draft.entry(cell, entry.value) if entry and entry.items else None
        stands = entry is not None and judged is not None and judged.sound
        default = _spoken(entry.text if entry and stands else suggestion(self.draft, cell), field.kind)
        place = f" ({cell.pool})" if cell.pool else ""
        self._say("", *paragraph(f"{question.title}{place}{'' if question.required else ', may stay open'}", "", "  "))
        self._say(*paragraph(question.why, "  "))
        if entry and judged and not stands:
            self._say(*paragraph(f"is {entry.text}: {judged.problem}", "  "))
            self._say(*paragraph(f"HINT: {judged.hint}", "  "))
        for number, choice in enumerate(field.choices, 1):
            self._say(f"  {number}  {choice}")
        label = f"{field.label} (y/n)" if field.kind == "boolean" else field.label
        while True:
            answer = self.prompts.line(label, default)
            if answer in {"<", "-"}:
                return "back" if answer == "<" else "open"
            if answer == "?":
                self._say(*self._details(question, entry))
                continue
            if not answer:
                if question.required:
                    self._say("  An answer is needed here; - leaves it open for now.")
                    continue
                return "open"
            if entry and stands and answer == default and entry.source != "default":
                return "same"
            if answer.isdigit() and 0 < int(answer) <= len(field.choices):
                answer = field.choices[int(answer) - 1]
            made = self.draft.entry(cell, answer)
            if made.sound:
                self.draft.record({cell: made})
                return made
            self._say(*paragraph(made.problem, "  "), *paragraph(f"HINT: {made.hint}", "  "))

    def _details(self, question: CellPrompt, entry: Entry | None) -> list[str]:
        field = question.field
        lines = [f"  cell     {question.cell}", f"  kind     {field.kind}{', several' if field.many else ''}"]
        lines += [f"  needed   {'yes' if question.required else 'no, - leaves it open'}"]
        lines += [f"  found by {field.discovery}"] if field.discovery else []
        lines += [f"  used as  {', '.join(f'<{name}>' for name in field.placeholders)}"] if field.placeholders else []
        if entry:
            when = f" {timestamps.local_text(entry.at)}" if entry.at else ""
            lines.append(f"  is       {entry.text} ({entry.source}{when} {entry.origin})".rstrip())
        notes = paragraph(question.row.notes, "  ") if question.row.notes else []
        return [*lines, *notes]

    def revisit(self, section: Section) -> None:
        """Show every cell of a section and ask again for those that are chosen."""
        while True:
            asked = questions(self.draft)[section.id]
            if not asked:
                self._say("  Nothing is asked here.")
                return
            self._say("", f"== {section.title} ==")
            for number, question in enumerate(asked, 1):
                entry = self.draft.entries.get(question.cell)
                pool = f" ({question.cell.pool})" if question.cell.pool else ""
                shown = entry.text if entry and entry.items else "needed" if question.required else "–"
                self._say(*paragraph(f"{number:>3}  {question.title}{pool}: {shown}", "", "     "))
            answer = self.prompts.line("Which one? (number; empty goes back)")
            if answer in {"", "<", "-", "q"}:
                return
            if answer.isdigit() and 0 < int(answer) <= len(asked):
                self._ask(asked[int(answer) - 1])
            else:
                self._say(f"  {answer} is none of these numbers.")


def _spoken(text: str, kind: str) -> str:
    return {"true": "y", "false": "n"}.get(text, text) if kind == "boolean" else text


def indented(text: str) -> list[str]:
    return [f"  {line}" for line in text.splitlines()]
