"""How the hosts of a plan are reached, and as whom: recorded when it is made, compared before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from lync_wizard.core.errors import Refused
from lync_wizard.hosts.addresses import AddressBook
from lync_wizard.hosts.command import Command, Statement
from lync_wizard.plans.model import PlannedStep, Reached

_DRILL = "drill"


def of(steps: Iterable[PlannedStep], book: AddressBook) -> dict[str, Reached]:
    """By ``WIRE HOST ACCOUNT`` how all that these steps ask and send reaches its host; what is refused is left out."""
    found: dict[str, Reached] = {}
    for wire, host, account in sorted({use for step in steps for use in uses(step)}):
        try:
            found[f"{wire} {host} {account}"] = (
                _sql(book, host, account) if wire == "sql" else _psrp(book, host, account)
            )
        except Refused:
            continue
    return found


def changed(then: Mapping[str, Reached], now: Mapping[str, Reached], kind: str) -> Iterator[str]:
    """Every difference in words; a lab has other ports whenever it is started, so in a drill they count for nothing."""
    for name in sorted({*then, *now}):
        one, other = then.get(name), now.get(name)
        alike = one and other and kind == _DRILL and replace(one, port=other.port) == other
        if one != other and not alike:
            yield f"{name} is reached by {other or 'nothing'}; the plan says {one or 'nothing'}"


def uses(step: PlannedStep) -> Iterator[tuple[str, str, str]]:
    """Wire, host and account of everything that a step sends and asks, but what checks of the catalogue ask."""
    if step.command is not None and not step.by_hand:
        yield _wire(step.command), step.host, step.account
    questions = [step.verify, *(wanted.question for wanted in step.before)]
    yield from ((_wire(one.command), one.host, one.account) for one in questions if one)
    yield from ((_wire(one.command), one.host, one.account) for one in step.reads.values())


def _wire(command: Command) -> str:
    return "sql" if isinstance(command, Statement) else "psrp"


def _psrp(book: AddressBook, host: str, account: str) -> Reached:
    way = book.endpoint(host, account)
    auth = f"{way.auth} with delegation" if way.delegate else way.auth
    scheme = "https" if way.ssl else "http"
    return Reached(
        way.address, way.port, scheme, auth, str(way.verify) if way.ssl else "", way.account.user or way.cert or ""
    )


def _sql(book: AddressBook, host: str, account: str) -> Reached:
    way = book.sql(host, account)
    scheme = "tds, encrypted" if way.encrypt else "tds"
    user = way.account.user if way.auth == "sql" else ""
    return Reached(way.address, way.port, scheme, way.auth, str(way.verify) if way.encrypt else "", user)
