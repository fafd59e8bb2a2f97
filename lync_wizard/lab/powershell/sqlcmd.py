"""sqlcmd on a simulated host: one batch to an instance, with the output and exit codes of the real one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from lync_wizard.lab.farm.sql_instances import LOGIN, SimulatedInstance
from lync_wizard.lab.powershell.call import Call
from lync_wizard.lab.sqlserver.engine import SqlEngine
from lync_wizard.lab.tds.listener import Refusal
from lync_wizard.lab.tds.protocol import Column

_NO_SERVER: Final = (
    "Sqlcmd: Error: Microsoft SQL Server Native Client 11.0 : A network-related or instance-specific error has "
    "occurred while establishing a connection to SQL Server. Server is not found or not accessible."
)
_WIDEST: Final = 256


def sqlcmd(call: Call, words: Sequence[str]) -> int:
    """``-S HOST\\INSTANCE -E -b -x -Q TEXT``; ``-b`` makes an error the exit code."""
    options = dict(zip([word.lower() for word in words], [*words[1:], ""], strict=True))
    server, text = options.get("-s", ""), options.get("-q", "")
    fqdn, _, name = server.partition("\\")
    host = call.state.host(fqdn)
    instance = SimulatedInstance(call.simulation, host.fqdn if host else fqdn, name or "default", lambda: "")
    if not instance.answers() or not call.delegated(fqdn):
        call.write(_NO_SERVER)
        return 1
    if host is None or not call.simulation.is_local_admin(host, call.user):
        call.write(f"Sqlcmd: Error: Login failed for user '{call.user}'.")
        return 1
    client = _Screen(call)
    connection = SqlEngine(instance).trusted(LOGIN)
    try:
        connection.run(text, {}, client)
    except Refusal as refusal:
        client.error(refusal)
    finally:
        connection.close()
    return 1 if client.failed and "-b" in options else 0


class _Screen:
    """Implements :class:`~lync_wizard.lab.tds.listener.Client`; what a person reads."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._widths: list[int] = []
        self.failed = False

    def columns(self, shape: Sequence[Column]) -> None:
        self._widths = [max(len(one.name), min(one.size or _WIDEST, _WIDEST)) for one in shape]
        self._line([one.name for one in shape])
        self._line(["-" * width for width in self._widths])

    def row(self, values: Sequence[Any]) -> None:
        self._line(["NULL" if value is None else str(value) for value in values])

    def raw(self, data: bytes) -> None:
        del data
        self.failed = True
        self._call.write("Sqlcmd: Error: Protocol error in TDS stream.")

    def info(self, number: int, text: str, state: int = 1) -> None:
        del number, state
        self._call.write(text)

    def error(self, refusal: Refusal) -> None:
        self.failed = True
        for message in refusal.messages:
            self._call.write(f"Msg {message.number}, Level {message.severity}, State {message.state}")
            self._call.write(message.text)

    def done(self, count: int | None = None) -> None:
        if count is not None:
            self._call.write("")
            self._call.write(f"({count} rows affected)")

    def database(self, new: str, old: str) -> None:
        del old
        self._call.write(f"Changed database context to '{new}'.")

    def wait(self, seconds: float) -> None:
        self._call.streams.wait(seconds)

    def _line(self, cells: Sequence[str]) -> None:
        self._call.write(" ".join(cell.ljust(width) for cell, width in zip(cells, self._widths, strict=False)).rstrip())
