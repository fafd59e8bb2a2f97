"""How a drill ends: the lab's verdict, the score of whoever practised, the report as PDF, a record beside the set."""

from __future__ import annotations

import argparse
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from lync_wizard.cli import output
from lync_wizard.cli.context import CommandContext, home_of
from lync_wizard.core import terminal, timestamps
from lync_wizard.core.errors import WizardError
from lync_wizard.core.storage import write_whole
from lync_wizard.core.wrapping import paragraph
from lync_wizard.runs import journal
from lync_wizard.runs.history import RunSummary
from lync_wizard.runs.journal import Reader
from lync_wizard.runs.report import Report, duration

if TYPE_CHECKING:
    from lync_wizard.lab.verdict.score import Score


@dataclass(frozen=True)
class DrillResult:
    """What a restore that was practised came to. ``report`` and ``pdf`` are None where nothing was begun."""

    verdict: str
    not_restored: tuple[str, ...]
    score: Score
    report: Report | None
    pdf: Path | None

    def to_data(self) -> dict[str, Any]:
        """What ``drill --json`` says beyond the verdict: times, score, evidence."""
        took = self.report.elapsed if self.report else None
        return {
            "run_seconds": None if took is None else round(took, 1),
            "within_rto": self.report.within_rto if self.report else None,
            "score": self.score.to_data(),
            "report": str(self.pdf) if self.pdf else None,
        }

    def lines(self) -> list[str]:
        """For people, after the verdict."""
        said = []
        if self.report:
            rto = self.report.rto
            took = (
                duration(self.report.elapsed)
                if rto is None
                else f"{duration(self.report.elapsed)} of RTO {duration(rto)}"
            )
            said.append(", ".join(filter(None, (f"time: {took}", self.report.rto_kept))))
        said += self.score.lines()
        return [*said, *([f"report: {self.pdf}"] if self.pdf else [])]


def conclude(
    options: argparse.Namespace,
    work: CommandContext,
    verdict: dict[str, Any],
    *,
    right: str,
    begun: list[RunSummary],
    refused: list[str],
) -> DrillResult:
    """Score the runs of a drill (``begun``, newest first) and keep their proof; ``right`` restores what is lost."""
    # Imported here: no help needs the lab.
    from lync_wizard.lab.verdict import score

    folders = [work.home.runs / one.run for one in reversed(begun)]
    made = work.workspace.report(begun[0].run) if begun else None
    if verdict["verdict"] == "restored":
        _record(work, next((one for one in begun if one.procedure == right and one.end), None))
    return DrillResult(
        verdict=str(verdict["verdict"]),
        not_restored=tuple(verdict["not_restored"]),
        score=score.read(folders, right, refused),
        report=made,
        pdf=_evidence(options, made) if made else None,
    )


def say(verdict: dict[str, Any], *more: str) -> None:
    """A verdict for people, and what else there is to tell, on standard output."""
    output.say(*_wrapped(verdict, *more, to=sys.stdout))


def _wrapped(verdict: dict[str, Any], *more: str, to: TextIO) -> list[str]:
    """The lines; on a terminal no word is cut at the edge."""
    width = shutil.get_terminal_size().columns if to.isatty() else sys.maxsize
    lines = [f"  {verdict['verdict']}: {what}" for what in verdict["not_restored"]]
    lines += [*(f"  lost: {what}" for what in verdict.get("lost", ())), *more]
    return [
        f"verdict: {verdict['verdict']}",
        *(part for line in lines for part in paragraph(line, rest="    ", width=width)),
    ]


def verdict(work: CommandContext, run: str) -> None:
    """Say on standard error what the lab of this home says of a run that was resumed, and keep a good word of it."""
    # Imported here: no help needs the lab.
    from lync_wizard.lab.server.control import LabControl

    said = LabControl(work.home.root).verdict()
    output.note(*_wrapped(said, to=sys.stderr))
    if said["verdict"] == "restored":
        _record(work, next((one for one in work.workspace.runs() if one.run == run and one.end), None))


def _record(work: CommandContext, run: RunSummary | None) -> None:
    """Keep beside the set that it was restored from; what cannot be written is said and changes no verdict."""
    if run is None:
        return
    try:
        with Reader(journal.find(work.home.runs, run.run)) as reader:
            work.workspace.record_restored(reader.plan, run.run, restored=True)
    except (OSError, WizardError) as error:
        output.note(*terminal.lines(f"not recorded beside the backup set: {error}"))


def _evidence(options: argparse.Namespace, made: Report) -> Path | None:
    """The report of the run as PDF among the reports of the whole home."""
    # Imported here: it loads typst, which no help needs.
    from lync_wizard.render import pdf

    path = home_of(options).reports / f"drill-{made.run}.pdf"
    try:
        write_whole(path, pdf.report(made, made_at=timestamps.now()))
    except (OSError, WizardError) as error:
        output.note(*terminal.lines(f"the report could not be written as PDF: {error}"))
        return None
    return path
