"""Ctrl-C while a run goes on that nobody watches."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from lync_wizard.runs.runner import Runner


@contextmanager
def pauses(runner: Runner) -> Iterator[None]:
    """Ctrl-C asks the host to stop the command under way, has its end recorded, and pauses; the next one breaks off.

    What a command does in any case behind itself (a database is opened to its users again) is done all the same.
    Nothing is changed in another thread than the main one, which alone hears of it, and where Ctrl-C is ignored.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before is signal.SIG_IGN:
        yield
        return

    def interrupted(_: int, __: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        runner.stop_after_this_step()
        runner.cancel_step()

    signal.signal(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
