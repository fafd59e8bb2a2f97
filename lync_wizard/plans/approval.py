"""Who approves a plan before it runs: its starter, and where the plan sheet asks for it, a second person."""

from __future__ import annotations

import unicodedata
from typing import Final

from lync_wizard.core.errors import Refused
from lync_wizard.plans.model import Plan
from lync_wizard.worksheets import Entries

CELL: Final = "plan/approval/two-person"
QUESTION: Final = "Second person, who has read this plan and approves it"


def needed(entries: Entries, plan: Plan) -> bool:
    """Whether a second person has to approve: the plan sheet says so, and something is restored (backups read only)."""
    backs_up = bool(plan.backup_set) and plan.backup_at is None
    return not backs_up and entries.text(CELL) not in {"", "false"}


def second(name: str, starter: str) -> str:
    """The second person's name as it is recorded. Raises :class:`Refused` where it is empty or the starter's own."""
    shown = " ".join(name.split())
    if not shown:
        raise Refused(
            "this plan needs a second person's approval, and no name was given",
            "Have somebody other than the starter read the plan and type their name; unattended: --second NAME.",
        )
    if _person(shown) == _person(starter):
        raise Refused(
            f"{shown} starts this run and cannot be the second person as well",
            "Have somebody else read the plan and type their own name.",
        )
    return shown


def _person(name: str) -> str:
    """A name for comparing: without case, white space, and the domain before or behind an account."""
    text = "".join(unicodedata.normalize("NFKC", name).casefold().split())
    return text.rpartition("\\")[2].partition("@")[0] or text
