"""connections.yaml: how hosts are reached where that differs from the defaults; read with every problem at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from lync_wizard.core.yaml_document import Fields, Node, Problems, did_you_mean, load
from lync_wizard.hosts.addresses import (
    AUTHS,
    PORT,
    ROLES,
    TLS_PORT,
    Account,
    AddressBook,
    Auth,
    Endpoint,
    Environment,
    SqlAuth,
    SqlEndpoint,
    is_loopback,
)

_WORD: Final = "[a-z][a-z0-9-]*"
_HOST: Final = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?")
_UNC: Final = re.compile(r"\\\\[^\\/\s][^\\/]*(\\[^\\/]+)+\\?")
_VARIABLE: Final = "[A-Za-z_][A-Za-z0-9_]*"
_PASSWORDS: Final = ("password", "passwd", "pass", "pwd", "secret", "passphrase")
_INSTEAD: Final = (
    "Remove it and change that password; name an environment variable in password_env, use the system keyring, or wait "
    "to be asked."
)


def read(path: Path, problems: Problems, *, shown: str | None = None) -> AddressBook:
    """The address book of a connections.yaml; defaults (production) where there is no such file."""
    try:
        path.lstat()
    except FileNotFoundError:
        return AddressBook()
    except (OSError, ValueError):
        # Told by the attempt to read it: what may not be looked at is not the same as what is not there.
        pass
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
                self.problems.add(where, name, "is here twice, in another case", "Keep one of the two.")
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
                fields.where("password_env"), "password_env", "is here without a user", "Add user beside it."
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
