"""Hosts that answer soundly unless told otherwise: everything checks ask of an Enterprise deployment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from lync_wizard.core import catalogue, timestamps
from lync_wizard.core.errors import Unreachable
from lync_wizard.hosts import Limits, Output, Record, Reply
from lync_wizard.hosts.command import Command, Pipeline, Program, Statement, Switch

FE1, FE2, FE3, DC, EDGE = (f"{name}.contoso.com" for name in ("fe01", "fe02", "fe03", "dc01", "edge01"))
POOL, STANDARD, EDGES = "pool01.contoso.com", "se02.contoso.com", "edgepool.contoso.com"
STORE = r"\\fs01.contoso.com\LyncShare"
LEVEL = "5.0.8308.887"
AUTHORITY = "CN=Contoso Issuing CA"
NOW = timestamps.now()

Answer = list[Record] | Reply | Unreachable


def record(text: str = "", **properties: Any) -> Record:
    """A bare value, or an object whose text is its first property."""
    return Record(text or str(next(iter(properties.values()), "")), properties, None if properties else text)


def certificate(subject: str, *, issuer: str = AUTHORITY, days: int = 300, **more: Any) -> Record:
    return record(
        Subject=subject, Issuer=issuer, HasPrivateKey=True, NotBefore=(NOW - timedelta(days=30)).isoformat(),
        NotAfter=(NOW + timedelta(days=days)).isoformat(), Thumbprint=subject.upper() + issuer, **more,
    )  # fmt: skip


def command_info(name: str, without: Iterable[str] = ()) -> Record:
    """What ``Get-Command`` says of a cmdlet of the catalogue, without some of its parameters."""
    known = catalogue.load().get(name)
    names = (
        " ".join(f"[-{p.name} <Object>]" for p in known.parameters.values() if p.name not in without) if known else ""
    )
    return record(Name=name, Definition=f"\n{name} {names}")


@dataclass
class ScriptedHosts:
    """``answers`` maps (host or ``*``, what is asked) to an answer; hosts that are ``off`` cannot be connected to.

    What is asked is the cmdlet's, program's or statement's name, with its path, class or switch where that decides.
    """

    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    off: set[str] = field(default_factory=set)
    on_question: Callable[[str], None] = lambda _: None

    def connect(self, server: str, account: str, transport: str = "psrp") -> Conversation:
        if server in self.off:
            raise Unreachable(f"{server} refuses the connection", "Start it.")
        return Conversation(self, server)

    def reply(self, host: str, command: Command) -> Reply:
        name, detail = question(command)
        self.on_question(host)
        for key in ((host, f"{name} {detail}"), ("*", f"{name} {detail}"), (host, name), ("*", name)):
            if key in self.answers:
                found = self.answers[key]
                break
        else:
            found = sound(host, name, detail, command)
        if isinstance(found, Unreachable):
            raise found
        if isinstance(found, Reply):
            return found
        return Reply("completed", tuple(found), exit_code=0 if isinstance(command, Program) else None)


@dataclass
class Conversation:
    hosts: ScriptedHosts
    host: str

    def run(
        self, command: Command, *, limits: Limits, on_output: Callable[[Output], None], cancel: threading.Event
    ) -> Reply:
        return self.hosts.reply(self.host, command)

    def close(self) -> None:
        """Nothing to end."""


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


def sound(host: str, name: str, detail: str, command: Command) -> list[Record]:
    """What a host of a sound deployment answers."""
    match name, detail:
        case "Get-Date", _:
            return [record(timestamps.now().isoformat())]
        case "Get-Command", _:
            names = dict(command.cmdlets[0].parameters)["Name"] if isinstance(command, Pipeline) else ()
            return [command_info(str(one)) for one in names] if isinstance(names, tuple) else []
        case "Get-ChildItem", r"Cert:\LocalMachine\My":
            return [certificate(f"CN={host}", DnsNameList=[host, POOL])]
        case "Get-ItemProperty", path if path.endswith("Tcpip\\Parameters"):
            return [record(Hostname=host.partition(".")[0], Domain="contoso.com")]
        case "instance", _:
            machine, _, instance = host.partition("\\")
            short = machine.partition(".")[0].upper()
            return [record(server_name=f"{short}\\{instance}", instance_name=instance, machine_name=short,
                           product_version="11.0.7001.0", edition="Standard", is_sysadmin=1)]  # fmt: skip
    return SOUND.get(f"{name} {detail}".strip(), SOUND.get(name, []))


SOUND: Mapping[str, list[Record]] = {
    "whoami": [record(line) for line in (
        "CONTOSO\\RTCUniversalServerAdmins", "CONTOSO\\Domain Admins", "BUILTIN\\Administrators S-1-5-32-544")],
    "Get-Module": [record(Name="Lync")],
    "Test-Path": [record("True")],
    "Test-CsSetupPermission": [record("True")],
    "Get-Service MpsSvc": [record(Name="MpsSvc", Status="Running")],
    "Get-Service RTCSRV": [record(Name="RTCSRV", Status="Running")],
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
    r"Get-ChildItem Cert:\LocalMachine\Root": [certificate(AUTHORITY, issuer=AUTHORITY, days=3000)],
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
"""By what is asked, where the answer is the same on every host; questions not here are answered with nothing."""
