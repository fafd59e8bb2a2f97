"""The append-only record of one run: an SQLite file per run, every event chained by hash to the one before."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import socket
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from lync_wizard.core import storage, timestamps
from lync_wizard.core.errors import InputError, Refused
from lync_wizard.plans.model import Plan, from_plan_data
from lync_wizard.runs.state import EventType, RunEvent, event_from

FILE: Final = "journal.db"
START: Final = "0" * 64
_SCHEMA: Final = """
CREATE TABLE plan (body TEXT NOT NULL);
CREATE TABLE event (seq INTEGER PRIMARY KEY, type TEXT NOT NULL, step TEXT, body TEXT NOT NULL, hash TEXT NOT NULL);
CREATE TRIGGER event_stays BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER event_kept BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events are never removed'); END;
CREATE TRIGGER plan_stays BEFORE UPDATE ON plan BEGIN SELECT RAISE(ABORT, 'the plan is never changed'); END;
"""


def event_hash(event: RunEvent) -> str:
    """SHA-256 over the event's compact, key-sorted JSON, which holds the hash of the event before."""
    text = json.dumps(event.to_data(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def new_run_name(procedure: str) -> str:
    """A name that sorts by time, says what it is, and is free: ``2026-11-22T024100Z-restore-se-3f9c``."""
    return f"{timestamps.now():%Y-%m-%dT%H%M%SZ}-{procedure}-{secrets.token_hex(2)}"


class Journal:
    """One run's journal, open for writing by one thread of one process.

    ``create`` and ``open`` take the run's lock; a second writer is refused with the name of who holds it.
    """

    def __init__(self, folder: Path, database: sqlite3.Connection, lock: FileLock, plan: Plan) -> None:
        self.folder = folder
        self.run = folder.name
        self.plan = plan
        self._database = database
        self._lock = lock
        last = database.execute("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1").fetchone()
        self._seq: int = last[0] if last else 0
        self._prev: str = last[1] if last else START

    @classmethod
    def create(cls, runs: Path, plan: Plan) -> Journal:
        """A new run's journal with the whole plan in it, on disk before it returns."""
        folder = storage.private_folder(runs / new_run_name(plan.procedure))
        lock = _take(folder)
        database = _connect(folder / FILE)
        with database:
            for statement in _SCHEMA.strip().split(";\n"):
                database.execute(statement)
            database.execute("INSERT INTO plan VALUES (?)", (json.dumps(plan.to_data(), ensure_ascii=False),))
        return cls(folder, database, lock, plan)

    @classmethod
    def open(cls, folder: Path) -> Journal:
        """The journal of an earlier run, to go on with it. Raises :class:`InputError` or :class:`Refused`."""
        _must_exist(folder)
        lock = _take(folder)
        try:
            database = _connect(folder / FILE)
            return cls(folder, database, lock, _plan(database, folder))
        except BaseException:
            lock.release()
            raise

    def append(
        self,
        kind: EventType,
        step: str | None = None,
        attempt: int | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> RunEvent:
        """Record one fact; it is on disk when this returns. Raises OSError or sqlite3.Error (disk full)."""
        return self.append_all([(kind, step, attempt, data or {})])[0]

    def append_all(
        self, facts: Iterable[tuple[EventType, str | None, int | None, Mapping[str, Any]]]
    ) -> list[RunEvent]:
        """Record several facts in one transaction."""
        events = []
        seq, prev = self._seq, self._prev
        with self._database:
            for kind, step, attempt, data in facts:
                seq += 1
                event = RunEvent(seq, timestamps.now(), prev, self.run, kind, step, attempt, data)
                prev = event_hash(event)
                body = json.dumps(event.to_data(), ensure_ascii=False)
                self._database.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?)", (seq, kind, step, body, prev))
                events.append(event)
        self._seq, self._prev = seq, prev
        return events

    def events(self) -> list[RunEvent]:
        return list(_events(self._database, 0))

    def close(self) -> None:
        self._database.close()
        (self.folder / "holder.json").unlink(missing_ok=True)
        self._lock.release()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Reader:
    """A journal read from beside, while another process may be writing it."""

    def __init__(self, folder: Path) -> None:
        _must_exist(folder)
        self.folder = folder
        self.run = folder.name
        self._database = sqlite3.connect(f"{(folder / FILE).absolute().as_uri()}?mode=ro", uri=True, timeout=10)
        self.plan = _plan(self._database, folder)

    def events(self, after: int = 0, types: Sequence[EventType] = ()) -> list[RunEvent]:
        """Events with a higher sequence number than ``after``, of these types only where any are named."""
        return list(_events(self._database, after, types))

    def broken_at(self) -> int | None:
        """The sequence number of the first event that does not fit the chain, or None where all do."""
        prev, expected = START, 1
        for event, stored in _chained(self._database):
            if event.seq != expected or event.prev != prev or event_hash(event) != stored:
                return expected
            prev, expected = stored, expected + 1
        return None

    @property
    def last_hash(self) -> str:
        row = self._database.execute("SELECT hash FROM event ORDER BY seq DESC LIMIT 1").fetchone()
        return str(row[0]) if row else START

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True)
class Holder:
    """Who writes a run's journal at the moment."""

    pid: int
    host: str
    since: str


def holder(folder: Path) -> Holder | None:
    """Who stands in the holder's file; None where nobody does."""
    try:
        data = json.loads((folder / "holder.json").read_text(encoding="utf-8"))
        return Holder(data["pid"], data["host"], data["since"])
    except (OSError, ValueError, KeyError):
        return None


def held(folder: Path) -> bool:
    """Whether some process writes this run's journal now."""
    lock = FileLock(folder / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


def runs(folder: Path) -> list[Path]:
    """The folders of all runs, newest first."""
    if not folder.is_dir():
        return []
    return sorted((p for p in folder.iterdir() if (p / FILE).is_file()), key=lambda p: p.name, reverse=True)


def find(folder: Path, name: str) -> Path:
    """The run named ``name``, or the only one whose name starts so. Raises :class:`InputError`."""
    fitting = [p for p in runs(folder) if p.name == name] or [p for p in runs(folder) if p.name.startswith(name)]
    if len(fitting) == 1:
        return fitting[0]
    found = ", ".join(p.name for p in fitting[:5]) or "none"
    raise InputError(f"no single run is called {name}", f"Take a name from `lync-wizard runs list`. Found: {found}.")


def export(folder: Path, target: Path) -> None:
    """Write one ZIP for the ticket: a whole copy of the database, its write-ahead log included, and events as text."""
    with Reader(folder) as reader:
        copy = target.with_name(f".{target.name}.{secrets.token_hex(4)}.db")
        try:
            with closing(sqlite3.connect(copy)) as whole:
                reader._database.backup(whole)
            lines = "".join(json.dumps(e.to_data(), ensure_ascii=False) + "\n" for e in reader.events())
            part = target.with_name(f".{target.name}.part")
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as bundle:
                bundle.write(copy, FILE)
                bundle.writestr("events.jsonl", lines)
                bundle.writestr("plan.json", json.dumps(reader.plan.to_data(), indent=1, ensure_ascii=False))
            part.replace(target)
        finally:
            copy.unlink(missing_ok=True)


def _must_exist(folder: Path) -> None:
    if not (folder / FILE).is_file():
        raise InputError(f"there is no run {folder.name}", "Take a name from `lync-wizard runs list`.")


def _take(folder: Path) -> FileLock:
    # Opened in one thread and closed in another: a lock of the thread's own would stay held.
    lock = FileLock(folder / "lock", thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        who = holder(folder)
        held_by = f" by process {who.pid} on {who.host} since {who.since}" if who else ""
        raise Refused(
            f"run {folder.name} is being carried out{held_by}",
            "Follow it with `lync-wizard watch`, or end that process first.",
        ) from error
    since = timestamps.stamp(timestamps.now())
    storage.write_whole(
        folder / "holder.json", json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since})
    )
    return lock


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, check_same_thread=False, timeout=10)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    return database


def _plan(database: sqlite3.Connection, folder: Path) -> Plan:
    try:
        row = database.execute("SELECT body FROM plan").fetchone()
        return from_plan_data(json.loads(row[0]))
    except (sqlite3.Error, TypeError, ValueError) as error:
        raise InputError(
            f"the journal of {folder.name} cannot be read", "Restore the run's folder from a copy.", str(error)
        ) from error


def _events(database: sqlite3.Connection, after: int, types: Sequence[EventType] = ()) -> Iterator[RunEvent]:
    wanted = json.dumps(list(types))
    query = (
        "SELECT body FROM event WHERE seq > ? AND (? = '[]' OR type IN (SELECT value FROM json_each(?))) ORDER BY seq"
    )
    for (body,) in database.execute(query, (after, wanted, wanted)):
        yield event_from(json.loads(body))


def _chained(database: sqlite3.Connection) -> Iterator[tuple[RunEvent, str]]:
    for body, stored in database.execute("SELECT body, hash FROM event ORDER BY seq"):
        yield event_from(json.loads(body)), stored
