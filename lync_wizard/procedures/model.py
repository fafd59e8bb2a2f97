"""A procedure as written: its steps, alternatives and includes, placeholders still in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from lync_wizard.core.yaml_document import Mark
from lync_wizard.hosts.command import Command
from lync_wizard.procedures.options import PlanOption

Kind = Literal["cmdlet", "command", "sql", "files", "wizard-gui", "manual", "decision"]
"""How a step is carried out; by a person where it is wizard-gui, manual or decision."""
Confirm = Literal["none", "yes", "type"]
"""What is asked before a step is sent; ``type``: a text has to be typed."""
WrittenConfirm = Literal["none", "yes", "type", "once"]
"""The same in a procedure; ``once``: typed for the first item of a list that harms the same, one key for the others."""


@dataclass(frozen=True)
class Use:
    """A placeholder as used, and where."""

    name: str
    mark: Mark


@dataclass(frozen=True)
class ForEach:
    """One copy of the step for every item of a list, bound to a placeholder."""

    bind: str
    over: str
    order: Literal["parallel", "sequence"]


@dataclass(frozen=True)
class Step:
    """A step as written; commands and predicates still hold placeholders. ``data`` parts are plain values.

    ``parts`` are commands of one step, numbered ``ID.1`` on; ``ways`` are alternatives chosen by the ask ``ask``;
    ``include`` is another procedure or block put in this place, ``only`` these steps of it where given; ``on`` is the
    server at hand there. ``followed_by`` are steps that are required after it, wherever it is taken.
    """

    id: str
    title: str
    mark: Mark
    kind: Kind = "manual"
    when: tuple[str, ...] = ()
    host: str = ""
    on: str = ""
    account: str = "lync-admin"
    for_each: ForEach | None = None
    run: Command | None = None
    expect: Mapping[str, Any] = field(default_factory=dict)
    verify: Mapping[str, Any] | None = None
    before: tuple[Mapping[str, Any], ...] = ()
    reads: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    deliver: Mapping[str, Any] = field(default_factory=dict)
    evidence: str = ""
    destructive: str | None = None
    harms: str = ""
    confirm: WrittenConfirm | None = None
    repeatable: bool = False
    repeatable_because: str = ""
    expected_seconds: float = 0.0
    limit_seconds: float = 600.0
    choices: tuple[str, ...] = ()
    undo: str = ""
    notes: tuple[str, ...] = ()
    errata: tuple[str, ...] = ()
    pitfalls: tuple[str, ...] = ()
    source: str = ""
    ask: str = ""
    ways: Mapping[str, Step] = field(default_factory=dict)
    parts: tuple[Step, ...] = ()
    include: str = ""
    only: tuple[str, ...] = ()
    followed_by: tuple[str, ...] = ()
    uses: tuple[Use, ...] = ()

    @property
    def name(self) -> str:
        """What it is called among the steps of its procedure: its id, or the id of what it includes."""
        return self.id or self.include

    def walk(self) -> Iterator[Step]:
        """This step, its parts and its ways, as written."""
        yield self
        for child in (*self.parts, *self.ways.values()):
            yield from child.walk()


@dataclass(frozen=True)
class Procedure:
    """A runbook; a ``block`` holds steps that other procedures include under an id of their own."""

    id: str
    title: str
    mark: Mark
    source: str = ""
    summary: str = ""
    target: str = ""
    rto: str = ""
    block: bool = False
    listed: bool = True
    needs_backup: bool = False
    takes_backup: bool = False
    """Whether the newest set is taken where there is one; without any, what it would bring back is left out."""
    makes_set: bool = False
    options: tuple[PlanOption, ...] = ()
    checks: tuple[str, ...] = ()
    check_marks: Mapping[str, Mark] = field(default_factory=dict, compare=False)
    afterwards: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    sha256: str = ""
    """Over the text of its file with line ends of one kind; empty where it was not read from one."""

    def walk(self) -> Iterator[Step]:
        for step in self.steps:
            yield from step.walk()


Library = Mapping[str, Procedure]
