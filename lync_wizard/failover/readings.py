"""How the answers about a pair of pools are read: one place for checks before a run and for readiness on any day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from lync_wizard.hosts import Record, property_of, text_of
from lync_wizard.hosts.command import Cmdlet, Pipeline

SERVICES: Final = ("RTCSRV", "LYNCBACKUP")
"""Services of a server that is to take users over: Front-End service, Backup Service."""
PROGRAMS: Final = r"HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*"
_CORE: Final = ", Core Components"
_SENT: Final = frozenset({"steadystate", "finalstate"})
_MASTER_MODULE: Final = "centralmgmt.cmsmaster"
_IN_USE: Final = "0"
_STANDBY: Final = "3"

StoreState = Literal["standby", "two-masters", "taken-over", "no-master", "in-transition", "untold"]


@dataclass(frozen=True)
class Module:
    """A module of the Backup Service of one pool: what it sends to the partner, what it takes from there."""

    name: str
    sent: str
    taken: str

    def __str__(self) -> str:
        return f"{self.name} {self.sent}/{self.taken}"

    def well(self, *, master: bool) -> bool:
        """Whether it has carried everything over; ``master``: its pool is the active Central Management Server.

        Off the master, the module of the Central Management store has not been initialised, and that is right.
        """
        off_master = self.name.lower() == _MASTER_MODULE and not master
        sent = self.sent.lower() in _SENT or (off_master and self.sent.lower() == "notinitialized")
        return sent and self.taken.lower() == "normalstate"

    @property
    def told(self) -> bool:
        """Whether the host said both states."""
        return bool(self.sent and self.taken)


def modules_of(pool: str) -> Pipeline:
    """The question for the modules of a pool's Backup Service."""
    return Pipeline(
        (
            Cmdlet("Get-CsBackupServiceStatus", (("PoolFqdn", pool),)),
            Cmdlet("Select-Object", (("ExpandProperty", "BackupModules"),)),
        )
    )


def modules(found: Iterable[Record]) -> tuple[Module, ...]:
    """The modules that a pool's Backup Service names."""
    return tuple(Module(*(text_of(one, key) for key in ("Identity", "ExportStatus", "ImportStatus"))) for one in found)


def services(found: Iterable[Record]) -> dict[str, str]:
    """State by name, in capitals, of Windows services."""
    return {text_of(one, "Name").upper(): text_of(one, "Status") for one in found}


def pool_state(found: Iterable[Record], pool: str) -> str:
    """What the Registrar settings say of a pool: those of its service, else the global ones; empty where none does."""
    by_scope = {text_of(record, "Identity").lower().removeprefix("service:"): record for record in found}
    own = by_scope.get(f"registrar:{pool.lower()}") or by_scope.get("global")
    return text_of(own, "PoolState") if own else ""


def masters(found: Iterable[Record]) -> list[str]:
    """The pools that are active Central Management Servers; of a pair that holds it two objects come, one active."""
    return [text_of(one, "PoolFqdn") for one in found if text_of(one, "Active").lower() == "true"]


def activity_told(found: Iterable[Record]) -> bool:
    """Whether every Central Management Server says if it is the active one."""
    return all(text_of(one, "Active").lower() in {"true", "false"} for one in found)


def connection(found: Sequence[Record]) -> str:
    """The store that the management shell uses, ``fqdn\\instance``; empty where it is not known."""
    server = text_of(found[0], "SqlServer") if found else ""
    instance = text_of(found[0], "SqlInstance") if found else ""
    return f"{server}\\{instance}" if server and instance else server


def location(found: Sequence[Record]) -> str:
    """The store that the service connection point in Active Directory names; empty where it is not known."""
    return text_of(found[0], "BackEndServer") if found else ""


def current_state(found: Sequence[Record]) -> str:
    """``CurrentState`` of a database of the store; empty where it is not known."""
    return text_of(found[0], "Value").strip() if found else ""


def store_state(standby: str, in_use: str) -> StoreState:
    """What the two databases of the store say together; ``in_use`` is empty where it could not be read."""
    if not standby:
        return "untold"
    if standby == _IN_USE:
        return "two-masters" if in_use == _IN_USE else "taken-over"
    if standby == _STANDBY and in_use == _STANDBY:
        return "no-master"
    return "standby" if standby == _STANDBY and in_use in {"", _IN_USE} else "in-transition"


def core_version(found: Iterable[Record]) -> str:
    """The version of Lync's core components among a server's installed programs; empty where they are not there."""
    versions = (text_of(row, "DisplayVersion") for row in found if _CORE in text_of(row, "DisplayName"))
    return next(versions, "")


def partners(found: Iterable[Record], pool: str, known: Iterable[str]) -> list[str]:
    """The pools of the topology that a backup relationship names beside the pool itself.

    No reference prints the names of its properties, so its values are looked through.
    """
    values = {str(property_of(one, name)).lower() for one in found for name in (*one.properties, "value")}
    return [fqdn for fqdn in known if fqdn.lower() in values and fqdn.lower() != pool.lower()]
