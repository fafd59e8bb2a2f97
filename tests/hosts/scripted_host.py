"""A scripted host for the client's tests: run as a process of its own, ended by closing its standard input."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import PureWindowsPath
from typing import Any

from lync_wizard.core.secret import Secret
from lync_wizard.hosts import identity, transfer_scripts
from lync_wizard.lab.winrm.contract import ErrorRecord, Invocation, Shell, Streams, Terminated, Thing, Trouble
from lync_wizard.lab.winrm.listener import Endpoint

CMDLETS = {"Get-CsPool": ["Identity", "Site"], "Import-CsUserData": ["PoolFqdn", "FileName", "Force"]}


class Scripted:
    """The estate: hosts with a disk each, events that sessions set for each other, faults named by the commands."""

    def __init__(self) -> None:
        self.disk: dict[str, bytes] = {}
        self.imports: list[str] = []
        self.ran: list[str] = []
        self.sent: list[Any] = []
        self.meeting = threading.Barrier(10)
        self.endpoints: dict[str, Endpoint] = {}
        self._events: dict[str, threading.Event] = {}
        self._lock = threading.Lock()

    def event(self, name: str) -> threading.Event:
        with self._lock:
            return self._events.setdefault(name, threading.Event())

    def admits(self, host: str, user: str) -> bool:
        return not user.endswith("\\guest")

    def answers(self, host: str) -> bool:
        return True

    def open_shell(self, host: str, user: str) -> Shell:
        return Desk(self, host)

    def trouble(self, host: str, pipeline: Sequence[Invocation]) -> Trouble | None:
        asked = dict(pipeline[0].arguments).get("Trouble")
        return None if asked is None else Trouble(asked)


class Desk:
    """One runspace."""

    def __init__(self, estate: Scripted, host: str) -> None:
        self.estate = estate
        self.host = host
        self.last_exit: int | None = None

    def close(self) -> None:
        pass

    def run(self, pipeline: Sequence[Invocation], streams: Streams) -> None:
        command = pipeline[0]
        named = {name: value for name, value in command.arguments if name}
        placed = [value for name, value in command.arguments if not name]
        if command.is_script:
            self.script(command.name, named, streams)
            return
        name = command.name.removesuffix(".exe").replace("-", "_").lower()
        if not hasattr(self, f"do_{name}"):
            text = f"The term '{command.name}' is not recognized as the name of a cmdlet."
            raise Terminated(ErrorRecord(text, "ObjectNotFound", "CommandNotFoundException"))
        if "Cs" in command.name:
            self.estate.ran.append(command.name)
        getattr(self, f"do_{name}")(streams, named, placed)

    def script(self, text: str, named: dict[str, Any], streams: Streams) -> None:
        disk = self.estate.disk
        if text == transfer_scripts.WRITE:
            if not named["Append"] and named["Path"] in disk:
                raise Terminated(ErrorRecord("The file exists.", "WriteError", "IOException"))
            if disk.get("full"):
                raise Terminated(ErrorRecord("There is not enough space on the disk.", "WriteError", "IOException"))
            disk[named["Path"]] = disk.get(named["Path"], b"") + named["Bytes"]
            self.estate.event("written").set()
        elif text == transfer_scripts.READ:
            streams.output(disk[named["Path"]][named["Offset"] : named["Offset"] + named["Count"]])
        elif text == transfer_scripts.HASH:
            for name in named["Names"].split("\n"):
                streams.output(hashlib.sha256(disk[f"{named['Path']}\\{name}"]).hexdigest().upper())
        elif text == transfer_scripts.MOVE:
            disk[named["Destination"]] = disk.pop(named["Path"])
        elif text == identity.SCRIPT:
            said = {
                "Name": self.host.upper(),
                "Domain": "contoso.com",
                "Account": "S-1-5-21-1",
                "Machine": "S-1-5-21-2",
            }
            streams.output(Thing(("System.Management.Automation.PSCustomObject",), said))
        else:
            raise Terminated(ErrorRecord("no such script", "ParserError"))

    # What every PowerShell has

    def do_get_module(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        module = {"sfb.contoso.com": "SkypeForBusiness", "bare.contoso.com": None}.get(self.host, "Lync")
        if "ListAvailable" in named and module in named["Name"]:
            streams.output(Thing(("System.Management.Automation.PSModuleInfo",), {"Name": module, "Version": "1.0"}))

    def do_import_module(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        streams.verbose("Loading module")
        self.estate.imports.append(f"{self.host} {named['Name']}")

    def do_get_variable(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        streams.output(self.last_exit if "ValueOnly" in named else "no")

    def do_get_command(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        for name in named["Name"]:
            if name in CMDLETS:
                parameters = {each: Thing(("ParameterMetadata",), {"Name": each}) for each in CMDLETS[name]}
                streams.output(Thing(("CmdletInfo",), {"Name": name, "Parameters": parameters}))
            else:
                streams.error(ErrorRecord(f"The term '{name}' is not recognized.", "ObjectNotFound"))

    def do_get_item(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        streams.output(Thing(("System.IO.FileInfo",), {"Length": len(self.estate.disk[named["LiteralPath"]])}))

    def do_get_childitem(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        for path, data in self.estate.disk.items():
            if PureWindowsPath(path).is_relative_to(PureWindowsPath(named["LiteralPath"])):
                streams.output(
                    Thing(("System.IO.FileInfo",), {"FullName": path, "Length": len(data), "PSIsContainer": False})
                )

    def do_new_item(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        self.estate.disk[f"{named['Path']}\\"] = b""

    def do_remove_item(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        del self.estate.disk[named["LiteralPath"]]
        self.estate.event("removed").set()

    def do_certutil(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        digest = hashlib.sha256(self.estate.disk[placed[1]]).hexdigest()
        if self.estate.event("corrupt").is_set():
            digest = "0" * 64
        streams.output(f"SHA256 hash of file {placed[1]}:")
        streams.output(" ".join(digest[at : at + 2] for at in range(0, 64, 2)))
        streams.output("CertUtil: -hashfile command completed successfully.")
        self.last_exit = 0

    def do_robocopy(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        self.estate.sent.append(placed)
        streams.output("   ROBOCOPY")
        self.last_exit = 16 if "missing" in placed[0] else 1

    def do_tool(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        streams.output("one line")
        streams.error(ErrorRecord("said on standard error", "FromStdErr", "NativeCommandError"))
        self.last_exit = int(placed[0])

    # What the tests script

    def do_write_everything(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        streams.verbose("verbose text")
        streams.output("output text")
        streams.debug("debug text")
        streams.warning("warning text")
        streams.information("information text")
        streams.progress("Importing", "3 of 10", 30)
        streams.error(
            ErrorRecord("no such pool", "ObjectNotFound", "PoolNotFound,Get-CsPool", target="x", activity="Get-CsPool")
        )
        streams.output("after the error")

    def do_show_arguments(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        shown = {name: [type(value).__name__, f"{value!r}"[:60]] for name, value in named.items()}
        streams.output(json.dumps(shown))

    def do_show_credential(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        given = named["UserCredential"]
        digest = hashlib.sha256(given["Password"].reveal().encode()).hexdigest()
        streams.output(json.dumps([given["UserName"], digest]))

    def do_measure_bytes(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        streams.output(hashlib.sha256(named["ByteInput"]).hexdigest())

    def do_get_objects(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        inner = Thing(("Microsoft.Rtc.Site",), {"Name": "Redmond"}, "Site:Redmond")
        properties = {"Identity": "se01.contoso.com", "Version": 6, "Services": ["UserServer", "Registrar"]}
        more = {"Site": inner, "Blob": b"\x00\x01\x02", "Up": True, "Nothing": None, "Share": 0.5}
        streams.output(Thing(("Microsoft.Rtc.Pool",), properties | more, "Pool:se01"))
        streams.output(b"\x00" * 5)
        streams.output({"Key": "value"})
        streams.output("ü _x0041_ \U0001f600\n")
        streams.output(5_000_000_000)

    def do_get_many(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        for number in range(named["Count"]):
            streams.output(number)

    do_write_many = do_get_many

    def do_stop_terribly(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        streams.output("before")
        raise Terminated(ErrorRecord("A parameter is missing.", "InvalidArgument", "Missing,Stop-Terribly"))

    def do_say_live(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        streams.verbose("live")
        streams.output("answered" if self.estate.event(named["Event"]).wait(30) else "nobody answered")

    def do_set_event(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        self.estate.event(named["Event"]).set()

    def do_clear_event(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        self.estate.event(named["Event"]).clear()

    def do_wait_event(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        streams.output(self.estate.event(named["Event"]).wait(20))

    def do_wait_forever(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        streams.output("waiting")
        try:
            streams.wait(600)
        finally:
            self.estate.event("stopped").set()

    def do_meet_others(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        self.estate.meeting.wait(30)
        streams.output("met")

    def do_restart_host(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        name = named["Name"]
        old = self.estate.endpoints[name]
        port = old.port
        old.stop()
        self.estate.endpoints[name] = Endpoint(f"{name}.contoso.com", self.estate, port=port)
        self.estate.endpoints[name].start()

    def do_set_disk(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        self.estate.disk[named["Path"]] = named["Bytes"]

    def do_clear_disk(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        self.estate.disk.clear()

    def do_get_disk(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        hashes = {path: hashlib.sha256(data).hexdigest() for path, data in self.estate.disk.items()}
        streams.output(json.dumps(hashes))

    def do_get_notes(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        notes = {"imports": self.estate.imports, "ran": self.estate.ran, "sent": self.estate.sent}
        streams.output(json.dumps(notes))

    def do_get_cspool(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        streams.output("a pool")

    def do_import_csuserdata(self, streams: Streams, named: dict[str, Any], placed: list[Any]) -> None:
        streams.output("imported")


def main() -> None:
    estate = Scripted()
    names = ["se01", "sfb", "bare"]
    endpoints = estate.endpoints
    endpoints |= {name: Endpoint(f"{name}.contoso.com", estate) for name in names}
    password = Secret(os.environ["SCRIPTED_BASIC_PASSWORD"])
    endpoints["basic"] = Endpoint("basic.contoso.com", estate, basic={"CONTOSO\\admin": password})
    for endpoint in endpoints.values():
        endpoint.start()
    sys.stdout.write(json.dumps({name: endpoint.port for name, endpoint in endpoints.items()}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()
    for endpoint in endpoints.values():
        endpoint.stop()


if __name__ == "__main__":
    main()
