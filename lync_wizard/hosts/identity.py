"""What a host is: the certificate it shows and, after sign-in, the name, domain and SIDs it says of itself.

The script is a constant that only reads; a lab recognises it by its exact text. Windows PowerShell 3 runs it. A SQL
Server instance says its computer's name, its own, and when it was installed (hosts/sql_instance), and no SID; its
certificate is the driver's affair and not told.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from typing import Final, Protocol, runtime_checkable

from lync_wizard.core import mapping
from lync_wizard.core.errors import WizardError
from lync_wizard.hosts import Connect, Limits, Reply, Session, Transport, property_of, silent, text_of
from lync_wizard.hosts.command import Identify

SCRIPT: Final = """\
param([string]$Computer)
$system = Get-WmiObject -Class Win32_ComputerSystem
$name = if ($Computer) { $Computer } else { $system.Name }
$account = ''
if ($system.PartOfDomain) {
  try {
    $known = New-Object System.Security.Principal.NTAccount($system.Domain, ($name + '$'))
    $account = $known.Translate([System.Security.Principal.SecurityIdentifier]).Value
  } catch { $account = '' }
}
$machine = ''
if (-not $Computer -and $system.DomainRole -lt 4) {
  $local = Get-WmiObject -Class Win32_UserAccount -Filter 'LocalAccount=True' | Select-Object -First 1
  if ($local) { $machine = $local.SID.Substring(0, $local.SID.LastIndexOf('-')) }
}
New-Object PSObject -Property @{
  Name = $name; Domain = $system.Domain; PartOfDomain = $system.PartOfDomain; Account = $account; Machine = $machine
}
"""
"""Name, domain, the SID of the computer account in it, and the machine's own SID, which a domain controller lacks.

With ``Computer`` the SID of that computer's account in the host's domain. Translate asks the directory by the host's
own channel, so that it works without delegation; where no directory answers, the SID stays empty.
"""

CERTIFICATE: Final = "Certificate"
"""The property that a session adds to the script's answer: the SHA-256 of the certificate it was shown."""

COMPARE: Final = (
    "Compare: at the host's own console `Get-WmiObject Win32_ComputerSystem` shows name and domain, and on a domain "
    "controller `Get-ADComputer NAME` the SID of the computer account."
)
"""How a person finds out whether it is the right machine."""
COMPARE_INSTANCE: Final = (
    "Compare: at the server's own console `sqlcmd -Q \"SELECT create_date FROM sys.server_principals WHERE sid = "
    '0x010100000000000512000000"` shows when the instance was installed.'
)
"""The same of an instance of SQL Server (hosts/sql_instance)."""
_LIMITS: Final = Limits(overall=30.0)
_DEFAULT: Final = "MSSQLSERVER"
_LONGEST: Final = 256
"""Characters of an answer that are kept."""


@dataclass(frozen=True)
class Identity:
    """What is known of a machine; what it did not say is empty.

    ``account`` is the SID of its computer account, which survives a new installation under the same account;
    ``machine`` its own, which does not; ``certificate`` the SHA-256 of the certificate of its listener (https only);
    ``instance`` a SQL Server instance's own name, ``installed`` when it was installed, by its own clock.
    """

    name: str = field(default="", metadata=mapping.OMITTED)
    domain: str = field(default="", metadata=mapping.OMITTED)
    account: str = field(default="", metadata=mapping.OMITTED)
    machine: str = field(default="", metadata=mapping.OMITTED)
    certificate: str = field(default="", metadata=mapping.OMITTED)
    instance: str = field(default="", metadata=mapping.OMITTED)
    installed: str = field(default="", metadata=mapping.OMITTED)

    def __bool__(self) -> bool:
        return self != Identity()

    def __str__(self) -> str:
        called = " in ".join(filter(None, (self.name, self.domain)))
        rest = [f"{WORDS[name]} {value}" for name, value in self.said() if name not in {"name", "domain"}]
        return ", ".join([called, *rest] if called else rest) or "nothing that it says"

    def said(self) -> Iterator[tuple[str, str]]:
        """What is known, by field."""
        yield from ((one.name, value) for one in fields(self) if (value := getattr(self, one.name)))

    def tells(self, text: str) -> bool:
        """Whether a text is one of its SIDs, its certificate's thumbprint (colons and spaces are passed over), or of a
        SQL Server instance when it was installed; where that is not known, its name.
        """
        wanted = _bare(text)
        known = (self.account, self.machine, self.certificate, self.installed or self.instance)
        return bool(wanted) and wanted in {_bare(one) for one in known if one}

    @property
    def key(self) -> str:
        """What stands for it in a file of answers; empty where it says nothing that is its own."""
        return self.account or self.machine or self.certificate or self.installed or self.instance

    @property
    def compare(self) -> str:
        """How a person finds out whether it is the right one."""
        return COMPARE_INSTANCE if self.instance else COMPARE

    def to_data(self) -> dict[str, str]:
        """Only what is known."""
        return dict(self.said())


WORDS: Final = {
    "name": "name", "domain": "domain", "account": "computer account", "machine": "machine SID",
    "certificate": "certificate SHA-256", "instance": "instance",
    "installed": "installed",
}  # fmt: skip
"""How each field is called."""


def from_data(data: object) -> Identity:
    """The identity that :meth:`Identity.to_data` wrote; what does not fit is empty."""
    known = data if isinstance(data, dict) else {}
    return Identity(**{name: str(known[name]) for name in WORDS if name in known})


def named(instance: str) -> Identity:
    """What a SQL Server instance of this name says, where its computer bears the name by which it is reached."""
    server, _, name = instance.upper().partition("\\")
    computer = server.partition(".")[0]
    return Identity(computer, instance=f"{computer}\\{name}" if name and name != _DEFAULT else computer)


def differences(then: Identity, now: Identity) -> list[str]:
    """Every difference in words.

    The same machine whose computer account cannot be looked up at the moment, or could not be then, is no other.
    """
    found = []
    for name, word in WORDS.items():
        one, other = getattr(then, name), getattr(now, name)
        if name == "account" and not (one and other) and then.machine and then.machine == now.machine:
            continue
        if name == "installed" and not one:
            continue  # it was not recorded then, or could not be asked
        if one.casefold() != other.casefold():
            found.append(f"{word}: {other or 'nothing'}, recorded {one or 'nothing'}")
    return found


def of_reply(reply: Reply) -> Identity:
    """What a session's answer to :class:`Identify` says; empty where it says nothing."""
    if reply.state != "completed" or not reply.objects:
        return Identity()
    record = reply.objects[0]
    if property_of(record, "server_name") is not None:
        names = {"name": "machine_name", "instance": "server_name", "installed": "installed"}
        return _identity(**{name: text_of(record, known) for name, known in names.items()})
    names = {"name": "Name", "domain": "Domain", "account": "Account", "machine": "Machine", "certificate": CERTIFICATE}
    return _identity(**{name: text_of(record, known) for name, known in names.items()})


def _identity(**said: str) -> Identity:
    return Identity(**{name: text[:_LONGEST] for name, text in said.items()})


def ask(session: Session, computer: str = "") -> Identity:
    """What the host of a session says of itself, or of the account of another computer."""
    asked = Identify(computer)
    return of_reply(session.run(asked, limits=_LIMITS, on_output=silent, cancel=threading.Event()))


Vet = Callable[[Identity], None]
"""Hears what answers; raises :class:`WizardError` where nothing may be sent to it."""


@runtime_checkable
class Reopens(Protocol):
    """A session that may be opened again by itself: ``vet`` is then called before anything else is sent."""

    vet: Vet | None


def vetted(connect: Connect, vet: Callable[[Transport, str, Identity], None]) -> Connect:
    """Opens sessions as ``connect`` does, each only after ``vet`` has heard what answers there."""

    def opened(server: str, account: str, transport: Transport = "psrp") -> Session:
        def heard(identity: Identity) -> None:
            vet(transport, server, identity)

        session = connect(server, account, transport)
        try:
            heard(ask(session))
        except WizardError:
            session.close()
            raise
        if isinstance(session, Reopens):
            session.vet = heard
        return session

    return opened


def _bare(text: str) -> str:
    return text.replace(":", "").replace(" ", "").strip().casefold()
