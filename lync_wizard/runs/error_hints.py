"""Known error texts of hosts and what to do about them, from ``worksheets/hints.yaml``.

Error ids count before words: a host that speaks German or French says the same id. Each hint states where it applies.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from lync_wizard.core.catalogue import data_folder
from lync_wizard.core.yaml_document import Fields, Problems, load
from lync_wizard.deployment.roles import LOCAL_ADMIN
from lync_wizard.hosts import HostError
from lync_wizard.hosts.command import Pipeline
from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.plans.probe import transport_of
from lync_wizard.runs.state import RunEvent

TRANSPORTS: Final = ("psrp", "sql")
HOST_KINDS: Final = ("edge", "local-instance", "cms-instance")
"""An Edge Server; the instance RTCLOCAL or LYNCLOCAL of a Lync server; the instance of the Central Management store."""

_LOCAL_INSTANCES: Final = ("rtclocal", "lynclocal")
_SHORTEST: Final = 5
_ANYTHING: Final = re.compile(r"(\s*)\.\.\.(\s*)")
_EVENTS: Final = re.compile(
    r"(?<!\w)(?:event(?:[ -]?id)?|ereignis(?:[ -]?id|kennung)?|événement(?:[ -]?id)?) ?[:=#]? ?(\d+)(?!\w|[.:,]\d)",
    re.IGNORECASE,
)
"""A Windows event: the number behind the word for it."""
_MESSAGES: Final = re.compile(
    r"(?<!\w)(?:msg|meldung|error|fehler|erreur) ?:? ?(\d+), ?"
    r"(?:level|severity|ebene|schweregrad|niveau|gravité)(?!\w)",
    re.IGNORECASE,
)
"""An error of SQL Server as query windows and its log print it: the number with its level behind."""
_SAYS_CMDLET: Final = re.compile(r"[A-Z]\w+-(?:[A-Z]\w+(?= : )|Cs[A-Z]\w+)")


@dataclass(frozen=True)
class Place:
    """Where something was said: cmdlets of the step, transport, kinds of host (see :data:`HOST_KINDS`), procedures
    (the plan's and the included one), step id without them. Empty where it is not known.
    """

    cmdlets: tuple[str, ...] = ()
    transport: str = ""
    hosts: frozenset[str] = frozenset()
    procedures: tuple[str, ...] = ()
    step: str = ""


@dataclass(frozen=True)
class Said:
    """What a host said: the text, what its error record holds beside it, and where.

    ``error_id`` is PowerShell's FullyQualifiedErrorId or the number of SQL Server, ``category`` PowerShell's category
    or the SQLSTATE, ``exception`` the full name of the .NET type, ``cmdlet`` which cmdlet of the pipeline failed.
    """

    text: str
    error_id: str = ""
    category: str = ""
    exception: str = ""
    cmdlet: str = ""
    place: Place = Place()

    @functools.cached_property
    def words(self) -> _Words:
        return _Words(" ".join(self.text.split()))

    @functools.cached_property
    def ids(self) -> frozenset[str]:
        """Everything by which an error can be named without its words, in lower case."""
        names = [self.error_id, *self.error_id.split(","), self.exception, self.category]
        names += [name.rpartition(".")[2] for name in names]
        names += _MESSAGES.findall(self.words.text)
        return frozenset(name.strip().lower() for name in names if name)

    @functools.cached_property
    def events(self) -> frozenset[str]:
        return frozenset(_EVENTS.findall(self.words.text))

    @functools.cached_property
    def cmdlets(self) -> tuple[str, ...]:
        """The cmdlet that the text begins with, else the one that failed, else those of the step; in lower case."""
        named = _SAYS_CMDLET.match(self.words.text)
        found = (named.group(),) if named else (self.cmdlet,) if self.cmdlet else self.place.cmdlets
        return tuple(name.lower() for name in found)

    @functools.cached_property
    def hosts(self) -> frozenset[str]:
        local = any(pattern.found_in(self.words) for pattern in _LOCAL_PATTERNS)
        return self.place.hosts | {"local-instance"} if local else self.place.hosts


class _Words:
    """A text on one line, and in lower case."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.low = text.lower()


class _Pattern:
    """A regular expression that is tried only where ``needle`` is in the text: logs have many lines, most harmless."""

    def __init__(self, needle: str, expression: str) -> None:
        self.needle = needle.lower()
        self._expression = re.compile(expression, re.IGNORECASE)

    def found_in(self, words: _Words) -> bool:
        return self.needle in words.low and self._expression.search(words.text) is not None


def _text(written: str) -> _Pattern:
    """A text as written in hints.yaml: whole words, ``...`` for anything, against a word also for the rest of it."""
    pieces = _ANYTHING.split(" ".join(written.split()))
    parts, before, after = pieces[::3], pieces[1::3], pieces[2::3]
    last = len(parts) - 1
    limited = (
        (_begins(part) if index == 0 or after[index - 1] else "")
        + re.escape(part)
        + (_ends(part) if index == last or before[index] else "")
        for index, part in enumerate(parts)
    )
    return _Pattern(max(parts, key=len), ".*?".join(limited))


def _begins(part: str) -> str:
    """Before a word no letter; before a number nothing of an address, a path, a version or a time either."""
    return "" if not part[:1].isalnum() else r"(?<![\w\\/])(?<!\d[.:,])" if part[0].isdigit() else r"(?<!\w)"


def _ends(part: str) -> str:
    return "" if not part[-1:].isalnum() else r"(?!\w|[.:,]\d)" if part[-1].isdigit() else r"(?!\w)"


_LOCAL_PATTERNS: Final = tuple(_text(name) for name in _LOCAL_INSTANCES)


@dataclass(frozen=True)
class Hint:
    """What a known error means and what to do; ``pitfall`` is the known failure it belongs to, or empty.

    It fits by one of ``ids``, else by one of ``texts`` or ``events``; where ``also`` holds something, one
    of that must be said too, and nothing of ``unless`` may be. Empty places stand for anywhere.
    """

    id: str
    do: str
    pitfall: str = ""
    source: str = ""
    ids: frozenset[str] = frozenset()
    id_texts: tuple[_Pattern, ...] = ()
    texts: tuple[_Pattern, ...] = ()
    events: frozenset[str] = frozenset()
    also: tuple[_Pattern, ...] = ()
    unless: tuple[_Pattern, ...] = ()
    cmdlets: tuple[str, ...] = ()
    transport: str = ""
    hosts: frozenset[str] = frozenset()
    procedures: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()

    def for_plan(self, plan: Plan) -> str:
        """What to do, with the plan's own values in the place of placeholders."""
        text = self.do
        for name, value in plan.values.items():
            text = text.replace(f"<{name}>", str(value))
        return text

    def __str__(self) -> str:
        return f"⮑ {self.pitfall}: {self.do}" if self.pitfall else f"⮑ {self.do}"

    def named_by(self, said: Said) -> bool:
        return (bool(self.ids & said.ids) or _any(self.id_texts, said)) and self._holds(said)

    def worded_by(self, said: Said) -> bool:
        return (bool(self.events & said.events) or _any(self.texts, said)) and self._holds(said)

    def _holds(self, said: Said) -> bool:
        place = said.place
        return (
            (not self.also or _any(self.also, said))
            and not _any(self.unless, said)
            and _like(self.cmdlets, said.cmdlets)
            and (not self.transport or self.transport == place.transport)
            and (not self.hosts or bool(self.hosts & said.hosts))
            and _like(self.procedures, place.procedures)
            and _like(self.steps, (place.step,))
        )


def _any(patterns: Iterable[_Pattern], said: Said) -> bool:
    return any(pattern.found_in(said.words) for pattern in patterns)


def _like(wanted: Sequence[str], there: Sequence[str]) -> bool:
    return not wanted or any(fnmatchcase(one, pattern) for one in there for pattern in wanted)


def hint(said: Said) -> Hint | None:
    """The hint that fits what a host said: the first by its error id, else the first by its words, or None."""
    if not (said.ids or said.events or any(needle in said.words.low for needle in _needles())):
        return None
    hints = shipped()
    by_id = next((one for one in hints if one.named_by(said)), None)
    return by_id or next((one for one in hints if one.worded_by(said)), None)


@functools.cache
def _needles() -> tuple[str, ...]:
    """One of these is in every text that is known: of a log's many lines most are told apart by this alone."""
    return tuple({pattern.needle for one in shipped() for pattern in (*one.id_texts, *one.texts)})


def recorded(error: HostError | None, redact: Callable[[str], str]) -> dict[str, Any]:
    """What an error record holds beside its text, so that it is known in any language."""
    if error is None:
        return {}
    parts = {"id": error.error_id, "category": error.category, "exception": error.exception}
    kept = {name: redact(value) for name, value in {**parts, "command": error.command}.items() if value}
    return {"error": kept} if kept else {}


def place_of(plan: Plan, step: PlannedStep) -> Place:
    """What is known about where a step's host speaks."""
    *included, own = step.id.split("/")
    instance = step.host.rpartition("\\")[2].lower()
    kinds = {
        "edge": step.account == LOCAL_ADMIN,
        "local-instance": instance in _LOCAL_INSTANCES,
        "cms-instance": step.host.lower() == str(plan.values.get("CmsInstance", "")).lower(),
    }
    return Place(
        cmdlets=tuple(one.name for one in step.command.cmdlets) if isinstance(step.command, Pipeline) else (),
        transport="" if step.command is None or step.by_hand else transport_of(step.command),
        hosts=frozenset(kind for kind, there in kinds.items() if there),
        procedures=(plan.procedure, *included),
        step=own.partition("@")[0],
    )


@dataclass
class HintTracker:
    """Hints beside the log of a plan's run: each once for an attempt of a step.

    Only what tells how a command fares is read: errors, warnings and plain output, and why a step ended, unless that
    repeats an error that was heard already.
    """

    plan: Plan | None = None
    _places: dict[str, Place] = field(default_factory=dict)
    _heard: set[tuple[str | None, int | None, str]] = field(default_factory=set)

    def beside(self, event: RunEvent) -> Hint | None:
        """The hint to be shown under an event, or None."""
        data = event.data
        match event.type, data.get("stream"):
            case "output", "error":
                found = self._known(event, str(data.get("text", "")), data.get("error") or {})
                self._heard.add((event.step, event.attempt, f"said: {data.get('text', '')}"))
            case "output", "warning" | "output":
                found = self._known(event, str(data.get("text", "")), {})
            case "step_finished", _ if (event.step, event.attempt, f"said: {data.get('why', '')}") not in self._heard:
                found = self._known(event, str(data.get("why", "")), {})
            case _:
                return None
        if found is None or (event.step, event.attempt, found.id) in self._heard:
            return None
        self._heard.add((event.step, event.attempt, found.id))
        return found

    def _known(self, event: RunEvent, text: str, error: dict[str, Any]) -> Hint | None:
        parts = {name: str(error.get(key, "")) for name, key in _RECORDED.items()}
        return hint(Said(text, **parts, place=self._place(event.step or ""))) if text else None

    def _place(self, step_id: str) -> Place:
        if self.plan is not None and step_id not in self._places:
            step = next((one for one in self.plan.steps if one.id == step_id), None)
            self._places[step_id] = place_of(self.plan, step) if step else Place()
        return self._places.get(step_id, Place())


_RECORDED: Final = {"error_id": "id", "category": "category", "exception": "exception", "cmdlet": "command"}
"""Field of :class:`Said` → key of an output event's ``error``."""


@functools.cache
def shipped() -> tuple[Hint, ...]:
    """The hints this version comes with, parsed once. Raises :class:`InputError` for a broken file."""
    problems = Problems()
    found = read(data_folder() / "hints.yaml", problems)
    problems.raise_any("the hints")
    return found


def read(path: Path, problems: Problems) -> tuple[Hint, ...]:
    """The hints of a file in their order; what is wrong in it is added to ``problems``."""
    node = load(path, problems, shown=path.name)
    if node is None:
        return ()
    top = Fields(node, problems, "hints.yaml")
    hints: dict[str, Hint] = {}
    for one in top.mappings("hints", required=True):
        found = _hint(one, problems)
        if found.id and found.id in hints:
            problems.add(one.where("id"), "id", f"{found.id} is there twice", "Give each hint an id of its own.")
        hints[found.id] = found
    top.done()
    return tuple(hints.values())


def _hint(one: Fields, problems: Problems) -> Hint:
    name = one.text("id", required=True, pattern=r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
    ids, texts, events = one.texts("ids"), one.texts("texts"), one.texts("events")
    if not ids and not texts and not events:
        problems.add(one.where("id"), "id", f"{name} fits nothing", "Add ids, texts or events.")
    for text in texts:
        if len(_ANYTHING.sub("", text).strip()) < _SHORTEST:
            problems.add(one.where("texts"), "texts", f"{text!r} would fit too much", "Write more of the text.")
    for event in events:
        if not event.isdigit():
            problems.add(one.where("events"), "events", f"{event!r} is no event number", "Write digits only.")
    found = Hint(
        id=name,
        do=" ".join(one.text("do", required=True).split()),
        pitfall=one.text("pitfall", pattern=r"P[1-9][0-9]*"),
        source=one.text("source", required=True),
        ids=frozenset(each.lower() for each in ids),
        id_texts=tuple(_text(each) for each in ids if not each.isdigit()),
        texts=tuple(_text(each) for each in texts),
        events=frozenset(events),
        also=tuple(_text(each) for each in one.texts("also")),
        unless=tuple(_text(each) for each in one.texts("unless")),
        cmdlets=tuple(each.lower() for each in one.texts("cmdlets")),
        transport=one.text("transport", choices=TRANSPORTS),
        hosts=frozenset(one.texts("hosts", choices=HOST_KINDS)),
        procedures=one.texts("procedures"),
        steps=one.texts("steps"),
    )
    one.done()
    return found
