"""Prerequisites: statements that should be true before a step is sent, asked of the real hosts, side by side."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Final

from lync_wizard.checks import (
    access,
    backups,
    central_management,
    certificates,
    databases,
    deployment,
    mirrors,
    pairing,
    pools,
    server,
    targets,
)
from lync_wizard.checks.check import Check, Context, Finding, Status
from lync_wizard.checks.pitfalls import OWN
from lync_wizard.checks.targets import wiped_server, wiped_servers
from lync_wizard.core.errors import Unreachable, WizardError
from lync_wizard.deployment import same
from lync_wizard.hosts import UNREADABLE
from lync_wizard.plans.identified import wipes
from lync_wizard.plans.model import Plan, PlannedStep, Precondition
from lync_wizard.procedures.expectations import Proof

__all__ = [
    "CHECKS",
    "Check",
    "Context",
    "Finding",
    "Status",
    "examine",
    "gated",
    "ids",
    "precondition",
    "recorded",
    "unanswered",
    "verdict",
    "wiped_server",
    "wiped_servers",
]

CHECKS: Final[Mapping[str, Check]] = {
    check.id: check
    for check in (
        *access.CHECKS, *central_management.CHECKS, *deployment.CHECKS, *pools.CHECKS, *server.CHECKS,
        *pairing.CHECKS, *certificates.CHECKS, *backups.CHECKS, *databases.CHECKS, *mirrors.CHECKS, *targets.CHECKS,
    )
}  # fmt: skip


_ALIVE: Final = "target-alive"
_NOT_READABLE: Final = "the host sent something unreadable"
_LOOK: Final = "Look at what Windows or SQL Server answers there, then check again."
_log = logging.getLogger(__name__)


def ids() -> list[str]:
    """Every check a procedure may name."""
    return list(CHECKS)


def examine(
    context: Context,
    on_finding: Callable[[Finding], None],
    only: Collection[tuple[str, str]] = (),
) -> list[Finding]:
    """Evaluate the plan's checks, hosts in parallel, one host in order; each finding is told at once.

    ``only`` names (check, host) pairs to evaluate again.
    """
    context = replace(context, tell=on_finding)
    rounds: dict[str, list[Check]] = {}
    for check, host in _asked(context):
        if not only or (check.id, host) in only:
            rounds.setdefault(host, []).append(check)
    if not rounds:
        return []
    with ThreadPoolExecutor(max_workers=len(rounds), thread_name_prefix="checks") as pool:
        found = pool.map(lambda item: _round(context, item[0], item[1], on_finding), rounds.items())
        return [finding for findings in found for finding in findings]


def _asked(context: Context) -> Iterator[tuple[Check, str]]:
    for name in context.plan.checks:
        check = CHECKS[name]
        for host in check.hosts(context):
            yield check, host


def unanswered(context: Context) -> list[Finding]:
    """What stands for each check of the plan on each of its hosts until there is an answer."""
    return [check.finding(host, "blocked", "has not been checked", "Check again.") for check, host in _asked(context)]


def _round(
    context: Context, host: str, checks: Iterable[Check], on_finding: Callable[[Finding], None]
) -> list[Finding]:
    findings = []
    for check in checks:
        finding = evaluate(check, context, host)
        on_finding(finding)
        findings.append(finding)
    return findings


def evaluate(check: Check, context: Context, host: str) -> Finding:
    """One check on one host; what cannot be asked is unknown.

    Of a host that the plan wipes first, whatever is not well is asked again later: what it says now is about the old
    installation.
    """
    began = time.monotonic()
    subject = check.subject(context, host)
    waits = bool(subject) and context.to_be_rebuilt(subject)
    try:
        finding = check.evaluate(context, host)
    except WizardError as error:
        finding = _unknown(check, host, error, waits=waits)
    except UNREADABLE as error:
        # Values of other types than Windows and SQL Server send: the other hosts are asked all the same.
        _log.debug("%s on %s could not be evaluated", check.id, host, exc_info=error)
        finding = _unknown(check, host, Unreachable(_NOT_READABLE, _LOOK), waits=waits)
    if finding.status == "blocked" and check.pitfalls and OWN.issuperset(check.pitfalls):
        finding = replace(finding, status="caution")
    if waits and finding.status != "ok":
        finding = replace(finding, status="later")
    if finding.status == "later":
        finding = replace(finding, gates=check.gates(context, host))
    return replace(finding, seconds=time.monotonic() - began)


def _unknown(check: Check, host: str, error: WizardError, *, waits: bool) -> Finding:
    if waits:
        return check.finding(host, "later", "checked when the server is available again")
    return check.finding(host, "unknown", error.summary, error.hint)


def gated(plan: Plan, context: Context) -> Plan:
    """The plan with the answers that must wait as preconditions of the steps that rest on them."""
    waiting: dict[str, list[Precondition]] = {}
    for name in plan.checks:
        check = CHECKS[name]
        for host in check.hosts(context):
            for step_id in check.gates(context, host):
                there = {wanted.check for wanted in (*plan.step(step_id).before, *waiting.get(step_id, ()))}
                if name not in there:
                    waiting.setdefault(step_id, []).append(Precondition(_lower(check.title), check=name))
    if _ALIVE in plan.checks:
        for server in wiped_servers(plan):
            first = next(step.id for step in plan.steps if wipes(step) and same(step.confirm_text, server))
            title = f"{server} does not answer, or does not run its role"
            waiting.setdefault(first, []).append(Precondition(title, check=_ALIVE))
    steps = (replace(s, before=(*waiting.get(s.id, ()), *s.before)) if s.id in waiting else s for s in plan.steps)
    return replace(plan, steps=tuple(steps)) if waiting else plan


def _lower(title: str) -> str:
    """A title in the middle of a sentence; an abbreviation keeps its capitals."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def precondition(context: Context, step: PlannedStep, wanted: Precondition) -> Proof:
    """Evaluate a check that gates a step, on its hosts: blocked closes the gate, the rest leaves it to the person."""
    if wanted.check is None or wanted.check not in CHECKS:
        return Proof("cannot-tell", f"there is no check {wanted.check}")
    check = CHECKS[wanted.check]
    hosts = check.hosts(context)
    waiting = [host for host in hosts if step.id in check.gates(context, host)]
    if wanted.check == _ALIVE:
        waiting = [step.confirm_text]
    asked = waiting or ([step.host] if step.host in hosts or not hosts else hosts[:1])
    findings = [evaluate(check, replace(context, gating=True), host) for host in asked]
    for answer, statuses in (("no", {"blocked"}), ("cannot-tell", {"caution", "unknown", "later"})):
        hit = [f for f in findings if f.status in statuses]
        if hit:
            return Proof("no" if answer == "no" else "cannot-tell", "; ".join(map(_sentence, hit)))
    return Proof("yes", "; ".join(finding.message for finding in findings))


def _sentence(finding: Finding) -> str:
    return f"{finding.message}. {finding.hint}".strip() if finding.status == "blocked" else finding.message


def recorded(findings: Iterable[Finding], redact: Callable[[str], str]) -> list[dict[str, Any]]:
    """Findings as a journal keeps them; texts of hosts without secrets."""
    return [
        {key: redact(value) if isinstance(value, str) else value for key, value in finding.to_data().items()}
        for finding in findings
    ]


def verdict(findings: Iterable[Finding], accepted: Collection[tuple[str, str]] = ()) -> list[Finding]:
    """The findings that stand in the way: blocked ones, and cautions and unknowns nobody has accepted."""
    return [
        f
        for f in findings
        if f.status == "blocked" or (f.status in {"caution", "unknown"} and (f.check, f.host) not in accepted)
    ]
