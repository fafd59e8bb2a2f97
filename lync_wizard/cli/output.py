"""What commands say: results on standard output, for people or as JSON; progress and errors on standard error."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from lync_wizard.core import output_path, terminal, timestamps
from lync_wizard.core.errors import WizardError, render

if TYPE_CHECKING:
    from lync_wizard.checks import Finding
    from lync_wizard.plans.model import Plan
    from lync_wizard.procedures import Procedure
    from lync_wizard.runs.state import RunEvent

_MARKS: Final = {"ok": "✓", "caution": "!", "blocked": "✗", "unknown": "?", "later": "◦"}


def say(*lines: str) -> None:
    """Lines for people on standard output, each of them one line whatever it holds, in one write."""
    terminal.write(sys.stdout, lines)


def note(*lines: str) -> None:
    """Progress, errors and hints: lines on standard error, as :func:`say` writes them."""
    terminal.write(sys.stderr, lines)


def document(text: str) -> None:
    """A text of several lines on standard output, ended by a line end."""
    terminal.write_document(sys.stdout, text.rstrip("\n") + "\n")


def note_error(error: WizardError) -> None:
    """What went wrong, what to do now, what the other side said, and last what goes on, on standard error."""
    note(*terminal.lines(render(error)), *([f"go on with: {error.go_on}"] if error.go_on else []))


def print_json(data: Any) -> None:
    """One JSON document on standard output and nothing else there."""
    document(to_json(data))


def to_json(data: Any) -> str:
    """A JSON document as it is printed and exported."""
    return terminal.json_text(data, indent=1)


def present(options: argparse.Namespace, data: Any, lines: Iterable[str]) -> None:
    """What came of a command: with ``--json`` the data as one document, else the lines for people."""
    if options.json:
        print_json(data)
    else:
        say(*lines)


def print_json_line(data: Any) -> None:
    """One JSON document in a line of its own."""
    say(terminal.json_text(data))


def entry(options: argparse.Namespace, data: Any, line: str) -> None:
    """One of a stream of results: with ``--json`` one document a line, else the line for people."""
    if options.json:
        print_json_line(data)
    else:
        say(line)


def table(rows: Sequence[Sequence[str]], *, heading: tuple[str, ...] = ()) -> list[str]:
    """Rows as lines: columns as wide as their widest cell, the last one as it comes."""
    shown = [[terminal.visible(cell) for cell in row] for row in ([heading] if heading else []) + list(rows)]
    if not shown:
        return []
    widths = [max(len(row[i]) for row in shown) for i in range(len(shown[0]) - 1)]
    return [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in shown
    ]


def print_table(rows: Sequence[Sequence[str]], *, heading: tuple[str, ...] = ()) -> None:
    """A table on standard output."""
    say(*table(rows, heading=heading))


def print_finding(finding: Finding) -> None:
    """A finding with its evidence and hint, on standard output."""
    where = f"  {finding.host}" if finding.host else ""
    said = [f"{_MARKS[finding.status]} {finding.status:<8} {finding.check}{where}  {finding.message}"]
    if finding.evidence:
        said += [f"    {line}" for line in terminal.lines(finding.evidence)]
    if finding.gates:
        said.append(f"    checked again before {', '.join(finding.gates)}")
    if finding.hint and finding.status != "ok":
        said.append(f"    HINT: {finding.hint}")
    say(*said)


def print_to_stderr(finding: Finding) -> None:
    """A finding that is not ok, in a line on standard error."""
    if finding.status != "ok":
        note(finding.line)


def tell(event: RunEvent) -> None:
    """One line an event on standard error, but for the outputs."""
    if event.type != "output":
        note(describe(event))


def describe(event: RunEvent) -> str:
    """One event in a line for people."""
    data = event.data
    words = data.get("text") or data.get("why") or data.get("reason") or data.get("evidence") or ""
    if event.type in {"host_doubted", "host_identified"}:
        # Imported here: this module belongs to every command, and few of them show events.
        from lync_wizard.runs import report

        words = report.host_met(data)
    detail = data.get("stream") or data.get("outcome") or data.get("result") or data.get("decision") or ""
    if data.get("stream") == "sent":
        detail = f"sent to {data.get('host')}:"
    kind = event.type.removeprefix("step_").replace("_", " ")
    return f"{timestamps.local_text(event.at, '%H:%M:%S')}  {event.step or '':<28} {kind} {detail} {words}".rstrip()


def for_people(
    what: Procedure | Plan, library: Mapping[str, Procedure] | None, form: str, *, to_file: bool
) -> str | bytes:
    """As ``md`` or ``ps1``; a script file carries a byte order mark, without which Windows misreads it."""
    # Imported here: this module belongs to every command, and two of them render.
    from lync_wizard.render import scripts

    if form == "md":
        return scripts.markdown(what, library)
    if to_file:
        return scripts.script_bytes(what, library)
    return scripts.powershell_script(what, library).replace(scripts.LINE_END, "\n")


def deliver(data: str | bytes, options: argparse.Namespace) -> None:
    """A document to where ``-o`` says, else to standard output. Raises what :func:`output_path.write` raises."""
    output_path.write(options.output or output_path.STANDARD_OUTPUT, data, force=options.force)
