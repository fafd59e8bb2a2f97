"""The servers that are to be restored: clean, named, patched and guarded as they were; and the clocks of all."""

from __future__ import annotations

from typing import Final

from lync_wizard.backup import Artifact, registry
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
from lync_wizard.core.wrapping import counted
from lync_wizard.deployment import same
from lync_wizard.failover import readings
from lync_wizard.hosts import items_of, text_of
from lync_wizard.hosts.command import Command, Copy, Program

_TCPIP: Final = r"HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"
_SCHANNEL: Final = r"HKLM:\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL"
_GIGABYTE: Final = 1 << 30
NEEDED: Final = 16 * _GIGABYTE
"""Bytes that a drive must have free before Lync's set-up finds it fit for databases (P17)."""
MARGIN: Final = 2 * _GIGABYTE
"""Bytes that must stay free beside what is copied."""


def _clean(context: Context, host: str, say: Say) -> Finding:
    reply = context.hear(host, "Get-Service", Name=("RTC*", "REPLICA", "MASTER", "FTA"))
    names = [text_of(record, "Name") or record.text for record in reply.objects]
    evidence = f"Get-Service → {counted(len(names), 'service')}"
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
        raise Unreachable(f"{host} did not return its name", "Look at its System properties.")
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
        raise Unreachable(f"{host} did not return the time", "Look at its clock.") from error
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
    version = readings.core_version(context.cmdlet(host, "Get-ItemProperty", Path=(readings.PROGRAMS,)))
    if not version:
        raise Unreachable(f"{host} shows no Lync Server among its programs", "Install Lync there, then check again.")
    return version


def _level(context: Context, host: str, say: Say) -> Finding:
    """Media bring the first release: a server set up from them is behind the farm until its update is installed."""
    here = _installed(context, host)
    recorded = pool_of(context, host).version
    evidence = f"Programs and Features → Core Components {here}; worksheet: {recorded or 'no CU version recorded'}"
    wanted = [recorded] if recorded else []
    for good in standing_registrars(context)[:1]:
        if not same(good, host):
            wanted.append(_installed(context, good))
            evidence += f"; {good} → {wanted[-1]}"
    odd = [level for level in wanted if level != here]
    if odd and context.wiped(host):
        return say(
            "blocked",
            f"the server has CU version {here}, the deployment {odd[0]}",
            "Install the deployment's cumulative update, then run Install-CsDatabase -Update where it asks for that.",
            evidence,
        )
    if odd:
        return say(
            "caution",
            f"the server has CU version {here}, other servers {odd[0]}",
            "Correct the worksheet, or bring the server to the version of the others before anything is restored.",
            evidence,
        )
    return say(
        "ok", f"the CU version is {here}" + ("" if wanted else ", and nothing to compare it with"), evidence=evidence
    )


def _windows(context: Context, host: str) -> str:
    rows = context.cmdlet(host, "Get-CimInstance", ClassName="Win32_OperatingSystem")
    if not rows:
        raise Unreachable(f"{host} did not return its Windows version", "Look at its System properties.")
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
    if _will_be_put_back(context, host, "EnableSessionTicket"):
        return say("ok", "the value that was saved of this server is put back", evidence="the plan, reg import")
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
    return say("ok", "the deployment does not use EnableSessionTicket", evidence=evidence)


def _saved_on(context: Context) -> list[str]:
    """Servers to which the plan puts back registry values of the set."""
    return each(step.host for step in context.plan.steps if _puts_back(step.command))


def _puts_back(command: Command | None) -> bool:
    return isinstance(command, Program) and command.name == "reg" and command.args[:1] == ("import",)


def _will_be_put_back(context: Context, host: str, value: str) -> bool:
    """Whether the set holds this value of a server, and a step of the plan is still to bring it back."""
    steps = (one for one in context.plan.steps if one.id not in context.done and same(one.host, host))
    if context.backup_set is None or not any(_puts_back(one.command) for one in steps):
        return False
    saved = [line for one in context.backup_set.of_kind("Schannel", host) for line in _lines(context, one)]
    return any(line.partition("    ")[0].lower() == value.lower() for line in saved)


def _lines(context: Context, artifact: Artifact) -> list[str]:
    try:
        return registry.read(context.backup_set.local(artifact)).lines if context.backup_set else []
    except (registry.NoValues, OSError):
        return []


def _registry(context: Context, host: str, say: Say) -> Finding:
    """What a rebuilt server lacks of the registry values that were saved; the step behind this puts them back."""
    found: list[str] = []
    held = 0
    for kind, key in registry.KINDS.items():
        for artifact in context.backup_set.of_kind(kind, host) if context.backup_set else ():
            try:
                saved = registry.read(context.backup_set.local(artifact)) if context.backup_set else registry.Values()
            except (registry.NoValues, OSError) as error:
                hint = "Look at the values of another server of the pool, and set them manually; skip the step."
                return say("blocked", f"{artifact.path} cannot be used: {error}", hint, "the file of the set")
            reply = context.program(host, "reg", "query", key, "/s")
            held += len(saved.lines)
            found += saved.differing(registry.asked(record.text for record in reply.objects))
    evidence = f"reg query → {counted(held - len(found), 'value')} of {held} as saved"
    if found:
        return say("ok", f"{counted(len(found), 'value')} will be put back: {'; '.join(found)}", evidence=evidence)
    return say("ok", "every saved value is as it was", evidence=evidence)


def _network(context: Context, host: str, say: Say) -> Finding:
    rows = context.cmdlet(host, "Get-CimInstance", ClassName="Win32_NetworkAdapterConfiguration")
    gateways = [gateway for row in rows for gateway in items_of(row, "DefaultIPGateway")]
    routes = context.cmdlet(host, "Get-CimInstance", ClassName="Win32_IP4PersistedRouteTable")
    seen = f"{counted(len(gateways), 'default gateway')}; {counted(len(routes), 'persistent route')}"
    evidence = f"Win32_NetworkAdapterConfiguration → {seen}"
    if len(gateways) != 1:
        return say(
            "blocked",
            f"the server has {counted(len(gateways), 'default gateway')}",
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
    return say("ok", f"one default gateway, {counted(len(routes), 'persistent route')}", evidence=evidence)


CHECKS = (
    check("server-is-clean", "The replacement server is clean", rebuilt_lync, _clean, ("P12",), sent_there),
    check("server-name", "The server has the name in the topology", rebuilt, _name, ("P10", "P62"), named),
    check("firewall-on", "Windows Firewall runs before Lync's services start", rebuilt_lync, _firewall, ("P13",),
          sent_there),
    check("disk-space", "The servers have enough free disk space", _roomy_hosts, _space, ("P17",), sent_there),
    check("update-level", "Every server has the deployment's cumulative update (CU) version", _level_hosts, _level,
          ("P14",), starts),
    check("windows-version", "The server has the Windows of its pool", rebuilt_registrars, _alike, (), sent_there),
    check("session-tickets", "The server has the deployment's Schannel setting", rebuilt_registrars, _tickets, ("P55",),
          sent_there),
    check("registry-values", "Saved registry values are known", _saved_on, _registry),
    check("edge-network", "The Edge Server has one default gateway and its routes", rebuilt_edges, _network, ("P62",),
          sets_up),
    check("clock", "The clocks agree", all_hosts, _clock, (), sent_there),
)  # fmt: skip
