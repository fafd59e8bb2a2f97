"""The statements and expressions of T-SQL that a simulated instance understands, as a tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lync_wizard.lab.tds.protocol import Column

# Expressions


@dataclass(frozen=True)
class Constant:
    value: Any


@dataclass(frozen=True)
class Variable:
    name: str


@dataclass(frozen=True)
class Name:
    name: str


@dataclass(frozen=True)
class Function:
    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True)
class Cast:
    value: Expression
    to: Column


@dataclass(frozen=True)
class Operation:
    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Negation:
    value: Expression


@dataclass(frozen=True)
class IsNull:
    value: Expression


@dataclass(frozen=True)
class Exists:
    select: Select


@dataclass(frozen=True)
class Case:
    when: Expression
    then: Expression
    otherwise: Expression


Expression = Constant | Variable | Name | Function | Cast | Operation | Negation | IsNull | Exists | Case


# Statements


@dataclass(frozen=True)
class SelectItem:
    """One item of a select list; ``*`` has the name ``*``."""

    value: Expression
    name: str


@dataclass(frozen=True)
class Source:
    """A table of FROM under its alias; ``on`` joins it, and ``outer`` keeps rows that find no partner in it."""

    table: str
    alias: str
    on: Expression | None = None
    outer: bool = False


@dataclass(frozen=True)
class Select:
    """``order`` holds names with whether they descend; ``top`` 0 is every row."""

    items: tuple[SelectItem, ...]
    sources: tuple[Source, ...] = ()
    where: Expression | None = None
    order: tuple[tuple[str, bool], ...] = ()
    top: int = 0


@dataclass(frozen=True)
class Use:
    database: str


@dataclass(frozen=True)
class SetOption:
    name: str
    on: bool


@dataclass(frozen=True)
class If:
    condition: Expression
    then: Statement
    otherwise: Statement | None


@dataclass(frozen=True)
class Execute:
    procedure: str
    arguments: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True)
class Backup:
    """BACKUP and RESTORE alike; ``verb`` is BACKUP, RESTORE, VERIFYONLY, HEADERONLY or FILELISTONLY.

    ``file`` is the position of the backup set on the media. BACKUP LOG has LOG among its options.
    """

    verb: str
    database: str
    device: Expression | None
    options: frozenset[str]
    stats: int
    moves: tuple[tuple[Expression, Expression], ...]
    file: int = 1


@dataclass(frozen=True)
class AlterDatabase:
    """``action`` is SINGLE_USER, MULTI_USER, PARTNER or WITNESS; ``value`` OFF, an address, or what to force."""

    database: str
    action: str
    value: Expression | None = None
    rollback: bool = False


@dataclass(frozen=True)
class Kill:
    """KILL of a session."""

    session: int


@dataclass(frozen=True)
class KillEach:
    """The batch that ends every session of a database."""

    database: str


@dataclass(frozen=True)
class Create:
    """CREATE DATABASE, LOGIN, USER or ENDPOINT."""

    what: str
    name: str
    of: str = ""
    port: int = 0


@dataclass(frozen=True)
class Grant:
    endpoint: str
    login: str


@dataclass(frozen=True)
class LogSpace:
    """DBCC SQLPERF(LOGSPACE)."""


Statement = (
    Select | Use | SetOption | If | Execute | Backup | AlterDatabase | Create | Grant | LogSpace | Kill | KillEach
)
