"""The closed list of facts that switch steps on and off; each is one statement about the target, true or false."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from lync_wizard.backup import BackupSet, contents
from lync_wizard.deployment import Deployment, Pool, acceptance, mirroring, persistent_chat, same
from lync_wizard.deployment.central_management import Central
from lync_wizard.deployment.pairs import Pair


@dataclass(frozen=True)
class Situation:
    """What facts are judged from: the target, what surrounds it, the chosen set, and the answers to the options."""

    deployment: Deployment
    pool: Pool
    server: str
    backup_set: BackupSet | None = None
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Condition:
    """A name, what it means when it holds, and the words for a step that is left out because it does not."""

    name: str
    meaning: str
    otherwise: str
    holds: Callable[[Situation], bool]


def _feature(name: str) -> Callable[[Situation], bool]:
    return lambda s: name in s.pool.features


def _kind(*kinds: str) -> Callable[[Situation], bool]:
    return lambda s: s.pool.kind in kinds


def _backup_has(kind: str) -> Callable[[Situation], bool]:
    def holds(s: Situation) -> bool:
        return s.backup_set is not None and bool(s.backup_set.of_kind(kind, s.pool.fqdn))

    return holds


def _store_in_backup(s: Situation) -> bool:
    store = s.pool.file_store
    return s.backup_set is not None and store is not None and bool(s.backup_set.of_kind("FileStore", store.share))


def _central(s: Situation) -> Central:
    return Central(s.deployment, s.pool, s.answers)


def _on_dfs(s: Situation) -> bool:
    """A share below the domain's own name, not below that of a server."""
    names = {s.deployment.dns_domain.lower(), s.deployment.netbios_domain.lower()} - {""}
    return s.pool.file_store is not None and s.pool.file_store.server.lower() in names


def _of_server(kind: str, s: Situation) -> bool:
    return s.backup_set is not None and bool(s.backup_set.of_kind(kind, s.server))


def _rescued(kind: str, s: Situation) -> bool:
    return _central(s).rescue_path(kind) is not None


def _chat_runs(s: Situation) -> bool:
    home = acceptance.tried(s.deployment, s.pool)
    return home is None or not _pair(s).lost(persistent_chat.pool_of(s.deployment, home))


def _pair(s: Situation) -> Pair:
    return Pair(s.deployment, s.pool, s.answers)


def _is_2019(s: Situation) -> bool:
    return "2019" in s.deployment.product or s.pool.version.startswith("7.")


FACTS: Final = (
    Condition("standard-edition", "the target is a Standard Edition server", "no Standard Edition server",
         _kind("standard-edition")),
    Condition("enterprise", "the target belongs to an Enterprise Edition Front End pool", "no Enterprise Edition pool",
         _kind("enterprise")),
    Condition("front-end", "the target is a Front End Server or Standard Edition server", "no Front End Server",
         _kind("standard-edition", "enterprise")),
    Condition("director", "the target is a Director", "no Director", _kind("director")),
    Condition("mediation", "the target is a stand-alone Mediation Server", "no Mediation Server", _kind("mediation")),
    Condition("edge", "the target is an Edge Server", "no Edge Server", _kind("edge")),
    Condition("persistent-chat-server", "the target is a Persistent Chat Server", "no Persistent Chat Server",
         _kind("persistent-chat")),
    Condition("web-services", "the target runs Web Services (Front End, Standard Edition, Director)", "no Web Services",
         _kind("standard-edition", "enterprise", "director")),
    Condition("hosts-cms", "the pool hosts the active Central Management store", "the CMS is elsewhere",
         lambda s: s.deployment.hosts_cms(s.pool)),
    Condition("mirrored", "the pool's SQL store is mirrored", "not mirrored", lambda s: s.pool.mirrored),
    Condition("witness", "the mirror has a witness", "no witness", lambda s: s.pool.witness is not None),
    Condition("file-store-on-target", "the file store lies on a server of the pool", "the file store is elsewhere",
         lambda s: s.pool.file_store_on_pool),
    Condition("response-group-deployed", "Response Group is deployed on the pool, or the set holds its export",
         "not deployed", lambda s: "response-group" in s.pool.features or _backup_has("Rgs")(s)),
    Condition("persistent-chat-deployed", "Persistent Chat is deployed with the pool", "not deployed",
         _feature("persistent-chat")),
    Condition("persistent-chat-collocated", "Persistent Chat runs on the servers of the pool itself",
         "Persistent Chat has servers of its own, or there is none",
         lambda s: persistent_chat.collocated(s.deployment, s.pool)),
    Condition("persistent-chat-database-on-target",
         "the Persistent Chat database lies on a server of the pool or Back End",
         "the Persistent Chat database is elsewhere", lambda s: persistent_chat.on_back_end(s.pool)),
    Condition("persistent-chat-saved", "the set holds the Persistent Chat database, as a SQL backup or an export",
         "not in the backup set", lambda s: contents.chat_saved_by_sql(s.backup_set, s.pool)
         or contents.chat_export(s.backup_set, s.deployment, s.pool) is not None),
    Condition("persistent-chat-saved-by-sql", "the set holds a SQL backup of the Persistent Chat database",
         "no SQL backup of mgc in the set", lambda s: contents.chat_saved_by_sql(s.backup_set, s.pool)),
    Condition("persistent-chat-saved-by-export",
         "the set holds an export of Persistent Chat, and no SQL backup of its database",
         "restored from the SQL backup, or no export in the set",
         lambda s: not contents.chat_saved_by_sql(s.backup_set, s.pool)
         and contents.chat_export(s.backup_set, s.deployment, s.pool) is not None),
    Condition("archiving-deployed", "Archiving to SQL Server is deployed", "not deployed", _feature("archiving")),
    Condition("monitoring-deployed", "Monitoring is deployed", "not deployed", _feature("monitoring")),
    Condition("e911-deployed", "E9-1-1 location information is in use", "not in use", _feature("e911")),
    Condition("call-park-deployed",
         "Call Park or Group Call Pickup is deployed", "not deployed", _feature("call-park")),
    Condition("announcements-deployed", "announcements for unassigned numbers are in use", "not in use",
         _feature("announcement")),
    Condition("kerberos-account",
         "a Kerberos web authentication account is assigned to the site", "no Kerberos account",
         lambda s: bool(s.pool.kerberos_account)),
    Condition("paired", "the pool has a backup pool", "not paired", lambda s: bool(s.pool.backup_pool)),
    Condition("other-member-known", "the pool has other servers", "the pool has no other server",
         lambda s: any(not same(fqdn, s.server) for fqdn in s.pool.server_fqdns)),
    Condition("fabric-reset-alone", "the plan is the reset of the Windows Fabric state alone",
         "a second plan, where RTCSRV stays Starting: --set only-step=mem-fabric",
         lambda s: s.answers.get("only-step") == "mem-fabric"),
    Condition("update-recorded",
         "the cumulative update (CU) version of the servers is recorded", "no CU version recorded",
         lambda s: bool(s.pool.version)),
    Condition("domain-controller-known", "a domain controller is recorded", "no domain controller recorded",
         lambda s: bool(s.deployment.domain_controller)),
    Condition("good-server-known", "another working server of the site is recorded", "no other server recorded",
         lambda s: bool(s.pool.good_server) and not same(s.pool.good_server, s.server)),
    Condition("backup-has-configuration", "the set holds the configuration", "not in the backup set",
         lambda s: _rescued("Configuration", s) or _backup_has("Configuration")(s)),
    Condition("backup-has-locations", "the set holds the location information", "not in the backup set",
         lambda s: _rescued("Locations", s) or _backup_has("Locations")(s)),
    Condition("backup-has-user-data", "the set holds this pool's user data", "not in the backup set",
         lambda s: _rescued("UserData", s) or _backup_has("UserData")(s)),
    Condition("backup-has-response-group", "the set holds this pool's Response Groups", "not in the backup set",
         lambda s: _rescued("Rgs", s) or _backup_has("Rgs")(s)),
    Condition("backup-has-persistent-chat", "the set holds a Persistent Chat export", "not in the backup set",
         lambda s: contents.chat_export(s.backup_set, s.deployment, s.pool) is not None),
    Condition("backup-has-file-store",
         "the set holds this pool's file store", "not in the backup set", _store_in_backup),
    Condition("cms-mirrored", "the Central Management store is mirrored", "the CMS is not mirrored",
         lambda s: _central(s).mirrored),
    Condition("cms-primary-lost", "only the primary side of the mirrored Central Management store is lost",
         "there is no mirror of the CMS to be rescued", lambda s: _central(s).primary_lost),
    Condition("cms-both-lost",
         "both sides of the mirrored Central Management store are lost", "not both sides are lost",
         lambda s: _central(s).both_lost),
    Condition("cms-pointer-mirrored",
         "only the service connection point of a mirrored Central Management store is lost",
         "the mirror does not exist yet, or there is none", lambda s: _central(s).pointer_mirrored),
    Condition("cms-from-sql", "the configuration comes from SQL backups of the surviving mirror",
         "the configuration comes from an export", lambda s: _central(s).from_sql),
    Condition("cms-data-return", "what else lay on the server of the Central Management store is restored",
         "the server and its other data are intact", lambda s: _central(s).data_return),
    Condition("cms-survivor", "another Lync server with a local replica works", "no other Lync server works",
         lambda s: _central(s).survivor),
    Condition("file-store-on-cms-server", "the file store lies on the server that held the CMS",
         "the file store is elsewhere", lambda s: _central(s).file_store_here),
    Condition("archmon-on-back-end", "archiving or monitoring data lie on the Back End Server",
         "no archiving or monitoring data on the Back End Server",
         lambda s: _central(s).on_back_end("LcsLog", "LcsCDR", "QoEMetrics")),
    Condition("file-store-on-dfs", "the file store is reached through a DFS namespace of the domain",
         "the file store is no DFS folder", _on_dfs),
    Condition("backup-has-schannel", "the set holds the Schannel values of the server", "not in the backup set",
         lambda s: _of_server("Schannel", s)),
    Condition("backup-has-dfs-loopback", "the set holds the DFS value of the server", "not in the backup set",
         lambda s: _of_server("DfsLoopback", s)),
    Condition("file-store-on-back-end", "the file store lies on a SQL server of the pool's Back End",
         "the file store is elsewhere", lambda s: mirroring.file_store_here(s.pool)),
    Condition("databases-return", "SQL backups of databases of this Back End are in the set",
         "no database of this Back End is restored from a SQL backup",
         lambda s: bool(contents.returning(s.pool, s.backup_set))),
    Condition("archiving-mirrored", "the archiving database is mirrored on this Back End", "not mirrored here",
         lambda s: "Archiving" in mirroring.names(s.deployment, s.pool)),
    Condition("monitoring-mirrored", "the monitoring databases are mirrored on this Back End", "not mirrored here",
         lambda s: "Monitoring" in mirroring.names(s.deployment, s.pool)),
    Condition("users-homed", "a pool that homes users is known, with which the result is tried",
         "no pool that homes users is known", lambda s: acceptance.tried(s.deployment, s.pool) is not None),
    Condition("test-accounts-recorded", "two test accounts of the pool that is tried are recorded",
         "no test accounts recorded", lambda s: bool(acceptance.accounts(s.deployment, s.pool))),
    Condition("tried-with-persistent-chat", "the users of the pool that is tried have Persistent Chat",
         "no Persistent Chat", lambda s: acceptance.with_chat(s.deployment, s.pool)),
    Condition("persistent-chat-runs", "Persistent Chat of the pool that is tried was not lost with it",
         "Persistent Chat was lost as well; pchat-failover brings it back", _chat_runs),
    Condition("partner-mirrored", "the Back End of the backup pool is mirrored", "the backup pool is not mirrored",
         lambda s: bool((partner := _pair(s).partner) and partner.mirror)),
    Condition("standby-on-partner", "the pool hosts the active Central Management store and its partner the standby",
         "the pool does not host the active CMS, or is not paired",
         lambda s: s.deployment.hosts_cms(s.pool) and bool(s.pool.backup_pool)),
    Condition("partner-hosts-cms", "the backup pool hosts the active Central Management store",
         "the backup pool does not host the active CMS",
         lambda s: bool((partner := _pair(s).partner) and s.deployment.hosts_cms(partner))),
    Condition("edge-behind-pool", "an Edge pool that runs has this pool as its next hop",
         "no Edge pool that runs goes through the pool",
         lambda s: bool(_pair(s).edges)),
    Condition("cold-edge", "an Edge pool is kept out of service in normal times", "no Edge pool is cold",
         lambda s: bool(_pair(s).cold)),
    Condition("stand-in-known", "another Edge pool can take over", "no other Edge pool is recorded",
         lambda s: _pair(s).stand_in is not None),
    Condition("replacement-standard-edition", "the new pool is a Standard Edition server",
         "the new pool is no Standard Edition server",
         lambda s: bool((new := _pair(s).replacement) and new.kind == "standard-edition")),
    Condition("response-groups-replicated", "the Backup Service carries Response Groups, so nothing is imported",
         "the Backup Service does not carry Response Groups", lambda s: s.deployment.groups_replicated),
    Condition("server-2019", "the deployment is Skype for Business Server 2019, which has no Persistent Chat",
         "no Skype for Business Server 2019", _is_2019),
    Condition("ranges-recorded", "every unassigned number range is recorded with its announcement",
         "ranges and their announcements are not recorded", lambda s: bool(s.pool.ranges)),
    Condition("announcements-recorded", "the announcements are recorded with prompt, text and target",
         "the announcements are not recorded", lambda s: bool(s.pool.announcements)),
    Condition("pickup-ranges-recorded", "the ranges of Group Call Pickup are recorded",
         "no range of Group Call Pickup is recorded", lambda s: bool(s.pool.pickup_ranges)),
    Condition("branch-appliances-here", "Survivable Branch Appliances have this pool as their backup",
         "no Survivable Branch Appliance", lambda s: bool(s.pool.branch_appliances)),
    Condition("attendant-contacts-recorded", "contacts of the Conferencing Attendant are recorded",
         "no contact of the Conferencing Attendant is recorded", lambda s: bool(s.pool.attendant_contacts)),
    Condition("chat-next-hop-here", "a Persistent Chat pool has this pool as its next hop, or none is recorded for it",
         "no Persistent Chat pool goes through the pool",
         lambda s: any(not chat.next_hop or same(chat.next_hop, s.pool.fqdn)
                       for chat in s.deployment.pools_of_kind("persistent-chat"))),
    Condition("log-shipping", "the Persistent Chat database is shipped to a second data centre", "no log shipping",
         lambda s: s.pool.chat_secondary is not None),
    Condition("chat-secondary-mirrored", "the log shipping secondary has a mirror instance",
         "the secondary has no mirror",
         lambda s: s.pool.chat_secondary_mirror is not None),
    Condition("chat-compliance", "an adapter reads the compliance database of Persistent Chat",
         "no compliance database",
         lambda s: s.pool.chat_compliance),
    Condition("survivor-holds-cms", "the Central Management store is on the surviving pool or was failed over to it",
         "the Central Management store is elsewhere",
         lambda s: s.deployment.hosts_cms(s.pool)
         or bool((partner := _pair(s).partner) and s.deployment.hosts_cms(partner))),
    Condition("chat-mirrored", "the Persistent Chat database has a mirror", "mgc is not mirrored",
         lambda s: s.pool.chat_mirror is not None),
    Condition("bytes-delivered", "exports come as bytes over the session and need no copy step",
         "the exports are delivered as bytes", lambda s: s.answers.get("delivery", "") == "bytes"),
)  # fmt: skip

_BY_NAME: Final = {fact.name: fact for fact in FACTS}


def names() -> list[str]:
    """Every name that may stand in ``when``, without its "not-" form."""
    return list(_BY_NAME)


def holds(name: str, situation: Situation, options: Mapping[str, tuple[str, ...]] | None = None) -> bool:
    """Whether a fact holds; ``not-NAME`` negates, ``ASK-CHOICE`` is an answer. Raises KeyError for an unknown name."""
    if name.startswith("not-") and name not in _BY_NAME:
        return not holds(name.removeprefix("not-"), situation, options)
    if name in _BY_NAME:
        return _BY_NAME[name].holds(situation)
    for option, choices in (options or {}).items():
        for choice in choices:
            if name == f"{option}-{choice}":
                return situation.answers.get(option) == choice
    raise KeyError(name)


def why_not(name: str) -> str:
    """The words for a step left out because ``name`` does not hold."""
    if name.startswith("not-") and name.removeprefix("not-") in _BY_NAME:
        return _BY_NAME[name.removeprefix("not-")].meaning
    if name in _BY_NAME:
        return _BY_NAME[name].otherwise
    chosen = name.removeprefix("not-")
    return f"{chosen.replace('-', ' ')} was {'not ' if chosen == name else ''}chosen"
