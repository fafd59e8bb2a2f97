"""A procedure laid out flat: one step for every command, in its order, with what must hold for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from lync_wizard.hosts.command import from_data, to_data
from lync_wizard.procedures import ForEach, Library, Procedure, Step, included, merged

_HERE: Final = "<ServerFqdn>"


@dataclass(frozen=True)
class PlacedStep:
    """A step of a procedure in its place, one for every command: includes resolved, alternatives still in ``ways``.

    ``group`` and ``heading`` are id and title of the step it belongs to. ``when`` are the facts and answers
    (``ASK-CHOICE``) that must hold, from the outside in, ``rounds`` the lists it is done for as part of a greater step.
    """

    id: str
    step: Step
    group: str
    heading: str
    when: tuple[str, ...] = ()
    rounds: tuple[ForEach, ...] = ()


def parts_of(step: Step, library: Library) -> tuple[Step, ...]:
    """The commands of a step in their order; a block among its parts stands there with its own."""
    found: list[Step] = []
    for part in step.parts or (step,):
        if part is step or part.include not in library:
            found.append(part)
            continue
        for one in parts_of(replace(part, parts=library[part.include].steps), library):
            when, host = (*part.when, *one.when), one.host or part.host
            found.append(replace(one, when=when, host=host, on=one.on or part.on))
    if step.parts and found:
        # What is said of the whole step is read before its first command.
        first = found[0]
        found[0] = replace(
            first,
            notes=(*step.notes, *first.notes),
            errata=tuple(dict.fromkeys((*step.errata, *first.errata))),
            pitfalls=tuple(dict.fromkeys((*step.pitfalls, *first.pitfalls))),
        )
    return tuple(found)


def expanded(procedure: Procedure, library: Library) -> Iterator[PlacedStep]:
    """Every step of a procedure in its order, values still placeholders."""
    for step in procedure.steps:
        yield from _unfold(step, library, PlacedStep("", step, "", ""), _HERE)


def _unfold(step: Step, library: Library, outer: PlacedStep, server: str) -> Iterator[PlacedStep]:
    """``outer`` hands down the prefix of ids (its ``id``), group, conditions and rounds; ``server`` who is at hand."""
    inner = library.get(step.include)
    title = step.title or (inner.title if inner else step.id)
    rounds = (*outer.rounds, step.for_each) if step.for_each and (inner or step.parts) else outer.rounds
    here = replace(outer, when=(*outer.when, *step.when), rounds=rounds)
    server = step.on.replace(_HERE, server) or server
    if inner and inner.block:
        whole = replace(
            step, id=step.id or inner.id, title=title, include="", when=(), on="", parts=inner.steps, run=None
        )
        yield from _unfold(replace(whole, for_each=None), library, here, server)
    elif inner:
        group = outer.group or step.id or inner.id
        inside = replace(here, id=f"{outer.id}{inner.id}/", group=group, heading=outer.heading or title)
        for child in included(step, inner):
            yield from _unfold(child, library, inside, server)
    elif any(way.parts for way in step.ways.values()):
        for name, way in step.ways.items():
            chosen = replace(here, when=(*here.when, f"{step.ask}-{name}"), rounds=outer.rounds)
            yield from _unfold(replace(merged(step, way), when=()), library, chosen, server)
    else:
        for number, part in enumerate(parts_of(step, library), 1):
            step_id = outer.id + step.id + (f".{number}" if step.parts else "")
            own = here.when if part is step else (*here.when, *part.when)
            whole = replace(
                part, host=part.host or step.host, title=part.title or title, source=part.source or step.source
            )
            group = outer.group or outer.id + step.id
            at = part.on.replace(_HERE, server) or server
            yield PlacedStep(step_id, _at(whole, at), group, outer.heading or title, own, rounds)


def _at(step: Step, server: str) -> Step:
    """The step with another server at hand: what it names ``<ServerFqdn>`` is then that one."""
    step = replace(step, host=step.host or _HERE)
    if server == _HERE:
        return step
    parts = [(name, server.strip("<>")) for name in ("ServerFqdn",)]
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
        undo=there(step.undo),
        notes=there(step.notes),
    )
