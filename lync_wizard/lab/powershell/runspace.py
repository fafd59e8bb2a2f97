"""A runspace on a simulated host: pipelines of simulated cmdlets, programs, and the file-transfer scripts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from lync_wizard.hosts import identity as identities
from lync_wizard.hosts import transfer_scripts
from lync_wizard.lab.farm import hostile
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.powershell import cmdlets, identity, parameter_binding
from lync_wizard.lab.powershell.call import REGISTRY, Call
from lync_wizard.lab.powershell.parameter_binding import Bound
from lync_wizard.lab.powershell.programs import PROGRAMS
from lync_wizard.lab.winrm.contract import ErrorRecord, Invocation, Streams, Terminated


class SimulatedHosts:
    """The deployment as WinRM listeners see it: implements :class:`lync_wizard.lab.winrm.contract.Estate`."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self.admits = simulation.admits
        self.answers = simulation.answers
        self.trouble = simulation.trouble

    def open_shell(self, host: str, user: str) -> Runspace:
        return Runspace(self._simulation, host, user)


class Runspace:
    """Implements :class:`lync_wizard.lab.winrm.contract.Shell`; keeps modules and variables between pipelines."""

    def __init__(self, simulation: Simulation, host: str, user: str) -> None:
        found = simulation.state.host(host)
        self._host = found.fqdn if found else host.lower()
        self._simulation = simulation
        self._user = user
        self._variables: dict[str, Any] = {"LASTEXITCODE": 0}
        self._modules: set[str] = set()

    def run(self, pipeline: Sequence[Invocation], streams: Streams) -> None:
        """Run a pipeline; each command receives what the one before it wrote, the last one writes to ``streams``."""
        self._simulation.settle()
        streams = hostile.streams(lambda kind: self._strikes(kind, pipeline), streams)
        received: list[Any] = []
        for number, invocation in enumerate(pipeline):
            produced: list[Any] = []
            write = streams.output if number == len(pipeline) - 1 else produced.append
            self._one(invocation, received, write, streams, piped=number > 0)
            received = produced
        self._simulation.settle()

    def answer(self, invocation: Invocation, received: Sequence[Any], streams: Streams) -> None:
        """Run one command that another interpreter has bound; ``received`` is what its pipeline gave it."""
        self._simulation.settle()
        self._one(invocation, received, streams.output, streams, piped=True)
        self._simulation.settle()

    @property
    def exit_code(self) -> int:
        """That of the program that ran last."""
        return int(self._variables["LASTEXITCODE"])

    def _strikes(self, kind: str, pipeline: Sequence[Invocation]) -> bool:
        return any(self._simulation.fault(kind, self._host, one.name) is not None for one in pipeline)

    def close(self) -> None:
        self._modules.clear()

    def _one(
        self,
        invocation: Invocation,
        received: Sequence[Any],
        write: Callable[[Any], None],
        streams: Streams,
        *,
        piped: bool,
    ) -> None:
        def call(name: str, bound: Bound) -> Call:
            return Call(
                self._simulation,
                self._host,
                self._user,
                name,
                bound,
                streams,
                write,
                received,
                self._variables,
                self._modules,
            )

        name = invocation.name
        if invocation.is_script:
            _script(call("script", Bound("", {(n or "").lower(): v for n, v in invocation.arguments})), name)
            return
        syntax = cmdlets.windows.known_command(self._simulation.state.hosts[self._host], name)
        if syntax is not None:
            running = call(syntax.name, parameter_binding.bind(syntax, invocation.arguments, piped=piped))
            self._fault(running)
            function = REGISTRY.get(name.lower())
            if function is None:
                running.fail(f"The lab does not simulate {syntax.name}.", "NotImplemented", "NotSimulated")
            function(running)
            return
        program = PROGRAMS.get(name.lower().removesuffix(".exe"))
        if program is None:
            raise parameter_binding.command_not_found(name)
        words = [str(word) for pair in invocation.arguments for word in _words(*pair)]
        self._variables["LASTEXITCODE"] = program(call(name, Bound("", {})), words)

    def _fault(self, running: Call) -> None:
        fault = self._simulation.fault("cmdlet-error", self._host, running.name)
        if fault:
            running.work(1.0)
            running.fail(str(fault.fields.get("message", "An unexpected error occurred.")), "OperationStopped")


def _words(label: str | None, value: Any) -> tuple[Any, ...]:
    if label is None:
        return tuple(value) if isinstance(value, list | tuple) else (value,)
    return (f"-{label}",) if value is True else (f"-{label}", value)


def answered_here(invocation: Invocation) -> bool:
    """Whether it is one of the constant scripts, which the lab answers by itself whoever interprets the rest."""
    return invocation.is_script and invocation.name.replace("\r\n", "\n") in _SCRIPTS


def _script(call: Call, text: str) -> None:
    answer = _SCRIPTS.get(text.replace("\r\n", "\n"))
    if answer is None:
        call.fail(
            "The lab runs no script blocks but those that move files or ask what a host is.",
            "NotImplemented",
            "NotSimulated",
        )
    answer(call)


def _moving(move: Callable[[Call, str], None]) -> Callable[[Call], None]:
    """A script that moves a file, with the errors of .NET for what the disk says."""

    def answer(call: Call) -> None:
        path = str(call.get("Path", ""))
        try:
            move(call, path)
        except FileExistsError:
            _raised(f"The file '{path}' already exists.", "System.IO.IOException")
        except PermissionError:
            _raised(f"Access to the path '{path}' is denied.", "System.UnauthorizedAccessException")
        except FileNotFoundError:
            _raised(f"Could not find file '{path}'.", "System.IO.FileNotFoundException")
        except OSError as refused:
            _raised(str(refused), "System.IO.IOException")

    return answer


def _read(call: Call, path: str) -> None:
    with call.path(path).open("rb") as stream:
        stream.seek(int(call.get("Offset", 0)))
        call.write(stream.read(int(call.get("Count", 0))))


def _hash(call: Call, path: str) -> None:
    for name in str(call.get("Names", "")).split("\n"):
        with call.path(f"{path}\\{name}").open("rb") as stream:
            call.write(hashlib.file_digest(stream, "sha256").hexdigest().upper())


def _move(call: Call, path: str) -> None:
    call.path(path).replace(call.path(str(call.get("Destination", ""))))


def _write(call: Call, path: str) -> None:
    target = call.path(path)
    call.require_room()
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("ab" if call.get("Append", False) else "xb") as stream:
        stream.write(bytes(call.get("Bytes", b"")))


def _raised(message: str, exception: str) -> NoReturn:
    text = f'Exception calling ".ctor" with "3" argument(s): "{message}"'
    raise Terminated(ErrorRecord(text, "InvalidOperation", exception.rpartition(".")[2], exception))


_SCRIPTS: dict[str, Callable[[Call], None]] = {
    transfer_scripts.WRITE: _moving(_write),
    transfer_scripts.READ: _moving(_read),
    transfer_scripts.HASH: _moving(_hash),
    transfer_scripts.MOVE: _moving(_move),
    identities.SCRIPT: identity.identify,
}
"""The scripts answered by the lab, by their exact text."""
