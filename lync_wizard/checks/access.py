"""Can we get in, as whom, with which commands, and on from there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lync_wizard.catalogue import COMMON
from lync_wizard.checks.finding import Context, Finding, all_hosts, check, is_lync, lync_hosts, text_of
from lync_wizard.hosts import Record, inventory, shares
from lync_wizard.hosts.command import Cmdlet, Copy, Pipeline, Switch

Say = Callable[..., Finding]

_GROUPS: Final = {
    "lync-admin": ("RTCUniversalServerAdmins",),
    "chat-admin": ("CsPersistentChatAdministrator",),
    "domain-admin": ("Domain Admins",),
}


def _answers(context: Context, host: str, say: Say) -> Finding:
    reply = context.ask(host, Pipeline((Cmdlet("Get-Date"),)))
    return say("ok", "answers and lets us in", evidence=f"Get-Date → {reply.objects[0].text if reply.objects else ''}")


def _groups(context: Context, host: str, say: Say) -> Finding:
    account = context.account_on(host)
    wanted = _GROUPS.get(account, ())
    reply = context.program(host, "whoami", "/groups")
    listed = "\n".join(record.text for record in reply.objects)
    lacking = [group for group in wanted if f"\\{group}".lower() not in listed.lower()]
    evidence = f"whoami /groups → {len(reply.objects)} lines"
    if lacking:
        return say(
            "blocked",
            f"{account} is not in {', '.join(lacking)}",
            f"Use an account that is a member of {', '.join(lacking)}, or add it and log on anew.",
            evidence,
        )
    if account == "lync-admin" and "S-1-5-32-544" not in listed and "builtin\\administrators" not in listed.lower():
        return say(
            "caution",
            f"{account} seems to be no local administrator of {host}",
            "Add it to the local Administrators; the services and the Deployment Wizard need that.",
            evidence,
        )
    return say("ok", f"{account} is in {', '.join(wanted) or 'no special group'}", evidence=evidence)


def _module(context: Context, host: str, say: Say) -> Finding:
    reply = context.cmdlet(host, "Get-Module", {"ListAvailable": Switch(), "Name": ("Lync", "SkypeForBusiness")})
    names = [text_of(record, "Name") or record.text for record in reply]
    if names:
        return say("ok", f"module {names[0]} is installed", evidence=f"Get-Module -ListAvailable → {', '.join(names)}")
    if context.to_be_rebuilt(host):
        return say("later", "asked when Lync is installed there again", gates=context.first_steps_on(host))
    return say(
        "blocked",
        "the Lync module is not installed",
        "Install the Lync administrative tools there, or name another server as good-server in the deployment facts.",
        "Get-Module -ListAvailable → nothing",
    )


def _cmdlets(context: Context, host: str, say: Say) -> Finding:
    used = context.cmdlets_on(host)
    lync = {name: keys for name, keys in used.items() if is_lync(name)}
    reply = context.ask(host, Pipeline((Cmdlet("Get-Command", (("Name", tuple(sorted(lync))),)),)))
    found = {text_of(record, "Name").lower(): _names(record) for record in reply.objects}
    if not found and context.to_be_rebuilt(host):
        return say("later", "asked when Lync is installed there again", gates=_first_cmdlet(context, host))
    wrong = []
    for name, keys in sorted(lync.items()):
        steps = [s.id for s in context.plan.steps if name.lower() in s.text.lower()]
        place = f" (step {steps[0]})" if steps else ""
        if name.lower() not in found:
            wrong.append(f"{name} does not exist there{place}")
            continue
        has = found[name.lower()]
        if has:
            lacking = sorted(key for key in keys if key.lower() not in has and key not in COMMON)
            wrong += [f"{name} has no parameter {key}{place}" for key in lacking]
    evidence = f"Get-Command → {len(found)} of {len(lync)} cmdlets"
    if wrong:
        return say(
            "blocked",
            "; ".join(wrong),
            "Use a server at the farm's version and update level, or mend the procedure; nothing was sent.",
            evidence,
        )
    return say("ok", f"{len(lync)} cmdlets and their parameters are there", evidence=evidence)


def _first_cmdlet(context: Context, host: str) -> tuple[str, ...]:
    gated = (s.id for s in context.plan.steps for p in s.before if p.check == "cmdlets-known" and s.host == host)
    return tuple(gated)[:1]


def _names(record: Record) -> set[str]:
    """Lower-case parameter names; empty where the host did not say."""
    return {name.lower() for name in inventory.parameters_of(record)}


def _copying_hosts(context: Context) -> list[str]:
    return list(dict.fromkeys(step.host for step in context.plan.steps if isinstance(step.command, Copy)))


def _far_ends(context: Context, host: str) -> list[str]:
    """The UNC paths that copies on a host need: what is read, and the shares that are written to."""
    copies = [s.command for s in context.plan.steps if isinstance(s.command, Copy) and s.host == host]
    read = [copy.source for copy in copies if shares.is_unc(copy.source)][:1]
    written = [shares.split(copy.target)[0] for copy in copies if shares.is_unc(copy.target)][:1]
    return [*read, *written]


def _second_hop(context: Context, host: str, say: Say) -> Finding:
    if not context.delegates(host):
        return say("ok", "not needed: the wizard carries the files itself", evidence="delegate: false")
    evidence = []
    for path in _far_ends(context, host):
        reply = context.ask(host, Pipeline((Cmdlet("Test-Path", (("LiteralPath", path),)),)))
        evidence.append(f"Test-Path {path} → {reply.objects[0].text if reply.objects else reply.errors[:1]}")
        if not reply.objects or reply.objects[0].text.strip().lower() != "true":
            return say(
                "blocked",
                "a session on this server cannot reach the backup share",
                "Allow delegation (CredSSP, Kerberos), or set `delegate: false` so that the wizard carries the files.",
                evidence[-1],
            )
    return say("ok", "the session reaches the backup share", evidence="; ".join(evidence))


CHECKS = (
    check("hosts-answer", "Every server of the plan answers and lets us in", all_hosts, _answers, ("P1",)),
    check("account-groups", "The account is in the groups the steps need", all_hosts, _groups, ("P1", "P6", "P7")),
    check("module-present", "The Lync module is installed", lync_hosts, _module, ("P1",)),
    check("cmdlets-known", "Every cmdlet and parameter of the plan exists there", lync_hosts, _cmdlets, ("P45", "P56")),
    check("second-hop", "Sessions reach the backup share from the server", _copying_hosts, _second_hop, ("P2", "P3")),
)
