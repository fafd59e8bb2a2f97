"""What the simulated deployment consists of: plain mutable records that survive a round trip through JSON."""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from dataclasses import dataclass, field
from typing import Any, TypeVar

from lync_wizard.lab.farm.pair_records import CentralStore, ChatPool, Homed, LogShipping, Standing
from lync_wizard.lab.sqlserver.instance import Server

T = TypeVar("T")

RUNNING = "Running"
STOPPED = "Stopped"
STARTING = "StartPending"

_PUBLISHED = "="
"""How JSON says that a replica holds the published topology."""

RTM = "5.0.8308.0"
"""The version on the original installation media (Lync Server 2013)."""


@dataclass
class Service:
    """A Windows service; ``ready_at`` is the time (seconds since 1970) at which a pending start is over."""

    name: str
    display: str
    role: str
    status: str = STOPPED
    ready_at: float = 0.0


@dataclass
class Certificate:
    """A certificate with private key in the computer's personal store; ``uses`` are Lync's assignments."""

    thumbprint: str
    subject: str
    issuer: str
    not_before: str
    not_after: str
    uses: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    key: bool = True
    """Whether the private key is there; without it nothing can use the certificate."""
    exportable: bool = True
    """Whether the private key can be exported, and so be saved."""


@dataclass
class Host:
    """A computer; ``name`` and ``suffix`` are what Windows calls itself, ``fqdn`` is how the network finds it."""

    fqdn: str
    present: bool = True
    clean: bool = True
    """False: leftovers of an earlier Lync installation (pitfall P12)."""
    name: str = ""
    suffix: str = ""
    domain: str = ""
    """The Active Directory domain joined, empty in a workgroup."""
    windows: str = "Microsoft Windows Server 2012 R2 Standard"
    windows_version: str = "6.3.9600"
    services: dict[str, Service] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    """Local groups and their members (``DOMAIN\\name``)."""
    certificates: list[Certificate] = field(default_factory=list)
    lync_version: str = ""
    """Product version installed, empty without Lync."""
    module: bool = False
    """Whether the Lync management module is installed."""
    steps: list[int] = field(default_factory=list)
    """Deployment Wizard steps that carry the green check mark."""
    local_store: str = ""
    """Topology document in the replica (RTCLOCAL, xds); empty without one."""
    shares: dict[str, str] = field(default_factory=dict)
    """Share name → local path (``C:\\LyncShare``)."""
    share_grants: dict[str, list[str]] = field(default_factory=dict)
    """Share name → ``ACCOUNT,RIGHT``."""
    acl_set: list[str] = field(default_factory=list)
    """Shares whose Lync permissions were set by enabling or publishing the topology (pitfall P52)."""
    local_accounts: list[str] = field(default_factory=list)
    """Accounts of the computer itself (``Administrator``); a workgroup computer lets nobody else in."""
    disk_size: int = 200 << 30
    disk_free: int = 120 << 30
    image_taken: bool = False
    firewall: bool = True
    """Whether the Windows Firewall runs; Lync opens its ports when its services start (pitfall P13)."""
    registry: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Key of the registry in lower case → values set there."""
    roots: list[Certificate] = field(default_factory=list)
    """What was put into Trusted Root beside the roots that every computer has (pitfall P54)."""
    gateways: list[str] = field(default_factory=lambda: ["192.168.0.1"])
    routes: list[str] = field(default_factory=lambda: ["10.0.0.0"])
    """Default gateways, and persistent routes as ``network mask gateway`` or the network alone (pitfall P62)."""
    kerberos_password: int = 0
    """Which password of the site's Kerberos account IIS has; 0 where it has none (pitfall P60)."""
    installed: int = 0
    """How often Windows was installed anew; every installation has a SID of its own."""
    stranger: bool = False
    """Whether another computer answers at this address."""

    @property
    def full_name(self) -> str:
        """What Windows believes its FQDN to be: name plus primary DNS suffix."""
        return f"{self.name}.{self.suffix}".rstrip(".").lower()


@dataclass
class Computer:
    """A computer account in Active Directory."""

    name: str
    fqdn: str
    groups: list[str] = field(default_factory=list)
    enabled: bool = True
    renewed: int = 0
    """1 where it took the place of an account that was deleted: it has a SID of its own."""


@dataclass
class User:
    """A user enabled for Lync, as Active Directory knows it."""

    sip: str
    name: str
    sam: str
    pool: str
    enabled: bool = True


@dataclass
class Account:
    """An administrator's account; ``groups`` are domain groups."""

    name: str
    groups: list[str] = field(default_factory=list)


@dataclass
class ContactObject:
    """A Response Group's contact object in Active Directory; ``owner`` is the FQDN of the pool."""

    sip: str
    name: str
    owner: str


@dataclass
class Directory:
    """Active Directory; the service connection point names ``cms_pointer`` and ``cms_mirror`` (``fqdn\\instance``)."""

    domain: str
    netbios: str
    computers: dict[str, Computer] = field(default_factory=dict)
    groups: list[str] = field(default_factory=list)
    users: dict[str, User] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    contact_objects: list[ContactObject] = field(default_factory=list)
    cms_pointer: str = ""
    cms_mirror: str = ""
    kerberos_account: str = ""
    kerberos_password: int = 0
    """How often the account's password was set; 0 without an account."""


@dataclass
class SqlInstance:
    """A SQL Server instance; ``databases`` maps name → schema version. It is lost with its host.

    ``server`` is what SQL itself keeps of it, ``contents`` (database in lower case → rows) what the databases hold
    that belong to no other part of the state; :mod:`lync_wizard.lab.farm.sql_instances` keeps the three in step.
    """

    host: str
    name: str
    databases: dict[str, str] = field(default_factory=dict)
    server: Server = field(default_factory=Server.installed)
    contents: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.host}\\{self.name}".lower()


@dataclass
class LisLocation:
    company: str
    location: str
    house_number: str
    street: str
    city: str
    state: str
    postal_code: str
    country: str
    subnets: list[str] = field(default_factory=list)
    published: bool = True


@dataclass
class Cms:
    """Content of the Central Management store; ``serial`` grows with every change and drives replication."""

    topology: str = ""
    serial: int = 1
    changed_at: float = 0.0
    policies: dict[str, dict[str, str]] = field(default_factory=dict)
    """Policy identity (``ClientPolicy:Global``) → settings."""
    oauth: Certificate | None = None
    locations: list[LisLocation] = field(default_factory=list)
    sip_domain: str = ""
    routes: dict[str, dict[str, str]] = field(default_factory=dict)
    """Site → ``FederationRoute`` and ``XmppFederationRoute``, each an Edge pool's FQDN."""
    media: dict[str, str] = field(default_factory=dict)
    """Front End pool → the Edge pool associated with it for media."""
    documents: list[str] = field(default_factory=list)
    """Names of the documents that an import brought in, those included of which the lab knows nothing."""


@dataclass
class Replica:
    """A replica of the CMS on ``fqdn``: up to date when ``serial`` is the store's."""

    fqdn: str
    serial: int = 0
    product_version: str = ""
    reported_at: float = 0.0
    catches_up_at: float = 0.0


@dataclass
class Contact:
    buddy: str
    display_name: str = ""
    groups: list[int] = field(default_factory=list)


@dataclass
class Conference:
    id: str
    subject: str
    expires: str = ""


@dataclass
class UserData:
    """What the user store holds of one user; ``contact_groups`` maps number → name."""

    contacts: list[Contact] = field(default_factory=list)
    contact_groups: dict[str, str] = field(default_factory=dict)
    conferences: list[Conference] = field(default_factory=list)


@dataclass
class RgsObject:
    """A Response Group object; ``kind`` is one of :data:`RGS_KINDS`, ``owner`` the owning pool's FQDN."""

    kind: str
    id: str
    name: str
    owner: str
    imported: bool = False
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass
class Copy:
    """A pool's user data as its backup pool ``holder`` holds them, as of the last sync at ``at``."""

    holder: str
    at: float
    users: dict[str, UserData] = field(default_factory=dict)


RGS_KINDS = ("AgentGroup", "HoursOfBusiness", "HolidaySet", "Queue", "Workflow")


@dataclass
class PoolStore:
    """What is kept for one pool: the user store and the Response Group configuration."""

    users: dict[str, UserData] = field(default_factory=dict)
    rgs: list[RgsObject] = field(default_factory=list)
    rgs_settings: dict[str, Any] = field(default_factory=dict)


@dataclass
class Fabric:
    """Windows Fabric of a pool: ``stale`` members are known by disks that are gone (pitfall P34).

    ``recovered``: quorum loss was declared recovered, so that the next start needs no more than the functional minimum.
    """

    stale: list[str] = field(default_factory=list)
    recovered: bool = False


@dataclass
class Fault:
    """A requested fault. Empty ``host`` or ``command`` fit every one; ``times`` below 0 means for ever.

    Kinds of the wire: ``drop``, ``drop-before``, ``hang``, ``http-400``, ``http-500``, ``idle-drop``,
    ``shell-gone``, ``slow``; of the simulation:
    ``no-delegation``, ``access-denied``, ``cmdlet-error`` (text in ``fields['message']``), ``disk-full``,
    ``service-stuck`` (the service named in ``fields['service']`` does not start, though the start succeeds),
    ``sql-reset`` and ``sql-silent`` (``command`` is the beginning of the T-SQL statement).
    """

    kind: str
    host: str = ""
    command: str = ""
    times: int = 1
    after: float = 0.0
    seconds: float = 0.0
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass
class State:
    """The whole deployment."""

    scenario: str
    directory: Directory
    cms: Cms = field(default_factory=Cms)
    hosts: dict[str, Host] = field(default_factory=dict)
    instances: dict[str, SqlInstance] = field(default_factory=dict)
    replicas: dict[str, Replica] = field(default_factory=dict)
    stores: dict[str, PoolStore] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    fabrics: dict[str, Fabric] = field(default_factory=dict)
    """State of Windows Fabric by FQDN of the pool, where there is any."""
    copies: dict[str, Copy] = field(default_factory=dict)
    """What the backup pool holds of a pool, by that pool's FQDN."""
    standings: dict[str, Standing] = field(default_factory=dict)
    """How each paired pool stands."""
    central: dict[str, CentralStore] = field(default_factory=dict)
    """The databases of the Central Management store by their pool; empty where there is only one."""
    chat: dict[str, ChatPool] = field(default_factory=dict)
    shipping: LogShipping | None = None
    homed: list[Homed] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    """FQDNs of the hosts that the disaster took, in the scenario's order; empty before it."""
    facts: dict[str, Any] = field(default_factory=dict)
    """Further facts of the scenario (backup set, update level of the farm)."""

    def host(self, fqdn: str) -> Host | None:
        """A host by FQDN or by its bare name, without regard to case."""
        wanted = fqdn.lower()
        return self.hosts.get(wanted) or self.hosts.get(f"{wanted}.{self.directory.domain}")

    def database(self, host: str, instance: str, name: str) -> bool:
        found = self.instances.get(f"{host}\\{instance}".lower())
        return found is not None and name.lower() in {known.lower() for known in found.databases}

    def to_text(self) -> str:
        """The state as JSON, written after every change; the topology, which most hosts hold, is in it once."""

        def shown(record: Any) -> dict[str, Any]:
            if isinstance(record, Host) and record.local_store and record.local_store == self.cms.topology:
                return {**vars(record), "local_store": _PUBLISHED}
            return dict(vars(record))

        return json.dumps(self, default=shown, ensure_ascii=False)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> State:
        found = from_data(cls, data)
        for host in found.hosts.values():
            if host.local_store == _PUBLISHED:
                host.local_store = found.cms.topology
        return found


def from_data(kind: type[T], data: dict[str, Any]) -> T:
    """A record of the state from its JSON; what ``data`` leaves out is as in a new one."""
    built: T = _build(kind, data)
    return built


_hints = functools.cache(typing.get_type_hints)


def _build(kind: Any, data: dict[str, Any]) -> Any:
    hints = _hints(kind)
    return kind(**{name: _value(hints[name], value) for name, value in data.items() if name in hints})


def _value(hint: Any, value: Any) -> Any:
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        inner = next(a for a in typing.get_args(hint) if a is not type(None))
        return None if value is None else _value(inner, value)
    if origin is list:
        (item,) = typing.get_args(hint)
        return [_value(item, v) for v in value]
    if origin is dict:
        _, item = typing.get_args(hint)
        return {k: _value(item, v) for k, v in value.items()}
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _build(hint, value)
    return value
