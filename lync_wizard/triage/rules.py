"""The tables "what failed → which procedure" as rows: the answers each is for, and the advice it gives.

Rows named ``A…`` and ``B…`` are those of the documentation's tables, in their order; ``Q6`` is the rule for collocated
databases; ``none`` are combinations the documentation leaves out, ``F…`` ours. Exactly one row fits a complete set
of answers.
"""

from __future__ import annotations

from typing import Final

from lync_wizard.triage.documented import END_MIRRORING, GOOD_SIDE, LOCAL_STORE
from lync_wizard.triage.rule import (
    CONFIGURATION,
    DISASTER,
    INTACT,
    LAST_TRANSACTIONS,
    LOST,
    MIRRORED,
    NOTHING,
    ONE_SIDE,
    PAIRED,
    REBUILD,
    SINCE_BACKUP,
    Rule,
    rebuilt,
    rule_of,
)
from lync_wizard.triage.rules_back_end import BACK_ENDS, inside
from lync_wizard.triage.rules_failover import FAILOVERS


def _stand_alone(table: str, failed: str, procedure: str, kind: str) -> tuple[Rule, ...]:
    """A database on a SQL Server of its own: alone, both sides of a mirror, one side, or a witness beside it."""
    place = {"failed": failed, "place": "stand-alone"}
    recreate = f"Re-create the database first: Topology Builder, Install Database, or Install-CsDatabase ({kind})."
    lost = "What was written into this database since its backup. Lync itself runs without it."
    side = {
        "primary": ("restore-primary", f"mp-failover for the database type {kind}."),
        "mirror": ("restore-mirror", ""),
    }
    why = "The database is empty after it was re-created; its content comes from the SQL Server backup"
    return (
        rule_of(table, {**place, "mirror": "none"}, procedure, f"{why}.", lost, INTACT, recreate),
        rule_of(
            table,
            {**place, "mirror": MIRRORED, "side": "both"},
            procedure,
            f"{why}, before it is mirrored again.",
            lost,
            INTACT,
            recreate,
            "Mirror the database again.",
        ),
        *(
            rule_of(
                "B24",
                {**place, "mirror": MIRRORED, "side": which},
                rebuild,
                "One side works: no data are restored, the lost side of this store is rebuilt.",
                LAST_TRANSACTIONS if which == "primary" else NOTHING,
                INTACT,
                failover,
            )
            for which, (rebuild, failover) in side.items()
        ),
        rule_of(
            "none",
            {**place, "mirror": "witness", "side": "primary-and-witness mirror-and-witness"},
            None,
            "Not covered, because the documentation knows the loss of a witness only for the Back End: end "
            "mirroring on the surviving server as wi-partner-off of restore-witness does, then answer again with "
            "the side that is lost.",
            documented=END_MIRRORING,
        ),
    )


RULES: Final[tuple[Rule, ...]] = (
    *FAILOVERS,
    rule_of(
        "A3",
        {"gate": PAIRED, "failed": "cms-database"},
        "cms-failover",
        "The partner of the pool holds a copy of the Central Management store.",
        "At most the configuration changes of the last 5 minutes; the location database (E9-1-1) is not included.",
        DISASTER,
        then="restore-cms only if the failover cannot be done."
    ),
    rule_of(
        "A4",
        {"gate": f"{PAIRED} partner-serves", "failed": "conference-content"},
        "conf-content",
        "The partner holds a copy of the conference content.",
        "What the partner had not yet received.",
        INTACT
    ),
    *rebuilt(
        "B1",
        {"failed": "standard-edition", "cms": "no"},
        "restore-se",
        "A Standard Edition server without the Central Management store.",
        SINCE_BACKUP,
        LOST
    ),
    *rebuilt(
        "B2",
        {"failed": "standard-edition", "cms": "yes"},
        "restore-cms",
        "The Central Management store comes before everything else on this server.",
        f"{SINCE_BACKUP} {CONFIGURATION}",
        LOST
    ),
    *(
        row
        for end in BACK_ENDS
        for row in rebuilt(
            end.table,
            {"failed": "back-end", **end.when},
            end.procedure,
            end.why,
            end.lost,
            end.facts,
            end.first,
            end.then,
        )
    ),
    rule_of(
        "B11",
        {"failed": "witness"},
        "restore-witness",
        "The Back End works without its witness, but the next loss would stop it.",
        facts=INTACT
    ),
    *(
        rule_of(
            "B13",
            {"gate": REBUILD, "failed": "cms-database", **answers},
            "restore-cms",
            "Only the database is re-created and filled: no Windows, no SQL Server setup, no user data.",
            CONFIGURATION,
            {"user-store": "intact", "begin-at": "cms-local-store"},
            "cms-failover, if the pool of the Central Management store is paired and the partner can take over."
        )
        for answers in ({"mirror": "none"}, {"mirror": MIRRORED, "side": "both"})
    ),
    rule_of(
        "none",
        {
            "gate": REBUILD,
            "failed": "cms-database",
            "mirror": MIRRORED,
            "side": f"{ONE_SIDE} primary-and-witness mirror-and-witness"
        },
        None,
        "Not covered, because the documentation restores this database only where no good side is left: "
        "bring the good side into service, then re-create the other side's mirror.",
        documented=GOOD_SIDE
    ),
    rule_of(
        "none",
        {"failed": "local-store"},
        None,
        "Not covered, because nothing of the server is lost: its local databases hold a copy of the configuration and "
        "what Lync rebuilds. They are re-created on the server itself, never with -Clean, and its replica is enabled "
        "again. If the disk below them is damaged, replace it first, or restore the server (restore-member, "
        "restore-se).",
        documented=LOCAL_STORE
    ),
    rule_of(
        "B14",
        {"failed": "cms-pointer"},
        "restore-cms",
        "The store itself works; only the service connection point in AD DS is written again.",
        facts={"user-store": "intact", "only-step": "cms-scp"}
    ),
    *rebuilt(
        "B15",
        {"failed": "front-ends"},
        "restore-member",
        "Every Front End Server is rebuilt up to Deployment Wizard step 3, then all are started together; the user "
        "store on the Back End is intact, so nothing is imported.",
        NOTHING,
        {"user-store": "intact", "up-to": "mem-step3"},
        then="pool-start of restore-pool; quorum-loss recovery only if it asks for it."
    ),
    *inside(
        "B16",
        "file-store-back-end",
        "The file store",
        "filestore",
        {},
        "",
        "Files changed since the backup of the file store."
    ),
    *inside(
        "B17",
        "chat-database",
        "The Persistent Chat database",
        "pchat",
        {"place": "collocated"},
        "restore-pchat where the database was not mirrored.",
        "Rooms and messages written since the backup."
    ),
    *inside(
        "Q6",
        "archiving-monitoring",
        "The Archiving or Monitoring database",
        "archmon",
        {"place": "collocated"},
        "restore-archmon where the database was not mirrored.",
        "Archived messages and monitoring data written since the backup."
    ),
    rule_of(
        "B18",
        {"failed": "member", "edge": "no yes"},
        "restore-member",
        "The pool goes on without it; the server holds no data of its own. Once for each server.",
        facts=INTACT
    ),
    *(
        row
        for end in BACK_ENDS
        for row in rebuilt(
            "B19",
            {"failed": "front-end-pool", **end.when},
            "restore-pool",
            f"The Back End first ({end.procedure}), then every Front End Server. {end.why}",
            end.lost,
            {**end.facts, "back-end": end.procedure},
            end.first,
            end.then
        )
    ),
    rule_of(
        "B20",
        {"failed": "other-pool", "edge": "no yes"},
        "restore-pool",
        "Every member is restored in turn.",
        facts=INTACT
    ),
    rule_of(
        "B21",
        {"failed": "file-store"},
        "restore-filestore",
        "The folder is copied back under the same path, shared, and its permissions set.",
        "Files changed since the backup of the file store.",
        INTACT,
        "conf-content brings lost conference content back from the partner, if the pool is paired."
    ),
    rule_of(
        "B21",
        {"gate": "unpaired partner-cannot", "failed": "conference-content"},
        "restore-filestore",
        "Conference content is part of the file store; there is no partner to take it from.",
        "Conference content changed since the backup of the file store.",
        INTACT
    ),
    *_stand_alone("B22", "archiving-monitoring", "restore-archmon", "Archiving or Monitoring"),
    *_stand_alone("B23", "chat-database", "restore-pchat", "PersistentChat"),
    rule_of(
        "B25",
        {"failed": "other-pool", "edge": "federation"},
        "edge-federation-failover",
        "Another Edge pool takes federation over while this one is rebuilt.",
        facts=INTACT,
        then="edge-xmpp-failover, if it carries XMPP too; restore-pool for the Edge pool itself, then edge-failback."
    ),
    rule_of(
        "B25",
        {"failed": "other-pool", "edge": "xmpp"},
        "edge-xmpp-failover",
        "Another Edge pool takes XMPP federation over while this one is rebuilt.",
        facts=INTACT,
        then="restore-pool for the Edge pool itself, then edge-failback."
    ),
    rule_of(
        "B26",
        {"failed": "branch-or-application"},
        None,
        "Not covered, because the vendor's or product's own documentation restores it; the topology keeps its entry."
    ),
    rule_of(
        "B27",
        {"failed": "outside"},
        None,
        "Not covered, because it is no part of Lync Server 2013: restore it by its own documentation."
    )
)  # fmt: skip
