"""The hosts of a plan, and of a deployment, before anybody signs in to them: named, and agreed to by a person."""

from __future__ import annotations

from collections.abc import Iterator

from lync_wizard.hosts.agreement import Asks
from lync_wizard.plans.model import Plan
from lync_wizard.workspace.workspace import Workspace


def servers_of(plan: Plan) -> list[str]:
    """Where the steps of a plan and their questions sign in, each once."""
    named = [*_asked(plan), *(name.split(" ")[1] for name in plan.reached)]
    return list({name.lower(): name for name in named if name}.values())


def _asked(plan: Plan) -> Iterator[str]:
    for step in plan.steps:
        if step.command is not None and not step.by_hand:
            yield step.host
        yield from (one.host for one in (step.verify, *(b.question for b in step.before), *step.reads.values()) if one)


def settle(workspace: Workspace, plan: Plan | None = None, by: Asks | None = None) -> None:
    """Have every host of a plan agreed to, else every one that procedures reach.

    Raises :class:`lync_wizard.hosts.agreement.Unagreed` where somebody says no, or nobody answers.
    """
    if workspace.gate:
        workspace.gate.settle(servers_of(plan) if plan else None, by)


def refuse(workspace: Workspace) -> None:
    """Raise :class:`lync_wizard.hosts.agreement.Unagreed` where a sign-in was refused since the hosts were settled."""
    if workspace.gate:
        workspace.gate.raise_refused()


def queried(workspace: Workspace) -> list[str]:
    """The hosts that triage asks, one a line, with whoever signs in there."""
    # Imported here: it loads the topology readers, which no help needs.
    from lync_wizard.triage import survey

    found = survey.servers(workspace.known)
    return [f"{name} as {workspace.book.user(name, survey.ACCOUNT) or 'whoever runs this program'}" for name in found]
