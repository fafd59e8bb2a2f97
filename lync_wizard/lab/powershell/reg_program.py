"""``reg.exe``: a key of the registry and its subkeys shown, and a file of values taken in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from lync_wizard.lab.farm.state import Host
from lync_wizard.lab.powershell.call import Call

SCHANNEL: Final = r"hklm:\system\currentcontrolset\control\securityproviders\schannel"
FRESH: Final[Mapping[str, Mapping[str, Any]]] = {SCHANNEL: {"EventLogging": 1}}
"""What a new Windows has of the keys that are asked for, in the form of :attr:`Host.registry`."""
_HIVE: Final = "HKEY_LOCAL_MACHINE"
_SHORT: Final = re.compile(r"(?:HKLM|HKEY_LOCAL_MACHINE)(?=\\|$)", re.IGNORECASE)
_NOT_FOUND: Final = "ERROR: The system was unable to find the specified registry key or value."
_DONE: Final = "The operation completed successfully."


def reg(call: Call, words: Sequence[str]) -> int:
    """``reg query KEY [/s]`` and ``reg import FILE``; returns the exit code."""
    verb = words[0].lower() if words else ""
    if verb == "query" and len(words) > 1:
        return _query(call, words[1], deep="/s" in {word.lower() for word in words})
    if verb == "import" and len(words) > 1:
        return _import(call, words[1])
    call.write("ERROR: Invalid syntax.")
    return 1


def keys_of(host: Host) -> dict[str, dict[str, Any]]:
    """Every key that is known of a computer, with its values."""
    return {**{key: dict(values) for key, values in FRESH.items()}, **host.registry}


def _query(call: Call, key: str, *, deep: bool) -> int:
    wanted = _SHORT.sub("hklm:", key).lower().rstrip("\\")
    found = {
        name: values
        for name, values in sorted(keys_of(call.host).items())
        if name == wanted or (deep and name.startswith(f"{wanted}\\"))
    }
    if not found:
        call.write(_NOT_FOUND)
        return 1
    for name, values in found.items():
        call.write("")
        call.write(name.replace("hklm:", _HIVE))
        for value, data in values.items():
            call.write(
                f"    {value}    " + (f"REG_DWORD    {data:#x}" if isinstance(data, int) else f"REG_SZ    {data}")
            )
    return 0


def _import(call: Call, path: str) -> int:
    try:
        lines = call.path(path).read_bytes().decode("utf-16").splitlines()
    except (OSError, UnicodeError):
        call.write("ERROR: Error opening the file. There may be a disk or file system error.")
        return 1
    if not lines or not lines[0].startswith("Windows Registry Editor"):
        call.write("ERROR: The specified file is not a registry script.")
        return 1
    with call.simulation.change():
        key = ""
        for line in lines[1:]:
            if line.startswith("["):
                key = _SHORT.sub("hklm:", line.strip("[]")).lower()
                call.host.registry.setdefault(key, dict(FRESH.get(key, {})))
            elif found := re.fullmatch(r'"(.+?)"=(?:dword:([0-9a-f]{8})|"(.*)")', line):
                call.host.registry[key][found[1]] = int(found[2], 16) if found[2] else found[3]
    call.write(_DONE)
    return 0
