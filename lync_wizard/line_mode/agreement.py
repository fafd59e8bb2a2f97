"""Line mode says which hosts are signed in to, and asks about those that nobody has agreed to."""

from __future__ import annotations

from lync_wizard.core.prompts import Prompts
from lync_wizard.hosts import agreement
from lync_wizard.hosts.agreement import Unagreed
from lync_wizard.plans.model import Plan
from lync_wizard.workspace import agreed_hosts
from lync_wizard.workspace.workspace import Workspace


def settle(workspace: Workspace, prompts: Prompts, plan: Plan) -> None:
    """Ask about the hosts of a plan. Raises :class:`Unagreed` for a no."""
    agreed_hosts.settle(workspace, plan, lambda hosts: agreement.ask(prompts, hosts))


def before_survey(workspace: Workspace, prompts: Prompts) -> None:
    """Name the hosts that triage asks; without an agreement only those that are agreed to are asked."""
    if named := agreed_hosts.queried(workspace):
        prompts.say("Triage asks these hosts, where they are agreed to; nothing is changed on them:")
        prompts.say(*(f"  {line}" for line in named))
    try:
        agreed_hosts.settle(workspace, by=lambda hosts: agreement.ask(prompts, hosts))
    except Unagreed:
        prompts.say("  Nothing is sent to them.")
