"""The one reading of the procedure language: a walk that makes of a procedure its commands, one placed step for each.

``include``, ``only``, ``parts``, ``ways``, ``on``, ``for_each`` and ``when`` are resolved here and nowhere else. What a
procedure leaves open (whether a condition holds, which way is chosen, what a list holds) a :class:`Chooser` decides;
:func:`expanded` decides nothing and goes through all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Generic, TypeVar

from lync_wizard.hosts.command import SimulatedAction, from_data, to_data
from lync_wizard.procedures import collections
from lync_wizard.procedures.model import ForEach, Library, Procedure, Step
from lync_wizard.procedures.options import PlanOption

HERE: Final = "<ServerFqdn>"
"""The server at hand: where a step runs that names no host."""

TAKEN_FROM_A_WAY: Final = frozenset(
    {"title", "host", "destructive", "harms", "confirm", "expect", "verify", "evidence", "undo"}
)
"""What a way may give in place of what its step has; of nothing else that a way gives is there a trace in the plan."""

Scope = TypeVar("Scope")
"""What decisions rest on at a place, handed down from the outside in: the values of a plan, or nothing but a server."""


@dataclass(frozen=True)
class Heading:
    """A step as its procedure lists it; ``includes`` is the id of the procedure or block put in its place."""

    name: str
    title: str
    includes: str = ""


@dataclass(frozen=True)
class Place(Generic[Scope]):
    """Where the walk stands, everything from the outside in.

    ``path`` are the steps that the place is in, ``when`` the conditions that must hold (``ASK-CHOICE`` for a way),
    ``rounds`` the lists that steps with parts or an include are done for, ``items`` the items at hand of any list (none
    where lists are gone through as a whole), ``server`` the one that an ``on`` has put at hand.
    """

    scope: Scope
    path: tuple[Heading, ...] = ()
    when: tuple[str, ...] = ()
    rounds: tuple[ForEach, ...] = ()
    items: tuple[str, ...] = ()
    server: str = ""
    source: str = ""

    def titled(self, title: str) -> str:
        """The title of a step here, with the server and the items it is for; one with a placeholder says so itself."""
        if "<" in title:
            return title
        meant = dict.fromkeys(one.replace("@", " on ") for one in (self.server, *self.items) if one)
        named = [name for name in meant if name.lower() not in title.lower()]
        return f"{title}: {', '.join(named)}" if named else title

    @property
    def group(self) -> Heading:
        """What a plan shows the step under: the innermost step that includes it, else the step itself."""
        return self.path[-2:][0]


@dataclass(frozen=True)
class PlacedStep(Generic[Scope]):
    """One command in its place; ``command`` is its id without items, ``step`` has everything but values resolved.

    ``step.for_each`` is the list of the command itself. Ways that are not chosen are still in ``step.ways``, where none
    of them has parts. ``batch`` is set for what runs at the same time as the same command for other items.
    """

    command: str
    step: Step
    place: Place[Scope]
    batch: str = ""

    @property
    def id(self) -> str:
        return "@".join((self.command, *self.place.items))

    @property
    def heading(self) -> Heading:
        """The step of the walked procedure itself that it belongs to."""
        return self.place.path[0]


@dataclass(frozen=True)
class Omitted:
    """A step of the procedure that does not apply here, and why."""

    group: str
    title: str
    why: str


@dataclass(frozen=True)
class Round(Generic[Scope]):
    """One item of a list and the scope in it, or why the item is left out; no item: the list as a whole."""

    item: str
    scope: Scope
    omitted: str = ""


class Chooser(Generic[Scope]):
    """What is decided on a walk; this one decides nothing and goes through all that is written.

    Reasons for leaving something out are in words for a person, empty where nothing is left out.
    """

    def left_out(self, names: Sequence[str]) -> Mapping[str, str]:  # noqa: ARG002
        """Of the steps that one procedure lists those that are not wanted, each with the reason."""
        return {}

    def unmet(self, when: Sequence[str], scope: Scope) -> str:  # noqa: ARG002
        """Why these conditions do not hold."""
        return ""

    def on(self, step: Step, place: Place[Scope]) -> tuple[Scope, str]:
        """The scope with the current server that the step names, and that server."""
        return place.scope, step.on

    def ways(self, step: Step) -> Sequence[str]:
        """The ways to be gone, one after the other; none leaves them in the step."""
        return list(step.ways) if any(way.parts for way in step.ways.values()) else ()

    def rounds(self, each: ForEach, place: Place[Scope]) -> Sequence[Round[Scope]]:  # noqa: ARG002
        """The items of a list."""
        return [Round("", place.scope)]


def walk(
    procedure: Procedure, library: Library, chooser: Chooser[Scope], scope: Scope
) -> Iterator[PlacedStep[Scope] | Omitted]:
    """Every command of a procedure in its order, and what is left out where it is left out."""
    place = Place(scope, source=procedure.source)
    yield from _Walk(library, chooser).within(procedure.steps, place)


def expanded(procedure: Procedure, library: Library) -> Iterator[PlacedStep[str]]:
    """Every command of a procedure as written: all ways, lists as a whole, values still placeholders."""
    for found in walk(procedure, library, _AsWritten(), HERE):
        if isinstance(found, PlacedStep):
            yield replace(found, step=_at(found.step, found.place.scope))


def merged(step: Step, way: Step) -> Step:
    """A step with one of its ways in place of its own ``run``, ``kind`` and whatever else the way sets."""
    changed: dict[str, Any] = {"kind": way.kind, "run": way.run, "ways": {}, "ask": ""}
    changed |= {name: given for name in sorted(TAKEN_FROM_A_WAY) if (given := getattr(way, name))}
    if way.notes:
        changed["notes"] = (*step.notes, *way.notes)
    if way.parts:
        changed["parts"] = way.parts
    return replace(step, **changed)


def step_names(procedure: Procedure, library: Library) -> list[str]:
    """The steps that a plan can begin at or end with: those the procedure lists, each before what it includes."""
    return list(dict.fromkeys(one.name for placed in expanded(procedure, library) for one in placed.place.path))


def options_of(procedure: Procedure, library: Library) -> list[PlanOption]:
    """The questions to decide before planning, those of everything it includes too, each once.

    One that several procedures ask stands where the first asks it, in its words.
    """
    found, waiting = {procedure.id: procedure}, [procedure]
    while waiting:
        inner = [library[step.include] for step in waiting.pop(0).walk() if step.include in library]
        waiting += [one for one in inner if one.id not in found]
        found |= {one.id: one for one in inner}
    asked: dict[str, PlanOption] = {}
    for one in (one for outer in found.values() for one in outer.options):
        asked.setdefault(one.name, one)
    return list(asked.values())


def used(procedure: Procedure, library: Library) -> dict[str, Procedure]:
    """The procedure and everything that it includes, blocks too, by id; whether a plan needs it or not."""
    found = {procedure.id: procedure}
    waiting = [procedure]
    while waiting:
        names = {step.include for step in waiting.pop().walk() if step.include in library}
        inner = [library[name] for name in sorted(names - found.keys())]
        found |= {one.id: one for one in inner}
        waiting += inner
    return dict(sorted(found.items()))


def expected_seconds(procedure: Procedure, library: Library) -> float:
    """What its commands usually take together, every way and condition counted; 0 where the procedure says nothing."""
    return sum(placed.step.expected_seconds for placed in expanded(procedure, library))


class _AsWritten(Chooser[str]):
    """The scope is the current server, a placeholder."""

    def on(self, step: Step, place: Place[str]) -> tuple[str, str]:
        server = step.on.replace(HERE, place.scope)
        return server, server


@dataclass(frozen=True)
class _Walk(Generic[Scope]):
    library: Library
    chooser: Chooser[Scope]

    def within(self, steps: Iterable[Step], place: Place[Scope]) -> Iterator[PlacedStep[Scope] | Omitted]:
        """The steps that one procedure lists."""
        listed = list(steps)
        outside = self.chooser.left_out([step.name for step in listed])
        for step in listed:
            inner = self.library.get(step.include)
            title = step.title or (inner.title if inner else step.id)
            heading = Heading(step.name, title, inner.id if inner else "")
            here = replace(place, path=(*place.path, heading))
            if why := outside.get(step.name):
                yield Omitted(here.group.name, title, why)
            else:
                yield from self._step(replace(step, id=step.name, title=title), here)

    def _step(self, step: Step, place: Place[Scope]) -> Iterator[PlacedStep[Scope] | Omitted]:
        """A step or a part of one: its conditions first, then its server, its ways, its list."""
        if _judged_once(step) and (why := self.chooser.unmet(step.when, place.scope)):
            yield Omitted(place.group.name, step.title, why)
            return
        here = replace(place, when=(*place.when, *step.when))
        if step.on:
            scope, server = self.chooser.on(step, here)
            here = replace(here, scope=scope, server=server)
        ways = self.chooser.ways(step)
        for name in ways:
            chosen = replace(here, when=(*here.when, f"{step.ask}-{name}"))
            yield from self._listed(merged(step, step.ways[name]), chosen)
        if not ways:
            yield from self._listed(step, here)

    def _listed(self, step: Step, place: Place[Scope]) -> Iterator[PlacedStep[Scope] | Omitted]:
        """A step for every item of its list: one item after the other, or command by command abreast."""
        each = step.for_each
        if each is None:
            yield from self._commands(step, place)
            return
        whole = bool(step.parts or step.include)
        lists = (*place.rounds, each) if whole else place.rounds
        abreast = []
        rounds = self.chooser.rounds(each, place)
        if not rounds:
            yield Omitted(place.group.name, step.title, f"there is none in {each.over.replace('-', ' ')}")
        for one in rounds:
            items = (*place.items, one.item) if one.item else place.items
            here = replace(place, rounds=lists, items=items, scope=one.scope)
            if why := one.omitted or self.chooser.unmet(step.when, one.scope):
                why = f"{one.item}: {why}" if one.item and not whole else why
                yield Omitted(place.group.name, step.title, why)
                continue
            for found in self._commands(step, here):
                if isinstance(found, PlacedStep) and one.item and each.order == "parallel":
                    abreast.append(found)
                else:
                    yield found
        yield from _abreast(abreast, len(place.items))

    def _commands(self, step: Step, place: Place[Scope]) -> Iterator[PlacedStep[Scope] | Omitted]:
        """The commands of a step: those of what it includes, its parts, or its own."""
        inner = self.library.get(step.include)
        if inner and inner.block:
            # A block's steps are the parts of the step that includes it: se-userdata.1, se-userdata.2 …
            whole = replace(step, include="", parts=inner.steps)
            yield from self._parts(whole, replace(place, source=inner.source or place.source))
        elif inner:
            chosen = [one for one in inner.steps if not step.only or one.name in step.only]
            yield from self.within(chosen, replace(place, source=inner.source or place.source))
        elif step.parts:
            yield from self._parts(step, place)
        else:
            prefix = "".join(f"{one.includes}/" for one in place.path[:-1])
            here = replace(place, source=step.source or place.source)
            placed = replace(step, host=step.host or HERE, title=place.titled(step.title))
            yield PlacedStep(prefix + step.id, placed, here)

    def _parts(self, step: Step, place: Place[Scope]) -> Iterator[PlacedStep[Scope] | Omitted]:
        for number, part in enumerate(self._flat(step), 1):
            own = {name: getattr(part, name) or getattr(step, name) for name in ("title", "host", "source")}
            yield from self._step(replace(part, id=f"{step.id}.{number}", **own), place)

    def _flat(self, step: Step) -> list[Step]:
        """The parts of a step in their order; a block among them stands there with its own."""
        found: list[Step] = []
        for part in step.parts:
            inner = self.library.get(part.include)
            if inner is None or part.for_each:
                found.append(part)
                continue
            for one in self._flat(replace(part, parts=inner.steps)):
                when, host, on = (*part.when, *one.when), one.host or part.host, one.on or part.on
                found.append(replace(one, when=when, host=host, on=on))
        if found:
            # What is said of the whole step is read before its first command.
            first = found[0]
            found[0] = replace(
                first,
                notes=(*step.notes, *first.notes),
                errata=tuple(dict.fromkeys((*step.errata, *first.errata))),
                pitfalls=tuple(dict.fromkeys((*step.pitfalls, *first.pitfalls))),
            )
        return found


def _judged_once(step: Step) -> bool:
    """Whether its facts are the same in every round: those of pools, databases and servers are judged for each."""
    each = step.for_each
    return each is None or (
        each.over in {*collections.TARGET_LISTS, *collections.PAIR_LISTS} and each.bind != "ServerFqdn"
    )


def _abreast(found: Iterable[PlacedStep[Scope]], number: int) -> Iterator[PlacedStep[Scope]]:
    """Commands that were placed item by item, now command by command; ``number`` is where the item stands among all."""
    batches: dict[str, list[PlacedStep[Scope]]] = {}
    for placed in found:
        items = placed.place.items
        batches.setdefault("@".join((placed.command, *items[:number], *items[number + 1 :])), []).append(placed)
    for batch, together in batches.items():
        for placed in together:
            by_hand = placed.step.run is None or isinstance(placed.step.run, SimulatedAction)
            yield replace(placed, batch="" if by_hand else batch)


def _at(step: Step, server: str) -> Step:
    """The step with another server at hand: what it names ``<ServerFqdn>`` is then that one."""
    if server == HERE:
        return step
    parts = [("ServerFqdn", server.strip("<>"))]
    parts += [(name, f"{name} of {server.strip('<>')}") for name in ("ServerName", "ServerSuffix", "ServerInstance")]

    def there(value: Any) -> Any:
        match value:
            case str():
                for name, other in parts:
                    value = value.replace(f"<{name}>", f"<{other}>" if server.startswith("<") else other)
                return value
            case Mapping():
                return {key: there(one) for key, one in value.items()}
            case list() | tuple():
                return type(value)(there(one) for one in value)
        return value

    return replace(
        step,
        title=there(step.title),
        host=there(step.host),
        run=from_data(there(to_data(step.run))) if step.run else None,
        verify=there(step.verify) if step.verify else None,
        before=there(step.before),
        reads=there(step.reads),
        destructive=there(step.destructive),
        harms=there(step.harms),
        evidence=there(step.evidence),
        undo=there(step.undo),
        notes=there(step.notes),
        ways={name: _at(way, server) for name, way in step.ways.items()},
    )
