"""Certificates: those a rebuilt server needs, the trusted roots above them, and the farm's one OAuth certificate."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from lync_wizard.checks.check import Context, Finding, Say, check
from lync_wizard.checks.scopes import each, first_good, pool_of, rebuilt_lync, sent_there, standing_registrars
from lync_wizard.core import timestamps
from lync_wizard.core.wrapping import counted
from lync_wizard.hosts import text_of
from lync_wizard.plans.certificates import covers, in_store, moment, wrong
from lync_wizard.plans.certificates import names as names_of

_MY: Final = "Cert:\\LocalMachine\\My"
_ROOT: Final = "Cert:\\LocalMachine\\Root"
_MIDDLE: Final = "Cert:\\LocalMachine\\CA"
MOST_ROOTS: Final = 100
"""Above it Schannel truncates its list of issuers, and clients' certificates are refused (P54)."""
SOON: Final = timedelta(days=14)


def _servers(context: Context) -> list[str]:
    return each([*rebuilt_lync(context), *standing_registrars(context)])


def _certificates(context: Context, host: str, say: Say) -> Finding:
    """One certificate at least must be whole: key, names, dates, and a chain to a root that is there."""
    now = timestamps.now()
    held = context.objects(host, in_store(_MY))
    above = [r for store in (_ROOT, _MIDDLE) for r in context.objects(host, in_store(store))]
    issuers = {text_of(record, "Subject").lower() for record in above}
    names = each([host, pool_of(context, host).fqdn])
    checked = {text_of(record, "Subject") or record.text: wrong(record, names, issuers, now) for record in held}
    shown = "; ".join(f"{subject}: {why or 'valid'}" for subject, why in checked.items()) or "none"
    evidence = f"Get-ChildItem {_MY} → {shown}"
    whole = [record for record in held if not wrong(record, names, issuers, now)]
    if not whole:
        return say(
            "blocked" if context.wiped(host) else "caution",
            "no certificate of this server can be used for Lync"
            if held
            else "the computer's store holds no certificate",
            "Import the saved certificate with its private key, or re-enrol; put its root into Trusted Root.",
            evidence,
        )
    last = max((end for record in whole if (end := moment(record, "NotAfter"))), default=None)
    lacking = [name for name in names if not any(covers(names_of(record), name) for record in whole)]
    if lacking:
        return say(
            "caution",
            f"no certificate names {', '.join(lacking)}",
            "Compare the names with those of the certificate before the failure; re-enrol where one is missing.",
            evidence,
        )
    if last and last - now < SOON:
        return say(
            "caution",
            f"the certificate expires on {last:%Y-%m-%d}",
            "Renew it as soon as the restore is over; an expired one keeps the services from starting.",
            evidence,
        )
    return say("ok", f"valid: {len(whole)} of {counted(len(held), 'certificate')}", evidence=evidence)


def _roots(context: Context, host: str, say: Say) -> Finding:
    found = context.objects(host, in_store(_ROOT))
    subjects = [(text_of(record, "Subject"), text_of(record, "Issuer")) for record in found]
    foreign = [subject for subject, issuer in subjects if subject.lower() != issuer.lower()]
    thumbs = [text_of(record, "Thumbprint").upper() for record in found]
    twice = len(thumbs) - len(set(thumbs))
    evidence = f"Get-ChildItem {_ROOT} → {counted(len(found), 'certificate')}"
    if foreign:
        return say(
            "caution",
            f"not self-signed in Trusted Root: {counted(len(foreign), 'certificate')}, the first {foreign[0]}",
            "Move them to Intermediate Certification Authorities; Front End Servers do not start with them there.",
            evidence,
        )
    if twice or len(found) > MOST_ROOTS:
        return say(
            "caution",
            f"Trusted Root holds {counted(len(found), 'certificate')}" + (f", {twice} of them twice" if twice else ""),
            f"Remove duplicates and what nobody needs; more than {MOST_ROOTS} break the list that Schannel sends.",
            evidence,
        )
    return say("ok", f"{counted(len(found), 'root')}, all self-signed", evidence=evidence)


def _oauth(context: Context, host: str, say: Say) -> Finding:
    """One certificate for the whole deployment; a rebuilt server gets it by replication, never by a request."""
    found = context.cmdlet(host, "Get-CsCertificate", Type=("OAuthTokenIssuer",))
    evidence = f"Get-CsCertificate -Type OAuthTokenIssuer → {', '.join(r.text for r in found) or 'nothing'}"
    if not found:
        return say(
            "caution",
            "the deployment has no OAuth certificate",
            "Assign one globally on a server that works, and let it replicate; never request one on a rebuilt server.",
            evidence,
        )
    end = moment(found[0], "NotAfter")
    if end and end <= timestamps.now():
        return say(
            "caution",
            f"the OAuth certificate expired on {end:%Y-%m-%d}",
            "Renew it globally on a server that works, before the rebuilt server waits for it.",
            evidence,
        )
    return say("ok", f"the OAuth certificate is there{f', valid to {end:%Y-%m-%d}' if end else ''}", evidence=evidence)


CHECKS = (
    check("certificates", "Certificates exist with private key, names, chain and dates", _servers, _certificates,
          ("P53", "P54"), sent_there),
    check("trusted-roots", "Trusted Root holds root certificates only", _servers, _roots, ("P54",), sent_there),
    check("oauth-certificate", "The deployment's OAuth certificate is valid", first_good, _oauth, ("P53",)),
)  # fmt: skip
