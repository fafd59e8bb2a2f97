"""Which hosts of a plan have to be known, which of them it installs anew, and what was learnt of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from lync_wizard.deployment import same
from lync_wizard.hosts.command import SimulatedAction
from lync_wizard.hosts.identity import Identity
from lync_wizard.plans import reach
from lync_wizard.plans.model import Identified, Plan, PlannedStep


def wipes(step: PlannedStep) -> bool:
    """An action that says what it installs; actions without a name count as well, as own procedures may have them."""
    command = step.command
    if not (step.by_hand and step.destructive):
        return False
    name = command.name if isinstance(command, SimulatedAction) else None
    return name is None or name.startswith("install-")


def key(wire: str, host: str) -> str:
    """How a host or instance is named among those that are known; one name may be reached over both wires."""
    return f"{wire} {host.lower()}"


def wiping(steps: Iterable[PlannedStep], host: str) -> list[str]:
    """The steps that install a host, or the computer of an instance, anew."""
    server = host.partition("\\")[0]
    return [step.id for step in steps if wipes(step) and same(step.confirm_text, server)]


def unknown(steps: Collection[PlannedStep]) -> dict[str, Identified]:
    """Every host that these steps send to or ask, of which nothing is known yet."""
    found = {key(wire, host): host for step in steps for wire, host, _ in reach.uses(step)}
    return {name: Identified(rebuilt=bool(wiping(steps, host))) for name, host in sorted(found.items())}


def accounts(plan: Plan) -> dict[str, tuple[str, str, str]]:
    """Wire, host and the account first used there, by key."""
    found: dict[str, tuple[str, str, str]] = {}
    for step in plan.steps:
        for wire, host, account in reach.uses(step):
            found.setdefault(key(wire, host), (wire, host, account))
    return found


def learnt(plan: Plan, said: Mapping[str, tuple[Identity, str]]) -> Plan:
    """The plan with what its hosts are, each with a remark: who else said it, or why it is not known."""
    known = {
        name: replace(one, identity=said[name][0], why=said[name][1]) if name in said else one
        for name, one in plan.identified.items()
    }
    return replace(plan, identified=known)


def differences(said: Mapping[str, Identified], found: Mapping[str, Identified]) -> Iterator[str]:
    """Where a plan leaves a host out that has to be known, or says otherwise whether it is installed anew.

    What a host said of itself cannot be derived again: that is compared when it answers.
    """
    for name in sorted({*said, *found}):
        if name not in said:
            yield f"identified: the plan does not say what {name} is"
        elif name not in found:
            yield f"identified: {name} is no host of the plan"
        elif said[name].rebuilt != found[name].rebuilt:
            rebuilt = "rebuilt" if found[name].rebuilt else "not rebuilt"
            yield f"identified: {name} is {rebuilt} by this plan, which says otherwise"
