"""Placeholders: every ``<Name>`` a procedure may use, and its value for one target (docs/procedure-format.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lync_wizard import backup
from lync_wizard.backup import BackupSet, contents, registry
from lync_wizard.deployment import (
    Deployment,
    Pool,
    StoredDatabase,
    acceptance,
    mirroring,
    pairs,
    persistent_chat,
    roles,
    same,
)
from lync_wizard.deployment.central_management import Central
from lync_wizard.worksheets import Cell, Entries, Forms, forms

PLACEHOLDER: Final = re.compile(r"<([A-Za-z][A-Za-z0-9:.' -]*)>")
LOCAL: Final = "C:\\Restore"
"""Where restores keep their local copies on a host."""
LOCAL_BACKUP: Final = "C:\\Backup"
"""Below it backups keep theirs, a folder a run."""

COMPUTED: Final = {
    "PoolFqdn": "the pool or Standard Edition server of the target",
    "ServerFqdn": "the current server",
    "ServerName": "its name without the domain",
    "ServerSuffix": "its DNS suffix: what follows the name",
    "GoodServerFqdn": "another server of the site that works",
    "DomainControllerFqdn": "the recorded domain controller",
    "FrontEndFqdn": "members of the pool, in topology order",
    "PChatMemberFqdn": "members of the Persistent Chat pool",
    "PChatInstance": "instance that holds the Persistent Chat database, server\\instance",
    "BackupRoot": "plan, backup location",
    "BackupSet": "folder of the chosen backup set",
    "BackupSetName": "its name",
    "FileStoreShare": "UNC path of the file store",
    "FileStoreServerFqdn": "its server",
    "FileStoreLocalPath": "the folder behind the share",
    "local folder of FileStoreShare": "the same",
    "ShareName": "the share's name",
    "RgsPoolFqdn": "the pool, where Response Group is deployed",
    "RgsServiceId": "service:ApplicationServer:<RgsPoolFqdn>",
    "Run:local-folder": "folder of this run on a host",
    "UpdateLevel": "recorded version of the Lync components",
    "SiteName": "site of the pool",
    "DnsDomain": "DNS name of the domain",
    "KerberosAccount": "account assigned to the site",
    "DatabaseName": "the current database",
    "DatabaseInstance": "instance that holds the current database, server\\instance",
    "DatabaseServerFqdn": "its server",
    "DatabaseFile": "the database's file in the backup set",
    "DatabaseFolder": "the folder of that file",
    "ComputerGroups": "what names of groups in Active Directory begin with that the current server is a member of",
    "OtherMemberFqdn": "another member of the same pool",
    "RoleService": "the Windows service that shows that the server's role is installed",
    "CertificateUses": "usages (-Type) of the server's certificate",
    "RecordedCertificates": "recorded thumbprints of certificates with the usages of the server's",
    "RecordedExternalCertificates": "recorded thumbprints of certificates with an Edge Server's external usages",
    "ExternalCertificateUses": "usages of an Edge Server's external certificate",
    "EdgeConfigFolder": "folder beside the backup sets through which the configuration is carried to an Edge Server",
    "FirstFrontEndFqdn": "the first member of the pool, where its management shell is used",
    "PrimaryInstance": "SQL instance of the pool as in the topology, server\\instance",
    "MirrorInstance": "the instance that mirrors it",
    "PoolFrontEnds": "every Front End Server of the pool, in topology order",
    "FirstMemberFqdn": "the first server of the pool itself, in topology order",
    "WitnessInstance": "the instance that is witness of the mirror",
    "ServerInstance": "the SQL instance on the current server",
    "ServerAccount": "the computer account of the current server, DOMAIN\\NAME$",
    "PartnerSqlFqdn": "the other SQL server of the mirrored Back End",
    "ReturningDatabases": "databases of the Back End that are restored from SQL backups",
    "DatabaseType": "the current mirrored database type, as -DatabaseType names it",
    "TypeInstance": "the name of its SQL instance",
    "TypePoolFqdn": "the pool that -PoolFqdn names for it",
    "DatabasePrimary": "instance of the current mirrored database, as in the topology",
    "ShellFqdn": "the server whose management shell restores the CMS: a Front End Server, or another working server",
    "CmsInstance": "SQL instance of the Central Management store, server\\instance",
    "CmsMirrorInstance": "the instance that mirrors it",
    "RescueSet": "new folder beside the backup sets for what is saved from a surviving mirror or made in a failover",
    "RescueSetName": "its name",
    "DatabaseMirror": "the instance that mirrors that database",
    "TriedPoolFqdn": "the pool that is tried with test accounts at the end",
    "TriedServerFqdn": "the first server of that pool",
    "TestUser1": "account of the first test user, DOMAIN\\name",
    "TestUser1Sip": "the SIP address of the first test user",
    "TestUser2": "account of the second test user, DOMAIN\\name",
    "TestUser2Sip": "the SIP address of the second test user",
    "PoolOfPhase": "the pool that announcements are made for: the partner, or the pool itself",
    "ShellOfPhase": "the server where commands about it are run",
    "ChatPoolFqdn": "the Persistent Chat pool: the target itself, or the one that it uses",
    "ChatPhase": "the Persistent Chat pool whose active servers are set",
    "ChatServersOfPhase": "its servers of the data centre that serves from now on",
    "EdgeServerFqdn": "the current Edge Server",
    "MediaPoolFqdn": "the current Front End pool that sends its media through the Edge pool",
    "PromptFile": "audio file of the current announcement",
    "PromptText": "its text to speech",
    "PromptLanguage": "the language of that text",
    "TransferTo": "where the current announcement transfers to",
    "ChatMirrorInstance": "the instance that mirrors the Persistent Chat database, server\\instance",
    "ChatSecondaryInstance": "the log shipping secondary of the Persistent Chat database, server\\instance",
    **pairs.COMPUTED,
}
_ANY: Final = "SHA256"
"""What certutil prints above whatever hash it found: the file is there and can be read."""
_FAMILIES: Final = ("BackupSet:", "Ask:", "Read:")


@dataclass(frozen=True)
class Missing:
    """A placeholder without a value: the cell that would give it, and why there is none."""

    name: str
    cell: Cell | None
    why: str


def known(name: str) -> bool:
    """Whether procedures may use this placeholder at all."""
    return name in COMPUTED or name.startswith(_FAMILIES) or forms().by_placeholder(name) is not None


@dataclass(frozen=True)
class Values:
    """The values of all placeholders for one target, with bindings of a ``for_each`` on top."""

    entries: Entries
    deployment: Deployment
    pool: Pool
    server: str
    backup_set: BackupSet | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    bound: Mapping[str, Any] = field(default_factory=dict)
    new_set: str = ""
    """Name of the set that a backup is about to make; ``<BackupSet>`` is then its folder."""
    database: StoredDatabase | None = None
    rescue_set: str = ""
    """Name of the set of its own that a procedure makes; ``<RescueSet>`` is then its folder."""

    def get(self, name: str) -> Any | Missing:
        """The value (text, number or tuple of texts) of a placeholder, or what is missing for it."""
        if name in self.bound:
            return self.bound[name]
        if name.startswith("Read:"):
            return f"<{name}>"
        if name.startswith("Ask:"):
            answer = self.answers.get(name.removeprefix("Ask:"))
            return Missing(name, None, "the question was not answered") if answer is None else answer
        if name.startswith("BackupSet:"):
            return self._artifact(name)
        if name == "ComputerGroups":  # none is an answer
            return roles.groups(self.deployment, self.server)
        if name in {"RecordedCertificates", "RecordedExternalCertificates"}:  # and here
            return self._recorded_certificates(outside="External" in name)
        computed = self._computed(name)
        if computed:
            return computed
        return self._recorded(name)

    def artifact(self, kind: str) -> backup.Artifact | None:
        """The one file of a kind for this pool."""
        if self.central.rescue_path(kind):
            return None
        if kind == "PersistentChat":
            return contents.chat_export(self.backup_set, self.deployment, self.pool)
        of = self.server if kind in registry.KINDS else self.pool.fqdn
        found = self.backup_set.of_kind(kind, of) if self.backup_set else []
        return found[0] if found else None

    def _computed(self, name: str) -> Any:
        store = self.pool.file_store
        if name in pairs.COMPUTED:
            return pairs.Pair(self.deployment, self.pool, self.answers).value(name)
        match name:
            case "PoolFqdn" | "RgsPoolFqdn":
                return self.pool.fqdn
            case "ServerFqdn":
                return self.server
            case "ServerName":
                return self.server.partition(".")[0]
            case "ServerSuffix":
                return self.server.partition(".")[2]
            case "GoodServerFqdn":
                return self.central.good_server
            case "ShellFqdn":
                return self.central.shell
            case "CmsInstance":
                return str(self.central.instance or "")
            case "CmsMirrorInstance":
                return str(self.central.mirror or "")
            case "RescueSet" if self.entries.text("plan/backup/location"):
                return backup.remote_path(self.entries.text("plan/backup/location"), self._rescue_name, "")
            case "RescueSetName":
                return self._rescue_name
            case "ChatPoolFqdn":
                return persistent_chat.pool_of(self.deployment, self.pool).fqdn
            case "ChatMirrorInstance":
                return str(self.pool.chat_mirror or "")
            case "ChatSecondaryInstance":
                return str(self.pool.chat_secondary or "")
            case "DomainControllerFqdn":
                return self.deployment.domain_controller
            case "FrontEndFqdn":
                return self.pool.server_fqdns
            case "PoolFrontEnds":
                return self.pool.server_fqdns
            case "FirstMemberFqdn":
                return next(iter(self.pool.server_fqdns), self.pool.fqdn)
            case "PChatMemberFqdn":
                return persistent_chat.servers(self.deployment, self.pool)
            case "PChatInstance":
                return str(self.pool.chat or "")
            case "OtherMemberFqdn":
                return next((fqdn for fqdn in self.pool.server_fqdns if not same(fqdn, self.server)), "")
            case "RoleService":
                return roles.SERVICES.get(self.pool.kind, "")
            case "CertificateUses":
                return roles.CERTIFICATES.get(self.pool.kind, ())
            case "ExternalCertificateUses":
                return roles.EXTERNAL
            case "EdgeConfigFolder":
                root = self.entries.text("plan/backup/location")
                return backup.remote_path(root, ".carried", self.server) if root else ""
            case "FirstFrontEndFqdn" if "back-end" in self.answers and self.pool.good_server:
                return self.pool.good_server  # a whole pool is restored: its own members are not there yet
            case "FirstFrontEndFqdn":
                return next(iter(self.pool.server_fqdns), self.pool.fqdn)
            case "PrimaryInstance":
                return str(self.pool.sql or "")
            case "MirrorInstance":
                return str(self.pool.mirror or "")
            case "WitnessInstance":
                return str(self.pool.witness or "")
            case "ServerInstance":
                return self._instance_here()
            case "ServerAccount" if self.deployment.netbios_domain:
                return f"{self.deployment.netbios_domain}\\{self.server.partition('.')[0].upper()}$"
            case "PartnerSqlFqdn":
                return mirroring.partner(self.pool, self.server)
            case "ReturningDatabases":
                return contents.returning(self.pool, self.backup_set)
            case "BackupRoot":
                return self.entries.text("plan/backup/location")
            case "BackupSet" | "BackupSetName" if not self._set_name:
                return Missing(name, None, "no backup set is chosen")
            case "BackupSet":
                return backup.remote_path(self.entries.text("plan/backup/location"), self._set_name, "")
            case "BackupSetName":
                return self._set_name
            case "FileStoreShare":
                return store.share if store else ""
            case "FileStoreServerFqdn":
                return store.server if store else ""
            case "ShareName":
                return store.share_name if store else ""
            case "FileStoreLocalPath" | "local folder of FileStoreShare":
                return store.local_folder if store else ""
            case "RgsServiceId":
                return f"service:ApplicationServer:{self.pool.fqdn}"
            case "Run:local-folder":
                return f"{LOCAL_BACKUP}\\{self.new_set}" if self.new_set else LOCAL
            case "UpdateLevel":
                return self.pool.version
            case "DnsDomain":
                return self.deployment.dns_domain or self.server.partition(".")[2]
            case "SiteName":
                return self.pool.site
            case "KerberosAccount":
                return self.pool.kerberos_account
            case "TriedPoolFqdn" | "TriedServerFqdn":
                return self._tried(name)
            case "TestUser1" | "TestUser1Sip" | "TestUser2" | "TestUser2Sip":
                accounts = acceptance.accounts(self.deployment, self.pool)
                one = accounts[int(name[8]) - 1] if accounts else None
                return "" if one is None else one.sip if name.endswith("Sip") else one.user
            case "DatabaseName" if self.database:
                return self.database.name
            case "DatabaseInstance" if self.database:
                return str(self.database.instance)
            case "DatabaseServerFqdn" if self.database:
                return self.database.instance.server
            case "DatabaseFile" | "DatabaseFolder" if self.database:
                root, path = self.entries.text("plan/backup/location"), self.database.artifact
                whole = name == "DatabaseFile"
                return backup.remote_path(root, self._set_name, path if whole else path.rpartition("/")[0])
        return ""

    def _recorded_certificates(self, *, outside: bool) -> tuple[str, ...]:
        """Thumbprints out of the recorded lines ``THUMBPRINT: usage, usage``; for outside that of the A/V first."""
        wanted = roles.EXTERNAL if outside else roles.CERTIFICATES.get(self.pool.kind, ())
        lines = self.entries.texts("deployment-facts/certificates/list", self.pool.fqdn)
        pairs = [(line.partition(":")[0].strip(), line.partition(":")[2].lower()) for line in lines]
        return tuple(thumbprint for thumbprint, uses in pairs if any(use.lower() in uses for use in wanted))

    def _tried(self, name: str) -> str:
        """The pool that is tried, or its first server; a step may have bound another, which serves the users then."""
        home = acceptance.tried(self.deployment, self.pool)
        bound = self.deployment.pool(str(self.bound.get("TriedPoolFqdn", ""))) or home
        if bound is None:
            return ""
        return bound.fqdn if name == "TriedPoolFqdn" else next(iter(bound.server_fqdns), bound.fqdn)

    def _instance_here(self) -> str:
        own = (self.pool.sql, self.pool.mirror, self.pool.witness, *self.deployment.sql_instances)
        return next((str(one) for one in own if one and same(one.server, self.server)), "")

    @property
    def central(self) -> Central:
        return Central(self.deployment, self.pool, self.answers)

    @property
    def _rescue_name(self) -> str:
        return self.rescue_set or f"{self._set_name or self.deployment.name}-rescue"

    @property
    def _set_name(self) -> str:
        return self.backup_set.folder.name if self.backup_set else self.new_set

    def _artifact(self, name: str) -> Any | Missing:
        _, kind, *detail = name.split(":")
        root = self.entries.text("plan/backup/location")
        if not root:
            return Missing(name, Cell.parse("plan/backup/location"), "the backup location is not recorded")
        if rescued := self.central.rescue_path(kind):
            return self._rescued(rescued, detail, root)
        if self.backup_set is None:
            return Missing(name, None, "no backup set is chosen")
        if kind == "FileStore":
            return self._store_folder(name, root, detail)
        artifact = self.artifact(kind)
        if detail == ["pools"] and (artifact is None or self.answers.get("configuration") == "survivor"):
            return self._of_rescue("pools")
        if artifact is None:
            of = self.server if kind in registry.KINDS else self.pool.fqdn
            return Missing(name, None, f"the set {self._set_name} holds no {kind} of {of}")
        match detail:
            case []:
                return backup.remote_path(root, self._set_name, artifact.path)
            case ["sha256"]:
                return artifact.sha256
            case ["name"]:
                return artifact.path.rpartition("/")[2]
            case [what] if what in contents.HELD.get(kind, ()):
                return self._held(name, artifact, what)
        return Missing(name, None, f"only {', '.join(contents.details(kind))} may follow")

    def _held(self, name: str, artifact: backup.Artifact, what: str) -> Any | Missing:
        """What the export holds, for evidence that all of it came back."""
        if self.backup_set is None:
            return Missing(name, None, "no backup set is chosen")
        try:
            found = contents.held(self.backup_set, artifact, what)
        except contents.Unreadable as error:
            return Missing(name, None, f"{artifact.path} of the set {self._set_name} cannot be read: {error}")
        missing = Missing(name, None, f"{artifact.path} of the set {self._set_name} says nothing about {what}")
        return missing if found is None else found

    def _rescued(self, path: str, detail: list[str], root: str) -> Any | Missing:
        """A file of the rescue set, written by an earlier step of the same plan: nobody knows its hash yet."""
        if detail == ["sha256"]:
            return _ANY
        if detail and detail != ["name"]:
            return self._of_rescue(detail[0])
        return path.rpartition("/")[2] if detail else backup.remote_path(root, self._rescue_name, path)

    def _of_rescue(self, what: str) -> Any:
        """What a file that is not written yet is known to hold: the pool that is restored."""
        return {"pools": (self.pool.fqdn,), "locations": 0}.get(what, ())

    def _store_folder(self, name: str, root: str, detail: list[str]) -> Any | Missing:
        store = self.pool.file_store
        found = self.backup_set.of_kind("FileStore", store.share) if self.backup_set and store else []
        if not found:
            return Missing(name, None, f"the set {self._set_name} holds no file store of {self.pool.fqdn}")
        if detail and self.backup_set and store:
            return contents.files_of_store(self.backup_set, store.share)
        folder = "/".join(found[0].path.split("/")[:2])
        return backup.remote_path(root, self._set_name, folder)

    def _recorded(self, name: str) -> Any | Missing:
        form: Forms = forms()
        home = form.by_placeholder(_CELL_OF.get(name, name))
        if home is None:
            return Missing(name, None, "nothing gives this value")
        cell = home.cell(self.pool.fqdn if home.scope == "pool" else None)
        entry = self.entries.find(cell)
        if entry is None or not entry.text:
            return Missing(name, cell, f"{home.label} is not filled in")
        if entry.problem:
            return Missing(name, cell, f"{home.label} is wrong: {entry.problem}")
        return entry.items if home.many else entry.text


_CELL_OF: Final = {
    "FileStoreLocalPath": "local folder of FileStoreShare",
    "DomainControllerFqdn": "DomainControllerFqdn",
    "PrimaryInstance": "PrimarySqlFqdn",
    "MirrorInstance": "MirrorSqlFqdn",
    "WitnessInstance": "WitnessSqlFqdn",
    "ServerAccount": "DOMAIN",
    "CmsInstance": "CmsSqlServerFqdn",
    "CmsMirrorInstance": "CmsMirrorSqlServerFqdn",
    "ServingPoolFqdn": "BackupPoolFqdn",
    "ServingServerFqdn": "BackupPoolFqdn",
    "PairServerFqdn": "BackupPoolFqdn",
    "PoolBFqdn": "BackupPoolFqdn",
    "PoolCServerFqdn": "PoolCFqdn",
    "OtherEdgePoolFqdn": "StandInEdgePoolFqdn",
    "OtherEdgeSite": "StandInEdgePoolFqdn",
    "ChatSecondaryInstance": "BackupPChatSqlFqdn",
    "ChatMirrorInstance": "PChatMirrorSqlFqdn",
}
