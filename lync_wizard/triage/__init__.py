"""What failed → which procedure: a decision table that one loop reads.

Whatever a person answers, exactly one row of the table fits in the end; a question is asked only while rows that still
fit differ in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from lync_wizard.core.errors import InputError
from lync_wizard.deployment import Deployment
from lync_wizard.triage.documented import Documented
from lync_wizard.triage.from_survey import from_hosts
from lync_wizard.triage.from_worksheets import from_papers
from lync_wizard.triage.questions import ANSWER_FACTS, QUESTIONS, Option, ProposedAnswer, Question
from lync_wizard.triage.rule import Advice, Rule
from lync_wizard.triage.rules import RULES
from lync_wizard.triage.survey_result import SurveyResult

__all__ = [
    "Advice", "Documented", "Option", "ProposedAnswer", "Question", "SurveyResult", "from_hosts", "from_papers",
    "next_step", "path", "proposed_answer",
]  # fmt: skip


def proposed_answer(
    question: str, answers: Mapping[str, str], deployment: Deployment, seen: SurveyResult | None = None
) -> ProposedAnswer | None:
    """What the machine proposes: the hosts' answer, with the papers' beside it where that is another; else the papers'.

    None where neither says anything.
    """
    papers = from_papers(question, answers, deployment)
    live = from_hosts(question, answers, deployment, seen) if seen else None
    if live is None or papers is None or not papers.answer:
        return live or papers
    if live.answer == papers.answer:
        return replace(live, evidence=f"{live.evidence}; the worksheets say the same")
    options = {o.id: o.label for q in QUESTIONS if q.id == question for o in q.options}
    return replace(live, against=f"{options[papers.answer]}; {papers.evidence}")


def next_step(answers: Mapping[str, str]) -> Question | Advice:
    """The next question that matters for the answers so far (question id → option id), or the advice.

    Answers to questions that do not matter are not looked at. Raises :class:`InputError` for an answer that is none
    of the options.
    """
    rows, way, open_question = _walk(answers)
    if open_question:
        return open_question
    advice = rows[0].advice
    facts = dict(advice.facts)
    for question, option in way:
        facts |= ANSWER_FACTS.get((question.id, option.id), {})
    first = advice.first
    if facts.get("features") == "correct-first":
        first = f"{first} Correct the features in the worksheets before the plan is made.".strip()
    return replace(advice, first=first, facts=MappingProxyType(facts))


def path(answers: Mapping[str, str]) -> list[tuple[Question, Option]]:
    """The questions asked so far with their answers, in order; those that did not matter are not in it."""
    return _walk(answers)[1]


def _walk(answers: Mapping[str, str]) -> tuple[list[Rule], list[tuple[Question, Option]], Question | None]:
    """The rows that still fit, the way there, and the question that is open."""
    rows = list(RULES)
    way: list[tuple[Question, Option]] = []
    for question in QUESTIONS:
        options = tuple(o for o in question.options if any(row.fits(question.id, o.id) for row in rows))
        if len(options) < 2 or not any(question.id in row.when for row in rows):
            continue
        offered = replace(question, options=options)
        if question.id not in answers:
            return rows, way, offered
        chosen = _chosen(offered, answers[question.id])
        way.append((offered, chosen))
        rows = [row for row in rows if row.fits(question.id, chosen.id)]
    return rows, way, None


def _chosen(question: Question, answer: str) -> Option:
    for option in question.options:
        if option.id == answer:
            return option
    allowed = ", ".join(option.id for option in question.options)
    raise InputError(f"{answer!r} is no answer to {question.id}", f"Answer one of these: {allowed}.")
