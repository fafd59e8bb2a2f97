"""What a restore test found: of each file whether it was restored in the test, and why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from lync_wizard.backup.verification_log import Fault
from lync_wizard.core.timestamps import local_text, utc
from lync_wizard.core.wrapping import counted

Outcome = Literal["restored", "not tested", "failed"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("restored", "not tested", "failed")
_CALLED: Final = {
    "Configuration": ("configuration", ""),
    "Locations": ("export of locations", "exports of locations"),
    "UserData": ("export of user data", "exports of user data"),
    "Rgs": ("export of Response Groups", "exports of Response Groups"),
    "PersistentChat": ("export of Persistent Chat", "exports of Persistent Chat"),
    "Sql": ("SQL Server backup", ""),
    "FileStore": ("file of file stores", "files of file stores"),
    "Audio": ("audio file", ""),
}
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
    has what could not be restored, by name; ``untested`` what was not tried, each with why, files of file stores last,
    and ``untested_kinds`` how many of each kind that are.
    """

    manifest: str
    at: datetime
    by: str
    product: str
    procedures: tuple[str, ...]
    files: int
    restored: int
    failed: tuple[Fault, ...] = ()
    untested: tuple[Fault, ...] = ()
    untested_kinds: Mapping[str, int] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return self.restored > 0 and not self.failed

    @property
    def text(self) -> str:
        """``restore-tested DATE (N of M files; not tested: …)``, or that it failed."""
        word = "restore-tested" if self.passed else "restore test FAILED"
        left = f"; not tested: {self.gaps}" if self.gaps else ""
        return f"{word} {local_text(self.at)} ({self.restored} of {counted(self.files, 'file')}{left})"

    @property
    def gaps(self) -> str:
        """What was not tested, counted by kind; empty where everything was, and of a test that did not record it."""
        return ", ".join(
            counted(number, *_CALLED.get(kind, (f"file of {kind}", f"files of {kind}")))
            for kind, number in self.untested_kinds.items()
        )

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
            "not_tested": [str(fault) for fault in self.untested],
            "not_tested_kinds": dict(self.untested_kinds),
        }


def concluded(outcomes: Sequence[FileOutcome], *, manifest: str, at: datetime, by: str, product: str) -> RestoreTest:
    """The test that came to these outcomes; papers of the set, which are for people, do not count."""
    counting = [one for one in outcomes if one.kind != "Paper"]
    left = sorted((one for one in counting if one.outcome == "not tested"), key=lambda one: one.kind == "FileStore")
    return RestoreTest(
        manifest=manifest,
        at=at,
        by=by,
        product=product,
        procedures=tuple(dict.fromkeys(one.by for one in outcomes if one.by)),
        files=len(counting),
        restored=sum(one.outcome == "restored" for one in counting),
        failed=tuple(Fault(one.path, one.why) for one in counting if one.outcome == "failed"),
        untested=tuple(Fault(one.path, one.why) for one in left),
        untested_kinds=dict(Counter(one.kind for one in left)),
    )
