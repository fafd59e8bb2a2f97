"""Certificates of a server: which usages there are, assigned, requested and imported."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Final

from lync_wizard.lab.farm.state import Certificate
from lync_wizard.lab.powershell.call import Call, cmdlet

USES: Final = (
    "Default", "WebServicesInternal", "WebServicesExternal", "OAuthTokenIssuer", "Internal", "External",
    "AccessEdgeExternal", "DataEdgeExternal", "AudioVideoAuthentication", "XmppServer", "PICWebService",
    "ProvisionService", "WsFedTokenTransfer",
)  # fmt: skip
"""``-Type`` of the certificate cmdlets."""
_OAUTH: Final = "OAuthTokenIssuer"
_CA: Final = "CN=Contoso Issuing CA, DC=contoso, DC=com"


def types(call: Call) -> list[str]:
    """The usages that ``-Type`` names, spelled as Lync does. Ends the command where there is no such usage."""
    known = {use.lower(): use for use in USES}
    found = []
    for wanted in call.get("Type") or []:
        for name in str(wanted).split(","):
            if name.strip().lower() not in known:
                call.fail(
                    f"Cannot bind parameter 'Type'. Cannot convert value \"{name.strip()}\" to type "
                    f'"Microsoft.Rtc.Management.WritableConfig.Settings.Certificate.CertType".',
                    "InvalidArgument",
                    "CannotConvertArgumentNoMessage",
                )
            found.append(known[name.strip().lower()])
    return found


@cmdlet("Set-CsCertificate")
def set_cs_certificate(call: Call) -> None:
    _require_local_store(call)
    wanted = str(call.get("Thumbprint") or "").replace(" ", "")
    held = {certificate.thumbprint.lower(): certificate for certificate in call.host.certificates}
    chosen = held.get(wanted.lower())
    if chosen is None:
        call.fail(
            f'Cannot find a certificate with the thumbprint "{wanted}" and a private key in the computer store.',
            "ObjectNotFound",
            "CertificateNotFound",
            target=wanted,
        )
    uses = types(call)
    if _OAUTH in uses:
        _refuse_oauth(call)
    if not call.proceeds("Set-CsCertificate", ", ".join(uses)):
        return
    call.work(2.0, "Assigning the certificate")
    with call.simulation.change():
        for certificate in call.host.certificates:
            certificate.uses = [use for use in certificate.uses if use not in uses]
        chosen.uses = [*chosen.uses, *uses]
    call.report()


@cmdlet("Request-CsCertificate")
def request_cs_certificate(call: Call) -> None:
    if not call.get("New", False):
        call.fail("The lab answers new requests only.", "NotImplemented", "NotSimulated")
    _require_local_store(call)
    uses = types(call)
    if _OAUTH in uses:
        _refuse_oauth(call)
    if not call.host.domain:
        call.fail(
            "The certification authority cannot be reached from a computer outside the domain.",
            "ResourceUnavailable",
            "CertificationAuthorityUnavailable",
        )
    subject = str(call.get("ComputerFqdn") or call.host.full_name)
    if not call.proceeds("Request-CsCertificate", subject):
        return
    call.work(4.0, "Creating the request", "Waiting for the certification authority")
    now = datetime.fromtimestamp(call.simulation.clock(), UTC).replace(microsecond=0)
    end = now.replace(year=now.year + 2, day=min(now.day, 28))
    thumbprint = hashlib.sha256(f"{subject}{now.isoformat()}{uses}".encode()).hexdigest()[:40].upper()
    made = Certificate(thumbprint, f"CN={subject}", _CA, now.isoformat(), end.isoformat(), [], [subject])
    with call.simulation.change():
        call.host.certificates.append(made)
    call.emit("Microsoft.Rtc.Management.Deployment.CertificateReference", {"Thumbprint": thumbprint}, thumbprint)


def _refuse_oauth(call: Call) -> None:
    call.fail(
        "The certificate type OAuthTokenIssuer is global; use the parameter Identity with the value global.",
        "InvalidArgument",
        "IdentityRequired",
    )


def _require_local_store(call: Call) -> None:
    if not call.host.local_store:
        call.fail("The local configuration store does not exist on this computer.", "ObjectNotFound", "NoLocalStore")
