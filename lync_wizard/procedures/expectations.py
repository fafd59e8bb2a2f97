"""What counts as success, and what a read-only question proves: judged from states and objects, never from a flag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from lync_wizard.core import mapping
from lync_wizard.hosts import Record, Reply, property_of
from lync_wizard.hosts.command import Command, from_data, to_data

Quantifier = Literal["all", "any", "none", "count"]
Comparison = Literal["equals", "not", "in", "contains", "at_least", "at_most", "matches_fqdn"]
Answer = Literal["yes", "no", "cannot-tell"]
QUANTIFIERS: tuple[Quantifier, ...] = get_args(Quantifier)
COMPARISONS: tuple[Comparison, ...] = get_args(Comparison)


@dataclass(frozen=True)
class Test:
    """One comparison of one property; the property ``value`` is the object itself."""

    __test__ = False

    property: str
    comparison: Comparison
    wanted: Any

    def holds(self, record: Record) -> bool:
        return _compare(self.comparison, property_of(record, self.property), self.wanted)


@dataclass(frozen=True)
class Predicate:
    """Tests over the objects that came back; ``count`` counts the objects and has tests on ``value`` only.

    ``all`` of no objects is false: silence proves nothing.
    """

    quantifier: Quantifier
    tests: tuple[Test, ...]

    def holds(self, records: Sequence[Record]) -> bool:
        if self.quantifier == "count":
            return all(_compare(t.comparison, len(records), t.wanted) for t in self.tests)
        passing = [all(test.holds(record) for test in self.tests) for record in records]
        match self.quantifier:
            case "all":
                return bool(passing) and all(passing)
            case "any":
                return any(passing)
        return not any(passing)

    def to_data(self) -> dict[str, Any]:
        tests: dict[str, dict[str, Any]] = {}
        for test in self.tests:
            wanted = list(test.wanted) if isinstance(test.wanted, tuple) else test.wanted
            tests.setdefault(test.property, {})[test.comparison] = wanted
        return {self.quantifier: tests["value"] if self.quantifier == "count" else tests}


@dataclass(frozen=True)
class Outcome:
    """How a step ended (``ok``, ``failed``, ``unknown``) and why, in words."""

    result: Literal["ok", "failed", "unknown"]
    why: str = ""


@dataclass(frozen=True)
class Expectation:
    """What counts as success: completed without an error record, or what the step declares instead.

    ``exit`` is an inclusive range of exit codes. ``tolerates`` holds texts: an error record that contains one of them
    does not count.
    """

    exit: tuple[int, int] | None = None
    objects: tuple[Predicate, ...] = ()
    tolerates: tuple[str, ...] = ()

    def judge(self, reply: Reply) -> Outcome:
        """Judge by state, error stream and declaration together (a library's error flag is never asked)."""
        match reply.state:
            case "unknown":
                return Outcome("unknown", reply.why or "the connection was lost after the command had been sent")
            case "stopped":
                return Outcome("failed", reply.why or "the command was stopped")
        errors = [e for e in reply.errors if not any(t.lower() in e.message.lower() for t in self.tolerates)]
        if reply.exit_code is not None:
            low, high = self.exit or (0, 0)
            if not low <= reply.exit_code <= high:
                return Outcome("failed", f"exit code {reply.exit_code}; {_success(low, high)}")
        elif errors:
            return Outcome("failed", errors[0].message)
        if reply.state == "failed" and (errors or not reply.errors):
            return Outcome("failed", errors[0].message if errors else reply.why or "the command failed")
        for predicate in self.objects:
            if not predicate.holds(reply.objects):
                return Outcome("failed", f"the answer is not as expected: {describe(predicate, reply.objects)}")
        return Outcome("ok")

    def to_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {}
        if self.exit is not None:
            data["exit"] = list(self.exit)
        for predicate in self.objects:
            data |= predicate.to_data()
        if self.tolerates:
            data["tolerates"] = list(self.tolerates)
        return data


def _success(low: int, high: int) -> str:
    return f"{low} means success" if low == high else f"{low} to {high} mean success"


@dataclass(frozen=True)
class Proof:
    """What a verification answered, with the evidence a person can check."""

    answer: Answer
    evidence: str


@dataclass(frozen=True)
class Verification:
    """A read-only question with predicates, asked of ``host``; three-valued.

    ``within`` seconds: a "no" is asked again until then, for things that take their time (services, replication).
    """

    command: Command
    host: str
    account: str
    predicates: tuple[Predicate, ...]
    within: float = 0.0

    def judge(self, reply: Reply) -> Proof:
        """A host that could not be asked, or that answered with an error, is "cannot tell", never "no"."""
        if reply.state != "completed":
            return Proof("cannot-tell", reply.why or f"the question ended {reply.state}")
        if reply.errors and reply.exit_code is None:
            return Proof("cannot-tell", reply.errors[0].message)
        for predicate in self.predicates:
            if not predicate.holds(reply.objects):
                return Proof("no", describe(predicate, reply.objects))
        return Proof("yes", summary(reply.objects))

    def to_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {"run": to_data(self.command), "host": self.host, "as": self.account}
        for predicate in self.predicates:
            data |= predicate.to_data()
        return data | ({"within": self.within} if self.within else {})


def predicates_from(data: Mapping[str, Any]) -> tuple[Predicate, ...]:
    """The predicates that :meth:`Predicate.to_data` wrote."""
    found = []
    for quantifier in QUANTIFIERS:
        if quantifier in data:
            body = {"value": data[quantifier]} if quantifier == "count" else data[quantifier]
            found.append(
                Predicate(
                    quantifier,
                    tuple(
                        Test(name, comparison, tuple(w) if isinstance(w, list) else w)
                        for name, comparisons in body.items()
                        for comparison, w in comparisons.items()
                    ),
                )
            )
    return tuple(found)


def expectation_from(data: Mapping[str, Any]) -> Expectation:
    """The expectation that :meth:`Expectation.to_data` wrote."""
    low_high = data.get("exit")
    return Expectation(
        exit=(int(low_high[0]), int(low_high[1])) if low_high else None,
        objects=predicates_from(data),
        tolerates=tuple(data.get("tolerates", ())),
    )


def verification_from(data: Mapping[str, Any]) -> Verification:
    """The verification that :meth:`Verification.to_data` wrote."""
    return Verification(
        command=from_data(data["run"]),
        host=data["host"],
        account=data["as"],
        predicates=predicates_from(data),
        within=float(data.get("within", 0)),
    )


mapping.own_form(Expectation, Expectation.to_data, expectation_from)
mapping.own_form(Verification, Verification.to_data, verification_from)


def _compare(comparison: Comparison, found: Any, wanted: Any) -> bool:
    match comparison:
        case "equals":
            return _same(found, wanted)
        case "not":
            return not _same(found, wanted)
        case "in":
            return any(_same(found, one) for one in wanted)
        case "contains":
            if isinstance(found, (list, tuple)):
                return any(_same(one, wanted) for one in found)
            return _squeezed(wanted) in _squeezed(found)
        case "matches_fqdn":
            return _text(found).rstrip(".").lower() == _text(wanted).rstrip(".").lower()
    try:
        number, limit = float(_text(found)), float(_text(wanted))
    except ValueError:
        return False
    return number >= limit if comparison == "at_least" else number <= limit


def _text(value: Any) -> str:
    if isinstance(value, Record):
        return value.text if value.value is None else _text(value.value)
    return "" if value is None else str(value)


def _same(found: Any, wanted: Any) -> bool:
    return _text(found).lower() == _text(wanted).lower()


def _squeezed(value: Any) -> str:
    """Text without white space and case: older certutil prints a hash with blanks between its bytes."""
    return "".join(_text(value).lower().split())


def describe(predicate: Predicate, records: Sequence[Record]) -> str:
    """Why a predicate does not hold, from the first object that shows it."""
    if predicate.quantifier == "count":
        wanted = ", ".join(f"{t.comparison.replace('_', ' ')} {t.wanted}" for t in predicate.tests)
        return f"{len(records)} objects, wanted {wanted}"
    for record in records:
        for test in predicate.tests:
            if test.holds(record) == (predicate.quantifier == "none"):
                found = _text(property_of(record, test.property))
                name = "" if test.property == "value" else f"{test.property} "
                wanted = f"{test.comparison.replace('_', ' ')} {_shown(test.wanted)}"
                denied = "not " if predicate.quantifier == "none" else ""
                return f"{name}is {found or 'empty'} ({record.text[:80]}), wanted {denied}{wanted}"
    return "nothing came back" if not records else summary(records)


def _shown(wanted: Any) -> str:
    return ", ".join(map(str, wanted)) if isinstance(wanted, tuple) else str(wanted)


def summary(records: Sequence[Record]) -> str:
    """A few words about an answer: its objects' texts, shortened."""
    shown = "; ".join(record.text.strip()[:80] for record in records[:3])
    return shown + (f"; and {len(records) - 3} more" if len(records) > 3 else "") or "an empty answer"
