"""Records what a real PowerShell sends: ``python -m tests.hosts.recorded.record PWSH`` renews every case.

A case is a JSON file beside this module: ``script`` is what runs, ``sent`` the messages that came back, as kind and
CLIXML, ``reading`` what the product has to make of them. Only ``sent`` is renewed; a new case begins with its script
alone, and its reading is written by hand. What differs every time is replaced.
"""

from __future__ import annotations

import base64
import json
import re
import struct
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import psrpcore
from psrpcore.types import PSInvocationState, PSRPMessageType

FOLDER = Path(__file__).parent
NOBODY = str(uuid.UUID(int=0))
KEPT = {
    PSRPMessageType.PipelineOutput: "output",
    PSRPMessageType.ErrorRecord: "error",
    PSRPMessageType.WarningRecord: "warning",
    PSRPMessageType.VerboseRecord: "verbose",
    PSRPMessageType.ProgressRecord: "progress",
    PSRPMessageType.InformationRecord: "information",
    PSRPMessageType.PipelineState: "state",
}
_VARYING = [
    (r'(N="TimeGenerated">)[^<]*', r"\g<1>2026-11-22T01:30:00+00:00"),
    (r'(N="User">)[^<]*', r"\g<1>lync-admin"),
    (r'(N="Computer">)[^<]*', r"\g<1>se01"),
    (r'(N="(?:ProcessId|NativeThreadId|ManagedThreadId)">)[^<]*', r"\g<1>1"),
]
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Host:
    """``pwsh -s``: one XML element a line; each is acknowledged before the next is written."""

    def __init__(self, pwsh: str) -> None:
        self._process = subprocess.Popen(
            [pwsh, "-NoLogo", "-NoProfile", "-s"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            encoding="utf-8", cwd="/",
        )  # fmt: skip
        self._came = b""
        self._pool = psrpcore.ClientRunspacePool()
        self._pool.open()
        self._hand_over(None)
        while self._pool.state.name != "Opened":
            self._read()

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=30)

    def run(self, script: str) -> list[tuple[str, str]]:
        """The messages of the script's pipeline, whole, in their order."""
        self._came = b""
        shell = psrpcore.ClientPowerShell(self._pool)
        shell.add_script(script)
        shell.start()
        name = str(shell.pipeline_id)
        self._write(f"<Command PSGuid='{name}' />", "CommandAck")
        self._hand_over(shell.pipeline_id)
        while shell.state not in (PSInvocationState.Completed, PSInvocationState.Failed):
            self._read()
        self._write(f"<Close PSGuid='{name}' />", "CloseAck")
        return [(KEPT[kind], xml) for kind, xml in _messages(self._came) if kind in KEPT]

    def _hand_over(self, pipeline: uuid.UUID | None) -> None:
        while payload := self._pool.data_to_send():
            data = base64.b64encode(payload.data).decode()
            self._write(f"<Data Stream='Default' PSGuid='{pipeline or NOBODY}'>{data}</Data>", "DataAck")

    def _write(self, line: str, until: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        while self._read() != until:
            pass

    def _read(self) -> str:
        """The next element's tag; data in it are kept."""
        element = self._element()
        if element.tag != "Data":
            return element.tag
        data = base64.b64decode(element.text or "")
        name = uuid.UUID(element.attrib["PSGuid"])
        self._came += data if name.int else b""
        self._pool.receive_data(
            psrpcore.PSRPPayload(data, psrpcore.StreamType.default, None if name.int == 0 else name)
        )
        while self._pool.next_event():
            pass
        return element.tag

    def _element(self) -> ElementTree.Element:
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "PowerShell ended"
        return ElementTree.XML(line)


def _messages(data: bytes) -> Iterator[tuple[PSRPMessageType, str]]:
    """Fragments ([MS-PSRP] 2.2.4) put together to messages (2.2.1)."""
    whole = b""
    while data:
        _, _, flags, size = struct.unpack(">QQBI", data[:21])
        whole, data = whole + data[21 : 21 + size], data[21 + size :]
        if flags & 2:
            yield PSRPMessageType(struct.unpack("<I", whole[4:8])[0]), whole[40:].decode("utf-8-sig")
            whole = b""


def _settled(xml: str) -> str:
    for varying, settled in _VARYING:
        xml = re.sub(varying, settled, xml)
    return _GUID.sub("11111111-2222-3333-4444-555555555555", xml)


def main(pwsh: str) -> None:
    """Renew ``sent`` of every case."""
    host = Host(pwsh)
    for path in sorted(FOLDER.glob("*.json")):
        case = json.loads(path.read_text("utf-8"))
        case["sent"] = [[kind, _settled(xml)] for kind, xml in host.run(case["script"])]
        case.setdefault("reading", None)
        path.write_text(json.dumps(case, indent=1, ensure_ascii=False) + "\n", "utf-8")
    host.close()


if __name__ == "__main__":
    main(sys.argv[1])
