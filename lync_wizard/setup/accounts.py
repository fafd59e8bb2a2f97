"""connections.yaml: who acts in which role, and how this machine reads the backup location; comments survive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PureWindowsPath
from typing import Any, Final

from lync_wizard.core import reading
from lync_wizard.core.errors import InputError
from lync_wizard.core.storage import Home, write_whole
from lync_wizard.core.yaml_document import Problems, update
from lync_wizard.deployment import Deployment
from lync_wizard.hosts.addresses import AddressBook
from lync_wizard.hosts.connections import read
from lync_wizard.worksheets import Field, check_value

_HEAD: Final = "# How to reach what the worksheets name, and as whom. Passwords are never in this file.\n"
_ROLES: Final[Mapping[str, tuple[str, Callable[[Deployment], bool]]]] = {
    "lync-admin": ("Lync commands, in RTCUniversalServerAdmins and a local administrator", lambda _: True),
    "domain-admin": ("publishing the topology, in Domain Admins or delegated", lambda _: True),
    "sql-admin": ("databases, sysadmin on the SQL instances", lambda _: True),
    "chat-admin": (
        "Persistent Chat exports, in CsPersistentChatAdministrator",
        lambda known: any(pool.kind == "persistent-chat" or pool.chat for pool in known.pools),
    ),
    "edge-admin": (
        "Edge Servers, a local administrator there: Edge Servers are in no domain",
        lambda known: bool(known.pools_of_kind("edge")),
    ),
}


def roles(known: Deployment) -> dict[str, str]:
    """The roles that this deployment's procedures use, each with what it is for."""
    return {role: what for role, (what, used) in _ROLES.items() if used(known)}


def user(text: str) -> str:
    """An account's name in its plain spelling. Raises :class:`InputError`."""
    return check_value(Field("connections", "accounts", "user", "Account", "account"), text)


def book_role(role: str) -> None:
    """Raises :class:`InputError`, with the nearest spelling, for a role that no step can name."""
    AddressBook().account(role)


def folder(text: str) -> str:
    """A folder of this machine. Raises :class:`InputError` for one that is not absolute."""
    path = Path(text.strip()).expanduser()
    if not (path.is_absolute() or PureWindowsPath(text.strip()).is_absolute()):
        raise InputError(f"{text!r} is not an absolute folder", "Write the complete path, from its root.")
    return str(path)


def book(home: Home) -> AddressBook:
    """connections.yaml as it stands. Raises :class:`InputError` for a broken one."""
    problems = Problems()
    found = read(home.connections, problems)
    problems.raise_any("connections.yaml")
    return found


def record(
    home: Home,
    deployment: str,
    *,
    users: Mapping[str, str] | None = None,
    shares: Mapping[str, str] | None = None,
    hosts: Iterable[str] = (),
) -> AddressBook:
    """Write accounts by role, folders by UNC path and hosts that a person has agreed to into connections.yaml.

    Everything else there stays as it is. Raises :class:`InputError`.
    """
    path = home.connections
    changes: dict[tuple[str, ...], Any] = {("accounts", role, "user"): name for role, name in (users or {}).items()}
    changes |= {("shares", unc): place for unc, place in (shares or {}).items()}
    changes |= {("hosts", name): {} for name in hosts}
    if path.exists():
        with reading.readable(path, "Check the path and its rights."):
            raw = reading.data(path)
    else:
        raw = _HEAD.encode()
        if deployment:
            changes = {("environment",): {"kind": "production", "id": deployment}, **changes}
    mark = b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b""
    with reading.readable(path, "Save the file as UTF-8."):
        text = raw.decode("utf-8-sig")
    try:
        write_whole(path, mark + update(text, changes).encode())
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror or error}", "Check free space and rights.") from error
    return book(home)
