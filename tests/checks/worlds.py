"""What a check is evaluated from, made of data: a deployment, a plan, a backup set, and hosts that answer.

A world is an entry of worlds.yaml; a case of ``cases/`` says which world it is in and what differs there. Both have
the same keys, and all may be left out:

``target``         FQDN that the plan restores
``steps``          of the plan; in a case ``more-steps`` adds some and ``without-steps`` drops those whose text has it
                   (``wipes: HOST``, ``copies-to: HOST``, ``cmdlet: NAME`` or ``by-hand: TEXT`` with ``at: HOST`` and
                   perhaps ``id``, ``program: NAME`` with ``args`` and ``at``, ``statement: NAME`` with
                   ``at: INSTANCE``; ``parameters``, true being a switch)
``cms``            pool and instances (``sql``, ``mirror``, ``witness``) of the Central Management store
``pools``          what is otherwise with a pool, by FQDN
``cells``          of the worksheets, by address
``set``            of the backup set: ``files`` (path, kind, of what), ``missing`` paths, ``deployment``, ``hours-old``,
                   ``topology`` (with ``renamed`` servers), ``counts``, ``verified`` (levels; those not named passed),
                   ``known`` to this home (false, or what is wrong with the manifest), ``edited`` files,
                   ``relabelled`` to another kind, ``unhashed``, ``exported`` (the topology inside Config.zip);
                   ``none``: no set is taken, and what is told of those that were exchanged
``values``         of the plan
``asks``           answers of the plan to its questions
``wipe-running``   servers that are wiped though they work
``done``           steps that the run has carried out
``unreachable``    hosts that cannot be connected to
``listening``      those of them at which somebody takes a connection all the same
``answers``        by ``NAME DETAIL on HOST`` (detail and host where they decide): a list of objects, or a mapping of
                   ``objects``, ``errors``, ``state``, ``exit-code`` and ``why``, or of ``unreachable``
``scenario``       instead of deployment and set: the lab's worksheets of that name, with ``procedure`` the plan's

In texts ``<now>``, ``<now-20m>`` and ``<now+300d>`` are times, ``<NAME.xml>`` is a topology of tests/topology/cases.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from lync_wizard import backup, worksheets
from lync_wizard.backup import Artifact, BackupSet, Manifest, Standing, Verification, registry
from lync_wizard.backup.verification_log import Level
from lync_wizard.checks import CHECKS, Context
from lync_wizard.core import timestamps
from lync_wizard.core.errors import Unreachable
from lync_wizard.core.secret import Redactor
from lync_wizard.core.storage import Home
from lync_wizard.deployment import CentralManagement, Deployment, FileStore, Pool, Server, Site, SqlInstance
from lync_wizard.hosts import HostError, Record, Reply
from lync_wizard.hosts.addresses import AddressBook, Environment
from lync_wizard.hosts.command import Cmdlet, Command, Copy, Pipeline, Program, SimulatedAction, Statement, Switch
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.lab.farm import exports
from lync_wizard.lab.farm.state import Cms
from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.plans.probe import Probe
from lync_wizard.procedures.expectations import Expectation
from lync_wizard.worksheets import Cell, Entries
from lync_wizard.workspace.workspace import Workspace
from tests.checks.scripted_hosts import (
    DC,
    EDGE,
    EDGES,
    FE1,
    FE2,
    FE3,
    LEVEL,
    NOW,
    POOL,
    STANDARD,
    STORE,
    Answer,
    ScriptedHosts,
    record,
)
from tests.conftest import Papers

HERE = Path(__file__).parent
WORLDS: Mapping[str, Mapping[str, Any]] = yaml.safe_load((HERE / "worlds.yaml").read_text("utf-8"))
SHARE = r"\\backup01.contoso.com\LyncBackup"
SQL1, SQL2, SQL3 = (SqlInstance(f"sql0{n}.contoso.com", "RTC") for n in (1, 2, 3))
DEPLOYMENT = Deployment(
    "contoso",
    sites=(Site("Redmond"),),
    pools=(
        Pool(
            POOL, "enterprise", "Redmond", tuple(Server(fqdn, n) for n, fqdn in enumerate((FE1, FE2, FE3), 1)),
            SQL1, SQL2, SQL3, r"\\fs01.contoso.com\MirrorShare", FileStore(STORE, r"C:\LyncShare"), version=LEVEL,
        ),
        Pool(STANDARD, "standard-edition", "Redmond", (Server(STANDARD, 1),), version=LEVEL),
        Pool(EDGES, "edge", "Redmond", (Server(EDGE, 1),), next_hop=POOL, version=LEVEL),
    ),
    cms=CentralManagement(STANDARD, SqlInstance(STANDARD, "RTC")),
    netbios_domain="CONTOSO",
    dns_domain="contoso.com",
    domain_controller=DC,
)  # fmt: skip
_CONTENT = {
    "Configuration": exports.configuration(Cms(topology=f'<Topology xmlns="{exports.TOPOLOGY}"/>')),
    "Locations": exports.locations([]),
    "UserData": exports.user_data({}),
    "Schannel": registry.written(
        registry.asked(
            [
                f"HKEY_LOCAL_MACHINE{registry.SCHANNEL.removeprefix('HKLM')}",
                "    EnableSessionTicket    REG_DWORD    0x2",
            ]
        )
    ),
}
FILES = (
    ("Config.zip", "Configuration", None),
    ("E911Config.zip", "Locations", None),
    (f"UserData/{POOL}.zip", "UserData", POOL),
    ("FileStore/fs01.contoso.com_LyncShare/a", "FileStore", STORE),
)


@dataclass
class World:
    """``folder`` is empty and holds the backup share; ``data`` has the keys that this module names."""

    folder: Path
    data: Mapping[str, Any] = field(default_factory=dict)
    gating: bool = True
    verified: Verification | None = None
    hosts: ScriptedHosts = field(default_factory=ScriptedHosts)

    def __post_init__(self) -> None:
        base = WORLDS[self.data.get("world", "member")]
        merged = {key: {**base.get(key, {}), **self.data.get(key, {})} for key in ("answers", "set")}
        self.data = {**base, **self.data, **merged}
        self.hosts.answers |= {_asked(key): answer(given) for key, given in merged["answers"].items()}
        self.hosts.off |= set(self.data.get("unreachable", ()))

    def context(self, papers: Papers | None = None) -> Context:
        """``gating`` as just before a step, when what had to wait can be asked; else as at the start."""
        if "scenario" in self.data:
            assert papers
            return self._of(self.workspace(papers))
        known = self._deployment()
        pool = known.pool_of(self.data["target"])
        assert pool
        cells = {"plan/backup/location": SHARE, "plan/backup/rpo": "24h", **self.data.get("cells", {})}
        addressed = {Cell.parse(address): _tuples(text) for address, text in cells.items()}
        forms = worksheets.forms()
        entries = Entries(
            {c: worksheets.fill(forms.field(c), text, "file", at=NOW, origin="") for c, text in addressed.items()},
            tuple(pool.fqdn for pool in known.pools),
        )
        chosen = None if "none" in self.data["set"] else self._set()
        plan = Plan("restore-member", "Restore", self.data["target"], "contoso", "test", "drill", "SET", None, NOW,
                    self.data.get("values", {}), self._steps(), checks=tuple(CHECKS),
                    answers=self.data.get("asks", {}))  # fmt: skip
        return Context(
            plan, known, pool, entries, chosen, Probe(SessionPool(self.hosts.connect)),
            exchanged=lambda: self.data["set"].get("none", ""),
            silent=lambda server: server in self.hosts.off and server not in self.data.get("listening", ()),
            standing=self._standing(), unhashed=lambda: self.data["set"].get("unhashed", False),
            reads_share=self._share, delegates=lambda _: True, gating=self.gating,
            done=frozenset(self.data.get("done", ())), wipe_running=frozenset(self.data.get("wipe-running", ())),
        )  # fmt: skip

    def _share(self, unc: str) -> Path | None:
        below = unc.removeprefix(SHARE).strip("\\")
        return self.folder.joinpath(*below.split("\\")) if unc.startswith(SHARE) else None

    def workspace(self, papers: Papers) -> Workspace:
        """The workspace of a world that is made of a scenario."""
        kept = papers(self.data["scenario"])
        shutil.copytree(kept / "worksheets", self.folder / "home" / "worksheets")
        disk = next((kept / "lab" / "disks" / "backup01.contoso.com").glob("C/LyncBackup"))
        share = Path(shutil.copytree(disk, self.folder / "share"))
        defaults = replace(AddressBook().defaults, delegate=True)
        # Nobody listens at the address of a host that is off.
        off = {host: replace(defaults, address="127.0.0.1", port=1) for host in self.hosts.off}
        book = AddressBook(Environment("production", "test"), defaults=defaults, hosts=off, shares={SHARE: share})
        return Workspace(Home(self.folder / "home"), book, self.hosts.connect, Redactor())

    def _of(self, workspace: Workspace) -> Context:
        plan = workspace.plan(self.data["procedure"], self.data["target"], workspace.newest(), {})
        context = workspace.check_context(plan, Probe(SessionPool(self.hosts.connect)))
        assert context.backup_set
        for path in self.data["set"].get("missing", ()):
            (context.backup_set.folder / path).unlink()
        return replace(context, gating=self.gating)

    def _deployment(self) -> Deployment:
        changes = self.data.get("pools", {})
        pools = tuple(replace(pool, **_changed(changes.get(pool.fqdn, {}))) for pool in DEPLOYMENT.pools)
        cms = self.data.get("cms")
        central = (
            CentralManagement(cms["pool"], *(SqlInstance.parse(cms[side]) for side in ("sql", "mirror", "witness")))
            if cms
            else DEPLOYMENT.cms
        )
        return replace(DEPLOYMENT, pools=pools, cms=central)

    def _steps(self) -> tuple[PlannedStep, ...]:
        without = self.data.get("without-steps")
        steps = [_step(one) for one in self.data["steps"]]
        steps = [one for one in steps if not without or without not in one.text]
        return (*steps, *(_step(one) for one in self.data.get("more-steps", ())))

    def _standing(self) -> Standing:
        """``known`` of the set: false where this home never saw it, or what is wrong with its manifest."""
        given = self.data["set"].get("known", True)
        fault = given if isinstance(given, str) else ""
        return Standing(fault, known=bool(given), sha256="ab" * 32, verified=None if fault else self.verified)

    def _set(self) -> BackupSet:
        given = self.data["set"]
        folder = self.folder / "SET"
        folder.mkdir(exist_ok=True)
        files = []
        for path, kind, of in given.get("files", FILES):
            content = _CONTENT.get(kind, b"xxx")
            if kind == "Configuration" and "exported" in given:
                content = exports.configuration(Cms(topology=_expanded(given["exported"])))
            said = given.get("relabelled", kind)
            files.append(Artifact(path, len(content), hashlib.sha256(content).hexdigest(), said, of, "x", "x", NOW))
            file = folder.joinpath(*path.split("/"))
            file.parent.mkdir(parents=True, exist_ok=True)
            if path not in given.get("missing", ()):
                file.write_bytes(content if path not in given.get("edited", ()) else bytes(len(content)))
        topology = _expanded(given.get("topology"))
        for old, new in given.get("renamed", {}).items():
            topology = topology.replace(old, new)
        made = Manifest(
            "SET", given.get("deployment", "contoso"), NOW - timedelta(hours=given.get("hours-old", 6)), "x", "x", {},
            tuple(files), topology=topology, counts=given.get("counts", {}),
        )  # fmt: skip
        backup.write_manifest(folder, made)
        if "verified" in given:
            levels: Any = {
                name: Level(given["verified"].get(name, "pass")) for name in ("present", "intact", "read", "restored")
            }
            self.verified = Verification("SET", NOW, "a tester", levels)
        return BackupSet(folder, made)


def _changed(changes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: frozenset(value) if name == "features" else value for name, value in changes.items()}


def _step(data: Mapping[str, Any]) -> PlannedStep:
    parameters = {k: Switch() if v is True else _tuples(v) for k, v in data.get("parameters", {}).items()}
    match data:
        case {"wipes": host}:
            action = SimulatedAction("Install Windows.", "install-windows")
            return step(f"bare@{host}", host, action, destructive="the disks are wiped", confirm_text=host)
        case {"copies-to": host}:
            source = rf"{SHARE}\SET\UserData\{POOL}.zip"
            copy = Copy(source, r"C:\Restore\UserData.zip", (), "0" * 64, data.get("size", 1 << 20))
            return step(f"copy@{host}", host, copy)
        case {"cmdlet": name, "at": host}:
            shown = " ".join([name, *(f"-{k} {v}" for k, v in parameters.items())])
            return step(f"{name}@{host}", host, Pipeline((Cmdlet(name, tuple(parameters.items())),)), shown)
        case {"program": name, "args": args, "at": host}:
            return step(f"{name}@{host}", host, Program(name, tuple(args)))
        case {"statement": name, "at": instance}:
            sent = Statement(name, tuple(parameters.items()))
            return step(f"{name}@{instance}", instance, sent, f"{name} {parameters}", account="sql-admin")
        case {"by-hand": text, "at": host}:
            return step(data.get("id", f"by hand: {text}"), host, SimulatedAction(text), text)
    raise ValueError(f"no step: {data}")


def step(
    name: str, host: str, command: Command, text: str = "", account: str = "lync-admin", **more: Any
) -> PlannedStep:
    kind = "manual" if isinstance(command, SimulatedAction) else "cmdlet"
    return PlannedStep(
        name, name, name, name, host, account, kind, command, text or str(command), expect=Expectation(), **more
    )


def answer(given: Any) -> Answer:
    """A list of objects as a completed answer; a mapping says how it ended, or that nobody could be asked."""
    if isinstance(given, list):
        return [_record(one) for one in given]
    if "unreachable" in given:
        return Unreachable(given["unreachable"], "Start it.")
    assert given.keys() <= {"objects", "errors", "state", "exit-code", "why"}, given
    return Reply(
        given.get("state", "completed"),
        tuple(_record(one) for one in given.get("objects", ())),
        tuple(HostError(text) for text in given.get("errors", ())),
        given.get("exit-code"),
        why=given.get("why", ""),
    )


def _record(given: Any) -> Record:
    return (
        record(**{k: _expanded(v) for k, v in given.items()}) if isinstance(given, dict) else record(_expanded(given))
    )


def _asked(key: str) -> tuple[str, str]:
    asked, _, host = key.partition(" on ")
    return host or "*", asked


def _expanded(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value.startswith("<") and value.endswith(".xml>"):
        return (HERE.parent / "topology" / "cases" / value[1:-1]).read_text("utf-8")
    return re.sub(r"<now(?:([+-]\d+)([md]))?>", _time, value)


def _time(found: re.Match[str]) -> str:
    amount, unit = found.groups()
    away = timedelta(**{{"m": "minutes", "d": "days"}[unit]: int(amount)}) if amount else timedelta()
    return (timestamps.now() + away).isoformat()


def _tuples(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
