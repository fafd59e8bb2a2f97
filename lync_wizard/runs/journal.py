"""The append-only record of one run: an SQLite file per run, its events chained by hash (:mod:`runs.chains`)."""

from __future__ import annotations

import errno
import io
import json
import os
import secrets
import socket
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from lync_wizard.core import mapping, reading, storage, timestamps
from lync_wizard.core.errors import InputError, Refused
from lync_wizard.plans.model import Plan, from_plan_data
from lync_wizard.runs.anchors import Anchored, Anchors, compare
from lync_wizard.runs.chains import Heads, event_hash, first_break
from lync_wizard.runs.state import EventType, RunEvent, event_from

FILE: Final = "journal.db"
_FORMAT: Final = 2
_REFUSED_WRITES: Final = frozenset(
    {
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_IOERR_TRUNCATE,
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_SHMSIZE,
        sqlite3.SQLITE_IOERR_SHMOPEN,
    }
)
"""What SQLite says of a disk that takes no more, where the system does not say that it is full: a quota, a limit."""
CHANGED: Final = "Do not go on from it. Keep the run's folder, find out who changed it, and plan what is left again."
_SCHEMA: Final = """
CREATE TABLE plan (body TEXT NOT NULL);
CREATE TABLE event (seq INTEGER PRIMARY KEY, type TEXT NOT NULL, step TEXT, body TEXT NOT NULL, hash TEXT NOT NULL);
CREATE TRIGGER event_stays BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER event_kept BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events are never removed'); END;
CREATE TRIGGER plan_stays BEFORE UPDATE ON plan BEGIN SELECT RAISE(ABORT, 'the plan is never changed'); END;
"""


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
        self._seq, self._heads = _heads(database)
        self._anchors: Anchors | None = None

    @classmethod
    def create(cls, runs: Path, plan: Plan) -> Journal:
        """A new run's journal with the whole plan in it, on disk before it returns."""
        folder = storage.private_folder(runs / new_run_name(plan.procedure))
        lock = _take(folder)
        try:
            database = _connect(storage.begun(folder / FILE))
            with database:
                for statement in _SCHEMA.strip().split(";\n"):
                    database.execute(statement)
                database.execute(f"PRAGMA user_version = {_FORMAT}")
                database.execute("INSERT INTO plan VALUES (?)", (json.dumps(plan.to_data(), ensure_ascii=False),))
            return cls(folder, database, lock, plan)
        except (OSError, sqlite3.Error) as error:
            lock.release()
            raise _unwritable(folder, error) from error

    @classmethod
    def open(cls, folder: Path) -> Journal:
        """The journal of an earlier run, to go on with it.

        Raises :class:`InputError` where it cannot be read, :class:`Refused` where another process writes it or its
        chain is broken.
        """
        _must_exist(folder)
        lock = _take(folder)
        database = None
        try:
            with readable(folder), _room(folder):
                database = _connect(folder / FILE)
                if (event := _break(database, outputs=False)) is not None:
                    raise Refused(broken_words(folder.name, event), CHANGED)
                return cls(folder, database, lock, _plan(database, folder))
        except BaseException:
            if database is not None:
                database.close()
            lock.release()
            raise

    def append(
        self,
        kind: EventType,
        step: str | None = None,
        attempt: int | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> RunEvent:
        """Record one fact; it is on disk when this returns. Raises :class:`storage.Unwritable` (disk full)."""
        return self.append_all([(kind, step, attempt, data or {})])[0]

    def append_all(
        self, facts: Iterable[tuple[EventType, str | None, int | None, Mapping[str, Any]]]
    ) -> list[RunEvent]:
        """Record several facts in one transaction."""
        events = []
        seq, heads = self._seq, replace(self._heads)
        try:
            with self._database:
                for kind, step, attempt, data in facts:
                    seq += 1
                    where = {"anchors": str(self._anchors.folder)} if self._anchors and kind == "run_started" else {}
                    whole = {**_whole_characters(data), **where, **heads.closing(kind)}
                    event = RunEvent(seq, timestamps.now(), heads.before(kind), self.run, kind, step, attempt, whole)
                    digest = event_hash(event)
                    heads.add(kind, digest)
                    body = json.dumps(event.to_data(), ensure_ascii=False)
                    self._database.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?)", (seq, kind, step, body, digest))
                    events.append(event)
        except (OSError, sqlite3.Error) as error:
            raise _unwritable(self.folder, error) from error
        self._seq, self._heads = seq, heads
        if self._anchors:
            self._anchors.take(events, heads)
        return events

    def anchor_in(self, anchors: Anchors) -> None:
        """Keep the heads of the chains outside the journal too, from now on."""
        self._anchors = anchors

    def events(self) -> list[RunEvent]:
        return list(_events(self._database, 0))

    def close(self) -> None:
        if self._anchors:
            self._anchors.close()
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
        with readable(folder):
            self._database = _opened(folder)
        try:
            self.plan = _plan(self._database, folder)
        except BaseException:
            self._database.close()
            raise

    def events(self, after: int = 0, types: Sequence[EventType] = ()) -> list[RunEvent]:
        """Events with a higher sequence number than ``after``, of these types only where any are named.

        Raises :class:`InputError`, as everything here does, where the journal is damaged.
        """
        with readable(self.folder):
            return list(_events(self._database, after, types))

    def broken_at(self, *, outputs: bool = True) -> int | None:
        """The sequence number of the first event that does not fit its chain, or None where all do.

        Without ``outputs`` only the chain of what was decided and done is checked.
        """
        with readable(self.folder):
            return _break(self._database, outputs=outputs)

    def anchored(self, folder: Path | None = None) -> Anchored:
        """How far the journal agrees with its anchors: those in ``folder``, else where the run says they lie."""
        if folder is None:
            first = self.events(types=["run_started"])
            said = first[0].data.get("anchors") if first else None
            folder = Path(said) if isinstance(said, str) else None
        with readable(self.folder):
            return compare(folder, self.run, dict(self._database.execute("SELECT seq, hash FROM event")))

    def event_of(self, digest: str) -> int | None:
        """The number of the event with this hash."""
        with readable(self.folder):
            row = self._database.execute("SELECT seq FROM event WHERE hash = ?", (digest.strip().lower(),)).fetchone()
            return int(row[0]) if row else None

    @property
    def last_hash(self) -> str:
        """The head of the chain of what was decided and done."""
        with readable(self.folder):
            return _heads(self._database)[1].state

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
        data = json.loads(reading.text(folder / "holder.json"))
        return Holder(data["pid"], data["host"], data["since"])
    except reading.FAULTS:
        return None


def held(folder: Path) -> bool:
    """Whether some process writes this run's journal now."""
    lock = FileLock(folder / "lock", mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        # Nobody writes where no lock can be taken: the folder is read-only, or on a medium that is.
        return False
    lock.release()
    return False


def runs(folder: Path) -> list[Path]:
    """The folders of all runs, newest first, damaged ones and those that cannot be looked into too.

    Raises :class:`InputError` where the folder itself cannot be read.
    """
    try:
        there = list(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, ValueError) as error:
        raise InputError(
            f"the runs in {folder} cannot be read: {reading.why(error)}", "Check the rights of that folder."
        ) from error
    return sorted(filter(_is_run, there), key=lambda p: p.name, reverse=True)


def _is_run(folder: Path) -> bool:
    try:
        return (folder / FILE).is_file()
    except OSError:
        return True


def find(folder: Path, name: str) -> Path:
    """The run named ``name``, or the only one whose name starts so. Raises :class:`InputError`."""
    fitting = [p for p in runs(folder) if p.name == name] or [p for p in runs(folder) if p.name.startswith(name)]
    if len(fitting) == 1:
        return fitting[0]
    found = ", ".join(p.name for p in fitting[:5]) or "none"
    raise InputError(f"no single run is called {name}", f"Take a name from `lync-wizard runs list`. Found: {found}.")


def exported(folder: Path) -> bytes:
    """One ZIP for the ticket: a whole copy of the database, its write-ahead log included, the plan and the events."""
    with Reader(folder) as reader, readable(folder), closing(sqlite3.connect(":memory:")) as whole:
        reader._database.backup(whole)
        lines = "".join(json.dumps(e.to_data(), ensure_ascii=False) + "\n" for e in reader.events())
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
            bundle.writestr(FILE, whole.serialize())
            bundle.writestr("events.jsonl", lines)
            bundle.writestr("plan.json", json.dumps(reader.plan.to_data(), indent=1, ensure_ascii=False))
        return packed.getvalue()


def readable(folder: Path) -> AbstractContextManager[None]:
    """What a damaged journal raises while it is read becomes an :class:`InputError` that names the run."""
    hint = "The other runs are not touched by it. Restore the run's folder from a copy, or move it away."
    return reading.readable(f"the journal of {folder.name}", hint, sqlite3.Error)


def _must_exist(folder: Path) -> None:
    if not _is_run(folder):
        raise InputError(f"there is no run {folder.name}", "Take a name from `lync-wizard runs list`.")


def _take(folder: Path) -> FileLock:
    # Opened in one thread and closed in another: a lock of the thread's own would stay held.
    lock = FileLock(folder / "lock", thread_local=False, mode=0o600)
    try:
        lock.acquire(timeout=0)
    except OSError as error:
        if not isinstance(error, Timeout):
            raise storage.Unwritable(folder / "lock", error) from error
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


@contextmanager
def _room(folder: Path) -> Iterator[None]:
    """A disk that takes no more while a journal is opened is no damage. Raises :class:`storage.Unwritable`."""
    try:
        yield
    except sqlite3.Error as error:
        if _code(error) in {sqlite3.SQLITE_FULL, *_REFUSED_WRITES}:
            raise _unwritable(folder, error) from error
        raise


def _code(error: Exception) -> int | None:
    return getattr(error, "sqlite_errorcode", None)


def _unwritable(folder: Path, error: Exception) -> storage.Unwritable:
    cause = error
    if _code(error) == sqlite3.SQLITE_FULL:
        cause = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    elif _code(error) in _REFUSED_WRITES:
        cause = OSError(errno.EFBIG, "the disk is full, or a quota or its largest file is reached, or it is broken")
    return storage.Unwritable(folder / FILE, cause)


def _whole_characters(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same data; half a character, which no file can hold, becomes a question mark."""
    text = json.dumps(data, ensure_ascii=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        found: dict[str, Any] = json.loads(text.encode("utf-8", "replace"))
        return found
    return data


def _opened(folder: Path) -> sqlite3.Connection:
    """A journal to be read; where its folder is read-only, as it is on disk, if its log holds nothing beyond that."""
    where = (folder / FILE).absolute().as_uri()
    database = sqlite3.connect(f"{where}?mode=ro", uri=True, timeout=10)
    try:
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        database.close()
        log = folder / f"{FILE}-wal"
        if log.exists() and log.stat().st_size:
            raise InputError(
                f"the newest part of the journal of {folder.name} is in its log, which cannot be read: {error}",
                "Copy the home folder to a place you may write to, and name that with --home.",
            ) from error
        return sqlite3.connect(f"{where}?mode=ro&immutable=1", uri=True, timeout=10)
    except BaseException:
        database.close()
        raise
    return database


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, check_same_thread=False, timeout=10)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    return database


def _plan(database: sqlite3.Connection, folder: Path) -> Plan:
    with readable(folder):
        row = database.execute("SELECT body FROM plan").fetchone()
        return from_plan_data(mapping.from_json(row[0]))


def _events(database: sqlite3.Connection, after: int, types: Sequence[EventType] = ()) -> Iterator[RunEvent]:
    wanted = json.dumps(list(types))
    query = (
        "SELECT body FROM event WHERE seq > ? AND (? = '[]' OR type IN (SELECT value FROM json_each(?))) ORDER BY seq"
    )
    for (body,) in database.execute(query, (after, wanted, wanted)):
        yield event_from(json.loads(body))


def broken_words(run: str, event: int) -> str:
    """What is said of a chain that breaks at an event."""
    return f"the journal of {run} was changed after it was written: event {event} does not fit its chain of hashes"


def _single(database: sqlite3.Connection) -> bool:
    return bool(database.execute("PRAGMA user_version").fetchone()[0] < _FORMAT)


def _heads(database: sqlite3.Connection) -> tuple[int, Heads]:
    """The number of the last event and the heads of the chains."""
    heads, last = Heads(single=_single(database)), 0
    query = "SELECT seq, type, hash FROM event WHERE seq IN (SELECT max(seq) FROM event GROUP BY type = 'output')"
    for seq, kind, digest in database.execute(f"{query} ORDER BY seq"):
        heads.add(kind, digest)
        last = seq
    return last, heads


def _break(database: sqlite3.Connection, *, outputs: bool) -> int | None:
    single = _single(database)
    outputs = outputs or single
    return first_break(_stored(database, outputs=outputs), single=single, outputs=outputs)


def _stored(database: sqlite3.Connection, *, outputs: bool) -> Iterator[tuple[int, RunEvent | None, str]]:
    query = "SELECT seq, body, hash FROM event WHERE ? OR type != 'output' ORDER BY seq"
    for seq, body, digest in database.execute(query, (outputs,)):
        try:
            yield seq, event_from(json.loads(body)), digest
        except reading.FAULTS:
            yield seq, None, digest
