"""A row of the triage tables, and the words that several rows share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from lync_wizard.triage.documented import Documented

Facts = Mapping[str, str]


@dataclass(frozen=True)
class Advice:
    """The procedure that fits, or None and why the combination is not covered.

    ``first`` is what to think of before it (failover, above all), ``then`` what follows it. ``facts`` go into the plan:
    ``user-store`` (lost, intact), ``failed-over`` (yes), ``begin-at``, ``up-to`` and ``only-step`` (step ids of the
    procedure), ``back-end`` (the procedure inside ``restore-pool``), ``lost-side``, ``witness``, ``edge``,
    ``features``. ``row`` names the row of the documentation's table. ``documented`` is the topic that goes on where the
    wizard does not.
    """

    procedure: str | None
    title: str
    why: str
    lost: str
    first: str = ""
    facts: Facts = field(default_factory=dict)
    then: str = ""
    row: str = ""
    documented: Documented | None = None


@dataclass(frozen=True)
class Rule:
    """Answers (question → options that fit; a question not named does not matter) and the advice they lead to."""

    table: str
    when: Mapping[str, frozenset[str]]
    advice: Advice

    def fits(self, question: str, option: str) -> bool:
        return question not in self.when or option in self.when[question]


PAIRED: Final = "paired-returns paired-lost"
REBUILD: Final = "unpaired partner-cannot partner-serves"
ANY_LOSS: Final = f"{REBUILD} {PAIRED}"
"""Every answer to the gate after which something is still lost."""
ONE_SIDE: Final = "primary mirror"
MIRRORED: Final = "no-witness witness"

TITLES: Final = {
    "pool-failover": "Fail the pool over to its partner",
    "pool-failback": "Fail the pool back",
    "mirror-failover": "Fail the databases of a Back End over to its mirror",
    "pchat-failover": "Fail Persistent Chat over to the second site",
    "cms-failover": "Fail the Central Management store over",
    "conf-content": "Bring conference content over from the partner",
    "restore-se": "Restore a Standard Edition server",
    "restore-cms": "Restore the server that hosts the Central Management store",
    "restore-backend": "Restore a Back End Server",
    "restore-primary": "Restore the primary of a mirrored Back End",
    "restore-mirror": "Restore the mirror of a mirrored Back End",
    "restore-witness": "Re-create the witness",
    "restore-member": "Restore a member server",
    "restore-pool": "Restore all servers of a pool",
    "restore-filestore": "Restore the file store",
    "restore-archmon": "Restore Archiving or Monitoring data",
    "restore-pchat": "Restore Persistent Chat data",
    "edge-federation-failover": "Move federation to another Edge pool",
    "edge-xmpp-failover": "Move XMPP federation to another Edge pool",
}

SINCE_BACKUP: Final = "User and conference data written since the backup."
CONFIGURATION: Final = "Configuration changed since the last export of it."
LAST_TRANSACTIONS: Final = "At most the last transactions the lost side had not passed on."
NOTHING: Final = "Nothing."
HALF_HOUR: Final = "At most the data of the last 30 minutes before the loss."

FIRST: Final = {
    "partner-cannot": "The pool is paired: if the partner can take over after all, begin with pool-failover.",
    "partner-serves": (
        "The partner serves the users: import no user data and no Response Groups, they would overwrite newer data; "
        "the check not-failed-over blocks it."
    ),
}
"""What a paired pool that is rebuilt nevertheless is told first."""
BACK: Final = {"partner-serves": "pool-failback moves the users back."}


def _when(answers: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    return MappingProxyType({question: frozenset(options.split()) for question, options in answers.items()})


def rule_of(
    table: str,
    when: Mapping[str, str],
    procedure: str | None,
    why: str,
    lost: str = NOTHING,
    facts: Facts | None = None,
    first: str = "",
    then: str = "",
    documented: Documented | None = None,
) -> Rule:
    title = TITLES[procedure] if procedure else "Not covered"
    when = {"gate": ANY_LOSS, **when}
    return Rule(table, _when(when), Advice(procedure, title, why, lost, first, facts or {}, then, table, documented))


def rebuilt(
    table: str,
    when: Mapping[str, str],
    procedure: str,
    why: str,
    lost: str,
    facts: Facts,
    first: str = "",
    then: str = "",
) -> tuple[Rule, ...]:
    """One row for each answer to the gate that leads to a rebuild of what stops a pool."""
    return tuple(
        rule_of(
            table,
            {"gate": gate, **when, "features": "recorded differs"},
            procedure,
            why,
            lost if gate != "partner-serves" else "Nothing of the users: the partner has their data.",
            facts,
            " ".join(filter(None, (FIRST.get(gate, ""), first))),
            " ".join(filter(None, (then, BACK.get(gate, "")))),
        )
        for gate in REBUILD.split()
    )


LOST: Final = {"user-store": "lost"}
INTACT: Final = {"user-store": "intact"}
DISASTER: Final = {"user-store": "intact", "mode": "disaster"}
"""What a failover after a loss is told: the pool is not asked, it is gone."""
