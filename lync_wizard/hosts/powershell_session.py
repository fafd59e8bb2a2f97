"""PowerShell Remoting to one host: cmdlets, programs and copies as data, every stream while it runs."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from lync_wizard.core.secret import Redactor
from lync_wizard.hosts import Limits, Output, Reply, State, file_copy, runspace, silent, text_of
from lync_wizard.hosts.addresses import Credentials, Endpoint
from lync_wizard.hosts.command import Cmdlet, Command, Copy, Pipeline, Program, Switch, Value
from lync_wizard.hosts.runspace import Fill, Runspace, Within

MODULES: Final = ("Lync", "SkypeForBusiness")

_CS_CMDLET: Final = re.compile(r"[A-Za-z]+-Cs[A-Z]\w*")


def open_session(
    host: str,
    endpoint: Endpoint,
    credentials: Credentials,
    redactor: Redactor,
    *,
    resolve: file_copy.Resolve = lambda _: None,
) -> PsrpSession:
    """Open a runspace on ``host`` at ``endpoint``.

    ``resolve`` tells how this machine reads a UNC path (``AddressBook.share``), for copies that the host cannot make
    itself. Raises :class:`lync_wizard.core.errors.Denied` when the host refuses the account, else
    :class:`lync_wizard.core.errors.Unreachable`.
    """
    if credentials.password is not None:
        redactor.add(credentials.password)
    opened = Runspace(host, endpoint, credentials, redactor)
    opened.open()
    return PsrpSession(endpoint, opened, redactor, resolve)


class PsrpSession:
    """A conversation with one host over one runspace, for one thread (:class:`lync_wizard.hosts.Session`)."""

    def __init__(self, endpoint: Endpoint, opened: Runspace, redactor: Redactor, resolve: file_copy.Resolve) -> None:
        self._endpoint = endpoint
        self._runspace = opened
        self._redactor = redactor
        self._resolve = resolve

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
        began = time.monotonic()

        def say(output: Output) -> None:
            on_output(replace(output, text=self._redactor(output.text)))

        call = _Call(self._runspace, Within(limits, began + limits.overall, cancel, say))
        match command:
            case Pipeline() | Program():
                reply = call.run(command)
            case Copy():
                hop = self._endpoint.delegate or self._endpoint.auth == "credssp"
                reply = file_copy.copy(command, call, hop=hop, resolve=self._resolve)
            case _:
                raise ValueError(f"not for a PowerShell session: {type(command).__name__}")
        return replace(reply, why=self._redactor(reply.why), seconds=time.monotonic() - began)

    def close(self) -> None:
        self._runspace.close()


@dataclass(frozen=True)
class _Call:
    """One command being carried out, which may take several pipelines."""

    runspace: Runspace
    within: Within

    @property
    def cancelled(self) -> bool:
        return self.within.cancel.is_set()

    def say(self, output: Output) -> None:
        self.within.say(output)

    def run(self, command: Command) -> Reply:
        match command:
            case Pipeline(cmdlets):
                return self._send(runspace.cmdlets(cmdlets), cmdlets)
            case Program():
                return self._program(command)
        raise ValueError(f"not for a runspace: {type(command).__name__}")

    def ask(self, command: Command) -> Reply:
        return self._heard_by(silent).run(command)

    def call(self, script: str, **parameters: str | int | bool | bytes) -> Reply:
        return self._send(runspace.script(script, parameters))

    def tidy(self, command: Command) -> None:
        deadline = time.monotonic() + self.within.limits.operation
        _Call(self.runspace, Within(self.within.limits, deadline, threading.Event(), silent)).run(command)

    def _send(self, fill: Fill, cmdlets: tuple[Cmdlet, ...] = ()) -> Reply:
        while True:
            reply = self._module_for(cmdlets) or self.runspace.carry_out(fill, self.within)
            if reply is not None:
                return reply

    def _heard_by(self, say: Callable[[Output], None]) -> _Call:
        return replace(self, within=replace(self.within, say=say))

    def _program(self, program: Program) -> Reply:
        reply = self._send(runspace.program(program))
        if reply.state != "completed":
            return reply
        question = Cmdlet("Get-Variable", (("Name", "LASTEXITCODE"), ("ValueOnly", Switch())))
        answer = self._heard_by(silent)._send(runspace.cmdlets((question,)))
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
        reply = self._heard_by(silent)._send(runspace.cmdlets((question,)))
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


def _needs_module(cmdlet: Cmdlet) -> bool:
    names: tuple[Value, ...] = (cmdlet.name,)
    if cmdlet.name.casefold() == "get-command":
        asked = dict(cmdlet.parameters).get("Name")
        names = asked if isinstance(asked, tuple) else (asked,)
    return any(isinstance(name, str) and _CS_CMDLET.fullmatch(name) for name in names)
