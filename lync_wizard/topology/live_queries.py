"""Read-only questions to one Front End Server, and the plain texts in what it answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lync_wizard.core.errors import WizardError
from lync_wizard.hosts import Record, Reply, property_of
from lync_wizard.hosts.clixml import text_of
from lync_wizard.hosts.command import Cmdlet, Command, Pipeline, Switch, Value
from lync_wizard.topology.remarks import Remarks, clip

Query = Callable[[Command], Reply]
"""Sends one command to the host and waits; raises :class:`Unreachable` where that cannot be."""

ON: Final = Switch()
_PATIENCE: Final = 2
"""Lost questions in a row after which the rest is not asked any more."""


class Host:
    """A server that is asked; what it does not answer becomes a remark, never an error."""

    def __init__(self, ask: Query, fqdn: str, remarks: Remarks) -> None:
        self.fqdn = fqdn
        self._ask = ask
        self._remarks = remarks
        self._lost = 0

    def records(self, cmdlet: str, **parameters: Value) -> tuple[Record, ...] | None:
        """What a cmdlet returns; None where it was not answered, which is not the same as nothing."""
        shown = " ".join([cmdlet, *(f"-{k}" if v is ON else f"-{k} {v}" for k, v in parameters.items())])
        if self._lost >= _PATIENCE:
            self._remarks.gather("Not queried any more, because the host had stopped answering: {}.", shown)
            return None
        try:
            reply = self._ask(Pipeline((Cmdlet(cmdlet, tuple(parameters.items())),)))
        except WizardError as error:
            self._lost += 1
            self._remarks.gather("Not answered: {}.", f"{shown} ({error.summary})")
            return None
        self._lost = self._lost + 1 if reply.state == "unknown" else 0
        refusal = trouble(reply)
        if refusal:
            self._remarks.gather("Not answered: {}.", f"{shown} ({refusal})")
            return None
        return reply.objects


def trouble(reply: Reply) -> str:
    """Why a reply is no answer, in the host's own words; empty where it is one."""
    if reply.errors:
        return clip(reply.errors[0].message, 200)
    return "" if reply.state == "completed" else clip(reply.why or f"the command ended as {reply.state}", 200)


def text(record: Record, *names: str) -> str:
    """The first of these properties that holds anything, in one line without characters that nobody could see."""
    for name in names:
        value = property_of(record, name)
        if isinstance(value, (list, tuple)):
            value = ", ".join(text_of(item) for item in value if item is not None)
        found = text_of(value).strip()
        if found:
            return clip(found, 1000)
    return ""


def texts(record: Record, name: str) -> tuple[str, ...]:
    """The items of a property; one value is a list of one."""
    value = property_of(record, name)
    items = value if isinstance(value, (list, tuple)) else [value]
    return tuple(clip(text_of(item).strip(), 1000) for item in items if text_of(item).strip())


def place(identity: str) -> str:
    """The FQDN (with ``\\instance`` where there is one) in an identity such as ``Registrar:pool01.contoso.com``."""
    inner = identity.strip()
    if ":" in inner:
        inner = inner[inner.rindex(":") + 1 :]
    return inner.partition("/")[0]
