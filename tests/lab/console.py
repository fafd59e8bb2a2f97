"""A runspace of a simulation as tests use it: commands in, everything that came back collected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.powershell.runspace import Runspace
from lync_wizard.lab.winrm.contract import ErrorRecord, Invocation, Shell, Terminated, Thing


@dataclass
class Answer:
    """What one pipeline wrote; ``ended`` is the terminating error, if any."""

    objects: list[Any] = field(default_factory=list)
    errors: list[ErrorRecord] = field(default_factory=list)
    verbose_lines: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    informations: list[str] = field(default_factory=list)
    progresses: list[str] = field(default_factory=list)
    waited: float = 0.0
    ended: ErrorRecord | None = None

    @property
    def ok(self) -> bool:
        return not self.errors and self.ended is None

    def column(self, name: str) -> list[Any]:
        """One property of every object."""
        return [thing.properties[name] for thing in self.objects if isinstance(thing, Thing)]

    def output(self, value: Any) -> None:
        self.objects.append(value)

    def error(self, record: ErrorRecord) -> None:
        self.errors.append(record)

    def verbose(self, text: str) -> None:
        self.verbose_lines.append(text)

    def debug(self, text: str) -> None: ...

    def warning(self, text: str) -> None:
        self.warnings.append(text)

    def information(self, text: str) -> None:
        self.informations.append(text)

    def progress(self, activity: str, status: str, percent: int) -> None:
        self.progresses.append(f"{activity}: {status} {percent}")

    def check(self) -> None: ...

    def wait(self, seconds: float) -> None:
        self.waited += seconds


class Console:
    """One account's runspace on one host; what a pipeline changed has to be on disk when it ends."""

    def __init__(self, simulation: Simulation, host: str, user: str = "CONTOSO\\lyncadmin") -> None:
        self.simulation = simulation
        self.shell: Shell = Runspace(simulation, host, user)

    def run(self, name: str, *positional: Any, **named: Any) -> Answer:
        """One command; keyword arguments are parameters."""
        return self.pipe(call(name, *positional, **named))

    def pipe(self, *pipeline: Invocation) -> Answer:
        answer = Answer()
        before = self.simulation.state.to_text()
        try:
            self.shell.run(pipeline, answer)
        except Terminated as terminated:
            answer.ended = terminated.record
        after = self.simulation.state.to_text()
        if after != before:
            kept = (self.simulation.folder / "state.json").read_text("utf-8")
            assert kept == after, f"{pipeline[0].name} changed what would be lost with the lab"
        return answer

    def program(self, *words: str) -> tuple[int, str]:
        """An external program: exit code and text."""
        answer = self.run(words[0], *words[1:])
        code = self.run("Get-Variable", Name="LASTEXITCODE", ValueOnly=True).objects[0]
        lines = [str(line) for line in answer.objects] + [record.message for record in answer.errors]
        return code, "\n".join(lines)


def call(name: str, *positional: Any, **named: Any) -> Invocation:
    return Invocation(name, (*((None, value) for value in positional), *named.items()))
