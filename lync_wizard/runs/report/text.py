"""The report as lines of text: the same words for a terminal, a screen and a ticket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo

from lync_wizard.core.wrapping import paragraph
from lync_wizard.runs.report.account import Report, ReportLine
from lync_wizard.runs.report.words import duration


def render_text(report: Report, width: int = 80, zone: tzinfo | None = None) -> list[str]:
    """The report as lines of at most ``width`` columns (longer names are never cut), times local or in ``zone``."""
    return list(_Text(report, max(width, 40), zone).lines())


class _Text:
    def __init__(self, report: Report, width: int, zone: tzinfo | None) -> None:
        self.report = report
        self.width = width
        self.zone = zone

    def lines(self) -> Iterator[str]:
        report = self.report
        yield from self._wrap(report.verdict)
        yield ""
        yield from self._facts()
        yield from self._section("Not executed", self._not_executed())
        yield from self._section("Failed or retried", self._entries(report.failures))
        yield from self._section("Lost", self._bullets(report.lost))
        yield from self._section("What to do next", self._bullets(report.afterwards))
        yield from self._section("Confirmed by", self._entries(report.confirmations))
        yield from self._section("Findings accepted", self._entries(report.findings))
        yield from self._section("Hosts", self._entries(report.hosts))
        yield from self._section("Checks before the run", self._bullets(one.line for one in report.checked))
        yield from self._section("Notes", self._entries(report.notes))
        yield from self._section("Timeline", self._entries(report.timeline))
        yield from self._section("Commands", self._commands())
        yield ""
        yield from self._wrap(f"Last hash of the journal: {report.last_hash}")
        yield from self._wrap(report.anchored.line)
        if not report.intact:
            yield from self._wrap("The journal was changed after it was written: its chain of hashes is broken.")

    def _facts(self) -> Iterator[str]:
        report = self.report
        facts = {
            "Procedure": f"{report.procedure} {report.target}",
            "Environment": f"{report.environment_kind.upper()} {report.environment}",
            "Backup set": report.backup_set or "none",
            "Run": report.run,
        }
        if report.own_procedures:
            facts["Procedures"] = f"not as shipped: {', '.join(report.own_procedures)}"
        if report.approvals:
            facts["Approved by"] = ", ".join(entry.who for entry in report.approvals)
        if report.started_at and report.ended_at:
            start, end = self._local(report.started_at), self._local(report.ended_at)
            same_day = start.date() == end.date()
            facts["Time"] = f"{start:%Y-%m-%d %H:%M:%S} to {end:{'' if same_day else '%Y-%m-%d '}%H:%M:%S} {start:%Z}"
        against = f" of RTO {duration(report.rto)}" if report.rto is not None else ", no RTO in the plan"
        facts["Elapsed"] = duration(report.elapsed) + against
        away = f", away {duration(report.away)}" if report.away >= 1 else ""
        facts["Of this"] = f"working {duration(report.working)}, waiting for people {duration(report.waiting)}{away}"
        failed = report.count("failed", "unknown")
        facts["Steps"] = (
            f"{report.count('done')} done, {report.count('skipped')} skipped, {failed} failed, "
            f"{len(report.steps)} in all"
        )
        for name, text in facts.items():
            yield from self._wrap(text, f"{name:<12} ")

    def _not_executed(self) -> Iterator[str]:
        yield from self._entries(self.report.skipped)
        for one in self.report.omitted:
            yield from self._wrap(f"{one.group} {one.title}: {one.why}", "  ")
        open_steps = [s for s in self.report.steps if s.state not in {"done", "skipped"}]
        for step in open_steps:
            yield from self._wrap(f"{step.step} {step.title}: {step.state}", "  ")

    def _commands(self) -> Iterator[str]:
        for step in self.report.steps:
            if not step.attempts:
                continue
            often = f", sent {step.attempts} times" if step.attempts > 1 else ""
            took = f", {duration(step.seconds)}" if step.seconds else ""
            yield from self._wrap(f"{step.step} on {step.host or 'no host'}: {step.state}{took}{often}", "  ")
            for line in step.command:
                yield from self._wrap(line.strip(), "    " if line == line.lstrip() else "      ")

    def _entries(self, entries: Iterable[ReportLine]) -> Iterator[str]:
        for entry in entries:
            step = f"{entry.step} " if entry.step else ""
            by = f" ({entry.by})" if entry.by else ""
            yield from self._wrap(f"{step}{entry.text}{by}", f"  {self._local(entry.at):%H:%M:%S}  ")

    def _bullets(self, texts: Iterable[str]) -> Iterator[str]:
        for text in texts:
            yield from self._wrap(text, "  - ")

    def _section(self, heading: str, lines: Iterable[str]) -> Iterator[str]:
        body = list(lines)
        if body:
            yield from ("", heading, *body)

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def _wrap(self, text: str, lead: str = "") -> list[str]:
        return paragraph(text, lead, width=self.width)
