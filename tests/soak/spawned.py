"""Processes that have their imports behind them: thousands are started, and importing was a third of their work."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TextIO

_READY = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
_context = multiprocessing.get_context(_READY)
_context.set_forkserver_preload(["lync_wizard.lab.__main__", "lync_wizard.lab.scenarios.build", "tests.soak.wizard"])

Main = Callable[[list[str]], int]


@contextlib.contextmanager
def spawned(main: Main, arguments: list[str], log: Path) -> Iterator[tuple[BaseProcess, TextIO]]:
    """A process that runs ``main`` as from a command line, and its standard output; errors go to ``log``.

    It is killed where it still runs at the end.
    """
    here, there = multiprocessing.Pipe(duplex=False)
    process = _context.Process(target=_work, args=(main, arguments, there, str(log)))
    process.start()
    there.close()
    try:
        with os.fdopen(os.dup(here.fileno()), encoding="utf-8") as said:
            yield process, said
    finally:
        here.close()
        process.kill()
        process.join()


def _work(main: Main, arguments: list[str], there: Connection, log: str) -> None:
    with (
        os.fdopen(os.dup(there.fileno()), "w", encoding="utf-8") as output,
        Path(log).open("a", encoding="utf-8") as errors,
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(errors),
    ):
        there.close()
        raise SystemExit(main(arguments))
