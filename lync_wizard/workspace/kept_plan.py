"""A plan that was kept, in a file or in a journal, and what has become of all that it was made of."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from typing import Any, Final

from lync_wizard import checks
from lync_wizard.checks import Finding
from lync_wizard.core import product
from lync_wizard.core.errors import InputError, Refused, WizardError
from lync_wizard.plans import derivation, identified, reach, remarks, template
from lync_wizard.plans.model import Plan
from lync_wizard.procedures import targets
from lync_wizard.procedures.expand import used
from lync_wizard.runs import journal
from lync_wizard.runs.journal import Reader
from lync_wizard.workspace.workspace import Workspace

AGAIN: Final = "Create a new plan, and read it before you approve it."
_MOST: Final = 20
"""Differences that are named; a plan of another target has hundreds."""


def prove(workspace: Workspace, plan: Plan) -> None:
    """Hold a plan that is to be carried out against everything it names: made again, it has to be the same.

    Raises :class:`InputError` for a plan that was made by another version or of other procedures, or that differs;
    :class:`Refused` where it was carried out already.
    """
    workspace.available.refuse_broken(plan.procedure)
    if changed := changes(workspace, plan):
        raise InputError("what the plan was made with has changed", AGAIN, "\n".join(changed))
    if found := [*derivation.differences(plan, _made_again(workspace, plan))]:
        raise _lies("the plan is not what procedure, worksheets and backup set give", found)
    if run := _carried_out(workspace, plan):
        raise Refused(
            f"this plan was approved for run {run}, and an approval is for one run",
            f"Go on with it by `{workspace.home.resume(run)}`, or create a new plan.",
        )


def changes(workspace: Workspace, plan: Plan) -> list[str]:
    """What the plan was made with and is another now: the program, procedures; nothing for plans that do not say it."""
    if not plan.of_today:
        return []
    found = []
    if plan.product != product.version():
        found.append(f"it was made by lync-wizard {plan.product}, this is {product.version()}")
    here = workspace.procedures.get(plan.procedure)
    now = {one.id: one.sha256 for one in used(here, workspace.procedures).values()} if here else {}
    for name in sorted({*plan.procedures, *now}):
        if name not in now:
            found.append(f"procedure {name} is not used any more")
        elif name not in plan.procedures:
            found.append(f"procedure {name} was not used then")
        elif plan.procedures[name] != now[name]:
            found.append(f"procedure {name} is another: {now[name][:12]}, then {plan.procedures[name][:12]}")
    return found


def reached_otherwise(workspace: Workspace, plan: Plan, settled: Iterable[str]) -> list[str]:
    """What connections.yaml says otherwise than the plan of the hosts that the steps left use."""
    if not plan.of_today:
        return []
    gone = frozenset(settled)
    now = reach.of((step for step in plan.steps if step.id not in gone), workspace.book)
    then = {name: one for name, one in plan.reached.items() if name in now}
    kind = workspace.environment_kind
    found = [*reach.changed(then, now, kind)]
    return (
        found if kind == plan.environment_kind else [f"the environment is {kind}, then {plan.environment_kind}", *found]
    )


def prove_recorded(workspace: Workspace, reader: Reader) -> None:
    """Hold the plan of a journal against the hashes with which it was approved and begun, itself and its procedures.

    Worksheets and set may have changed since and are not asked. Raises :class:`Refused` where a hash differs, or where
    the plan says something else than this version and these procedures can have written; :class:`InputError` where the
    home's own file of one of them cannot be read.
    """
    plan = reader.plan
    recorded = {"run_started": "plan", "plan_approved": "hash"}
    for event in reader.events(types=("run_started", "plan_approved")):
        said = event.data.get(recorded[event.type])
        if said != plan.hash:
            what = "begun" if event.type == "run_started" else "approved"
            raise Refused(
                f"the journal of {reader.run} holds another plan than the one that was {what}",
                "Keep the run's folder for whoever looks into it, and make a new plan.",
                f"in the journal {plan.hash}\n{what} {said}",
            )
    workspace.available.refuse_broken(plan.procedure)
    if not plan.of_today or changes(workspace, plan):
        return
    unnamed = identified.differences(plan.identified, identified.unknown(plan.steps))
    if found := [*derivation.contradictions(plan), *template.deviations(plan, workspace.procedures), *unnamed]:
        raise Refused(
            f"the plan of {reader.run} contradicts itself or its procedures",
            "Keep the run's folder for whoever looks into it, and make a new plan.",
            _listed(found),
        )


def seen(workspace: Workspace, plan: Plan, findings: Iterable[Finding]) -> dict[str, Any]:
    """What the approval of a plan records beside who approved: the findings, and procedures that are not as shipped."""
    own = remarks.replaced(plan)
    found = {"findings": checks.recorded(findings, workspace.redactor)}
    return {**found, "own_procedures": own} if own else found


def _made_again(workspace: Workspace, plan: Plan) -> Plan:
    here = workspace.procedures.get(plan.procedure)
    backs_up = here is not None and here.target == targets.DEPLOYMENT
    made = str(plan.values.get("RescueSet", "")).rpartition("\\")[2] if here is not None and here.makes_set else ""
    if made and not re.fullmatch(rf"\d{{4}}-\d\d-\d\dT\d{{6}}Z_{re.escape(plan.deployment)}-rescue", made):
        raise _lies("the plan names no set that it could make", [f"RescueSet: {made}"])
    if backs_up and not re.fullmatch(
        rf"\d{{4}}-\d\d-\d\dT\d{{6}}Z_{re.escape(plan.deployment)}", plan.backup_set or ""
    ):
        raise _lies("the plan names no backup set that it could make", [f"backup_set: {plan.backup_set}"])
    try:
        return workspace.derived(
            plan.procedure,
            plan.target,
            None if backs_up else plan.backup_set,
            plan.answers,
            new_set=(plan.backup_set or "") if backs_up else made,
        )
    except InputError as error:
        raise InputError("the plan cannot be re-created, so it is not carried out", AGAIN, str(error)) from error


def _carried_out(workspace: Workspace, plan: Plan) -> str:
    """The run of this home that began with this very plan."""
    for folder in journal.runs(workspace.home.runs):
        if f"-{plan.procedure}-" in folder.name:
            # A journal that cannot be read is told of where runs are listed; it keeps no plan from being carried out.
            with contextlib.suppress(WizardError), Reader(folder) as reader:
                if reader.plan.hash == plan.hash:
                    return reader.run
    return ""


def _lies(summary: str, found: list[str]) -> InputError:
    return InputError(summary, AGAIN, _listed(found))


def _listed(found: list[str]) -> str:
    more = [f"and {len(found) - _MOST} more"] if len(found) > _MOST else []
    return "\n".join(found[:_MOST] + more)
