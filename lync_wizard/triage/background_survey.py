"""Has the hosts asked what is left while something else goes on, and keeps what they said last."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from lync_wizard.deployment import Deployment
from lync_wizard.hosts import Connect
from lync_wizard.hosts.addresses import AddressBook
from lync_wizard.triage import SurveyResult

Told = Callable[[SurveyResult], object]


@dataclass(frozen=True)
class Progress:
    """How the asking stands: in a line, whether a password is wanting, whether no more is to come."""

    text: str = ""
    locked: bool = False
    over: bool = False


def progress(seen: SurveyResult | None) -> Progress:
    """The line for what was seen so far."""
    return Progress(seen.said, seen.locked, seen.over) if seen else Progress("being queried …")


@dataclass
class BackgroundSurvey:
    """Keeps what was seen last; looking happens in a thread of its own that nobody has to wait for.

    ``quiet`` opens sessions without asking anybody for a password, ``connect`` may ask. ``agreed``: whether a person
    has agreed to sign in to a host.
    """

    book: AddressBook
    connect: Connect
    quiet: Connect
    agreed: Callable[[str], bool] = lambda _: True
    seen: SurveyResult | None = None
    _looking: threading.Thread | None = None
    _over: threading.Event = field(default_factory=threading.Event)

    def begin(self, deployment: Deployment, told: Told, *, asking: bool = False) -> None:
        """Look now; ``told`` hears what is seen whenever it is more (from that thread), ``over`` the last time.

        ``asking``: a person may be asked for a password.
        """
        over = self._over = threading.Event()
        if not asking:
            self.seen = None

        def tell(seen: SurveyResult) -> None:
            # Somebody has begun to look again: what this look sees is older than what that one will.
            if self._over is over:
                self.seen = seen
                told(seen)

        def work() -> None:
            # Imported here: whoever only opens the guide needs none of what reading topologies takes.
            from lync_wizard.triage import survey

            connect = self.connect if asking else self.quiet
            try:
                survey.survey(deployment, self.book, connect, self.quiet, tell, asking=asking, agreed=self.agreed)
            finally:
                over.set()

        self._looking = threading.Thread(target=work, name="lookout", daemon=True)
        self._looking.start()

    def wait(self, seconds: float | None = None) -> bool:
        """Whether the look begun last is over, at the latest after that time."""
        return self._looking is None or self._over.wait(seconds)
