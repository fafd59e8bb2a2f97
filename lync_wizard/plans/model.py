"""A plan: the runbook made concrete, immutable, with everything resolved and a digest; secrets never enter it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from lync_wizard.core import storage, timestamps
from lync_wizard.core.errors import InputError
from lync_wizard.hosts.command import Command, SimulatedAction, from_data, to_data
from lync_wizard.procedures import capture
from lync_wizard.procedures.capture import Capture
from lync_wizard.procedures.expand import Omitted
from lync_wizard.procedures.expectations import Expectation, Verification, expectation_from, verification_from
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


@dataclass(frozen=True)
class Read:
    """A value known only when the step is reached: asked then, shown at the confirmation, recorded with the start."""

    command: Command
    host: str
    account: str
    select: str

    def to_data(self) -> dict[str, Any]:
        return {"run": to_data(self.command), "host": self.host, "as": self.account, "select": self.select}


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
    confirm: Confirm = "yes"
    confirm_text: str = ""
    destructive: str | None = None
    before: tuple[Precondition, ...] = ()
    reads: Mapping[str, Read] = field(default_factory=dict)
    expect: Expectation = field(default_factory=Expectation)
    verify: Verification | None = None
    repeatable: bool = False
    expected_seconds: float = 0.0
    expected_from: str = ""
    """Whence ``expected_seconds`` is known, in words; empty where the procedure says so."""
    limit_seconds: float = 600.0
    choices: tuple[str, ...] = ()
    source: str = ""
    undo: str = ""
    notes: tuple[str, ...] = ()
    errata: tuple[str, ...] = ()
    pitfalls: tuple[str, ...] = ()
    batch: str = ""
    """Steps of one batch stand beside each other and run at the same time."""
    deliver: Capture | None = None
    """The file of the new backup set that the reply becomes."""

    @property
    def by_hand(self) -> bool:
        """Whether a person carries it out; nothing is sent."""
        return self.command is None or isinstance(self.command, SimulatedAction)

    def to_data(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "group": self.group,
            "group_title": self.group_title,
            "title": self.title,
            "host": self.host,
            "account": self.account,
            "kind": self.kind,
            "command": None if self.command is None else to_data(self.command),
            "text": self.text,
            "destructive": self.destructive,
            "confirm": self.confirm,
            "confirm_text": self.confirm_text,
            "before": [p.to_data() for p in self.before],
            "reads": {name: read.to_data() for name, read in self.reads.items()},
            "expect": self.expect.to_data(),
            "verify": self.verify.to_data() if self.verify else None,
            "repeatable": self.repeatable,
            "expected_seconds": self.expected_seconds,
            "limit_seconds": self.limit_seconds,
            "choices": list(self.choices),
            "source": self.source,
            "undo": self.undo,
            "notes": list(self.notes),
            "errata": list(self.errata),
            "pitfalls": list(self.pitfalls),
            "batch": self.batch,
            **({"expected_from": self.expected_from} if self.expected_from else {}),
            **({"deliver": self.deliver.to_data()} if self.deliver else {}),
        }


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
        data = self._body()
        text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return "sha256:" + hashlib.sha256(text.encode("utf-8")).hexdigest()

    def to_data(self) -> dict[str, Any]:
        body = self._body()
        return {"format": body.pop("format"), "hash": self.hash, "made_at": timestamps.utc(self.made_at), **body}

    def _body(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "procedure": self.procedure,
            "title": self.title,
            "target": self.target,
            "deployment": self.deployment,
            "environment": {"kind": self.environment_kind, "id": self.environment},
            "backup_set": self.backup_set,
            "backup_at": self.backup_at,
            "values": dict(self.values),
            "steps": [step.to_data() for step in self.steps],
            "omitted": [{"group": o.group, "title": o.title, "why": o.why} for o in self.omitted],
            "checks": list(self.checks),
            "rto_seconds": self.rto_seconds,
            "afterwards": list(self.afterwards),
            "source": self.source,
        }


def _step(data: Mapping[str, Any]) -> PlannedStep:
    return PlannedStep(
        id=data["id"],
        group=data["group"],
        group_title=data["group_title"],
        title=data["title"],
        host=data["host"],
        account=data["account"],
        kind=data["kind"],
        command=None if data["command"] is None else from_data(data["command"]),
        text=data["text"],
        confirm=data["confirm"],
        confirm_text=data["confirm_text"],
        destructive=data["destructive"],
        before=tuple(_precondition(item) for item in data["before"]),
        reads={
            name: Read(from_data(item["run"]), item["host"], item["as"], item["select"])
            for name, item in data["reads"].items()
        },
        expect=expectation_from(data["expect"]),
        verify=verification_from(data["verify"]) if data["verify"] else None,
        repeatable=data["repeatable"],
        expected_seconds=data["expected_seconds"],
        expected_from=data.get("expected_from", ""),
        limit_seconds=data["limit_seconds"],
        choices=tuple(data["choices"]),
        source=data["source"],
        undo=data["undo"],
        notes=tuple(data["notes"]),
        errata=tuple(data["errata"]),
        pitfalls=tuple(data["pitfalls"]),
        batch=data["batch"],
        deliver=capture.from_data(data["deliver"]) if data.get("deliver") else None,
    )


def _precondition(data: Mapping[str, Any]) -> Precondition:
    if "run" not in data:
        return Precondition(data["title"], check=data["check"])
    question = verification_from({key: value for key, value in data.items() if key != "title"})
    return Precondition(data["title"], question=question)


def from_plan_data(data: Mapping[str, Any]) -> Plan:
    """The plan that :meth:`Plan.to_data` wrote.

    Raises :class:`InputError` where it is none, is of another format, or its hash does not fit its content.
    """
    try:
        if data["format"] != FORMAT:
            raise InputError(f"the plan has format {data['format']}, not {FORMAT}", "Make the plan again.")
        plan = Plan(
            procedure=data["procedure"],
            title=data["title"],
            target=data["target"],
            deployment=data["deployment"],
            environment=data["environment"]["id"],
            environment_kind=data["environment"]["kind"],
            backup_set=data["backup_set"],
            backup_at=data["backup_at"],
            made_at=timestamps.parse_utc(data["made_at"]),
            values=data["values"],
            steps=tuple(_step(item) for item in data["steps"]),
            omitted=tuple(Omitted(o["group"], o["title"], o["why"]) for o in data["omitted"]),
            checks=tuple(data["checks"]),
            rto_seconds=data["rto_seconds"],
            afterwards=tuple(data["afterwards"]),
            source=data["source"],
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError("this is not a plan", "Make it with `lync-wizard plan`.", f"{error!r}") from error
    if plan.hash != data.get("hash"):
        raise InputError(
            "the plan was changed after it was made: its hash does not fit its content",
            "Make the plan again; a plan is never edited.",
        )
    return plan


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
