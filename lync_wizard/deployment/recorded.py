"""The deployment as the worksheets describe it, and what in them contradicts itself."""

from __future__ import annotations

from lync_wizard.core.yaml_document import Problem
from lync_wizard.deployment.model import (
    FEATURES,
    POOL_KINDS,
    Announcement,
    CentralManagement,
    Deployment,
    FileStore,
    Pool,
    Server,
    Site,
    SqlInstance,
    TestAccount,
    same,
)
from lync_wizard.worksheets import Entries


def of(entries: Entries, name: str) -> tuple[Deployment, list[Problem]]:
    """The deployment that worksheet entries describe, and what is contradictory or cannot be told, as problems.

    Problems carry the cell's address as key and no place in a file. Wrong values are left out of the deployment.
    """
    reading = _Reading(entries)
    pools = tuple(pool for fqdn in entries.pools if (pool := reading.pool(fqdn)))
    named = [*entries.texts("deployment-facts/deployment/sites"), *(pool.site for pool in pools if pool.site)]
    found = Deployment(
        name,
        tuple(Site(site) for site in {n.lower(): n for n in reversed(named)}.values())[::-1],
        pools,
        reading.cms(),
        entries.text("deployment-facts/deployment/netbios-domain"),
        entries.text("deployment-facts/deployment/dns-domain"),
        entries.texts("deployment-facts/deployment/sip-domains"),
        entries.text("deployment-facts/deployment/domain-controller"),
        entries.texts("deployment-facts/deployment/gateways"),
        entries.texts("deployment-facts/deployment/trusted-applications"),
        entries.text("deployment-facts/deployment/server-version"),
        entries.text("deployment-facts/backup-service/response-groups") == "true",
    )
    reading.compare(found)
    return found, reading.problems


class _Reading:
    """Reads the deployment facts of entries, gathering what does not fit."""

    def __init__(self, entries: Entries) -> None:
        self.entries = entries
        self.problems: list[Problem] = []

    def problem(self, key: str, message: str, hint: str) -> None:
        self.problems.append(Problem(None, key, message, hint))

    def instance(
        self, pool: str | None, row: str, server: str = "server", instance: str = "instance"
    ) -> SqlInstance | None:
        fqdn = self.entries.text(f"deployment-facts/{row}/{server}", pool)
        name = self.entries.text(f"deployment-facts/{row}/{instance}", pool)
        if fqdn:
            return SqlInstance(fqdn, "" if name == "default" else name)
        if name:
            key = f"{f'{pool}:' if pool else ''}deployment-facts/{row}/{instance}"
            self.problem(key, "names an instance without its server", f"Fill deployment-facts/{row}/{server} as well.")
        return None

    def cms(self) -> CentralManagement | None:
        pool = self.entries.text("deployment-facts/cms/pool")
        if not pool:
            return None
        sql = self.instance(None, "cms", "sql-server", "sql-instance")
        return CentralManagement(pool, sql, self.instance(None, "cms", "mirror-server", "mirror-instance"))

    def pool(self, fqdn: str) -> Pool | None:
        def text(row: str, column: str) -> str:
            return self.entries.text(f"deployment-facts/{row}/{column}", fqdn)

        def texts(row: str, column: str) -> tuple[str, ...]:
            return self.entries.texts(f"deployment-facts/{row}/{column}", fqdn)

        kind = next((k for k in POOL_KINDS if k == text("pool", "kind")), None)
        if kind is None:
            self.problem(
                f"{fqdn}:deployment-facts/pool/kind",
                "is not filled",
                "Say what kind of pool it is; all else rests on it.",
            )
            return None
        members = texts("pool", "servers") or ((fqdn,) if kind == "standard-edition" else ())
        if kind == "standard-edition" and not (len(members) == 1 and same(members[0], fqdn)):
            self.problem(
                f"{fqdn}:deployment-facts/pool/servers",
                "a Standard Edition server has itself as its only member",
                f"Write {fqdn} there, or correct the kind.",
            )
        networks, masks, gateways = (texts("edge", column) for column in ("networks", "masks", "gateways"))
        if not len(networks) == len(masks) == len(gateways):
            self.problem(
                f"{fqdn}:deployment-facts/edge/networks",
                "networks, masks and gateways are not equal in number",
                "Write one mask and one gateway for each network, in the same order.",
            )
        return Pool(
            fqdn,
            kind,
            text("pool", "site"),
            tuple(Server(member, number) for number, member in enumerate(members, 1)),
            self.instance(fqdn, "sql"),
            self.instance(fqdn, "mirror"),
            self.instance(fqdn, "witness"),
            text("mirror", "share"),
            self.file_store(fqdn),
            frozenset(name for name in FEATURES if text("features", name) == "true"),
            self.instance(fqdn, "archiving", "sql-server", "sql-instance"),
            self.instance(fqdn, "archiving", "mirror-server", "mirror-instance"),
            self.instance(fqdn, "monitoring", "sql-server", "sql-instance"),
            self.instance(fqdn, "monitoring", "mirror-server", "mirror-instance"),
            self.instance(fqdn, "persistent-chat", "sql-server", "sql-instance"),
            self.instance(fqdn, "persistent-chat", "log-shipping-server", "log-shipping-instance"),
            text("persistent-chat", "pool"),
            texts("persistent-chat", "active-servers"),
            text("pool", "backup-pool"),
            text("pool", "next-hop"),
            text("pool", "edge-pool"),
            text("pool", "good-server"),
            text("pool", "version"),
            text("pool", "windows"),
            text("kerberos", "account"),
            texts("pool", "branch-appliances"),
            routes=tuple(zip(networks, masks, gateways, strict=False)),
            test_accounts=self.test_accounts(fqdn),
            replacement=text("pool", "replacement"),
            stand_in=text("edge", "stand-in"),
            cold=text("edge", "in-service") == "cold",
            conference_directories=texts("conferencing", "directories"),
            attendant_contacts=texts("conferencing", "caa-uris"),
            ranges=self.ranges(fqdn),
            announcements=self.announcements(fqdn),
            orbits=texts("call-park", "orbits"),
            pickup_ranges=texts("call-park", "pickup-ranges"),
            chat_mirror=self.instance(fqdn, "persistent-chat", "mirror-server", "mirror-instance"),
            chat_secondary_mirror=self.instance(
                fqdn, "persistent-chat", "secondary-mirror-server", "secondary-mirror-instance"
            ),
            chat_compliance=text("persistent-chat", "compliance-adapter") == "true",
            chat_secondary_servers=texts("persistent-chat", "secondary-servers"),
        )

    def ranges(self, fqdn: str) -> tuple[tuple[str, str], ...]:
        """Every range with its announcement; none where only the ranges are recorded, as older worksheets do."""
        ranges, names = self.columns(fqdn, "ranges", "range-announcements")
        return tuple(zip(ranges, names, strict=False)) if names else ()

    def announcements(self, fqdn: str) -> tuple[Announcement, ...]:
        """Every announcement with what is known of it, column by column."""
        columns = ("names", "prompts", "texts", "languages", "targets")
        names, *others = self.columns(fqdn, *columns)
        filled = [one or ("",) * len(names) for one in others]
        return tuple(Announcement(*one) for one in zip(names, *filled, strict=False))

    def columns(self, fqdn: str, *names: str) -> list[tuple[str, ...]]:
        """Cells of the announcements that go together by their order; ``none`` is what an item does not have."""
        found = []
        for name in names:
            items = self.entries.texts(f"deployment-facts/announcements/{name}", fqdn)
            found.append(tuple("" if item.lower() == "none" else item for item in items))
        for name, items in zip(names[1:], found[1:], strict=True):
            if items and len(items) != len(found[0]):
                self.problem(
                    f"{fqdn}:deployment-facts/announcements/{name}",
                    f"has {len(items)} entries, {names[0]} has {len(found[0])}",
                    "Write one entry for each, in the same order, and none where there is nothing.",
                )
        return found

    def test_accounts(self, fqdn: str) -> tuple[TestAccount, ...]:
        """Both test accounts of a pool with all that they need; none where something is missing."""
        row = "deployment-facts/test-accounts"
        found = tuple(
            TestAccount(
                self.entries.text(f"{row}/{which}-sip", fqdn), self.entries.text(f"{row}/{which}-account", fqdn)
            )
            for which in ("first", "second")
        )
        return found if all(one.sip and one.user for one in found) else ()

    def file_store(self, fqdn: str) -> FileStore | None:
        sheet = self.entries.text("file-store/lync/share", fqdn)
        fact = self.entries.text("deployment-facts/file-store/share", fqdn)
        if sheet and fact and sheet.lower() != fact.lower():
            self.problem(
                f"{fqdn}:file-store/lync/share",
                f"says {sheet}, the deployment facts say {fact}",
                "Keep the right one; the fact may be left out.",
            )
        if not (sheet or fact):
            return None
        return FileStore(
            sheet or fact,
            self.entries.text("deployment-facts/file-store/local-folder", fqdn),
            self.entries.texts("deployment-facts/file-store/acl", fqdn),
        )

    def compare(self, found: Deployment) -> None:
        """What the parts say about one another."""
        owners: dict[str, str] = {}
        for pool in found.pools:
            for member in pool.server_fqdns:
                other = owners.setdefault(member.lower(), pool.fqdn)
                if other != pool.fqdn:
                    self.problem(
                        f"{pool.fqdn}:deployment-facts/pool/servers",
                        f"{member} is a member of {other} as well",
                        "Leave it in one pool only.",
                    )
            self._link(found, pool, "backup-pool", pool.backup_pool)
            self._link(found, pool, "next-hop", pool.next_hop)
            self._link(found, pool, "replacement", pool.replacement)
            partner = found.pool(pool.backup_pool) if pool.backup_pool else None
            if partner and not same(partner.backup_pool, pool.fqdn):
                self.problem(
                    f"{pool.fqdn}:deployment-facts/pool/backup-pool",
                    f"{partner.fqdn} does not name {pool.fqdn} as its backup pool",
                    "Pairs name each other; correct one of the two.",
                )
            if pool.mirror and pool.sql and pool.mirror.key == pool.sql.key:
                self.problem(
                    f"{pool.fqdn}:deployment-facts/mirror/server", "is the primary itself", "Name the other SQL server."
                )
        if found.cms and found.pools and found.pool_of(found.cms.pool) is None:
            self.problem(
                "deployment-facts/cms/pool", f"{found.cms.pool} is not among the pools", "Correct it or add that pool."
            )

    def _link(self, found: Deployment, pool: Pool, column: str, target: str) -> None:
        if target and (found.pool_of(target) is None or same(target, pool.fqdn)):
            wrong = "is the pool itself" if same(target, pool.fqdn) else f"{target} is not among the pools"
            self.problem(f"{pool.fqdn}:deployment-facts/pool/{column}", wrong, "Correct it or add that pool.")
