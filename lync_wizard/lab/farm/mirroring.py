"""Database mirroring across the deployment: sessions set up, and what the loss of a partner does to them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from lync_wizard.lab.farm import topology
from lync_wizard.lab.farm.state import SqlInstance, State
from lync_wizard.lab.farm.topology import Store
from lync_wizard.lab.sqlserver.instance import Database, Mirroring, MirroringEndpoint, Server, new_database

ENDPOINT: Final = "mirroring_endpoint"
PARTNER_PORT: Final = 5022
WITNESS_PORT: Final = 7022
REFUSED: Final = "mirror-refused"
"""The fact that lists stores (role, primary) whose mirror was refused, because a database had one already."""
_FOLDER: Final = r"C:\CsData\BackendStore\rtc\DbPath"


def address(fqdn: str, port: int = PARTNER_PORT) -> str:
    """A partner or witness as SQL Server names it: ``TCP://fqdn:port``."""
    return f"TCP://{fqdn}:{port}"


def endpoint(server: Server, role: str, port: int, accounts: Iterable[str]) -> None:
    """Give an instance its mirroring endpoint (``role`` PARTNER, WITNESS or ALL); one that is there stays."""
    found = server.endpoints.setdefault(ENDPOINT, MirroringEndpoint(port, role))
    found.connect += [account for account in accounts if account not in found.connect]


def pair(
    state: State, principal: SqlInstance, mirror: SqlInstance, names: Iterable[str], witness: SqlInstance | None = None
) -> None:
    """Mirror databases of ``principal`` (in recovery model FULL from now on) to ``mirror``; both are synchronised.

    The mirror's copies are RESTORING, so the cmdlets do not list them. The content of the databases is kept once,
    for the pair.
    """
    accounts = [f"{state.directory.netbios}\\{one.host.partition('.')[0].upper()}$" for one in (principal, mirror)]
    for record in (principal, mirror):
        endpoint(record.server, "PARTNER", PARTNER_PORT, accounts)
    if witness is not None:
        endpoint(witness.server, "WITNESS", WITNESS_PORT, accounts)
    seen_by = address(witness.host, WITNESS_PORT) if witness else ""
    for name in names:
        kept = principal.server.database(name)
        if kept is None:
            kept = principal.server.add(new_database(name, _FOLDER, _FOLDER))
            topology.admit_components(principal.server, name, state.directory.netbios)
        kept.recovery = "FULL"
        copy = mirror.server.add(new_database(name, _FOLDER, _FOLDER, recovery="FULL"))
        copy.state, copy.roles = "RESTORING", list(kept.roles)
        copy.users = {account: list(roles) for account, roles in kept.users.items()}
        mirror.databases.pop(name, None)
        session = str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{principal.key}/{name}"))
        kept.mirroring = Mirroring(partner=address(mirror.host), witness=seen_by, guid=session)
        copy.mirroring = Mirroring("MIRROR", partner=address(principal.host), witness=seen_by, guid=session)


def sessions(state: State) -> Iterator[tuple[SqlInstance, Database]]:
    """Every mirrored database with the instance that keeps it."""
    for record in state.instances.values():
        for database in record.server.databases.values():
            if database.mirroring is not None:
                yield record, database


def update_sessions(state: State) -> None:
    """Update every session after servers were lost or came back: a mirror takes over where it has a witness."""
    for record, database in list(sessions(state)):
        session = database.mirroring
        if session is None:
            continue
        if session.witness:
            there = witness_answers(state, session.witness, record)
            session.witness_state = "CONNECTED" if there else "DISCONNECTED"
        if _partner(state, session.partner, session.guid):
            session.state = "SYNCHRONIZED" if session.state == "DISCONNECTED" else session.state
            continue
        watched = bool(session.witness) and session.witness_state == "CONNECTED"
        if session.role == "MIRROR" and watched and session.state == "SYNCHRONIZED":
            take_over(state, record, database)
        session.state = "DISCONNECTED"


def take_over(state: State, record: SqlInstance, database: Database) -> None:
    """The instance's copy becomes the principal and opens; a partner that is there becomes the mirror."""
    session = database.mirroring
    if session is None:
        return
    other = _partner(state, session.partner, session.guid)
    session.role, database.state = "PRINCIPAL", "ONLINE"
    record.databases[database.name] = topology.SCHEMA_VERSIONS.get(database.name, "")
    if other is not None:
        partner, copy = other
        copy.state = "RESTORING"
        partner.databases.pop(copy.name, None)
        if copy.mirroring:
            copy.mirroring.role = "MIRROR"


def end_session(state: State, record: SqlInstance, name: str) -> None:
    """End a database's session on both sides that are there: the principal stays open, the mirror RESTORING."""
    database = record.server.database(name)
    if database is None or database.mirroring is None:
        return
    other = _partner(state, database.mirroring.partner, database.mirroring.guid)
    database.mirroring = None
    if other is not None:
        other[1].mirroring = None


def sessions_of(record: SqlInstance) -> dict[str, Mirroring]:
    """The sessions of an instance by database, as they are now."""
    kept = record.server.databases.items()
    return {name: replace(database.mirroring) for name, database in kept if database.mirroring}


def carry_over(state: State, record: SqlInstance, before: dict[str, Mirroring]) -> None:
    """Carry over to the partner what SQL changed on one side: a session that ended, a witness set or removed."""
    for name, old in before.items():
        database = record.server.database(name)
        session = database.mirroring if database else None
        other = _partner(state, old.partner, old.guid)
        if other is None or other[0] is record:
            continue
        if session is None:
            other[1].mirroring = None
        elif other[1].mirroring and session.witness != old.witness:
            other[1].mirroring.witness, other[1].mirroring.witness_state = session.witness, session.witness_state
    update_sessions(state)


def stores(state: State, pool: str) -> list[Store]:
    """The stores of a pool that the topology has mirrored."""
    return [store for store in topology.known(state).stores if store.pool == pool.lower() and store.mirror]


def witness_answers(state: State, where: str, record: SqlInstance) -> bool:
    """Whether a witness listens at ``where`` (``TCP://fqdn:port``) and lets the instance's service account connect."""
    fqdn, _, port = where.removeprefix("TCP://").partition(":")
    host = state.host(fqdn)
    if host is None or not host.present:
        return False
    account = f"{record.host.partition('.')[0]}$".lower()
    return any(
        str(found.port) == port and account in {name.rpartition("\\")[2].lower() for name in found.connect}
        for one in state.instances.values()
        if one.host.lower() == host.fqdn.lower()
        for found in one.server.endpoints.values()
        if found.role in ("WITNESS", "ALL")
    )


def _partner(state: State, where: str, session: str) -> tuple[SqlInstance, Database] | None:
    fqdn = where.removeprefix("TCP://").partition(":")[0].lower()
    host = state.host(fqdn)
    if host is None or not host.present:
        return None
    for record, database in sessions(state):
        if record.host.lower() == fqdn and database.mirroring and database.mirroring.guid == session:
            return record, database
    return None
