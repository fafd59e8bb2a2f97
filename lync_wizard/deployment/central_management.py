"""What is left of a Central Management store and what it is restored from, told by papers and answers alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lync_wizard.deployment import Deployment, Pool, SqlInstance, same

RESCUED: Final[Mapping[str, str]] = {
    "Configuration": "Config.zip",
    "Locations": "E911Config.zip",
    "UserData": "UserData/{pool}.zip",
    "Rgs": "Rgs/{pool}.zip",
}
"""Kind of export → its path in a rescue set, which is laid out as a backup set."""


@dataclass(frozen=True)
class Central:
    """The store of a deployment as seen from the pool that holds it; ``asks`` are the answers of its restore.

    ``lost-side`` (primary, both) says what of a mirrored store is gone, ``restore-from`` (rescue, backup) whether the
    exports of the surviving side replace those of the backup set, ``survivor`` (yes, no) whether another Lync server
    works, ``only-step`` is the one step that is planned, if only one is.
    """

    deployment: Deployment
    pool: Pool
    asks: Mapping[str, str]

    @property
    def instance(self) -> SqlInstance | None:
        return self.deployment.cms.sql if self.deployment.cms else None

    @property
    def mirror(self) -> SqlInstance | None:
        return self.deployment.cms.mirror if self.deployment.cms else None

    @property
    def mirrored(self) -> bool:
        return self.mirror is not None

    @property
    def primary_lost(self) -> bool:
        """Whether the primary alone is gone, so that its mirror is there to be rescued."""
        return self.mirrored and self.asks.get("lost-side") == "primary"

    @property
    def both_lost(self) -> bool:
        return self.mirrored and self.asks.get("lost-side") == "both"

    @property
    def rescued(self) -> bool:
        """Whether the exports of the surviving side take the place of the backup set's."""
        return self.primary_lost and self.asks.get("restore-from") == "rescue"

    @property
    def pointer_mirrored(self) -> bool:
        """Whether primary and mirror live, and only Active Directory no longer names them."""
        return self.mirrored and self.asks.get("only-step") == "cms-scp"

    @property
    def from_sql(self) -> bool:
        """Whether the configuration comes from SQL backups of the surviving side, not from an export."""
        return self.asks.get("configuration") == "bak"

    @property
    def data_return(self) -> bool:
        """Whether what else lay on the server is restored: it is rebuilt, or one kind of data alone was lost."""
        return self.asks.get("user-store") != "intact" or bool(self.asks.get("only-step"))

    @property
    def survivor(self) -> bool:
        return self.asks.get("survivor") != "no"

    @property
    def file_store_here(self) -> bool:
        """Whether the pool's file store lies on the server that held the store."""
        store = self.pool.file_store
        if self.pool.kind == "standard-edition":
            return self.pool.file_store_on_pool
        return store is not None and self.instance is not None and same(store.server, self.instance.server)

    @property
    def good_server(self) -> str:
        """The recorded working server of the site; where there is no survivor, the rebuilt server itself."""
        return self.pool.good_server if self.survivor else self.shell_of_pool

    @property
    def shell(self) -> str:
        """The server whose management shell is used: a Front End Server, beside a Standard Edition server another."""
        return self.good_server if self.pool.kind == "standard-edition" else self.shell_of_pool

    @property
    def shell_of_pool(self) -> str:
        return next(iter(self.pool.server_fqdns), self.pool.fqdn)

    def rescue_path(self, kind: str) -> str | None:
        """Where an export of that kind lies in the rescue set; None for what is not rescued."""
        path = RESCUED.get(kind) if self.rescued else None
        return path and path.format(pool=self.pool.fqdn)

    def on_back_end(self, *databases: str) -> bool:
        """Whether any of these databases lies on the SQL instance of the pool's user store."""
        stores = [store for name in databases if (store := self.pool.store_of(name))]
        return self.pool.sql is not None and any(store.key == self.pool.sql.key for store in stores)
