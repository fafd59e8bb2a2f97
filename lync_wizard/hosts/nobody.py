"""Sessions where nobody can be asked and nothing is at hand: every one is refused in words."""

from __future__ import annotations

from typing import Final

from lync_wizard.core.errors import Unreachable
from lync_wizard.core.secret import Secret
from lync_wizard.hosts import Session, Transport

_OPEN: Final = "Open the home with `lync-wizard`."


def connects(server: str, account: str, transport: Transport = "psrp") -> Session:
    """As :class:`lync_wizard.hosts.Connect`; always raises :class:`Unreachable`."""
    raise Unreachable(f"no {transport} session to {server} as {account} opens without a question", _OPEN)


def signs_in(server: str, user: str, _: Secret) -> Session:
    """As :class:`lync_wizard.hosts.SignIn`; always raises :class:`Unreachable`."""
    raise Unreachable(f"{user} cannot sign in to {server} from here", _OPEN)
