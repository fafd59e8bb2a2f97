"""Replication of the Central Management store, and what a server knows of itself: replica, certificates, health."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lync_wizard.lab.farm import topology
from lync_wizard.lab.farm.state import RUNNING, Certificate
from lync_wizard.lab.powershell.call import LYNC_ADMINS, Call, cmdlet
from lync_wizard.lab.powershell.cmdlets import certificates
from lync_wizard.lab.powershell.cmdlets.topology import READERS, document

_USES = (
    "Default", "WebServicesInternal", "WebServicesExternal", "OAuthTokenIssuer", "Internal", "AccessEdgeExternal",
    "DataEdgeExternal", "AudioVideoAuthentication",
)  # fmt: skip


def _moment(seconds: float) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


@cmdlet("Get-CsManagementStoreReplicationStatus")
def get_cs_management_store_replication_status(call: Call) -> None:
    call.require_group(*READERS)
    call.require_cms()
    if call.get("CentralManagementStoreStatus", False):
        _store_status(call)
        return
    wanted = str(call.get("ReplicaFqdn") or "").lower()
    if wanted and wanted not in call.state.replicas:
        call.error(
            f'Cannot find a replica with the FQDN "{wanted}".', "ObjectNotFound", "ReplicaNotFound", target=wanted
        )
    for replica in call.state.replicas.values():
        if wanted in ("", replica.fqdn):
            properties = {
                "UpToDate": replica.serial == call.state.cms.serial,
                "ReplicaFqdn": replica.fqdn,
                "LastStatusReport": _moment(replica.reported_at),
                "LastUpdateCreation": _moment(call.state.cms.changed_at),
                "ProductVersion": replica.product_version or None,
            }
            call.emit("Microsoft.Rtc.Management.Xds.ReplicaState", properties, replica.fqdn)


def _store_status(call: Call) -> None:
    centre = topology.master(call.state)
    pool = topology.topology(call.state).cluster_of(centre.fqdn) if centre else None
    fqdn = pool.fqdn if pool else ""
    active = agents = bool(fqdn)
    properties = {
        "ActiveMasterFqdn": fqdn if active else "",
        "ActiveFileTransferAgents": [fqdn] if agents else [],
        "ActiveReplicas": list(call.state.replicas),
    }
    call.emit("Microsoft.Rtc.Management.Xds.CentralManagementStoreStatus", properties, fqdn)


@cmdlet("Invoke-CsManagementStoreReplication")
def invoke_cs_management_store_replication(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    call.require_cms()
    wanted = str(call.get("ReplicaFqdn") or "").lower()
    if wanted and wanted not in call.state.replicas:
        call.fail(
            f'Cannot find a replica with the FQDN "{wanted}".', "ObjectNotFound", "ReplicaNotFound", target=wanted
        )
    call.work(1.0, "Requesting replication")
    with call.simulation.change() as state:
        for replica in state.replicas.values():
            if wanted in ("", replica.fqdn) and replica.catches_up_at:
                replica.catches_up_at = call.simulation.clock()


@cmdlet("Get-CsCertificate")
def get_cs_certificate(call: Call) -> None:
    wanted = {kind.lower() for kind in certificates.types(call)}
    held = list(call.host.certificates)
    if call.state.cms.oauth and call.host.local_store:
        held.append(call.state.cms.oauth)
    for certificate in held:
        for use in certificate.uses:
            if not wanted or use.lower() in wanted:
                _show_certificate(call, certificate, use)
    call.report()


def _show_certificate(call: Call, certificate: Certificate, use: str) -> None:
    properties: dict[str, Any] = {
        "Use": use,
        "Thumbprint": certificate.thumbprint,
        "Subject": certificate.subject,
        "Issuer": certificate.issuer,
        "NotBefore": datetime.fromisoformat(certificate.not_before),
        "NotAfter": datetime.fromisoformat(certificate.not_after),
        "AlternativeNames": list(certificate.names),
        "SerialNumber": certificate.thumbprint[:16],
    }
    call.emit("Microsoft.Rtc.Management.Deployment.CertificateReference", properties, certificate.subject)


@cmdlet("Test-CsComputer")
def test_cs_computer(call: Call) -> None:
    if not call.host.lync_version:
        call.fail("Lync Server is not installed on this computer.", "ObjectNotFound", "NotInstalled")
    call.work(3.0, "Checking local groups", "Checking services", "Checking firewall exceptions")
    for service in call.host.services.values():
        if service.status != RUNNING:
            call.warning(f'Service "{service.display} ({service.name})" is not running.')
    if not any(certificate.uses for certificate in call.host.certificates):
        call.error("No certificate is assigned on this computer.", "InvalidResult", "CertificateNotAssigned")
    call.report()


@cmdlet("Test-CsReplica")
def test_cs_replica(call: Call) -> None:
    document(call, local=True)
    call.work(2.0, "Checking the replica service", "Checking permissions")
    if not topology.running(call.state, call.host_name, "REPLICA"):
        call.error('The service "REPLICA" is not running.', "InvalidResult", "ReplicaServiceNotRunning")
    call.report()
