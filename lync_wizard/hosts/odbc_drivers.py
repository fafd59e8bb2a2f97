"""ODBC drivers for SQL Server: which are here, and how each is told where to go.

No connection is opened here; :mod:`lync_wizard.hosts.sql_session` does that.
"""

from __future__ import annotations

import importlib.util
import platform
import re
import socket
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from lync_wizard.core.errors import InputError, Unreachable
from lync_wizard.hosts.addresses import Credentials, SqlEndpoint

Kind = Literal["microsoft", "native", "inbox", "freetds"]

DEFAULT_PORT: Final = 1433
BROWSER_PORT: Final = 1434

_REGISTERED: Final[tuple[tuple[str, Kind], ...]] = (
    ("ODBC Driver 18 for SQL Server", "microsoft"),
    ("ODBC Driver 17 for SQL Server", "microsoft"),
    ("SQL Server Native Client 11.0", "native"),
    ("SQL Server", "inbox"),
    ("FreeTDS", "freetds"),
)
_DISTRIBUTIONS: Final = (
    ("debian_ubuntu", ("debian", "ubuntu")),
    ("rhel", ("rhel", "fedora", "centos")),
    ("suse", ("suse", "sles", "opensuse")),
    ("alpine", ("alpine",)),
)
_UNSENDABLE: Final = re.compile(r"[;{}]")


@dataclass(frozen=True)
class Driver:
    """An ODBC driver: how people call it, its kind, and what a connection string calls it (a name or a file)."""

    name: str
    kind: Kind
    reference: str


def best_first(registered: Iterable[str]) -> tuple[Driver, ...]:
    """The drivers usable here: those the driver manager knows, and the one a Python package carries, best first."""
    known = set(registered)
    found = [Driver(name, kind, name) for name, kind in _REGISTERED if name in known]
    carried = carried_driver()
    if carried is not None and not any(driver.name.startswith("ODBC Driver 18") for driver in found):
        found.insert(0, Driver("ODBC Driver 18 for SQL Server", "microsoft", str(carried)))
    return tuple(found)


def carried_driver() -> Path | None:
    """Microsoft's driver inside the package ``mssql-python-odbc``, used in place because it finds its resources there.

    None on Windows, whose driver manager takes registered drivers only.
    """
    if sys.platform == "win32":
        return None
    found = importlib.util.find_spec("mssql_python_odbc")
    if found is None or not found.submodule_search_locations:
        return None
    machine = {"aarch64": "arm64", "amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    libraries = Path(found.submodule_search_locations[0]) / "libs"
    where = libraries / "macos" if sys.platform == "darwin" else libraries / "linux" / _distribution()
    return next(iter(sorted((where / machine / "lib").glob("libmsodbcsql*"))), None)


def _distribution() -> str:
    words = _release()
    return next((folder for folder, names in _DISTRIBUTIONS if words & set(names)), "debian_ubuntu")


def _release() -> set[str]:
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return set()
    return {release.get("ID", ""), *release.get("ID_LIKE", "").split()}


def install_hint() -> str:
    """The one command that installs a driver on this system, as a sentence."""
    pip = f'"{sys.executable}" -m pip install mssql-python-odbc'
    if sys.platform == "win32":
        return "Run: winget install --exact --id Microsoft.msodbcsql.18"
    if sys.platform == "darwin":
        return f"Run: brew install unixodbc && {pip}"
    if _release() & {"rhel", "fedora", "centos"}:
        return f"Run: sudo dnf install -y unixODBC && {pip}"
    return f"Run: sudo apt-get install -y libodbc2 && {pip}"


def connection_string(driver: Driver, endpoint: SqlEndpoint, credentials: Credentials, port: int) -> str:
    """What the driver is told. Raises :class:`InputError` for what this driver cannot be told."""
    host = address(endpoint)
    if _UNSENDABLE.search(host):
        raise InputError(f"{host!r} is no address", f"Correct the address of {endpoint.server} in connections.yaml.")
    parts = [f"Driver={_braced(driver.reference)}", "Database=master", "APP=lync-wizard"]
    if driver.kind == "freetds":
        _freetds_can(endpoint, credentials)
        encryption = "require" if endpoint.encrypt else "request"
        parts += [f"Server={host}", f"Port={port}", "TDS_Version=7.4", f"Encryption={encryption}"]
    else:
        if isinstance(endpoint.verify, str):
            raise InputError(
                f"the ODBC driver cannot check {endpoint.server} against a certificate file",
                "Put that CA into the system's certificate store and set verify: true for it in connections.yaml.",
            )
        trust = "no" if endpoint.verify else "yes"
        parts += [f"Server=tcp:{host},{port}", f"Encrypt={'yes' if endpoint.encrypt else 'no'}"]
        if driver.kind != "inbox":
            parts.append(f"TrustServerCertificate={trust}")
        if driver.name.startswith("ODBC Driver"):
            parts.append("ConnectRetryCount=0")  # a silent reconnection would hide that a statement was lost
        if driver.name.startswith("ODBC Driver 18") and endpoint.address and endpoint.verify:
            parts.append(f"HostNameInCertificate={endpoint.server.partition(chr(92))[0]}")
    if endpoint.auth == "sql":
        secret = credentials.password.reveal() if credentials.password else ""
        value = str if driver.kind == "freetds" else _braced
        parts += [f"UID={value(credentials.user or '')}", f"PWD={value(secret)}"]
    else:
        parts.append("Trusted_Connection=yes")
    return ";".join(parts)


def address(endpoint: SqlEndpoint) -> str:
    """What is connected to: the address given, else the server's name without its instance."""
    return endpoint.address or endpoint.server.partition("\\")[0]


def _freetds_can(endpoint: SqlEndpoint, credentials: Credentials) -> None:
    if endpoint.encrypt and endpoint.verify:
        raise InputError(
            f"FreeTDS cannot check the certificate of {endpoint.server}",
            f"Install Microsoft's driver, or set verify: false for it in connections.yaml. {install_hint()}",
        )
    secret = credentials.password.reveal() if credentials.password else ""
    if endpoint.auth == "sql" and (_UNSENDABLE.search(secret) or _UNSENDABLE.search(credentials.user or "")):
        raise InputError(
            "FreeTDS cannot send a user or password that has ; { or } in it",
            f"Install Microsoft's driver, or give the login another password. {install_hint()}",
        )


def _braced(value: str) -> str:
    return "{" + value.replace("}", "}}") + "}"


def find_port(endpoint: SqlEndpoint, seconds: float) -> int:
    """The instance's TCP port: as given, 1433 for the default instance, else what SQL Browser says.

    Raises :class:`Unreachable`.
    """
    if endpoint.port is not None:
        return endpoint.port
    instance = endpoint.server.partition("\\")[2]
    if not instance or instance.upper() in ("MSSQLSERVER", "DEFAULT"):
        return DEFAULT_PORT
    host = address(endpoint)
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
            asked.settimeout(min(seconds, 5.0))
            asked.sendto(b"\x04" + instance.encode("ascii", "replace") + b"\0", (host, BROWSER_PORT))
            answer = asked.recv(65535)
    except OSError as error:
        raise Unreachable(
            f"SQL Browser on {host} does not say where the instance {instance} listens",
            "Start the service SQL Server Browser there and open UDP 1434, or write the port into connections.yaml.",
            str(error),
        ) from error
    found = re.search(r";tcp;(\d+)", answer[3:].decode("ascii", "replace"))
    if found is None:
        raise Unreachable(
            f"the instance {instance} on {host} does not listen on TCP",
            "Enable TCP/IP for the instance in SQL Server Configuration Manager and restart it.",
        )
    return int(found.group(1))


def probe(endpoint: SqlEndpoint, port: int, seconds: float) -> None:
    """Find out at once whether anything listens: drivers wait out their whole time limit. Raises Unreachable."""
    host = address(endpoint)
    try:
        socket.create_connection((host, port), seconds).close()
    except OSError as error:
        raise Unreachable(
            f"{endpoint.server} does not answer on {host} port {port}",
            "Check that the instance runs, that TCP/IP is enabled for it, and that the firewall lets this port in.",
            str(error),
        ) from error
