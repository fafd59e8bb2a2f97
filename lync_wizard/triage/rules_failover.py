"""The rows of the tables that lead to a failover: the partner runs, a mirror is left, or a second site is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lync_wizard.triage.rule import (
    DISASTER,
    HALF_HOUR,
    INTACT,
    LAST_TRANSACTIONS,
    MIRRORED,
    NOTHING,
    PAIRED,
    Rule,
    rule_of,
)

STORE_FIRST: Final = (
    "cms-failover comes first, its steps open this plan: the Central Management store, then the next hop of Edge "
    "pools, then the users."
)
_LOST: Final[tuple[Mapping[str, str], ...]] = (
    {"failed": "standard-edition front-ends front-end-pool"},
    {"failed": "back-end", "mirror": "none"},
    {"failed": "back-end", "mirror": MIRRORED, "side": "both primary-and-witness mirror-and-witness"},
)
"""The losses of a paired pool after which it serves nobody, or only in part."""

FAILOVERS: Final[tuple[Rule, ...]] = (
    *(
        rule_of(
            table,
            {"gate": gate, "cms": cms, **lost},
            "pool-failover",
            "The partner can take over: service is back in half an hour, without a restore.",
            HALF_HOUR,
            DISASTER,
            STORE_FIRST if cms == "yes" else "",
            then,
        )
        for gate, table, then in (
            ("paired-returns", "A1", "pool-failback, as soon as the pool works again."),
            (
                "paired-lost",
                "A2",
                "abc-failover puts a new pool in its place; or rebuild this one (Q1: the partner serves).",
            ),
        )
        for cms in ("no", "yes")
        for lost in _LOST
    ),
    rule_of(
        "F1",
        {"gate": "failback"},
        "pool-failback",
        "The pool works again: its users come home, with what they changed at the partner.",
        NOTHING,
        first="Import nothing into it: the partner has newer data, and the check not-failed-over blocks it.",
        then="edge-failback, rgs-dr, announce-dr and callpark-dr take back what was failed over beside the users.",
    ),
    *(
        rule_of(
            "F2",
            {"gate": PAIRED, "failed": "back-end", "cms": cms, "mirror": MIRRORED, "side": "primary"},
            "mirror-failover",
            "The mirror is left: the pool serves its users itself as soon as its databases are failed over to it. With "
            "a witness that has happened by itself; the first step shows it.",
            LAST_TRANSACTIONS,
            {**INTACT, "principal": "mirror", "old-principal": "gone"},
            then="pool-failover, if the mirror does not come into service. restore-primary rebuilds the lost side."
            if cms == "no"
            else "pool-failover, if the mirror does not come into service. restore-cms rebuilds both sides from it.",
        )
        for cms in ("no", "yes")
    ),
    rule_of(
        "F3",
        {"gate": PAIRED, "failed": "back-end", "mirror": MIRRORED, "side": "mirror"},
        "restore-mirror",
        "The primary works and serves: nothing is failed over, only its mirror is re-created.",
        NOTHING,
        INTACT,
    ),
    rule_of(
        "F4",
        {"failed": "chat-site"},
        "pchat-failover",
        "The second site holds the database by log shipping; it is brought into service there.",
        "Rooms and messages since the last log that was shipped; nothing of the compliance database is carried over.",
        INTACT,
        then="pchat-failback, when the first site works again.",
    ),
)
