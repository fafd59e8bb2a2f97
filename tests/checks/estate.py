"""An Enterprise deployment of scripted hosts: sound answers to everything checks ask, and a plan that rebuilds fe02."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from lync_wizard import backup, worksheets
from lync_wizard.backup import Artifact, BackupSet, Manifest, Verification
from lync_wizard.backup.verification_log import Level, record_verified
from lync_wizard.checks import CHECKS, Context, Finding, evaluate
from lync_wizard.core import catalogue, timestamps
from lync_wizard.core.errors import Unreachable
from lync_wizard.deployment import CentralManagement, Deployment, FileStore, Pool, Server, Site, SqlInstance
from lync_wizard.hosts import Limits, Output, Record, Reply
from lync_wizard.hosts.command import (
    Cmdlet,
    Command,
    Copy,
    Pipeline,
    Program,
    SimulatedAction,
    Statement,
    Switch,
    Value,
)
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.plans.probe import Probe
from lync_wizard.procedures.expectations import Expectation
from lync_wizard.worksheets import Cell, Entries

FE1, FE2, FE3, DC, EDGE = (f"{name}.contoso.com" for name in ("fe01", "fe02", "fe03", "dc01", "edge01"))
SQL1, SQL2, SQL3 = (f"sql0{n}.contoso.com\\RTC" for n in (1, 2, 3))
POOL, STANDARD, EDGES = "pool01.contoso.com", "se02.contoso.com", "edgepool.contoso.com"
STORE, SHARE, MIRROR = (
    rf"\\fs01.contoso.com\{name}" for name in ("LyncShare", "unused", "MirrorShare")
)  # fmt: skip
ROOT = r"\\backup01.contoso.com\LyncBackup"
LEVEL = "5.0.8308.887"
AUTHORITY = "CN=Contoso Issuing CA"
NOW = timestamps.now()

Answer = list[Record] | Reply | Unreachable


def record(text: str = "", **properties: Any) -> Record:
    return Record(text or str(next(iter(properties.values()), "")), properties, None if properties else text)


def certificate(subject: str, *, issuer: str = AUTHORITY, key: bool = True, days: int = 300, **more: Any) -> Record:
    return record(
        Subject=subject, Issuer=issuer, HasPrivateKey=key, NotBefore=(NOW - timedelta(days=30)).isoformat(),
        NotAfter=(NOW + timedelta(days=days)).isoformat(), Thumbprint=subject.upper() + issuer, **more,
    )  # fmt: skip


def sql(server: str) -> SqlInstance:
    return SqlInstance.parse(server)


DEPLOYMENT = Deployment(
    "contoso",
    sites=(Site("Redmond"),),
    pools=(
        Pool(
            POOL, "enterprise", "Redmond", tuple(Server(fqdn, n) for n, fqdn in enumerate((FE1, FE2, FE3), 1)),
            sql(SQL1), sql(SQL2), sql(SQL3), MIRROR, FileStore(STORE, r"C:\LyncShare"), version=LEVEL,
        ),
        Pool(STANDARD, "standard-edition", "Redmond", (Server(STANDARD, 1),), version=LEVEL),
        Pool(EDGES, "edge", "Redmond", (Server(EDGE, 1),), next_hop=POOL, version=LEVEL),
    ),
    cms=CentralManagement(STANDARD, SqlInstance(STANDARD, "RTC")),
    netbios_domain="CONTOSO",
    dns_domain="contoso.com",
    domain_controller=DC,
)  # fmt: skip


def step(name: str, host: str, command: Command, **more: Any) -> PlannedStep:
    text = str(more.pop("text", "")) or _text(command)
    kind = "manual" if isinstance(command, SimulatedAction) else "cmdlet"
    group, account = more.pop("group", name), more.pop("account", "lync-admin")
    return PlannedStep(name, group, name, name, host, account, kind, command, text, expect=Expectation(), **more)


def _text(command: Command) -> str:
    match command:
        case Pipeline(cmdlets):
            return " | ".join(f"{c.name} {' '.join(f'-{k} {v}' for k, v in c.parameters)}" for c in cmdlets)
        case Statement(name, parameters):
            return f"{name} {dict(parameters)}"
    return str(command)


def sends(host: str, name: str, **parameters: Value) -> PlannedStep:
    return step(f"{name}@{host}", host, Pipeline((Cmdlet(name, tuple(parameters.items())),)))


def asks(instance: str, name: str, **parameters: Value) -> PlannedStep:
    return step(f"{name}@{instance}", instance, Statement(name, tuple(parameters.items())), account="sql-admin")


def wipes(host: str) -> PlannedStep:
    action = SimulatedAction("Install Windows.", "install-windows")
    return step(f"bare@{host}", host, action, destructive="the disks are wiped", confirm_text=host, confirm="type")


def carries(host: str, target: str = r"C:\Restore\UserData.zip", size: int = 1 << 20) -> PlannedStep:
    source = rf"{ROOT}\SET\UserData\{POOL}.zip"
    return step(f"copy@{host}", host, Copy(source, target, (), "0" * 64, size))


USUAL = (
    wipes(FE2), carries(FE2), sends(FE2, "Get-CsWindowsService"), sends(FE1, "Enable-CsTopology"),
    sends(FE2, "Import-CsUserData", PoolFqdn=POOL), sends(FE2, "Start-CsWindowsService", NoWait=Switch()),
    asks(SQL1, "databases"), sends(DC, "Get-ADComputer", Identity="fe02"),
    sends(FE1, "Import-CsRgsConfiguration", FileName="x"),
)  # fmt: skip


def _syntax(name: str) -> Record:
    found = catalogue.load().get(name)
    names = " ".join(f"[-{p.name} <Object>]" for p in found.parameters.values()) if found else ""
    return record(Name=name, Definition=f"\n{name} {names}")


@dataclass
class Estate:
    """Hosts that answer soundly unless told otherwise; ``answers`` maps (host or ``*``, what is asked) to an answer.

    What is asked is the cmdlet's, program's or statement's name, with its path, class or switch where that decides.
    """

    folder: Path
    steps: tuple[PlannedStep, ...] = USUAL
    target: str = FE2
    deployment: Deployment = DEPLOYMENT
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    entries: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    files: tuple[Artifact, ...] = ()
    gating: bool = True
    values: Mapping[str, Any] = field(default_factory=dict)
    topology: str | None = None
    counts: Mapping[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    on_question: Callable[[str], None] = lambda _: None

    def pool(self, fqdn: str, **changes: Any) -> None:
        known = self.deployment.pool(fqdn)
        assert known
        self.deployment = self.deployment.with_pool(replace(known, **changes))

    def backup_set(self) -> BackupSet:
        path = self.folder / "SET"
        path.mkdir(exist_ok=True)
        files = self.files or tuple(
            _artifact(*row)
            for row in (
                ("Config.zip", "Configuration", None), ("E911Config.zip", "Locations", None),
                (f"UserData/{POOL}.zip", "UserData", POOL),
                ("FileStore/fs01.contoso.com_LyncShare/a", "FileStore", STORE),
            )
        )  # fmt: skip
        for one in files:
            file = path.joinpath(*one.path.split("/"))
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(b"x" * one.bytes)
        found = Manifest(
            "SET", "contoso", NOW - timedelta(hours=6), "x", "x", {}, files, topology=self.topology, counts=self.counts
        )
        backup.write_manifest(path, found)
        return BackupSet(path, found)

    def verified(self, **values: Any) -> None:
        path = self.backup_set().folder
        levels: Any = {name: Level(values.get(name, "pass")) for name in ("present", "intact", "read", "restored")}
        record_verified(path, Verification("SET", NOW, "a tester", levels))

    def context(self) -> Context:
        recorded = {"plan/backup/location": ROOT, "plan/backup/rpo": "24h", **self.entries}
        cells = {Cell.parse(address): text for address, text in recorded.items()}
        entries = Entries(
            {
                c: worksheets.fill(worksheets.forms().field(c), text, "file", at=NOW, origin="")
                for c, text in cells.items()
            },
            tuple(pool.fqdn for pool in self.deployment.pools),
        )
        pool = self.deployment.pool_of(self.target)
        assert pool
        plan = Plan("restore-member", "Restore", self.target, "contoso", "test", "drill", "SET", None, NOW, self.values,
                    self.steps, checks=tuple(CHECKS))  # fmt: skip
        return Context(
            plan, self.deployment, pool, entries, self.backup_set(), Probe(SessionPool(self.connect)),
            reads_share=lambda unc: self.folder if unc == ROOT else None, delegates=lambda _: True, gating=self.gating,
        )  # fmt: skip

    def findings(self, name: str) -> dict[str, Finding]:
        """Every finding of a check by host, judged as just before a step: what had to wait can be asked now."""
        context = self.context()
        return {host: evaluate(CHECKS[name], context, host) for host in CHECKS[name].hosts(context)}

    def connect(self, server: str, account: str, transport: str = "psrp") -> Desk:
        return Desk(self, server)

    def reply(self, host: str, command: Command) -> Reply:
        name, detail = question(command)
        self.asked.append((host, name))
        self.on_question(host)
        for key in ((host, f"{name} {detail}"), ("*", f"{name} {detail}"), (host, name), ("*", name)):
            if key in self.answers:
                found = self.answers[key]
                break
        else:
            found = self.sound(host, name, detail, command)
        if isinstance(found, Unreachable):
            raise found
        if isinstance(found, Reply):
            return found
        return Reply("completed", tuple(found), exit_code=0 if isinstance(command, Program) else None)

    def sound(self, host: str, name: str, detail: str, command: Command) -> list[Record]:
        match name, detail:
            case "Get-Command", _:
                names = dict(command.cmdlets[0].parameters)["Name"] if isinstance(command, Pipeline) else ()
                return [_syntax(str(one)) for one in names] if isinstance(names, tuple) else []
            case "Get-ChildItem", r"Cert:\LocalMachine\My":
                return [certificate(f"CN={host}", DnsNameList=[host, POOL])]
            case "Get-Service", "MpsSvc":
                return [record(Name="MpsSvc", Status="Running")]
            case "Get-Service", "RTCSRV":
                return [record(Name="RTCSRV", Status="Running")]
            case "Get-ItemProperty", path if path.endswith("Tcpip\\Parameters"):
                return [record(Hostname=host.partition(".")[0], Domain="contoso.com")]
            case "instance", _:
                machine, _, instance = host.partition("\\")
                short = machine.partition(".")[0].upper()
                return [record(server_name=f"{short}\\{instance}", instance_name=instance, machine_name=short,
                               product_version="11.0.7001.0", edition="Standard", is_sysadmin=1)]  # fmt: skip
        return SOUND.get(f"{name} {detail}".strip(), SOUND.get(name, []))


SOUND: dict[str, list[Record]] = {
    "Get-Date": [record(timestamps.now().isoformat())],
    "whoami": [record(line) for line in (
        "CONTOSO\\RTCUniversalServerAdmins", "CONTOSO\\Domain Admins", "BUILTIN\\Administrators S-1-5-32-544")],
    "Get-Module": [record(Name="Lync")],
    "Test-Path": [record("True")],
    "Test-CsSetupPermission": [record("True")],
    "Get-CsService CentralManagement": [record(PoolFqdn=STANDARD)],
    "Get-CsService EdgeServer": [record(PoolFqdn=EDGES, Registrar=f"Registrar:{POOL}")],
    "Get-CsService FileStore": [record(UncPath=STORE)],
    "Get-CsComputer": [record(Fqdn=fqdn) for fqdn in (FE1, FE2, FE3, EDGE, STANDARD)],
    "Get-CsManagementStoreReplicationStatus": [record(ReplicaFqdn=FE1, UpToDate=True),
                                               record(ReplicaFqdn=FE2, UpToDate=False)],
    "Get-CsManagementStoreReplicationStatus CentralManagementStoreStatus": [
        record(ActiveMasterFqdn=STANDARD, ActiveFileTransferAgents=[STANDARD])],
    "Get-ADComputer": [record(Enabled=True, MemberOf=["CN=RTCHSUniversalServices"],
                              DistinguishedName="CN=FE02,OU=Lync,DC=contoso,DC=com")],
    r"Get-ChildItem Cert:\LocalMachine\Root": [certificate(AUTHORITY, days=3000)],
    "Get-CsCertificate": [certificate("CN=contoso.com")],
    "Get-CsUserServicesPolicy": [record(Identity="Global", UcsAllowed=False)],
    "Test-CsDatabase": [record(DatabaseName="rtcxds", Succeed=True)],
    "Get-CimInstance Win32_LogicalDisk": [record(DeviceID="C:", FreeSpace=120 << 30)],
    "Get-CimInstance Win32_OperatingSystem": [record(Version="6.3.9600")],
    "Get-CimInstance Win32_NetworkAdapterConfiguration": [record(DefaultIPGateway=["203.0.113.1"]),
                                                          record(DefaultIPGateway=None)],
    "Get-CimInstance Win32_IP4PersistedRouteTable": [record(Destination="10.0.0.0")],
    r"Get-ItemProperty HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*": [
        record(DisplayName="Microsoft Lync Server 2013, Core Components", DisplayVersion=LEVEL)],
    "disk-space": [record(drive="C", **{"MB free": 90_000})],
    "model-size": [record(name="modeldev", type_desc="ROWS", size_mb=4)],
    "databases": [record(name="rtcxds", state_desc="ONLINE", recovery_model_desc="FULL")],
    "database-owners": [record(name="rtcxds", owner="sa")],
    "log-space": [record(**{"Database Name": "rtcxds", "Log Space Used (%)": 12.0})],
    "header-only": [record(SoftwareVersionMajor=11, SoftwareVersionMinor=0, SoftwareVersionBuild=7001)],
    "mirroring-endpoints": [record(name="mirroring_endpoint", role_desc="PARTNER", state_desc="STARTED")],
    "Get-SmbShareAccess": [record(AccountName=f"CONTOSO\\SQL0{n}$", AccessRight="Full") for n in (1, 2)],
}  # fmt: skip
"""Answers of a sound deployment by what is asked; questions that are not here are answered with nothing."""


def _artifact(path: str, kind: str, of: str | None) -> Artifact:
    return Artifact(path, 3, "0" * 64, kind, of, "x", "x", NOW)


def artifacts(*rows: tuple[str, str, str | None]) -> tuple[Artifact, ...]:
    return tuple(_artifact(*row) for row in rows)


def question(command: Command) -> tuple[str, str]:
    """What a command asks: its name, and the path, class or switch that decides about the answer."""
    match command:
        case Pipeline(cmdlets):
            given = dict(cmdlets[0].parameters)
            chosen = [given.get(k) for k in ("LiteralPath", "Path", "ClassName")]
            chosen += [given.get("Name")] if cmdlets[0].name == "Get-Service" else []
            chosen += [k for k, v in given.items() if v == Switch() and k != "ShowAll"]
            detail = next((one for one in chosen if one), "")
            return cmdlets[0].name, str(detail[0] if isinstance(detail, tuple) else detail)
        case Program(name) | Statement(name):
            return name, ""
    return type(command).__name__, ""


@dataclass
class Desk:
    estate: Estate
    host: str

    def run(
        self, command: Command, *, limits: Limits, on_output: Callable[[Output], None], cancel: threading.Event
    ) -> Reply:
        return self.estate.reply(self.host, command)

    def close(self) -> None:
        """Nothing to end."""
