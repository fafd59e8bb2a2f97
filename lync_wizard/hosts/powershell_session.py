"""PowerShell Remoting to one host: cmdlets, programs and copies as data, every stream while it runs."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Protocol

from lync_wizard.core.errors import Denied, WizardError
from lync_wizard.core.secret import Redactor, Secret
from lync_wizard.hosts import (
    NOT_OPEN,
    Limits,
    Output,
    Reply,
    State,
    bounds,
    effects,
    export_comparison,
    file_copy,
    identity,
    runspace,
    silent,
    text_of,
    transfer_scripts,
    unheard,
)
from lync_wizard.hosts.addresses import Credentials, Endpoint
from lync_wizard.hosts.command import (
    Cmdlet,
    Command,
    Compare,
    Copy,
    Identify,
    Pipeline,
    Program,
    Switch,
    Value,
    credentials,
)
from lync_wizard.hosts.runspace import Order, Runspace, Within

MODULES: Final = ("Lync", "SkypeForBusiness")

_CS_CMDLET: Final = re.compile(r"[A-Za-z]+-Cs[A-Z]\w*")


class Wallet(Protocol):
    """Passwords of the accounts whose credentials commands hand to hosts."""

    def given(self, user: str) -> Secret:
        """Raises :class:`lync_wizard.core.errors.WizardError` where nobody has it."""

    def forget(self, user: str) -> None:
        """Ask for it anew next time."""


class _NoWallet:
    def given(self, user: str) -> Secret:
        raise Denied(f"no password for {user} is available", "Run the plan where you can be asked.")

    def forget(self, user: str) -> None: ...


NO_WALLET: Final[Wallet] = _NoWallet()
"""Of a session whose commands hand nobody's credentials to a host."""


def open_session(
    host: str,
    endpoint: Endpoint,
    credentials: Credentials,
    redactor: Redactor,
    *,
    resolve: file_copy.Resolve = lambda _: None,
    expected: file_copy.Expected = lambda _: {},
    wallet: Wallet = NO_WALLET,
    spool: Path | None = None,
    judge: export_comparison.Judge = export_comparison.nobody,
    sent: Callable[[str], None] = unheard,
) -> PsrpSession:
    """Open a runspace on ``host`` at ``endpoint``.

    ``sent`` hears every command just before it is sent. ``spool`` is the folder, on a disk with room, for what is too
    large for memory; ``judge`` compares exports; ``resolve`` tells how this machine reads a UNC path
    (``AddressBook.share``), for copies that the host cannot make itself; ``expected`` what a folder of a backup set
    holds; ``wallet`` has the passwords of credentials. Raises
    :class:`lync_wizard.core.errors.Denied` when the host refuses the account, else
    :class:`lync_wizard.core.errors.Unreachable`.
    """
    if credentials.password is not None:
        redactor.add(credentials.password)
    opened = Runspace(host, endpoint, credentials, redactor, sent=sent, spool=spool)
    opened.open()
    return PsrpSession(endpoint, opened, redactor, resolve, expected, wallet, judge=judge, spool=spool)


class PsrpSession:
    """A conversation with one host over one runspace, for one thread (:class:`lync_wizard.hosts.Session`)."""

    def __init__(
        self,
        endpoint: Endpoint,
        opened: Runspace,
        redactor: Redactor,
        resolve: file_copy.Resolve,
        expected: file_copy.Expected,
        wallet: Wallet,
        *,
        judge: export_comparison.Judge,
        spool: Path | None,
    ) -> None:
        self._endpoint = endpoint
        self._runspace = opened
        self._redactor = redactor
        self._resolve = resolve
        self._expected = expected
        self._wallet = wallet
        self._judge = judge
        self._spool = spool
        self.vet: identity.Vet | None = None
        opened.on_opened = self._introduced

    @property
    def host(self) -> str:
        return self._runspace.host

    @property
    def module(self) -> str | None:
        """The module that holds the Cs cmdlets here; None until one was needed, or where the host has none."""
        return self._runspace.module

    def run(
        self, command: Command, *, limits: Limits, on_output: Callable[[Output], None], cancel: threading.Event
    ) -> Reply:
        if not limits.may_open and not self._runspace.stands:
            return Reply("failed", why=NOT_OPEN)
        try:
            secrets = {user: self._wallet.given(user) for user in credentials(command)}
        except WizardError as error:
            return Reply("failed", why=f"{error.summary}; nothing was sent")
        # The time that a person takes to answer is not the command's.
        began = time.monotonic()

        def say(output: Output) -> None:
            on_output(replace(output, text=bounds.shown(self._redactor(output.text))))

        call = _Call(self._runspace, Within(limits, began + limits.overall, cancel, say), secrets)
        match command:
            case Pipeline() | Program():
                reply = call.run(command)
            case Copy():
                hop = self._endpoint.delegate or self._endpoint.auth == "credssp"
                reply = file_copy.copy(command, call, hop=hop, resolve=self._resolve, expected=self._expected)
            case Compare():
                reply = export_comparison.compare(command, call, judge=self._judge, spool=self._spool)
            case Identify(computer):
                reply = self._certified(call.call(identity.SCRIPT, Computer=computer))
            case _:
                raise ValueError(f"not for a PowerShell session: {type(command).__name__}")
        for user in secrets if _refused(reply) else ():
            self._wallet.forget(user)
        return replace(reply, why=bounds.shown(self._redactor(reply.why)), seconds=time.monotonic() - began)

    def close(self) -> None:
        self._runspace.close()

    def _certified(self, reply: Reply) -> Reply:
        """The answer of the identity script with the certificate that this session was shown."""
        said = reply.objects[:1]
        shown = {identity.CERTIFICATE: self._runspace.certificate}
        return replace(reply, objects=tuple(replace(one, properties={**one.properties, **shown}) for one in said))

    def _introduced(self) -> None:
        """A runspace that was opened again may be another machine's: it is asked before anything else is sent."""
        if self.vet is not None:
            self.vet(identity.ask(self))


@dataclass(frozen=True)
class _Call:
    """One command being carried out, which may take several pipelines."""

    runspace: Runspace
    within: Within
    secrets: Mapping[str, Secret] = field(default_factory=dict)

    @property
    def cancelled(self) -> bool:
        return self.within.cancel.is_set()

    def say(self, output: Output) -> None:
        self.within.say(output)

    def run(self, command: Command) -> Reply:
        match command:
            case Pipeline(cmdlets):
                return self._send(runspace.cmdlets(cmdlets, self.secrets), cmdlets, reads=effects.reads_only(command))
            case Program():
                return self._program(command)
        raise ValueError(f"not for a runspace: {type(command).__name__}")

    def ask(self, command: Command) -> Reply:
        return self._heard_by(silent).run(command)

    def call(self, script: str, **parameters: str | int | bool | bytes) -> Reply:
        moves = transfer_scripts.NAMES.get(script)
        name = f"transfer script {moves}" if moves else "script that asks what the host is"
        reads = script == identity.SCRIPT or script in transfer_scripts.READING
        return self._send(runspace.script(name, script, parameters), reads=reads)

    def tidy(self, command: Command) -> None:
        deadline = time.monotonic() + self.within.limits.operation
        _Call(self.runspace, Within(self.within.limits, deadline, threading.Event(), silent)).run(command)

    def _send(self, order: Order, cmdlets: tuple[Cmdlet, ...] = (), *, reads: bool = False) -> Reply:
        """One pipeline; sent a second time only where that can do no harm."""
        # A second try would open the connection again.
        for last in (False, True) if self.within.limits.may_open else (True,):
            reply = self._ready_for(
                cmdlets, proven=not reads or (last and self.within.limits.may_open)
            ) or self.runspace.carry_out(order, self.within, reads=reads, last=last, secret=bool(self.secrets))
            if reply is not None:
                return reply
        raise AssertionError("the last try has a reply")

    def _ready_for(self, cmdlets: tuple[Cmdlet, ...], *, proven: bool) -> Reply | None:
        """The module imported and, where wanted, the connection proven; a reply when either failed."""
        refused = self._module_for(cmdlets)
        if refused or not proven or self.cancelled:
            return refused
        try:
            stands = self.runspace.make_sure(self.within.limits)
        except WizardError as error:
            return Reply("failed", why=f"{error.summary}; nothing was sent")
        return None if stands else self._module_for(cmdlets)

    def _heard_by(self, say: Callable[[Output], None]) -> _Call:
        return replace(self, within=replace(self.within, say=say))

    def _program(self, program: Program) -> Reply:
        reply = self._send(runspace.program(program), reads=effects.reads_only(program))
        if reply.state != "completed":
            return reply
        question = Cmdlet("Get-Variable", (("Name", "LASTEXITCODE"), ("ValueOnly", Switch())))
        answer = self._heard_by(silent)._send(runspace.cmdlets((question,)), reads=True)
        code = answer.objects[0].value if answer.objects else None
        if answer.state != "completed" or not isinstance(code, int):
            why = f"{program.name} ran, but its exit code could not be read: {answer.why or answer.state}"
            return replace(reply, state="unknown", why=why)
        # What a program writes to standard error arrives as error records; its exit code alone tells of failure.
        return replace(reply, errors=(), exit_code=code)

    def _module_for(self, cmdlets: Iterable[Cmdlet]) -> Reply | None:
        """Import the module once per runspace, before its first Cs cmdlet; a reply when that failed."""
        if self.runspace.module_settled or not any(_needs_module(cmdlet) for cmdlet in cmdlets):
            return None
        question = Cmdlet("Get-Module", (("ListAvailable", Switch()), ("Name", MODULES)))
        reply = self._heard_by(silent)._send(runspace.cmdlets((question,)), reads=True)
        there = {(text_of(item, "Name") or item.text).casefold() for item in reply.objects}
        module = next((name for name in MODULES if name.casefold() in there), None)
        if reply.state == "completed" and module is None:
            self.say(Output("warning", f"{self.runspace.host} has neither of the modules {' and '.join(MODULES)}"))
        elif reply.state == "completed":
            importing = Cmdlet("Import-Module", (("Name", module),))
            reply = self._heard_by(self._complain)._send(runspace.cmdlets((importing,)))
        if reply.state == "completed" and not (module and reply.errors):
            self.runspace.module, self.runspace.module_settled = module, True
            return None
        state: State = "stopped" if reply.state == "stopped" else "failed"
        why = "the module of the Cs cmdlets could not be imported, nothing else was sent"
        return replace(reply, state=state, objects=(), why=f"{why}: {reply.why}" if reply.why else why)

    def _complain(self, output: Output) -> None:
        if output.stream in ("warning", "error"):
            self.say(output)


def _refused(reply: Reply) -> bool:
    """Whether a command given credentials did not succeed: by an error, or by what it says of itself."""
    said = (text_of(item, "Result") or "" for item in reply.objects)
    return reply.state != "completed" or bool(reply.errors) or any(one.casefold() == "failure" for one in said)


def _needs_module(cmdlet: Cmdlet) -> bool:
    names: tuple[Value, ...] = (cmdlet.name,)
    if cmdlet.name.casefold() == "get-command":
        asked = dict(cmdlet.parameters).get("Name")
        names = asked if isinstance(asked, tuple) else (asked,)
    return any(isinstance(name, str) and _CS_CMDLET.fullmatch(name) for name in names)
