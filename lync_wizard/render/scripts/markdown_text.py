"""A plan or procedure as Markdown: the steps of the script for reading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from lync_wizard.hosts.command import Statement
from lync_wizard.plans.model import Plan
from lync_wizard.procedures import Library, Procedure
from lync_wizard.render import runbook
from lync_wizard.render.runbook import Inspection, Runbook, RunbookStep

_FORMS = {"text": "written down as text (UTF-8)", "registry": "as the file that `reg export` writes"}


def markdown(what: Procedure | Plan, library: Library | None = None) -> str:
    """The same steps for reading; commands stand in fences no text of theirs can close."""
    return "\n".join([*_markdown(runbook.of(what, library)), ""])


def _markdown(book: Runbook) -> Iterator[str]:
    yield f"# {_words(book.title)}"
    yield ""
    yield f"Procedure `{book.id}`" + (f" for {_words(book.target)}" if book.target else "")
    for name, text in (("Backup set", book.backup_set), ("Plan", book.hash), ("Source", book.source)):
        if text:
            yield f"{name}: {_words(text)}"
    if book.summary:
        yield from ("", _words(book.summary))
    yield from _list("Know first", book.remarks)
    if book.asks:
        yield from ("", "## Decide first", "")
        yield from (f"- {_words(ask.question)} {_words(' / '.join(ask.choices.values()))}" for ask in book.asks)
    group = ""
    for number, item in enumerate(book.items, 1):
        if item.group != group:
            group = item.group
            yield from ("", f"## {_words(group)}")
        yield ""
        yield f"### {number}. {_words(item.title)}"
        yield ""
        yield from _markdown_step(item)
    yield from _list("Left out", [f"{title}: {why}" for title, why in book.omitted])
    yield from _list("Afterwards", book.afterwards)


def _list(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = [f"- {_words(line)}" for line in lines]
    if found:
        yield from ("", f"## {title}", "", *found)


def _markdown_step(item: RunbookStep) -> Iterator[str]:
    expected = runbook.minutes(item.seconds)
    yield f"`{item.id}` on {_words(item.host)} as {item.account}" + (f", {expected}" if expected else "")
    for condition in item.only:
        yield from ("", f"Only if {_words(condition)}.")
    if item.destructive:
        yield from ("", f"**Destructive:** {_words(item.destructive)}. It harms {_words(item.harms)}.")
    for asked in item.before:
        yield from _markdown_question("Before", asked)
    yield ""
    if item.by_hand:
        yield _words(" ".join(runbook.shown(item.command)) if item.command else f"Decide: {' / '.join(item.choices)}")
    elif item.command:
        yield from _fence(runbook.shown(item.command), "sql" if isinstance(item.command, Statement) else "powershell")
    low, high = item.ok_exit
    if (low, high) != (0, 0):
        yield from ("", f"Exit codes {low} to {high} are no failure.")
    if item.delivers:
        how = _FORMS.get(item.delivers_as, "byte for byte")
        yield from ("", f"The answer becomes the new file `{item.delivers}`, {how}.")
    if item.expected:
        yield from ("", f"The answer must show {_words(item.expected)}.")
    if item.verify:
        yield from _markdown_question("Verify", item.verify)
    for note in item.notes:
        yield from ("", f"> {_words(note)}")
    if item.undo:
        yield from ("", f"To undo: {_words(item.undo)}.")


def _markdown_question(lead: str, asked: Inspection) -> Iterator[str]:
    yield ""
    yield f"{lead}: {_words(asked.title)}".rstrip(": ") + f" (on {_words(asked.host)})"
    if asked.command is not None:
        yield ""
        yield from _fence(runbook.shown(asked.command), "powershell")
        yield from ("", f"must show {_words(asked.wanted)}.")


def _fence(lines: Sequence[str], language: str) -> list[str]:
    ticks = "`" * max(3, *(len(run) + 1 for line in lines for run in re.findall("`+", line)), 0)
    return [ticks + language, *lines, ticks]


def _words(text: str) -> str:
    """Running text with what Markdown would take for itself escaped."""
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", runbook.one_line(text))
