"""The streams of a running pipeline as PSRP records."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import psrpcore
from psrpcore.types import PSRPMessageType

from lync_wizard.lab.winrm import clixml
from lync_wizard.lab.winrm.contract import ErrorRecord, Stopped

Write = Callable[[psrpcore.ServerPipeline], None]
"""Writes one record into a pipeline; whoever is handed it calls it with the pipeline locked."""


class PipelineStreams:
    """Implements :class:`~.contract.Streams`; after the client's stop, further output is discarded."""

    def __init__(self, queue: Callable[[Write], None], stop: threading.Event, host: str, user: str) -> None:
        self._queue = queue
        self._stop = stop
        self._host = host
        self._user = user

    def output(self, value: Any) -> None:
        wire = clixml.to_wire(value)
        self._put(lambda pipeline: pipeline.write_output(wire))

    def error(self, record: ErrorRecord) -> None:
        wire = clixml.error_to_wire(record)
        self._put(lambda pipeline: pipeline.prepare_message(wire, message_type=PSRPMessageType.ErrorRecord))

    def verbose(self, text: str) -> None:
        self._put(lambda pipeline: pipeline.write_verbose(text))

    def debug(self, text: str) -> None:
        self._put(lambda pipeline: pipeline.write_debug(text))

    def warning(self, text: str) -> None:
        self._put(lambda pipeline: pipeline.write_warning(text))

    def information(self, text: str) -> None:
        self._put(
            lambda pipeline: pipeline.write_information(
                text, "Write-Information", user=self._user, computer=self._host, process_id=1, native_thread_id=1
            )
        )

    def progress(self, activity: str, status: str, percent: int) -> None:
        self._put(lambda pipeline: pipeline.write_progress(activity, 1, status, percent_complete=percent))

    def check(self) -> None:
        if self._stop.is_set():
            raise Stopped

    def wait(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise Stopped

    def _put(self, write: Write) -> None:
        if not self._stop.is_set():
            self._queue(write)
