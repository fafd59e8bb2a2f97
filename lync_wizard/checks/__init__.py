"""Prerequisites: statements that should be true before a step is sent, asked of the real hosts, side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from lync_wizard.checks import access, backups, databases, farm, server
from lync_wizard.checks.finding import Check, Context, Finding, Status
from lync_wizard.errors import WizardError
from lync_wizard.expectation import Proof
from lync_wizard.plan import PlannedStep, Precondition

__all__ = ["CHECKS", "Check", "Context", "Finding", "Status", "examine", "ids", "precondition", "verdict"]

CHECKS: Final[Mapping[str, Check]] = {
    check.id: check for check in (*access.CHECKS, *farm.CHECKS, *server.CHECKS, *backups.CHECKS, *databases.CHECKS)
}


def ids() -> list[str]:
    """Every check a procedure may name."""
    return list(CHECKS)


def examine(
    context: Context,
    on_finding: Callable[[Finding], None],
    only: Collection[tuple[str, str]] = (),
) -> list[Finding]:
    """Judge the plan's checks, hosts in parallel, questions to one host in order; each finding is told at once.

    ``only`` names (check, host) pairs to judge again.
    """
    rounds: dict[str, list[Check]] = {}
    for name in context.plan.checks:
        check = CHECKS[name]
        for host in check.hosts(context):
            if not only or (name, host) in only:
                rounds.setdefault(host, []).append(check)
    if not rounds:
        return []
    with ThreadPoolExecutor(max_workers=len(rounds), thread_name_prefix="checks") as pool:
        found = pool.map(lambda item: _round(context, item[0], item[1], on_finding), rounds.items())
        return [finding for findings in found for finding in findings]


def _round(
    context: Context, host: str, checks: Iterable[Check], on_finding: Callable[[Finding], None]
) -> list[Finding]:
    findings = []
    for check in checks:
        finding = judge(check, context, host)
        on_finding(finding)
        findings.append(finding)
    return findings


def judge(check: Check, context: Context, host: str) -> Finding:
    """One check on one host; what cannot be asked is unknown, or later where the host is still to be rebuilt."""
    began = time.monotonic()
    try:
        finding = check.judge(context, host)
    except WizardError as error:
        if host and context.to_be_rebuilt(host):
            gates = context.first_steps_on(host)
            finding = check.finding(host, "later", "asked when the server is there again", gates=gates)
        else:
            finding = check.finding(host, "unknown", error.summary, error.hint)
    return replace(finding, seconds=time.monotonic() - began)


def precondition(context: Context, step: PlannedStep, wanted: Precondition) -> Proof:
    """Judge a check that gates a step, on its host: blocked closes the gate, the rest leaves it to the person."""
    if wanted.check is None or wanted.check not in CHECKS:
        return Proof("cannot-tell", f"there is no check {wanted.check}")
    check = CHECKS[wanted.check]
    context = replace(context, gating=True)
    hosts = check.hosts(context)
    finding = judge(check, context, step.host if step.host in hosts or not hosts else hosts[0])
    match finding.status:
        case "ok":
            return Proof("yes", finding.message)
        case "blocked":
            return Proof("no", f"{finding.message}. {finding.hint}".strip())
    return Proof("cannot-tell", finding.message)


def verdict(findings: Iterable[Finding], accepted: Collection[tuple[str, str]] = ()) -> list[Finding]:
    """The findings that stand in the way: blocked ones, and cautions and unknowns nobody has accepted."""
    return [
        f
        for f in findings
        if f.status == "blocked" or (f.status in {"caution", "unknown"} and (f.check, f.host) not in accepted)
    ]
