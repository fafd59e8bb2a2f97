"""Secrets that never show themselves, and the redactor for text that comes back from hosts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Final, NoReturn

from lync_wizard.core.errors import Refused
from lync_wizard.core.secret_forms import forms

MASK: Final = "********"
SHORTEST: Final = 4
"""Characters of a password; a shorter one would be found in every text."""


class Secret:
    """A password in memory: masked wherever it is shown, compared by identity of value, revealed only by name."""

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """The value itself; call it only in the expression that hands it to a transport."""
        return self.__value

    def __str__(self) -> str:
        return MASK

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.reveal() == self.__value

    def __hash__(self) -> int:
        return hash(self.__value)

    def __bool__(self) -> bool:
        return bool(self.__value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")


class Redactor:
    """Replaces every known secret in text, in every form of :mod:`core.secret_forms`; longest first, so that no secret
    leaves a recognisable rest.
    """

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self._values: list[str] = []
        for secret in secrets:
            self.add(secret)

    def add(self, secret: Secret) -> None:
        """Know one more secret; empty ones are ignored.

        Raises :class:`Refused` for one so short that it stands in texts by chance: it is not to be used.
        """
        value = secret.reveal()
        if value and len(value) < SHORTEST:
            raise Refused(
                f"a password of fewer than {SHORTEST} characters is not used: it could not be kept out of journals",
                "Give the account a longer password, or name another account in connections.yaml.",
            )
        if value and value not in self._values:
            self._values = sorted({*self._values, *forms(value)}, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        for value in self._values:
            if value in text:
                text = text.replace(value, MASK)
        return text


def from_environment(variable: str) -> Secret | None:
    """The secret in an environment variable, or None where it is unset or empty."""
    value = os.environ.get(variable)
    return Secret(value) if value else None


def from_keyring(user: str) -> Secret | None:
    """The secret the system's keyring holds for ``user`` under ``lync-wizard``, or None."""
    # Imported here: the first frame and every help do without it.
    import keyring
    from keyring.errors import KeyringError

    try:
        value = keyring.get_password("lync-wizard", user)
    except KeyringError:
        return None
    return Secret(value) if value else None


AskPassword = Callable[[str], Secret | None]
"""Asks a person for the password of a user; None when nobody answers."""
