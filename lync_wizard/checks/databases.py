"""SQL Server instances: whether they answer, what they are, and what keeps a database from being restored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lync_wizard.checks.check import Context, Finding, Say, check
from lync_wizard.checks.scopes import instances, uses_instance
from lync_wizard.core.errors import Unreachable
from lync_wizard.deployment import same
from lync_wizard.hosts import Record, text_of
from lync_wizard.hosts.command import Statement, Value

OLDEST: Final = (10, 50)
"""SQL Server 2008 R2, the oldest that Lync Server 2013 supports."""
NEEDED_MB: Final = 16 * 1024
"""What a drive must have free before databases are created there without naming paths (P17)."""
LARGEST_MODEL_MB: Final = 100
"""The smallest primary file that is created; it must hold a copy of the model database (P18)."""
FULL_LOG_PERCENT: Final = 80.0


def _sent(context: Context, instance: str, name: str) -> Iterator[Mapping[str, Value]]:
    """The parameters of every statement of a name that the plan sends to the instance."""
    for step in context.plan.steps:
        command = step.command
        if isinstance(command, Statement) and command.name == name and same(step.host, instance):
            yield dict(command.parameters)


def _number(record: Record, name: str) -> float:
    try:
        return float(text_of(record, name))
    except ValueError:
        return 0.0


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())


def about(context: Context, instance: str) -> Record:
    """What an instance says of itself: name, machine, version, edition. Raises :class:`Unreachable` for nothing."""
    rows = context.statement(instance, "instance")
    if not rows:
        raise Unreachable(f"{instance} returned nothing about itself", "Look at the instance, then check again.")
    return rows[0]


def _answers(context: Context, instance: str, say: Say) -> Finding:
    found = about(context, instance)
    name, version = text_of(found, "server_name"), text_of(found, "product_version")
    evidence = f"SELECT @@SERVERNAME → {name}; SQL Server {version}, {text_of(found, 'edition')}"
    if text_of(found, "is_sysadmin") != "1":
        return say(
            "blocked",
            f"{instance} answers, but this login is no sysadmin there",
            "Let an administrator of the instance give the login the server role sysadmin.",
            evidence,
        )
    wanted = instance.partition(".")[0] + "".join(instance.partition("\\")[1:])
    if name.casefold() != wanted.casefold():
        return say(
            "caution",
            f"{instance} calls itself {name}",
            "Check the entry of this instance in connections.yaml; it may lead to another server.",
            evidence,
        )
    return say("ok", f"{name} answers and this login is sysadmin", evidence=evidence)


def _fit(context: Context, instance: str, say: Say) -> Finding:
    """Old enough for Lync is a matter of support; older than the backup is a matter of fact: RESTORE refuses it."""
    found = about(context, instance)
    text = text_of(found, "product_version")
    here = _version(text)
    evidence = f"SERVERPROPERTY(ProductVersion) → {text}"
    if here[:2] < OLDEST:
        return say(
            "blocked",
            f"SQL Server {text} is older than 2008 R2",
            "Install SQL Server 2008 R2 or 2012 with the service pack the deployment had.",
            evidence,
        )
    for parameters in _sent(context, instance, "restore-database"):
        path = parameters["Path"]
        for header in context.statement(instance, "header-only", Path=path):
            parts = ("SoftwareVersionMajor", "SoftwareVersionMinor", "SoftwareVersionBuild")
            made_by = tuple(int(_number(header, part)) for part in parts)
            if made_by[:2] > here[:2]:
                shown = ".".join(map(str, made_by))
                return say(
                    "blocked",
                    f"the backup of {parameters['Database']} was made by SQL Server {shown}, this one is {text}",
                    "Restore onto the version that made the backup, or onto a newer one.",
                    f"{evidence}; RESTORE HEADERONLY of {path}",
                )
    return say("ok", f"SQL Server {text}", evidence=evidence)


def _disks(context: Context, instance: str, say: Say) -> Finding:
    free = {text_of(row, "drive"): _number(row, "MB free") for row in context.statement(instance, "disk-space")}
    evidence = "xp_fixeddrives → " + ", ".join(f"{drive}: {space / 1024:.0f} GB" for drive, space in free.items())
    if free and max(free.values()) < NEEDED_MB:
        return say(
            "caution",
            "no drive has 16 GB free",
            "Make room; below that Install-CsDatabase finds no suitable disk and needs the paths as parameters.",
            evidence,
        )
    return say("ok", f"up to {max(free.values(), default=0) / 1024:.0f} GB free", evidence=evidence)


def _model(context: Context, instance: str, say: Say) -> Finding:
    rows = context.statement(instance, "model-size")
    size = max((_number(row, "size_mb") for row in rows if text_of(row, "type_desc") == "ROWS"), default=0.0)
    evidence = f"sys.master_files of model → {size:.0f} MB"
    if size > LARGEST_MODEL_MB:
        return say(
            "caution",
            f"the model database has grown to {size:.0f} MB",
            "Shrink it to its original size before databases are created; Lync's begin smaller than that.",
            evidence,
        )
    return say("ok", f"{size:.0f} MB", evidence=evidence)


def _logs(context: Context, instance: str, say: Say) -> Finding:
    full = {
        text_of(row, "name").casefold()
        for row in context.statement(instance, "databases")
        if text_of(row, "recovery_model_desc") != "SIMPLE"
    }
    used = {text_of(row, "Database Name"): _number(row, "Log Space Used (%)")
            for row in context.statement(instance, "log-space")}  # fmt: skip
    brimming = [name for name, percent in used.items() if name.casefold() in full and percent > FULL_LOG_PERCENT]
    evidence = (
        f"DBCC SQLPERF(LOGSPACE) → {', '.join(f'{n} {p:.0f} %' for n, p in used.items() if n.casefold() in full)}"
    )
    if brimming:
        return say(
            "caution",
            f"the transaction log of {', '.join(brimming)} is almost full",
            "Back up the log (BACKUP LOG); a database in full recovery whose log nobody saves stops with error 9002.",
            evidence,
        )
    return say("ok", f"{len(full)} of {len(used)} databases keep their log", evidence=evidence)


def _unmirrored(context: Context, instance: str, say: Say) -> Finding:
    mirrored = {text_of(row, "database_name").casefold(): row for row in context.statement(instance, "mirroring")}
    wanted = [str(parameters["Database"]) for parameters in _sent(context, instance, "restore-database")]
    evidence = f"sys.database_mirroring → {', '.join(mirrored) or 'nothing'}"
    hit = [name for name in wanted if name.casefold() in mirrored]
    if hit:
        role: Any = text_of(mirrored[hit[0].casefold()], "mirroring_role_desc")
        return say(
            "caution",
            f"{', '.join(hit)} is mirrored ({role} here)",
            "Take it out of mirroring, restore it, and mirror it again afterwards.",
            evidence,
        )
    return say("ok", "nothing that is to be restored is mirrored", evidence=evidence)


CHECKS = (
    check("sql-instance-answers", "Every SQL instance of the plan answers and accepts the account", instances, _answers,
          ("P8", "P20"), uses_instance),
    check("sql-version", "The instances are of a fitting version", instances, _fit, (), uses_instance),
    check("sql-disk-space", "The database servers have room", instances, _disks, ("P17",), uses_instance),
    check("sql-model-size", "The model database has its original size", instances, _model, ("P18",), uses_instance),
    check("sql-log-space", "No transaction log is about to be full", instances, _logs, ("P19",), uses_instance),
    check("sql-not-mirrored", "No database to be restored is mirrored", instances, _unmirrored, ("P58",)),
)  # fmt: skip
