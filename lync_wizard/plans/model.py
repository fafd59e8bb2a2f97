"""A plan: the runbook made concrete, immutable, with everything resolved and a digest; secrets never enter it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from lync_wizard.core import mapping, reading, storage
from lync_wizard.core.errors import InputError
from lync_wizard.hosts.command import Command, SimulatedAction, from_data, to_data
from lync_wizard.hosts.identity import Identity
from lync_wizard.plans.certificates import WantedCertificate
from lync_wizard.procedures.capture import Capture
from lync_wizard.procedures.expand import Omitted
from lync_wizard.procedures.expectations import Expectation, Verification, verification_from
from lync_wizard.procedures.model import Confirm, Kind

FORMAT: Final = 2
_FIRST: Final = 1
"""The format before: journals hold it, no new run begins with it."""
_SINCE_SECOND: Final = ("answers", "second_person", "product", "procedures", "reached")


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
    certificate: WantedCertificate | None = None
    """Which one of several certificates is meant; then its subject and expiry are shown beside the value."""

    def to_data(self) -> dict[str, Any]:
        data = {"run": to_data(self.command), "host": self.host, "as": self.account, "select": self.select}
        return data | ({"certificate": self.certificate.to_data()} if self.certificate else {})

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Read:
        """The read that :meth:`to_data` wrote. Raises KeyError, TypeError, ValueError."""
        given = data.get("certificate")
        wanted = WantedCertificate.from_data(given) if given else None
        return cls(from_data(data["run"]), data["host"], data["as"], data["select"], wanted)


mapping.own_form(Precondition, Precondition.to_data, Precondition.from_data)
mapping.own_form(Read, Read.to_data, Read.from_data)


@dataclass(frozen=True)
class PlannedStep:
    """One command on one host (or one manual step of a person), with its own confirmation, events and verification.

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
    evidence: str = field(default="", metadata=mapping.OMITTED)
    """Why no question tells whether it was done, and what to look at instead."""

    @property
    def by_hand(self) -> bool:
        """Whether a person carries it out; nothing is sent."""
        return self.command is None or isinstance(self.command, SimulatedAction)


@dataclass(frozen=True)
class Reached:
    """How a host or instance is reached by connections.yaml; no address where DNS knows it, no port where it is asked.

    ``verify`` is whether a certificate is checked, or the file of its authority; empty where there is none.
    """

    address: str
    port: int | None
    scheme: str
    auth: str
    verify: str
    user: str

    def __str__(self) -> str:
        checked = f", certificate checked: {self.verify}" if self.verify else ""
        where = f"{self.address or 'its name'}{f':{self.port}' if self.port else ''}"
        return f"{self.scheme} at {where}, {self.auth}{checked}, as {self.user or 'whoever runs this program'}"


@dataclass(frozen=True)
class Identified:
    """What a host or instance was known to be when the plan was made; empty where it did not say.

    ``why`` it did not, or who else said it.
    ``rebuilt``: the plan installs it anew, so that it is known again only from the first contact after that.
    """

    rebuilt: bool
    identity: Identity = field(default_factory=Identity)
    why: str = field(default="", metadata=mapping.OMITTED)

    def __str__(self) -> str:
        known = str(self.identity) if self.identity else "not known"
        known += f" ({self.why})" if self.why else ""
        return f"{known}; rebuilt by this plan" if self.rebuilt else known


@dataclass(frozen=True)
class Plan:
    """Everything a run needs; the journal holds it whole, so that resuming does not depend on that day's files.

    ``answers``, ``product`` (a version) and ``procedures`` (SHA-256 by id) are what it is made of beside the worksheets
    and the set: with them it can be made again and compared.
    """

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
    answers: Mapping[str, str] = field(default_factory=dict)
    second_person: bool = False
    """Whether a second person has to approve it."""
    product: str = ""
    procedures: Mapping[str, str] = field(default_factory=dict)
    reached: Mapping[str, Reached] = field(default_factory=dict)
    identified: Mapping[str, Identified] = field(default_factory=dict, metadata=mapping.OMITTED)
    """By ``WIRE HOST``; plans that were made before this was recorded have none."""
    format: int = FORMAT

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
    def of_today(self) -> bool:
        """Whether it has the format that a new run begins with."""
        return self.format == FORMAT

    @property
    def hash(self) -> str:
        """``sha256:…`` over the compact, key-sorted UTF-8 JSON of everything but ``hash``."""
        return str(self.to_data()["hash"])

    def to_data(self) -> dict[str, Any]:
        """The JSON object of plan.json (docs/files.md, plan.json)."""
        body = mapping.to_data(self)
        body |= {"environment": {"kind": body.pop("environment_kind"), "id": self.environment}}
        hashed = dict(body)
        if not self.of_today:
            for name in _SINCE_SECOND:
                del body[name], hashed[name]
            del hashed["made_at"]
        digest = hashlib.sha256(mapping.to_json(hashed).encode("utf-8")).hexdigest()
        return {"format": body.pop("format"), "hash": f"sha256:{digest}", "made_at": body.pop("made_at"), **body}


def from_plan_data(data: Mapping[str, Any]) -> Plan:
    """The plan that :meth:`Plan.to_data` wrote, in the format before this one too.

    Raises :class:`InputError` where it is none, is of another format, or its hash does not fit its content.
    """
    match data:
        case {"format": form, "hash": _, "environment": {"kind": kind, "id": name}, **body}:
            if type(form) is not int or form not in (_FIRST, FORMAT):
                raise InputError(f"the plan has format {form}, not {FORMAT}", "Create a new plan.")
        case _:
            raise _no_plan("format, hash or environment is missing")
    try:
        plan = mapping.from_data(Plan, {**body, "format": form, "environment": name, "environment_kind": kind})
    except ValueError as error:
        raise _no_plan(str(error)) from error
    if mapping.to_json(plan.to_data()) != mapping.to_json(data):
        raise InputError(
            "the plan was changed after it was made: its hash does not fit its content",
            "Create a new plan; a plan is never edited.",
        )
    return plan


def _no_plan(why: str) -> InputError:
    return InputError("this is not a plan", "Make it with `lync-wizard plan`.", why)


def to_text(plan: Plan) -> str:
    """plan.json."""
    return json.dumps(plan.to_data(), indent=1, ensure_ascii=False) + "\n"


def save(plan: Plan, path: Path) -> None:
    """Write plan.json whole."""
    storage.write_whole(path, to_text(plan))


def load(path: Path) -> Plan:
    """Read plan.json. Raises :class:`InputError` as :func:`from_plan_data`, and where the file cannot be read."""
    with reading.readable(path, "Check the path, or create a new plan with `lync-wizard plan`."):
        data = mapping.from_json(reading.text(path, named=True))
        if not isinstance(data, dict):
            raise InputError(f"{path} is not a plan", "Make it with `lync-wizard plan`.")
        return from_plan_data(data)
