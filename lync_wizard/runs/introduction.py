"""The question whether what answers at a host is the machine that is meant, and what its answer comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from lync_wizard.core.errors import Refused
from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.runs.host_identity import HostIdentities, recorded
from lync_wizard.runs.operator import Answer, Request
from lync_wizard.runs.state import EventType

Record = Callable[[EventType, str | None, int | None, Mapping[str, Any] | None], None]
_TWO: Final = "Stop, and resume: the steps left are approved again by two persons."


def asked(hosts: HostIdentities | None, plan: Plan, step: PlannedStep, record: Record) -> Request | None:
    """The request about a host that was met and is not known; None where there is none."""
    met = hosts.waiting() if hosts else None
    if met is None:
        return None
    record("host_doubted", step.id, None, met.to_data())
    alone = not (met.other and plan.second_person)
    hint = met.found.compare if alone else f"{met.found.compare} {_TWO}"
    return Request("identity", step, met.why, hint, may_accept=alone, met=met)


def answered(hosts: HostIdentities | None, request: Request, answer: Answer, by: str, record: Record) -> None:
    """Take a person's word that it is the host. Raises :class:`Refused` where one person's word is not enough."""
    met = request.met
    if met is None or hosts is None or answer.choice != "go":
        return
    if not request.may_accept:
        raise Refused("another machine is confirmed by a new approval of two persons", _TWO)
    said = recorded(
        met.key, met.found, met.how, by=answer.by or by, **({"reason": answer.reason} if answer.reason else {})
    )
    record("host_identified", request.step.id, None, said)
    hosts.confirm(met.key, met.found)
