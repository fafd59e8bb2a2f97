"""A plan: the runbook made concrete, immutable, with everything resolved and a digest; secrets never enter it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from lync_wizard.core import mapping, storage
from lync_wizard.core.errors import InputError
from lync_wizard.hosts.command import Command, SimulatedAction, from_data, to_data
from lync_wizard.procedures.capture import Capture
from lync_wizard.procedures.expand import Omitted
from lync_wizard.procedures.expectations import Expectation, Verification, verification_from
from lync_wizard.procedures.model import Confirm, Kind

FORMAT: Final = 1


@dataclass(frozen=True)
class Precondition:
    """What must hold just before a step is sent: a check of the catalogue by id, or a question of the step's own."""

    title: str
    check: str | None = None
    question: Verification | None = None

    def to_data(self) -> dict[str, Any]:
        if self.question is None:
            return {"check": self.check, "title": self.title}
        return {"title": self.title, **self.question.to_data()}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Precondition:
        """The precondition that :meth:`to_data` wrote. Raises KeyError, TypeError, ValueError."""
        if "run" not in data:
            return cls(data["title"], check=data["check"])
        return cls(data["title"], question=verification_from(data))


@dataclass(frozen=True)
class Read:
    """A value known only when the step is reached: asked then, shown at the confirmation, recorded with the start."""

    command: Command
    host: str
    account: str
    select: str

    def to_data(self) -> dict[str, Any]:
        return {"run": to_data(self.command), "host": self.host, "as": self.account, "select": self.select}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Read:
        """The read that :meth:`to_data` wrote. Raises KeyError, TypeError, ValueError."""
        return cls(from_data(data["run"]), data["host"], data["as"], data["select"])


mapping.own_form(Precondition, Precondition.to_data, Precondition.from_data)
mapping.own_form(Read, Read.to_data, Read.from_data)


@dataclass(frozen=True)
class PlannedStep:
    """One command on one host (or one deed of a person), with its own confirmation, events and verification.

    ``command`` None is a decision; its choices stand in ``choices``. ``text`` is what will run, for reading.
    """

    id: str
    group: str
    group_title: str
    title: str
    host: str
    account: str
    kind: Kind
    command: Command | None
    text: str
    destructive: str | None = None
    confirm: Confirm = "yes"
    confirm_text: str = ""
    before: tuple[Precondition, ...] = ()
    reads: Mapping[str, Read] = field(default_factory=dict)
    expect: Expectation = field(default_factory=Expectation)
    verify: Verification | None = None
    repeatable: bool = False
    expected_seconds: float = 0.0
    limit_seconds: float = 600.0
    choices: tuple[str, ...] = ()
    source: str = ""
    undo: str = ""
    notes: tuple[str, ...] = ()
    errata: tuple[str, ...] = ()
    pitfalls: tuple[str, ...] = ()
    batch: str = ""
    """Steps of one batch stand beside each other and run at the same time."""
    expected_from: str = field(default="", metadata=mapping.OMITTED)
    """Whence ``expected_seconds`` is known, in words; empty where the procedure says so."""
    deliver: Capture | None = field(default=None, metadata=mapping.OMITTED)
    """The file of the new backup set that the reply becomes."""

    @property
    def by_hand(self) -> bool:
        """Whether a person carries it out; nothing is sent."""
        return self.command is None or isinstance(self.command, SimulatedAction)


@dataclass(frozen=True)
class Plan:
    """Everything a run needs; the journal holds it whole, so that resuming does not depend on that day's files."""

    procedure: str
    title: str
    target: str
    deployment: str
    environment: str
    environment_kind: str
    backup_set: str | None
    backup_at: str | None
    made_at: datetime
    values: Mapping[str, Any]
    steps: tuple[PlannedStep, ...]
    omitted: tuple[Omitted, ...] = ()
    checks: tuple[str, ...] = ()
    rto_seconds: float | None = None
    afterwards: tuple[str, ...] = ()
    source: str = ""

    def step(self, step_id: str) -> PlannedStep:
        """The step with this id. Raises KeyError."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)

    @property
    def expected_seconds(self) -> float:
        return sum(step.expected_seconds for step in self.steps)

    @property
    def hash(self) -> str:
        """``sha256:…`` over the compact, key-sorted UTF-8 JSON of everything but ``hash`` and ``made_at``."""
        return str(self.to_data()["hash"])

    def to_data(self) -> dict[str, Any]:
        """The JSON object of plan.json (docs/files.md, plan.json)."""
        body = mapping.to_data(self)
        made_at = body.pop("made_at")
        body |= {"format": FORMAT, "environment": {"kind": body.pop("environment_kind"), "id": self.environment}}
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
        return {"format": body.pop("format"), "hash": f"sha256:{digest}", "made_at": made_at, **body}


def from_plan_data(data: Mapping[str, Any]) -> Plan:
    """The plan that :meth:`Plan.to_data` wrote.

    Raises :class:`InputError` where it is none, is of another format, or its hash does not fit its content.
    """
    match data:
        case {"format": form, "hash": _, "environment": {"kind": kind, "id": name}, **body}:
            if form != FORMAT:
                raise InputError(f"the plan has format {form}, not {FORMAT}", "Make the plan again.")
        case _:
            raise _no_plan("format, hash or environment is missing")
    try:
        plan = mapping.from_data(Plan, {**body, "environment": name, "environment_kind": kind})
    except ValueError as error:
        raise _no_plan(str(error)) from error
    if plan.to_data() != data:
        raise InputError(
            "the plan was changed after it was made: its hash does not fit its content",
            "Make the plan again; a plan is never edited.",
        )
    return plan


def _no_plan(why: str) -> InputError:
    return InputError("this is not a plan", "Make it with `lync-wizard plan`.", why)


def save(plan: Plan, path: Path) -> None:
    """Write plan.json whole."""
    storage.write_whole(path, json.dumps(plan.to_data(), indent=1, ensure_ascii=False) + "\n")


def load(path: Path) -> Plan:
    """Read plan.json. Raises :class:`InputError` as :func:`from_plan_data`, and where the file cannot be read."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read as a plan", "Check the path.", str(error)) from error
    if not isinstance(data, dict):
        raise InputError(f"{path} is not a plan", "Make it with `lync-wizard plan`.")
    return from_plan_data(data)
