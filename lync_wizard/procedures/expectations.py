"""What counts as success, and what a read-only question proves: judged from states and objects, never from a flag."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, get_args

from lync_wizard.core import mapping
from lync_wizard.core.timestamps import plain_span
from lync_wizard.core.wrapping import counted
from lync_wizard.hosts import HostError, Record, Reply, property_of
from lync_wizard.hosts.command import Command, from_data, to_data
from lync_wizard.procedures import answers

Quantifier = Literal["all", "any", "each", "none", "count"]
Comparison = Literal[
    "equals", "not", "in", "contains", "mentions", "at_least", "at_most", "matches_fqdn", "changed",
    "higher_than_before",
]  # fmt: skip
Answer = Literal["yes", "no", "cannot-tell"]
QUANTIFIERS: tuple[Quantifier, ...] = get_args(Quantifier)
COMPARISONS: tuple[Comparison, ...] = get_args(Comparison)
RELATIVE: Final = frozenset({"changed", "higher_than_before"})
"""Comparisons with the answer that the same question had just before the step was sent."""
READ: Final = "Read:"
NOTHING_WANTED: Final = "nothing was counted to compare with, so this shows nothing of the step"
"""Said of an answer that a host which did nothing gives as well."""
Before = Mapping[str, Sequence[str]]
"""What was known just before a step was sent: values of properties, and of ``reads`` as ``Read:NAME``."""
_ABSENT: Final = "PathNotFound"
"""Error id by which Windows says that there is no such file; of a share, that its server is away as well."""


@dataclass(frozen=True)
class Test:
    """One comparison of one property; the property ``value`` is the object itself."""

    __test__ = False

    property: str
    comparison: Comparison
    wanted: Any

    def holds(self, record: Record) -> bool:
        return _compare(self.comparison, property_of(record, self.property), self.wanted)

    def relative(self) -> bool:
        """Whether it compares with a value of before that is not filled in yet."""
        return self.comparison in RELATIVE and self.wanted is True

    def unread(self) -> str:
        """The name of a value read before the step that is not filled in yet; empty where there is none."""
        text = self.wanted if isinstance(self.wanted, str) else ""
        return text[1:-1] if text.startswith(f"<{READ}") and text.endswith(">") else ""

    def against(self, before: Before) -> Test:
        """The same test with the values of before in their places; unchanged where they are not known."""
        if self.relative() and self.property in before:
            return replace(self, wanted=tuple(before[self.property]))
        if self.unread() in before:
            values = tuple(before[self.unread()])
            return replace(self, wanted=values if self.comparison == "in" else "\n".join(values))
        return self


@dataclass(frozen=True)
class Predicate:
    """Tests over the objects that came back; ``count`` counts the objects and has tests on ``value`` only.

    ``all`` of no objects is false: silence proves nothing. ``each`` holds where every value wanted is one object's.
    ``all`` and ``none`` of a property that no object has never hold: such an answer says nothing of it.
    """

    quantifier: Quantifier
    tests: tuple[Test, ...]

    def holds(self, records: Sequence[Record]) -> bool:
        if self.quantifier == "count":
            return all(_compare(t.comparison, len(records), t.wanted) for t in self.tests)
        if self.quantifier == "each":
            return not any(self.lacking(records))
        if self.unanswered(records):
            return False
        passing = [all(test.holds(record) for test in self.tests) for record in records]
        match self.quantifier:
            case "all":
                return bool(passing) and all(passing)
            case "any":
                return any(passing)
        return not any(passing)

    def unanswered(self, records: Sequence[Record]) -> list[str]:
        """Of ``all`` and ``none``: the properties that no object of the answer has, so that nobody can tell.

        ``none`` of a text is not answered by silence either.
        """
        if self.quantifier not in {"all", "none"}:
            return []
        if not records:
            return ["value"] if self.quantifier == "none" and any(t.property == "value" for t in self.tests) else []
        there = {name.lower() for record in records for name in record.properties} | {"value"}
        return [test.property for test in self.tests if test.property.lower() not in there]

    @property
    def always_holds(self) -> bool:
        """Whether a host that did nothing passes as well: none of the backup set is wanted, or at least 0."""
        if self.quantifier == "each":
            return not any(_values(test.wanted) for test in self.tests)
        least = all(test.comparison == "at_least" and str(test.wanted).strip() == "0" for test in self.tests)
        return self.quantifier in {"all", "count"} and bool(self.tests) and least

    def lacking(self, records: Sequence[Record]) -> list[Test]:
        """Of ``each``: the tests that no object passes, one for each value."""
        single = (replace(test, wanted=one) for test in self.tests for one in _values(test.wanted))
        return [test for test in single if not any(test.holds(record) for record in records)]

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
    does not count. ``shows`` names properties that the outcome tells, whatever it is.
    """

    exit: tuple[int, int] | None = None
    objects: tuple[Predicate, ...] = ()
    tolerates: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()

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
        if self.objects and reply.dropped:
            return Outcome("unknown", f"{reply.why or 'objects are missing'}, so the answer cannot be checked")
        for predicate in self.objects:
            if not (predicate.holds(reply.objects) or predicate.unanswered(reply.objects)):
                told = self._told(reply.objects) or describe(predicate, reply.objects)
                return Outcome("failed", f"the answer is not as expected: {told}")
        if missing := _unanswered(self.objects, reply.objects):
            return Outcome("unknown", missing)
        return Outcome("ok", self._told(reply.objects))

    def _told(self, records: Sequence[Record]) -> str:
        """What the objects say in the properties that are to be told."""
        told = ([(name, plain_span(_text(property_of(record, name)))) for name in self.shows] for record in records)
        each = (", ".join(f"{name} {text}" for name, text in one if text) for one in told)
        return "; ".join(one for one in each if one)

    def to_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {}
        if self.exit is not None:
            data["exit"] = list(self.exit)
        for predicate in self.objects:
            data |= predicate.to_data()
        if self.tolerates:
            data["tolerates"] = list(self.tolerates)
        if self.shows:
            data["shows"] = list(self.shows)
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
        """A host that could not be asked, or that answered with an error, is "cannot tell", never "no".

        An answer that there is no such file on the host is an answer. Where a value of before is wanted and none is
        known, nobody can tell either.
        """
        if reply.state != "completed":
            return Proof("cannot-tell", reply.why or f"the question ended {reply.state}")
        if reply.dropped:
            return Proof("cannot-tell", reply.why or "objects of the answer are missing")
        if errors := self._errors(reply):
            return Proof("cannot-tell", errors[0].message)
        for test in (test for predicate in self.predicates for test in predicate.tests):
            if test.relative() or test.unread():
                return Proof("cannot-tell", f"what {test.property} was before the step was sent is not known")
        for predicate in self.predicates:
            if not (predicate.holds(reply.objects) or predicate.unanswered(reply.objects)):
                return Proof("no", describe(predicate, reply.objects))
        if missing := _unanswered(self.predicates, reply.objects):
            return Proof("cannot-tell", missing)
        found = summary(reply.objects)
        if all(predicate.always_holds for predicate in self.predicates):
            found = f"{found}; {NOTHING_WANTED}"
        guesses = answers.guessed(self.command, properties(self.predicates))
        return Proof("yes", f"{found}; the evidence rests on a guess: {', '.join(guesses)}" if guesses else found)

    def known(self, reply: Reply) -> dict[str, tuple[str, ...]]:
        """What an answer from before says of the properties that are compared with it; empty where nobody knows."""
        if reply.state != "completed" or self._errors(reply):
            return {}
        names = dict.fromkeys(t.property for p in self.predicates for t in p.tests if t.comparison in RELATIVE)
        found = {name: [_text(property_of(record, name)) for record in reply.objects] for name in names}
        return {name: tuple(value for value in values if value) for name, values in found.items()}

    def of_reads(self, reads: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
        """The values read for the step that this question compares with, one a line where there are several."""
        names = {test.unread().removeprefix(READ) for predicate in self.predicates for test in predicate.tests}
        return {f"{READ}{name}": tuple(value.split("\n")) for name, value in reads.items() if name in names}

    def against(self, before: Before) -> Verification:
        """The same question with the values of before in their places."""
        if not before:
            return self
        filled = tuple(replace(p, tests=tuple(t.against(before) for t in p.tests)) for p in self.predicates)
        return replace(self, predicates=filled)

    def _errors(self, reply: Reply) -> list[HostError]:
        if reply.exit_code is not None:
            return []
        own = _on_own_disk(self.command)
        return [error for error in reply.errors if not (own and error.error_id.startswith(_ABSENT))]

    def to_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {"run": to_data(self.command), "host": self.host, "as": self.account}
        for predicate in self.predicates:
            data |= predicate.to_data()
        return data | ({"within": self.within} if self.within else {})


def properties(predicates: Sequence[Predicate]) -> list[str]:
    """The properties of the objects that predicates compare; a number of objects is none."""
    return [test.property for one in predicates if one.quantifier != "count" for test in one.tests]


def _unanswered(predicates: Sequence[Predicate], records: Sequence[Record]) -> str:
    """Why an answer says nothing of what was asked; empty where it does."""
    names = list(dict.fromkeys(name for predicate in predicates for name in predicate.unanswered(records)))
    if not names:
        return ""
    if not records:
        return "the answer is empty, and an empty one says nothing of it"
    return f"no object of the answer has {', '.join(names)} ({summary(records)})"


def _on_own_disk(command: Command) -> bool:
    """Whether what is asked about lies on the host itself, whose word on its own files can be taken."""
    given = [value for cmdlet in getattr(command, "cmdlets", ()) for _, value in cmdlet.parameters]
    return not any(isinstance(value, str) and value.startswith("\\\\") for value in given)


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
        shows=tuple(data.get("shows", ())),
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
        case "mentions":
            return any(_mentioned(_text(wanted), _text(one)) for one in _values(found))
        case "matches_fqdn":
            return _text(found).rstrip(".").lower() == _text(wanted).rstrip(".").lower()
        case "changed":
            return bool(_text(found)) and not any(_same(found, one) for one in _values(wanted))
        case "higher_than_before":
            return all(_numbers(found, one, operator.gt) for one in (-1, *_values(wanted)))
        case "at_least":
            return _numbers(found, wanted, operator.ge)
    return _numbers(found, wanted, operator.le)


def _numbers(found: Any, wanted: Any, holds: Callable[[float, float], bool]) -> bool:
    try:
        return holds(float(_text(found)), float(_text(wanted)))
    except ValueError:
        return False


def _values(wanted: Any) -> tuple[Any, ...]:
    return tuple(wanted) if isinstance(wanted, (tuple, list)) else (wanted,)


def _text(value: Any) -> str:
    if isinstance(value, Record):
        return value.text if value.value is None else _text(value.value)
    # An empty list is sent as such or as null, by whoever made the object.
    return "" if value is None or value in ([], ()) else str(value)


def _same(found: Any, wanted: Any) -> bool:
    return _text(found).lower() == _text(wanted).lower()


def _squeezed(value: Any) -> str:
    """Text without white space and case: older certutil prints a hash with blanks between its bytes."""
    return "".join(_text(value).lower().split())


def _mentioned(name: str, text: str) -> bool:
    """Whether a text holds a name, an FQDN as a whole: a longer one that holds it too is another."""
    if "." not in name:
        return bool(name) and name.lower() in text.lower()
    before = r"(?<![\w.-])" if name[:1].isalnum() else ""
    after = r"(?![\w-]|\.\w)" if name[-1:].isalnum() else ""
    return re.search(before + re.escape(name) + after, text, re.IGNORECASE) is not None


def describe(predicate: Predicate, records: Sequence[Record]) -> str:
    """Why a predicate does not hold, from the first object that shows it."""
    if predicate.quantifier == "count":
        wanted = ", ".join(f"{t.comparison.replace('_', ' ')} {t.wanted}" for t in predicate.tests)
        return f"{counted(len(records), 'object')}, expected {wanted}"
    if predicate.quantifier == "each":
        absent = predicate.lacking(records)
        named = "; ".join(f"{test.property} {test.comparison.replace('_', ' ')} {test.wanted}" for test in absent[:5])
        more = f"; and {len(absent) - 5} more" if len(absent) > 5 else ""
        return f"{counted(len(records), 'object')}, none of them with {named}{more}"
    for record in records:
        for test in predicate.tests:
            if test.holds(record) == (predicate.quantifier == "none"):
                found = _text(property_of(record, test.property))
                name = "" if test.property == "value" else f"{test.property} "
                words = _WANTED[test.comparison][predicate.quantifier == "none"]
                wanted = words.format(_shown(test.wanted))
                return f"{name}is {found or 'empty'} ({record.text[:80]}), expected {wanted}"
    return "nothing came back" if not records else summary(records)


_WANTED: Final[Mapping[Comparison, tuple[str, str]]] = {
    "equals": ("{}", "anything but {}"),
    "not": ("anything but {}", "{}"),
    "in": ("one of {}", "none of {}"),
    "contains": ("what contains {}", "what does not contain {}"),
    "mentions": ("what mentions {}", "what does not mention {}"),
    "at_least": ("at least {}", "less than {}"),
    "at_most": ("at most {}", "more than {}"),
    "matches_fqdn": ("{}", "anything but {}"),
    "changed": ("another than {}", "{} as before"),
    "higher_than_before": ("higher than {}", "not higher than {}"),
}
"""What was expected, in words; the second where no object may be so."""


def _shown(wanted: Any) -> str:
    return (", ".join(map(str, wanted)) or "none") if isinstance(wanted, tuple) else str(wanted)


def summary(records: Sequence[Record]) -> str:
    """A few words about an answer: its objects' texts, shortened."""
    shown = "; ".join(_short(record.text) for record in records[:3])
    return shown + (f"; and {len(records) - 3} more" if len(records) > 3 else "") or "an empty answer"


def _short(text: str, most: int = 80) -> str:
    """The beginning of a text; one that is cut says so."""
    whole = text.strip().rstrip(";")
    return whole if len(whole) <= most else f"{whole[: most - 1].rstrip('; ')}…"
