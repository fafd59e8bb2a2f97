"""What a named SQL statement is made of: batches, questions before and after, parameters checked for what they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lync_wizard.core.errors import InputError
from lync_wizard.hosts.command import Statement, Value

_NAME: Final = re.compile(r"[^\W\d][\w@$# .\-]{0,127}")
_ACCOUNT: Final = re.compile(r"[\w.\-]{1,64}\\[\w.\- ]{1,104}\$?")
_LOGICAL: Final = re.compile(r"[^\x00-\x1f\x7f]{1,128}")
_PATH: Final = re.compile(r"(?:[A-Za-z]:\\|\\\\[\w.\-]+\\[^\\/:*?\"<>|\x00-\x1f]+\\)[^/:*?\"<>|\x00-\x1f\x7f]+")
_FQDN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9\-]{0,62})(?:\.[A-Za-z0-9][A-Za-z0-9\-]{0,62})*")
_PLACEHOLDER: Final = re.compile(r"<[^<>]+>")


Row = Mapping[str, Any]


@dataclass(frozen=True)
class Batch:
    """One batch as it is sent; ``values`` fill the ``?`` in order."""

    text: str
    values: tuple[str | int, ...] = ()


@dataclass(frozen=True)
class SqlCheck:
    """A batch that changes nothing, and what its rows mean: an empty answer is well, a sentence says what is not."""

    batch: Batch
    judge: Callable[[Sequence[Row]], str]


class Unsuitable(Exception):
    """What was read beforehand speaks against the statement; the text says why, and what can be done."""


Send = Callable[[Batch], Sequence[Row]]
"""Sends a batch that changes nothing and returns its rows."""


@dataclass(frozen=True)
class BatchSequence:
    """A statement ready to be sent over one connection.

    ``before`` must all be well or nothing is done; ``batches`` run in order until one fails; ``always`` run behind them
    in any case; ``after`` must agree that it worked. ``message`` is the number SQL Server has to say for success.
    Where the batches depend on what the instance holds, ``settle`` reads that after ``before`` and returns the sequence
    that is sent (its own ``before`` and ``settle`` are not looked at); it raises :class:`Unsuitable`. ``batches`` are
    then how the statement is shown. ``notes`` tell the operator what was settled and cannot be seen beforehand.
    """

    batches: tuple[Batch, ...]
    before: tuple[SqlCheck, ...] = ()
    always: tuple[Batch, ...] = ()
    after: SqlCheck | None = None
    message: int | None = None
    settle: Callable[[Send], BatchSequence] | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class StatementType:
    """One statement of the catalogue: what it does, its parameters, and whether it changes anything."""

    sentence: str
    required: tuple[str, ...]
    compose: Callable[[Parameters], BatchSequence]
    optional: tuple[str, ...] = ()
    changes: bool = False


class Parameters:
    """A statement's parameters, each asked for as what it must be. Raises :class:`InputError` for anything else.

    With ``draft`` a value that is still a ``<placeholder>`` passes, so that a procedure can be shown unfilled.
    """

    def __init__(self, statement: Statement, *, draft: bool = False) -> None:
        self._statement = statement.name
        self._values: dict[str, Value] = dict(statement.parameters)
        self._draft = draft

    def __contains__(self, name: str) -> bool:
        return self._values.get(name) is not None

    def database(self, name: str = "Database") -> str:
        return self._text(name, _NAME, "a database name of letters, digits, spaces and _ - . @ # $")

    def account(self, name: str = "Account") -> str:
        return self._text(name, _ACCOUNT, r"an account written as DOMAIN\name")

    def role(self, name: str = "Role") -> str:
        return self._text(name, _NAME, "a role name of letters, digits, spaces and _ - . @ # $")

    def path(self, name: str = "Path") -> str:
        return self._text(name, _PATH, r"a full Windows path such as D:\Backup\x.bak or \\server\share\x.bak")

    def fqdn(self, name: str) -> str:
        return self._text(name, _FQDN, "a fully qualified domain name")

    def texts(self, name: str, paths: bool = False) -> tuple[str, ...]:
        """A list of logical names, or of paths; a single text counts as a list of one."""
        value = self._values.get(name)
        values = value if isinstance(value, tuple) else (value,)
        pattern, what = (_PATH, "full Windows paths") if paths else (_LOGICAL, "logical file names")
        return tuple(self._checked(name, item, pattern, what) for item in values)

    def moves(self, name: str = "Moves") -> dict[str, str]:
        """Pairs written as ``LogicalName=path``."""
        value = self._values.get(name)
        found: dict[str, str] = {}
        for pair in value if isinstance(value, tuple) else (value,):
            logical, equals, path = pair.rpartition("=") if isinstance(pair, str) else ("", "", "")
            if not equals:
                raise self._wrong(name, pair, r"pairs such as LcsCDR_log=D:\Logs\LcsCDR.ldf")
            self._checked(name, logical, _LOGICAL, "logical file names")
            found[logical] = self._checked(name, path, _PATH, "full Windows paths")
        return found

    def number(self, name: str, default: int, low: int, high: int) -> int:
        value = self._values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self._wrong(name, value, f"a whole number from {low} to {high}")
        return value

    def flag(self, name: str, default: bool) -> bool:
        value = self._values.get(name, default)
        if not isinstance(value, bool):
            raise self._wrong(name, value, "true or false")
        return value

    def _text(self, name: str, pattern: re.Pattern[str], what: str) -> str:
        return self._checked(name, self._values.get(name), pattern, what)

    def _checked(self, name: str, value: Value, pattern: re.Pattern[str], what: str) -> str:
        if isinstance(value, str) and (pattern.fullmatch(value) or (self._draft and _PLACEHOLDER.search(value))):
            return value
        raise self._wrong(name, value, what)

    def _wrong(self, name: str, value: Value, what: str) -> InputError:
        return InputError(
            f"{name} of the statement {self._statement} cannot be {value!r}",
            f"Give {what}; nothing was sent to the instance.",
        )


def bracketed(name: str) -> str:
    """A validated name as an identifier."""
    return "[" + name.replace("]", "]]") + "]"


def quoted(text: str) -> str:
    """A text as a Unicode literal."""
    return "N'" + text.replace("'", "''") + "'"
