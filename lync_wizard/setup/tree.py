"""What was found, drawn as a tree of lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from lync_wizard.deployment import Deployment, Pool

_KINDS: Final = {
    "standard-edition": "Standard Edition server",
    "enterprise": "Enterprise Edition pool",
    "director": "Director",
    "mediation": "Mediation Server",
    "edge": "Edge Server",
    "persistent-chat": "Persistent Chat Server",
}
_MOST: Final = 12
_BRANCHES: Final = ("├─ ", "└─ ", "│  ", "   ")
_ASCII: Final = ("|- ", "`- ", "|  ", "   ")


@dataclass
class _Node:
    text: str
    below: list[_Node] = field(default_factory=list)

    def add(self, text: str) -> _Node:
        self.below.append(_Node(text))
        return self.below[-1]


def drawn(found: Deployment, *, ascii_only: bool = False) -> list[str]:
    """Sites, pools, members, SQL instances and file stores, one a line; long lists are cut with their number."""
    root = _Node(found.name or "deployment")
    by_site: dict[str, list[Pool]] = {site.name: [] for site in found.sites}
    for pool in found.lync_pools:
        by_site.setdefault(pool.site, []).append(pool)
    for site, pools in by_site.items():
        branch = root.add(f"site {site}" if site else "site unknown") if pools else root
        for pool in pools:
            _pool(branch, pool, found)
    _items(root, "PSTN gateways", found.gateways)
    _items(root, "trusted application pools", found.trusted_applications)
    return [root.text, *_lines(root, _ASCII if ascii_only else _BRANCHES)]


def _pool(branch: _Node, pool: Pool, found: Deployment) -> None:
    central = ", Central Management store" if found.hosts_cms(pool) else ""
    node = branch.add(f"{pool.fqdn}  {_KINDS.get(pool.kind, pool.kind)}{central}")
    if pool.server_fqdns != (pool.fqdn,):
        _items(node, "", pool.server_fqdns)
    for name, store in (
        ("SQL", pool.sql),
        ("mirror", pool.mirror),
        ("witness", pool.witness),
        ("archiving", pool.archiving),
        ("monitoring", pool.monitoring),
        ("Persistent Chat", pool.chat),
    ):
        if store:
            node.add(f"{name}  {store}")
    if pool.file_store:
        node.add(f"file store  {pool.file_store.share}")
    for name, other in (("backup pool", pool.backup_pool), ("next hop", pool.next_hop), ("Edge pool", pool.edge_pool)):
        if other:
            node.add(f"{name}  {other}")


def _items(node: _Node, title: str, items: Sequence[str]) -> None:
    if not items:
        return
    place = node.add(title) if title else node
    for item in items[:_MOST]:
        place.add(item)
    if len(items) > _MOST:
        place.add(f"and {len(items) - _MOST} more")


def _lines(node: _Node, glyphs: tuple[str, str, str, str], before: str = "") -> Iterator[str]:
    middle, last, through, empty = glyphs
    for number, child in enumerate(node.below, 1):
        end = number == len(node.below)
        yield f"{before}{last if end else middle}{child.text}"
        yield from _lines(child, glyphs, before + (empty if end else through))
