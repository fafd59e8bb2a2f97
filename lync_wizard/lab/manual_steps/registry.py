"""Deeds and how they are found and done: on which host, what stands in the way, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from lync_wizard.core.errors import InputError, Refused
from lync_wizard.core.yaml_document import did_you_mean
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.state import Host, State
from lync_wizard.lab.verdict import restore

Place = Literal["lost", "any", "nowhere"]
"""Where a deed is done: on a server that the disaster took, on any server, or not on a server at all."""
AT: Final = "@"
"""Between deed and host where both are named: ``install-windows@fe02.contoso.com``."""


@dataclass(frozen=True)
class Scene:
    """What a deed is done to: the simulation, its state (locked), one host, the deployment before the disaster."""

    simulation: Simulation
    state: State
    host: Host
    before: State

    @property
    def old(self) -> Host:
        """The host as it was before the disaster."""
        return self.before.hosts[self.host.fqdn.lower()]

    @property
    def account(self) -> str:
        """The name of the server's computer account, which is the server's own name of old."""
        return self.host.fqdn.partition(".")[0].lower()

    @property
    def joined(self) -> bool:
        """Whether the computer is in the domain it was in, or in a workgroup as it was."""
        return self.host.domain.lower() == self.old.domain.lower()

    def again(self) -> Scene:
        """The same place after a deed that put another computer there."""
        return Scene(self.simulation, self.state, self.state.hosts[self.host.fqdn.lower()], self.before)


@dataclass(frozen=True)
class Action:
    """Something a person does: ``bar`` says what stands in its way (empty: nothing), ``act`` does it and tells.

    ``seconds`` is how long it takes in life. ``fits`` says for which servers the deed is offered at all.
    """

    name: str
    wording: str
    seconds: int
    bar: Callable[[Scene], str]
    act: Callable[[Scene], str]
    place: Place = "lost"
    fits: Callable[[Scene], bool] = lambda _: True

    @property
    def title(self) -> str:
        """What is done, where no server is in mind."""
        return self.title_on("the lost server")

    def title_on(self, host: str) -> str:
        """What is done, to a server."""
        return self.wording.format(host=host)


@dataclass(frozen=True)
class Done:
    """A deed that was done: what the screen of that machine said, and how long it would have taken in life."""

    title: str
    said: str
    seconds: int


ACTIONS: Final[list[Action]] = []
"""Every deed, in the order of a rebuild; modules of this package enter theirs with :func:`action`."""


def free(_: Scene) -> str:
    """Nothing stands in the way."""
    return ""


def up(scene: Scene) -> str:
    """A computer must answer."""
    return "" if scene.host.present else f"there is no computer that answers as {scene.host.fqdn}"


def action(
    name: str,
    wording: str,
    seconds: int,
    *,
    bar: Callable[[Scene], str] = free,
    place: Place = "lost",
    fits: Callable[[Scene], bool] = lambda _: True,
) -> Callable[[Callable[[Scene], str]], Callable[[Scene], str]]:
    """Enter a function as a deed; it does the deed and returns what the screen of that machine says."""

    def entered(act: Callable[[Scene], str]) -> Callable[[Scene], str]:
        ACTIONS.append(Action(name, wording, seconds, bar, act, place, fits))
        return act

    return entered


def actions(simulation: Simulation) -> list[dict[str, Any]]:
    """Every deed with ``name, host, title, seconds, available, why``, once for each lost server where that matters.

    With several lost servers the name of a deed on one of them says which: ``install-windows@fe02.contoso.com``.
    """
    with simulation.lock:
        state, before = simulation.state, restore.picture(simulation.folder)
        several = len(state.lost) > 1
        return [
            _row(one, scene, several=several)
            for one in ACTIONS
            for scene in _scenes(simulation, one, before)
            if one.fits(scene)
        ]


def do(simulation: Simulation, name: str) -> Done:
    """Do a deed, ``NAME`` or ``NAME@HOST``; without a host, on the only lost server or where the drill is aimed at.

    Raises :class:`InputError` for an unknown deed, :class:`Refused` in the words of what refuses.
    """
    wanted, _, host = name.partition(AT)
    found = next((one for one in ACTIONS if one.name == wanted), None)
    if found is None:
        raise InputError(f"there is no deed called {wanted!r}", did_you_mean(wanted, [one.name for one in ACTIONS]))
    simulation.settle()
    with simulation.change() as state:
        scene = _scene(simulation, state, found, host.lower().partition("\\")[0])
        why = found.bar(scene)
        if why:
            raise Refused(why, "Look at what the current step asks for, and do that first.")
        return Done(found.title_on(scene.host.fqdn), found.act(scene), found.seconds)


def _row(one: Action, scene: Scene, *, several: bool) -> dict[str, Any]:
    why, fqdn = one.bar(scene), scene.host.fqdn
    name = f"{one.name}{AT}{fqdn}" if several and one.place != "nowhere" else one.name
    title = one.title_on(fqdn)
    return {"name": name, "host": fqdn, "title": title, "seconds": one.seconds, "available": not why, "why": why}


def _scenes(simulation: Simulation, one: Action, before: State) -> Iterator[Scene]:
    state = simulation.state
    if one.place == "nowhere":
        yield Scene(simulation, state, state.hosts[_aim(state)], before)
        return
    for fqdn in state.lost:
        yield Scene(simulation, state, state.hosts[fqdn], before)


def _scene(simulation: Simulation, state: State, one: Action, host: str) -> Scene:
    before = restore.picture(simulation.folder)
    lost = [fqdn.lower() for fqdn in state.lost]
    if host in lost or (one.place == "any" and host in state.hosts):
        return Scene(simulation, state, state.hosts[host], before)
    if one.place == "nowhere":
        return Scene(simulation, state, state.hosts[_aim(state)], before)
    if not lost:
        raise Refused("nothing is lost in this lab", "Start a lab whose scenario has a disaster.")
    aim = lost[0] if len(lost) == 1 else str(state.facts.get("target", "")).lower()
    if aim not in lost or (host and len(lost) > 1):
        said = f"{host} is not lost" if host else f"{one.name} does not say on which server"
        raise Refused(said, f"Name the server after the deed: {one.name}{AT}{lost[0]}.", ", ".join(lost))
    return Scene(simulation, state, state.hosts[aim], before)


def _aim(state: State) -> str:
    """The server that is in mind where none is named: the drill's target, the first lost one, or any."""
    for fqdn in (str(state.facts.get("target", "")).lower(), *state.lost, *state.hosts):
        if fqdn in state.hosts:
            return fqdn
    return ""
