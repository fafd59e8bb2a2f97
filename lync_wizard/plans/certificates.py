"""Which certificate of a computer's store is meant: one that was recorded, else one that can serve, shown in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from lync_wizard.core import timestamps
from lync_wizard.core.errors import Unreachable
from lync_wizard.hosts import Record, property_of, text_of
from lync_wizard.hosts.command import Cmdlet, Pipeline

_SHOWN: Final = ("Thumbprint", "Subject", "Issuer", "NotBefore", "NotAfter", "HasPrivateKey", "DnsNameList")


def in_store(store: str) -> Pipeline:
    """The certificates of a store; remoting sends of one itself nothing but its bytes: each property is named."""
    listed = Cmdlet("Get-ChildItem", (("Path", (store,)),))
    return Pipeline((listed, Cmdlet("Select-Object", (("Property", _SHOWN),))))


@dataclass(frozen=True)
class WantedCertificate:
    """``names``: FQDNs of which it covers one; with ``other`` it covers none of them. ``recorded``: thumbprints."""

    names: tuple[str, ...]
    other: bool = False
    recorded: tuple[str, ...] = ()

    def to_data(self) -> dict[str, Any]:
        return {"names": list(self.names), "other": self.other, "recorded": list(self.recorded)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> WantedCertificate:
        return cls(tuple(data["names"]), bool(data.get("other", False)), tuple(data.get("recorded", ())))


def chosen(held: Sequence[Record], wanted: WantedCertificate, now: datetime) -> tuple[str, str]:
    """Thumbprint, and subject and expiry in words. Raises :class:`Unreachable` with what is wrong with each."""
    usable = [one for one in held if not wrong(one, (), None, now) and _fits(one, wanted)]
    recorded = {_plain_thumbprint(one) for one in wanted.recorded}
    best = max(
        usable,
        key=lambda one: (_thumbprint(one) in recorded, _bears(one, wanted), moment(one, "NotAfter") or now),
        default=None,
    )
    if best is None:
        which = f"names {'none' if wanted.other else 'one'} of {', '.join(wanted.names)}"
        shown = "; ".join(f"{text_of(one, 'Subject')}: {wrong(one, (), None, now) or 'other names'}" for one in held)
        raise Unreachable(
            f"no certificate of the computer's store can serve that {which}: {shown or 'it is empty'}",
            "Import the saved certificate with its private key, or re-enrol; then try again.",
        )
    why = "recorded" if _thumbprint(best) in recorded else "not recorded, chosen by its names"
    end = moment(best, "NotAfter")
    return text_of(best, "Thumbprint"), f"{text_of(best, 'Subject')}, valid until {end:%Y-%m-%d}, {why}" if end else why


def wrong(record: Record, wanted: Iterable[str], issuers: set[str] | None, now: datetime) -> str:
    """What keeps a certificate from serving, empty where nothing does."""
    begin, end = moment(record, "NotBefore"), moment(record, "NotAfter")
    if text_of(record, "HasPrivateKey").lower() != "true":
        return "has no private key"
    if end and end <= now:
        return f"expired on {end:%Y-%m-%d}"
    if begin and begin > now:
        return f"is not valid before {begin:%Y-%m-%d}"
    listed = list(wanted)
    if listed and not any(covers(names(record), name) for name in listed):
        return f"names none of {', '.join(listed)}"
    if issuers is not None and text_of(record, "Issuer").lower() not in issuers:
        return f"has an issuer this computer does not trust ({text_of(record, 'Issuer')})"
    return ""


def moment(record: Record, name: str) -> datetime | None:
    """A date of a certificate; None where it has none."""
    try:
        return timestamps.parse_utc(text_of(record, name).strip())
    except ValueError:
        return None


def names(record: Record) -> set[str]:
    """What a certificate names, in lower case: its subject, and the alternative names."""
    listed = property_of(record, "DnsNameList")
    several: Iterable[object] = listed if isinstance(listed, list | tuple) else [listed] if listed else []
    return {_plain(name) for name in several} | {_subject(record)}


def covers(known: set[str], fqdn: str) -> bool:
    """Whether a certificate of these names serves an FQDN, by a wildcard too."""
    wanted = fqdn.lower()
    return wanted in known or f"*.{wanted.partition('.')[2]}" in known


def _fits(record: Record, wanted: WantedCertificate) -> bool:
    return any(covers(names(record), name) for name in wanted.names) != wanted.other


def _bears(record: Record, wanted: WantedCertificate) -> bool:
    return not wanted.other and _subject(record) in {name.lower() for name in wanted.names}


def _subject(record: Record) -> str:
    return text_of(record, "Subject").partition(",")[0].strip().lower().removeprefix("cn=")


def _plain(name: object) -> str:
    return (text_of(name, "Punycode") or name.text if isinstance(name, Record) else str(name)).strip().lower()


def _thumbprint(record: Record) -> str:
    return _plain_thumbprint(text_of(record, "Thumbprint"))


def _plain_thumbprint(text: str) -> str:
    return text.replace(" ", "").upper()
