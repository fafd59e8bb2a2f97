"""A worker and a session per host, account and transport: hosts work side by side, a session does one thing at once."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from lync_wizard.hosts import NOT_OPEN, Connect, Limits, Output, Reply, Session, Transport, silent
from lync_wizard.hosts.command import Command


@dataclass(frozen=True)
class Job:
    """One command for one worker; ``started`` is called when a session stands and before the first byte is sent."""

    command: Command
    limits: Limits
    on_output: Callable[[Output], None]
    cancel: threading.Event
    started: Callable[[], None] | None
    result: Future[Reply]


class HostWorker:
    """The conversation with one host: jobs in order, in its own thread; the session is opened when first needed."""

    def __init__(self, open_session: Callable[[], Session], name: str) -> None:
        self._open = open_session
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._session: Session | None = None
        threading.Thread(target=self._work, name=f"session {name}", daemon=True).start()

    def put(self, job: Job | None) -> None:
        self._jobs.put(job)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            if self._session is None and not job.limits.may_open:
                job.result.set_result(Reply("failed", why=NOT_OPEN))
                continue
            try:
                if self._session is None:
                    self._session = self._open()
                if job.started:
                    job.started()
                reply = self._session.run(job.command, limits=job.limits, on_output=job.on_output, cancel=job.cancel)
            except BaseException as error:
                self._drop()
                job.result.set_exception(error)
                continue
            job.result.set_result(reply)
        self._drop()

    def _drop(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None


class SessionPool:
    """All sessions of a run or of a round of checks; close it when done."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._session_pool: dict[tuple[str, str, Transport], HostWorker] = {}
        self._lock = threading.Lock()

    def submit(
        self,
        server: str,
        account: str,
        command: Command,
        *,
        transport: Transport = "psrp",
        limits: Limits | None = None,
        on_output: Callable[[Output], None] = silent,
        cancel: threading.Event | None = None,
        started: Callable[[], None] | None = None,
    ) -> Future[Reply]:
        """Queue a command; the future holds the reply, or the error that kept the session from opening."""
        key = (server.lower(), account, transport)
        limits = limits or Limits()
        result: Future[Reply] = Future()
        with self._lock:
            worker = self._session_pool.get(key)
            if worker is None and not limits.may_open:
                result.set_result(Reply("failed", why=NOT_OPEN))
                return result
            if worker is None:
                worker = HostWorker(lambda: self._connect(server, account, transport), f"{server} {account}")
                self._session_pool[key] = worker
        worker.put(Job(command, limits, on_output, cancel or threading.Event(), started, result))
        return result

    def forget(self, server: str) -> None:
        """End the sessions to a host or instance when their work is done; the next command opens a new one."""
        with self._lock:
            for key in [key for key in self._session_pool if key[0] == server.lower()]:
                self._session_pool.pop(key).put(None)

    def close(self) -> None:
        """Let every worker end its session when its work is done; does not wait."""
        with self._lock:
            for worker in self._session_pool.values():
                worker.put(None)
            self._session_pool.clear()

    def __enter__(self) -> SessionPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
