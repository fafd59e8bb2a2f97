"""What is said of a plan before it is approved: how weakly hosts are reached, which procedures are not as shipped."""

from __future__ import annotations

from collections.abc import Iterator

from lync_wizard.core import product
from lync_wizard.hosts import way
from lync_wizard.plans.model import Plan
from lync_wizard.procedures import available


def of(plan: Plan) -> list[str]:
    """Everything, one sentence each; what is said of the sign-in holds for this machine."""
    return [*own(plan), *weak(plan), *ntlm(plan)]


def replaced(plan: Plan) -> list[str]:
    """The shipped procedures in whose place the home has its own; nothing where another version made the plan."""
    return available.replaced(plan.procedures) if plan.product == product.version() else []


def own(plan: Plan) -> Iterator[str]:
    """The shipped procedures that the home replaces by its own."""
    yield from (f"{name}: the home's own procedure in place of the shipped one" for name in replaced(plan))


def weak(plan: Plan) -> list[str]:
    """What connections.yaml gives up of what protects an account, on the way to the hosts of this plan."""
    return way.told((name.split(" ")[1], one.scheme, one.auth, one.verify) for name, one in plan.reached.items())


def ntlm(plan: Plan) -> Iterator[str]:
    """Whether negotiate means NTLM, because this machine has no Kerberos library."""
    if not way.kerberos_here() and any(one.auth.startswith("negotiate") for one in plan.reached.values()):
        yield f"hosts with auth: negotiate are signed in to with NTLM ({way.NO_KERBEROS})"
