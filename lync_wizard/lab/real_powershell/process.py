"""One ``pwsh -s``: PowerShell Remoting over its standard streams, one XML element a line."""

from __future__ import annotations

import base64
import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final
from xml.etree import ElementTree

from lync_wizard.lab.winrm import fragments
from lync_wizard.lab.winrm.contract import Deliver, Ended

_NOBODY: Final = uuid.UUID(int=0)
_CONFIRMS: Final = 60.0
"""Seconds for the confirmation of one element, the first of which waits for the start."""
_ENDS: Final = 5.0
_OF_PIPELINES: Final = 0x0004
"""The upper half of a message type that only a pipeline sends; the start script is one without a number."""

_log = logging.getLogger(__name__)


class PowerShellProcess:
    """Implements :class:`~lync_wizard.lab.winrm.contract.Interpreter`.

    It ends by itself when its standard input closes, so that none outlives a lab that was killed.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: Path, deliver: Deliver) -> None:
        try:
            with log.open("ab") as errors:
                self._process = subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=dict(environment),
                    cwd=log.parent, **_group_of_its_own(),
                )  # fmt: skip
        except OSError as error:
            raise Ended(str(error)) from error
        self._deliver = deliver
        self._turn = threading.Lock()
        self._confirmed: SimpleQueue[str] = SimpleQueue()
        self._foreign: set[bytes] = set()
        self._gone = threading.Event()
        self._over = False
        self._closing = False
        self._reader = threading.Thread(target=self._read, name="PowerShell", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Its process id, which is its group's on POSIX."""
        return self._process.pid

    def receive(self, data: bytes, pipeline: uuid.UUID | None) -> None:
        text = base64.b64encode(data).decode()
        self._write(f"<Data Stream='Default' PSGuid='{pipeline or _NOBODY}'>{text}</Data>", "DataAck")

    def begin(self, pipeline: uuid.UUID) -> None:
        self._write(f"<Command PSGuid='{pipeline}' />", "CommandAck")

    def stop(self, pipeline: uuid.UUID) -> None:
        self._write(f"<Signal PSGuid='{pipeline}' />", "SignalAck")

    def forget(self, pipeline: uuid.UUID) -> None:
        self._write(f"<Close PSGuid='{pipeline}' />", "CloseAck")

    def close(self) -> None:
        if self._closing:
            return
        self._closing = True
        with contextlib.suppress(OSError, ValueError):
            if self._process.stdin and self._turn.acquire(timeout=0.1):
                self._process.stdin.write(f"<Close PSGuid='{_NOBODY}' />\n".encode())
                self._process.stdin.flush()
                self._turn.release()
        with contextlib.suppress(OSError, ValueError):
            if self._process.stdin:
                self._process.stdin.close()
        threading.Thread(target=self.join, args=(_ENDS,), name="PowerShell end", daemon=True).start()

    def join(self, timeout: float) -> None:
        if not self._gone.wait(timeout):
            self._kill()
            self._gone.wait(_ENDS)

    def _write(self, element: str, confirmation: str) -> None:
        """One element; the next one is written only when PowerShell has confirmed it, else it loses some."""
        with self._turn:
            try:
                if self._over or self._process.stdin is None:
                    raise Ended("PowerShell has ended")
                self._process.stdin.write(element.encode() + b"\n")
                self._process.stdin.flush()
                while (came := self._confirmed.get(timeout=_CONFIRMS)) != confirmation:
                    if not came:
                        raise Ended("PowerShell has ended")
            except Empty:
                self._kill()
                raise Ended(f"PowerShell did not confirm within {_CONFIRMS:.0f} seconds") from None
            except (OSError, ValueError) as error:
                raise Ended(str(error)) from error

    def _read(self) -> None:
        try:
            for line in self._process.stdout or ():
                self._take(line)
        except (OSError, ValueError) as error:
            _log.debug("PowerShell's output cannot be read: %s", error)
        finally:
            self._over = True
            self._confirmed.put("")
            self._deliver(None, None)
            self._reap()
            self._gone.set()

    def _take(self, line: bytes) -> None:
        try:
            element = ElementTree.XML(line)
        except ElementTree.ParseError:
            _log.warning("PowerShell wrote: %s", line.decode("utf-8", "replace").strip())
            return
        if element.tag != "Data":
            self._confirmed.put(element.tag)
            return
        data = base64.b64decode(element.text or "")
        number = uuid.UUID(element.attrib["PSGuid"])
        if number.int:
            self._deliver(data, number)
        elif own := b"".join(self._of_the_pool(data)):
            self._deliver(own, None)

    def _of_the_pool(self, data: bytes) -> Iterator[bytes]:
        """Without what the start script wrote."""
        for fragment in fragments.split(data):
            kind = fragments.kind(fragment)
            if kind is not None and kind >> 16 == _OF_PIPELINES:
                self._foreign.add(fragment[:8])
            if fragment[:8] not in self._foreign:
                yield fragment

    def _reap(self) -> None:
        try:
            self._process.wait(_ENDS)
        except subprocess.TimeoutExpired:
            self._kill()
            self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError, ValueError):
                if stream:
                    stream.close()

    def _kill(self) -> None:
        if self._process.poll() is None:
            with contextlib.suppress(OSError):
                if sys.platform == "win32":
                    self._process.kill()
                else:
                    os.killpg(self._process.pid, signal.SIGKILL)


def _group_of_its_own() -> dict[str, Any]:
    """Ctrl+C at the terminal of a lab is the lab's, which then ends it in order."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}
