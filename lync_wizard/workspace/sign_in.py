"""Who somebody is, as a host says after their own sign-in: the second person of an approval, and the starter."""

from __future__ import annotations

import csv
import re
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from lync_wizard.checks import Finding
from lync_wizard.core.errors import Denied, InputError, NotAdmitted, Refused, Unreachable, WizardError
from lync_wizard.core.secret import Secret
from lync_wizard.deployment.roles import LOCAL_ADMIN
from lync_wizard.hosts import Limits, Session, identity, silent
from lync_wizard.hosts.addresses import AddressBook
from lync_wizard.hosts.command import Command, Program, Statement
from lync_wizard.hosts.identity import Identity
from lync_wizard.plans import approval, identified
from lync_wizard.plans.approval import Approver
from lync_wizard.plans.model import Plan
from lync_wizard.workspace.workspace import Workspace

Say = Callable[[str], None]

WHOAMI: Final = Program("whoami", ("/user", "/fo", "csv", "/nh"))
STARTER: Final = "lync-admin"
"""The role whose account stands for the starter: nearly every step is sent as it."""
PATIENCE: Final = 5.0
"""How many seconds the question for the starter's account may take at most."""
_ANSWER: Final = "hosts-answer"
_OURSELVES: Final = ""
"""Stands for a role where this program signs in as whoever runs it."""
_LIMITS: Final = Limits(connect=10.0, operation=10.0, overall=30.0)
_SID: Final = re.compile(r"S-1-[0-9-]+")
_PERSON: Final = re.compile(r"S-1-(5-21|12-1)-[0-9-]+(?<!-501)")
"""Accounts of a domain, of a computer or of the cloud; the others, and the guest (501), are nobody in particular."""
_NETBIOS: Final = 15


@dataclass(frozen=True)
class _Account:
    """Who a host says has signed in there; ``strange`` says why that host is not known to be the one that is meant."""

    name: str
    sid: str
    host: str
    strange: str = ""

    @property
    def domain(self) -> str:
        return self.name.rpartition("\\")[0].casefold()

    @property
    def local(self) -> bool:
        """Whether it is an account of the host itself: whoever administers the host can make one."""
        return self.domain == self.host.partition(".")[0].casefold()[:_NETBIOS]


def hosts_of(plan: Plan, findings: Iterable[Finding], workspace: Workspace) -> list[str]:
    """Where an account of the domain can show itself: the plan's Windows hosts, only those that answer where any do.

    Servers of the perimeter have accounts of their own and know none of the domain.
    """
    named = [
        host
        for host, role, command in _sent(plan)
        if not isinstance(command, Statement) and role != LOCAL_ADMIN and not workspace.book.own_user(host)
    ]
    whole = list({host.lower(): host for host in named if host}.values())
    answering = _answering(findings)
    return [host for host in whole if host.lower() in answering] or whole


def none_answers(findings: Collection[Finding]) -> bool:
    """Whether the hosts were asked, and none answers."""
    return any(one.check == _ANSWER for one in findings) and not _answering(findings)


def refuse_account(name: str, book: AddressBook) -> None:
    """Raise :class:`Refused` where a name is that of an account in connections.yaml."""
    users = [account.user for account in book.accounts.values()] + [book.own_user(host) for host in book.hosts]
    for user in users:
        if approval.same_person(name, user):
            raise Refused(
                f"{name} is no second person: connections.yaml names this account ({user})",
                "Have somebody else read the plan, and sign in with an account that this run does not use.",
            )


def _answering(findings: Iterable[Finding]) -> set[str]:
    return {one.host.lower() for one in findings if one.check == _ANSWER and one.status == "ok"}


@dataclass
class SecondPerson:
    """The sign-in of the second person at one of ``hosts``, and the comparison with the accounts of the run.

    ``used`` are SIDs of whoever started an earlier part of the run; ``confirmed`` what hosts are, by key, where a
    person said so after the plan was made; ``say`` hears what is being done.
    """

    workspace: Workspace
    plan: Plan
    hosts: Collection[str]
    starter: str
    used: Collection[str] = ()
    confirmed: Mapping[str, Identity] = field(default_factory=dict)
    say: Say = lambda _: None
    _silent: set[str] = field(default_factory=set)

    def sign_in(self, user: str, password: Secret) -> Approver:
        """Who signs in; not proven where no host that is known lets them in, or not every account of the run is known
        by its SID.

        Raises :class:`Refused` for the starter and for an account of the run, :class:`Denied` where a host refuses
        the password: it goes to no second host, so that the account is not locked out.
        """
        name = approval.clean(user).replace("/", "\\")
        approval.refuse_same(name, self.starter)
        if not re.search(r"[^\\@][\\@][^\\@]", name):
            raise InputError(
                f"{name or 'nothing'} names no account of a domain", "Write it as DOMAIN\\name or as name@domain."
            )
        if not password:
            raise InputError("no password was given", "Type the password of your own account.")
        refusals = []
        strange: _Account | None = None
        # Where nothing was recorded of a host, what it says proves nothing: those that are known come first.
        for host in sorted(self.hosts, key=lambda host: not self._known(host)):
            self.say(f"{name} signs in at {host}")
            try:
                found = self._asked(self.workspace.sign_in(host, name, password), host)
            except NotAdmitted as error:
                refusals.append(error.summary)
            except Denied:
                raise
            except Unreachable as error:
                self._silent.add(host.lower())
                refusals.append(error.summary)
            else:
                if found is not None and not found.strange:
                    return self._compared(found)
                strange = strange or found
                refusals.append(f"{host} does not say who has signed in" if found is None else found.strange)
        if strange is not None:
            return self._compared(strange)
        return Approver(name, why="; ".join(refusals) or "the plan names no host at which anybody could sign in")

    def _compared(self, who: _Account) -> Approver:
        approval.refuse_same(who.name, self.starter)
        if not _PERSON.fullmatch(who.sid) or who.name.endswith("$"):
            raise Refused(f"{who.name} ({who.sid}) is no person's account", "Sign in with your own account.")
        unknown = []
        for user, places in self._accounts(who.host).items():
            called = user or "whoever runs this program"
            self.say(f"comparing with {called}")
            sid = self._sid_of(places)
            if sid == who.sid or (not sid and approval.same_person(user, who.name)):
                raise _one_of_the_run(who, called)
            if not sid:
                unknown.append(called)
        if who.sid in self.used:
            raise _one_of_the_run(who, "whoever began this run")
        whys = [who.strange] if who.strange else []
        whys += [f"an account of {who.host} itself, not of the domain"] if who.local else []
        if unknown:
            whys.append(f"compared by name only with {', '.join(unknown)}: no host says what SID that is")
        return Approver(who.name, sid=who.sid, host=who.host, why="; ".join(whys))

    def _accounts(self, at: str) -> dict[str, list[tuple[str, str]]]:
        """Every Windows account of connections.yaml and of the plan, with the hosts and roles where it shows itself."""
        book = self.workspace.book
        hosts = sorted(self.hosts, key=lambda host: host != at)
        places = [(host, role) for role in book.accounts for host in hosts]
        places += [(host, role) for host, role, command in _sent(self.plan) if not isinstance(command, Statement)]
        places += [(host, STARTER) for host in book.hosts if book.own_user(host)]
        if any(isinstance(sent, Statement) and book.sql(host).auth == "windows" for host, _, sent in _sent(self.plan)):
            places += [(host, _OURSELVES) for host in hosts]
        found: dict[str, list[tuple[str, str]]] = {}
        spelling: dict[str, str] = {}
        for host, role in dict.fromkeys(places):
            user = book.user(host, role) if role else ""
            found.setdefault(spelling.setdefault(user.casefold(), user), []).append((host, role))
        return found

    def _sid_of(self, places: Iterable[tuple[str, str]]) -> str:
        """The SID that the first host that answers says of an account; empty where none does, or nobody may ask."""
        for host, role in places:
            if host.lower() in self._silent:
                continue
            try:
                opened = self.workspace.quiet(host, role) if role else self.workspace.sign_in(host, "", Secret(""))
                found = self._asked(opened, host)
            except Denied:
                return ""
            except Unreachable:
                self._silent.add(host.lower())
            except WizardError:
                return ""
            else:
                # A host that the plan does not use was never recorded, and has accounts that only it can tell.
                if found is not None and not (found.strange and _key(host) in self.plan.identified):
                    return found.sid
        return ""

    def _known(self, host: str) -> Identity:
        return known(self.plan, self.confirmed, host)

    def _asked(self, session: Session, host: str) -> _Account | None:
        """Who a host says has signed in to a session, which is closed, and whether it is the host that is meant."""
        try:
            found, now = _who(session, host), identity.ask(session)
        finally:
            session.close()
        if found is None:
            return None
        return replace(found, strange=_strange(host, self._known(host), now))


def known(plan: Plan, confirmed: Mapping[str, Identity], host: str) -> Identity:
    """What a host is: as a person confirmed it, else as the plan says; empty where nobody knows."""
    name = _key(host)
    planned = plan.identified.get(name)
    return confirmed.get(name) or (planned.identity if planned else Identity())


def _strange(host: str, known: Identity, now: Identity) -> str:
    """Why what a host says proves nothing; empty where it is the host that is meant."""
    if not known or not now:
        return f"what {host} is was not recorded, so that what it says proves nothing"
    differing = identity.differences(known, now)
    return f"another machine answers at {host}: {'; '.join(differing)}" if differing else ""


@dataclass(frozen=True)
class Starter:
    """What a host says of the starter's account, and what that host said it is itself."""

    said: Approver
    host: Identity = field(default_factory=Identity)

    def judged(self, known: Callable[[str], Identity]) -> Approver:
        """The starter; not proven where the host is not what is known of it by now."""
        if not self.said.proven:
            return self.said
        return replace(self.said, why=_strange(self.said.host, known(self.said.host), self.host))


def starter(workspace: Workspace, hosts: Collection[str], name: str) -> Starter:
    """The starter, with the account of their role at the first of ``hosts`` that answers; asks no person, never raises.

    All of it takes :data:`PATIENCE` seconds at most.
    """
    answers = [Starter(Approver(name, why="no host was asked who has signed in"))]

    def ask() -> None:
        for host in hosts:
            answers.append(Starter(Approver(name, why=f"{host} did not say in time who has signed in")))
            try:
                session = workspace.quiet(host, STARTER)
                try:
                    found, now = _who(session, host), identity.ask(session)
                finally:
                    session.close()
            except WizardError as error:
                answers.append(Starter(Approver(name, why=error.summary)))
                continue
            said = Approver(name, why=f"{host} does not say who has signed in")
            answers.append(Starter(Approver(name, found.name, found.sid, host), now) if found else Starter(said))
            return

    asking = threading.Thread(target=ask, name="whoami", daemon=True)
    asking.start()
    asking.join(PATIENCE)
    return answers[-1]


def _key(host: str) -> str:
    return identified.key("psrp", host)


def _who(session: Session, host: str) -> _Account | None:
    reply = session.run(WHOAMI, limits=_LIMITS, on_output=silent, cancel=threading.Event())
    if reply.state != "completed" or reply.exit_code != 0:
        return None
    for record in reply.objects:
        try:
            row = next(csv.reader([record.text]), [])
        except csv.Error:
            continue
        if len(row) == 2 and _SID.fullmatch(row[1]):
            return _Account(row[0], row[1], host)
    return None


def _one_of_the_run(who: _Account, called: str) -> Refused:
    return Refused(
        f"{who.name} is no second person: it is an account of this run ({called})",
        "Have somebody else read the plan, and sign in with an account that this run does not use.",
    )


def _sent(plan: Plan) -> Iterator[tuple[str, str, Command | None]]:
    """Where, as whom, and what the plan sends and asks."""
    for step in plan.steps:
        if not step.by_hand:
            yield step.host, step.account, step.command
        if step.verify:
            yield step.verify.host, step.verify.account, step.verify.command
