"""Whose contacts live in Exchange (the unified contact store) when the user data is exported.

Importing contacts across a change of that is what corrupts them, so every set says how it was (pitfall P42).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from lync_wizard.deployment import Pool
from lync_wizard.hosts import Reply, text_of
from lync_wizard.hosts.command import Cmdlet, Pipeline

MOST_USERS: Final = 500
"""Users of one pool that are asked about one by one; each answer takes about a second."""

RunPipeline = Callable[[str, Pipeline], Reply | None]
"""Asks a host as the Lync administrator; None where it could not be asked."""


def unified(ask: RunPipeline, central: str, pools: Iterable[Pool]) -> dict[str, Any]:
    """``policies`` that allow the unified contact store, and by pool the ``users`` whose contacts are there.

    ``policies`` None: unknown. ``users`` names no pool whose users could not be asked about; where no policy
    allows it there are none, and nobody is asked.
    """
    found = ask(central, _cmdlet("Get-CsUserServicesPolicy")) if central else None
    if found is None or found.errors:
        return {"policies": None, "users": {}}
    allowing = [text_of(r, "Identity") or r.text for r in found.objects if text_of(r, "UcsAllowed").lower() == "true"]
    users = {pool.fqdn: [] if not allowing else _of(ask, pool) for pool in pools}
    return {"policies": allowing, "users": {pool: names for pool, names in users.items() if names is not None}}


def _of(ask: RunPipeline, pool: Pool) -> list[str] | None:
    host = next(iter(pool.server_fqdns), pool.fqdn)
    homed = ask(host, _cmdlet("Get-CsUser", Filter=f"RegistrarPool -eq '{pool.fqdn}'", ResultSize="Unlimited"))
    if homed is None or homed.errors or len(homed.objects) > MOST_USERS:
        return None
    there = []
    for address in filter(None, (text_of(user, "SipAddress") for user in homed.objects)):
        question = _cmdlet("Test-CsUnifiedContactStore", TargetFqdn=pool.fqdn, UserSipAddress=address)
        answer = ask(host, question)
        if answer is None or answer.errors or not answer.objects:
            return None
        if text_of(answer.objects[0], "Result").lower() == "success":
            there.append(address)
    return there


def _cmdlet(name: str, **parameters: Any) -> Pipeline:
    return Pipeline((Cmdlet(name, tuple(parameters.items())),))
