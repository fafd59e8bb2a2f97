"""Whether what answers at a host of a run is the machine that the plan was made with, or that a person confirmed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from lync_wizard.core.errors import WizardError
from lync_wizard.hosts import Connect, Session, Transport
from lync_wizard.hosts import identity as identities
from lync_wizard.hosts.identity import Identity
from lync_wizard.plans import identified
from lync_wizard.plans.model import Plan
from lync_wizard.runs.state import EventType, RunEvent, RunState

EVENTS: Final[tuple[EventType, ...]] = ("host_doubted", "host_identified")
How = Literal["as-recorded", "as-named", "first-contact", "confirmed"]
"""How it is known: it is what the plan says; it is an instance of the name that is meant, and says no more; a person
said so of one that was not known, or of another one.
"""


@dataclass(frozen=True)
class Met:
    """What answers at a host, and why it is not just believed.

    ``first``: nothing was known of it, or the plan has installed it anew. ``other``: it is not what was recorded; of a
    host that was installed anew only where its computer account is another.
    """

    host: str
    key: str
    found: Identity
    recorded: Identity
    rebuilt: bool
    first: bool
    differing: tuple[str, ...] = ()

    @property
    def other(self) -> bool:
        return bool(self.differing)

    @property
    def how(self) -> How:
        """How it is known once a person has said that it is the host."""
        return "confirmed" if self.other else "first-contact"

    @property
    def why(self) -> str:
        """What is the matter, in a sentence without its full stop."""
        if self.other and self.rebuilt and self.first and not self.found.instance:
            return f"{self.host} was installed again and has ANOTHER COMPUTER ACCOUNT: {'; '.join(self.differing)}"
        if self.other:
            return f"another machine answers at {self.host}: {'; '.join(self.differing)}"
        since = "since it was installed again" if self.rebuilt else "and it was not known when the plan was made"
        return f"{self.host} answers for the first time {since}"

    @property
    def known(self) -> str:
        """What was recorded of it, and what of that it still is."""
        if not self.recorded:
            return "nothing was recorded of it"
        kept = "; it has the same computer account" if self._same_account else ""
        return f"recorded: {self.recorded}{kept}"

    @property
    def _same_account(self) -> bool:
        return self.first and bool(self.recorded.account) and self.recorded.account == self.found.account

    def to_data(self) -> dict[str, Any]:
        """What the journal keeps of it."""
        data = {**_placed(self.key), "identity": self.found.to_data(), "recorded": self.recorded.to_data()}
        return {**data, "first": self.first, "differing": list(self.differing)}

    def now(self, found: Identity) -> Met | None:
        """The same about what answers there now; None where that is what was recorded."""
        return judged(self.host, self.key, found, self.recorded, rebuilt=self.rebuilt, first=self.first)


class Stranger(WizardError):
    """What answers at a host is not known to be the machine that is meant; nothing was sent to it."""

    def __init__(self, met: Met) -> None:
        super().__init__(met.why, met.found.compare)
        self.met = met


class HostIdentities:
    """Vets every session of a run as it is opened, also by itself; safe from any thread."""

    def __init__(self, plan: Plan, events: Iterable[RunEvent] = ()) -> None:
        self._plan = plan
        self._lock = threading.Lock()
        self._confirmed = confirmed(events)
        self._told: set[str] = set()
        self._waiting: dict[str, Met] = {}
        self._anew: set[str] = set()
        self._wiping = {
            name: frozenset(identified.wiping(plan.steps, name.partition(" ")[2])) for name in plan.identified
        }
        self._heard: Callable[[Mapping[str, Any]], None] = lambda _: None
        self._state: Callable[[], RunState] = RunState

    def follow(self, heard: Callable[[Mapping[str, Any]], None], state: Callable[[], RunState]) -> None:
        """``heard`` is told, from the thread of a session, of each host that is what was recorded; ``state`` is asked
        which steps are over.
        """
        self._heard, self._state = heard, state

    def connect(self, connect: Connect) -> Connect:
        """Opens sessions as ``connect`` does; raises :class:`Stranger` where what answers is not known.

        Hosts that the plan does not name are not asked what they are.
        """
        vetted = identities.vetted(connect, self.vet)

        def opened(server: str, account: str, transport: Transport = "psrp") -> Session:
            named = identified.key(transport, server) in self._plan.identified
            return (vetted if named else connect)(server, account, transport)

        return opened

    def vet(self, transport: Transport, host: str, found: Identity) -> None:
        """Raises :class:`Stranger` unless this is the host as it was recorded, or as a person confirmed it."""
        name = identified.key(transport, host)
        met = self._met(name, host, found)
        with self._lock:
            if met is not None:
                self._waiting[name] = met
                raise Stranger(met)
            new = name not in self._told and self._compares(name)
            self._told |= {name} if new else set()
        if new:
            self._heard(recorded(name, found, "as-recorded" if self._expected(name)[0] else "as-named"))

    def waiting(self) -> Met | None:
        """A host about which a person has to be asked; each is given once."""
        with self._lock:
            return self._waiting.pop(next(iter(self._waiting)), None) if self._waiting else None

    def taken(self, met: Met) -> None:
        """Somebody is being asked about it now."""
        with self._lock:
            self._waiting.pop(met.key, None)

    def confirm(self, name: str, found: Identity) -> None:
        """A person says that it is the host; from now on it is compared with what it is now."""
        with self._lock:
            self._confirmed[name] = found
            self._told.add(name)
            self._waiting.pop(name, None)

    def installed_anew(self) -> list[str]:
        """Hosts whose installation has ended since this was asked last: what was open to them says nothing of them."""
        done = self._settled()
        ended = {name for name, steps in self._wiping.items() if steps and steps <= done} - self._anew
        self._anew |= ended
        return sorted({name.partition(" ")[2] for name in ended})

    def _compares(self, name: str) -> bool:
        """Whether this host is compared now: none that the plan does not name, or is about to install anew."""
        wiping = self._wiping.get(name)
        return wiping is not None and wiping <= self._settled()

    def _settled(self) -> set[str]:
        return {name for name, at in self._state().steps.items() if at.settled}

    def _met(self, name: str, host: str, found: Identity) -> Met | None:
        if not self._compares(name):
            return None
        expected, first = self._expected(name)
        return judged(host, name, found, expected, rebuilt=self._plan.identified[name].rebuilt, first=first)

    def _expected(self, name: str) -> tuple[Identity, bool]:
        """What a host has to be, and whether a person has still to see it."""
        then = self._plan.identified[name]
        known = self._confirmed.get(name)
        if known is not None:
            return known, False
        return then.identity, then.rebuilt or not then.identity


def judged(host: str, name: str, found: Identity, expected: Identity, *, rebuilt: bool, first: bool) -> Met | None:
    """Why what answers is not just believed; None where it is what it has to be."""
    differing = identities.differences(expected, found)
    if not differing and (expected or not first):
        return None
    if name.startswith("sql ") and first:
        known = identities.named(host)
        differing = identities.differences(known, replace(found, installed=""))
        if not differing and not found.installed:
            # It tells two names and nothing else: a person could compare nothing that is not compared here.
            return None
        return Met(host, name, found, known if differing else expected, rebuilt, first, tuple(differing))
    if first:
        # New hardware and a new Windows differ in everything but the computer account.
        moved = expected.account and found.account != expected.account
        differing = [f"computer account: {found.account or 'none'}, recorded {expected.account}"] if moved else []
    return Met(host, name, found, expected, rebuilt, first, tuple(differing))


def recorded(name: str, found: Identity, how: How, **more: str) -> dict[str, Any]:
    """What ``host_identified`` carries."""
    return {**_placed(name), "identity": found.to_data(), "how": how, **more}


def key_of(event: RunEvent) -> str:
    """The key of the host that an event is about."""
    return identified.key(str(event.data.get("wire", "")), str(event.data.get("host", "")))


def _placed(name: str) -> dict[str, str]:
    wire, _, host = name.partition(" ")
    return {"wire": wire, "host": host}


def confirmed(events: Iterable[RunEvent]) -> dict[str, Identity]:
    """What each host is, as a person confirmed it last."""
    return {
        key_of(event): identities.from_data(event.data.get("identity"))
        for event in events
        if event.type == "host_identified" and event.data.get("how") != "as-recorded"
    }


def doubted(plan: Plan, events: Iterable[RunEvent]) -> list[Met]:
    """Hosts that were found to be others than recorded, and that nobody confirmed."""
    found: dict[str, Met] = {}
    for event in events:
        name, data = key_of(event), event.data
        found.pop(name, None)
        if event.type == "host_doubted" and data.get("differing") and name in plan.identified:
            said, then = (identities.from_data(data.get(one)) for one in ("identity", "recorded"))
            differing = tuple(str(one) for one in data["differing"])
            rebuilt = plan.identified[name].rebuilt
            found[name] = Met(str(data["host"]), name, said, then, rebuilt, bool(data.get("first")), differing)
    return list(found.values())
