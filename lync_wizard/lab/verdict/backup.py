"""The verdict on a backup set: its content compared with the deployment as it is, read by the lab's own code."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from lync_wizard.lab.farm import exports, topology
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.state import State
from lync_wizard.lab.sqlserver import backup_media

_LOCKED: Final = "meeting.active"


def compare(simulation: Simulation, name: str) -> list[str]:
    """What the set of that name lacks of the deployment, a sentence each; empty for a good backup."""
    folder = _folder(simulation, name)
    if folder is None:
        return [f"there is no set {name or 'at all'}"]
    if not (folder / "manifest.json").is_file():
        return [f"the set {name} has no manifest"]
    state = simulation.state
    return [
        *_read(folder / "Config.zip", lambda data: _configuration(data, state)),
        *_read(folder / "E911Config.zip", lambda data: _locations(data, state)),
        *(wrong for pool in state.stores for wrong in _pool(folder, pool, state)),
        *(wrong for wrong in _databases(folder, state)),
        *(wrong for wrong in _file_stores(simulation, folder)),
        *(wrong for wrong in _audio(simulation, folder)),
    ]


def _folder(simulation: Simulation, name: str) -> Path | None:
    if not name or "/" in name or "\\" in name or name.startswith("."):
        return None
    for host in simulation.state.hosts.values():
        for path in host.shares.values() if not host.lync_version else ():
            folder = simulation.locate(host.fqdn, path) / name
            if folder.is_dir():
                return folder
    return None


def _read(path: Path, compare_content: Callable[[bytes], Iterator[str]]) -> list[str]:
    try:
        return list(compare_content(path.read_bytes()))
    except FileNotFoundError:
        return [f"{path.name} of {path.parent.name} is not in the set"]
    except (OSError, ValueError, KeyError) as error:
        return [f"{path.name} of {path.parent.name} cannot be read: {error}"]


def _configuration(data: bytes, state: State) -> Iterator[str]:
    found = exports.read_configuration(data)
    if found.topology != state.cms.topology:
        yield "the published topology is not the one in the set"
    if found.policies != state.cms.policies:
        yield "policies are missing or another in the set"


def _locations(data: bytes, state: State) -> Iterator[str]:
    found = {(place.company, place.location) for place in exports.read_locations(data)}
    lost = [place.location for place in state.cms.locations if (place.company, place.location) not in found]
    if lost:
        yield f"locations are not in the set: {', '.join(lost)}"


def _pool(folder: Path, pool: str, state: State) -> Iterator[str]:
    store = state.stores[pool]

    def users(data: bytes) -> Iterator[str]:
        found = exports.read_user_data(data)
        lost = [sip for sip, user in store.users.items() if sip not in found or found[sip] != user]
        if lost:
            yield f"data of {len(lost)} users of {pool} are missing or another in the set"

    def groups(data: bytes) -> Iterator[str]:
        found = {(item.kind, item.name): item.properties for item in exports.read_response_groups(data)[0]}
        lost = [item.name for item in store.rgs if found.get((item.kind, item.name)) != item.properties]
        if lost:
            yield f"Response Group objects of {pool} are missing or another in the set: {', '.join(lost)}"

    yield from _read(folder / "UserData" / f"{pool}.zip", users)
    if store.rgs:
        yield from _read(folder / "Rgs" / f"{pool}.zip", groups)


def _databases(folder: Path, state: State) -> Iterator[str]:
    """What exists only in databases of stand-alone SQL servers: archiving, monitoring, chat."""
    for instance in state.instances.values():
        for name in [name for name in instance.databases if name.lower() in instance.contents]:
            path = folder / "Sql" / f"{instance.host}_{instance.name}" / f"{name}.bak"
            what = f"the database {name} of {instance.host}\\{instance.name}"
            try:
                (saved,) = backup_media.read(path)
            except FileNotFoundError:
                if name.lower() != "mgc" or not _exported(folder, instance.contents[name.lower()]):
                    yield f"{what} is not in the set"
            except (OSError, ValueError, backup_media.NotMedia, backup_media.CutShort) as error:
                yield f"{what} cannot be read in the set: {type(error).__name__}"
            else:
                if not saved.sound or saved.content["data"]["data"] != instance.contents[name.lower()]:
                    yield f"{what} is another in the set"


def _exported(folder: Path, tables: Any) -> bool:
    """Whether an export of Persistent Chat in the set holds these tables."""
    for path in sorted((folder / "PersistentChat").glob("*.zip")):
        with contextlib.suppress(exports.DamagedExport):
            if exports.read_chat_data(path.read_bytes()) == tables:
                return True
    return False


def _file_stores(simulation: Simulation, folder: Path) -> Iterator[str]:
    for service in topology.topology(simulation.state).services:
        if service.role != "FileStore":
            continue
        host, share = service.cluster, service.settings["ShareName"]
        there = _contents(simulation.locate(host, simulation.state.hosts[host].shares[share]))
        saved = _contents(folder / "FileStore" / f"{host}_{share.partition(chr(92))[0]}")
        lost = [path for path, value in there.items() if saved.get(path) != value]
        if lost:
            yield f"files of \\\\{host}\\{share} are missing or another in the set: {', '.join(lost[:10])}"


def _audio(simulation: Simulation, folder: Path) -> Iterator[str]:
    """Music on hold of Call Park and audio of announcements, which no export holds."""
    state, places = simulation.state, {"call-park": ("CPS", "CPS"), "announcements": ("RGS/AS", "AS")}
    for pool, used in state.facts.get("voice", {}).items():
        service = next(s for s in topology.topology(state).on(pool) if s.role == "ApplicationServer")
        store = next(
            s for s in map(topology.topology(state).service, service.depends_on) if s and s.role == "FileStore"
        )
        share = simulation.locate(store.cluster, state.hosts[store.cluster].shares[store.settings["ShareName"]])
        for source, target in (place for what, place in places.items() if what in used):
            there = _contents(share.joinpath(service.id, "AppServerFiles", *source.split("/")))
            if not there or _contents(folder / "Audio" / target / pool) != there:
                yield f"the audio in {source} of {pool} is not in the set"


def _contents(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix().lower(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name.lower() != _LOCKED
    }
