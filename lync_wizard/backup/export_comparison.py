"""How much of one export is in another of the same cmdlet: user data by users and contacts, others by their elements.

What is read of user data is seen in public (docs/lync-formats.md) but for the names of what is no user. What other
exports hold is documented nowhere: their elements are compared as they stand, and what is the same in number alone
tells nothing.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from lync_wizard.backup.bounded_readers import DEEPEST, Damaged, archive, parse
from lync_wizard.core.wrapping import counted
from lync_wizard.hosts.export_comparison import Compared, Holds

_USERS: Final = "urn:lcd:"
_PASSING: Final = {"Signature", "RefId", "SchemaWriteVersion", "N", "ItemCount"}
MOST_ELEMENTS: Final = 1_000_000
"""Elements of an export that are kept to be looked for; of more, the numbers alone are compared."""
_MOST_NAMED: Final = 3


def compared(cmdlet: str, asked: BinaryIO, wanted: BinaryIO) -> Compared:
    """Read both exports to their ends; ``wanted`` is the one that was imported. Raises :class:`Damaged`, OSError."""
    if cmdlet.casefold() == "export-csuserdata":
        with _told("the imported export"):
            held = _users(wanted)
        with _told("the new export"):
            return UserData(held, _users(asked))
    return _elements(asked, wanted)


@contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except Damaged as error:
        raise Damaged(f"{what} {error}") from error


# User data


@dataclass
class Users:
    """One export of user data: per address how many contacts and their hash, and the names of what is no user."""

    contacts: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class UserData:
    """Two exports of user data, the imported one first."""

    wanted: Users
    found: Users

    @property
    def _with_contacts(self) -> Mapping[str, tuple[int, bytes]]:
        return {address: held for address, held in self.wanted.contacts.items() if held[0]}

    @property
    def absent(self) -> bool:
        return any(address not in self.found.contacts for address in self._with_contacts)

    def told(self, homed: frozenset[str] | None) -> tuple[Holds | None, str]:
        """A user without contacts shows nothing; one who is homed elsewhere by now is not expected."""
        wanted, there = self._with_contacts, self.found.contacts
        gone = [one for one in wanted if one not in there and homed is not None and one not in homed]
        whole = [one for one, held in wanted.items() if there.get(one) == held]
        fewer = [one for one, held in wanted.items() if one in there and there[one][0] < held[0]]
        missing = [one for one in wanted if one not in there and homed is not None and one in homed]
        away, certain = set(gone), {*gone, *whole, *fewer, *missing}
        doubtful = [one for one in wanted if one not in certain]
        expected = {one for one in self.wanted.others if _owner(one) not in away}
        others = expected & self.found.others
        words = [
            f"{len(whole)} of {counted(len(wanted) - len(gone), 'user')} with contacts have those of the export",
            f"{len(others)} of {counted(len(expected), 'other item')} of it are there",
            _named("homed elsewhere by now", gone),
            _named("with fewer contacts or none", [*fewer, *missing]),
            _named("with other contacts, or not in the pool's data", doubtful),
        ]
        said = "; ".join(one for one in words if one)
        if fewer or missing:
            return ("in part" if whole or doubtful else "nothing"), said
        if doubtful or len(others) < len(expected) or not (whole or others):
            return None, said
        return "whole", said


def _owner(name: str) -> str:
    """Whose item it is, by its name (``urn:con:ADDRESS:ID``); that this is its form is a guess."""
    return name.removeprefix("urn:").partition(":")[2].partition(":")[0]


def _named(what: str, users: list[str]) -> str:
    if not users:
        return ""
    more = f" and {len(users) - _MOST_NAMED} more" if len(users) > _MOST_NAMED else ""
    return f"{counted(len(users), 'user')} {what}: {', '.join(users[:_MOST_NAMED])}{more}"


class _Items:
    """Takes a DocItemSet: each item's name and the addresses of the contacts in it."""

    def __init__(self, found: Users) -> None:
        self.root = ""
        self._found = found
        self._depth = 0
        self._name = ""
        self._buddies: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth = _deeper(self._depth)
        local = tag.rpartition("}")[2]
        if self._depth == 1:
            self.root = local
        elif self._depth == 2:
            self._name, self._buddies = (attributes.get("Name", "").lower() if local == "DocItem" else ""), []
        elif self._name.startswith(_USERS) and local == "Contact":
            self._buddies.append(attributes.get("Buddy", "").lower())

    def end(self, _: str) -> None:
        if self._depth == 2 and self._name.startswith(_USERS):
            digest = hashlib.blake2b("\n".join(sorted(self._buddies)).encode("utf-8", "surrogatepass"), digest_size=16)
            self._found.contacts[self._name.removeprefix(_USERS)] = len(self._buddies), digest.digest()
        elif self._depth == 2 and self._name:
            self._found.others.add(self._name)
        self._depth -= 1

    def data(self, _: str) -> None: ...

    def doctype(self, _: str, __: str | None, ___: str | None) -> None:
        raise _no_doctype()

    def close(self) -> None: ...


def _users(stream: BinaryIO) -> Users:
    found, sets = Users(), 0
    with archive(stream) as opened:
        for name in opened.names:
            if name.lower().endswith(".xml"):
                items = Users()
                target = _Items(items)
                parse(opened.chunks(name), name, target)
                if target.root == "DocItemSet":
                    sets += 1
                    found.contacts.update(items.contacts)
                    found.others.update(items.others)
    if not sets:
        raise Damaged("holds no user data (DocItemSet.xml)")
    return found


# Exports of an unknown form


@dataclass(frozen=True)
class Elements:
    """How many elements of each name the imported export has, how many the new one has, and how many lack in it."""

    wanted: Counter[str]
    found: Counter[str]
    lacking: int | None
    """None where there were too many to be looked for."""

    @property
    def absent(self) -> bool:
        return False

    def told(self, homed: frozenset[str] | None) -> tuple[Holds | None, str]:
        del homed
        fewer = {name: number for name, number in self.wanted.items() if self.found[name] < number}
        numbers = ", ".join(f"{min(self.found[name], number)} of {number} {name}" for name, number in fewer.items())
        total = sum(self.wanted.values())
        if not total:
            return None, "the export that was imported holds nothing to compare"
        if fewer:
            held: Holds = "in part" if any(self.found[name] for name in self.wanted) else "nothing"
            return held, f"fewer than the export holds: {numbers}"
        if self.lacking is None:
            return None, f"as many as the export holds ({total}), too many to be compared one by one"
        if self.lacking:
            return None, f"as many as the export holds ({total}), {self.lacking} of them with another content"
        return "whole", f"everything that the export holds is there ({total})"


class _Each:
    """Takes any document: the name of each element below its root, and a hash of its attributes and own text."""

    def __init__(self, taken: Callable[[str, bytes], None]) -> None:
        self._taken = taken
        self._open: list[tuple[str, list[tuple[str, str]], list[str]]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        _deeper(len(self._open))
        kept = sorted((key, value) for key, value in attributes.items() if key not in _PASSING)
        self._open.append((tag.rpartition("}")[2], kept, []))

    def data(self, text: str) -> None:
        if self._open:
            self._open[-1][2].append(text)

    def end(self, _: str) -> None:
        name, kept, text = self._open.pop()
        if self._open:
            self._taken(name, _digest(f"{name}\n{kept}\n{''.join(text).strip()}"))

    def doctype(self, _: str, __: str | None, ___: str | None) -> None:
        raise _no_doctype()

    def close(self) -> None: ...


def _elements(asked: BinaryIO, wanted: BinaryIO) -> Elements:
    numbers, there = Counter[str](), Counter[str]()
    looked_for = Counter[bytes]()

    def keep(name: str, digest: bytes) -> None:
        numbers[name] += 1
        if numbers.total() <= MOST_ELEMENTS:
            looked_for[digest] += 1

    def find(name: str, digest: bytes) -> None:
        there[name] += 1
        if looked_for[digest] > 1:
            looked_for[digest] -= 1
        else:
            looked_for.pop(digest, None)

    with _told("the imported export"):
        _walk(wanted, keep)
    with _told("the new export"):
        _walk(asked, find)
    return Elements(numbers, there, looked_for.total() if numbers.total() <= MOST_ELEMENTS else None)


def _walk(stream: BinaryIO, taken: Callable[[str, bytes], None]) -> None:
    with archive(stream) as opened:
        for name in opened.names:
            if name.lower().endswith(".xml") and not name.lower().endswith("content_types].xml"):
                parse(opened.chunks(name), name, _Each(taken))
                continue
            digest = hashlib.blake2b(digest_size=16)
            for chunk in opened.chunks(name):
                digest.update(chunk)
            taken("file", digest.digest())


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _deeper(depth: int) -> int:
    if depth >= DEEPEST:
        raise Damaged(f"has elements within elements more than {DEEPEST} levels deep")
    return depth + 1


def _no_doctype() -> Damaged:
    return Damaged("has a document type declaration, which Lync never writes and which could hide an attack")
