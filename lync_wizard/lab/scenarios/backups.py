"""The last backup before a disaster, made by running the simulation's own cmdlets and programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lync_wizard import backup
from lync_wizard.backup import registry
from lync_wizard.lab.farm import dfs, topology
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.state import State
from lync_wizard.lab.powershell.runspace import Runspace
from lync_wizard.lab.scenarios import standalone_sql
from lync_wizard.lab.scenarios.quiet_streams import ErrorStreams
from lync_wizard.lab.winrm.contract import Invocation

_KINDS = {kind: kind for kind in ("UserData", "Rgs", "FileStore", "Sql", "PersistentChat", "Audio")}
_CHAT = "Export-CsPersistentChatData"


class _Lines(ErrorStreams):
    """Streams that keep what a program prints as well."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def output(self, value: Any) -> None:
        self.lines.append(str(value))


def back_up(simulation: Simulation, scenario: Mapping[str, Any], at: float) -> Path:
    """Make a backup set on the backup server as of ``at`` and return its real folder.

    It is complete but for what ``without-artifacts`` names (files of the set, or kinds).
    """
    state = simulation.state
    user = f"{scenario['netbios']}\\{next(iter(scenario['accounts']))}"
    made_at = datetime.fromtimestamp(at, UTC).replace(microsecond=0)
    name = f"{made_at:%Y-%m-%dT%H%M%SZ}_{scenario['deployment']}"
    root = f"\\\\{scenario['backup']['host']}\\{scenario['backup']['share']}\\{name}"
    folder = simulation.locate(scenario["backup"]["host"], root)
    central = topology.pool_machines(state, scenario["central"])[0]
    made: dict[str, tuple[str, str]] = {}

    def run(host: str, command: str, *arguments: tuple[str | None, Any], makes: str, by: str = user) -> None:
        streams = ErrorStreams()
        Runspace(simulation, host, by).run([Invocation(command, arguments)], streams)
        if streams.errors:
            raise RuntimeError(f"{command} on {host}: {streams.errors[0].message}")
        made[makes] = (host, command)

    for sub in ("UserData", "Rgs", "FileStore"):
        (folder / sub).mkdir(parents=True)
    run(central, "Export-CsConfiguration", ("FileName", f"{root}\\Config.zip"), makes="Config.zip")
    run(central, "Export-CsLisConfiguration", ("FileName", f"{root}\\E911Config.zip"), makes="E911Config.zip")
    for pool, store in state.stores.items():
        path = f"UserData\\{pool}.zip"
        run(central, "Export-CsUserData", ("PoolFqdn", pool), ("FileName", f"{root}\\{path}"), makes=f"UserData/{pool}")
        if store.rgs:
            source = ("Source", f"service:ApplicationServer:{pool}")
            file = ("FileName", f"{root}\\Rgs\\{pool}.zip")
            run(central, "Export-CsRgsConfiguration", source, file, makes=f"Rgs/{pool}")
    for service in topology.topology(state).services:
        if service.role == "FileStore":
            host, share = service.cluster, service.settings["ShareName"]
            saved = f"{host}_{share.partition(chr(92))[0]}"
            words = [state.hosts[host].shares[share], f"{root}\\FileStore\\{saved}"]
            words += ["/E", "/XF", "Meeting.Active", "/R:2", "/W:5"]
            run(host, "robocopy", *((None, word) for word in words), makes=f"FileStore/{saved}")
    for sub, pool, place in _audio(state) if scenario.get("pairs") else ():
        audio = [place, f"{root}\\Audio\\{sub}\\{pool}", "/E", "/R:2", "/W:5"]
        run(central, "robocopy", *((None, word) for word in audio), makes=f"Audio/{sub}/{pool}")
    for path, instance in standalone_sql.back_up(simulation, folder, root):
        made[path] = (instance, "BACKUP DATABASE")
    for fqdn, kind, key in _saved_keys(state):
        relative = f"Settings/{kind}/{fqdn}.reg"
        target = folder / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        shown = _Lines()
        query = ((None, "query"), (None, key), (None, "/s"))
        Runspace(simulation, fqdn, user).run([Invocation("reg", query)], shown)
        target.write_bytes(registry.written(registry.asked(shown.lines)))
        made[relative] = (fqdn, "reg")
    for pool, store_at in _chat_pools(state):
        (folder / "PersistentChat").mkdir(exist_ok=True)
        file = ("FileName", f"{root}\\PersistentChat\\{pool}.zip")
        by = f"{scenario['netbios']}\\chatadmin"
        run(central, _CHAT, ("DBInstance", store_at), file, makes=f"PersistentChat/{pool}", by=by)
    _remove(folder, set(scenario.get("without-artifacts") or ()))
    files = tuple(_artifact(folder, path, made, made_at) for path in sorted(folder.rglob("*")) if path.is_file())
    manifest = backup.Manifest(
        name=name,
        deployment=scenario["deployment"],
        made_at=made_at,
        made_by=user,
        environment=state.scenario,
        versions={"lync": scenario["level"], **{h.fqdn: h.lync_version for h in _servers(state)}},
        files=files,
        topology=state.cms.topology,
        counts=counts(state),
    )
    backup.write_manifest(folder, manifest)
    return folder


def _saved_keys(state: State) -> Iterator[tuple[str, str, str]]:
    """Server, kind of file and key of what a backup saves of the registry."""
    for fqdn, computer in state.hosts.items():
        if computer.registry:
            yield fqdn, "Schannel", registry.SCHANNEL
        if dfs.MUP in computer.registry:
            yield fqdn, "DfsLoopback", registry.MUP


def _audio(state: State) -> Iterator[tuple[str, str, str]]:
    """Folder of the set, pool and source of what no export holds: music on hold, audio of announcements."""
    document = topology.topology(state)
    for pool, used in state.facts.get("voice", {}).items():
        service = next(s for s in document.on(pool) if s.role == "ApplicationServer")
        store = next(s for i in service.depends_on if (s := document.service(i)) and s.role == "FileStore")
        share = f"\\\\{store.cluster}\\{store.settings['ShareName']}\\{service.id}\\AppServerFiles"
        for what, sub, source in (("call-park", "CPS", "CPS"), ("announcements", "AS", "RGS\\AS")):
            if what in used:
                yield sub, pool, f"{share}\\{source}"


def _chat_pools(state: State) -> list[tuple[str, str]]:
    """The pools that run Persistent Chat, with the instance that holds its database."""
    pools = [s.cluster for s in topology.topology(state).services if s.role == "PersistentChatService"]
    found = [(pool, topology.holder(state, "PersistentChatStore", pool, "mgc")) for pool in pools]
    return [(pool, f"{store.host}\\{store.name}") for pool, store in found if store]


def _remove(folder: Path, names: set[str]) -> None:
    """Remove what was never saved: files by their path within the set, or by its first part."""
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        relative = path.relative_to(folder).as_posix()
        if names & {relative, relative.partition("/")[0]}:
            path.unlink()


def counts(state: State) -> dict[str, Any]:
    """What the deployment holds, to be compared after a restore: users per pool, Response Group objects per pool."""
    kinds: Sequence[str] = ("Workflow", "Queue", "AgentGroup", "HoursOfBusiness", "HolidaySet")
    return {
        "users": {pool: len(store.users) for pool, store in state.stores.items()},
        "response_groups": {
            pool: {kind: sum(item.kind == kind for item in store.rgs) for kind in kinds}
            for pool, store in state.stores.items()
            if store.rgs
        },
    }


def _servers(state: State) -> list[Any]:
    return [host for host in state.hosts.values() if host.lync_version]


def _artifact(folder: Path, path: Path, made: Mapping[str, tuple[str, str]], at: datetime) -> backup.Artifact:
    relative = path.relative_to(folder).as_posix()
    top, _, rest = relative.partition("/")
    kind = _KINDS.get(top, "Configuration" if relative == "Config.zip" else "Locations")
    of: str | None
    if top == "Settings":
        key, kind, of = relative, *rest.removesuffix(".reg").split("/")
    elif kind == "FileStore":
        key = f"{top}/{rest.partition('/')[0]}"
        server, _, share = rest.partition("/")[0].partition("_")
        of = f"\\\\{server}\\{share}"
    elif kind == "Audio":
        of = relative.split("/")[2]
        key = "/".join(relative.split("/")[:3])
    elif kind == "Sql":
        key = relative
        of = rest.partition("/")[0].replace("_", "\\")
    else:
        key = relative.removesuffix(".zip") if rest else relative
        of = rest.removesuffix(".zip") or None
    host, command = made[key]
    size, sha256 = backup.digest(path)
    return backup.Artifact(relative, size, sha256, kind, of, host, command, at)
