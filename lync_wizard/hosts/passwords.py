"""Passwords of users, in memory only, and how a wrong one is kept from locking an account out."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from lync_wizard.core.errors import Denied
from lync_wizard.core.secret import AskPassword, Secret, from_environment, from_keyring
from lync_wizard.hosts.addresses import Account, Credentials

T = TypeVar("T")
_WHERE: Final = (
    "Put it into the system keyring under lync-wizard, name a variable in password_env, or run where you can be asked."
)


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
        ask: AskPassword = lambda _: None,
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

    def given(self, account: Account) -> Secret:
        """The password of an account that signs in nowhere by itself: a command hands it to a host.

        Raises :class:`Denied` where nobody has one.
        """
        known = self._known(account.user)
        with known.lock:
            secret = known.secret or self._next(account, known)
            if secret is None:
                raise Denied(f"no password for {account.user} is available", _WHERE)
            known.secret = secret
        self._on_secret(secret)
        return secret

    def forget(self, account: Account) -> None:
        """Ask for the password anew next time: the command that was given it did not succeed."""
        known = self._known(account.user)
        with known.lock:
            if not known.proven:
                known.secret = None

    def quiet(self) -> Passwords:
        """The same passwords; nobody is asked for one that is not at hand."""
        twin = copy.copy(self)
        twin._ask = lambda _: None
        return twin

    @staticmethod
    def _proven(known: _Known) -> Secret | None:
        return known.secret if known.proven and not known.doubted else None

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
                    + (" that was not refused already" if known.refused else " is available"),
                    _WHERE,
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
