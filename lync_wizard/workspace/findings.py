"""What the checks of one run session found last, and what somebody accepted of it."""

from __future__ import annotations

import threading
from typing import Final

from lync_wizard.checks import Finding
from lync_wizard.core.errors import Refused

ACCEPTABLE: Final = frozenset({"caution", "unknown"})


class Findings:
    """Findings by (check, host), with the reasons of those that were accepted. Any thread may call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[tuple[str, str], Finding] = {}
        self._accepted: dict[tuple[str, str], str] = {}

    def all(self) -> list[Finding]:
        """In the order of their first answers."""
        with self._lock:
            return list(self._found.values())

    def accepted(self) -> dict[tuple[str, str], str]:
        """The reasons by (check, host)."""
        with self._lock:
            return dict(self._accepted)

    def note(self, finding: Finding) -> None:
        """Take what a check says now; where it says something else than before, its acceptance falls."""
        with self._lock:
            before = self._found.get(finding.key)
            if before is not None and before.message != finding.message:
                # An acceptance holds for what was read then, not for whatever the check says now.
                self._accepted.pop(finding.key, None)
            self._found[finding.key] = finding

    def drop(self, key: tuple[str, str]) -> None:
        """Forget what a check said that may find nothing now."""
        with self._lock:
            self._found.pop(key, None)

    def accept(self, finding: Finding, reason: str) -> None:
        """Accept a caution or an unknown. Raises :class:`Refused` for any other finding and for an empty reason."""
        if finding.status not in ACCEPTABLE:
            raise Refused(f"{finding.check} is {finding.status} and cannot be accepted", "Fix it, then check again.")
        if not reason.strip():
            raise Refused(f"{finding.check} is accepted with a reason only", "Write why it is acceptable.")
        with self._lock:
            self._accepted[finding.key] = reason
