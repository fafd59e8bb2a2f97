"""The guided sitting at a terminal or through a pipe: find, compare, ask, try, look over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from lync_wizard import worksheets
from lync_wizard.core.errors import InputError, WizardError, render
from lync_wizard.core.prompts import Choice, Prompts
from lync_wizard.core.storage import Home
from lync_wizard.core.wrapping import paragraph
from lync_wizard.deployment.named_hosts import named_hosts
from lync_wizard.hosts import Session, Transport, agreement
from lync_wizard.hosts.agreement import Gate, Unagreed
from lync_wizard.hosts.shares import is_unc
from lync_wizard.setup import accounts, connection_test
from lync_wizard.setup.completeness import LOCATION
from lync_wizard.setup.connection_test import Reach
from lync_wizard.setup.diff import Difference, compare
from lync_wizard.setup.draft import Draft
from lync_wizard.setup.prompt_loop import PromptLoop, indented
from lync_wizard.setup.questions import SECTIONS, questions, unanswered
from lync_wizard.setup.sources import Source, checked_name, other, reading, taken
from lync_wizard.setup.tree import drawn
from lync_wizard.topology import TopologyReading
from lync_wizard.worksheets import Cell, Entry, forms
from lync_wizard.worksheets.values import fqdn

_PRODUCTS: Final = ("standard-edition", "enterprise", "director", "mediation", "edge", "persistent-chat")


class Interview:
    """One sitting over one deployment's papers; Ctrl-C may end it anywhere, what was answered is on disk."""

    def __init__(
        self,
        home: Home,
        prompts: Prompts,
        reach: Reach,
        name: str | None,
        now: Callable[[], datetime],
        gate: Gate | None = None,
    ) -> None:
        self.home = home
        self.prompts = prompts
        self.draft = Draft.open(home, name, now)
        self._reach = reach
        self._now = now
        self._gate = gate
        self._typed: list[str] = []
        """Hosts whose names a person typed, to have the deployment read there."""
        if gate:
            gate.named = lambda: named_hosts(self.draft.entries, self.draft.known)
            gate.keep = lambda hosts: accounts.record(home, self.draft.name, hosts=hosts)

    def hold(self, source: Source | None) -> bool:
        """The whole sitting; whether the worksheets are complete and sound at its end.

        Raises KeyboardInterrupt, and :class:`WizardError` where a source that the command line named cannot be read.
        """
        self._say(
            "Enter takes the value in [brackets]; - leaves a question open; < goes back to",
            "the one before; ? says more. Ctrl-C stops: what was answered is kept, and the",
            "next start goes on there.",
        )
        if source:
            self._account_for(source)
            self._take(reading(source, self._connect))
        else:
            self._find()
        PromptLoop(self.draft, self.prompts).open_ones()
        self._accounts(ask_all=False)
        self._share()
        self._agree()
        self._try()
        while self._look_over():
            pass
        return self._closing()

    # Finding the deployment

    def _connect(self, server: str, account: str, transport: Transport = "psrp") -> Session:
        return self._reach(accounts.book(self.home))(server, account, transport)

    def _find(self) -> None:
        """Ask where the deployment can be read until something could be, or it is told by hand."""
        while True:
            there = bool(self.draft.entries.pools)
            choices = [Choice("c", f"go on with {self.draft.name} as it is recorded")] if there else []
            choices += [
                Choice("f", "a file", "published topology, Topology Builder file, or configuration ZIP"),
                Choice("s", "a server that runs", "it is queried read-only, nothing is changed"),
            ]
            choices += [] if there else [Choice("h", "manually", "if there is neither")]
            self._say("", "Where can the deployment be read?")
            key = self.prompts.choose("Read it from", choices, choices[0].key)
            if key == "c":
                return None
            try:
                if key == "h":
                    return self._by_hand()
                if key == "f":
                    source = Source("file", self.prompts.text("Path of the file"))
                else:
                    source = Source("host", fqdn(self.prompts.text("FQDN of a Front End or Standard Edition server")))
                self._account_for(source)
                return self._take(reading(source, self._connect))
            except WizardError as error:
                self._say("", *render(error).splitlines())

    def _by_hand(self) -> None:
        pools: list[str] = []
        while not pools:
            names = self.prompts.text("FQDNs of all pools and Standard Edition servers, with commas between")
            try:
                pools = [fqdn(name) for name in names.replace(",", " ").split()]
            except InputError as error:
                self._say(*indented(render(error)))
        self._name(pools[0].split(".")[1].lower())
        for pool in pools:
            self._say("", f"{pool} is")
            kind = _PRODUCTS[self.prompts.pick("Kind", [(name.replace("-", " "), "") for name in _PRODUCTS])]
            cell = Cell(pool, "deployment-facts", "pool", "kind")
            self.draft.record({cell: self.draft.entry(cell, kind)})

    def _account_for(self, source: Source) -> None:
        if source.kind == "host":
            self._typed.append(source.place)
            if self._gate:
                self._gate.agree(self._typed, keep=False)
            self._accounts(ask_all=False, only=("lync-admin",))

    def _take(self, found: TopologyReading) -> None:
        """Show a reading and take it over, difference by difference where something is recorded."""
        shown = drawn(found.deployment, ascii_only=not self.prompts.can_show("├─└│"))
        self._say("", f"Found ({found.made_from}):", *(f"  {line}" for line in shown))
        if found.findings:
            self._say("", "What is missing in it or inconsistent:")
            self._say(*(line for text in found.findings for line in paragraph(text, "  - ", "    ")))
        if other(self.draft, found):
            self._say("", f"None of these pools is recorded in {self.draft.name}: this is another deployment.")
            self.draft = Draft(self.home, "", worksheets.Entries(), self._now)
        if not self.draft.name:
            self._name(found.deployment.name)
        compared = compare(self.draft, found)
        self.draft.record(compared.plain)
        self._say("", f"{compared.new} new values taken over, {compared.same} as they were recorded.")
        for number, one in enumerate(compared.differences, 1):
            self._decide(one, f"Difference {number} of {len(compared.differences)}")

    def _decide(self, one: Difference, heading: str) -> None:
        match one.kind:
            case "changed":
                self._say("", *paragraph(f"{heading}: {one.subject}", "", "  "))
                self._say(f"  recorded: {one.recorded} ({one.source})")
                self._say(f"  now:      {one.now}")
                question = "Take over what is there now?"
            case "new pool":
                self._say("", f"{heading}: {one.subject} is not recorded yet ({one.now})")
                question = "Take it up?"
            case "gone pool":
                self._say("", f"{heading}: {one.subject} is recorded and not there any more")
                question = "Take its worksheets out? They are moved aside, not deleted."
            case "gone":
                self._say("", f"{heading}: {one.subject} is not there any more", f"  recorded: {one.recorded}")
                question = "Clear these values?"
        if self.prompts.agree(question, one.sensible):
            if one.kind == "gone pool":
                kept = self.draft.drop(one.subject)
                self._say(f"  Its sheets lie in {kept} now." if kept else "  It had no sheets of its own.")
            else:
                self.draft.record(one.changes)
        elif one.cell and one.source == "found":
            old = self.draft.entries[one.cell]
            self.draft.record({one.cell: self.draft.entry(one.cell, old.value, origin="kept")})

    def _name(self, proposed: str) -> None:
        while True:
            try:
                name = checked_name(self.prompts.line("Name of this deployment", proposed))
            except InputError as error:
                self._say(*indented(render(error)))
                continue
            if not taken(self.draft, name):
                self.draft.name = name
                return
            self._say(f"  {name} is recorded already, with other pools.")

    # Accounts and connections

    def _accounts(self, *, ask_all: bool, only: Sequence[str] = ()) -> None:
        """Ask for the user of each role that the file does not name yet; an empty answer is whoever runs this."""
        book = accounts.book(self.home)
        wanted = {
            role: what
            for role, what in accounts.roles(self.draft.known).items()
            if (not only or role in only) and (ask_all or role not in book.accounts)
        }
        if not wanted or (not ask_all and not only and book.accounts.keys() - {"lync-admin"}):
            return
        self._say("", "== Accounts ==", "   Passwords are never written down; they are asked for when needed.")
        for role, what in wanted.items():
            self._say("", *paragraph(f"{role}: {what}.", "", "  "))
            while True:
                known = book.account(role).user
                answer = self.prompts.line("Account, as DOMAIN\\name (empty: whoever runs this program)", known)
                if answer in {"", "-", known}:
                    break
                try:
                    name = accounts.user(answer)
                except InputError as error:
                    self._say(*indented(render(error)))
                    continue
                accounts.record(self.home, self.draft.name, users={role: name})
                break

    def _share(self) -> None:
        """Ask how this machine reads the backup location where it does not see it by that name."""
        location = self.draft.entries.text(LOCATION)
        book = accounts.book(self.home)
        if not is_unc(location) or book.share(location) or connection_test.seen(location):
            return
        self._say("", f"This machine does not see {location} by that name.")
        while True:
            answer = self.prompts.line("Folder under which it is mounted here (empty: not yet)")
            if answer in {"", "-"}:
                return
            try:
                accounts.record(self.home, self.draft.name, shares={location: accounts.folder(answer)})
                return
            except InputError as error:
                self._say(*indented(render(error)))

    def _agree(self) -> None:
        """Ask about the hosts that only a topology, a set or another host names; what is agreed to is kept."""
        if self._gate is None:
            return
        self._gate.agree(self._typed)
        if not self._gate.unknown():
            return
        self._say("", "== Hosts ==")
        try:
            self._gate.settle(by=lambda hosts: agreement.ask(self.prompts, hosts))
        except Unagreed:
            self._say("Nothing is sent to them until somebody agrees.")

    def _try(self) -> None:
        """Try the backup location and, where wanted, every server."""
        self._say("", "== Trying it ==")
        book = accounts.book(self.home)
        location = self.draft.entries.text(LOCATION)
        if location:
            self._tell(connection_test.location(self.draft.known, location, book))
        known = self.draft.known
        every = len(known.host_fqdns) + len(connection_test.instances(known))
        names = [*known.host_fqdns, *connection_test.instances(known)]
        self._say(*paragraph(f"The servers and SQL instances: {', '.join(names)}", "", "  ") if every else ())
        question = f"Try to connect to all servers and SQL instances ({every}) now? Nothing is changed on them."
        if every and self.prompts.agree(question, True):
            for trial in connection_test.connections(known, location, book, self._reach(book)):
                self._tell([trial])

    def _tell(self, trials: Sequence[connection_test.Trial]) -> None:
        for trial in trials:
            self._say(*paragraph(f"{trial.status:<8} {trial.subject}: {trial.message}", "", " " * 9))
            if trial.status != "ok":
                self._say(*paragraph(f"HINT: {trial.hint}", " " * 9))

    # Looking it over

    def _look_over(self) -> bool:
        """Offer every part again; whether something was chosen."""
        asked = questions(self.draft)
        choices = []
        for number, section in enumerate(SECTIONS, 1):
            mine = asked[section.id]
            needed = sum(q.required and unanswered(self.draft, q) for q in mine)
            there = sum(not unanswered(self.draft, q) for q in mine)
            note = f"{there} of {len(mine)} answered" + (f", {needed} still needed" if needed else "")
            choices.append(Choice(str(number), section.title, note))
        choices += [Choice("a", "accounts"), Choice("t", "try the connections again"), Choice("q", "that is all")]
        self._say("", f"{self.draft.name}: what was answered can be looked at and changed")
        key = self.prompts.choose("Look at", choices, "q")
        if key == "q":
            return False
        if key == "a":
            self._accounts(ask_all=True)
        elif key == "t":
            self._share()
            self._agree()
            self._try()
        else:
            PromptLoop(self.draft, self.prompts).revisit(SECTIONS[int(key) - 1])
        return True

    def _closing(self) -> bool:
        """What is there, what is missing, and what comes next."""
        gaps, bad = self.draft.missing(), self.draft.wrong()
        self._say("", f"Written to {self.home.worksheets / self.draft.name}")
        self._say(*(f"missing  {cell}  {forms().field(cell).label}" for cell in gaps))
        self._say(*(line for cell, entry in bad.items() for line in _told(cell, entry)))
        if gaps or bad:
            self._say("Go on with: lync-wizard setup")
            return False
        self._say(
            "The worksheets are complete. Print them for safekeeping: lync-wizard print worksheets",
            "Then take the first backup: lync-wizard backup run",
        )
        return True

    def _say(self, *lines: str) -> None:
        self.prompts.say(*lines)


def _told(cell: Cell, entry: Entry) -> list[str]:
    return [f"wrong    {cell}  {entry.problem}", f"         HINT: {entry.hint}"]
