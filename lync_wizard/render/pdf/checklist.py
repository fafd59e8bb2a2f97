"""A procedure or a plan on paper: a checklist that is worked through by hand when the wizard is not there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from lync_wizard.core import terminal
from lync_wizard.plans.model import Plan
from lync_wizard.procedures import Library, Procedure
from lync_wizard.render import runbook
from lync_wizard.render.pdf import text_runs as paper
from lync_wizard.render.pdf.text_runs import Block
from lync_wizard.render.pdf.typeset import Paper, set_pages
from lync_wizard.render.runbook import Inspection, Runbook, RunbookStep

_TYPING = (
    "Commands are typed as they stand. Where a line ends in ␣↩, type one space and go on; where it ends in ↩, go on "
    "without a space; ¶ is a line end that belongs to the value. None of these marks is typed, and Enter is pressed "
    "only at the end of a command."
)


def procedure(
    what: Procedure | Plan,
    library: Library | None = None,
    *,
    deployment: str = "",
    made_at: datetime,
    paper: Paper = "a4",
    zone: tzinfo | None = None,
) -> bytes:
    """The checklist of a plan, every value filled in; or of a procedure of ``library``, with blanks for its values."""
    book = runbook.of(what, library)
    subtitle = f"{book.id} for {book.target}" if book.target else book.id
    sections = [
        paper_section(book, subtitle),
    ]
    return set_pages(
        book.title, book.deployment or deployment, sections, made_at=made_at, paper=paper, zone=zone
    )  # fmt: skip


def paper_section(book: Runbook, subtitle: str) -> Block:
    return paper.section(
        book.title,
        subtitle,
        list(_blocks(book)),
        foot=f"Plan {book.hash[:19]}" if book.hash else "Values to be filled in",
    )


def _blocks(book: Runbook) -> Iterator[Block]:
    yield paper.facts(list(_head(book)))
    if book.summary:
        yield paper.words(book.summary)
    yield from (paper.words(f"{remark}.", strong=True) for remark in book.remarks)
    yield paper.small(_TYPING)
    yield from _to_fill_in(book)
    group = ""
    for item in book.items:
        if item.group != group:
            group = item.group
            yield paper.heading(group)
        yield _step(item)
    if book.omitted:
        yield paper.heading("Left out because it does not apply")
        yield paper.small([f"• {title}: {why}" for title, why in book.omitted])
    if book.afterwards:
        yield paper.heading("Afterwards")
        for line in book.afterwards:
            yield {"kind": "check"} | paper.check(line)
    yield paper.signatures("Carried out by", "Checked by", "Date", "Signature")


def _head(book: Runbook) -> Iterator[tuple[str, str]]:
    if book.target:
        yield "Target", book.target
    if book.backup_set:
        yield "Backup set", book.backup_set
    if book.hash:
        yield "Plan", book.hash
    if book.source:
        yield "Source", book.source
    yield "Steps", f"{len(book.items)}, {runbook.minutes(sum(item.seconds for item in book.items)) or 'a few seconds'}"


def _to_fill_in(book: Runbook) -> Iterator[Block]:
    """What is decided and looked up before the first step: the questions, and a line for every placeholder."""
    if book.asks:
        yield paper.heading("Decide first")
        for ask in book.asks:
            yield paper.words(ask.question)
            if ask.why:
                yield paper.small(ask.why)
            for choice in ask.choices.values():
                yield {"kind": "check"} | paper.check(choice)
    if book.placeholders:
        yield paper.heading("Look up first (worksheets) and write here")
        names = [f"<{name}>" for name in book.placeholders]
        names += [""] * (len(names) % 2)
        cells = [part for name in names for part in (paper.cell(name), paper.cell(blank=1 if name else 0))]
        yield paper.grid((1.1, 1.2, 1.1, 1.2), [cells[i : i + 4] for i in range(0, len(cells), 4)])


def _step(item: RunbookStep) -> Block:
    expected = f", {runbook.minutes(item.seconds)}" if runbook.minutes(item.seconds) else ""
    facts = [f"On {item.host} as {item.account}{expected}"]
    facts += [f"Only if {condition}" for condition in item.only]
    notes = [f"Note: {note}" for note in item.notes]
    notes += [f"To undo: {item.undo}"] if item.undo else []
    return {
        "kind": "step",
        "id": paper.pieces(item.id),
        "title": paper.pieces(terminal.visible(runbook.one_line(item.title))),
        "facts": paper.lines(facts),
        "danger": paper.pieces(terminal.visible(runbook.one_line(item.destructive))) if item.destructive else [],
        "harms": paper.pieces(terminal.visible(item.harms)) if item.harms else [],
        "before": [_check("Before: ", one, item) for one in item.before] + _readings(item),
        "words": paper.lines(runbook.shown(item.command)) if item.command and item.by_hand else [],
        "choices": [paper.check(choice) for choice in item.choices],
        "code": paper.typed(runbook.shown(item.command)) if item.command and not item.by_hand else [],
        "verify": _after(item),
        "notes": paper.lines(notes),
    }


def _readings(item: RunbookStep) -> list[Block]:
    return [
        paper.check(
            f"Read {one.select} on {one.host}; it is <{one.name}> below: ____________________",
            runbook.shown(one.command),
        )
        for one in item.readings
    ]


def _after(item: RunbookStep) -> list[Block]:
    found = []
    low, high = item.ok_exit
    if (low, high) != (0, 0):
        found.append(paper.check(f"The exit code ($LASTEXITCODE) is {low} to {high}."))
    if item.delivers:
        how = {"text": "written down as text", "registry": "as `reg export` writes it"}.get(
            item.delivers_as, "byte for byte"
        )
        found.append(paper.check(f"The answer is kept as the new file {item.delivers}, {how}."))
    if item.expected:
        found.append(paper.check(f"The answer shows {item.expected}."))
    found += [paper.check(f"An error with these words does not count: {words}") for words in item.tolerates]
    if item.verify:
        found.append(_check("Verify", item.verify, item))
    return found


def _check(lead: str, asked: Inspection, item: RunbookStep) -> Block:
    elsewhere = (
        f" (on {asked.host} as {asked.account})" if (asked.host, asked.account) != (item.host, item.account) else ""
    )
    text = f"{lead}{runbook.one_line(asked.title)}{elsewhere}"
    if asked.command is None:
        return paper.check(text)
    return paper.check(f"{text}:", runbook.shown(asked.command), f"Must show {asked.wanted}." if asked.wanted else "")
