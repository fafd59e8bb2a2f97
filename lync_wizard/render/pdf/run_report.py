"""The report of a run on paper: what happened when, who confirmed it, how long it took against what was promised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo

from lync_wizard.render.pdf import text_runs as paper
from lync_wizard.render.pdf.text_runs import Block
from lync_wizard.render.pdf.typeset import Paper, set_pages
from lync_wizard.runs.report import Report, ReportLine, duration


def report(what: Report, *, made_at: datetime, paper: Paper = "a4", zone: tzinfo | None = None) -> bytes:
    """The PDF of a run's report; times local, or in ``zone``."""
    blocks = list(_Pages(what, zone).blocks())
    return set_pages(
        f"Run {what.run}", what.deployment, [_section(what, blocks)], made_at=made_at, paper=paper, zone=zone
    )  # fmt: skip


def _section(what: Report, blocks: list[Block]) -> Block:
    return paper.section(f"Report: {what.title}", f"{what.procedure} for {what.target}", blocks, foot=what.run)


class _Pages:
    def __init__(self, what: Report, zone: tzinfo | None) -> None:
        self.what = what
        self.zone = zone

    def blocks(self) -> Iterator[Block]:
        what = self.what
        yield paper.words(f"{what.verdict}.", strong=True)
        if not what.intact:
            yield paper.words(
                "The journal was changed after it was written: its chain of hashes is broken.", strong=True
            )
        yield paper.facts(list(self._facts()))
        yield paper.heading("Time")
        yield paper.facts(list(self._times()))
        yield from self._not_executed()
        yield from self._entries("Failed or retried", what.failures)
        yield from self._bullets("Lost", what.lost)
        yield from self._bullets("What to do next", what.afterwards)
        yield from self._entries("Who confirmed what", what.confirmations, who=True)
        yield from self._entries("Findings accepted", what.findings, who=True)
        yield from self._entries("Hosts", what.hosts, who=True)
        yield from self._checks()
        yield from self._entries("Notes", what.notes, who=True)
        yield from self._entries("Timeline", what.timeline, who=True)
        yield from self._steps()
        yield paper.heading("Last hash of the journal")
        yield paper.code(what.last_hash)
        yield paper.words(what.anchored.line, strong=what.anchored.broken_at is not None)
        yield paper.signatures("Carried out by", "Checked by", "Date", "Signature")

    def _facts(self) -> Iterator[tuple[str, str]]:
        what = self.what
        yield "Environment", f"{what.environment_kind.upper()} {what.environment}"
        yield "Backup set", what.backup_set or "none"
        yield "Run", what.run
        if what.own_procedures:
            yield "Procedures", f"not as shipped: {', '.join(what.own_procedures)}"
        yield "Approved by", ", ".join(entry.who for entry in what.approvals) or "nobody"
        failed = what.count("failed", "unknown")
        yield (
            "Steps",
            f"{what.count('done')} done, {what.count('skipped')} skipped, {failed} failed, {len(what.steps)} in all",
        )

    def _times(self) -> Iterator[tuple[str, str]]:
        what = self.what
        if what.started_at and what.ended_at:
            start, end = what.started_at.astimezone(self.zone), what.ended_at.astimezone(self.zone)
            yield "From, to", f"{start:%Y-%m-%d %H:%M:%S} to {end:%Y-%m-%d %H:%M:%S} {start.tzname()}"
        yield "Elapsed", duration(what.elapsed)
        if what.rto is None:
            yield "RTO", "none in the plan"
        else:
            kept = f": {what.rto_kept}, actual {duration(what.elapsed)}" if what.rto_kept else ", the run has not ended"
            yield "RTO", f"{duration(what.rto)}{kept}"
        yield "Working", duration(what.working)
        yield "Waiting for people", duration(what.waiting)
        if what.away >= 1:
            yield "Paused or away", duration(what.away)

    def _not_executed(self) -> Iterator[Block]:
        what = self.what
        rows = [
            [paper.cell(one.step), paper.cell(f"skipped: {one.text}"), paper.cell(self._by(one))]
            for one in what.skipped
        ]
        rows += [[paper.cell(f"{one.group} {one.title}"), paper.cell(one.why), paper.cell()] for one in what.omitted]
        rows += [
            [paper.cell(f"{one.step} {one.title}"), paper.cell(one.state), paper.cell()]
            for one in what.steps
            if one.state not in {"done", "skipped"}
        ]
        yield paper.heading("Steps not executed")
        if rows:
            yield paper.table([("Step", 1.2), ("Reason", 2.0), ("By, at", 1.0)], rows)
        else:
            yield paper.words("None.")

    def _by(self, one: ReportLine) -> str:
        return f"{one.by} {self._local(one.at):%H:%M:%S}".strip()

    def _entries(self, title: str, entries: Iterable[ReportLine], *, who: bool = False) -> Iterator[Block]:
        rows = [
            [
                paper.cell(f"{self._local(one.at):%Y-%m-%d %H:%M:%S}"),
                paper.cell(one.step),
                paper.cell(one.text),
                *([paper.cell(one.by)] if who else []),
            ]
            for one in entries
        ]
        if rows:
            yield paper.heading(title)
            columns = [("Time", 1.1), ("Step", 1.2), ("What", 3.2)]
            yield paper.table([*columns, ("Who", 0.8)] if who else columns, rows)

    def _checks(self) -> Iterator[Block]:
        rows = [
            [paper.cell(one.status), paper.cell(f"{one.check} {one.host}".strip()), paper.cell(one.message),
             paper.cell(one.evidence)]
            for one in self.what.checked
        ]  # fmt: skip
        if rows:
            yield paper.heading("Checks before the run")
            yield paper.table(
                [("Finding", 0.6), ("Check, host", 1.4), ("In words", 1.6), ("Asked, answered", 1.6)], rows
            )

    def _bullets(self, title: str, texts: Iterable[str]) -> Iterator[Block]:
        found = [f"• {text}" for text in texts]
        if found:
            yield paper.heading(title)
            yield paper.words(found)

    def _steps(self) -> Iterator[Block]:
        sent = [one for one in self.what.steps if one.attempts]
        if sent:
            yield paper.heading("Commands in full")
        for one in sent:
            often = f", sent {one.attempts} times" if one.attempts > 1 else ""
            took = f", {duration(one.seconds)}" if one.seconds else ""
            yield paper.words(f"{one.step} on {one.host or 'no host'}: {one.state}{took}{often}")
            yield paper.code(one.command)

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)
