"""Can we get in, as whom, with which commands, and on from there."""

from __future__ import annotations

from typing import Final

from lync_wizard.checks.check import Context, Finding, Say, check, is_lync, refusal
from lync_wizard.checks.scopes import (
    all_hosts,
    copies,
    copying_hosts,
    each,
    inner_lync_hosts,
    lync_hosts,
    sends_lync,
    sent_there,
)
from lync_wizard.core.catalogue import COMMON
from lync_wizard.core.errors import Unreachable
from lync_wizard.core.wrapping import counted
from lync_wizard.hosts import Record, get_command, shares, text_of
from lync_wizard.hosts.command import Copy, Pipeline, Switch

_GROUPS: Final = {
    "lync-admin": ("RTCUniversalServerAdmins",),
    "chat-admin": ("CsPersistentChatAdministrator",),
    "domain-admin": ("Domain Admins",),
}


def _answers(context: Context, host: str, say: Say) -> Finding:
    reply = context.ask(host, "Get-Date")
    return say(
        "ok", "answers and accepts the account", evidence=f"Get-Date → {reply.objects[0].text if reply.objects else ''}"
    )


def _groups(context: Context, host: str, say: Say) -> Finding:
    account = context.account_on(host)
    wanted = _GROUPS.get(account, ())
    reply = context.program(host, "whoami", "/groups")
    listed = "\n".join(record.text for record in reply.objects)
    lacking = [group for group in wanted if f"\\{group}".lower() not in listed.lower()]
    evidence = f"whoami /groups → {counted(len(reply.objects), 'line')}"
    if lacking:
        return say(
            "blocked",
            f"{account} is not in {', '.join(lacking)}",
            f"Use an account that is a member of {', '.join(lacking)}, or add it and log on again.",
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
    reply = context.cmdlet(host, "Get-Module", ListAvailable=Switch(), Name=("Lync", "SkypeForBusiness"))
    names = [text_of(record, "Name") or record.text for record in reply]
    if names:
        return say("ok", f"module {names[0]} is installed", evidence=f"Get-Module -ListAvailable → {', '.join(names)}")
    if context.to_be_rebuilt(host):
        return say("later", "checked when Lync is installed there again")
    return say(
        "blocked",
        "the Lync module is not installed",
        "Install the Lync administrative tools there, or name another server as good-server in the deployment facts.",
        "Get-Module -ListAvailable → nothing",
    )


def _cmdlets(context: Context, host: str, say: Say) -> Finding:
    used = context.cmdlets_on(host)
    lync = {name: keys for name, keys in used.items() if is_lync(name)}
    reply = context.ask(host, "Get-Command", Name=tuple(sorted(lync)))
    found = {text_of(record, "Name").lower(): _names(record) for record in reply.objects}
    if not found and context.to_be_rebuilt(host):
        return say("later", "checked when Lync is installed there again")
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
            "Use a server with the deployment's product and CU version, or correct the procedure; nothing was sent.",
            evidence,
        )
    return say("ok", f"found {counted(len(lync), 'cmdlet')} with all parameters", evidence=evidence)


def _names(record: Record) -> set[str]:
    """Lower-case parameter names; empty where the host did not say."""
    return {name.lower() for name in get_command.parameters_of(record)}


def _far_ends(context: Context, host: str) -> list[str]:
    """The UNC paths that copies on a host need: what they read that is there by now, and the shares they write to."""
    copies = [s.command for s in context.plan.steps if isinstance(s.command, Copy) and s.host == host]
    made = [copy.target for copy in copies if shares.is_unc(copy.target)]
    read = [copy.source for copy in copies if shares.is_unc(copy.source) and not copy.source.startswith(tuple(made))]
    return [*read[:1], *(shares.split(path)[0] for path in made[:1])]


def _second_hop(context: Context, host: str, say: Say) -> Finding:
    """Proven, not assumed: the share is looked at from the session, as the copy will do it."""
    if not context.delegates(host):
        return say("ok", "not needed: the wizard carries the files itself", evidence="delegate: false")
    evidence = []
    for path in _far_ends(context, host):
        reply = context.ask(host, "Test-Path", LiteralPath=path)
        evidence.append(f"Test-Path {path} → {reply.objects[0].text if reply.objects else reply.errors[:1]}")
        if not reply.objects or reply.objects[0].text.strip().lower() != "true":
            return say(
                "blocked",
                "a session on this server cannot reach the backup share",
                "Allow delegation (CredSSP, Kerberos), or set `delegate: false` so that the wizard carries the files.",
                evidence[-1],
            )
    return say("ok", "the session reaches the backup share", evidence="; ".join(evidence))


_HOP_REFUSED: Final = ("anonymous logon", "access is denied", "access denied", "the login failed")


def _reads_store(context: Context, host: str, say: Say) -> Finding:
    """Lync's cmdlets open the store on another SQL Server in the operator's name: the second hop of every one."""
    reply = context.hear(host, "Get-CsService", CentralManagement=Switch())
    asked = f"Get-CsService -CentralManagement on {host}"
    if reply.objects:
        pools = ", ".join(text_of(record, "PoolFqdn") for record in reply.objects)
        return say("ok", "a session there reads the Central Management store", evidence=f"{asked} → {pools}")
    why = refusal(reply)
    if any(words in why.lower() for words in _HOP_REFUSED):
        return say(
            "blocked",
            "the session cannot pass its credentials on to the Central Management store",
            "Use CredSSP or Kerberos delegation for this host in connections.yaml, or run the wizard on it.",
            f"{asked} → {why}",
        )
    raise Unreachable(why, "Make sure that the Central Management store answers, then check again.")


_PUBLISHING: Final = frozenset({"Enable-CsTopology", "Publish-CsTopology", "Enable-CsComputer"})


def _publishers(context: Context) -> list[str]:
    sent = ((step.host, step.command) for step in context.plan.steps)
    return each(
        host
        for host, run in sent
        if isinstance(run, Pipeline) and not _PUBLISHING.isdisjoint(c.name for c in run.cmdlets)
    )


def _setup_rights(context: Context, host: str, say: Say) -> Finding:
    listed = "\n".join(record.text for record in context.program(host, "whoami", "/groups").objects)
    if "\\domain admins" in listed.lower():
        return say("ok", "the account is in Domain Admins", evidence="whoami /groups → Domain Admins")
    unit = _organisational_unit(context)
    found = context.cmdlet(host, "Test-CsSetupPermission", ComputerOU=unit)
    evidence = f"Test-CsSetupPermission -ComputerOU {unit} → {found[0].text if found else 'nothing'}"
    if found and found[0].text.strip().lower() == "true":
        return say("ok", "setup permission is granted for the servers' place in Active Directory", evidence=evidence)
    return say(
        "blocked",
        "the account may not enable the topology",
        f"Use a member of Domain Admins, or let one run Grant-CsSetupPermission -ComputerOU {unit!r}.",
        evidence,
    )


def _organisational_unit(context: Context) -> str:
    """Where the target's computer account lies. Raises :class:`Unreachable` where nobody can say."""
    name = context.plan.target.partition(".")[0]
    directory = context.deployment.domain_controller
    if not directory:
        raise Unreachable("no domain controller is recorded", "Fill in deployment-facts/deployment/domain-controller.")
    found = context.cmdlet(directory, "Get-ADComputer", Identity=name)
    unit = text_of(found[0], "DistinguishedName").partition(",")[2] if found else ""
    if not unit:
        raise Unreachable(f"Active Directory does not say where {name} lies", "Ask for its organisational unit.")
    return unit


CHECKS = (
    check(
        "hosts-answer",
        "Every server of the plan answers and accepts the account",
        all_hosts,
        _answers,
        ("P1",),
        sent_there,
    ),
    check(
        "account-groups",
        "The account is in the groups the steps need",
        all_hosts,
        _groups,
        ("P1", "P6", "P7", "P8"),
        sent_there,
    ),
    check("setup-rights", "The account may enable the topology", _publishers, _setup_rights, ("P7",), sends_lync),
    check("module-present", "The Lync module is installed", lync_hosts, _module, ("P1", "P5"), sends_lync),
    check(
        "cmdlets-known",
        "Every cmdlet and parameter of the plan exists there",
        lync_hosts,
        _cmdlets,
        ("P45", "P56"),
        sends_lync,
    ),
    check(
        "second-hop",
        "Sessions reach the backup share from the server",
        copying_hosts,
        _second_hop,
        ("P2", "P3"),
        copies,
    ),
    check(
        "cms-reachable",
        "Sessions read the Central Management store from the server",
        inner_lync_hosts,
        _reads_store,
        ("P1", "P2"),
        sends_lync,
    ),
)
