"""A scripted estate for the endpoint's tests: run as a process of its own, ended by closing its standard input."""

from __future__ import annotations

import datetime
import json
import os
import sys
import threading
from collections.abc import Sequence
from typing import Any

from lync_wizard.core.secret import Secret
from lync_wizard.lab.winrm.contract import ErrorRecord, Invocation, Shell, Streams, Terminated, Thing, Trouble
from lync_wizard.lab.winrm.listener import Endpoint

BINDING = "System.Management.Automation.ParameterBindingException"


class Desk:
    """The runspace of one test client: its cmdlets wait for nothing but each other."""

    def __init__(self, estate: Scripted, host: str) -> None:
        self.estate = estate
        self.host = host
        self.variables: dict[str, Any] = {}

    def run(self, pipeline: Sequence[Invocation], streams: Streams) -> None:
        command = pipeline[0]
        named = {name: value for name, value in command.arguments if name}
        placed = [value for name, value in command.arguments if not name]
        if command.is_script:
            streams.output(f"script: {command.name}")
            return
        getattr(self, "do_" + command.name.replace("-", "_").lower())(streams, named, placed)

    def close(self) -> None:
        self.estate.closed.append(self.host)

    def do_write_everything(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        streams.verbose("verbose text")
        streams.debug("debug text")
        streams.warning("warning text")
        streams.information("information text")
        streams.progress("Importing", "3 of 10", 30)
        streams.output("output text")
        streams.error(
            ErrorRecord(
                "no such pool", "ObjectNotFound", "PoolNotFound,Get-CsPool", target="se01", activity="Get-CsPool"
            )
        )
        streams.output("after the error")

    def do_stop_terribly(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        streams.output("before")
        raise Terminated(ErrorRecord("A parameter is missing.", "InvalidArgument", "Missing,Stop-Terribly", BINDING))

    def do_break_down(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        raise ZeroDivisionError("a bug")

    def do_stop_oddly(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        raise Terminated(ErrorRecord("An odd category.", "NoSuchCategory"))

    def do_get_values(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        values = [None, True, 7, -7, 3_000_000_000, -3_000_000_000, 0.1, "ü & <tag> \U0001f600", b"\x00\xff"]
        for value in [*values, ["a", 1], {"Key": "value"}, datetime.datetime(2013, 5, 1, 12, 30, tzinfo=datetime.UTC)]:
            streams.output(value)

    def do_get_cspool(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        nested = Thing(("Selected.Thing",), {"Name": "inner"}, "@{Name=inner}")
        properties = {"Fqdn": "se01.contoso.com", "Version": 6, "Services": ["UserServer", "Registrar"], "Site": nested}
        streams.output(Thing(("Microsoft.Rtc.Pool", "System.Object"), properties, "Pool:se01"))

    def do_show_arguments(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        streams.output(
            json.dumps([named, placed], default=lambda value: f"{type(value).__name__} {len(value.reveal())}")
        )

    def do_measure_value(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        value = named["Value"]
        streams.output([type(value).__name__, len(value), value[:3], value[-3:]])

    def do_get_records(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        for number in range(named["Count"]):
            streams.output({"Number": number})

    def do_get_large(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        streams.output("x" * named["Length"])

    def do_set_value(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        self.variables["value"] = placed[0]

    def do_get_value(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        streams.output(self.variables.get("value"))

    def do_wait_forever(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        streams.output("waiting")
        try:
            streams.wait(3600)
        finally:
            self.estate.event(placed[0]).set()

    def do_wait_event(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        streams.output("waiting")
        self.estate.event(placed[0]).wait(30)
        streams.output("done")

    def do_set_event(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        self.estate.event(placed[0]).set()

    def do_get_event(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        streams.output(self.estate.event(placed[0]).wait(10))

    def do_meet_others(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        self.estate.meeting.wait(20)
        streams.output(self.host)

    def do_get_runs(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        streams.output(self.estate.runs.get(placed[0], 0))

    def do_count_run(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        self.estate.runs[placed[0]] = self.estate.runs.get(placed[0], 0) + 1

    def do_get_closed(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        streams.output(len(self.estate.closed))


class Scripted:
    """The estate; the wire fault to show is the command's own ``Trouble`` argument."""

    def __init__(self) -> None:
        self.meeting = threading.Barrier(20)
        self.runs: dict[str, int] = {}
        self.opened = 0
        self.closed: list[str] = []
        self._events: dict[str, threading.Event] = {}
        self._lock = threading.Lock()

    def event(self, name: str) -> threading.Event:
        with self._lock:
            return self._events.setdefault(name, threading.Event())

    def admits(self, host: str, user: str) -> bool:
        return not user.endswith("\\guest")

    def answers(self, host: str) -> bool:
        return host != "dead.contoso.com"

    def open_shell(self, host: str, user: str) -> Shell:
        with self._lock:
            self.opened += 1
        return Desk(self, host)

    def trouble(self, host: str, pipeline: Sequence[Invocation]) -> Trouble | None:
        asked = dict(pipeline[0].arguments).get("Trouble")
        return None if asked is None else Trouble(asked, seconds=0.4 if asked == "slow" else 0.0)


def main() -> None:
    estate = Scripted()
    hosts = [f"host{number:02}.contoso.com" for number in range(20)]
    endpoints = {host: Endpoint(host, estate) for host in [*hosts, "dead.contoso.com"]}
    password = Secret(os.environ["PSRP_BASIC_PASSWORD"])
    endpoints["basic.contoso.com"] = Endpoint("basic.contoso.com", estate, basic={"CONTOSO\\admin": password})
    for endpoint in endpoints.values():
        endpoint.start()
    sys.stdout.write(json.dumps({host: endpoint.port for host, endpoint in endpoints.items()}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()
    for endpoint in endpoints.values():
        endpoint.stop()
    sys.stdout.write(json.dumps({"opened": estate.opened, "closed": len(estate.closed)}) + "\n")


if __name__ == "__main__":
    main()
