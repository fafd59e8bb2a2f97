"""Instances and mirroring sessions: their names, owners, versions and endpoints, and the share between two sides."""

from __future__ import annotations

from lync_wizard.checks.check import Context, Finding, Say, check
from lync_wizard.checks.databases import about
from lync_wizard.checks.scopes import all_hosts, each, first_good, instances, mirrored_instances, uses_instance
from lync_wizard.core.wrapping import counted
from lync_wizard.deployment import SqlInstance
from lync_wizard.hosts import shares, text_of


def _named(context: Context, instance: str, say: Say) -> Finding:
    found = about(context, instance)
    name = text_of(found, "instance_name") or "MSSQLSERVER"
    machine, known_as = text_of(found, "machine_name"), text_of(found, "server_name")
    wanted = SqlInstance.parse(instance)
    evidence = f"SERVERPROPERTY(InstanceName) → {name}; @@SERVERNAME → {known_as}; MachineName → {machine}"
    if name.casefold() != (wanted.instance or "MSSQLSERVER").casefold():
        return say(
            "blocked",
            f"the instance is called {name}, not {wanted.instance or 'the default instance'}",
            "Install SQL Server under the old instance name; the topology and every connection name it.",
            evidence,
        )
    if machine and machine.casefold() != wanted.server.partition(".")[0].casefold():
        return say(
            "caution",
            f"the instance runs on {machine}, not on {wanted.server}",
            "Check the entry of this instance in connections.yaml; it may lead to another server.",
            evidence,
        )
    return say("ok", f"the instance is {known_as}", evidence=evidence)


def _owners(context: Context, instance: str, say: Say) -> Finding:
    """An owning group is deleted by Install-CsDatabase together with the database it owns."""
    rows = context.statement(instance, "database-owners")
    odd = [text_of(row, "name") for row in rows if "rtcuniversalserveradmins" in text_of(row, "owner").lower()]
    evidence = f"sys.databases owners → {counted(len(rows), 'database')}, {', '.join(odd) or 'none'} owned by the group"
    if odd:
        return say(
            "blocked",
            f"RTCUniversalServerAdmins owns {', '.join(odd)}",
            "Give it another owner (ALTER AUTHORIZATION): Install-CsDatabase may delete an owning group.",
            evidence,
        )
    return say("ok", "no database is owned by RTCUniversalServerAdmins", evidence=evidence)


def _one_of_session(context: Context) -> list[str]:
    """Asked once for the session, at the first side that stands."""
    found = mirrored_instances(context)
    return ([side for side in found if not context.wiped(side)] or found)[:1]


def _versions(context: Context, instance: str, say: Say) -> Finding:
    told: dict[str, tuple[str, str]] = {}
    for side in mirrored_instances(context):
        if side == instance or not context.to_be_rebuilt(side):
            found = about(context, side)
            told[side] = text_of(found, "product_version"), text_of(found, "edition")
    evidence = "; ".join(f"{side} → {version}, {edition}" for side, (version, edition) in told.items())
    versions = {version.split(".")[0] for version, _ in told.values()}
    if len(versions) > 1:
        return say(
            "blocked",
            "primary, mirror and witness have different versions of SQL Server",
            "Install the same version of SQL Server on all of them; mirroring does not go across versions.",
            evidence,
        )
    absent = [side for side in mirrored_instances(context) if side not in told]
    later = f"; {', '.join(absent)} when it is available again" if absent else ""
    return say("ok", f"alike on {counted(len(told), 'side')}{later}", evidence=evidence)


def _endpoints(context: Context, instance: str, say: Say) -> Finding:
    rows = context.statement(instance, "mirroring-endpoints")
    shown = ", ".join(f"{text_of(r, 'name')} {text_of(r, 'role_desc')} {text_of(r, 'state_desc')}" for r in rows)
    evidence = f"sys.database_mirroring_endpoints → {shown or 'none'}"
    stopped = [text_of(row, "name") for row in rows if text_of(row, "state_desc").upper() != "STARTED"]
    if stopped:
        return say(
            "caution",
            f"the endpoint {', '.join(stopped)} is not started",
            "Start it (ALTER ENDPOINT … STATE = STARTED), or drop it where it belongs to nobody.",
            evidence,
        )
    if rows:
        return say("ok", "the endpoint is there and started; its port is used again", evidence=evidence)
    return say("ok", "no endpoint yet: mirroring makes one (5022; the witness 7022)", evidence=evidence)


def _share_host(context: Context) -> list[str]:
    """The share's own server where the plan talks to it, else a server that can see the share."""
    path = context.pool.mirror_share
    if not path or not any(path.lower() in step.text.lower() for step in context.plan.steps):
        return []
    owner = path.lstrip("\\").partition("\\")[0]
    return each([*(host for host in all_hosts(context) if host.lower() == owner.lower()), *first_good(context)])[:1]


def _share(context: Context, host: str, say: Say) -> Finding:
    path = context.pool.mirror_share
    if shares.is_unc(path) and path.lstrip("\\").partition("\\")[0].lower() == host.lower():
        return _grants(context, host, path, say)
    reply = context.ask(host, "Test-Path", LiteralPath=path)
    answer = reply.objects[0].text.strip() if reply.objects else "nothing"
    evidence = f"Test-Path {path} on {host} → {answer}"
    if answer.lower() != "true":
        return say(
            "blocked",
            f"{host} sees no share {path}",
            "Make the share, and let the computer accounts of both SQL Servers write there.",
            evidence,
        )
    return say(
        "ok", f"{path} is there; whether both SQL Servers may write shows when mirroring begins", evidence=evidence
    )


def _grants(context: Context, host: str, path: str, say: Say) -> Finding:
    name = path.rstrip("\\").rpartition("\\")[2]
    rows = context.cmdlet(host, "Get-SmbShareAccess", Name=(name,))
    rights = {text_of(r, "AccountName").lower(): text_of(r, "AccessRight").lower() for r in rows}
    evidence = f"Get-SmbShareAccess {name} → " + ", ".join(f"{who} {right}" for who, right in rights.items())
    writers = {who.rpartition("\\")[2] for who, right in rights.items() if right in {"full", "change", "0", "1"}}
    sides = [store.server.partition(".")[0].lower() for store in (context.pool.sql, context.pool.mirror) if store]
    lacking = [f"{side}$" for side in sides if not writers & {f"{side}$", "everyone", "authenticated users"}]
    if lacking:
        return say(
            "caution",
            f"the share {name} names no right to write for {', '.join(lacking)}",
            "Let the service accounts of both SQL Servers write there; for Network Service that is DOMAIN\\SERVER$.",
            evidence,
        )
    return say("ok", f"both SQL Servers may write to {name}", evidence=evidence)


CHECKS = (
    check("sql-instance-name", "Every instance has its old name", instances, _named, ("P21",), uses_instance),
    check("sql-owner", "No database is owned by RTCUniversalServerAdmins", instances, _owners, ("P8",), uses_instance),
    check("sql-partners-alike", "Primary, mirror and witness have one version", _one_of_session, _versions, ("P23",)),
    check("sql-endpoints", "Mirroring endpoints are started", mirrored_instances, _endpoints, ("P23", "P20"),
          uses_instance),
    check("sql-mirror-share", "The mirror share can be written to", _share_host, _share, ("P23",)),
)  # fmt: skip
