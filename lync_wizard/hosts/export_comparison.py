"""How much of an imported export is there: exported once more to a new file of the host, fetched, and compared here.

That an export works while the services of its pool are stopped is a guess; where it does not, nothing is told.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final, Literal, Protocol

from lync_wizard.core import reading
from lync_wizard.hosts import Output, Record, Reply, bounds, shares, text_of
from lync_wizard.hosts.command import Cmdlet, Compare, Pipeline, Switch
from lync_wizard.hosts.file_copy import Ended, FileCopier, RemoteSide
from lync_wizard.hosts.spooled import Spooled

Holds = Literal["whole", "in part", "nothing"]
HOLDS: Final = "Holds"


class Compared(Protocol):
    """What reading two exports found."""

    @property
    def absent(self) -> bool:
        """Whether users of the imported export are not in the new one, so that it matters who is homed there."""

    def told(self, homed: frozenset[str] | None) -> tuple[Holds | None, str]:
        """How much is there, None where that cannot be told, and the same in words.

        ``homed`` has the SIP addresses of the pool's users in lower case, without ``sip:``; None: nobody knows.
        """


Judge = Callable[[str, BinaryIO, BinaryIO], Compared]
"""Reads two exports: the name of the cmdlet, the new export, the imported one. Raises ValueError, OSError."""


def nobody(_: str, __: BinaryIO, ___: BinaryIO) -> Compared:
    raise ValueError("exports are not read here")


def compare(command: Compare, courier: FileCopier, *, judge: Judge, spool: Path | None) -> Reply:
    """Carry the question out; ``spool`` is the folder, on a disk with room, for what is fetched.

    Where one of the exports cannot be had or read, the reply has failed and says why.
    """
    if spool is None:
        return Reply("failed", why="there is no folder to read exports in")
    name = shares.name(command.file).rpartition(".")[0]
    asked = shares.join(shares.parent(command.file), f"{name}-{secrets.token_hex(6)}.zip")
    lost = False
    try:
        export = command.export
        _done(courier, Cmdlet(export.name, (*export.parameters, ("FileName", asked))))
        found = judge(export.name, _fetched(asked, courier, spool), _fetched(command.file, courier, spool))
        held, words = found.told(_homed(export, courier) if found.absent else None)
    except Ended as ended:
        lost = ended.reply.state == "unknown"
        return ended.reply
    except bounds.Excess as error:
        return Reply("failed", why=str(error))
    except OSError as error:
        return Reply("failed", why=f"the exports cannot be read in {spool}: {reading.why(error)}")
    except ValueError as error:
        return Reply("failed", why=f"the exports cannot be compared: {error}")
    finally:
        if not lost:
            courier.tidy(Pipeline((Cmdlet("Remove-Item", (("LiteralPath", asked), ("Force", Switch()))),)))
    courier.say(Output("information", words))
    return Reply("completed", (Record(words, {HOLDS: held} if held else {}),))


def _fetched(path: str, courier: FileCopier, spool: Path) -> BinaryIO:
    side = RemoteSide(path, courier)
    spooled = Spooled(spool)
    bounds.room_on(spool)(side.size())
    for chunk in side.chunks(""):
        if courier.cancelled:
            raise Ended(Reply("stopped", why="cancelled while an export was being fetched"))
        spooled.add(chunk)
    return spooled.opened()


def _homed(export: Cmdlet, courier: FileCopier) -> frozenset[str] | None:
    """The addresses of the users that the directory says are homed on the pool; None where it does not answer."""
    pool = dict(export.parameters).get("PoolFqdn")
    if not isinstance(pool, str):
        return None
    asked = Cmdlet("Get-CsUser", (("Filter", f'RegistrarPool -eq "{pool}"'),))
    chosen = Cmdlet("Select-Object", (("Property", ("SipAddress",)),))
    reply = courier.ask(Pipeline((asked, chosen)))
    if reply.state != "completed" or reply.errors or reply.dropped:
        return None
    return frozenset((text_of(one, "SipAddress") or "").lower().removeprefix("sip:") for one in reply.objects)


def _done(courier: FileCopier, cmdlet: Cmdlet) -> None:
    reply = courier.ask(Pipeline((cmdlet,)))
    if reply.state != "completed" or reply.errors:
        why = reply.why or "; ".join(error.message for error in reply.errors)
        raise Ended(Reply("failed" if reply.state == "completed" else reply.state, why=f"{cmdlet.name}: {why}"))
