"""Which hosts a person has agreed to sign in to: every sign-in passes here first, whoever asks for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from lync_wizard.core.errors import InputError, Refused
from lync_wizard.core.prompts import Prompts
from lync_wizard.core.secret import Secret
from lync_wizard.core.wrapping import counted
from lync_wizard.hosts.addresses import AddressBook, host_of

QUESTION: Final = "May the accounts of connections.yaml sign in to these hosts?"
HINT: Final = (
    "Look whether each of them is yours. Then agree where you are asked, at a terminal; or write `NAME: {}` under "
    "hosts: in connections.yaml; or name them under connections/hosts in the answers of `lync-wizard setup --answers`."
)


@dataclass(frozen=True)
class NamedHost:
    """A host whose name stands in the worksheets: where the name is from, and whether a person wrote it there.

    ``reached``: procedures and checks sign in there.
    """

    name: str
    origin: str = ""
    confirmed: bool = False
    reached: bool = True

    def __str__(self) -> str:
        return f"{self.name} ({self.origin})" if self.origin else self.name


class Person(Protocol):
    """Who sits at the terminal or at the screens; may be asked from any thread."""

    def __call__(self, user: str) -> Secret | None:
        """The password of a user; None where nobody answers."""

    def agrees(self, hosts: Sequence[NamedHost]) -> bool | None:
        """Whether the accounts may sign in to these hosts; None where nobody answers."""

    def told(self, text: str) -> None:
        """Hear of a sign-in that is about to happen."""


class Unagreed(Refused):
    """Nobody has agreed that an account signs in to these hosts; nothing was sent to them."""

    def __init__(self, hosts: Iterable[NamedHost]) -> None:
        named = sorted({host.name.lower(): host for host in hosts}.values(), key=lambda host: host.name)
        self.hosts = tuple(named)
        super().__init__(f"nobody has agreed to sign in to {', '.join(map(str, named))}", HINT)


def ask(prompts: Prompts, hosts: Sequence[NamedHost]) -> bool:
    """The one question about several hosts, with where each name is from. Raises as :meth:`Prompts.line`."""
    width = max(len(host.name) for host in hosts)
    prompts.say(
        "Nobody has agreed yet that accounts sign in to these hosts:",
        *(f"  {host.name:<{width}}  {host.origin}".rstrip() for host in hosts),
    )
    return prompts.agree(QUESTION, False)


Named = Callable[[], Mapping[str, NamedHost]]
Asks = Callable[[Sequence[NamedHost]], bool | None]
Keep = Callable[[Sequence[str]], object]


class Gate:
    """Lets a sign-in pass to a host that stands in connections.yaml or whose name a person wrote, and asks for others.

    ``named`` are the hosts of the worksheets by their names in lower case, ``keep`` writes an agreement down,
    ``person`` is asked; without one the others are refused.
    """

    def __init__(
        self,
        book: AddressBook,
        *,
        named: Named = dict,
        person: Person | None = None,
        keep: Keep = lambda _: None,
        announce: Callable[[str], object] = lambda _: None,
    ) -> None:
        self.named = named
        self._book = book
        self._person = person
        self.keep = keep
        self._announce = announce
        self._agreed: set[str] = set()
        self._kept: set[str] = set()
        self._declined: set[str] = set()
        self._announced: set[str] = set()
        self._refused: dict[str, NamedHost] = {}
        self._turn = threading.Lock()

    def knows(self, server: str) -> bool:
        """Whether a person has agreed to sign in to a host, or to the host of an instance."""
        name = host_of(server)
        if name in self._agreed or self._book.lists(name):
            return True
        named = self.named().get(name)
        return named is not None and named.confirmed

    def unknown(self, servers: Iterable[str] | None = None) -> list[NamedHost]:
        """Those that nobody has agreed to: of these, else of all that the worksheets name and procedures reach."""
        named = self.named()
        wanted = [one.name for one in named.values() if one.reached] if servers is None else list(servers)
        names = dict.fromkeys(host_of(one) for one in wanted)
        return [named.get(name, NamedHost(name, "named by no worksheet")) for name in names if not self.knows(name)]

    def agree(self, hosts: Iterable[str], *, keep: bool = True) -> None:
        """A person has agreed; what cannot be kept, or is not to be kept yet, holds until the program ends."""
        names = list(dict.fromkeys(host_of(host) for host in hosts))
        self._agreed.update(names)
        self._declined.difference_update(names)
        for name in names:
            self._refused.pop(name, None)
        new = [name for name in names if keep and not self._book.lists(name) and name not in self._kept]
        if not new:
            return
        try:
            self.keep(new)
        except InputError as error:
            self._announce(f"the agreement to {counted(len(new), 'host')} could not be kept: {error.summary}")
        else:
            self._kept.update(new)

    def settle(self, servers: Iterable[str] | None = None, by: Asks | None = None) -> None:
        """Ask about every host that nobody has agreed to, in one question; with ``servers``, only where one is among
        them. ``by`` asks in place of the person. Raises :class:`Unagreed` for a no, and where nobody answers.
        """
        with self._turn:
            self._refused.clear()
            if missing := self.unknown(servers):
                self._ask(missing, by or (self._person.agrees if self._person else None))

    def admit(self, server: str, how: str, *, quiet: bool = False) -> None:
        """Let a sign-in pass; the first of its kind is announced as ``how`` says. ``quiet``: nobody is asked.

        Raises :class:`Unagreed`.
        """
        if not self.knows(server):
            with self._turn:
                if not self.knows(server):
                    silent = quiet or self._person is None or host_of(server) in self._declined
                    asks = None if silent or self._person is None else self._person.agrees
                    self._ask(self.unknown([server]), asks)
        line = f"signing in to {server} {how}"
        with self._turn:
            first = line not in self._announced
            self._announced.add(line)
        if first:
            self._announce(line)

    @property
    def refused(self) -> list[NamedHost]:
        """The hosts that somebody wanted to sign in to and that nobody has agreed to."""
        return list(self._refused.values())

    def raise_refused(self) -> None:
        """Raises :class:`Unagreed` where a sign-in was refused."""
        if self._refused:
            raise Unagreed(self.refused)

    def _ask(self, missing: Sequence[NamedHost], asks: Asks | None) -> None:
        every = {host_of(one.name): one for one in [*missing, *self.unknown()]}
        if asks and asks(list(every.values())):
            self.agree(every)
            return
        if asks:
            self._declined |= every.keys()
        self._refused |= {host_of(one.name): one for one in missing}
        raise Unagreed(missing)
