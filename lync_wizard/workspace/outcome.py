"""What comes of a triage: the advice, failover and restore side by side, what works meanwhile, who serves whom now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from lync_wizard.backup.retention import set_records
from lync_wizard.core import timestamps
from lync_wizard.core.errors import WizardError
from lync_wizard.core.wrapping import paragraph
from lync_wizard.failover import targets
from lync_wizard.triage import Advice, SurveyResult
from lync_wizard.triage.from_worksheets import KINDS
from lync_wizard.triage.meanwhile import Meanwhile, meanwhile
from lync_wizard.triage.pairing import Standing, standings
from lync_wizard.triage.ways import Saved, Way, ways
from lync_wizard.workspace.workspace import Workspace

_INTERVAL: Final = "deployment-facts/backup-service/interval"
_CHAT_OVER: Final = "failedover"


@dataclass(frozen=True)
class Outcome:
    """The advice with what belongs beside it; ``now`` are sentences about pools that are failed over, or may be."""

    advice: Advice
    ways: tuple[Way, ...] = ()
    meanwhile: Meanwhile = field(default_factory=Meanwhile)
    now: tuple[str, ...] = ()
    failed_over: tuple[str, ...] = ()

    def to_data(self) -> dict[str, Any]:
        """What the JSON of triage says beside procedure and answers."""
        return {
            "lost": self.advice.lost,
            "then": self.advice.then,
            "ways": [way.to_data() for way in self.ways],
            "meanwhile": self.meanwhile.to_data(),
            "failed_over": list(self.failed_over),
            "now": list(self.now),
        }

    def lines(self) -> list[str]:
        """The same for a plain terminal, wrapped."""
        found = [line for text in self.now for line in paragraph(text, "  Now     ")]
        for way in self.ways:
            found.append(f"  {way.name.capitalize()}{' (advised)' if way.taken else ''}")
            found += _rows(way.rows())
        for stage in self.meanwhile.stages:
            found.append(f"  {stage.name[0].upper()}{stage.name[1:]}")
            found += _rows(stage.rows())
        return found


def _rows(rows: Iterable[tuple[str, str]]) -> list[str]:
    return [line for word, text in rows for line in paragraph(text, f"    {word:<6}  ")]


def of(workspace: Workspace, answers: Mapping[str, str], advice: Advice) -> Outcome:
    """What belongs beside an advice; reads the backup location, raises nothing."""
    seen = workspace.background_survey.seen
    every = [one for one in standings(workspace.known, seen) if one.partner]
    failed = answers.get("failed", "")
    kinds = [one for one in every if one.pool.kind in KINDS.get(failed, (one.pool.kind,))]
    central = [one for one in kinds if workspace.known.hosts_cms(one.pool) == (answers.get("cms") == "yes")]
    kinds = central if central and "cms" in answers else kinds
    meant = [one for one in kinds if one.lost] or kinds
    sync = targets.sync(workspace.known.product, _interval(workspace, seen))
    beside = ways(advice, answers, workspace.proposed_answer, meant, sync, _saved(workspace))
    over = tuple(one.pool.fqdn for one in every if one.failed_over)
    now = (*_now(every, meant, answers, seen), *_chat_now(seen))
    return Outcome(advice, beside, meanwhile(answers), now, over)


def _interval(workspace: Workspace, seen: SurveyResult | None) -> timedelta | None:
    """As a host says it, else as recorded."""
    if seen and seen.interval:
        return seen.interval
    return timestamps.span_of(workspace.entries.text(_INTERVAL))


def _now(
    every: Sequence[Standing], meant: Sequence[Standing], answers: Mapping[str, str], seen: SurveyResult | None
) -> Iterator[str]:
    where = f"on {seen.host}" if seen and seen.host else ""
    for one in every:
        if one.failed_over:
            yield (
                f"{one.pool.fqdn} is failed over to {one.partner} (PoolState {one.state} {where}). The check "
                "not-failed-over blocks what imports user data or Response Groups into it; its rebuild goes on "
                "without, and pool-failback is the way back."
            )
        elif one.under_way:
            yield (
                f"a failover of {one.pool.fqdn} was begun (PoolState {one.state} {where}). Where nothing runs it was "
                "interrupted: pool-failover once more."
            )
        elif not one.state and one in meant and answers.get("gate") not in {"unpaired", None}:
            yield f"whether {one.pool.fqdn} is failed over to {one.partner} is not known: no host said its PoolState."


def _chat_now(seen: SurveyResult | None) -> Iterator[str]:
    """Which stretched Persistent Chat pool is failed over, or half of it: each server has a state of its own."""
    if seen is None:
        return
    for pool, states in seen.chat_states.items():
        over = [state for state in states if state.lower() == _CHAT_OVER]
        if len(over) == len(states):
            yield (
                f"Persistent Chat of {pool} is failed over (PoolState {over[0]} on {seen.host}); pchat-failback is the "
                "way back, when the first site works again."
            )
        elif over:
            yield (
                f"{len(over)} of {len(states)} servers of {pool} are failed over ({seen.host}): a failover or failback "
                "of Persistent Chat was begun and not ended. Go on with that run."
            )


def _saved(workspace: Workspace) -> Saved:
    root = workspace.backup_root
    if root is None:
        return Saved(why="no backup location is recorded")
    try:
        sets = set_records(root, workspace.ledger, workspace.deployment)
    except WizardError as error:
        return Saved(why=error.summary)
    now = timestamps.now()
    newest = next((one for one in sets if one.sound and one.made_at <= now), None)
    if newest is None:
        return Saved(why="no set was ever verified here as complete and intact")
    return Saved(newest.name, now - newest.as_of)
