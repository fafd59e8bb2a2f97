"""Statements about an instance itself: its version for people, and what tells it from every other instance.

Names do not: a new installation on a new server bears the same. ``SERVERPROPERTY('ServerName')`` and ``'MachineName'``
follow a renamed computer, and of a cluster they are those of its virtual server, whichever node has it
(learn.microsoft.com, SERVERPROPERTY). Create dates of the system databases come from Microsoft's own files or, of
tempdb, change with every start. The login of LocalSystem is made by setup: its create date is when the instance was
installed (learningintheopen.org/2016/12/27, "Server Principals / Logins", a list of one instance; that updates keep it
is a guess). Its SID is the same in every language of Windows. Where somebody has dropped that login the date is null,
and the names are all there is. A master database that is restored brings the date of its own installation with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lync_wizard.hosts.sql_batches import Batch, BatchSequence, StatementType


def _property(name: str, column: str) -> str:
    return f"CAST(SERVERPROPERTY(N'{name}') AS nvarchar(128)) AS {column}"


_PROPERTIES: Final = (
    ("ProductVersion", "product_version"),
    ("ProductLevel", "product_level"),
    ("Edition", "edition"),
    ("MachineName", "machine_name"),
    ("InstanceName", "instance_name"),
    ("Collation", "collation"),
)
_VERSION: Final = Batch(
    f"SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, "
    f"{', '.join(_property(*one) for one in _PROPERTIES)}, IS_SRVROLEMEMBER(N'sysadmin') AS is_sysadmin;"
)
_IDENTITY: Final = Batch(
    "SELECT CAST(SERVERPROPERTY(N'ServerName') AS nvarchar(128)) AS server_name, "
    "CAST(SERVERPROPERTY(N'MachineName') AS nvarchar(128)) AS machine_name, "
    "p.create_date AS installed FROM sys.databases AS d "
    "LEFT JOIN sys.server_principals AS p ON p.sid = 0x010100000000000512000000 WHERE d.name = N'master';"
)

STATEMENTS: Final[Mapping[str, StatementType]] = {
    "instance": StatementType(
        "Name, version and edition of the instance, and whether we are sysadmin.",
        (),
        lambda _: BatchSequence((_VERSION,)),
    ),
    "instance-identity": StatementType(
        "The names of the instance and of its computer, and when it was installed.",
        (),
        lambda _: BatchSequence((_IDENTITY,)),
    ),
}
