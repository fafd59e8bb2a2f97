"""How to reach what the worksheets name, and as whom: endpoints, instances, shares and accounts."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal, get_args

from lync_wizard.core.errors import InputError, Refused, Unreachable
from lync_wizard.core.secret import Secret
from lync_wizard.core.yaml_document import did_you_mean

Auth = Literal["negotiate", "kerberos", "ntlm", "credssp", "basic", "certificate"]
SqlAuth = Literal["windows", "sql"]

AUTHS: Final[tuple[Auth, ...]] = get_args(Auth)
ROLES: Final = ("lync-admin", "domain-admin", "sql-admin", "chat-admin", "edge-admin")
"""Account roles that steps may name."""
PORT: Final = 5985
TLS_PORT: Final = 5986


@dataclass(frozen=True)
class Environment:
    """Where a connections.yaml leads; ids are compared on resume, the kind is only shown."""

    kind: str = "production"
    id: str = ""


@dataclass(frozen=True)
class Account:
    """Who acts in a role; without a user it is whoever runs this program."""

    user: str = ""
    password_env: str = ""


@dataclass(frozen=True)
class Credentials:
    """A user and the password at hand; both None let the system sign in as whoever runs this program."""

    user: str | None
    password: Secret | None


@dataclass(frozen=True)
class Endpoint:
    """Where and how to reach a host's PowerShell Remoting, and as whom. Time limits are seconds.

    ``address`` is empty where DNS knows the host; ``verify`` is a CA file, or whether certificates are checked at all.
    """

    address: str = ""
    port: int = PORT
    ssl: bool = False
    verify: bool | str = True
    auth: Auth = "negotiate"
    delegate: bool = False
    cert: str | None = None
    key: str | None = None
    connect_timeout: float = 30.0
    operation_timeout: float = 20.0
    account: Account = field(default_factory=Account)


@dataclass(frozen=True)
class SqlEndpoint:
    """Where and how to reach an instance of SQL Server, and as whom.

    Without a ``port`` the driver asks SQL Browser. ``windows`` signs in as whoever runs this program. ``driver`` is
    empty for the best one installed.
    """

    server: str
    address: str = ""
    port: int | None = None
    auth: SqlAuth = "windows"
    encrypt: bool = True
    verify: bool | str = True
    driver: str = ""
    account: Account = field(default_factory=Account)


def is_loopback(address: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address.lower() == "localhost"


def host_of(server: str) -> str:
    """The host of ``fqdn`` or ``fqdn\\instance``, as names are compared."""
    return server.partition("\\")[0].rstrip(".").lower()


class AddressBook:
    """connections.yaml: who is who, and where what the worksheets name is reached. Names compare without case.

    A book that is ``confined`` leads to this machine alone: anything else is :class:`Unreachable`.
    """

    def __init__(
        self,
        environment: Environment = Environment(),
        accounts: Mapping[str, Account] | None = None,
        defaults: Endpoint = Endpoint(),
        hosts: Mapping[str, Endpoint] | None = None,
        sql: Mapping[str, SqlEndpoint] | None = None,
        shares: Mapping[str, Path] | None = None,
    ) -> None:
        self.environment = environment
        self.confined = False
        self.accounts = dict(accounts or {})
        self.defaults = defaults
        self.hosts = {name.lower(): endpoint for name, endpoint in (hosts or {}).items()}
        self._sql = {_instance_key(name): endpoint for name, endpoint in (sql or {}).items()}
        self._shares = {_segments(unc): path for unc, path in (shares or {}).items()}

    def account(self, role: str) -> Account:
        """Who acts in a role; whoever runs this program where the file says nothing. Raises :class:`InputError`."""
        if role not in ROLES:
            raise InputError(f"there is no account role {role!r}", did_you_mean(role, ROLES))
        return self.accounts.get(role, Account())

    def account_of(self, user: str) -> Account:
        """The account of a user, with where its password lies if the file names that user."""
        named = (*self.accounts.values(), *(host.account for host in self.hosts.values()))
        return next((one for one in named if one.user.lower() == user.lower()), Account(user))

    def endpoint(self, fqdn: str, account: str) -> Endpoint:
        """How to reach a host in a role; the host may override the user.

        Raises :class:`Refused` where that would send a password in clear text.
        """
        found = self.hosts.get(fqdn.rstrip(".").lower(), self.defaults)
        if found.auth == "basic" and not found.ssl and not is_loopback(found.address or fqdn):
            raise Refused(
                f"basic authentication to {fqdn} would send the password in clear text",
                "Set ssl: true for it in connections.yaml, or another auth.",
            )
        self._keep_in(found.address, fqdn)
        return found if found.account.user else replace(found, account=self.account(account))

    def _keep_in(self, address: str, name: str) -> None:
        if self.confined and not is_loopback(address):
            raise Unreachable(f"{name} is not simulated here", "Only what the lab simulates is reached in a test.")

    def confine(self) -> AddressBook:
        """Lead to this machine alone from now on."""
        self.confined = True
        return self

    def personal_endpoint(self, fqdn: str) -> Endpoint:
        """How a person reaches a host with an account and a password of their own, which are not handed on to it.

        Raises :class:`Refused` as :meth:`endpoint`.
        """
        found = self.endpoint(fqdn, ROLES[0])
        # A certificate is somebody else's identity, and CredSSP would give the password itself to the host.
        auth: Auth = "negotiate" if found.auth in ("certificate", "credssp") else found.auth
        return replace(found, auth=auth, delegate=False, cert=None, key=None, account=Account())

    def lists(self, host: str) -> bool:
        """Whether the file has an entry for this host, or for an instance on it."""
        name = host_of(host)
        return name in self.hosts or any(server == name for server, _ in self._sql)

    def own_user(self, fqdn: str) -> str:
        """The user that the file names for this host alone, in every role; empty where it names none."""
        found = self.hosts.get(fqdn.rstrip(".").lower())
        return found.account.user if found else ""

    def user(self, fqdn: str, account: str) -> str:
        """Who signs in to a host in a role; empty for whoever runs this program."""
        found = self.hosts.get(fqdn.rstrip(".").lower(), self.defaults)
        return found.account.user or self.account(account).user

    def sql(self, server: str, account: str = "sql-admin") -> SqlEndpoint:
        """How to reach ``fqdn`` or ``fqdn\\instance``; the role's user where the file names none."""
        found = self._sql.get(_instance_key(server), SqlEndpoint(server))
        self._keep_in(found.address, server)
        return found if found.account.user else replace(found, account=self.account(account))

    def instances(self) -> list[tuple[str, SqlEndpoint]]:
        """The instances that the file has an entry for, by name."""
        return sorted(((one.server, one) for one in self._sql.values()), key=lambda named: named[0])

    def share(self, unc: str) -> Path | None:
        """How this machine reads a UNC path: the longest mapped share, and the rest of the path below it.

        None where no share that contains it is mapped. Raises :class:`InputError` for a path with ``..``.
        """
        parts = _split(unc)
        if ".." in parts:
            raise InputError(f"{unc} leaves its share", "Write the path without `..`.")
        for length in range(len(parts), 1, -1):
            root = self._shares.get(tuple(part.lower() for part in parts[:length]))
            if root is not None:
                return root.joinpath(*parts[length:])
        return None


def _split(unc: str) -> list[str]:
    return [part for part in unc.replace("/", "\\").split("\\") if part and part != "."]


def _segments(unc: str) -> tuple[str, ...]:
    return tuple(part.lower() for part in _split(unc))


def _instance_key(server: str) -> tuple[str, str]:
    host, _, instance = server.partition("\\")
    return host.rstrip(".").lower(), "" if instance.lower() in {"mssqlserver", "default"} else instance.lower()
