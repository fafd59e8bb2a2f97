"""Read-only questions asked of hosts, in the middle of a run or before it: three-valued answers with their evidence."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lync_wizard.core import timestamps
from lync_wizard.core.errors import Unreachable, WizardError
from lync_wizard.hosts import Limits, Reply, Transport, property_of
from lync_wizard.hosts.command import Command, Compare, Statement, from_data, to_data
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.plans.certificates import chosen
from lync_wizard.plans.model import Read
from lync_wizard.procedures.expectations import Before, Proof, Verification

LIMITS: Final = Limits(overall=120)
EXPORT: Final = Limits(overall=4 * 3600)
"""Of a question for which a host makes an export."""
BESIDE: Final = Limits(overall=10.0, may_open=False)
"""Of a question whose answer nobody waits for."""
A_MOMENT: Final = 1.0
"""Seconds in which an open session answers such a question; nobody notices them before an instruction."""


def transport_of(command: Command) -> Transport:
    """Which wire a command goes over."""
    return "sql" if isinstance(command, Statement) else "psrp"


@dataclass(frozen=True)
class HeldBefore:
    """What a step's own question was answered just before it was sent, and the values to compare with afterwards."""

    proof: Proof
    known: Before

    def to_data(self, redact: Callable[[str], str]) -> dict[str, Any]:
        """What ``step_started`` keeps of it."""
        known = {name: [redact(value) for value in values] for name, values in self.known.items()}
        held = {"held_before": self.proof.answer, "evidence_before": redact(self.proof.evidence)}
        return {**held, "known_before": known} if known else held


class Probe:
    """Asks over the session pool; safe from any thread, each host answers one question at a time."""

    def __init__(self, session_pool: SessionPool) -> None:
        self._session_pool = session_pool

    def reply(self, server: str, account: str, command: Command, *, cancel: threading.Event | None = None) -> Reply:
        """Ask once more where the connection was lost: reading twice harms nobody. Raises :class:`Unreachable`.

        ``cancel`` ends a question for which a host makes an export; nobody waits long for another.
        """
        slow = isinstance(command, Compare)
        for _ in range(2):
            future = self._session_pool.submit(
                server,
                account,
                command,
                transport=transport_of(command),
                limits=EXPORT if slow else LIMITS,
                cancel=cancel if slow else None,
            )
            reply = future.result()
            if reply.state != "unknown":
                break
        return reply

    def prove(
        self,
        question: Verification,
        *,
        stop: threading.Event | None = None,
        cancel: threading.Event | None = None,
        waiting: Callable[[Proof, float], None] | None = None,
    ) -> Proof:
        """Judge a question; a "no" is asked again until its time is over or ``stop`` is set.

        ``waiting`` hears every "no" with the seconds that are left. A host that cannot be asked is "cannot tell".
        """
        stop = stop or threading.Event()
        left, pause = question.within, 0.5
        while True:
            try:
                proof = question.judge(self.reply(question.host, question.account, question.command, cancel=cancel))
            except WizardError as error:
                return Proof("cannot-tell", error.summary)
            if proof.answer != "no" or left <= 0 or stop.is_set():
                return proof
            if waiting:
                waiting(proof, left)
            if stop.wait(min(pause, left)):
                return proof
            left -= pause
            pause = min(pause * 1.5, 10.0)

    def look(
        self, question: Verification, reads: Mapping[str, str], *, cancel: threading.Event | None = None
    ) -> HeldBefore:
        """What a step's question is answered before it is sent, asked once; ``reads`` are values read for the step."""
        known = question.of_reads(reads)
        try:
            reply = self.reply(question.host, question.account, question.command, cancel=cancel)
        except WizardError as error:
            return HeldBefore(Proof("cannot-tell", error.summary), known)
        return _held(question, known, reply)

    def look_beside(self, question: Verification, reads: Mapping[str, str]) -> HeldBefore:
        """The same where a session is open already and answers within :data:`A_MOMENT`; else "cannot tell"."""
        known = question.of_reads(reads)
        host, account, command = question.host, question.account, question.command
        future = self._session_pool.submit(host, account, command, transport=transport_of(command), limits=BESIDE)
        try:
            return _held(question, known, future.result(A_MOMENT))
        except TimeoutError:
            return HeldBefore(Proof("cannot-tell", f"{host} did not answer at once"), known)
        except WizardError as error:
            return HeldBefore(Proof("cannot-tell", error.summary), known)

    def read(self, reads: Mapping[str, Read]) -> dict[str, str]:
        """The values a step needs that are known only now, one a line where several come back.

        Raises :class:`Unreachable` where one cannot be had.
        """
        values: dict[str, str] = {}
        for name, read in reads.items():
            reply = self.reply(read.host, read.account, read.command)
            found = [property_of(record, read.select) for record in reply.objects]
            if reply.state != "completed" or reply.errors or not found or None in found:
                why = reply.errors[0].message if reply.errors else reply.why or "nothing came back"
                raise Unreachable(f"{name} could not be read on {read.host}: {why}", "Fix this, then try again.")
            if read.certificate:
                values[name], values[f"{name} of"] = chosen(reply.objects, read.certificate, timestamps.now())
                continue
            values[name] = "\n".join(map(str, found))
        return values


def _held(question: Verification, known: Before, reply: Reply) -> HeldBefore:
    known = {**known, **question.known(reply)}
    return HeldBefore(question.against(known).judge(reply), known)


def filled(command: Command, reads: Mapping[str, str]) -> Command:
    """The command with ``<Read:NAME>`` replaced, in values only; a whole value of several lines becomes a list."""

    def fill(data: Any) -> Any:
        match data:
            case str():
                for name, value in reads.items():
                    if data == f"<Read:{name}>" and "\n" in value:
                        return value.split("\n")
                    data = data.replace(f"<Read:{name}>", value)
                return data
            case dict():
                return {key: fill(value) for key, value in data.items()}
            case list():
                return [fill(item) for item in data]
        return data

    return from_data(fill(to_data(command)))
