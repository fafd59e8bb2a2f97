"""An exported script at the lab: a person carries it from server to server, does the manual steps and reads answers."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from lync_wizard.hosts.command import SimulatedAction
from lync_wizard.lab.scenarios import catalogue
from lync_wizard.lab.server import process
from lync_wizard.lab.server.control import LabControl
from lync_wizard.plans.model import Plan, from_plan_data
from lync_wizard.render import scripts
from lync_wizard.runs import scripted_operator
from tests.command import call
from tests.scripts.terminal import Terminal

ACCOUNTS = {"lync-admin": "lyncadmin", "domain-admin": "da", "sql-admin": "lyncadmin", "chat-admin": "chatadmin"}
START = "run, skip or quit"
_STEP = re.compile(r"^Run it on (\S+) as (\S+)\.", re.MULTILINE)


@dataclass
class Person:
    """Carries the script out; ``said`` is all that stood on the terminals, one after the other.

    ``answers`` are given to the first question that begins with their key, once, in place of what is right.
    """

    lab: Path
    plan: Plan
    folder: Path
    answers: dict[str, str] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)
    said: str = ""
    starts: int = 0

    def __post_init__(self) -> None:
        self.script = self.folder / "restore.ps1"
        self.script.write_bytes(scripts.script_bytes(self.plan))
        self._steps = {step.id: step for step in self.plan.steps}
        self._right = scripted_operator.load(catalogue.script(self.plan.procedure, self._scenario()))
        self._done: set[str] = set()
        self._given: list[str] | None = None
        self._where = ("", "")
        self._terminal: Terminal | None = None

    def carry_out(self) -> int:
        """From the first step to the last, on whichever server the next one is to run; the exit code of the last."""
        self.arrive()
        more: tuple[str, ...] = ()
        while True:
            code, next_step = self.start(*more)
            if code == 1:
                next_step = self._once_more()
            if code not in (1, 130) or not next_step:
                return code
            more = ("-From", next_step)

    def _once_more(self) -> str:
        """The step at which the script stopped, where the drill's person begins it again and has not yet."""
        stopped = re.findall(r"^STOPPED at step (\S+):", self.said, re.MULTILINE)
        often = [answer.choice for answer in self._right.answers.get(stopped[-1], ())].count("again") if stopped else 0
        return stopped[-1] if stopped and stopped.count(stopped[-1]) <= often else ""

    def arrive(self) -> None:
        """Begin on the server of the first step, or of the first whose server is there."""
        first = next(step for step in self.plan.steps if self._there(step.host))
        self._where = (first.host, first.account)

    def start(self, *arguments: str) -> tuple[int, str]:
        """One start on the present server: its exit code, and the step that another server has to go on with."""
        self._leaving = ""
        code = self.watched(lambda terminal: terminal.converse(self._answer), *arguments)
        return code, self._leaving

    def watched(self, attend: Callable[[Terminal], object], *arguments: str) -> int:
        """One start on the present server that ``attend`` answers; its exit code."""
        host, account = self._where
        fqdn = host.partition("\\")[0]
        user = ACCOUNTS.get(account)
        signed_in = f"CONTOSO\\{user}" if user else f"{fqdn.partition('.')[0].upper()}\\Administrator"
        there = LabControl(self.lab).powershell(fqdn, signed_in)
        told = " ".join(one if one.startswith("-") else f"'{one}'" for one in arguments)
        # A bar of progress stands over the question for a while, and nobody could read it here.
        line = (
            f"{there['first']}; $ProgressPreference = 'SilentlyContinue'; & '{self.script}' {told}; exit $LASTEXITCODE"
        )
        command = [there["program"], "-NoLogo", "-NoProfile", "-Command", line]
        environment = os.environ | there["environment"] | {"TERM": "xterm"}
        self.starts += 1
        with Terminal(command, self.folder, environment) as self._terminal:
            attend(self._terminal)
            code = self._terminal.end()
            self.said += self._terminal.text
        return code

    def _answer(self, question: str) -> str | None:
        for begin, answer in self.answers.items():
            if question.startswith(begin):
                del self.answers[begin]
                return answer
        if question == START:
            return "skip" if self._now() in self.skipped else self._begin()
        if question.startswith("Go on there (yes)"):
            return "no"
        if question.endswith("(yes or no)"):
            return "yes"
        if found := re.fullmatch(r"Type (.+) to go on \(Ctrl\+C stops\)", question):
            return found[1]
        if question.endswith("one value a line, an empty line ends"):
            return self._value(question)
        if question.startswith("Password for user "):
            password = process.password(self.lab)
            return password.reveal() if password else None
        if question == "Press Enter when it is done":
            self._do(self._now())
            return ""
        return None

    def _begin(self) -> str:
        """Run where the step belongs here, or its server is not there yet; else leave, to go on there."""
        text = self._terminal.text if self._terminal else ""
        host, account = _STEP.findall(text)[-1]
        if (host, account) != self._where and self._there(host):
            self._where, self._leaving = (host, account), self._now()
            return "quit"
        return "run"

    def _there(self, host: str) -> bool:
        fqdn = host.partition("\\")[0]
        return any(one["fqdn"] == fqdn and one["present"] for one in LabControl(self.lab).status()["hosts"])

    def _now(self) -> str:
        text = self._terminal.text if self._terminal else ""
        before = text[: text.rindex("Run it on ")].rstrip("\n").rpartition("\n")[2]
        return before.partition("  ")[0]

    def _do(self, step: str) -> None:
        planned = self._steps[step]
        actions = self._right.actions.get(step)
        if actions is None:
            named = planned.command.name if isinstance(planned.command, SimulatedAction) else None
            actions = (named,) if named else ()
        if step not in self._done:
            self._done.add(step)
            for action in actions:
                LabControl(self.lab).do(action if "@" in action else f"{action}@{planned.host}")

    def _value(self, question: str) -> str:
        """One value after the other of what the answer above shows under that name."""
        if self._given is None:
            self._given = self._shown(question.partition(" (from ")[0])
        if self._given:
            return self._given.pop(0)
        self._given = None
        return ""

    def _shown(self, name: str) -> list[str]:
        text = self._terminal.text if self._terminal else ""
        latest = text[max(text.rfind("\n> "), text.rfind("\nOn "), 0) :]
        elsewhere = re.match(r"\nOn (\S+) run: (.*)", latest)
        answer = self._asked(*elsewhere.groups()) if elsewhere else latest.splitlines()
        listed = [row.partition(":")[2].strip() for row in answer if re.match(rf"{re.escape(name)}\s*:", row)]
        if listed:
            return listed
        number = next(n for n, row in enumerate(answer) if name in row.split())
        begin = answer[number].index(name)
        width = re.match(r"-*", answer[number + 1][begin:])
        assert width
        rows = [row for row in answer[number + 2 :] if row.strip() and not row.startswith("(")]
        return [row[begin : begin + len(width[0])].strip() for row in rows[: _until_blank(answer[number + 2 :])]]

    def _asked(self, host: str, command: str) -> list[str]:
        """What a command shows on another server."""
        there = LabControl(self.lab).powershell(host.partition("\\")[0], "CONTOSO\\lyncadmin")
        line = [there["program"], "-NoLogo", "-NoProfile", "-Command", f"{there['first']}; {command}"]
        environment = os.environ | there["environment"]
        return subprocess.run(
            line, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, timeout=120, check=True
        ).stdout.splitlines()

    def _scenario(self) -> str:
        return str(LabControl(self.lab).status()["scenario"])


def _until_blank(rows: list[str]) -> int:
    return next((n for n, row in enumerate(rows) if not row.strip() or row.startswith("(")), len(rows))


def planned(lab: Path, procedure: str, scenario: str) -> Plan:
    """The plan that the wizard makes of the lab's papers, as for an unattended drill."""
    right = scripted_operator.load(catalogue.script(procedure, scenario))
    target = str(LabControl(lab).status()["target"])
    password = process.password(lab)
    assert password
    more = [part for ask, choice in right.asks.items() for part in ("--set", f"{ask}={choice}")]
    made = call(
        lab, "plan", procedure, "--target", target, *more, "-o", "plan.json", LYNC_WIZARD_LAB_PASSWORD=password.reveal()
    )
    assert made.returncode == 0, made.stderr
    return from_plan_data(json.loads(Path("plan.json").read_text("utf-8")))
