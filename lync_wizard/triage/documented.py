"""What the documentation says where no procedure of the wizard goes on: the title of its topic, and its commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Documented:
    """The topic to read, and its commands in their order; placeholders stand in angle brackets."""

    topic: str
    commands: tuple[str, ...]


END_MIRRORING: Final = Documented(
    "ALTER DATABASE Database Mirroring (SQL Server)",
    (
        "ALTER DATABASE [<DatabaseName>] SET PARTNER OFF",
        "RESTORE DATABASE [<DatabaseName>] WITH RECOVERY (where it was the mirror)",
    ),
)
GOOD_SIDE: Final = Documented(
    "Invoke-CsDatabaseFailover, in the cmdlet reference",
    (
        "Get-CsDatabaseMirrorState -PoolFqdn <PoolFqdn> -DatabaseType CentralMgmt",
        "Invoke-CsDatabaseFailover -PoolFqdn <PoolFqdn> -DatabaseType CentralMgmt -NewPrincipal Mirror -Verbose "
        "(-NewPrincipal Primary where the mirror is lost; with -Force where the principal does not answer)",
        "Uninstall-CsMirrorDatabase -DatabaseType CentralMgmt -SqlServerFqdn <GoodSqlServerFqdn> -Verbose",
        "Install-CsMirrorDatabase -DatabaseType CentralMgmt -FileShare <MirrorFileShare> "
        "-SqlServerFqdn <GoodSqlServerFqdn> -Verbose",
    ),
)
FILE_STORE: Final = Documented(
    "Restoring a file store in Lync Server 2013",
    ("robocopy <BackupSet:FileStore> <FileStoreLocalPath> /E", "Enable-CsTopology"),
)
LOCAL_STORE: Final = Documented(
    "Install-CsDatabase and Enable-CsReplica, in the cmdlet reference",
    (
        "Stop-CsWindowsService",
        "Install-CsDatabase -LocalDatabases -Verbose",
        "Enable-CsReplica -Verbose",
        "Import-CsConfiguration -FileName <EdgeConfigFile> -LocalStore (Edge Server only)",
        "Invoke-CsManagementStoreReplication -ReplicaFqdn <ServerFqdn>",
        "Get-CsManagementStoreReplicationStatus -ReplicaFqdn <ServerFqdn>",
        "Start-CsWindowsService",
    ),
)
"""Run on the server itself. Never with ``-Clean``: on a Standard Edition server the user databases are local too."""
