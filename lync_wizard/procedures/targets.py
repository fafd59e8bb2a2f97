"""What a procedure can be aimed at: servers, pools, file stores, or the whole deployment."""

from __future__ import annotations

from typing import Final

from lync_wizard.deployment import Deployment, Pool, persistent_chat, same
from lync_wizard.procedures import collections

_KINDS: Final = {
    "standard-edition-server": ("standard-edition",),
    "enterprise-pool": ("enterprise",),
    "front-end-pool": ("enterprise", "standard-edition"),
    "central-management-pool": ("enterprise", "standard-edition"),
    "member-server": ("enterprise", "director", "mediation", "edge", "persistent-chat"),
    "edge-pool": ("edge",),
    "pool": ("enterprise", "director", "mediation", "edge", "persistent-chat"),
}
DEPLOYMENT: Final = "deployment"
"""The target of backups: everything the papers name, one list a kind of thing to save."""
SERVERS: Final = ("standard-edition-server", "member-server")
"""Targets that are one server, which is installed anew."""
_CENTRAL: Final = "central-management-pool"
_PAIRED: Final = "paired-pool"
"""A Front End pool or Standard Edition server whose worksheet names a backup pool."""
_CHAT: Final = "persistent-chat"
"""Persistent Chat is named by its own pool or by any pool that uses it."""
_FILE_STORE: Final = "file-store"
"""A file store is named by any pool that uses it."""


def fqdns(target: str, deployment: Deployment) -> list[str]:
    """FQDNs of what a procedure's ``target`` stands for; all pools where it is empty, the name of a deployment."""
    if target == DEPLOYMENT:
        return [deployment.name]
    if target == _FILE_STORE:
        return [pool.fqdn for pool in deployment.lync_pools if pool.file_store]
    if target == _CHAT and "2019" in deployment.product:  # it has no Persistent Chat
        return []
    if target == _CHAT:
        return [pool.fqdn for pool in deployment.lync_pools if persistent_chat.deployed(pool)]
    if target == _PAIRED:
        return [pool.fqdn for pool in collections.front_end_pools(deployment) if pool.backup_pool]
    kinds = _KINDS.get(target, ())
    pools = [pool for pool in deployment.lync_pools if not kinds or pool.kind in kinds]
    if target == "member-server":
        return [server for pool in pools for server in (pool.server_fqdns or (pool.fqdn,))]
    return [pool.fqdn for pool in pools]


def likely(target: str, deployment: Deployment) -> str:
    """The FQDN that is meant unless somebody says otherwise: the only one, or the pool of the active CMS."""
    found = fqdns(target, deployment)
    if target == _CENTRAL and deployment.cms and deployment.cms.pool in found:
        return deployment.cms.pool
    return found[0] if len(found) == 1 else ""


def remark(target: str, deployment: Deployment, fqdn: str) -> str:
    """What the worksheets say of one target among several; empty where it is nothing."""
    if target != _CENTRAL or deployment.cms is None:
        return ""
    if same(deployment.cms.pool, fqdn):
        return "holds the Central Management store, as the worksheets say"
    return f"does NOT hold the Central Management store; as the worksheets say it is on {deployment.cms.pool}"


def pool_for(deployment: Deployment, target: str) -> Pool | None:
    """The pool whose values and servers a target means; for the deployment itself the one with the active CMS."""
    if target and target == deployment.name:
        central = deployment.pool_of(deployment.cms.pool) if deployment.cms else None
        return central or next(iter(collections.front_end_pools(deployment)), None)
    return deployment.pool_of(target)
