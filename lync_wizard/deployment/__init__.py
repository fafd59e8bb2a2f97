"""What we believe exists, and the worksheets as one source of it."""

from lync_wizard.deployment.model import (
    FEATURES,
    LYNC_KINDS,
    POOL_KINDS,
    Announcement,
    CentralManagement,
    Deployment,
    FileStore,
    Pool,
    PoolKind,
    Role,
    Server,
    Site,
    SqlInstance,
    StoredDatabase,
    same,
)
from lync_wizard.deployment.recorded import of

__all__ = [
    "FEATURES", "LYNC_KINDS", "POOL_KINDS", "Announcement", "CentralManagement", "Deployment", "FileStore", "Pool",
    "PoolKind", "Role", "Server", "Site", "SqlInstance", "StoredDatabase", "of", "same",
]  # fmt: skip
