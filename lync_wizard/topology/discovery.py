"""What cmdlets tell beyond the topology document: mirrors, pairs, next hops, features, versions.

Property names as far as they are evidenced (docs/lync-formats.md); where none is, the pool that an object belongs to is
the one that any of its properties names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from lync_wizard.deployment import CentralManagement, Deployment, FileStore, Pool, SqlInstance, same
from lync_wizard.hosts import Record, whole
from lync_wizard.topology import homed
from lync_wizard.topology.gaps import MIRROR, PAIRING
from lync_wizard.topology.live_queries import ON, Host, place, text, texts
from lync_wizard.topology.raw_model import Inventory
from lync_wizard.topology.remarks import Remarks
from lync_wizard.topology.to_worksheet import is_fqdn
from lync_wizard.worksheets import Value

_MIRRORED: Final = {"principal", "mirror"}
_OWNERS: Final = (
    "OwnerPool", "Parent", "CallParkService", "AnnouncementService", "ServiceId", "RegistrarPool", "Pool", "PoolFqdn",
    "Identity",
)  # fmt: skip
_PRODUCT: Final = re.compile(r"((?:Lync|Skype for Business) Server(?: [0-9]{4})?)")


class Discovery:
    """Asks one host and refines a deployment; ``answered`` names what is now certain, ``more`` holds cells that have
    no place in a deployment, by pool (None for the whole) and ``sheet/row/column``.
    """

    def __init__(self, host: Host, known: Deployment, inventory: Inventory) -> None:
        self.host = host
        self.answered: set[str] = set()
        self.more: dict[tuple[str | None, str], Value] = {}
        self._known = known
        self._remarks: Remarks = inventory.remarks
        self._pools = {_key(pool.fqdn): pool for pool in reversed(known.pools)}
        self._applications: tuple[Record, ...] = ()
        self._instances: dict[str, set[str]] = defaultdict(set)
        for instance in inventory.instances:
            if instance.cluster in inventory.clusters:
                self._instances[inventory.clusters[instance.cluster].fqdn.lower()].add(instance.name)

    def run(self) -> Deployment:
        """Ask everything; the refined deployment."""
        self._members()
        self._users()
        self._stores()
        self._edges()
        self._chat()
        self._file_stores()
        self._central()
        self._others()
        for pool in [p for p in self._pools.values() if p.kind in {"standard-edition", "enterprise"}]:
            self._pair(pool.fqdn)
            if pool.kind == "enterprise":
                self._mirror_state(pool.fqdn)
        self._features()
        self._homed()
        self._sites()
        self._versions()
        self._here()
        self._directory()
        kept = tuple(self._pools.get(_key(pool.fqdn), pool) for pool in self._known.pools)
        return replace(self._known, pools=kept)

    # How answers are taken up

    def _pool(self, fqdn: str) -> Pool | None:
        return self._pools.get(_key(fqdn))

    def _change(self, fqdn: str, **fields: Any) -> None:
        """Set fields of a pool of the topology; one that it does not have is a remark."""
        pool = self._pool(fqdn)
        if pool is None and fqdn:
            self._remarks.gather("Pools that the cmdlets name are not in the topology document: {}.", fqdn)
        elif pool is not None:
            self._pools[_key(pool.fqdn)] = replace(pool, **fields)

    def _feature(self, fqdn: str, name: str) -> None:
        pool = self._pool(fqdn)
        if pool is not None:
            self._change(fqdn, features=pool.features | {name})

    def _instance(self, identity: str) -> SqlInstance | None:
        """The SQL instance in ``UserDatabase:fqdn``; the topology gives its name where the identity does not."""
        found = SqlInstance.parse(place(identity))
        if not found.server or "\\" in identity:
            return found if found.server else None
        names = self._instances.get(found.server.lower(), set())
        if len(names) == 1:
            return SqlInstance(found.server, next(iter(names)))
        self._remarks.gather("Which instance on these SQL servers is meant is unknown: {}.", place(identity))
        return None

    def _owner(self, record: Record) -> str:
        """FQDN of the pool that a record names, by the likeliest property; empty where none does."""
        for name in (*_OWNERS, *record.properties):
            pool = self._pool(place(text(record, name)))
            if pool is not None:
                return pool.fqdn
        return ""

    def _services(self, switch: str) -> tuple[Record, ...] | None:
        return self.host.records("Get-CsService", **{switch: ON})

    # Pools and stores

    def _members(self) -> None:
        told: dict[str, list[str]] = defaultdict(list)
        for record in self.host.records("Get-CsPool") or ():
            fqdn = text(record, "Fqdn", "Identity")
            told[fqdn.lower()] += texts(record, "Computers")
            self._change(fqdn)
            for service in texts(record, "Services"):
                if service.lower().startswith("witnessstore:"):
                    self._witness(fqdn, service)
        for record in self.host.records("Get-CsComputer") or ():
            told[text(record, "Pool").lower()].append(text(record, "Fqdn", "Identity"))
        for name, members in told.items():
            pool = self._pool(name)
            strange = [m for m in members if pool is not None and m and not pool.has(m)]
            for member in dict.fromkeys(strange):
                self._remarks.gather("Computers are members of a pool by the cmdlets only: {}.", f"{member} of {name}")

    def _witness(self, fqdn: str, identity: str) -> None:
        found = self._instance(identity)
        if found:
            self._change(fqdn, witness=found)
        elif is_fqdn(fqdn):
            self.more[fqdn, "deployment-facts/witness/server"] = place(identity)

    def _users(self) -> None:
        records = self._services("UserServer")
        if records is not None:
            self.answered.add(MIRROR)
        for record in records or ():
            pool = self._pool(text(record, "PoolFqdn") or place(text(record, "Identity")))
            if pool is None:
                continue
            store, mirror = text(record, "UserDatabase"), text(record, "MirrorUserDatabase")
            if store and pool.sql is None and pool.kind in {"standard-edition", "enterprise"}:
                self._change(pool.fqdn, sql=self._instance(store))
            if mirror:
                self._change(pool.fqdn, mirror=self._instance(mirror))

    def _stores(self) -> None:
        for record in self._services("Registrar") or ():
            fqdn = text(record, "PoolFqdn") or place(text(record, "Identity"))
            for kind, field in (("ArchivingDatabase", "archiving"), ("MonitoringDatabase", "monitoring")):
                store, mirror = text(record, kind), text(record, f"Mirror{kind}")
                pool = self._pool(fqdn)
                if store and pool is not None and getattr(pool, field) is None:
                    self._change(fqdn, **{field: self._instance(store)})
                    self._feature(fqdn, field)
                if mirror:
                    self._change(fqdn, **{f"{field}_mirror": self._instance(mirror)})
            edge = place(text(record, "EdgeServer"))
            if edge and self._pool(edge):
                self._change(fqdn, edge_pool=edge)
            self._backup_registrar(fqdn, place(text(record, "BackupRegistrar")))

    def _backup_registrar(self, fqdn: str, backup: str) -> None:
        pool, partner = self._pool(fqdn), self._pool(backup)
        if pool is None or partner is None:
            return
        if pool.kind == "branch-appliance":
            self._change(backup, branch_appliances=tuple(dict.fromkeys((*partner.branch_appliances, pool.fqdn))))
        else:
            self._change(fqdn, backup_pool=partner.fqdn)

    def _edges(self) -> None:
        for record in self._services("EdgeServer") or ():
            next_hop = place(text(record, "Registrar"))
            if next_hop:
                self._change(text(record, "PoolFqdn") or place(text(record, "Identity")), next_hop=next_hop)

    def _chat(self) -> None:
        servers = self._services("PersistentChatServer")
        names = {place(text(r, "Identity")): text(r, "SqlInstanceName") for r in self._chat_stores(servers)}
        if servers is not None:
            self.answered.add("persistent-chat")
        for record in servers or ():
            fqdn = text(record, "PoolFqdn") or place(text(record, "Identity"))
            server = place(text(record, "PersistentChatDatabase"))
            store = SqlInstance(server, names[server]) if names.get(server) else self._instance(server)
            self._change(fqdn, chat=store, chat_pool=fqdn, **self._shipped(record))
            pool = self._pool(fqdn)
            if pool is not None and pool.kind == "other":
                self._change(fqdn, kind="persistent-chat")
            user = self._pool(place(text(record, "Registrar")))
            if user is None:
                self.answered.discard("persistent-chat")
            else:
                self._feature(user.fqdn, "persistent-chat")
                self._change(user.fqdn, chat=store, chat_pool=fqdn)

    def _shipped(self, record: Record) -> dict[str, Any]:
        """Mirror, log shipping and active servers of a Persistent Chat pool.

        No reference prints the names of the properties about the backup database; they are known by their words.
        """
        found: dict[str, Any] = {"chat_active": texts(record, "ActiveServers")}
        for name in record.properties:
            words = name.lower()
            if words.endswith("persistentchatdatabase") and words != "persistentchatdatabase" and text(record, name):
                backup, mirror = "backup" in words, "mirror" in words
                field = "chat_secondary" if backup else "chat_mirror" if mirror else ""
                field = "chat_secondary_mirror" if backup and mirror else field
                found |= {field: self._instance(text(record, name))} if field else {}
        return found

    def _chat_stores(self, servers: tuple[Record, ...] | None) -> tuple[Record, ...]:
        return (self._services("PersistentChatDatabase") or ()) if servers else ()

    def _file_stores(self) -> None:
        for record in self._services("FileStore") or ():
            unc = text(record, "UncPath")
            users = [p for p in self._pools.values() if p.file_store and p.file_store.share.lower() == unc.lower()]
            if unc and not users:
                self._remarks.gather("File stores that no pool of the topology uses: {}.", unc)
            if text(record, "IsDfsShare").lower() == "true":
                self._remarks.gather("These file stores are DFS shares, whose server is no computer: {}.", unc)

    def _central(self) -> None:
        known = self._known.cms
        for record in self._services("CentralManagement") or ():
            fqdn = text(record, "PoolFqdn") or place(text(record, "Identity"))
            active = text(record, "Active", "IsActive").lower()
            if active == "true" or (known is None and active != "false"):
                sql = known.sql if known and same(known.pool, fqdn) else None
                sql = sql or self._instance(text(record, "CentralManagementDatabase"))
                mirror = self._instance(text(record, "MirrorCentralManagementDatabase"))
                known = CentralManagement(fqdn, sql, mirror)
        for record in self.host.records("Get-CsConfigurationStoreLocation") or ():
            location = SqlInstance.parse(text(record, "BackEndServer", "value"))
            if known and known.sql is None and location.server:
                known = replace(known, sql=location)
            elif known and known.sql and location.server and location.key != known.sql.key:
                self._remarks.say(
                    f"The directory points to {location} for the Central Management store, the topology to {known.sql}."
                )
        for record in self.host.records("Test-CsDatabase", CentralManagementDatabase=ON) or ():
            server = text(record, "MirrorSqlServerFqdn")
            if known and server and known.mirror is None:
                known = replace(known, mirror=SqlInstance.parse(f"{server}\\{text(record, 'MirrorSqlInstanceName')}"))
        self._known = replace(self._known, cms=known)

    def _others(self) -> None:
        applications, gateways = list(self._known.trusted_applications), list(self._known.gateways)
        self._applications = self._services("TrustedApplicationPool") or ()
        for record in self._applications:
            fqdn = text(record, "PoolFqdn") or place(text(record, "Identity"))
            applications.append(fqdn)
            pool = self._pool(fqdn)
            if pool is not None and pool.kind == "other":
                self._change(fqdn, kind="trusted-application")
        for record in self._services("PstnGateway") or ():
            gateways.append(text(record, "PoolFqdn") or place(text(record, "Identity")))
        self._known = replace(
            self._known,
            trusted_applications=tuple({a.lower(): a for a in applications if a}.values()),
            gateways=tuple({g.lower(): g for g in reversed(gateways) if g}.values())[::-1],
        )

    def _pair(self, fqdn: str) -> None:
        records = self.host.records("Get-CsPoolBackupRelationship", PoolFqdn=fqdn)
        if records is None:
            return
        self.answered.add(PAIRING)
        for record in records:
            named = [place(value) for name in record.properties for value in texts(record, name)]
            partners = [pool.fqdn for n in named if (pool := self._pool(n)) is not None and not same(n, fqdn)]
            if partners:
                self._change(fqdn, backup_pool=partners[0])

    def _mirror_state(self, fqdn: str) -> None:
        pool = self._pool(fqdn)
        for record in self.host.records("Get-CsDatabaseMirrorState", PoolFqdn=fqdn) or ():
            state = text(record, "StateOnPrimary").lower()
            if state in _MIRRORED and pool is not None and pool.mirror is None:
                self._remarks.gather(
                    "SQL stores are mirrored, but on which server the mirror is was not found: {}.", fqdn
                )

    # Features and settings

    def _features(self) -> None:
        self._response_groups()
        numbers = self._each("Get-CsDialInConferencingAccessNumber", "conferencing-attendant")
        self._gather(numbers, "conferencing/caa-uris", _uri)
        self._gather(numbers, "conferencing/access-numbers", lambda r: text(r, "DisplayName", "LineUri") or _uri(r))
        contacts = self.host.records("Get-CsApplicationEndpoint", ApplicationId="Caa")
        self._gather(contacts, "conferencing/caa-uris", _uri)
        orbits = self._each("Get-CsCallParkOrbit", "call-park")
        self._gather(orbits, "call-park/orbits", _range)
        pickup = [record for record in orbits if text(record, "Type").lower() == "grouppickup"]
        self._gather(tuple(pickup), "call-park/pickup-ranges", _range)
        self._gather(self._each("Get-CsUnassignedNumber", "announcement"), "announcements/ranges", _range)
        self._gather(self.host.records("Get-CsAnnouncement"), "announcements/names", lambda r: text(r, "Name"))
        directories = self.host.records("Get-CsConferenceDirectory")
        self._gather(directories, "conferencing/directories", lambda r: re.sub(r".*\D(?=\d)", "", text(r, "Identity")))
        locations = self.host.records("Get-CsLisLocation")
        if locations is not None:
            self.answered.add("e911")
            if locations and self._known.cms:
                self._feature(self._known.cms.pool, "e911")
        for record in self.host.records("Get-CsCpsConfiguration") or ():
            for pool in [p for p in self._pools.values() if "call-park" in p.features and is_fqdn(p.fqdn)]:
                self.more[pool.fqdn, "deployment-facts/call-park/settings"] = _settings(record)

    def _response_groups(self) -> None:
        """Each pool by itself: one whose databases are down must not hide the others."""
        fronts = [p for p in self._pools.values() if p.role("ApplicationServer") and is_fqdn(p.fqdn)]
        unanswered = False
        for pool in fronts:
            identity = f"service:ApplicationServer:{pool.fqdn}"
            workflows = self.host.records("Get-CsRgsWorkflow", Identity=identity)
            if workflows is None:
                unanswered = True
                continue
            if not workflows:
                self.more[pool.fqdn, "deployment-facts/features/response-group"] = "false"
                continue
            self._feature(pool.fqdn, "response-group")
            for record in self.host.records("Get-CsRgsConfiguration", Identity=identity) or ():
                self.more[pool.fqdn, "deployment-facts/response-group/settings"] = _settings(record)
        if not unanswered:
            self.answered.add("response-group")

    def _each(self, cmdlet: str, feature: str) -> tuple[Record, ...]:
        """What a cmdlet returns; a feature is in use on the pools that own it."""
        records = self.host.records(cmdlet)
        if records is None:
            return ()
        self.answered.add(feature)
        for record in records:
            owner = self._owner(record)
            if owner:
                self._feature(owner, feature)
            else:
                self.answered.discard(feature)
                self._remarks.gather("To which pool these belong is unknown: {}.", f"{cmdlet}: {record.text}")
        return records

    def _gather(self, records: tuple[Record, ...] | None, row: str, show: Callable[[Record], str]) -> None:
        """Write what a cmdlet returned into a cell that holds a list, for each pool its own."""
        for record in records or ():
            owner, shown = self._owner(record), show(record)
            if is_fqdn(owner) and shown:
                key = (owner, f"deployment-facts/{row}")
                before = self.more.get(key, ())
                self.more[key] = tuple(dict.fromkeys((*before, shown)))

    def _homed(self) -> None:
        def owner(identity: str) -> str:
            found = self._pool(place(identity))
            return found.fqdn if found else ""

        paired = any(pool.backup_pool for pool in self._pools.values())
        self.more |= homed.cells(self.host, owner, self._applications, paired=paired)

    def _sites(self) -> None:
        for record in self.host.records("Get-CsKerberosAccountAssignment") or ():
            site, account = place(text(record, "Identity")), text(record, "UserAccount")
            for pool in list(self._pools.values()):
                if account and pool.site.lower() == site.lower() and pool.kind in _WITH_WEB_SERVICES:
                    self._change(pool.fqdn, kerberos_account=account)

    def _versions(self) -> None:
        found: dict[str, set[str]] = defaultdict(set)
        owners = {member.lower(): pool.fqdn for pool in self._pools.values() for member in pool.server_fqdns}
        for record in self.host.records("Get-CsManagementStoreReplicationStatus") or ():
            version, owner = text(record, "ProductVersion"), owners.get(text(record, "ReplicaFqdn").lower())
            if version and owner:
                found[owner].add(version)
        for fqdn, versions in found.items():
            if len(versions) == 1:
                self._change(fqdn, version=next(iter(versions)))
            else:
                self._remarks.gather(
                    "Servers of one pool have different versions: {}.", f"{fqdn} ({', '.join(sorted(versions))})"
                )
        for record in self.host.records("Get-CsServerVersion") or ():
            product = _PRODUCT.search(whole(record))
            if product:
                self.more[None, "deployment-facts/deployment/server-version"] = product[1]

    def _here(self) -> None:
        """What only the asked server itself can tell: its Windows, its certificates, its own share."""
        own = next((p for p in self._pools.values() if p.has(self.host.fqdn)), None)
        if own is None:
            self._remarks.say(f"{self.host.fqdn} itself is not in the topology.")
            return
        for record in self.host.records("Get-CimInstance", ClassName="Win32_OperatingSystem") or ():
            named = [part for part in (text(record, "Caption"), text(record, "Version")) if part]
            self._change(own.fqdn, windows=", ".join(named))
        uses: dict[str, list[str]] = defaultdict(list)
        for record in self.host.records("Get-CsCertificate") or ():
            uses[text(record, "Thumbprint")].append(text(record, "Use"))
        listed = tuple(f"{thumbprint}: {', '.join(use)}" for thumbprint, use in uses.items() if thumbprint)
        if listed and is_fqdn(own.fqdn):
            self.more[own.fqdn, "deployment-facts/certificates/list"] = listed
        store = own.file_store
        if store and same(store.server, self.host.fqdn):
            self._share(store)

    def _share(self, store: FileStore) -> None:
        folders = [text(r, "Path") for r in self.host.records("Get-SmbShare", Name=store.share_name) or ()]
        rights = [
            f"{text(r, 'AccountName')}: {text(r, 'AccessRight')}"
            for r in self.host.records("Get-SmbShareAccess", Name=store.share_name) or ()
        ]
        known = replace(store, local_folder=next(iter(folders), ""), acl=tuple(rights))
        for pool in [p for p in self._pools.values() if p.file_store and p.file_store.share == store.share]:
            self._change(pool.fqdn, file_store=known)

    def _directory(self) -> None:
        for record in self.host.records("Get-ADDomain") or ():
            self._known = replace(
                self._known, netbios_domain=text(record, "NetBIOSName"), dns_domain=text(record, "DNSRoot")
            )
        for record in self.host.records("Get-ADDomainController") or ():
            self._known = replace(self._known, domain_controller=text(record, "HostName"))


_WITH_WEB_SERVICES: Final = ("standard-edition", "enterprise", "director")


def _key(fqdn: str) -> str:
    return fqdn.rstrip(".").lower()


def _uri(record: Record) -> str:
    return text(record, "PrimaryUri", "SipAddress")


def _range(record: Record) -> str:
    """Its identity as the cmdlets that move it take it."""
    return place(text(record, "Identity")) if "/" not in text(record, "Identity") else text(record, "Identity")


def _settings(record: Record) -> tuple[str, ...]:
    return tuple(f"{name}: {text(record, name)}" for name in record.properties if name.lower() != "identity")
