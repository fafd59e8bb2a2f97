"""What pairs of pools, a stretched chat pool and devices add to the deployment: plain records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

ACTIVE: Final = "Active"
FAILING_OVER: Final = "FailingOver"
FAILED_OVER: Final = "FailedOver"
FAILED_BACK: Final = "FailedBack"
NORMAL: Final = "Normal"
"""``PoolState`` of the Registrar settings, and of Persistent Chat."""

USERS: Final = "UserServices.PresenceFocus"
CONTENT: Final = "ConfServices.DataConf"
CENTRAL: Final = "CentralMgmt.CMSMaster"
MODULES: Final = (USERS, CONTENT, CENTRAL)
"""The modules of the Backup Service in Lync Server 2013."""

IN_USE: Final = 0
IN_BACKUP: Final = 3
IN_TRANSITION: Final = 1
LEFT_BEHIND: Final = 2
"""``CurrentState`` in ``xds.dbo.DbConfigInt``.

Guesses: 1 while a move is in progress, and 2 for a database that could not be reached at a failover or was made anew,
until the Backup Service has filled it.
"""


@dataclass
class Standing:
    """How a pool stands: ``state`` is its ``PoolState``; ``own`` whether the settings exist for this pool alone.

    ``exports`` are states of modules that are neither steady nor final, ``import_failed`` the modules whose import
    fails; ``hydrations`` is how many attempts of a failback still fail.
    """

    state: str = ACTIVE
    own: bool = False
    exports: dict[str, str] = field(default_factory=dict)
    import_failed: list[str] = field(default_factory=list)
    hydrations: int = 0


@dataclass
class CentralStore:
    """A database of the Central Management store by its pool: its state, and the locations only it holds."""

    current: int = IN_BACKUP
    locations: list[Any] = field(default_factory=list)


@dataclass
class ChatPool:
    """A Persistent Chat pool: the servers that accept connections, and each server's ``PoolState``."""

    active: list[str] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)


@dataclass
class LogShipping:
    """Log shipping of ``mgc``: keys of both instances, the share, and the log backups by file name in sequence.

    ``applied`` are those that the secondary has restored; ``copied`` those in its own copy folder.
    """

    primary: str
    secondary: str
    share: str
    folder: str
    logs: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    copied: list[str] = field(default_factory=list)
    applied: list[str] = field(default_factory=list)
    running: bool = True


@dataclass
class Homed:
    """What is homed on a pool beside users: ``kind`` is the noun of its cmdlets (``CommonAreaPhone``)."""

    kind: str
    identity: str
    name: str
    pool: str
    properties: dict[str, Any] = field(default_factory=dict)


PHONE: Final = "CommonAreaPhone"
ANALOG: Final = "AnalogDevice"
UM_CONTACT: Final = "ExUmContact"
ROOM: Final = "MeetingRoom"
ACCESS_NUMBER: Final = "AccessNumber"
DIRECTORY: Final = "ConferenceDirectory"
