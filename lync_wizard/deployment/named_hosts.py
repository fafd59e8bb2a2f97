"""The hosts that worksheets name: where each name is from, and whether a person wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lync_wizard.deployment.model import Deployment
from lync_wizard.hosts.addresses import host_of
from lync_wizard.hosts.agreement import NamedHost
from lync_wizard.worksheets import Cell, Entries, Entry, forms

IMPLIED: Final = "as "
"""Begins the origin of a value that follows from another one; it is as good as that one, and nobody wrote it."""
_NAMES: Final = {"fqdn", "host"}
_PATHS: Final = {"unc", "folder"}
_TYPED: Final = {"operator": "typed by a person", "file": "written in the worksheet"}
_KIND: Final = Cell(None, "deployment-facts", "pool", "kind")


def named_hosts(entries: Entries, known: Deployment) -> dict[str, NamedHost]:
    """Every host by its name in lower case. What a topology or a host says of others is confirmed by nobody."""
    found: dict[str, NamedHost] = {}
    reached = {host_of(name) for name in _reached(entries, known)}
    for cell, entry in entries.items():
        for name in _names(cell, entry):
            key = host_of(name)
            before = found.get(key)
            if key and (before is None or (not before.confirmed and _confirmed(entry))):
                found[key] = NamedHost(name, _origin(entry), _confirmed(entry), key in reached)
    for key in sorted(reached - found.keys()):
        found[key] = NamedHost(key)
    return found


def _reached(entries: Entries, known: Deployment) -> Iterator[str]:
    """Where procedures, checks and triage sign in."""
    for pool in known.lync_pools:
        yield from pool.server_fqdns or (pool.fqdn,)
        if pool.file_store and pool.file_store.server:
            yield pool.file_store.server
    yield from (instance.server for instance in known.sql_instances if instance.server)
    yield from filter(None, [entries.text("deployment-facts/deployment/domain-controller")])


def _names(cell: Cell, entry: Entry) -> Iterator[str]:
    if cell.at(None) == _KIND and cell.pool:
        yield cell.pool
    kind = forms().field(cell.at(None)).kind
    if not entry.sound:
        return
    for item in entry.items:
        if kind in _NAMES:
            yield item
        elif kind in _PATHS and item.startswith("\\\\"):
            yield item.lstrip("\\").partition("\\")[0]


def _confirmed(entry: Entry) -> bool:
    return entry.source in _TYPED and not entry.origin.startswith(IMPLIED)


def _origin(entry: Entry) -> str:
    if _confirmed(entry):
        return _TYPED[entry.source]
    return f"from {entry.origin}" if entry.origin else entry.source
