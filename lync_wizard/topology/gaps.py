"""What is still open once a topology has been read: said in words, where it matters for the deployment at hand."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from lync_wizard.deployment import FEATURES, Deployment, Pool
from lync_wizard.topology.remarks import Remarks
from lync_wizard.topology.to_worksheet import TOLD, is_fqdn

MIRROR: Final = "mirror"
PAIRING: Final = "pairing"

_FEATURES: Final = {
    "response-group": "Response Group",
    "persistent-chat": "Persistent Chat",
    "e911": "E9-1-1",
    "call-park": "Call Park",
    "announcement": "announcements",
    "conferencing-attendant": "Conferencing Attendant",
}


def open_questions(known: Deployment, remarks: Remarks, answered: Collection[str] = TOLD) -> None:
    """Remark on what nobody has told; ``answered`` names the features, ``mirror`` and ``pairing`` where known."""

    def about(pools: Collection[Pool], sentence: str) -> None:
        for pool in pools:
            remarks.gather(sentence, pool.fqdn)

    fronts = known.pools_of_kind("standard-edition", "enterprise")
    if known.cms is None:
        remarks.say(
            "Which pool holds the active Central Management store is unknown. Query Get-CsService -CentralManagement, "
            "or fill it in manually."
        )
    if MIRROR not in answered:
        about(
            known.pools_of_kind("enterprise"),
            "Whether the SQL stores of these pools are mirrored, with which witness, cannot be read from a topology: "
            "{}. Query Get-CsDatabaseMirrorState, or fill it in manually.",
        )
    if PAIRING not in answered and len(fronts) > 1:
        about(
            fronts,
            "Which of these pools are paired cannot be read from a topology: {}. Query Get-CsPoolBackupRelationship, "
            "or fill it in manually.",
        )
    about([pool for pool in fronts if pool.file_store is None], "Which file store these pools use is unknown: {}.")
    edges = known.pools_of_kind("edge")
    about(
        [pool for pool in edges if not pool.next_hop],
        "Which pool is the next hop of these Edge pools is unknown: {}. Query Get-CsService -EdgeServer, or fill it in "
        "manually.",
    )
    used = {pool.edge_pool.lower() for pool in known.pools if pool.edge_pool}
    about(
        [pool for pool in edges if pool.fqdn.lower() not in used],
        "Which pools use these Edge pools is unknown: {}.",
    )
    about(
        [pool for pool in known.lync_pools if not is_fqdn(pool.fqdn)],
        "The worksheets of these pools are not filled, because their names are not fully qualified host names: {}.",
    )
    for feature in FEATURES if fronts else ():
        if feature not in answered:
            remarks.gather("Whether these are in use is unknown: {}.", _FEATURES.get(feature, feature))
