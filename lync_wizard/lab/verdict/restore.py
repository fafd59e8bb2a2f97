"""The verdict on a restore: the deployment compared with its snapshot before the disaster, by code of its own.

The snapshot (``healthy.json``) is ``{"state": …, "files": {share: {path: SHA-256}}}``, taken at the moment of the
backup: what was changed between backup and disaster is lost by definition and no fault of the restore.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any, Final

from lync_wizard.core.storage import write_whole
from lync_wizard.lab.farm.state import RUNNING, Host, PoolStore, SqlInstance, State
from lync_wizard.lab.verdict import topology_equal

SNAPSHOT: Final = "healthy.json"
_LOCKED: Final = "meeting.active"
"""Held open by running meetings and never backed up (pitfall P52)."""
_SHOWN: Final = 6


@dataclass(frozen=True)
class Verdict:
    """Whether the deployment is as it was; ``not_restored`` is a sentence for each difference."""

    restored: bool
    not_restored: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The verdict as the drill prints it (README.md)."""
        return {"verdict": "restored" if self.restored else "not restored", "not_restored": list(self.not_restored)}


def take_snapshot(folder: Path, state: State) -> None:
    """Write ``healthy.json`` into the lab's ``folder``: the state, and what lies in every share."""
    files = {
        _unc(host.fqdn, share): _contents(folder, host.fqdn, path)
        for host in state.hosts.values()
        for share, path in host.shares.items()
        if share in _stores(host)
    }
    write_whole(folder / SNAPSHOT, f'{{"state": {state.to_text()}, "files": {json.dumps(files, ensure_ascii=False)}}}')


def snapshot(folder: Path) -> State:
    """The deployment as it was at the moment of the backup. Raises OSError without a snapshot."""
    return State.from_json(json.loads((folder / SNAPSHOT).read_text("utf-8"))["state"])


def compare(folder: Path, state: State) -> Verdict:
    """Compare ``state`` and the disks in the lab's ``folder`` with the snapshot there. Raises OSError without one."""
    files_before = json.loads((folder / SNAPSHOT).read_text("utf-8"))["files"]
    before = snapshot(folder)
    wrong: list[str] = []
    for fqdn, host in before.hosts.items():
        wrong += _host(host, state.hosts.get(fqdn), before, state)
    wrong += _directory(before, state)
    wrong += _management_store(before, state)
    for pool, store in before.stores.items():
        wrong += _store(pool, store, state.stores.get(pool, PoolStore()))
    wrong += _contact_objects(before, state)
    for key, instance in before.instances.items():
        wrong += _sql_instance(instance, state.instances.get(key))
        wrong += _mirror(instance, before, state)
    for share, files in files_before.items():
        wrong += _file_store(folder, share, files, before, state)
    return Verdict(not wrong, tuple(wrong))


def _host(before: Host, now: Host | None, healthy: State, state: State) -> Iterator[str]:
    fqdn = before.fqdn
    if now is None or not now.present:
        yield f"{fqdn} is not on the network"
        return
    if now.full_name != before.full_name:
        yield f"{fqdn} calls itself {now.full_name or 'nothing'}"
    if now.domain.lower() != before.domain.lower():
        yield f"{fqdn} is not a member of the domain {before.domain}"
    if not now.clean and before.clean:
        yield f"{fqdn} still carries leftovers of an earlier installation"
    lost = [
        f"{key.rpartition(chr(92))[2]}\\{name}"
        for key, values in before.registry.items()
        for name, value in values.items()
        if now.registry.get(key, {}).get(name) != value
    ]
    if lost:
        yield f"registry values of {fqdn} are not as they were: {_names(lost)}"
    missing = [service for service in before.services if service not in now.services]
    if before.lync_version and not now.lync_version:
        yield f"Lync Server is not installed on {fqdn}"
    elif missing:
        yield f"roles are not installed on {fqdn}: there is no service {_names(missing)}"
    elif now.lync_version != before.lync_version:
        yield f"{fqdn} has CU version {now.lync_version}, the deployment {before.lync_version}"
    stopped = [
        name
        for name, service in before.services.items()
        if service.status == RUNNING and name in now.services and now.services[name].status != RUNNING
    ]
    if stopped:
        yield f"services are not running on {fqdn}: {_names(stopped)}"
    assigned = {use for certificate in now.certificates for use in certificate.uses}
    unassigned = {use for certificate in before.certificates for use in certificate.uses} - assigned
    if unassigned:
        yield f"no certificate is assigned on {fqdn} for {_names(sorted(unassigned))}"
    if before.kerberos_password and now.kerberos_password != state.directory.kerberos_password:
        yield f"IIS on {fqdn} does not have the password of the Kerberos account"
    if before.local_store and now.local_store != state.cms.topology:
        yield f"the local configuration store of {fqdn} does not hold the published topology"
    for instance in healthy.instances.values():
        if instance.host.lower() == fqdn.lower():
            plain = [name for name in instance.databases if not _mirrored(instance, name)]
            lost = [name for name in plain if not state.database(instance.host, instance.name, name)]
            if lost:
                yield f"databases are missing in {instance.host}\\{instance.name}: {_names(lost)}"


def _directory(before: State, state: State) -> Iterator[str]:
    for key, computer in before.directory.computers.items():
        now = state.directory.computers.get(key)
        if now is None:
            yield f"the computer account of {computer.fqdn} is gone from Active Directory"
            continue
        if not now.enabled:
            yield f"the computer account of {computer.fqdn} is disabled"
        lost = [group for group in computer.groups if group not in now.groups]
        if lost:
            yield f"the computer account of {computer.fqdn} is no longer in {_names(lost)}"
    gone = []
    for key, user in before.directory.users.items():
        found = state.directory.users.get(key)
        if found is None or (user.enabled and not found.enabled) or found.pool.lower() != user.pool.lower():
            gone.append(user.sip)
    if gone:
        yield f"users are no longer enabled for Lync on their pool: {_names(gone)}"
    if state.directory.cms_pointer.lower() != before.directory.cms_pointer.lower():
        yield f"Active Directory points to the Central Management store {state.directory.cms_pointer or 'nowhere'}"
    if state.directory.cms_mirror.lower() != before.directory.cms_mirror.lower():
        yield f"Active Directory names {state.directory.cms_mirror or 'none'} as mirror of the Central Management store"


def _management_store(before: State, state: State) -> Iterator[str]:
    if not topology_equal.equal(state.cms.topology, before.cms.topology):
        yield "the published topology is not the one of the backup"
    changed = [name for name, settings in before.cms.policies.items() if state.cms.policies.get(name) != settings]
    if changed:
        yield f"policies are missing or changed: {_names(changed)}"
    thumbprint = state.cms.oauth.thumbprint if state.cms.oauth else ""
    if before.cms.oauth and thumbprint != before.cms.oauth.thumbprint:
        yield "the OAuth certificate of the deployment is another one"
    lost = [f"{place.company} {place.location}" for place in before.cms.locations if place not in state.cms.locations]
    if lost:
        yield f"locations are missing, changed or not published: {_names(lost)}"
    behind = [
        fqdn
        for fqdn in before.replicas
        if fqdn not in state.replicas or state.replicas[fqdn].serial != state.cms.serial
    ]
    if behind:
        yield f"replication of the Central Management store is not up to date: {_names(behind)}"


def _store(pool: str, before: PoolStore, now: PoolStore) -> Iterator[str]:
    contacts, groups, conferences = [], [], []
    for sip, user in before.users.items():
        found = now.users.get(sip)
        buddies = {contact.buddy for contact in found.contacts} if found else set()
        if any(contact.buddy not in buddies for contact in user.contacts):
            contacts.append(sip)
        elif found and any(found.contact_groups.get(number) != name for number, name in user.contact_groups.items()):
            groups.append(sip)
        meetings = {conference.id for conference in found.conferences} if found else set()
        if any(conference.id not in meetings for conference in user.conferences):
            conferences.append(sip)
    if contacts:
        yield f"contacts are missing on {pool} for {_names(contacts)}"
    if groups:
        yield f"contact groups are missing on {pool} for {_names(groups)}"
    if conferences:
        yield f"conferences are missing on {pool} for {_names(conferences)}"
    there = {(item.kind, item.name): item for item in now.rgs}
    lost, changed, foreign = [], [], []
    for item in before.rgs:
        same = there.get((item.kind, item.name))
        if same is None:
            lost.append(f"{item.kind} {item.name}")
        elif same.owner.lower() != item.owner.lower():
            foreign.append(f"{item.kind} {item.name}")
        elif same.properties != item.properties:
            changed.append(f"{item.kind} {item.name}")
    if lost:
        yield f"Response Group objects are missing on {pool}: {_names(lost)}"
    if foreign:
        yield f"Response Group objects on {pool} belong to another pool: {_names(foreign)}"
    if changed:
        yield f"Response Group objects on {pool} are not as backed up: {_names(changed)}"


def _sql_instance(before: SqlInstance, now: SqlInstance | None) -> Iterator[str]:
    """Databases whose content exists only there: archiving, monitoring, chat."""
    where = f"{before.host}\\{before.name}"
    for name in [name for name in before.databases if name.lower() in before.contents]:
        then = before.server.database(name)
        found = now.server.database(name) if now else None
        if now is None or found is None:
            yield f"the database {name} is missing in {where}"
            continue
        if (found.state, found.access) != ("ONLINE", "MULTI_USER"):
            yield f"the database {name} in {where} is {found.state} and {found.access}"
        if now.contents.get(name.lower()) != before.contents[name.lower()]:
            yield f"the content of the database {name} in {where} is not as backed up"
        logins = {login.lower() for login in now.server.logins}
        shut_out = [
            account
            for account, roles in (then.users.items() if then else ())
            if account.lower() not in logins or not set(roles) <= set(found.users.get(account, ()))
        ]
        if shut_out:
            yield f"no access to the database {name} in {where} for {_names(shut_out)}"


def _mirrored(instance: SqlInstance, name: str) -> bool:
    database = instance.server.database(name)
    return database is not None and database.mirroring is not None


def _mirror(before: SqlInstance, healthy: State, state: State) -> Iterator[str]:
    """The databases of which the instance was the principal: open on one side, mirrored to the other, and watched.

    Which side is which does not matter: a mirror that was brought into service may stay the principal.
    """
    names = [d.name for d in before.server.databases.values() if d.mirroring and d.mirroring.role == "PRINCIPAL"]
    partner = next((other for other in healthy.instances.values() if _is_mirror_of(other, before)), None)
    if not names or partner is None:
        return
    sides = [state.instances.get(one.key) for one in (before, partner)]
    closed, alone, unwatched = [], [], []
    for name in names:
        found = [side.server.database(name) if side else None for side in sides]
        sessions = [(database, database.mirroring) for database in found if database and database.mirroring]
        serving = [
            d for d in found if d and d.state == "ONLINE" and (not d.mirroring or d.mirroring.role == "PRINCIPAL")
        ]
        then = before.server.databases[name.lower()].mirroring
        if len(serving) != 1 and not any(side and _plain(side, name) for side in sides):
            closed.append(name)
        elif len(sessions) != 2 or any(session.state != "SYNCHRONIZED" for _, session in sessions):
            alone.append(name)
        elif then and then.witness and any(session.witness_state != "CONNECTED" for _, session in sessions):
            unwatched.append(name)
    pair = f"{before.host}\\{before.name} and {partner.host}\\{partner.name}"
    if closed:
        yield f"databases are open on neither or on both of {pair}: {_names(closed)}"
    if alone:
        yield f"databases are not mirrored between {pair}: {_names(alone)}"
    if unwatched:
        yield f"no witness watches the databases of {pair}: {_names(unwatched)}"


def _is_mirror_of(instance: SqlInstance, principal: SqlInstance) -> bool:
    sessions = {d.mirroring.guid for d in principal.server.databases.values() if d.mirroring}
    return instance is not principal and any(
        d.mirroring and d.mirroring.guid in sessions for d in instance.server.databases.values()
    )


def _plain(instance: SqlInstance, name: str) -> bool:
    """Whether the instance has the database and its engine has not loaded it yet."""
    return name in instance.databases and instance.server.database(name) is None


def _contact_objects(before: State, state: State) -> Iterator[str]:
    now = {contact.sip: contact.owner.lower() for contact in state.directory.contact_objects}
    lost = [c.sip for c in before.directory.contact_objects if now.get(c.sip) != c.owner.lower()]
    if lost:
        yield f"Response Groups do not answer, their contact objects are missing or owned by no pool: {_names(lost)}"


def _file_store(
    folder: Path, share: str, files: Mapping[str, str], before: State, state: State
) -> Iterator[str]:  # fmt: skip
    fqdn, _, name = share.removeprefix("\\\\").partition("\\")
    host = state.hosts.get(fqdn)
    if host is None or not host.present:
        yield f"the file store {share} does not exist"
        return
    path = next((path for known, path in host.shares.items() if known.lower() == name.lower()), None)
    wanted = before.hosts[fqdn].shares[name]
    if path is None:
        yield f"the file store {share} is not shared"
    elif PureWindowsPath(path) != PureWindowsPath(wanted):
        yield f"the file store {share} is at {path} instead of {wanted}"
    elif name in before.hosts[fqdn].acl_set and name.lower() not in {share.lower() for share in host.acl_set}:
        yield f"the permissions of the file store {share} are not set"
    there = _contents(folder, fqdn, path or wanted)
    lost = [file for file in files if file not in there]
    changed = [file for file, digest in files.items() if file in there and there[file] != digest]
    if lost:
        yield f"files are missing in {share}: {_names(lost)}"
    if changed:
        yield f"files in {share} are not as backed up: {_names(changed)}"


def _stores(host: Host) -> list[str]:
    """The shares that are file stores of Lync, known by the permissions that it sets there."""
    return [share for share in host.shares if share in host.acl_set]


def _unc(fqdn: str, share: str) -> str:
    return f"\\\\{fqdn}\\{share}"


def _contents(folder: Path, fqdn: str, path: str) -> dict[str, str]:
    root = folder / "disks" / fqdn.lower() / "C"
    for part in PureWindowsPath(path).parts[1:]:
        beside = root.iterdir() if root.is_dir() else ()
        root = next((child for child in beside if child.name.lower() == part.lower()), root / part)
    return {
        file.relative_to(root).as_posix().lower(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(root.rglob("*"))
        if file.is_file() and file.name.lower() != _LOCKED
    }


def _names(names: Iterable[str]) -> str:
    shown = [name.removeprefix("sip:") for name in names]
    rest = len(shown) - _SHOWN
    return ", ".join(shown[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
