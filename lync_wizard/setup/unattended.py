"""The same without questions: answers from a file, all mistakes at once, and what is still missing at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from lync_wizard import deployment as deployments
from lync_wizard.core.errors import InputError
from lync_wizard.core.storage import Home
from lync_wizard.core.yaml_document import Mark, Node, Problem, Problems, did_you_mean, load
from lync_wizard.deployment.named_hosts import named_hosts
from lync_wizard.hosts.addresses import AddressBook
from lync_wizard.hosts.agreement import Gate, NamedHost
from lync_wizard.setup import accounts, completeness, connection_test
from lync_wizard.setup.connection_test import Reach, Trial
from lync_wizard.setup.diff import Difference, compare
from lync_wizard.setup.draft import Draft
from lync_wizard.setup.questions import follows, open_questions
from lync_wizard.setup.sources import Source, checked_name, other, reading
from lync_wizard.worksheets import Cell, Entries, Entry
from lync_wizard.worksheets.values import fqdn

_ACCOUNTS: Final = "connections/accounts/"
_SHARE: Final = "connections/shares/backup"
_TRY: Final = "connections/try"
_HOSTS: Final = "connections/hosts"
_ANY: Final = "*."


@dataclass(frozen=True)
class Outcome:
    """What an unattended set-up left: mistakes in the answers, gaps, wrong values, differences nobody decided.

    ``unagreed`` are the hosts that nobody has agreed to sign in to, ``tried`` whether they were to be.
    ``findings`` are what the source lacks or where it contradicts itself, in sentences, ``contradictions`` those of the
    worksheets as they are now.
    """

    deployment: str
    problems: list[Problem]
    missing: list[Cell]
    wrong: dict[Cell, Entry]
    undecided: list[Difference]
    trials: list[Trial]
    findings: tuple[str, ...] = ()
    contradictions: tuple[Problem, ...] = ()
    unagreed: tuple[NamedHost, ...] = ()
    tried: bool = False

    @property
    def sound(self) -> bool:
        blocked = any(trial.status == "blocked" for trial in self.trials)
        left = self.problems or self.missing or self.wrong or self.undecided or self.contradictions
        return not (left or blocked)


@dataclass
class _Given:
    """The file, sorted: cells by address with their place, users by role, where the backup location is read.

    ``hosts`` are those that accounts may sign in to, ``*.domain`` for all of a domain that the worksheets name.
    ``tried`` is whether every server and SQL instance is tried; None leaves it to the source.
    """

    cells: dict[str, tuple[Node, Mark]] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)
    share: str = ""
    tried: bool | None = None
    hosts: list[str] = field(default_factory=list)


def unattended(
    home: Home,
    name: str | None,
    source: Source | None,
    path: Path,
    reach: Reach,
    now: Callable[[], datetime],
    gate: Gate | None = None,
) -> Outcome:
    """Read the source, apply the answers in ``path``, write every sound value.

    Raises :class:`InputError` for a file or source that cannot be read; then nothing was written.
    """
    problems = Problems()
    given = _sorted(path, problems)
    draft = Draft.open(home, name, now)
    book = accounts.book(home)
    found = None
    if gate:
        gate.named = lambda: named_hosts(draft.entries, draft.known)
        gate.keep = lambda hosts: accounts.record(home, draft.name, hosts=hosts)
    typed = [source.place] if source and source.kind == "host" else []
    if gate and typed:
        # Whoever names a host on the command line is a person.
        gate.agree(typed, keep=False)
    if source:
        if given.users:
            book = accounts.record(home, draft.name, users=given.users)
        found = reading(source, reach(book))
        if other(draft, found):
            raise InputError(
                f"none of the pools in {source.place} is recorded in {draft.name}",
                "Name another deployment with --deployment, before the command.",
            )
    if not draft.name:
        draft.name = found.deployment.name if found else _name_from(given)
    undecided: list[Difference] = []
    if found:
        compared = compare(draft, found)
        draft.record(compared.plain)
        for one in compared.differences:
            if one.sensible:
                draft.record(one.changes)
            elif not (one.cell and any(_names(draft, address, one.cell) for address in given.cells)):
                undecided.append(one)
    changes = _checked(draft, given, problems, path.name)
    draft.record(changes)
    _imply(draft)
    if given.users or given.share:
        location = draft.entries.text(completeness.LOCATION)
        shares = {location: given.share} if given.share and location else {}
        book = accounts.record(home, draft.name, users=given.users, shares=shares)
    if gate:
        gate.agree([*typed, *_agreed(given.hosts, named_hosts(draft.entries, draft.known))])
    everyone = bool(typed) if given.tried is None else given.tried
    trials = _trials(draft, book, reach, everyone=everyone)
    return Outcome(
        draft.name, list(problems), draft.missing(), draft.wrong(), undecided, trials,
        findings=found.findings if found else (), contradictions=tuple(draft.contradictions),
        unagreed=tuple(gate.unknown()) if gate else (), tried=everyone,
    )  # fmt: skip


def _agreed(wanted: Sequence[str], named: Mapping[str, NamedHost]) -> Iterator[str]:
    """The hosts that the answers agree to; a domain stands for those of its hosts that the worksheets name."""
    for one in wanted:
        if one.startswith(_ANY):
            of_domain = {name for name in named if name.endswith(one[1:].lower())}
            yield from sorted(name for name in of_domain if named[name].reached and not named[name].confirmed)
        else:
            yield one


def _hosts(node: Node) -> list[str]:
    items = node.value if isinstance(node.value, list) else [node]
    names = [item.text for item in items if not isinstance(item.value, (list, dict, bool))]
    if len(names) < len(items):
        raise InputError("must name hosts", "Write a list of FQDNs, or `*.domain` for all of a domain.")
    return [_ANY + fqdn(name.removeprefix(_ANY)) if name.startswith(_ANY) else fqdn(name) for name in names]


def _sorted(path: Path, problems: Problems) -> _Given:
    node = load(path, problems)
    if node is None or not isinstance(node.value, dict):
        if node is not None:
            problems.add(node.mark, "", "holds no answers", "Write `sheet/row/column: value`, one a line.")
        problems.raise_any(str(path))
        return _Given()
    given = _Given()
    for key, value in node.value.items():
        where = (node.keys or {}).get(key, value.mark)
        try:
            if key.startswith(_ACCOUNTS):
                role = key.removeprefix(_ACCOUNTS).removesuffix("/user")
                accounts.book_role(role)
                given.users[role] = accounts.user(value.text)
            elif key == _SHARE:
                given.share = accounts.folder(value.text)
            elif key == _HOSTS:
                given.hosts = _hosts(value)
            elif key == _TRY:
                given.tried = _yes(value)
            else:
                given.cells[key] = (value, where)
        except InputError as error:
            problems.add(where, key, error.summary, error.hint)
    return given


def _name_from(given: _Given) -> str:
    """A name for a deployment told by hand: the first part of its pools' domain."""
    for address in given.cells:
        pool, colon, _ = address.partition(":")
        if colon and "." in pool:
            return checked_name(pool.split(".")[1].lower())
    raise InputError(
        "nothing says which deployment this is",
        "Name a source with --from-topology or --from-host, or write the pool before each of its cells.",
    )


def _names(draft: Draft, address: str, cell: Cell) -> bool:
    try:
        return draft.entries.locate(address) == cell
    except InputError:
        return False


def _checked(draft: Draft, given: _Given, problems: Problems, origin: str) -> dict[Cell, Entry | None]:
    """The sound answers; the others are problems. Places for backups are judged with all answers in view."""
    told = {
        address.partition(":")[0].lower() for address in given.cells if address.endswith(":deployment-facts/pool/kind")
    }
    pools = Entries(draft.entries, (*draft.entries.pools, *sorted(told)))
    made: dict[Cell, Entry | None] = {}
    marks: dict[Cell, tuple[str, Mark]] = {}
    for address, (node, where) in given.cells.items():
        try:
            cell = pools.locate(address)
            if cell.pool and cell.pool not in pools.pools:
                raise InputError(
                    f"{cell.pool} is no pool of {draft.name}",
                    f"{did_you_mean(cell.pool, pools.pools)} A new pool needs its deployment-facts/pool/kind as well.",
                )
            if cell.pool:
                fqdn(cell.pool)
            value = _value(node)
            if value is None:
                continue
            entry = draft.entry(cell, value, origin=origin)
        except InputError as error:
            problems.add(where, address, error.summary, error.hint)
            continue
        if not entry.sound:
            problems.add(node.mark, address, entry.problem, entry.hint)
        elif cell in marks:
            problems.add(where, address, f"is here twice, first as {marks[cell][0]}", "Keep one of the two.")
        else:
            made[cell], marks[cell] = entry, (address, node.mark)
    known, _ = deployments.of(pools.merge(made), draft.name)
    misplaced = {c: why for c, e in made.items() if e and (why := completeness.misplaced(c, e.text, known))}
    for cell, why in misplaced.items():
        problems.add(marks[cell][1], marks[cell][0], *why)
    return {cell: entry for cell, entry in made.items() if cell not in misplaced}


def _value(node: Node) -> str | tuple[str, ...] | None:
    if node.value is None:
        return None
    if isinstance(node.value, dict):
        raise InputError("must be one value or a list", "Write the value behind the colon.")
    if isinstance(node.value, list):
        if any(isinstance(item.value, (list, dict)) for item in node.value):
            raise InputError("must be a list of plain values", "Write `[one, two]`.")
        return tuple(item.text for item in node.value)
    return node.text


def _yes(node: Node) -> bool:
    if not isinstance(node.value, bool):
        raise InputError("must be true or false", "Write true to try every server and SQL instance.")
    return node.value


def _imply(draft: Draft) -> None:
    """Fill what other answers imply, as a person at the prompts is offered it."""
    changes: dict[Cell, Entry | None] = {}
    for question in open_questions(draft):
        if implied := follows(draft, question.cell):
            entry = draft.entry(question.cell, implied[0], origin=f"as {implied[1]}")
            if entry.sound:
                changes[question.cell] = entry
    draft.record(changes)


def _trials(draft: Draft, book: AddressBook, reach: Reach, *, everyone: bool) -> list[Trial]:
    """The backup location; the servers and SQL instances where one of them was asked anyway, or the answers say so."""
    location = draft.entries.text(completeness.LOCATION)
    trials = connection_test.location(draft.known, location, book) if location else []
    if everyone:
        trials += connection_test.connections(draft.known, location, book, reach(book))
    return trials
