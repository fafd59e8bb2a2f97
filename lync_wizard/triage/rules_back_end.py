"""The rows about a Back End Server, and what refers to "the row that fits": pools, file stores and databases on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lync_wizard.triage.documented import FILE_STORE
from lync_wizard.triage.rule import (
    CONFIGURATION,
    INTACT,
    LAST_TRANSACTIONS,
    LOST,
    MIRRORED,
    NOTHING,
    SINCE_BACKUP,
    Facts,
    Rule,
    rule_of,
)


@dataclass(frozen=True)
class BackEnd:
    """A row of the tables about a Back End Server; pools and collocated databases refer to "the row that fits"."""

    table: str
    when: Mapping[str, str]
    procedure: str
    why: str
    lost: str
    facts: Facts
    first: str = ""
    then: str = ""


BOTH_BACK: Final = "Both sides are rebuilt, and mirrored again at the end."
RESCUE: Final = (
    "The topology can be published only where the Central Management database works: the mirror is brought into "
    "service, exported and saved first, then both sides are rebuilt from it."
)
FREE: Final = "wi-partner-off on the surviving server, with RESTORE … WITH RECOVERY where it was the mirror."

BACK_ENDS: Final = (
    BackEnd(
        "B3",
        {"cms": "yes", "mirror": "none"},
        "restore-cms",
        "The Central Management store comes before everything else on this server.",
        f"{SINCE_BACKUP} {CONFIGURATION}",
        LOST,
    ),
    BackEnd(
        "B4",
        {"cms": "yes", "mirror": MIRRORED, "side": "both"},
        "restore-cms",
        f"The Central Management store comes before everything else. {BOTH_BACK}",
        f"{SINCE_BACKUP} {CONFIGURATION}",
        LOST,
    ),
    BackEnd(
        "B5",
        {"cms": "yes", "mirror": MIRRORED, "side": "primary"},
        "restore-cms",
        RESCUE,
        f"{LAST_TRANSACTIONS} What users change after the rescue export.",
        {"user-store": "lost", "begin-at": "cms-rescue-failover"},
        first="Never wipe the surviving side before cms-rescue-proof is answered yes.",
    ),
    BackEnd(
        "B6",
        {"cms": "yes", "mirror": MIRRORED, "side": "mirror"},
        "restore-mirror",
        "The primary with the Central Management store works; only its mirror is re-created.",
        NOTHING,
        INTACT,
    ),
    BackEnd(
        "B7",
        {"cms": "no", "mirror": "none"},
        "restore-backend",
        "The databases of the pool are re-created and its user data imported.",
        SINCE_BACKUP,
        LOST,
    ),
    BackEnd(
        "B8",
        {"cms": "no", "mirror": MIRRORED, "side": "both"},
        "restore-backend",
        f"The databases of the pool are re-created and its user data imported. {BOTH_BACK}",
        SINCE_BACKUP,
        LOST,
    ),
    BackEnd(
        "B9",
        {"cms": "no", "mirror": MIRRORED, "side": "primary"},
        "restore-primary",
        "The mirror becomes the SQL Server store; the rebuilt server becomes its mirror.",
        LAST_TRANSACTIONS,
        INTACT,
    ),
    BackEnd(
        "B10",
        {"cms": "no", "mirror": MIRRORED, "side": "mirror"},
        "restore-mirror",
        "The primary works; only its mirror is re-created.",
        NOTHING,
        INTACT,
    ),
    BackEnd(
        "B12",
        {"cms": "yes", "mirror": "witness", "side": "primary-and-witness"},
        "restore-cms",
        f"Without primary and witness the mirror is out of service until mirroring is ended on it. {RESCUE}",
        f"{LAST_TRANSACTIONS} What users change after the rescue export.",
        {"user-store": "lost", "begin-at": "cms-rescue-export"},
        first=f"{FREE} Never wipe that side before cms-rescue-proof is answered yes.",
        then="restore-witness comes last.",
    ),
    BackEnd(
        "B12",
        {"cms": "no", "mirror": "witness", "side": "primary-and-witness"},
        "restore-primary",
        "Without primary and witness the mirror is out of service until mirroring is ended on it; then it becomes the "
        "SQL Server store.",
        LAST_TRANSACTIONS,
        {"user-store": "intact", "begin-at": "mp-tb-unmirror"},
        first=FREE,
        then="restore-witness comes last.",
    ),
    BackEnd(
        "B12",
        {"cms": "yes no", "mirror": "witness", "side": "mirror-and-witness"},
        "restore-mirror",
        "Without mirror and witness the primary is out of service until mirroring is ended on it; then its mirror is "
        "re-created.",
        NOTHING,
        {"user-store": "intact", "begin-at": "mm-bare"},
        first=FREE,
        then="restore-witness comes last.",
    ),
)


def inside(
    table: str, failed: str, what: str, step: str, when: Mapping[str, str], after: str, lost: str
) -> tuple[Rule, ...]:
    """Something collocated with a Back End: a step inside the procedure of the row that fits.

    The procedures for one lost side (restore-primary, restore-mirror) have no such step: then ``after`` follows
    them, and where that is empty the documentation is silent.
    """
    rows = []
    for end in BACK_ENDS:
        prefix = {"restore-cms": "cms", "restore-backend": "be"}.get(end.procedure)
        answers = {"failed": failed, **end.when, **when}
        if prefix and end.facts.get("begin-at") is None:
            only = f"{prefix}-{step}"
            rows.append(
                rule_of(
                    table,
                    answers,
                    end.procedure,
                    f"{what} on a Back End Server is restored by the step {only} of this procedure.",
                    lost,
                    {"user-store": "intact", "only-step": only},
                    "Everything else of the procedure is left out while the Back End Server itself works.",
                )
            )
        elif prefix:
            rows.append(
                rule_of(
                    table,
                    answers,
                    end.procedure,
                    f"{end.why} {what} is restored by its step {prefix}-{step}.",
                    f"{end.lost} {lost}",
                    end.facts,
                    end.first,
                    end.then,
                )
            )
        elif after:
            rows.append(
                rule_of(
                    table,
                    answers,
                    end.procedure,
                    f"{end.why} {what} is restored with its mirror.",
                    end.lost,
                    end.facts,
                    end.first,
                    f"{after} {end.then}".strip(),
                )
            )
        else:
            rows.append(
                rule_of(
                    "none",
                    answers,
                    None,
                    f"Not covered, because {end.procedure} has no step for {what.lower()}: carry it out first, "
                    "then copy the folder back and set its permissions as restore-filestore does.",
                    lost,
                    documented=FILE_STORE,
                )
            )
    return tuple(rows)
