"""Reading what exists from a topology: a published document, a Topology Builder file, a configuration ZIP, or live."""

from lync_wizard.topology.live import LIVE, read_live
from lync_wizard.topology.live_queries import Query
from lync_wizard.topology.read import ARCHIVE, BUILDER, PUBLISHED, TopologyReading, read, read_bytes
from lync_wizard.topology.to_worksheet import found_entries

__all__ = [
    "ARCHIVE",
    "BUILDER",
    "LIVE",
    "PUBLISHED",
    "Query",
    "TopologyReading",
    "found_entries",
    "read",
    "read_bytes",
    "read_live",
]
