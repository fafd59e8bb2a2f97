"""A failover and a restore side by side: what each takes, and what each loses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal

from lync_wizard.failover import targets
from lync_wizard.triage import next_step
from lync_wizard.triage.pairing import Standing
from lync_wizard.triage.questions import ProposedAnswer
from lync_wizard.triage.rule import LAST_TRANSACTIONS, NOTHING, PAIRED, Advice

Known = Callable[[str, Mapping[str, str]], ProposedAnswer | None]
"""What is known about a question after some answers."""

_FAILOVERS: Final = (
    "pool-failover", "cms-failover", "mirror-failover", "pchat-failover", "conf-content",
    "edge-federation-failover", "edge-xmpp-failover",
)  # fmt: skip
_INSTEAD: Final = {
    "pchat-failover": "restore-pchat",
    "edge-federation-failover": "restore-pool",
    "edge-xmpp-failover": "restore-pool",
}
"""What restores the same loss, where the answers of triage lead to a failover whatever is said about pairing."""
_HOUR: Final = 3600


@dataclass(frozen=True)
class Saved:
    """The newest verified backup set; ``why`` says why there is none."""

    name: str = ""
    age: timedelta | None = None
    why: str = ""

    @property
    def loss(self) -> str:
        """What a restore from it loses."""
        if self.age is None:
            return f"everything since the last backup; {self.why}"
        seconds = self.age.total_seconds()
        old = f"{seconds / 60:.0f} min" if seconds < _HOUR else f"{seconds / _HOUR:.0f} h"
        return f"what changed in the {old} since the newest verified set ({self.name})"


@dataclass(frozen=True)
class Way:
    """One of the two: its procedures (more than one where more answers decide), what it loses, what speaks of it.

    ``taken``: the advice is this one.
    """

    name: Literal["failover", "restore"]
    procedures: tuple[str, ...]
    loses: str
    remark: str = ""
    taken: bool = False

    @property
    def text(self) -> str:
        """Which procedures, in words."""
        return " or ".join(self.procedures) or "none is covered"

    def rows(self) -> list[tuple[str, str]]:
        found = (("with", self.text), ("loses", self.loses), ("but" if self.name == "restore" else "now", self.remark))
        return [(word, text) for word, text in found if text]

    def to_data(self) -> dict[str, Any]:
        return {
            "way": self.name,
            "procedures": list(self.procedures),
            "loses": self.loses,
            "remark": self.remark,
            "advised": self.taken,
        }


def ways(
    advice: Advice,
    answers: Mapping[str, str],
    known: Known,
    pairs: Sequence[Standing],
    sync: targets.Sync,
    saved: Saved,
) -> tuple[Way, ...]:
    """Failover and restore, in that order; nothing where there is only one of them.

    ``pairs`` are the pools that may be meant, ``known`` what triage would propose for what has not been asked.
    """
    runs = "; ".join(dict.fromkeys(one.partner_said for one in pairs if one.partner))
    if advice.procedure in _FAILOVERS:
        instead = _INSTEAD.get(advice.procedure)
        remark = "" if instead else runs
        failover = Way("failover", (advice.procedure,), _failover_loss(advice, sync), remark, taken=True)
        if instead:
            return failover, Way("restore", (instead,), advice.lost if advice.lost == NOTHING else saved.loss)
        return failover, _restore(_ends({**answers, "gate": "partner-cannot"}, known), saved)
    if answers.get("gate") != "partner-cannot" or advice.procedure is None:
        return ()
    others = _ends({**answers, "gate": PAIRED.split()[1]}, known)
    failing = [one for one in others if one.procedure in _FAILOVERS]
    if not failing:
        return ()
    said = "; ".join(filter(None, ("you said that the partner cannot take over", runs)))
    names = tuple(dict.fromkeys(one.procedure or "" for one in failing))
    restore = _restore([advice], saved)
    return Way("failover", names, _failover_loss(failing[0], sync), said), Way(
        "restore", restore.procedures, restore.loses, restore.remark, taken=True
    )


def _restore(found: Sequence[Advice], saved: Saved) -> Way:
    names = tuple(dict.fromkeys(one.procedure for one in found if one.procedure))
    lost = list(dict.fromkeys(one.lost for one in found if one.procedure))
    small = all(text in {NOTHING, LAST_TRANSACTIONS} for text in lost)
    return Way(
        "restore", names, " ".join(lost) if small else saved.loss, "" if names else "the wizard covers no restore"
    )


def _failover_loss(advice: Advice, sync: targets.Sync) -> str:
    match advice.procedure:
        case "pool-failover":
            return f"what changed since the last sync: {sync.text}; by the target at most {sync.pool}"
        case "cms-failover":
            return f"configuration changed since the last sync: {sync.text}; by the target at most {sync.store}"
    return advice.lost


def _ends(answers: Mapping[str, str], known: Known) -> list[Advice]:
    """Every advice that the answers may lead to; what is known decides where it can."""
    return list(_leading(dict(answers), known))


def _leading(answers: dict[str, str], known: Known) -> Iterator[Advice]:
    step = next_step(answers)
    if isinstance(step, Advice):
        yield step
        return
    found = known(step.id, answers)
    offered = [option.id for option in step.options]
    for option in [found.answer] if found and found.answer in offered else offered:
        yield from _leading({**answers, step.id: option}, known)
