"""Finding the deployment: in a file, on a live server, or nowhere; and under which name it is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from lync_wizard import topology, worksheets
from lync_wizard.core.errors import InputError
from lync_wizard.core.yaml_document import Problems
from lync_wizard.hosts import Connect, Reply
from lync_wizard.hosts.command import Command
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.plans.probe import Probe
from lync_wizard.setup.draft import Draft
from lync_wizard.topology import TopologyReading
from lync_wizard.worksheets.values import file_name

_SHORT: Final = "Write a short name such as contoso; its folder is called so."


@dataclass(frozen=True)
class Source:
    """Where the deployment is read: a path of this machine, or the FQDN of a server that runs."""

    kind: Literal["file", "host"]
    place: str


def reading(source: Source, connect: Connect) -> TopologyReading:
    """What the source says. Raises :class:`InputError` with every problem, and ``Unreachable``."""
    problems = Problems()
    if source.kind == "file":
        found = topology.read(Path(source.place).expanduser(), problems)
    else:
        with SessionPool(connect) as session_pool:
            probe = Probe(session_pool)

            def ask(command: Command) -> Reply:
                return probe.reply(source.place, "lync-admin", command)

            found = topology.read_live(ask, source.place, problems)
    problems.raise_any(source.place)
    if found is None:
        raise InputError(f"{source.place} contains no topology", "Choose another file or server.")
    return found


def other(draft: Draft, found: TopologyReading) -> bool:
    """Whether what was found has no pool in common with what is recorded: then it is another deployment."""
    pools = {pool.fqdn.lower() for pool in found.deployment.lync_pools}
    return bool(draft.entries.pools) and not pools.intersection(draft.entries.pools)


def checked_name(text: str) -> str:
    """A name that a deployment may have. Raises :class:`InputError`."""
    try:
        name = file_name(text)
    except InputError as error:
        raise InputError(error.summary, _SHORT) from error
    if name.startswith("."):
        raise InputError(f"{name!r} cannot name a deployment", _SHORT)
    return name


def taken(draft: Draft, name: str) -> bool:
    """Whether a deployment of that name is recorded already."""
    return name.lower() in (one.lower() for one in worksheets.deployments(draft.home))
