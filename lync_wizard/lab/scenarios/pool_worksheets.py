"""The worksheets of one pool of the simulated deployment: its facts, its databases, its file store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from lync_wizard.lab.farm import network
from lync_wizard.lab.farm.pair_records import ACCESS_NUMBER
from lync_wizard.lab.farm.state import Host, SqlInstance, State
from lync_wizard.lab.farm.topology import Cluster, RoleService, Topology

Values = Iterator[tuple[str, str | Iterable[str]]]
"""Addresses (``sheet/row/column``) with the value entered there."""

SCHEDULE: Final = "daily 01:30"
_FACTS: Final = "deployment-facts"
_SQL_ROWS: Final = {
    "LcsLog": ("archiving", "archiving"),
    "LcsCDR": ("cdr", "monitoring"),
    "QoEMetrics": ("qoe", "monitoring"),
    "mgc": ("pchat", "persistent-chat"),
}
"""Database → its rows of the Database worksheet and of the deployment facts."""
_STORE_OF: Final = {
    "LcsLog": "ArchivingStore",
    "LcsCDR": "MonitoringStore",
    "QoEMetrics": "MonitoringStore",
    "mgc": "PersistentChatStore",
}
_CHAT: Final = "PersistentChatService"


def kind(document: Topology, cluster: Cluster) -> str:
    """What kind of pool a cluster is, as the worksheets name it; empty for what has no worksheets."""
    services = document.on(cluster.fqdn)
    roles = {service.role for service in services}
    if "UserServices" in roles:
        return "standard-edition" if cluster.machines == (cluster.fqdn,) else "enterprise"
    if any(s.role == "Registrar" and s.settings.get("IsDirector") == "true" for s in services):
        return "director"
    if any(s.role == "Registrar" and s.settings.get("IsBranch") == "true" for s in services):
        return ""  # it has no worksheets of its own: those of its pool name it
    named = {"EdgeServer": "edge", _CHAT: "persistent-chat", "MediationServer": "mediation"}
    return next((name for role, name in named.items() if role in roles), "")


def cms_pool(document: Topology) -> str:
    """FQDN of the pool with the active Central Management store."""
    central = [s for s in document.services if s.role == "CentralMgmt" and s.settings.get("IsActive") != "false"]
    return next((s.cluster for s in central), "")


@dataclass(frozen=True)
class PoolWorksheets:
    """One pool of the healthy deployment; ``root`` is where backup sets go."""

    state: State
    document: Topology
    cluster: Cluster
    root: str

    @property
    def pool(self) -> str:
        return self.cluster.fqdn

    @property
    def server(self) -> Host:
        return self.state.hosts[self.cluster.machines[0]]

    def instance(self, key: str) -> SqlInstance | None:
        """The SQL instance of a key of the state."""
        return self.state.instances.get(key)

    def facts(self) -> Values:
        """The rows of the deployment facts that belong to the pool."""
        store = self.document.store(self.pool, "UserStore")
        yield f"{_FACTS}/pool/kind", kind(self.document, self.cluster)
        yield f"{_FACTS}/pool/site", self.document.sites.get(self.cluster.site, self.cluster.site)
        yield f"{_FACTS}/pool/servers", self.cluster.machines
        yield f"{_FACTS}/pool/backup-pool", self.document.backup_of(self.pool)
        yield f"{_FACTS}/pool/good-server", self._good_server()
        yield f"{_FACTS}/pool/version", self.server.lync_version
        yield f"{_FACTS}/pool/windows", f"{self.server.windows}, {self.server.windows_version}"
        yield f"{_FACTS}/pool/next-hop", self._target("EdgeServer", "Registrar")
        yield f"{_FACTS}/pool/edge-pool", self._edge_pool()
        for feature, there in self._features().items():
            yield f"{_FACTS}/features/{feature}", "true" if there else "false"
        if self._features()["response-group"]:
            yield f"{_FACTS}/response-group/originals", "\\\\fs01.contoso.com\\Originals, kept by the help desk"
        if store and (primary := self.instance(store.primary)):
            yield f"{_FACTS}/sql/server", primary.host
            yield f"{_FACTS}/sql/instance", primary.name or "default"
            yield f"{_FACTS}/sql/machine-name", primary.host.partition(".")[0].upper()
        if store and (mirror := self.instance(store.mirror)):
            yield f"{_FACTS}/mirror/server", mirror.host
            yield f"{_FACTS}/mirror/instance", mirror.name
            yield f"{_FACTS}/mirror/share", self._mirror_share()
        if store and (witness := self.instance(store.witness)):
            yield f"{_FACTS}/witness/server", witness.host
            yield f"{_FACTS}/witness/instance", witness.name
        for database, instance in self.sql_rows().items():
            row = _SQL_ROWS[database][1]
            yield f"{_FACTS}/{row}/sql-server", instance.host
            yield f"{_FACTS}/{row}/sql-instance", instance.name or "default"
        if store or self.sql_rows():
            yield f"{_FACTS}/sql/backup-folder", "C:\\SqlBackup"
        chat = self._chat_pool()
        if chat:
            yield f"{_FACTS}/persistent-chat/pool", chat.fqdn
            if self.state.shipping is None:
                yield f"{_FACTS}/persistent-chat/active-servers", chat.machines
        yield from self._test_accounts()
        yield f"{_FACTS}/kerberos/account", self.state.directory.kerberos_account
        certificates = tuple(f"{c.thumbprint}: {', '.join(c.uses)}" for c in self.server.certificates if c.uses)
        yield f"{_FACTS}/certificates/list", certificates
        yield from self._file_store_facts()
        if kind(self.document, self.cluster) == "edge":
            networks, masks, gateways = zip(*network.ROUTES, strict=True)
            yield f"{_FACTS}/edge/networks", networks
            yield f"{_FACTS}/edge/masks", masks
            yield f"{_FACTS}/edge/gateways", gateways
            yield f"{_FACTS}/edge/dns-suffix", self.server.suffix
            yield f"{_FACTS}/edge/default-gateway", network.EXTERNAL_GATEWAY

    def _test_accounts(self) -> Values:
        """The first two users of the pool, unless the scenario says that nobody recorded any."""
        directory = self.state.directory
        users = [user for user in directory.users.values() if user.pool == self.pool and user.enabled]
        if self.state.facts.get("test-accounts", "recorded") == "recorded" and len(users) > 1:
            for which, user in zip(("first", "second"), users, strict=False):
                yield f"{_FACTS}/test-accounts/{which}-sip", user.sip
                yield f"{_FACTS}/test-accounts/{which}-account", f"{directory.netbios}\\{user.sam}"

    def _features(self) -> dict[str, bool]:
        store = self.state.stores.get(self.pool)
        file_store = self.file_store()
        voice = self.state.facts.get("voice", {}).get(self.pool, {})
        stored = {role for role in _STORE_OF.values() if self.document.store(self.pool, role)}
        return {
            "response-group": bool(store and store.rgs),
            "persistent-chat": self._chat_pool() is not None,
            "archiving": "ArchivingStore" in stored,
            "monitoring": "MonitoringStore" in stored,
            "e911": bool(self.state.cms.locations) and self.pool == cms_pool(self.document),
            "call-park": "call-park" in voice,
            "announcement": "announcements" in voice,
            "conferencing-attendant": any(
                one.pool == self.pool and one.kind == ACCESS_NUMBER for one in self.state.homed
            ),
            "file-store-on-pool": file_store is not None and file_store[0].fqdn in self.cluster.machines,
        }

    def _good_server(self) -> str:
        """A Front End Server, Standard Edition server or Director of another pool, of the same site if there is one."""
        good = ("standard-edition", "enterprise", "director")
        others = [c for c in self.document.pools if c.fqdn != self.pool and kind(self.document, c) in good]
        others.sort(key=lambda c: c.site != self.cluster.site)
        return next((c.machines[0] for c in others if c.machines[0] in self.state.hosts), "")

    def _target(self, role: str, needed: str) -> str:
        """The cluster with the service that the pool's service of a role depends on."""
        for service in self.document.on(self.pool):
            for key in service.depends_on if service.role == role else ():
                found = self.document.service(key)
                if found is not None and found.role == needed:
                    return found.cluster
        return ""

    def _users_of(self, role: str) -> list[Cluster]:
        """The pools whose service of a role leads to this pool."""
        ids = {service.id for service in self.document.on(self.pool)}
        using = [s for s in self.document.services if s.role == role and ids & set(s.depends_on)]
        return [self.document.clusters[s.cluster] for s in using]

    def _edge_pool(self) -> str:
        return next((cluster.fqdn for cluster in self._users_of("EdgeServer")), "")

    def _chat_pool(self) -> Cluster | None:
        """The pool whose servers run Persistent Chat for this one; itself where it runs there."""
        if any(service.role == _CHAT for service in self.document.on(self.pool)):
            return self.cluster
        return next(iter(self._users_of(_CHAT)), None)

    def _mirror_share(self) -> str:
        """The share for seeding mirrors: one on a file server that is no file store and holds no backup sets."""
        for host in self.state.hosts.values():
            for share in host.shares:
                unc = f"\\\\{host.fqdn}\\{share}"
                if not host.lync_version and share not in host.acl_set and unc.lower() != self.root.lower():
                    return unc
        return ""

    def sql_rows(self) -> dict[str, SqlInstance]:
        """Archiving, monitoring and chat databases that the pool uses, with the instance of each."""
        chat = self._chat_pool()
        found = {}
        for database, role in _STORE_OF.items():
            owner = chat.fqdn if chat and role == "PersistentChatStore" else self.pool
            store = self.document.store(owner, role)
            instance = self.instance(store.primary) if store else None
            if instance is not None:
                found[database] = instance
        return found

    def file_store(self) -> tuple[Host, str, RoleService] | None:
        """Host, share and service of the file store that the pool uses."""
        needed = [key for service in self.document.on(self.pool) for key in service.depends_on]
        for service in self.document.services:
            used = service.id in needed or service.cluster == self.pool
            if service.role == "FileStore" and used and service.cluster in self.state.hosts:
                return self.state.hosts[service.cluster], service.settings["ShareName"], service
        if self.server.shares:
            share = next(iter(self.server.shares))
            return self.server, share, RoleService("", "FileStore", "", 0, self.server.fqdn, None, ())
        return None

    def _file_store_facts(self) -> Values:
        found = self.file_store()
        if found is None:
            return
        host, share, _ = found
        yield f"{_FACTS}/file-store/share", f"\\\\{host.fqdn}\\{share}"
        yield f"{_FACTS}/file-store/local-folder", host.shares[share]
        yield f"{_FACTS}/file-store/acl", tuple(g.replace(",", ": ") for g in host.share_grants.get(share, ()))
        for role, column in (("ApplicationServer", "app-server-id"), ("WebServices", "web-services-id")):
            ids = [service.id for service in self.document.on(self.pool) if service.role == role]
            yield f"{_FACTS}/file-store/{column}", ids[0] if ids else ""

    def backup_worksheets(self) -> Values:
        """The Database, File Store and Settings worksheets of the pool."""
        store = self.document.store(self.pool, "UserStore")
        primary = self.instance(store.primary) if store else None
        if primary is not None:
            yield "database/userdata/server", primary.host
            yield "database/userdata/schedule", SCHEDULE
            yield "database/userdata/set-expiration", "14 days"
            yield "database/userdata/destination", self.root
        for database, instance in self.sql_rows().items():
            row = f"database/{_SQL_ROWS[database][0]}"
            yield f"{row}/server", instance.host
            yield f"{row}/schedule", SCHEDULE
            exported = self.state.facts.get("chat-tool") if database == "mgc" else None
            yield f"{row}/tool", str(exported or "SQL Server management tool")
            yield f"{row}/set-name", f"{self.pool}.zip" if exported else f"{database}.bak"
            yield f"{row}/set-expiration", "14 days"
            yield f"{row}/destination", self.root
        file_store = self.file_store()
        if file_store:
            host, share, _ = file_store
            yield "file-store/lync/server", host.fqdn
            yield "file-store/lync/schedule", SCHEDULE
            yield "file-store/lync/share", f"\\\\{host.fqdn}\\{share}"
            yield "file-store/lync/destination", self.root
        central = self.pool == cms_pool(self.document)
        exported = {
            "xds": (primary.host if primary else self.pool, central),
            "lis": (primary.host if primary else self.pool, central and bool(self.state.cms.locations)),
            "rgs": (self.pool, self._features()["response-group"]),
        }
        for row, (server, there) in exported.items():
            if there:
                yield f"settings/{row}/server", server
                yield f"settings/{row}/schedule", SCHEDULE
                yield f"settings/{row}/location", self.root
