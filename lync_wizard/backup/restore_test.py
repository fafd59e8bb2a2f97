"""What a restore test found: of each file whether it was restored in the test, and why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from lync_wizard.backup.verification_log import Fault
from lync_wizard.core.timestamps import local_text, utc
from lync_wizard.core.wrapping import counted

Outcome = Literal["restored", "not tested", "failed"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("restored", "not tested", "failed")
LIMIT: Final = timedelta(days=31)
"""Age from which on `backup status` calls for the next restore test."""


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file of the set; ``by`` is the procedure and its target, ``why`` in words."""

    path: str
    kind: str
    of: str | None
    outcome: Outcome
    why: str = ""
    by: str = ""


@dataclass(frozen=True)
class RestoreTest:
    """A restore test as the home keeps it: of which manifest, when (UTC), by whom and by which version.

    ``files`` are those of the set that a restore can use, ``restored`` how many of them the test restored. ``failed``
    has what could not be restored, by name.
    """

    manifest: str
    at: datetime
    by: str
    product: str
    procedures: tuple[str, ...]
    files: int
    restored: int
    failed: tuple[Fault, ...] = ()

    @property
    def passed(self) -> bool:
        return self.restored > 0 and not self.failed

    @property
    def text(self) -> str:
        """``restore-tested DATE (N of M files)``, or that it failed."""
        word = "restore-tested" if self.passed else "restore test FAILED"
        return f"{word} {local_text(self.at)} ({self.restored} of {counted(self.files, 'file')})"

    def to_data(self) -> dict[str, Any]:
        """As JSON documents show it."""
        return {
            "at": utc(self.at),
            "by": self.by,
            "product": self.product,
            "manifest_sha256": self.manifest,
            "procedures": list(self.procedures),
            "passed": self.passed,
            "restored": self.restored,
            "files": self.files,
            "failed": [str(fault) for fault in self.failed],
        }


def concluded(outcomes: Sequence[FileOutcome], *, manifest: str, at: datetime, by: str, product: str) -> RestoreTest:
    """The test that came to these outcomes; papers of the set, which are for people, do not count."""
    counting = [one for one in outcomes if one.kind != "Paper"]
    return RestoreTest(
        manifest=manifest,
        at=at,
        by=by,
        product=product,
        procedures=tuple(dict.fromkeys(one.by for one in outcomes if one.by)),
        files=len(counting),
        restored=sum(one.outcome == "restored" for one in counting),
        failed=tuple(Fault(one.path, one.why) for one in counting if one.outcome == "failed"),
    )
