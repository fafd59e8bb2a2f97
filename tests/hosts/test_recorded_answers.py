"""What a real PowerShell sent once (``recorded/``, made by ``recorded/record.py``) is read as each case says."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest
from pypsrp.messages import Message, MessageType
from pypsrp.serializer import Serializer

from lync_wizard.core.secret import Redactor
from lync_wizard.hosts import HostError, Record, clixml

FOLDER = Path(__file__).parent / "recorded"
CASES = sorted(FOLDER.glob("*.json"))
KINDS = {
    "error": MessageType.ERROR_RECORD, "warning": MessageType.WARNING_RECORD, "verbose": MessageType.VERBOSE_RECORD,
    "progress": MessageType.PROGRESS_RECORD, "information": MessageType.INFORMATION_RECORD,
    "state": MessageType.PIPELINE_STATE,
}  # fmt: skip


def reading(kind: str, xml: str) -> Any:
    """One message as the product reads it, as JSON; None for the end of a pipeline without an error."""
    clean = Redactor()
    if kind == "output":
        return {"output": plain(clixml.read(xml, clean))}
    head = struct.pack("<II", 1, KINDS[kind]) + bytes(32)
    data = Message.unpack(head + xml.encode(), Serializer()).data
    if kind in ("error", "state"):
        record = data if kind == "error" else data.error_record
        return None if record is None else {"error": failure(clixml.host_error(record, clean))}
    text = clixml.progress if kind == "progress" else clixml.message
    return {kind: text(data, clean)}


def failure(error: HostError) -> dict[str, str]:
    told = {"message": error.message, "category": error.category, "id": error.error_id, "exception": error.exception}
    return told | ({"command": error.command} if error.command else {})


def plain(value: Any) -> Any:
    match value:
        case Record(text, properties, bare):
            if not properties:
                return plain(bare) if bare is not None else {"text": text}
            return {"text": text, "properties": {name: plain(one) for name, one in properties.items()}}
        case bytes():
            return {"bytes": list(value)}
        case list():
            return [plain(one) for one in value]
    return value


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_recorded_answer(path: Path) -> None:
    case = json.loads(path.read_text("utf-8"))
    assert [found for kind, xml in case["sent"] if (found := reading(kind, xml))] == case["reading"]
