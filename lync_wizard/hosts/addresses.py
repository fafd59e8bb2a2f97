"""How to reach what the worksheets name, and as whom: connections.yaml, endpoints, shares, and passwords in memory."""

from __future__ import annotations

import copy
import ipaddress
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, get_args

from lync_wizard.document import Fields, Node, Problems, did_you_mean, load
from lync_wizard.errors import Denied, InputError, Refused
from lync_wizard.secret import Ask, Secret, from_environment, from_keyring

Auth = Literal["negotiate", "kerberos", "ntlm", "credssp", "basic", "certificate"]
SqlAuth = Literal["windows", "sql"]
T = TypeVar("T")

AUTHS: Final[tuple[Auth, ...]] = get_args(Auth)
ROLES: Final = ("lync-admin", "domain-admin", "sql-admin", "chat-admin", "edge-admin")
"""Account roles that steps may name."""
PORT: Final = 5985
TLS_PORT: Final = 5986

_WORD: Final = "[a-z][a-z0-9-]*"
_HOST: Final = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?")
_UNC: Final = re.compile(r"\\\\[^\\/\s][^\\/]*(\\[^\\/]+)+\\?")
_VARIABLE: Final = "[A-Za-z_][A-Za-z0-9_]*"
_PASSWORDS: Final = ("password", "passwd", "pass", "pwd", "secret", "passphrase")
_INSTEAD: Final = (
    "Remove it and change that password; name an environment variable in password_env, use the system keyring, or wait "
    "to be asked."
)


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


class AddressBook:
    """connections.yaml: who is who, and where what the worksheets name is reached. Names compare without case."""

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
        return found if found.account.user else replace(found, account=self.account(account))

    def sql(self, server: str, account: str = "sql-admin") -> SqlEndpoint:
        """How to reach ``fqdn`` or ``fqdn\\instance``; the role's user where the file names none."""
        found = self._sql.get(_instance_key(server), SqlEndpoint(server))
        return found if found.account.user else replace(found, account=self.account(account))

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


def read(path: Path, problems: Problems, *, shown: str | None = None) -> AddressBook:
    """The address book of a connections.yaml; defaults (production) where there is no such file."""
    if not path.exists():
        return AddressBook()
    node = load(path, problems, shown=shown)
    return _Reader(path.parent, problems).book(node) if node else AddressBook()


class _Reader:
    """Walks one connections.yaml."""

    def __init__(self, folder: Path, problems: Problems) -> None:
        self.folder = folder
        self.problems = problems

    def book(self, node: Node) -> AddressBook:
        top = self.fields(node, "connections.yaml")
        environment = Environment()
        named = top.mapping("environment")
        if named:
            environment = Environment(named.text("kind", "production", pattern=_WORD), named.text("id"))
            named.done()
        accounts = {name: self.account(f) for name, f in self.each(top, "accounts", self.role)}
        given = top.mapping("defaults")
        defaults = self.defaults(given) if given else Endpoint()
        hosts = {name: self.host(name, f, defaults) for name, f in self.each(top, "hosts", self.host_name)}
        sql = {name: self.instance(name, f) for name, f in self.each(top, "sql", self.instance_name)}
        shares = self.shares(top)
        top.done()
        return AddressBook(environment, accounts, defaults, hosts, sql, shares)

    def fields(self, node: Node, what: str) -> Fields:
        return self.guard(Fields(node, self.problems, what))

    def guard(self, fields: Fields) -> Fields:
        """Names every password written into the file, without repeating it."""
        for key in fields.keys:
            if key.lower() in _PASSWORDS:
                fields.get(key)
                self.problems.add(fields.where(key), key, "passwords are never in this file", _INSTEAD)
        return fields

    def each(self, top: Fields, key: str, check: Callable[[str], tuple[str, str] | None]) -> list[tuple[str, Fields]]:
        """Entries of a section by their own names, each name checked; null stands for an entry without keys."""
        section = top.mapping(key)
        found: dict[str, tuple[str, Fields]] = {}
        for name in section.keys if section else ():
            if section is None:
                continue
            where = section.where(name)
            wrong = check(name)
            if wrong:
                self.problems.add(where, name, *wrong)
            if name.lower() in found:
                self.problems.add(where, name, "stands here twice, in another case", "Keep one of the two.")
            entry = section.get(name) or Node({}, where, keys={})
            found[name.lower()] = (name, self.fields(entry, name))
        return list(found.values())

    def role(self, name: str) -> tuple[str, str] | None:
        return None if name in ROLES else ("is not an account role", did_you_mean(name, ROLES))

    def host_name(self, name: str) -> tuple[str, str] | None:
        return None if _HOST.fullmatch(name) else ("is not a host name", "Write the FQDN that the worksheets use.")

    def instance_name(self, name: str) -> tuple[str, str] | None:
        host, slash, instance = name.partition("\\")
        if _HOST.fullmatch(host) and (bool(instance) == bool(slash)) and "\\" not in instance:
            return None
        return "is not a SQL Server instance", "Write fqdn\\instance, or the FQDN alone for the default instance."

    def account(self, fields: Fields) -> Account:
        found = Account(fields.text("user", required=True), fields.text("password_env", pattern=_VARIABLE))
        fields.done()
        return found

    def verify(self, fields: Fields, default: bool | str) -> bool | str:
        node = fields.get("verify")
        if node is None:
            return default
        if isinstance(node.value, bool):
            return node.value
        text = fields.text("verify")
        return str(self.folder / Path(text).expanduser()) if text else default

    def file(self, fields: Fields, key: str, default: str | None) -> str | None:
        text = fields.text(key)
        return str(self.folder / Path(text).expanduser()) if text else default

    def port(self, fields: Fields) -> int | None:
        return int(fields.number("port", 0, least=1, most=65535)) or None

    def seconds(self, fields: Fields, key: str, default: float) -> float:
        return fields.number(key, default, least=1, most=3600)

    def auth(self, fields: Fields, default: Auth) -> Auth:
        named = fields.text("auth", choices=AUTHS)
        return next((auth for auth in AUTHS if auth == named), default)

    def defaults(self, fields: Fields) -> Endpoint:
        found = self.transport(self.guard(fields), Endpoint())
        fields.done()
        return found

    def transport(self, fields: Fields, base: Endpoint) -> Endpoint:
        ssl = fields.flag("ssl", base.ssl)
        port = self.port(fields)
        if port is None:
            port = base.port if ssl == base.ssl else (TLS_PORT if ssl else PORT)
        return replace(
            base,
            port=port,
            ssl=ssl,
            verify=self.verify(fields, base.verify),
            auth=self.auth(fields, base.auth),
            delegate=fields.flag("delegate", base.delegate),
            cert=self.file(fields, "cert", base.cert),
            key=self.file(fields, "key", base.key),
            connect_timeout=self.seconds(fields, "connect_timeout", base.connect_timeout),
            operation_timeout=self.seconds(fields, "operation_timeout", base.operation_timeout),
        )

    def host(self, name: str, fields: Fields, defaults: Endpoint) -> Endpoint:
        found = replace(
            self.transport(fields, defaults),
            address=fields.text("address"),
            account=Account(fields.text("user"), fields.text("password_env", pattern=_VARIABLE)),
        )
        where = fields.where("auth")
        if found.auth == "basic" and not found.ssl and not is_loopback(found.address or name):
            self.problems.add(
                where, "auth", f"basic without ssl would send the password to {name} in clear text",
                "Set ssl: true, or another auth.",
            )  # fmt: skip
        if found.auth == "certificate" and not (found.cert and found.ssl):
            self.problems.add(where, "auth", "certificate needs ssl: true and cert", "Add what is missing.")
        if found.account.password_env and not found.account.user:
            self.problems.add(
                fields.where("password_env"), "password_env", "stands here without a user", "Add user beside it."
            )
        fields.done()
        return found

    def instance(self, name: str, fields: Fields) -> SqlEndpoint:
        auth: SqlAuth = "sql" if fields.text("auth", "windows", choices=("windows", "sql")) == "sql" else "windows"
        found = SqlEndpoint(
            name,
            fields.text("address"),
            self.port(fields),
            auth,
            fields.flag("encrypt", True),
            self.verify(fields, True),
            fields.text("driver"),
            Account(fields.text("user"), fields.text("password_env", pattern=_VARIABLE)),
        )
        if auth == "windows" and found.account.user:
            self.problems.add(
                fields.where("user"), "user", "is not used with auth: windows",
                "Leave it out: Windows authentication signs in as whoever runs this program; or set auth: sql.",
            )  # fmt: skip
        fields.done()
        return found

    def shares(self, top: Fields) -> dict[str, Path]:
        found: dict[str, Path] = {}
        section = top.mapping("shares")
        for unc in section.keys if section else ():
            if section is None:
                continue
            if not _UNC.fullmatch(unc):
                self.problems.add(
                    section.where(unc), unc, "is not a UNC path",
                    "Write \\\\server\\share without quotes or in single quotes.",
                )  # fmt: skip
            text = section.text(unc, required=True)
            if text:
                found[unc] = self.folder / Path(text).expanduser()
        if section:
            section.done()
        return found


@dataclass
class _Known:
    """What is known of one user's password; the lock is held while one that no host has accepted is tried."""

    lock: Any = field(default_factory=threading.Lock)
    secret: Secret | None = None
    proven: bool = False
    doubted: bool = False
    refused: list[Secret] = field(default_factory=list)


class Passwords:
    """Passwords of users, in memory only: from the named environment variable, the keyring, or a person.

    A password that no host has accepted yet is tried on one host at a time while the others wait, and one that was
    refused is never sent again: a wrong password goes to one host, not to all, so that no account is locked out.
    """

    def __init__(
        self,
        ask: Ask = lambda _: None,
        *,
        environment: Callable[[str], Secret | None] = from_environment,
        keyring: Callable[[str], Secret | None] = from_keyring,
        on_secret: Callable[[Secret], None] = lambda _: None,
    ) -> None:
        self._ask = ask
        self._environment = environment
        self._keyring = keyring
        self._on_secret = on_secret
        self._users: dict[str, _Known] = {}
        self._guard = threading.Lock()

    def use(self, account: Account, attempt: Callable[[Credentials], T]) -> T:
        """What ``attempt`` returns with the account's credentials.

        An attempt that raises :class:`Denied` is repeated with the next source's password until none is left; then the
        refusal is passed on. Other errors are passed on at once and say nothing about the password.
        """
        if not account.user:
            return attempt(Credentials(None, None))
        known = self._known(account.user)
        secret = self._proven(known)
        if secret is None:
            with known.lock:
                secret = self._proven(known)
                if secret is None:
                    return self._prove(account, known, attempt)
        try:
            return attempt(Credentials(account.user, secret))
        except Denied:
            # One host may refuse a good account: only where it is refused again, alone, is the password dropped.
            known.doubted = True
            raise

    def quiet(self) -> Passwords:
        """The same passwords; nobody is asked for one that is not at hand."""
        twin = copy.copy(self)
        twin._ask = lambda _: None
        return twin

    @staticmethod
    def _proven(known: _Known) -> Secret | None:
        return known.secret if known.proven and not known.doubted else None

    def forget(self, user: str) -> None:
        """Drop all that is known of a user's password, refusals as well: after it was changed or unlocked."""
        with self._guard:
            self._users.pop(user.lower(), None)

    def _known(self, user: str) -> _Known:
        with self._guard:
            return self._users.setdefault(user.lower(), _Known())

    def _prove(self, account: Account, known: _Known, attempt: Callable[[Credentials], T]) -> T:
        denied: Denied | None = None
        while True:
            secret = known.secret or self._next(account, known)
            if secret is None:
                raise denied or Denied(
                    f"no password for {account.user}"
                    + (" that was not refused already" if known.refused else " is at hand"),
                    "Put it into the system keyring under lync-wizard, name a variable in password_env, or run where "
                    "you can be asked.",
                )
            known.secret = secret
            self._on_secret(secret)
            try:
                result = attempt(Credentials(account.user, secret))
            except Denied as error:
                denied = error
                known.refused.append(secret)
                known.secret, known.proven, known.doubted = None, False, False
                continue
            known.proven, known.doubted = True, False
            return result

    def _next(self, account: Account, known: _Known) -> Secret | None:
        """The next password not yet refused; a person who repeats a refused one counts as not answering."""
        sources: list[Callable[[], Secret | None]] = [
            lambda: self._environment(account.password_env) if account.password_env else None,
            lambda: self._keyring(account.user),
            lambda: self._ask(account.user),
        ]
        for source in sources:
            secret = source()
            if secret is not None and secret not in known.refused:
                return secret
        return None
