"""What a host's ``Get-Command`` says: which cmdlets it has, and with which parameters."""

from __future__ import annotations

import re
from typing import Final

from lync_wizard.hosts import Record, property_of, text_of

_SYNTAX_PARAMETER: Final = re.compile(r"(?<![\w-])-([A-Za-z]\w*)")


def parameters_of(command: Record) -> frozenset[str]:
    """Parameter names of a CommandInfo: its dictionary, or its syntax text where a session serialises no deeper."""
    found = property_of(command, "Parameters")
    if isinstance(found, Record) and found.properties:
        return frozenset(found.properties)
    if isinstance(found, dict):
        return frozenset(map(str, found))
    if isinstance(found, (list, tuple)):
        return frozenset(item.text if isinstance(item, Record) else str(item) for item in found)
    return frozenset(_SYNTAX_PARAMETER.findall(text_of(command, "Definition")))
