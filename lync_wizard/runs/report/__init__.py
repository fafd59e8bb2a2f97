"""What a run amounted to, read from its journal: one value, and one wording of it for terminal, screen and paper."""

from lync_wizard.runs.report.account import Ending, Report, ReportLine, StepOutcome, from_events, of
from lync_wizard.runs.report.checked import Checked
from lync_wizard.runs.report.text import render_text
from lync_wizard.runs.report.words import duration, host_met, in_all, standing, usually, words_of

__all__ = [
    "Checked",
    "Ending",
    "Report",
    "ReportLine",
    "StepOutcome",
    "duration",
    "from_events",
    "host_met",
    "in_all",
    "of",
    "render_text",
    "standing",
    "usually",
    "words_of",
]  # fmt: skip
