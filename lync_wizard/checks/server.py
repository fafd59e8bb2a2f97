"""The server that is to be restored, and the clocks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from lync_wizard.checks.finding import Context, Finding, all_hosts, check, text_of
from lync_wizard.errors import Unreachable
from lync_wizard.hosts.command import Cmdlet, Pipeline

Say = Callable[..., Finding]
_TCPIP = r"HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"


def _target(context: Context) -> list[str]:
    return [context.plan.target]


def _clean(context: Context, host: str, say: Say) -> Finding:
    reply = context.ask(host, Pipeline((Cmdlet("Get-Service", (("Name", ("RTC*", "REPLICA", "MASTER", "FTA")),)),)))
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
    found = context.cmdlet(host, "Get-ItemProperty", {"LiteralPath": _TCPIP})
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
    reply = context.cmdlet(host, "Get-Date", {"Format": "o"})
    try:
        theirs = datetime.fromisoformat(reply[0].text.strip())
    except (ValueError, IndexError) as error:
        raise Unreachable(f"{host} did not tell the time", "Look at its clock.") from error
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    apart = abs((theirs - datetime.now(UTC)).total_seconds())
    evidence = f"Get-Date → {reply[0].text}"
    if apart > 300:
        return say(
            "caution",
            f"its clock is {apart / 60:.0f} minutes from this machine's",
            "Set the clocks right; Kerberos refuses more than five minutes.",
            evidence,
        )
    return say("ok", f"its clock is {apart:.0f} s from this machine's", evidence=evidence)


CHECKS = (
    check("server-is-clean", "The replacement server is clean", _target, _clean, ("P12",)),
    check("server-name", "The server bears the name of the topology", _target, _name, ("P10",)),
    check("clock", "The clocks agree", all_hosts, _clock),
)
