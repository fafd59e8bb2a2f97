"""Whether a folder is the user's own all the way up: whoever may replace it decides what this program does."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lync_wizard.core import terminal

_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


def unsafe(folder: Path) -> tuple[str, str] | None:
    """Why others can put files into a folder, rename it or replace it, and what to do; None where nobody can.

    A folder that is not there yet is judged by those above it.
    """
    judge = _windows if sys.platform == "win32" else _posix
    real = folder.resolve()
    for path in dict.fromkeys([*_upwards(real), *_upwards(folder.absolute())]):
        if found := judge(path, path == real):
            return found
    return None


def _upwards(folder: Path) -> Iterator[Path]:
    yield folder
    yield from folder.parents


def _posix(path: Path, itself: bool) -> tuple[str, str] | None:
    try:
        facts = path.lstat()
    except OSError:
        return None
    shown = terminal.visible(str(path))
    me: int = getattr(os, "geteuid", lambda: facts.st_uid)()
    if facts.st_uid not in {0, me}:
        return (
            f"{shown} belongs to {_user(facts.st_uid)}, who can replace what lies below it",
            f"Use a home below a folder of your own, or run `chown {_user(me)} {shown}` as root.",
        )
    if not stat.S_ISDIR(facts.st_mode) or not facts.st_mode & _OTHERS_WRITE:
        return None
    if facts.st_mode & stat.S_ISVTX and not itself:
        # Nobody but its owner renames or deletes what lies in a sticky folder.
        return None
    if not facts.st_mode & stat.S_IWOTH and _only_mine(facts.st_gid, me):
        return None
    who = "everybody" if facts.st_mode & stat.S_IWOTH else f"the group {_group(facts.st_gid)}"
    return f"{who} may write to {shown}", f"Run `chmod go-w {shown}`, or use a home below a folder of your own."


def _only_mine(group: int, me: int) -> bool:
    """Whether a group has no member but this user, as most systems make one for each user; root is everybody's."""
    # Imported here: Windows has neither.
    import grp
    import pwd

    try:
        name, members = grp.getgrgid(group).gr_name, set(grp.getgrgid(group).gr_mem)
        own = pwd.getpwuid(me)
    except KeyError:
        return False
    return not members - {own.pw_name, "root"} and (group == 0 or (group == own.pw_gid and name == own.pw_name))


def _user(number: int) -> str:
    # Imported here: as above.
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


def _group(number: int) -> str:
    # Imported here: as above.
    import grp

    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


# Windows. What its functions return is judged by others_in; that they return it has been tried nowhere yet.

_TRUSTED: Final = {
    "SY", "BA", "CO", "OW", "S-1-5-18", "S-1-5-32-544",
    "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
}  # fmt: skip
"""SYSTEM, Administrators, whoever owns it, and TrustedInstaller, as SDDL abbreviates them or by their SID."""
_ACE: Final = re.compile(r"\(([^;()]*);([^;()]*);([^;()]*);[^;()]*;[^;()]*;([^;()]*)(?:;[^()]*)?\)")
_RIGHTS: Final = {
    "FA": 0x1F01FF, "FW": 0x120116, "GA": 0x10000000, "GW": 0x40000000, "SD": 0x10000, "WD": 0x40000, "WO": 0x80000,
    "DC": 0x2, "LC": 0x4, "DT": 0x40,
}  # fmt: skip
_REPLACE: Final = 0x10000000 | 0x10000 | 0x40000 | 0x80000 | 0x40
"""To delete it or what lies in it, and to give oneself any right."""
_ADD: Final = 0x40000000 | 0x2 | 0x4
"""To put files and folders into it."""


def others_in(sddl: str, me: str, *, adding: bool) -> list[str]:
    """Who beside SYSTEM, Administrators and the user with SID ``me`` may replace a folder by a security descriptor.

    ``adding``: or put something into it. A descriptor without an access list lets everybody.
    """
    owner = re.match(r"O:(S-[\d-]+|[A-Z]{2})", sddl)
    found = [owner[1]] if owner and owner[1] not in {*_TRUSTED, me} else []
    _, listed, access = sddl.partition("D:")
    if not listed or access.startswith("NO_ACCESS_CONTROL"):
        return [*found, "WD"]
    harmful = _REPLACE | (_ADD if adding else 0)
    for kind, flags, rights, who in _ACE.findall(access.partition("S:")[0]):
        if kind in {"A", "XA"} and "IO" not in re.findall("..", flags) and who not in {*_TRUSTED, me}:
            found += [who] if _mask(rights) & harmful else []
    return list(dict.fromkeys(found))


def _mask(rights: str) -> int:
    if rights.startswith("0x"):
        return int(rights, 16)
    return sum({_RIGHTS.get(one, 0) for one in re.findall("..", rights)})


def _windows(path: Path, itself: bool) -> tuple[str, str] | None:
    """As :func:`_posix`, by the access list; what cannot be read is not judged."""
    sddl = _descriptor(str(path))
    others = others_in(sddl, _own_sid(), adding=itself) if sddl else []
    if not others:
        return None
    hint = f'Take it away with `icacls "{path}" /remove:g *SID`, or use a home in your own profile.'
    return f"{', '.join(others)} may replace or change what lies in {path}", hint


def _descriptor(path: str) -> str:
    """The owner and access list of a folder as SDDL; empty where Windows does not say."""
    if sys.platform == "win32":
        # Imported here: nothing else needs it.
        import ctypes

        advapi, kernel = ctypes.windll.advapi32, ctypes.windll.kernel32
        found, text = ctypes.c_void_p(), ctypes.c_wchar_p()
        if advapi.GetNamedSecurityInfoW(path, 1, 5, None, None, None, None, ctypes.byref(found)):
            return ""
        converted = advapi.ConvertSecurityDescriptorToStringSecurityDescriptorW(found, 1, 5, ctypes.byref(text), None)
        said = (text.value or "") if converted else ""
        kernel.LocalFree(text)
        kernel.LocalFree(found)
        return said
    return ""


def _own_sid() -> str:
    """The SID of whoever runs this; empty where Windows does not say."""
    try:
        said = subprocess.run(["whoami", "/user", "/fo", "csv", "/nh"], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    found = re.search(r"S-1-[\d-]+", said.stdout)
    return found[0] if found else ""
