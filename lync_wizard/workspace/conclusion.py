"""How a run ended: the value that a session gives to whoever shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lync_wizard.runs.report import Report
from lync_wizard.workspace.backup_job import BackupResult

End = Literal["finished", "incomplete", "paused"]


@dataclass(frozen=True)
class Conclusion:
    """How a run ended: its report, the backup set where it made one, and the command that goes on where it paused."""

    run: str
    end: End
    report: Report
    backup: BackupResult | None
    resume: str

    @property
    def exit_code(self) -> int:
        """0 everything done, 1 steps left out or a set that is not sound, 130 paused."""
        if self.backup is not None:
            return self.backup.exit_code
        return {"finished": 0, "incomplete": 1, "paused": 130}[self.end]
