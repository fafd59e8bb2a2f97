"""What the checks found before a run, as its journal keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lync_wizard.runs.state import RunEvent


@dataclass(frozen=True)
class Checked:
    """One finding: its check and host, how it was judged, in what words, and what was asked and answered."""

    check: str
    host: str
    status: str
    message: str
    hint: str
    evidence: str

    @property
    def line(self) -> str:
        """The finding in one line; what to do stands in it where it is not well."""
        place = f"{self.check} {self.host}".strip()
        asked = f" [{self.evidence}]" if self.evidence else ""
        hint = f" {self.hint}" if self.hint and self.status != "ok" else ""
        return f"{self.status} {place}: {self.message}{asked}{hint}"

    def to_data(self) -> dict[str, Any]:
        return asdict(self)


def checked(events: Sequence[RunEvent]) -> tuple[Checked, ...]:
    """The findings with which the plan was approved; none in journals of earlier versions."""
    for event in events:
        if event.type == "plan_approved" and event.data.get("findings"):
            return tuple(_checked(item) for item in event.data["findings"])
    return ()


def own_procedures(events: Sequence[RunEvent]) -> tuple[str, ...]:
    """The shipped procedures in whose place the home had its own when the plan was approved."""
    for event in events:
        if event.type == "plan_approved" and isinstance(named := event.data.get("own_procedures"), list):
            return tuple(map(str, named))
    return ()


def _checked(item: dict[str, Any]) -> Checked:
    names = ("check", "host", "status", "message", "hint", "evidence")
    return Checked(*(str(item.get(name, "")) for name in names))
