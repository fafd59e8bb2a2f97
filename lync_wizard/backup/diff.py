"""What changed between two sets, in words: policies and other documents, topology, users, Response Groups, files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from lync_wizard.backup.backup_set import BackupSet
from lync_wizard.backup.bounded_readers import Damaged
from lync_wizard.backup.export_readers import Contents, ExportedObject, contents
from lync_wizard.backup.manifest import Artifact
from lync_wizard.core import reading
from lync_wizard.core.errors import InputError, WizardError
from lync_wizard.core.wrapping import counted
from lync_wizard.core.yaml_document import Problems
from lync_wizard.deployment import Deployment, Pool
from lync_wizard.topology import read, read_bytes

MOST_NAMED: Final = 10
_IDENTITY: Final = re.compile(r"\[\{[^}]*\}(?P<kind>[^,\]]*),.*,(?P<scope>[^,\]]*)\]")
_GROUPS: Final = {
    "AgentGroup": "agent group",
    "HoursOfBusiness": "business hours",
    "HolidaySet": "holiday set",
    "Queue": "queue",
    "Workflow": "workflow",
}
_NOT_SHOWN: Final = {"roles", "cluster_id"}


@dataclass(frozen=True)
class Change:
    """One difference in a sentence; ``about`` is topology, settings, locations, users, Response Groups or files."""

    about: str
    text: str


def compare(before: BackupSet, after: BackupSet) -> list[Change]:
    """Every difference between two sets. Raises :class:`WizardError` where an export of either cannot be read."""
    found = [Change("topology", text) for text in _topology(_deployment(before), _deployment(after))]
    for kind, about, told in (
        ("Configuration", "settings", _documents),
        ("Locations", "locations", _locations),
        ("UserData", "users", _users),
        ("Rgs", "Response Groups", _response_groups),
    ):
        found += [Change(about, text) for text in _kind(before, after, kind, told)]
    return found + [Change("files", text) for text in _files(before, after)]


Told = Callable[
    [str, Mapping[str, Mapping[str, ExportedObject]], Mapping[str, Mapping[str, ExportedObject]]], Iterator[str]
]


def _kind(before: BackupSet, after: BackupSet, kind: str, told: Told) -> Iterator[str]:
    old = {(a.of or "").lower(): a for a in before.of_kind(kind)}
    new = {(a.of or "").lower(): a for a in after.of_kind(kind)}
    for key in dict.fromkeys([*old, *new]):
        if key not in old or key not in new:
            artifact = old.get(key) or new[key]
            yield f"{artifact.path} is only in the {'newer' if key in new else 'older'} set."
        elif old[key].sha256 != new[key].sha256:
            yield from told(old[key].of or "", _read(before, old[key]).items, _read(after, new[key]).items)


def _read(one: BackupSet, artifact: Artifact) -> Contents:
    try:
        return contents(one.local(artifact), artifact.kind, thorough=True)
    except (Damaged, OSError) as error:
        raise WizardError(
            f"{artifact.path} of {one.name} cannot be read", f"Run `lync-wizard backup verify {one.name}`.", str(error)
        ) from error


def _differences(
    old: Mapping[str, ExportedObject], new: Mapping[str, ExportedObject]
) -> tuple[list[str], list[str], list[str]]:
    """Names that went, came, and changed."""
    changed = [name for name in old if name in new and old[name].fingerprint != new[name].fingerprint]
    return [name for name in old if name not in new], [name for name in new if name not in old], changed


def _documents(
    _: str, old: Mapping[str, Mapping[str, ExportedObject]], new: Mapping[str, Mapping[str, ExportedObject]]
) -> Iterator[str]:
    before, after = old.get("DocItem", {}), new.get("DocItem", {})
    gone, come, changed = _differences(before, after)
    yield from (f"{_shown(name)} was removed." for name in gone)
    yield from (f"{_shown(name)} was added." for name in come)
    for name in changed:
        if not name.startswith("[{urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008}Topology,"):
            yield f"{_shown(name)} changed: {_settings(before[name].settings, after[name].settings)}."


def _shown(name: str) -> str:
    found = _IDENTITY.fullmatch(name)
    return f"{found['kind']} {found['scope']}" if found else name


def _settings(old: Mapping[str, str], new: Mapping[str, str]) -> str:
    said = []
    for key in dict.fromkeys([*old, *new]):
        short = key.rpartition(".")[2]
        if key not in new:
            said.append(f"{short} (was {old[key]}) is gone")
        elif key not in old:
            said.append(f"{short} is now {new[key]}")
        elif old[key] != new[key]:
            said.append(f"{short} was {old[key]}, is {new[key]}")
    return _listed(said, "; ") or "in its inner parts"


def _locations(
    _: str, old: Mapping[str, Mapping[str, ExportedObject]], new: Mapping[str, Mapping[str, ExportedObject]]
) -> Iterator[str]:
    gone, come, changed = _differences(old.get("locations", {}), new.get("locations", {}))
    yield from (f"The location {name} was removed." for name in gone)
    yield from (f"The location {name} was added." for name in come)
    yield from (f"The location {name} changed." for name in changed)


def _users(
    pool: str, old: Mapping[str, Mapping[str, ExportedObject]], new: Mapping[str, Mapping[str, ExportedObject]]
) -> Iterator[str]:
    for kind, noun, how in (
        ("users", "user", "other contacts or groups"),
        ("conferences", "conference", "another content"),
        ("other items", "other item", "another content"),
    ):
        gone, come, changed = _differences(old.get(kind, {}), new.get(kind, {}))
        for names, verb in ((gone, "gone from"), (come, "new on"), (changed, f"with {how} on")):
            if names:
                yield f"{counted(len(names), noun)} {verb} {pool}: {_listed(sorted(names))}."


def _response_groups(
    pool: str, old: Mapping[str, Mapping[str, ExportedObject]], new: Mapping[str, Mapping[str, ExportedObject]]
) -> Iterator[str]:
    for kind, noun in _GROUPS.items():
        before, after = old.get(kind, {}), new.get(kind, {})
        gone, come, changed = _differences(before, after)
        yield from (f"The {noun} {name} was removed from {pool}." for name in gone)
        yield from (f"The {noun} {name} was added to {pool}." for name in come)
        for name in changed:
            settings = _settings(before[name].settings, after[name].settings)
            yield f"The {noun} {name} of {pool} changed: {settings}."


def _files(before: BackupSet, after: BackupSet) -> Iterator[str]:
    for kind, noun in (("FileStore", "file store"), ("Audio", "audio"), ("Sql", "SQL backup")):
        old = {a.path: a for a in before.manifest.files if a.kind == kind}
        new = {a.path: a for a in after.manifest.files if a.kind == kind}
        for names, verb in (
            ([p for p in old if p not in new], "gone"),
            ([p for p in new if p not in old], "new"),
            ([p for p in old if p in new and old[p].sha256 != new[p].sha256], "changed"),
        ):
            if names:
                yield f"{counted(len(names), noun + ' file')} {verb}: {_listed(names)}."


def _deployment(one: BackupSet) -> Deployment:
    artifact = next(iter(one.of_kind("Configuration")), None)
    if artifact is None:
        return Deployment(one.manifest.deployment)
    problems = Problems()
    try:
        found = read(one.local(artifact), problems, name=one.manifest.deployment)
    except OSError as error:
        raise InputError(
            f"{artifact.path} of {one.name} cannot be read: {reading.why(error)}",
            f"Run `lync-wizard backup verify {one.name}`.",
        ) from error
    problems.raise_any(f"{artifact.path} of {one.name}")
    return found.deployment if found else Deployment(one.manifest.deployment)


def topology_changes(before: BackupSet, document: str) -> list[str]:
    """What changed between the topology of a set and a topology document, in sentences.

    Raises :class:`InputError` where one of them cannot be read.
    """
    problems = Problems()
    said = before.manifest.topology
    was = read_bytes(said.encode(), before.name, problems, name=before.manifest.deployment) if said else None
    now = read_bytes(document.encode(), "the published topology", problems, name=before.manifest.deployment)
    problems.raise_any("the topologies")
    old = was.deployment if was else _deployment(before)
    return list(_topology(old, now.deployment)) if now else []


def _topology(old: Deployment, new: Deployment) -> Iterator[str]:
    before = {pool.fqdn.lower(): pool for pool in old.pools}
    after = {pool.fqdn.lower(): pool for pool in new.pools}
    yield from (f"{pool.kind} {pool.fqdn} was removed." for key, pool in before.items() if key not in after)
    yield from (f"{pool.kind} {pool.fqdn} was added." for key, pool in after.items() if key not in before)
    for key, pool in before.items():
        if key in after:
            yield from _pool(pool, after[key])
    if (old.cms and old.cms.pool) != (new.cms and new.cms.pool):
        yield f"The Central Management store moved from {_text(old.cms and old.cms.pool)} to " + (
            f"{_text(new.cms and new.cms.pool)}."
        )
    for what, one, other in (
        ("SIP domain", old.sip_domains, new.sip_domains),
        ("site", tuple(s.name for s in old.sites), tuple(s.name for s in new.sites)),
    ):
        yield from (f"The {what} {name} was removed." for name in one if name not in other)
        yield from (f"The {what} {name} was added." for name in other if name not in one)


def _pool(old: Pool, new: Pool) -> Iterator[str]:
    for member in old.server_fqdns:
        if member not in new.server_fqdns:
            yield f"The server {member} left {old.fqdn}."
    for member in new.server_fqdns:
        if member not in old.server_fqdns:
            yield f"The server {member} joined {old.fqdn}."
    for one in fields(Pool):
        if one.name not in {*_NOT_SHOWN, "servers", "fqdn"}:
            was, now = getattr(old, one.name), getattr(new, one.name)
            if was != now:
                yield f"{old.fqdn}: {one.name.replace('_', ' ')} was {_text(was)}, is {_text(now)}."
    roles = {role.service_id: role for role in old.roles}, {role.service_id: role for role in new.roles}
    yield from (f"{old.fqdn} no longer runs {r.name} ({k})." for k, r in roles[0].items() if k not in roles[1])
    yield from (f"{old.fqdn} now runs {r.name} ({k})." for k, r in roles[1].items() if k not in roles[0])
    for key, role in roles[0].items():
        other = roles[1].get(key)
        if other is not None and other != role:
            yield f"{old.fqdn}: the settings of {role.name} ({key}) changed."


def _text(value: Any) -> str:
    if not value:
        return "nothing"
    if isinstance(value, frozenset | tuple):
        return ", ".join(sorted(map(str, value)))
    return str(getattr(value, "share", value))


def _listed(items: list[str], between: str = ", ") -> str:
    more = len(items) - MOST_NAMED
    return between.join(items[:MOST_NAMED]) + (f"{between}and {more} more" if more > 0 else "")
