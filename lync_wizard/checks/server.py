"""The servers that are to be restored: clean, named, patched and guarded as they were; and the clocks of all."""

from __future__ import annotations

from typing import Final

from lync_wizard.checks.check import Context, Finding, Say, check
from lync_wizard.checks.scopes import (
    all_hosts,
    copying_hosts,
    each,
    named,
    pool_of,
    rebuilt,
    rebuilt_edges,
    rebuilt_lync,
    rebuilt_registrars,
    sent_there,
    sets_up,
    siblings,
    standing_registrars,
    starts,
)
from lync_wizard.core import timestamps
from lync_wizard.core.errors import Unreachable, WizardError
from lync_wizard.deployment import same
from lync_wizard.hosts import items_of, text_of
from lync_wizard.hosts.command import Copy

_TCPIP: Final = r"HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"
_SCHANNEL: Final = r"HKLM:\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL"
_PROGRAMS: Final = r"HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*"
_CORE: Final = "Server 2013, Core Components"
_GIGABYTE: Final = 1 << 30
NEEDED: Final = 16 * _GIGABYTE
"""Bytes that a drive must have free before Lync's set-up finds it fit for databases (P17)."""
MARGIN: Final = 2 * _GIGABYTE
"""Bytes that must stay free beside what is copied."""


def _clean(context: Context, host: str, say: Say) -> Finding:
    reply = context.hear(host, "Get-Service", Name=("RTC*", "REPLICA", "MASTER", "FTA"))
    names = [text_of(record, "Name") or record.text for record in reply.objects]
    evidence = f"Get-Service → {len(names)} services"
    if names:
        return say(
            "blocked",
            f"services {', '.join(names[:4])} are installed" + (" and more" if len(names) > 4 else ""),
            "Reinstall Windows on a clean disk; this restore never goes onto an existing server.",
            evidence,
        )
    return say("ok", "no Lync service is installed", evidence=evidence)


def _name(context: Context, host: str, say: Say) -> Finding:
    found = context.cmdlet(host, "Get-ItemProperty", LiteralPath=_TCPIP)
    if not found:
        raise Unreachable(f"{host} did not say its name", "Look at its System properties.")
    name, domain = text_of(found[0], "Hostname"), text_of(found[0], "Domain")
    evidence = f"Tcpip\\Parameters → {name}.{domain}"
    if f"{name}.{domain}".lower() != host.lower():
        return say(
            "blocked",
            f"the server calls itself {name}.{domain}, not {host}",
            "Give it the exact name and DNS suffix of the topology before any Lync step.",
            evidence,
        )
    return say("ok", f"the server calls itself {host}", evidence=evidence)


def _clock(context: Context, host: str, say: Say) -> Finding:
    reply = context.cmdlet(host, "Get-Date", Format="o")
    try:
        theirs = timestamps.parse_utc(reply[0].text.strip())
    except (ValueError, IndexError) as error:
        raise Unreachable(f"{host} did not tell the time", "Look at its clock.") from error
    apart = abs((theirs - timestamps.now()).total_seconds())
    evidence = f"Get-Date → {reply[0].text}"
    if apart > 300:
        return say(
            "caution",
            f"its clock is {apart / 60:.0f} minutes from this machine's",
            "Set the clocks right; Kerberos refuses more than five minutes.",
            evidence,
        )
    return say("ok", f"its clock is {apart:.0f} s from this machine's", evidence=evidence)


def _firewall(context: Context, host: str, say: Say) -> Finding:
    found = context.cmdlet(host, "Get-Service", Name=("MpsSvc",))
    status = text_of(found[0], "Status") if found else "missing"
    evidence = f"Get-Service MpsSvc → {status}"
    if status.lower() in {"running", "4"}:
        return say("ok", "Windows Firewall runs", evidence=evidence)
    return say(
        "blocked",
        f"Windows Firewall is {status.lower()}",
        "Start the service MpsSvc before Lync's services: they open their ports when they start.",
        evidence,
    )


def _drives(context: Context, host: str) -> dict[str, int]:
    rows = context.cmdlet(host, "Get-CimInstance", ClassName="Win32_LogicalDisk", Filter="DriveType=3")
    return {text_of(row, "DeviceID").upper(): int(text_of(row, "FreeSpace") or 0) for row in rows}


def _roomy_hosts(context: Context) -> list[str]:
    return each([*copying_hosts(context), *rebuilt_lync(context)])


def _space(context: Context, host: str, say: Say) -> Finding:
    """Room for the copies on their own drive, and for Lync's databases on some drive of a rebuilt server."""
    free = _drives(context, host)
    if not free:
        raise Unreachable(f"{host} named no drive", "Look at its disks.")
    shown = ", ".join(f"{drive} {space / _GIGABYTE:.0f} GB" for drive, space in free.items())
    evidence = f"Get-CimInstance Win32_LogicalDisk → {shown} free"
    short = []
    for drive, needed in _copied(context, host).items():
        if free.get(drive, 0) < needed + MARGIN:
            short.append(f"{drive} has {free.get(drive, 0) / _GIGABYTE:.1f} GB, the copies need {needed / 1e9:.1f} GB")
    if short:
        return say("blocked", "; ".join(short), "Make room on that drive before the copy begins.", evidence)
    if host in rebuilt_lync(context) and max(free.values()) < NEEDED:
        return say(
            "caution",
            "no drive has 16 GB free",
            "Make room; below that set-up finds no suitable disk for the databases and stops.",
            evidence,
        )
    return say("ok", f"{shown} free", evidence=evidence)


def _copied(context: Context, host: str) -> dict[str, int]:
    """Drive of the host → bytes that the plan's copies bring there, as far as the set says."""
    found: dict[str, int] = {}
    for step in context.plan.steps:
        command = step.command
        if isinstance(command, Copy) and same(step.host, host) and command.target[1:2] == ":":
            drive = command.target[:2].upper()
            found[drive] = found.get(drive, 0) + (command.size or _folder_size(context, command.source))
    return found


def _folder_size(context: Context, source: str) -> int:
    """Bytes of a folder of the set that is copied whole; nought for any other."""
    chosen = context.backup_set
    _, found, below = source.partition(f"\\{chosen.folder.name}\\") if chosen else ("", "", "")
    if chosen is None or not found:
        return 0
    prefix = below.replace("\\", "/").rstrip("/").lower() + "/"
    return sum(artifact.bytes for artifact in chosen.manifest.files if artifact.path.lower().startswith(prefix))


def _level_hosts(context: Context) -> list[str]:
    return each([*standing_registrars(context), *rebuilt_lync(context)])


def _installed(context: Context, host: str) -> str:
    rows = context.cmdlet(host, "Get-ItemProperty", Path=(_PROGRAMS,))
    versions = [text_of(row, "DisplayVersion") for row in rows if _CORE in text_of(row, "DisplayName")]
    if not versions:
        raise Unreachable(f"{host} shows no Lync Server among its programs", "Install Lync there, then ask again.")
    return versions[0]


def _level(context: Context, host: str, say: Say) -> Finding:
    """Media bring the first release: a server set up from them is behind the farm until its update is installed."""
    here = _installed(context, host)
    recorded = pool_of(context, host).version
    evidence = f"Programs and Features → Core Components {here}; worksheet: {recorded or 'no level recorded'}"
    wanted = [recorded] if recorded else []
    for good in standing_registrars(context)[:1]:
        if not same(good, host):
            wanted.append(_installed(context, good))
            evidence += f"; {good} → {wanted[-1]}"
    odd = [level for level in wanted if level != here]
    if odd and context.wiped(host):
        return say(
            "blocked",
            f"the server is at {here}, the farm at {odd[0]}",
            "Install the farm's cumulative update, then run Install-CsDatabase -Update where it asks for that.",
            evidence,
        )
    if odd:
        return say(
            "caution",
            f"the server is at {here}, elsewhere stands {odd[0]}",
            "Correct the worksheet, or bring the server to the level of the others before anything is restored.",
            evidence,
        )
    return say("ok", f"the level is {here}" + ("" if wanted else ", and nothing to compare it with"), evidence=evidence)


def _windows(context: Context, host: str) -> str:
    rows = context.cmdlet(host, "Get-CimInstance", ClassName="Win32_OperatingSystem")
    if not rows:
        raise Unreachable(f"{host} did not say which Windows it runs", "Look at its System properties.")
    return text_of(rows[0], "Version")


def _alike(context: Context, host: str, say: Say) -> Finding:
    here = _windows(context, host)
    for other in siblings(context, host):
        try:
            there = _windows(context, other)
        except WizardError:
            continue
        evidence = f"Win32_OperatingSystem → {here} here, {there} on {other}"
        if here.split(".")[:2] != there.split(".")[:2]:
            return say(
                "caution",
                f"Windows is {here} here and {there} on {other}",
                "Install the Windows version that the other Front End Servers of the pool have.",
                evidence,
            )
        return say("ok", f"Windows {here}, as on {other}", evidence=evidence)
    return say(
        "ok", f"Windows {here}; no other member of its pool to compare", evidence=f"Win32_OperatingSystem → {here}"
    )


def _tickets_of(context: Context, host: str) -> str:
    rows = context.hear(host, "Get-ItemProperty", LiteralPath=_SCHANNEL).objects
    return text_of(rows[0], "EnableSessionTicket") if rows else ""


def _tickets(context: Context, host: str, say: Say) -> Finding:
    """A rebuilt Windows Server 2012 R2 has lost the registry value that its fellows may have been given."""
    if not _windows(context, host).startswith("6.3"):
        return say("ok", "not needed: this is not Windows Server 2012 R2", evidence="Win32_OperatingSystem")
    here = _tickets_of(context, host)
    evidence = f"SCHANNEL EnableSessionTicket → {here or 'not set'} here"
    if here == "2":
        return say("ok", "EnableSessionTicket is 2", evidence=evidence)
    for other in standing_registrars(context)[:1]:
        there = _tickets_of(context, other)
        evidence += f", {there or 'not set'} on {other}"
        if there == "2":
            return say(
                "caution",
                f"EnableSessionTicket is 2 on {other} and not here",
                "Set SCHANNEL\\EnableSessionTicket to 2 on the rebuilt server and restart it.",
                evidence,
            )
    return say("ok", "the farm does without EnableSessionTicket", evidence=evidence)


def _network(context: Context, host: str, say: Say) -> Finding:
    rows = context.cmdlet(host, "Get-CimInstance", ClassName="Win32_NetworkAdapterConfiguration")
    gateways = [gateway for row in rows for gateway in items_of(row, "DefaultIPGateway")]
    routes = context.cmdlet(host, "Get-CimInstance", ClassName="Win32_IP4PersistedRouteTable")
    evidence = f"Win32_NetworkAdapterConfiguration → {len(gateways)} default gateways; {len(routes)} persistent routes"
    if len(gateways) != 1:
        return say(
            "blocked",
            f"the server has {len(gateways)} default gateways",
            "Leave exactly one, on the external network, and reach the internal networks by persistent routes.",
            evidence,
        )
    wanted = context.entries.texts("deployment-facts/edge/networks", pool_of(context, host).fqdn)
    there = {text_of(row, "Destination") for row in routes}
    lacking = [network for network in wanted if network.partition("/")[0] not in there]
    if lacking or not routes:
        return say(
            "blocked" if lacking else "caution",
            f"no persistent route to {', '.join(lacking) or 'any internal network'}",
            "Add the recorded routes with `route -p add`; without them nothing inside is reached.",
            evidence,
        )
    return say("ok", f"one default gateway, {len(routes)} persistent routes", evidence=evidence)


CHECKS = (
    check("server-is-clean", "The replacement server is clean", rebuilt_lync, _clean, ("P12",), sent_there),
    check("server-name", "The server bears the name of the topology", rebuilt, _name, ("P10", "P62"), named),
    check("firewall-on", "Windows Firewall runs before Lync's services start", rebuilt_lync, _firewall, ("P13",),
          sent_there),
    check("disk-space", "The servers have room for what comes", _roomy_hosts, _space, ("P17",), sent_there),
    check("update-level", "Every server is at the farm's update level", _level_hosts, _level, ("P14",), starts),
    check("windows-version", "The server has the Windows of its pool", rebuilt_registrars, _alike, (), sent_there),
    check("session-tickets", "The server has the farm's Schannel setting", rebuilt_registrars, _tickets, ("P55",),
          sent_there),
    check("edge-network", "The Edge Server has one default gateway and its routes", rebuilt_edges, _network, ("P62",),
          sets_up),
    check("clock", "The clocks agree", all_hosts, _clock, (), sent_there),
)  # fmt: skip
