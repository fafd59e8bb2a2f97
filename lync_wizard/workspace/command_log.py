"""``HOME/logs``: what was sent to hosts outside of runs, one JSON document a line; bounded, for the owner alone."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import threading
from itertools import pairwise
from pathlib import Path
from typing import Final

from lync_wizard.core import reading, storage, timestamps
from lync_wizard.core.errors import WizardError
from lync_wizard.hosts.sent import Sent

FILE: Final = "commands.jsonl"
FILE_BYTES: Final = 2 << 20
"""Bytes of one file of the log; then it becomes ``commands.1.jsonl``, and so on."""
FILES: Final = 5
"""Files that are kept."""
_TOGETHER: Final = 1 << 16
"""Bytes that are written at once."""


class CommandLog:
    """Appends to the newest file, in a thread of its own, so that a line costs its sender microseconds.

    Lines that come while others are being written are written together; :meth:`close` returns when all are.
    ``fault`` says why nothing could be written. A log that fails keeps nobody from looking at a deployment in a
    disaster, on a medium that is read-only or full.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self.fault = ""

    def keep(self, sent: Sent) -> None:
        at = timestamps.stamp(timestamps.now())
        said = {"at": at, "host": sent.host, "account": sent.account, "wire": sent.wire, "command": sent.text}
        line = (json.dumps(said, ensure_ascii=False) + "\n").encode("utf-8", "replace")
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._write, name="command log", daemon=True)
                self._thread.start()
            self._lines.put(line)

    def close(self) -> None:
        """Return when everything is written; what comes later begins anew."""
        with self._lock:
            thread, self._thread = self._thread, None
            if thread is not None:
                self._lines.put(None)
        if thread is not None:
            thread.join()

    def _write(self) -> None:
        while (line := self._lines.get()) is not None:
            together, ended = [line], False
            size = len(line)
            while not ended and size < _TOGETHER and not self._lines.empty():
                more = self._lines.get()
                ended = more is None
                together += [more] if more else []
                size += len(more or b"")
            try:
                if not self.fault:
                    self._append(b"".join(together))
            except (OSError, ValueError, WizardError) as error:
                self.fault = f"the log of commands in {self._folder} cannot be written: {reading.why(error)}"
            if ended:
                return

    def _append(self, lines: bytes) -> None:
        handle = self._open()
        try:
            size = os.fstat(handle).st_size
            if size and size + len(lines) > FILE_BYTES:
                os.close(handle)
                self._rotate()
                handle = self._open()
            os.write(handle, lines)
        finally:
            os.close(handle)

    def _open(self) -> int:
        path = self._folder / FILE
        try:
            return storage.growing(path)
        except FileNotFoundError:
            storage.private_folder(self._folder)
            return storage.growing(path)

    def _rotate(self) -> None:
        # Another process may have the file open; then Windows keeps its name, and the next line tries again.
        with contextlib.suppress(OSError):
            names = [FILE, *(FILE.replace(".", f".{number}.") for number in range(1, FILES))]
            for newer, older in reversed(list(pairwise(names))):
                if (self._folder / newer).exists():
                    (self._folder / newer).replace(self._folder / older)
