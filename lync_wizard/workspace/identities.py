"""What the hosts of a plan say they are: asked when it is made, and held against it where it was made earlier."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Mapping
from concurrent.futures import Future
from typing import Final

from lync_wizard.checks import Finding
from lync_wizard.core.errors import WizardError
from lync_wizard.hosts import Connect, Limits, Reply, Session, Transport
from lync_wizard.hosts import identity as identities
from lync_wizard.hosts.command import Identify
from lync_wizard.hosts.identity import Identity
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.plans import identified
from lync_wizard.plans.model import Plan
from lync_wizard.runs.host_identity import HostIdentities, Met, judged, recorded
from lync_wizard.runs.runner import Runner

CHECK: Final = "host-identity"
"""The finding about a host that is another than the plan says."""
PATIENCE: Final = 10.0
"""How many seconds all hosts together have to say what they are; who is later counts as not known."""
_TITLE: Final = "Every host is the one that the plan was made with"
_LIMITS: Final = Limits(overall=PATIENCE)

Said = dict[str, tuple[Identity, str]]
"""By key of :mod:`lync_wizard.plans.identified` what a host is, and who else said so, or why it is not known."""


class Seen:
    """Who could be reached while checks asked: whoever could not is not tried a second time for its identity."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._lock = threading.Lock()
        self._answered: set[str] = set()
        self._silent: dict[str, str] = {}

    @property
    def silent(self) -> dict[str, str]:
        """By key why a host could not be reached, with any account."""
        with self._lock:
            return {name: why for name, why in self._silent.items() if name not in self._answered}

    def connect(self, server: str, account: str, transport: Transport = "psrp") -> Session:
        """Opens sessions as :class:`lync_wizard.hosts.Connect` does, and remembers where none could be opened."""
        name = identified.key(transport, server)
        try:
            session = self._connect(server, account, transport)
        except WizardError as error:
            with self._lock:
                self._silent.setdefault(name, error.summary)
            raise
        with self._lock:
            self._answered.add(name)
        return session


def asked(plan: Plan, session_pool: SessionPool, silent: Mapping[str, str], only: Collection[str] = ()) -> Said:
    """What the hosts of the plan say they are, all of them or ``only`` these, asked at once.

    ``silent`` are those that cannot be reached.

    Of a server that is to be installed anew and does not answer, another member of its domain tells the SID of its
    computer account, which the new installation keeps.
    """
    by = time.monotonic() + PATIENCE
    said: Said = {name: (Identity(), why) for name, why in silent.items()}
    places = identified.accounts(plan)
    waiting = {
        name: session_pool.submit(host, account, Identify(), transport=_transport(wire), limits=_LIMITS)
        for name, (wire, host, account) in places.items()
        if name in plan.identified and name not in silent and (not only or host.lower() in only)
    }
    said |= {name: _answer(future, by) for name, future in waiting.items()}
    said = {name: one for name, one in said.items() if name in plan.identified}
    return said | _by_another(plan, session_pool, said, by)


def _by_another(plan: Plan, session_pool: SessionPool, said: Said, by: float) -> Said:
    """The computer accounts of silent servers that are to be installed anew, as a member of the domain knows them."""
    places = identified.accounts(plan)
    member = next((name for name, (one, _) in said.items() if one.account), "")
    lost = [
        name
        for name, (one, _) in said.items()
        if not one and plan.identified[name].rebuilt and name.startswith("psrp ")
    ]
    if not member:
        return {}
    _, at, account = places[member]
    waiting = {
        name: session_pool.submit(at, account, Identify(places[name][1].partition(".")[0].upper()), limits=_LIMITS)
        for name in lost
    }
    answers = {name: _answer(future, by)[0] for name, future in waiting.items()}
    return {name: (one, f"as {at} says") for name, one in answers.items() if one.account}


def _answer(future: Future[Reply], by: float) -> tuple[Identity, str]:
    try:
        found = identities.of_reply(future.result(max(0.0, by - time.monotonic())))
    except TimeoutError:
        return Identity(), "it did not answer in time"
    except WizardError as error:
        return Identity(), error.summary
    return found, "" if found else "it does not say what it is"


def of_plan(plan: Plan, connect: Connect) -> Plan:
    """The plan with what its hosts say they are now; opens sessions, and waits :data:`PATIENCE` seconds at most."""
    if not plan.identified:
        return plan
    with SessionPool(connect) as session_pool:
        return identified.learnt(plan, asked(plan, session_pool, {}))


class Others:
    """Hosts at which other machines answer than a plan says, as findings that somebody may accept.

    ``unattended``: nobody can be asked at a first contact, so that a host that was not known is one of them.
    """

    def __init__(self) -> None:
        self.unattended = False
        self._met: dict[tuple[str, str], Met] = {}

    def met(self, finding: Finding) -> Met | None:
        """What answers at the host of a finding; None where the finding is about something else."""
        return self._met.get(finding.key)

    def compare(self, plan: Plan, said: Said) -> list[Finding]:
        """A finding for every host that is another than the plan says, and for one that was and is no more.

        A host that is still to be installed anew, and one of which nothing was known, are asked about at their time.
        """
        found = []
        for name, (one, _) in said.items():
            then, host = plan.identified[name], name.partition(" ")[2]
            if not one or then.rebuilt:
                continue
            met = judged(host, name, one, then.identity, rebuilt=False, first=not then.identity)
            if met is not None and (met.other or self.unattended):
                found.append(self._doubted(met))
            elif self._met.pop((CHECK, host), None):
                found.append(Finding(CHECK, _TITLE, "ok", host, str(one)))
        return found

    def still(self, plan: Plan, strangers: Collection[Met], connect: Connect) -> list[Finding]:
        """A finding for each of these hosts that is, as far as it answers, another than recorded even now."""
        if not strangers:
            return []
        with SessionPool(connect) as session_pool:
            said = asked(plan, session_pool, {}, {met.host.lower() for met in strangers})
        now = [(met, said.get(met.key, (Identity(), ""))[0]) for met in strangers]
        return [self._doubted(again) for met, one in now if (again := met.now(one) if one else met)]

    def accepted(self, reasons: Collection[tuple[str, str]]) -> dict[str, Identity]:
        """What the hosts are, by key, whose findings somebody has accepted."""
        return {met.key: met.found for key, met in self._met.items() if key in reasons}

    def confirm(self, hosts: HostIdentities, runner: Runner, reasons: Mapping[tuple[str, str], str], by: str) -> None:
        """Have a run compare those that were accepted with what they are now, and record who said so, and why."""
        for key, met in self._met.items():
            if key in reasons:
                hosts.confirm(met.key, met.found)
                runner.opening("host_identified", recorded(met.key, met.found, met.how, by=by, reason=reasons[key]))

    def _doubted(self, met: Met) -> Finding:
        made = Finding(
            CHECK, _TITLE, "caution", met.host, met.why,
            f"{met.found.compare} If it is the right machine, accept it with the reason, or create a new plan. "
            f"Unattended: `hosts: {{{met.host}: {met.found.key}}}` in the file of --answers.",
            f"{met.host} says now: {met.found}; {met.known}",
        )  # fmt: skip
        self._met[made.key] = met
        return made


def _transport(wire: str) -> Transport:
    return "sql" if wire == "sql" else "psrp"
