"""The registry of simulated actions: on which host an action is possible, what prevents it, and its result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from lync_wizard.core.errors import InputError, Refused
from lync_wizard.core.yaml_document import did_you_mean
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.state import Host, State
from lync_wizard.lab.verdict import restore

Place = Literal["lost", "any", "nowhere"]
"""Where an action is carried out: on a lost server, on any server, or not on a server at all."""
AT: Final = "@"
"""Separates action and host where both are named: ``install-windows@fe02.contoso.com``."""


@dataclass(frozen=True)
class Context:
    """What an action works on: the simulation, its state (locked), one host, the deployment before the disaster."""

    simulation: Simulation
    state: State
    host: Host
    before: State

    @property
    def old(self) -> Host:
        """The host as it was before the disaster."""
        return self.before.hosts[self.host.fqdn.lower()]

    @property
    def known(self) -> bool:
        """Whether the host was there before the disaster."""
        return self.host.fqdn.lower() in self.before.hosts

    @property
    def account(self) -> str:
        """The name of the server's computer account, which is the server's former own name."""
        return self.host.fqdn.partition(".")[0].lower()

    @property
    def joined(self) -> bool:
        """Whether the computer is in the domain it was in, or in a workgroup as it was."""
        return self.host.domain.lower() == self.old.domain.lower()

    def again(self) -> Context:
        """The same context after an action that replaced the computer."""
        return Context(self.simulation, self.state, self.state.hosts[self.host.fqdn.lower()], self.before)


@dataclass(frozen=True)
class Action:
    """Something a person does: ``obstacle`` says what prevents it (empty: nothing), ``act`` does it and returns a text.

    ``seconds`` is how long it takes in reality. ``fits`` says for which servers the action is offered at all.
    """

    name: str
    wording: str
    seconds: int
    obstacle: Callable[[Context], str]
    act: Callable[[Context], str]
    place: Place = "lost"
    fits: Callable[[Context], bool] = lambda _: True

    @property
    def title(self) -> str:
        """The title, where no server is meant."""
        return self.title_on("the lost server")

    def title_on(self, host: str) -> str:
        """The title for one server."""
        return self.wording.format(host=host)


@dataclass(frozen=True)
class Done:
    """A completed action: what the screen of that machine said, and how long it would have taken in reality."""

    title: str
    said: str
    seconds: int


ACTIONS: Final[list[Action]] = []
"""Every action, in the order of a rebuild; modules of this package register theirs with :func:`action`."""


def no_obstacle(_: Context) -> str:
    """Nothing prevents the action."""
    return ""


def unreachable(context: Context) -> str:
    """The obstacle of an action for which the computer must answer."""
    return "" if context.host.present else f"there is no computer that answers as {context.host.fqdn}"


def action(
    name: str,
    wording: str,
    seconds: int,
    *,
    obstacle: Callable[[Context], str] = no_obstacle,
    place: Place = "lost",
    fits: Callable[[Context], bool] = lambda _: True,
) -> Callable[[Callable[[Context], str]], Callable[[Context], str]]:
    """Register a function as an action; it carries it out and returns what the screen of that machine says."""

    def register(act: Callable[[Context], str]) -> Callable[[Context], str]:
        ACTIONS.append(Action(name, wording, seconds, obstacle, act, place, fits))
        return act

    return register


def actions(simulation: Simulation) -> list[dict[str, Any]]:
    """Every action with ``name, host, title, seconds, available, why``, once for each server that it fits.

    With several servers the name of an action on one of them says which: ``install-windows@fe02.contoso.com``.
    """
    with simulation.lock:
        state, before = simulation.state, restore.snapshot(simulation.folder)
        offered = [(one, _contexts(simulation, one, before)) for one in ACTIONS]
        several = len(state.lost) > 1
        return [
            _row(one, context, several=several or len(contexts) > 1)
            for one, contexts in offered
            for context in contexts
        ]


def do(simulation: Simulation, name: str) -> Done:
    """Carry out an action, ``NAME`` or ``NAME@HOST``; without a host, on the only server that it can mean, or the
    drill's target.

    Raises :class:`InputError` for an unknown action, :class:`Refused` with the obstacle.
    """
    wanted, _, host = name.partition(AT)
    found = next((one for one in ACTIONS if one.name == wanted), None)
    if found is None:
        raise InputError(
            f"there is no simulated action called {wanted!r}", did_you_mean(wanted, [one.name for one in ACTIONS])
        )
    simulation.settle()
    with simulation.change() as state:
        context = _context(simulation, state, found, host.lower().partition("\\")[0])
        why = found.obstacle(context)
        if why:
            raise Refused(why, "Look at what the current step asks for, and do that first.")
        return Done(found.title_on(context.host.fqdn), found.act(context), found.seconds)


def _row(one: Action, context: Context, *, several: bool) -> dict[str, Any]:
    why, fqdn = one.obstacle(context), context.host.fqdn
    name = f"{one.name}{AT}{fqdn}" if several and one.place != "nowhere" else one.name
    title = one.title_on(fqdn)
    return {"name": name, "host": fqdn, "title": title, "seconds": one.seconds, "available": not why, "why": why}


def _contexts(simulation: Simulation, one: Action, before: State) -> list[Context]:
    """Where an action is offered now."""
    return [context for context in _places(simulation, one, before) if one.fits(context)]


def _places(simulation: Simulation, one: Action, before: State) -> list[Context]:
    """Every host of the kind on which an action is carried out."""
    state = simulation.state
    places = {"nowhere": [_aim(state)], "lost": state.lost, "any": [*state.lost, *state.hosts]}[one.place]
    hosts = dict.fromkeys(fqdn.lower() for fqdn in places if fqdn.lower() in state.hosts)
    return [Context(simulation, state, state.hosts[fqdn], before) for fqdn in hosts]


def _context(simulation: Simulation, state: State, one: Action, host: str) -> Context:
    """The host that is meant: the one named, the only one, the only lost one, or the drill's target.

    An action on a lost server says itself what prevents it there; elsewhere it is possible where it is offered.
    """
    before = restore.snapshot(simulation.folder)
    found = (_contexts if one.place == "any" else _places)(simulation, one, before)
    places = {context.host.fqdn.lower(): context for context in found}
    if one.place == "nowhere" and found:
        return found[0]
    if not places:
        if one.place == "lost":
            raise Refused("nothing is lost in this lab", "Start a lab whose scenario has a disaster.")
        raise Refused(f"{one.name} fits no server of this lab", "Look at what the current step asks for.")
    aim = host or (state.lost[0] if len(state.lost) == 1 else str(state.facts.get("target", ""))).lower()
    if len(places) == 1 and (one.place == "lost" or not host):
        (aim,) = places
    if aim not in places:
        unfit = f"{host} is not lost" if one.place == "lost" else f"{one.name} is not for {host}"
        said = unfit if host else f"{one.name} does not say on which server"
        raise Refused(said, f"Name the server after the action: {one.name}{AT}{next(iter(places))}.", ", ".join(places))
    return places[aim]


def _aim(state: State) -> str:
    """The server meant where none is named: the drill's target, the first lost one, or any."""
    for fqdn in (str(state.facts.get("target", "")).lower(), *state.lost, *state.hosts):
        if fqdn in state.hosts:
            return fqdn
    return ""
