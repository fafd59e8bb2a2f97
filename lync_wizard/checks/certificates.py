"""Certificates: those a rebuilt server needs, the trusted roots above them, and the farm's one OAuth certificate."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from lync_wizard.checks.check import Context, Finding, Say, check
from lync_wizard.checks.scopes import each, first_good, pool_of, rebuilt_lync, sent_there, standing_registrars
from lync_wizard.core import timestamps
from lync_wizard.hosts import Record, property_of, text_of

_MY: Final = "Cert:\\LocalMachine\\My"
_ROOT: Final = "Cert:\\LocalMachine\\Root"
_MIDDLE: Final = "Cert:\\LocalMachine\\CA"
MOST_ROOTS: Final = 100
"""Above it Schannel truncates its list of issuers, and clients' certificates are refused (P54)."""
SOON: Final = timedelta(days=14)


def _servers(context: Context) -> list[str]:
    return each([*rebuilt_lync(context), *standing_registrars(context)])


def _moment(record: Record, name: str) -> datetime | None:
    try:
        return timestamps.parse_utc(text_of(record, name).strip())
    except ValueError:
        return None


def _names(record: Record) -> set[str]:
    listed = property_of(record, "DnsNameList")
    several: Iterable[object] = listed if isinstance(listed, list | tuple) else [listed] if listed else []
    subject = text_of(record, "Subject").partition(",")[0].strip().lower().removeprefix("cn=")
    return {_plain(name) for name in several} | {subject}


def _plain(name: object) -> str:
    return (text_of(name, "Punycode") or name.text if isinstance(name, Record) else str(name)).strip().lower()


def _covers(names: set[str], fqdn: str) -> bool:
    wanted = fqdn.lower()
    return wanted in names or f"*.{wanted.partition('.')[2]}" in names


def _wrong(record: Record, names: Iterable[str], issuers: set[str] | None, now: datetime) -> str:
    """What keeps a certificate from serving, empty where nothing does."""
    begin, end = _moment(record, "NotBefore"), _moment(record, "NotAfter")
    if text_of(record, "HasPrivateKey").lower() != "true":
        return "has no private key"
    if end and end <= now:
        return f"expired on {end:%Y-%m-%d}"
    if begin and begin > now:
        return f"is not valid before {begin:%Y-%m-%d}"
    if not any(_covers(_names(record), name) for name in names):
        return f"names none of {', '.join(names)}"
    if issuers is not None and text_of(record, "Issuer").lower() not in issuers:
        return f"has an issuer this computer does not trust ({text_of(record, 'Issuer')})"
    return ""


def _certificates(context: Context, host: str, say: Say) -> Finding:
    """One certificate at least must be whole: key, names, dates, and a chain to a root that is there."""
    now = timestamps.now()
    held = context.cmdlet(host, "Get-ChildItem", Path=(_MY,))
    above = [r for store in (_ROOT, _MIDDLE) for r in context.cmdlet(host, "Get-ChildItem", Path=(store,))]
    issuers = {text_of(record, "Subject").lower() for record in above}
    names = each([host, pool_of(context, host).fqdn])
    checked = {text_of(record, "Subject") or record.text: _wrong(record, names, issuers, now) for record in held}
    shown = "; ".join(f"{subject}: {why or 'whole'}" for subject, why in checked.items()) or "none"
    evidence = f"Get-ChildItem {_MY} → {shown}"
    whole = [record for record in held if not _wrong(record, names, issuers, now)]
    if not whole:
        return say(
            "blocked" if context.wiped(host) else "caution",
            "no certificate of this server is fit for Lync" if held else "the computer's store holds no certificate",
            "Import the saved certificate with its private key, or re-enrol; its root belongs into Trusted Root.",
            evidence,
        )
    last = max((end for record in whole if (end := _moment(record, "NotAfter"))), default=None)
    lacking = [name for name in names if not any(_covers(_names(record), name) for record in whole)]
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
    return say("ok", f"{len(whole)} of {len(held)} certificates are whole", evidence=evidence)


def _roots(context: Context, host: str, say: Say) -> Finding:
    found = context.cmdlet(host, "Get-ChildItem", Path=(_ROOT,))
    subjects = [(text_of(record, "Subject"), text_of(record, "Issuer")) for record in found]
    foreign = [subject for subject, issuer in subjects if subject.lower() != issuer.lower()]
    thumbs = [text_of(record, "Thumbprint").upper() for record in found]
    twice = len(thumbs) - len(set(thumbs))
    evidence = f"Get-ChildItem {_ROOT} → {len(found)} certificates"
    if foreign:
        return say(
            "caution",
            f"{len(foreign)} certificates in Trusted Root are not self-signed: {foreign[0]}",
            "Move them to Intermediate Certification Authorities; Front End Servers do not start with them there.",
            evidence,
        )
    if twice or len(found) > MOST_ROOTS:
        return say(
            "caution",
            f"Trusted Root holds {len(found)} certificates" + (f", {twice} of them twice" if twice else ""),
            f"Remove duplicates and what nobody needs; more than {MOST_ROOTS} break the list that Schannel sends.",
            evidence,
        )
    return say("ok", f"{len(found)} roots, all self-signed", evidence=evidence)


def _oauth(context: Context, host: str, say: Say) -> Finding:
    """One certificate for the whole deployment; a rebuilt server gets it by replication, never by a request."""
    found = context.cmdlet(host, "Get-CsCertificate", Type=("OAuthTokenIssuer",))
    evidence = f"Get-CsCertificate -Type OAuthTokenIssuer → {', '.join(r.text for r in found) or 'nothing'}"
    if not found:
        return say(
            "caution",
            "the farm has no OAuth certificate",
            "Assign one globally on a server that works, and let it replicate; never request one on a rebuilt server.",
            evidence,
        )
    end = _moment(found[0], "NotAfter")
    if end and end <= timestamps.now():
        return say(
            "caution",
            f"the OAuth certificate expired on {end:%Y-%m-%d}",
            "Renew it globally on a server that works, before the rebuilt server waits for it.",
            evidence,
        )
    return say("ok", f"the OAuth certificate is there{f', valid to {end:%Y-%m-%d}' if end else ''}", evidence=evidence)


CHECKS = (
    check("certificates", "Certificates are there with key, names, chain and dates", _servers, _certificates,
          ("P53", "P54"), sent_there),
    check("trusted-roots", "Trusted Root holds roots alone", _servers, _roots, ("P54",), sent_there),
    check("oauth-certificate", "The farm's OAuth certificate is valid", first_good, _oauth, ("P53",)),
)  # fmt: skip
