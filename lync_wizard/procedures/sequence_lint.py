"""Whether what is required after a step comes after it wherever the step is taken.

A step names in ``followed-by`` what has to come later in its procedure: another step, or a block that one includes. A
procedure that takes the step by ``include`` with ``only`` has to take that too. Asked for by `procedures lint` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lync_wizard.core.yaml_document import Problems
from lync_wizard.hosts.command import Command, Pipeline
from lync_wizard.procedures.model import Library, Procedure, Step

_CHANGES_MIRROR = frozenset({"install-csmirrordatabase", "uninstall-csmirrordatabase"})
_STOPPED = "pool-stopped"


def lint(procedure: Procedure, library: Library, problems: Problems) -> None:
    """Every step whose sequel is missing in this procedure, or that changes mirroring and names none."""
    known = {**library, procedure.id: procedure}
    following = [frozenset(_names(step)) for step in procedure.steps]
    for number, step in enumerate(procedure.steps):
        later = frozenset[str]().union(*following[number + 1 :])
        for name in _required(step, known):
            if name not in later:
                problems.add(step.mark, "followed-by", f"{step.name} requires {name} after it, which does not follow",
                             f"Add {name} after it, or to `only` of the include.")  # fmt: skip
        if not procedure.block and not step.followed_by and _mirrors(step, known):
            problems.add(step.mark, "followed-by", f"{step.name} changes mirroring and names nothing that follows",
                         "Name the restart of the Front End Servers in `followed-by`, or ask the check "
                         f"{_STOPPED} in `before`.")  # fmt: skip


def _names(step: Step) -> Iterator[str]:
    """The names under which a step can be the sequel of another."""
    yield from (step.id, step.include, *step.only)
    for part in step.parts:
        yield from _names(part)


def _required(step: Step, library: Library) -> Iterator[str]:
    """What a step requires after it; of steps taken from another procedure what does not come with them."""
    yield from step.followed_by
    if step.only and step.include in library:
        for inner in library[step.include].steps:
            if inner.name in step.only:
                yield from (name for name in inner.followed_by if name not in step.only)
    for part in step.parts:
        yield from _required(part, library)


def _mirrors(step: Step, library: Library) -> bool:
    """Whether a step of its own or of a block sets up or ends mirroring while the pool may run."""
    every = list(_with_blocks([step], library))
    stopped = any(before.get("check") == _STOPPED for one in every for before in one.before)
    return not stopped and any(_changes(one.run) for one in every)


def _with_blocks(steps: Iterable[Step], library: Library) -> Iterator[Step]:
    for step in steps:
        for one in step.walk():
            yield one
            if one.include in library and library[one.include].block:
                yield from _with_blocks(library[one.include].steps, library)


def _changes(command: Command | None) -> bool:
    return isinstance(command, Pipeline) and any(one.name.lower() in _CHANGES_MIRROR for one in command.cmdlets)
