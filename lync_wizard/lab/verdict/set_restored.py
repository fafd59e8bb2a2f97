"""Whether what a file of a backup set holds is in the deployment: read by the readers of the verification, which share
no code with the simulated cmdlets that imported it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Final

from lync_wizard.backup import Artifact, BackupSet
from lync_wizard.backup.bounded_readers import Damaged, archive, parse
from lync_wizard.backup.export_readers import contents
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.state import PoolStore, RgsObject, State

_SHOWN: Final = 3


class NothingToCompare(Exception):
    """The file holds nothing that can be looked for; the text says why."""


def missing(lab: Path, chosen: BackupSet, artifact: Artifact) -> str:
    """What of a file of the set is not in the deployment of the lab's folder, in words; empty where everything is.

    Raises :class:`NothingToCompare`, OSError.
    """
    state = State.from_json(json.loads((lab / "state.json").read_text("utf-8")))
    path, of = chosen.local(artifact), (artifact.of or "").lower()
    try:
        match artifact.kind:
            case "Configuration":
                return _configuration(path, state)
            case "Locations":
                return _locations(path, state)
            case "UserData":
                return _user_data(path, state.stores.get(of, PoolStore()))
            case "Rgs":
                return _response_groups(path, state.stores.get(of, PoolStore()).rgs, of)
            case "FileStore":
                return _file(Simulation(lab, state), artifact)
    except Damaged as error:
        return f"it {error}"
    raise NothingToCompare("the lab cannot restore it")


def _configuration(path: Path, state: State) -> str:
    found = contents(path, "Configuration", thorough=True)
    lost = sorted(set(found.items.get("DocItem", {})) - set(state.cms.documents))
    if lost:
        return f"documents are not in the Central Management store: {_names(lost)}"
    gone = [pool for pool in found.names["pools"] if f'fqdn="{pool}"'.lower() not in state.cms.topology.lower()]
    return f"pools are not in the published topology: {_names(gone)}" if gone or not state.cms.topology else ""


def _locations(path: Path, state: State) -> str:
    wanted = len(contents(path, "Locations", thorough=True).items.get("locations", {}))
    if not wanted:
        raise NothingToCompare("what an export of locations holds is documented nowhere, and none was recognised in it")
    there = sum(place.published for place in state.cms.locations)
    return "" if there >= wanted else f"{there} of {wanted} locations are there and published"


def _user_data(path: Path, store: PoolStore) -> str:
    users = set(contents(path, "UserData", thorough=True).items.get("users", {}))
    lost = sorted(user for user in users if f"sip:{user}".lower() not in {sip.lower() for sip in store.users})
    if lost:
        return f"users have no data: {_names(lost)}"
    wanted, there = (
        _elements(path),
        {
            "Contact": sum(len(user.contacts) for user in store.users.values()),
            "Conference": sum(len(user.conferences) for user in store.users.values()),
        },
    )
    if not users and not wanted["Conference"]:
        raise NothingToCompare("it holds no user")
    short = [f"{there[name]} of {number} {name.lower()}s" for name, number in wanted.items() if there[name] < number]
    return f"{' and '.join(short)} are there" if short else ""


class _Counter:
    """Counts elements by name as a document is read."""

    def __init__(self, counts: dict[str, int]) -> None:
        self._counts = counts

    def start(self, tag: str, _: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name in self._counts:
            self._counts[name] += 1

    def end(self, _: str) -> None: ...
    def data(self, _: str) -> None: ...
    def doctype(self, _: str, __: str | None, ___: str | None) -> None: ...
    def close(self) -> None: ...


def _elements(path: Path) -> dict[str, int]:
    counts = {"Contact": 0, "Conference": 0}
    with archive(path) as opened:
        for name in opened.names:
            if PurePosixPath(name).name.lower() == "docitemset.xml":
                parse(opened.chunks(name), name, _Counter(counts))
    return counts


def _response_groups(path: Path, there: list[RgsObject], pool: str) -> str:
    found = contents(path, "Rgs").names
    owned = {(item.kind, item.name) for item in there if item.owner.lower() == pool}
    wanted = [(kind, name) for kind, names in found.items() for name in names if name]
    if not wanted:
        raise NothingToCompare("it holds no Response Group object")
    lost = [f"{kind} {name}" for kind, name in wanted if (kind, name) not in owned]
    return f"objects are not there, or not the pool's own: {_names(lost)}" if lost else ""


def _file(simulation: Simulation, artifact: Artifact) -> str:
    server, _, share = (artifact.of or "").strip("\\").partition("\\")
    host = simulation.state.hosts.get(server.lower())
    root = {name.lower(): path for name, path in host.shares.items()}.get(share.lower()) if host else None
    if host is None or root is None:
        return f"there is no share {artifact.of}"
    inside = PurePosixPath(artifact.path).parts[2:]
    path = simulation.locate(host.fqdn, "\\".join((root, *inside)))
    try:
        with path.open("rb") as stream:
            value = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return f"it is not in {artifact.of}"
    return "" if value == artifact.sha256.lower() else f"another file is in its place in {artifact.of}"


def _names(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return ", ".join(listed[:_SHOWN]) + more
