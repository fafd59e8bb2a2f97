"""A plan or procedure as a Windows PowerShell script; what surrounds its steps lies in ``*.ps1`` beside this module.

A command is shown before it runs (``Invoke-Shown``), and what it returns goes to ``Out-Host``: left in the pipeline, it
would be held back by the formatter until after the next question.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lync_wizard.hosts import powershell
from lync_wizard.hosts.command import Command, Copy, Pipeline, Program, Statement
from lync_wizard.plans.model import Plan
from lync_wizard.procedures import Library, Procedure
from lync_wizard.render import runbook
from lync_wizard.render.runbook import Inspection, Runbook, RunbookStep, ValueRead
from lync_wizard.render.scripts.commands import source, text, unread, variable

LINE_END: Final = "\r\n"
BOM: Final = b"\xef\xbb\xbf"
"""Windows PowerShell takes a script without it for text in the code page of the machine."""

_HOW_TO_START: Final = """\
Start it in the Lync Server Management Shell. It asks before every step; -From ID goes on at a step.
Where Windows refuses to run it (execution policy, or the mark of a file from the web), start it with
    powershell -ExecutionPolicy Bypass -File .\\NAME-OF-THIS-FILE.ps1
or take the mark away with
    Unblock-File -LiteralPath .\\NAME-OF-THIS-FILE.ps1
It keeps a transcript and what was answered beside itself, or in the profile of the user if it lies in a backup set."""


def powershell_script(what: Procedure | Plan, library: Library | None = None) -> str:
    """The script; lines end in CR LF, so that any editor of Windows shows it. Nothing in it is sent by the wizard.

    For a procedure its values are still ``<placeholders>``: the script refuses to run until each is replaced.
    """
    return LINE_END.join([*_script(runbook.of(what, library)), ""])


def script_bytes(what: Procedure | Plan, library: Library | None = None) -> bytes:
    """The script as a file's bytes: UTF-8 with a byte order mark."""
    return BOM + powershell_script(what, library).encode("utf-8", "replace")


def _script(book: Runbook) -> Iterator[str]:
    yield from _comment(f"{book.title} ({book.id})")
    if book.target:
        yield from _comment(f"Target: {book.target}. Backup set: {book.backup_set or 'none'}. Plan: {book.hash}")
    if book.source:
        yield from _comment(f"After: {book.source}")
    yield from _comment(_HOW_TO_START)
    yield from _shipped("head")
    if any(item.readings for item in book.items):
        yield from ("", *_shipped("reading"))
    if any(isinstance(item.command, Statement) and item.command.name == "restore-log" for item in book.items):
        yield from ("", *_shipped("logs"))
    if any(item.delivers for item in book.items):
        yield from ("", *_shipped("saving"))
    yield ""
    yield f"$script:Plan = {powershell.literal(book.hash or book.id)}"
    yield from _list("$script:Steps", list(dict.fromkeys(item.id for item in book.items)))
    yield from _unfilled(book)
    for ask in book.asks:
        yield from _comment(f"Decide first: {ask.question} {' / '.join(ask.choices.values())}")
    yield ""
    yield "try {"
    yield "Open-Record"
    for item in book.items:
        yield ""
        yield from _step(item)
    yield ""
    for title, why in book.omitted:
        yield from _comment(f"Left out: {title}: {why}")
    for line in book.afterwards:
        yield f"Write-Host {powershell.literal(runbook.one_line('Afterwards: ' + line))}"
    yield "Complete-Record"
    yield "} catch {"
    yield "    Show-Failure -Failure $_"
    yield "    $script:Ended = $true"
    yield "    exit 1"
    yield "} finally {"
    yield "    Close-Record"
    yield "}"
    # Else the exit code would be that of the program that ran last, and robocopy's are above 0 where it has copied.
    yield "exit 0"


def _shipped(name: str) -> list[str]:
    return Path(__file__).with_name(f"{name}.ps1").read_text("utf-8").splitlines()


def _list(name: str, items: list[str]) -> Iterator[str]:
    yield f"{name} = @("
    for number, item in enumerate(items, 1):
        yield f"    {powershell.literal(item)}{',' if number < len(items) else ''}"
    yield ")"


def _unfilled(book: Runbook) -> Iterator[str]:
    if not book.placeholders:
        return
    yield ""
    yield from _comment("Replace each of these everywhere in this file (editor, Replace All); double any apostrophe.")
    yield from _list("$values", [f"<{name}>" for name in book.placeholders])
    yield "if ($values -match '^<.*>$') {"
    yield "    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))"
    yield "}"


def _comment(words: str, indent: str = "") -> list[str]:
    """Comment lines; whatever ends a line in the text begins a new comment."""
    return [f"{indent}# {line}".rstrip() for line in words.splitlines()]


def _step(item: RunbookStep) -> Iterator[str]:
    yield from _comment(f"---- {item.group}")
    for condition in item.only:
        yield from _comment(f"Only if {condition}")
    told = {"Id": item.id, "Title": runbook.one_line(item.title), "RunOn": item.host, "Account": item.account}
    if item.verify and item.verify.command is not None:
        asked = item.verify
        wanted = unread(asked.wanted)
        told["Look"] = f"on {asked.host} run: {_asking(asked)}; if it shows {wanted}, the step has had its effect"
    if item.undo:
        told["Undo"] = item.undo
    parameters = " ".join(f"-{name} {powershell.literal(value)}" for name, value in told.items())
    yield f"if (Test-Step {parameters}) {{"
    yield from ("    " + line for line in _body(item))
    yield "}"


def _body(item: RunbookStep) -> Iterator[str]:
    """The lines of a step; a value may hold line ends of its own, therefore each is one string from start to end."""
    for note in item.notes:
        yield from _comment(f"Note: {note}")
    for asked in item.before:
        yield from _question("Before: ", asked, item)
    if item.destructive:
        yield f"Confirm-Harm -Harm {powershell.literal(item.destructive)} -Name {powershell.literal(item.harms)}"
    for reading in item.readings:
        yield from _reading(reading, item)
    yield from _doing(item)
    if item.verify:
        yield from _question("Verify: ", item.verify, item)
    if item.undo:
        yield from _comment(f"To undo: {item.undo}")


def _doing(item: RunbookStep) -> Iterator[str]:
    if item.command is None or item.by_hand:
        words = " ".join(runbook.shown(item.command)) if item.command else f"Decide: {item.title}"
        choices = f" ({' / '.join(item.choices)})" if item.choices else ""
        yield f"Write-Host {powershell.literal(words + choices)}"
        yield "[void] (Read-Answer -Question 'Press Enter when it is done')"
        return
    if isinstance(item.command, Copy):
        for one in powershell.copying(item.command):
            yield _shown(_to_host(one, item.host, whole=False))
            yield from _judging(one, item)
        return
    command = item.command
    if item.delivers and item.delivers_as == "registry" and isinstance(command, Program):
        line = _shown(source(Program("reg", ("export", command.args[1], item.delivers)), host=item.host))
    elif item.delivers:
        how = "Save-Text" if item.delivers_as == "text" else "Save-Byte"
        line = _shown(f"{how} -Path {text(item.delivers)} -Data @({source(command, host=item.host)})")
    else:
        line = _shown(_to_host(command, item.host, whole=item.by_property or _only_looks(command)))
    if item.tolerates and isinstance(command, Pipeline):
        words = ", ".join(map(powershell.literal, item.tolerates))
        line = f"try {{ {line} }} catch {{ Confirm-Tolerated -Failure $_ -Words @({words}) }}"
    yield line
    yield from _judging(command, item)


def _judging(command: Command, item: RunbookStep) -> Iterator[str]:
    if not isinstance(command, Pipeline):
        low, high = item.ok_exit
        yield f"Assert-ExitCode -Low {low} -High {high}"
    if item.expected:
        yield f"Confirm-Check -Question {powershell.literal(f'Does the answer show {item.expected}?')}"


def _only_looks(command: Command) -> bool:
    return isinstance(command, Pipeline) and all(one.name.lower().startswith("get-") for one in command.cmdlets)


def _to_host(command: Command, host: str, *, whole: bool) -> str:
    """``whole`` shows objects as lists of all their properties; a table leaves out those it has no column for."""
    as_list = " | Format-List -Property '*'" if whole and isinstance(command, Pipeline) else ""
    return f"{source(command, host=host)}{as_list} | Out-Host"


def _shown(line: str) -> str:
    return f"Invoke-Shown -Command {{ {line} }}"


def _asking(asked: Inspection) -> str:
    return _to_host(asked.command, asked.host, whole=asked.by_property) if asked.command else ""


def _question(lead: str, asked: Inspection, item: RunbookStep) -> Iterator[str]:
    """A read-only command whose answer a person judges; one for another host is only shown."""
    if asked.command is None:
        yield f"Confirm-Check -Question {powershell.literal(f'{lead}{asked.title}?')}"
        return
    if asked.host.lower() == item.host.lower():
        yield _shown(_asking(asked))
    else:
        shown = f"On {asked.host} as {asked.account} run: {_asking(asked)}"
        yield f"Write-Host {powershell.literal(shown)}"
    title = f"{asked.title}: " if asked.title else ""
    yield f"Confirm-Check -Question {text(f'{lead}{title}does it show {asked.wanted}?')}"


def _reading(reading: ValueRead, item: RunbookStep) -> Iterator[str]:
    """A command whose answer holds a value for the step; one for another host is only shown."""
    asked = _to_host(reading.command, reading.host, whole=True)
    if reading.host.lower() == item.host.lower():
        yield _shown(asked)
    else:
        yield f"Write-Host {powershell.literal(f'On {reading.host} run: {asked}')}"
    prompt = f"{reading.select} (from {reading.host})"
    yield f"{variable(reading.name)} = Read-Value -Question {powershell.literal(prompt)}"
