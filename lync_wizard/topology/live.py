"""The topology of a running deployment, asked of a Front End Server: the document, and what only cmdlets tell."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from lync_wizard.core import timestamps
from lync_wizard.core.yaml_document import Mark, Problems
from lync_wizard.hosts import whole
from lync_wizard.hosts.command import Cmdlet, Pipeline
from lync_wizard.topology import interpret
from lync_wizard.topology.discovery import Discovery
from lync_wizard.topology.gaps import MIRROR, PAIRING, open_questions
from lync_wizard.topology.live_queries import ON, Host, Query, trouble
from lync_wizard.topology.read import TopologyReading, deployment_name, inventory_of
from lync_wizard.topology.to_worksheet import TOLD, found_entries
from lync_wizard.worksheets import Cell, fill, forms

LIVE: Final = "live server"
_INSTEAD: Final = "Choose another Front End Server, or read a topology file or the last backup's Config.zip instead."


def read_live(
    ask: Query, host: str, problems: Problems, *, at: datetime | None = None, name: str | None = None
) -> TopologyReading | None:
    """The deployment that ``host`` knows, with everything its cmdlets tell beyond the topology document.

    ``ask`` sends one read-only command and waits. Without an answer to ``Get-CsTopology -AsXml`` there is no reading
    and a problem says why; whatever else is not answered is a finding. Raises
    :class:`lync_wizard.core.errors.Unreachable` where the first question cannot be sent.
    """
    reply = ask(Pipeline((Cmdlet("Get-CsTopology", (("AsXml", ON),)),)))
    shown = f"Get-CsTopology -AsXml on {host}"
    refusal = trouble(reply)
    if refusal:
        problems.add(Mark(shown, 1, 1), "", f"was not answered: {refusal}", _INSTEAD)
        return None
    document = "\n".join(whole(record) for record in reply.objects)
    read = inventory_of(document.encode("utf-8", "replace"), shown, problems)
    if read is None:
        return None
    inventory = read[0]
    moment = (at or timestamps.now()).astimezone(UTC)
    known = interpret.deployment(inventory, name or deployment_name(inventory))
    discovery = Discovery(Host(ask, host, inventory.remarks), known, inventory)
    found = discovery.run()
    told = {*TOLD, *discovery.answered}
    open_questions(found, inventory.remarks, told)
    entries = found_entries(found, moment, f"cmdlets on {host}", told=told - {MIRROR, PAIRING})
    for (pool, address), value in discovery.more.items():
        cell = Cell(pool, *address.split("/"))
        entries.setdefault(cell, fill(forms().field(cell), value, "found", at=moment, origin=f"cmdlets on {host}"))
    return TopologyReading(found, entries, tuple(inventory.remarks), LIVE)
