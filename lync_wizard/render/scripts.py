"""A plan or procedure for people without the wizard: a Windows PowerShell script that asks at each step; Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from lync_wizard.hosts import powershell
from lync_wizard.hosts.command import Cmdlet, Command, Copy, FileBytes, Pipeline, Program, Statement, Switch, Value
from lync_wizard.plans.model import Plan
from lync_wizard.procedures import Library, Procedure
from lync_wizard.render import runbook
from lync_wizard.render.runbook import Inspection, Runbook, RunbookStep, ValueRead

LINE_END: Final = "\r\n"
BOM: Final = b"\xef\xbb\xbf"
"""Windows PowerShell takes a script without it for text in the code page of the machine."""

_READ: Final = re.compile(r"<(Read:[^<>]+)>")
_MOVE: Final = re.compile(r"(, MOVE N'<(Read:[^<>]+)>' TO N'<(Read:[^<>]+)>')")
"""One file of a restored database in T-SQL; there are as many as were read."""
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z][A-Za-z0-9]*)*")
_PARAMETER: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")

_HEAD: Final = """\
#requires -Version 3.0
[CmdletBinding()]
param(
    # Id of the step to begin with; those before it are passed over.
    [string] $From = ''
)
$ErrorActionPreference = 'Stop'
if ($PSVersionTable.PSVersion.Major -gt 5) {
    throw 'Use Windows PowerShell (powershell.exe), version 3 to 5.1: this script keeps its rules of quoting.'
}
$script:Waiting = $From -ne ''

function Test-Step([string] $Id, [string] $Title, [string] $RunOn, [string] $Account) {
    if ($script:Waiting) {
        if ($Id -ne $From) { return $false }
        $script:Waiting = $false
    }
    Write-Host ''
    Write-Host ('{0}  {1}' -f $Id, $Title) -ForegroundColor Cyan
    Write-Host ('Run it on {0} as {1}.' -f $RunOn, $Account)
    $computer = ($RunOn -split '[.\\\\]')[0]
    if ($computer -ne $env:COMPUTERNAME) {
        Write-Warning ('This is {0}. Start this script on {1} with -From {2};' -f $env:COMPUTERNAME, $RunOn, $Id)
        Write-Warning 'or answer here, where the step may as well run from this computer.'
    }
    while ($true) {
        switch (Read-Host 'run, skip or quit') {
            'run' { return $true }
            'skip' { return $false }
            'quit' { Write-Host ('Go on later with -From {0}' -f $Id); exit 130 }
        }
    }
}

function Confirm-Harm([string] $Harm, [string] $Name) {
    Write-Host ('DESTRUCTIVE: {0}' -f $Harm) -ForegroundColor Red
    while ((Read-Host ('Type {0} to go on (Ctrl+C stops)' -f $Name)) -ne $Name) { }
}

function Confirm-Check([string] $Question) {
    if ((Read-Host ('{0} (yes or no)' -f $Question)) -ne 'yes') {
        throw 'Stopped: the answer was not yes. Fix it, then start again with -From and the id of this step.'
    }
}

function Assert-ExitCode([int] $Low, [int] $High) {
    if ($LASTEXITCODE -lt $Low -or $LASTEXITCODE -gt $High) {
        $success = if ($Low -eq $High) { "$Low means" } else { "$Low to $High mean" }
        throw ('Exit code {0}; {1} success.' -f $LASTEXITCODE, $success)
    }
}
"""
_READ_HEAD: Final = """\

function Read-Value([string] $Question) {
    $values = @()
    while ($true) {
        $line = Read-Host ('{0}: one value a line, an empty line ends' -f $Question)
        if ($line -eq '' -and $values.Count -gt 0) { return ,$values }
        if ($line -ne '') { $values += $line }
    }
}

function Join-Move([string[]] $Name, [string[]] $File) {
    if ($Name.Count -ne $File.Count) { throw 'Give one path for each logical name, in the same order.' }
    $moves = for ($i = 0; $i -lt $Name.Count; $i++) {
        ', MOVE N''{0}'' TO N''{1}''' -f $Name[$i].Replace('''', ''''''), $File[$i].Replace('''', '''''')
    }
    return $moves -join ''
}
"""
_SAVE_HEAD: Final = """\

function New-SetFile([string] $Path) {
    if (Test-Path -LiteralPath $Path) { throw ('{0} is there already: a backup goes into a new set.' -f $Path) }
    [void] (New-Item -ItemType Directory -Force -Path (Split-Path -Parent $Path))
}

function Save-Byte([string] $Path, [object[]] $Data) {
    $bytes = [byte[]] @($Data | ForEach-Object -Process { $_ })
    if ($bytes.Length -eq 0) { throw ('Nothing came back for {0}.' -f $Path) }
    New-SetFile -Path $Path
    [System.IO.File]::WriteAllBytes($Path, $bytes)
    Write-Host ('{0}: {1} bytes' -f $Path, $bytes.Length)
}

function Save-Text([string] $Path, [object[]] $Data) {
    New-SetFile -Path $Path
    $text = $Data | Format-List -Property * | Out-String -Width 4096
    [System.IO.File]::WriteAllText($Path, $text, (New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $false))
    Write-Host ('{0}: {1} characters' -f $Path, $text.Length)
}
"""


def powershell_script(what: Procedure | Plan, library: Library | None = None) -> str:
    """The script; lines end in CR LF, so that any editor of Windows shows it. Nothing in it is sent by the wizard.

    For a procedure its values are still ``<placeholders>``: the script refuses to run until each is replaced.
    """
    return LINE_END.join([*_script(_book(what, library)), ""])


def script_bytes(what: Procedure | Plan, library: Library | None = None) -> bytes:
    """The script as a file's bytes: UTF-8 with a byte order mark."""
    return BOM + powershell_script(what, library).encode("utf-8", "replace")


def _book(what: Procedure | Plan, library: Library | None) -> Runbook:
    return runbook.of_plan(what) if isinstance(what, Plan) else runbook.of_procedure(what, library or {})


def _script(book: Runbook) -> Iterator[str]:
    yield from _comment(f"{book.title} ({book.id})")
    if book.target:
        yield from _comment(f"Target: {book.target}. Backup set: {book.backup_set or 'none'}. Plan: {book.hash}")
    if book.source:
        yield from _comment(f"After: {book.source}")
    yield from _comment(
        "Start it in the Lync Server Management Shell. It asks before every step; -From ID goes on at a step."
    )
    yield from _HEAD.splitlines()
    if any(item.readings for item in book.items):
        yield from _READ_HEAD.splitlines()
    if any(item.delivers for item in book.items):
        yield from _SAVE_HEAD.splitlines()
    yield from _unfilled(book)
    for ask in book.asks:
        yield from _comment(f"Decide first: {ask.question} {' / '.join(ask.choices.values())}")
    for item in book.items:
        yield ""
        yield from _step(item)
    yield ""
    for title, why in book.omitted:
        yield from _comment(f"Left out: {title}: {why}")
    for line in book.afterwards:
        yield f"Write-Host {powershell.literal(runbook.one_line('Afterwards: ' + line))}"


def _unfilled(book: Runbook) -> Iterator[str]:
    if not book.placeholders:
        return
    yield ""
    yield from _comment("Replace each of these everywhere in this file (editor, Replace All); double any apostrophe.")
    yield "$values = @("
    for number, name in enumerate(book.placeholders, 1):
        comma = "," if number < len(book.placeholders) else ""
        yield f"    {powershell.literal(f'<{name}>')}{comma}"
    yield ")"
    yield "if ($values -match '^<.*>$') {"
    yield "    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))"
    yield "}"


def _comment(text: str, indent: str = "") -> list[str]:
    """Comment lines; whatever ends a line in the text begins a new comment."""
    return [f"{indent}# {line}".rstrip() for line in text.splitlines()]


def _step(item: RunbookStep) -> Iterator[str]:
    yield from _comment(f"---- {item.group}")
    for condition in item.only:
        yield from _comment(f"Only if {condition}")
    told = [runbook.one_line(item.title), item.host, item.account]
    title, host, account = map(powershell.literal, told)
    yield f"if (Test-Step -Id {powershell.literal(item.id)} -Title {title} -RunOn {host} -Account {account}) {{"
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
        yield from _reading(reading)
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
        yield "[void] (Read-Host 'Press Enter when it is done')"
        return
    for words in item.tolerates:
        yield from _comment(f"An error with these words does not count: {words}")
    lenient = bool(item.tolerates) and isinstance(item.command, Pipeline)
    text = source(item.command, host=item.host)
    if item.delivers:
        how = "Save-Text" if item.delivers_text else "Save-Byte"
        text = f"{how} -Path {_text(item.delivers)} -Data @({text})"
    yield f"try {{ {text} }} catch {{ Confirm-Check ('Error: {{0}}. Does it not count?' -f $_) }}" if lenient else text
    if not isinstance(item.command, Pipeline):
        low, high = item.ok_exit
        yield f"Assert-ExitCode -Low {low} -High {high}"
    if item.expected:
        yield f"Confirm-Check -Question {powershell.literal(f'Does the answer show {item.expected}?')}"


def _question(lead: str, asked: Inspection, item: RunbookStep) -> Iterator[str]:
    """A read-only command whose answer a person judges; one for another host is only shown."""
    if asked.command is None:
        yield f"Confirm-Check -Question {powershell.literal(f'{lead}{asked.title}?')}"
        return
    text = source(asked.command, host=asked.host)
    if asked.host.lower() == item.host.lower():
        yield f"{text} | Out-Host"
    else:
        shown = f"On {asked.host} as {asked.account} run: {text}"
        yield f"Write-Host {powershell.literal(shown)}"
    title = f"{asked.title}: " if asked.title else ""
    yield f"Confirm-Check -Question {powershell.literal(f'{lead}{title}does it show {asked.wanted}?')}"


def _reading(reading: ValueRead) -> Iterator[str]:
    yield f"{source(reading.command, host=reading.host)} | Out-Host"
    prompt = f"{reading.select} (from {reading.host})"
    yield f"{_variable(reading.name)} = Read-Value -Question {powershell.literal(prompt)}"


def _variable(name: str) -> str:
    return "$" + re.sub(r"[^A-Za-z0-9]", "_", name)


def source(command: Command, *, host: str = "") -> str:
    """The command as Windows PowerShell source; every value is one literal that reads back as exactly itself.

    ``host`` is the instance a SQL statement is sent to.
    """
    match command:
        case Pipeline(cmdlets):
            return " | ".join(map(_cmdlet, cmdlets))
        case Copy():
            return _program(powershell.robocopy(command))
        case Statement():
            return _program(Program("sqlcmd", ("-S", host, "-E", "-b", "-Q", "\n".join(runbook.shown(command)))))
        case Program():
            return _program(command)
    return powershell.literal(command.do)


def _cmdlet(cmdlet: Cmdlet) -> str:
    words = [cmdlet.name if _NAME.fullmatch(cmdlet.name) else f"& {powershell.literal(cmdlet.name)}"]
    for name, item in cmdlet.parameters:
        if not _PARAMETER.fullmatch(name):
            raise ValueError(f"{name!r} is no parameter name")
        match item:
            case Switch(present):
                words.append(f"-{name}" if present else f"-{name}:$false")
            case _:
                words.append(f"-{name} {_value(item)}")
    return " ".join(words)


def _value(item: Value) -> str:
    match item:
        case str():
            return _text(item)
        case FileBytes(path):
            return f"([System.IO.File]::ReadAllBytes({_text(path)}))"
        case tuple():
            return "@(" + ", ".join(map(_value, item)) + ")"
    return powershell.value(item)


def _text(text: str) -> str:
    """A literal; what a person read on the way takes the place of its mark in it, as a list where it is all of it."""
    whole = _READ.fullmatch(text)
    if whole:
        return _variable(whole[1])
    replaced = ""
    for mark, names, files in dict.fromkeys(_MOVE.findall(text)):
        joined = f"(Join-Move -Name {_variable(names)} -File {_variable(files)})"
        replaced += f".Replace({powershell.literal(mark)}, {joined})"
    for name in dict.fromkeys(_READ.findall(_MOVE.sub("", text))):
        replaced += f".Replace({powershell.literal(f'<{name}>')}, ({_variable(name)} -join ', '))"
    return f"({powershell.literal(text)}{replaced})" if replaced else powershell.literal(text)


def _program(program: Program) -> str:
    name = program.name if _PARAMETER.fullmatch(program.name) else f"& {powershell.literal(program.name)}"
    return " ".join([name, *(_text(native(arg)) for arg in program.args)])


def native(argument: str) -> str:
    """An argument as Windows PowerShell 3 to 5.1 has to be given it for the program to receive exactly ``argument``.

    It puts quotes around what holds white space and leaves the rest to the caller: quotes inside are escaped here,
    backslashes before them and before the closing quote doubled.
    """
    if not argument:
        return '""'
    escaped = re.sub(r'(\\*)"', r"\1\1\\" + '"', argument)
    if re.search(r"\s", argument):
        tail = len(escaped) - len(escaped.rstrip("\\"))
        escaped += "\\" * tail
    return escaped


def markdown(what: Procedure | Plan, library: Library | None = None) -> str:
    """The same steps for reading; commands stand in fences no text of theirs can close."""
    return "\n".join([*_markdown(_book(what, library)), ""])


def _markdown(book: Runbook) -> Iterator[str]:
    yield f"# {_words(book.title)}"
    yield ""
    yield f"Procedure `{book.id}`" + (f" for {_words(book.target)}" if book.target else "")
    for name, text in (("Backup set", book.backup_set), ("Plan", book.hash), ("Source", book.source)):
        if text:
            yield f"{name}: {_words(text)}"
    if book.summary:
        yield from ("", _words(book.summary))
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
        how = "written down as text (UTF-8)" if item.delivers_text else "byte for byte"
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
